import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { findCompiler, standardFlags } from '../../src/runtime/cpu/compiler.ts';
import { nativeDirectory } from '../../src/runtime/package-files.ts';

/* The kernels of products on machines that are not this one: they compile, and NEON's are run where it is emulated. */

const execFileAsync = promisify(execFile);

describe('instruction sets this machine may lack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-gemm-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const kernels = ['gemm/gemm', 'gemm/gemm-thin', 'gemm/gemm-codes'];
  const sources = [...kernels, 'run/peak'];

  test.each(['haswell', 'sapphirerapids', 'znver4', 'x86-64'])(
    'the kernels compile for %s',
    async (machine) => {
      const compiler = findCompiler();
      const isX86 = compiler?.features.includes('__x86_64') ?? false;
      if (!compiler || !isX86) return expect(isX86, 'not an x86 compiler').toBe(false);
      // gcc 12 calls what the next one is named znver4 by its predecessor and the extensions it adds.
      const named =
        machine === 'znver4'
          ? ['-march=znver3', ...['f', 'bw', 'vl', 'dq', 'bf16', 'vnni'].map((x) => `-mavx512${x}`)]
          : [`-march=${machine}`];
      const compile = (name: string): Promise<unknown> =>
        execFileAsync(compiler.command, [
          ...standardFlags.filter((flag) => flag !== '-w'),
          // An instruction that a set lacks is a function that nobody declared.
          '-fsyntax-only',
          '-Werror=implicit-function-declaration',
          ...named,
          `-I${nativeDirectory()}`,
          join(nativeDirectory(), `${name}.c`),
        ]);
      await Promise.all(sources.map(compile));
    },
    120_000,
  );

  test('NEON: products equal the definition under qemu', async (context) => {
    const [cc, qemu] = ['aarch64-linux-gnu-gcc', 'qemu-aarch64'];
    const lacks = [cc, qemu].filter((name) => !isInstalled(name));
    if (lacks.length > 0) return context.skip(`not installed: ${lacks.join(', ')}`);
    const program = join(folder, 'check');
    const files = [join(import.meta.dirname, 'gemm-check.c'), ...kernels.map((x) => join(nativeDirectory(), `${x}.c`))];
    execFileSync(cc, [...standardFlags, '-static', `-I${nativeDirectory()}`, ...files, '-o', program]);
    expect(Number(execFileSync(qemu, [program]).toString())).toBeLessThanOrEqual(1);
  }, 120_000);
});

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
