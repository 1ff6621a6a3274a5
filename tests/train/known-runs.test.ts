import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countElements, transformerConfig, transformerParams } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { knownRuns, train } from '../../src/train/index.ts';

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
    ...{ engine: createEngine('reference'), evalEvery: 0, evalBatches: 1, checkpointEvery: 0 },
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
});
