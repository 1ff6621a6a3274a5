import { absent, defineOp } from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { sameType } from '../define/syntaxes.ts';

/**
 * Marks a value as constant for differentiation. StableHLO has no such op (JAX resolves it while tracing); ours disappears
 * in `decompose`, before a program leaves Espalier.
 */
export const stopGradient = defineOp<NoAttributes>({
  name: 'espalier.stop_gradient',
  doc: 'The identity, with a derivative of zero.',
  spec: 'Espalier; JAX, lax.stop_gradient',
  operands: [{ name: 'operand' }],
  attributes: {},
  numRegions: 0,
  traits: { elementwise: true },
  inferTypes: ({ operands }) => [operands[0]],
  verify: () => {},
  syntax: sameType(1),
  evaluate: (operands) => [operands[0]],
  decompose: ({ operands }) => [operands[0]],
  linearize: () => ({ tangents: [undefined] }),
  transpose: absent('its tangent is zero, so it never appears in a linear program'),
  batch: ({ op, operands, batched, builder }) => ({ results: [builder.emit(op.name, operands)], batched }),
  sharding: pointwiseSharding,
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [
    {
      name: 'f64',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: {},
      tolerance: { relative: 2, reason: 'its derivative is zero by definition' },
    },
  ],
});
