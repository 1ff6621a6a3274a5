/** What of a text can be shown. */
export interface Shown {
  readonly text: string;
  /** The stop string that ends it. */
  readonly stop?: string;
}

/**
 * Ends a text before the first of some strings, wherever the pieces are cut that it comes in: what may be the beginning of one waits for the rest. Of
 * several the one that is complete first counts.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  readonly #includes: boolean;
  #waiting = '';

  /** `includes`: the string that ends the text is part of it. */
  constructor(stops: readonly string[], includes = false) {
    this.#stops = stops;
    this.#includes = includes;
  }

  push(piece: string): Shown {
    const text = this.#waiting + piece;
    let found: { readonly stop: string; readonly end: number } | undefined;
    for (const stop of this.#stops) {
      const at = text.indexOf(stop);
      const end = at + stop.length;
      if (at >= 0 && (!found || end < found.end)) found = { stop, end };
    }
    if (found) {
      this.#waiting = '';
      return { text: text.slice(0, this.#includes ? found.end : found.end - found.stop.length), stop: found.stop };
    }
    const numWaiting = Math.max(0, ...this.#stops.map((stop) => sharedEnd(text, stop)));
    this.#waiting = text.slice(text.length - numWaiting);
    return { text: text.slice(0, text.length - numWaiting) };
  }

  /** What waited, when nothing more comes. */
  finish(): string {
    const text = this.#waiting;
    this.#waiting = '';
    return text;
  }
}

/** Characters at the end of a text with which a string begins, but not all of it. */
function sharedEnd(text: string, stop: string): number {
  for (let n = Math.min(text.length, stop.length - 1); n > 0; n--) if (text.endsWith(stop.slice(0, n))) return n;
  return 0;
}
