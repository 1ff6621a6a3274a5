/*
 * propagate: completes the shardings of all values from those the user gave.
 *
 * Before: meshes are declared; some arguments, results, constraints carry `sdy.sharding`; data-flow edges are explicit
 *   (`add-data-flow-edges`).
 * After: every value that anything reaches has a sharding; nothing the user closed has changed.
 *
 *   func @f(%a: tensor<8x4xf32> {[{"x"}, {}]}) { %0 = tanh %a }   =>   %0 has [{"x", ?}, {?}]
 *
 * Source: Shardy; by user priority, then by op priority, then aggressively.
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type PropagationOptions, propagateLevels } from './propagation-levels.ts';

export const propagate = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  propagateLevels(module, ctx, { ...options, userPriority: true, opPriority: options.runOpPriority ?? true });

export const propagatePass: Pass = {
  name: 'propagate',
  doc: 'Complete the shardings of all values.',
  run: (module, ctx) => propagate(module, ctx),
};
