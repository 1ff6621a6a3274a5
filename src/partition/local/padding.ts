import type { Scalar } from '../../base/index.ts';
import { type ReductionKind, tensorType, type Value } from '../../ir/index.ts';
import { add, broadcastScalar, compare, constantScalar, iota, pad, select, slice, splat } from '../../ops/index.ts';
import { neutralElement } from '../reshard/reductions.ts';
import type { Rewriter } from '../rewrite.ts';

/*
 * Dimensions that do not divide evenly: shards are padded, and what is beyond the whole is masked or cut off.
 */

/** Appends `high[d]` elements of `fill` to each dimension. */
export function padHigh(b: Rewriter, x: Value, high: readonly number[], fill: Scalar = 0): Value {
  if (high.every((n) => n === 0)) return x;
  const none = high.map(() => 0);
  return pad(b, x, constantScalar(b, x.dtype, fill), none, high);
}

/** The first `shape[d]` elements of each dimension. */
export function head(b: Rewriter, x: Value, shape: readonly number[]): Value {
  if (x.shape.every((d, i) => d === shape[i])) return x;
  const none = shape.map(() => 0);
  return slice(
    b,
    x,
    none,
    shape,
    shape.map(() => 1),
  );
}

/** `x` where the element's index in the whole dimension is below `size`, the neutral element of `kind` elsewhere. */
export function maskBeyond(
  b: Rewriter,
  x: Value,
  dim: number,
  offset: Value,
  size: number,
  kind: ReductionKind,
): Value {
  const type = tensorType('i32', x.shape);
  const index = add(b, iota(b, type, dim), broadcastScalar(b, offset, x.shape));
  const inside = compare(b, 'LT', index, splat(b, type, size));
  return select(b, inside, x, splat(b, x.type, neutralElement(kind, x.tensor)));
}
