import { createHash } from 'node:crypto';
import { HostArray } from '../../base/index.ts';
import type { Example } from './examples.ts';

/** A batch: `tokens, positions: i32[batch, length]`, position −1 for padding; `isTarget: f32[batch, length]`. */
export interface ExampleBatch {
  readonly tokens: HostArray;
  readonly positions: HostArray;
  readonly isTarget: HostArray;
  /** Tokens that count in the loss. */
  readonly numTargets: number;
}

/**
 * Examples in batches: which ones a step gets depends on the seed and the step alone. Every example comes once per epoch, in an order of the
 * epoch's own. Lengths are rounded up, so that few programs are compiled.
 */
export class ExampleBatches {
  readonly #examples: readonly Example[];
  readonly #batchSize: number;
  readonly #seed: number;
  readonly #shuffles: boolean;
  #order: { readonly epoch: number; readonly indices: Int32Array } | undefined;

  constructor(examples: readonly Example[], o: { batchSize: number; seed: number; shuffle?: boolean }) {
    this.#examples = examples;
    this.#batchSize = o.batchSize;
    this.#seed = o.seed;
    this.#shuffles = o.shuffle ?? true;
  }

  /** Steps of an epoch; its last batch is filled up from the next one. */
  get stepsPerEpoch(): number {
    return Math.ceil(this.#examples.length / this.#batchSize);
  }

  /** What the examples are, for resuming with the same ones. */
  get fingerprint(): string {
    const hash = createHash('sha256');
    for (const { tokens, isTarget } of this.#examples)
      hash
        .update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength))
        .update(isTarget)
        .update('|');
    return hash.digest('hex').slice(0, 16);
  }

  at(step: number): ExampleBatch {
    const chosen = this.examplesAt(step);
    const longest = Math.max(...chosen.map((e) => e.tokens.length));
    const length = lengthFor(longest);
    const shape = [chosen.length, length];
    const tokens = HostArray.zeros('i32', shape);
    const positions = HostArray.full('i32', shape, -1);
    const isTarget = HostArray.zeros('f32', shape);
    let numTargets = 0;
    for (const [row, e] of chosen.entries())
      for (let i = 0; i < e.tokens.length; i++) {
        const at = row * length + i;
        (tokens.data as Int32Array)[at] = e.tokens[i];
        (positions.data as Int32Array)[at] = i;
        (isTarget.data as Float32Array)[at] = e.isTarget[i];
        // The first token is nobody's next one.
        if (i > 0) numTargets += e.isTarget[i];
      }
    return { tokens, positions, isTarget, numTargets };
  }

  /** The examples of a step, row by row. */
  examplesAt(step: number): Example[] {
    return Array.from({ length: this.#batchSize }, (_, i) => this.#example(step * this.#batchSize + i));
  }

  #example(n: number): Example {
    const count = this.#examples.length;
    const epoch = Math.floor(n / count);
    if (this.#order?.epoch !== epoch) this.#order = { epoch, indices: this.#orderOf(epoch) };
    return this.#examples[this.#order.indices[n % count]];
  }

  /** The order of an epoch: a shuffle (Fisher–Yates) by numbers that depend on seed and epoch. */
  #orderOf(epoch: number): Int32Array {
    const indices = Int32Array.from(this.#examples, (_, i) => i);
    if (!this.#shuffles) return indices;
    const digest = createHash('sha256').update(`${this.#seed}/${epoch}`).digest();
    let s = digest.readUInt32LE(0);
    for (let i = indices.length - 1; i > 0; i--) {
      // Mulberry32.
      s = (s + 0x6d2b79f5) >>> 0;
      let t = Math.imul(s ^ (s >>> 15), 1 | s);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      const j = Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (i + 1));
      [indices[i], indices[j]] = [indices[j], indices[i]];
    }
    return indices;
  }
}

/** Lengths that programs are compiled for: eight per doubling. */
export function lengthFor(n: number): number {
  const step = Math.max(16, 2 ** Math.ceil(Math.log2(n)) / 8);
  return Math.ceil(n / step) * step;
}
