import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import {
  type DType,
  dtypeInfo,
  HostArray,
  highestValue,
  lowestValue,
  numElements,
  range,
  type Scalar,
} from '../../src/base/index.ts';
import { Block, Builder, DenseElements, Func, Module, tensorType, Value } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { type Engine, WasmEngine } from '../../src/runtime/index.ts';
import { cpu, reference, run } from './programs.ts';

/*
 * Kernels written as routines or as blocked products, on random shapes and attributes, against the reference. Values are small
 * integers, so that sums are exact and results must be equal bit by bit.
 */

/** Emits one op on fresh arguments of the given types, and says what it yields. */
type Emit = (b: Builder, args: Value[]) => Value[];
interface Problem {
  /** For messages. */
  readonly text: string;
  readonly args: readonly { readonly dtype: DType; readonly shape: readonly number[]; readonly below: number }[];
  readonly emit: Emit;
}

/** All problems in one program (compiling is what takes time), compared with the reference. */
async function agrees(problems: readonly Problem[], seed: number, engines: readonly Engine[] = [cpu]): Promise<void> {
  const b = new Builder(registry);
  const params = problems.map((p) => p.args.map((a) => new Value(tensorType(a.dtype, a.shape), undefined, 0)));
  const outputs = problems.map((p, i) => p.emit(b, params[i]));
  const results = outputs.flat();
  const owners = outputs.flatMap((own, i) => own.map(() => problems[i].text));
  b.create('func.return', results);
  const module = new Module([new Func('main', new Block(params.flat(), [...b.ops]))]);
  let state = seed >>> 0 || 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const args = problems.flatMap((p) =>
    p.args.map(({ dtype, shape, below }) => {
      const shift = dtype === 'f32' ? Math.floor(below / 2) : 0;
      return HostArray.from(
        dtype,
        shape,
        Array.from({ length: numElements(shape) }, () => next(below) - shift),
      );
    }),
  );
  const [want] = await run(reference, module, [args]);
  for (const engine of engines) {
    const [got] = await run(engine, module, [args]);
    got.forEach((g, i) => {
      expect(g.equals(want[i]), `${engine.name}, ${owners[i]}: ${g} instead of ${want[i]}`).toBe(true);
    });
  }
}

const several = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 8, maxLength: 8 });
const check = (one: fc.Arbitrary<Problem>, engines?: readonly Engine[]): Promise<void> =>
  fc.assert(
    fc.asyncProperty(several(one), fc.integer({ min: 1, max: 1e6 }), (problems, seed) =>
      agrees(problems, seed, engines),
    ),
    { numRuns: 4, endOnFailure: true },
  );
const small = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const scalarConstant = (b: Builder, dtype: DType, value: Scalar): Value =>
  b.emit('stablehlo.constant', [], { value: DenseElements.splat(tensorType(dtype, []), value) });

