/*
 * Shardy's own tests: `rules`, `propagate`, `pipeline`, `reshard` (text) and `execute` (numbers), over the shared conformance
 * folder or any directory of such files.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { runExecuteFile } from './execute-suite.ts';
import { conformanceRoot, filesUnder } from './files.ts';
import { type Outcome, reportOf, type SuiteReport } from './report.ts';
import { runTextFile } from './text-suites.ts';

export const shardySuites = ['rules', 'propagate', 'pipeline', 'reshard', 'execute'] as const;
export type ShardySuite = (typeof shardySuites)[number];
export const isShardySuite = (name: string): name is ShardySuite => (shardySuites as readonly string[]).includes(name);

export interface ShardyOptions {
  /** Files here instead of the shared conformance folder. */
  readonly directory?: string | undefined;
  /** Only files whose path contains this. */
  readonly part?: string | undefined;
}

/** Runs a suite; undefined where there is nothing to run. */
export function runShardySuite(suite: ShardySuite, options: ShardyOptions = {}): SuiteReport | undefined {
  const root = conformanceRoot();
  const directory = options.directory ?? (root && join(root, 'shardy', suite));
  if (directory === undefined || !existsSync(directory)) return undefined;
  const outcomes = filesUnder(directory).flatMap((path): Outcome[] => {
    const file = relative(directory, path) || basename(path);
    if (options.part !== undefined && !file.includes(options.part)) return [];
    const folder = dirname(file);
    const group = suite === 'execute' && folder !== '.' ? folder : basename(file, '.mlir');
    return casesOf(suite, path).map(({ name, error }) => ({
      file,
      case: name === basename(path) ? '' : name,
      group,
      ...(error === undefined ? { status: 'passed' } : { status: 'failed', reason: error.trimEnd() }),
    }));
  });
  return reportOf(suite, outcomes);
}

/** A file that cannot be run at all is one failed case. */
function casesOf(suite: ShardySuite, path: string): readonly { name: string; error: string | undefined }[] {
  try {
    return suite === 'execute' ? runExecuteFile(path) : runTextFile(path);
  } catch (error) {
    return [{ name: basename(path), error: error instanceof Error ? error.message : String(error) }];
  }
}
