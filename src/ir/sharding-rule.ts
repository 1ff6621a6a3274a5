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

// ---- text: `([i, jk], [k, l])->([i, l]) {i=2, j=4, k=8, l=16} reduction={k}` ----

/** Name of a factor: `i` … `z`, `z_1` … */
export const factorName = (index: number): string =>
  index <= 17 ? String.fromCharCode('i'.charCodeAt(0) + index) : `z_${index - 17}`;

/** Text of a rule, without the `#sdy.op_sharding_rule<…>` around it. */
export function ruleText(rule: OpShardingRule): string {
  const tensor = (dims: readonly (readonly number[])[]): string =>
    `[${dims.map((factors) => factors.map(factorName).join('')).join(', ')}]`;
  const side = (tensors: OpShardingRule['operands']): string => `(${tensors.map(tensor).join(', ')})`;
  let text = `${side(rule.operands)}->${side(rule.results)}`;
  if (rule.factorSizes.length > 0) text += ` {${rule.factorSizes.map((n, i) => `${factorName(i)}=${n}`).join(', ')}}`;
  const list = (name: string, has: (i: number) => boolean): void => {
    const names = rule.factorSizes.flatMap((_, i) => (has(i) ? [factorName(i)] : []));
    if (names.length > 0) text += ` ${name}={${names.join(', ')}}`;
  };
  list('reduction', (i) => rule.factorKinds[i] === 'reduction');
  list('need_replication', (i) => rule.factorKinds[i] === 'needReplication');
  list('permutation', (i) => rule.factorKinds[i] === 'permutation');
  list('blocked_propagation', (i) => rule.blocked.has(i));
  return rule.isCustom ? `${text}, custom` : text;
}
