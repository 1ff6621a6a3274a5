import { gcd } from '../../base/index.ts';
import {
  type AxisRef,
  axesSize,
  axisPart,
  axisPre,
  axisSize,
  containsAxis,
  type Direction,
  isPrefixAxis,
  isStrictPrefixList,
  type Mesh,
  prefixWithoutOverlap,
  sameAxis,
} from '../../ir/index.ts';
import { expandFactor, type FactorSharding, type Projection, prefixStatus, type TensorFactors } from './projection.ts';

export interface FactorStep {
  readonly projection: Projection;
  readonly direction: (factor: number) => Direction;
  readonly sizes: readonly number[];
  readonly mesh: Mesh;
  readonly isElementwise: boolean;
  /** Never shard by part of an axis. */
  readonly conservative: boolean;
}

/** Which tensors a step changed. */
export interface Updated {
  readonly operands: boolean[];
  readonly results: boolean[];
}

const tensorsOf = (p: Projection): readonly TensorFactors[] => [...p.operands, ...p.results];

/** The axes that all tensors agree on for a factor, looking at that factor only. */
function compatibleMajorAxes(step: FactorStep, factor: number): AxisRef[] {
  const direction = step.direction(factor);
  if (direction === 'NONE') return [];
  const { operands, results } = step.projection;
  const [first, second] = direction === 'BACKWARD' ? [results, operands] : [operands, results];
  let axes: AxisRef[] = [];
  let canExpand = true;
  const meet = (tensors: readonly TensorFactors[]): void => {
    for (const t of tensors) {
      const f = t.factors[factor];
      if (f) [axes, canExpand] = mergeMajorAxes(axes, f.axes, canExpand, step.mesh);
    }
  };
  meet(first);
  if (direction !== 'BOTH') canExpand = false;
  meet(second);
  return axes;
}

function mergeMajorAxes(
  older: readonly AxisRef[],
  newer: readonly AxisRef[],
  canExpand: boolean,
  mesh: Mesh,
): [AxisRef[], boolean] {
  const out: AxisRef[] = [];
  const n = Math.min(older.length, newer.length);
  for (let i = 0; i < n; i++) {
    const o = older[i];
    const w = newer[i];
    if (o.name !== w.name) return [out, false];
    if (sameAxis(o, w)) {
      out.push(w);
    } else if (isPrefixAxis(w, o, mesh)) {
      if (i + 1 < newer.length) {
        out.push(w);
        return [out, false];
      }
      out.push(o);
    } else if (isPrefixAxis(o, w, mesh)) {
      if (!canExpand || i + 1 < older.length) {
        out.push(o);
        return [out, false];
      }
      out.push(w);
    } else return [out, false];
  }
  out.push(...older.slice(n));
  if (canExpand) out.push(...newer.slice(n));
  return [out, canExpand];
}

/** The largest prefix of an axis that overlaps none of a list. */
function clear(axis: AxisRef | undefined, others: readonly AxisRef[], mesh: Mesh): AxisRef | undefined {
  let result = axis;
  for (const o of others) {
    if (!result) return undefined;
    result = prefixWithoutOverlap(result, o, mesh);
  }
  return result;
}

function noConflictsAcrossFactors(axis: AxisRef, t: TensorFactors, factor: number, mesh: Mesh): AxisRef | undefined {
  let result: AxisRef | undefined = axis;
  t.factors.forEach((f, i) => {
    if (!f || i === factor) return;
    result = clear(result, f.overflow, mesh);
    result = clear(result, f.axes, mesh);
  });
  return result;
}

function noConflictsWithinFactor(
  axis: AxisRef,
  t: TensorFactors,
  f: FactorSharding,
  sharded: number,
  size: number,
  mesh: Mesh,
): AxisRef | undefined {
  const result = clear(clear(axis, t.replicated, mesh), t.unreduced, mesh);
  if (!result) return undefined;
  if (f.axes.some((a) => containsAxis(a, result, mesh))) return result;
  if (!f.isClosed && f.overflow.length === 0) {
    if (f.isMinorMost) return result;
    if (size % sharded === 0) {
      const axisN = axisSize(result, mesh);
      const common = gcd(size / sharded, axisN);
      if (common === axisN) return result;
      if (common !== 1) return axisPart(result.name, axisPre(result), common, mesh);
    }
  }
  const last = f.axes[f.axes.length - 1];
  return last && isPrefixAxis(last, result, mesh) ? last : undefined;
}

