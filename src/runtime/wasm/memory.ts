import { EspalierError } from '../../base/index.ts';
import { type LinearMemory, webAssembly } from './web-assembly.ts';

const PAGE = 65536;
/** 4 GiB: what 32-bit addresses reach. */
export const MAXIMUM_PAGES = 65536;
const ALIGNMENT = 64;
const roundUp = (bytes: number): number => Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);

interface Gap {
  at: number;
  bytes: number;
}

/** The one linear memory of an engine, with a first-fit allocator; it grows on demand and never shrinks. */
export class WasmMemory {
  readonly memory: LinearMemory;
  readonly shared: boolean;
  /** Free blocks by address; neighbours are joined. */
  private readonly gaps: Gap[] = [];
  private end = ALIGNMENT;

  constructor(shared: boolean) {
    this.shared = shared;
    this.memory = new webAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared });
  }

  /** Address of a 64-byte aligned block. Throws `runtime/out-of-memory`. */
  alloc(bytes: number): number {
    const size = roundUp(bytes);
    const i = this.gaps.findIndex((g) => g.bytes >= size);
    if (i >= 0) {
      const gap = this.gaps[i];
      const at = gap.at;
      gap.at += size;
      gap.bytes -= size;
      if (gap.bytes === 0) this.gaps.splice(i, 1);
      return at;
    }
    const last = this.gaps[this.gaps.length - 1];
    const at = last && last.at + last.bytes === this.end ? last.at : this.end;
    this.grow(at + size);
    if (at !== this.end) this.gaps.pop();
    this.end = at + size;
    return at;
  }

  free(at: number, bytes: number): void {
    const size = roundUp(bytes);
    let i = this.gaps.findIndex((g) => g.at > at);
    if (i < 0) i = this.gaps.length;
    const [before, after] = [this.gaps[i - 1], this.gaps[i]];
    const joinsBefore = before && before.at + before.bytes === at;
    const joinsAfter = after && at + size === after.at;
    if (joinsBefore && joinsAfter) {
      before.bytes += size + after.bytes;
      this.gaps.splice(i, 1);
    } else if (joinsBefore) before.bytes += size;
    else if (joinsAfter) {
      after.at = at;
      after.bytes += size;
    } else this.gaps.splice(i, 0, { at, bytes: size });
  }

  private grow(bytes: number): void {
    const have = this.memory.buffer.byteLength;
    if (bytes <= have) return;
    const most = MAXIMUM_PAGES * PAGE;
    const need = Math.ceil((bytes - have) / PAGE);
    // Half as much again, so that many small allocations do not grow it each time.
    const generous = Math.min(Math.floor((most - have) / PAGE), Math.max(need, Math.floor(have / 2 / PAGE)));
    for (const pages of [generous, need]) {
      if (bytes > most) break;
      try {
        this.memory.grow(pages);
        return;
      } catch {
        // Not that much to be had; try less.
      }
    }
    throw new EspalierError('runtime/out-of-memory', 'the memory of the wasm engine cannot grow', {
      expected: `at most ${most} bytes in all, as far as the machine has them`,
      given: `${bytes} bytes`,
      advice: 'use smaller batches, donate arguments, dispose tensors, or use the "cpu" engine',
    });
  }

  /** A view of a block; invalid after the next allocation. */
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }
  words(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }
}
