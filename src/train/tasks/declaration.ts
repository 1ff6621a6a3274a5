import { nearestName, UserError } from '../../base/index.ts';
import { type MixtureStage, type PackingStrategy, type SourceOptions, taskMetrics } from '../../data/index.ts';

/* What a task file says: JSON, or a module whose default export is the same. */

/** What examples are made of rows. */
export const objectiveNames = ['causal', 'prefix', 'spans', 'ul2', 'supervised'] as const;
export type TaskObjectiveName = (typeof objectiveNames)[number];

export interface TaskDeclaration extends SourceOptions {
  /** Files like `files` that a training is measured on, not trained on. */
  readonly validation?: string | readonly string[];
  /** Of what a model writes to its examples: `exactMatch`, `wordF1`. Default: none, its loss alone. */
  readonly metrics?: readonly string[];
  /**
   * `causal`: the text; `prefix`: its rest, after a beginning; `spans`: what was left out of it; `ul2`: one of seven of these; `supervised`: answers, of `messages`,
   * `prompt` and `completion` and others. Default `supervised` for files of JSON lines, else `causal`.
   */
  readonly objective?: TaskObjectiveName;
  /** Field of the text. Default `text`. */
  readonly field?: string;
  /** Of `spans`: share of tokens that is left out (default 0.15), mean length of a span in tokens (default 3). */
  readonly density?: number;
  readonly meanSpan?: number;
  /** Of `ul2`: ids of the tokens that say which kind comes. Default: those of `[NLU]`, `[S2S]`, `[NLG]`. */
  readonly paradigmTokens?: Readonly<Record<'R' | 'S' | 'X', number>>;
  /** Of `ul2`: how often each denoiser comes (R3, R8, S, X3, X8, X64, X64half). Default: all alike. */
  readonly denoisers?: Readonly<Record<string, number>>;
  /** The first sentinel; others have smaller ids. Default: the id of `<extra_id_0>`. */
  readonly firstSentinel?: number;
}

export interface TasksDeclaration {
  /** `bytes`, or the path of a tokenizer. Default: the model's. */
  readonly tokenizer?: string;
  readonly tasks: Readonly<Record<string, TaskDeclaration>>;
  /** By their names: rates of tasks, or stages of rates. */
  readonly mixtures?: Readonly<Record<string, Readonly<Record<string, number>> | readonly MixtureStage[]>>;
  /** How long rows are, in tokens. */
  readonly lengths?: { readonly inputs?: number; readonly targets?: number };
  readonly packing?: PackingStrategy | 'none';
  /** Examples that are packed together. */
  readonly window?: number;
}

/** The declaration itself, for its types: `export default defineTasks({ … })`. */
export const defineTasks = (tasks: TasksDeclaration): TasksDeclaration => tasks;

type Check = (x: unknown) => boolean;
type Checks = Readonly<Record<string, readonly [expected: string, check: Check]>>;
const isText: Check = (x) => typeof x === 'string';
const isSize: Check = (x) => Number.isSafeInteger(x) && (x as number) > 0;
const isId: Check = (x) => Number.isSafeInteger(x) && (x as number) >= 0;
const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && !Array.isArray(x);
const among = (names: readonly string[]): readonly [string, Check] => [
  names.join(', '),
  (x) => names.includes(x as string),
];
const rates: Check = (x) => isRecord(x) && Object.values(x).every((r) => typeof r === 'number' && r >= 0);

const paths: Check = (x) => isText(x) || (Array.isArray(x) && x.length > 0 && x.every(isText));

const taskFields: Checks = {
  files: ['a path, or several', paths],
  validation: ['a path, or several', paths],
  metrics: [
    `a list of ${Object.keys(taskMetrics).join(', ')}`,
    (x) => Array.isArray(x) && x.every((name) => Object.hasOwn(taskMetrics, name as string)),
  ],
  format: among(['text', 'jsonl', 'parquet', 'tokens', 'webdataset']),
  cut: among(['line', 'paragraph', 'file']),
  length: ['a number of tokens', isSize],
  dtype: among(['u16', 'u32']),
  columns: ['names of columns', (x) => Array.isArray(x) && x.every(isText)],
  objective: among(objectiveNames),
  field: ['the name of a field', isText],
  density: ['a share between 0 and 1', (x) => typeof x === 'number' && x > 0 && x < 1],
  meanSpan: ['a number of tokens from 1 on', (x) => typeof x === 'number' && x >= 1 && Number.isFinite(x)],
  paradigmTokens: ['ids for R, S and X', (x) => isRecord(x) && ['R', 'S', 'X'].every((k) => isId(x[k]))],
  denoisers: ['a rate by denoiser', rates],
  firstSentinel: ['the id of a token', isId],
};
const fileFields: Checks = {
  tokenizer: ['"bytes" or a path', isText],
  tasks: ['tasks by their names', isRecord],
  mixtures: ['rates by task, of each mixture', isRecord],
  lengths: ['inputs and targets, in tokens', isRecord],
  packing: among(['best', 'first', 'next', 'none']),
  window: ['a number of examples', isSize],
};
/** Keys of a task file, and of one that is one task. */
export const taskFileKeys: readonly string[] = [...Object.keys(fileFields), ...Object.keys(taskFields)];

