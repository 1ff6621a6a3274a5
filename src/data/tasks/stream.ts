import { createHash } from 'node:crypto';
import { UserError } from '../../base/index.ts';
import type { Example, FeatureLengths } from './features.ts';
import { Mixture } from './mixture.ts';
import { Permutation } from './permutation.ts';
import { hashText, isMixture, type Task, type TaskMixture, taskExample, taskFingerprint } from './task.ts';

export interface StreamOptions {
  readonly seed: number;
  /** How long features may be, in tokens. */
  readonly lengths: FeatureLengths;
  /** Each epoch in an order of its own. Default true; false: in the order of the files. */
  readonly shuffle?: boolean;
  /** Examples that are made at a time. Default 8. */
  readonly workers?: number;
  /** Of a mixture's blocks, in examples. Default 2,048. */
  readonly blockSize?: number;
}

/** An example of the one order of all. */
export interface StreamExample {
  readonly task: string;
  readonly epoch: number;
  readonly index: number;
  /** Undefined: a step left it out. */
  readonly features: Example | undefined;
}

/**
 * The one endless order of a task's or mixture's examples: what is at a place depends on the place and the seed alone, so any host, any worker and any
 * run that goes on has the same. Order first (a permutation per epoch, blocks of mixtures), packing next, hosts last.
 */
export class ExampleStream {
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #mixture: Mixture | undefined;
  readonly #only: Task | undefined;
  readonly #o: StreamOptions;
  readonly #orders = new Map<string, Permutation>();

  /** Throws `data/mixture` for rates that name no task, and for mixtures of tasks with other features. */
  constructor(of: Task | TaskMixture, o: StreamOptions) {
    this.#o = o;
    const tasks = isMixture(of) ? of.tasks : [of];
    this.#tasks = new Map(tasks.map((t) => [t.name, t]));
    this.#only = tasks.length === 1 ? tasks[0] : undefined;
    if (isMixture(of)) {
      const features = (t: Task): string => Object.keys(t.outputFeatures).sort().join();
      const odd = tasks.find((t) => features(t) !== features(tasks[0]));
      if (odd)
        throw new UserError('data/mixture', `tasks of ${of.name} have other features`, {
          expected: `${features(tasks[0])}, as ${tasks[0].name}`,
          given: `${features(odd)} of ${odd.name}`,
        });
      const rates = of.rates ?? Object.fromEntries(tasks.map((t) => [t.name, t.source.length]));
      this.#mixture = new Mixture(rates, { seed: o.seed, ...(o.blockSize ? { blockSize: o.blockSize } : {}) });
      const unknown = this.#mixture.sources.find((name) => !this.#tasks.has(name));
      if (unknown !== undefined)
        throw new UserError('data/mixture', `${of.name} has a rate for ${unknown}, which is none of its tasks`, {
          expected: [...this.#tasks.keys()].join(', '),
        });
    }
    for (const t of tasks)
      if (t.source.length === 0) throw new UserError('data/empty', `the task ${t.name} has no example`);
  }

  get tasks(): readonly Task[] {
    return [...this.#tasks.values()];
  }

  /** Examples of one epoch of all tasks. */
  get length(): number {
    return this.tasks.reduce((n, t) => n + t.source.length, 0);
  }

  /** Everything that the order and the examples depend on. */
  get fingerprint(): string {
    const { seed, lengths, shuffle = true } = this.#o;
    const mixture = this.#mixture && [this.#mixture.blockSize, this.#mixture.stages];
    const all = [this.tasks.map(taskFingerprint), mixture ?? null, seed, lengths, shuffle];
    return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
  }

  /** Which example of which task is at a place. */
  place(place: number): { readonly task: Task; readonly epoch: number; readonly index: number } {
    const at = this.#mixture?.at(place);
    const task = at ? this.#tasks.get(at.source)! : this.#only!;
    const n = at?.index ?? place;
    const { length } = task.source;
    const epoch = Math.floor(n / length);
    return { task, epoch, index: this.#o.shuffle === false ? n % length : this.#order(task, epoch).at(n % length) };
  }

  #order(task: Task, epoch: number): Permutation {
    const key = `${task.name}/${epoch}`;
    let order = this.#orders.get(key);
    if (!order) {
      if (this.#orders.size > 64) this.#orders.clear();
      order = new Permutation(task.source.length, this.#o.seed, hashText(task.name), epoch);
      this.#orders.set(key, order);
    }
    return order;
  }

  /** Examples `from` to `to`. Those of one source are read in the order of its file; the answer is in the stream's. Throws `data/row`. */
  async examples(from: number, to: number): Promise<StreamExample[]> {
    const places = Array.from({ length: to - from }, (_, i) => ({ i, ...this.place(from + i) }));
    places.sort((a, b) => (a.task === b.task ? a.index - b.index : a.task.name < b.task.name ? -1 : 1));
    const out = Array<StreamExample>(places.length);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < places.length) {
        const { i, task, epoch, index } = places[next++];
        const features = await taskExample(task, { index, epoch, seed: this.#o.seed }, this.#o.lengths);
        out[i] = { task: task.name, epoch, index, features };
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#o.workers ?? 8, places.length) }, work));
    return out;
  }
}
