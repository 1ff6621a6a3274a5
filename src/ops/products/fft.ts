import {
  complexDType,
  EspalierError,
  type HostArray,
  isComplex,
  numElements,
  product,
  range,
  realDType,
} from '../../base/index.ts';
import { asTensor, codecs, type TensorType, tensorType } from '../../ir/index.ts';
import { vectorCost } from '../define/cost.ts';
import { fromNumbers, numbersOf } from '../define/elements.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional, listPart, wordPart } from '../define/syntaxes.ts';

export type FftType = 'FFT' | 'IFFT' | 'RFFT' | 'IRFFT';
export interface FftAttributes {
  readonly fftType: FftType;
  readonly fftLength: readonly number[];
}

/** Discrete Fourier transform of one line, straight from the definition. */
function transformLine(re: Float64Array, im: Float64Array, inverse: boolean): void {
  const n = re.length;
  const [x, y] = [re.slice(), im.slice()];
  const step = ((inverse ? 2 : -2) * Math.PI) / n;
  for (let k = 0; k < n; k++) {
    let [a, b] = [0, 0];
    for (let i = 0; i < n; i++) {
      const angle = step * ((i * k) % n);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      a += x[i] * c - y[i] * s;
      b += x[i] * s + y[i] * c;
    }
    re[k] = inverse ? a / n : a;
    im[k] = inverse ? b / n : b;
  }
}

/** Transforms the trailing dimensions of `shape` in turn, in place. */
function transform(
  re: Float64Array,
  im: Float64Array,
  shape: readonly number[],
  dims: readonly number[],
  inverse: boolean,
): void {
  for (const d of dims) {
    const n = shape[d];
    const inner = product(shape.slice(d + 1));
    const lines = numElements(shape) / n;
    for (let l = 0; l < lines; l++) {
      const base = Math.floor(l / inner) * inner * n + (l % inner);
      const a = Float64Array.from({ length: n }, (_, i) => re[base + i * inner]);
      const b = Float64Array.from({ length: n }, (_, i) => im[base + i * inner]);
      transformLine(a, b, inverse);
      for (let i = 0; i < n; i++) {
        re[base + i * inner] = a[i];
        im[base + i * inner] = b[i];
      }
    }
  }
}

function resultType(x: TensorType, a: FftAttributes): TensorType {
  const last = x.shape.length - 1;
  const n = a.fftLength[a.fftLength.length - 1];
  const withLast = (size: number): number[] => [...x.shape.slice(0, last), size];
  if (a.fftType === 'RFFT') return tensorType(complexDType(x.dtype), withLast(n === 0 ? 0 : Math.floor(n / 2) + 1));
  if (a.fftType === 'IRFFT') return tensorType(realDType(x.dtype), withLast(n));
  return x;
}

function evaluate(x: HostArray, a: FftAttributes): HostArray {
  const rank = x.shape.length;
  const dims = range(a.fftLength.length).map((i) => rank - a.fftLength.length + i);
  const last = rank - 1;
  const n = a.fftLength[a.fftLength.length - 1];
  const result = resultType(tensorType(x.dtype, x.shape), a);
  // The full complex grid that the transform works on.
  const shape = a.fftType === 'IRFFT' ? [...x.shape.slice(0, last), n] : x.shape;
  const total = numElements(shape);
  const [re, im] = [new Float64Array(total), new Float64Array(total)];
  const from = numbersOf(x);
  if (isComplex(x.dtype)) {
    const m = x.shape[last];
    const lines = m === 0 ? 0 : x.size / m;
    for (let l = 0; l < lines; l++)
      for (let k = 0; k < Math.min(m, shape[last]); k++) {
        re[l * shape[last] + k] = from[2 * (l * m + k)];
        im[l * shape[last] + k] = from[2 * (l * m + k) + 1];
      }
  } else re.set(from);
  if (a.fftType === 'IRFFT') {
    // Outer dimensions first; then each line of the half spectrum is completed by its conjugate.
    transform(re, im, shape, dims.slice(0, -1), true);
    const half = Math.floor(n / 2) + 1;
    for (let l = 0; l < total / n; l++) {
      im[l * n] = 0;
      if (n % 2 === 0) im[l * n + n / 2] = 0;
      for (let k = half; k < n; k++) {
        re[l * n + k] = re[l * n + n - k];
        im[l * n + k] = -im[l * n + n - k];
      }
    }
    transform(re, im, shape, [last], true);
    return fromNumbers(result.dtype, result.shape, re);
  }
  transform(re, im, shape, dims, a.fftType === 'IFFT');
  const kept = result.shape[last];
  const out = new Float64Array(2 * numElements(result.shape));
  for (let i = 0; i < out.length / 2; i++) {
    const source = Math.floor(i / kept) * shape[last] + (i % kept);
    out[2 * i] = re[source];
    out[2 * i + 1] = im[source];
  }
  return fromNumbers(result.dtype, result.shape, out);
}

