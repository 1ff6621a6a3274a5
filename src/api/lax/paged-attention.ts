import { requireOptions } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1, requireTensor } from '../trace/trace.ts';

/** Where the keys and values of sequences lie, and where queries stand. */
export interface PagedAttentionPlaces {
  /** Pages of every sequence in the order of its tokens: `i32[sequences, pagesPerSequence]`. */
  readonly table: Tensor;
  /** Tokens of every sequence: `i32[sequences]`. */
  readonly lengths: Tensor;
  /** Positions of the queries, −1 for padding: `i32[sequences, n]`. */
  readonly positions: Tensor;
}

export interface PagedAttentionOptions {
  /** Factor of the scores; default `headDim^-0.5`. */
  readonly scale?: number | undefined;
  /** Scores become `cap · tanh(score / cap)`. */
  readonly softcap?: number | undefined;
  /** A query sees itself and so many keys before it, less one. Default: all before it. */
  readonly window?: number | undefined;
  /** The first so many numbers of `values` are the values: a pool may hold keys and values at once (latent attention). Default: all. */
  readonly valueDim?: number | undefined;
}

/**
 * Attention of queries to the keys and values of their sequences, which lie in pages of a pool that many sequences share; pages are read
 * where they lie, and no more of them than queries see. `q: [sequences, n, kvHeads, queriesPerGroup, headDim]`,
 * `keys: [pages, pageSize, kvHeads, headDim]`, `values: [pages, pageSize, kvHeads, valueDim]` →
 * `[sequences, n, kvHeads, queriesPerGroup, valueDim]` of q's type. A query that sees nothing gives zeros.
 * Source: Kwon et al. 2023, "Efficient Memory Management for Large Language Model Serving with PagedAttention".
 * @example
 * const i32 = (x: number[] | number[][]) => np.array(x, 'i32');
 * const pool = np.reshape(np.array([0, 1, 2, 3, 4, 5]), [3, 2, 1, 1]);
 * lax.pagedAttention(np.zeros([1, 1, 1, 1, 1]), pool, pool, { table: i32([[2, 1]]), lengths: i32([3]), positions: i32([[2]]) }) // => [[[[[3.6667]]]]]
 */
export function pagedAttention(
  q: Tensor,
  keys: Tensor,
  values: Tensor,
  places: PagedAttentionPlaces,
  options: PagedAttentionOptions = {},
): Tensor {
  const names = ['scale', 'softcap', 'window', 'valueDim'] as const;
  const { scale, softcap, window, valueDim } = requireOptions(options, names, 'pagedAttention');
  const { table, lengths, positions } = requireOptions(places, ['table', 'lengths', 'positions'], 'pagedAttention');
  for (const t of [q, keys, values]) requireTensor(t, 'q, keys or values of pagedAttention');
  for (const t of [table, lengths, positions]) requireTensor(t, 'table, lengths or positions of pagedAttention');
  return bind1('espalier.paged_attention', [q, keys, values, table, lengths, positions], {
    scale: scale ?? q.shape[4] ** -0.5,
    softcap: softcap ?? 0,
    window: window ?? 0,
    // The op says what is wrong with other ranks.
    valueDim: valueDim ?? values.shape[3] ?? 0,
  });
}
