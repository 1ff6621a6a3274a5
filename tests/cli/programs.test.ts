import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { loadTokenizer, readNpy, writeNpy } from '../../src/data/index.ts';
import { runCli } from './cli.ts';

const dir = mkdtempSync(join(tmpdir(), 'espalier-programs-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const gallery = resolve(import.meta.dirname, '../gallery');
const program = join(gallery, 'gspmd_mlp.mlir');

it('tokenizer train writes a tokenizer that loads, and overwrites none', async () => {
  const text = 'The frame holds the tree, the tree holds the fruit.\n'.repeat(20);
  writeFileSync(join(dir, 'text.txt'), text);
  const train = () => runCli(['tokenizer', 'train', '--data', 'text.txt', '--vocab-size', '270', '--out', 'tok'], dir);
  const { stdout, stderr } = await train();
  expect(stderr).toBe('');
  expect(stdout).toMatch(/270 tokens in .*\n.* bytes per token on this text/);
  const tokenizer = await loadTokenizer(join(dir, 'tok'));
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  expect(tokenizer.encode(text).length).toBeLessThan(text.length / 2);
  tokenizer.close();
  expect(await train()).toMatchObject({ code: 1, stderr: expect.stringMatching(/tokenizer\.json is there already/) });
  writeFileSync(join(dir, 'bytes.txt'), Uint8Array.of(65, 10, 0xed, 0xa0, 0x80));
  const bytes = await runCli(['tokenizer', 'train', '--data', 'bytes.txt', '--out', 'tok2'], dir);
  expect(bytes).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/not UTF-8 in the line that begins at byte 2/),
  });
});

describe('programs from the shell', () => {
  it('run reads and writes .npy files and partitions over the declared mesh', async () => {
    const shapes = [
      [4, 6],
      [6, 8],
      [8, 3],
    ];
    const inputs = shapes.map((shape, k) =>
      HostArray.from(
        'f32',
        shape,
        Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i + k)),
      ),
    );
    const files = inputs.map((x, k) => {
      const path = join(dir, `x${k}.npy`);
      writeNpy(path, x);
      expect(readNpy(path).equals(x)).toBe(true);
      return path;
    });
    const r = await runCli(['run', program, ...files.flatMap((f) => ['--input', f]), '--output', 'out'], dir);
    expect(r.stderr).toBe('');
    expect(readdirSync(join(dir, 'out'))).toEqual(['result0.npy']);
    const y = readNpy(join(dir, 'out/result0.npy'));
    const [a, b, c] = inputs;
    const hidden = (i: number, j: number): number =>
      Math.max(
        0,
        Array.from({ length: 6 }, (_, k) => a.number(i * 6 + k) * b.number(k * 8 + j)).reduce((p, q) => p + q),
      );
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 3; j++) {
        const want = Array.from({ length: 8 }, (_, k) => hidden(i, k) * c.number(k * 3 + j)).reduce((p, q) => p + q);
        expect(Math.abs(y.number(i * 3 + j) - want)).toBeLessThan(1e-4);
      }
  });
  it('says in a line what is no program', async () => {
    writeFileSync(join(dir, 'empty.mlir'), '');
    writeFileSync(join(dir, 'junk.mlir'), Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 89 + 7) % 256)));
    for (const [file, message] of [
      ['empty.mlir', /no function @main.*empty module/],
      ['junk.mlir', /junk\.mlir is no StableHLO program.*other binary data/],
      ['.', /EISDIR.*folder/],
      ['nowhere.mlir', /ENOENT.*no such file/],
    ] as const) {
      const r = await runCli(['run', file], dir);
      expect(r.code).toBe(1);
      expect(r.stderr.trim().split('\n')).toHaveLength(1);
      expect(r.stderr).toMatch(message);
      expect(r.stderr).not.toMatch(/bug in Espalier/);
    }
  });
  it('run names missing and wrong inputs', async () => {
    const none = await runCli(['run', program], dir);
    expect(none.code).not.toBe(0);
    expect(none.stderr).toMatch(/takes 3 inputs: tensor<4x6xf32>/);
    writeNpy(join(dir, 'short.npy'), HostArray.zeros('f32', [2]));
    const wrong = await runCli(['run', program, '--input', 'short.npy'], dir);
    expect(wrong.stderr).toMatch(/takes 3 inputs/);
  });
  it('partition reports shardings and collectives; opt lists and runs passes', async () => {
    const report = await runCli(['partition', program, '--report'], dir);
    expect(report.stdout).toMatch(/argument 1 +tensor<6x8xf32> +P\(null, "y"\) +\[6, 4\] +96 B/);
    expect(report.stdout).toContain('│ 0 │ 1 │\n├───┼───┤\n│ 2 │ 3 │');
    expect(report.stdout).toMatch(/4 devices; 1 collective, 24 B/);
    expect(report.stdout).toMatch(/all_reduce +\{"y"\} +2/);
    const text = await runCli(['partition', program], dir);
    expect(text.stdout).toContain('"stablehlo.all_reduce"');
    const list = await runCli(['opt', '--list'], dir);
    expect(list.stdout).toMatch(/^propagate: .*\n(?: {2}.*\n)* {2}propagate +Complete the shardings/m);
    expect(list.stdout).toMatch(/^kernels: .*\n {2}merge-kernels +Joins loops/m);
    const stage = await runCli(['opt', '--stage', 'propagate', program], dir);
    expect(stage.stdout).toContain('%1 = sdy.named_computation<"relu">(%0) in_shardings=[<@mesh, [{"x"}, {"y"}]>]');
    const kernels = await runCli(['opt', '--stage', 'kernels', '--engine', 'wasm', program], dir);
    expect(kernels.stdout).toMatch(/^kernels @/m);
    const none = await runCli(['opt', '--stage', 'kernels', '--engine', 'reference', program], dir);
    expect(none.code).not.toBe(0);
    expect(none.stderr).toContain('has no stage "kernels"');
    const opt = await runCli(['opt', '--pass', 'propagate', '--pass', 'dce', program], dir);
    expect(opt.code).toBe(0);
    expect(opt.stdout).toContain('sdy.sharding_per_value');
  });
  it.each(['cpu', 'wasm'])('profile writes a Chrome trace of every kernel of the %s engine', async (engine) => {
    const out = join(dir, `trace-${engine}.json`);
    const options = ['--engine', engine, '--batch-size', '1', '--steps', '1', '--out', out];
    const { code, stdout } = await runCli(['profile', ...options], dir);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^step [\d.]+ ms, of which kernels [\d.]+ ms; measured peak \d+ GFLOP\/s/);
    const { traceEvents } = JSON.parse(readFileSync(out, 'utf8')) as {
      traceEvents: { ph: string; cat?: string; ts: number; dur: number; args: Record<string, number> }[];
    };
    const kernels = traceEvents.filter((e) => e.ph === 'X');
    expect(kernels.length).toBeGreaterThan(100);
    expect(kernels.every((e) => e.dur >= 0 && e.args.fractionOfRoofline >= 0)).toBe(true);
    // One layer's products, forward and backward, are most of the work.
    const flops = kernels.filter((e) => e.cat === 'gemm').reduce((n, e) => n + e.args.flops, 0);
    expect(flops).toBeGreaterThan(6 * 128 * 800_000);
  });
  it('profile says which engines record kernels', async () => {
    const { code, stderr } = await runCli(['profile', '--engine', 'reference'], dir);
    expect(code).not.toBe(0);
    expect(stderr).toContain('expected cpu or wasm');
  });
});

