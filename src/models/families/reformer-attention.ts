import { lax, np, type Tensor } from '../../api/index.ts';
import { HostArray } from '../../base/index.ts';
import { torchNormal } from './torch-normal.ts';

/*
 * Attention in chunks. Local: of neighbours in the text. LSH (locality-sensitive hashing): of neighbours after sorting by hash, so that vectors that point
 * the same way meet, in several rounds. Source: Kitaev et al. 2020 (Reformer), §2; hashes of Andoni et al. 2015; transformers' `modeling_reformer.py`.
 */

/** Which chunks a chunk sees besides itself. */
export interface ChunkedAttention {
  readonly chunkLength: number;
  readonly chunksBefore: number;
  readonly chunksAfter: number;
}

export interface LshAttention extends ChunkedAttention {
  readonly numHashes: number;
  /** Buckets of a hash, as factors; undefined: by the length. */
  readonly buckets: readonly number[] | undefined;
  readonly seed: number;
  readonly maxPositions: number;
}

/** Scores of what is not to be seen, and of a vector with itself: seen only where there is nothing else. */
const [BARRED, SELF] = [-1e9, -1e5];

/** `[batch, heads, length, …]` in chunks: `[batch, heads, chunks, chunkLength, …]`. */
const chunked = (x: Tensor, n: number): Tensor => np.reshape(x, [x.shape[0], x.shape[1], -1, n, ...x.shape.slice(3)]);

/** Every chunk with those beside it, the first one being beside the last: `[batch, heads, chunks, n, …]` → `[batch, heads, chunks, all · n, …]`. */
function withNeighbours(x: Tensor, { chunksBefore, chunksAfter }: ChunkedAttention): Tensor {
  const all = Array.from({ length: chunksBefore + 1 + chunksAfter }, (_, i) => np.roll(x, chunksBefore - i, 2));
  return all.length === 1 ? x : np.concatenate(all, 3);
}

/** Queries and keys with their places in the text, in float32: `[…, length, dim]` and `i32[…, length]`; `there: bool[…, keys]`. */
interface Scored {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly queryAt: Tensor;
  readonly keyAt: Tensor;
  readonly there: Tensor;
}

/** Causal attention: what is seen, and the logarithm of the sum of exponentials of its scores. */
function attended(s: Scored, barsSelf: boolean): { readonly out: Tensor; readonly logits: Tensor } {
  const [queryAt, keyAt] = [np.expandDims(s.queryAt, -1), np.expandDims(s.keyAt, -2)];
  const seen = np.logicalAnd(np.greaterEqual(queryAt, keyAt), np.expandDims(s.there, -2));
  let scores = np.where(seen, np.matmul(s.query, np.swapaxes(s.key, -1, -2)), BARRED);
  if (barsSelf) scores = np.where(np.equal(queryAt, keyAt), SELF, scores);
  const logits = np.logsumexp(scores, { axis: -1, keepdims: true });
  const out = np.matmul(np.exp(np.subtract(scores, logits)), s.value);
  return { out, logits: np.squeeze(logits, -1) };
}

/** Places in the text, and which of them are there: `i32, bool[batch, heads, length]`. */
function placesLike(x: Tensor, isThere: Tensor): { readonly at: Tensor; readonly there: Tensor } {
  const shape = x.shape.slice(0, 3);
  return { at: lax.iota('i32', shape, 2), there: np.broadcastTo(np.expandDims(isThere, 1), shape) };
}

/** `query, key, value: f32[batch, heads, length, dim]`, `isThere: bool[batch, length]` → like `query`. */
export function localAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  isThere: Tensor,
  c: ChunkedAttention,
): Tensor {
  const { at, there } = placesLike(query, isThere);
  const keys = np.multiply(key, query.shape[3] ** -0.5);
  if (query.shape[2] <= c.chunkLength)
    return attended({ query, key: keys, value, queryAt: at, keyAt: at, there }, false).out;
  const own = (x: Tensor): Tensor => chunked(x, c.chunkLength);
  const seen = (x: Tensor): Tensor => withNeighbours(own(x), c);
  const all = {
    query: own(query),
    key: seen(keys),
    value: seen(value),
    queryAt: own(at),
    keyAt: seen(at),
    there: seen(there),
  };
  return np.reshape(attended(all, false).out, query.shape);
}

