import { EspalierError } from './errors.ts';

/** Sizes of a tensor's dimensions, outermost first. */
export type Shape = readonly number[];

export function numElements(shape: Shape): number {
  let n = 1;
  for (const d of shape) n *= d;
  return n;
}

/** Throws `base/shape` unless all sizes are non-negative integers whose product is one that JavaScript can count to. */
export function requireShape(shape: Shape): void {
  for (const d of shape)
    if (!Number.isSafeInteger(d) || d < 0) throw wrongShape(shape, `${typeof d === 'string' ? JSON.stringify(d) : d}`);
  if (!Number.isSafeInteger(numElements(shape))) throw wrongShape(shape, `${numElements(shape)} elements`);
}

const wrongShape = (shape: Shape, given: string): EspalierError =>
  new EspalierError('base/shape', `[${shape.join(',')}] is no shape`, {
    expected: 'a non-negative integer for each dimension',
    given,
  });

/** Row-major strides in elements: `rowMajorStrides([2,3,4])` is `[12,4,1]`. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let s = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = s;
    s *= shape[i];
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** `0 … n-1`. Throws `base/count` for what is no count that memory could hold. */
export function range(n: number): number[] {
  if (!Number.isInteger(n) || n < 0 || n > 0x7fffffff)
    throw new EspalierError('base/count', `${n} is no number of things`, { expected: 'a non-negative integer' });
  return Array.from({ length: n }, (_, i) => i);
}

export function product(values: readonly number[]): number {
  return values.reduce((a, b) => a * b, 1);
}

/** Whether two lists hold the same primitive values in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

/** Inverse of a permutation: `inverse[p[i]] === i`. */
export function inversePermutation(p: readonly number[]): number[] {
  const inverse = new Array<number>(p.length);
  p.forEach((x, i) => {
    inverse[x] = i;
  });
  return inverse;
}

export const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);

export function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
