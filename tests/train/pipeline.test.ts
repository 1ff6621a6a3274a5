import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  devicePut,
  deviceSet,
  evalShape,
  gradientPasses,
  Mesh,
  np,
  P,
  random,
  type Tensor,
  tree,
  valueAndGrad,
} from '../../src/api/index.ts';
import { range } from '../../src/base/index.ts';
import { ByteBatches } from '../../src/data/index.ts';
import { type TransformerConfig, transformerConfig } from '../../src/nn/index.ts';
import { bubbleShare, buildSchedule, type ScheduleName, type StageTask, scheduleNames } from '../../src/plan/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import {
  loadNewestCheckpoint,
  measureSchedule,
  optimizerOfRun,
  Pipeline,
  type PipelineEvent,
  PipelineRunner,
  type PipelineRunOptions,
  type PipelineTraining,
  readMetrics,
  type TrainOptions,
  train,
  trainPrograms,
  WholeRunner,
} from '../../src/train/index.ts';
import '../seed.ts';

const engine = createEngine('reference');
const dir = mkdtempSync(join(tmpdir(), 'espalier-pipeline-'));
afterAll(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

const text = Buffer.from(
  Array.from({ length: 400 }, (_, i) => 'what goes up the stages comes back down '[(i * 7) % 40]).join(''),
);
const small: TransformerConfig = {
  ...transformerConfig('tiny', { maxSeqLen: 4, numLayers: 2, embedDim: 8, numHeads: 2, headDim: 4, mlpDim: 8 }),
  vocabSize: 128,
};
const batches = new ByteBatches(text, { batchSize: 8, seqLen: 4, seed: 7 });
const engineDevices = (k: number) => deviceSet(engine).slice(k, k + 1);
const alike = { forwardUs: 1, inputGradientUs: 1, weightGradientUs: 1 };
const rates = { learningRate: 1e-2, weightDecay: 0.1 };

async function losses(runner: { step: WholeRunner['step'] }, steps: number): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < steps; i++) out.push((await runner.step(batches.at(i))).loss);
  return out;
}
const inStages = (pipeline: PipelineTraining, more: Partial<PipelineRunOptions> = {}): Promise<PipelineRunner> => {
  const o = { config: small, engine, batchSize: 8, mesh: Mesh.parse('stage=2,data=2'), pipeline, ...more };
  return PipelineRunner.start(o, optimizerOfRun({ ...rates, ...more }, 3), 7);
};
const onOne = (config: TransformerConfig): WholeRunner =>
  WholeRunner.start(trainPrograms({ config, mesh: undefined, engine, ...rates }, 3), 7, engine);
const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((x, i) => Math.abs(x / b[i] - 1)));