const convolutions: fc.Arbitrary<Problem> = fc
  .record({
    rank: small(1, 3),
    sizes: fc.array(small(1, 9), { minLength: 3, maxLength: 3 }),
    windows: fc.array(small(1, 4), { minLength: 3, maxLength: 3 }),
    strides: fc.array(small(1, 3), { minLength: 3, maxLength: 3 }),
    bases: fc.array(fc.constantFrom(1, 1, 2, 3), { minLength: 3, maxLength: 3 }),
    dilations: fc.array(fc.constantFrom(1, 1, 2), { minLength: 3, maxLength: 3 }),
    flips: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    pads: fc.array(fc.tuple(small(-1, 3), small(-1, 3)), { minLength: 3, maxLength: 3 }),
    batch: small(1, 3),
    inputs: small(1, 5),
    outputs: small(1, 9),
    groups: fc.constantFrom(1, 1, 2, 3),
    byBatch: fc.boolean(),
    lhsOrder: fc.nat(23),
    rhsOrder: fc.nat(23),
    outOrder: fc.nat(23),
    dtype: fc.constantFrom<DType>('f32', 'f32', 'f32', 'i32'),
  })
  .map((c): Problem => {
    const spatial = range(c.rank);
    const windows = spatial.map((i) => c.windows[i]);
    const out = spatial.map((i) => {
      const base = (c.sizes[i] - 1) * c.bases[i] + 1 + c.pads[i][0] + c.pads[i][1];
      return Math.floor((base - (c.windows[i] - 1) * c.dilations[i] - 1) / c.strides[i]) + 1;
    });
    const isValid = out.every((n) => n > 0);
    const pads = spatial.map((i) => (isValid ? c.pads[i] : [8, 8]));
    const final = spatial.map((i) => {
      const base = (c.sizes[i] - 1) * c.bases[i] + 1 + pads[i][0] + pads[i][1];
      return Math.floor((base - (c.windows[i] - 1) * c.dilations[i] - 1) / c.strides[i]) + 1;
    });
    /** Dimension numbers in some order: where each of [first, second, spatial …] lies. */
    const order = (seed: number): number[] => {
      const left = range(c.rank + 2);
      let s = seed;
      return range(c.rank + 2).map(() => {
        const [x] = left.splice(s % left.length, 1);
        s = Math.floor(s / 2);
        return x;
      });
    };
    const place = (at: readonly number[], sizes: readonly number[]): number[] => {
      const shape = new Array<number>(sizes.length);
      at.forEach((dim, i) => {
        shape[dim] = sizes[i];
      });
      return shape;
    };
    const [l, r, o] = [c.lhsOrder, c.rhsOrder, c.outOrder].map(order);
    const outputs = c.outputs * c.groups;
    const byBatch = c.byBatch && c.groups > 1;
    const lhs = place(l, [
      byBatch ? c.batch * c.groups : c.batch,
      byBatch ? c.inputs : c.inputs * c.groups,
      ...spatial.map((i) => c.sizes[i]),
    ]);
    const rhs = place(r, [c.inputs, outputs, ...windows]);
    return {
      text: JSON.stringify(c),
      args: [
        { dtype: c.dtype, shape: lhs, below: 9 },
        { dtype: c.dtype, shape: rhs, below: 9 },
      ],
      emit: (b, [x, k]) => [
        b.emit(
          'stablehlo.convolution',
          [x, k],
          {
            dimensionNumbers: {
              inputBatch: l[0],
              inputFeature: l[1],
              inputSpatial: l.slice(2),
              kernelInput: r[0],
              kernelOutput: r[1],
              kernelSpatial: r.slice(2),
              outputBatch: o[0],
              outputFeature: o[1],
              outputSpatial: o.slice(2),
            },
            windowStrides: spatial.map((i) => c.strides[i]),
            padding: pads,
            lhsDilation: spatial.map((i) => c.bases[i]),
            rhsDilation: spatial.map((i) => c.dilations[i]),
            windowReversal: spatial.map((i) => c.flips[i]),
            featureGroupCount: byBatch ? 1 : c.groups,
            batchGroupCount: byBatch ? c.groups : 1,
          },
          { resultTypes: [tensorType(c.dtype, place(o, [c.batch, outputs, ...final]))] },
        ),
      ],
    };
  });

test('convolutions of any geometry and layout', () => check(convolutions), 240_000);

