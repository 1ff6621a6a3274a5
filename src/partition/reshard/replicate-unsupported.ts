/*
 * replicate-unsupported: reshards around ops that cannot run on shards as they are sharded, so that the next passes need not
 * know them. Correct first: what can be cut is kept cut.
 *
 * Before: `insert-explicit-reshards` has run.
 * After: no op has a sharded factor that needs replication or permutes elements; ops without a rule see whole tensors;
 *   dimensions made of several factors divide evenly.
 *
 *   stablehlo.reverse %0, dims = [0]   with %0 on [{"x"}]   =>   reshard %0 to [{}], reverse, reshard to [{"x"}]
 */
import {
  type AxisRef,
  fullyClosed,
  isReplicated,
  type Module,
  type Op,
  type OpShardingRule,
  sameAxes,
  type TensorSharding,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { project, type TensorFactors, unproject } from '../propagate/projection.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { rankOf, Shardings, withShardings } from '../shardings.ts';
import { loweringRule } from './lowering-rules.ts';
import { equivalent } from './placement.ts';
import { unsupported } from './unsupported-factors.ts';

export function replicateUnsupported(module: Module, { registry, report }: PassContext): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    const plan = planOf(op, shardings);
    if (!plan) {
      rewriter.copy(op);
      return;
    }
    report.replicated(op, plan.reason);
    apply(op, plan, shardings, rewriter);
  });
}

export const replicateUnsupportedPass: Pass = {
  name: 'replicate-unsupported',
  doc: 'Reshard around ops that cannot run on their shards.',
  run: replicateUnsupported,
};

interface Plan {
  readonly operands: readonly (TensorSharding | undefined)[];
  readonly results: readonly (TensorSharding | undefined)[];
  readonly reason: string;
}

function planOf(op: Op, shardings: Shardings): Plan | undefined {
  const { traits } = op.definition;
  if (traits.terminator || traits.call || traits.constant || traits.dataFlow || traits.placement) return undefined;
  const operands = op.operands.map((v) => shardings.get(v));
  const results = op.results.map((v) => shardings.get(v));
  const all = [...operands, ...results];
  if (all.every(isReplicated)) return undefined;
  const common = shardings.commonMesh(all, true);
  if (!common || common.mesh.isMaximal) return undefined;
  const whole = (reason: string): Plan => ({
    reason,
    operands: operands.map((_, i) => fullyClosed(common.name, rankOf(op.operands[i]))),
    results: results.map((_, i) => fullyClosed(common.name, rankOf(op.results[i]))),
  });
  const rule = loweringRule(op, shardings.program);
  if (!rule) return whole('it has no sharding rule');
  const { mesh, name } = common;
  const projection = project(operands, results, rule, mesh, true);
  const tensors = [...projection.operands, ...projection.results];
  const axes = rule.factorSizes.map((_, i) => agreedAxes(tensors, i));
  const bad = rule.factorSizes.map((_, i) => unsupported(op, rule, i, axes[i], mesh));
  const hasOverflow = tensors.some((t) => t.factors.some((f) => f && f.overflow.length > 0));
  const conflict = axes.some((a) => a === undefined);
  if (!hasOverflow && !conflict && bad.every((b) => b === undefined)) return undefined;
  const reason =
    bad.find((b) => b !== undefined) ?? (conflict ? 'its tensors disagree' : 'axes do not fit its factors');
  const clear = (t: TensorFactors, dims: OpShardingRule['operands'][number]): TensorSharding => {
    t.factors.forEach((f, i) => {
      if (!f) return;
      f.overflow = [];
      if (bad[i] !== undefined || axes[i] === undefined) f.axes = [];
    });
    return unproject(t, dims, rule.factorSizes, name, mesh);
  };
  return {
    reason,
    operands: projection.operands.map((t, i) => clear(t, rule.operands[i])),
    results: projection.results.map((t, i) => clear(t, rule.results[i])),
  };
}

/** The axes of a factor if all tensors that have it agree. */
function agreedAxes(tensors: readonly TensorFactors[], factor: number): readonly AxisRef[] | undefined {
  let found: readonly AxisRef[] | undefined;
  for (const t of tensors) {
    const f = t.factors[factor];
    if (!f) continue;
    if (found && !sameAxes(found, f.axes)) return undefined;
    found = f.axes;
  }
  return found ?? [];
}

function apply(op: Op, plan: Plan, shardings: Shardings, rewriter: Rewriter): void {
  const operands = op.operands.map((v, i) => {
    const wanted = plan.operands[i];
    if (!wanted || v.type.kind !== 'tensor' || equivalent(shardings.get(v), wanted)) return rewriter.get(v);
    return rewriter.emit('sdy.reshard', [rewriter.get(v)], { sharding: wanted });
  });
  rewriter.copy(op, { operands, discardable: withShardings(op.discardable, op.results, plan.results) });
  op.results.forEach((r, i) => {
    const given = shardings.get(r);
    if (!given || r.type.kind !== 'tensor' || equivalent(given, plan.results[i])) return;
    rewriter.map.set(r, rewriter.emit('sdy.reshard', [rewriter.get(r)], { sharding: given }));
  });
}
