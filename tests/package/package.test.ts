import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/* What a stranger gets from the registry, from a package that is packed and unpacked here: sizes, times, types, files. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'espalier-package-'));
const installed = join(folder, 'node_modules', 'espalier');
let packed: readonly string[] = [];
let tarball = '';

const bin = (name: string, file: string): string => join(root, 'node_modules', name, file);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
  dependencies: Record<string, string>;
};

beforeAll(() => {
  const npm = (...args: string[]): string => execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  npm('run', 'build');
  const [made] = JSON.parse(npm('pack', '--ignore-scripts', '--json', '--pack-destination', folder)) as {
    filename: string;
    files: { path: string }[];
  }[];
  packed = made.files.map((f) => f.path);
  tarball = join(folder, made.filename);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of [...Object.keys(manifest.dependencies), '@koromix', 'fdir', 'picomatch']) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "type": "module" }');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bundled = async (code: string, platform: 'browser' | 'node', minify = true): Promise<string> => {
  const out = await build({
    stdin: { contents: code, resolveDir: folder },
    bundle: true,
    minify,
    format: 'esm',
    platform,
    write: false,
    logLevel: 'error',
  });
  return out.outputFiles[0].text;
};

describe('the package', () => {
  it('has the modules, their types and the C sources, and nothing of tests, sources or commands twice', () => {
    expect(packed).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/node/outer/main.js', 'native/run/runtime.c']),
    );
    expect(packed.filter((f) => /^(src|tests|build|bench|dist\/(test|cli))\//.test(f) || /\.test\./.test(f))).toEqual(
      [],
    );
    // Maps of the layers only: `espalier inspect` names their lines.
    expect(packed.filter((f) => f.endsWith('.map') && !f.startsWith('dist/node/outer/'))).toEqual([]);
  });

  it('passes publint', () => {
    const done = spawnSync(process.execPath, [bin('publint', 'src/cli.js'), tarball, '--strict'], { encoding: 'utf8' });
    expect(done.stdout + done.stderr).toContain('All good');
    expect(done.status).toBe(0);
  });

  it('resolves with types for every ESM consumer (attw)', () => {
    const args = [bin('@arethetypeswrong/cli', 'dist/index.js'), tarball, '--profile', 'esm-only', '--format', 'ascii'];
    const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(done.stdout).toContain('node16 (from ESM): 🟢 (ESM)');
    expect(done.status, done.stdout).toBe(0);
  });

  it.each(['NodeNext', 'bundler'])('has types without errors where only ES2022 is known (%s)', (resolution) => {
    const rooms = Object.keys(manifest.exports).filter((name) => name !== './package.json');
    const lines = rooms.map((name, i) => `export * as r${i} from 'espalier${name.slice(1)}';`);
    const sample = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];
    const console = 'declare const console: { log(...values: unknown[]): void };';
    writeFileSync(join(folder, 'use.ts'), `${lines.join('\n')}\n${console}\n${sample}`);
    const args = [
      '--noEmit',
      '--strict',
      '--target',
      'ES2022',
      '--lib',
      'ES2022',
      '--types',
      '',
      '--skipLibCheck',
      'false',
    ];
    const module = resolution === 'NodeNext' ? 'NodeNext' : 'ESNext';
    const done = spawnSync(
      process.execPath,
      [bin('typescript', 'bin/tsc'), ...args, '--module', module, '--moduleResolution', resolution, 'use.ts'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(done.stdout).toBe('');
    expect(done.status).toBe(0);
  });

  it('leaves out what is not used: tree alone is smaller than 10 kB', async () => {
    const only = "import { tree } from 'espalier'; console.log(tree.flatten([1]))";
    for (const platform of ['browser', 'node'] as const)
      expect((await bundled(only, platform)).length).toBeLessThan(10_000);
  });

  it.each(['browser', 'node'] as const)(
    'keeps the methods of tensors whatever is used of what makes them (%s)',
    async (platform) => {
      const names = [
        'np',
        'lax',
        'random',
        'nn',
        'jit',
        'vmap',
        'grad',
        'hostTensor',
        'cond',
        'psum',
        'shardMap',
        'runModule',
        'devicePut',
      ];
      for (const name of names) {
        const code = await bundled(`export { ${name} } from 'espalier'`, platform, false);
        expect(/\bbindMethods\(methods/.test(code), name).toBe(true);
      }
    },
  );

  it('loads so many modules, so long, and nothing native when it is imported', () => {
    // How long it takes depends on the machine; what there is to load does not.
    const report = `
      import { writeSync } from 'node:fs';
      export async function load(url, context, next) {
        const loaded = await next(url, context);
        writeSync(1, JSON.stringify([url, loaded.source?.length ?? 0]) + '\\n');
        return loaded;
      }`;
    writeFileSync(join(folder, 'hooks.mjs'), report);
    const register = "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);";
    writeFileSync(join(folder, 'report.mjs'), register);
    const out = execFileSync(process.execPath, ['--import', './report.mjs', '-e', "import('espalier')"], {
      cwd: folder,
      encoding: 'utf8',
    });
    const loaded = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [url: string, length: number]);
    const characters = loaded.reduce((sum, [, length]) => sum + length, 0);
    console.log(`import: ${loaded.length} modules, ${characters} characters`);
    expect(loaded.some(([url]) => url.includes('espalier'))).toBe(true);
    expect(loaded.length).toBeLessThan(60);
    expect(characters).toBeLessThan(2_600_000);
    expect(loaded.filter(([url]) => /\.node$|koffi|tokenizers/.test(url))).toEqual([]);
  });
});
