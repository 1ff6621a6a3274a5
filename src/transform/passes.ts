import { csePass } from './cse.ts';
import { dcePass } from './dce.ts';
import { decomposePass } from './decompose.ts';
import { expandCustomCallsPass } from './expand-custom-calls.ts';
import { flattenTuplesPass } from './flatten-tuples.ts';
import { inlinePass } from './inline.ts';
import { joinPadsPass } from './join-pads.ts';
import type { Pass } from './pass.ts';
import { reduceOncePass } from './reduce-once.ts';
import { simplifyPass } from './simplify.ts';

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

/** What is worth running again after a later room has rewritten a program. */
export const cleanupPasses: readonly Pass[] = [simplifyPass, csePass, dcePass];
