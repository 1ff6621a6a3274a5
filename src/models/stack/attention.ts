import { lax, np, type Tensor } from '../../api/index.ts';
import {
  alibiBias,
  attend,
  normalize,
  project,
  type RopeAngles,
  type RopeConfig,
  relativeBuckets,
  rotate,
  visibleKeys,
  wholeWeight,
} from '../../nn/index.ts';
import type { CacheWriter, Columns } from './cache.ts';
import type { AttentionConfig, GroupedAttention, LatentAttention, StackConfig } from './config.ts';
import { indexedKeys } from './indexer.ts';
import type { GroupedTensors, LatentTensors } from './weights.ts';

/** What attention of all layers shares in one call. */
export interface AttentionContext {
  readonly config: StackConfig;
  /** `i32[batch, seq]`; −1 is padding. */
  readonly positions: Tensor;
  /** Tokens of one group (≥ 0) see each other both ways: `i32[batch, seq]`. */
  readonly groups?: Tensor | undefined;
  /** Several texts in a row, each with a number: `i32[batch, seq]`. */
  readonly segments?: Tensor | undefined;
  readonly angles: (rope: RopeConfig) => RopeAngles;
  /** Undefined: no state, the sequence sees itself only. */
  readonly cache?: CacheWriter | undefined;
  /** Keys and values by layer, for layers that use those of others. */
  readonly columns: Columns[];
  /** The first layer's table of biases by distance: `[buckets, heads]`. */
  readonly buckets?: Tensor | undefined;
}

/** The columns that a layer sees: with a cache, those before and now. */
function columnsFor(
  index: number,
  a: AttentionConfig,
  fresh: Readonly<Record<string, Tensor>>,
  ctx: AttentionContext,
): Columns {
  const columns = ctx.cache?.extend(index, a, fresh) ?? {
    tensors: fresh,
    positions: ctx.positions,
    groups: ctx.groups,
    segments: ctx.segments,
  };
  ctx.columns[index] = columns;
  return columns;
}

const segmentsOf = (queries: Tensor | undefined, { segments }: Columns) =>
  queries && segments ? { queries, keys: segments } : undefined;

function visible(a: AttentionConfig, seen: Columns, ctx: AttentionContext): Tensor {
  const groups =
    ctx.groups && seen.groups
      ? { queries: ctx.groups, keys: seen.groups, within: ctx.config.groupsWithin ?? 'everything' }
      : undefined;
  const window = a.kind === 'grouped' ? a.window : undefined;
  const segments = segmentsOf(ctx.segments, seen);
  return visibleKeys(ctx.positions, seen.positions, {
    window,
    groups,
    segments,
    bidirectional: ctx.config.mask === 'full',
  });
}

const isCausal = (seen: Columns, ctx: AttentionContext): boolean => seen.inOrder === true && ctx.config.mask !== 'full';

const withBias = (x: Tensor, bias: Tensor | undefined): Tensor => (bias ? np.add(x, np.astype(bias, x.dtype)) : x);

/** `x: [batch, seq, embed]` → the same. */
export function groupedAttention(
  x: Tensor,
  w: GroupedTensors,
  a: GroupedAttention,
  index: number,
  ctx: AttentionContext,
): Tensor {
  const narrow = (t: Tensor): Tensor => np.astype(t, x.dtype);
  const turned = (t: Tensor): Tensor => (a.rope ? rotate(t, ctx.angles(a.rope), a.rope) : t);
  let q = withBias(project(x, w.query), w.queryBias);
  if (a.queryNorm) q = normalize(q, w.queryNorm ?? {}, a.queryNorm);
  q = turned(q);
  let seen: Columns;
  if (a.keysFrom !== undefined) seen = ctx.columns[a.keysFrom];
  else {
    const { key, value } = projectKeys(x, w, a);
    seen = columnsFor(index, a, { key: turned(key), value }, ctx);
  }
  const inPages = attendPages(q, w, a, seen, ctx);
  if (inPages) return projectOut(inPages, w);
  const { key, value } = seen.tensors;
  const attended = attend(q, narrow(key), narrow(value), visible(a, seen, ctx), {
    scale: a.scale,
    softcap: a.softcap,
    bias: positionBias(w, a, seen, ctx),
    sinks: w.sinks,
    end: seen.end,
    causal: isCausal(seen, ctx),
  });
  return projectOut(attended, w);
}

