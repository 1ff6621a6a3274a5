import { gcd } from '../../base/index.ts';
import {
  type AxisRef,
  appendAxis,
  axesSize,
  axisSize,
  type Mesh,
  type OpShardingRule,
  type TensorSharding,
} from '../../ir/index.ts';
import { type Projection, project, splitAxis, type TensorFactors, unproject } from '../propagate/projection.ts';
import { type AxesPerFactor, greatestCommonPrefix } from './common-axes.ts';

/** A reshape whose factors cannot take the axes as they are: keep the finer side's axes, laid out so that both can. */
export function reshapeAxes(
  projection: Projection,
  rule: OpShardingRule,
  mesh: Mesh,
  name: string | Mesh,
): AxesPerFactor {
  const size = (t: TensorFactors): number =>
    t.factors.reduce((n, f) => (f ? n * axesSize(f.axes, mesh) * axesSize(f.overflow, mesh) : n), 1);
  const [input, output] = [projection.operands[0], projection.results[0]];
  const best = size(input) >= size(output) ? input : output;
  const all = best.factors.flatMap((f) => (f ? [...f.axes, ...f.overflow] : []));
  const redistribute = (t: TensorFactors, dims: OpShardingRule['operands'][number]): TensorSharding => {
    const factors = dims.flat().filter((i) => t.factors[i]);
    distribute(t, factors, rule.factorSizes, all, mesh);
    return unproject(t, dims, rule.factorSizes, name, mesh);
  };
  const inSharding = redistribute(input, rule.operands[0]);
  const outSharding = redistribute(output, rule.results[0]);
  const legal = project([inSharding], [outSharding], rule, mesh);
  const axes = greatestCommonPrefix(legal, rule.factorSizes.length, mesh);
  for (const t of [input, output])
    t.factors.forEach((f, i) => {
      if (!f) return;
      f.axes = [...axes[i]];
      f.overflow = [];
    });
  return axes;
}

/** Gives each axis to the first factors that can take it, splitting it by common divisors; the rest overflows. */
function distribute(
  t: TensorFactors,
  factors: readonly number[],
  sizes: readonly number[],
  axes: readonly AxisRef[],
  mesh: Mesh,
): void {
  for (const i of factors) {
    t.factors[i]!.axes = [];
    t.factors[i]!.overflow = [];
  }
  const remaining = factors.map((i) => sizes[i]);
  const rest = [...axes];
  while (rest.length > 0) {
    let used = false;
    for (let k = 0; k < factors.length && rest.length > 0; k++) {
      if (remaining[k] <= 1) continue;
      const size = axisSize(rest[0], mesh);
      const common = gcd(remaining[k], size);
      if (common === 1 && size !== 1) continue;
      used = true;
      const target = t.factors[factors[k]]!.axes;
      if (size > common) {
        const [head, tail] = splitAxis(rest[0], common, mesh);
        appendAxis(target, head, mesh);
        rest[0] = tail;
        remaining[k] /= common;
      } else {
        appendAxis(target, rest.shift()!, mesh);
        remaining[k] /= size;
        break;
      }
    }
    if (!used) {
      const last = t.factors[factors[factors.length - 1]];
      if (last) for (const a of rest) appendAxis(last.overflow, a, mesh);
      return;
    }
  }
}
