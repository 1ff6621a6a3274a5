/*
 * How much bandwidth data-parallel training needs between its replicas (the rule behind DiLoCo's tables): a step takes the longer of
 * its computation and of sending 16 bits per parameter; bandwidths are those of a grid.
 */

/** One number of the grid, and the ratio of neighbours. */
const grid = { of: 104.8, ratio: 1.207 };

/** The smallest bandwidth of the grid, in Gbit/s, at which computation takes a share of the time. */
export function bandwidthGbps(params: number, stepSeconds: number, computeShare: number): number {
  const needed = (16 * params) / 1e9 / (stepSeconds / computeShare);
  const steps = Math.ceil(Math.log(needed / grid.of) / Math.log(grid.ratio) - 1e-9);
  return grid.of * grid.ratio ** steps;
}

/** Share of the time that computation takes. */
export const computeShare = (params: number, stepSeconds: number, gbps: number): number =>
  stepSeconds / Math.max(stepSeconds, (16 * params) / 1e9 / gbps);
