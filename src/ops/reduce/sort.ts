import { type HostArray, numElements, range } from '../../base/index.ts';
import {
  absent,
  asTensor,
  type Block,
  type Builder,
  codecs,
  defineOp,
  type EvaluationContext,
  type OpDefinition,
  tensorType,
} from '../../ir/index.ts';
import { checkPredicate, checkShape } from '../define/constraints.ts';
import { vectorCost } from '../define/cost.ts';
import { elementAt, take, transposed } from '../define/elements.ts';
import { batchAll } from '../define/elementwise.ts';
import { compare, gatherAlong, inlineBlock, iota } from '../define/emit.ts';
import { vectorized } from '../define/region.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';

export interface SortAttributes {
  readonly dimension: number;
  readonly isStable: boolean;
}

/** `less(i, j)` on elements of one line; all pairs at once when the comparator is elementwise and the line short. */
function lessTable(
  lines: readonly HostArray[],
  comparator: Block,
  ctx: EvaluationContext,
): (i: number, j: number) => boolean {
  const n = lines[0].size;
  const run = vectorized(comparator, ctx);
  if (run && n <= 512) {
    const [left, right] = [new Int32Array(n * n), new Int32Array(n * n)];
    for (let k = 0, i = 0; i < n; i++)
      for (let j = 0; j < n; j++, k++) {
        left[k] = i;
        right[k] = j;
      }
    const [table] = run(
      lines.flatMap((l) => [take(l, [n * n], left), take(l, [n * n], right)]),
      n * n,
    );
    return (i, j) => table.data[i * n + j] !== 0;
  }
  return (i, j) => {
    const args = lines.flatMap((l) => [elementAt(l, i), elementAt(l, j)]);
    return (run ? run(args, 1) : ctx.runNow(comparator, args))[0].data[0] !== 0;
  };
}

function sortArrays(
  arrays: readonly HostArray[],
  dimension: number,
  comparator: Block,
  ctx: EvaluationContext,
): HostArray[] {
  const { shape } = arrays[0];
  const rank = shape.length;
  const d = dimension < 0 ? dimension + rank : dimension;
  const order = [...range(rank).filter((k) => k !== d), d];
  const back = range(rank).map((k) => order.indexOf(k));
  const n = shape[d];
  const lines = numElements(shape) / Math.max(1, n);
  const rows = arrays.map((a) => transposed(a, order));
  const places = new Int32Array(numElements(shape));
  for (let l = 0; l < lines; l++) {
    const own = Int32Array.from({ length: n }, (_, i) => l * n + i);
    const less = lessTable(
      rows.map((r) => take(r, [n], own)),
      comparator,
      ctx,
    );
    const sorted = range(n).sort((i, j) => (less(i, j) ? -1 : less(j, i) ? 1 : 0));
    for (let i = 0; i < n; i++) places[l * n + i] = l * n + sorted[i];
  }
  return rows.map((r) => transposed(take(r, r.shape, places), back));
}

const positive = (d: number, rank: number): number => (d < 0 ? d + rank : d);

export const sort: OpDefinition = defineOp<SortAttributes>({
  name: 'stablehlo.sort',
  doc: 'Sorts lines along a dimension, several tensors by one comparator.',
  spec: 'StableHLO spec, sort',
  operands: [{ name: 'inputs', variadic: true }],
  attributes: { dimension: codecs.withDefault(codecs.i64, -1), isStable: codecs.withDefault(codecs.bool, false) },
  numRegions: 1,
  traits: {},
  inferTypes: ({ operands, attributes: { dimension }, regions: [comparator], checker }) => {
    checker.check('C1', operands.length > 0, 'should have at least one input, got none');
    const inputs = operands.map((t) => asTensor(t));
    const x = inputs[0];
    for (const [i, t] of inputs.entries()) checkShape(checker, 'C3', `input ${i}`, t.shape, x.shape);
    const rank = x.shape.length;
    checker.check(
      'C4',
      dimension >= -rank && dimension < rank,
      () => `dimension should lie in [${-rank}, ${rank}), got ${dimension}`,
    );
    checkPredicate(
      checker,
      'C5',
      comparator,
      inputs.map((t) => t.dtype),
    );
    return [...operands];
  },
  resultLabels: { any: 'C2' },
  verify: () => {},
  syntax: 'generic',
  evaluate: (arrays, op, ctx) => sortArrays(arrays, op.attributes.dimension, op.regions[0], ctx),
  decompose: absent('a primitive'),
  linearize: ({ op, operands, tangents, primal: b, tangent }) => {
    // Sort positions along with the values, then move the tangents the same way.
    const d = positive(op.attributes.dimension, op.operands[0].shape.length);
    const index = iota(b, tensorType('i32', op.operands[0].shape), d);
    const scalar = tensorType('i32', []);
    const [comparator] = op.regions;
    const types = [...comparator.args.map((a) => a.type), scalar, scalar];
    const body = b.block(types, (inner, args) => inlineBlock(inner, comparator, args.slice(0, -2)));
    const out = b.create(
      op.name,
      [...operands, index],
      { dimension: d, isStable: op.attributes.isStable },
      { regions: [body] },
    );
    const permutation = out.results[out.results.length - 1];
    return {
      results: out.results.slice(0, -1),
      tangents: tangents.map((t) => t && gatherAlong(tangent, t, permutation, d)),
    };
  },
  transpose: absent('not linear: its linearization is a gather'),
  batch: ({ op, operands, batched, batchSize, builder: b }) => {
    const dimension = positive(op.attributes.dimension, op.operands[0].shape.length) + 1;
    const xs = batchAll(operands, batched, batchSize, b);
    const out = b.create(op.name, xs, { ...op.attributes, dimension }, { regions: op.regions });
    return { results: out.results, batched: out.results.map(() => true) };
  },
  sharding: (op) => {
    const { shape } = op.operands[0];
    const d = positive(op.attributes.dimension, shape.length);
    const blocked = shape.every((n, k) => k === d || n === 1);
    return new ShardingRuleBuilder(op)
      .pointwise(shape, (k) => (k === d ? { kind: 'needReplication', blocked } : {}))
      .build();
  },
  localize: (op) => op.attributes,
  cost: (op) => {
    const n = numElements(op.operands[0].shape);
    const line = op.operands[0].shape[positive(op.attributes.dimension, op.operands[0].shape.length)] ?? 1;
    return vectorCost(op, n * Math.ceil(Math.log2(Math.max(2, line))));
  },
  samples: [
    {
      name: 'ascending',
      operands: [{ dtype: 'f64', shape: [2, 5], distinct: true }],
      attributes: { dimension: 1, isStable: true },
      regions: (b) => [less(b, ['f64'])],
    },
    {
      name: 'by key',
      operands: [
        { dtype: 'i32', shape: [5, 2], low: 0, high: 3 },
        { dtype: 'f64', shape: [5, 2] },
      ],
      attributes: { dimension: 0, isStable: true },
      regions: (b) => [less(b, ['i32', 'f64'])],
    },
  ],
});

function less(b: Builder, dtypes: readonly ('f64' | 'i32')[]): Block {
  const types = dtypes.flatMap((t) => [tensorType(t, []), tensorType(t, [])]);
  return b.block(types, (inner, [x, y]) => [compare(inner, 'LT', x, y)]);
}
