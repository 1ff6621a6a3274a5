import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkpointSteps, loadNewestCheckpoint } from '../../src/train/index.ts';
import { mulberry } from '../random-numbers.ts';
import { scaled } from '../scale.ts';
import { startCli } from './cli.ts';

const dir = mkdtempSync(join(tmpdir(), 'espalier-kill-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const KILLS = scaled(4);

it(`survives kill -9 at ${KILLS} random moments while checkpoints are written after every step, and goes on bit for bit`, async () => {
  writeFileSync(join(dir, 'text.txt'), 'to be or not to be, that is the question. '.repeat(300));
  const args = [
    'train',
    '--data',
    'text.txt',
    '--preset',
    'tiny',
    '--seq-len',
    '16',
    '--batch-size',
    '2',
    '--eval-every',
    '3',
    '--steps',
    '100000',
    '--out',
    'run',
    '--checkpoint-every',
    '1',
  ];
  const run = join(dir, 'run');
  let newest = 0;
  const seed = Number(process.env.ESPALIER_KILL_SEED ?? 1);
  console.log(`kill -9 at moments of seed ${seed} (ESPALIER_KILL_SEED)`);
  const moment = mulberry(seed);
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, finished } = startCli(kill === 0 ? args : [...args, '--resume'], dir);
    const isBeyond = (step: number): boolean => existsSync(run) && (checkpointSteps(run).at(-1) ?? 0) > step;
    let isOver = false;
    void finished.then(() => {
      isOver = true;
    });
    while (!isBeyond(newest) && !isOver) await new Promise((r) => setTimeout(r, 5));
    // Somewhere within the next few steps and their checkpoints; a different fraction of a step each time.
    await new Promise((r) => setTimeout(r, 200 * moment()));
    child.kill('SIGKILL');
    const result = await finished;
    expect(result.stderr).toBe('');
    const checkpoint = loadNewestCheckpoint(run); // reads and checks every tensor
    expect(checkpoint.info.step).toBeGreaterThan(newest);
    newest = checkpoint.info.step;
  }
  // A run that nobody disturbed has the same bits after as many steps.
  const calm = join(dir, 'calm');
  const { child, finished } = startCli([...args, '--out', 'calm', '--keep', '100000'], dir);
  while (!existsSync(calm) || (checkpointSteps(calm).at(-1) ?? 0) < newest) {
    expect(child.exitCode).toBeNull();
    await new Promise((r) => setTimeout(r, 20));
  }
  child.kill('SIGKILL');
  await finished;
  const folder = readdirSync(join(run, 'checkpoints')).find((name) => Number(/\d+/.exec(name)?.[0]) === newest);
  for (const part of ['model.safetensors', 'optimizer.safetensors']) {
    const [killed, whole] = [run, calm].map((of) => readFileSync(join(of, 'checkpoints', folder!, part)));
    expect(killed.length).toBeGreaterThan(1000);
    expect(killed.equals(whole), `${part} of step ${newest}`).toBe(true);
  }
}, 3_600_000);
