import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, transform } from 'esbuild';

/*
 * The first contact of a stranger: packs the package, installs it into an empty folder, and runs the first sample of README.md with a
 * compiler, without one, with one that fails, and joined into one file. `--node <command>` adds another Node, such as
 * `--node "npx -y -p node@22 node"`.
 */

const { values } = parseArgs({ options: { node: { type: 'string', multiple: true, default: [] } } });
const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'espalier-try-'));
const cache = join(folder, 'cache');
mkdirSync(cache, { mode: 0o700 });

/** The first sample of the README, without its types. */
async function sample(): Promise<string> {
  const text = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'));
  if (!text) throw new Error('README.md has no sample');
  return (await transform(text[1], { loader: 'ts' })).code;
}
/** What the sample says it prints. */
const expected = /console\.log\(.*\/\/ (.*)$/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' });

let failures = 0;
function attempt(what: string, node: readonly string[], file: string, env: NodeJS.ProcessEnv, warnings: number): void {
  const started = performance.now();
  const [command, ...args] = node;
  const done = spawnSync(command, [...args, file], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, ESPALIER_CACHE: cache, ...env },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const printed = done.stdout.trim();
  const warned = done.stderr.split('Warning: programs run as WebAssembly').length - 1;
  const isGood = done.status === 0 && printed === expected && warned === warnings;
  if (!isGood) failures++;
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${seconds.padStart(5)} s  ${what}: ${printed}`);
  if (!isGood) console.log(`exit ${done.status}, ${warned} warnings for ${warnings}\n${done.stderr}`);
}

try {
  if (!existsSync(join(root, 'dist'))) npm(root, 'run', 'build');
  npm(root, 'pack', '--ignore-scripts', '--pack-destination', folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n');
  npm(folder, 'install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, 'espalier-0.1.0.tgz'));
  const code = await sample();
  writeFileSync(join(folder, 'first.mjs'), code);
  const nodes = [[process.execPath], ...values.node.map((command) => command.split(' '))];
  for (const node of nodes) {
    const name = execFileSync(node[0], [...node.slice(1), '--version'], { cwd: folder, encoding: 'utf8' }).trim();
    attempt(`${name}, compiler of this machine`, node, 'first.mjs', {}, 0);
    attempt(`${name}, the same again`, node, 'first.mjs', {}, 0);
    attempt(`${name}, CC=/bin/false`, node, 'first.mjs', { CC: '/bin/false' }, 1);
    attempt(`${name}, no compiler`, node, 'first.mjs', { CC: 'no-such-compiler' }, 1);
    attempt(`${name}, ESPALIER_ENGINE=wasm`, node, 'first.mjs', { ESPALIER_ENGINE: 'wasm' }, 0);
  }
  for (const format of ['esm', 'cjs'] as const) {
    // CommonJS has no await at the top level.
    const source = format === 'esm' ? code : `${code.replace(/^(import .*)$/m, '$1\n(async () => {')}})();`;
    writeFileSync(join(folder, `source-${format}.mjs`), source);
    const outfile = join(folder, `bundle.${format === 'esm' ? 'mjs' : 'cjs'}`);
    await build({
      entryPoints: [join(folder, `source-${format}.mjs`)],
      bundle: true,
      platform: 'node',
      format,
      outfile,
      logOverride: { 'empty-import-meta': 'silent' },
      logLevel: 'error',
    });
    attempt(`one file (${format}), package at hand`, [process.execPath], outfile, {}, 0);
    const alone = mkdtempSync(join(tmpdir(), 'espalier-alone-'));
    const copy = join(alone, outfile.split('/').at(-1)!);
    writeFileSync(copy, readFileSync(outfile));
    attempt(`one file (${format}), nothing beside it`, [process.execPath], copy, {}, 1);
    rmSync(alone, { recursive: true, force: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;
