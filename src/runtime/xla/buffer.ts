import { dtypeInfo, HostArray } from '../../base/index.ts';
import { bytesOf, type TensorType } from '../../ir/index.ts';
import { deletedError } from '../require-buffer.ts';
import type { PjrtClient } from './client.ts';
import { type Address, addressOf, allocate, copyFrom } from './native.ts';
import { sizeOfStruct, writeStruct } from './plugin.ts';

/** On the CPU platform, reads up to this size copy straight from XLA's memory: a transfer would go through another thread. */
const DIRECT_READ_BYTES = 2 ** 20;

/** A tensor on one device, freed by `dispose` or by the collector. */
export class PjrtBuffer {
  readonly client: PjrtClient;
  readonly type: TensorType;
  readonly device: number;
  private pointer: Address;

  constructor(client: PjrtClient, handle: Address, type: TensorType, device: number) {
    this.client = client;
    this.pointer = handle;
    this.type = type;
    this.device = device;
    client.own(this, handle, 'Buffer_Destroy', bytesOf(type));
  }

  get isDisposed(): boolean {
    return this.pointer === 0;
  }

  /** Throws `runtime/deleted`. */
  get handle(): Address {
    if (this.pointer === 0) throw deletedError();
    return this.pointer;
  }

  /** Copies to the host; waits for the computation that makes it, whose error it throws. */
  async read(): Promise<HostArray> {
    const out = HostArray.zeros(this.type.dtype, this.type.shape);
    const { plugin } = this.client;
    const { byteLength } = out.data;
    if (byteLength === 0) return out;
    if (this.client.platform === 'cpu' && byteLength <= DIRECT_READ_BYTES && dtypeInfo(this.type.dtype).bits >= 8) {
      await this.ready();
      copyFrom(plugin.call('Buffer_UnsafePointer', { buffer: this.handle }).pointer, out.data);
      return out;
    }
    const { event } = plugin.call('Buffer_ToHostBuffer', {
      buffer: this.handle,
      hostLayout: rowMajor(this.type.shape.length),
      data: addressOf(out.data),
      dataSize: byteLength,
    });
    await plugin.wait(event);
    extendSign(out);
    return out;
  }

  /** Waits for the computation that makes it, whose error it throws. */
  private async ready(): Promise<void> {
    const { plugin } = this.client;
    await plugin.wait(plugin.call('Buffer_ReadyEvent', { buffer: this.handle }).event);
  }

  /**
   * A copy on another device of the client, `device` its position there.
   *
   * The contents are waited for here: a copy that waits inside XLA holds one of its threads, and the program that
   * makes the contents may be one whose devices meet, which never do when the threads they need are all held.
   */
  async copyTo(device: number): Promise<PjrtBuffer> {
    const { client } = this;
    await this.ready();
    const { copy } = client.plugin.call('Buffer_CopyToDevice', {
      buffer: this.handle,
      device: client.devices[device].handle,
    });
    return new PjrtBuffer(client, copy, this.type, device);
  }

  dispose(): void {
    if (this.pointer === 0) return;
    this.client.free(this, this.pointer, 'Buffer_Destroy');
    this.pointer = 0;
  }
}

/** XLA leaves the upper bits of narrow signed integers undefined; ours repeat the sign. */
function extendSign(array: HostArray): void {
  const { bits, kind } = dtypeInfo(array.dtype);
  if (kind !== 'signed' || bits >= 8) return;
  const data = array.data as Int8Array;
  for (let i = 0; i < data.length; i++) data[i] = (data[i] << (32 - bits)) >> (32 - bits);
}

const layoutByRank = new Map<number, Address>();

/** `PJRT_Buffer_MemoryLayout` for dense rows, made once per rank: devices may keep other layouts. */
function rowMajor(rank: number): Address {
  const known = layoutByRank.get(rank);
  if (known !== undefined) return known;
  const order = allocate(8 * rank);
  for (let i = 0; i < rank; i++) order.view.setBigInt64(8 * i, BigInt(rank - 1 - i), true);
  const layout = allocate(sizeOfStruct('TiledLayout'));
  const innerStructSize = 56;
  writeStruct(layout, 'TiledLayout', { innerStructSize, minorToMajor: order.address, minorToMajorSize: rank });
  layoutByRank.set(rank, layout.address);
  return layout.address;
}
