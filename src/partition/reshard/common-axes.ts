/*
 * Which axes each factor of an op gets when its tensors disagree: the heart of `insert-explicit-reshards`.
 * Source: Shardy, explicit_reshards_util (full version).
 */
import {
  type AxisRef,
  appendAxis,
  axesSize,
  axisPre,
  axisSize,
  commonPrefix,
  type FactorKind,
  isPrefixList,
  isStrictPrefixList,
  type Mesh,
  type OpShardingRule,
  overlapsAny,
  prefixWithoutOverlap,
  sameAxes,
} from '../../ir/index.ts';
import type { Projection, TensorFactors } from '../propagate/projection.ts';

export type AxesPerFactor = AxisRef[][];

interface Input {
  readonly projection: Projection;
  readonly rule: OpShardingRule;
  /** Elements of each tensor, operands then results. */
  readonly tensorSizes: readonly number[];
  readonly mesh: Mesh;
}

const tensorsOf = (p: Projection): readonly TensorFactors[] => [...p.operands, ...p.results];

/** Chooses the axes of every factor so that all tensors agree and as little as possible is resharded. */
export function findCommonAxes(input: Input): AxesPerFactor {
  const { rule } = input;
  const compatible = compatibleAxes(input);
  if (compatible) return compatible;
  const nonScalar = nonScalarTensors(rule);
  if (
    nonScalar.length === 2 &&
    !rule.factorKinds.includes('needReplication') &&
    ![...rule.operands, ...rule.results].some((t) => t.some((d) => d.length > 1))
  )
    return commonAxesOfUnary(input, nonScalar[0], nonScalar[1]);
  const axes = commonAxesGreedily(input);
  distributeReplicated(input, axes);
  return axes;
}

/** The axes if every factor is sharded the same everywhere, no axis serves two factors, replicated factors are whole. */
function compatibleAxes({ projection, rule, mesh }: Input): AxesPerFactor | undefined {
  const out: AxesPerFactor = rule.factorSizes.map(() => []);
  const seen: AxisRef[] = [];
  for (let factor = 0; factor < rule.factorSizes.length; factor++) {
    let common: readonly AxisRef[] | undefined;
    for (const t of tensorsOf(projection)) {
      const f = t.factors[factor];
      if (!f) continue;
      if (common && !sameAxes(common, f.axes)) return undefined;
      common = f.axes;
    }
    const axes = common ?? [];
    if (rule.factorKinds[factor] === 'needReplication') {
      if (axes.length > 0) return undefined;
      continue;
    }
    if (axes.some((a) => overlapsAny(a, seen, mesh))) return undefined;
    out[factor] = [...axes];
    seen.push(...axes);
  }
  return out;
}

function nonScalarTensors(rule: OpShardingRule): number[] {
  return [...rule.operands, ...rule.results].flatMap((t, i) => (t.length > 0 ? [i] : []));
}

/** Two tensors: one keeps its sharding (no sharded permutation factor, larger, more sharded), the other follows. */
function commonAxesOfUnary({ projection, rule, tensorSizes, mesh }: Input, lhs: number, rhs: number): AxesPerFactor {
  const tensors = tensorsOf(projection);
  const preference = (i: number): number[] => {
    const t = tensors[i];
    const permuted = t.factors.some((f, k) => f && f.axes.length > 0 && rule.factorKinds[k] === 'permutation');
    let sharded = 1;
    for (const f of t.factors) if (f) sharded *= axesSize(f.axes, mesh) * axesSize(f.overflow, mesh);
    return [permuted ? 0 : 1, tensorSizes[i], sharded];
  };
  const [preferred, other] = compareLists(preference(lhs), preference(rhs)) >= 0 ? [lhs, rhs] : [rhs, lhs];
  const out: AxesPerFactor = rule.factorSizes.map(() => []);
  const used: AxisRef[] = [];
  tensors[preferred].factors.forEach((f, i) => {
    if (!f) return;
    out[i] = [...f.axes];
    used.push(...f.axes);
  });
  tensors[other].factors.forEach((f, i) => {
    if (f && !tensors[preferred].factors[i]) out[i] = truncateOverlaps(f.axes, used, mesh);
  });
  return out;
}

