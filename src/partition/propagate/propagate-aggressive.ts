/*
 * propagate-aggressive: one round of propagation; where the tensors of an op disagree about a factor, it decides for one of them.
 *
 * Before and after: as for `propagate`.
 *
 *   add %a {[{"x", ?}, {?}]}, %b {[{?}, {"x", ?}]}   =>   the result has [{"x", ?}, {?}]
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type PropagationOptions, propagateLevels } from './propagation-levels.ts';

export const propagateAggressive = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  propagateLevels(module, ctx, { ...options, userPriority: false, opPriority: false });

export const propagateAggressivePass: Pass = {
  name: 'propagate-aggressive',
  doc: 'One round of aggressive propagation.',
  run: (module, ctx) => propagateAggressive(module, ctx),
};
