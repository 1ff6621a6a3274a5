import { rowMajorStrides } from '../../base/index.ts';
import { asTensor, codecs, tensorType, type Value } from '../../ir/index.ts';
import { take } from '../define/elements.ts';
import { resultLike } from '../define/elementwise.ts';
import {
  broadcastInDim,
  broadcastLeading,
  constantScalar,
  pad as emitPad,
  reduceSum,
  select,
  slice,
  splat,
  sub,
  zerosLike,
} from '../define/emit.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional, listPart } from '../define/syntaxes.ts';

export interface PadAttributes {
  readonly edgePaddingLow: readonly number[];
  readonly edgePaddingHigh: readonly number[];
  readonly interiorPadding: readonly number[];
}

export const pad = defineShapeOp<PadAttributes>({
  name: 'stablehlo.pad',
  doc: 'Surrounds and interleaves a tensor with a value; negative edges crop.',
  operands: [{ name: 'operand' }, { name: 'paddingValue' }],
  attributes: { edgePaddingLow: codecs.i64Array, edgePaddingHigh: codecs.i64Array, interiorPadding: codecs.i64Array },
  inferTypes: ({ operands: [t, v], attributes: a, checker, given }) => {
    const x = asTensor(t);
    const value = asTensor(v, 'padding value');
    checker.check(
      'C1',
      value.dtype === x.dtype,
      () => `padding value should have element type ${x.dtype}, got ${value.dtype}`,
    );
    checker.check('padding', value.shape.length === 0, () => `padding value should be a scalar, got [${value.shape}]`);
    checker.check(
      'C2',
      [a.edgePaddingLow, a.edgePaddingHigh, a.interiorPadding].every((l) => l.length === x.shape.length),
      () =>
        `paddings should have ${x.shape.length} entries, got ${a.edgePaddingLow.length}, ${a.edgePaddingHigh.length} and ${a.interiorPadding.length}`,
    );
    checker.check(
      'C3',
      a.interiorPadding.every((n) => n >= 0),
      () => `interior padding should not be negative, got [${a.interiorPadding}]`,
    );
    const shape = x.shape.map((n, d) =>
      n < 0 ? -1 : n + Math.max(n - 1, 0) * a.interiorPadding[d] + a.edgePaddingLow[d] + a.edgePaddingHigh[d],
    );
    checker.check(
      'C4',
      shape.every((n, d) => n >= 0 || x.shape[d] < 0),
      () => `result would have shape [${shape}]`,
    );
    return [resultLike(tensorType(x.dtype, shape), given)];
  },
  resultLabels: { any: 'C4', dtype: 'C1' },
  verify: () => {},
  syntax: functional(
    2,
    listPart('edgePaddingLow', 'low'),
    listPart('edgePaddingHigh', 'high'),
    listPart('interiorPadding', 'interior'),
  ),
  evaluate: ([x, value], op) => {
    const a = op.attributes;
    const shape = x.shape.map(
      (n, d) => n + Math.max(n - 1, 0) * a.interiorPadding[d] + a.edgePaddingLow[d] + a.edgePaddingHigh[d],
    );
    const n = shape.reduce((p, d) => p * d, 1);
    const indices = new Int32Array(n).fill(-1);
    // Where each source coordinate lands, or -1 when cropped.
    const strides = rowMajorStrides(shape);
    const target = x.shape.map((size, d) =>
      Array.from({ length: size }, (_, i) => {
        const at = a.edgePaddingLow[d] + i * (a.interiorPadding[d] + 1);
        return at >= 0 && at < shape[d] ? at * strides[d] : -1;
      }),
    );
    const visit = (d: number, from: number, to: number): void => {
      if (d === x.shape.length) {
        indices[to] = from;
        return;
      }
      for (let i = 0; i < x.shape[d]; i++)
        if (target[d][i] >= 0) visit(d + 1, from * x.shape[d] + i, to + target[d][i]);
    };
    if (n > 0 && x.size > 0) visit(0, 0, 0);
    return [take(x, shape, indices, value)];
  },
  linearize: ({ op, tangents: [t, tv], tangent }) => {
    const a = op.attributes;
    const value = tv ?? constantScalar(tangent, op.results[0].dtype, 0);
    const base = t ?? zerosLike(tangent, op.operands[0].type);
    return { tangents: [emitPad(tangent, base, value, a.edgePaddingLow, a.edgePaddingHigh, a.interiorPadding)] };
  },
  transpose: ({ op, linear, cotangents: [ct], builder: b }) => {
    if (!ct) return [undefined, undefined];
    const { edgePaddingLow: low, edgePaddingHigh: high, interiorPadding: interior } = op.attributes;
    const rank = low.length;
    const zero = constantScalar(b, ct.dtype, 0);
    const all = Array.from({ length: rank }, (_, d) => d);
    const share = (ofOperand: Value): (Value | undefined)[] => [
      linear[0] ? ofOperand : undefined,
      linear[1] ? sub(b, reduceSum(b, ct, all), reduceSum(b, ofOperand, all)) : undefined,
    ];
    const opposite = (edge: readonly number[]): number[] => edge.map((n) => -n);
    // One op where elements both leave and enter, as in a shift along a cut dimension: two would communicate twice.
    if (interior.every((n) => n === 0) && [...low, ...high].some((n) => n < 0))
      return share(emitPad(b, ct, zero, opposite(low), opposite(high)));
    // Undo negative edges by zero padding, then read the operand's places with a strided slice.
    const grown = emitPad(
      b,
      ct,
      zero,
      low.map((n) => Math.max(0, -n)),
      high.map((n) => Math.max(0, -n)),
    );
    const start = low.map((n) => Math.max(0, n));
    const x = op.operands[0].shape;
    const limit = start.map((s, d) => (x[d] === 0 ? s : s + (x[d] - 1) * (interior[d] + 1) + 1));
    const strides = interior.map((n) => n + 1);
    return share(slice(b, grown, start, limit, strides));
  },
  batch: ({ op, operands: [x, v], batched, batchSize, builder: b }) => {
    const a = op.attributes;
    const low = [0, ...a.edgePaddingLow];
    const high = [0, ...a.edgePaddingHigh];
    const interior = [0, ...a.interiorPadding];
    const wide = batched[0] ? x : broadcastLeading(b, x, batchSize);
    if (!batched[1]) return { results: [emitPad(b, wide, v, low, high, interior)], batched: [true] };
    // A padding value per batch element: pad a mask and select.
    const mask = splat(b, tensorType('bool', wide.shape), 1);
    const inside = emitPad(b, mask, constantScalar(b, 'bool', 0), low, high, interior);
    const padded = emitPad(b, wide, constantScalar(b, x.dtype, 0), low, high, interior);
    return { results: [select(b, inside, padded, broadcastInDim(b, v, padded.shape, [0]))], batched: [true] };
  },
  sharding: (op, { conservative: blocked = false }) => {
    const r = op.results[0].shape;
    return new ShardingRuleBuilder(op)
      .pointwise(op.operands[0].shape, (d) =>
        op.operands[0].shape[d] === r[d] ? {} : { kind: 'permutation', blocked },
      )
      .build();
  },
  localize: (op) => op.attributes,
  samples: [
    {
      name: 'edges',
      operands: [
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'f64', shape: [] },
      ],
      attributes: { edgePaddingLow: [1, 0], edgePaddingHigh: [0, 2], interiorPadding: [0, 0] },
    },
    {
      name: 'interior',
      operands: [
        { dtype: 'f64', shape: [3] },
        { dtype: 'f64', shape: [] },
      ],
      attributes: { edgePaddingLow: [1], edgePaddingHigh: [1], interiorPadding: [2] },
    },
    {
      name: 'negative',
      operands: [
        { dtype: 'f64', shape: [5, 2] },
        { dtype: 'f64', shape: [] },
      ],
      attributes: { edgePaddingLow: [-1, 0], edgePaddingHigh: [-2, 1], interiorPadding: [1, 0] },
    },
    {
      name: 'bool',
      operands: [
        { dtype: 'bool', shape: [3] },
        { dtype: 'bool', shape: [] },
      ],
      attributes: { edgePaddingLow: [1], edgePaddingHigh: [0], interiorPadding: [0] },
    },
  ],
});
