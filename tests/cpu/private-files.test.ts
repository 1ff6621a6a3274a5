import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/base/index.ts';
import { isPrivateFile, requirePrivateFolder } from '../../src/runtime/private-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'espalier-private-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('skipped: folders of other users need the rights of root');

describe('folders that code is loaded from', () => {
  it('are made for this user only', () => {
    const path = join(dir, 'new', 'cache');
    requirePrivateFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });
  it('are closed and emptied where others could write', () => {
    const path = join(dir, 'open');
    mkdirSync(path);
    writeFileSync(join(path, 'program.so'), 'from elsewhere');
    chmodSync(path, 0o777);
    requirePrivateFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(existsSync(join(path, 'program.so'))).toBe(false);
  });
  it('stay as they are where others may only read', () => {
    const path = join(dir, 'readable');
    mkdirSync(path, { mode: 0o755 });
    writeFileSync(join(path, 'program.so'), 'ours');
    requirePrivateFolder(path);
    expect(existsSync(join(path, 'program.so'))).toBe(true);
  });
  it.runIf(isRoot)('are refused when they are of another user', () => {
    const path = join(dir, 'foreign');
    mkdirSync(path);
    chownSync(path, 12345, 12345);
    expect(() => requirePrivateFolder(path)).toThrow(EspalierError);
    expect(() => requirePrivateFolder(path)).toThrow(/another user.*ESPALIER_CACHE/);
  });
});

describe('libraries', () => {
  it('count as private only in folders that others cannot change', () => {
    const folder = join(dir, 'site');
    mkdirSync(join(folder, 'plugin'), { recursive: true, mode: 0o755 });
    const library = join(folder, 'plugin', 'pjrt.so');
    writeFileSync(library, '');
    expect(isPrivateFile(library)).toBe(true);
    chmodSync(library, 0o666);
    expect(isPrivateFile(library)).toBe(false);
    chmodSync(library, 0o644);
    chmodSync(folder, 0o777);
    expect(isPrivateFile(library)).toBe(false);
    expect(isPrivateFile(join(dir, 'absent.so'))).toBe(false);
  });
});
