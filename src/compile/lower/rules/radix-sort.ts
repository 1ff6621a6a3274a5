import { type DType, isFloat, type Scalar } from '../../../base/index.ts';
import type { DenseElements, Op, Value } from '../../../ir/index.ts';
import { isSingle, lanesOf } from '../../kernels/compute-types.ts';
import type { Buffer, Expr } from '../../kernels/kernel-ir.ts';
import { apply, choose, compare, type Memory, plus, type RoutineBuilder, times, whole } from '../../kernels/routine.ts';
import { literal } from '../constants.ts';
import { converted } from '../scalar-body.ts';

/*
 * Sorting by one key of up to 32 bits: three stable passes over 11 bits each, lowest first. Keys become unsigned integers
 * in the wanted order; other operands follow by position in the last pass.
 */

/** How a comparator orders the first operand. */
export interface KeyOrder {
  readonly dtype: DType;
  readonly isDescending: boolean;
  /** Floats by their bits; else zeros of both signs are equal. */
  readonly isTotal: boolean;
  /** One zero and one NaN, which is the largest: what JAX sorts by. */
  readonly isCanonical: boolean;
}

/** The order of a comparator that is a plain `<` or `>` of one operand's elements, and which operand that is. */
export function keyOrderOf(op: Op): { readonly order: KeyOrder; readonly key: number } | undefined {
  const [body] = op.regions;
  const test = body.yielded[0].op;
  if (test?.name !== 'stablehlo.compare') return undefined;
  const { comparisonDirection, compareType } = test.attributes as { comparisonDirection: string; compareType?: string };
  const keys = test.operands.map(keyOf);
  if (keys[0].isCanonical !== keys[1].isCanonical) return undefined;
  const [p, q] = keys.map((k) => body.args.indexOf(k.value));
  if (p < 0 || q !== (p ^ 1) || (comparisonDirection !== 'LT' && comparisonDirection !== 'GT')) return undefined;
  const { dtype } = test.operands[0];
  const isKey = dtype !== 'bool' && (isSingle(dtype) || lanesOf(dtype) !== undefined);
  // `b < a` puts large ones first, as `a > b` does.
  const isDescending = (comparisonDirection === 'GT') !== p > q;
  const isTotal = compareType === 'TOTALORDER';
  // Without NaN there is nothing left to canonicalize but zeros, which compare equal.
  if (keys[0].isCanonical && !isTotal) return undefined;
  const order = { dtype, isDescending, isTotal, isCanonical: keys[0].isCanonical };
  return isKey ? { order, key: p >> 1 } : undefined;
}

/** The value behind `select(y != y, NaN, y)` of `y = select(x = 0, 0, x)`, which JAX's comparators look at. */
function keyOf(v: Value): { readonly value: Value; readonly isCanonical: boolean } {
  const nan = selected(v, 'NE', Number.NaN);
  const zero = nan && selected(nan, 'EQ', 0);
  return zero ? { value: zero, isCanonical: true } : { value: v, isCanonical: false };
}
/** `x` of `select(compare(x, to), constant, x)`: `to` is the constant, or for NaN `x` itself. */
function selected(v: Value, direction: string, constant: number): Value | undefined {
  if (v.op?.name !== 'stablehlo.select') return undefined;
  const [condition, onTrue, x] = v.op.operands;
  const test = condition.op;
  if (test?.name !== 'stablehlo.compare' || test.operands[0] !== x) return undefined;
  if ((test.attributes as { comparisonDirection: string }).comparisonDirection !== direction) return undefined;
  const isConstant = (c: Value): boolean => Object.is(Number(constantOf(c)), constant);
  const other = test.operands[1];
  return isConstant(onTrue) && (Number.isNaN(constant) ? other === x : isConstant(other)) ? x : undefined;
}
const constantOf = (v: Value): Scalar | undefined =>
  v.op?.definition.traits.constant ? (v.op.attributes as { value?: DenseElements }).value?.splatValue() : undefined;

const u32 = (value: number): Expr => literal('u32', value);
const bits = 11;
const buckets = 1 << bits;
const passes = 3;

