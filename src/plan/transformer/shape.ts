import { choice, count, flag, integer, object, positive, type ReadBy } from '../reading/reader.ts';

/*
 * A Transformer as sizes: enough for its parameters, operations and memory. Names follow the papers; a product of [m, k] with [k, n]
 * counts 2·m·k·n operations.
 */

export const transformerReader = object(
  { layers: count, width: count, heads: count, mlpWidth: count, vocab: count },
  {
    /** Width of a head; width / heads if absent. */
    headDim: count,
    /** Heads of keys and values; as many as of queries if absent. */
    kvHeads: count,
    /** Three matrices in the MLP in place of two. */
    gated: flag,
    /** One matrix for the embedding and the head. */
    tied: flag,
    biases: flag,
    /** Biases of queries, keys and values alone. */
    qkvBiases: flag,
    /** Norms of each head's queries and keys. */
    qkNorm: flag,
    norm: choice('scale', 'scale and bias', 'none'),
    normsPerLayer: integer({ min: 0 }),
    /** Rows of a learned table of positions. */
    learnedPositions: count,
    /** Buckets of relative positions, a number per head and layer. */
    relativeBuckets: count,
    /** Layers of experts in place of MLPs. */
    experts: object(
      { count, active: count },
      {
        mlpWidth: count,
        /** Every how many layers; the last of each group. */
        every: count,
        /** Layers before the first with experts. */
        denseFirst: integer({ min: 0 }),
        /** Experts that every token passes. */
        shared: integer({ min: 0 }),
        routerBias: flag,
        capacityFactor: positive,
      },
    ),
    /** Attention over compressed keys and values (DeepSeek's). */
    latent: object({ queryRank: count, kvRank: count, ropeDim: count, nopeDim: count, valueDim: count }, {}),
    /** Keys that a token sees at most, in layers with a window. */
    window: count,
    /** Layers whose attention keeps keys and values; all if absent. */
    attentionLayers: count,
  },
);
export type TransformerShape = ReadBy<typeof transformerReader>;

export const headDimOf = (s: TransformerShape): number => s.headDim ?? s.width / s.heads;
/** Width of all queries together, and of all keys together. */
export const queryWidth = (s: TransformerShape): number => s.heads * headDimOf(s);
export const keyWidth = (s: TransformerShape): number => (s.kvHeads ?? s.heads) * headDimOf(s);

/** Parameters of a layer by what they are. */
export interface LayerParams {
  readonly attention: number;
  readonly mlp: number;
  /** What of the MLP one token passes. */
  readonly activeMlp: number;
  /** All experts together; 0 of a dense layer. */
  readonly experts: number;
  /** Norms, biases, tables of positions: not in any product. */
  readonly small: number;
}

export interface Params {
  readonly embedding: number;
  /** The head; 0 if it is the embedding. */
  readonly head: number;
  readonly layers: readonly LayerParams[];
  readonly finalNorm: number;
  readonly positions: number;
}

/** Whether a layer, counted from 0, has experts. */
export function hasExperts({ experts: e }: TransformerShape, layer: number): boolean {
  if (!e) return false;
  const every = e.every ?? 1;
  return layer >= (e.denseFirst ?? 0) && layer % every === every - 1;
}

function attentionParams(s: TransformerShape): { products: number; small: number } {
  if (s.latent) {
    const { queryRank, kvRank, ropeDim, nopeDim, valueDim } = s.latent;
    const query = s.width * queryRank + queryRank * s.heads * (nopeDim + ropeDim);
    const kv = s.width * (kvRank + ropeDim) + kvRank * s.heads * (nopeDim + valueDim);
    return { products: query + kv + s.heads * valueDim * s.width, small: queryRank + kvRank };
  }
  const [q, k] = [queryWidth(s), keyWidth(s)];
  const biases = s.biases || s.qkvBiases ? q + 2 * k + (s.biases ? s.width : 0) : 0;
  return { products: s.width * (2 * q + 2 * k), small: biases + (s.qkNorm ? 2 * headDimOf(s) : 0) };
}

