import { makeArrayFromCallback, type PartitionSpec } from '../../api/index.ts';
import { castArray, HostArray, numElements, rowMajorStrides, type Shape } from '../../base/index.ts';
import type { TensorStore } from '../../data/index.ts';
import {
  type Declared,
  defaultRules,
  type QuantizedArrays,
  type QuantizedWeight,
  type QuantizePlan,
  specOf,
} from '../../nn/index.ts';
import type { LoadOptions } from './load.ts';
import type { NameRule, Region } from './name-rules.ts';
import { copyStrided, readRegion } from './read-region.ts';

/** Elements that are floats at once while a weight is rounded. */
const elementsAtOnce = 1 << 23;

/** A weight in few bits, each device's part rounded as it is read: floats are there for some rows at a time. */
export function loadQuantized(
  d: Declared,
  path: string,
  plan: QuantizePlan,
  r: NameRule,
  store: TensorStore,
  o: LoadOptions,
): QuantizedWeight {
  const { bits, group, declared } = plan;
  const last = d.shape.length - 1;
  const perByte = bits === 4 ? 2 : 1;
  const isWhole = group === d.shape[last];
  // Codes are asked for first; the scales that come with them are kept until their turn.
  const known = new Map<string, QuantizedArrays>();
  const round = (start: readonly number[], shape: readonly number[], at: string): HostArray => {
    const region = { start: withLast(start, start[last] * perByte), shape: withLast(shape, shape[last] * perByte) };
    // One scale for a whole channel is that of all its parts.
    const rows = isWhole ? { start: withLast(region.start, 0), shape: withLast(region.shape, d.shape[last]) } : region;
    const rounded = quantizeRegion(store, r, d.shape, rows, plan);
    known.set(at, rounded);
    const { codes } = rounded;
    return codes.shape.join() === shape.join() ? codes : columnsOf(codes, start[last], shape);
  };
  const specFor = (part: Declared): PartitionSpec | undefined =>
    o.mesh && specOf(part.axes, o.rules ?? defaultRules, o.mesh, { shape: part.shape, path });
  const place = (part: Declared, read: (start: readonly number[], shape: readonly number[]) => HostArray) =>
    makeArrayFromCallback(part.shape, part.dtype!, read, {
      to: o.mesh ?? o.device,
      spec: specFor(part),
      engine: o.engine,
    });
  const placeOf = (start: readonly number[], columns: number): string => withLast(start, isWhole ? 0 : columns).join();
  const codes = place(declared.codes, (start, shape) =>
    round(start, shape, placeOf(start, (start[last] * perByte) / group)),
  );
  const roundedAt = (start: readonly number[]): QuantizedArrays => known.get(placeOf(start, start[last]))!;
  const scales = place(declared.scales, (start) => roundedAt(start).scales);
  if (!declared.offsets) return { codes, scales };
  return { codes, scales, offsets: place(declared.offsets, (start) => roundedAt(start).offsets!) };
}

const withLast = (list: readonly number[], n: number): number[] => [...list.slice(0, -1), n];

/** A region of a weight, some rows at a time. */
function quantizeRegion(
  store: TensorStore,
  r: NameRule,
  shape: Shape,
  region: Region,
  { bits, group, declared, round }: QuantizePlan,
): QuantizedArrays {
  const size = region.shape[region.shape.length - 1];
  const codes = HostArray.zeros(bits === 8 ? 'i8' : 'u8', withLast(region.shape, bits === 8 ? size : size / 2));
  const perGroup = (): HostArray => HostArray.zeros('f32', withLast(region.shape, size / group));
  const out = { codes, scales: perGroup(), ...(declared.offsets ? { offsets: perGroup() } : {}) };
  const [rows] = region.shape;
  const step = Math.max(1, Math.floor(elementsAtOnce / numElements(region.shape.slice(1))));
  for (let row = 0; row < rows; row += step) {
    const own = {
      start: [region.start[0] + row, ...region.start.slice(1)],
      shape: [Math.min(step, rows - row), ...region.shape.slice(1)],
    };
    const rounded = round(castArray(readRegion(store, r, shape, own), 'f32'));
    for (const part of ['codes', 'scales', 'offsets'] as const) {
      const [from, to] = [rounded[part], out[part]];
      if (from && to) (to.data as Float32Array).set(from.data as Float32Array, (row * to.size) / rows);
    }
  }
  return out;
}

/** A range of the last dimension. */
function columnsOf(x: HostArray, from: number, shape: Shape): HostArray {
  const out = HostArray.zeros(x.dtype, shape);
  copyStrided(x, from, rowMajorStrides(x.shape), out, 0, rowMajorStrides(shape), shape);
  return out;
}
