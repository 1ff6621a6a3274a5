import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileShared } from '../../src/runtime/cpu/compile-cache.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';
import { cutShort, ownCache } from './own-cache.ts';

const directory = ownCache();

const unit = (n: number): { name: string; text: string } => ({
  name: `u${n}`,
  text: `__attribute__((visibility("default"))) int program${n}(void) { return ${n}; }`,
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
  const known = /^(example-[0-9a-f]{32}\.(so|c)|compiler-[0-9a-f]{32}\.json|room)$/;
  expect(readdirSync(directory()).filter((f) => !known.test(f))).toEqual([]);
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

test('a damaged file is built again: cut short, changed, or empty', async () => {
  const request = { name: 'example', units: [unit(1)] };
  const { path } = await compileShared(request);
  const good = readFileSync(path);
  const damages: (() => void)[] = [
    () => cutShort(path, good.length >> 1),
    () => writeFileSync(path, ''),
    () => {
      const bad = Buffer.from(good);
      bad[bad.length >> 1] ^= 1;
      writeFileSync(path, bad);
    },
  ];
  for (const damage of damages) {
    damage();
    const again = await compileShared(request);
    expect(again).toMatchObject({ path, cached: false });
    const library = await NativeLibrary.open();
    library.unload(library.loadProgram(path, 'program1'));
    expect((await compileShared(request)).cached).toBe(true);
  }
});

test('the folder stays below its limit: the least recently used programs go', async () => {
  const make = (n: number) => compileShared({ name: 'example', units: [unit(n)] });
  const [first, second] = [await make(1), await make(2)];
  const old = new Date(Date.now() - 1e6);
  utimesSync(first.path, old, old);
  utimesSync(second.path, old, old);
  expect((await make(1)).cached).toBe(true);
  const before = process.env.ESPALIER_CACHE_LIMIT_MB;
  process.env.ESPALIER_CACHE_LIMIT_MB = String((2.5 * statSync(first.path).size) / 2 ** 20);
  try {
    await make(3);
    expect((await make(1)).cached).toBe(true);
    expect((await make(3)).cached).toBe(true);
    expect((await make(2)).cached).toBe(false);
    process.env.ESPALIER_CACHE_LIMIT_MB = 'lots';
    await expect(make(4)).rejects.toMatchObject({ code: 'runtime/cache-limit' });
  } finally {
    if (before === undefined) delete process.env.ESPALIER_CACHE_LIMIT_MB;
    else process.env.ESPALIER_CACHE_LIMIT_MB = before;
  }
});

test('processes that add to a folder count together, and one that finds the count damaged looks for itself', async () => {
  const make = (n: number) => compileShared({ name: 'example', units: [unit(n)] });
  const room = join(directory(), 'room');
  const limits = () => JSON.parse(readFileSync(room, 'utf8')) as { room: number };
  await make(11);
  const before = limits().room;
  const { path } = await make(12);
  expect(before - limits().room).toBe(statSync(path).size);
  // As another process would have left it: nothing more may be added, so the next one looks.
  writeFileSync(room, JSON.stringify({ ...limits(), room: 0 }));
  await make(13);
  expect(limits().room).toBe(before);
  writeFileSync(room, '{"limit":');
  await make(14);
  expect(limits().room).toBe(before);
});
