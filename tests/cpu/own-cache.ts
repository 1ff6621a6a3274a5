import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';

/** Every test of the calling file gets an empty cache directory of its own; gives its path. */
export function ownCache(): () => string {
  let directory: string;
  let before: string | undefined;
  // From the ordinary cache: the library itself is not what is tested. Whoever comes first builds it.
  beforeAll(() => NativeLibrary.open(), 120_000);
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
  return () => directory;
}

/** Damages a file: it holds its first `bytes` only. Code that a process has loaded keeps its pages, for the file is another one. */
export function cutShort(path: string, bytes: number): void {
  writeFileSync(`${path}.damaged`, readFileSync(path).subarray(0, bytes));
  renameSync(`${path}.damaged`, path);
}
