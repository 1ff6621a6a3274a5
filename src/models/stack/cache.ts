import { lax, np, type Tensor } from '../../api/index.ts';
import type { DType } from '../../base/index.ts';
import { Declared, type DeclaredTree } from '../../nn/index.ts';
import type { AttentionConfig, DecoderConfig } from './config.ts';

/*
 * What a decoder remembers of the tokens before: declared like weights, so the same rules cut it over a mesh. Sequences of a batch
 * share their columns: a shorter one is padded on the left, with position −1, which no query sees. Layers with a window keep as many
 * columns as the window and write round and round.
 */

export interface CacheSizes {
  readonly batch: number;
  /** Columns of layers without a window. */
  readonly length: number;
  readonly dtype: DType;
}

/** Columns that a layer keeps. */
const capacityOf = (a: AttentionConfig, length: number): number =>
  a.kind === 'grouped' && a.window !== undefined ? Math.min(a.window, length) : length;

/** Whether a layer keeps keys and values of its own. */
export const keeps = (a: AttentionConfig): boolean => a.kind === 'latent' || a.keysFrom === undefined;

const kindName = (capacity: number): string => `columns${capacity}`;

/** Tensors that a layer keeps: name → what a column of it is. */
export function columnsOf(a: AttentionConfig): Readonly<Record<string, { shape: number[]; axes: string[] }>> {
  if (a.kind === 'grouped') {
    const heads = { shape: [a.numKvHeads, a.headDim], axes: ['kvHeads', 'headDim'] };
    return { key: heads, value: heads };
  }
  return {
    // Side by side with the rotated key, as queries see them.
    latent: { shape: [a.kvRank + a.ropeDim], axes: ['kvRank'] },
    ...(a.indexer ? { indexKey: { shape: [a.indexer.headDim], axes: ['headDim'] } } : {}),
  };
}

/**
 * The state of a decoder: how many columns have been written, the position of every column for each number of columns there is, and
 * what the layers keep.
 */
export function decoderState(c: DecoderConfig, { batch, length, dtype }: CacheSizes): DeclaredTree {
  const zero = { init: { constant: 0 }, tags: ['state'] } as const;
  const capacities = new Set([length, ...c.layers.map((l) => capacityOf(l.attention, length))]);
  const positions = [...capacities].map((n): [string, Declared] => [
    kindName(n),
    new Declared([batch, n], ['batch', 'length'], { init: { constant: -1 }, dtype: 'i32', tags: ['state'] }),
  ]);
  return {
    written: new Declared([], [], { ...zero, dtype: 'i32' }),
    positions: Object.fromEntries(positions),
    layers: c.layers.map(({ attention: a }) => {
      if (!keeps(a)) return {};
      const n = capacityOf(a, length);
      return Object.fromEntries(
        Object.entries(columnsOf(a)).map(([name, { shape, axes }]) => [
          name,
          new Declared([batch, n, ...shape], ['batch', 'length', ...axes], { ...zero, dtype }),
        ]),
      );
    }),
  };
}

export interface DecoderState {
  readonly written: Tensor;
  readonly positions: Readonly<Record<string, Tensor>>;
  readonly layers: readonly Readonly<Record<string, Tensor>>[];
}

/** What a layer's queries see: columns before and now, and where they stand. */
export interface Columns {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** `i32[batch, columns]`, −1 where there is nothing. */
  readonly positions: Tensor;
  readonly groups?: Tensor | undefined;
  readonly segments?: Tensor | undefined;
  /** Columns from here on were never written: `i32[]`. Where it is known and reading less is worth it. */
  readonly end?: Tensor | undefined;
  /** Columns are those of the queries, in the order in which they see each other. */
  readonly inOrder?: boolean;
  /** The same keys and values where they lie: pools of pages, `[pages, pageSize, …]`, and the pages of every sequence. */
  readonly pages?:
    | {
        readonly pools: Readonly<Record<string, Tensor>>;
        /** `i32[sequences, pagesPerSequence]` */
        readonly table: Tensor;
        /** `i32[sequences]` */
        readonly lengths: Tensor;
      }
    | undefined;
}

/** Takes what layers add to what is remembered, and gives each layer what it sees. */
export interface CacheWriter<State = unknown> {
  /** The columns that layer `index` sees when it adds `fresh`: name → `[batch, n, …]`. */
  extend(index: number, a: AttentionConfig, fresh: Readonly<Record<string, Tensor>>): Columns;
  /** The state after it. */
  finish(): State;
}

/** Queries beyond which their products with keys take longer than reading these. */
export const fewQueries = 8;

