import { ANY, type CodePoints, complement, MAX_CODE_POINT, normalized } from './characters.ts';
import { EMPTY, type Expr, type Expressions, UNBOUNDED } from './expressions.ts';
import { grammarError } from './grammar-error.ts';

/*
 * Regular expressions as ECMAScript has them, with Unicode, as far as they are regular: no looking around, no references back, and `^` and `$` only where
 * nothing can come before or behind.
 */

type Node =
  | { readonly kind: 'set'; readonly points: CodePoints }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly body: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

const MAX_PATTERN = 10_000;
const MAX_REPEAT = 1_000_000;
const MAX_GROUPS = 200;
const MAX_ANCHORED = 256;

const digits: CodePoints = [[0x30, 0x39]];
const words: CodePoints = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const spaces: CodePoints = normalized([
  [9, 13],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]);
const lineEnds: CodePoints = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
const classes: Readonly<Record<string, CodePoints>> = {
  d: digits,
  D: complement(digits),
  w: words,
  W: complement(words),
  s: spaces,
  S: complement(spaces),
};
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, v: 11, f: 12, '0': 0 };

const properties = new Map<string, CodePoints>();

/** The characters of a Unicode property, as this machine's tables have them. */
function propertySet(name: string, fail: (what: string) => never): CodePoints {
  const known = properties.get(name);
  if (known) return known;
  let pattern: RegExp;
  try {
    pattern = new RegExp(`\\p{${name}}`, 'u');
  } catch {
    return fail(`\\p{${name}}, which is no property`);
  }
  const out: [number, number][] = [];
  for (let c = 0; c <= MAX_CODE_POINT; c++) {
    if (c === 0xd800) c = 0xe000;
    if (!pattern.test(String.fromCodePoint(c))) continue;
    const last = out[out.length - 1];
    if (last && last[1] === c - 1) last[1] = c;
    else out.push([c, c]);
  }
  if (properties.size < 64) properties.set(name, out);
  return out;
}

