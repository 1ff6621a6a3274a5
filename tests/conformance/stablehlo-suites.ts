/*
 * StableHLO's own programs with their checks inside: `stablehlo` (testdata/) and `interpret` (interpret/), over the shared
 * conformance folder or any directory of such files.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { EspalierError } from '../../src/base/index.ts';
import { type Func, type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine, type Engine, evaluateModule } from '../../src/runtime/index.ts';
import { flattenTuples } from '../../src/transform/index.ts';
import { entriesOf, startingAt } from './entries.ts';
import { conformanceRoot, filesUnder } from './files.ts';
import { type Outcome, reportOf, type SuiteReport } from './report.ts';
import { runOnEngine, Skip } from './run-on-engine.ts';

const folders = { stablehlo: 'stablehlo/testdata', interpret: 'stablehlo/interpret' } as const;
export type StablehloSuite = keyof typeof folders;
export const isStablehloSuite = (name: string): name is StablehloSuite => Object.hasOwn(folders, name);

export interface StablehloOptions {
  /** Files here instead of the shared conformance folder. */
  readonly directory?: string | undefined;
  /** Default `reference`. */
  readonly engine?: string | undefined;
  /** Feed constants as arguments, so that the engine's compiler cannot fold the op under test away. */
  readonly constantsAsArguments?: boolean | undefined;
  /** Only files whose path contains this. */
  readonly part?: string | undefined;
}

/** `scatter_add_float32_shape….mlir` belongs to `scatter_add`. */
function groupOf(file: string): string {
  return basename(file, '.mlir').replace(/_(bool|u?int\d+|b?float\d+|complex\d+|shape)(_.*)?$|_$/, '');
}

function reasonOf(error: unknown): string {
  if (error instanceof EspalierError) return error.message.trim().split('\n').join(' | ');
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

type Result = Pick<Outcome, 'status' | 'reason'> & { readonly entry?: string };

/** One result per function that is run: `@main`, or all that can be. */
async function runCase(text: string, engine: Engine, constantsAsArguments: boolean): Promise<readonly Result[]> {
  let module: Module;
  let entries: readonly Func[];
  try {
    module = parseModule(text, registry);
    entries = entriesOf(module);
  } catch (error) {
    return [{ status: 'failed', reason: reasonOf(error) }];
  }
  const results: Result[] = [];
  for (const f of entries) {
    const result = await runEntry(startingAt(module, f), engine, constantsAsArguments);
    results.push(entries.length === 1 ? result : { ...result, entry: `@${f.name}` });
  }
  return results;
}

async function runEntry(module: Module, engine: Engine, constantsAsArguments: boolean): Promise<Result> {
  try {
    if (engine.name === 'reference') evaluateModule(module, []);
    else await runOnEngine(flattenTuples(module), engine, { constantsAsArguments });
    return { status: 'passed' };
  } catch (error) {
    const refused = error instanceof EspalierError && error.code === 'runtime/unsupported';
    if (error instanceof Skip || (refused && engine.name !== 'reference'))
      return { status: 'skipped', reason: refused ? error.summary.split('\n')[0] : reasonOf(error).slice(7) };
    return { status: 'failed', reason: reasonOf(error) };
  }
}

/** Runs a suite; undefined where there is nothing to run. */
export async function runStablehloSuite(
  suite: StablehloSuite,
  options: StablehloOptions = {},
): Promise<SuiteReport | undefined> {
  const root = conformanceRoot();
  const directory = options.directory ?? (root && join(root, folders[suite]));
  if (directory === undefined || !existsSync(directory)) return undefined;
  const engine = createEngine(options.engine ?? 'reference');
  const outcomes: Outcome[] = [];
  try {
    for (const path of filesUnder(directory)) {
      const file = relative(directory, path) || basename(path);
      if (options.part !== undefined && !file.includes(options.part)) continue;
      const cases = readFileSync(path, 'utf8').split(/^\/\/ -----.*$/m);
      for (const [i, text] of cases.entries()) {
        if (!text.includes('func')) continue;
        const name = cases.length > 1 ? `#${i}` : '';
        for (const { entry = '', ...result } of await runCase(text, engine, options.constantsAsArguments ?? false))
          outcomes.push({ file, case: `${name} ${entry}`.trim(), group: groupOf(file), ...result });
      }
    }
  } finally {
    await engine.close();
  }
  return reportOf(suite, outcomes);
}
