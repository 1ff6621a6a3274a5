/*
 * Takes one value from the sharding it has to the one its user wants: reshards, reductions of partial sums, and the making of
 * partial sums.
 */
import {
  type AxisRef,
  axesMinus,
  axesSize,
  fullyClosed,
  isPrefixList,
  isReplicated,
  sameAxes,
  sameAxis,
  samePlacement,
  sortAxes,
  suffixWithoutOverlap,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { Rewriter } from '../rewrite.ts';
import { rankOf, type Shardings } from '../shardings.ts';

/** A value of the new program and how it is sharded. */
export interface ShardedValue {
  readonly value: Value;
  readonly sharding: TensorSharding | undefined;
}

/** Same placement; a missing sharding is a replicated one. */
export function equivalent(a: TensorSharding | undefined, b: TensorSharding | undefined): boolean {
  const plain = (s: TensorSharding | undefined): boolean => isReplicated(s) && (s?.unreduced.length ?? 0) === 0;
  if (plain(a) && plain(b)) return true;
  return a !== undefined && b !== undefined && samePlacement(a, b);
}

/** A value resharded as its user wants it; partial sums that the user does not want are reduced first (all there is without `full`). */
export function toSharding(
  from: ShardedValue,
  to: TensorSharding | undefined,
  shardings: Shardings,
  rewriter: Rewriter,
  full: boolean,
): Value {
  let { value, sharding } = reduceUnwanted(from, to, shardings, rewriter);
  const unreduced = to && makeUnreduced({ value, sharding }, to, shardings, rewriter);
  if (unreduced) ({ value, sharding } = unreduced);
  if (!full || equivalent(sharding, to)) return value;
  const target = to ?? fullyClosed(sharding!.mesh, rankOf(value));
  return rewriter.emit('sdy.reshard', [value], { sharding: target });
}

/** all_reduce of the axes along which a value is a partial sum and its user does not want one. */
export function reduceUnwanted(
  from: ShardedValue,
  to: TensorSharding | undefined,
  shardings: Shardings,
  rewriter: Rewriter,
): ShardedValue {
  const s = from.sharding;
  if (!s || s.unreduced.length === 0) return from;
  const mesh = shardings.meshOf(s);
  const axes = axesMinus(s.unreduced, to?.unreduced ?? [], mesh);
  if (axes.length === 0) return from;
  const sharding: TensorSharding = { ...s, unreduced: sortAxes(axesMinus(s.unreduced, axes, mesh), mesh) };
  const value = rewriter.emit('sdy.all_reduce', [from.value], {
    reductionAxes: sortAxes(axes, mesh),
    reductionOp: s.unreducedKind ?? 'sum',
    outSharding: sharding,
  });
  return { value, sharding };
}

/** replicated_to_unreduced and sharded_to_unreduced where the user wants partial sums that the value does not have. */
export function makeUnreduced(
  from: ShardedValue,
  to: TensorSharding,
  shardings: Shardings,
  rewriter: Rewriter,
): ShardedValue | undefined {
  const s = from.sharding;
  if (!s || to.unreduced.length === 0) return undefined;
  const mesh = shardings.meshOf(s);
  const missing = axesMinus(to.unreduced, s.unreduced, mesh);
  if (missing.length === 0) return undefined;
  const perDim: AxisRef[][] = s.dims.map(() => []);
  const fromSharded: AxisRef[] = [];
  let needReshard = false;
  const dims = to.dims.map((wanted, d) => {
    const given = s.dims[d];
    if (sameAxes(wanted.axes, given.axes)) return wanted;
    // Shards of a dimension that does not divide are cut elsewhere than its larger shards.
    const isEven = rankOf(from.value) === 0 || from.value.shape[d] % axesSize(given.axes, mesh) === 0;
    if (!isEven || !isPrefixList(wanted.axes, given.axes, mesh)) {
      needReshard = true;
      return wanted;
    }
    const rest: AxisRef[] = [];
    const n = wanted.axes.length;
    if (n > 0 && !sameAxis(wanted.axes[n - 1], given.axes[n - 1]))
      rest.push(suffixWithoutOverlap(given.axes[n - 1], wanted.axes[n - 1], mesh)!);
    rest.push(...given.axes.slice(n));
    if (axesMinus(rest, missing, mesh).length > 0) {
      needReshard = true;
      return wanted;
    }
    perDim[d] = rest;
    fromSharded.push(...rest);
    return given;
  });
  let { value } = from;
  let sharding: TensorSharding = s;
  if (needReshard) {
    sharding = { ...s, dims };
    value = rewriter.emit('sdy.reshard', [value], { sharding });
  }
  const fromReplicated = axesMinus(missing, fromSharded, mesh);
  if (fromReplicated.length > 0) {
    sharding = {
      ...to,
      dims,
      unreduced: sortAxes([...s.unreduced, ...fromReplicated], mesh),
    };
    value = rewriter.emit('sdy.replicated_to_unreduced', [value], {
      axes: sortAxes(fromReplicated, mesh),
      outSharding: sharding,
    });
  }
  if (fromSharded.length > 0) {
    sharding = to;
    value = rewriter.emit('sdy.sharded_to_unreduced', [value], { axes: perDim, outSharding: to });
  }
  return { value, sharding };
}
