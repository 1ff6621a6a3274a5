import { EMPTY, type Expr, type Expressions, NEVER, UNBOUNDED } from './expressions.ts';

/* Sets of characters, as bytes of texts and as bytes of strings in JSON. */

/** Code points, in ranges that follow each other without touching. */
export type CodePoints = readonly (readonly [from: number, to: number])[];

export const MAX_CODE_POINT = 0x10ffff;
const SURROGATES: CodePoints = [[0xd800, 0xdfff]];
export const ANY: CodePoints = [[0, MAX_CODE_POINT]];

/** In order, joined where they touch. */
export function normalized(ranges: CodePoints): CodePoints {
  const out: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out[out.length - 1];
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else if (from <= to) out.push([from, to]);
  }
  return out;
}

export function complement(ranges: CodePoints): CodePoints {
  const out: [number, number][] = [];
  let next = 0;
  for (const [from, to] of normalized(ranges)) {
    if (from > next) out.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= MAX_CODE_POINT) out.push([next, MAX_CODE_POINT]);
  return out;
}

export const without = (ranges: CodePoints, other: CodePoints): CodePoints =>
  complement([...complement(ranges), ...other]);

const sizes: readonly (readonly [max: number, numBytes: number])[] = [
  [0x7f, 1],
  [0x7ff, 2],
  [0xffff, 3],
  [MAX_CODE_POINT, 4],
];

function utf8(codePoint: number, numBytes: number): number[] {
  if (numBytes === 1) return [codePoint];
  const bytes: number[] = [];
  let left = codePoint;
  for (let i = 1; i < numBytes; i++) {
    bytes.unshift(0x80 | (left & 0x3f));
    left >>= 6;
  }
  return [((0xf00 >> numBytes) & 0xff & ~(0xff >> (numBytes + 1))) | left, ...bytes];
}

/** All digit strings between two of the same length, where digits are 0 … `most` and `digit` writes a range of them. */
function between(
  x: Expressions,
  from: readonly number[],
  to: readonly number[],
  least: number,
  most: number,
  digit: (from: number, to: number) => Expr,
): Expr {
  if (from.length === 0) return EMPTY;
  const inner = (a: readonly number[], b: readonly number[]): Expr => between(x, a, b, least, most, digit);
  const [f, t] = [from.slice(1), to.slice(1)];
  if (from[0] === to[0]) return x.concat(digit(from[0], from[0]), inner(f, t));
  const [isLow, isHigh] = [f.every((d) => d === least), t.every((d) => d === most)];
  const [low, high] = [f.map(() => least), t.map(() => most)];
  const [a, b] = [from[0] + (isLow ? 0 : 1), to[0] - (isHigh ? 0 : 1)];
  return x.alt(
    isLow ? NEVER : x.concat(digit(from[0], from[0]), inner(f, high)),
    a <= b ? x.concat(digit(a, b), inner(low, high)) : NEVER,
    isHigh ? NEVER : x.concat(digit(to[0], to[0]), inner(low, t)),
  );
}

/** One character of a set, in UTF-8. */
export function utf8Character(x: Expressions, ranges: CodePoints): Expr {
  const parts: Expr[] = [];
  for (const [from, to] of without(ranges, SURROGATES)) {
    let low = from;
    for (const [max, numBytes] of sizes) {
      if (low > max || low > to) continue;
      const high = Math.min(to, max);
      const [first, last] = [utf8(low, numBytes), utf8(high, numBytes)];
      const tail = between(x, first.slice(1), last.slice(1), 0x80, 0xbf, (a, b) => x.range(a, b));
      parts.push(
        first[0] === last[0] || numBytes === 1
          ? x.concat(x.range(first[0], last[0]), tail)
          : between(x, first, last, 0x80, 0xbf, (a, b) => x.range(a, b)),
      );
      low = high + 1;
    }
  }
  return x.alt(...parts);
}

const shortEscapes: readonly (readonly [codePoint: number, letter: string])[] = [
  [0x22, '"'],
  [0x5c, '\\'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
];
/** What a string of JSON holds as it is. */
const plain: CodePoints = complement([[0, 0x1f], [0x22, 0x22], [0x5c, 0x5c], ...SURROGATES]);

/** Digits of base 16 for a range of them, in either case. */
const hexDigit = (x: Expressions, from: number, to: number): Expr =>
  x.alt(
    ...Array.from({ length: to - from + 1 }, (_, i) => {
      const text = (from + i).toString(16);
      return x.alt(x.literal(text), x.literal(text.toUpperCase()));
    }),
  );

const hexRange = (x: Expressions, from: number, to: number): Expr => {
  const digits = (n: number): number[] => [...n.toString(16).padStart(4, '0')].map((d) => Number.parseInt(d, 16));
  return x.concat(
    x.literal('\\u'),
    between(x, digits(from), digits(to), 0, 15, (a, b) => hexDigit(x, a, b)),
  );
};

/** One character of a set in a string of JSON, written in the one way that needs least: `\u` only for what has no other. */
export function jsonCharacter(x: Expressions, ranges: CodePoints): Expr {
  const wanted = without(ranges, SURROGATES);
  const has = (c: number): boolean => wanted.some(([from, to]) => from <= c && c <= to);
  const short = shortEscapes.filter(([c]) => has(c)).map(([, letter]) => x.literal(`\\${letter}`));
  const control = Array.from({ length: 0x20 }, (_, c) => c)
    .filter((c) => has(c) && !shortEscapes.some(([s]) => s === c))
    .map((c) => jsonText(x, String.fromCharCode(c)));
  return x.alt(utf8Character(x, without(wanted, complement(plain))), ...short, ...control);
}

/** One character of a string of JSON, written in any way. */
export const anyJsonCharacter = (x: Expressions): Expr =>
  x.alt(
    utf8Character(x, plain),
    x.concat(x.literal('\\'), x.alt(...['"', '\\', '/', 'b', 'f', 'n', 'r', 't'].map((c) => x.literal(c)))),
    hexRange(x, 0, 0xd7ff),
    hexRange(x, 0xe000, 0xffff),
    x.concat(hexRange(x, 0xd800, 0xdbff), hexRange(x, 0xdc00, 0xdfff)),
  );

/** A text as it stands in a string of JSON, in the same way as `jsonCharacter`. */
export const jsonText = (x: Expressions, text: string): Expr => x.literal(JSON.stringify(text).slice(1, -1));

export const anyNumberOf = (x: Expressions, e: Expr): Expr => x.repeat(e, 0, UNBOUNDED);
