import { makeArrayFromCallback, type PartitionSpec } from '../../api/index.ts';
import { castArray, HostArray, numElements, rowMajorStrides, type Shape } from '../../base/index.ts';
import type { TensorStore } from '../../data/index.ts';
import {
  type Declared,
  defaultRules,
  type QuantizedWeight,
  type QuantizePlan,
  quantizeArray,
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
  const known = new Map<string, HostArray>();
  const round = (start: readonly number[], shape: readonly number[], at: string): HostArray => {
    const region = { start: withLast(start, start[last] * perByte), shape: withLast(shape, shape[last] * perByte) };
    // One scale for a whole channel is that of all its parts.
    const rows = isWhole ? { start: withLast(region.start, 0), shape: withLast(region.shape, d.shape[last]) } : region;
    const { codes, scales } = quantizeRegion(store, r, d.shape, rows, bits, group);
    known.set(at, scales);
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
  const scales = place(declared.scales, (start) => known.get(placeOf(start, start[last]))!);
  return { codes, scales };
}

const withLast = (list: readonly number[], n: number): number[] => [...list.slice(0, -1), n];

/** A region of a weight, some rows at a time. */
function quantizeRegion(store: TensorStore, r: NameRule, shape: Shape, region: Region, bits: 8 | 4, group: number) {
  const size = region.shape[region.shape.length - 1];
  const codes = HostArray.zeros(bits === 8 ? 'i8' : 'u8', withLast(region.shape, bits === 8 ? size : size / 2));
  const scales = HostArray.zeros('f32', withLast(region.shape, size / group));
  const [rows] = region.shape;
  const perRow = numElements(region.shape.slice(1));
  const step = Math.max(1, Math.floor(elementsAtOnce / perRow));
  for (let row = 0; row < rows; row += step) {
    const own = {
      start: [region.start[0] + row, ...region.start.slice(1)],
      shape: [Math.min(step, rows - row), ...region.shape.slice(1)],
    };
    const q = quantizeArray(castArray(readRegion(store, r, shape, own), 'f32'), bits, group);
    (codes.data as Uint8Array).set(q.codes.data as Uint8Array, (row * codes.size) / rows);
    (scales.data as Float32Array).set(q.scales.data as Float32Array, (row * scales.size) / rows);
  }
  return { codes, scales };
}

/** A range of the last dimension. */
function columnsOf(x: HostArray, from: number, shape: Shape): HostArray {
  const out = HostArray.zeros(x.dtype, shape);
  copyStrided(x, from, rowMajorStrides(x.shape), out, 0, rowMajorStrides(shape), shape);
  return out;
}
