import { HostArray, type Shape, sameShape, UserError } from '../../base/index.ts';
import {
  type Mesh as IrMesh,
  localShape,
  shardIndices,
  type TensorSharding,
  type TensorType,
  tensorType,
} from '../../ir/index.ts';
import type { DeviceBuffer, Engine } from '../../runtime/index.ts';
import type { PendingOp } from './tensor.ts';

/** How a program's argument or result lies on devices. No mesh: one whole copy on device 0. */
export interface Layout {
  readonly mesh: IrMesh | undefined;
  /** Undefined: a whole copy on every device. */
  readonly sharding: TensorSharding | undefined;
}

export const numDevicesOf = (layout: Layout): number => layout.mesh?.size ?? 1;

const keyByLayout = new WeakMap<Layout, string>();

/** A text equal for layouts that put the same elements on the same devices. */
export function layoutKey(layout: Layout): string {
  if (!layout.mesh) return 'single';
  let key = keyByLayout.get(layout);
  if (key === undefined) {
    key = makeLayoutKey(layout);
    keyByLayout.set(layout, key);
  }
  return key;
}

function makeLayoutKey(layout: Layout): string {
  const s = layout.sharding;
  const cut = s?.dims.some((d) => d.axes.length > 0) ? s.dims.map((d) => JSON.stringify(d.axes)).join('|') : 'whole';
  return `${layout.mesh}:${cut}`;
}

/** A tensor on devices: one buffer per device. */
export class Placed {
  readonly engine: Engine;
  readonly layout: Layout;
  readonly type: TensorType;
  #buffers: Promise<readonly DeviceBuffer[]> | undefined;
  #known: readonly DeviceBuffer[] | undefined;
  /** Recorded ops that will read this tensor, unless nobody ever asks for them. */
  readers: WeakRef<PendingOp>[] = [];
  #isDeleted = false;

  constructor(
    engine: Engine,
    layout: Layout,
    type: TensorType,
    buffers: readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>,
  ) {
    this.engine = engine;
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

  get buffers(): Promise<readonly DeviceBuffer[]> {
    this.#buffers ??= Promise.resolve(this.#known!);
    return this.#buffers;
  }

  /** The buffers, unless the program that makes them has not been started yet. */
  get known(): readonly DeviceBuffer[] | undefined {
    return this.#known;
  }

  /** The whole tensor on the host. */
  async read(): Promise<HostArray> {
    this.requireLive();
    const buffers = this.#known ?? (await this.buffers);
    const { mesh, sharding } = this.layout;
    if (!mesh || !sharding || sharding.dims.every((d) => d.axes.length === 0)) return buffers[0].read();
    const out = HostArray.zeros(this.type.dtype, this.type.shape);
    const local = localShape(this.type.shape, sharding, mesh);
    const done = new Set<string>();
    for (const [device, buffer] of buffers.entries()) {
      const index = shardIndices(sharding, mesh, device);
      const key = index.join();
      if (done.has(key)) continue;
      done.add(key);
      copyBox(
        await buffer.read(),
        out,
        index.map((k, d) => k * local[d]),
        'join',
      );
    }
    return out;
  }

  /** The whole tensor on the host, where it can be had without waiting. */
  readNow(): HostArray | undefined {
    this.requireLive();
    if (!this.#known) return undefined;
    const { mesh, sharding } = this.layout;
    if (!mesh || !sharding || sharding.dims.every((d) => d.axes.length === 0)) return this.#known[0].readNow?.();
    return undefined;
  }

  /** Notes a recorded op that reads this tensor; those that have been computed or forgotten are dropped from time to time. */
  addReader(op: PendingOp): void {
    if (this.readers.length >= 100) this.readers = this.readers.filter((r) => r.deref()?.results[0]?.pending);
    this.readers.push(new WeakRef(op));
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

  dispose(): void {
    if (this.#isDeleted) return;
    this.#isDeleted = true;
    if (this.#known) {
      for (const b of this.#known) b.dispose();
      return;
    }
    this.buffers.then(
      (all) => {
        for (const b of all) b.dispose();
      },
      () => undefined,
    );
  }
}

/** Cuts a host array into one piece per device (padded with zeros where a dimension does not divide) and puts them there. */
export function place(engine: Engine, array: HostArray, layout: Layout): Placed {
  const { mesh, sharding } = layout;
  const n = numDevicesOf(layout);
  const type = tensorType(array.dtype, array.shape);
  const pieces = new Map<string, HostArray>();
  const buffers: DeviceBuffer[] = [];
  for (let device = 0; device < n; device++) {
    if (!mesh || !sharding) {
      buffers.push(engine.put(array, device));
      continue;
    }
    const index = shardIndices(sharding, mesh, device);
    const key = index.join();
    let piece = pieces.get(key);
    if (!piece) {
      const local = localShape(array.shape, sharding, mesh);
      if (sameShape(local, array.shape)) piece = array;
      else {
        piece = HostArray.zeros(array.dtype, local);
        copyBox(
          piece,
          array,
          index.map((k, d) => k * local[d]),
          'cut',
        );
      }
      pieces.set(key, piece);
    }
    buffers.push(engine.put(piece, device));
  }
  return new Placed(engine, layout, type, buffers);
}

/** Copies between a piece and its box at `offset` in the whole, leaving out what sticks out over the edge. */
function copyBox(piece: HostArray, whole: HostArray, offset: readonly number[], direction: 'cut' | 'join'): void {
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