/** Attention that reads pages where they lie, where that is all there is to it: causal, no biases, no sinks, no groups. */
function attendPages(
  q: Tensor,
  w: GroupedTensors,
  a: GroupedAttention,
  { pages, groups }: Columns,
  ctx: AttentionContext,
): Tensor | undefined {
  const isPlain = !a.alibi && !a.buckets && !w.sinks && !ctx.groups && !groups && ctx.config.mask !== 'full';
  if (!pages || !isPlain) return undefined;
  const { pools, table, lengths } = pages;
  const places = { table, lengths, positions: ctx.positions };
  return lax.pagedAttention(q, pools.key, pools.value, places, {
    scale: a.scale,
    softcap: a.softcap,
    window: a.window,
  });
}

/** Keys and values of every vector, keys normed and not turned: `[batch, seq, kvHeads, headDim]` each. */
export function projectKeys(x: Tensor, w: GroupedTensors, a: GroupedAttention): { key: Tensor; value: Tensor } {
  const projected = withBias(project(x, w.key!), w.keyBias);
  const key = a.keyNorm ? normalize(projected, w.keyNorm ?? {}, a.keyNorm) : projected;
  const raw = a.valueIsKey ? projected : withBias(project(x, w.value!), w.valueBias);
  return { key, value: a.valueNorm ? normalize(raw, w.valueNorm ?? {}, a.valueNorm) : raw };
}

const projectOut = (attended: Tensor, w: GroupedTensors): Tensor => withBias(project(attended, w.out, 3), w.outBias);

/** What is added to scores for where keys are: `f32[batch, kvHeads, queriesPerGroup, queries or 1, keys]`. */
function positionBias(
  w: GroupedTensors,
  a: GroupedAttention,
  seen: Columns,
  ctx: AttentionContext,
): Tensor | undefined {
  const heads = [a.numKvHeads, a.queriesPerGroup];
  if (a.alibi) {
    // As published: the bias is scaled with the scores it is added to.
    const bias = np.multiply(alibiBias(seen.positions, heads[0] * heads[1]), a.scale);
    return np.reshape(bias, [bias.shape[0], ...heads, 1, bias.shape[3]]);
  }
  const table = w.buckets ?? (a.buckets ? ctx.buckets : undefined);
  if (!a.buckets || !table) return undefined;
  const buckets = relativeBuckets(ctx.positions, seen.positions, a.buckets);
  const bias = np.transpose(np.take(np.astype(table, 'f32'), buckets, 0), [0, 3, 1, 2]);
  return np.expandDims(bias, 2);
}

/**
 * Attention to what an encoder made; no position is added. `x: [batch, seq, embed]`, `encoded`: keys and values of the layer.
 */
export function crossAttention(
  x: Tensor,
  w: GroupedTensors,
  a: GroupedAttention,
  encoded: Columns,
  { positions, segments }: Pick<AttentionContext, 'positions' | 'segments'>,
): Tensor {
  const narrow = (t: Tensor): Tensor => np.astype(t, x.dtype);
  const q = withBias(project(x, w.query), w.queryBias);
  const seen = visibleKeys(positions, encoded.positions, {
    segments: segmentsOf(segments, encoded),
    bidirectional: true,
  });
  const visible = np.broadcastTo(seen, [seen.shape[0], x.shape[1], seen.shape[2]]);
  const { key, value } = encoded.tensors;
  return projectOut(attend(q, narrow(key), narrow(value), visible, { scale: a.scale }), w);
}

