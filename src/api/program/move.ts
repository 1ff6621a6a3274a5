import { range, sameShape, UserError } from '../../base/index.ts';
import {
  Builder,
  Func,
  fullyClosed,
  Mesh as IrMesh,
  localShape,
  Module,
  shardCounts,
  type TensorSharding,
  type TensorType,
  tensorType,
  typeText,
  Value,
} from '../../ir/index.ts';
import { pad, registry, slice, splat } from '../../ops/index.ts';
import type { DeviceBuffer, DeviceSet } from '../../runtime/index.ts';
import { Mesh } from '../trace/mesh.ts';
import { isWhole, type Layout, layoutKey, Placed, place, shardOffset } from '../trace/placement.ts';
import { buildModule } from './build-module.ts';
import { type CompiledProgram, compiledProgram } from './compiled-program.ts';
import { refineMeshes } from './refine-mesh.ts';

/*
 * Moving a tensor from one layout to another without the host. On the same devices that is one compiled program whose collectives
 * are those of partitioning; between different devices, whole shards are copied from device to device before or after it.
 */

/** The tensor in another layout, with memory of its own. Only between engines does it go through the host. */
export async function movePlaced(placed: Placed, to: Layout): Promise<Placed> {
  const { engine, layout, type } = placed;
  if (to.devices.engine !== engine) return place(await placed.read(), to);
  const given = await placed.buffers;
  const made = new Set<DeviceBuffer>();
  const { buffers } = await move({ type, layout, buffers: given, made }, to);
  for (const b of buffers) made.delete(b);
  for (const b of made) b.dispose();
  return new Placed(to, type, buffers);
}

/** A tensor on its way. */
interface Shards {
  readonly type: TensorType;
  readonly layout: Layout;
  readonly buffers: readonly DeviceBuffer[];
  /** Buffers that the move has made so far: what is not part of the result is freed in the end. */
  readonly made: Set<DeviceBuffer>;
}

async function move(x: Shards, to: Layout): Promise<Shards> {
  if (layoutKey(x.layout) === layoutKey(to)) return x;
  const [from, target] = [x.layout.devices, to.devices];
  if (from.equals(target)) return reshard(x, to);
  if (from.size === 1) return cutPieces(x, to);
  if (!from.isWhole || !target.isWhole)
    throw new UserError(
      'api/not-here',
      'moving a tensor between devices of several processes needs a program on both',
      {
        given: `${typeText(x.type)} from ${from} to ${target}`,
        advice: 'give both meshes the same devices, or move the tensor in a process that owns all of them',
      },
    );
  if (from.size === target.size)
    return reshard(await copyTo(x, { ...x.layout, devices: target }, (k) => x.buffers[k]), to);
  if (target.size % from.size === 0) {
    const repeated = repeat(x.layout, target, target.size / from.size);
    return reshard(await copyTo(x, repeated, (k) => x.buffers[k % from.size]), to);
  }
  if (from.size % target.size === 0) {
    const gathered = await reshard(x, repeat(to, from, from.size / target.size));
    return copyTo(gathered, to, (k) => gathered.buffers[k]);
  }
  const whole = await reshard(x, { ...x.layout, sharding: undefined });
  return reshard(await copyTo(whole, { ...to, sharding: undefined }, () => whole.buffers[0]), to);
}

/** A layout on `n` times as many devices, each of which repeats the shards: device k holds shard k modulo the number there were. */
function repeat(layout: Layout, devices: DeviceSet, n: number): Layout {
  const name = freshAxis(layout.mesh);
  const mesh = new IrMesh([{ name, size: n }, ...(layout.mesh?.axes ?? [])]);
  return { devices, mesh, sharding: layout.sharding };
}

const freshAxis = (mesh: IrMesh | undefined): string =>
  range(1 + (mesh?.axes.length ?? 0))
    .map((i) => `copies${i}`)
    .find((name) => !mesh?.has(name))!;

/** Shards copied to other devices as they are: the k-th of those in this process gets `source(k)`. */
async function copyTo(x: Shards, to: Layout, source: (k: number) => DeviceBuffer): Promise<Shards> {
  const { engine, localIds } = to.devices;
  const buffers = await Promise.all(
    localIds.map((id, k) => {
      const buffer = source(k);
      return buffer.device === id && x.made.has(buffer) ? buffer : engine.transfer(buffer, id);
    }),
  );
  for (const b of buffers) x.made.add(b);
  return { ...x, layout: to, buffers };
}

