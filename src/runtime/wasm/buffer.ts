import { HostArray } from '../../base/index.ts';
import type { TensorType } from '../../ir/index.ts';
import { deviceMemory } from '../device-memory.ts';
import type { DeviceBuffer } from '../engine.ts';
import { deletedError } from '../require-buffer.ts';
import type { WasmMemory } from './memory.ts';

/** Counts the bytes of a device's buffers. */
export interface Account {
  bytes: number;
}

interface Held {
  readonly memory: WasmMemory;
  readonly at: number;
  readonly bytes: number;
  readonly account: Account;
}
function release(block: Held): void {
  block.memory.free(block.at, block.bytes);
  block.account.bytes -= block.bytes;
  deviceMemory.remove(block.bytes);
}
/** Frees the memory of blocks nobody disposed. */
const registry = new FinalizationRegistry<Held>(release);

/** A block of linear memory, freed by `dispose` or by the collector. */
export class Block {
  private held: Held | undefined;

  /** Allocates; or, with `adopted`, takes over a block given up by another owner. */
  constructor(memory: WasmMemory, bytes: number, account: Account, adopted?: number) {
    this.held = { memory, at: adopted ?? memory.alloc(bytes), bytes, account };
    account.bytes += bytes;
    deviceMemory.add(bytes);
    registry.register(this, this.held, this);
  }
  get at(): number {
    if (!this.held) throw deletedError();
    return this.held.at;
  }
  get bytes(): number {
    return this.held?.bytes ?? 0;
  }
  get isDisposed(): boolean {
    return this.held === undefined;
  }
  /** Takes the memory away from this owner; the caller owns it now. */
  giveUp(): number {
    const { at } = this;
    registry.unregister(this);
    this.held!.account.bytes -= this.held!.bytes;
    deviceMemory.remove(this.held!.bytes);
    this.held = undefined;
    return at;
  }
  dispose(): void {
    if (!this.held) return;
    registry.unregister(this);
    release(this.held);
    this.held = undefined;
  }
}

/** A tensor in the engine's memory. Host data stays where it is until a program needs it. */
export class WasmBuffer implements DeviceBuffer {
  readonly type: TensorType;
  readonly device: number;
  private readonly memory: WasmMemory;
  private host: HostArray | undefined;
  private own: Block | undefined;

  constructor(type: TensorType, device: number, memory: WasmMemory, content: HostArray | Block) {
    this.type = type;
    this.device = device;
    this.memory = memory;
    if (content instanceof HostArray) this.host = content;
    else this.own = content;
  }

  /** The memory, filled from the host now if it was not yet. Throws `runtime/deleted`. */
  block(account: Account): Block {
    if (!this.own) {
      if (!this.host) throw deletedError();
      const { bytes } = this.host;
      this.own = new Block(this.memory, bytes.length, account);
      this.memory.bytes(this.own.at, bytes.length).set(bytes);
      this.host = undefined;
    }
    return this.own;
  }
  /** The same contents on another device: host data is shared until that device needs it. */
  copyTo(device: number, account: Account): WasmBuffer {
    if (this.host) return new WasmBuffer(this.type, device, this.memory, this.host);
    if (!this.own) throw deletedError();
    const copy = new Block(this.memory, this.own.bytes, account);
    this.memory.bytes(copy.at, copy.bytes).set(this.memory.bytes(this.own.at, copy.bytes));
    return new WasmBuffer(this.type, device, this.memory, copy);
  }
  /** Hands the memory to a result; this buffer is deleted. */
  surrender(account: Account): Block {
    const block = this.block(account);
    const { bytes } = block;
    this.own = undefined;
    return new Block(this.memory, bytes, account, block.giveUp());
  }

  async read(): Promise<HostArray> {
    return this.readNow();
  }
  readNow(): HostArray {
    if (this.host) return this.host.clone();
    if (!this.own) throw deletedError();
    const out = HostArray.zeros(this.type.dtype, this.type.shape);
    out.bytes.set(this.memory.bytes(this.own.at, this.own.bytes));
    return out;
  }
  dispose(): void {
    this.own?.dispose();
    this.own = undefined;
    this.host = undefined;
  }
  get isDeleted(): boolean {
    return this.own === undefined && this.host === undefined;
  }
}
