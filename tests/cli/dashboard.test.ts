import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stepLine, writeRun } from '../dashboard/files.ts';
import { runCli, startCli } from './cli.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-dashboard-cli-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('dashboard serves the page that was built until it is stopped', async () => {
  writeRun(join(work, 'runs/a'), [stepLine(1, 2)]);
  const { child, finished } = startCli(['dashboard', '--port', '0'], work);
  const url = await new Promise<string>((done) =>
    child.stdout!.on('data', (text) => {
      const found = /dashboard at (\S+)/.exec(String(text))?.[1];
      if (found) done(found);
    }),
  );
  expect(await (await fetch(url)).text()).toContain('<title>Espalier runs</title>');
  child.kill('SIGTERM');
  expect((await finished).code).toBe(0);
});

test('dashboard of a folder that is not there says so', async () => {
  const { code, stderr } = await runCli(['dashboard', 'nowhere'], work);
  expect(code).not.toBe(0);
  expect(stderr).toContain('there is no folder nowhere');
});
