import { lax, nn, np, type Tensor } from '../api/index.ts';

/** A key that nobody may see gets this score: finite, so that a row which sees nothing gives numbers. */
const HIDDEN = -1e30;

export interface MaskOptions {
  /** A query sees itself and this many keys before it, less one. Default: all before it. */
  readonly window?: number | undefined;
  /** Queries see keys behind them too (encoders). */
  readonly bidirectional?: boolean;
  /** Keys of the same group (≥ 0) see each other both ways: images, prefixes. */
  readonly groups?:
    | { readonly queries: Tensor; readonly keys: Tensor; readonly within: 'window' | 'everything' }
    | undefined;
  /** Queries see keys of their own segment only: several texts in a row. `i32[batch, …]` */
  readonly segments?: { readonly queries: Tensor; readonly keys: Tensor } | undefined;
}

/**
 * Which keys a query sees: `bool[batch, queries, keys]`, from positions `i32[batch, queries]` and `i32[batch, keys]`; a negative
 * position is padding, or a place of a cache that nothing was written to.
 */
export function visibleKeys(queries: Tensor, keys: Tensor, o: MaskOptions = {}): Tensor {
  if (o.segments) {
    const { segments, ...rest } = o;
    return np.logicalAnd(
      np.equal(np.expandDims(segments.queries, -1), np.expandDims(segments.keys, -2)),
      visibleKeys(queries, keys, rest),
    );
  }
  const [q, k] = [np.expandDims(queries, -1), np.expandDims(keys, -2)];
  const isThere = np.greaterEqual(k, 0);
  const inWindow = o.window === undefined ? undefined : np.less(np.subtract(q, k), o.window);
  const both = (a: Tensor, b: Tensor | undefined): Tensor => (b ? np.logicalAnd(a, b) : a);
  if (o.bidirectional) return both(isThere, inWindow && both(inWindow, np.less(np.subtract(k, q), o.window!)));
  let seen = np.lessEqual(k, q);
  if (!o.groups) return both(both(seen, inWindow), isThere);
  const [a, b] = [np.expandDims(o.groups.queries, -1), np.expandDims(o.groups.keys, -2)];
  const together = np.logicalAnd(np.greaterEqual(a, 0), np.equal(a, b));
  // Two families, two orders: Gemma 3 opens blocks inside the window, PaliGemma's prefix ignores it.
  if (o.groups.within === 'window') seen = both(np.logicalOr(seen, together), inWindow);
  else seen = np.logicalOr(both(seen, inWindow), together);
  return both(seen, isThere);
}

export interface AttentionOptions {
  /** Factor of the scores. */
  readonly scale: number;
  /** Scores become `cap · tanh(score / cap)` (Gemma 2). */
  readonly softcap?: number | undefined;
  /** Added to the scores: `f32[batch or 1, kvHeads, queriesPerGroup, queries, keys]`. */
  readonly bias?: Tensor | undefined;
  /** One more score per head that takes part in the softmax and gives nothing: `f32[kvHeads, queriesPerGroup]` (gpt-oss). */
  readonly sinks?: Tensor | undefined;
  /** Keys from here on are hidden from all queries and their values are zero, so that nobody need read them: `i32[]`. */
  readonly end?: Tensor | undefined;
  /** Keys are those of the queries, and none is seen by a query before it, whatever `visible` says: engines leave out what no query of a block sees. */
  readonly causal?: boolean;
}

/** `x: [batch, keys, …]` with zeros from key `end` on: products that read it leave them out. */
function before(x: Tensor, end: Tensor | undefined): Tensor {
  return end ? np.where(np.less(lax.broadcastedIota('i32', x.shape, 1), end), x, 0) : x;
}

/**
 * Scaled dot-product attention of groups of queries that share keys. `q: [batch, queries, kvHeads, queriesPerGroup, headDim]`,
 * `k: [batch, keys, kvHeads, headDim]`, `v: [batch, keys, kvHeads, valueDim]`, `visible: bool[batch, queries, keys]` →
 * `[batch, queries, kvHeads, queriesPerGroup, valueDim]`, of the type of `v`; scores and softmax in float32.
 * Sources: Vaswani et al. 2017; Ainslie et al. 2023 (grouped queries).
 */
export function attend(q: Tensor, k: Tensor, v: Tensor, visible: Tensor, o: AttentionOptions): Tensor {
  const wide = (x: Tensor): Tensor => np.astype(x, 'f32');
  let scores = np.multiply(np.einsum('bqgrh,bkgh->bgrqk', wide(q), wide(before(k, o.end))), o.scale);
  if (o.softcap !== undefined) scores = np.multiply(np.tanh(np.divide(scores, o.softcap)), o.softcap);
  if (o.bias) scores = np.add(scores, o.bias);
  let masked = np.where(np.expandDims(visible, [1, 2]), scores, HIDDEN);
  if (o.causal) {
    const place = (axis: number): Tensor => lax.broadcastedIota('i32', masked.shape, axis);
    // Every query has a key at its own place, so that there is a finite score in every row.
    masked = np.where(np.greaterEqual(place(3), place(4)), masked, Number.NEGATIVE_INFINITY);
  }
  return np.einsum('bgrqk,bkgh->bqgrh', np.astype(weightsOf(masked, o.sinks), v.dtype), before(v, o.end));
}

function weightsOf(scores: Tensor, sinks: Tensor | undefined): Tensor {
  if (!sinks) return nn.softmax(scores, { axis: -1 });
  const sink = np.expandDims(np.astype(sinks, 'f32'), [0, 3, 4]);
  const top = lax.stopGradient(np.maximum(np.max(scores, { axis: -1, keepdims: true }), sink));
  const powers = np.exp(np.subtract(scores, top));
  const total = np.add(np.sum(powers, { axis: -1, keepdims: true }), np.exp(np.subtract(sink, top)));
  return np.divide(powers, total);
}
