import { type Automaton, EMPTY, type Expr, type Expressions, NEVER } from './expressions.ts';

/*
 * Numbers of JSON. Digits are bounded, so that no text of digits alone goes on for ever and every number is finite: 20 before and 20 behind the point,
 * two of the exponent.
 */

const MAX_DIGITS = 20;

export interface NumberRange {
  readonly isInteger: boolean;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly isMinExclusive?: boolean;
  readonly isMaxExclusive?: boolean;
  /** All of them divide it. */
  readonly multipleOf: readonly number[];
}

const digit = (x: Expressions, from = 0, to = 9): Expr => (from > to ? NEVER : x.range(0x30 + from, 0x30 + to));
const digits = (x: Expressions, min: number, max: number): Expr => x.repeat(digit(x), min, max);
const wholePart = (x: Expressions): Expr => x.alt(x.literal('0'), x.concat(digit(x, 1), digits(x, 0, MAX_DIGITS - 1)));
const fraction = (x: Expressions): Expr => x.concat(x.literal('.'), digits(x, 1, MAX_DIGITS));

/** Digits before and behind the point of a number ≥ 0. */
function decimalOf(value: number): { readonly whole: string; readonly part: string } {
  const [mantissa, exponent] = value.toExponential().split('e');
  const [first, rest = ''] = mantissa.split('.');
  const all = first + rest;
  const at = 1 + Number(exponent);
  if (at <= 0) return { whole: '0', part: ('0'.repeat(-at) + all).replace(/0+$/, '') };
  return { whole: all.slice(0, at).padEnd(at, '0'), part: all.slice(at).replace(/0+$/, '') };
}

/** Digit strings as long as a given one that are above it (or below), with whatever may follow each of them. */
function beyond(x: Expressions, text: string, isAbove: boolean, free: (i: number) => Expr): Expr {
  const options: Expr[] = [];
  for (let i = 0; i < text.length; i++) {
    const d = text.charCodeAt(i) - 0x30;
    const other = isAbove ? digit(x, d + 1, 9) : digit(x, 0, d - 1);
    options.push(x.concat(x.literal(text.slice(0, i)), other, free(i)));
  }
  return x.alt(...options);
}

/** Texts without a sign of numbers above (or below) one that is ≥ 0, which may be one of them. */
function compared(x: Expressions, value: number, isAbove: boolean, isEqualIncluded: boolean): Expr {
  const { whole, part } = decimalOf(value);
  const anyPart = x.optional(fraction(x));
  const n = whole.length;
  const other = beyond(x, whole, isAbove, (i) => x.concat(digits(x, n - 1 - i, n - 1 - i), anyPart));
  const ofLength = isAbove
    ? n < MAX_DIGITS
      ? x.concat(digit(x, 1), digits(x, n, MAX_DIGITS - 1), anyPart)
      : NEVER
    : n > 1
      ? x.concat(digits(x, 1, n - 1), anyPart)
      : NEVER;
  const zeros = x.repeat(x.literal('0'), 0, MAX_DIGITS);
  const point = x.literal('.');
  const rest = digits(x, 0, MAX_DIGITS);
  // With the same digits before the point, those behind it decide.
  const higher = x.alt(
    beyond(x, part, true, () => rest),
    x.concat(x.literal(part), zeros, digit(x, 1), rest),
  );
  const lower = x.alt(
    beyond(x, part, false, () => rest),
    ...shorter(x, part),
  );
  const equal =
    part === '' ? x.optional(x.concat(point, x.literal('0'), zeros)) : x.concat(point, x.literal(part), zeros);
  const isLowerWithout = !isAbove && part !== '';
  const same = x.alt(
    x.concat(point, isAbove ? higher : lower),
    isLowerWithout ? EMPTY : NEVER,
    isEqualIncluded ? equal : NEVER,
  );
  return x.alt(other, ofLength, x.concat(x.literal(whole), same));
}

/** Beginnings of digits that are less than all of them. */
const shorter = (x: Expressions, part: string): Expr[] =>
  Array.from({ length: Math.max(0, part.length - 1) }, (_, i) => x.literal(part.slice(0, i + 1)));

