import { type CheckpointOptions, checkpoint, nn, np, type Tensor } from '../../api/index.ts';
import type { DType } from '../../base/index.ts';
import {
  type AxisRules,
  activate,
  applyExperts,
  defaultRules,
  linear,
  mlp,
  normalize,
  type RopeAngles,
  type RopeConfig,
  ropeAnglesAt,
  route,
  routerLogits,
  withActivations,
} from '../../nn/index.ts';
import { closedStreams, correctedStreams, largestGates, openedStreams, predictedStreams } from './altup.ts';
import { type AttentionContext, crossAttention, groupedAttention, latentAttention, projectKeys } from './attention.ts';
import { type CacheWriter, type Columns, ColumnWriter, type DecoderState } from './cache.ts';
import type { ExpertsMlp, LayerConfig, StackConfig } from './config.ts';
import { layerKind, layerRuns, scanLayers } from './layer-runs.ts';
import { type PhaseLayouts, placedHidden, placedVectors, placedWeights } from './layout.ts';
import { type PagedState, PageWriter } from './paged-cache.ts';
import { type LayerTensors, layerWeights, type MoeTensors, type StackTensors } from './weights.ts';

/** Types of numbers; part of what a model computes. */
export interface Numerics {
  /** Of activations and of the operands of products; norms, rotations, softmax and routers are float32 whatever it is. */
  readonly compute: DType;
  /** `i8`: what is multiplied with weights in few bits is rounded to 8 bits, too. */
  readonly activations?: 'i8' | undefined;
  /** What is remembered of earlier tokens is rounded to it. Default: `compute`. */
  readonly cache?: DType | undefined;
}

/** Weights as layers are to see them. */
export const forNumerics = <W>(weights: W, { activations }: Numerics): W => withActivations(weights, activations);

/** How a program is built, which changes no result: not part of a model's identity. */
export interface ExecutionPlan {
  readonly rules?: AxisRules;
  /** Of weights where they are multiplied (`Layout`). Default: as they are kept. */
  readonly weightRules?: AxisRules | undefined;
  /** Where weights and vectors are in programs that read and in those that write; `rules` are then those of what is kept. */
  readonly layouts?: PhaseLayouts | undefined;
  /** What the backward pass may keep of each layer. Default `everything`. */
  readonly remat?: NonNullable<CheckpointOptions['policy']>;
  /**
   * Layers that repeat are computed in a loop: programs are small and compiled soon, and the weights of these layers are copied behind each other first. Not
   * where a state is kept, nor where layers use keys of others. Default false.
   */
  readonly scan?: boolean;
}

export interface StackInput {
  /** Place of every vector in its sequence, −1 for padding: `i32[batch, seq]`. */
  readonly positions: Tensor;
  /** Vectors of one group (≥ 0) see each other both ways: `i32[batch, seq]`. */
  readonly groups?: Tensor | undefined;
  /** Vectors see those of their own segment only, in passes without a state: `i32[batch, seq]`. */
  readonly segments?: Tensor | undefined;
  /** Keys and values of what an encoder made, per layer (`crossColumns`). */
  readonly encoded?: readonly Columns[] | undefined;
  /** Tokens, for stacks with embeddings of layers: `i32[batch, seq]`. */
  readonly tokens?: Tensor | undefined;
}

/** What is remembered of the tokens before: in columns of a batch, or in pages that sequences share. */
export type CacheState = DecoderState | PagedState;

export interface StackOptions<S extends CacheState = DecoderState> {
  readonly numerics?: Numerics;
  readonly plan?: ExecutionPlan;
  readonly state?: S | undefined;
  /** Nothing was written to the columns of `state` yet, so that vectors see each other only. Default false: nobody knows. */
  readonly isFirst?: boolean;
}

const writerFor = (
  o: StackOptions<CacheState>,
  positions: Tensor,
  groups: Tensor | undefined,
): CacheWriter | undefined =>
  o.state &&
  ('pools' in o.state
    ? new PageWriter(o.state, positions, groups)
    : new ColumnWriter(o.state, positions, groups, o.isFirst));

