import { absent, defineOp, type Value } from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { barrierSyntax } from '../define/syntaxes.ts';

/** The barrier around the values that are there. */
function around(
  b: { create: (name: string, operands: readonly Value[]) => { results: readonly Value[] } },
  values: readonly (Value | undefined)[],
): (Value | undefined)[] {
  const present = values.filter((v): v is Value => v !== undefined);
  const { results } = b.create('stablehlo.optimization_barrier', present);
  let k = 0;
  return values.map((v) => (v ? results[k++] : undefined));
}

export const optimizationBarrier = defineOp<NoAttributes>({
  name: 'stablehlo.optimization_barrier',
  doc: 'Identity that keeps operations from being moved across it.',
  spec: 'StableHLO spec, optimization_barrier',
  operands: [{ name: 'operands', variadic: true }],
  attributes: {},
  numRegions: 0,
  traits: {
    dataFlow: (op) => op.results.map((owner, i) => ({ op, owner, sources: [{ op, index: i }], targets: [owner] })),
  },
  inferTypes: ({ operands }) => [...operands],
  resultLabels: { any: 'C1' },
  verify: () => {},
  syntax: barrierSyntax,
  evaluate: (arrays) => [...arrays],
  decompose: absent('a primitive'),
  linearize: ({ tangents, tangent }) => ({ tangents: around(tangent, tangents) }),
  transpose: ({ cotangents, builder }) => around(builder, cotangents),
  batch: ({ op, operands, batched, builder }) => ({ results: builder.create(op.name, operands).results, batched }),
  sharding: () => ({ noRule: 'shardings flow through a data-flow edge per operand' }),
  localize: () => ({}),
  cost: noCost,
  samples: [
    {
      name: 'two',
      operands: [
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'i32', shape: [5] },
      ],
      attributes: {},
    },
  ],
});
