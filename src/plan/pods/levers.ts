/*
 * What large pods did besides adding chips (MLPerf on TPU pods, 2019 and 2020): each lever as a function of what it is turned by.
 */

/** At most this much faster if the update of the weights is cut over N replicas instead of repeated on each; `share` is its part of a step. */
export const updateShardingSpeedup = (share: number, replicas: number): number =>
  1 / (1 - (share * (replicas - 1)) / replicas);

/** Part of the work that is not done twice when an image's rows are cut over cores: each needs a halo of (kernel − 1)/2 rows from its neighbours. */
export function spatialEfficiency(rows: number, cores: number, kernel: number): number {
  if (cores === 1) return 1;
  const own = rows / cores;
  return own / (own + kernel - 1);
}

/** Time to sum gradients over an X × Y torus, both directions of every link: first along Y, what is left along X, and back. */
export function gradientSumUs(
  bytes: number,
  x: number,
  y: number,
  linkGBPerSec: number,
  hopUs: number,
): { readonly twoAxesUs: number; readonly ringUs: number } {
  const width = 2 * linkGBPerSec * 1e3;
  const along = (n: number, v: number): number => Math.max((hopUs * n) / 2, (v * (n - 1)) / n / width);
  const twoAxesUs = 2 * (along(y, bytes) + along(x, bytes / y));
  return { twoAxesUs, ringUs: 2 * along(x * y, bytes) };
}

/** Time per step for batch norm over a group of cores: mean and variance of every channel are summed among them. */
export const groupNormUs = (channels: number, group: number, linkGBPerSec: number, hopUs: number): number =>
  group === 1 ? 0 : 2 * Math.max((hopUs * group) / 2, (8 * channels * (group - 1)) / group / (2 * linkGBPerSec * 1e3));

/** Examples that each host must prepare per second so that no step waits. */
export const examplesPerHostPerSec = (batch: number, hosts: number, stepSeconds: number): number =>
  batch / hosts / stepSeconds;

/** Time of an evaluation inside the loop, spread over all chips, the last batch padded. */
export const evaluationSeconds = (examples: number, evalBatch: number, stepSeconds: number): number =>
  Math.ceil(examples / evalBatch) * stepSeconds;
