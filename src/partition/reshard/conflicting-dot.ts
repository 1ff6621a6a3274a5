import { numElements } from '../../base/index.ts';
import {
  type AxisRef,
  type Mesh,
  type Op,
  type OpShardingRule,
  overlapsAny,
  sameAxes,
  type Value,
} from '../../ir/index.ts';
import type { Projection } from '../propagate/projection.ts';

/** The one factor on which a dot's result disagrees with an operand while having exactly the reduction axes. */
export function conflictingDot(
  op: Op,
  projection: Projection,
  rule: OpShardingRule,
  mesh: Mesh,
): { factor: number; axes: readonly AxisRef[] } | undefined {
  const [lhs, rhs] = projection.operands;
  const [result] = projection.results;
  const size = (v: Value): number => (v.type.kind === 'tensor' ? numElements(v.type.shape) : 0);
  const [lhsSize, rhsSize, resultSize] = [size(op.operands[0]), size(op.operands[1]), size(op.results[0])];
  let found: { factor: number; axes: readonly AxisRef[] } | undefined;
  const reduction: AxisRef[] = [];
  const seen: AxisRef[] = [];
  for (let factor = 0; factor < rule.factorSizes.length; factor++) {
    const l = lhs.factors[factor]?.axes;
    const r = rhs.factors[factor]?.axes;
    const axes = l ?? r ?? [];
    let maxSize = l ? lhsSize : rhsSize;
    if (l && r) {
      maxSize = Math.max(lhsSize, rhsSize);
      if (!sameAxes(l, r)) return undefined;
      if (rule.factorKinds[factor] === 'reduction') {
        reduction.push(...l);
        continue;
      }
    } else
      for (const a of axes) {
        if (overlapsAny(a, seen, mesh)) return undefined;
        seen.push(a);
      }
    const out = result.factors[factor];
    if (out && !sameAxes(out.axes, axes)) {
      if (axes.length === 0 || found || resultSize > maxSize) return undefined;
      found = { factor, axes };
    }
  }
  if (!found) return undefined;
  const out = result.factors[found.factor]!.axes;
  return out.length > 0 && sameAxes(out, reduction) ? found : undefined;
}
