import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EspalierError } from '../../base/index.ts';
import { nativeDirectory } from '../package-files.ts';
import { cacheDirectory, evict, isIntact, sealInto } from './cache-files.ts';
import { type Compiler, compilerProblem, findCompiler, standardFlags } from './compiler.ts';
import { platformFlags } from './platform-flags.ts';

const run = promisify(execFile);

/** One translation unit. */
export interface SourceUnit {
  /** File stem; letters, digits, `-` and `_`. */
  readonly name: string;
  readonly text: string;
}

export interface CompileRequest {
  /** Readable stem of the cached file. */
  readonly name: string;
  readonly units: readonly SourceUnit[];
  /** Optimisation level and other flags; the machine's own are added. */
  readonly flags?: readonly string[];
  readonly libraries?: readonly string[];
  /** Called when it is not there yet and has to be compiled. */
  readonly onBuild?: () => void;
}

export interface CompileResult {
  /** Path of the shared object in the cache. */
  readonly path: string;
  /** Whether it was there already. */
  readonly cached: boolean;
  /** Milliseconds spent in the compiler (0 when cached). */
  readonly milliseconds: number;
}

let headers: string | undefined;
/** Everything generated C includes, as one text. */
export function headerText(): string {
  const folder = nativeDirectory();
  headers ??= (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => /\.(h|inc)$/.test(file))
    .sort()
    .map((file) => `${file}\n${readFileSync(join(folder, file), 'utf8')}`)
    .join('\n');
  return headers;
}

const inFlight = new Map<string, Promise<CompileResult>>();

/**
 * Compiles units into one shared object, in parallel processes, or finds it in the cache. The key covers sources,
 * headers, flags, the compiler's version and the machine's instruction sets. Concurrent writers, in this process or
 * others, are safe: a file appears under its name complete or not at all. A damaged file counts as absent, and the least
 * recently used ones go when the folder grows beyond its limit.
 * Throws `runtime/no-compiler`, `runtime/compile-failed` and `runtime/compile-stopped`.
 */
export async function compileShared(request: CompileRequest): Promise<CompileResult> {
  const compiler = findCompiler();
  if (!compiler)
    throw new EspalierError('runtime/no-compiler', 'no C compiler that works was found', {
      expected: 'cc, gcc or clang on PATH, or its name in ESPALIER_CC',
      given: compilerProblem(),
      advice: 'install a C compiler (Debian: apt install gcc libc6-dev), or use the "wasm" engine',
    });
  const flags = [...standardFlags, ...compiler.machineFlags, ...(request.flags ?? [])];
  const libraries = ['-lm', ...(request.libraries ?? [])];
  const hash = createHash('sha256');
  const key = [compiler.version, compiler.features, flags, libraries, headerText(), request.units];
  hash.update(JSON.stringify(key));
  const path = join(cacheDirectory(), `${request.name}-${hash.digest('hex').slice(0, 32)}.so`);
  if (await isIntact(path)) return { path, cached: true, milliseconds: 0 };
  let pending = inFlight.get(path);
  if (!pending) {
    pending = build(compiler, request, flags, libraries, path).finally(() => inFlight.delete(path));
    inFlight.set(path, pending);
  }
  return pending;
}

async function build(
  compiler: Compiler,
  request: CompileRequest,
  flags: readonly string[],
  libraries: readonly string[],
  path: string,
): Promise<CompileResult> {
  request.onBuild?.();
  const started = performance.now();
  const work = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  await mkdir(work, { recursive: true });
  try {
    const temporary = join(work, 'out.so');
    const sources = request.units.map((unit) => join(work, `${unit.name}.c`));
    await Promise.all(request.units.map((unit, i) => writeFile(sources[i], unit.text)));
    const include = `-I${nativeDirectory()}`;
    const { shared } = platformFlags();
    if (sources.length === 1) {
      await cc(compiler, request.name, [...flags, include, ...shared, '-o', temporary, sources[0], ...libraries]);
    } else {
      const queue = sources.map((source) => [...flags, include, '-c', '-o', `${source}.o`, source]);
      const worker = async (): Promise<void> => {
        for (let args = queue.shift(); args; args = queue.shift()) await cc(compiler, request.name, args);
      };
      await Promise.all(Array.from({ length: Math.min(availableParallelism(), queue.length) }, worker));
      const objects = sources.map((source) => `${source}.o`);
      await cc(compiler, request.name, [...flags, ...shared, '-o', temporary, ...objects, ...libraries]);
    }
    await sealInto(path, temporary);
    if (request.units.length === 1) await rename(sources[0], path.replace(/\.so$/, '.c')).catch(() => {});
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await evict(cacheDirectory(), path);
  return { path, cached: false, milliseconds: performance.now() - started };
}

async function cc(compiler: Compiler, name: string, args: readonly string[]): Promise<void> {
  try {
    await run(compiler.command, [...compiler.args, ...args], { maxBuffer: 1 << 26 });
  } catch (error) {
    const { signal, stderr } = error as { signal?: string | null; stderr?: string };
    if (signal)
      throw new EspalierError('runtime/compile-stopped', `the C compiler was stopped at "${name}"`, {
        given: signal,
        advice: 'run it again; SIGKILL without anybody’s doing means that memory ran out',
        cause: error,
      });
    const text = stderr ?? String(error);
    throw new EspalierError('runtime/compile-failed', `the C compiler rejected "${name}"`, {
      given: text.split('\n').slice(0, 12).join('\n'),
      advice: `this is a bug in Espalier's C emitter, or ${compiler.command} is broken; please report the text above. The "wasm" engine needs no compiler`,
      cause: error,
    });
  }
}
