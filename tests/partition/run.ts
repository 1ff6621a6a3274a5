import { HostArray, rowMajorStrides } from '../../src/base/index.ts';
import {
  localShape,
  type Mesh,
  type Module,
  shardIndices,
  type TensorSharding,
  verifyModule,
} from '../../src/ir/index.ts';
import { meshesOf, type Partitioned, type PartitionOptions, partitionModule } from '../../src/partition/index.ts';
import { evaluateModule, evaluateOnDevices } from '../../src/runtime/index.ts';

/** Flat index in the whole tensor of every element of a device's shard; -1 for padding. */
function shardElements(shape: readonly number[], s: TensorSharding, mesh: Mesh, device: number): number[] {
  const local = localShape(shape, s, mesh);
  const at = shardIndices(s, mesh, device).map((k, d) => k * local[d]);
  const strides = rowMajorStrides(shape);
  const localStrides = rowMajorStrides(local);
  const n = local.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, i) => {
    let flat = 0;
    for (let d = 0; d < shape.length; d++) {
      const index = at[d] + (Math.floor(i / localStrides[d]) % local[d]);
      if (index >= shape[d]) return -1;
      flat += index * strides[d];
    }
    return flat;
  });
}

/** One device's part of an array. */
export function cut(x: HostArray, s: TensorSharding, mesh: Mesh, device: number): HostArray {
  const from = shardElements(x.shape, s, mesh, device);
  const out = HostArray.zeros(x.dtype, localShape(x.shape, s, mesh));
  // Bits, not numbers: a NaN keeps its sign.
  const width = x.data.length / Math.max(1, x.size);
  const [to, source] = [out.data as Float64Array, x.data as Float64Array];
  from.forEach((f, i) => {
    if (f >= 0) to.set(source.subarray(f * width, (f + 1) * width), i * width);
  });
  return out;
}

/** The whole array from all devices' parts. Devices that hold the same part must agree. */
export function join(parts: readonly HostArray[], shape: readonly number[], s: TensorSharding, mesh: Mesh): HostArray {
  const out = HostArray.zeros(parts[0].dtype, shape);
  const seen = new Map<number, unknown>();
  parts.forEach((part, device) => {
    shardElements(shape, s, mesh, device).forEach((flat, i) => {
      if (flat < 0) return;
      const value = part.get(i);
      if (seen.has(flat) && !Object.is(seen.get(flat), value) && String(seen.get(flat)) !== String(value))
        throw new Error(`devices disagree about element ${flat}: ${seen.get(flat)} and ${value}`);
      seen.set(flat, value);
      out.set(flat, value);
    });
  });
  return out;
}

/** Runs a module whole and partitioned; returns both sets of results and the partitioned program. */
export function runBoth(
  module: Module,
  args: readonly HostArray[],
  options: PartitionOptions = {},
): { whole: HostArray[]; joined: HostArray[]; partitioned: Partitioned } {
  const mesh = [...meshesOf(module).values()][0];
  const partitioned = partitionModule(module, options);
  verifyModule(partitioned.module, 'partitioning');
  const whole = evaluateModule(module, args);
  const devices = Array.from({ length: mesh.size }, (_, device) =>
    args.map((x, i) => cut(x, partitioned.inShardings[i], mesh, device)),
  );
  const parts = evaluateOnDevices(partitioned.module, devices);
  const joined = whole.map((x, i) =>
    join(
      parts.map((p) => p[i]),
      x.shape,
      partitioned.outShardings[i],
      mesh,
    ),
  );
  return { whole, joined, partitioned };
}

/** Largest difference relative to the largest finite value; infinite for other types and shapes. */
export function difference(a: HostArray, b: HostArray): number {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return Infinity;
  let most = 0;
  let scale = 1e-6;
  for (let i = 0; i < a.size; i++) {
    const [x, y] = [a.number(i), b.number(i)];
    if (Number.isFinite(x)) scale = Math.max(scale, Math.abs(x));
    if (Object.is(x, y)) continue;
    most = Math.max(most, Number.isFinite(x) && Number.isFinite(y) ? Math.abs(x - y) : Infinity);
  }
  return most / scale;
}