/** Texts of numbers ≥ a bound (or ≤, or without it). */
function bounded(x: Expressions, value: number, isMin: boolean, isExclusive: boolean): Expr {
  const minus = x.literal('-');
  const any = x.concat(wholePart(x), x.optional(fraction(x)));
  const zero = x.concat(x.literal('0'), x.optional(x.concat(x.literal('.'), x.repeat(x.literal('0'), 1, MAX_DIGITS))));
  const isNegative = value < 0;
  const size = compared(x, Math.abs(value), isMin !== isNegative, !isExclusive);
  if (isMin)
    return isNegative
      ? x.alt(any, x.concat(minus, size))
      : x.alt(size, value === 0 && !isExclusive ? x.concat(minus, zero) : NEVER);
  if (isNegative) return x.concat(minus, size);
  return x.alt(size, x.concat(minus, value === 0 && isExclusive ? compared(x, 0, true, false) : any));
}

/** Remainders of the digits read so far, those behind the point among them. */
class Multiples implements Automaton {
  readonly #modulus: number;
  readonly #scale: number;

  /** Multiples of modulus / 10^scale. */
  constructor(modulus: number, scale: number) {
    this.#modulus = modulus;
    this.#scale = scale;
  }

  // State: 1 + remainder + modulus · (0 before the point, 1 + digits behind it).
  next(state: number, byte: number): number {
    if (byte === 0x2d) return state === 0 ? 0 : -1;
    const [part, remainder] =
      state === 0 ? [0, 0] : [Math.floor((state - 1) / this.#modulus), (state - 1) % this.#modulus];
    if (byte === 0x2e) return state > 0 && part === 0 ? 1 + remainder + this.#modulus : -1;
    if (byte < 0x30 || byte > 0x39) return -1;
    const d = byte - 0x30;
    // Behind the digits that count only zeros may come.
    if (part === 1 + this.#scale) return d === 0 ? state : -1;
    return 1 + ((remainder * 10 + d) % this.#modulus) + this.#modulus * (part === 0 ? 0 : part + 1);
  }

  isFinal(state: number): boolean {
    if (state === 0) return false;
    const [part, remainder] = [Math.floor((state - 1) / this.#modulus), (state - 1) % this.#modulus];
    const numMissing = this.#scale - Math.max(0, part - 1);
    return (remainder * (10 ** numMissing % this.#modulus)) % this.#modulus === 0;
  }
}

const MAX_MODULUS = 100_000;

/** Modulus and scale of what others are multiples of; undefined: it has too many digits. */
export function multiples(value: number): { readonly modulus: number; readonly scale: number } | undefined {
  const { whole, part } = decimalOf(value);
  const modulus = Number(whole + part);
  return Number.isSafeInteger(modulus) && modulus > 0 && modulus <= MAX_MODULUS && part.length <= 10
    ? { modulus, scale: part.length }
    : undefined;
}

/** Texts of the numbers in a range. */
export function numberExpr(x: Expressions, range: NumberRange): Expr {
  const { isInteger, min, max, multipleOf } = range;
  const sign = x.optional(x.literal('-'));
  const exponent = x.concat(
    x.alt(x.literal('e'), x.literal('E')),
    x.optional(x.alt(x.literal('+'), x.literal('-'))),
    digits(x, 1, 2),
  );
  const isPlain = min === undefined && max === undefined && multipleOf.length === 0;
  const decimal = x.concat(sign, wholePart(x), isInteger ? EMPTY : x.optional(fraction(x)));
  if (isPlain) return isInteger ? decimal : x.concat(decimal, x.optional(exponent));
  // Every digit counts for itself, so that what is looked for in intersections tells them apart.
  for (let d = 0; d <= 9; d++) digit(x, d, d);
  const parts = [decimal];
  if (min !== undefined) parts.push(bounded(x, min, true, range.isMinExclusive ?? false));
  if (max !== undefined) parts.push(bounded(x, max, false, range.isMaxExclusive ?? false));
  for (const value of multipleOf) {
    const { modulus, scale } = multiples(value)!;
    if (!isInteger || modulus > 1 || scale > 0) parts.push(x.automaton(new Multiples(modulus, scale)));
  }
  return x.and(...parts);
}

export const anyNumber = (x: Expressions): Expr => numberExpr(x, { isInteger: false, multipleOf: [] });
