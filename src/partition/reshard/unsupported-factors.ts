/*
 * Which factors of an op cannot stay cut when it runs on shards, and why.
 */
import { numElements } from '../../base/index.ts';
import { type AxisRef, axesSize, type Mesh, type Op, type OpShardingRule } from '../../ir/index.ts';
import { type ReduceWindowAttributes, runningWindows, windowGeometry } from '../../ops/index.ts';
import { exchangedPositions, planExchange, undilated } from '../local/halo.ts';
import { type Cut, needsOf } from '../local/windowed-needs.ts';

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
    if (!has(rule.operands) && !op.definition.traits.makesDimensions)
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
  const all = 'every shard needs all of a sharded dimension';
  // A dimension's cumulative windows are made in one pass over it; windows as long over what a shard was sent are not.
  if (op.name === 'stablehlo.reduce_window' && isCumulative(op, cut.dim)) return all;
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
  return moved >= gathered && rounds > needs.length ? all : undefined;
}

const isCumulative = (op: Op, dim: number): boolean =>
  runningWindows(op.operands[0].shape, windowGeometry(op.attributes as unknown as ReduceWindowAttributes))
    ?.dimension === dim;