/** The prefix of a list before the first overlap with `others`. */
export function truncateOverlaps(axes: readonly AxisRef[], others: readonly AxisRef[], mesh: Mesh): AxisRef[] {
  const out: AxisRef[] = [];
  for (const a of axes) {
    let kept: AxisRef | undefined = a;
    for (const o of others) kept = kept && prefixWithoutOverlap(kept, o, mesh);
    if (kept) out.push(kept);
    if (kept !== a) break;
  }
  return out;
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

// ---- greedy ----

interface Candidate {
  factor: number;
  axes: AxisRef[];
  /** Elements of all tensors that already have these axes on this factor. */
  sourceSize: number;
  /** How much finer it cuts than what the factor already has. */
  shardingSize: number;
  precedence: number;
}

const precedences: Record<FactorKind, number> = { passThrough: 3, reduction: 2, permutation: 1, needReplication: 0 };

function commonAxesGreedily(input: Input): AxesPerFactor {
  const { rule, mesh } = input;
  const out: AxesPerFactor = rule.factorSizes.map(() => []);
  let candidates = initialCandidates(input);
  const dependencies = factorDependencies(rule);
  while (candidates.length > 0) {
    let best: Candidate | undefined;
    for (const c of candidates) {
      if ((dependencies.get(c.factor)?.size ?? 0) > 0) continue;
      if (!best || compareCandidates(best, c) < 0) best = c;
    }
    if (!best) break;
    const { factor, axes } = best;
    out[factor] = [...axes];
    if (axesSize(axes, mesh) === rule.factorSizes[factor]) for (const d of dependencies.values()) d.delete(factor);
    candidates = candidates.flatMap((c) => {
      if (c.factor === factor) {
        if (!isStrictPrefixList(axes, c.axes, mesh)) return [];
        c.shardingSize = expandedSize(c.axes, axes, mesh);
        return [c];
      }
      const truncated = truncateOverlaps(c.axes, axes, mesh);
      if (!sameAxes(truncated, c.axes)) {
        c.axes = truncated;
        if (sameAxes(truncated, out[c.factor])) return [];
        c.shardingSize = expandedSize(truncated, out[c.factor], mesh);
        return [c];
      }
      c.shardingSize = axesSize(c.axes, mesh);
      return [c];
    });
  }
  return out;
}

function expandedSize(axes: readonly AxisRef[], prefix: readonly AxisRef[], mesh: Mesh): number {
  return axesSize(axes, mesh) / axesSize(prefix, mesh);
}

function initialCandidates({ projection, rule, tensorSizes, mesh }: Input): Candidate[] {
  const byKey = new Map<string, Candidate>();
  const tensors = tensorsOf(projection);
  for (const t of tensors)
    t.factors.forEach((f, factor) => {
      if (!f) return;
      for (let n = f.axes.length; n > 0; n--) {
        const axes = f.axes.slice(0, n);
        const key = `${factor} ${JSON.stringify(axes)}`;
        if (byKey.has(key)) continue;
        byKey.set(key, {
          factor,
          axes,
          sourceSize: 0,
          shardingSize: axesSize(axes, mesh),
          precedence: precedences[rule.factorKinds[factor]],
        });
      }
    });
  const candidates = [...byKey.values()];
  tensors.forEach((t, i) => {
    t.factors.forEach((f, factor) => {
      if (!f) return;
      for (const c of candidates)
        if (c.factor === factor && isPrefixList(c.axes, f.axes, mesh)) c.sourceSize += tensorSizes[i];
    });
  });
  return candidates;
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    a.sourceSize - b.sourceSize ||
    a.precedence - b.precedence ||
    a.shardingSize - b.shardingSize ||
    a.factor - b.factor ||
    compareAxisLists(a.axes, b.axes)
  );
}

function compareAxisLists(a: readonly AxisRef[], b: readonly AxisRef[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x.name !== y.name) return x.name < y.name ? -1 : 1;
    const d =
      axisPre(x) - axisPre(y) || (x.sub?.size ?? Number.POSITIVE_INFINITY) - (y.sub?.size ?? Number.POSITIVE_INFINITY);
    if (d) return d;
  }
  return a.length - b.length;
}

/** factor → factors that must be fully sharded before it may be, because they are major to it in some dimension. */
function factorDependencies(rule: OpShardingRule): Map<number, Set<number>> {
  const out = new Map<number, Set<number>>();
  for (const tensor of [...rule.operands, ...rule.results])
    for (const dim of tensor)
      for (let i = 1; i < dim.length; i++) {
        const set = out.get(dim[i]) ?? new Set<number>();
        set.add(dim[i - 1]);
        out.set(dim[i], set);
      }
  return out;
}

/** Moves axes of factors that must be whole to batching factors with room; drops the rest. */
function distributeReplicated({ rule, mesh }: Input, axes: AxesPerFactor): void {
  const batching = batchingFactors(rule);
  const nonScalar = [...rule.operands, ...rule.results].filter((t) => t.length > 0);
  rule.factorKinds.forEach((kind, factor) => {
    if (kind !== 'needReplication') return;
    const rest = axes[factor];
    axes[factor] = [];
    if (rest.length === 0 || !nonScalar.every((t) => t.some((d) => d.includes(factor)))) return;
    for (const b of batching) {
      const size = rule.factorSizes[b];
      const sharded = axesSize(axes[b], mesh);
      if (size === 0 || size % sharded !== 0) continue;
      let capacity = size / sharded;
      while (rest.length > 0 && capacity % axisSize(rest[0], mesh) === 0) {
        capacity /= axisSize(rest[0], mesh);
        appendAxis(axes[b], rest.shift()!, mesh);
      }
      if (rest.length === 0) break;
    }
  });
}

/** Pass-through factors that every non-scalar tensor has. */
function batchingFactors(rule: OpShardingRule): number[] {
  const nonScalar = [...rule.operands, ...rule.results].filter((t) => t.length > 0);
  return rule.factorSizes.flatMap((_, i) =>
    rule.factorKinds[i] === 'passThrough' && nonScalar.every((t) => t.some((d) => d.includes(i))) ? [i] : [],
  );
}

/** Longest prefix of axes that all tensors share, per factor. */
export function greatestCommonPrefix(projection: Projection, numFactors: number, mesh: Mesh): AxesPerFactor {
  return Array.from({ length: numFactors }, (_, factor) => {
    let common: AxisRef[] | undefined;
    for (const t of tensorsOf(projection)) {
      const f = t.factors[factor];
      if (f) common = common ? commonPrefix(common, f.axes, mesh) : [...f.axes];
    }
    return common ?? [];
  });
}