/**
 * Multi-head latent attention, absorbed: queries are brought into the latent space, so that what is kept of a token is its latent
 * and one rotated key. `x: [batch, seq, embed]` → the same. Source: DeepSeek-V2, §2.1.2.
 */
export function latentAttention(
  x: Tensor,
  w: LatentTensors,
  a: LatentAttention,
  index: number,
  ctx: AttentionContext,
): Tensor {
  const narrow = (t: Tensor): Tensor => np.astype(t, x.dtype);
  // Whatever the configuration says of other norms, these have this epsilon.
  const norm = { ...ctx.config.norm, epsilon: 1e-6 };
  const queryInput = w.queryDown
    ? normalize(withBias(project(x, w.queryDown), w.queryDownBias), w.queryDownNorm!, norm)
    : x;
  const q = project(queryInput, w.query);
  const qNope = np.slice(q, -1, 0, a.nopeDim);
  const angles = ctx.angles(a.rope);
  const qRope = rotate(np.slice(q, -1, a.nopeDim), angles, a.rope);
  const down = withBias(project(x, w.kvDown), w.kvDownBias);
  const latent = normalize(np.slice(down, -1, 0, a.kvRank), w.kvNorm, norm);
  const [batch, seq] = x.shape;
  const oneHead = np.reshape(np.slice(down, -1, a.kvRank), [batch, seq, 1, a.ropeDim]);
  const ropeKey = np.reshape(rotate(oneHead, angles, a.rope), [batch, seq, a.ropeDim]);
  const index_ = w.indexer && a.indexer ? indexedKeys(x, queryInput, w.indexer, a.indexer, ctx) : undefined;
  const kept = np.concatenate([latent, ropeKey], -1);
  const seen = columnsFor(index, a, { latent: kept, ...(index_ ? { indexKey: index_.key } : {}) }, ctx);
  const keyValue = narrow(wholeWeight(w.keyValue));
  const intoLatent = np.slice(keyValue, 1, 0, a.nopeDim);
  const intoValue = np.slice(keyValue, 1, a.nopeDim);
  // One group of keys for all heads: the latent and the rotated key, side by side.
  const query = np.expandDims(np.concatenate([np.einsum('bshd,hdr->bshr', qNope, intoLatent), qRope], -1), 2);
  const attended = index_
    ? attendLatents(query, a, seen, index_.choose(seen.tensors.indexKey, visible(a, seen, ctx)), ctx)
    : (attendPagesOfLatents(query, a, seen, ctx) ?? attendLatents(query, a, seen, visible(a, seen, ctx), ctx));
  const values = np.einsum('bshr,hdr->bshd', np.reshape(attended, [batch, seq, a.numHeads, a.kvRank]), intoValue);
  return withBias(project(values, w.out, 2), w.outBias);
}

/** `query: [batch, seq, 1, heads, kvRank + ropeDim]` → `[batch, seq, 1, heads, kvRank]`. */
function attendLatents(query: Tensor, a: LatentAttention, seen: Columns, mask: Tensor, ctx: AttentionContext): Tensor {
  const key = np.expandDims(np.astype(seen.tensors.latent, query.dtype), 2);
  const o = { scale: a.scale, end: seen.end, causal: isCausal(seen, ctx) };
  return attend(query, key, np.slice(key, -1, 0, a.kvRank), mask, o);
}

function attendPagesOfLatents(
  query: Tensor,
  a: LatentAttention,
  { pages, groups }: Columns,
  ctx: AttentionContext,
): Tensor | undefined {
  if (!pages || ctx.groups || groups || ctx.config.mask === 'full') return undefined;
  const pool = np.expandDims(pages.pools.latent, 2);
  const places = { table: pages.table, lengths: pages.lengths, positions: ctx.positions };
  return lax.pagedAttention(query, pool, pool, places, { scale: a.scale, valueDim: a.kvRank });
}
