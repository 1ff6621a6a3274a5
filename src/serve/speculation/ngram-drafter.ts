import type { DraftRequest, Proposal } from '../scheduler/index.ts';
import type { Drafter } from './drafter.ts';

/** Ends of the text that are looked up, the longest first, in tokens. */
const LENGTHS = [4, 3, 2] as const;
/** Where a text went on as it had before for so long, it is expected to do so more often. */
const LONG = 8;

/**
 * Looks up where the end of a text stood before, and guesses that it goes on as it did there. A token costs the same however long the text is: where it
 * follows what went before at the place that was found, the place stays.
 * Source: prompt lookup as vLLM (ngram) and llama.cpp (lookup) have it; following a match as in Hu et al. 2024, "SAM Decoding".
 */
class NgramIndex {
  readonly #tokens: readonly number[];
  /** Of each length, what begins behind the last place at which some tokens stood. */
  readonly #places = LENGTHS.map(() => new Map<number, number>());
  #numRead = 0;
  /** Where the text goes on as it does at its end; 0: nowhere. */
  #at = 0;
  /** Tokens for which it has done so. */
  #length = 0;

  constructor(tokens: readonly number[]) {
    this.#tokens = tokens;
  }

  /** Up to `most` tokens that may come next, and how long what led to them was. */
  next(most: number): { readonly tokens: readonly number[]; readonly length: number } | undefined {
    while (this.#numRead < this.#tokens.length) this.#read();
    if (this.#at === 0) return undefined;
    const guesses: number[] = [];
    const end = this.#tokens.length;
    // A text that repeats itself from here on goes on into its own guesses.
    for (let i = this.#at; guesses.length < most; i++) guesses.push(i < end ? this.#tokens[i] : guesses[i - end]);
    return { tokens: guesses, length: this.#length };
  }

  #read(): void {
    const token = this.#tokens[this.#numRead++];
    const follows = this.#at > 0 && this.#tokens[this.#at] === token;
    [this.#at, this.#length] = follows ? [this.#at + 1, this.#length + 1] : [0, 0];
    for (const [i, n] of LENGTHS.entries()) {
      if (this.#numRead < n) continue;
      const key = this.#key(this.#numRead, n);
      const found = this.#places[i].get(key);
      if (this.#at === 0 && found !== undefined && this.#isSame(found, n)) [this.#at, this.#length] = [found, n];
      this.#places[i].set(key, this.#numRead);
    }
  }

  /** A number for the `n` tokens before a place; others may have it, too. */
  #key(end: number, n: number): number {
    let key = 0;
    for (let i = end - n; i < end; i++) key = (Math.imul(key, 0x01000193) ^ this.#tokens[i]) | 0;
    return key;
  }

  #isSame(place: number, n: number): boolean {
    for (let i = 1; i <= n; i++) if (this.#tokens[place - i] !== this.#tokens[this.#numRead - i]) return false;
    return true;
  }
}

/** Guesses from the prompt and from what was written. */
export class NgramDrafter implements Drafter {
  readonly #indices = new WeakMap<readonly number[], NgramIndex>();

  draft(requests: readonly DraftRequest[]): readonly Proposal[] {
    return requests.flatMap(({ id, tokens, most }) => {
      const index = this.#indices.get(tokens) ?? new NgramIndex(tokens);
      this.#indices.set(tokens, index);
      const found = index.next(most);
      if (!found) return [];
      const kind = found.length >= LONG ? 'long' : found.length >= LENGTHS[0] ? 'medium' : 'short';
      return { id, tokens: found.tokens, source: `ngram ${kind}` };
    });
  }
}