/**
 * Runs the layers and the norm behind them. `x: [batch, seq, embed]` → `hidden` of the same shape, and the state after them where one
 * was given.
 */
export function runStack<S extends CacheState = DecoderState>(
  w: StackTensors,
  c: StackConfig,
  embedded: Tensor,
  input: StackInput,
  o: StackOptions<S> = {},
): { readonly hidden: Tensor; readonly state: S | undefined } {
  const rules = o.plan?.rules ?? defaultRules;
  const residual = (x: Tensor): Tensor => placedVectors(x, rules);
  const { positions, groups, segments } = input;
  const cache = writerFor(o, positions, groups);
  const columns: Columns[] = [];
  const angles = anglesAt(positions, c);
  const buckets = w.layers[0]?.attention?.buckets;
  const hidden = (x: Tensor): Tensor => placedHidden(x, rules);
  const ctx: LayerContext = { config: c, positions, groups, segments, angles, cache, columns, buckets, hidden };
  let x = residual(embedded);
  const perLayer = c.perLayerEmbedding && input.tokens ? perLayerInputs(w, c, input.tokens, x) : undefined;
  // A layer that uses the keys of another cannot be computed again without it.
  const sharesKeys = c.layers.some((l) => l.attention.kind === 'grouped' && l.attention.keysFrom !== undefined);
  const policy = cache || sharesKeys ? 'everything' : (o.plan?.remat ?? 'everything');
  const own = c.layers.map(
    (_, i): OwnTensors => ({
      w: placedWeights(w.layers[i], layerWeights(c.layers[i], c, i), o.plan?.weightRules),
      extra: perLayer && np.index(perLayer, 2, i),
      encoded: input.encoded?.[i],
    }),
  );
  const compute = (h: Tensor, i: number, { w: weights, extra, encoded }: OwnTensors): Tensor => {
    const run = (x: Tensor, ...rest: [LayerTensors, Tensor | undefined, Columns | undefined]): Tensor =>
      residual(layer(x, c.layers[i], i, ctx, ...rest));
    const kept = policy === 'everything' ? run : checkpoint(run, { policy });
    return kept(h, weights, extra, encoded);
  };
  const next = (flow: Flow, i: number, tensors: OwnTensors): Flow =>
    'streams' in flow
      ? { streams: nextStreams(flow.streams, tensors, c, (h) => compute(h, i, { ...tensors, extra: undefined })) }
      : { x: compute(flow.x, i, tensors) };
  let flow: Flow = c.altUp && w.streams ? { streams: openedStreams(w.streams, x) } : { x };
  const scans = (o.plan?.scan ?? false) && !cache && !sharesKeys;
  // Each layer of another kind: nothing repeats.
  const kinds = c.layers.map((l, i) => (scans ? layerKind(l, w.layers[i]) : String(i)));
  for (const run of layerRuns(kinds)) {
    const { start, period, count } = run;
    const layers = own.slice(start, start + period * count);
    flow = scanLayers(run, layers, flow, (f, some) => some.reduce((sum, t, p) => next(sum, start + p, t), f));
  }
  x = 'streams' in flow ? closedStreams(w.streams!, flow.streams) : flow.x;
  const normed = w.finalNorm ? normalize(x, w.finalNorm, c.finalNorm ?? c.norm) : x;
  return { hidden: normed, state: cache?.finish() as S | undefined };
}

/** What goes from layer to layer: vectors, or several streams of them. */
type Flow = { readonly x: Tensor } | { readonly streams: readonly Tensor[] };

/** What layers share in one call. */
interface LayerContext extends AttentionContext {
  /** Puts hidden vectors of MLPs where they are to be. */
  readonly hidden: (x: Tensor) => Tensor;
}

