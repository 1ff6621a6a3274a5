import { EspalierError } from '../../base/index.ts';

/** Character classes, precomputed for codes below 128. */
const WORD = 1;
const DIGIT = 2;
const HEX = 4;
const classes = new Uint8Array(128);
for (let i = 0; i < 128; i++) {
  const ch = String.fromCharCode(i);
  let bits = 0;
  if (/[A-Za-z0-9_$.]/.test(ch)) bits |= WORD;
  if (/[0-9]/.test(ch)) bits |= DIGIT;
  if (/[0-9a-fA-F]/.test(ch)) bits |= HEX;
  classes[i] = bits;
}

export const isWordCode = (code: number): boolean => code < 128 && (classes[code] & WORD) !== 0;
export const isDigitCode = (code: number): boolean => code < 128 && (classes[code] & DIGIT) !== 0;
export const isHexCode = (code: number): boolean => code < 128 && (classes[code] & HEX) !== 0;

/** Regions, attributes, types, locations and lists may nest this deep. */
const MAX_DEPTH = 256;

/**
 * A position in MLIR text. Tokens are read on demand with char codes: MLIR cannot be split into tokens without context
 * (`2x3xf32` is three things in a type and `[0]x[1]` five in a convolution).
 */
export class Cursor {
  readonly text: string;
  readonly fileName: string;
  pos = 0;
  #depth = 0;
  #lineStart = 0;
  #line = 1;

  constructor(text: string, fileName: string) {
    this.text = text;
    this.fileName = fileName;
  }