describe('limits of run', () => {
  const endless = `func.func @main(%arg0: tensor<i32>) -> tensor<i32> {
  %0 = stablehlo.while(%i = %arg0) : tensor<i32>
   cond { %t = stablehlo.constant dense<true> : tensor<i1>
          stablehlo.return %t : tensor<i1> }
   do { %1 = stablehlo.add %i, %i : tensor<i32>
        stablehlo.return %1 : tensor<i32> }
  return %0 : tensor<i32>
}`;
  it.each(['reference', 'cpu', 'wasm'])('a program without end is stopped on %s', async (engine) => {
    writeFileSync(join(dir, 'endless.mlir'), endless);
    const result = await runCli(['run', 'endless.mlir', '--random', '0', '--engine', engine, '--time-limit', '1'], dir);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^error: the program was stopped: it took longer than 1 s/);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
  it('a program that wants too much memory is stopped, one that does not is not', async () => {
    const filling = `func.func @main() -> tensor<300000000xf32> {
  %0 = stablehlo.iota dim = 0 : tensor<300000000xf32>
  return %0 : tensor<300000000xf32>
}`;
    writeFileSync(join(dir, 'filling.mlir'), filling);
    const result = await runCli(['run', 'filling.mlir', '--memory-limit', '400'], dir);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^error: the program was stopped: it took more than 400 MiB/);
    writeFileSync(join(dir, 'small.mlir'), filling.replaceAll('300000000', '3'));
    const small = await runCli(['run', 'small.mlir', '--memory-limit', '2000', '--time-limit', '60'], dir);
    expect(small.stderr).toBe('');
    expect(small.stdout).toMatch(/f32\[3\]\(0, 1, 2\)/);
    expect(small.code).toBe(0);
  });
});
