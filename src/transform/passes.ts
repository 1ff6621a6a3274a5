import { decomposePass } from './expand/decompose.ts';
import { dropPartitioningCallsPass } from './expand/drop-partitioning-calls.ts';
import { expandCustomCallsPass } from './expand/expand-custom-calls.ts';
import { flattenTuplesPass } from './expand/flatten-tuples.ts';
import { inlinePass } from './expand/inline.ts';
import { outlineCallsPass } from './expand/outline-calls.ts';
import type { Pass } from './pass.ts';
import { roundProductsPass } from './precision/round-products.ts';
import { widenSumsPass } from './precision/widen-sums.ts';
import { csePass } from './simplify/cse.ts';
import { dcePass } from './simplify/dce.ts';
import { joinPadsPass } from './simplify/join-pads.ts';
import { reduceOncePass } from './simplify/reduce-once.ts';
import { simplifyPass } from './simplify/simplify.ts';

/** From a fresh trace to a program of primitive ops without calls, in the order they are run. */
export const optimizePasses: readonly Pass[] = [
  expandCustomCallsPass,
  flattenTuplesPass,
  inlinePass,
  reduceOncePass,
  decomposePass,
  simplifyPass,
  joinPadsPass,
  csePass,
  dcePass,
];

/** Every pass of this room on whole modules, once. */
export const transformPasses: readonly Pass[] = [
  outlineCallsPass,
  ...optimizePasses,
  dropPartitioningCallsPass,
  roundProductsPass,
  widenSumsPass,
];

/** What is worth running again after a later room has rewritten a program. */
export const cleanupPasses: readonly Pass[] = [simplifyPass, csePass, dcePass];
