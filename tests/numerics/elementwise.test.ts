import { afterAll, expect, test } from 'vitest';
import {
  type DType,
  dtypeInfo,
  HostArray,
  highestValue,
  isComplex,
  isFloat,
  isInteger,
  isNarrowFloat,
  isUnsigned,
  largestFinite,
  lowestValue,
} from '../../src/base/index.ts';
import { Builder, Func, Module, tensorType, Value } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine, type Engine } from '../../src/runtime/index.ts';
import { run } from '../cpu/programs.ts';
import { picker } from '../cpu/random-programs.ts';

/*
 * Every elementwise op on every pair of special values of every dtype, and on random bit patterns: the engines agree. Arithmetic,
 * comparisons and rounding agree exactly (any NaN is NaN); other functions in special values, and elsewhere within a few roundings.
 */

const seeds = 20;
const engines = new Map<string, Engine>(['reference', 'cpu', 'wasm'].map((name) => [name, createEngine(name)]));
afterAll(async () => {
  for (const e of engines.values()) await e.close();
});

const floats: readonly DType[] = ['f32', 'f64', 'f16', 'bf16'];
const integers: readonly DType[] = ['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64'];

/** Exact ones first. */
const exactUnary = ['negate', 'abs', 'sign', 'floor', 'ceil', 'round_nearest_even', 'round_nearest_afz', 'sqrt'];
const roughUnary = ['exponential', 'exponential_minus_one', 'log', 'log_plus_one', 'tanh', 'logistic', 'cbrt', 'rsqrt'];
const exactBinary = ['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'remainder'];
const roughBinary = ['power', 'atan2'];
const integerUnary = ['negate', 'abs', 'sign', 'not', 'popcnt', 'count_leading_zeros'];
const integerBinary = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'remainder',
  'maximum',
  'minimum',
  'power',
  'and',
  'or',
  'xor',
  'shift_left',
  'shift_right_logical',
  'shift_right_arithmetic',
];
const directions = ['EQ', 'NE', 'LT', 'LE', 'GT', 'GE'];

function specials(dtype: DType): (number | bigint)[] {
  const { scalar } = dtypeInfo(dtype);
  if (isInteger(dtype)) {
    const [low, high] = [BigInt(lowestValue(dtype)), BigInt(highestValue(dtype))];
    const all = [low, low + 1n, -8n, -2n, -1n, 0n, 1n, 2n, 7n, 31n, 32n, 33n, 64n, high - 1n, high].filter(
      (v) => v >= low && v <= high,
    );
    return scalar === 'bigint' ? all : all.map(Number);
  }
  const most = largestFinite(dtype);
  const tiny = { f64: 5e-324, f32: 2 ** -149, f16: 2 ** -24, bf16: 2 ** -133 }[dtype as 'f32']!;
  const normal = { f64: 2 ** -1022, f32: 2 ** -126, f16: 2 ** -14, bf16: 2 ** -126 }[dtype as 'f32']!;
  const positive = [0, tiny, 3 * tiny, normal, 0.5, 1, 1.5, 2, 2.5, 3, 100, most, Infinity];
  return [...positive, ...positive.map((v) => -v), NaN];
}

/** Both operands: all pairs of special values, then random bits. */
function pairs(dtype: DType, seed: number): [HostArray, HostArray] {
  const s = specials(dtype);
  const xs = s.flatMap((x) => s.map(() => x));
  const ys = s.flatMap(() => s);
  const pick = picker(seed + 1);
  const bytes = new Uint8Array(dtypeInfo(dtype).bytes * 64);
  const random = (): HostArray => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = pick(65536) >> 4;
    return HostArray.fromBytes(dtype, [64], bytes.slice());
  };
  const joined = (special: readonly (number | bigint)[], bits: HostArray): HostArray =>
    HostArray.from(dtype, [special.length + 64], [...special, ...Array.from({ length: 64 }, (_, i) => bits.get(i))]);
  return [joined(xs, random()), joined(ys, random())];
}

