import { HostArray, UserError } from '../base/index.ts';

/**
 * Batches of byte windows at positions drawn from a hash of (seed, batch number): any batch can be made at any time, on
 * any mesh, so a resumed run sees the same data as an uninterrupted one.
 */
export class ByteBatches {
  readonly #bytes: Uint8Array;
  readonly #batchSize: number;
  readonly #seqLen: number;
  readonly #seed: number;

  /** Throws `data/too-short` when the text has fewer than `seqLen + 1` bytes. */
  constructor(bytes: Uint8Array, options: { batchSize: number; seqLen: number; seed: number }) {
    if (bytes.length < options.seqLen + 1)
      throw new UserError('data/too-short', 'the text is too short for one sequence', {
        expected: `at least ${options.seqLen + 1} bytes`,
        given: `${bytes.length}`,
        advice: 'add text or choose a shorter --seq-len',
      });
    this.#bytes = bytes;
    this.#batchSize = options.batchSize;
    this.#seqLen = options.seqLen;
    this.#seed = options.seed;
  }

  /** Batch number `index`: `i32[batchSize, seqLen + 1]`. */
  at(index: number): HostArray {
    const width = this.#seqLen + 1;
    const out = new Int32Array(this.#batchSize * width);
    const positions = this.#bytes.length - this.#seqLen;
    for (let row = 0; row < this.#batchSize; row++) {
      const start = hash(this.#seed, index, row) % positions;
      for (let i = 0; i < width; i++) out[row * width + i] = this.#bytes[start + i];
    }
    return new HostArray('i32', [this.#batchSize, width], out);
  }

  /** Evenly spread windows that cover the text: the fixed batches of an evaluation. `count` batches. */
  evenly(count: number): HostArray[] {
    const width = this.#seqLen + 1;
    const rows = count * this.#batchSize;
    const last = this.#bytes.length - width;
    return Array.from({ length: count }, (_, b) => {
      const out = new Int32Array(this.#batchSize * width);
      for (let row = 0; row < this.#batchSize; row++) {
        const start = rows === 1 ? 0 : Math.floor(((b * this.#batchSize + row) * last) / (rows - 1));
        for (let i = 0; i < width; i++) out[row * width + i] = this.#bytes[start + i];
      }
      return new HostArray('i32', [this.#batchSize, width], out);
    });
  }
}

/** A 32-bit hash of three integers (rounds of murmur3's finalizer). */
function hash(a: number, b: number, c: number): number {
  let h = 0x9e3779b9;
  for (const x of [a, b, c]) {
    h = Math.imul(h ^ x, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}
