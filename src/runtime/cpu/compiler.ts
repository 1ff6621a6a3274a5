import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';
import { EspalierError } from '../../base/index.ts';
import { type Koffi, loadKoffi, nativeDirectory } from '../package-files.ts';
import { cacheDirectory, readRecord, recordPath, writeRecord } from './cache-files.ts';
import { platformFlags } from './platform-flags.ts';

/** A C compiler of this machine and what it was found to be able to do. */
export interface Compiler {
  /** Command as it is started. */
  readonly command: string;
  /** Its first arguments: `gcc` where the command is `ccache`. */
  readonly args: readonly string[];
  /** First line of `--version`. */
  readonly version: string;
  /** Flags selecting this machine's instructions. */
  readonly machineFlags: readonly string[];
  /** Everything the compiler predefines under those flags that names an instruction set, sorted: part of cache keys. */
  readonly features: string;
  /** Lanes of 32 bits in one vector register (16: AVX-512, 8: AVX2, 4: anything else). */
  readonly vectorLanes: 4 | 8 | 16;
}

/**
 * `-ffp-contract=off`: a product and a sum stay two roundings wherever they were written as two ops, so that fusing
 * does not change results. `-fno-math-errno` and `-fno-trapping-math` allow vector sqrt and speculation, not reordering.
 */
export const standardFlags: readonly string[] = [
  '-O2',
  '-std=gnu11',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fwrapv',
  '-fno-strict-aliasing',
  '-fno-semantic-interposition',
  '-fno-stack-protector',
  '-w',
];

/** A command and its first arguments. */
type Command = readonly [string, ...string[]];

const candidates: readonly Command[] = [['cc'], ['gcc'], ['clang']];

interface Search {
  readonly compiler?: Compiler;
  /** Why there is none. */
  readonly problem?: string;
}
let found: Search | undefined;

/**
 * The system's C compiler: `$ESPALIER_CC` or `$CC` (a command, with arguments after spaces), else the first of cc, gcc, clang that
 * works: it compiles a small library that this process can load. Undefined when none does; {@link compilerProblem} says why. Asked
 * once per process, and what is found is kept in the cache until the compiler or the processor changes.
 * Throws `runtime/cache-folder`, `runtime/no-sources` and `runtime/no-koffi`.
 */
export const findCompiler = (): Compiler | undefined => search().compiler;

/** Why {@link findCompiler} finds none; undefined when it does. */
export const compilerProblem = (): string | undefined => search().problem;

function search(): Search {
  found ??= searchAnew();
  return found;
}

function searchAnew(): Search {
  const native = nativeDirectory();
  const koffi = loadKoffi();
  const path = recordPath('toolchain', toolchainKey());
  const known = readRecord(path) as Compiler | undefined;
  if (known) return { compiler: known };
  const problems: string[] = [];
  for (const command of commands()) {
    try {
      const compiler = probe(command);
      tryOut(compiler, native, koffi);
      writeRecord(path, compiler);
      return { compiler };
    } catch (error) {
      if (error instanceof EspalierError) throw error;
      problems.push(`${command.join(' ')}: ${(error as Error).message}`);
    }
  }
  return { problem: problems.join('; ') };
}

function commands(): readonly Command[] {
  const wanted = (process.env.ESPALIER_CC || process.env.CC)?.trim();
  if (!wanted) return candidates;
  return [existsFile(wanted) ? [wanted] : (wanted.split(/\s+/) as [string, ...string[]])];
}

/** Text that is another one when a compiler or the processor is: paths, sizes and dates of files, and the instruction sets. */
export function toolchainKey(): string {
  const files = commands().map((command) => command.map((word) => `${word}: ${stampOf(word)}`).join(' '));
  return [...files, process.arch, process.platform, processor()].join('\n');
}

function stampOf(word: string): string {
  const path = fileOf(word);
  if (!path) return 'none';
  const { size, mtimeMs } = statSync(path);
  return `${realpathSync(path)} ${size} ${mtimeMs}`;
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

/** Asks a compiler what it is. Throws an `Error` that says what is wrong with it. */
function probe(command: Command): Compiler {
  const version = start(command, ['--version']).split('\n')[0].trim();
  if (version === '') throw new Error('says nothing to --version');
  for (const machineFlags of [['-march=native'], ['-mcpu=native'], []]) {
    const macros = predefined(command, machineFlags);
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
    const [name, ...args] = command;
    return { command: name, args, version, machineFlags, features: names.join(' '), vectorLanes };
  }
  throw new Error('does not list what it predefines (-dM -E)');
}

function predefined(command: Command, flags: readonly string[]): string | undefined {
  try {
    return start(command, [...flags, '-dM', '-E', '-x', 'c', '-']) || undefined;
  } catch {
    return undefined;
  }
}

/** Sources that need most of the system: threads, loading, waiting. */
const demandingUnits = ['run/runtime', 'run/collectives', 'run/team'];
const trial =
  '#include <math.h>\n#include <stdio.h>\n__attribute__((visibility("default"))) int esp_trial(void) { return 42; }\n';

/** Has a compiler do, in little, what it will have to do: headers, linker, and a folder from which code can be loaded. */
function tryOut(compiler: Compiler, native: string, koffi: Koffi): void {
  const command: Command = [compiler.command, ...compiler.args];
  const flags = [...standardFlags, ...compiler.machineFlags];
  const units = demandingUnits.map((name) => join(native, `${name}.c`));
  start(command, [...flags, '-O0', '-fsyntax-only', `-I${native}`, ...units]);
  const work = join(cacheDirectory(), `trial.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
  try {
    mkdirSync(work, { recursive: true });
    const [source, library] = [join(work, 'trial.c'), join(work, 'trial.so')];
    writeFileSync(source, trial);
    const { shared, support } = platformFlags();
    start(command, [...flags, ...shared, '-o', library, source, '-lm', ...support]);
    const answer = (koffi.load(library).func('int esp_trial()') as () => number)();
    if (answer !== 42) throw new Error(`a compiled function gives ${answer} for 42`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Most time that a compiler may take to answer. */
const ANSWER_MS = 60_000;

/** Output of a command. Throws an `Error` with what it complains of. */
function start([command, ...first]: Command, args: readonly string[]): string {
  const done = spawnSync(command, [...first, ...args], {
    encoding: 'utf8',
    input: '',
    timeout: ANSWER_MS,
    maxBuffer: 1 << 26,
    windowsHide: true,
  });
  const code = (done.error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') throw new Error('not found');
  // A command that does not read its input closes it before we have: that is no failure.
  if (done.error && code !== 'EPIPE') throw new Error(done.error.message);
  if (done.status === 0) return done.stdout;
  const complaint =
    done.stderr.split('\n').find((line) => /error|fatal|cannot|not /i.test(line)) ?? done.stderr.split('\n')[0];
  throw new Error(complaint.trim() || `ends with ${done.signal ?? `code ${done.status}`}`);
}

/** The file that a command starts; undefined when there is none. */
function fileOf(command: string): string | undefined {
  if (command.includes('/')) return existsFile(command) ? command : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find(existsFile);
}

function existsFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