interface Case {
  readonly name: string;
  readonly isExact: boolean;
}
/** One program with every op on two arguments, and what is what among its results. */
function program(dtype: DType, n: number): { module: Module; cases: Case[] } {
  const type = tensorType(dtype, [n]);
  const [x, y] = [0, 1].map((i) => new Value(type, undefined, i));
  const b = new Builder(registry);
  const cases: Case[] = [];
  const results: Value[] = [];
  const keep = (name: string, isExact: boolean, v: Value): void => {
    cases.push({ name, isExact });
    results.push(v);
  };
  const real = isFloat(dtype);
  const own = isUnsigned(dtype) ? integerUnary.slice(3) : integerUnary;
  for (const name of real ? [...exactUnary, ...roughUnary] : own)
    keep(name, !roughUnary.includes(name), b.emit(`stablehlo.${name}`, [x]));
  for (const name of real ? [...exactBinary, ...roughBinary] : integerBinary)
    keep(name, !roughBinary.includes(name) || !real, b.emit(`stablehlo.${name}`, [x, y]));
  for (const comparisonDirection of directions) {
    keep(comparisonDirection, true, b.emit('stablehlo.compare', [x, y], { comparisonDirection }));
    if (real)
      keep(
        `total ${comparisonDirection}`,
        true,
        b.emit('stablehlo.compare', [x, y], { comparisonDirection, compareType: 'TOTALORDER' }),
      );
  }
  keep('clamp', true, b.emit('stablehlo.clamp', [y, x, b.emit('stablehlo.reverse', [y], { dimensions: [0] })]));
  for (const to of [...floats, ...integers, 'bool'] as const)
    keep(`convert to ${to}`, true, b.emit('stablehlo.convert', [x], {}, { resultTypes: [tensorType(to, [n])] }));
  const body = b.finish([x, y], results, 'func.return');
  return { module: new Module([new Func('main', body)]), cases };
}

for (const dtype of [...floats, ...integers])
  test(`${dtype}: engines agree in special values and ${seeds} draws of bits`, async () => {
    const n = specials(dtype).length ** 2 + 64;
    const { module, cases } = program(dtype, n);
    const wrong: string[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const args = pairs(dtype, seed);
      const [reference, ...others] = await Promise.all(
        [...engines].map(async ([name, e]) => ({ name, results: (await run(e, module, [args]))[0] })),
      );
      for (const { name, results } of others)
        cases.forEach((c, k) => {
          for (let i = 0; i < n; i++) {
            const [g, w] = [results[k].get(i), reference.results[k].get(i)];
            if (Object.is(g, w) || (!c.isExact && near(Number(g), Number(w), dtype))) continue;
            wrong.push(`${c.name}(${args[0].get(i)}, ${args[1].get(i)}) on ${name}: ${g}, reference ${w}`);
          }
        });
    }
    expect(wrong).toEqual([]);
  });

/** Equal where infinite, NaN or zero (any sign); else within some roundings of the type, or of the least normal number. */
function near(g: number, w: number, dtype: DType): boolean {
  if (Object.is(g, w)) return true;
  const epsilon = dtype === 'f64' ? 1e-13 : dtype === 'f32' ? 4e-6 : dtype === 'f16' ? 2e-3 : 1.6e-2;
  const least = isNarrowFloat(dtype) && dtype === 'f16' ? 2 ** -14 : dtype === 'f64' ? 2 ** -1022 : 2 ** -126;
  const most = largestFinite(dtype);
  if (!Number.isFinite(w))
    return !Number.isNaN(w) && Math.abs(g) >= most * (1 - epsilon) && Math.sign(g) === Math.sign(w);
  if (!Number.isFinite(g))
    return !Number.isNaN(g) && Math.abs(w) >= most * (1 - epsilon) && Math.sign(g) === Math.sign(w);
  return Math.abs(g - w) <= epsilon * Math.abs(w) + least * epsilon * 2;
}

test('no complex dtype is forgotten here: they are compared part by part in tests/cpu', () => {
  expect([...floats, ...integers].some(isComplex)).toBe(false);
});
