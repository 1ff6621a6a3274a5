import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { clusterFamilies, clusterReader, readCluster } from '../../src/plan/index.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-cluster-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function cluster(...args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
  const written = { out: '', error: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.error += String(text);
    return true;
  });
  const code = await runCli(['node', 'espalier', 'cluster', ...args]);
  vi.restoreAllMocks();
  return { code, ...written };
}

test('cluster show prints JSON that is read back, by the schema that it prints', async () => {
  const { out } = await cluster('show', 'dgx-h100:2');
  const file = join(work, 'c.json');
  writeFileSync(file, out);
  expect(readCluster(JSON.parse(out)).dims.map((d) => d.size)).toEqual([8, 2]);
  expect((await cluster('show', file)).out).toBe(out);
  const schema = JSON.parse((await cluster('schema')).out);
  expect(schema).toEqual(clusterReader.schema);
  const fits = new Ajv({ strict: false }).compile(schema);
  for (const { example } of clusterFamilies) expect(fits(JSON.parse(JSON.stringify(example)))).toBe(true);
  expect(fits({ ...JSON.parse(out), dimms: [] })).toBe(false);
});

test('cluster show --mesh says how a mesh lies', async () => {
  const { out } = await cluster('show', 'tpu-v4:4x4x8', '--mesh', 'data=8,tensor=16');
  expect(out).toContain('4 along x, closed × 4 along y, closed');
  expect((await cluster('list')).out).toContain('TPU v5p');
});

test('what is not there is one line', async () => {
  for (const [args, message] of [
    [['show', 'dgx-h200:1'], 'Perhaps "dgx-h100" is meant'],
    [['show', 'cpu:4', '--mesh', 'a=3'], 'the mesh does not fit cpu:4'],
    [['show', join(work, 'none.json')], 'no such file'],
  ] as const) {
    const { code, error } = await cluster(...args);
    expect(code).toBe(1);
    expect(error.trim().split('\n').length).toBe(1);
    expect(error).toContain(message);
  }
});

test('cluster measure writes a cluster', async () => {
  const { out } = await cluster('measure', '--devices', '1', '--engine', 'wasm');
  const { chip, dims } = readCluster(JSON.parse(out));
  expect(chip.hbmGBPerSec).toBeGreaterThan(0.1);
  expect(dims[0].size).toBe(1);
}, 30_000);
