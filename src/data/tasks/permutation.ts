import { UserError } from '../../base/index.ts';

/** A 32-bit number that depends on every bit of the words given (rounds of murmur3's finalizer). */
export function hashWords(...words: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const word of words) {
    h = Math.imul(h ^ word, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

const ROUNDS = 6;

/**
 * The order of `size` things without a list of it: `at(i)` is the i-th of them, each comes once. A Feistel network on the even number of bits
 * that holds them, walked until the number is one of them. Any index costs the same, so a run can go on anywhere.
 * Source: Black & Rogaway 2002, "Ciphers with Arbitrary Finite Domains"; Grain's index shuffle.
 */
export class Permutation {
  readonly size: number;
  readonly #half: number;
  readonly #mask: number;
  readonly #keys: readonly number[];

  /** `key`: numbers that name the order, such as a seed and an epoch. Throws `data/order`. */
  constructor(size: number, ...key: readonly number[]) {
    if (!Number.isSafeInteger(size) || size < 0 || size > 2 ** 52)
      throw new UserError('data/order', 'an order is one of a whole number of things', {
        expected: '0 to 2^52',
        given: `${size}`,
      });
    this.size = size;
    // Bits of the largest index, in two equal halves.
    let half = 1;
    while (4 ** half < size) half++;
    this.#half = 2 ** half;
    this.#mask = this.#half - 1;
    this.#keys = Array.from({ length: ROUNDS }, (_, round) => hashWords(...key.flatMap(wordsOf), round));
  }

  /** The thing at place `i` of the order; `0 ≤ i < size`. */
  at(i: number): number {
    if (!(i >= 0 && i < this.size) || !Number.isInteger(i))
      throw new UserError('data/order', `there is no place ${i}`, { expected: `0 to ${this.size - 1}` });
    let x = i;
    do x = this.#encrypt(x);
    while (x >= this.size);
    return x;
  }

  #encrypt(x: number): number {
    let right = x % this.#half;
    let left = (x - right) / this.#half;
    for (const key of this.#keys) [left, right] = [right, (left ^ hashWords(key, right)) & this.#mask];
    return left * this.#half + right;
  }
}

/** A number as words of 32 bits. */
const wordsOf = (x: number): readonly number[] => [x | 0, Math.floor(x / 2 ** 32) | 0];
