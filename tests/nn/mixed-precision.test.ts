import { afterAll, expect, test } from 'vitest';
import { hostTensor, random, setDefaultEngine } from '../../src/api/index.ts';
import { ByteBatches } from '../../src/data/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { trainPrograms } from '../../src/train/index.ts';

/* Training with bf16 activations, or with products rounded to bf16, follows training in float32. */

const engines = { f32: createEngine('cpu'), rounded: createEngine('cpu', { precision: 'bf16' }) };
setDefaultEngine(engines.f32);
afterAll(async () => {
  for (const e of Object.values(engines)) await e.close();
});

const text = Buffer.from(
  'to be or not to be, that is the question: whether it is nobler in the mind to suffer. '.repeat(60),
);

/** Losses of 50 steps, and the types of the parameters afterwards. */
async function losses(
  dtype: 'f32' | 'bf16',
  engine: keyof typeof engines,
): Promise<{ losses: number[]; dtypes: Set<string> }> {
  const config = transformerConfig('tiny', {
    embedDim: 32,
    numLayers: 2,
    numHeads: 2,
    headDim: 16,
    mlpDim: 64,
    maxSeqLen: 32,
    dtype,
  });
  const programs = trainPrograms({ config, engine: engines[engine], learningRate: 3e-3, weightDecay: 0.1 }, 50);
  const batches = new ByteBatches(text, { batchSize: 8, seqLen: config.maxSeqLen, seed: 0 });
  let state = programs.init(random.key(0));
  const out: number[] = [];
  for (let i = 0; i < 50; i++) {
    const [next, metrics] = programs.step(state, hostTensor(batches.at(i)));
    state = next;
    out.push(Number(await metrics.loss.item()));
  }
  const flat = (x: object): string[] => Object.values(x).flatMap((v) => ('dtype' in v ? [v.dtype] : flat(v)));
  return { losses: out, dtypes: new Set(flat(state.params)) };
}

const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;

test('50 steps in mixed precision and with rounded products lose as much as in float32', async () => {
  const plain = await losses('f32', 'f32');
  expect(plain.losses[49]).toBeLessThan(0.75 * plain.losses[0]);
  for (const other of [await losses('bf16', 'f32'), await losses('f32', 'rounded')]) {
    expect(other.dtypes).toEqual(new Set(['f32']));
    expect(other.losses[0]).toBeCloseTo(plain.losses[0], 1);
    expect(other.losses).not.toEqual(plain.losses);
    // Rounding is noise: the last ten steps agree within three hundredths.
    const difference = Math.abs(mean(other.losses.slice(40)) - mean(plain.losses.slice(40)));
    expect(difference / mean(plain.losses.slice(40))).toBeLessThan(0.03);
  }
}, 120_000);
