import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { devicePut, hostTensor, jit, Mesh, np, P, type Tensor } from '../../src/api/index.ts';
import { HostArray, UserError } from '../../src/base/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import {
  CheckpointWriter,
  checkpointSteps,
  piecesOf,
  RunState,
  readPieces,
  runSteps,
  saveStep,
  writePieces,
} from '../../src/train/index.ts';

/* The loop of a training: what starts when, and checkpoints that are written while it goes on. */

const root = mkdtempSync(join(tmpdir(), 'espalier-loop-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = (): string => mkdtempSync(join(root, 'run-'));

describe('the loop', () => {
  it('starts a step before it fetches the numbers of the one before, but not beyond a pause', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 5 }), async (until, every) => {
        const seen: string[] = [];
        const done = await runSteps({
          from: 0,
          until,
          start: async (step) => {
            seen.push(`start ${step + 1}`);
            return { outcome: Promise.resolve(step + 1) };
          },
          pausesAfter: (steps) => steps % every === 0,
          finish: (steps, outcome) => {
            expect(outcome).toBe(steps);
            seen.push(`finish ${steps}`);
          },
        });
        expect(done).toBe(until);
        const finished = seen.filter((s) => s.startsWith('finish'));
        expect(finished).toEqual(Array.from({ length: until }, (_, i) => `finish ${i + 1}`));
        for (let step = 1; step < until; step++) {
          const isEarly = seen.indexOf(`start ${step + 1}`) < seen.indexOf(`finish ${step}`);
          expect(isEarly, `${step} of ${until}, every ${every}`).toBe(step % every !== 0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('finishes the step under way when it is to stop, and ends at once on an error', async () => {
    const stop = new AbortController();
    const start = async (step: number): Promise<{ outcome: Promise<number> }> => {
      if (step === 3) stop.abort();
      return { outcome: Promise.resolve(step) };
    };
    const finished: number[] = [];
    const finish = (steps: number): void => void finished.push(steps);
    expect(await runSteps({ from: 1, until: 99, signal: stop.signal, start, pausesAfter: () => false, finish })).toBe(
      4,
    );
    expect(finished).toEqual([2, 3, 4]);
    const diverges = (steps: number): void => {
      if (steps === 2) throw new UserError('train/diverged', 'no');
    };
    await expect(
      runSteps({ from: 0, until: 99, start, pausesAfter: () => false, finish: diverges }),
    ).rejects.toMatchObject({ code: 'train/diverged' });
  });
});

const reference = createEngine('reference');
const mesh = new Mesh({ a: 2, b: 2 });
const numbers = (...shape: number[]): HostArray =>
  HostArray.from(
    'f32',
    shape,
    Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, i) => i / 8),
  );

describe('pieces', () => {
  it('are those that devices hold, each once, and make up the tensor again', async () => {
    const specs = [P(), P('a'), P(null, 'b'), P('b', 'a'), P(['a', 'b'])];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 3 }),
        fc.constantFrom(...specs),
        async (shape, spec) => {
          const folder = fresh();
          const host = numbers(...shape);
          const tensor = devicePut(hostTensor(host), mesh, spec, reference);
          const pieces = new Map([['x.y', piecesOf(tensor)]]);
          const manifest = await writePieces(folder, 'part.safetensors', pieces);
          expect(readPieces(folder, manifest).get('x.y')!.equals(host)).toBe(true);
          const elements = manifest['x.y'].pieces.reduce((n, p) => n + p.shape.reduce((x, y) => x * y, 1), 0);
          expect(elements).toBe(host.size);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('checkpoints', () => {
  it('of a large state hold it, and the steps after change nothing of what is written', async () => {
    const engine = createEngine();
    const add = (s: { x: Tensor }): { x: Tensor } => ({ x: np.add(s.x, 1) });
    const step = jit(add, { engine, donateArgnums: [0] });
    const keepingStep = jit(add, { engine });
    const state = new RunState({ x: np.astype(np.arange(1000), 'f32') }, { copyBytes: 0 });
    const run = (): void => {
      state.current = (state.isHeld ? keepingStep : step)(state.current);
    };
    run();
    const dir = fresh();
    const written: number[] = [];
    const writer = new CheckpointWriter({ dir, onWritten: (at) => void written.push(at) });
    await writer.begin(1, await state.snapshot((s) => ({ state: s })), { step: 1 });
    expect(state.isHeld).toBe(true);
    for (let i = 0; i < 5; i++) run();
    expect(state.isHeld).toBe(false);
    await writer.finish(1);
    expect(written).toEqual([1]);
    const shape = [1000];
    const pieces = [{ file: 'state.safetensors', start: [0], shape }];
    const saved = readPieces(join(dir, 'checkpoints', 'step-00000001'), { x: { dtype: 'f32', shape, pieces } });
    expect(saved.get('x')!.toNumbers().slice(0, 3)).toEqual([1, 2, 3]);
    expect((await state.current.x.toHost()).toNumbers().slice(0, 3)).toEqual([6, 7, 8]);
    await engine.close();
  });

  it('that cannot be written are told of, and the run goes on; the last one has to be', async () => {
    const dir = fresh();
    writeFileSync(join(dir, 'checkpoints'), 'in the way');
    const failed: string[] = [];
    const writer = new CheckpointWriter({ dir, onFailed: (step, e) => void failed.push(`${step} ${e.code}`) });
    const snapshot = { parts: {}, fits: true, release: () => undefined };
    await writer.begin(1, snapshot, {});
    await writer.begin(2, snapshot, {});
    await expect(writer.finish(2)).rejects.toMatchObject({ code: 'train/checkpoint-write' });
    expect(failed).toEqual(['1 train/checkpoint-write', '2 train/checkpoint-write']);
    rmSync(join(dir, 'checkpoints'));
    await writer.begin(3, snapshot, {});
    await writer.finish(3);
    expect(checkpointSteps(dir)).toEqual([3]);
  });

  it('stay by policy: the newest, those of every so many steps, and pinned ones', async () => {
    const dir = fresh();
    for (let step = 1; step <= 9; step++) {
      const at = await saveStep(dir, step, async () => undefined, { newest: 2, every: 4 });
      if (step === 3) writeFileSync(join(at, 'PINNED'), '');
    }
    expect(checkpointSteps(dir)).toEqual([3, 4, 8, 9]);
    expect(readdirSync(join(dir, 'checkpoints')).some((name) => name.startsWith('.'))).toBe(false);
  });
});
