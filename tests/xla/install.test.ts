import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { installPlugin, pluginDirectory } from '../../src/runtime/index.ts';

/* What `espalier engine add` does with a download that is not the file it knows. */

const dir = mkdtempSync(join(tmpdir(), 'espalier-install-'));
const saved = { cache: process.env.ESPALIER_CACHE, pip: process.env.ESPALIER_PIP };
const restore = (name: string, value: string | undefined): void => {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
};
afterEach(() => {
  restore('ESPALIER_CACHE', saved.cache);
  restore('ESPALIER_PIP', saved.pip);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('refuses another wheel before anything of it is unpacked or loaded', async () => {
  const pip = join(dir, 'pip');
  // Notes how it was called; "downloads" a file of that name.
  writeFileSync(
    pip,
    `#!/bin/sh
echo "$@" >> ${join(dir, 'calls')}
if [ "$1" = download ]; then
  while [ "$1" != --dest ]; do shift; done
  echo "not the real thing" > "$2/xla_cpu_pjrt-0.0.1-py3-none-any.whl"
fi
`,
  );
  chmodSync(pip, 0o755);
  process.env.ESPALIER_PIP = pip;
  process.env.ESPALIER_CACHE = join(dir, 'cache');
  await expect(installPlugin('xla-cpu')).rejects.toMatchObject({ code: 'runtime/plugin-hash' });
  const calls = readFileSync(join(dir, 'calls'), 'utf8');
  expect(calls).toMatch(/xla-cpu-pjrt==0\.0\.1/); // a pinned version
  expect(calls).not.toMatch(/^install/m);
  expect(existsSync(join(pluginDirectory(), 'xla-cpu'))).toBe(false);
  expect(readdirSync(pluginDirectory())).toEqual([]);
});
