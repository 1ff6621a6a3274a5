/**
 * An op's sharding rule in Shardy's einsum notation: each dimension of each operand and result is made of factors;
 * a factor that appears in several tensors is sharded the same way in all of them.
 * Source: Shardy, docs/propagation.md and OpShardingRuleAttr.
 */
export type FactorKind = 'passThrough' | 'reduction' | 'needReplication' | 'permutation';

export interface OpShardingRule {
  /** Size of each factor, by factor index. */
  readonly factorSizes: readonly number[];
  /** Kind of each factor, by factor index. */
  readonly factorKinds: readonly FactorKind[];
  /** Factors through which no sharding propagates. */
  readonly blocked: ReadonlySet<number>;
  /** operands[tensor][dim] = factor indices, major to minor. */
  readonly operands: readonly (readonly (readonly number[])[])[];
  readonly results: readonly (readonly (readonly number[])[])[];
  /** Rule came from a custom `sdy.sharding_rule` attribute: never recomputed. */
  readonly isCustom?: boolean;
}

/** The op takes no part in propagation through a rule, for this reason. */
export interface NoShardingRule {
  readonly noRule: string;
}
