/*
 * Emitters of ops with windows, regions or index arithmetic.
 */
import { type Block, type Builder, tensorType, type Value } from '../../../src/ir/index.ts';
import * as O from '../../../src/ops/index.ts';
import { alike, type Draft, type Emitter, f32, i32, index, indices, pickValue, scalar, tame } from './emitters.ts';

const ones = (n: number): number[] => Array.from({ length: n }, () => 1);

const combine = (b: Builder, name: string): Block => O.combiner(b, `stablehlo.${name}`, 'f32');

export const reductionEmitters: Readonly<Record<string, Emitter>> = {
  dot_general: (d) => {
    const [x, y] = [pickValue(d, 1), pickValue(d, 1)];
    if (!x || !y) return undefined;
    const pairs = d.c.shuffled(x.shape.flatMap((n, i) => y.shape.flatMap((m, j) => (n === m ? [[i, j]] : []))));
    if (pairs.length === 0 || x.shape.length + y.shape.length > 6) return undefined;
    const [[i, j]] = pairs;
    const rest = pairs.filter(([p, q]) => p !== i && q !== j);
    const batch = rest.length > 0 && d.c.chance(0.4) ? rest[0] : undefined;
    const out = O.dotGeneral(d.b, x, y, {
      lhsBatching: batch ? [batch[0]] : [],
      rhsBatching: batch ? [batch[1]] : [],
      lhsContracting: [i],
      rhsContracting: [j],
    });
    return out.shape.reduce((n, m) => n * m, 1) > 2000 ? undefined : tame(d.b, out);
  },
  reduce: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dims = d.c.shuffled([...x.shape.keys()]).slice(0, d.c.between(1, 2));
    const [name, init] = d.c.pick([
      ['add', 0],
      ['add', 2],
      ['maximum', -Infinity],
      ['maximum', 1],
      ['minimum', Infinity],
    ] as const);
    return tame(d.b, O.reduceWith(d.b, `stablehlo.${name}`, x, init, dims));
  },
  multiply_reduce: (d) => {
    const x = pickValue(d, 1);
    return x && O.reduceWith(d.b, 'stablehlo.multiply', O.sign(d.b, x), 1, [d.c.int(x.shape.length)]);
  },
  any: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const p = O.compare(d.b, 'GT', x, alike(d, x));
    const name = d.c.pick(['stablehlo.or', 'stablehlo.and']);
    return O.convert(
      d.b,
      O.reduceWith(d.b, name, p, name === 'stablehlo.or' ? 0 : 1, [d.c.int(x.shape.length)]),
      'f32',
    );
  },
  argmax: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dim = d.c.int(x.shape.length);
    const at = O.iota(d.b, tensorType('i32', x.shape), dim);
    const body = d.b.block([f32, i32, f32, i32], (b, [v, i, w, j]) => {
      const isFirst = O.or(b, O.compare(b, 'GT', v, w), O.and(b, O.compare(b, 'EQ', v, w), O.compare(b, 'LT', i, j)));
      return [O.select(b, isFirst, v, w), O.select(b, isFirst, i, j)];
    });
    const out = d.b.create(
      'stablehlo.reduce',
      [x, at, scalar(d.b, -Infinity), index(d.b, 0x7fffffff)],
      { dimensions: [dim] },
      { regions: [body] },
    );
    return O.convert(d.b, out.results[1], 'f32');
  },
  top_k: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const n = x.shape[x.shape.length - 1];
    const out = d.b.create('chlo.top_k', [x], { k: d.c.between(1, Math.min(n, 3)) });
    return d.c.chance(0.5) ? out.results[0] : O.convert(d.b, out.results[1], 'f32');
  },
  sort: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dimension = d.c.int(x.shape.length);
    if (d.c.chance(0.5)) {
      const less = d.b.block([f32, f32], (b, [p, q]) => [O.compare(b, 'LT', p, q)]);
      return d.b.emit('stablehlo.sort', [x], { dimension, isStable: true }, { regions: [less] });
    }
    const less = d.b.block([f32, f32, f32, f32], (b, [p, q]) => [O.compare(b, 'GT', p, q)]);
    const out = d.b.create('stablehlo.sort', [x, alike(d, x)], { dimension, isStable: true }, { regions: [less] });
    return out.results[1];
  },
};

