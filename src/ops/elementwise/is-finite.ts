import { HostArray } from '../../base/index.ts';
import { absent, asTensor, defineOp, tensorType } from '../../ir/index.ts';
import { elementwiseCost } from '../define/cost.ts';
import { numbersOf } from '../define/elements.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { functional } from '../define/syntaxes.ts';

export const isFiniteOp = defineOp<NoAttributes>({
  name: 'stablehlo.is_finite',
  doc: 'Elementwise: neither infinite nor NaN.',
  spec: 'StableHLO spec, is_finite',
  operands: [{ name: 'x' }],
  attributes: {},
  numRegions: 0,
  traits: { elementwise: true },
  inferTypes: ({ operands: [t] }) => [tensorType('bool', asTensor(t).shape)],
  resultLabels: { any: 'C1' },
  verify: (op, { check }) =>
    check('operand', op.operands[0].dtype.includes('f'), () => `takes floats, got ${op.operands[0].dtype}`),
  syntax: functional(1),
  evaluate: ([x]) => {
    const from = numbersOf(x);
    const out = new Uint8Array(from.length);
    for (let i = 0; i < out.length; i++) out[i] = Number.isFinite(from[i]) ? 1 : 0;
    return [new HostArray('bool', x.shape, out)];
  },
  decompose: absent('a primitive'),
  linearize: absent('boolean result'),
  transpose: absent('not linear'),
  batch: ({ op, operands, builder }) => ({ results: [builder.emit(op.name, operands)], batched: [true] }),
  sharding: pointwiseSharding,
  localize: () => ({}),
  cost: elementwiseCost(1),
  samples: [
    {
      name: 'f32',
      operands: [{ dtype: 'f32', shape: [2, 2], values: [1, Infinity, -Infinity, Number.NaN] }],
      attributes: {},
    },
  ],
});