/** Cuts a list at the first axis that a test rejects or shortens. */
function truncate(
  axes: readonly AxisRef[],
  step: FactorStep,
  test: (axis: AxisRef, sharded: number) => AxisRef | undefined,
): AxisRef[] {
  const out: AxisRef[] = [];
  let sharded = 1;
  for (const a of axes) {
    const kept = test(a, sharded);
    if (!kept || (step.conservative && kept.sub)) return out;
    out.push(kept);
    if (!sameAxis(kept, a)) return out;
    sharded *= axisSize(kept, step.mesh);
  }
  return out;
}

/** BASIC: an axis spreads along a factor only if it conflicts in no tensor of the op. */
export function basicPropagation(step: FactorStep): Updated {
  const { projection, sizes, mesh } = step;
  const updated: Updated = {
    operands: projection.operands.map(() => false),
    results: projection.results.map(() => false),
  };
  const all = tensorsOf(projection);
  sizes.forEach((size, factor) => {
    const axes = truncate(compatibleMajorAxes(step, factor), step, (axis, sharded) => {
      let result: AxisRef | undefined = axis;
      for (const t of all) {
        if (!result) return undefined;
        result = noConflictsAcrossFactors(result, t, factor, mesh);
        const f = t.factors[factor];
        if (result && f) result = noConflictsWithinFactor(result, t, f, sharded, size, mesh);
      }
      return result;
    });
    projection.operands.forEach((t, i) => {
      if (expandFactor(t, factor, axes, mesh)) updated.operands[i] = true;
    });
    projection.results.forEach((t, i) => {
      if (expandFactor(t, factor, axes, mesh)) updated.results[i] = true;
    });
  });
  return updated;
}

/** AGGRESSIVE: conflicts between factors are resolved per tensor, in favour of the factor whose source tensor is largest. */
export function aggressivePropagation(step: FactorStep): Updated {
  const { projection, sizes, mesh } = step;
  const updated: Updated = {
    operands: projection.operands.map(() => false),
    results: projection.results.map(() => false),
  };
  const axesOf = sizes.map((_, factor) => compatibleMajorAxes(step, factor));
  if (axesOf.every((a) => a.length === 0)) return updated;
  const sources = sourceTensors(projection, sizes, axesOf, mesh);
  const shardedSize = axesOf.map((a) => (step.isElementwise ? axesSize(a, mesh) : 0));
  const order = sizes
    .map((_, i) => i)
    .sort(
      (i, j) =>
        sources[j].size - sources[i].size ||
        shardedSize[j] - shardedSize[i] ||
        sources[i].index - sources[j].index ||
        i - j,
    );
  const newAxes = (t: TensorFactors, factor: number): AxisRef[] => {
    const f = t.factors[factor];
    if (!f) return [];
    const within = truncate(axesOf[factor], step, (axis, sharded) =>
      noConflictsWithinFactor(axis, t, f, sharded, sizes[factor], mesh),
    );
    if (!isStrictPrefixList(f.axes, within, mesh)) return [];
    return truncate(within, step, (axis) => noConflictsAcrossFactors(axis, t, factor, mesh));
  };
  projection.results.forEach((t, i) => {
    for (const factor of order) {
      const axes = newAxes(t, factor);
      if (axes.length > 0 && expandFactor(t, factor, axes, mesh)) updated.results[i] = true;
    }
  });
  projection.operands.forEach((t, i) => {
    for (const factor of order) {
      let axes = newAxes(t, factor);
      if (axes.length === 0) continue;
      if (step.isElementwise)
        for (const r of projection.results) {
          // Do not spread sideways to an operand what the result refused.
          const f = r.factors[factor];
          if (f && isStrictPrefixList(f.axes, axes, mesh)) axes = f.axes;
        }
      if (expandFactor(t, factor, axes, mesh)) updated.operands[i] = true;
    }
  });
  return updated;
}

/** Per factor, the largest tensor that already has the new axes. */
function sourceTensors(
  projection: Projection,
  sizes: readonly number[],
  axesOf: readonly (readonly AxisRef[])[],
  mesh: Mesh,
): { index: number; size: number }[] {
  const sources = sizes.map(() => ({ index: -1, size: -1 }));
  tensorsOf(projection).forEach((t, index) => {
    let size = 1;
    t.factors.forEach((f, i) => {
      if (f) size *= sizes[i];
    });
    t.factors.forEach((f, i) => {
      if (!f || axesOf[i].length === 0 || prefixStatus(axesOf[i], f.axes, mesh) === 'no') return;
      if (size > sources[i].size) sources[i] = { index, size };
    });
  });
  return sources;
}
