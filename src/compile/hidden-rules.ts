import { isFloat } from '../base/index.ts';
import type { Combiner, Expr } from './kernel-ir.ts';

/*
 * What an element function gives where some of its arguments are known: 0, 1, ±∞ and literals; booleans are 0 and 1. An
 * argument that is not known counts as finite, and as a divisor as not zero. So `0 · x`, `0 / x` and `exp(−∞ − x)` are 0 also
 * where x is a NaN or infinite: of values that a mask hides, and only of those, such an x is not passed on.
 */

type Known = number | undefined;

const isInfinite = (x: Known): x is number => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY;
/** Sums and products of these are exact in every type. */
const isPlain = (x: Known): x is number => x === 0 || x === 1 || isInfinite(x);
/** Minus zero counts as zero; what is not exact is not known. */
const plain = (x: number): Known => (isPlain(x) ? x + 0 : undefined);

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  EQ: (a, b) => a === b,
  NE: (a, b) => a !== b,
  LT: (a, b) => a < b,
  LE: (a, b) => a <= b,
  GT: (a, b) => a > b,
  GE: (a, b) => a >= b,
};

const rules: Readonly<Record<string, (args: readonly Known[], e: Expr & { kind: 'apply' }) => Known>> = {
  select: ([m, a, b]) => (m === undefined ? (a === b ? a : undefined) : m !== 0 ? a : b),
  add: ([a, b]) => sum(a, b),
  subtract: ([a, b]) => sum(a, b === undefined ? undefined : -b),
  multiply: ([a, b]) => {
    if (isInfinite(a) || isInfinite(b)) return a === undefined || b === undefined ? undefined : plain(a * b);
    return a === 0 || b === 0 ? 0 : isPlain(a) && isPlain(b) ? plain(a * b) : undefined;
  },
  divide: ([a, b]) => (a === 0 && b !== 0 ? 0 : undefined),
  negate: ([a]) => (a === undefined ? undefined : plain(-a)),
  abs: ([a]) => (a === undefined ? undefined : plain(Math.abs(a))),
  exponential: ([a]) => (isPlain(a) && a !== 1 ? plain(Math.exp(a)) : undefined),
  logistic: ([a]) => (isInfinite(a) ? (a > 0 ? 1 : 0) : undefined),
  maximum: ([a, b]) => extreme(a, b, Number.POSITIVE_INFINITY),
  minimum: ([a, b]) => extreme(a, b, Number.NEGATIVE_INFINITY),
  and: ([a, b]) => (a === 0 || b === 0 ? 0 : a === 1 && b === 1 ? 1 : undefined),
  or: ([a, b], e) => (e.dtype === 'bool' ? (a === 1 || b === 1 ? 1 : a === 0 && b === 0 ? 0 : undefined) : undefined),
  not: ([a], e) => (a === undefined || e.dtype !== 'bool' ? undefined : 1 - a),
  is_finite: ([a]) => (a === undefined ? undefined : Number(Number.isFinite(a))),
  compare: ([a, b], e) => (a === undefined || b === undefined ? undefined : Number(comparisons[e.parameter!](a, b))),
  convert: ([a], e) => (isPlain(a) && (Number.isFinite(a) || isFloat(e.dtype)) ? a : undefined),
  reduce_precision: ([a]) => (isPlain(a) ? a : undefined),
};

function sum(a: Known, b: Known): Known {
  const [x, y] = [isInfinite(a), isInfinite(b)];
  if (x || y) return x && y && a !== b ? undefined : x ? a : b;
  return a === 0 && b === 0 ? 0 : undefined;
}

/** The larger (or smaller) one where that does not depend on what is not known; `last` beats everything. */
function extreme(a: Known, b: Known, last: number): Known {
  if (a === last || b === last) return last;
  if (a === undefined || b === undefined) return undefined;
  return last > 0 ? Math.max(a, b) : Math.min(a, b);
}

/** The result of an element function, where what is known of its arguments settles it. */
export function foldKnown(e: Expr & { kind: 'apply' }, args: readonly Known[]): Known {
  if (args.some((a) => a !== undefined && Number.isNaN(a))) return undefined;
  return rules[e.fn]?.(args, e);
}

/** What changes nothing in a fold. */
export function identityValue(combiner: Combiner): Known {
  switch (combiner) {
    case 'add':
    case 'or':
    case 'xor':
      return 0;
    case 'multiply':
      return 1;
    case 'maximum':
      return Number.NEGATIVE_INFINITY;
    case 'minimum':
      return Number.POSITIVE_INFINITY;
    default:
      return undefined;
  }
}
