import { rowMajorStrides } from '../../base/index.ts';
import { asTensor, codecs, tensorType } from '../../ir/index.ts';
import { checkCount, checkDistinct, checkInRange, checkPositive } from '../define/constraints.ts';
import { stridedIndices, take } from '../define/elements.ts';
import { resultLike } from '../define/elementwise.ts';
import { constantScalar, reverse as emitReverse, pad } from '../define/emit.ts';
import { batchAttributes, defineShapeOp, shifted } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { assembly, listPart, sliceSyntax } from '../define/syntaxes.ts';

export interface SliceAttributes {
  readonly startIndices: readonly number[];
  readonly limitIndices: readonly number[];
  readonly strides: readonly number[];
}

export const slice = defineShapeOp<SliceAttributes>({
  name: 'stablehlo.slice',
  doc: 'A strided sub-tensor at fixed positions.',
  operands: [{ name: 'operand' }],
  attributes: { startIndices: codecs.i64Array, limitIndices: codecs.i64Array, strides: codecs.i64Array },
  traits: { keepsConstants: true },
  inferTypes: ({ operands: [t], attributes: a, checker, given }) => {
    const x = asTensor(t);
    const rank = x.shape.length;
    checkCount(checker, 'C2', 'start_indices', a.startIndices.length, rank);
    checkCount(checker, 'C2', 'limit_indices', a.limitIndices.length, rank);
    checkCount(checker, 'C2', 'strides', a.strides.length, rank);
    x.shape.forEach((n, d) => {
      const [start, limit] = [a.startIndices[d], a.limitIndices[d]];
      checker.check(
        'C3',
        start >= 0 && start <= limit && (n < 0 || limit <= n),
        () => `range ${start}:${limit} of dimension ${d} should lie within 0:${n}`,
      );
    });
    checkPositive(checker, 'C4', 'strides', a.strides);
    const shape = a.startIndices.map((s, d) => Math.ceil((a.limitIndices[d] - s) / a.strides[d]));
    return [resultLike(tensorType(x.dtype, shape), given)];
  },
  resultLabels: { any: 'C5', dtype: 'C1' },
  verify: () => {},
  syntax: sliceSyntax,
  evaluate: ([x], { attributes: a }) => {
    const own = rowMajorStrides(x.shape);
    const shape = a.startIndices.map((s, d) => Math.ceil((a.limitIndices[d] - s) / a.strides[d]));
    const offset = a.startIndices.reduce((sum, s, d) => sum + s * own[d], 0);
    const steps = own.map((s, d) => s * a.strides[d]);
    return [take(x, shape, stridedIndices(shape, steps, offset))];
  },
  transpose: ({ op, cotangents: [ct], builder }) => {
    if (!ct) return [undefined];
    const a = op.attributes;
    const x = op.operands[0].shape;
    const covered = ct.shape.map((n, d) => (n === 0 ? 0 : (n - 1) * a.strides[d] + 1));
    const high = x.map((n, d) => n - a.startIndices[d] - covered[d]);
    const zero = constantScalar(builder, ct.dtype, 0);
    return [
      pad(
        builder,
        ct,
        zero,
        a.startIndices,
        high,
        a.strides.map((s) => s - 1),
      ),
    ];
  },
  batch: batchAttributes((a, n) => ({
    startIndices: [0, ...a.startIndices],
    limitIndices: [n, ...a.limitIndices],
    strides: [1, ...a.strides],
  })),
  sharding: (op, { conservative: blocked = false }) => {
    const r = op.results[0].shape;
    return new ShardingRuleBuilder(op)
      .pointwise(op.operands[0].shape, (d) =>
        op.operands[0].shape[d] === r[d] ? {} : { kind: 'permutation', blocked },
      )
      .build();
  },
  localize: (op, { operands }) => {
    const [x, local] = [op.operands[0].shape, asTensor(operands[0]).shape];
    const limitIndices = op.attributes.limitIndices.map((l, d) => (x[d] === local[d] ? l : local[d]));
    return { ...op.attributes, limitIndices };
  },
  samples: [
    {
      name: 'plain',
      operands: [{ dtype: 'f64', shape: [3, 5] }],
      attributes: { startIndices: [1, 0], limitIndices: [3, 4], strides: [1, 1] },
    },
    {
      name: 'strided',
      operands: [{ dtype: 'f64', shape: [2, 7] }],
      attributes: { startIndices: [0, 1], limitIndices: [2, 7], strides: [1, 3] },
    },
    {
      name: 'i64',
      operands: [{ dtype: 'i64', shape: [5] }],
      attributes: { startIndices: [2], limitIndices: [5], strides: [2] },
    },
  ],
});

export interface ReverseAttributes {
  readonly dimensions: readonly number[];
}

export const reverse = defineShapeOp<ReverseAttributes>({
  name: 'stablehlo.reverse',
  doc: 'Reverses the order along dimensions.',
  operands: [{ name: 'operand' }],
  attributes: { dimensions: codecs.i64Array },
  traits: { view: true },
  inferTypes: ({ operands: [t], attributes: { dimensions }, checker }) => {
    const x = asTensor(t);
    checkDistinct(checker, 'C2', 'dimensions', dimensions);
    checkInRange(checker, 'C3', 'dimensions', dimensions, x.shape.length);
    return [x];
  },
  resultLabels: { any: 'C1' },
  verify: () => {},
  syntax: assembly({ operands: 1, parts: [listPart('dimensions', 'dims')], types: 'same' }),
  evaluate: ([x], { attributes: { dimensions } }) => {
    const own = rowMajorStrides(x.shape);
    const offset = dimensions.reduce((sum, d) => sum + own[d] * (x.shape[d] - 1), 0);
    const strides = own.map((s, d) => (dimensions.includes(d) ? -s : s));
    return [take(x, x.shape, stridedIndices(x.shape, strides, offset))];
  },
  transpose: ({ op, cotangents: [ct], builder }) => [ct && emitReverse(builder, ct, op.attributes.dimensions)],
  batch: batchAttributes(({ dimensions }) => ({ dimensions: shifted(dimensions) })),
  sharding: (op) =>
    new ShardingRuleBuilder(op)
      .pointwise(op.operands[0].shape, (d) => (op.attributes.dimensions.includes(d) ? { kind: 'permutation' } : {}))
      .build(),
  localize: (op) => op.attributes,
  samples: [
    { name: 'f64', operands: [{ dtype: 'f64', shape: [2, 3, 5] }], attributes: { dimensions: [0, 2] } },
    { name: 'nothing', operands: [{ dtype: 'bf16', shape: [3] }], attributes: { dimensions: [] } },
  ],
});