export const fft = defineShapeOp<FftAttributes>({
  name: 'stablehlo.fft',
  doc: 'Discrete Fourier transform over the last dimensions.',
  operands: [{ name: 'operand' }],
  attributes: {
    fftType: codecs.enumOf('fft_type', ['FFT', 'IFFT', 'RFFT', 'IRFFT'] as const),
    fftLength: codecs.i64Array,
  },
  inferTypes: ({ operands: [t], attributes: a, checker: { check }, given }) => {
    const x = asTensor(t);
    const n = a.fftLength.length;
    check('C3', n >= 1 && n <= 3, () => `fft_length should have 1 to 3 entries, got ${n}`);
    check('C1', n <= x.shape.length, () => `fft_length should have at most ${x.shape.length} entries, got ${n}`);
    const takesReal = a.fftType === 'RFFT';
    const fits = takesReal ? x.dtype === 'f32' || x.dtype === 'f64' : isComplex(x.dtype);
    check('C2', fits, () => `${a.fftType} takes ${takesReal ? 'floats' : 'complex numbers'}, got ${x.dtype}`);
    const real = takesReal ? x : a.fftType === 'IRFFT' ? given?.[0] : undefined;
    if (real?.kind === 'tensor')
      a.fftLength.forEach((length, i) => {
        const d = real.shape.length - n + i;
        const size = real.shape[d];
        check('C4', size === length || size < 0, () => `dimension ${d} should have length ${length}, got ${size}`);
      });
    if (a.fftType === 'IRFFT') {
      const [d, half] = [x.shape.length - 1, Math.floor(a.fftLength[n - 1] / 2) + (a.fftLength[n - 1] === 0 ? 0 : 1)];
      check(
        'C5',
        x.shape[d] === half || x.shape[d] < 0,
        () => `dimension ${d} should have size ${half}, got ${x.shape[d]}`,
      );
    }
    return [resultType(x, a)];
  },
  resultLabels: { any: 'C5', dtype: 'C2' },
  verify: () => {},
  syntax: functional(1, wordPart('fftType', 'type'), listPart('fftLength', 'length')),
  evaluate: ([x], { attributes }) => [evaluate(x, attributes)],
  linearize: ({ op, tangents: [t], tangent }) => ({ tangents: [t && tangent.emit(op.name, [t], op.attributes)] }),
  transpose: ({ op, cotangents: [ct], builder: b }) => {
    // The pairing is without conjugation, and the transform's matrix is symmetric: it is its own transpose.
    if (!ct) return [undefined];
    if (op.attributes.fftType === 'FFT' || op.attributes.fftType === 'IFFT')
      return [b.emit(op.name, [ct], op.attributes)];
    throw new EspalierError('ops/not-differentiable', `cannot run ${op.attributes.fftType} backwards yet`, {
      advice: 'use FFT and IFFT on complex values',
    });
  },
  batch: ({ op, operands: [x], builder }) => ({
    results: [builder.emit(op.name, [x], op.attributes)],
    batched: [true],
  }),
  sharding: (op) => {
    const [x, r] = [op.operands[0].shape, op.results[0].shape];
    const first = x.length - op.attributes.fftLength.length;
    return new ShardingRuleBuilder(op)
      .pointwise(x, (d) => (d < first ? {} : { kind: 'needReplication', blocked: x[d] !== r[d] }))
      .build();
  },
  localize: (op) => op.attributes,
  cost: (op) => {
    const n = product(op.attributes.fftLength);
    return vectorCost(op, 5 * numElements(op.operands[0].shape) * Math.max(1, Math.log2(n)));
  },
  samples: [
    {
      name: 'forward',
      operands: [{ dtype: 'c128', shape: [2, 3, 5] }],
      attributes: { fftType: 'FFT', fftLength: [3, 5] },
    },
    { name: 'inverse', operands: [{ dtype: 'c128', shape: [2, 5] }], attributes: { fftType: 'IFFT', fftLength: [5] } },
  ],
});
