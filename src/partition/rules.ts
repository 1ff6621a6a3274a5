import { EspalierError } from '../base/index.ts';
import {
  type Attr,
  Cursor,
  type FactorKind,
  type NoShardingRule,
  type Op,
  type OpShardingRule,
  ruleText,
} from '../ir/index.ts';

/** Name of the discardable attribute that overrides or shows an op's rule. */
export const RULE_ATTRIBUTE = 'sdy.sharding_rule';

const cache = new WeakMap<Op, OpShardingRule | undefined>();

/** An op's sharding rule: the one in its attribute, else its definition's; undefined when it takes no part. */
export function ruleOf(op: Op): OpShardingRule | undefined {
  if (cache.has(op)) return cache.get(op);
  const attr = op.discardable[RULE_ATTRIBUTE];
  const rule: OpShardingRule | NoShardingRule = attr ? readRule(attr) : op.definition.sharding(op);
  const found = 'noRule' in rule ? undefined : rule;
  cache.set(op, found);
  return found;
}

/**
 * The rule for conservative propagation: shardings also stop at factors that would need communication to stay sharded. Where a
 * rule moves and reduces along the same dimensions (the spatial ones of a convolution), it leaves them out.
 */
export function conservativeRule(rule: OpShardingRule): OpShardingRule {
  if (!rule.factorKinds.includes('permutation')) return rule;
  if (rule.factorKinds.includes('reduction')) return withoutMoved(rule);
  const costly = rule.factorKinds.flatMap((k, i) => (k === 'permutation' || k === 'needReplication' ? [i] : []));
  return { ...rule, blocked: new Set([...rule.blocked, ...costly]) };
}

/** Without permutation factors and what shares dimensions with them; dimensions left bare get factors of size one. */
function withoutMoved(rule: OpShardingRule): OpShardingRule {
  const dims = [...rule.operands, ...rule.results].flat();
  const isMoved = (i: number): boolean => rule.factorKinds[i] === 'permutation';
  const left = new Set(dims.filter((d) => d.some(isMoved)).flat());
  const kept = rule.factorSizes.flatMap((_, i) => (left.has(i) ? [] : [i]));
  const factorSizes = kept.map((i) => rule.factorSizes[i]);
  const factorKinds = kept.map((i) => rule.factorKinds[i]);
  const renumbered = (tensors: OpShardingRule['operands']): number[][][] =>
    tensors.map((t) =>
      t.map((d) => {
        const factors = d.filter((i) => !left.has(i)).map((i) => kept.indexOf(i));
        if (factors.length > 0) return factors;
        factorKinds.push('passThrough');
        return [factorSizes.push(1) - 1];
      }),
    );
  const operands = renumbered(rule.operands);
  const results = renumbered(rule.results);
  const blocked = new Set([...rule.blocked].flatMap((i) => (left.has(i) ? [] : [kept.indexOf(i)])));
  return { ...rule, factorSizes, factorKinds, blocked, operands, results };
}

/** The rule of an identity op with several operands (data-flow edges, function results). */
export function identityRuleOf(shape: readonly number[], numOperands: number): OpShardingRule {
  const dims = shape.map((_, d) => [d]);
  return {
    factorSizes: shape,
    factorKinds: shape.map(() => 'passThrough'),
    blocked: new Set(),
    operands: Array.from({ length: numOperands }, () => dims),
    results: [dims],
  };
}

// ---- text: `([i, jk], [k, l])->([i, l]) {i=2, j=4, k=8, l=16} reduction={k}` ----

export function ruleAttr(rule: OpShardingRule): Attr {
  return { kind: 'dialect', name: 'sdy.op_sharding_rule', body: ruleText(rule) };
}

export function readRule(attr: Attr): OpShardingRule {
  if (attr.kind !== 'dialect' || attr.body === undefined)
    throw new EspalierError('partition/rule', 'not a sharding rule', { given: attr.kind });
  return parseRule(attr.body);
}

export function parseRule(text: string): OpShardingRule {
  const c = new Cursor(text, '<sharding rule>');
  const tensor = (): number[][] =>
    c.list('[', ']', () => {
      const word = c.optionalWord() ?? '';
      return [...word.matchAll(/z_(\d+)|[i-z]/g)].map((m) => factorIndex(m[0]));
    });
  const operands = c.list('(', ')', tensor);
  c.expect('->');
  const results = c.list('(', ')', tensor);
  const factorSizes: number[] = [];
  if (c.peek('{'))
    c.list('{', '}', () => {
      c.word();
      c.expect('=');
      factorSizes.push(c.integer());
    });
  const factorKinds: FactorKind[] = factorSizes.map(() => 'passThrough');
  const blocked = new Set<number>();
  const names = (): number[] => {
    c.expect('=');
    return c.list('{', '}', () => factorIndex(c.word()));
  };
  let isCustom = false;
  for (;;) {
    if (c.accept('reduction')) for (const i of names()) factorKinds[i] = 'reduction';
    else if (c.accept('need_replication')) for (const i of names()) factorKinds[i] = 'needReplication';
    else if (c.accept('permutation')) for (const i of names()) factorKinds[i] = 'permutation';
    else if (c.accept('blocked_propagation')) for (const i of names()) blocked.add(i);
    else if (c.accept(',')) {
      c.expect('custom');
      isCustom = true;
    } else break;
  }
  return { factorSizes, factorKinds, blocked, operands, results, ...(isCustom ? { isCustom } : {}) };
}

const factorIndex = (name: string): number =>
  name.startsWith('z_') ? 17 + Number(name.slice(2)) : name.charCodeAt(0) - 'i'.charCodeAt(0);
