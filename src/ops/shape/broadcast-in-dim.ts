import { rowMajorStrides } from '../../base/index.ts';
import { asTensor, codecs, tensorType } from '../../ir/index.ts';
import { checkCount, checkDistinct, checkInRange, sizesFit } from '../define/constraints.ts';
import { stridedIndices, take } from '../define/elements.ts';
import { reduceSum, reshape, transpose } from '../define/emit.ts';
import { batchAttributes, defineShapeOp, shifted } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional, listPart } from '../define/syntaxes.ts';
import { operandInOrder } from '../define/unchanged-operands.ts';

export interface BroadcastInDimAttributes {
  /** Result dimension of each operand dimension. */
  readonly broadcastDimensions: readonly number[];
}

export const broadcastInDim = defineShapeOp<BroadcastInDimAttributes>({
  name: 'stablehlo.broadcast_in_dim',
  doc: 'Repeats a tensor along new or size-1 dimensions.',
  operands: [{ name: 'operand' }],
  attributes: { broadcastDimensions: codecs.i64Array },
  traits: {
    view: true,
    broadcast: true,
    keepsConstants: true,
    makesDimensions: true,
    unchangedOperand: operandInOrder('broadcastDimensions'),
  },
  inferTypes: 'explicit',
  numResults: 1,
  verify: (op, checker) => {
    const { check } = checker;
    const x = asTensor(op.operands[0].type);
    const r = asTensor(op.results[0].type);
    const dims = op.attributes.broadcastDimensions;
    check('C1', x.dtype === r.dtype, () => `result should have element type ${x.dtype}, got ${r.dtype}`);
    checkCount(checker, 'C2', 'broadcast_dimensions', dims.length, x.shape.length);
    checkInRange(checker, 'C3', 'broadcast_dimensions', dims, r.shape.length);
    checkDistinct(checker, 'C4', 'broadcast_dimensions', dims);
    x.shape.forEach((n, d) => {
      const m = r.shape[dims[d]];
      check('C5', n === 1 || sizesFit(n, m), () => `dimension ${d} of size ${n} does not broadcast to size ${m}`);
    });
  },
  syntax: functional(1, listPart('broadcastDimensions', 'dims')),
  evaluate: ([x], op) => {
    const { shape } = op.results[0].tensor;
    const own = rowMajorStrides(x.shape);
    const strides = shape.map(() => 0);
    op.attributes.broadcastDimensions.forEach((d, i) => {
      if (x.shape[i] !== 1) strides[d] = own[i];
    });
    return [take(x, shape, stridedIndices(shape, strides))];
  },
  transpose: ({ op, cotangents: [ct], builder }) => {
    if (!ct) return [undefined];
    const x = op.operands[0].shape;
    const dims = op.attributes.broadcastDimensions;
    const expanded = (d: number): boolean => {
      const i = dims.indexOf(d);
      return i < 0 || (x[i] === 1 && ct.shape[d] !== 1);
    };
    const summed = reduceSum(builder, ct, ct.shape.map((_, d) => d).filter(expanded));
    // Kept result dimensions in result order; bring them to operand order, then restore size-1 dimensions.
    const kept = dims.filter((d) => !expanded(d));
    const order = [...kept].sort((a, b) => a - b);
    const back = transpose(
      builder,
      summed,
      kept.map((d) => order.indexOf(d)),
    );
    return [reshape(builder, back, x)];
  },
  batch: batchAttributes(({ broadcastDimensions }) => ({ broadcastDimensions: [0, ...shifted(broadcastDimensions)] })),
  sharding: (op) => {
    const b = new ShardingRuleBuilder(op);
    const x = op.operands[0].shape;
    op.results[0].shape.forEach((size, d) => {
      const i = op.attributes.broadcastDimensions.indexOf(d);
      if (i >= 0 && x[i] !== size) {
        b.factor([i], [], x[i]);
        b.factor([], [d], size);
      } else b.factor([i >= 0 ? i : undefined], [d], size);
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  samples: [
    {
      name: 'new dimensions',
      operands: [{ dtype: 'f64', shape: [3] }],
      attributes: { broadcastDimensions: [1] },
      resultTypes: [tensorType('f64', [2, 3, 5])],
    },
    {
      name: 'scalar',
      operands: [{ dtype: 'f32', shape: [] }],
      attributes: { broadcastDimensions: [] },
      resultTypes: [tensorType('f32', [2, 3])],
    },
    {
      name: 'expand and permute',
      operands: [{ dtype: 'f64', shape: [3, 1, 2] }],
      attributes: { broadcastDimensions: [2, 1, 0] },
      resultTypes: [tensorType('f64', [2, 5, 3])],
    },
    {
      name: 'bool',
      operands: [{ dtype: 'bool', shape: [2] }],
      attributes: { broadcastDimensions: [0] },
      resultTypes: [tensorType('bool', [2, 3])],
    },
  ],
});
