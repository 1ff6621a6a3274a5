import type { FactorKind, Op, OpShardingRule, Type } from '../../ir/index.ts';

interface FactorOptions {
  readonly kind?: FactorKind;
  readonly blocked?: boolean;
}

/** Dimension of one tensor, or undefined where the tensor lacks the factor. */
export type FactorDim = number | undefined;

/**
 * Builds an op's sharding rule factor by factor, in Shardy's order: factors are numbered as they are added; dimensions left
 * without any get a fresh factor of size 1 at the end, operands first.
 */
export class ShardingRuleBuilder {
  readonly #sizes: number[] = [];
  readonly #kinds: FactorKind[] = [];
  readonly #blocked = new Set<number>();
  readonly #operands: number[][][];
  readonly #results: number[][][];

  constructor(op: Op<object>) {
    const dims = (t: Type): number[][] => (t.kind === 'tensor' ? t.shape.map(() => []) : []);
    this.#operands = op.operands.map((v) => dims(v.type));
    this.#results = op.results.map((v) => dims(v.type));
  }

  /** Adds one factor; `operandDims[i]` is the dimension of operand i that has it. Missing trailing entries mean none. */
  factor(
    operandDims: readonly FactorDim[],
    resultDims: readonly FactorDim[],
    size: number,
    options: FactorOptions = {},
  ): this {
    const index = this.#sizes.length;
    this.#sizes.push(size);
    this.#kinds.push(options.kind ?? 'passThrough');
    if (options.blocked) this.#blocked.add(index);
    const place = (tensors: number[][][], dims: readonly FactorDim[]): void => {
      dims.forEach((d, i) => {
        if (d === undefined) return;
        const list = tensors[i][d];
        if (size !== 1 || list.length === 0) list.push(index);
      });
    };
    place(this.#operands, operandDims);
    place(this.#results, resultDims);
    return this;
  }

  /** The same factor on dimension `d` of every tensor of nonzero rank. */
  everywhere(d: number, size: number, options: FactorOptions = {}): this {
    const dim = (t: number[][]): FactorDim => (t.length > 0 ? d : undefined);
    return this.factor(this.#operands.map(dim), this.#results.map(dim), size, options);
  }

  /** One factor per dimension of `shape`, on every tensor of nonzero rank. */
  pointwise(shape: readonly number[], options: (d: number) => FactorOptions = () => ({})): this {
    shape.forEach((size, d) => {
      this.everywhere(d, size, options(d));
    });
    return this;
  }

  build(): OpShardingRule {
    for (const tensors of [this.#operands, this.#results])
      for (const tensor of tensors)
        for (const list of tensor)
          if (list.length === 0) {
            list.push(this.#sizes.length);
            this.#sizes.push(1);
            this.#kinds.push('passThrough');
          }
    return {
      factorSizes: this.#sizes,
      factorKinds: this.#kinds,
      blocked: this.#blocked,
      operands: this.#operands,
      results: this.#results,
    };
  }
}

/** The rule of ops whose tensors all have the same dimensions (scalars aside). */
export function pointwiseSharding(op: Op<object>): OpShardingRule {
  return new ShardingRuleBuilder(op).pointwise(op.results[0].shape).build();
}