/** What a layer has of its own. */
interface OwnTensors {
  readonly w: LayerTensors;
  /** Its embedding: `[batch, seq, dim]`. */
  readonly extra: Tensor | undefined;
  readonly encoded: Columns | undefined;
}

/** What a layer makes of several streams, of which `compute` computes one. */
function nextStreams(
  streams: readonly Tensor[],
  { w, extra }: OwnTensors,
  c: StackConfig,
  compute: (x: Tensor) => Tensor,
): Tensor[] {
  const [altUp, own] = [c.altUp!, w.altUp!];
  const predicted = predictedStreams(streams, own, altUp, c.norm);
  const corrected = correctedStreams(predicted, compute(predicted[altUp.active]), own, altUp, c.norm);
  const active = corrected[altUp.active];
  const scaled = altUp.correctsScale ? np.multiply(active, np.astype(own.scale, active.dtype)) : active;
  const update = extra && w.perLayer && perLayerUpdate(scaled, w, extra, c);
  // Published so: the first stream gets none of it, whichever is the active one.
  return update ? corrected.map((s, k) => (k === 0 ? s : np.add(s, update))) : corrected;
}

/** Keys and values that the layers of a decoder see of an encoder: `hidden: [batch, length, embed]`, `positions: i32[batch, length]`. */
export function crossColumns(
  w: StackTensors,
  c: StackConfig,
  hidden: Tensor,
  positions: Tensor,
  segments?: Tensor | undefined,
): Columns[] {
  return c.layers.map((l, i) => {
    const own = w.layers[i].cross;
    if (!l.cross || !own) return { tensors: {}, positions };
    return { tensors: projectKeys(hidden, own, l.cross), positions, segments };
  });
}

/** Angles of one call, computed once per kind of rotation, and before any layer: what is made inside of a loop stays there. */
function anglesAt(positions: Tensor, { layers }: StackConfig): (rope: RopeConfig) => RopeAngles {
  const keyOf = (rope: RopeConfig): string => JSON.stringify({ ...rope, interleaved: undefined });
  const known = new Map<string, RopeAngles>();
  for (const { attention: a } of layers)
    for (const rope of [a.rope, a.kind === 'latent' ? a.indexer?.rope : undefined])
      if (rope && !known.has(keyOf(rope))) known.set(keyOf(rope), ropeAnglesAt(positions, rope));
  return (rope) => known.get(keyOf(rope))!;
}

/** The vectors that layers get of their own: `[batch, seq, layers, dim]`. Source: Gemma 3n; transformers' `gemma4`. */
function perLayerInputs(w: StackTensors, c: StackConfig, tokens: Tensor, x: Tensor): Tensor {
  const { vocabSize, dim } = c.perLayerEmbedding!;
  const own = w.perLayer!;
  const [batch, seq] = tokens.shape;
  const shape = [batch, seq, c.layers.length, dim];
  const ids = np.where(np.less(tokens, vocabSize), tokens, 0);
  const looked = np.reshape(np.astype(np.take(own.embedding, ids, 0), x.dtype), shape);
  const projected = np.multiply(linear(x, own.projection), c.embedDim ** -0.5);
  const normed = normalize(np.reshape(projected, shape), own.norm, c.norm);
  return np.multiply(np.add(normed, np.multiply(looked, Math.sqrt(dim))), Math.SQRT1_2);
}

/** What a layer makes of its own embedding: `x: [batch, seq, embed]`, `perLayer: [batch, seq, dim]` → like `x`. */
function perLayerUpdate(x: Tensor, w: LayerTensors, perLayer: Tensor, c: StackConfig): Tensor {
  const own = w.perLayer!;
  const { activation } = c.perLayerEmbedding!;
  const gated = np.multiply(activate(linear(x, own.gate), activation), np.astype(perLayer, x.dtype));
  return normalize(linear(gated, own.out), own.norm, c.norm);
}