const normParams = (s: TransformerShape): number =>
  s.norm === 'none' ? 0 : s.norm === 'scale and bias' ? 2 * s.width : s.width;

/** Parameters of every part. */
export function paramsOf(s: TransformerShape): Params {
  const attention = attentionParams(s);
  const matrices = s.gated ? 3 : 2;
  const mlpOf = (width: number): number => matrices * s.width * width;
  const mlpBias = s.biases ? (matrices - 1) * s.mlpWidth + s.width : 0;
  const small = attention.small + (s.normsPerLayer ?? 2) * normParams(s) + (s.relativeBuckets ?? 0) * s.heads;
  const layers = Array.from({ length: s.layers }, (_, i): LayerParams => {
    if (!hasExperts(s, i)) {
      const mlp = mlpOf(s.mlpWidth);
      return { attention: attention.products, mlp, activeMlp: mlp, experts: 0, small: small + mlpBias };
    }
    const e = s.experts!;
    const one = mlpOf(e.mlpWidth ?? s.mlpWidth);
    const router = s.width * e.count;
    const shared = (e.shared ?? 0) * one;
    return {
      attention: attention.products,
      mlp: e.count * one + shared + router,
      activeMlp: e.active * one + shared + router,
      experts: e.count * one,
      small: small + (e.routerBias ? e.count : 0),
    };
  });
  return {
    embedding: s.vocab * s.width,
    head: s.tied ? 0 : s.vocab * s.width,
    layers,
    finalNorm: normParams(s),
    positions: (s.learnedPositions ?? 0) * s.width,
  };
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
export const layerParams = (l: LayerParams): number => l.attention + l.mlp + l.small;

/** All parameters. */
export function numParams(s: TransformerShape): number {
  const p = paramsOf(s);
  return p.embedding + p.head + p.finalNorm + p.positions + sum(p.layers.map(layerParams));
}

/** Parameters without the tables that are only looked up in. */
export const numNonEmbeddingParams = (s: TransformerShape): number => {
  const p = paramsOf(s);
  return numParams(s) - p.embedding - p.positions - p.head;
};

/** Parameters that one token is multiplied with, the head included. */
export const numProductParams = (s: TransformerShape): number =>
  s.vocab * s.width + sum(paramsOf(s).layers.map((l) => l.attention + l.activeMlp));

/** Parameters that one token uses, everything counted. */
export const numActiveParams = (s: TransformerShape): number =>
  numParams(s) - sum(paramsOf(s).layers.map((l) => l.mlp - l.activeMlp));

/** Whether attention is counted over all pairs of positions or only over those that a causal mask leaves. */
export type AttentionCount = 'all' | 'causal' | 'none';

/** Operations of attention's two products, forward, per token. */
function attentionFlops(s: TransformerShape, seqLen: number, counted: AttentionCount): number {
  if (counted === 'none') return 0;
  const keys = Math.min(seqLen, s.window ?? seqLen);
  const widths = s.latent ? s.heads * (s.latent.nopeDim + s.latent.ropeDim + s.latent.valueDim) : 2 * queryWidth(s);
  return ((s.attentionLayers ?? s.layers) * 2 * widths * keys) / (counted === 'causal' ? 2 : 1);
}

/** Operations per token of one training step: the convention is in the arguments, and is to be printed with the number. */
export function trainingFlopsPerToken(
  s: TransformerShape,
  seqLen: number,
  o: { readonly attention?: AttentionCount; readonly recompute?: 'none' | 'full' } = {},
): number {
  const layerPasses = o.recompute === 'full' ? 4 : 3;
  const layers = 2 * (numProductParams(s) - s.vocab * s.width) + attentionFlops(s, seqLen, o.attention ?? 'all');
  // The head is not computed again: it is the last there is.
  return layerPasses * layers + 3 * 2 * s.vocab * s.width;
}

/** Operations per token of inference. */
export const inferenceFlopsPerToken = (
  s: TransformerShape,
  contextLen: number,
  counted: AttentionCount = 'all',
): number => 2 * numProductParams(s) + attentionFlops(s, contextLen, counted);