const windows: fc.Arbitrary<Problem> = fc
  .record({
    shape: fc.array(small(1, 20), { minLength: 1, maxLength: 3 }),
    sizes: fc.array(small(1, 4), { minLength: 3, maxLength: 3 }),
    strides: fc.array(small(1, 3), { minLength: 3, maxLength: 3 }),
    dilations: fc.array(fc.constantFrom(1, 1, 2), { minLength: 3, maxLength: 3 }),
    bases: fc.array(fc.constantFrom(1, 1, 2), { minLength: 3, maxLength: 3 }),
    pads: fc.array(fc.tuple(small(0, 3), small(0, 3)), { minLength: 3, maxLength: 3 }),
    kind: fc.constantFrom('stablehlo.add', 'stablehlo.maximum', 'stablehlo.multiply', 'position', 'running'),
    dtype: fc.constantFrom<DType>('f32', 'i32', 'u8'),
    backward: fc.boolean(),
  })
  .map((c): Problem => {
    const dims = range(c.shape.length);
    const isRunning = c.kind === 'running';
    const along = c.shape.length - 1 - (c.sizes[0] % c.shape.length);
    const n = c.shape[along];
    const pick = (list: readonly number[]): number[] => dims.map((d) => (isRunning ? 1 : list[d]));
    const edge = c.backward ? [0, n - 1] : [n - 1, 0];
    const attributes = {
      windowDimensions: dims.map((d) => (isRunning ? (d === along ? n : 1) : Math.min(c.sizes[d], c.shape[d]))),
      windowStrides: pick(c.strides),
      baseDilations: pick(c.bases),
      windowDilations: pick(c.dilations),
      padding: dims.map((d) => (isRunning ? (d === along ? edge : [0, 0]) : [c.pads[d][0] + 2, c.pads[d][1] + 3])),
    };
    const scalar = tensorType(c.dtype, []);
    if (c.kind === 'position')
      return {
        text: JSON.stringify(c),
        args: [{ dtype: c.dtype, shape: c.shape, below: 20 }],
        emit: (b, [x]) => {
          const index = tensorType('i32', []);
          const region = b.block([scalar, index, scalar, index], (inner, [a, i, v, j]) => {
            const wins = inner.emit('stablehlo.compare', [a, v], { comparisonDirection: 'GE' });
            return [inner.emit('stablehlo.select', [wins, a, v]), inner.emit('stablehlo.select', [wins, i, j])];
          });
          const at = b.emit(
            'stablehlo.iota',
            [],
            { iotaDimension: along },
            { resultTypes: [tensorType('i32', c.shape)] },
          );
          const inits = [scalarConstant(b, c.dtype, 0), scalarConstant(b, 'i32', 7)];
          return b
            .create('stablehlo.reduce_window', [x, at, ...inits], attributes, { regions: [region] })
            .results.slice();
        },
      };
    const name = isRunning ? 'stablehlo.add' : c.kind;
    return {
      text: JSON.stringify(c),
      args: [{ dtype: c.dtype, shape: c.shape, below: 3 }],
      emit: (b, [x]) => {
        const region = b.block([scalar, scalar], (inner, [p, q]) => [inner.emit(name, [p, q])]);
        const init = scalarConstant(b, c.dtype, name === 'stablehlo.add' ? 0 : 1);
        return [b.emit('stablehlo.reduce_window', [x, init], attributes, { regions: [region] })];
      },
    };
  });

test('windows with any padding, holes and bodies; running sums', () => check(windows), 240_000);

/** What a combiner leaves every value as it is with. */
function identity(name: string, dtype: DType): Scalar {
  const identities: Readonly<Record<string, Scalar>> = {
    'stablehlo.add': 0,
    'stablehlo.multiply': 1,
    'stablehlo.maximum': lowestValue(dtype),
    'stablehlo.minimum': highestValue(dtype),
  };
  return identities[name];
}