const lengthFields: Checks = { inputs: ['a number of tokens', isSize], targets: ['a number of tokens', isSize] };

function check(x: unknown, fields: Checks, at: string, file: string): asserts x is Readonly<Record<string, unknown>> {
  const wrong = (what: string, expected: string, given?: unknown, advice?: string): UserError =>
    new UserError('train/tasks', `${file}: ${what}`, {
      expected,
      ...(given === undefined ? {} : { given: (JSON.stringify(given) ?? String(given)).slice(0, 80) }),
      ...(advice ? { advice } : {}),
    });
  if (!isRecord(x)) throw wrong(`${at} is no object`, Object.keys(fields).join(', '), x);
  for (const [name, value] of Object.entries(x)) {
    if (!Object.hasOwn(fields, name)) {
      const near = nearestName(name, Object.keys(fields));
      throw wrong(`${at} has no "${name}"`, Object.keys(fields).join(', '), undefined, near && `did you mean ${near}`);
    }
    const [expected, fits] = fields[name];
    if (value !== undefined && !fits(value)) throw wrong(`${name} of ${at} cannot be that`, expected, value);
  }
}

/**
 * A task file's contents, checked. One that has `files` itself is one task, called by the file. Throws `train/tasks`, which names the file and the key, and the nearest
 * key that there is.
 */
export function checkTasks(x: unknown, file: string, ownName: string): TasksDeclaration {
  let all = x;
  if (isRecord(x) && 'files' in x) {
    const rest = Object.entries(x).filter(([name]) => name in fileFields && name !== 'tasks');
    const own = Object.entries(x).filter(([name]) => !rest.some(([other]) => other === name));
    all = { ...Object.fromEntries(rest), tasks: { [ownName]: Object.fromEntries(own) } };
  }
  check(all, fileFields, 'the top', file);
  const { tasks = {}, mixtures = {}, lengths = {} } = all;
  check(lengths, lengthFields, 'lengths', file);
  for (const [name, task] of Object.entries(tasks as object)) {
    check(task, taskFields, `the task ${name}`, file);
    if (task.files === undefined)
      throw new UserError('train/tasks', `${file}: the task ${name} names no files`, { expected: '"files"' });
  }
  if (Object.keys(tasks as object).length === 0)
    throw new UserError('train/tasks', `${file} has no task`, { expected: '"tasks", or the "files" of one' });
  for (const [name, rate] of Object.entries(mixtures as object)) {
    if (!rates(rate) && !Array.isArray(rate))
      throw new UserError('train/tasks', `${file}: the mixture ${name} has no rates`, {
        expected: '{ "task": rate, … }, or stages [{ "start": 0, "weights": { … } }, …]',
      });
    requireSomeRate(rate, name, file);
  }
  return all as unknown as TasksDeclaration;
}

/** Throws `train/tasks`, which names the file, for a mixture (or a stage of one) that takes nothing of any task. */
export function requireSomeRate(mixture: unknown, name: string, file: string): void {
  const all: readonly unknown[] = Array.isArray(mixture) ? mixture.map((stage) => stage?.weights) : [mixture];
  const none = all.findIndex((rate) => isRecord(rate) && !Object.values(rate).some((r) => r !== 0));
  if (none !== -1)
    throw new UserError(
      'train/tasks',
      `${file}: the mixture ${name} takes nothing of any task${all.length > 1 ? ` in stage ${none + 1}` : ''}`,
      { expected: 'a rate above 0', given: JSON.stringify(all[none]) },
    );
}

/** The same tasks on their validation files; undefined where none has any. Mixtures are taken apart: each task is measured by itself. */
export function validationOf(
  d: TasksDeclaration,
  name: string,
): { readonly declaration: TasksDeclaration; readonly name: string } | undefined {
  const rates = d.mixtures?.[name];
  const names = !rates
    ? [name]
    : Array.isArray(rates)
      ? [...new Set((rates as readonly MixtureStage[]).flatMap((s) => Object.keys(s.weights)))]
      : Object.keys(rates);
  const tasks = names.flatMap((n) => {
    const { validation, ...task } = d.tasks[n] ?? {};
    return validation === undefined ? [] : [[n, { ...task, files: validation } as TaskDeclaration] as const];
  });
  if (tasks.length === 0) return undefined;
  const { mixtures: _, ...rest } = d;
  const each = Object.fromEntries(tasks.map(([n]) => [n, 1]));
  return {
    declaration: { ...rest, tasks: Object.fromEntries(tasks), mixtures: { validation: each } },
    name: tasks.length === 1 ? tasks[0][0] : 'validation',
  };
}