/** From one device: a program there cuts what each device of this process gets, and the pieces are copied. */
async function cutPieces(x: Shards, to: Layout): Promise<Shards> {
  const { devices, mesh, sharding } = to;
  if (isWhole(to)) return copyTo(x, to, () => x.buffers[0]);
  const offsets = devices.local.map((_, k) => shardOffset(x.type, to, k));
  const different = [...new Map(offsets.map((o) => [o.join(), o])).values()];
  const shape = localShape(x.type.shape, sharding, mesh!);
  const program = cached(`cut ${typeText(x.type)} ${shape} at ${different.join(';')}`, x.layout.devices, () => {
    const arg = new Value(x.type, undefined, 0);
    const b = new Builder(registry);
    const pieces = different.map((offset) => window(b, arg, offset, shape));
    const func = new Func('main', b.finish([arg], pieces, 'func.return'));
    return compiledProgram(new Module([func]), x.layout.devices, undefined);
  });
  const [pieces] = await (await program.executable()).execute([x.buffers]);
  for (const b of pieces) x.made.add(b);
  return copyTo(x, to, (k) => pieces[different.findIndex((o) => o.join() === offsets[k].join())]);
}

/** Another sharding, or another mesh, on the same devices in the same order. */
async function reshard(x: Shards, to: Layout): Promise<Shards> {
  if (layoutKey(x.layout) === layoutKey(to)) return x;
  const steps = reshardPrograms(x.type, x.layout, to);
  let { buffers } = x;
  for (const step of steps) {
    const executable = await step.executable();
    buffers = (await executable.execute(buffers.map((b) => [b]))).map(([b]) => b);
    for (const b of buffers) x.made.add(b);
  }
  return { ...x, layout: to, buffers };
}

/**
 * The program that moves a tensor between two layouts of the same devices in the same order: one, or two where the axes of the
 * meshes have no common parts, so that the tensor is whole in between.
 */
export function reshardPrograms(type: TensorType, from: Layout, to: Layout): readonly CompiledProgram[] {
  const { devices } = from;
  const key = `reshard ${typeText(type)} ${layoutKey(from)} to ${layoutKey(to)}`;
  const [a, b] = [meshSharding(from, type), meshSharding(to, type)];
  const refined = refineMeshes(a, b);
  if (refined)
    return [cached(key, devices, () => reshardProgram(type, devices, refined.mesh, refined.from, refined.to))];
  const whole = (layout: Layout): Layout => ({ ...layout, sharding: undefined });
  return [...reshardPrograms(type, from, whole(from)), ...reshardPrograms(type, whole(to), to)];
}

const meshSharding = ({ mesh, sharding }: Layout, type: TensorType): { mesh: IrMesh; sharding: TensorSharding } => ({
  mesh: mesh ?? new IrMesh([]),
  sharding: sharding ?? fullyClosed('mesh', type.shape.length),
});

/**
 * Shards of dimensions that do not divide are padded: to the program they are even shards of a longer tensor, which it cuts to the
 * true shape and pads anew.
 */
function reshardProgram(
  type: TensorType,
  devices: DeviceSet,
  ir: IrMesh,
  from: TensorSharding,
  to: TensorSharding,
): CompiledProgram {
  const padded = (s: TensorSharding): number[] => {
    const counts = shardCounts(s, ir);
    return localShape(type.shape, s, ir).map((n, d) => n * counts[d]);
  };
  const origin = type.shape.map(() => 0);
  const arg = new Value(tensorType(type.dtype, padded(from)), undefined, 0);
  const b = new Builder(registry);
  const out = window(b, window(b, arg, origin, type.shape), origin, padded(to));
  const func = new Func('main', b.finish([arg], [out], 'func.return'));
  const mesh = new Mesh(Object.fromEntries(ir.axes.map((a) => [a.name, a.size])), devices);
  return compiledProgram(
    buildModule(func, [{ name: '', sharding: from }], [{ name: '', sharding: to }], mesh),
    devices,
    mesh,
  );
}

/** `shape` elements of `x` from `offset` on, zeros where they reach beyond its end. */
function window(b: Builder, x: Value, offset: readonly number[], shape: readonly number[]): Value {
  const starts = offset.map((o, d) => Math.min(o, x.shape[d]));
  const limits = offset.map((o, d) => Math.min(o + shape[d], x.shape[d]));
  const inside = limits.map((limit, d) => limit - starts[d]);
  let out = x;
  if (!sameShape(inside, x.shape)) out = slice(b, out, starts, limits);
  if (sameShape(inside, shape)) return out;
  const zero = splat(b, tensorType(x.dtype, []), 0);
  return pad(
    b,
    out,
    zero,
    shape.map(() => 0),
    shape.map((n, d) => n - inside[d]),
  );
}

const programs = new WeakMap<DeviceSet['engine'], Map<string, CompiledProgram>>();
/** Programs kept by engine; the least recently used is dropped first. */
const MAX_PROGRAMS = 256;

function cached(name: string, devices: DeviceSet, make: () => CompiledProgram): CompiledProgram {
  let byName = programs.get(devices.engine);
  if (!byName) {
    byName = new Map();
    programs.set(devices.engine, byName);
  }
  const key = `${devices.key} ${name}`;
  const program = byName.get(key) ?? make();
  byName.delete(key);
  byName.set(key, program);
  if (byName.size > MAX_PROGRAMS) byName.delete(byName.keys().next().value!);
  return program;
}
