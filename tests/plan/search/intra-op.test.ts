import { describe, expect, it, test } from 'vitest';
import { figures } from '../../../scripts/figures.ts';
import { HostArray } from '../../../src/base/index.ts';
import { lax, np, type Tensor } from '../../../src/index.ts';
import { Mesh, type Module, parseModule, printModule } from '../../../src/ir/index.ts';
import { registry } from '../../../src/ops/index.ts';
import { partitionModule } from '../../../src/partition/index.ts';
import {
  alphaBetaCosts,
  type IntraOpOptions,
  type IntraOpPlan,
  objectiveOf,
  planIntraOp,
  programGraph,
  type ShardingCosts,
} from '../../../src/plan/index.ts';
import { differenceOf } from '../../partition/random/check.ts';
import { mulberry } from '../../random-numbers.ts';
import { scaled } from '../../scale.ts';
import { mlpTraining, optimized, randomProgram } from './programs.ts';

const meshOf = (...sizes: number[]): Mesh => new Mesh(sizes.map((size, i) => ({ name: 'xyz'[i], size })));
/** A slow device with fast links, so that small programs are worth cutting. */
const costs = (numAxes: number): ShardingCosts =>
  alphaBetaCosts({
    flopsPerSec: 1e8,
    memoryBytesPerSec: 1e8,
    links: Array.from({ length: numAxes }, () => ({ alphaS: 1e-6, bytesPerSec: 2e8 })),
  });
const plan = (module: Module, mesh: Mesh, more: Partial<IntraOpOptions> = {}): Promise<IntraOpPlan> =>
  planIntraOp(module, { mesh, costs: costs(mesh.axes.length), registry, timeLimitS: 5, ...more });

const counted = (list: readonly (readonly [string, number])[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const [key, n] of [...list].sort()) sums[key] = (sums[key] ?? 0) + n;
  return sums;
};
const predicted = ({ collectives, graph }: IntraOpPlan): Record<string, number> =>
  counted(
    collectives.map((c) => [
      `${c.kind} {${c.axes.map((a) => `"${graph.mesh.axes[a].name}"`).join(', ')}} ${c.bytesPerDevice}`,
      c.rounds,
    ]),
  );
const emitted = (annotated: Module): Record<string, number> =>
  counted(
    partitionModule(annotated).report.collectives.map((c) => [`${c.kind} ${c.axes} ${c.bytes}`, c.executions ?? 1]),
  );
const randomArgs = (module: Module, seed = 1): HostArray[] => {
  const random = mulberry(seed);
  return module.main.args.map((a) => {
    const size = a.shape.reduce((n, d) => n * d, 1);
    return HostArray.from(
      'f32',
      a.shape,
      Array.from({ length: size }, () => random() - 0.5),
    );
  });
};
const zeros = (...shape: number[]): Tensor => np.zeros(shape);

test("the best objectives of Alpa's playground come out exactly", async () => {
  const lines = await figures('planning', { kind: 'intra-op goldens' });
  expect(lines.filter((l) => l.verdict !== 'within')).toEqual([]);
  expect(lines).toHaveLength(10);
});

