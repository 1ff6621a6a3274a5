import { dtypeInfo, type HostArray, realDType } from '../src/base/index.ts';

/** Relative errors that kernels and their reference may differ by: some units of the last place. */
const tolerances: Readonly<Record<string, number>> = { f64: 1e-14, f32: 2e-6, f16: 2e-3, bf16: 1.6e-2 };

/**
 * The largest difference of two arrays in units of the tolerance of their type: at most 1 means equal enough. An element's error is
 * relative to its own magnitude or, where it is smaller, to the largest of the array (what cancels in sums), but never to more than 1.
 * Shapes, element types, integers, bools, infinities and NaNs must be the same.
 */
export function difference(got: HostArray, want: HostArray, relative?: number): number {
  if (got.dtype !== want.dtype || got.shape.join() !== want.shape.join()) return Number.POSITIVE_INFINITY;
  const { kind } = dtypeInfo(got.dtype);
  if (kind !== 'float' && kind !== 'complex') return got.equals(want) ? 0 : Number.POSITIVE_INFINITY;
  const part = kind === 'complex' ? realDType(got.dtype) : got.dtype;
  const epsilon = relative ?? tolerances[part] ?? 1e-2;
  // Complex numbers part by part.
  const numbers = (a: HostArray): ArrayLike<number> => (kind === 'complex' ? (a.data as Float64Array) : a.toNumbers());
  const [gs, ws] = [numbers(got), numbers(want)];
  let largest = 0;
  for (let i = 0; i < ws.length; i++) if (Number.isFinite(ws[i])) largest = Math.max(largest, Math.abs(ws[i]));
  const floor = Math.min(1, largest);
  let worst = 0;
  for (let i = 0; i < gs.length; i++) {
    const [g, w] = [gs[i], ws[i]];
    if (Object.is(g, w) || g === w) continue;
    const e = Math.abs(g - w) / (epsilon * Math.max(floor, Math.abs(w)));
    worst = Math.max(worst, Number.isNaN(e) ? Number.POSITIVE_INFINITY : e);
  }
  return worst;
}
