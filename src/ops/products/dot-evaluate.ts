import { type DType, dtypeInfo, HostArray, isComplex, isFloat, product, range } from '../../base/index.ts';
import { fromNumbers, numbersOf, transposed } from '../define/elements.ts';
import type { DotDimensions } from '../define/emit.ts';

/** Dimensions in neither list, in order. */
export function freeDims(rank: number, ...lists: readonly (readonly number[])[]): number[] {
  return range(rank).filter((d) => !lists.some((l) => l.includes(d)));
}

/** C[b] = A[b] · B[b] with A as [b, m, k], B as [b, k, n]; rows of C accumulate in double. */
export function multiplyMatrices(
  a: Float64Array,
  b: Float64Array,
  batch: number,
  m: number,
  n: number,
  k: number,
): Float64Array {
  const out = new Float64Array(batch * m * n);
  for (let q = 0; q < batch; q++) {
    const aBase = q * m * k;
    const bBase = q * k * n;
    const cBase = q * m * n;
    for (let i = 0; i < m; i++) {
      const row = cBase + i * n;
      let p = 0;
      // Four rows of B per pass: fewer loads and stores of C.
      for (; p + 3 < k; p += 4) {
        const ai = aBase + i * k + p;
        const a0 = a[ai];
        const a1 = a[ai + 1];
        const a2 = a[ai + 2];
        const a3 = a[ai + 3];
        const b0 = bBase + p * n;
        const b1 = b0 + n;
        const b2 = b1 + n;
        const b3 = b2 + n;
        for (let j = 0; j < n; j++) out[row + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
      }
      for (; p < k; p++) {
        const a0 = a[aBase + i * k + p];
        const b0 = bBase + p * n;
        for (let j = 0; j < n; j++) out[row + j] += a0 * b[b0 + j];
      }
    }
  }
  return out;
}

/** Products that are summed by themselves. */
const blockTerms = 256;
/**
 * As `multiplyMatrices` in f32: every product and sum is rounded, in the order of the contracted dimensions. Sums of blocks are added
 * up in double, so that errors do not grow with their number.
 */
export function multiplySingle(
  a: Float64Array,
  b: Float64Array,
  batch: number,
  m: number,
  n: number,
  k: number,
): Float64Array {
  const out = new Float64Array(batch * m * n);
  const { fround } = Math;
  const block = new Float64Array(n);
  for (let q = 0; q < batch; q++)
    for (let i = 0; i < m; i++) {
      const row = (q * m + i) * n;
      for (let p0 = 0; p0 < k; p0 += blockTerms) {
        block.fill(0);
        const end = Math.min(k, p0 + blockTerms);
        let p = p0;
        // Four terms a pass: sums wait in a register, not in memory.
        for (; p + 4 <= end; p += 4) {
          const at = (q * m + i) * k + p;
          const [x0, x1, x2, x3] = [a[at], a[at + 1], a[at + 2], a[at + 3]];
          const y0 = (q * k + p) * n;
          const [y1, y2, y3] = [y0 + n, y0 + 2 * n, y0 + 3 * n];
          for (let j = 0; j < n; j++) {
            const first = fround(fround(block[j] + fround(x0 * b[y0 + j])) + fround(x1 * b[y1 + j]));
            block[j] = fround(fround(first + fround(x2 * b[y2 + j])) + fround(x3 * b[y3 + j]));
          }
        }
        for (; p < end; p++) {
          const x = a[(q * m + i) * k + p];
          const y = (q * k + p) * n;
          for (let j = 0; j < n; j++) block[j] = fround(block[j] + fround(x * b[y + j]));
        }
        for (let j = 0; j < n; j++) out[row + j] += block[j];
      }
    }
  return out;
}

export function multiplyComplex(
  a: Float64Array,
  b: Float64Array,
  batch: number,
  m: number,
  n: number,
  k: number,
  round: (x: number) => number = (x) => x,
): Float64Array {
  const out = new Float64Array(2 * batch * m * n);
  for (let q = 0; q < batch; q++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let re = 0;
        let im = 0;
        for (let p = 0; p < k; p++) {
          const x = 2 * ((q * m + i) * k + p);
          const y = 2 * ((q * k + p) * n + j);
          re = round(re + round(round(a[x] * b[y]) - round(a[x + 1] * b[y + 1])));
          im = round(im + round(round(a[x] * b[y + 1]) + round(a[x + 1] * b[y])));
        }
        const o = 2 * ((q * m + i) * n + j);
        out[o] = re;
        out[o + 1] = im;
      }
  return out;
}

/** Integers whose products need more than a double: exact, slow. */
export function multiplyBig(
  a: HostArray,
  b: HostArray,
  batch: number,
  m: number,
  n: number,
  k: number,
  dtype: DType,
): HostArray {
  const out = HostArray.zeros(dtype, [batch * m * n]);
  const big = (x: HostArray, i: number): bigint => BigInt(x.data[i]);
  for (let q = 0; q < batch; q++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0n;
        for (let p = 0; p < k; p++) sum += big(a, (q * m + i) * k + p) * big(b, (q * k + p) * n + j);
        const at = (q * m + i) * n + j;
        out.set(at, dtypeInfo(dtype).scalar === 'bigint' ? sum : Number(BigInt.asIntN(32, sum)));
      }
  return out;
}

/** Also used by `stablehlo.dot` and convolutions. */
export function dotArrays(x: HostArray, y: HostArray, d: DotDimensions, dtype: DType): HostArray {
  const lhsFree = freeDims(x.shape.length, d.lhsBatching, d.lhsContracting);
  const rhsFree = freeDims(y.shape.length, d.rhsBatching, d.rhsContracting);
  const size = (a: HostArray, dims: readonly number[]): number => product(dims.map((i) => a.shape[i]));
  const [batch, m, n, k] = [size(x, d.lhsBatching), size(x, lhsFree), size(y, rhsFree), size(x, d.lhsContracting)];
  const a = transposed(x, [...d.lhsBatching, ...lhsFree, ...d.lhsContracting]);
  const b = transposed(y, [...d.rhsBatching, ...d.rhsContracting, ...rhsFree]);
  const shape = [
    ...d.lhsBatching.map((i) => x.shape[i]),
    ...lhsFree.map((i) => x.shape[i]),
    ...rhsFree.map((i) => y.shape[i]),
  ];
  const info = dtypeInfo(x.dtype);
  if (info.kind === 'bool') {
    const counts = multiplyMatrices(numbersOf(a), numbersOf(b), batch, m, n, k);
    return fromNumbers(
      dtype,
      shape,
      counts.map((c) => (dtype === 'bool' && c !== 0 ? 1 : c)),
    );
  }
  const [p, q] = info.scalar === 'bigint' ? [] : [numbersOf(a), numbersOf(b)];
  if (isComplex(x.dtype)) {
    const round = dtype === 'c64' ? Math.fround : undefined;
    return fromNumbers(dtype, shape, multiplyComplex(p!, q!, batch, m, n, k, round));
  }
  if (!isFloat(x.dtype) && info.bits > 16) return multiplyBig(a, b, batch, m, n, k, dtype).reshape(shape);
  const multiply = dtype === 'f32' ? multiplySingle : multiplyMatrices;
  return fromNumbers(dtype, shape, multiply(p!, q!, batch, m, n, k));
}
