/**
 * A sum of parts that come in any order and are added in that of their numbers, from 0: it does not depend on who was first. Parts that come
 * early wait.
 */
export class GradientSum<T> {
  readonly #add: (sum: T, part: T) => T;
  readonly #early = new Map<number, T>();
  #sum: T | undefined;
  #next = 0;

  /** `add` may use up both. */
  constructor(add: (sum: T, part: T) => T) {
    this.#add = add;
  }

  /** Gives the sum so far, or undefined where this part has to wait for others. */
  add(number: number, part: T): T | undefined {
    this.#early.set(number, part);
    if (number !== this.#next) return undefined;
    for (let p = this.#early.get(this.#next); p !== undefined; p = this.#early.get(this.#next)) {
      this.#early.delete(this.#next++);
      this.#sum = this.#sum === undefined ? p : this.#add(this.#sum, p);
    }
    return this.#sum;
  }

  /** The sum of all parts. */
  total(): T {
    if (this.#sum === undefined || this.#early.size > 0) throw new Error('parts of a sum are missing');
    return this.#sum;
  }
}