/** Windows along one or two dimensions, with everything that windows may have. */
function windowOn(d: Draft, shape: readonly number[], dilated: boolean) {
  const dims = d.c.shuffled([...shape.keys()]).slice(0, d.c.between(1, 2));
  const per = (value: () => number, rest: number): number[] => shape.map((_, i) => (dims.includes(i) ? value() : rest));
  return {
    windowDimensions: per(() => d.c.between(1, 3), 1),
    windowStrides: per(() => d.c.pick([1, 1, 2, 3]), 1),
    baseDilations: per(() => (dilated ? d.c.pick([1, 1, 2]) : 1), 1),
    windowDilations: per(() => (dilated ? d.c.pick([1, 1, 2]) : 1), 1),
    padding: shape.map((_, i) => (dims.includes(i) ? [d.c.between(0, 2), d.c.between(0, 2)] : [0, 0])),
  };
}

export const windowEmitters: Readonly<Record<string, Emitter>> = {
  reduce_window: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const [name, init] = d.c.pick([
      ['add', 0],
      ['maximum', -9],
      ['minimum', 9],
    ] as const);
    const attributes = windowOn(d, x.shape, true);
    if (attributes.windowDimensions.some((w, i) => (w - 1) * attributes.windowDilations[i] >= x.shape[i]))
      return undefined;
    return tame(
      d.b,
      d.b.emit('stablehlo.reduce_window', [x, scalar(d.b, init)], attributes, { regions: [combine(d.b, name)] }),
    );
  },
  cumulative: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dim = d.c.int(x.shape.length);
    const n = x.shape[dim];
    return tame(
      d.b,
      d.b.emit(
        'stablehlo.reduce_window',
        [x, scalar(d.b, 0)],
        {
          windowDimensions: x.shape.map((_, i) => (i === dim ? n : 1)),
          padding: x.shape.map((_, i) => (i === dim ? [n - 1, 0] : [0, 0])),
        },
        { regions: [combine(d.b, 'add')] },
      ),
    );
  },
  select_and_scatter: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const { windowDimensions, windowStrides, padding } = windowOn(d, x.shape, false);
    if (windowDimensions.some((w, i) => w > x.shape[i])) return undefined;
    const attributes = {
      windowDimensions,
      windowStrides,
      padding: padding.map((p, i) => p.map((n) => Math.min(n, windowDimensions[i] - 1))),
    };
    const shape = x.shape.map((n, i) => {
      const [lo, hi] = attributes.padding[i];
      return Math.floor((n + lo + hi - windowDimensions[i]) / windowStrides[i]) + 1;
    });
    const source = O.convert(d.b, indices(d, shape, 6, d.c.int(shape.length)), 'f32');
    const choose = d.b.block([f32, f32], (b, [p, q]) => [O.compare(b, d.c.pick(['GE', 'GT', 'LE']), p, q)]);
    return tame(
      d.b,
      d.b.emit('stablehlo.select_and_scatter', [x, source, scalar(d.b, 0)], attributes, {
        regions: [choose, combine(d.b, 'add')],
      }),
    );
  },
  convolution: (d) => {
    const x = pickValue(d, 2);
    if (!x || x.shape.length > 4) return undefined;
    const spatial = x.shape.length - 2;
    const order = d.c.shuffled([...x.shape.keys()]);
    const [inputBatch, inputFeature, ...inputSpatial] = order;
    const features = x.shape[inputFeature];
    const batch = x.shape[inputBatch];
    const groups = [1, 2, 3].filter((g) => features % g === 0);
    const featureGroupCount = d.c.pick(groups);
    const batchGroupCount = featureGroupCount === 1 ? d.c.pick([1, 2, 3].filter((g) => batch % g === 0)) : 1;
    const large = d.c.chance(0.3);
    const sizes = inputSpatial.map((s) => (large ? x.shape[s] : d.c.between(1, Math.min(3, x.shape[s]))));
    const kernelOrder = d.c.shuffled([...x.shape.keys()]);
    const [kernelInput, kernelOutput, ...kernelSpatial] = kernelOrder;
    const kernelShape = new Array<number>(x.shape.length);
    kernelShape[kernelInput] = features / featureGroupCount;
    kernelShape[kernelOutput] = featureGroupCount * batchGroupCount * d.c.between(1, 2);
    kernelSpatial.forEach((k, i) => {
      kernelShape[k] = sizes[i];
    });
    const kernel = O.sub(
      d.b,
      O.convert(d.b, indices(d, kernelShape, 5, d.c.int(kernelShape.length)), 'f32'),
      O.splat(d.b, tensorType('f32', kernelShape), 2),
    );
    const [outputBatch, outputFeature, ...outputSpatial] = d.c.shuffled([...x.shape.keys()]);
    const list = (value: () => number): number[] => Array.from({ length: spatial }, value);
    const out = {
      windowStrides: list(() => d.c.pick([1, 1, 2])),
      padding: inputSpatial.map(() => [d.c.between(0, 2), d.c.between(0, 2)]),
      lhsDilation: list(() => d.c.pick([1, 1, 2])),
      rhsDilation: list(() => (large ? 1 : d.c.pick([1, 1, 2]))),
      windowReversal: Array.from({ length: spatial }, () => d.c.chance(0.3)),
    };
    const shape = new Array<number>(x.shape.length);
    shape[outputBatch] = batch / batchGroupCount;
    shape[outputFeature] = kernelShape[kernelOutput];
    outputSpatial.forEach((o, i) => {
      const base = (x.shape[inputSpatial[i]] - 1) * out.lhsDilation[i] + 1 + out.padding[i][0] + out.padding[i][1];
      shape[o] = Math.floor((base - ((sizes[i] - 1) * out.rhsDilation[i] + 1)) / out.windowStrides[i]) + 1;
    });
    if (shape.some((n) => n <= 0) || shape.reduce((n, m) => n * m, 1) > 2000) return undefined;
    const dimensionNumbers = {
      inputBatch,
      inputFeature,
      inputSpatial,
      kernelInput,
      kernelOutput,
      kernelSpatial,
      outputBatch,
      outputFeature,
      outputSpatial,
    };
    return tame(
      d.b,
      d.b.emit(
        'stablehlo.convolution',
        [x, kernel],
        { ...out, dimensionNumbers, featureGroupCount, batchGroupCount },
        { resultTypes: [tensorType('f32', shape)] },
      ),
    );
  },
};

