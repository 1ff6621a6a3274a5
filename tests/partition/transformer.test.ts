import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostTensor, Mesh, random } from '../../src/api/index.ts';
import { ByteBatches } from '../../src/data/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import type { PartitionReport } from '../../src/partition/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { trainPrograms } from '../../src/train/index.ts';

const config = transformerConfig('tiny', {
  embedDim: 16,
  numLayers: 2,
  numHeads: 4,
  headDim: 4,
  mlpDim: 32,
  maxSeqLen: 16,
  vocabSize: 64,
});
const engine = createEngine('reference');
const batches = new ByteBatches(Buffer.from('to be or not to be, that is the question. '.repeat(40)), {
  batchSize: 4,
  seqLen: config.maxSeqLen,
  seed: 0,
});
afterAll(() => engine.close());

async function train(meshText: string): Promise<{ losses: number[]; report: PartitionReport | undefined }> {
  const mesh = meshText === '' ? undefined : Mesh.parse(meshText);
  const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 100);
  let state = programs.init(random.key(0));
  const { report } = programs.step.lower(state, hostTensor(batches.at(0)));
  const losses: number[] = [];
  for (let i = 0; i < 2; i++) {
    const [next, out] = programs.step(state, hostTensor(batches.at(i)));
    state = next;
    losses.push(Number(await out.loss.item()));
  }
  return { losses, report };
}

let whole: number[] = [];
beforeAll(async () => {
  whole = (await train('')).losses;
}, 60_000);

test.each(['data=2,model=2', 'data=4', 'model=4'])(
  'a training step on %s equals the one on a single device',
  async (mesh) => {
    const { losses } = await train(mesh);
    losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(whole[i], 5);
    });
  },
  60_000,
);

test('Megatron sharding costs two all_reduces per layer each way and one per gradient', async () => {
  const { report } = await train('data=2,model=2');
  const count = (kind: string, axes: string): number =>
    report!.collectives.filter((c) => c.kind === kind && c.axes === axes).length;
  expect(new Set(report!.collectives.map((c) => c.kind))).toEqual(new Set(['all_reduce']));
  // The layer loop is there once forward and once backward; the gradient norm adds one.
  expect(count('all_reduce', '{"model"}')).toBe(2 + 2 + 1);
  expect(report!.replicated).toEqual([]);
}, 60_000);
