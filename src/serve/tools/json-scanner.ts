/*
 * JSON as it comes, character by character: where values begin and end, without reading them.
 */

/** Finds the end of one value. */
export class ValueScanner {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #kind: 'none' | 'string' | 'nested' | 'plain' = 'none';
  isOver = false;
  isBroken = false;

  /** Takes a character; false: it is none of the value's, which has ended before it. */
  take(c: string): boolean {
    if (this.isOver) return false;
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (c === '\\') this.#isEscaped = true;
      else if (c === '"') {
        this.#isInString = false;
        if (this.#depth === 0) this.isOver = true;
      }
      return true;
    }
    if (this.#kind === 'none') {
      if (/\s/.test(c)) return true;
      this.#kind = c === '"' ? 'string' : c === '{' || c === '[' ? 'nested' : 'plain';
      if (this.#kind === 'plain' && !/[-\d\w]/.test(c)) {
        this.isBroken = true;
        return false;
      }
    }
    if (this.#kind === 'plain') {
      if (/[-+.\w]/.test(c)) return true;
      this.isOver = true;
      return false;
    }
    if (c === '"') this.#isInString = true;
    else if (c === '{' || c === '[') this.#depth++;
    else if (c === '}' || c === ']') {
      this.#depth--;
      if (this.#depth === 0) this.isOver = true;
    }
    return true;
  }
}
