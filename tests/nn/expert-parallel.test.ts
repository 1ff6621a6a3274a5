import { describe, expect, it } from 'vitest';
import {
  createEngine,
  grad,
  inspectSharding,
  jit,
  Mesh,
  nn,
  np,
  P,
  type PartitionSpec,
  random,
  setDefaultEngine,
  type Tensor,
  tree,
} from '../../src/index.ts';
import {
  type AxisRules,
  applyExperts,
  balanceLoss,
  type ExpertMode,
  expertParallelRules,
  type RouterConfig,
  route,
  routerLogits,
  routerPolicies,
  routingStatistics,
} from '../../src/nn/index.ts';
import { difference } from '../compare.ts';

setDefaultEngine(createEngine('reference'));

const [numGroups, numTokens, embedDim, mlpDim, numExperts] = [8, 6, 4, 8, 8];
const keys = random.splitKeys(random.key(11), 5);
const weights = {
  router: random.normal(keys[0], [numExperts, embedDim]),
  gate: random.normal(keys[1], [numExperts, mlpDim, embedDim]),
  up: random.normal(keys[2], [numExperts, mlpDim, embedDim]),
  down: random.normal(keys[3], [numExperts, embedDim, mlpDim]),
};
type Weights = typeof weights;
const x = random.normal(keys[4], [numGroups, numTokens, embedDim]);

const policies: Readonly<Record<string, RouterConfig>> = {
  'top two of capacity': { ...routerPolicies.glam({ numExperts }), capacity: { rows: 2 } },
  'the surest first': { ...routerPolicies.glam({ numExperts }), capacity: { rows: 2, priority: 'score' } },
  'experts that choose': routerPolicies.expertChoice({ numExperts }),
  'no capacity': routerPolicies.mixtral({ numExperts }),
};

function layer(config: RouterConfig, mode: ExpertMode | 'auto', rules?: AxisRules) {
  return (w: Weights, tokens: Tensor): Tensor =>
    applyExperts(tokens, route(routerLogits(tokens, w.router), config), w, { activation: nn.silu, mode, rules });
}
const lossOf = (f: (w: Weights, tokens: Tensor) => Tensor) => (w: Weights, tokens: Tensor) =>
  np.sum(np.multiply(f(w, tokens), tokens));

describe.each([
  new Mesh({ expert: 4 }),
  new Mesh({ data: 2, expert: 2 }),
  new Mesh({ expert: 2, model: 2 }),
  new Mesh({ data: 4 }),
])('experts on %s', (mesh) => {
  const axes = Object.keys(mesh.axes).filter((name) => name !== 'model');
  const cutModel = mesh.axisSize('model') > 1 ? 'model' : null;
  const onExpert = mesh.axisSize('expert') > 1 ? 'expert' : null;
  const specs = {
    router: P(),
    gate: P(onExpert, cutModel),
    up: P(onExpert, cutModel),
    down: P(onExpert, null, cutModel),
  };
  const options = { mesh, inShardings: [specs, P(axes)] };

  it.each(
    Object.entries(policies).flatMap(([name, config]) =>
      // What dense computes does not depend on who chose.
      (name === 'no capacity' ? (['dispatched', 'dense', 'ragged'] as const) : (['dispatched'] as const)).map(
        (mode) => ({
          name,
          config,
          mode,
        }),
      ),
    ),
  )('$mode, $name: what one device computes, and its gradients', async ({ config, mode }) => {
    const f = layer(config, mode, expertParallelRules);
    const [cut, whole] = [options, {}].map((o) => [
      jit(f, o)(weights, x),
      ...(tree.leaves(jit(grad(lossOf(f), { argnums: [0, 1] }), o)(weights, x)) as Tensor[]),
    ]);
    expect(cut).toHaveLength(6);
    for (const [i, t] of cut.entries())
      expect(difference(await t.toHost(), await whole[i].toHost(), 1e-5)).toBeLessThan(1);
  });

  it('sends every token where one device would, exactly', async () => {
    const places = (w: Weights, tokens: Tensor) => {
      const { experts, rows, isServed } = route(routerLogits(tokens, w.router), policies['top two of capacity']);
      return { experts, rows: rows!, isServed: isServed! };
    };
    const [cut, whole] = [jit(places, options)(weights, x), jit(places)(weights, x)];
    for (const name of ['experts', 'rows', 'isServed'] as const)
      expect(await cut[name].toArray()).toEqual(await whole[name].toArray());
  });
});

/** Kinds and bytes of the collectives of a program that move more than statistics. */
function collectives(
  f: (w: Weights, tokens: Tensor) => unknown,
  mesh: Mesh,
  tokens: PartitionSpec,
  experts: PartitionSpec = P('expert'),
) {
  const cutExperts = { router: P(), gate: experts, up: experts, down: experts };
  const lowered = jit(f, { mesh, inShardings: [cutExperts, tokens] }).lower(weights, x);
  return inspectSharding(lowered).collectives.map(({ kind, bytes }) => ({ kind, bytes }));
}

describe('what experts communicate', () => {
  const capacity = 2;
  const f = layer(policies['top two of capacity'], 'auto', expertParallelRules);

  it.each([
    [new Mesh({ expert: 4 }), P('expert')],
    [new Mesh({ data: 2, expert: 4 }), P(['data', 'expert'])],
  ] as const)('on %s: the rows to experts and back, all-to-all', (mesh, tokens) => {
    const bytes = (numGroups * numExperts * capacity * embedDim * 4) / mesh.size;
    expect(collectives(f, mesh, tokens)).toEqual(Array(2).fill({ kind: 'all_to_all', bytes }));
  });

  it('where tokens are not cut over experts: one sum of what each device made of its experts', () => {
    const bytes = numGroups * numTokens * embedDim * 4;
    for (const mode of ['dense', 'dispatched'] as const)
      expect(collectives(layer(policies['no capacity'], mode), new Mesh({ expert: 4 }), P())).toEqual([
        { kind: 'all_reduce', bytes },
      ]);
  });

  it('where a mesh cuts tokens only: nothing, each device brings its own together; backward one sum per weight', () => {
    const mesh = new Mesh({ data: 4 });
    for (const policy of ['no capacity', 'top two of capacity']) {
      const alone = layer(policies[policy], 'auto');
      expect(collectives(alone, mesh, P('data'), P())).toEqual([]);
      const gradients = grad((w: Weights, tokens: Tensor) => lossOf(alone)(w, tokens));
      const sums = collectives(gradients, mesh, P('data'), P());
      expect(sums.map(({ kind }) => kind)).toEqual(Array(4).fill('all_reduce'));
      expect(sums.reduce((n, { bytes }) => n + bytes, 0)).toBe(4 * numExperts * (embedDim + 3 * embedDim * mlpDim));
    }
  });

  it('for losses and statistics: sums over experts only', () => {
    const summary = (w: Weights, tokens: Tensor) => {
      const r = route(routerLogits(tokens, w.router), policies['top two of capacity']);
      return { loss: balanceLoss(r), ...routingStatistics(r) };
    };
    for (const c of collectives(summary, new Mesh({ expert: 4 }), P('expert'))) {
      expect(c.kind).toBe('all_reduce');
      expect(c.bytes).toBeLessThanOrEqual(numExperts * 4);
    }
  });
});
