import { afterAll, describe, expect, it } from 'vitest';
import { hostTensor, Mesh, np, random, type Tensor, trace } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { ByteBatches } from '../../src/data/index.ts';
import { printModule } from '../../src/ir/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { registry } from '../../src/ops/index.ts';
import {
  alphaBetaCosts,
  clusterNamed,
  exportPlan,
  followPlan,
  type PlanFile,
  planIntraOp,
  planJson,
  readCluster,
  readPlanFile,
} from '../../src/plan/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { compareSchedules, plannedPrograms, trainingPlan, trainPrograms, WholeRunner } from '../../src/train/index.ts';

const engine = createEngine('reference');
afterAll(() => engine.close());

const config = {
  ...transformerConfig('tiny', { maxSeqLen: 4, numLayers: 2, embedDim: 8, numHeads: 2, headDim: 4, mlpDim: 8 }),
  vocabSize: 128,
};
const run = { config, engine, batchSize: 4, learningRate: 1e-2, weightDecay: 0.1 };
const training = { model: { ...config }, batchSize: run.batchSize };
const cluster = readCluster(clusterNamed('cpu:4'));

describe('plans of shardings', () => {
  it('are trained as planned, over axes of any name, to the losses of one device', async () => {
    const mesh = new Mesh({ x: 2 });
    const plain = trainPrograms({ ...run, mesh: undefined }, 1000);
    const tokens = hostTensor(HostArray.zeros('i32', [run.batchSize, config.maxSeqLen + 1]));
    const module = plain.step.lower(plain.init.evalShape(random.key(0)), tokens).stages.get('optimized')!;
    const link = { alphaS: 1e-6, bytesPerSec: 2e8 };
    const found = await planIntraOp(module, {
      ...{ mesh: mesh.ir, registry, timeLimitS: 5, memoryBytesPerDevice: 1e9 },
      costs: alphaBetaCosts({ flopsPerSec: 1e6, memoryBytesPerSec: 1e6, links: [link] }),
    });
    const inputs = { program: 'a step', cluster, memoryBytesPerDevice: 1e9, seed: 1 };
    const written = readPlanFile(JSON.stringify({ ...planJson(found, inputs), training }), 'plan.json');
    const planned = plannedPrograms(run, trainingPlan(written), 3);
    // The collectives that run are those that were planned for.
    const kinds = (list: readonly { readonly kind: string }[]): string[] =>
      [...new Set(list.map((c) => c.kind))].sort();
    const lowered = planned.step.lower(planned.init.evalShape(random.key(0)), tokens);
    expect(kinds(found.collectives).length).toBeGreaterThan(0);
    expect(kinds(lowered.report!.collectives)).toEqual(kinds(found.collectives));
    const batches = new ByteBatches(Buffer.from('plans that run are plans that one can trust'), {
      ...{ batchSize: run.batchSize, seqLen: config.maxSeqLen, seed: 1 },
    });
    const whole = WholeRunner.start(trainPrograms({ ...run, mesh: undefined }, 3), 5, engine);
    const cut = WholeRunner.start(planned, 5, engine);
    for (let i = 0; i < 2; i++) {
      const [a, b] = [await whole.step(batches.at(i)), await cut.step(batches.at(i))];
      expect(Math.abs(b.loss / a.loss - 1)).toBeLessThan(1e-5);
    }
    expect(exportPlan(written, 'shardy')).toContain('sdy.sharding');
  });

  it('are followed where only arithmetic of scalars differs', () => {
    const program = (f: (x: Tensor) => Tensor) => trace(f)(np.ones([4])).module;
    const planned = program((x) => np.multiply(np.tanh(x), 0.5));
    const rate = (n: number) => np.add(np.full([], n, 'f32'), np.full([], 1, 'f32'));
    const followed = printModule(
      followPlan(
        printModule(planned),
        program((x) => np.multiply(np.tanh(x), rate(3))),
      ),
    );
    expect(followed).toContain('stablehlo.add');
    expect(() =>
      followPlan(
        printModule(planned),
        program((x) => np.multiply(np.sin(x), 0.5)),
      ),
    ).toThrow(
      'the plan is for another program: expected stablehlo.tanh of tensor<4xf32>,tensor<4xf32>, got stablehlo.sine',
    );
  });
});

