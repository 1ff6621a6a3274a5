import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { loadNewestCheckpoint, train } from '../../src/train/index.ts';

/* A checkpoint that a disk, a copy or a hand has damaged gives one clear line, and a run in use is left alone. */

const dir = mkdtempSync(join(tmpdir(), 'espalier-damaged-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const text = Buffer.from('to be or not to be, that is the question. '.repeat(40));
const options = {
  config: transformerConfig('tiny', { maxSeqLen: 16, numLayers: 1 }),
  text: { train: text, validation: text },
  resume: false,
  steps: 2,
  batchSize: 2,
  seed: 0,
  learningRate: 1e-3,
  weightDecay: 0,
  evalEvery: 0,
  evalBatches: 1,
  checkpointEvery: 1,
};
const good = join(dir, 'good');
beforeAll(async () => {
  await train({ ...options, outDir: good });
}, 120_000);

async function errorOf(f: () => unknown): Promise<UserError> {
  try {
    await f();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
const newest = (run: string): string => join(run, 'checkpoints', 'step-00000002');
const edited =
  (change: (info: Record<string, never>) => unknown) =>
  (at: string): void => {
    const file = join(at, 'checkpoint.json');
    const info = JSON.parse(readFileSync(file, 'utf8')) as Record<string, never>;
    writeFileSync(file, JSON.stringify(change(info) ?? info));
  };
const set = (path: string, value: unknown): ((at: string) => void) =>
  edited((info) => {
    const steps = path.split('.');
    const last = steps.pop()!;
    let holder: Record<string, unknown> = info;
    for (const k of steps) holder = holder[k] as Record<string, unknown>;
    holder[last] = value;
  });

const damages: readonly (readonly [string, (at: string) => void])[] = [
  ['checkpoint.json is gone', (at) => rmSync(join(at, 'checkpoint.json'))],
  ['checkpoint.json is empty', (at) => writeFileSync(join(at, 'checkpoint.json'), '')],
  ['checkpoint.json is cut short', (at) => truncateSync(join(at, 'checkpoint.json'), 50)],
  ['checkpoint.json is null', (at) => writeFileSync(join(at, 'checkpoint.json'), 'null')],
  ['checkpoint.json is a list', (at) => writeFileSync(join(at, 'checkpoint.json'), '[]')],
  ['an unknown version', set('formatVersion', 7)],
  ['a negative step', set('step', -1)],
  ['a step of another checkpoint', set('step', 1)],
  ['a seed that is a text', set('seed', '0')],
  ['a manifest that is a text', set('tensors', 'x')],
  [
    'a manifest with a file elsewhere',
    set('tensors.model.embedding.pieces', [{ file: '../x', start: [0, 0], shape: [1, 1] }]),
  ],
  ['a manifest with a piece too few', set('tensors.model.embedding.pieces', [])],
  ['no configuration', set('config', null)],
  ['a configuration without layers', set('config.numLayers', 0)],
  ['an odd head size', set('config.headDim', 33)],
  ['an unknown dtype', set('config.dtype', 'f8')],
  ['a run that is a list', set('run', [])],
  ['a run without its length', set('run.totalSteps', undefined)],
  ['model.safetensors is gone', (at) => rmSync(join(at, 'model.safetensors'))],
  ['model.safetensors is empty', (at) => writeFileSync(join(at, 'model.safetensors'), '')],
  ['model.safetensors is cut short', (at) => truncateSync(join(at, 'model.safetensors'), 5000)],
  [
    'model.safetensors lost its last byte',
    (at) => truncateSync(join(at, 'model.safetensors'), readFileSync(join(at, 'model.safetensors')).length - 1),
  ],
  [
    'model.safetensors is a folder',
    (at) => {
      rmSync(join(at, 'model.safetensors'));
      mkdirSync(join(at, 'model.safetensors'));
    },
  ],
  ['optimizer.safetensors is text', (at) => writeFileSync(join(at, 'optimizer.safetensors'), 'not a tensor in sight')],
  [
    'a bit of the header flipped',
    (at) => {
      const file = join(at, 'optimizer.safetensors');
      const bytes = readFileSync(file);
      bytes[9] ^= 0x41;
      writeFileSync(file, bytes);
    },
  ],
];

describe('a damaged checkpoint', () => {
  it.each(damages)('%s', async (what, damage) => {
    const run = join(dir, what.replace(/\W+/g, '-'));
    cpSync(good, run, { recursive: true });
    damage(newest(run));
    const error = await errorOf(() => loadNewestCheckpoint(run));
    expect(error.code).toBe('train/damaged-checkpoint');
    expect(error.message).not.toMatch(/\n|\[object|undefined|Cannot read/);
    expect(error.advice).toMatch(/continue from step 1/);
  });
  it("with tensors that are not the model's is told apart", async () => {
    const run = join(dir, 'exchanged');
    cpSync(good, run, { recursive: true });
    cpSync(join(newest(run), 'optimizer.safetensors'), join(newest(run), 'model.safetensors'));
    // Of format 1, which has no manifest that would tell.
    edited((info) => ({ ...info, formatVersion: 1, tensors: undefined }))(newest(run));
    const error = await errorOf(() => train({ ...options, outDir: run, resume: true }));
    expect(error.code).toBe('train/other-model');
  });
});

describe('a checkpoint of format 1', () => {
  it('is gone on from', async () => {
    const run = join(dir, 'format1');
    cpSync(good, run, { recursive: true });
    rmSync(newest(run), { recursive: true });
    const first = join(run, 'checkpoints', 'step-00000001');
    edited((info) => ({ ...info, formatVersion: 1, tensors: undefined }))(first);
    await train({ ...options, outDir: run, resume: true });
    const [a, b] = [good, run].map((at) => readFileSync(join(newest(at), 'model.safetensors')));
    expect(a.equals(b)).toBe(true);
  });
});

describe('the folder of a run', () => {
  it('belongs to one process at a time', async () => {
    const outDir = join(dir, 'shared');
    const both = await Promise.allSettled([train({ ...options, outDir }), train({ ...options, outDir })]);
    const failed = both.filter((r) => r.status === 'rejected').map((r) => r.reason as UserError);
    expect(failed.map((e) => e.code)).toEqual(['train/out-in-use']);
    expect(loadNewestCheckpoint(outDir).info.step).toBe(2);
  });
  it('of a process that is gone is taken over', async () => {
    const outDir = join(dir, 'stale');
    mkdirSync(outDir);
    writeFileSync(
      join(outDir, 'run.lock'),
      JSON.stringify({ pid: 2 ** 30, host: (await import('node:os')).hostname() }),
    );
    await train({ ...options, outDir, steps: 1 });
    expect(loadNewestCheckpoint(outDir).info.step).toBe(1);
  });
  it('on another machine is not touched', async () => {
    const outDir = join(dir, 'elsewhere');
    mkdirSync(outDir);
    writeFileSync(join(outDir, 'run.lock'), JSON.stringify({ pid: 1, host: 'another' }));
    expect((await errorOf(() => train({ ...options, outDir }))).advice).toMatch(/delete/);
  });
  it('is not made by a run that cannot start', async () => {
    const outDir = join(dir, 'never');
    const short = Buffer.from('short');
    await errorOf(() => train({ ...options, outDir, text: { train: short, validation: short } }));
    expect(() => readFileSync(join(outDir, 'run.json'))).toThrow(/ENOENT/);
  });
  it('must hold the text it began with', async () => {
    const other = Buffer.from('To be or not to be, that is the question. '.repeat(40));
    const run = join(dir, 'other-text');
    cpSync(good, run, { recursive: true });
    const error = await errorOf(() =>
      train({ ...options, outDir: run, resume: true, text: { train: other, validation: text } }),
    );
    expect(error.given).toMatch(/trainSha256/);
  });
});
