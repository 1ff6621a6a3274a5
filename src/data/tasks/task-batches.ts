import { UserError } from '../../base/index.ts';
import type { Example, FeatureConverter, FeatureLengths, ModelFeatures } from './features.ts';
import { type PackingStrategy, packExamples } from './packing.ts';
import type { ExampleStream, StreamExample } from './stream.ts';

export interface TaskBatchesOptions {
  readonly stream: ExampleStream;
  readonly converter: FeatureConverter;
  /** Of the task's features, in tokens. */
  readonly lengths: FeatureLengths;
  /** Rows of a step, over all hosts. */
  readonly batchSize: number;
  /** Whether rows hold several examples, and how these come to share them. Default `best`. */
  readonly packing?: PackingStrategy | 'none';
  /** Examples that are packed together. Default 512. */
  readonly window?: number;
  /** Before the first of a segment. Default 0. */
  readonly bosId?: number;
}

/** Where a step's rows begin: all that a run has to remember of its data. */
export interface BatchPosition {
  readonly step: number;
  /** Packed together: examples [window · size, (window + 1) · size) of the order. */
  readonly window: number;
  /** Of the window's rows. */
  readonly row: number;
}

/** A row with what is in it. */
export type PackedRow = readonly (StreamExample & { readonly features: Example })[];

/** Windows that are kept: this one, and the next ones while they are made. */
const KEPT_WINDOWS = 4;

/**
 * Batches of a stream. Windows of its examples are packed each by itself, and the rows of all windows, one after the other, are cut into batches; so a batch
 * depends on its number alone, and hosts take rows of it.
 */
export class TaskBatches {
  readonly #o: TaskBatchesOptions;
  readonly #size: number;
  readonly #windows = new Map<number, Promise<readonly PackedRow[]>>();
  /** Rows before windows that are known, from a first one on. */
  #known: { readonly first: number; readonly starts: number[] } = { first: 0, starts: [0] };

  constructor(o: TaskBatchesOptions) {
    this.#o = o;
    this.#size = o.window ?? 512;
  }

  /** Everything that batches depend on. */
  get fingerprint(): string {
    const { stream, batchSize, packing = 'best', bosId = 0 } = this.#o;
    return [stream.fingerprint, batchSize, packing, packing === 'none' ? 0 : this.#size, bosId].join('/');
  }

  /**
   * Batch `step`, or rows of it (of a host): tensors of the converter's features, `i32[rows, length]`. While it is used, the next ones are made. Throws `data/row`,
   * `data/empty` where every example is left out.
   */
  async at(step: number, rows: { readonly from: number; readonly to: number } = this.#all): Promise<ModelFeatures> {
    const packed = await this.rows(step, rows);
    const { converter, lengths, bosId = 0 } = this.#o;
    return converter.convert(
      packed.map((row) => row.map((e) => e.features)),
      lengths,
      { bosId },
    );
  }

  get #all(): { from: number; to: number } {
    return { from: 0, to: this.#o.batchSize };
  }

  /** What is in the rows of a step. */
  async rows(step: number, { from, to }: { from: number; to: number } = this.#all): Promise<PackedRow[]> {
    const first = step * this.#o.batchSize;
    const out: PackedRow[] = [];
    for (let row = first + from; row < first + to; ) {
      const at = await this.#find(row);
      const own = await this.#window(at.window);
      const take = own.slice(at.row, at.row + first + to - row);
      out.push(...take);
      row += take.length;
      void this.#window(at.window + 1).catch(() => {}); // whoever asks for it sees the error
    }
    return out;
  }

  /** Where a step begins; `goTo` with it makes nothing before it again. */
  async position(step: number): Promise<BatchPosition> {
    return { step, ...(await this.#find(step * this.#o.batchSize)) };
  }

  /** Goes on from a position that a run has noted. */
  goTo({ step, window, row }: BatchPosition): void {
    this.#known = { first: window, starts: [step * this.#o.batchSize - row] };
  }

  /** The window that has a row, counted over all windows. */
  async #find(row: number): Promise<{ readonly window: number; readonly row: number }> {
    if (row < this.#known.starts[0]) this.#known = { first: 0, starts: [0] };
    const { first, starts } = this.#known;
    let empty = 0;
    while (starts.at(-1)! <= row) {
      const { length } = await this.#window(first + starts.length - 1);
      starts.push(starts.at(-1)! + length);
      empty = length === 0 ? empty + this.#size : 0;
      if (empty > this.#o.stream.length + this.#size)
        throw new UserError('data/empty', 'every example of the task is left out', {
          advice: 'its steps find nothing in any row that they can use',
        });
    }
    let k = starts.length - 2;
    while (starts[k] > row) k--;
    return { window: first + k, row: row - starts[k] };
  }

  #window(window: number): Promise<readonly PackedRow[]> {
    let rows = this.#windows.get(window);
    if (!rows) {
      rows = this.#make(window);
      this.#windows.set(window, rows);
      for (const old of this.#windows.keys())
        if (this.#windows.size > KEPT_WINDOWS && old !== window) this.#windows.delete(old);
    }
    return rows;
  }

  async #make(window: number): Promise<readonly PackedRow[]> {
    const { stream, converter, lengths, packing = 'best' } = this.#o;
    const all = await stream.examples(window * this.#size, (window + 1) * this.#size);
    const examples = all.filter((e): e is PackedRow[number] => e.features !== undefined);
    if (packing === 'none') return examples.map((e) => [e]);
    const capacity = converter.rowLengths(lengths);
    const names = Object.keys(capacity);
    const of = (own: FeatureLengths): number[] => names.map((name) => own[name]);
    const lists = examples.map((e) => of(converter.lengthsOf(e.features)));
    return packExamples(lists, of(capacity), packing).map((row) => row.map((i) => examples[i]));
  }
}
