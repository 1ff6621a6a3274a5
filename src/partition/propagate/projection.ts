import { gcd } from '../../base/index.ts';
import {
  type AxisRef,
  appendAxis,
  axesSize,
  axisPart,
  axisPre,
  axisSize,
  type DimSharding,
  isPrefixList,
  isStrictPrefixList,
  type Mesh,
  type OpShardingRule,
  type TensorSharding,
} from '../../ir/index.ts';

/** How one factor of one tensor is sharded. */
export interface FactorSharding {
  axes: AxisRef[];
  /** Axes of the dimension that do not fit this factor; later factors of the dimension are then blocked. */
  overflow: AxisRef[];
  isMinorMost: boolean;
  isClosed: boolean;
}

/** A tensor's sharding seen through the factors of an op's rule. */
export interface TensorFactors {
  /** By factor index; undefined where the tensor does not have the factor. */
  readonly factors: (FactorSharding | undefined)[];
  readonly replicated: readonly AxisRef[];
  readonly unreduced: readonly AxisRef[];
  readonly unreducedKind: TensorSharding['unreducedKind'];
}

export interface Projection {
  readonly operands: readonly TensorFactors[];
  readonly results: readonly TensorFactors[];
}

/** Projects the shardings of an op's tensors onto its factors. A missing sharding is open, or closed on request. */
export function project(
  operands: readonly (TensorSharding | undefined)[],
  results: readonly (TensorSharding | undefined)[],
  rule: OpShardingRule,
  mesh: Mesh,
  closedIfMissing = false,
): Projection {
  const one = (s: TensorSharding | undefined, dims: readonly (readonly number[])[]): TensorFactors =>
    projectTensor(s, dims, rule.factorSizes, mesh, closedIfMissing);
  return {
    operands: rule.operands.map((dims, i) => one(operands[i], dims)),
    results: rule.results.map((dims, i) => one(results[i], dims)),
  };
}

function projectTensor(
  sharding: TensorSharding | undefined,
  dims: readonly (readonly number[])[],
  sizes: readonly number[],
  mesh: Mesh,
  closedIfMissing: boolean,
): TensorFactors {
  const factors: (FactorSharding | undefined)[] = new Array(sizes.length).fill(undefined);
  dims.forEach((dimFactors, d) => {
    const isClosed = sharding ? sharding.dims[d].isClosed : closedIfMissing;
    const rest = [...(sharding?.dims[d].axes ?? [])];
    let hasOverflow = false;
    dimFactors.forEach((factor, position) => {
      const isMinorMost = position === dimFactors.length - 1;
      const f: FactorSharding = { axes: [], overflow: [], isMinorMost, isClosed };
      factors[factor] = f;
      if (hasOverflow) {
        f.isClosed = true;
        return;
      }
      if (isMinorMost) {
        for (const a of rest) appendAxis(f.axes, a, mesh);
        return;
      }
      let remaining = sizes[factor];
      while (rest.length > 0) {
        const size = axisSize(rest[0], mesh);
        const common = gcd(remaining, size);
        if (size !== 1 && common === 1) break;
        if (size > common) {
          const [head, tail] = splitAxis(rest[0], common, mesh);
          f.axes.push(head);
          rest[0] = tail;
          remaining /= common;
        } else {
          f.axes.push(rest.shift()!);
          remaining /= size;
        }
      }
      if (remaining > 1 && rest.length > 0) {
        hasOverflow = true;
        for (const a of rest) appendAxis(f.overflow, a, mesh);
      }
    });
  });
  return {
    factors,
    replicated: sharding?.replicated ?? [],
    unreduced: sharding?.unreduced ?? [],
    unreducedKind: sharding?.unreducedKind,
  };
}

/** Cuts an axis after its first `size`. */
export function splitAxis(a: AxisRef, size: number, mesh: Mesh): [AxisRef, AxisRef] {
  const pre = axisPre(a);
  return [axisPart(a.name, pre, size, mesh), axisPart(a.name, pre * size, axisSize(a, mesh) / size, mesh)];
}

/** The sharding that factors describe; undoes `project`. */
export function unproject(
  t: TensorFactors,
  dims: readonly (readonly number[])[],
  sizes: readonly number[],
  meshRef: string | Mesh,
  mesh: Mesh,
): TensorSharding {
  const shardings = dims.map((dimFactors): DimSharding => {
    let isClosed = false;
    const axes: AxisRef[] = [];
    for (const factor of dimFactors) {
      const f = t.factors[factor]!;
      isClosed ||= f.isClosed;
      addAll(axes, f.axes, mesh);
      if (f.overflow.length > 0) {
        addAll(axes, f.overflow, mesh);
        break;
      }
      if (axesSize(f.axes, mesh) < sizes[factor]) break;
    }
    return { axes, isClosed };
  });
  return {
    mesh: meshRef,
    dims: shardings,
    replicated: t.replicated,
    unreduced: t.unreduced,
    ...(t.unreducedKind ? { unreducedKind: t.unreducedKind } : {}),
  };
}

function addAll(axes: AxisRef[], more: readonly AxisRef[], mesh: Mesh): void {
  more.forEach((a, i) => {
    if (i === 0) appendAxis(axes, a, mesh);
    else axes.push(a);
  });
}

/** Replaces a factor's axes by a list they are a strict prefix of; false when they are not. */
export function expandFactor(t: TensorFactors, factor: number, axes: readonly AxisRef[], mesh: Mesh): boolean {
  const f = t.factors[factor];
  if (!f || !isStrictPrefixList(f.axes, axes, mesh)) return false;
  f.axes = [...axes];
  return true;
}

export type PrefixStatus = 'equal' | 'strict' | 'no';
export function prefixStatus(a: readonly AxisRef[], b: readonly AxisRef[], mesh: Mesh): PrefixStatus {
  if (!isPrefixList(a, b, mesh)) return 'no';
  return isStrictPrefixList(a, b, mesh) ? 'strict' : 'equal';
}
