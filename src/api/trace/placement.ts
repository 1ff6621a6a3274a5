import { HostArray, product, type Shape, sameShape, UserError } from '../../base/index.ts';
import {
  type Mesh as IrMesh,
  localShape,
  shardCounts,
  shardIndices,
  type TensorSharding,
  type TensorType,
  tensorType,
  typeText,
} from '../../ir/index.ts';
import type { DeviceBuffer, DeviceSet, Engine } from '../../runtime/index.ts';
import type { PendingOp } from './tensor.ts';

/** How a program's argument or result lies on devices. */
export interface Layout {
  readonly devices: DeviceSet;
  /** Axes over the devices; undefined: there is only one device. */
  readonly mesh: IrMesh | undefined;
  /** Undefined: a whole copy on every device. */
  readonly sharding: TensorSharding | undefined;
}

const singles = new WeakMap<DeviceSet, Layout>();

/** The layout of a whole copy on one device: the same object each time. */
export function onDevice(device: DeviceSet): Layout {
  let layout = singles.get(device);
  if (!layout) {
    layout = { devices: device, mesh: undefined, sharding: undefined };
    singles.set(device, layout);
  }
  return layout;
}

const keyByLayout = new WeakMap<Layout, string>();

/** A text equal for layouts that put the same elements on the same devices. */
export function layoutKey(layout: Layout): string {
  let key = keyByLayout.get(layout);
  if (key === undefined) {
    key = makeLayoutKey(layout);
    keyByLayout.set(layout, key);
  }
  return key;
}

function makeLayoutKey({ devices, mesh, sharding: s }: Layout): string {
  if (!mesh) return devices.key;
  const cut = s?.dims.some((d) => d.axes.length > 0) ? s.dims.map((d) => JSON.stringify(d.axes)).join('|') : 'whole';
  return `${devices.key}:${mesh}:${cut}`;
}

/** Whether every device holds the whole tensor. */
export const isWhole = ({ mesh, sharding }: Layout): boolean =>
  !mesh || !sharding || sharding.dims.every((d) => d.axes.length === 0);

/** A tensor on devices: one buffer per device of this process. */
export class Placed {
  readonly layout: Layout;
  readonly type: TensorType;
  #buffers: Promise<readonly DeviceBuffer[]> | undefined;
  #known: readonly DeviceBuffer[] | undefined;
  /** Recorded ops that will read this tensor, unless nobody ever asks for them. */
  #readers: WeakRef<PendingOp>[] = [];
  /** What has been started and reads the buffers: they are freed, or given away, when it has ended. */
  readonly #uses = new Set<Promise<unknown>>();
  #isDeleted = false;

  constructor(layout: Layout, type: TensorType, buffers: readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>) {
    this.layout = layout;
    this.type = type;
    if (!(buffers instanceof Promise)) {
      this.#known = buffers;
      return;
    }
    this.#buffers = buffers;
    buffers.then(
      (all) => {
        this.#known = all;
      },
      () => undefined, // reported where the tensor is used
    );
  }

  get engine(): Engine {
    return this.layout.devices.engine;
  }

  /** In the order of `layout.devices.local`. */
  get buffers(): Promise<readonly DeviceBuffer[]> {
    this.#buffers ??= Promise.resolve(this.#known!);
    return this.#buffers;
  }

  /** The buffers, unless the program that makes them has not been started yet. */
  get known(): readonly DeviceBuffer[] | undefined {
    return this.#known;
  }

  /** The whole tensor on the host. Throws `api/not-here` where other processes hold parts of it. */
  read(): Promise<HostArray> {
    this.requireLive();
    return this.use(this.#read());
  }

  async #read(): Promise<HostArray> {
    const buffers = this.#known ?? (await this.buffers);
    if (isWhole(this.layout)) return buffers[0].read();
    const out = HostArray.zeros(this.type.dtype, this.type.shape);
    const pieces = this.#pieces();
    await Promise.all(
      pieces.map(async ({ k, offset }) => {
        copyBox(await buffers[k].read(), out, offset, 'join');
      }),
    );
    return out;
  }

