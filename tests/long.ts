import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * `npm run test:long`: the tests whose cases are as many as one likes (they import `scale.ts`), five times as many as in `npm test`
 * and others (`$ESPALIER_TEST_SCALE` times as many, of seed `$ESPALIER_SEED`). What follows goes to vitest.
 */

const root = fileURLToPath(new URL('../', import.meta.url));
const files = (readdirSync(`${root}tests`, { recursive: true }) as string[])
  .filter(
    (file) => file.endsWith('.test.ts') && /from '[./]+\/scale\.ts'/.test(readFileSync(`${root}tests/${file}`, 'utf8')),
  )
  .map((file) => `tests/${file}`)
  .sort();
if (files.length === 0) throw new Error('no test imports tests/scale.ts');
const { status, error } = spawnSync('npx', ['vitest', 'run', ...files, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ESPALIER_TEST_SCALE: '5', ESPALIER_SEED: '2', ...process.env },
});
if (error) throw error;
process.exitCode = status ?? 1;
