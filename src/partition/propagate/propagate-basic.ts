/*
 * propagate-basic: one round of propagation that goes along a factor only where no two tensors of an op contradict each other.
 *
 * Before and after: as for `propagate`.
 *
 *   add %a {[{"x", ?}, {?}]}, %b {[{?}, {"x", ?}]}   =>   the result has [{?}, {?}]
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type PropagationOptions, propagateLevels } from './propagation-levels.ts';

export const propagateBasic = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  propagateLevels(module, ctx, { ...options, userPriority: false, opPriority: false, strategy: 'basic' });

export const propagateBasicPass: Pass = {
  name: 'propagate-basic',
  doc: 'One round of basic propagation.',
  run: (module, ctx) => propagateBasic(module, ctx),
};