  /** The whole tensor on the host, where it can be had without waiting. */
  readNow(): HostArray | undefined {
    this.requireLive();
    if (!this.#known) return undefined;
    if (isWhole(this.layout)) return this.#known[0].readNow();
    const out = HostArray.zeros(this.type.dtype, this.type.shape);
    for (const { k, offset } of this.#pieces()) {
      const piece = this.#known[k].readNow();
      if (!piece) return undefined;
      copyBox(piece, out, offset, 'join');
    }
    return out;
  }

  /** One buffer for each different shard, and where it begins in the whole. */
  #pieces(): readonly { readonly k: number; readonly offset: readonly number[] }[] {
    const { devices, mesh, sharding } = this.layout;
    const seen = new Set<string>();
    const found = devices.local.flatMap((_, k) => {
      const key = shardIndices(sharding!, mesh!, devices.local[k]).join();
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ k, offset: shardOffset(this.type, this.layout, k) }];
    });
    const expected = product(shardCounts(sharding!, mesh!));
    if (found.length < expected)
      throw new UserError('api/not-here', `this process holds ${found.length} of ${expected} shards of a tensor`, {
        expected: 'a tensor whose parts are all here',
        given: `${typeText(this.type)} on ${devices}`,
        advice: 'gather it first, e.g. jit((x) => x, { outShardings: P() }), or read `addressableShards`',
      });
    return found;
  }

  /** Notes a recorded op that reads this tensor; those that have been computed or forgotten are dropped from time to time. */
  addReader(op: PendingOp): void {
    if (this.#readers.length >= 100) this.#readers = this.#readers.filter((r) => r.deref()?.results[0]?.pending);
    this.#readers.push(new WeakRef(op));
  }

  /** Keeps the buffers until `work`, which reads them, has ended, even if the tensor is disposed of meanwhile. */
  use<T>(work: Promise<T>): Promise<T> {
    this.#uses.add(work);
    const ended = (): void => {
      this.#uses.delete(work);
    };
    work.then(ended, ended);
    return work;
  }

  /** Everything that came before and still reads the buffers; recorded ops are started. */
  usesSoFar(): readonly Promise<unknown>[] {
    const recorded = this.#readers.flatMap((r) => r.deref() ?? []);
    this.#readers = [];
    for (const op of recorded) if (op.results[0]?.pending) op.force();
    return [...this.#uses];
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Throws `api/deleted` when the buffers were donated or disposed of. */
  requireLive(): void {
    if (this.#isDeleted)
      throw new UserError(
        'api/deleted',
        `a ${this.type.dtype}[${this.type.shape.join(',')}] tensor was used after it was donated or disposed of`,
        {
          advice: 'use the result of the call that took it, or do not donate it',
        },
      );
  }

  /** Marks the buffers as given away to a program. */
  markDonated(): void {
    this.#isDeleted = true;
  }

  /** Frees the buffers, at once unless something still makes or reads them. */
  dispose(): void {
    if (this.#isDeleted) return;
    const uses = this.usesSoFar();
    this.#isDeleted = true;
    const free = (all: readonly DeviceBuffer[]): void => {
      for (const b of all) b.dispose();
    };
    if (this.#known && uses.length === 0) free(this.#known);
    else
      Promise.allSettled(uses)
        .then(() => this.buffers)
        .then(free, () => undefined);
  }
}

/** Where the shard of the k-th device of this process begins in the whole. */
export function shardOffset(type: TensorType, { devices, mesh, sharding }: Layout, k: number): readonly number[] {
  if (!mesh || !sharding) return type.shape.map(() => 0);
  const local = localShape(type.shape, sharding, mesh);
  return shardIndices(sharding, mesh, devices.local[k]).map((index, d) => index * local[d]);
}

/** Cuts a host array into one piece per device of this process (padded with zeros where a dimension does not divide) and puts them there. */
export function place(array: HostArray, layout: Layout): Placed {
  const { devices, mesh, sharding } = layout;
  const { engine } = devices;
  const type = tensorType(array.dtype, array.shape);
  const pieces = new Map<string, HostArray>();
  const buffers = devices.localIds.map((id, k) => {
    if (!mesh || !sharding) return engine.put(array, id);
    const offset = shardOffset(type, layout, k);
    const key = offset.join();
    let piece = pieces.get(key);
    if (!piece) {
      const local = localShape(array.shape, sharding, mesh);
      if (sameShape(local, array.shape)) piece = array;
      else {
        piece = HostArray.zeros(array.dtype, local);
        copyBox(piece, array, offset, 'cut');
      }
      pieces.set(key, piece);
    }
    return engine.put(piece, id);
  });
  return new Placed(layout, type, buffers);
}

/** Copies between a piece and its box at `offset` in the whole, leaving out what sticks out over the edge. */
export function copyBox(
  piece: HostArray,
  whole: HostArray,
  offset: readonly number[],
  direction: 'cut' | 'join',
): void {
  const rank = piece.shape.length;
  const elementBytes = piece.size === 0 ? 0 : piece.bytes.length / piece.size;
  const size: Shape = piece.shape.map((d, i) => Math.max(0, Math.min(d, whole.shape[i] - offset[i])));
  if (size.some((d) => d === 0)) return;
  const [p, w] = [piece.bytes, whole.bytes];
  const runBytes = (rank === 0 ? 1 : size[rank - 1]) * elementBytes;
  const visit = (dim: number, pieceAt: number, wholeAt: number): void => {
    if (dim >= rank - 1) {
      const at = (wholeAt + (rank === 0 ? 0 : offset[dim])) * elementBytes;
      if (direction === 'cut') p.set(w.subarray(at, at + runBytes), pieceAt * elementBytes);
      else w.set(p.subarray(pieceAt * elementBytes, pieceAt * elementBytes + runBytes), at);
      return;
    }
    for (let i = 0; i < size[dim]; i++)
      visit(dim + 1, (pieceAt + i) * piece.shape[dim + 1], (wholeAt + offset[dim] + i) * whole.shape[dim + 1]);
  };
  visit(0, 0, 0);
}
