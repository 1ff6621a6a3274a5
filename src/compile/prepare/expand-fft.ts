import { HostArray, range, realDType } from '../../base/index.ts';
import { Block, Builder, cloneOp, type Module, type Op, type Value, ValueMap, walk } from '../../ir/index.ts';
import {
  add,
  broadcastInDim,
  broadcastScalar,
  concatenate,
  constant,
  constantScalar,
  dotGeneral,
  type FftAttributes,
  moveDim,
  mul,
  neg,
  pad,
  reshape,
  reverse,
  slice,
  sub,
  zerosLike,
} from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { chirp, chirpSpectrum, dftMatrix, factorsOf, turn } from './fourier.ts';

/*
 * Fourier transforms in terms of those that the kernel of `stablehlo.fft` computes (see `isDirect`): short lines are products
 * with the matrix of the transform, lengths with a large prime are convolutions with a chirp (Bluestein), and transforms of real
 * lines are complex ones of half the length.
 * Precondition: none. Postcondition: every `stablehlo.fft` that is left is direct.
 */
export function expandFft(module: Module, { registry }: PassContext): Module {
  let found = false;
  for (const f of module.funcs)
    walk(f.body, (op) => {
      found ||= op.name === FFT;
    });
  if (!found) return module;
  const block = (old: Block, outer: ValueMap): Block => {
    const map = new ValueMap(outer);
    const b = new Builder(registry);
    for (const op of old.ops) {
      b.location = op.location;
      if (op.name === FFT && !isDirect(op)) map.set(op.result, expanded(b, op, map.get(op.operands[0])));
      else b.append(cloneOp(op, map, { regions: op.regions.map((r) => block(r, map)) }));
    }
    return new Block(old.args, b.ops);
  };
  return module.with({ funcs: module.funcs.map((f) => f.with({ body: block(f.body, new ValueMap()) })) });
}

export const expandFftPass: Pass = {
  name: 'expand-fft',
  doc: 'Writes Fourier transforms by those that have a kernel.',
  run: expandFft,
};

const FFT = 'stablehlo.fft';
/** Up to this length a product with a matrix is as fast as anything. */
const longestProduct = 64;
/** The same for lengths with a large prime, which cost a convolution otherwise. */
const longestPrimeProduct = 200;

const attributesOf = (op: Op): FftAttributes => op.attributes as FftAttributes & Op['attributes'];

/** Whether the kernel computes it: complex, of lengths with small factors, the last of them long. */
function isDirect(op: Op): boolean {
  const { fftType, fftLength } = attributesOf(op);
  return (fftType === 'FFT' || fftType === 'IFFT') && directLengths(fftLength);
}
const directLengths = (lengths: readonly number[]): boolean =>
  lengths.every((n) => n > 0 && factorsOf(n) !== undefined) && lengths[lengths.length - 1] > longestProduct;

function expanded(b: Builder, op: Op, x: Value): Value {
  const { fftType, fftLength } = attributesOf(op);
  if (op.result.shape.includes(0)) return constant(b, HostArray.zeros(op.result.dtype, op.result.shape));
  const last = x.shape.length - 1;
  const others = range(fftLength.length - 1).map((i) => last + 1 - fftLength.length + i);
  const n = fftLength[fftLength.length - 1];
  switch (fftType) {
    case 'RFFT':
      return complexDims(b, fromReal(b, x, n), others, false);
    case 'IRFFT':
      return toReal(b, complexDims(b, x, others, true), n);
    default:
      return complexDims(b, x, [...others, last], fftType === 'IFFT');
  }
}

/** Complex transforms along some of the last dimensions, one after the other where they are not direct together. */
function complexDims(b: Builder, x: Value, dims: readonly number[], inverse: boolean): Value {
  const lengths = dims.map((d) => x.shape[d]);
  if (dims[dims.length - 1] === x.shape.length - 1 && directLengths(lengths)) return direct(b, x, lengths, inverse);
  const last = x.shape.length - 1;
  return dims.reduce((y, d) => moveDim(b, line(b, moveDim(b, y, d, last), inverse), last, d), x);
}
const direct = (b: Builder, x: Value, fftLength: readonly number[], inverse: boolean): Value =>
  b.emit(FFT, [x], { fftType: inverse ? 'IFFT' : 'FFT', fftLength });

/** One complex transform along the last dimension. */
function line(b: Builder, x: Value, inverse: boolean): Value {
  const n = x.shape[x.shape.length - 1];
  if (directLengths([n])) return direct(b, x, [n], inverse);
  if (n <= longestProduct || (n <= longestPrimeProduct && factorsOf(n) === undefined))
    return product(b, x, complexConstant(b, x, [n, n], dftMatrix(n, n, inverse)));
  return bluestein(b, x, n, inverse);
}

/** Contracts the last dimension with the first of a matrix. */
const product = (b: Builder, x: Value, matrix: Value): Value =>
  dotGeneral(
    b,
    x,
    matrix,
    { lhsBatching: [], rhsBatching: [], lhsContracting: [x.shape.length - 1], rhsContracting: [0] },
    {},
    matrix.dtype,
  );

