/*
 * propagate-by-op-priority: like `propagate`, but the priorities that users gave dimensions are not obeyed.
 *
 * Before and after: as for `propagate`.
 *
 *   add %a {[{"x"}]}, (dot %b {[{"y"}]}, …)   =>   "x": elementwise ops propagate before products
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type PropagationOptions, propagateLevels } from './propagation-levels.ts';

export const propagateByOpPriority = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  propagateLevels(module, ctx, { ...options, userPriority: false, opPriority: options.runOpPriority ?? true });

export const propagateByOpPriorityPass: Pass = {
  name: 'propagate-by-op-priority',
  doc: 'Propagate without user priorities.',
  run: (module, ctx) => propagateByOpPriority(module, ctx),
};
