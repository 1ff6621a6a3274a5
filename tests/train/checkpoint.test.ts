import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { type Checkpoint, checkpointSteps, loadNewestCheckpoint, saveCheckpoint } from '../../src/train/index.ts';

const root = mkdtempSync(join(tmpdir(), 'espalier-checkpoint-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let dir = '';
let runs = 0;
beforeEach(() => {
  dir = join(root, `run${runs++}`);
});

const vector = (...values: number[]): HostArray => HostArray.from('f32', [values.length], values);
const checkpoint = (step: number, changes: Partial<Checkpoint> = {}): Checkpoint => ({
  info: { formatVersion: 1, step, seed: 3, config: transformerConfig('tiny'), run: { totalSteps: 9, batchSize: 4 } },
  model: new Map([['layers.up', vector(step, 2)]]),
  optimizer: new Map([
    ['mu.layers.up', vector(0.5, step)],
    ['nu.layers.up', vector(0.25, step)],
  ]),
  ...changes,
});

describe('a checkpoint', () => {
  it('is read as it was written', async () => {
    const path = await saveCheckpoint(dir, checkpoint(7));
    expect(path).toBe(join(dir, 'checkpoints', 'step-00000007'));
    expect(readdirSync(path).sort()).toEqual(['checkpoint.json', 'model.safetensors', 'optimizer.safetensors']);
    const back = loadNewestCheckpoint(dir);
    expect(back.info).toEqual({ ...checkpoint(7).info, formatVersion: 2 });
    for (const part of ['model', 'optimizer'] as const) {
      const want = checkpoint(7)[part];
      expect([...back[part].keys()]).toEqual([...want.keys()]);
      for (const [name, t] of want) expect(back[part].get(name)!.equals(t), name).toBe(true);
    }
  });
  it('is one of the newest few', async () => {
    for (const step of [1, 2, 3]) await saveCheckpoint(dir, checkpoint(step));
    expect(checkpointSteps(dir)).toEqual([2, 3]);
    for (const step of [10, 100000000]) await saveCheckpoint(dir, checkpoint(step), { newest: 3 });
    expect(checkpointSteps(dir)).toEqual([3, 10, 100000000]);
    expect(loadNewestCheckpoint(dir).info.step).toBe(100000000);
  });
  it('has its name only once it is complete', async () => {
    await saveCheckpoint(dir, checkpoint(1));
    // Half of it can be written before the format refuses a tensor.
    const optimizer = new Map([['mu.layers.up', HostArray.zeros('i4', [2])]]);
    await expect(saveCheckpoint(dir, checkpoint(2, { optimizer }))).rejects.toThrow(
      expect.objectContaining({ code: 'data/safetensors' }),
    );
    expect(checkpointSteps(dir)).toEqual([1]);
    expect(loadNewestCheckpoint(dir).info.step).toBe(1);
    await saveCheckpoint(dir, checkpoint(2));
    // Nothing is left of what failed.
    expect(readdirSync(join(dir, 'checkpoints')).sort()).toEqual(['step-00000001', 'step-00000002']);
  });
  it('is never replaced', async () => {
    await saveCheckpoint(dir, checkpoint(1));
    await saveCheckpoint(dir, checkpoint(1, { model: new Map([['layers.up', vector(0, 0)]]) }));
    expect(loadNewestCheckpoint(dir).model.get('layers.up')!.toNumbers()).toEqual([1, 2]);
  });
  it('is not what lies beside checkpoints', async () => {
    mkdirSync(join(dir, 'checkpoints', '.writing-step-00000005-1'), { recursive: true });
    writeFileSync(join(dir, 'checkpoints', 'notes.txt'), '');
    expect(checkpointSteps(dir)).toEqual([]);
    expect(() => loadNewestCheckpoint(dir)).toThrow(expect.objectContaining({ code: 'train/no-checkpoint' }));
    await saveCheckpoint(dir, checkpoint(6));
    expect(checkpointSteps(dir)).toEqual([6]);
    expect(existsSync(join(dir, 'checkpoints', 'notes.txt'))).toBe(true);
  });
});