const complexOf = (v: Value): 'c64' | 'c128' => (realDType(v.dtype) === 'f64' ? 'c128' : 'c64');
/** A complex constant from interleaved numbers, in the precision of `like`. */
function complexConstant(b: Builder, like: Value, shape: readonly number[], data: Float64Array): Value {
  const dtype = complexOf(like);
  return constant(b, new HostArray(dtype, shape, dtype === 'c128' ? data : new Float32Array(data)));
}
/** A line of numbers for every line of `like`. */
const alongLast = (b: Builder, like: Value, v: Value): Value =>
  broadcastInDim(b, v, [...like.shape.slice(0, -1), v.shape[0]], [like.shape.length - 1]);
const scaled = (b: Builder, x: Value, data: Float64Array): Value =>
  mul(b, x, alongLast(b, x, complexConstant(b, x, [data.length / 2], data)));
const times = (b: Builder, x: Value, factor: number): Value =>
  mul(b, x, broadcastScalar(b, complexConstant(b, x, [], Float64Array.of(factor, 0)), x.shape));

/** Elements `from … to` of the last dimension, every `step`-th. */
function part(b: Builder, x: Value, from: number, to: number, step = 1): Value {
  const last = x.shape.length - 1;
  const except = (own: number, other: (size: number) => number): number[] =>
    x.shape.map((size, k) => (k === last ? own : other(size)));
  return slice(
    b,
    x,
    except(from, () => 0),
    except(to, (size) => size),
    except(step, () => 1),
  );
}
function padded(b: Builder, x: Value, low: number, high: number): Value {
  const last = x.shape.length - 1;
  const at = (n: number): number[] => x.shape.map((_, k) => (k === last ? n : 0));
  return pad(b, x, constantScalar(b, x.dtype, x.dtype.startsWith('c') ? [0, 0] : 0), at(low), at(high));
}
const real = (b: Builder, x: Value): Value => b.emit('stablehlo.real', [x]);
const imag = (b: Builder, x: Value): Value => b.emit('stablehlo.imag', [x]);
const complex = (b: Builder, re: Value, im: Value): Value => b.emit('stablehlo.complex', [re, im]);
const conjugate = (b: Builder, x: Value): Value => complex(b, real(b, x), neg(b, imag(b, x)));
const reversed = (b: Builder, x: Value): Value => reverse(b, x, [x.shape.length - 1]);

/** A transform of any length n as a cyclic convolution of length 2^k ≥ 2n - 1. */
function bluestein(b: Builder, x: Value, n: number, inverse: boolean): Value {
  let m = 1;
  while (m < 2 * n - 1) m *= 2;
  const spectrum = direct(b, padded(b, scaled(b, x, chirp(n, inverse)), 0, m - n), [m], false);
  const convolved = direct(b, scaled(b, spectrum, chirpSpectrum(n, m, inverse)), [m], true);
  const own = chirp(n, inverse);
  return scaled(b, part(b, convolved, 0, n), inverse ? own.map((v) => v / n) : own);
}

/** e^(∓2πik/n) · i/2 for k below `count`, interleaved. */
function halfTurns(n: number, count: number, inverse: boolean): Float64Array {
  const out = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    const [c, s] = turn(k, n, inverse);
    out.set(inverse ? [-s / 2, c / 2] : [s / 2, -c / 2], 2 * k);
  }
  return out;
}

/** The first n/2 + 1 frequencies of real lines. */
function fromReal(b: Builder, x: Value, n: number): Value {
  const kept = Math.floor(n / 2) + 1;
  const asComplex = (): Value => complex(b, x, zerosLike(b, x.type));
  if (n <= longestProduct) return product(b, asComplex(), complexConstant(b, x, [n, kept], dftMatrix(n, kept, false)));
  if (n % 2 === 1) return part(b, line(b, asComplex(), false), 0, kept);
  // Even and odd elements as the parts of one line: their spectra are its symmetric and its antisymmetric part.
  const z = line(b, complex(b, part(b, x, 0, n, 2), part(b, x, 1, n, 2)), false);
  const ends = concatenate(b, [z, part(b, z, 0, 1)], z.shape.length - 1);
  const mirror = conjugate(b, reversed(b, ends));
  return add(b, times(b, add(b, ends, mirror), 0.5), scaled(b, sub(b, ends, mirror), halfTurns(n, kept, false)));
}

/** Real lines of length n from their first n/2 + 1 frequencies; those without a mirror image count as real. */
function toReal(b: Builder, x: Value, n: number): Value {
  const last = x.shape.length - 1;
  const half = x.shape[last];
  const ownEnd = n % 2 === 0 && n > 1;
  const inner = padded(b, part(b, imag(b, x), 1, ownEnd ? half - 1 : half), 1, ownEnd ? 1 : 0);
  const y = complex(b, real(b, x), inner);
  const middle = part(b, y, 1, ownEnd ? half - 1 : half);
  const whole = (): Value => concatenate(b, [y, reversed(b, conjugate(b, middle))], last);
  if (n % 2 === 1 || n <= longestProduct) return real(b, line(b, whole(), true));
  const mirror = part(b, conjugate(b, reversed(b, y)), 0, half - 1);
  const own = part(b, y, 0, half - 1);
  const z = add(b, times(b, add(b, own, mirror), 0.5), scaled(b, sub(b, own, mirror), halfTurns(n, half - 1, true)));
  const t = line(b, z, true);
  const shape = [...t.shape, 1];
  const pairs = concatenate(b, [reshape(b, real(b, t), shape), reshape(b, imag(b, t), shape)], last + 1);
  return reshape(b, pairs, [...t.shape.slice(0, -1), n]);
}