export const indexingEmitters: Readonly<Record<string, Emitter>> = {
  gather: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dim = d.c.int(x.shape.length);
    const size = d.c.pick([1, 1, 1, Math.max(1, x.shape[dim] - 1)]);
    const isCollapsed = size === 1 && d.c.chance(0.7);
    const batch = d.c.pick([[4], [2, 3], [5]]);
    const at = indices(d, [...batch, 1], x.shape[dim] + 1);
    const kept = x.shape.length - (isCollapsed ? 1 : 0);
    const offsetsFirst = d.c.chance(0.3);
    return d.b.emit('stablehlo.gather', [x, at], {
      dimensionNumbers: {
        offsetDims: Array.from({ length: kept }, (_, i) => (offsetsFirst ? i : i + batch.length)),
        collapsedSliceDims: isCollapsed ? [dim] : [],
        operandBatchingDims: [],
        startIndicesBatchingDims: [],
        startIndexMap: [dim],
        indexVectorDim: batch.length,
      },
      sliceSizes: x.shape.map((n, i) => (i === dim ? size : n)),
    });
  },
  gather_batched: (d) => {
    const x = pickValue(d, 2);
    if (!x) return undefined;
    const [batch, dim, ...rest] = d.c.shuffled([...x.shape.keys()]);
    const at = indices(d, [3, x.shape[batch], 1], x.shape[dim], 1);
    return d.b.emit('stablehlo.gather', [x, at], {
      dimensionNumbers: {
        offsetDims: rest.map((_, i) => i + 2),
        collapsedSliceDims: [dim],
        operandBatchingDims: [batch],
        startIndicesBatchingDims: [1],
        startIndexMap: [dim],
        indexVectorDim: 2,
      },
      sliceSizes: x.shape.map((n, i) => (i === dim || i === batch ? 1 : n)),
    });
  },
  gather_parallel: (d) => {
    // Batch indices written as an iota, as older programs have them.
    const x = pickValue(d, 2);
    if (!x) return undefined;
    const [n, m] = x.shape;
    const line = O.iota(d.b, tensorType('i32', [n, 2, 1]), 0);
    const at = O.concatenate(d.b, [line, indices(d, [n, 2, 1], m, 1)], 2);
    return d.b.emit('stablehlo.gather', [x, at], {
      dimensionNumbers: {
        offsetDims: x.shape.slice(2).map((_, i) => i + 2),
        collapsedSliceDims: [0, 1],
        operandBatchingDims: [],
        startIndicesBatchingDims: [],
        startIndexMap: [0, 1],
        indexVectorDim: 2,
      },
      sliceSizes: x.shape.map((k, i) => (i < 2 ? 1 : k)),
    });
  },
  scatter: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dim = d.c.int(x.shape.length);
    const n = d.c.pick([2, 3, 4, 6]);
    const at = indices(d, [n, 1], x.shape[dim]);
    const rest = x.shape.filter((_, i) => i !== dim);
    const updates = O.convert(d.b, indices(d, [n, ...rest], 6, d.c.int(rest.length + 1)), 'f32');
    return tame(d.b, scattered(d.b, x, at, updates, dim, d.c.pick(['add', 'maximum', 'minimum'])));
  },
  scatter_batched: (d) => {
    const x = pickValue(d, 2);
    if (!x) return undefined;
    const [batch, dim, ...rest] = d.c.shuffled([...x.shape.keys()]);
    const at = indices(d, [x.shape[batch], 2, 1], x.shape[dim], 1);
    const shape = [x.shape[batch], 2, ...rest.sort((p, q) => p - q).map((k) => x.shape[k])];
    const updates = O.convert(d.b, indices(d, shape, 6, d.c.int(shape.length)), 'f32');
    return tame(
      d.b,
      d.b.emit(
        'stablehlo.scatter',
        [x, at, updates],
        {
          scatterDimensionNumbers: {
            updateWindowDims: rest.map((_, i) => i + 2),
            insertedWindowDims: [dim],
            inputBatchingDims: [batch],
            scatterIndicesBatchingDims: [0],
            scatterDimsToOperandDims: [dim],
            indexVectorDim: 2,
          },
        },
        { regions: [combine(d.b, 'add')] },
      ),
    );
  },
  rng_bit_generator: (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const state = O.splat(d.b, tensorType('u64', [2]), 42);
    const out = d.b.create(
      'stablehlo.rng_bit_generator',
      [state],
      { rngAlgorithm: 'THREE_FRY' },
      { resultTypes: [state.type, tensorType('u32', x.shape)] },
    );
    const bits = O.rem(d.b, out.results[1], O.splat(d.b, out.results[1].type, 7));
    return tame(d.b, O.add(d.b, x, O.convert(d.b, bits, 'f32')));
  },
  fft: (d) => {
    const x = pickValue(d, 2);
    if (!x) return undefined;
    const n = x.shape[x.shape.length - 1];
    const zero = O.zerosLike(d.b, x.type);
    const z = d.b.emit('stablehlo.complex', [x, zero]);
    const out = d.b.emit('stablehlo.fft', [z], { fftType: 'FFT', fftLength: [n] });
    return tame(d.b, O.floor(d.b, O.add(d.b, d.b.emit('stablehlo.real', [out]), O.splat(d.b, x.type, 0.25))));
  },
  cholesky: (d) => {
    const x = pickValue(d, 2);
    if (!x) return undefined;
    const n = x.shape.length;
    const [k] = x.shape.slice(-1);
    if (x.shape[n - 2] !== k) return undefined;
    // A diagonal matrix of squares.
    const [p, q] = [O.iota(d.b, tensorType('i32', x.shape), n - 1), O.iota(d.b, tensorType('i32', x.shape), n - 2)];
    const squares = O.mul(d.b, O.add(d.b, O.mul(d.b, x, x), O.onesLike(d.b, x.type)), O.splat(d.b, x.type, 4));
    const a = O.select(d.b, O.compare(d.b, 'EQ', p, q), squares, O.zerosLike(d.b, x.type));
    return O.floor(d.b, d.b.emit('stablehlo.cholesky', [a], { lower: d.c.chance(0.5) }));
  },
  triangular_solve: (d) => {
    const x = pickValue(d, 2);
    if (!x) return undefined;
    const k = x.shape[x.shape.length - 2];
    const shape = [...x.shape.slice(0, -1), k];
    const n = shape.length;
    const type = tensorType('i32', shape);
    const isBelow = O.compare(d.b, 'GT', O.iota(d.b, type, n - 2), O.iota(d.b, type, n - 1));
    const t = tensorType('f32', shape);
    const a = O.select(d.b, isBelow, O.splat(d.b, t, 1), O.splat(d.b, t, 0));
    return tame(
      d.b,
      d.b.emit('stablehlo.triangular_solve', [a, x], {
        leftSide: true,
        lower: true,
        unitDiagonal: true,
        transposeA: 'NO_TRANSPOSE',
      }),
    );
  },
};

