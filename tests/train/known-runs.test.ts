import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countElements, transformerConfig, transformerParams } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { knownRuns, readMetrics, type TrainEvent, train } from '../../src/train/index.ts';
import { SpikeWatch } from '../../src/train/spikes.ts';
import { mulberry } from '../random-numbers.ts';

const dir = mkdtempSync(join(tmpdir(), 'espalier-known-runs-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('known runs', () => {
  it('have as many weights as theirs, but for positions and vocabulary', () => {
    const gptLayers = (width: number, layers: number): number => layers * (12 * width * width + 2 * width);
    for (const { model } of Object.values(knownRuns)) {
      const numParams = countElements(transformerParams(transformerConfig('tiny', model)));
      const theirs = gptLayers(model.embedDim, model.numLayers) + 256 * model.embedDim + model.embedDim;
      expect(Math.abs(numParams / theirs - 1)).toBeLessThan(0.01);
    }
  });
});

it('a spike lies six deviations above the mean of the last 128, once there are 64, or is no number', () => {
  const losses = Array.from({ length: 63 }, (_, i) => (i % 2 === 0 ? 1.1 : 0.9));
  const deviation = Math.sqrt(losses.reduce((sum, x) => sum + (x - 1) ** 2, 0) / 62);
  expect(new SpikeWatch(losses).takes(100)).toBe(false);
  const watch = (): SpikeWatch => new SpikeWatch([...losses, 0.9]);
  expect(watch().takes(1 + 5.9 * deviation)).toBe(false);
  expect(watch().takes(1 + 6.1 * deviation)).toBe(true);
  expect(watch().takes(Number.NaN)).toBe(true);
  expect(watch().takes(-100)).toBe(false);
  // What lies longer back is forgotten.
  expect(new SpikeWatch([...Array(200).fill(1000), ...losses, ...losses, 1, 1]).takes(2)).toBe(true);
});

describe('skipping spikes', () => {
  const text = Buffer.from('to be or not to be, that is the question. '.repeat(40));
  const options = {
    config: transformerConfig('tiny', {
      maxSeqLen: 8,
      numLayers: 1,
      embedDim: 16,
      numHeads: 1,
      headDim: 16,
      mlpDim: 8,
    }),
    ...{ text: { train: text, validation: text }, resume: false, batchSize: 2, seed: 0, weightDecay: 0 },
    ...{ engine: createEngine('cpu'), evalEvery: 0, evalBatches: 1, checkpointEvery: 0 },
  };

  it('gives a run up after 20 batches without a number, at once if they are not skipped', async () => {
    // After the first step no weight is a number.
    const seen: number[] = [];
    const run = (out: string, skipSpikes: boolean): Promise<unknown> => {
      seen.length = 0;
      return train({
        ...{ ...options, skipSpikes, steps: 60, learningRate: Number.NaN, outDir: join(dir, out) },
        onEvent: (e) => {
          if (e.kind === 'step' && !Number.isFinite(e.loss)) seen.push(e.step);
        },
      });
    };
    await expect(run('stop', false)).rejects.toMatchObject({ code: 'train/diverged' });
    expect(seen).toEqual([]);
    await expect(run('skip', true)).rejects.toMatchObject({ code: 'train/diverged' });
    expect(seen).toHaveLength(20);
  });

  it('goes back to a checkpoint and leaves out the batches that led to a spike, and so again when it is resumed', async () => {
    // Two letters, but for some bytes that few batches have.
    const draw = mulberry(2);
    const odd = Buffer.from(
      Array.from({ length: 8000 }, (_, i) => (i > 1500 && i < 1512 ? 110 + ((i * 7) % 12) : draw() < 0.5 ? 97 : 98)),
    );
    const steps = 500;
    const run = async (out: string, o: object = {}) => {
      const events: TrainEvent[] = [];
      const result = await train({
        ...{ ...options, steps, learningRate: 3e-3, outDir: join(dir, out), checkpointEvery: 20, keep: { newest: 20 } },
        text: { train: odd, validation: text },
        rewindsSpikes: true,
        onEvent: (e) => void events.push(e),
        ...o,
      });
      return { result, rewound: events.filter((e) => e.kind === 'rewound') };
    };
    await expect(run('none', { checkpointEvery: 0 })).rejects.toMatchObject({ code: 'train/rewind' });
    const { rewound } = await run('rewind');
    expect(rewound.length).toBeGreaterThan(0);
    const [{ spike, step, loss, numBatches }] = rewound;
    expect(step).toBeLessThan(spike);
    expect(numBatches).toBe(spike - step + 100);
    const metrics = readMetrics(join(dir, 'rewind'));
    expect(metrics.map((m) => m.step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    expect(metrics[spike - 1].loss).toBeLessThan(loss);
    // Stopped behind the spike, it goes on with the same batches.
    const stop = new AbortController();
    await run('stopped', {
      signal: stop.signal,
      onEvent: (e: TrainEvent) => {
        if (e.kind === 'step' && e.step === spike + 5 && readMetrics(join(dir, 'stopped')).length > 0) stop.abort();
      },
    });
    await run('stopped', { resume: true });
    expect(readMetrics(join(dir, 'stopped')).map((m) => m.loss)).toEqual(metrics.map((m) => m.loss));
  });
});
