import { createHash } from 'node:crypto';
import { UserError } from '../../base/index.ts';
import { type Row, rowError, type Source } from '../sources/index.ts';
import type { Example, FeatureLengths } from './features.ts';
import type { TaskMetric } from './metrics.ts';
import { hashWords } from './permutation.ts';
import { RandomStream } from './random-stream.ts';

/* Tasks as in seqio: where rows come from, what is made of them, and what a model gets. An example depends on seed, epoch and index alone. */

export type Fields = Readonly<Record<string, unknown>>;

/** What a step may look at besides the fields. */
export interface PreprocessContext {
  /** Of this example in this epoch, and of this step. */
  readonly random: RandomStream;
  /** How long features may be, in tokens. */
  readonly lengths: FeatureLengths;
  readonly row: Row;
}

/** One step from a row to an example. */
export interface Preprocessor {
  /** What it does, with everything that changes its results: part of the task's fingerprint. */
  readonly name: string;
  /** Fields from fields; undefined leaves the row out. Depends on what it is given alone. */
  readonly apply: (fields: Fields, c: PreprocessContext) => Fields | undefined | Promise<Fields | undefined>;
}

export interface OutputFeature {
  /** Ends the feature, also where it is cut. Default: nothing does. */
  readonly eosId?: number;
}

export interface Task {
  /** Letters, digits, `_ - . : #`. */
  readonly name: string;
  readonly source: Source;
  readonly preprocessors: readonly Preprocessor[];
  /** Features of the examples, lists of ids. */
  readonly outputFeatures: Readonly<Record<string, OutputFeature>>;
  /** Of what a model writes to its examples. Default: none, its loss alone. */
  readonly metrics?: readonly TaskMetric[];
}

/** Everything that examples of a task depend on, but for seed and lengths. */
export function taskFingerprint({ name, source, preprocessors, outputFeatures }: Task): string {
  const all = [name, source.fingerprint, preprocessors.map((p) => p.name), outputFeatures];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
}

/** A number that names a text. */
export const hashText = (text: string): number => hashWords(text.length, ...Array.from(text, (c) => c.codePointAt(0)!));

export interface ExampleKey {
  readonly index: number;
  readonly epoch: number;
  readonly seed: number;
}

/**
 * Example `index` of a task in an epoch, its features no longer than `lengths`; undefined where a step leaves it out. Throws `data/row`, which names the file and the
 * line.
 */
export async function taskExample(
  task: Task,
  { index, epoch, seed }: ExampleKey,
  lengths: FeatureLengths,
): Promise<Example | undefined> {
  const row = await task.source.at(index);
  let fields: Fields | undefined = row.fields;
  for (const [i, step] of task.preprocessors.entries()) {
    const random = new RandomStream(seed, hashText(task.name), epoch, index, i);
    fields = await step.apply(fields, { random, lengths, row });
    if (!fields) return undefined;
  }
  const entries: [string, ArrayLike<number>][] = [];
  for (const [name, { eosId }] of Object.entries(task.outputFeatures)) {
    const tokens = idsOf(fields[name], name, row);
    entries.push([name, withEnd(tokens, eosId, lengths[name])]);
    const weights = fields[weightsName(name)];
    if (weights !== undefined) {
      const own = idsOf(weights, weightsName(name), row);
      if (own.length !== tokens.length) throw rowError(row, `${name} has not as many weights as tokens`);
      entries.push([weightsName(name), withEnd(own, eosId === undefined ? undefined : 1, lengths[name])]);
    }
  }
  return Object.fromEntries(entries);
}

/** The feature that says which tokens of another count in the loss: 0 or 1 each. */
export const weightsName = (feature: string): string => `${feature}_weights`;

function idsOf(x: unknown, name: string, row: Row): ArrayLike<number> {
  if (x instanceof Int32Array || x instanceof Uint8Array) return x;
  if (Array.isArray(x) && x.every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 31)) return x as number[];
  throw rowError(
    row,
    x === undefined ? `nothing made its feature "${name}"` : `its feature "${name}" is no list of ids`,
    x ?? Object.keys(row.fields).join(', '),
  );
}

function withEnd(x: ArrayLike<number>, end: number | undefined, most = Number.POSITIVE_INFINITY): ArrayLike<number> {
  if (end === undefined) return x.length <= most ? x : Array.from(x).slice(0, most);
  const own = Array.from(x).slice(0, most - 1);
  own.push(end);
  return own;
}

/** Tasks with rates: how often examples of each come. */
export interface TaskMixture {
  readonly name: string;
  readonly tasks: readonly Task[];
  /** By the names of tasks; or stages of them, from an example of the whole order on. Default: as many as each has examples. */
  readonly rates?:
    | Readonly<Record<string, number>>
    | readonly { start: number; weights: Readonly<Record<string, number>> }[];
}

export const isMixture = (x: Task | TaskMixture): x is TaskMixture => 'tasks' in x;

/** Throws `data/task` for a name that is none. */
export function requireTaskName(name: string): void {
  if (!/^[\w.:#-]+$/.test(name))
    throw new UserError('data/task', `"${name}" cannot be the name of a task`, {
      expected: 'letters, digits and _ - . : #',
    });
}