/** Running windows of `shape` along a dimension. */
function runningProblem(c: {
  readonly shape: readonly number[];
  readonly along: number;
  readonly name: string;
  readonly dtype: DType;
  readonly backward: boolean;
}): Problem {
  const n = c.shape[c.along];
  const ends = c.backward ? [0, n - 1] : [n - 1, 0];
  const attributes = {
    windowDimensions: c.shape.map((_, d) => (d === c.along ? n : 1)),
    padding: c.shape.map((_, d) => (d === c.along ? ends : [0, 0])),
  };
  const scalar = tensorType(c.dtype, []);
  const info = dtypeInfo(c.dtype);
  const init = identity(c.name, c.dtype);
  return {
    text: JSON.stringify(c),
    args: [{ dtype: c.dtype, shape: c.shape, below: info.kind === 'bool' ? 2 : 3 }],
    emit: (b, [x]) => {
      const region = b.block([scalar, scalar], (inner, [p, q]) => [inner.emit(c.name, [p, q])]);
      return [
        b.emit('stablehlo.reduce_window', [x, scalarConstant(b, c.dtype, init)], attributes, { regions: [region] }),
      ];
    },
  };
}
const combiners = ['stablehlo.add', 'stablehlo.multiply', 'stablehlo.maximum', 'stablehlo.minimum'];
const runningWindows: fc.Arbitrary<Problem> = fc
  .record({
    // Lines of scalars and of lanes; long ones that are cut; more lines than are summed side by side.
    shape: fc.oneof(
      fc.array(small(1, 40), { minLength: 1, maxLength: 3 }),
      fc.constantFrom<number[]>(
        [9001],
        [3, 4099],
        [4500, 3],
        [2, 4200, 2],
        [70, 33],
        [5000, 20],
        [2, 40, 1100],
        [67, 131],
      ),
    ),
    dimension: fc.nat(2),
    name: fc.constantFrom(...combiners),
    dtype: fc.constantFrom<DType>('f32', 'f32', 'i32', 'u8', 'bf16', 'f64', 'i64', 'bool'),
    backward: fc.boolean(),
  })
  .map((c) => {
    // The sums of bf16 are exact up to 256 only.
    const isSum = c.name === 'stablehlo.add' && c.dtype === 'bf16';
    return runningProblem({ ...c, along: c.dimension % c.shape.length, dtype: isSum ? 'f32' : c.dtype });
  });

const wasm = new WasmEngine();
afterAll(() => wasm.close());
test('running sums, products and extrema of any shape and type', () => check(runningWindows, [cpu, wasm]), 240_000);

test('running sums are the same bits on any number of threads', async () => {
  const shapes = [
    [3, 50_000],
    [200, 3000],
    [3000, 200],
    [40_000, 3],
  ];
  const params = shapes.map((s) => new Value(tensorType('f32', s), undefined, 0));
  const b = new Builder(registry);
  const results = shapes.flatMap((shape, i) =>
    [false, true].flatMap((backward) => {
      const along = shape[0] > shape[1] ? 0 : 1;
      return runningProblem({ shape, along, name: 'stablehlo.add', dtype: 'f32', backward }).emit(b, [params[i]]);
    }),
  );
  b.create('func.return', results);
  const module = new Module([new Func('main', new Block(params, [...b.ops]))]);
  const args = shapes.map((shape) =>
    HostArray.from(
      'f32',
      shape,
      Float32Array.from({ length: numElements(shape) }, (_, i) => Math.sin(i * i)),
    ),
  );
  // A device alone has all cores, two share them.
  const [alone] = await run(cpu, module, [args]);
  for (const shared of await run(cpu, module, [args, args]))
    shared.forEach((r, i) => {
      expect(r.equals(alone[i])).toBe(true);
    });
}, 120_000);

/** Folds of `x` or of `x · y` over some dimensions: of few and of many results, along memory and across it. */
const folds: fc.Arbitrary<Problem> = fc
  .record({
    shape: fc.constantFrom<number[]>(
      [300_000],
      [262_144],
      [700, 500],
      [2048, 128],
      [1031, 257],
      [3, 300, 300],
      [130, 9, 140],
      [60, 7, 7, 130],
      [33, 8200],
    ),
    kept: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    name: fc.constantFrom(...combiners),
    dtype: fc.constantFrom<DType>('f32', 'f32', 'i32', 'u8', 'f64', 'bool'),
    isProduct: fc.boolean(),
  })
  .map((c): Problem => {
    const dimensions = range(c.shape.length).filter((d) => !c.kept[d]);
    const scalar = tensorType(c.dtype, []);
    const isBool = c.dtype === 'bool';
    const args = [c.shape, c.shape.slice(-1)].map((shape) => ({ dtype: c.dtype, shape, below: isBool ? 2 : 3 }));
    return {
      text: JSON.stringify(c),
      args,
      emit: (b, [x, row]) => {
        const y = b.emit(
          'stablehlo.broadcast_in_dim',
          [row],
          { broadcastDimensions: [c.shape.length - 1] },
          { resultTypes: [x.type] },
        );
        const region = b.block([scalar, scalar], (inner, [p, q]) => [inner.emit(c.name, [p, q])]);
        const value = c.isProduct ? b.emit('stablehlo.multiply', [x, y]) : x;
        return [
          b.emit(
            'stablehlo.reduce',
            [value, scalarConstant(b, c.dtype, identity(c.name, c.dtype))],
            { dimensions },
            { regions: [region] },
          ),
        ];
      },
    };
  });

