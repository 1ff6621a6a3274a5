import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../pass.ts';
import { expandKnownCalls } from './known-calls.ts';

/*
 * drop-partitioning-calls: removes custom calls that only speak to a partitioner (`Sharding`, `InspectSharding` …).
 * Precondition: nobody will partition the program any more. Postcondition: none of them is left.
 * Example: `%0 = custom_call @Sharding(%a) ; use %0` becomes `use %a`.
 */
export function dropPartitioningCalls(module: Module, ctx: PassContext): Module {
  return expandKnownCalls(module, ctx, (target) => target.isPartitioning === true);
}

export const dropPartitioningCallsPass: Pass = {
  name: 'drop-partitioning-calls',
  doc: 'Removes custom calls that only speak to a partitioner.',
  run: dropPartitioningCalls,
};
