import { EspalierError } from '../../base/index.ts';
import {
  type Attr,
  Cursor,
  type FactorKind,
  type NoShardingRule,
  type Op,
  type OpShardingRule,
  ruleText,
  type ShardingContext,
  sameItems,
  type Value,
} from '../../ir/index.ts';
import type { Program } from '../program.ts';

/** Name of the discardable attribute that overrides or shows an op's rule. */
export const RULE_ATTRIBUTE = 'sdy.sharding_rule';

/** What a rule depends on beside its op. */
export interface RuleContext {
  /** For conservative propagation: shardings also stop where they might not divide. */
  readonly conservative?: boolean;
  /** The program that the op is part of. */
  readonly program?: Program;
}

interface Known {
  readonly op: Op;
  readonly rule: OpShardingRule | undefined;
}
/** By an op's attributes, which its copies share. */
const caches = { plain: new WeakMap<object, Known>(), conservative: new WeakMap<object, Known>() } as const;

/** Whether two ops can only differ in what is no business of a rule: which values, their shardings, where they came from. */
function isCopy(a: Op, b: Op): boolean {
  return (
    a === b ||
    (a.definition === b.definition &&
      a.discardable[RULE_ATTRIBUTE] === b.discardable[RULE_ATTRIBUTE] &&
      sameItems(a.regions, b.regions) &&
      sameTypes(a.operands, b.operands) &&
      sameTypes(a.results, b.results))
  );
}
const sameTypes = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((x, i) => x.type === b[i].type);

/** An op's sharding rule: the one in its attribute, else its definition's; undefined when it takes no part. */
export function ruleOf(op: Op, { conservative = false, program }: RuleContext = {}): OpShardingRule | undefined {
  const cache = conservative ? caches.conservative : caches.plain;
  const known = cache.get(op.attributes);
  if (known && isCopy(op, known.op)) return known.rule;
  const attr = op.discardable[RULE_ATTRIBUTE];
  // An op may be part of several programs: what was made from its users there holds for one of them only.
  let isShared = true;
  const context: ShardingContext = {
    conservative,
    get users() {
      isShared = false;
      return program ? op.results.flatMap((r) => program.usesOf(r).map((u) => u.op)) : [];
    },
  };
  const rule: OpShardingRule | NoShardingRule = attr ? readRule(attr) : op.definition.sharding(op, context);
  const found = 'noRule' in rule ? undefined : rule;
  if (isShared) cache.set(op.attributes, { op, rule: found });
  return found;
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
