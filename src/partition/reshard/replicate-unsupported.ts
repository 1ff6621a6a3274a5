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
import { numElements } from '../../base/index.ts';
import {
  type AxisRef,
  axesSize,
  fullyClosed,
  isReplicated,
  type Mesh,
  type Module,
  type Op,
  type OpShardingRule,
  sameAxes,
  type TensorSharding,
} from '../../ir/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { exchangedPositions, planExchange, undilated } from '../local/halo.ts';
import { type Cut, needsOf } from '../local/windowed-needs.ts';
import { flowEdges } from '../program.ts';
import { project, type TensorFactors, unproject } from '../propagate/projection.ts';
import { rewriteModule, type Scope } from '../rewrite.ts';
import { rankOf, Shardings, withShardings } from '../shardings.ts';
import { loweringRule } from './lowering-rules.ts';
import { equivalent } from './placement.ts';

export function replicateUnsupported(module: Module, { registry, report }: PassContext): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, scope) => {
    const plan = planOf(op, shardings);
    if (!plan) {
      scope.copy(op);
      return;
    }
    report.replicated(op, plan.reason);
    apply(op, plan, shardings, scope);
  });
}

interface Plan {
  readonly operands: readonly (TensorSharding | undefined)[];
  readonly results: readonly (TensorSharding | undefined)[];
  readonly reason: string;
}

function planOf(op: Op, shardings: Shardings): Plan | undefined {
  const { traits } = op.definition;
  if (traits.terminator || traits.call || traits.constant || flowEdges(op).length > 0 || op.name.startsWith('sdy.'))
    return undefined;
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

/** Ops whose results may be cut along dimensions that no operand has. */
const makesItsOwn = new Set(['stablehlo.broadcast_in_dim', 'stablehlo.rng_bit_generator']);

/** Why a factor cannot stay sharded; undefined when it can. */
export function unsupported(
  op: Op,
  rule: OpShardingRule,
  factor: number,
  axes: readonly AxisRef[] | undefined,
  mesh: Mesh,
): string | undefined {
  if (!axes || axes.length === 0) return undefined;
  const kind = rule.factorKinds[factor];
  const cut = cutOf(op, rule, factor, axesSize(axes, mesh));
  if (cut) return exchangeIsBad(op, cut);
  if (kind === 'permutation') return 'it moves elements along a sharded dimension';
  if (kind === 'needReplication') return 'it needs all of a sharded dimension';
  const shared = [...rule.operands, ...rule.results].some((t) => t.some((d) => d.length > 1 && d.includes(factor)));
  if (shared && rule.factorSizes[factor] % axesSize(axes, mesh) !== 0)
    return 'a dimension made of several factors does not divide';
  const has = (tensors: OpShardingRule['operands']): boolean => tensors.some((t) => t.some((d) => d.includes(factor)));
  if (kind === 'passThrough' && op.results.length > 0) {
    if (!has(rule.results) && has(rule.operands))
      return 'a sharded dimension of an operand has no counterpart in the result';
    if (!has(rule.operands) && !makesItsOwn.has(op.name))
      return 'a sharded dimension of the result has no counterpart in an operand';
  }
  return undefined;
}

/** The dimension of the result, or of a convolution's kernel, that a factor with halo exchange cuts. */
function cutOf(op: Op, rule: OpShardingRule, factor: number, count: number): Cut | undefined {
  const dimOf = (t: OpShardingRule['results'][number]): number => t.findIndex((d) => d.includes(factor));
  if (rule.factorKinds[factor] === 'permutation') return { dim: dimOf(rule.results[0]), count };
  if (rule.factorKinds[factor] !== 'reduction' || rule.operands.length < 2) return undefined;
  const cut: Cut = { dim: dimOf(rule.operands[1]), count, isWindow: true };
  return needsOf(op, cut)?.length ? cut : undefined;
}

/** Why the shards of a dimension are better made whole than exchanged in part; undefined when they are not. */
function exchangeIsBad(op: Op, cut: Cut): string | undefined {
  const needs = needsOf(op, cut);
  if (!needs) return 'it moves elements along a sharded dimension';
  let moved = 0;
  let gathered = 0;
  let rounds = 0;
  for (const { operand, dim, windows } of needs) {
    const { shape } = op.operands[operand];
    const e = planExchange(undilated(windows).windows, shape[dim]);
    const row = numElements(shape) / Math.max(1, shape[dim]);
    moved += row * exchangedPositions(e);
    gathered += row * (cut.count - 1) * e.local;
    rounds += e.rounds.length;
  }
  return moved >= gathered && rounds > needs.length ? 'every shard needs all of a sharded dimension' : undefined;
}

function apply(op: Op, plan: Plan, shardings: Shardings, scope: Scope): void {
  const operands = op.operands.map((v, i) => {
    const wanted = plan.operands[i];
    if (!wanted || v.type.kind !== 'tensor' || equivalent(shardings.get(v), wanted)) return scope.get(v);
    return scope.value('sdy.reshard', [scope.get(v)], { sharding: wanted });
  });
  scope.copy(op, { operands, discardable: withShardings(op.discardable, op.results, plan.results) });
  op.results.forEach((r, i) => {
    const given = shardings.get(r);
    if (!given || r.type.kind !== 'tensor' || equivalent(given, plan.results[i])) return;
    scope.map.set(r, scope.value('sdy.reshard', [scope.get(r)], { sharding: given }));
  });
}
