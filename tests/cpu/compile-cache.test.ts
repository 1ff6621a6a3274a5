import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileShared } from '../../src/runtime/cpu/compile-cache.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';

let directory: string;
let before: string | undefined;
beforeEach(() => {
  before = process.env.ESPALIER_CACHE;
  directory = mkdtempSync(join(tmpdir(), 'espalier-cache-'));
  process.env.ESPALIER_CACHE = directory;
});
afterEach(() => {
  if (before === undefined) delete process.env.ESPALIER_CACHE;
  else process.env.ESPALIER_CACHE = before;
  rmSync(directory, { recursive: true, force: true });
});

const unit = (n: number): { name: string; text: string } => ({
  name: `u${n}`,
  text: `int program${n}(void) { return ${n}; }`,
});

test('the same request compiles once, a different one again, and nothing temporary stays', async () => {
  const request = { name: 'example', units: [unit(1), unit(2)] };
  const both = await Promise.all([compileShared(request), compileShared(request)]);
  expect(both[0].path).toBe(both[1].path);
  expect((await compileShared(request)).cached).toBe(true);
  const other = await compileShared({ ...request, units: [unit(1), unit(3)] });
  expect(other.path).not.toBe(both[0].path);
  expect(other.cached).toBe(false);
  const flagged = await compileShared({ ...request, flags: ['-DX=1'] });
  expect(flagged.path).not.toBe(both[0].path);
  expect(readdirSync(directory).filter((f) => !/^example-[0-9a-f]{32}\.(so|c)$/.test(f))).toEqual([]);
});

test('rejected C text is reported with the compiler’s words', async () => {
  const bad = compileShared({ name: 'bad', units: [{ name: 'bad', text: 'int f( {' }] });
  await expect(bad).rejects.toMatchObject({ code: 'runtime/compile-failed', given: expect.stringContaining('error') });
});

test('several processes may fill an empty cache at once', async () => {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const script = `import { compileShared } from ${JSON.stringify(new URL('../../src/runtime/cpu/compile-cache.ts', import.meta.url).href)};
    console.log((await compileShared({ name: 'shared', units: [{ name: 'u', text: '__attribute__((visibility("default"))) int program(void) { return 5; }' }] })).path);`;
  const start = (): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      env: process.env,
    });
  const paths = (await Promise.all([start(), start(), start()])).map((r) => r.stdout.trim());
  expect(new Set(paths).size).toBe(1);
  const library = await NativeLibrary.open();
  library.unload(library.loadProgram(paths[0]));
});
