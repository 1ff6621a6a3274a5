import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointSteps, loadNewestCheckpoint, readMetrics } from '../../src/train/index.ts';
import { runCli, startCli } from './cli.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'espalier-'));
  const words = ['the', 'quick', 'brown', 'fox', 'jumps', 'over', 'a', 'lazy', 'dog', 'and', 'sleeps'];
  let text = '';
  for (let i = 0; i < 6000; i++) text += `${words[(i * i + 3 * i) % words.length]}${i % 9 === 8 ? '.\n' : ' '}`;
  writeFileSync(join(dir, 'text.txt'), text);
  writeFileSync(join(dir, 'empty.txt'), '');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const small = ['--preset', 'tiny', '--seq-len', '16', '--batch-size', '4', '--eval-every', '0'];
const train = (...args: string[]): Promise<Awaited<ReturnType<typeof runCli>>> =>
  runCli(['train', '--data', 'text.txt', ...small, ...args], dir);

let plain: ReturnType<typeof train> | undefined;
/** A run of six steps in `plain`, which tests only read. */
const plainRun = (): ReturnType<typeof train> => {
  plain ??= train('--steps', '6', '--out', 'plain', '--checkpoint-every', '3');
  return plain;
};

describe('espalier train', () => {
  it('trains, writes metrics and checkpoints, validates, samples', async () => {
    const r = await plainRun();
    expect(r.stderr).toBe('');
    expect(r.code).toBe(0);
    expect(r.stdout).toMatch(/validation loss \d+\.\d+ nats per byte/);
    expect(checkpointSteps(join(dir, 'plain'))).toEqual([3, 6]);
    const metrics = readMetrics(join(dir, 'plain'));
    expect(metrics.map((m) => m.step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const m of metrics) {
      expect(m.loss).toBeGreaterThan(0);
      expect(m.tokensPerSec).toBeGreaterThan(0);
      expect(m.bytesPerDevice).toBeGreaterThan(1_000_000);
    }
    expect(metrics[5].valLoss).toBeGreaterThan(0);
    expect(metrics[5].loss).toBeLessThan(metrics[0].loss);
    const sample = await runCli(['sample', '--from', 'plain', '--prompt', 'the quick', '--max-tokens', '20'], dir);
    expect(sample.code).toBe(0);
    expect(sample.stdout.startsWith('the quick')).toBe(true);
    const again = await runCli(['sample', '--from', 'plain', '--prompt', 'the quick', '--max-tokens', '20'], dir);
    expect(again.stdout).toBe(sample.stdout);
  });

  it('resumes to the same losses bit for bit, on a mesh', async () => {
    const mesh = ['--mesh', 'data=2,model=2', '--steps', '6', '--checkpoint-every', '3'];
    expect((await train(...mesh, '--out', 'whole')).code).toBe(0);
    cpSync(join(dir, 'whole'), join(dir, 'cut'), { recursive: true });
    rmSync(join(dir, 'cut/checkpoints/step-00000006'), { recursive: true });
    const resumed = await train(...mesh, '--out', 'cut', '--resume');
    expect(resumed.stderr).toBe('');
    expect(resumed.stdout).toContain('from step 3');
    const losses = (d: string): number[] => readMetrics(join(dir, d)).map((m) => m.loss);
    expect(losses('cut')).toEqual(losses('whole'));
    const [a, b] = ['whole', 'cut'].map((d) => loadNewestCheckpoint(join(dir, d)));
    for (const [path, t] of a.model) expect(b.model.get(path)!.equals(t), path).toBe(true);
    for (const [path, t] of a.optimizer) expect(b.optimizer.get(path)!.equals(t), path).toBe(true);
  }, 400_000);

  it('Ctrl-C writes a checkpoint and leaves cleanly', async () => {
    const { child, finished } = startCli(
      ['train', '--data', 'text.txt', ...small, '--steps', '100000', '--out', 'interrupted'],
      dir,
    );
    const file = join(dir, 'interrupted/metrics.jsonl');
    while (!existsSync(file) || readFileSync(file, 'utf8').split('\n').length < 3)
      await new Promise((r) => setTimeout(r, 50));
    child.kill('SIGINT');
    const r = await finished;
    expect(r.code).toBe(0);
    expect(r.stdout).toMatch(/stopped after step \d+/);
    expect(r.stdout).toContain('--resume');
    expect(checkpointSteps(join(dir, 'interrupted')).length).toBe(1);
  });
});

describe('bad input: one clear line, exit code ≠ 0, nothing overwritten', () => {
  const cases: [name: string, args: string[], message: RegExp][] = [
    ['no such files', ['train', '--data', 'nowhere/*.txt'], /no file matches nowhere\/\*\.txt/],
    ['empty data', ['train', '--data', 'empty.txt'], /empty/],
    [
      'mesh that does not divide the batch',
      ['train', '--data', 'text.txt', '--mesh', 'data=3', '--steps', '1'],
      /data=3 does not divide the batch size 32/,
    ],
    [
      'mesh that does not divide the heads',
      ['train', '--data', 'text.txt', '--mesh', 'model=3', '--steps', '1'],
      /model=3 does not divide/,
    ],
    [
      'mesh beyond the devices',
      ['train', '--data', 'text.txt', '--mesh', 'data=4096', '--batch-size', '4096', '--steps', '1'],
      /4096 devices/,
    ],
    [
      'unknown mesh axis',
      ['train', '--data', 'text.txt', '--mesh', 'rows=2', '--steps', '1'],
      /does not use a mesh axis "rows"/,
    ],
    ['malformed mesh', ['train', '--mesh', 'data:2'], /cannot read the mesh/],
    [
      'option without use',
      ['train', '--data', 'text.txt', '--packing', 'none'],
      /--packing does nothing here: .*--task/,
    ],
    ['unknown option', ['train', '--stesp', '5'], /unknown option '--stesp'/],
    ['unknown preset', ['train', '--preset', 'huge'], /unknown preset "huge"/],
    ['unknown engine', ['train', '--engine', 'tpu'], /unknown engine "tpu"/],
    ['text too short', ['train', '--data', 'short.txt', '--steps', '1'], /too short/],
    [
      'a known run without its text',
      ['train', '--preset', 'shakespeare-char'],
      /expected data\/tinyshakespeare\.txt: /,
    ],
    ['a preset nobody knows', ['train', '--preset', 'shakespear-char'], /[Dd]id you mean shakespeare-char/],
    ['sample from nothing', ['sample', '--from', 'nowhere'], /no checkpoint/],
    ['resume nothing', ['train', '--data', 'text.txt', '--out', 'nowhere', '--resume'], /no checkpoint/],
    ['unknown pass', ['opt', '--pass', 'magic', 'x.mlir'], /unknown pass "magic"/],
    ['unreadable file', ['opt', 'x.mlir'], /cannot read x\.mlir/],
  ];
  it.each(cases)('%s', async (_name, args, message) => {
    writeFileSync(join(dir, 'short.txt'), 'hello');
    const r = await runCli(args, dir);
    expect(r.code).not.toBe(0);
    expect(
      r.stderr
        .trim()
        .split('\n')
        .filter((l) => !l.startsWith('(')).length,
    ).toBe(1);
    expect(r.stderr).toMatch(message);
    expect(existsSync(join(dir, 'nowhere'))).toBe(false);
  });

  it('refuses to write into a run, to resume another model, and to read damaged checkpoints', async () => {
    expect((await plainRun()).code).toBe(0);
    const before = readFileSync(join(dir, 'plain/metrics.jsonl'), 'utf8');
    const again = await train('--steps', '2', '--out', 'plain');
    expect(again.code).not.toBe(0);
    expect(again.stderr).toMatch(/already holds a run/);
    const other = await runCli(
      [
        'train',
        '--data',
        'text.txt',
        '--preset',
        'tiny',
        '--seq-len',
        '32',
        '--batch-size',
        '4',
        '--out',
        'plain',
        '--resume',
      ],
      dir,
    );
    expect(other.code).not.toBe(0);
    expect(other.stderr).toMatch(/of another model.*maxSeqLen 16 → 32/);
    expect(readFileSync(join(dir, 'plain/metrics.jsonl'), 'utf8')).toBe(before);
    cpSync(join(dir, 'plain'), join(dir, 'damaged'), { recursive: true });
    rmSync(join(dir, 'damaged/checkpoints/step-00000003'), { recursive: true });
    truncateSync(join(dir, 'damaged/checkpoints/step-00000006/model.safetensors'), 100_000);
    const damaged = await train('--steps', '2', '--out', 'damaged', '--resume');
    expect(damaged.code).not.toBe(0);
    expect(damaged.stderr).toMatch(/cannot be read.*cut short/);
    expect(readdirSync(join(dir, 'damaged/checkpoints'))).toEqual(['step-00000006']);
    mkdirSync(join(dir, 'empty-run'));
    const sample = await runCli(['sample', '--from', 'damaged'], dir);
    expect(sample.code).not.toBe(0);
    expect(sample.stderr).toMatch(/cannot be read/);
  }, 120_000);
});
