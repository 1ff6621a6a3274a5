import { UserError } from '../../../base/index.ts';

/*
 * Reads JSON whose bulk is lists of numbers without making a text or an array of it: files of instances have hundreds of megabytes,
 * more than a string can hold.
 */

const [QUOTE, COMMA, COLON, OPEN, CLOSE, BEGIN, END, BACKSLASH, MINUS, ZERO, NINE] = [...'",:[]{}\\-09'].map((c) =>
  c.charCodeAt(0),
);

export class NumberListReader {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #at = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  #fail(expected: string): never {
    const given = this.#at < this.#bytes.length ? String.fromCharCode(this.#bytes[this.#at]) : 'the end of the file';
    throw new UserError('plan/instance', `${this.#name} cannot be read at byte ${this.#at}`, { expected, given });
  }

  /** The next byte that is no space, which is not taken. */
  #peek(): number {
    const bytes = this.#bytes;
    while (bytes[this.#at] <= 32) this.#at++;
    return bytes[this.#at];
  }

  #take(byte: number): void {
    if (this.#peek() !== byte) this.#fail(`"${String.fromCharCode(byte)}"`);
    this.#at++;
  }

  #accept(byte: number): boolean {
    if (this.#peek() !== byte) return false;
    this.#at++;
    return true;
  }

  string(): string {
    this.#take(QUOTE);
    const start = this.#at;
    while (this.#at < this.#bytes.length && this.#bytes[this.#at] !== QUOTE)
      this.#at += this.#bytes[this.#at] === BACKSLASH ? 2 : 1;
    const text = new TextDecoder().decode(this.#bytes.subarray(start, this.#at));
    this.#take(QUOTE);
    return text;
  }

  number(): number {
    const bytes = this.#bytes;
    this.#peek();
    const start = this.#at;
    const isNegative = bytes[this.#at] === MINUS;
    if (isNegative) this.#at++;
    let value = 0;
    const digits = this.#at;
    for (let b = bytes[this.#at]; b >= ZERO && b <= NINE; b = bytes[++this.#at]) value = value * 10 + b - ZERO;
    if (this.#at === digits) this.#fail('a number');
    const next = bytes[this.#at];
    const isWhole = !(next > 32) || next === COMMA || next === CLOSE || next === END;
    if (isWhole && (value <= Number.MAX_SAFE_INTEGER || this.#isPowerOfTen(digits))) return isNegative ? -value : value;
    // With a point, an exponent, or more digits than are exact.
    while (bytes[this.#at] > 32 && ![COMMA, CLOSE, END].includes(bytes[this.#at])) this.#at++;
    const parsed = Number(new TextDecoder().decode(bytes.subarray(start, this.#at)));
    return Number.isNaN(parsed) ? this.#fail('a number') : parsed;
  }

  /** Whether the digits from a place to here are a 1 and at most 22 zeros, whose value is exact: what instances forbid pairs by. */
  #isPowerOfTen(start: number): boolean {
    if (this.#bytes[start] !== ZERO + 1 || this.#at - start > 23) return false;
    for (let at = start + 1; at < this.#at; at++) if (this.#bytes[at] !== ZERO) return false;
    return true;
  }

  numbers(): Float64Array {
    const start = this.#at;
    this.#take(OPEN);
    if (this.#accept(CLOSE)) return new Float64Array(0);
    let count = 1;
    for (let at = this.#at; at < this.#bytes.length && this.#bytes[at] !== CLOSE; at++)
      if (this.#bytes[at] === COMMA) count++;
    const list = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#take(COMMA);
      list[i] = this.number();
    }
    if (this.#at <= start) this.#fail('a list');
    this.#take(CLOSE);
    return list;
  }

  list<T>(read: () => T): T[] {
    const items: T[] = [];
    this.#take(OPEN);
    if (this.#accept(CLOSE)) return items;
    do items.push(read());
    while (this.#accept(COMMA));
    this.#take(CLOSE);
    return items;
  }

  /** Calls `read` for each key, which must take its value. */
  object(read: (key: string) => void): void {
    this.#take(BEGIN);
    if (this.#accept(END)) return;
    do {
      const key = this.string();
      this.#take(COLON);
      read(key);
    } while (this.#accept(COMMA));
    this.#take(END);
  }

  /** Takes any value. */
  skip(): void {
    const next = this.#peek();
    if (next === QUOTE) this.string();
    else if (next === OPEN) this.list(() => this.skip());
    else if (next === BEGIN) this.object(() => this.skip());
    else {
      const start = this.#at;
      while (this.#bytes[this.#at] > 32 && ![COMMA, CLOSE, END].includes(this.#bytes[this.#at])) this.#at++;
      if (this.#at === start) this.#fail('a value');
    }
  }

  end(): void {
    if (this.#peek() !== undefined) this.#fail('the end of the file');
  }
}
