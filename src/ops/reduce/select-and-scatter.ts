import { EspalierError, numElements, range } from '../../base/index.ts';
import { absent, asTensor, tensorType } from '../../ir/index.ts';
import { checkCombiner, checkCount, checkPositive, checkPredicate, checkShape } from '../define/constraints.ts';
import { vectorCost } from '../define/cost.ts';
import { elementAt, take } from '../define/elements.ts';
import { broadcastLeading, combiner, compare } from '../define/emit.ts';
import { accumulatesByRegion, vectorized } from '../define/region.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { combineAt, scatteredInto } from '../shape/scatter-evaluate.ts';
import { optionalList, optionalPadding } from './reduce-window.ts';
import { type WindowGeometry, windowPositions, windowResultShape } from './window-geometry.ts';

export interface SelectAndScatterAttributes {
  readonly windowDimensions: readonly number[] | undefined;
  readonly windowStrides: readonly number[] | undefined;
  readonly padding: readonly (readonly number[])[] | undefined;
}

function scatterWindowGeometry(a: SelectAndScatterAttributes, rank: number): WindowGeometry {
  const ones = range(rank).map(() => 1);
  return {
    sizes: a.windowDimensions ?? ones,
    strides: a.windowStrides ?? ones,
    baseDilations: ones,
    windowDilations: ones,
    padding: a.padding ?? ones.map(() => [0, 0]),
  };
}

export const selectAndScatter = defineShapeOp<SelectAndScatterAttributes>({
  name: 'stablehlo.select_and_scatter',
  doc: 'Selects an element in each window of the operand and combines the source value there.',
  operands: [{ name: 'operand' }, { name: 'source' }, { name: 'initValue' }],
  attributes: { windowDimensions: optionalList, windowStrides: optionalList, padding: optionalPadding },
  numRegions: 2,
  traits: { accumulates: accumulatesByRegion },
  inferTypes: ({ operands: [t, s, v], attributes, regions: [choose, combine], checker }) => {
    const [x, source, init] = [asTensor(t), asTensor(s, 'source'), asTensor(v, 'init value')];
    const g = scatterWindowGeometry(attributes, x.shape.length);
    const { check } = checker;
    check('C1', source.dtype === x.dtype, () => `source should have element type ${x.dtype}, got ${source.dtype}`);
    check('C3', init.dtype === x.dtype, () => `init value should have element type ${x.dtype}, got ${init.dtype}`);
    check('init', init.shape.length === 0, () => `init value should be a scalar, got [${init.shape}]`);
    checkCount(checker, 'C4', 'window_dimensions', g.sizes.length, x.shape.length);
    checkPositive(checker, 'C5', 'window_dimensions', g.sizes);
    checkCount(checker, 'C6', 'window_strides', g.strides.length, x.shape.length);
    checkPositive(checker, 'C7', 'window_strides', g.strides);
    checkCount(checker, 'C8', 'padding', g.padding.length, x.shape.length);
    for (const [i, p] of g.padding.entries()) checkCount(checker, 'C8', `row ${i} of padding`, p.length, 2);
    checkShape(checker, 'C2', 'source', source.shape, windowResultShape(x.shape, g));
    checkPredicate(checker, 'C9', choose, [x.dtype]);
    checkCombiner(checker, 'C10', combine, [x.dtype]);
    return [tensorType(combine.yielded[0].dtype, x.shape)];
  },
  resultLabels: { any: 'C11', dtype: 'C12' },
  verify: () => {},
  syntax: 'generic',
  evaluate: ([x, source, init], op, ctx) => {
    const [choose, combine] = op.regions;
    const g = scatterWindowGeometry(op.attributes, x.shape.length);
    const n = source.size;
    const best = new Int32Array(n).fill(-1);
    const run = vectorized(choose, ctx);
    for (const positions of windowPositions(x.shape, g)) {
      // Keep the selected element where the body says so; the first real element is always taken.
      const current = take(x, [n], best);
      const candidate = take(x, [n], positions);
      const kept = run?.([current, candidate], n)[0];
      for (let i = 0; i < n; i++) {
        if (positions[i] < 0) continue;
        const keep =
          best[i] >= 0 &&
          (kept ?? ctx.runNow(choose, [elementAt(current, i), elementAt(candidate, i)])[0]).data[kept ? i : 0] !== 0;
        if (!keep) best[i] = positions[i];
      }
    }
    const dtype = combine.yielded[0].dtype;
    const start = scatteredInto(take(init, x.shape, new Int32Array(x.size)), dtype);
    return combineAt([start], [source], best, combine, ctx);
  },
  linearize: absent('it is itself the derivative of pooling'),
  transpose: absent('it is itself the derivative of pooling'),
  batch: ({ op, operands, batched, batchSize, builder: b }) => {
    if (batched[2])
      throw new EspalierError('ops/not-batchable', 'cannot vmap a select_and_scatter whose init value is batched');
    const g = scatterWindowGeometry(op.attributes, op.operands[0].shape.length);
    const attributes = {
      windowDimensions: [1, ...g.sizes],
      windowStrides: [1, ...g.strides],
      padding: [[0, 0], ...g.padding],
    };
    const xs = operands.map((v, i) => (i < 2 && !batched[i] ? broadcastLeading(b, v, batchSize) : v));
    return { results: [b.emit(op.name, xs, attributes, { regions: op.regions })], batched: [true] };
  },
  sharding: (op, { conservative: blocked = false }) => {
    const g = scatterWindowGeometry(op.attributes, op.operands[0].shape.length);
    const b = new ShardingRuleBuilder(op);
    op.operands[0].shape.forEach((n, d) => {
      const source = op.operands[1].shape[d];
      const [lo, hi] = g.padding[d];
      if (n === source && g.sizes[d] === 1 && g.strides[d] === 1 && lo === 0 && hi === 0) {
        b.factor([d, d], [d], n);
        return;
      }
      b.factor([undefined, d], [], source, { kind: 'needReplication', blocked });
      b.factor([d], [d], n, { kind: 'permutation', blocked });
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  cost: (op) => vectorCost(op, numElements(op.operands[1].shape) * numElements(op.attributes.windowDimensions ?? [])),
  samples: [
    {
      name: 'pooling',
      operands: [
        { dtype: 'f64', shape: [4, 3], distinct: true },
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'f64', shape: [], values: [0], constant: true },
      ],
      attributes: { windowDimensions: [2, 1], windowStrides: [2, 1], padding: undefined },
      regions: (b) => {
        const t = tensorType('f64', []);
        return [b.block([t, t], (inner, [x, y]) => [compare(inner, 'GE', x, y)]), combiner(b, 'stablehlo.add', 'f64')];
      },
    },
  ],
});
