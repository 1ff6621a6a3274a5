import type { Cost } from '../../ir/index.ts';
import { type Chip, peakFlops } from '../cluster/chip.ts';

/** Constants of the roofline: shares of the two peaks that large ops reach, and the least time of a kernel. */
export interface Roofline {
  readonly matmul: number;
  readonly memory: number;
  readonly floorUs: number;
}

export const rooflineOf = ({ efficiency = { matmul: 0.7, memory: 0.7 }, kernelFloorUs = 5 }: Chip): Roofline => ({
  ...efficiency,
  floorUs: kernelFloorUs,
});

/** Time of one op, or of what is fused into one kernel: t0 + max(operations / peak, bytes / bandwidth). */
export function opTimeUs(
  cost: Pick<Cost, 'productFlops' | 'bytes'> & { readonly vectorFlops?: number },
  chip: Chip,
  dtype: string,
  r: Roofline = rooflineOf(chip),
): number {
  const computeUs = (cost.productFlops / (peakFlops(chip, dtype) * r.matmul)) * 1e6;
  const memoryUs = cost.bytes / (chip.hbmGBPerSec * 1e3 * r.memory);
  return r.floorUs + Math.max(computeUs, memoryUs);
}

/** A product of [m, k] with [k, n]. */
export interface MatmulShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Rows that a kernel of a product computes together, whatever their number. */
const tileRows = 128;

/** Time of a product whose operands have `bytesPerElement`; rows are rounded up to those of a tile. */
export function matmulTimeUs(
  { m, k, n }: MatmulShape,
  chip: Chip,
  dtype: string,
  bytesPerElement: number,
  r: Roofline = rooflineOf(chip),
): number {
  const rows = Math.ceil(m / tileRows) * tileRows;
  return opTimeUs({ productFlops: 2 * rows * k * n, bytes: bytesPerElement * (m * k + k * n + m * n) }, chip, dtype, r);
}

/** A measured product. */
export interface MeasuredMatmul extends MatmulShape {
  readonly us: number;
}

/** Relative errors of the roofline on measured products, smallest first. */
export function matmulErrors(samples: readonly MeasuredMatmul[], chip: Chip, dtype: string, r: Roofline): number[] {
  return samples.map((s) => Math.abs(matmulTimeUs(s, chip, dtype, 2, r) - s.us) / s.us).sort((a, b) => a - b);
}

/** The constants with the least median error on measured products, from a grid. */
export function fitRoofline(samples: readonly MeasuredMatmul[], chip: Chip, dtype: string): Roofline {
  const grid = (from: number, to: number, step: number): number[] =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
  let best: { error: number; roofline: Roofline } | undefined;
  for (const matmul of grid(0.5, 0.95, 0.025))
    for (const memory of grid(0.4, 0.95, 0.05))
      for (const floorUs of grid(0, 20, 2.5)) {
        const roofline = { matmul, memory, floorUs };
        const errors = matmulErrors(samples, chip, dtype, roofline);
        // The median alone would leave one half of the sizes to chance.
        const error = errors.reduce((a, b) => a + Math.min(b, 1), 0) / errors.length + errors[errors.length >> 1];
        if (!best || error < best.error) best = { error, roofline };
      }
  if (!best) throw new Error('no samples');
  return best.roofline;
}
