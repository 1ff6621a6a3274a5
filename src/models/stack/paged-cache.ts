import { np, type Tensor } from '../../api/index.ts';
import type { DType } from '../../base/index.ts';
import { Declared, type DeclaredTree } from '../../nn/index.ts';
import { type CacheWriter, type Columns, columnsOf, fewQueries, keeps } from './cache.ts';
import type { AttentionConfig, DecoderConfig } from './config.ts';

/*
 * A cache in pages, as servers need it: sequences of any lengths share one pool per layer, and a table says which pages are whose. What
 * is computed at once is `[sequences, n]` tokens; shorter ones are padded behind, with position −1. Page 0 belongs to nobody: padding
 * is written there. Source: Kwon et al. 2023, "Efficient Memory Management for Large Language Model Serving with PagedAttention".
 */

export interface PageSizes {
  /** Tokens of a page. */
  readonly pageSize: number;
  /** Pages of the pool, nobody's page 0 among them. */
  readonly numPages: number;
  readonly dtype: DType;
}

/** The pools of every layer: name → `[pages, pageSize, …]`. */
export const pagePools = (c: DecoderConfig, { pageSize, numPages, dtype }: PageSizes): DeclaredTree =>
  c.layers.map(({ attention: a }) =>
    keeps(a)
      ? Object.fromEntries(
          Object.entries(columnsOf(a)).map(([name, { shape, axes }]) => [
            name,
            new Declared([numPages, pageSize, ...shape], ['pages', 'pageSize', ...axes], {
              init: { constant: 0 },
              tags: ['state'],
              dtype,
            }),
          ]),
        )
      : {},
  );

/** The pools, and what the sequences of one call have of them. */
export interface PagedState {
  /** Per layer, name → `[pages, pageSize, …]`. */
  readonly pools: readonly Readonly<Record<string, Tensor>>[];
  /** Pages of every sequence in the order of its tokens; 0 behind them. `i32[sequences, pagesPerSequence]` */
  readonly table: Tensor;
  /** Where each new token is written, counted in tokens from the pool's beginning: `i32[sequences, n]`; padding within page 0. */
  readonly slots: Tensor;
  /** Tokens of every sequence, the new ones included: `i32[sequences]`. */
  readonly lengths: Tensor;
}

/** Writes new tokens into their pages, layer by layer, and gives each layer its sequences' pages side by side. */
export class PageWriter implements CacheWriter<PagedState> {
  readonly #state: PagedState;
  readonly #layers: Readonly<Record<string, Tensor>>[] = [];
  readonly #positions: Tensor;
  readonly #groups: Tensor | undefined;

  /** `positions, groups: i32[sequences, n]` of the new tokens: those of one group lie in one call. */
  constructor(state: PagedState, positions: Tensor, groups?: Tensor) {
    this.#state = state;
    const [sequences, perSequence] = state.table.shape;
    const [pool] = state.pools.flatMap((layer) => Object.values(layer));
    const columns = perSequence * pool.shape[1];
    const place = np.broadcastTo(np.arange(columns, undefined, undefined, 'i32'), [sequences, columns]);
    this.#positions = np.where(np.less(place, np.expandDims(state.lengths, 1)), place, -1);
    if (!groups) return;
    const isAt = np.equal(np.expandDims(place, 1), np.expandDims(positions, 2));
    this.#groups = np.max(np.where(isAt, np.expandDims(groups, 2), -1), { axis: 1 });
  }

  extend(index: number, _: AttentionConfig, fresh: Readonly<Record<string, Tensor>>): Columns {
    const { pools, table, slots, lengths } = this.#state;
    const kept = Object.fromEntries(
      Object.entries(fresh).map(([name, x]): [string, Tensor] => {
        const pool = pools[index][name];
        const [numPages, pageSize, ...rest] = pool.shape;
        const rows = np.reshape(np.astype(x, pool.dtype), [-1, ...rest]);
        const flat = np.reshape(pool, [numPages * pageSize, ...rest]);
        return [name, np.reshape(np.at(flat, np.reshape(slots, [-1])).set(rows), pool.shape)];
      }),
    );
    this.#layers[index] = kept;
    return {
      pages: { pools: kept, table, lengths },
      // Whoever does not read pages where they lie gets them side by side.
      get tensors() {
        const sideBySide = (pool: Tensor): Tensor => {
          const [, pageSize, ...rest] = pool.shape;
          return np.reshape(np.take(pool, table, 0), [table.shape[0], table.shape[1] * pageSize, ...rest]);
        };
        return Object.fromEntries(Object.entries(kept).map(([name, pool]) => [name, sideBySide(pool)]));
      },
      positions: this.#positions,
      groups: this.#groups,
      end: slots.shape[1] > fewQueries ? undefined : np.max(lengths),
    };
  }

  finish(): PagedState {
    return { ...this.#state, pools: this.#state.pools.map((old, i) => this.#layers[i] ?? old) };
  }
}
