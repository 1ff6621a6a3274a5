import { bytesOf, type Cost, type Mesh, type Op, type OpShardingRule } from '../../../ir/index.ts';
import { loweringRule, reductionKinds, unsupportedFactor } from '../../../partition/index.ts';
import type { CollectiveUse, ShardingCosts } from './costs.ts';
import { axesOf, type Layout, layoutKey, layoutsOf, numShards } from './layouts.ts';

/** One way to run an op on the mesh: how its operands must be cut, how its results are, and what that costs once. */
export interface OpStrategy {
  readonly operands: readonly Layout[];
  /** As the op itself leaves them, its sums made. */
  readonly computed: readonly Layout[];
  /** As others see them: cut further where a sum is scattered. */
  readonly results: readonly Layout[];
  /** Collectives of its own: what makes partial sums whole. */
  readonly collectives: readonly CollectiveUse[];
  readonly computeCost: number;
  readonly collectiveCost: number;
}

export interface StrategyOptions {
  readonly mesh: Mesh;
  readonly costs: ShardingCosts;
  /** Sums may be scattered instead of made whole everywhere. */
  readonly scatterSums: boolean;
}

const shapeOf = (v: Op['results'][number]): readonly number[] => (v.type.kind === 'tensor' ? v.type.shape : []);

/** Each axis of the mesh splits one factor of the op's rule, or none: all combinations that the partitioner can run. */
export function strategiesOf(op: Op, options: StrategyOptions): OpStrategy[] {
  const { mesh } = options;
  const rule = loweringRule(op);
  const whole = (values: readonly Op['results'][number][]): Layout[] => values.map((v) => shapeOf(v).map(() => []));
  if (!rule) return [priced(op, { operands: whole(op.operands), results: whole(op.results), summed: [] }, options)];
  const canSum = reductionKinds(op) !== undefined;
  const usable = rule.factorSizes.map(
    (size, f) => size > 1 && (rule.factorKinds[f] === 'passThrough' || (rule.factorKinds[f] === 'reduction' && canSum)),
  );
  let assignments: (number | undefined)[][] = [[]];
  mesh.axes.forEach(({ size }) => {
    const factors = size === 1 ? [] : rule.factorSizes.flatMap((_, f) => (usable[f] ? [f] : []));
    assignments = assignments.flatMap((a) => [[...a, undefined], ...factors.map((f) => [...a, f])]);
  });
  const isHeavy = op.definition.cost(op).productFlops > 0;
  const made = assignments.flatMap((assignment): OpStrategy[] => {
    if (
      isHeavy &&
      options.costs.heavyOpsUseAllAxes &&
      assignment.some((f, a) => f === undefined && mesh.axes[a].size > 1)
    )
      return [];
    const layouts = layoutsOfAssignment(op, rule, assignment, mesh);
    if (!layouts) return [];
    const plain = priced(op, layouts, options);
    return options.scatterSums && layouts.summed.length > 0 ? [plain, ...scattered(op, layouts, options)] : [plain];
  });
  return distinct(made);
}

interface Layouts {
  readonly operands: readonly Layout[];
  readonly results: readonly Layout[];
  /** Axes over which results are partial sums. */
  readonly summed: readonly number[];
}

/** Undefined where a factor does not divide, or the partitioner would not keep it cut. */
function layoutsOfAssignment(
  op: Op,
  rule: OpShardingRule,
  assignment: readonly (number | undefined)[],
  mesh: Mesh,
): Layouts | undefined {
  const axesByFactor: number[][] = rule.factorSizes.map(() => []);
  assignment.forEach((f, axis) => {
    if (f !== undefined) axesByFactor[f].push(axis);
  });
  const cuts = axesByFactor.map((axes) => axes.reduce((n, a) => n * mesh.axes[a].size, 1));
  for (let f = 0; f < cuts.length; f++) {
    if (cuts[f] === 1) continue;
    if (rule.factorSizes[f] % cuts[f] !== 0) return undefined;
    if (unsupportedFactor(op, rule, f, axesOf([axesByFactor[f]], mesh)[0], mesh)) return undefined;
  }
  const layout = (dims: readonly (readonly number[])[]): Layout | undefined => {
    const cut = dims.map((factors) => {
      let isOpen = true;
      const axes: number[] = [];
      for (const f of factors) {
        // A minor part of a dimension can only be cut where the major ones are cut to single elements.
        if (cuts[f] > 1 && !isOpen) return undefined;
        axes.push(...axesByFactor[f]);
        if (cuts[f] < rule.factorSizes[f]) isOpen = false;
      }
      return axes;
    });
    return cut.includes(undefined) ? undefined : (cut as number[][]);
  };
  const operands = rule.operands.map(layout);
  const results = rule.results.map(layout);
  if (operands.includes(undefined) || results.includes(undefined)) return undefined;
  const summed = rule.factorKinds.flatMap((kind, f) => (kind === 'reduction' ? axesByFactor[f] : []));
  return { operands: operands as Layout[], results: results as Layout[], summed: summed.sort((a, b) => a - b) };
}

