import { np, type Tensor } from '../api/index.ts';
import { HostArray } from '../base/index.ts';

export interface BucketConfig {
  readonly numBuckets: number;
  readonly maxDistance: number;
  /** Keys behind the query have buckets of their own (encoders). */
  readonly bidirectional: boolean;
}

/**
 * T5's buckets of distances: exact up to half of them, then logarithmic up to `maxDistance`. `queries: i32[batch, queries]`,
 * `keys: i32[batch, keys]` → `i32[batch, queries, keys]`. Source: Raffel et al. 2020; transformers' `_relative_position_bucket`.
 */
export function relativeBuckets(queries: Tensor, keys: Tensor, c: BucketConfig): Tensor {
  const distance = np.subtract(np.expandDims(keys, -2), np.expandDims(queries, -1));
  const n = c.bidirectional ? c.numBuckets / 2 : c.numBuckets;
  const offset = c.bidirectional ? np.where(np.greater(distance, 0), n, 0) : 0;
  const away = c.bidirectional ? np.abs(distance) : np.maximum(np.negative(distance), 0);
  const exact = Math.floor(n / 2);
  const ratio = np.divide(np.astype(np.maximum(away, 1), 'f32'), exact);
  // In the order of the published code: a distance on the edge of two buckets must fall on the same side.
  const logarithmic = np.multiply(np.divide(np.log(ratio), Math.log(c.maxDistance / exact)), n - exact);
  const far = np.minimum(np.add(np.astype(np.trunc(logarithmic), 'i32'), exact), n - 1);
  return np.astype(np.add(np.where(np.less(away, exact), away, far), offset), 'i32');
}

/** ALiBi's slopes: powers of two for as many heads; other numbers fill up with the odd powers of twice as many (Press et al. 2022). */
export function alibiSlopes(numHeads: number): number[] {
  const powers = (n: number): number[] => Array.from({ length: n }, (_, i) => 2 ** ((-8 * (i + 1)) / n));
  const closest = 2 ** Math.floor(Math.log2(numHeads));
  const rest = powers(2 * closest).filter((_, i) => i % 2 === 0);
  return [...powers(closest), ...rest.slice(0, numHeads - closest)];
}

/** `keys: i32[batch, keys]` → `f32[batch, numHeads, 1, keys]`: slope times position, rounded to bfloat16 as published (Falcon). */
export function alibiBias(keys: Tensor, numHeads: number): Tensor {
  const slopes = np.array(HostArray.from('f32', [numHeads, 1, 1], alibiSlopes(numHeads)));
  const at = np.astype(np.maximum(keys, 0), 'f32');
  const product = np.multiply(np.astype(slopes, 'bf16'), np.astype(np.expandDims(at, [1, 2]), 'bf16'));
  return np.astype(product, 'f32');
}
