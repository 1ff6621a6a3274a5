import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { MetricsFile } from './metrics-file.ts';
import type { RunInfo, RunsEvent } from './protocol.ts';

/** How far below a folder runs are looked for: a sweep is a folder of runs. */
const DEPTH = 2;

/** A run that is watched. */
export interface WatchedRun {
  readonly dir: string;
  readonly metrics: MetricsFile;
  readonly info: RunInfo;
}

/** Runs below some folders, read again and again while others write them. */
export class Runs {
  readonly #roots: readonly string[];
  readonly #runs = new Map<string, WatchedRun>();

  /** Each root is the folder of a run, or a folder with such; it need not be there yet. */
  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  get(id: string): WatchedRun | undefined {
    return this.#runs.get(id);
  }

  get all(): readonly WatchedRun[] {
    return [...this.#runs.values()];
  }

  /**
   * Looks what is new, for about `budgetMs`; `isDone` says whether there is nothing left to read. A folder that vanished is gone, and
   * nothing that lies in one makes it fail.
   */
  look(budgetMs: number): RunsEvent & { readonly isDone: boolean } {
    const dirs = new Map(this.#roots.flatMap((root) => runsIn(root)).map((dir) => [nameOf(dir), dir]));
    const gone = [...this.#runs.keys()].filter((id) => !dirs.has(id));
    for (const id of gone) this.#runs.delete(id);
    const changed: RunInfo[] = [];
    const until = performance.now() + budgetMs;
    let isDone = true;
    for (const [id, dir] of dirs) {
      const before = this.#runs.get(id);
      const metrics = before?.metrics ?? new MetricsFile(join(dir, 'metrics.jsonl'));
      let isNew = before === undefined;
      let state: ReturnType<typeof tryToRead> = 'more';
      while (state === 'more' && performance.now() < until) {
        state = tryToRead(metrics);
        isNew ||= state !== 'same';
      }
      if (state === 'more') isDone = false;
      isNew ||= before?.info.isLive !== isLive(dir) || (before !== undefined && lacksConfig(before.info, dir));
      if (!isNew) continue;
      const info = infoOf(id, dir, metrics, before?.info);
      this.#runs.set(id, { dir, metrics, info });
      changed.push(info);
    }
    return { runs: changed, gone, isDone };
  }
}

/** A file that cannot be read, such as one whose disk is gone, is as one that is not there. */
function tryToRead(metrics: MetricsFile): ReturnType<MetricsFile['readSome']> {
  try {
    return metrics.readSome();
  } catch {
    return 'same';
  }
}

const nameOf = (dir: string): string => relative(process.cwd(), dir) || '.';

/** Folders of runs at or below a folder, so many levels deep. */
export function runsIn(dir: string, depth = DEPTH): readonly string[] {
  if (existsSync(join(dir, 'run.json')) || existsSync(join(dir, 'metrics.jsonl'))) return [dir];
  if (depth === 0) return [];
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .flatMap((entry) => runsIn(join(dir, entry.name), depth - 1));
  } catch {
    return [];
  }
}

/** Whether a process works in the folder: one of this machine that was killed leaves its lock behind. */
function isLive(dir: string): boolean {
  const path = join(dir, 'run.lock');
  if (!existsSync(path)) return false;
  const { pid, host } = readJson(path) as { pid?: unknown; host?: unknown };
  if (typeof pid !== 'number' || host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The manifest is written with the first step. */
const lacksConfig = ({ config }: RunInfo, dir: string): boolean =>
  Object.keys(config).length === 0 && Object.keys(configOf(dir)).length > 0;

function infoOf(id: string, dir: string, { columns, texts }: MetricsFile, before: RunInfo | undefined): RunInfo {
  const latest: Record<string, number> = {};
  for (const key of columns.keys) {
    const value = columns.get(key)!.findLast((x) => Number.isFinite(x));
    if (value !== undefined) latest[key] = value;
  }
  return {
    id,
    startedAt: before?.startedAt ?? startOf(dir),
    isLive: isLive(dir),
    count: columns.length,
    keys: columns.keys,
    latest,
    config: before && Object.keys(before.config).length > 0 ? before.config : configOf(dir),
    hasTrace: existsSync(join(dir, 'trace.json')),
    textCount: texts.length,
  };
}

/** When a run began, in milliseconds since 1970. */
export function startOf(dir: string): number {
  const { startedAt } = readJson(join(dir, 'run.json')) as { startedAt?: unknown };
  const told = typeof startedAt === 'string' ? Date.parse(startedAt) : Number.NaN;
  return Number.isFinite(told) ? told : (statSync(dir, { throwIfNoEntry: false })?.birthtimeMs ?? 0);
}

/** Settings of the manifest, as texts. */
function configOf(dir: string): Record<string, string> {
  const { settings } = readJson(join(dir, 'manifest.json')) as { settings?: unknown };
  if (typeof settings !== 'object' || settings === null) return {};
  return Object.fromEntries(
    Object.entries(settings as Record<string, { value?: unknown } | null>).map(([name, setting]) => {
      const value = setting?.value;
      return [name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')];
    }),
  );
}

function readJson(path: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
