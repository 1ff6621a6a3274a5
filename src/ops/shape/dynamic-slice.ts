import { type HostArray, range } from '../../base/index.ts';
import {
  asTensor,
  type BatchInput,
  type Builder,
  type Checker,
  codecs,
  type Type,
  tensorType,
  typeEquals,
  typeText,
  type Value,
} from '../../ir/index.ts';
import { indicesOf, sliced, withSlice } from '../define/elements.ts';
import { resultLike } from '../define/elementwise.ts';
import {
  broadcastInDim,
  broadcastLeading,
  concatenate,
  constantScalar,
  dynamicSlice as emitSlice,
  dynamicUpdateSlice as emitUpdate,
  reshape,
  zerosLike,
} from '../define/emit.ts';
import { bounded } from '../define/positions.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { assembly, functional, listPart } from '../define/syntaxes.ts';

export interface DynamicSliceAttributes {
  readonly sliceSizes: readonly number[];
}

/** Start indices clamped so that the slice lies inside. */
function clampedStarts(starts: readonly HostArray[], shape: readonly number[], sizes: readonly number[]): number[] {
  return starts.map((s, d) => Math.max(0, Math.min(indicesOf(s)[0], shape[d] - sizes[d])));
}

/** Start indices are integer scalars of one type. */
function checkIndices({ check }: Checker, label: string, starts: readonly Type[]): void {
  const first = starts[0];
  starts.forEach((t, d) => {
    const { dtype, shape } = asTensor(t, 'start index');
    check(
      'start indices',
      shape.length === 0 && /^[iu]\d/.test(dtype),
      () => `start index ${d} should be an integer scalar, got ${typeText(t)}`,
    );
    check(
      label,
      typeEquals(t, first),
      () => `start indices should have one type, got ${typeText(first)} and, for dimension ${d}, ${typeText(t)}`,
    );
  });
}

export const dynamicSlice = defineShapeOp<DynamicSliceAttributes>({
  name: 'stablehlo.dynamic_slice',
  doc: 'A sub-tensor of fixed size at a computed position, clamped to lie inside.',
  operands: [{ name: 'operand' }, { name: 'startIndices', variadic: true }],
  attributes: { sliceSizes: codecs.i64Array },
  traits: { passesShardings: () => 'FORWARD' },
  inferTypes: ({ operands: [t, ...starts], attributes: { sliceSizes }, checker, given }) => {
    const x = asTensor(t);
    checker.check(
      'C2',
      starts.length === x.shape.length && sliceSizes.length === x.shape.length,
      `needs ${x.shape.length} start indices and slice sizes`,
    );
    checkIndices(checker, 'C3', starts);
    checker.check(
      'C4',
      sliceSizes.every((n, d) => n >= 0 && (x.shape[d] < 0 || n <= x.shape[d])),
      () => `slice [${sliceSizes}] exceeds [${x.shape}]`,
    );
    return [resultLike(tensorType(x.dtype, sliceSizes), given)];
  },
  resultLabels: { any: 'C5', dtype: 'C1' },
  verify: () => {},
  syntax: functional('many', listPart('sliceSizes', 'sizes')),
  evaluate: ([x, ...starts], { attributes: { sliceSizes } }) => [
    sliced(x, clampedStarts(starts, x.shape, sliceSizes), sliceSizes),
  ],
  transpose: ({ op, operands, cotangents: [ct], builder }) => {
    const rest = op.operands.slice(1).map(() => undefined);
    if (!ct) return [undefined, ...rest];
    const starts = operands.slice(1) as Value[];
    return [emitUpdate(builder, zerosLike(builder, op.operands[0].type), ct, starts), ...rest];
  },
  batch: (input) => {
    const { op, operands, batched, batchSize, builder: b } = input;
    const sizes = op.attributes.sliceSizes;
    if (!batched.slice(1).some(Boolean)) {
      const zero = constantScalar(b, operands[1]?.dtype ?? 'i32', 0);
      return {
        results: [emitSlice(b, operands[0], [zero, ...operands.slice(1)], [batchSize, ...sizes])],
        batched: [true],
      };
    }
    const x = batched[0] ? operands[0] : broadcastLeading(b, operands[0], batchSize);
    const starts = clampedIndexMatrix(input, 1, op.operands[0].shape, sizes);
    const rank = sizes.length;
    return {
      results: [
        b.emit('stablehlo.gather', [x, starts], {
          dimensionNumbers: {
            offsetDims: range(rank).map((d) => d + 1),
            collapsedSliceDims: [],
            operandBatchingDims: [0],
            startIndicesBatchingDims: [0],
            startIndexMap: range(rank).map((d) => d + 1),
            indexVectorDim: 1,
          },
          sliceSizes: [1, ...sizes],
        }),
      ],
      batched: [true],
    };
  },
  sharding: (op) => {
    const sizes = op.attributes.sliceSizes;
    const b = new ShardingRuleBuilder(op);
    op.operands[0].shape.forEach((n, d) => {
      b.factor([d], [d], n, n === sizes[d] ? {} : { kind: 'needReplication', blocked: true });
    });
    return b.build();
  },
  localize: (_, local) => ({ sliceSizes: asTensor(local.results[0]).shape }),
  samples: [
    {
      name: 'inside',
      operands: [{ dtype: 'f64', shape: [3, 5] }, index(1), index(2)],
      attributes: { sliceSizes: [2, 3] },
    },
    {
      name: 'clamped',
      operands: [{ dtype: 'f64', shape: [3, 5] }, index(7), index(-2)],
      attributes: { sliceSizes: [3, 2] },
    },
    {
      name: 'i64 indices',
      operands: [
        { dtype: 'i32', shape: [5] },
        { dtype: 'i64', shape: [], values: [3] },
      ],
      attributes: { sliceSizes: [2] },
    },
  ],
});

