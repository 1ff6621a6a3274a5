import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../pass.ts';
import { expandKnownCalls } from './known-calls.ts';

/*
 * expand-custom-calls: replaces custom calls that are known (LAPACK's and cuSOLVER's routines, top-k, mhlo.* …) by ops.
 * Precondition: functions that calls name are still there (before `inline`). Postcondition: the calls that remain have no expansion,
 * or speak to the partitioner (see `drop-partitioning-calls`).
 * Example: `custom_call @mhlo.erf(%a)` becomes `chlo.erf %a`.
 */
export function expandCustomCalls(module: Module, ctx: PassContext): Module {
  return expandKnownCalls(module, ctx, (target) => !target.isPartitioning);
}

export const expandCustomCallsPass: Pass = {
  name: 'expand-custom-calls',
  doc: "Replaces known custom calls (LAPACK's routines, top-k, mhlo.*) by ops.",
  run: expandCustomCalls,
  textOnly: 'the reference engine runs no routine of another library',
};
