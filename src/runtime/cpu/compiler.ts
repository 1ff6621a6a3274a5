import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A C compiler of this machine and what it was found to be able to do. */
export interface Compiler {
  /** Command as it is started. */
  readonly command: string;
  /** First line of `--version`. */
  readonly version: string;
  /** Flags selecting this machine's instructions. */
  readonly machineFlags: readonly string[];
  /** Everything the compiler predefines under those flags that names an instruction set, sorted: part of cache keys. */
  readonly features: string;
  /** Lanes of 32 bits in one vector register (16: AVX-512, 8: AVX2, 4: anything else). */
  readonly vectorLanes: 4 | 8 | 16;
}

const candidates = ['cc', 'gcc', 'clang'];

let found: Promise<Compiler | undefined> | undefined;

/**
 * The system's C compiler: `$ESPALIER_CC`, `$CC`, then cc, gcc, clang. Undefined when there is none that works;
 * asked once per process.
 */
export function findCompiler(): Promise<Compiler | undefined> {
  found ??= search();
  return found;
}

async function search(): Promise<Compiler | undefined> {
  const wanted = process.env.ESPALIER_CC ?? process.env.CC;
  for (const command of wanted ? [wanted] : candidates) {
    const compiler = await probe(command);
    if (compiler) return compiler;
  }
  return undefined;
}

async function probe(command: string): Promise<Compiler | undefined> {
  try {
    const version = (await run(command, ['--version'])).stdout.split('\n')[0].trim();
    for (const machineFlags of [['-march=native'], ['-mcpu=native'], []]) {
      const macros = await predefined(command, machineFlags);
      if (macros === undefined) continue;
      const names = macros
        .split('\n')
        .map((line) => line.split(' ')[1] ?? '')
        .filter((name) => /^__(AVX|SSE|FMA|F16C|BMI|ARM_|tune_|znver|x86_64|aarch64|clang_major|GNUC__)/.test(name))
        .sort();
      const has = (...all: string[]): boolean => all.every((name) => names.includes(name));
      const vectorLanes = has('__AVX512F__', '__AVX512BW__', '__AVX512VL__', '__AVX512DQ__')
        ? 16
        : has('__AVX2__')
          ? 8
          : 4;
      return { command, version, machineFlags, features: names.join(' '), vectorLanes };
    }
  } catch {
    // Not installed, or not a compiler: the next candidate may be.
  }
  return undefined;
}

async function predefined(command: string, flags: readonly string[]): Promise<string | undefined> {
  try {
    return (await run(command, [...flags, '-dM', '-E', '-x', 'c', '/dev/null'])).stdout;
  } catch {
    return undefined;
  }
}

/** Whether a C compiler seems to be there, without starting it: a file of its name on PATH. */
export function mayHaveCompiler(): boolean {
  const wanted = process.env.ESPALIER_CC ?? process.env.CC;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return (wanted ? [wanted] : candidates).some((name) =>
    name.includes('/') ? existsSync(name) : folders.some((folder) => existsSync(join(folder, name))),
  );
}
