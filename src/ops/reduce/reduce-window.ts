import {
  EspalierError,
  HostArray,
  isFloat,
  isInexact,
  numElements,
  product,
  range,
  rowMajorStrides,
  type Scalar,
} from '../../base/index.ts';
import {
  type AttributeCodec,
  asTensor,
  type Builder,
  codecs,
  type EvaluationContext,
  type LinearizeInput,
  type Op,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { linearizeExpansion } from '../define/composed.ts';
import { checkCombiner, checkCount, checkPositive, checkShape } from '../define/constraints.ts';
import { vectorCost } from '../define/cost.ts';
import { copyElement, elementAt, fromNumbers, numbersOf, take } from '../define/elements.ts';
import {
  broadcastLeading,
  broadcastScalar,
  combiner,
  compare,
  constantScalar,
  iota,
  pad,
  reshape,
  select,
  splat,
} from '../define/emit.ts';
import { accumulatesByRegion, combinerOf, SHORT_SUM_TERMS, vectorized } from '../define/region.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { neutralNumber } from './reduce.ts';
import {
  type RunningWindows,
  runningWindows,
  type WindowGeometry,
  windowPositions,
  windowResultShape,
} from './window-geometry.ts';

export interface ReduceWindowAttributes {
  readonly windowDimensions: readonly number[];
  readonly windowStrides: readonly number[] | undefined;
  readonly baseDilations: readonly number[] | undefined;
  readonly windowDilations: readonly number[] | undefined;
  readonly padding: readonly (readonly number[])[] | undefined;
}

export const optionalList: AttributeCodec<readonly number[] | undefined> = codecs.optional(codecs.i64Array);
export const optionalPadding: AttributeCodec<readonly (readonly number[])[] | undefined> = codecs.optional(
  codecs.i64Matrix,
);

/** Attributes with their defaults: strides and dilations 1, no padding. */
export function windowGeometry(a: ReduceWindowAttributes): WindowGeometry {
  const ones = a.windowDimensions.map(() => 1);
  return {
    sizes: a.windowDimensions,
    strides: a.windowStrides ?? ones,
    baseDilations: a.baseDilations ?? ones,
    windowDilations: a.windowDilations ?? ones,
    padding: a.padding ?? a.windowDimensions.map(() => [0, 0]),
  };
}

const fromGeometry = (g: WindowGeometry): ReduceWindowAttributes => ({
  windowDimensions: g.sizes,
  windowStrides: g.strides,
  baseDilations: g.baseDilations,
  windowDilations: g.windowDilations,
  padding: g.padding,
});

const withBatch = (g: WindowGeometry): WindowGeometry => ({
  sizes: [1, ...g.sizes],
  strides: [1, ...g.strides],
  baseDilations: [1, ...g.baseDilations],
  windowDilations: [1, ...g.windowDilations],
  padding: [[0, 0], ...g.padding],
});

const dilated = (n: number, by: number): number => (n === 0 ? 0 : (n - 1) * by + 1);

/** Cotangent of a sum over windows: spread by the strides, then summed over mirrored windows (JAX's padding rule). */
function transposeSum(b: Builder, ct: Value, input: readonly number[], g: WindowGeometry): Value {
  const low = g.padding.map(([lo], d) => dilated(g.sizes[d], g.windowDilations[d]) - lo - 1);
  const high = g.padding.map(([lo], d) => {
    const window = dilated(g.sizes[d], g.windowDilations[d]);
    const base = dilated(input[d], g.baseDilations[d]);
    const out = dilated(ct.shape[d], g.strides[d]);
    return base + window - 1 - out - (window - lo - 1);
  });
  const zero = constantScalar(b, ct.dtype, 0);
  // Where nothing lies between the cotangents, the windows pad on their own: so running sums stay running sums.
  const isDense = g.strides.every((s) => s === 1) && [...low, ...high].every((n) => n >= 0);
  const spread = isDense
    ? ct
    : pad(
        b,
        ct,
        zero,
        low,
        high,
        g.strides.map((s) => s - 1),
      );
  const back: WindowGeometry = {
    ...g,
    strides: g.baseDilations,
    baseDilations: g.sizes.map(() => 1),
    padding: low.map((lo, d) => (isDense ? [lo, high[d]] : [0, 0])),
  };
  return b.emit('stablehlo.reduce_window', [spread, zero], fromGeometry(back), {
    regions: [combiner(b, 'stablehlo.add', ct.dtype)],
  });
}

/**
 * Tangents are read at the position of each window's extremum. The positions are constants for differentiation, so that what is
 * read has derivatives of its own; the extremum itself stays the op it was, which partitions along batches.
 */
function linearizeExtremum(input: LinearizeInput<ReduceWindowAttributes>, name: string): Value {
  const { op, operands, tangents, primal: b, tangent } = input;
  const [x, init] = operands;
  const n = numElements(x.shape);
  const [s, i] = [tensorType(x.dtype, []), tensorType('i32', [])];
  const direction = name === 'stablehlo.maximum' ? 'GE' : 'LE';
  const body = b.block([s, i, s, i], (inner, [v, p, w, q]) => {
    // A position of -1 (padding, init) never wins against a real one.
    const wins = compare(inner, direction, v, w);
    const real = compare(inner, 'GE', p, constantScalar(inner, 'i32', 0));
    const other = compare(inner, 'LT', q, constantScalar(inner, 'i32', 0));
    const first = inner.emit('stablehlo.or', [inner.emit('stablehlo.and', [wins, real]), other]);
    return [select(inner, first, v, w), select(inner, first, p, q)];
  });
  const frozen = b.emit('espalier.stop_gradient', [x]);
  const all = reshape(b, iota(b, tensorType('i32', [n]), 0), x.shape);
  const [, positions] = b.create(op.name, [frozen, all, init, constantScalar(b, 'i32', -1)], op.attributes, {
    regions: [body],
  }).results;
  const flat = reshape(tangent, tangents[0]!, [n]);
  const slope = tangent.emit('stablehlo.gather', [flat, positions], {
    dimensionNumbers: {
      offsetDims: [],
      collapsedSliceDims: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
      startIndexMap: [0],
      indexVectorDim: op.results[0].shape.length,
    },
    sliceSizes: [1],
  });
  if (windowGeometry(op.attributes).padding.every(([low, high]) => low <= 0 && high <= 0)) return slope;
  // A window of padding only is constant.
  const isReal = compare(b, 'GE', positions, splat(b, positions.type, 0));
  return select(tangent, isReal, slope, splat(tangent, slope.type, 0));
}

/** Running combinations in log₂(n) shifted steps, each of which can be differentiated. */
function runningSteps(
  b: Builder,
  name: string,
  x: Value,
  init: Value,
  { dimension, isForward }: RunningWindows,
  identity: Scalar,
): Value {
  const fill = constantScalar(b, x.dtype, identity);
  let value = x;
  for (let shift = 1; shift < x.shape[dimension]; shift *= 2) {
    const by = x.shape.map((_, d) => (d === dimension ? (isForward ? shift : -shift) : 0));
    const moved = pad(
      b,
      value,
      fill,
      by,
      by.map((n) => 0 - n),
    );
    value = b.emit(name, [value, moved]);
  }
  return b.emit(name, [value, broadcastScalar(b, init, x.shape)]);
}

/** Running combinations in one pass; undefined where padding changes the result. */
function evaluateRunning(
  [x, init]: readonly HostArray[],
  op: Op<ReduceWindowAttributes>,
  ctx: EvaluationContext,
): HostArray | undefined {
  const running = op.results.length === 1 ? runningWindows(x.shape, windowGeometry(op.attributes)) : undefined;
  const [body] = op.regions;
  const name = combinerOf(body);
  const run = vectorized(body, ctx);
  if (!running || !run || !name || body.yielded[0].dtype !== op.operands[0].dtype) return undefined;
  if (!run([init.reshape([1]), init.reshape([1])], 1)[0].equals(init.reshape([1]))) return undefined;
  const n = x.shape[running.dimension];
  const inner = rowMajorStrides(x.shape)[running.dimension];
  const lines = x.size / n;
  const out = HostArray.zeros(x.dtype, x.shape);
  let state = take(init, [lines], new Int32Array(lines));
  for (let k = 0; k < n; k++) {
    const at = running.isForward ? k : n - 1 - k;
    const places = Int32Array.from({ length: lines }, (_, l) => (Math.floor(l / inner) * n + at) * inner + (l % inner));
    [state] = run([state, take(x, [lines], places)], lines);
    places.forEach((p, l) => {
      copyElement(out, p, state, l);
    });
  }
  return out;
}

const count = (operands: readonly unknown[]): number => operands.length / 2;

const isLong = ({ windowDimensions }: Pick<ReduceWindowAttributes, 'windowDimensions'>): boolean =>
  product(windowDimensions) > SHORT_SUM_TERMS;

export const reduceWindow = defineShapeOp<ReduceWindowAttributes>({
  name: 'stablehlo.reduce_window',
  doc: 'Combines the elements of sliding windows with a body.',
  operands: [{ name: 'inputsThenInits', variadic: true }],
  attributes: {
    windowDimensions: codecs.i64Array,
    windowStrides: optionalList,
    baseDilations: optionalList,
    windowDilations: optionalList,
    padding: optionalPadding,
  },
  numRegions: 1,
  traits: {
    reduction: true,
    accumulates: (op) =>
      isLong(op.attributes as unknown as ReduceWindowAttributes) ? accumulatesByRegion(op) : undefined,
  },
  inferTypes: ({ operands, attributes, regions: [body], checker, given }) => {
    const n = count(operands);
    checker.check(
      'C1',
      Number.isInteger(n) && n > 0,
      () => `takes as many init values as inputs, at least one, got ${operands.length} operands`,
    );
    const inputs = operands.slice(0, n).map((t) => asTensor(t));
    const x = inputs[0];
    inputs.forEach((t, i) => {
      checkShape(checker, 'C2', `input ${i}`, t.shape, x.shape);
      const init = asTensor(operands[n + i], 'init value');
      checker.check('C3', init.dtype === t.dtype, () => `init value ${i} should be ${t.dtype}, got ${init.dtype}`);
    });
    const g = windowGeometry(attributes);
    for (const [countLabel, label, name, list] of [
      ['C4', 'C5', 'window_dimensions', g.sizes],
      ['C6', 'C7', 'window_strides', g.strides],
      ['C8', 'C9', 'base_dilations', g.baseDilations],
      ['C10', 'C11', 'window_dilations', g.windowDilations],
    ] as const) {
      checkCount(checker, countLabel, name, list.length, x.shape.length);
      checkPositive(checker, label, name, list);
    }
    checkCount(checker, 'C12', 'padding', g.padding.length, x.shape.length);
    for (const [i, p] of g.padding.entries()) checkCount(checker, 'C12', `row ${i} of padding`, p.length, 2);
    checkCombiner(
      checker,
      'C13',
      body,
      inputs.map((t) => t.dtype),
    );
    const results = (given ?? []).map((t) => asTensor(t, 'result').shape);
    for (const [i, s] of results.entries()) checkShape(checker, 'C14', `result ${i}`, s, results[0]);
    const shape = windowResultShape(x.shape, g);
    return range(n).map((i) => tensorType(body.yielded[i].dtype, shape));
  },
  resultLabels: { any: 'C15', count: 'C1', dtype: 'C16' },
  verify: () => {},
  syntax: 'generic',
  evaluate: (given, op, ctx) => {
    // Long sums of floats are made in double and rounded once; short ones term by term, as the specification says.
    const isSum =
      isLong(op.attributes) &&
      given.length === 2 &&
      combinerOf(op.regions[0]) === 'stablehlo.add' &&
      isFloat(given[0].dtype);
    const arrays = isSum ? given.map((a) => fromNumbers('f64', a.shape, numbersOf(a))) : given;
    const rounded = (a: HostArray): HostArray => (isSum ? fromNumbers(op.results[0].dtype, a.shape, numbersOf(a)) : a);
    const running = evaluateRunning(arrays, op, ctx);
    if (running) return [rounded(running)];
    const n = count(arrays);
    const [body] = op.regions;
    const g = windowGeometry(op.attributes);
    const shape = windowResultShape(arrays[0].shape, g);
    const size = numElements(shape);
    const dtypes = isSum ? (['f64'] as const) : body.yielded.map((v) => v.dtype);
    const run = vectorized(body, ctx);
    let state = range(n).map((i) => {
      const start = arrays[n + i];
      const all = take(start, [size], new Int32Array(size));
      return start.dtype === dtypes[i]
        ? all
        : HostArray.from(
            dtypes[i],
            [size],
            range(size).map((k) => all.get(k)),
          );
    });
    for (const positions of windowPositions(arrays[0].shape, g)) {
      const step = range(n).map((i) => take(arrays[i], [size], positions, arrays[n + i]));
      if (run) state = run([...state, ...step], size);
      else {
        const next = dtypes.map((t) => HostArray.zeros(t, [size]));
        for (let k = 0; k < size; k++) {
          const out = ctx.runNow(
            body,
            [...state, ...step].map((a) => elementAt(a, k)),
          );
          for (const [i, v] of out.entries()) copyElement(next[i], k, v, 0);
        }
        state = next;
      }
    }
    return state.map((s) => rounded(s.reshape(shape)));
  },
  linearize: (input) => {
    const { op, operands, tangents, tangent } = input;
    const name = count(op.operands) === 1 ? combinerOf(op.regions[0]) : undefined;
    if (name === 'stablehlo.add' && tangents[0] && !tangents[1]) {
      const zero = constantScalar(tangent, tangents[0].dtype, 0);
      return { tangents: [tangent.emit(op.name, [tangents[0], zero], op.attributes, { regions: op.regions })] };
    }
    const x = op.operands[0];
    const running = runningWindows(x.shape, windowGeometry(op.attributes));
    const identity = neutralNumber(name, x.dtype);
    if (running && name && identity !== undefined && isInexact(x.dtype) && !tangents[1])
      return linearizeExpansion(input, ({ operands: [value, init], builder }) => [
        runningSteps(builder, name, value, init, running, identity),
      ]);
    if (
      (name === 'stablehlo.maximum' || name === 'stablehlo.minimum') &&
      isInexact(operands[0].dtype) &&
      !tangents[1]
    ) {
      return { tangents: [linearizeExtremum(input, name)] };
    }
    throw new EspalierError('ops/not-differentiable', 'cannot differentiate this reduce_window', {
      expected: 'one input with an add, maximum or minimum body and a constant init value',
      given: `${count(op.operands)} inputs, body ${name ?? 'of several ops'}`,
    });
  },
  transpose: ({ op, cotangents: [ct], builder }) => [
    ct && transposeSum(builder, ct, op.operands[0].shape, windowGeometry(op.attributes)),
    undefined,
  ],
  batch: ({ op, operands, batched, batchSize, builder: b }) => {
    const n = count(operands);
    if (batched.slice(n).some(Boolean))
      throw new EspalierError('ops/not-batchable', 'cannot vmap a reduce_window whose init value is batched');
    const xs = operands.map((v, i) => (i < n && !batched[i] ? broadcastLeading(b, v, batchSize) : v));
    const out = b.create(op.name, xs, fromGeometry(withBatch(windowGeometry(op.attributes))), { regions: op.regions });
    return { results: out.results, batched: out.results.map(() => true) };
  },
  sharding: (op, { conservative: blocked = false }) => {
    const n = count(op.operands);
    const g = windowGeometry(op.attributes);
    const b = new ShardingRuleBuilder(op);
    op.results[0].shape.forEach((size, d) => {
      const [lo, hi] = g.padding[d];
      const plain = g.sizes[d] === 1 && g.strides[d] === 1 && lo === 0 && hi === 0;
      b.factor(
        range(n).map(() => d),
        range(n).map(() => d),
        size,
        plain ? {} : { kind: 'permutation', blocked },
      );
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  cost: (op) => vectorCost(op, numElements(op.results[0].shape) * numElements(op.attributes.windowDimensions)),
  samples: [
    sample('sums', 'stablehlo.add', 0, [2, 5], {
      windowDimensions: [1, 3],
      padding: [
        [0, 0],
        [1, 1],
      ],
    }),
    sample('strided and dilated', 'stablehlo.add', 0, [7, 2], {
      windowDimensions: [2, 1],
      windowStrides: [2, 1],
      windowDilations: [2, 1],
      baseDilations: [2, 1],
      padding: [
        [1, 0],
        [0, 0],
      ],
    }),
    ...(['stablehlo.add', 'stablehlo.multiply', 'stablehlo.maximum'] as const).map((body, i) =>
      sample(`running ${body.slice(10)}`, body, [0, 1, -Infinity][i], [2, 5], {
        windowDimensions: [1, 5],
        padding: [[0, 0], i === 1 ? [0, 4] : [4, 0]],
      }),
    ),
    sample('maxima', 'stablehlo.maximum', -Infinity, [3, 5], {
      windowDimensions: [2, 2],
      windowStrides: [1, 2],
      padding: [
        [0, 0],
        [1, 0],
      ],
    }),
  ],
});

function sample(
  name: string,
  body: string,
  init: number,
  shape: number[],
  a: Partial<ReduceWindowAttributes> & { windowDimensions: number[] },
) {
  return {
    name,
    operands: [
      { dtype: 'f64', shape, distinct: true } as const,
      { dtype: 'f64', shape: [], values: [init], constant: true } as const,
    ],
    attributes: {
      windowStrides: undefined,
      baseDilations: undefined,
      windowDilations: undefined,
      padding: undefined,
      ...a,
    },
    regions: (b: Builder) => [combiner(b, body, 'f64')],
  };
}
