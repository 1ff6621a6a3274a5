import { isInexact } from '../../base/index.ts';
import { asTensor, codecs, tensorType } from '../../ir/index.ts';
import { concatenated } from '../define/elements.ts';
import { batchAll, resultLike } from '../define/elementwise.ts';
import { slice, zerosLike } from '../define/emit.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional, intPart } from '../define/syntaxes.ts';

export interface ConcatenateAttributes {
  readonly dimension: number;
}

export const concatenate = defineShapeOp<ConcatenateAttributes>({
  name: 'stablehlo.concatenate',
  doc: 'Joins tensors along a dimension.',
  operands: [{ name: 'inputs', variadic: true }],
  attributes: { dimension: codecs.i64 },
  inferTypes: ({ operands, attributes: { dimension }, checker, given }) => {
    checker.check('C3', operands.length > 0, 'needs at least one operand');
    const all = operands.map((t) => asTensor(t));
    const first = all[0];
    checker.check(
      'C4',
      dimension >= 0 && dimension < first.shape.length,
      `dimension should lie in [0, ${first.shape.length}), got ${dimension}`,
    );
    for (const t of all) {
      const fits =
        t.shape.length === first.shape.length &&
        t.shape.every((n, d) => d === dimension || n === first.shape[d] || n < 0 || first.shape[d] < 0);
      checker.check('C2', fits, () => `[${first.shape}] and [${t.shape}] differ outside dimension ${dimension}`);
      checker.check('C1', t.dtype === first.dtype, () => `element types ${first.dtype} and ${t.dtype} differ`);
    }
    const sizes = all.map((t) => t.shape[dimension]);
    const total = sizes.some((n) => n < 0) ? -1 : sizes.reduce((a, b) => a + b, 0);
    return [
      resultLike(
        tensorType(
          first.dtype,
          first.shape.map((n, d) => (d === dimension ? total : n)),
        ),
        given,
      ),
    ];
  },
  resultLabels: { any: 'C6', dtype: 'C5' },
  verify: () => {},
  syntax: functional('many', intPart('dimension', 'dim')),
  evaluate: (arrays, { attributes }) => [concatenated(arrays, attributes.dimension)],
  linearize: ({ op, tangents, tangent }) => {
    if (!isInexact(op.results[0].dtype)) return { tangents: [undefined] };
    const all = tangents.map((t, i) => t ?? zerosLike(tangent, op.operands[i].type));
    return { tangents: [tangent.emit(op.name, all, op.attributes)] };
  },
  transpose: ({ op, linear, cotangents: [ct], builder }) => {
    if (!ct) return linear.map(() => undefined);
    const d = op.attributes.dimension;
    let at = 0;
    return op.operands.map((v, i) => {
      const from = at;
      at += v.shape[d];
      if (!linear[i]) return undefined;
      const start = v.shape.map((_, k) => (k === d ? from : 0));
      return slice(
        builder,
        ct,
        start,
        v.shape.map((n, k) => start[k] + n),
      );
    });
  },
  batch: ({ op, operands, batched, batchSize, builder }) => ({
    results: [
      builder.emit(op.name, batchAll(operands, batched, batchSize, builder), {
        dimension: op.attributes.dimension + 1,
      }),
    ],
    batched: [true],
  }),
  sharding: (op, { conservative }) => {
    const d = op.attributes.dimension;
    const slices = op.operands.map((v) => (v.op?.name === 'stablehlo.slice' ? v.op.operands[0] : v));
    // Pieces of one tensor put together again: the data only moves between neighbours.
    const isSlice = op.operands.map((v) => v.op?.name === 'stablehlo.slice');
    const wraps = isSlice.every(Boolean) || (new Set(slices).size === 1 && isSlice.includes(true));
    const kind = wraps ? 'permutation' : 'needReplication';
    const b = new ShardingRuleBuilder(op);
    op.results[0].shape.forEach((size, k) => {
      if (k !== d) b.everywhere(k, size);
      else if (!conservative) b.everywhere(k, size, { kind });
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  samples: [
    {
      name: 'rows',
      operands: [
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'f64', shape: [5, 3] },
      ],
      attributes: { dimension: 0 },
    },
    {
      name: 'three',
      operands: [
        { dtype: 'f32', shape: [2, 1] },
        { dtype: 'f32', shape: [2, 3] },
        { dtype: 'f32', shape: [2, 2] },
      ],
      attributes: { dimension: 1 },
    },
    { name: 'i32', operands: [{ dtype: 'i32', shape: [3] }], attributes: { dimension: 0 } },
  ],
});
