/** Sequences whose pages are kept. */
const MAX_KNOWN = 512;

/** Pages of a decoder that guesses: those who were guessed longest ago give theirs to others. */
export class DraftPages<K extends { readonly pages: number[] }> {
  readonly #pageSize: number;
  readonly #free: number[];
  /** Who was guessed last is last. */
  readonly #known = new Map<number, K>();

  constructor(numPages: number, pageSize: number) {
    this.#pageSize = pageSize;
    this.#free = Array.from({ length: numPages - 1 }, (_, i) => numPages - 1 - i);
  }

  get(id: number): K | undefined {
    return this.#known.get(id);
  }

  /** Keeps what is known of a sequence, as the last one. */
  keep(id: number, known: K): void {
    this.#known.delete(id);
    this.#known.set(id, known);
    for (const [other] of this.#known) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#drop(other);
    }
  }

  /** Gives a sequence pages for so many tokens, from others than `ids` where none are free; false: there are too few. */
  grow(id: number, known: K, numTokens: number, ids: ReadonlySet<number>): boolean {
    const numMissing = (): number => Math.ceil(numTokens / this.#pageSize) - known.pages.length - this.#free.length;
    for (const [other] of this.#known) {
      if (numMissing() <= 0) break;
      if (!ids.has(other)) this.#drop(other);
    }
    if (numMissing() > 0) return false;
    while (known.pages.length * this.#pageSize < numTokens) known.pages.push(this.#free.pop()!);
    this.keep(id, known);
    return true;
  }

  #drop(id: number): void {
    this.#free.push(...(this.#known.get(id)?.pages ?? []));
    this.#known.delete(id);
  }
}
