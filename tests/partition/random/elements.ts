/*
 * Elements of any type for programs whose results are compared exactly: small integers, and the values that are special.
 */
import { type DType, dtypeInfo, HostArray, type Scalar, type Shape } from '../../../src/base/index.ts';
import type { Choices } from './choices.ts';

export const integerTypes: readonly DType[] = [
  'i2',
  'i4',
  'i8',
  'i16',
  'i32',
  'i64',
  'u2',
  'u4',
  'u8',
  'u16',
  'u32',
  'u64',
];
export const floatTypes: readonly DType[] = ['f32', 'f32', 'f64', 'bf16', 'f16', 'f8E4M3FN', 'f8E5M2', 'f8E4M3FNUZ'];
export const anyType: readonly DType[] = [...integerTypes, ...floatTypes, ...floatTypes, 'c64', 'c128', 'bool'];

const special = [Number.NaN, -0, 0, Infinity, -Infinity, 1e-42, -1e-42];

function rangeOf(dtype: DType): [bigint, bigint] {
  const { bits, kind } = dtypeInfo(dtype);
  const n = BigInt(bits);
  return kind === 'unsigned' ? [0n, 2n ** n - 1n] : [-(2n ** (n - 1n)), 2n ** (n - 1n) - 1n];
}

/** An element: a small integer, sometimes a value that is special to the type. */
function element(c: Choices, dtype: DType, withSpecial: boolean): Scalar {
  const { kind, scalar } = dtypeInfo(dtype);
  if (kind === 'bool') return c.chance(0.5);
  if (kind === 'complex') return [realElement(c, withSpecial), realElement(c, withSpecial)];
  if (kind === 'float') return realElement(c, withSpecial);
  const [low, high] = rangeOf(dtype);
  const value = withSpecial && c.chance(0.2) ? c.pick([low, low + 1n, high - 1n, high]) : BigInt(c.between(-6, 6));
  const fitting = value < low ? low : value > high ? high : value;
  return scalar === 'bigint' ? fitting : Number(fitting);
}
const realElement = (c: Choices, withSpecial: boolean): number =>
  withSpecial && c.chance(0.15) ? c.pick(special) : c.between(-6, 6);

const filled = (dtype: DType, shape: Shape, value: () => Scalar): HostArray => {
  const out = HostArray.zeros(dtype, shape);
  for (let i = 0; i < out.size; i++) out.set(i, value());
  return out;
};

/** Small integers; in half of the arrays also special values. */
export function randomArray(c: Choices, dtype: DType, shape: Shape): HostArray {
  const withSpecial = c.chance(0.5);
  return filled(dtype, shape, () => element(c, dtype, withSpecial));
}

/** Zeros for values so small that sums and products with them depend on the order of the terms. */
export function withoutTiny(array: HostArray): HostArray {
  const plain = (x: number): number => (x !== 0 && Math.abs(x) < 1e-30 ? 0 : x);
  for (let i = 0; i < array.size; i++) {
    const x = array.get(i);
    if (typeof x === 'number') array.set(i, plain(x));
    else if (typeof x === 'object') array.set(i, [plain(x[0]), plain(x[1])]);
  }
  return array;
}

/** Positions in dimensions of size up to `n`: most inside, some a little outside, some at the ends of the type. */
export function randomPositions(c: Choices, dtype: DType, shape: Shape, n: number): HostArray {
  const [low, high] = rangeOf(dtype);
  const far = [low, low + 1n, high, high - 1n, 2n ** 31n, 2n ** 32n + 1n, 2n ** 53n + 1n, 2n ** 63n + 2n, -(2n ** 33n)];
  return filled(dtype, shape, () => {
    const value = c.chance(0.12) ? c.pick(far) : BigInt(c.between(-2, n + 1));
    const fitting = value < low ? low : value > high ? high : value;
    return dtypeInfo(dtype).scalar === 'bigint' ? fitting : Number(fitting);
  });
}