describe('training in stages', () => {
  it('gives the losses of one device, with backward passes in halves', async () => {
    const single = await losses(onOne(small), 2);
    const runner = await inStages({ schedule: 'zb-h1', microBatches: 2 });
    expect(largestDifference(await losses(runner, 2), single)).toBeLessThan(1e-5);
    runner.dispose();
  });

  it('does so with stages of unequal numbers of layers, tables of their own, recomputation and a cut update', async () => {
    const config: TransformerConfig = { ...small, numLayers: 3, tieEmbeddings: false, remat: 'dots' };
    const single = await losses(onOne(config), 2);
    const mesh = Mesh.parse('data=2,stage=2');
    const runner = await inStages(
      { schedule: '1f1b', microBatches: 2, layers: [1, 2] },
      { config, mesh, shardUpdate: true },
    );
    expect(largestDifference(await losses(runner, 2), single)).toBeLessThan(1e-5);
    expect(runner.layout.meshes.map((m) => m.devices!.ids)).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(await runner.evaluate(batches.at(5))).toBeGreaterThan(0);
  });

  it('writes checkpoints that any mesh goes on from, and a trace of what ran', async () => {
    const run = async (out: string, steps: number, mesh: string, resume = false): Promise<void> => {
      let seen = 0;
      const stop = { aborted: false };
      const o: TrainOptions = {
        ...{ config: small, text: { train: text, validation: text }, outDir: join(dir, out), resume, steps: 6 },
        ...{ batchSize: 8, seed: 3, engine, ...rates, evalEvery: 0, evalBatches: 1, checkpointEvery: 0 },
        mesh: Mesh.parse(mesh),
        pipeline: { schedule: 'gpipe', microBatches: 2 },
        signal: stop as never,
        onEvent: (e) => {
          if (e.kind === 'step' && ++seen === steps - 1) stop.aborted = true; // the next one is under way, and is finished
        },
      };
      await train(o);
    };
    await run('whole', 6, 'data=1');
    await run('mixed', 2, 'stage=2');
    await run('mixed', 2, 'data=2', true);
    await run('mixed', 2, 'stage=2,data=2', true);
    const of = (out: string): number[] => readMetrics(join(dir, out)).map((m) => m.loss);
    expect(of('mixed')).toHaveLength(6);
    expect(largestDifference(of('mixed'), of('whole'))).toBeLessThan(1e-5);
    const [a, b] = ['mixed', 'whole'].map((out) => loadNewestCheckpoint(join(dir, out)));
    expect([...a.model.keys()].sort()).toEqual([...b.model.keys()].sort());
    expect([...a.optimizer.keys()].sort()).toEqual([...b.optimizer.keys()].sort());
    const { traceEvents } = JSON.parse(readFileSync(join(dir, 'mixed', 'trace.json'), 'utf8'));
    expect(traceEvents.filter((e: { ph: string }) => e.ph === 'X')).toHaveLength(2 * 2 * 2 * 2);
  });

  it('tells what cannot be in one line each', async () => {
    const fails = (pipeline: PipelineTraining, more: Partial<PipelineRunOptions> = {}) =>
      expect(inStages(pipeline, more)).rejects;
    await fails({ microBatches: 3 }).toThrow('a batch of 8 cannot be cut into 3 micro-batches');
    await fails({ schedule: 'interleaved', microBatches: 1 }).toThrow('micro-batches that are a multiple of 2');
    await fails({ schedule: 'interleaved', microBatches: 4, chunks: 4 }).toThrow('2 layers do not fill 8 stages');
    await fails({ microBatches: 4, layers: [1, 2] }).toThrow('stages of 1, 2 layers do not make up the model');
    await fails({ microBatches: 4, layers: [1, 1, 1] }).toThrow('the schedule 1f1b has 2 stages');
    await fails({ microBatches: 4 }, { optimizer: 'lamb' }).toThrow('lamb cannot be used in stages');
  });
});

describe('a pipeline of any functions', () => {
  it('has the gradients of the functions one after another under every schedule, the same to the bit', async () => {
    const meshes = [0, 1].map((k) => new Mesh({ data: 2 }, deviceSet(engine).slice(2 * k, 2 * k + 2)));
    const parts = range(4).map((k) => random.normal(random.key(k), [2, 3]));
    const weights = range(4).map((k) => random.normal(random.key(k + 4), [3, 3]));
    const layer = (x: Tensor, w: Tensor): Tensor => np.tanh(np.matmul(x, w));
    for (const stages of [2, 4]) {
      const perStage = range(stages).map((s) => weights.slice((s * 4) / stages, ((s + 1) * 4) / stages));
      const [loss, gradients] = valueAndGrad((w: Tensor[][]) =>
        np.mean(np.square(w.flat().reduce(layer, np.concatenate(parts)))),
      )(perStage);
      let first: readonly number[] | undefined;
      for (const name of scheduleNames) {
        const schedule = buildSchedule(name, { stages: 2, microBatches: 4 }, alike);
        if (schedule.numStages !== stages) continue;
        const pipeline = new Pipeline({
          ...{ schedule, meshes, engine, microBatch: parts[0], activationSpecs: P('data'), batchSpecs: P('data') },
          stages: perStage.map((own, s) => ({
            weights: own,
            readsBatch: s === 0,
            apply(w, input, batch) {
              const y = (w as Tensor[]).reduce(layer, (input ?? batch) as Tensor);
              return s === stages - 1 ? np.mean(np.square(y)) : y;
            },
          })),
        });
        const { places } = pipeline;
        const on = places.map((row) =>
          perStage.map((own, s) => own.map((w) => devicePut(w, meshes[row[s]], P(), engine))),
        );
        const result = await pipeline.run(on, parts);
        expect(result.loss, name).toBeCloseTo(Number(await loss.item()), 6);
        const [flat, expected] = await Promise.all(
          [result.gradients, gradients].map(async (g) =>
            (await Promise.all(tree.leaves(g as Tensor[][]).map((t) => t.data()))).flatMap((d) => [
              ...(d as Float32Array),
            ]),
          ),
        );
        flat.forEach((x, i) => {
          expect(x, name).toBeCloseTo(expected[i], 6);
        });
        first ??= flat;
        expect(flat, name).toEqual(first);
        const passes = (list: readonly StageTask[]): string[] =>
          list.map((t) => `${t.kind}${t.stage}.${t.microBatch}.${t.copy}`).sort();
        expect(passes(result.events.map((e) => e.task))).toEqual(passes(schedule.devices.flat(2)));
      }
    }
  });

  it('ends with the error of the pass that failed, while others wait for it', async () => {
    const schedule = buildSchedule('gpipe', { stages: 2, microBatches: 1 }, alike);
    const meshes = [0, 1].map((k) => new Mesh({ data: 1 }, engineDevices(k)));
    const stage = {
      weights: np.array(1),
      readsBatch: true,
      apply: (w: unknown, x: unknown, b: unknown) =>
        np.sum(np.multiply(np.multiply((x ?? b) as Tensor, w as Tensor), b as Tensor)),
    };
    const pipeline = new Pipeline({ schedule, meshes, engine, microBatch: np.ones([2]), stages: [stage, stage] });
    await expect(pipeline.run([[np.array(1), np.array(1)]], [np.ones([3])])).rejects.toThrow();
  });
});