/** Writes new columns into a state, layer by layer, and gives each layer what it sees. */
export class ColumnWriter implements CacheWriter<DecoderState> {
  readonly #state: DecoderState;
  readonly #length: number;
  /** Positions of the new columns: `i32[batch, n]`. */
  readonly #now: Tensor;
  readonly #groups: Tensor | undefined;
  readonly #isFirst: boolean;
  readonly #layers: Readonly<Record<string, Tensor>>[] = [];
  readonly #positions = new Map<number, { readonly seen: Tensor; readonly kept: Tensor }>();

  /** `isFirst`: nothing was written to the state yet. */
  constructor(state: DecoderState, now: Tensor, groups: Tensor | undefined, isFirst: boolean = false) {
    this.#state = state;
    this.#now = now;
    this.#groups = groups;
    this.#isFirst = isFirst;
    this.#length = Math.max(...Object.values(state.positions).map((p) => p.shape[1]));
  }

  /** The columns that layer `index` sees when it adds `fresh`: name → `[batch, n, …]`. */
  extend(index: number, a: AttentionConfig, fresh: Readonly<Record<string, Tensor>>): Columns {
    const capacity = capacityOf(a, this.#length);
    const tensors: Record<string, Tensor> = {};
    const kept: Record<string, Tensor> = {};
    for (const [name, x] of Object.entries(fresh)) {
      const old = this.#state.layers[index][name];
      const w = this.#write(old, x);
      tensors[name] = this.#isFirst ? np.astype(x, old.dtype) : w.seen;
      kept[name] = w.kept;
    }
    this.#layers[index] = kept;
    if (this.#isFirst) return { tensors, positions: this.#now, groups: this.#groups, inOrder: !this.#groups };
    let positions = this.#positions.get(capacity);
    if (!positions) {
      positions = this.#write(this.#state.positions[kindName(capacity)], this.#now);
      this.#positions.set(capacity, positions);
    }
    return { tensors, positions: positions.seen, groups: this.#groupsOf(positions.seen), end: this.#end(capacity) };
  }

  /** How many columns have been written with those now, where `seen` is what is kept. */
  #end(capacity: number): Tensor | undefined {
    const [, n] = this.#now.shape;
    if (n > fewQueries || (n > 1 && capacity !== this.#length)) return undefined;
    return np.add(this.#state.written, n);
  }

  /** Groups are those of the columns now; what was written before is seen by position alone. */
  #groupsOf(seen: Tensor): Tensor | undefined {
    if (!this.#groups) return undefined;
    const [batch, columns] = seen.shape;
    const [, n] = this.#now.shape;
    if (columns === this.#length) {
      const none = np.full([batch, columns], -1, 'i32');
      return lax.dynamicUpdateSlice(none, this.#groups, [0, this.#state.written]);
    }
    return np.concatenate([np.full([batch, columns - n], -1, 'i32'), this.#groups], 1);
  }

  #write(old: Tensor, fresh: Tensor): { seen: Tensor; kept: Tensor } {
    const { written } = this.#state;
    const [, n, ...rest] = fresh.shape;
    const capacity = old.shape[1];
    const zeros = rest.map(() => 0);
    const x = np.astype(fresh, old.dtype);
    const at = (column: Tensor): Tensor => lax.dynamicUpdateSlice(old, x, [0, column, ...zeros]);
    if (capacity === this.#length) {
      const kept = at(written);
      return { seen: kept, kept };
    }
    if (n === 1) {
      const kept = at(np.remainder(written, capacity));
      return { seen: kept, kept };
    }
    // Several columns at once see what is there and each other; of all, each place keeps the newest that falls on it.
    const end = np.add(written, n);
    const place = np.arange(capacity, undefined, undefined, 'i32');
    const newest = np.subtract(np.subtract(end, 1), np.remainder(np.subtract(np.subtract(end, 1), place), capacity));
    const from = np.subtract(newest, written);
    const taken = np.take(x, np.clip(from, 0, n - 1), 1);
    const isFresh = np.reshape(np.greaterEqual(from, 0), [1, capacity, ...rest.map(() => 1)]);
    return { seen: np.concatenate([old, x], 1), kept: np.where(isFresh, taken, old) };
  }

  /** The state after it. */
  finish(): DecoderState {
    const positions = Object.entries(this.#state.positions).map(([name, old]): [string, Tensor] => {
      const known = this.#positions.get(old.shape[1]);
      return [name, known ? known.kept : this.#write(old, this.#now).kept];
    });
    return {
      written: np.add(this.#state.written, this.#now.shape[1]),
      positions: Object.fromEntries(positions),
      layers: this.#state.layers.map((_, i) => this.#layers[i] ?? {}),
    };
  }
}