test('large folds over any dimensions', () => check(folds, [cpu, wasm]), 240_000);

const sorts: fc.Arbitrary<Problem> = fc
  .record({
    shape: fc.oneof(
      fc.array(small(1, 40), { minLength: 1, maxLength: 3 }),
      fc.constantFrom<number[]>([1500], [2, 1100], [1300, 3], [5, 300]),
    ),
    dimension: fc.nat(2),
    key: fc.constantFrom<DType>('f32', 'i32', 'u32', 'u8', 'i16'),
    payload: fc.boolean(),
    direction: fc.constantFrom('LT', 'GT', 'general'),
    first: fc.option(small(1, 9), { nil: undefined }),
  })
  .map((c): Problem => {
    const dimension = c.dimension % c.shape.length;
    return {
      text: JSON.stringify(c),
      args: [
        { dtype: c.key, shape: c.shape, below: 60 },
        { dtype: 'i32', shape: c.shape, below: 1e6 },
      ],
      emit: (b, [x, y]) => {
        const operands = c.payload ? [x, y] : [x];
        const types = operands.flatMap((v) => [tensorType(v.dtype, []), tensorType(v.dtype, [])]);
        const region = b.block(types, (inner, args) => {
          const [p, q] = args;
          const direction = c.direction === 'general' ? 'LT' : c.direction;
          const of = (v: Value): Value => (c.direction === 'general' ? inner.emit('stablehlo.multiply', [v, v]) : v);
          return [inner.emit('stablehlo.compare', [of(p), of(q)], { comparisonDirection: direction })];
        });
        const out = b.create('stablehlo.sort', operands, { dimension, isStable: true }, { regions: [region] }).results;
        const limit = c.first === undefined ? undefined : Math.min(c.first, c.shape[dimension]);
        if (limit === undefined) return out.slice();
        return out.map((v) =>
          b.emit('stablehlo.slice', [v], {
            startIndices: c.shape.map(() => 0),
            limitIndices: c.shape.map((n, d) => (d === dimension ? limit : n)),
            strides: c.shape.map(() => 1),
          }),
        );
      },
    };
  });

test('sorts: merging, by the bits of keys, and the first few', () => check(sorts), 240_000);

const scatters: fc.Arbitrary<Problem> = fc
  .record({
    rows: small(1, 12),
    width: fc.constantFrom(1, 3, 17, 300),
    count: small(0, 30),
    gather: fc.boolean(),
    combine: fc.constantFrom('stablehlo.add', 'stablehlo.maximum', 'last'),
    dtype: fc.constantFrom<DType>('f32', 'i32', 'u8'),
    index: fc.constantFrom<DType>('i32', 'u64', 'i64'),
  })
  .map((c): Problem => {
    const scalar = tensorType(c.dtype, []);
    // Some indices lie outside.
    const args = [
      { dtype: c.dtype, shape: [c.rows, c.width], below: 9 },
      { dtype: c.index, shape: [c.count, 1], below: c.rows + 2 },
      { dtype: c.dtype, shape: [c.count, c.width], below: 9 },
    ];
    if (c.gather)
      return {
        text: JSON.stringify(c),
        args,
        emit: (b, [x, i]) => [
          b.emit('stablehlo.gather', [x, i], {
            dimensionNumbers: {
              offsetDims: [1],
              collapsedSliceDims: [0],
              operandBatchingDims: [],
              startIndicesBatchingDims: [],
              startIndexMap: [0],
              indexVectorDim: 1,
            },
            sliceSizes: [1, c.width],
          }),
        ],
      };
    return {
      text: JSON.stringify(c),
      args,
      emit: (b, [x, i, u]) => [
        b.emit(
          'stablehlo.scatter',
          [x, i, u],
          {
            scatterDimensionNumbers: {
              updateWindowDims: [1],
              insertedWindowDims: [0],
              inputBatchingDims: [],
              scatterIndicesBatchingDims: [],
              scatterDimsToOperandDims: [0],
              indexVectorDim: 1,
            },
            indicesAreSorted: false,
            uniqueIndices: false,
          },
          {
            regions: [
              b.block([scalar, scalar], (inner, [p, q]) => [c.combine === 'last' ? q : inner.emit(c.combine, [p, q])]),
            ],
          },
        ),
      ],
    };
  });