describe('gradient passes', () => {
  it('agree with valueAndGrad, whole and in halves, for chains of any layers', async () => {
    const layers = { tanh: np.tanh, square: np.square, exp: (x: Tensor) => np.exp(np.negative(np.square(x))) } as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...(Object.keys(layers) as (keyof typeof layers)[])), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (kinds, hasInput) => {
          const weights = kinds.map((_, i) => random.normal(random.key(i), [2, 2]));
          const x = random.normal(random.key(9), [3, 2]);
          const f = (w: Tensor[], input: Tensor | undefined, batch: Tensor): Tensor =>
            kinds.reduce((h, kind, i) => layers[kind](np.matmul(h, w[i])), input ?? batch);
          const args = { weights, input: hasInput ? x : undefined, batch: x };
          const passes = gradientPasses(f, [weights, args.input, x]);
          const { result, saved } = passes.forward(args);
          const cotangent = np.onesLike(result);
          const both = passes.backward(args, saved, cotangent);
          const { input, held } = passes.inputGradient(args, saved, cotangent);
          const late = passes.weightGradient(args, saved, cotangent, held);
          const [, [ofWeights, ofInput]] = valueAndGrad((w: Tensor[], y: Tensor) => np.sum(f(w, y, y)), {
            argnums: [0, 1],
          })(weights, x);
          for (const [i, g] of ofWeights.entries())
            for (const own of [both.weights[i], late[i]]) expect(await np.allclose(own, g).item()).toBe(true);
          if (hasInput)
            for (const own of [both.input, input]) expect(await np.allclose(own!, ofInput).item()).toBe(true);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('save activations only: no argument, and nothing that weights alone make', () => {
    const w = np.ones([4, 4]);
    const f = (a: Tensor, x: Tensor | undefined): Tensor => np.tanh(np.matmul(x!, np.exp(a)));
    const passes = gradientPasses(f, [w, np.ones([2, 4]), undefined]);
    const { saved } = evalShape(() => passes.forward({ weights: w, input: np.ones([2, 4]), batch: undefined }));
    expect(saved.map((t) => t.shape)).toEqual([[2, 4]]);
    expect(() => gradientPasses((n: Tensor) => n, [np.array([1], 'i32'), undefined, undefined])).toThrow('it is i32');
  });
});

describe('what a trace says', () => {
  it('is the formula where all passes of a kind take as long', () => {
    const times = { forwardUs: 2, inputGradientUs: 2, weightGradientUs: 2 };
    for (const name of scheduleNames as readonly ScheduleName[]) {
      const schedule = buildSchedule(name, { stages: 2, microBatches: 8 }, times);
      const events = schedule.devices.flatMap((steps, device) =>
        steps.flat().map(
          (task, i): PipelineEvent => ({
            device,
            task,
            startUs: 10 * i,
            endUs: 10 * i + (task.kind === 'B' ? 4 : 2),
          }),
        ),
      );
      const measured = measureSchedule(schedule, [events]);
      const formula = bubbleShare(name, schedule, times);
      if (formula !== undefined) expect(measured.alikeBubble, name).toBeCloseTo(formula, 6);
      expect(measured.replayedBubble, name).toBeCloseTo(measured.alikeBubble, 6);
      expect(measured.bubble, name).toBeGreaterThan(measured.alikeBubble);
    }
  });
});
