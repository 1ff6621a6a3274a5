import type { Block, Op, Value } from '../../../ir/index.ts';
import { type Affine, linearize } from '../../kernels/affine.ts';
import type { Combiner, Expr } from '../../kernels/kernel-ir.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted, scalarBody } from '../scalar-body.ts';

/* Reductions, with what produces their inputs computed in the same loops. */

const combiners: Readonly<Record<string, Combiner>> = {
  'stablehlo.add': 'add',
  'stablehlo.multiply': 'multiply',
  'stablehlo.maximum': 'maximum',
  'stablehlo.minimum': 'minimum',
  'stablehlo.and': 'and',
  'stablehlo.or': 'or',
  'stablehlo.xor': 'xor',
};

/** The combiner a body `(a, b) → a ⊕ b` stands for, if it is one op on its two arguments. */
export function combinerOf(body: Block): Combiner | undefined {
  if (body.args.length !== 2 || body.ops.length !== 2) return undefined;
  const [op] = body.ops;
  const found = combiners[op.name];
  if (!found || body.yielded[0] !== op.results[0]) return undefined;
  const [x, y] = op.operands;
  const [a, b] = body.args;
  return (x === a && y === b) || (x === b && y === a) ? found : undefined;
}

function lowerReduce(op: Op, lowering: Lowering): void {
  const { dimensions } = op.attributes as { dimensions: readonly number[] };
  const count = op.results.length;
  const inputs = op.operands.slice(0, count);
  const inits = op.operands.slice(count);
  const shape = inputs[0].shape;
  const reduced = new Set(dimensions);
  const kept = shape.map((_, d) => d).filter((d) => !reduced.has(d));
  const targets = op.results.map((r) => lowering.bufferFor(r));
  const body = op.regions[0];
  const combiner =
    count === 1 && inputs[0].dtype === op.results[0].dtype && inits[0].dtype === inputs[0].dtype
      ? combinerOf(body)
      : undefined;
  const step = lowering.loops(shape, reduced, `reduce ${combiner ?? 'general'}`, (_outer, inner, index, b) => {
    const at = (r: Value): Affine =>
      linearize(
        kept.map((d) => index[d]),
        r.shape,
      );
    if (combiner) {
      const target = { buffer: targets[0], index: at(op.results[0]), dtype: op.results[0].dtype };
      const fold = { combiner, init: b.value(inits[0], []), value: b.value(inputs[0], index), target };
      return [{ kind: 'nest', vars: inner, stores: [], folds: [fold] }];
    }
    const accumulators = body.args.map((a, i): Expr => {
      const name = i < count ? `acc${i}` : `arg${i - count}`;
      return { kind: 'variable', dtype: a.dtype, name };
    });
    return [
      {
        kind: 'generalFold',
        vars: inner,
        inits: inits.map((v, i) => converted(b.value(v, []), body.args[i].dtype)),
        values: inputs.map((v, i) => converted(b.value(v, index), body.args[count + i].dtype)),
        body: scalarBody(lowering, body, accumulators),
        targets: op.results.map((r, i) => ({ buffer: targets[i], index: at(r), dtype: r.dtype })),
      },
    ];
  });
  lowering.push(step);
  op.results.forEach((r, i) => {
    lowering.setStorage(r, { buffer: targets[i], offset: 0 });
  });
}

export const reduceRules = {
  'stablehlo.reduce': { lower: lowerReduce, uses: () => 'inline' },
} as const satisfies KernelRules;