/** Queries that are keys, too: `queryKey, value: f32[batch, heads, length, dim]`, `isThere: bool[batch, length]` → like `queryKey`. */
export function lshAttention(queryKey: Tensor, value: Tensor, isThere: Tensor, c: LshAttention): Tensor {
  const [batch, heads, length, dim] = queryKey.shape;
  const { at, there } = placesLike(queryKey, isThere);
  const keyOf = (x: Tensor): Tensor => {
    const meanSquare = np.mean(np.square(x), { axis: -1, keepdims: true });
    return np.multiply(x, np.multiply(lax.rsqrt(np.add(meanSquare, 1e-6)), dim ** -0.5));
  };
  if (length <= c.chunkLength)
    return attended({ query: queryKey, key: keyOf(queryKey), value, queryAt: at, keyAt: at, there }, true).out;
  // Vectors of all rounds behind each other, each round sorted by bucket, those of a bucket as in the text.
  const total = c.numHashes * length;
  const buckets = bucketsOf(lax.stopGradient(queryKey), there, c);
  const order = np.argsort(buckets, 2);
  const back = np.argsort(order, 2);
  const place = np.remainder(order, length);
  const sorted = (x: Tensor): Tensor =>
    chunked(np.takeAlongAxis(x, x.ndim === 4 ? np.expandDims(place, -1) : place, 2), c.chunkLength);
  const seen = (x: Tensor): Tensor => withNeighbours(x, c);
  const query = sorted(queryKey);
  const queryAt = sorted(at);
  const all = {
    query,
    key: seen(keyOf(query)),
    value: seen(sorted(value)),
    queryAt,
    keyAt: seen(queryAt),
    there: seen(sorted(there)),
  };
  const { out, logits } = attended(all, true);
  const inText = np.takeAlongAxis(np.reshape(out, [batch, heads, total, dim]), np.expandDims(back, -1), 2);
  const ownLogits = np.takeAlongAxis(np.reshape(logits, [batch, heads, total]), back, 2);
  // Every round counts as much as what it saw.
  const rounds = np.reshape(ownLogits, [batch, heads, c.numHashes, length, 1]);
  const share = np.exp(np.subtract(rounds, np.logsumexp(rounds, { axis: 2, keepdims: true })));
  return np.sum(np.multiply(np.reshape(inText, [batch, heads, c.numHashes, length, dim]), share), { axis: 2 });
}

/** The factors of as many buckets as a text of this length wants: twice as many as chunks, a power of two. */
function factorsFor(length: number, { chunkLength, maxPositions }: LshAttention): readonly number[] {
  const power = Math.floor(Math.log2(2 * Math.floor(length / chunkLength)));
  const limit = 2 * Math.max(Math.floor(Math.sqrt(Math.floor(maxPositions / chunkLength))), chunkLength);
  if (2 ** power <= limit) return [2 ** power];
  return [2 ** Math.floor(power / 2), 2 ** (power - Math.floor(power / 2))];
}

/** The bucket of every vector in every round, none in two rounds: `i32[batch, heads, rounds · length]`. Padding has one of its own, the last. */
function bucketsOf(x: Tensor, there: Tensor, c: LshAttention): Tensor {
  const [batch, heads, length, dim] = x.shape;
  const factors = c.buckets ?? factorsFor(length, c);
  const half = factors.reduce((n, f) => n + f / 2, 0);
  const shape = [heads, dim, c.numHashes, half];
  const rotations = np.array(new HostArray('f32', shape, torchNormal(c.seed, heads * dim * c.numHashes * half)));
  const rotated = np.einsum('bmtd,mdhr->bmhtr', x, rotations);
  let [bucket, from, numBuckets] = [np.zeros([batch, heads, c.numHashes, length], 'i32'), 0, 1];
  for (const factor of factors) {
    const part = np.slice(rotated, -1, from, from + factor / 2);
    const nearest = np.astype(np.argmax(np.concatenate([part, np.negative(part)], -1), -1), 'i32');
    bucket = np.add(bucket, np.multiply(nearest, numBuckets));
    from += factor / 2;
    numBuckets *= factor;
  }
  const own = np.where(np.expandDims(there, 2), bucket, numBuckets);
  const round = np.multiply(lax.iota('i32', own.shape, 2), numBuckets + 1);
  return np.reshape(np.add(own, round), [batch, heads, c.numHashes * length]);
}
