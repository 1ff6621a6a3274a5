/*
 * settle-unreduced: lets a result be a partial sum only where the op can make one; elsewhere the op makes the whole value, which
 * is then turned into a partial sum (itself on one device, zeros on the others).
 *
 * Before: shardings are final. After: unreduced axes of a result are axes of the op's cut reduction factors, or the op is linear
 *   and all its tensor operands are unreduced along them.
 *
 *   tanh %0 {sharding = [{}] unreduced={"x"}}   =>   sdy.reshard (tanh %0 {[{}]}) <[{}] unreduced={"x"}>
 */
import {
  type AxisRef,
  axesMinus,
  type Mesh,
  type Module,
  type Op,
  sortAxes,
  type TensorSharding,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { project } from '../propagate/projection.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings, withShardings } from '../shardings.ts';
import { loweringRule } from './lowering-rules.ts';
import { reductionKinds } from './reductions.ts';

export function settleUnreduced(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    const given = op.results.map((r) => shardings.get(r));
    const first = given.find((s) => s && s.unreduced.length > 0);
    const { traits } = op.definition;
    if (!first || traits.placement || traits.call || traits.dataFlow) {
      rewriter.copy(op);
      return;
    }
    const mesh = shardings.meshOf(first);
    const made = partialAxes(op, shardings, mesh);
    const settled = given.map((s): TensorSharding | undefined => {
      const excess = s ? axesMinus(s.unreduced, made, mesh) : [];
      return s && excess.length > 0 ? { ...s, unreduced: sortAxes(axesMinus(s.unreduced, excess, mesh), mesh) } : s;
    });
    rewriter.copy(op, { discardable: withShardings(op.discardable, op.results, settled) });
    op.results.forEach((r, i) => {
      if (settled[i] !== given[i])
        rewriter.map.set(r, rewriter.emit('sdy.reshard', [rewriter.get(r)], { sharding: given[i] }));
    });
  });
}

export const settleUnreducedPass: Pass = {
  name: 'settle-unreduced',
  doc: 'Let results be partial sums only where ops make them.',
  run: settleUnreduced,
};

/** Axes along which an op's results can be partial sums. */
function partialAxes(op: Op, shardings: Shardings, mesh: Mesh): AxisRef[] {
  const operands = op.operands.map((v) => shardings.get(v));
  const rule = loweringRule(op, shardings.program);
  if (rule?.factorKinds.includes('reduction')) {
    if (!reductionKinds(op)?.every((kind) => kind === 'sum')) return [];
    const projection = project(operands, [], { ...rule, results: [] }, mesh, true);
    return rule.factorKinds.flatMap((kind, factor) => {
      if (kind !== 'reduction') return [];
      return projection.operands.find((t) => t.factors[factor])?.factors[factor]?.axes ?? [];
    });
  }
  const { linear, view } = op.definition.traits;
  if (!linear && !view) return [];
  const [first, ...others] = operands;
  const inAll = (a: AxisRef): boolean => others.every((s) => s && axesMinus([a], s.unreduced, mesh).length === 0);
  return (first?.unreduced ?? []).filter(inAll);
}
