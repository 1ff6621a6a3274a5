import type { SeriesHeader } from '../../src/dashboard/protocol.ts';

/** Points of a curve: x ascending. Both [n]. */
export interface LoadedSeries {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Series by run, from what `encodeSeries` of the server made. */
export function decodeSeries(buffer: ArrayBuffer): Map<string, LoadedSeries> {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as readonly SeriesHeader[];
  let at = 4 + length;
  const take = (count: number): Float64Array => {
    const numbers = new Float64Array(buffer, at, count);
    at += 8 * count;
    return numbers;
  };
  return new Map(header.map(({ id, count }) => [id, { x: take(count), y: take(count) }]));
}
