/// <reference lib="esnext.disposable" preserve="true" />
import { EspalierError } from '../../base/index.ts';
import { deviceMemory } from '../device-memory.ts';
import type { Address, NativeLibrary } from './library.ts';

/** Counts the bytes of a device's buffers. */
export interface Account {
  bytes: number;
}

interface Block {
  readonly library: NativeLibrary;
  readonly address: Address;
  readonly bytes: number;
  readonly account: Account | undefined;
}

/** Frees the memory of buffers nobody disposed. */
const registry = new FinalizationRegistry<Block>((block) => {
  block.library.free(block.address, block.bytes);
  deviceMemory.remove(block.bytes);
  if (block.account) block.account.bytes -= block.bytes;
});

/** A block of a cpu device's memory: 64-byte aligned, freed by `dispose` or by the collector. */
export class NativeBuffer {
  readonly library: NativeLibrary;
  /** Usable size in bytes; the block behind it is rounded up to 64. */
  readonly bytes: number;
  private pointer: Address;
  private readonly account: Account | undefined;

  /** Allocates; or, with `adopted`, takes over a block released by another buffer of the same size. */
  constructor(library: NativeLibrary, bytes: number, account?: Account, adopted?: Address) {
    this.library = library;
    this.bytes = bytes;
    this.account = account;
    this.pointer = adopted ?? library.alloc(bytes);
    if (account) account.bytes += bytes;
    deviceMemory.add(bytes);
    registry.register(this, { library, address: this.pointer, bytes, account }, this);
  }

  /** A buffer holding a copy of host data. */
  static from(library: NativeLibrary, data: ArrayBufferView, account?: Account): NativeBuffer {
    const buffer = new NativeBuffer(library, data.byteLength, account);
    library.copyIn(buffer.pointer, data);
    return buffer;
  }

  get disposed(): boolean {
    return this.pointer === 0;
  }

  /** Throws `runtime/disposed-buffer`. */
  get address(): Address {
    if (this.pointer === 0)
      throw new EspalierError('runtime/disposed-buffer', 'a buffer was used after it was disposed or donated', {
        advice: 'keep the buffer until the last program that reads it has been started, or do not donate it',
      });
    return this.pointer;
  }

  /** Fills a host array, from `offset` bytes into the buffer. */
  read(into: ArrayBufferView, offset = 0): void {
    if (offset + into.byteLength > this.bytes)
      throw new EspalierError('runtime/buffer-range', 'read beyond the end of a buffer', {
        expected: `at most ${this.bytes} bytes`,
        given: `${offset} + ${into.byteLength}`,
      });
    this.library.copyOut(into, this.address, offset);
  }

  /** Takes the memory away from this handle, which counts as disposed from now on; the caller owns the block. */
  release(): Address {
    const address = this.address;
    registry.unregister(this);
    this.pointer = 0;
    if (this.account) this.account.bytes -= this.bytes;
    deviceMemory.remove(this.bytes);
    return address;
  }

  /** Frees the memory now; harmless when repeated. */
  dispose(): void {
    if (this.pointer === 0) return;
    const address = this.release();
    this.library.free(address, this.bytes);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