export function scattered(b: Builder, x: Value, at: Value, updates: Value, dim: number, name: string): Value {
  return b.emit(
    'stablehlo.scatter',
    [x, at, updates],
    {
      scatterDimensionNumbers: {
        updateWindowDims: ones(x.shape.length - 1).map((_, i) => i + 1),
        insertedWindowDims: [dim],
        inputBatchingDims: [],
        scatterIndicesBatchingDims: [],
        scatterDimsToOperandDims: [dim],
        indexVectorDim: 1,
      },
    },
    { regions: [combine(b, name)] },
  );
}

/** Emitters that run other ops in regions; `inner` emits a few ops on the given values. */
export const regionEmitters: Readonly<
  Record<string, (d: Draft, inner: (d: Draft, like: Value) => Value) => Value | undefined>
> = {
  while: (d, inner) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const n = d.c.between(1, 3);
    const cond = d.b.block([i32, x.type], (b, [i]) => [O.compare(b, 'LT', i, index(b, n))]);
    const body = d.b.block([i32, x.type], (b, [i, v]) => [
      O.add(b, i, index(b, 1)),
      inner({ c: d.c, b, values: [v, ...d.values] }, v),
    ]);
    return d.b.create('stablehlo.while', [index(d.b, 0), x], {}, { regions: [cond, body] }).results[1];
  },
  if: (d, inner) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const zero = O.reduceWith(d.b, 'stablehlo.add', x, 0, [...x.shape.keys()]);
    const branch = (): Block => d.b.block([], (b) => [inner({ ...d, b }, x)]);
    return d.b.emit(
      'stablehlo.if',
      [O.compare(d.b, 'GT', zero, scalar(d.b, 0))],
      {},
      { regions: [branch(), branch()] },
    );
  },
  case: (d, inner) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const branch = (): Block => d.b.block([], (b) => [inner({ ...d, b }, x)]);
    return d.b.emit('stablehlo.case', [index(d.b, d.c.int(4))], {}, { regions: [branch(), branch(), branch()] });
  },
  optimization_barrier: (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const out = d.b.create('stablehlo.optimization_barrier', [x, alike(d, x)]);
    return tame(d.b, O.add(d.b, out.results[0], out.results[1]));
  },
};
