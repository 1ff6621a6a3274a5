import { execFile } from 'node:child_process';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { readRecord, recordPath, writeRecord } from './cache-files.ts';

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

/** Asking a compiler takes two processes, so its answers are kept until it or the processor changes. */
async function search(): Promise<Compiler | undefined> {
  const path = recordPath('compiler', toolchainKey());
  const known = readRecord(path) as Compiler | undefined;
  if (known) return known;
  for (const command of commands()) {
    const compiler = await probe(command);
    if (!compiler) continue;
    writeRecord(path, compiler);
    return compiler;
  }
  return undefined;
}

function commands(): readonly string[] {
  const wanted = process.env.ESPALIER_CC ?? process.env.CC;
  return wanted ? [wanted] : candidates;
}

/** Text that is another one when a compiler or the processor is: paths, sizes and dates of files, and the instruction sets. */
export function toolchainKey(): string {
  const files = commands().map((command) => {
    const path = fileOf(command);
    if (!path) return `${command}: none`;
    const { size, mtimeMs } = statSync(path);
    return `${command}: ${realpathSync(path)} ${size} ${mtimeMs}`;
  });
  return [...files, process.arch, process.platform, processor()].join('\n');
}

let processorText: string | undefined;
/** Model and features of the first core. */
function processor(): string {
  processorText ??= readProcessor();
  return processorText;
}

function readProcessor(): string {
  try {
    const core = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n')[0].split('\n');
    return core.filter((line) => /^(model|cpu family|flags|Features|CPU \w+)\b/.test(line)).join('\n');
  } catch {
    return cpus()[0]?.model ?? 'unknown';
  }
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
export const mayHaveCompiler = (): boolean => commands().some((command) => fileOf(command) !== undefined);

/** The file that a command starts; undefined when there is none. */
function fileOf(command: string): string | undefined {
  if (command.includes('/')) return existsFile(command) ? command : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find(existsFile);
}

const existsFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