class PatternParser {
  readonly #text: string;
  readonly #path: string | undefined;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, path: string | undefined) {
    this.#text = pattern;
    this.#path = path;
    if (pattern.length > MAX_PATTERN) this.#fail(`${pattern.length} characters`);
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) this.#fail(`${this.#text[this.#at]} without its beginning`);
    return node;
  }

  #fail(what: string): never {
    throw grammarError(`a pattern has ${what}`, {
      given: this.#text,
      keyword: 'pattern',
      ...(this.#path === undefined ? {} : { path: this.#path }),
    });
  }

  #eat(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): Node {
    const options = [this.#sequence()];
    while (this.#eat('|')) options.push(this.#sequence());
    return options.length === 1 ? options[0] : { kind: 'choice', options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at])) parts.push(this.#quantified());
    return parts.length === 1 ? parts[0] : { kind: 'sequence', parts };
  }

  #quantified(): Node {
    const body = this.#atom();
    const bounds = this.#bounds();
    if (!bounds) return body;
    if (body.kind === 'start' || body.kind === 'end') this.#fail('a repeated ^ or $');
    // Which of several ways is tried first changes nothing about what fits.
    this.#eat('?');
    if (this.#bounds()) this.#fail('a repetition of a repetition');
    const [min, max] = bounds;
    if (min > MAX_REPEAT || max > MAX_REPEAT || (max !== UNBOUNDED && max < min))
      this.#fail('bounds that mean nothing');
    return { kind: 'repeat', body, min, max };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#eat('*')) return [0, UNBOUNDED];
    if (this.#eat('+')) return [1, UNBOUNDED];
    if (this.#eat('?')) return [0, 1];
    const found = /^\{(\d{1,9})(,(\d{1,9})?)?\}/.exec(this.#text.slice(this.#at, this.#at + 24));
    if (!found) return undefined;
    this.#at += found[0].length;
    const min = Number(found[1]);
    return [min, found[2] === undefined ? min : found[3] === undefined ? UNBOUNDED : Number(found[3])];
  }

  #atom(): Node {
    if (this.#eat('^')) return { kind: 'start' };
    if (this.#eat('$')) return { kind: 'end' };
    if (this.#eat('.')) return { kind: 'set', points: complement(lineEnds) };
    if (this.#eat('[')) return { kind: 'set', points: this.#class() };
    if (this.#eat('(')) return this.#group();
    if (this.#eat('\\')) return { kind: 'set', points: this.#escape(false) };
    const c = this.#text.codePointAt(this.#at)!;
    if ('*+?'.includes(this.#text[this.#at])) this.#fail('a repetition of nothing');
    this.#at += c > 0xffff ? 2 : 1;
    return { kind: 'set', points: [[c, c]] };
  }

  #group(): Node {
    if (this.#eat('?') && !this.#eat(':')) {
      const name = /^<[A-Za-z_$][\w$]*>/.exec(this.#text.slice(this.#at, this.#at + 80));
      if (!name) this.#fail('a group that looks around, which is not supported');
      this.#at += name![0].length;
    }
    if (++this.#depth > MAX_GROUPS) this.#fail('groups nested too deeply');
    const node = this.#choice();
    this.#depth--;
    if (!this.#eat(')')) this.#fail('a group without its end');
    return node;
  }

  #class(): CodePoints {
    const isNegated = this.#eat('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#eat(']')) {
      if (this.#at >= this.#text.length) this.#fail('a class without its end');
      const first = this.#member();
      if (
        first.length === 1 &&
        first[0][0] === first[0][1] &&
        /^-[^\]]/s.test(this.#text.slice(this.#at, this.#at + 2))
      ) {
        this.#at++;
        const last = this.#member();
        if (last.length !== 1 || last[0][0] !== last[0][1] || last[0][0] < first[0][0])
          this.#fail('a range of characters that is none');
        ranges.push([first[0][0], last[0][0]]);
      } else ranges.push(...first);
    }
    return isNegated ? complement(ranges) : normalized(ranges);
  }

  #member(): CodePoints {
    if (this.#eat('\\')) return this.#escape(true);
    const c = this.#text.codePointAt(this.#at)!;
    this.#at += c > 0xffff ? 2 : 1;
    return [[c, c]];
  }

  #escape(isInClass: boolean): CodePoints {
    const c = this.#text[this.#at++];
    if (c === undefined) this.#fail('a \\ at its end');
    if (classes[c]) return classes[c];
    if (c === 'b' && isInClass) return [[8, 8]];
    if (c === '-' && isInClass) return [[0x2d, 0x2d]];
    if (controls[c] !== undefined && !(c === '0' && /\d/.test(this.#text[this.#at] ?? ''))) return single(controls[c]);
    if (c === 'x') return single(this.#hex(/^[0-9a-fA-F]{2}/));
    if (c === 'u') {
      const braced = /^\{([0-9a-fA-F]{1,6})\}/.exec(this.#text.slice(this.#at, this.#at + 8));
      if (!braced) return single(this.#surrogates(this.#hex(/^[0-9a-fA-F]{4}/)));
      this.#at += braced[0].length;
      const point = Number.parseInt(braced[1], 16);
      return point <= MAX_CODE_POINT ? single(point) : this.#fail('a character that there is not');
    }
    if (c === 'c') {
      const letter = this.#text[this.#at++] ?? '';
      return /[A-Za-z]/.test(letter) ? single(letter.charCodeAt(0) % 32) : this.#fail('\\c without a letter');
    }
    if (c === 'p' || c === 'P') {
      const name = /^\{([\w=]{1,64})\}/.exec(this.#text.slice(this.#at, this.#at + 70));
      if (!name) this.#fail(`\\${c} without a property`);
      this.#at += name![0].length;
      const points = propertySet(name![1], (what) => this.#fail(what));
      return c === 'p' ? points : complement(points);
    }
    if (/[A-Za-z0-9]/.test(c)) this.#fail(`\\${c}, which is not supported`);
    return single(c.codePointAt(0)!);
  }

  #hex(pattern: RegExp): number {
    const found = pattern.exec(this.#text.slice(this.#at, this.#at + 4));
    if (!found) this.#fail('an escape without its digits');
    this.#at += found![0].length;
    return Number.parseInt(found![0], 16);
  }

  #surrogates(high: number): number {
    const low = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(this.#text.slice(this.#at, this.#at + 6));
    if (high < 0xd800 || high > 0xdbff || !low) return high;
    this.#at += 6;
    return 0x10000 + (high - 0xd800) * 0x400 + (Number.parseInt(low[1], 16) - 0xdc00);
  }
}

const single = (c: number): CodePoints => [[c, c]];

const hasAnchor = (n: Node): boolean =>
  n.kind === 'start' ||
  n.kind === 'end' ||
  (n.kind === 'sequence' && n.parts.some(hasAnchor)) ||
  (n.kind === 'choice' && n.options.some(hasAnchor)) ||
  (n.kind === 'repeat' && hasAnchor(n.body));

/** As alternatives whose `^` and `$` stand by themselves. */
function anchored(n: Node): readonly (readonly Node[])[] {
  if (!hasAnchor(n)) return [[n]];
  if (n.kind === 'choice') return n.options.flatMap(anchored);
  if (n.kind !== 'sequence') return [[n]];
  let out: readonly (readonly Node[])[] = [[]];
  for (const part of n.parts) {
    const options = anchored(part);
    if (out.length * options.length > MAX_ANCHORED) throw grammarError('a pattern has too many ^ and $');
    out = out.flatMap((before) => options.map((o) => [...before, ...o]));
  }
  return out;
}

export interface PatternOptions {
  /** How a set of characters is written. */
  readonly character: (points: CodePoints) => Expr;
  /** The pattern may stand anywhere in the text; else the whole text fits it. */
  readonly isSearched: boolean;
  readonly path?: string;
}

/** The texts that a pattern finds or fits. Throws `models/grammar` for what is no pattern, or none that can be followed. */
export function patternExpr(x: Expressions, pattern: string, o: PatternOptions): Expr {
  const build = (n: Node): Expr => {
    switch (n.kind) {
      case 'set':
        return o.character(n.points);
      case 'sequence':
        return x.concat(...n.parts.map(build));
      case 'choice':
        return x.alt(...n.options.map(build));
      case 'repeat':
        return x.repeat(build(n.body), n.min, n.max);
      default:
        throw grammarError('a pattern has ^ or $ inside, which is not supported', {
          given: pattern,
          keyword: 'pattern',
          ...(o.path === undefined ? {} : { path: o.path }),
        });
    }
  };
  const around = o.isSearched ? x.repeat(o.character(ANY), 0, UNBOUNDED) : EMPTY;
  const options = anchored(new PatternParser(pattern, o.path).parse()).map((parts) => {
    let [from, to] = [0, parts.length];
    while (from < to && parts[from].kind === 'start') from++;
    while (to > from && parts[to - 1].kind === 'end') to--;
    const body = x.concat(...parts.slice(from, to).map(build));
    return x.concat(from > 0 ? EMPTY : around, body, to < parts.length ? EMPTY : around);
  });
  return x.alt(...options);
}