/** Bits that order as unsigned integers. */
function encoded(x: Expr, { isDescending, isTotal, isCanonical }: KeyOrder): Expr {
  let key: Expr;
  if (isFloat(x.dtype)) {
    const value = converted(x, 'f32');
    // -0 + 0 is 0.
    const plain = isTotal && !isCanonical ? value : apply('add', value, literal('f32', 0));
    const bits: Expr = { kind: 'apply', dtype: 'i32', fn: 'bitcast', args: [plain] };
    const raw = isCanonical ? choose(compare(value, 'NE', value), literal('i32', 0x7fc00000), bits) : bits;
    const sign = apply('shift_right_arithmetic', raw, literal('i32', 31));
    const ordered = apply('xor', raw, apply('and', sign, literal('i32', 0x7fffffff)));
    key = apply('xor', unsigned(ordered), u32(0x80000000));
  } else if (x.dtype.startsWith('i')) key = apply('xor', unsigned(converted(x, 'i32')), u32(0x80000000));
  else key = converted(x, 'u32');
  return isDescending ? apply('not', key) : key;
}
const unsigned = (x: Expr): Expr => ({ kind: 'apply', dtype: 'u32', fn: 'bitcast', args: [x] });

export interface Line {
  /** First element and distance of elements. */
  readonly place: Expr;
  readonly stride: number;
  readonly elements: number;
}

/** Scratch for all lines: keys and positions, twice each. */
export interface RadixScratch {
  readonly keys: readonly [Memory, Memory];
  readonly positions: readonly [Memory, Memory];
  readonly counts: Memory;
}
export function radixScratch(
  buffer: (dtype: DType, elements: number, place?: Buffer['place']) => Buffer,
  n: number,
): RadixScratch {
  const make = (dtype: DType): Memory => whole(buffer(dtype, n));
  return {
    keys: [make('u32'), make('u32')],
    positions: [make('i32'), make('i32')],
    counts: whole(buffer('i32', passes * buckets, { kind: 'local' })),
  };
}

/** Sorts one line; `base` is where its scratch begins. */
export function radixSort(
  r: RoutineBuilder,
  from: readonly Memory[],
  to: readonly Memory[],
  key: number,
  order: KeyOrder,
  line: Line,
  base: Expr,
  { keys, positions, counts }: RadixScratch,
): void {
  const n = line.elements;
  const at = (i: Expr): Expr => plus(line.place, times(i, line.stride));
  const digit = (k: Expr, pass: number): Expr => {
    const shifted = pass === 0 ? k : apply('shift_right_logical', k, u32(pass * bits));
    return plus(converted(apply('and', shifted, u32(buckets - 1)), 'i64'), pass * buckets);
  };
  r.for(0, passes * buckets, (j) => r.store(counts, j, literal('i32', 0)));
  r.for(0, n, (i) => {
    const k = r.let(encoded(r.load(from[key], at(i)), order));
    for (let pass = 0; pass < passes; pass++) {
      const d = r.let(digit(k, pass));
      r.store(counts, d, apply('add', r.load(counts, d), literal('i32', 1)));
    }
  });
  for (let pass = 0; pass < passes; pass++) {
    const sum = r.let(literal('i32', 0));
    r.for(pass * buckets, (pass + 1) * buckets, (j) => {
      const count = r.let(r.load(counts, j));
      r.store(counts, j, sum);
      r.set(sum, apply('add', sum, count));
    });
  }
  for (let pass = 0; pass < passes; pass++)
    r.for(0, n, (i) => {
      const own = (pass + 1) % 2;
      const k = r.let(pass === 0 ? encoded(r.load(from[key], at(i)), order) : r.load(keys[own], plus(base, i)));
      const position = r.let(pass === 0 ? converted(i, 'i32') : r.load(positions[own], plus(base, i)));
      const d = r.let(digit(k, pass));
      const count = r.let(r.load(counts, d));
      r.store(counts, d, apply('add', count, literal('i32', 1)));
      const place = r.let(converted(count, 'i64'));
      if (pass < passes - 1) {
        r.store(keys[pass % 2], plus(base, place), k);
        r.store(positions[pass % 2], plus(base, place), position);
      } else {
        const source = r.let(converted(position, 'i64'));
        to.forEach((t, m) => {
          r.store(t, at(place), r.load(from[m], at(source)));
        });
      }
    });
}