test('gathers and scatters of rows, indices outside included', () => check(scatters), 240_000);

/** A convolution of `[batch, n, n, inputs]` (or, with `isGradient`, of its channels by its positions). */
function large(isGradient: boolean): Problem {
  const [n, inputs, outputs, window] = [40, 24, 8, isGradient ? 38 : 3];
  const lhs = [2, n, n, inputs];
  const rhs = isGradient ? [2, window, window, outputs] : [window, window, inputs, outputs];
  const dims = isGradient
    ? { inputBatch: 3, inputFeature: 0, kernelInput: 0, kernelOutput: 3, outputBatch: 2, outputFeature: 3 }
    : { inputBatch: 0, inputFeature: 3, kernelInput: 2, kernelOutput: 3, outputBatch: 0, outputFeature: 3 };
  const spatial = {
    inputSpatial: [1, 2],
    kernelSpatial: isGradient ? [1, 2] : [0, 1],
    outputSpatial: isGradient ? [0, 1] : [1, 2],
  };
  const out = n - window + 1;
  const shape = isGradient ? [out, out, inputs, outputs] : [2, out, out, outputs];
  return {
    text: `large, gradient: ${isGradient}`,
    args: [
      { dtype: 'f32', shape: lhs, below: 5 },
      { dtype: 'f32', shape: rhs, below: 5 },
    ],
    emit: (b, [x, k]) => [
      b.emit(
        'stablehlo.convolution',
        [x, k],
        { dimensionNumbers: { ...dims, ...spatial }, featureGroupCount: 1, batchGroupCount: 1 },
        { resultTypes: [tensorType('f32', shape)] },
      ),
    ],
  };
}

test('convolutions of more than one block of rows or of sums', () => agrees([large(false), large(true)], 7), 60_000);

test.each(['TOTALORDER', 'FLOAT'])('long sorts of floats with zeros of both signs: %s', async (compareType) => {
  const n = 1500;
  const module = new Module([
    new Func(
      'main',
      (() => {
        const b = new Builder(registry);
        const [x, y] = (['f32', 'i32'] as const).map((d, i) => new Value(tensorType(d, [n]), undefined, i));
        const types = (['f32', 'f32', 'i32', 'i32'] as const).map((d) => tensorType(d, []));
        const region = b.block(types, (inner, [p, q]) => [
          inner.emit('stablehlo.compare', [p, q], { comparisonDirection: 'GT', compareType }),
        ]);
        const sorted = b.create('stablehlo.sort', [x, y], { dimension: 0, isStable: true }, { regions: [region] });
        b.create('func.return', sorted.results);
        return new Block([x, y], [...b.ops]);
      })(),
    ),
  ]);
  const special = [0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40, -1e-40];
  if (compareType === 'TOTALORDER') special.push(Number.NaN);
  const x = HostArray.from(
    'f32',
    [n],
    Float32Array.from({ length: n }, (_, i) => special[(i * i + 3 * i) % special.length]),
  );
  const y = HostArray.from('i32', [n], range(n));
  const [want] = await run(reference, module, [[x, y]]);
  const [got] = await run(cpu, module, [[x, y]]);
  // Positions say more than values: they show the order of equal elements, and which zero is which.
  expect([...got[1].data]).toEqual([...want[1].data]);
});