function priced(
  op: Op,
  { operands, results, summed }: Layouts,
  { mesh, costs }: StrategyOptions,
  scatter?: { readonly axes: readonly number[]; readonly results: readonly Layout[] },
): OpStrategy {
  const local = (v: Op['results'][number], l: Layout): number => bytesOf(v.type) / numShards(l, mesh);
  const whole = op.definition.cost(op);
  const devices = new Set([...operands, ...results].flat(2).concat(summed));
  const share = [...devices].reduce((n, a) => n * mesh.axes[a].size, 1);
  const perDevice: Cost = {
    productFlops: whole.productFlops / share,
    vectorFlops: whole.vectorFlops / share,
    // Ops that only say where values lie or repeat them move nothing of the whole traffic they count.
    bytes:
      whole.bytes === 0
        ? 0
        : op.operands.reduce((n, v, i) => n + local(v, operands[i]), 0) +
          op.results.reduce((n, v, i) => n + local(v, results[i]), 0),
  };
  const kept = scatter ? summed.filter((a) => !scatter.axes.includes(a)) : summed;
  const collectives = op.results.flatMap((v, i): CollectiveUse[] => {
    const bytesPerDevice = local(v, results[i]);
    return [
      ...(scatter ? [{ kind: 'reduce_scatter' as const, axes: scatter.axes, bytesPerDevice }] : []),
      ...(kept.length > 0
        ? [
            {
              kind: 'all_reduce' as const,
              axes: kept,
              bytesPerDevice: scatter ? local(v, scatter.results[i]) : bytesPerDevice,
            },
          ]
        : []),
    ];
  });
  return {
    operands,
    computed: results,
    results: scatter?.results ?? results,
    collectives,
    computeCost: costs.compute(op, perDevice),
    collectiveCost: collectives.reduce((n, use) => n + costs.collective(use, mesh), 0),
  };
}

/** The same with its sums scattered over all axes they are over, along one dimension of the only result. */
function scattered(op: Op, layouts: Layouts, options: StrategyOptions): OpStrategy[] {
  if (op.results.length !== 1) return [];
  const { mesh } = options;
  const shape = shapeOf(op.results[0]);
  const [layout] = layouts.results;
  const size = layouts.summed.reduce((n, a) => n * mesh.axes[a].size, 1);
  return shape.flatMap((n, d) => {
    const shards = layout[d].reduce((m, a) => m * mesh.axes[a].size, size);
    if (n % shards !== 0) return [];
    const results = [layout.map((axes, e) => (e === d ? [...axes, ...layouts.summed] : axes))];
    return [priced(op, layouts, options, { axes: layouts.summed, results })];
  });
}

/** Of strategies with the same layouts the cheapest. */
function distinct(strategies: readonly OpStrategy[]): OpStrategy[] {
  const byLayouts = new Map<string, OpStrategy>();
  for (const s of strategies) {
    const key = [...s.operands, [], ...s.results].map(layoutKey).join(' ');
    const known = byLayouts.get(key);
    if (!known || s.computeCost + s.collectiveCost < known.computeCost + known.collectiveCost) byLayouts.set(key, s);
  }
  return [...byLayouts.values()];
}

/** Strategies of something that only has a layout: arguments, values that go around loops. */
export const layoutStrategies = (shape: readonly number[], mesh: Mesh): OpStrategy[] =>
  layoutsOf(shape, mesh).map((layout) => ({
    operands: [layout],
    computed: [layout],
    results: [layout],
    collectives: [],
    computeCost: 0,
    collectiveCost: 0,
  }));
