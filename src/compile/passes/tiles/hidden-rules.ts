import { isFloat } from '../../../base/index.ts';
import type { ElementFunctionName } from '../../kernels/element-functions.ts';
import type { Combiner, Expr } from '../../kernels/kernel-ir.ts';

/*
 * What an element function gives where a mask hides some of its arguments. A value is a number; `undefined`: it comes from the
 * data, and counts as finite, and as a divisor as not zero; NaN: it may be no finite number because of what is hidden (log of a
 * hidden 0, say). So `0 · x`, `0 / x` and `exp(−∞ − x)` are 0 also where x, from the data, is a NaN or infinite: of what a mask
 * hides, and only of that, such an x is not passed on. Numbers are 0, 1, ±∞ and literals; booleans are 0 and 1.
 */

type Known = number | undefined;
type Rule = (args: readonly Known[], e: Expr & { kind: 'apply' }) => Known;

const isUnsafe = (x: Known): boolean => Number.isNaN(x);
const isInfinite = (x: Known): x is number => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY;
/** Sums and products of these are exact in every type. */
const isPlain = (x: Known): x is number => x === 0 || x === 1 || isInfinite(x);
/** Minus zero counts as zero; a finite number that is not exact is not known. */
const plain = (x: number): Known => (isPlain(x) ? x + 0 : isUnsafe(x) ? x : undefined);

/** A rule for arguments none of which is NaN. */
const safely =
  (rule: Rule): Rule =>
  (args, e) =>
    args.some(isUnsafe) ? Number.NaN : rule(args, e);
/** A function of one argument that is exact where it gives 0, 1 or ±∞. */
const exactly = (f: (x: number) => number): Rule => safely(([a]) => (a === undefined ? a : plain(f(a))));

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  EQ: (a, b) => a === b,
  NE: (a, b) => a !== b,
  LT: (a, b) => a < b,
  LE: (a, b) => a <= b,
  GT: (a, b) => a > b,
  GE: (a, b) => a >= b,
};

const rules: Readonly<Partial<Record<ElementFunctionName, Rule>>> = {
  select: ([m, a, b]) => {
    if (m !== undefined && !isUnsafe(m)) return m !== 0 ? a : b;
    if (a === b) return a;
    return isUnsafe(m) || [a, b].some((x) => isUnsafe(x) || isInfinite(x)) ? Number.NaN : undefined;
  },
  add: safely(([a, b]) => sum(a, b)),
  subtract: safely(([a, b]) => sum(a, b === undefined ? undefined : -b)),
  multiply: safely(([a, b]) => {
    if (isInfinite(a) || isInfinite(b)) return a === undefined || b === undefined ? Number.NaN : plain(a * b);
    return a === 0 || b === 0 ? 0 : isPlain(a) && isPlain(b) ? plain(a * b) : undefined;
  }),
  divide: safely(([a, b]) => {
    if (b === 0 || isInfinite(a) || isInfinite(b))
      return a === undefined || b === undefined ? Number.NaN : plain(a / b);
    return a === 0 ? 0 : undefined;
  }),
  negate: exactly((x) => -x),
  abs: exactly(Math.abs),
  exponential: safely(([a]) => (isInfinite(a) || a === 0 ? plain(Math.exp(a)) : undefined)),
  logistic: safely(([a]) => (isInfinite(a) ? (a > 0 ? 1 : 0) : undefined)),
  maximum: safely(([a, b]) => extreme(a, b, Number.POSITIVE_INFINITY)),
  minimum: safely(([a, b]) => extreme(a, b, Number.NEGATIVE_INFINITY)),
  and: ([a, b]) => (a === 0 || b === 0 ? 0 : a === 1 ? b : b === 1 ? a : both(a, b)),
  or: ([a, b], e) =>
    e.dtype !== 'bool' ? both(a, b) : a === 1 || b === 1 ? 1 : a === 0 ? b : b === 0 ? a : both(a, b),
  not: safely(([a], e) => (a === undefined || e.dtype !== 'bool' ? undefined : 1 - a)),
  compare: safely(([a, b], e) =>
    a === undefined || b === undefined ? undefined : Number(comparisons[e.parameter!](a, b)),
  ),
  convert: safely(([a], e) => (isInfinite(a) && !isFloat(e.dtype) ? Number.NaN : isPlain(a) ? a : undefined)),
  reduce_precision: safely(([a]) => (isPlain(a) ? a : undefined)),
};

const both = (a: Known, b: Known): Known => (isUnsafe(a) || isUnsafe(b) ? Number.NaN : undefined);

function sum(a: Known, b: Known): Known {
  if (isInfinite(a)) return isInfinite(b) && a !== b ? Number.NaN : a;
  return isInfinite(b) ? b : a === 0 && b === 0 ? 0 : undefined;
}

/** The larger (or smaller) one where that does not depend on the data; `last` beats everything. */
function extreme(a: Known, b: Known, last: number): Known {
  if (a === last || b === last) return last;
  if (a === undefined || b === undefined) return undefined;
  return last > 0 ? Math.max(a, b) : Math.min(a, b);
}

/** The result of an element function of arguments like these. */
export function applyKnown(e: Expr & { kind: 'apply' }, args: readonly Known[]): Known {
  const rule = rules[e.fn];
  if (rule) return rule(args, e);
  // Any other function may not like what is hidden.
  return args.some((a, i) => a !== undefined && (isUnsafe(a) || e.args[i].kind !== 'literal')) ? Number.NaN : undefined;
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
