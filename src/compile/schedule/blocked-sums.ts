import type { LoopVar } from '../kernels/affine.ts';
import { isSum, type Joins } from '../kernels/blocked-sums.ts';
import { neutralElement } from '../kernels/combiners.ts';
import type { Fold } from '../kernels/kernel-ir.ts';
import type { Literal, Register } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';

interface Sum {
  /** Accumulators of the block under way. */
  readonly block: readonly Register[];
  readonly zero: Literal;
  readonly sum: Register;
  readonly error: Register;
}

/** Compensated sums of the blocks that accumulators add up, for the folds that have them: see `kernels/blocked-sums.ts`. */
export class BlockedSums {
  private readonly b: CodeBuilder;
  private readonly sums: readonly (Sum | undefined)[];
  private readonly joins: Joins;

  /**
   * Undefined where no sum is long enough. `vectors` are the accumulators of each fold; where there are none, blocks are summed in
   * scalars of their own.
   */
  static of(
    b: CodeBuilder,
    folds: readonly Fold[],
    vectors: readonly (readonly Register[])[],
    joins: Joins | undefined,
  ): BlockedSums | undefined {
    return joins && folds.some(isSum) ? new BlockedSums(b, folds, vectors, joins) : undefined;
  }

  private constructor(b: CodeBuilder, folds: readonly Fold[], vectors: readonly (readonly Register[])[], joins: Joins) {
    this.b = b;
    this.joins = joins;
    this.sums = folds.map((f, i) => {
      if (!isSum(f)) return undefined;
      const { dtype } = f.target;
      const inLanes = vectors.length > 0;
      const zero: Literal = { kind: 'literal', dtype, value: neutralElement('add', dtype), inLanes };
      const block = vectors[i] ?? [b.variable(zero)];
      // Vectors of them are rarely looked at, and the accumulators need the registers.
      return { block, zero, sum: b.variable(zero, inLanes), error: b.variable(zero, inLanes) };
    });
  }

  /** Where a fold without lanes adds up its block. */
  blockOf(fold: number): Register | undefined {
    return this.sums[fold]?.block[0];
  }

  /** At the start of the rounds of the loop `v`. */
  joinAt(v: LoopVar): void {
    const { b, joins } = this;
    if (v !== joins.loop) return;
    const body = b.inside(() => {
      for (const s of this.sums) {
        if (!s) continue;
        this.join(s);
        for (const r of s.block) b.assign(r, s.zero);
      }
    });
    b.push({ kind: 'every', variable: v, mask: joins.mask, body });
  }

  /** The sum of everything, once the loops are through; undefined for folds without blocks. */
  total(fold: number): Register | undefined {
    const s = this.sums[fold];
    if (s) this.join(s);
    return s?.sum;
  }

  private join({ block, sum, error }: Sum): void {
    const { b } = this;
    let all: readonly Register[] = block;
    while (all.length > 1) {
      const half = all.length / 2;
      const add = (x: Register, y: Register): Register =>
        b.define(x.dtype, x.inLanes, { kind: 'combine', combiner: 'add', args: [x, y] });
      all = all.slice(0, half).map((x, i) => add(x, all[i + half]));
    }
    b.push({ kind: 'compensate', sum, error, term: all[0] });
  }
}
