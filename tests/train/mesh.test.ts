import { afterAll, describe, expect, it } from 'vitest';
import { hostTensor, jit, Mesh, random, type Tensor, tree, valueAndGrad } from '../../src/api/index.ts';
import { ByteBatches } from '../../src/data/index.ts';
import { bytesOf } from '../../src/ir/index.ts';
import {
  declarationsOf,
  initialize,
  type Params,
  type TransformerConfig,
  transformerConfig,
  transformerLoss,
  transformerParams,
} from '../../src/nn/index.ts';
import { createEngine, type Engine } from '../../src/runtime/index.ts';
import { trainPrograms } from '../../src/train/index.ts';

const engines: Engine[] = ['cpu', 'reference'].map((name) => createEngine(name));
const [cpu, reference] = engines;
afterAll(async () => {
  for (const e of engines) await e.close();
});

const text = Buffer.from(
  Array.from(
    { length: 3000 },
    (_, i) => 'It was the best of times, it was the worst of times. '[(i * 31 + (i >> 3)) % 53],
  ).join(''),
);

async function losses(
  meshText: string | undefined,
  engine: Engine,
  steps: number,
  batchSize: number,
  seqLen: number,
  changes: Partial<TransformerConfig> = {},
): Promise<number[]> {
  const config = transformerConfig('tiny', { maxSeqLen: seqLen, ...changes });
  const mesh = meshText === undefined ? undefined : Mesh.parse(meshText);
  const programs = trainPrograms({ config, mesh, engine, learningRate: 2e-3, weightDecay: 0.1 }, steps);
  const batches = new ByteBatches(text, { batchSize, seqLen, seed: 7 });
  let state = programs.init(random.key(7));
  const out: number[] = [];
  for (let i = 0; i < steps; i++) {
    const [next, { loss }] = programs.step(state, hostTensor(batches.at(i)));
    state = next;
    out.push(Number(await loss.item()));
  }
  return out;
}

const largestRelativeDifference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((x, i) => Math.abs(x / b[i] - 1)));

describe('training on a mesh', () => {
  it('gives the same loss within 1e-4 relative at every step: 50 on data=2,model=2, 15 on either alone', async () => {
    const single = await losses(undefined, cpu, 50, 8, 32);
    expect(single[49]).toBeLessThan(single[0] * 0.8);
    const short = await losses(undefined, cpu, 15, 8, 32);
    for (const [mesh, steps] of [
      ['data=2', 15],
      ['model=2', 15],
      ['data=2,model=2', 50],
    ] as const) {
      const split = await losses(mesh, cpu, steps, 8, 32);
      const worst = largestRelativeDifference(split, steps === 50 ? single : short);
      console.log(`${mesh}: largest relative difference of the loss over ${steps} steps ${worst.toExponential(1)}`);
      expect(worst, mesh).toBeLessThan(1e-4);
    }
  });

  it('one step on cpu agrees with reference within 1e-5 relative: loss and every gradient', async () => {
    const config = transformerConfig('tiny', { maxSeqLen: 16 });
    const declarations = transformerParams(config);
    const batches = new ByteBatches(text, { batchSize: 2, seqLen: 16, seed: 1 });
    const [fast, exact] = await Promise.all(
      [cpu, reference].map(async (engine) => {
        const params = jit(() => initialize(random.key(3), declarations), { engine: cpu })();
        const host = tree.unflatten(
          tree.structure(params),
          await Promise.all(tree.leaves(params).map(async (t) => hostTensor(await (t as Tensor).toHost()))),
        ) as Params;
        const step = jit(
          (p: Params, tokens: Tensor) => valueAndGrad((q: Params) => transformerLoss(q, tokens, config))(p),
          { engine },
        );
        const [loss, gradients] = step(host, hostTensor(batches.at(0)));
        const arrays = await Promise.all(
          tree.leaves(gradients).map(async (g) => [...((await (g as Tensor).data()) as Float32Array)]),
        );
        return { loss: Number(await loss.item()), arrays };
      }),
    );
    expect(Math.abs(fast.loss / exact.loss - 1)).toBeLessThan(1e-5);
    let worst = 0;
    fast.arrays.forEach((g, i) => {
      const scale = exact.arrays[i].reduce((m, x) => Math.max(m, Math.abs(x)), 0);
      g.forEach((x, k) => {
        worst = Math.max(worst, Math.abs(x - exact.arrays[i][k]) / scale);
      });
    });
    console.log(
      `cpu against reference: loss ${Math.abs(fast.loss / exact.loss - 1).toExponential(1)}, gradients ${worst.toExponential(1)} relative`,
    );
    expect(worst).toBeLessThan(1e-5);
  });

  it('a sharded update changes no loss and cuts optimizer memory by the size of the data axis', async () => {
    const config = transformerConfig('tiny', { maxSeqLen: 32 });
    const run = async (
      meshText: string,
      shardUpdate: boolean,
    ): Promise<{ losses: number[]; stateBytes: number; kinds: Set<string> }> => {
      const mesh = Mesh.parse(meshText);
      const programs = trainPrograms(
        { config, mesh, engine: cpu, learningRate: 2e-3, weightDecay: 0.1, shardUpdate },
        8,
      );
      const batches = new ByteBatches(text, { batchSize: 8, seqLen: 32, seed: 7 });
      let state = programs.init(random.key(7));
      const lowered = programs.step.lower(state, hostTensor(batches.at(0)));
      const out: number[] = [];
      for (let i = 0; i < 8; i++) {
        const [next, { loss }] = programs.step(state, hostTensor(batches.at(i)));
        state = next;
        out.push(Number(await loss.item()));
      }
      // Per-device arguments of the step, in the order of the flattened state: mu, nu, params, step.
      const numParams = declarationsOf(programs.declarations).length;
      const stateBytes = lowered.perDevice.main.argTypes.slice(0, 2 * numParams).reduce((n, t) => n + bytesOf(t), 0);
      return {
        losses: out,
        stateBytes,
        kinds: new Set(lowered.report!.collectives.filter((c) => c.bytes > 10_000).map((c) => c.kind)),
      };
    };
    for (const [mesh, n] of [
      ['data=4', 4],
      ['data=2,model=2', 2],
    ] as const) {
      const whole = await run(mesh, false);
      const cut = await run(mesh, true);
      expect(largestRelativeDifference(cut.losses, whole.losses), mesh).toBeLessThan(1e-5);
      expect(cut.stateBytes * n, mesh).toBe(whole.stateBytes);
      expect([...cut.kinds]).toContain('reduce_scatter');
      expect([...cut.kinds]).toContain('all_gather');
    }
  });

  it('the reference engine trains on a mesh to the same losses', async () => {
    const small = { numLayers: 2, embedDim: 32, headDim: 8, mlpDim: 64 };
    const a = await losses(undefined, reference, 3, 4, 8, small);
    const b = await losses('data=2,model=2', reference, 3, 4, 8, small);
    expect(largestRelativeDifference(a, b)).toBeLessThan(1e-5);
  });
});