describe('plans of stages', () => {
  it('name the schedules that can be, the fastest that fits first, and why others cannot', () => {
    const stages = { ...run, mesh: Mesh.parse('stage=2'), pipeline: { microBatches: 2 } };
    const { estimates, impossible } = compareSchedules(stages, cluster, 1e9, [
      '1f1b',
      'zb-h1',
      'dualpipe',
      'interleaved',
    ]);
    expect(estimates.map((e) => e.layout.schedule.name).sort()).toEqual(['1f1b', 'zb-h1']);
    expect(estimates[0].stepUs).toBeLessThanOrEqual(estimates[1].stepUs);
    // Two micro-batches in two stages: a third of the time is waiting, more where stages are not alike.
    expect(estimates.find((e) => e.layout.schedule.name === '1f1b')!.bubble).toBeGreaterThan(1 / 3 - 0.01);
    for (const e of estimates) {
      expect(e.time.reduce((n, p) => n + p.us, 0)).toBeCloseTo(e.stepUs, 6);
      for (const d of e.devices) expect(d.parts.reduce((n, p) => n + p.bytes, 0)).toBe(d.peakBytes);
      const track = e.timeline.devices.flatMap((d) => d.points.map(([, bytes]) => bytes));
      expect(Math.max(...track)).toBeCloseTo(e.peakBytes, 6);
    }
    for (const e of estimates) expect(e.peakBytes).toBeGreaterThan(4 * 4 * config.embedDim * 128);
    expect(impossible.map((i) => i.name)).toEqual(['dualpipe', 'interleaved']);
    expect(impossible[0].reason).toContain('at least twice as many micro-batches');
  });

  it('are read with one line for what is wrong', () => {
    const plan: PlanFile = {
      ...{ kind: 'espalier plan', version: 1, program: 'a step', mesh: { stage: 2 } },
      ...{ training, pipeline: { schedule: '1f1b', microBatches: 2, layers: [1, 1] } },
    };
    const read = (changes: object) => trainingPlan(readPlanFile(JSON.stringify({ ...plan, ...changes }), 'p'));
    expect(read({}).pipeline).toEqual(plan.pipeline);
    expect(exportPlan(plan, 'jax')).toContain('layers_per_stage=[1, 1]');
    expect(() => exportPlan(plan, 'shardy')).toThrow('many programs');
    const axes = [{ name: 'w', shape: [4, 2, 8, 3], axes: [['x'], [], ['y', 'z'], []] }];
    const cut = exportPlan({ ...plan, mesh: { x: 2, y: 2, z: 4 }, arguments: axes }, 'jax');
    expect(cut).toContain('mesh = jax.make_mesh((2, 2, 4), ("x", "y", "z"))');
    expect(cut).toContain('"w": P("x", None, ("y", "z")),');
    expect(() => read({ kind: 'pod' })).toThrow('p is no plan');
    expect(() => read({ pipeline: { ...plan.pipeline, schedule: '1f2b' } })).toThrow(
      'p.pipeline.schedule cannot be read',
    );
    expect(() => read({ training: undefined })).toThrow('the plan is not for training, but for "a step"');
    expect(() => read({ training: { ...training, model: { ...config, headDim: 3 } } })).toThrow(
      'plan.training.model.headDim',
    );
    const sdy = 'sdy.mesh @mesh = <["data"=2]>\nfunc.func @main() { return }';
    const sharded = { pipeline: undefined, sdy, arguments: [] };
    expect(read({ ...sharded, mesh: { data: 2 } }).mesh.size).toBe(2);
    expect(() => read({ ...sharded, mesh: { data: 4 } })).toThrow('the mesh of the plan is not that of its program');
  });
});