function index(value: number): { dtype: 'i32'; shape: number[]; values: number[] } {
  return { dtype: 'i32', shape: [], values: [value] };
}

/** Start indices of a batched slice as a `[batch, rank]` matrix, clamped as dynamic_slice clamps (scatter would skip). */
function clampedIndexMatrix(
  { operands, batched, batchSize, builder: b }: BatchInput<object>,
  first: number,
  shape: readonly number[],
  sizes: readonly number[],
): Value {
  const columns = shape.map((n, d) => {
    const v = operands[first + d];
    const wide = batched[first + d] ? v : broadcastInDim(b, v, [batchSize], []);
    return reshape(
      b,
      bounded((...op) => b.emit(...op), wide, 0, n - sizes[d]),
      [batchSize, 1],
    );
  });
  return concatenate(b, columns, 1);
}

function firstDimZero(b: Builder, starts: readonly Value[]): Value[] {
  return [constantScalar(b, starts[0]?.dtype ?? 'i32', 0), ...starts];
}

export const dynamicUpdateSlice = defineShapeOp<Record<never, never>>({
  name: 'stablehlo.dynamic_update_slice',
  doc: 'A copy of the operand with a sub-tensor replaced at a computed position, clamped to lie inside.',
  operands: [{ name: 'operand' }, { name: 'update' }, { name: 'startIndices', variadic: true }],
  attributes: {},
  traits: { passesShardings: () => 'FORWARD' },
  inferTypes: ({ operands: [t, u, ...starts], checker }) => {
    const x = asTensor(t);
    const update = asTensor(u, 'update');
    checker.check('C2', update.dtype === x.dtype, 'element types differ');
    checker.check('C3', update.shape.length === x.shape.length, 'update must have the operand’s rank');
    checker.check('C4', starts.length === x.shape.length, `needs ${x.shape.length} start indices`);
    checkIndices(checker, 'C5', starts);
    checker.check(
      'C6',
      update.shape.every((n, d) => n <= x.shape[d] || x.shape[d] < 0),
      () => `update [${update.shape}] exceeds [${x.shape}]`,
    );
    return [x];
  },
  resultLabels: { any: 'C1' },
  verify: () => {},
  syntax: assembly({ operands: 'many', types: 'functional' }),
  evaluate: ([x, update, ...starts]) => [withSlice(x, update, clampedStarts(starts, x.shape, update.shape))],
  linearize: ({ op, operands, tangents: [tx, tu], tangent }) => {
    const x = tx ?? zerosLike(tangent, op.operands[0].type);
    const u = tu ?? zerosLike(tangent, op.operands[1].type);
    return { tangents: [emitUpdate(tangent, x, u, operands.slice(2))] };
  },
  transpose: ({ op, operands, linear, cotangents: [ct], builder: b }) => {
    const rest = op.operands.slice(2).map(() => undefined);
    if (!ct) return [undefined, undefined, ...rest];
    const starts = operands.slice(2) as Value[];
    const update = op.operands[1];
    return [
      linear[0] ? emitUpdate(b, ct, zerosLike(b, update.type), starts) : undefined,
      linear[1] ? emitSlice(b, ct, starts, update.shape) : undefined,
      ...rest,
    ];
  },
  batch: (input) => {
    const { op, operands, batched, batchSize, builder: b } = input;
    const x = batched[0] ? operands[0] : broadcastLeading(b, operands[0], batchSize);
    const u = batched[1] ? operands[1] : broadcastLeading(b, operands[1], batchSize);
    if (!batched.slice(2).some(Boolean))
      return { results: [emitUpdate(b, x, u, firstDimZero(b, operands.slice(2)))], batched: [true] };
    const sizes = op.operands[1].shape;
    const starts = clampedIndexMatrix(input, 2, op.operands[0].shape, sizes);
    const rank = sizes.length;
    const t = tensorType(x.dtype, []);
    const out = b.emit(
      'stablehlo.scatter',
      [x, starts, u],
      {
        scatterDimensionNumbers: {
          updateWindowDims: range(rank).map((d) => d + 1),
          insertedWindowDims: [],
          inputBatchingDims: [0],
          scatterIndicesBatchingDims: [0],
          scatterDimsToOperandDims: range(rank).map((d) => d + 1),
          indexVectorDim: 1,
        },
      },
      { regions: [b.block([t, t], (_, [, y]) => [y])] },
    );
    return { results: [out], batched: [true] };
  },
  sharding: (op) => {
    const b = new ShardingRuleBuilder(op);
    const update = op.operands[1].shape;
    const fixed = op.operands.slice(2).every((v) => v.op?.definition.traits.constant);
    op.operands[0].shape.forEach((n, d) => {
      if (n === update[d]) b.factor([d, d], [d], n);
      else {
        b.factor([d], [d], n);
        b.factor([undefined, d], [], update[d], fixed ? {} : { kind: 'needReplication' });
      }
    });
    return b.build();
  },
  localize: () => ({}),
  samples: [
    {
      name: 'inside',
      operands: [{ dtype: 'f64', shape: [3, 5] }, { dtype: 'f64', shape: [2, 3] }, index(1), index(2)],
      attributes: {},
    },
    {
      name: 'clamped',
      operands: [{ dtype: 'f64', shape: [3, 5] }, { dtype: 'f64', shape: [3, 2] }, index(7), index(-2)],
      attributes: {},
    },
    { name: 'i32', operands: [{ dtype: 'i32', shape: [5] }, { dtype: 'i32', shape: [2] }, index(3)], attributes: {} },
  ],
});
