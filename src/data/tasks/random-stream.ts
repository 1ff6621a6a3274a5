import { hashWords } from './permutation.ts';

/**
 * Random numbers that depend on a key alone, such as (seed, task, epoch, example): the same wherever and whenever they are drawn. One by
 * one, in the order of the calls.
 */
export class RandomStream {
  readonly #key: readonly number[];
  #count = 0;

  constructor(...key: readonly number[]) {
    this.#key = key;
  }

  /** In [0, 1), of 53 bits. */
  unit(): number {
    const high = hashWords(...this.#key, this.#count, 1);
    const low = hashWords(...this.#key, this.#count++, 2);
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  }

  /** A whole number of [0, n). */
  below(n: number): number {
    return Math.min(n - 1, Math.floor(this.unit() * n));
  }

  /** `count` different numbers of [0, n), rising. */
  subset(count: number, n: number): number[] {
    // Floyd's: as many draws as numbers are wanted.
    const chosen = new Set<number>();
    for (let i = n - count; i < n; i++) {
      const x = this.below(i + 1);
      chosen.add(chosen.has(x) ? i : x);
    }
    return [...chosen].sort((a, b) => a - b);
  }
}
