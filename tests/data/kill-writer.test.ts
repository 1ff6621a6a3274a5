import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { UserError } from '../../src/base/index.ts';
import { openTensorFolder } from '../../src/data/index.ts';
import { mulberry } from '../random-numbers.ts';
import { scaled } from '../scale.ts';
import { temporaryFolders } from './tensor-file-cases.ts';

const { newFolder, remove } = temporaryFolders('kill-writer');
afterAll(remove);

const KILLS = scaled(3);

it('a folder holds one whole model or none after its writer was killed', async () => {
  const dir = newFolder();
  const moment = mulberry(Number(process.env.ESPALIER_KILL_SEED ?? 1));
  let whole = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'write-for-ever.ts'), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 150 * moment()));
    child.kill('SIGKILL');
    await exit;
    try {
      const store = openTensorFolder(dir);
      const values = new Set([...store.tensors.keys()].flatMap((name) => store.read(name).toNumbers()));
      expect([...store.tensors.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(values.size).toBe(1);
      store.close();
      whole++;
    } catch (error) {
      // Between two models of several files there is none.
      if (!(error instanceof UserError)) throw error;
      expect(error.message).toContain('holds no weights');
    }
  }
  expect(whole).toBeGreaterThan(0);
}, 300_000);
