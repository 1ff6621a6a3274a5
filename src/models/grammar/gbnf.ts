import { type CodePoints, complement, MAX_CODE_POINT, normalized, utf8Character } from './characters.ts';
import { EMPTY, type Expr, type Expressions, UNBOUNDED } from './expressions.ts';
import { grammarError } from './grammar-error.ts';

/*
 * Grammars as llama.cpp writes them (GBNF): `name ::= "text" [a-z]+ (other | ~)`. The same in the spellings of EBNF and Lark: `name: …`, `name = …`,
 * texts in single quotes, `;` behind a rule, comments with `//`.
 * Source: llama.cpp, grammars/README.md.
 */

const MAX_LENGTH = 1_000_000;
const MAX_DEPTH = 200;
const MAX_REPEAT = 100_000;
const NAME = /[A-Za-z_][\w-]*/y;
const BLANK = /(?:[ \t]|(?:#|\/\/)[^\n]*)+/y;
const BLANK_LINES = /(?:\s|(?:#|\/\/)[^\n]*)+/y;
const DEFINES = /::=|:|=/y;

class GrammarParser {
  readonly #x: Expressions;
  readonly #text: string;
  readonly #rules = new Map<string, Expr>();
  readonly #defined = new Set<string>();
  #at = 0;
  #depth = 0;

  constructor(x: Expressions, text: string) {
    this.#x = x;
    this.#text = text;
    if (text.length > MAX_LENGTH)
      throw grammarError('the grammar is too long', { expected: `${MAX_LENGTH} characters` });
  }

  parse(): Expr {
    this.#skip(BLANK_LINES);
    while (this.#at < this.#text.length) {
      const name = this.#name();
      if (name === undefined) this.#fail('a rule without a name');
      this.#skip(BLANK);
      if (!this.#match(DEFINES)) this.#fail(`${name} without ::=`);
      if (this.#defined.has(name!)) this.#fail(`a second rule ${name}`);
      this.#defined.add(name!);
      this.#skip(BLANK_LINES);
      this.#x.define(this.#rule(name!), this.#choice(true));
      this.#skip(BLANK);
      this.#eat(';');
      this.#skip(BLANK_LINES);
    }
    const missing = [...this.#rules.keys()].find((name) => !this.#defined.has(name));
    if (missing !== undefined) throw grammarError(`the grammar has no rule ${missing.slice(0, 80)}`);
    const root = ['root', 'start'].find((name) => this.#defined.has(name));
    if (root === undefined) throw grammarError('the grammar has no rule root', { expected: 'root, or start' });
    return this.#rule(root);
  }

  #fail(what: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw grammarError(`the grammar has ${what} in line ${line}`, { given: this.#text.slice(this.#at, this.#at + 40) });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern);
  }

  #eat(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #name(): string | undefined {
    return this.#match(NAME);
  }

  #rule(name: string): Expr {
    let rule = this.#rules.get(name);
    if (rule === undefined) {
      rule = this.#x.rule(`the rule ${name}`);
      this.#rules.set(name, rule);
    }
    return rule;
  }

  /** Outside of parentheses a line ends a rule, unless the next one begins with `|`. */
  #choice(endsWithLine: boolean): Expr {
    const options: Expr[] = [];
    do {
      this.#skip(BLANK_LINES);
      options.push(this.#sequence(endsWithLine));
      const at = this.#at;
      this.#skip(BLANK_LINES);
      if (endsWithLine && this.#text[this.#at] !== '|') this.#at = at;
    } while (this.#eat('|'));
    return this.#x.alt(...options);
  }

  #sequence(endsWithLine: boolean): Expr {
    const parts: Expr[] = [];
    for (;;) {
      this.#skip(endsWithLine ? BLANK : BLANK_LINES);
      const atom = this.#atom();
      if (atom === undefined) return this.#x.concat(...parts);
      parts.push(this.#quantified(atom));
    }
  }

  #quantified(atom: Expr): Expr {
    let e = atom;
    for (let n = 0; ; n++) {
      const bounds = this.#bounds();
      if (!bounds) return e;
      if (n > 10) this.#fail('too many repetitions of repetitions');
      e = this.#x.repeat(e, ...bounds);
    }
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#eat('*')) return [0, UNBOUNDED];
    if (this.#eat('+')) return [1, UNBOUNDED];
    if (this.#eat('?')) return [0, 1];
    const found = /^\{\s*(\d{1,7})\s*(,\s*(\d{1,7})?\s*)?\}/.exec(this.#text.slice(this.#at, this.#at + 40));
    if (!found) return undefined;
    this.#at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === undefined ? UNBOUNDED : Number(found[3]);
    if (min > MAX_REPEAT || max > MAX_REPEAT || (max !== UNBOUNDED && max < min))
      this.#fail('bounds that mean nothing');
    return [min, max];
  }

  #atom(): Expr | undefined {
    const x = this.#x;
    if (this.#eat('"')) return this.#quoted('"');
    if (this.#eat("'")) return this.#quoted("'");
    if (this.#eat('[')) return utf8Character(x, this.#class());
    if (this.#eat('.')) return utf8Character(x, [[0, MAX_CODE_POINT]]);
    if (this.#eat('(')) {
      if (++this.#depth > MAX_DEPTH) this.#fail('parentheses nested too deeply');
      const inner = this.#choice(false);
      this.#depth--;
      this.#skip(BLANK_LINES);
      if (!this.#eat(')')) this.#fail('a ( without its )');
      return inner;
    }
    const before = this.#at;
    const name = this.#name();
    if (name === undefined) {
      if (this.#at < this.#text.length && !'|)\n\r;'.includes(this.#text[this.#at]))
        this.#fail('something that is no part of a rule');
      return undefined;
    }
    // The name of the next rule.
    const at = this.#at;
    this.#skip(BLANK);
    if (this.#match(DEFINES)) {
      this.#at = before;
      return undefined;
    }
    this.#at = at;
    return this.#rule(name);
  }

  #quoted(end: string): Expr {
    let text = '';
    while (!this.#eat(end)) {
      if (this.#at >= this.#text.length || this.#text[this.#at] === '\n') this.#fail('a text without its end');
      text += String.fromCodePoint(this.#character());
    }
    return text === '' ? EMPTY : this.#x.literal(text);
  }

  #class(): CodePoints {
    const isNegated = this.#eat('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#eat(']')) {
      if (this.#at >= this.#text.length) this.#fail('a class without its end');
      const from = this.#character();
      const isRange = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']';
      if (isRange) this.#at++;
      const to = isRange ? this.#character() : from;
      if (to < from) this.#fail('a range of characters that is none');
      ranges.push([from, to]);
    }
    return isNegated ? complement(ranges) : normalized(ranges);
  }

  #character(): number {
    if (!this.#eat('\\')) {
      const c = this.#text.codePointAt(this.#at);
      if (c === undefined) this.#fail('a text without its end');
      this.#at += c! > 0xffff ? 2 : 1;
      return c!;
    }
    const letter = this.#text[this.#at++] ?? '';
    const length = { x: 2, u: 4, U: 8 }[letter];
    if (length !== undefined) {
      const digits = this.#text.slice(this.#at, this.#at + length);
      const point = Number.parseInt(digits, 16);
      if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length !== length || point > MAX_CODE_POINT)
        this.#fail('an escape without its digits');
      this.#at += length;
      return point;
    }
    const known = {
      n: 10,
      r: 13,
      t: 9,
      '"': 0x22,
      "'": 0x27,
      '\\': 0x5c,
      '[': 0x5b,
      ']': 0x5d,
      '-': 0x2d,
      '^': 0x5e,
      '/': 0x2f,
    }[letter];
    return known ?? this.#fail(`\\${letter}, which is not known`);
  }
}

/** The texts of a grammar's rule `root` (or `start`). Throws `models/grammar`, with the line. */
export const gbnfExpr = (x: Expressions, text: string): Expr => new GrammarParser(x, text).parse();
