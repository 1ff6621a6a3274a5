import type { EvaluatedModel } from '../evaluated-model.ts';
import type { Aggregated } from './metrics.ts';
import { type HarnessOptions, runTask, type TaskResult } from './run-task.ts';
import { type HarnessGroup, type HarnessTask, isGroup } from './task-file.ts';

/** All numbers of an evaluation, in the shape of lm-eval's results.json; `N/A` where there is no standard error. */
export interface HarnessReport {
  readonly results: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  readonly groups: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  readonly group_subtasks: Readonly<Record<string, readonly string[]>>;
  readonly configs: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, number | string>>;
  readonly 'n-shot': Readonly<Record<string, number>>;
  readonly higher_is_better: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  readonly 'n-samples': Readonly<Record<string, { readonly original: number; readonly effective: number }>>;
}

/** Measures a model on tasks, each once even if it is in several groups. Throws `models/harness-task`, and what reading the data throws. */
export async function runHarness(
  model: EvaluatedModel,
  asked: readonly (HarnessTask | HarnessGroup)[],
  o: HarnessOptions & { readonly onTask?: (task: HarnessTask) => void } = {},
): Promise<{ report: HarnessReport; tasks: readonly TaskResult[] }> {
  const done = new Map<string, TaskResult>();
  for (const task of asked.flatMap(tasksOf)) {
    if (done.has(task.name)) continue;
    o.onTask?.(task);
    done.set(task.name, await runTask(model, task, o));
  }
  const tasks = [...done.values()];
  const groups = asked.flatMap(groupsOf);
  const groupRows = groups.map(
    (g) =>
      [
        g.name,
        groupRow(
          g,
          tasksOf(g).map((t) => done.get(t.name)!),
        ),
      ] as const,
  );
  const perTask = <T>(value: (r: TaskResult) => T): Record<string, T> =>
    Object.fromEntries(tasks.map((r) => [r.task.name, value(r)]));
  const report = {
    results: { ...perTask(taskRow), ...Object.fromEntries(groupRows) },
    groups: Object.fromEntries(groupRows.filter(([, row]) => Object.keys(row).length > 1)),
    group_subtasks: Object.fromEntries(groups.map((g) => [g.name, g.members.map((m) => m.name)])),
    configs: perTask((r) => r.task.config),
    versions: perTask((r) => r.task.version),
    'n-shot': perTask((r) => r.numFewshot),
    higher_is_better: perTask((r) => Object.fromEntries(r.task.metrics.map((m) => [m.metric, m.higherIsBetter]))),
    'n-samples': perTask((r) => ({ original: r.numDocuments, effective: r.numMeasured })),
  };
  return { report, tasks };
}

const tasksOf = (x: HarnessTask | HarnessGroup): readonly HarnessTask[] =>
  isGroup(x) ? x.members.flatMap(tasksOf) : [x];
const groupsOf = (x: HarnessTask | HarnessGroup): readonly HarnessGroup[] =>
  isGroup(x) ? [x, ...x.members.flatMap(groupsOf)] : [];

function row(name: string, metrics: readonly (readonly [string, Aggregated])[]): Record<string, number | string> {
  return {
    alias: name,
    ...Object.fromEntries(
      metrics.flatMap(([key, { value, stderr }]) => [
        [key, value],
        [key.replace(',', '_stderr,'), stderr ?? 'N/A'],
      ]),
    ),
  };
}

const taskRow = (r: TaskResult): Record<string, number | string> => row(r.task.name, Object.entries(r.metrics));

/** Means over the tasks of a group, weighted by their sizes or not, with the standard error of such a mean. Source: lm-eval 0.4.13, `aggregate_subtask_metrics`. */
function groupRow(group: HarnessGroup, results: readonly TaskResult[]): Record<string, number | string> {
  const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
  const rows = group.metrics.flatMap(({ metric, weightBySize, filters }) =>
    filters.flatMap((filter) => {
      const key = `${metric},${filter}`;
      const own = results.filter((r) => r.metrics[key]);
      if (own.length === 0) return [];
      const sizes = own.map((r) => r.numMeasured);
      const all = own.map((r) => r.metrics[key]);
      const weights = weightBySize ? sizes : sizes.map(() => 1);
      const value = sum(all.map((a, i) => a.value * weights[i])) / sum(weights);
      const errors = all.flatMap((a) => a.stderr ?? []);
      const pooled = sum(errors.map((e, i) => (sizes[i] - 1) * e ** 2 * sizes[i])) / (sum(sizes) - sizes.length);
      const stderr = weightBySize
        ? Math.sqrt(pooled / sum(sizes))
        : Math.sqrt(sum(errors.map((e) => e ** 2))) / errors.length;
      return [[key, { value, stderr: errors.length === all.length ? stderr : undefined }] as const];
    }),
  );
  return row(group.name, rows);
}