describe('a plan', () => {
  const scanned = (w: Tensor, x: Tensor): Tensor =>
    lax.scan((h: Tensor, _: undefined) => [np.tanh(np.matmul(h, w)), undefined] as const, x, undefined, {
      length: 5,
    })[0];
  const programs: Readonly<Record<string, () => Module>> = {
    'data parallel training': () => mlpTraining(2, 64, 8),
    'model parallel training': () => mlpTraining(2, 4, 64),
    'a loop': () => optimized(scanned, zeros(32, 32), zeros(8, 32)),
    attention: () =>
      optimized(
        (q: Tensor, k: Tensor, v: Tensor) => {
          const e = np.exp(np.matmul(q, np.transpose(k, [0, 2, 1])));
          return np.matmul(np.divide(e, np.sum(e, { axis: -1, keepdims: true })), v);
        },
        zeros(4, 16, 8),
        zeros(4, 16, 8),
        zeros(4, 16, 8),
      ),
  };
  for (const [name, make] of Object.entries(programs))
    for (const mesh of [meshOf(4), meshOf(2, 2)])
      it(`predicts the collectives that the partitioner emits, and changes no value: ${name}, ${mesh}`, async () => {
        const module = make();
        const made = await plan(module, mesh);
        expect(made.solution.gap).toBeLessThan(1e-6);
        expect(emitted(made.annotated())).toEqual(predicted(made));
        const written = parseModule(printModule(made.annotated()), registry);
        expect(differenceOf({ module: written, mesh, args: randomArgs(module), tolerance: 1e-5 })).toBeUndefined();
      });

  const numCases = scaled(20);
  it(`of ${numCases} random programs is the best of all choices, and computes the same`, async () => {
    let numCut = 0;
    for (let seed = 0; seed < numCases; seed++) {
      const mesh = seed % 2 === 0 ? meshOf(2) : meshOf(2, 2);
      let numOps = 6;
      let numChoices = Infinity;
      let module = randomProgram(seed, numOps);
      for (; numChoices > 8_000; numOps--) {
        module = randomProgram(seed, numOps);
        const { nodes } = programGraph(module, { mesh, costs: costs(mesh.axes.length) });
        numChoices = nodes.reduce((n, x) => n * x.strategies.length, 1);
      }
      const made = await plan(module, mesh, { gap: 1e-12 });
      const sizes = made.graph.nodes.map((n) => n.strategies.length);
      const choice = new Int32Array(sizes.length);
      let best = Infinity;
      for (let k = 0; k < sizes.length; ) {
        best = Math.min(best, objectiveOf(made.graph.problem, choice));
        for (k = 0; k < sizes.length && ++choice[k] === sizes[k]; k++) choice[k] = 0;
      }
      expect(made.solution.objective).toBeCloseTo(best, 12);
      expect(
        differenceOf({ module: made.annotated(), mesh, args: randomArgs(module), tolerance: 1e-5 }),
      ).toBeUndefined();
      if (
        made.computeCost < made.graph.nodes.reduce((n, x) => n + Math.max(...x.strategies.map((s) => s.computeCost)), 0)
      )
        numCut++;
    }
    expect(numCut).toBeGreaterThan(numCases / 2);
  });

  it('keeps annotations that are there', async () => {
    const module = parseModule(
      `sdy.mesh @m = <["x"=2, "y"=2]>
      func.func @main(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@m, [{}, {"y"}]>}, %b: tensor<8x8xf32>) -> (tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@m, [{"x"}, {}]>}) {
        %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
        return %0 : tensor<8x8xf32>
      }`,
      registry,
    );
    const mesh = meshOf(2, 2);
    const { annotated } = await plan(module, mesh);
    const { inShardings, outShardings } = partitionModule(annotated());
    const axes = (s: (typeof inShardings)[number]): string[] => s.dims.map((d) => d.axes.map((a) => a.name).join());
    expect(axes(inShardings[0])).toEqual(['', 'y']);
    expect(axes(outShardings[0])).toEqual(['x', '']);
    const impossible = parseModule(
      printModule(module).replace('[{}, {"y"}]', '[{}, {"y", "z"}]').replace('"y"=2', '"y"=3, "z"=1'),
      registry,
    );
    await expect(
      plan(
        impossible,
        new Mesh([
          { name: 'x', size: 2 },
          { name: 'y', size: 3 },
          { name: 'z', size: 1 },
        ]),
      ),
    ).rejects.toThrow(/argument 0 cannot be cut as it is annotated/);
  });

  it('gives repeated layers one choice, the ends apart, and loses little by it', async () => {
    const [module, mesh] = [mlpTraining(24, 256, 32), meshOf(4)];
    const free = await plan(module, mesh, { gap: 1e-3 });
    const folded = await plan(module, mesh, { gap: 1e-3, fold: true });
    expect(folded.numClasses).toBeLessThan(free.graph.nodes.length * 0.8);
    expect(folded.solution.objective).toBeLessThan(free.solution.objective * 1.01);
    expect(objectiveOf(free.graph.problem, folded.solution.choice)).toBeCloseTo(folded.solution.objective, 9);
  });

  it('uses less memory where less is there, and says what does not fit', async () => {
    const module = mlpTraining(3, 64, 64);
    const mesh = meshOf(4);
    const free = await plan(module, mesh, {
      costs: alphaBetaCosts({
        flopsPerSec: 1e12,
        memoryBytesPerSec: 1e12,
        links: [{ alphaS: 1e-4, bytesPerSec: 1e6 }],
      }),
    });
    const limit = Math.floor(free.solution.peakMemory * 0.6);
    const tight = await plan(module, mesh, { costs: free.graph.costs, memoryBytesPerDevice: limit });
    expect(tight.solution.peakMemory).toBeLessThanOrEqual(limit);
    expect(tight.solution.objective).toBeGreaterThan(free.solution.objective);
    await expect(plan(module, mesh, { memoryBytesPerDevice: 1000 })).rejects.toThrow(
      /does not fit: expected at most 1000 bytes, got at least \d+ bytes at one time, of which args\[0\]\[0\]/,
    );
  });
});
