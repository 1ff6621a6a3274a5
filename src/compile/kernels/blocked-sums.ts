import type { LoopVar } from './affine.ts';
import type { Fold } from './kernel-ir.ts';

/*
 * Long sums of floats are made of blocks: an accumulator takes at most `blockTerms` terms, then it joins the sum so far, whose rounding
 * errors are compensated (Kahan 1965). Errors then do not grow with the number of terms. Where blocks end depends on the kernel only.
 */

/** Terms that an accumulator takes before it joins the sum. */
export const blockTerms = 128;

/** Folds that gain from blocks. */
export const isSum = (f: Fold): boolean =>
  f.combiner === 'add' && (f.target.dtype === 'f32' || f.target.dtype === 'f64');

/** Accumulators join the sum at the start of every round of `loop` whose index has no bit of `mask`. */
export interface Joins {
  readonly loop: LoopVar;
  readonly mask: number;
}

/** A loop around an accumulator: its index advances by `step`, a power of two. */
export interface Rounds {
  readonly loop: LoopVar;
  readonly step: number;
}

/** Where the blocks of a fold over `loops`, outermost first, end; undefined for sums of one block. */
export function joinsOf(loops: readonly Rounds[]): Joins | undefined {
  let terms = 1;
  for (const { loop, step } of [...loops].reverse()) {
    const rounds = Math.ceil(loop.extent / step);
    if (terms * rounds > blockTerms) {
      const every = 2 ** Math.max(0, Math.floor(Math.log2(blockTerms / terms)));
      return { loop, mask: every * step - 1 };
    }
    terms *= rounds;
  }
  return undefined;
}