/** One block: `x: [batch, seq, embed]` → the same. */
function layer(
  x: Tensor,
  l: LayerConfig,
  index: number,
  ctx: LayerContext,
  w: LayerTensors,
  perLayer: Tensor | undefined,
  encoded: Columns | undefined,
): Tensor {
  const { norm } = ctx.config;
  const attention = (h: Tensor): Tensor =>
    l.attention.kind === 'grouped'
      ? groupedAttention(h, w.attention!, l.attention, index, ctx)
      : latentAttention(h, w.latent!, l.attention, index, ctx);
  const normed = normalize(x, w.attentionNorm, norm);
  let y: Tensor;
  if (l.block === 'parallel' || l.block === 'parallelTwoNorms') {
    const other = w.mlpNorm ? normalize(x, w.mlpNorm, norm) : normed;
    y = np.add(x, np.add(attention(normed), feedForward(other, w, l, other, ctx)));
  } else {
    const after = (h: Tensor, n: LayerTensors['afterMlpNorm']): Tensor => (n ? normalize(h, n, norm) : h);
    let mid = np.add(x, after(attention(normed), w.afterAttentionNorm));
    if (w.laurel) {
      const low = linear(linear(normed, w.laurel.left), w.laurel.right);
      const learned = np.add(normed, normalize(low, w.laurel.norm, norm));
      mid = np.multiply(np.add(mid, learned), Math.SQRT1_2);
    }
    if (l.cross && w.cross && encoded)
      mid = np.add(mid, crossAttention(normalize(mid, w.crossNorm!, norm), w.cross, l.cross, encoded, ctx));
    const made = feedForward(normalize(mid, w.mlpNorm!, norm), w, l, mid, ctx);
    y = np.add(mid, after(made, w.afterMlpNorm));
  }
  if (perLayer && w.perLayer) {
    y = np.add(y, perLayerUpdate(y, w, perLayer, ctx.config));
  }
  return w.scale ? np.multiply(y, np.astype(w.scale, y.dtype)) : y;
}

/** `x` is normed; `residual` is what it was before. */
function feedForward(x: Tensor, w: LayerTensors, l: LayerConfig, residual: Tensor, ctx: LayerContext): Tensor {
  const { mlp: c } = l;
  const { hidden } = ctx;
  const { norm } = ctx.config;
  if (c.kind === 'experts') return experts(x, x, w.mlp.moe!, c);
  if (c.kind === 'gated' && c.sparsity) {
    const { sparsity } = c;
    return mlp(x, w.mlp.dense!, c.activation, { chooseGates: (gates) => largestGates(gates, sparsity), hidden });
  }
  if (c.kind !== 'parallel') return mlp(x, w.mlp.dense!, c.activation, { hidden });
  const dense = normalize(mlp(x, w.mlp.dense!, c.mlp.activation), w.afterDenseNorm!, norm);
  const forExperts = normalize(residual, w.expertsNorm!, norm);
  const plain = normalize(residual, {}, { ...norm, weight: false, bias: false });
  const forRouter = np.multiply(np.multiply(plain, np.astype(w.routerScale!, x.dtype)), residual.shape[2] ** -0.5);
  const sparse = experts(forExperts, forRouter, w.mlp.moe!, c.experts);
  return np.add(dense, normalize(sparse, w.afterExpertsNorm!, norm));
}

/** `x, routed: [batch, seq, embed]`: what experts and what the router sees. */
function experts(x: Tensor, routed: Tensor, w: MoeTensors, c: ExpertsMlp): Tensor {
  // Every sequence is a group: capacity is counted in it.
  const logits = routerLogits(routed, w.router);
  const routing = route(logits, c.router, { bias: w.choiceBias, perExpertScale: w.perExpertScale });
  const sparse = applyExperts(x, routing, w.experts, { activation: (t) => activate(t, c.activation) });
  if (!w.shared) return sparse;
  const shared = mlp(x, w.shared, c.activation);
  if (!w.sharedGate) return np.add(sparse, shared);
  const gate = nn.sigmoid(linear(x, w.sharedGate));
  return np.add(sparse, np.multiply(gate, shared));
}
