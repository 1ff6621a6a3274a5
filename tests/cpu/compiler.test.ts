import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { isIntact, sealInto } from '../../src/runtime/cpu/cache-files.ts';
import { findCompiler } from '../../src/runtime/cpu/compiler.ts';
import { platformFlags } from '../../src/runtime/cpu/platform-flags.ts';

/* Compilers that work under odd names, and all sorts that do not: in processes of their own, with caches of their own. */

const folder = mkdtempSync(join(tmpdir(), 'espalier-compilers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const library = new URL('../../build/test/inner/index.js', import.meta.url).href;
const cc = findCompiler()?.command;

/** A shell script that is called like a compiler. */
function script(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The engine that a fresh process chooses, a sum it computes there, its warnings, and what the cpu engine says when it is asked for. */
async function firstContact(env: NodeJS.ProcessEnv): Promise<{
  readonly name: string;
  readonly sum: number;
  readonly explicit: string;
  readonly warnings: readonly string[];
}> {
  const code = `
    import { createEngine, defaultBackend, jit, np } from '${library}';
    const name = defaultBackend();
    const again = createEngine().name;
    if (again !== name) throw new Error(again);
    const sum = name === 'wasm' ? await np.array([1, 2, 3]).sum().item() : 6;
    let explicit = 'works';
    if (name === 'wasm') await jit((x) => x.add(1), { engine: createEngine('cpu') })(np.array([1])).item().catch((e) => { explicit = e.code; });
    console.log(JSON.stringify({ name, sum, explicit }));`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    env: {
      ...process.env,
      ESPALIER_ENGINE: '',
      ESPALIER_CC: '',
      ESPALIER_CACHE: mkdtempSync(join(folder, 'cache-')),
      ...env,
    },
  });
  return { ...JSON.parse(stdout), warnings: stderr.match(/Warning: .*/g) ?? [] };
}

describe.skipIf(!cc)('a compiler that works', () => {
  const launcher = script('launcher', 'exec "$@"');
  it.each([
    ['by its name', { CC: cc }],
    ['behind another command', { CC: `${launcher} ${cc}` }],
    ['with flags of its own', { CC: `  ${cc}  -pipe ` }],
    ['before one that does not', { CC: 'no-such-compiler', ESPALIER_CC: cc }],
    ['a path with a space', { CC: script('my compiler', `exec ${cc} "$@"`) }],
  ])('%s is used', async (_, env) => {
    expect(await firstContact(env)).toEqual({ name: 'cpu', sum: 6, explicit: 'works', warnings: [] });
  });

  it('is tried out once: the next process finds what was learnt', async () => {
    const log = join(folder, 'calls');
    const counting = script('counting', `echo call >> '${log}'; exec ${cc} "$@"`);
    const env = { CC: counting, ESPALIER_CACHE: mkdtempSync(join(folder, 'kept-')) };
    await firstContact(env);
    const calls = readFileSync(log, 'utf8');
    await firstContact(env);
    expect(readFileSync(log, 'utf8')).toBe(calls);
  });
});

describe('a compiler that does not work means WebAssembly, after one warning', () => {
  it.each([
    ['absent', 'no-such-compiler'],
    ['absent behind a command', `${script('env', 'exec "$@"')} no-such-compiler`],
    ['a stub that fails', '/bin/false'],
    ['a stub that says nothing', '/bin/true'],
    ['a stub that says something', script('talker', 'echo hello')],
    ['no program', '/etc/passwd'],
    [
      'one that only preprocesses',
      script('half', `case "$*" in *--version*|*-dM*) exec ${cc ?? 'cc'} "$@";; esac; echo "error: no" >&2; exit 1`),
    ],
    ['one without headers', `${cc ?? 'cc'} -nostdinc`],
    [
      'one without a linker',
      script('unlinked', `case "$*" in *-shared*) echo "cannot find ld" >&2; exit 1;; esac; exec ${cc ?? 'cc'} "$@"`),
    ],
    [
      'one for another machine',
      script(
        'foreign',
        `case "$*" in *-shared*) for a in "$@"; do case "$l" in -o) echo ELF > "$a";; esac; l="$a"; done; exit 0;; esac; exec ${cc ?? 'cc'} "$@"`,
      ),
    ],
  ])('%s', async (_, command) => {
    const { warnings, ...rest } = await firstContact({ CC: command });
    expect(rest).toEqual({ name: 'wasm', sum: 6, explicit: 'runtime/no-compiler' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(command.split(' ')[0]);
  });

  it('a cache that cannot be written to', async () => {
    const { name, sum, warnings } = await firstContact({ ESPALIER_CACHE: '/dev/null/cache' });
    expect({ name, sum, warnings: warnings.length }).toEqual({ name: 'wasm', sum: 6, warnings: 1 });
  });

  it('and no warning where WebAssembly is asked for', async () => {
    expect((await firstContact({ CC: '/bin/false', ESPALIER_ENGINE: 'wasm' })).warnings).toHaveLength(1); // that of createEngine()
    const code = `const { np } = await import('${library}'); console.log(await np.array([1, 2]).sum().item())`;
    const env = { ...process.env, CC: '/bin/false', ESPALIER_ENGINE: 'wasm' };
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', `${code}`], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(out.trim()).toBe('3');
  });
});

describe('what differs between systems', () => {
  it("only linkers that know it get nodelete; Apple's makes libraries that find symbols when loaded", () => {
    const text = (platform: NodeJS.Platform): string => Object.values(platformFlags(platform)).flat().join(' ');
    expect(text('linux')).toContain('-z,nodelete');
    expect(text('darwin')).not.toContain('-z,');
    expect(text('darwin')).toContain('dynamic_lookup');
  });

  it.each(['at the end', 'beside'] as const)('a hash %s of a file tells whether it is whole', async (place) => {
    const [temporary, path] = [join(folder, 'made'), join(folder, `code-${place.length}.so`)];
    writeFileSync(temporary, 'code');
    await sealInto(path, temporary, place);
    expect(existsSync(temporary)).toBe(false);
    expect(await isIntact(path, place)).toBe(true);
    if (place === 'beside') expect(readFileSync(path, 'utf8')).toBe('code');
    appendFileSync(path, 'x');
    expect(await isIntact(path, place)).toBe(false);
    rmSync(path);
    expect(await isIntact(path, place)).toBe(false);
  });
});
