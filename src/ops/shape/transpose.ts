import { inversePermutation } from '../../base/index.ts';
import { asTensor, codecs } from '../../ir/index.ts';
import { transposed } from '../define/elements.ts';
import { resultLike } from '../define/elementwise.ts';
import { transpose as emitTranspose } from '../define/emit.ts';
import { batchAttributes, defineShapeOp, shifted } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional, listPart } from '../define/syntaxes.ts';
import { operandInOrder } from '../define/unchanged-operands.ts';

export interface TransposeAttributes {
  /** Result dimension d is operand dimension `permutation[d]`. */
  readonly permutation: readonly number[];
}

export const transpose = defineShapeOp<TransposeAttributes>({
  name: 'stablehlo.transpose',
  doc: 'Reorders dimensions.',
  operands: [{ name: 'operand' }],
  attributes: { permutation: codecs.i64Array },
  traits: { view: true, passesShardings: () => 'BOTH', unchangedOperand: operandInOrder('permutation') },
  inferTypes: ({ operands: [t], attributes: { permutation }, checker, given }) => {
    const x = asTensor(t);
    const sorted = [...permutation].sort((a, b) => a - b);
    checker.check(
      'C2',
      sorted.length === x.shape.length && sorted.every((d, i) => d === i),
      () => `[${permutation}] is no permutation of ${x.shape.length} dimensions`,
    );
    return [resultLike({ kind: 'tensor', dtype: x.dtype, shape: permutation.map((d) => x.shape[d]) }, given)];
  },
  resultLabels: { any: 'C3', dtype: 'C1' },
  verify: () => {},
  syntax: functional(1, listPart('permutation', 'dims')),
  evaluate: ([x], { attributes }) => [transposed(x, attributes.permutation)],
  transpose: ({ op, cotangents: [ct], builder }) => [
    ct && emitTranspose(builder, ct, inversePermutation(op.attributes.permutation)),
  ],
  batch: batchAttributes(({ permutation }) => ({ permutation: [0, ...shifted(permutation)] })),
  sharding: (op) => {
    const b = new ShardingRuleBuilder(op);
    op.operands[0].shape.forEach((size, d) => {
      b.factor([d], [op.attributes.permutation.indexOf(d)], size);
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  samples: [
    { name: 'matrix', operands: [{ dtype: 'f64', shape: [2, 3] }], attributes: { permutation: [1, 0] } },
    { name: 'cycle', operands: [{ dtype: 'bf16', shape: [2, 3, 5] }], attributes: { permutation: [2, 0, 1] } },
    { name: 'bool', operands: [{ dtype: 'bool', shape: [2, 3] }], attributes: { permutation: [1, 0] } },
  ],
});