  /** Runs a parser one level deeper; text nested too deeply is refused before it exhausts the stack. */
  nested<T>(parse: () => T): T {
    if (this.#depth >= MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} levels deep`);
    this.#depth++;
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  /** Moves past white space and `//` comments. */
  skip(): void {
    const { text } = this;
    let p = this.pos;
    for (;;) {
      const c = text.charCodeAt(p);
      if (c === 32 || c === 10 || c === 13 || c === 9) p++;
      else if (c === 47 && text.charCodeAt(p + 1) === 47) {
        const end = text.indexOf('\n', p);
        p = end < 0 ? text.length : end + 1;
      } else break;
    }
    this.pos = p;
  }

  /** Code of the next non-space character; NaN at the end. */
  code(): number {
    this.skip();
    return this.text.charCodeAt(this.pos);
  }

  get atEnd(): boolean {
    this.skip();
    return this.pos >= this.text.length;
  }

  /** Whether the text continues with this token: a word must not continue as a longer word. */
  peek(token: string): boolean {
    this.skip();
    if (!this.text.startsWith(token, this.pos)) return false;
    const last = token.charCodeAt(token.length - 1);
    if (!isWordCode(last)) return !(token === '-' && this.text.charCodeAt(this.pos + 1) === 62);
    const next = this.text.charCodeAt(this.pos + token.length);
    return !(isWordCode(next) || next === 95);
  }

  accept(token: string): boolean {
    if (!this.peek(token)) return false;
    this.pos += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.accept(token)) this.fail(`expected "${token}"`);
  }

  /** The run of word characters here, or undefined. */
  optionalWord(): string | undefined {
    this.skip();
    const start = this.pos;
    let p = start;
    while (isWordCode(this.text.charCodeAt(p))) p++;
    if (p === start) return undefined;
    this.pos = p;
    return this.text.slice(start, p);
  }

  word(): string {
    return this.optionalWord() ?? this.fail('expected a word');
  }

  integer(): number {
    this.skip();
    const start = this.pos;
    let p = start;
    if (this.text.charCodeAt(p) === 45) p++;
    const digits = p;
    while (isDigitCode(this.text.charCodeAt(p))) p++;
    if (p === digits) this.fail('expected an integer');
    this.pos = p;
    return Number(this.text.slice(start, p));
  }

  /** `-1`, `0.5`, `1.0e-3` */
  number(): number {
    this.skip();
    const found = /^-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?/.exec(this.text.slice(this.pos, this.pos + 64));
    if (!found) this.fail('expected a number');
    this.pos += found[0].length;
    return Number(found[0]);
  }

  /** `"…"` with `\n`, `\t`, `\\`, `\"` and two-digit hex escapes (UTF-8 bytes) resolved. */
  string(): string {
    if (this.code() !== 34) this.fail('expected a string');
    const { text } = this;
    const start = this.pos + 1;
    let p = start;
    let escaped = false;
    for (; ; p++) {
      const c = text.charCodeAt(p);
      if (c === 34) break;
      if (c === 92) {
        escaped = true;
        p++;
      } else if (Number.isNaN(c)) this.fail('unterminated string');
    }
    this.pos = p + 1;
    const body = text.slice(start, p);
    return escaped ? unescapeString(body) : body;
  }

  /** Bare name after `@`, or a quoted one. */
  symbolName(): string {
    if (this.code() !== 64) this.fail('expected a symbol (@name)');
    this.pos++;
    if (this.text.charCodeAt(this.pos) === 34) return this.string();
    const start = this.pos;
    while (isWordCode(this.text.charCodeAt(this.pos)) || this.text.charCodeAt(this.pos) === 45) this.pos++;
    if (this.pos === start) this.fail('expected a name after "@"');
    return this.text.slice(start, this.pos);
  }

  /** Name after a sigil (`%`, `#`, `!`, `^`) that is the next character. */
  sigilName(sigil: string): string {
    this.skip();
    if (this.text[this.pos] !== sigil) this.fail(`expected "${sigil}"`);
    this.pos++;
    const start = this.pos;
    let p = start;
    for (;;) {
      const c = this.text.charCodeAt(p);
      if (isWordCode(c) || (c === 45 && this.text.charCodeAt(p + 1) !== 62)) p++;
      else break;
    }
    if (p === start) this.fail(`expected a name after "${sigil}"`);
    this.pos = p;
    return this.text.slice(start, p);
  }

  /** Items between two tokens, separated by commas. */
  list<T>(open: string, close: string, item: () => T): T[] {
    this.expect(open);
    const out: T[] = [];
    if (this.accept(close)) return out;
    do out.push(item());
    while (this.accept(','));
    this.expect(close);
    return out;
  }

  /** Position just after the bracket that closes the one at `this.pos`, honouring strings, nesting and `->`. */
  balancedEnd(): number {
    const { text } = this;
    let depth = 0;
    for (let p = this.pos; p < text.length; p++) {
      const c = text.charCodeAt(p);
      if (c === 34) {
        p = skipString(text, p);
      } else if (c === 60 || c === 40 || c === 91 || c === 123) depth++;
      else if (c === 62 || c === 41 || c === 93 || c === 125) {
        if (c === 62 && text.charCodeAt(p - 1) === 45) continue;
        if (--depth === 0) return p + 1;
      }
    }
    return this.fail('unbalanced brackets');
  }

  /** 1-based line and column of a position; fast when asked in increasing order. */
  lineColumn(pos: number): { line: number; column: number } {
    if (pos < this.#lineStart) {
      this.#lineStart = 0;
      this.#line = 1;
    }
    for (;;) {
      const end = this.text.indexOf('\n', this.#lineStart);
      if (end < 0 || end >= pos) break;
      this.#lineStart = end + 1;
      this.#line++;
    }
    return { line: this.#line, column: pos - this.#lineStart + 1 };
  }

  /** Throws `ir/parse` at a position (default: here) with the line and a caret under the place. */
  fail(message: string, at?: number): never {
    if (at === undefined) this.skip();
    const pos = Math.min(at ?? this.pos, this.text.length);
    const { line, column } = this.lineColumn(pos);
    const start = pos - column + 1;
    const end = this.text.indexOf('\n', start);
    const wholeLine = this.text.slice(start, end < 0 ? undefined : end);
    const from = Math.max(0, column - 1 - 80);
    const shown = wholeLine.slice(from, from + 160);
    const caret = `${' '.repeat(column - 1 - from)}^`;
    throw new EspalierError('ir/parse', `${this.fileName}:${line}:${column}: ${message}\n${shown}\n${caret}`, {
      fields: { file: this.fileName, line, column, message },
    });
  }
}

function skipString(text: string, start: number): number {
  for (let p = start + 1; p < text.length; p++) {
    const c = text.charCodeAt(p);
    if (c === 92) p++;
    else if (c === 34) return p;
  }
  return text.length;
}

function unescapeString(body: string): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== '\\') {
      const code = body.codePointAt(i)!;
      if (code < 128) bytes.push(code);
      else {
        bytes.push(...encoder.encode(String.fromCodePoint(code)));
        if (code > 0xffff) i++;
      }
      continue;
    }
    const next = body[++i];
    if (next === 'n') bytes.push(10);
    else if (next === 't') bytes.push(9);
    else if (next === '\\' || next === '"') bytes.push(next.charCodeAt(0));
    else bytes.push(Number.parseInt(body.slice(i, ++i + 1), 16));
  }
  return new TextDecoder('utf-8').decode(Uint8Array.from(bytes));
}

/** Text of a string literal, quotes included. */
export function quote(text: string): string {
  let out = '"';
  for (const byte of new TextEncoder().encode(text)) {
    if (byte === 92) out += '\\\\';
    else if (byte === 34) out += '\\22';
    else if (byte >= 32 && byte < 127) out += String.fromCharCode(byte);
    else out += `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return `${out}"`;
}
