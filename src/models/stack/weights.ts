import {
  checkRouterConfig,
  Declared,
  type DeclaredMatrix,
  type DeclaredOptions,
  type Initializer,
  matrix,
  normWeights,
  type TensorsOf,
  table,
  weight,
} from '../../nn/index.ts';
import type {
  AltUpConfig,
  DecoderConfig,
  ExpertsMlp,
  GroupedAttention,
  LatentAttention,
  LayerConfig,
  MlpConfig,
  StackConfig,
} from './config.ts';

/*
 * The weights of a decoder, declared. They lie as on disk, outputs before inputs, with heads and groups as dimensions of their own,
 * so that a mesh cuts queries, keys and values alike.
 */

const fanIn = (n: number): { readonly init: Initializer } => ({ init: { normal: n ** -0.5 } });
const zero: DeclaredOptions = { init: { constant: 0 }, tags: [] };
const one: DeclaredOptions = { init: { constant: 1 }, tags: [] };

function groupedWeights(a: GroupedAttention, embed: number, isFirst: boolean) {
  const sizes = { kvHeads: a.numKvHeads, queriesPerGroup: a.queriesPerGroup, headDim: a.headDim, embed };
  const into = fanIn(embed);
  const hasKeys = a.keysFrom === undefined;
  const { bias } = a;
  const key = (): DeclaredMatrix => matrix(sizes, ['kvHeads', 'headDim'], ['embed'], into);
  const keyBias = (): Declared => weight(sizes, ['kvHeads', 'headDim'], zero);
  return {
    // Where scores are not scaled, queries begin so small that it comes to the same (T5).
    query: matrix(
      sizes,
      ['kvHeads', 'queriesPerGroup', 'headDim'],
      ['embed'],
      a.scale === 1 && !a.queryNorm ? fanIn(embed * a.headDim) : into,
    ),
    key: hasKeys ? key() : undefined,
    value: hasKeys && !a.valueIsKey ? key() : undefined,
    out: matrix(
      sizes,
      ['embed'],
      ['kvHeads', 'queriesPerGroup', 'headDim'],
      fanIn(a.numKvHeads * a.queriesPerGroup * a.headDim),
    ),
    queryBias: bias.query ? weight(sizes, ['kvHeads', 'queriesPerGroup', 'headDim'], zero) : undefined,
    keyBias: hasKeys && bias.key ? keyBias() : undefined,
    valueBias: hasKeys && bias.value ? keyBias() : undefined,
    outBias: bias.out ? weight(sizes, ['embed'], zero) : undefined,
    queryNorm: a.queryNorm ? normWeights(a.queryNorm, a.headDim, 'headDim') : undefined,
    keyNorm: hasKeys && a.keyNorm ? normWeights(a.keyNorm, a.headDim, 'headDim') : undefined,
    valueNorm: hasKeys && a.valueNorm ? normWeights(a.valueNorm, a.headDim, 'headDim') : undefined,
    sinks: a.sinks ? weight(sizes, ['kvHeads', 'queriesPerGroup'], zero) : undefined,
    buckets:
      a.buckets && (a.buckets.perLayer || isFirst)
        ? weight({ bucket: a.buckets.numBuckets, kvHeads: a.numKvHeads }, ['bucket', 'kvHeads'], {
            init: { normal: 0.02 },
            tags: [],
          })
        : undefined,
  };
}

function latentWeights(a: LatentAttention, embed: number) {
  const query = a.nopeDim + a.ropeDim;
  const norm = { kind: 'rms', epsilon: 1e-6 } as const;
  const rank = a.queryRank;
  return {
    queryDown: rank ? matrix({ queryRank: rank, embed }, ['queryRank'], ['embed'], fanIn(embed)) : undefined,
    queryDownBias: rank && a.bias ? weight({ queryRank: rank }, ['queryRank'], zero) : undefined,
    queryDownNorm: rank ? normWeights(norm, rank, 'queryRank') : undefined,
    query: rank
      ? matrix({ heads: a.numHeads, headDim: query, queryRank: rank }, ['heads', 'headDim'], ['queryRank'], fanIn(rank))
      : matrix({ heads: a.numHeads, headDim: query, embed }, ['heads', 'headDim'], ['embed'], fanIn(embed)),
    /** The latent, then the one rotated key that all heads share. */
    kvDown: matrix({ kvRank: a.kvRank + a.ropeDim, embed }, ['kvRank'], ['embed'], fanIn(embed)),
    kvDownBias: a.bias ? weight({ kvRank: a.kvRank + a.ropeDim }, ['kvRank'], zero) : undefined,
    kvNorm: normWeights(norm, a.kvRank, 'kvRank'),
    /** Of every head: keys that do not turn, then values. Multiplied over its inputs and over its outputs. */
    keyValue: matrix(
      { heads: a.numHeads, headDim: a.nopeDim + a.valueDim, kvRank: a.kvRank },
      ['heads', 'headDim'],
      ['kvRank'],
      { ...fanIn(a.kvRank), tags: ['decay', 'bothWays'] },
    ),
    out: matrix(
      { embed, heads: a.numHeads, headDim: a.valueDim },
      ['embed'],
      ['heads', 'headDim'],
      fanIn(a.numHeads * a.valueDim),
    ),
    outBias: a.bias ? weight({ embed }, ['embed'], zero) : undefined,
    indexer: a.indexer && {
      query: matrix(
        { indexHeads: a.indexer.numHeads, headDim: a.indexer.headDim, queryRank: rank ?? embed },
        ['indexHeads', 'headDim'],
        ['queryRank'],
        fanIn(rank ?? embed),
      ),
      key: matrix({ headDim: a.indexer.headDim, embed }, ['headDim'], ['embed'], fanIn(embed)),
      keyNorm: normWeights({ kind: 'layer', epsilon: 1e-6, bias: true }, a.indexer.headDim, 'headDim'),
      heads: weight({ indexHeads: a.indexer.numHeads, embed }, ['indexHeads', 'embed'], fanIn(embed)),
    },
  };
}

function gatedWeights(dim: number, embed: number, o: { gate: boolean; bias?: boolean | undefined }) {
  const sizes = { mlp: dim, embed };
  const bias = (): Declared => weight(sizes, ['mlp'], zero);
  return {
    gate: o.gate ? matrix(sizes, ['mlp'], ['embed'], fanIn(embed)) : undefined,
    up: matrix(sizes, ['mlp'], ['embed'], fanIn(embed)),
    down: matrix(sizes, ['embed'], ['mlp'], fanIn(dim)),
    gateBias: o.gate && o.bias ? bias() : undefined,
    upBias: o.bias ? bias() : undefined,
    downBias: o.bias ? weight(sizes, ['embed'], zero) : undefined,
  };
}

function expertWeights(c: ExpertsMlp, embed: number) {
  const expert = c.router.numExperts;
  checkRouterConfig(c.router);
  const sizes = { expert, mlp: c.dim, embed };
  return {
    router: weight(sizes, ['expert', 'embed'], { ...fanIn(embed), tags: ['router'] }),
    choiceBias: c.router.choiceBias
      ? new Declared([expert], ['expert'], { ...zero, dtype: 'f32', tags: ['router', 'frozen'] })
      : undefined,
    perExpertScale: c.router.perExpertScale ? weight(sizes, ['expert'], one) : undefined,
    experts: {
      gate: c.isGated === false ? undefined : table(sizes, ['expert', 'mlp', 'embed'], fanIn(embed)),
      up: table(sizes, ['expert', 'mlp', 'embed'], fanIn(embed)),
      down: table(sizes, ['expert', 'embed', 'mlp'], fanIn(c.dim)),
    },
    shared: c.shared ? gatedWeights(c.shared.dim, embed, { gate: true }) : undefined,
    sharedGate: c.shared?.gated ? matrix({ one: 1, embed }, ['one'], ['embed'], fanIn(embed)) : undefined,
  };
}

function mlpWeights(c: MlpConfig, embed: number) {
  const dense = c.kind === 'parallel' ? c.mlp : c.kind === 'experts' ? undefined : c;
  const experts = c.kind === 'parallel' ? c.experts : c.kind === 'experts' ? c : undefined;
  return {
    dense: dense ? gatedWeights(dense.dim, embed, { gate: dense.kind === 'gated', bias: dense.bias }) : undefined,
    moe: experts ? expertWeights(experts, embed) : undefined,
  };
}

const square = (embed: number): Declared => new Declared([embed, embed], ['embed', 'from'], fanIn(embed));

/** Weights of one layer; what a configuration does not have is absent. */
export function layerWeights(l: LayerConfig, c: StackConfig, index: number) {
  const embed = c.embedDim;
  const norm = (): ReturnType<typeof normWeights> => normWeights(c.norm, embed);
  const sandwich = l.block === 'sandwich';
  const both = l.mlp.kind === 'parallel';
  return {
    attentionNorm: norm(),
    attention: l.attention.kind === 'grouped' ? groupedWeights(l.attention, embed, index === 0) : undefined,
    latent: l.attention.kind === 'latent' ? latentWeights(l.attention, embed) : undefined,
    afterAttentionNorm: sandwich ? norm() : undefined,
    crossNorm: l.cross ? norm() : undefined,
    cross: l.cross ? groupedWeights(l.cross, embed, false) : undefined,
    mlpNorm: l.block === 'parallel' ? undefined : norm(),
    mlp: mlpWeights(l.mlp, embed),
    afterMlpNorm: sandwich ? norm() : undefined,
    /** Of an MLP beside experts: behind it, before them, behind them, and the scale of what the router sees. */
    afterDenseNorm: both ? norm() : undefined,
    expertsNorm: both ? norm() : undefined,
    afterExpertsNorm: both ? norm() : undefined,
    routerScale: both ? weight({ embed }, ['embed'], one) : undefined,
    perLayer: l.perLayerDim
      ? {
          gate: matrix({ perLayer: l.perLayerDim, embed }, ['perLayer'], ['embed'], fanIn(embed)),
          out: matrix({ embed, perLayer: l.perLayerDim }, ['embed'], ['perLayer'], fanIn(l.perLayerDim)),
          norm: norm(),
        }
      : undefined,
    laurel: l.laurelRank
      ? {
          left: matrix({ laurel: l.laurelRank, embed }, ['laurel'], ['embed'], fanIn(embed)),
          right: matrix({ embed, laurel: l.laurelRank }, ['embed'], ['laurel'], fanIn(l.laurelRank)),
          norm: norm(),
        }
      : undefined,
    altUp: c.altUp ? altUpWeights(c.altUp, c) : undefined,
    scale: l.scaled ? weight({ one: 1 }, ['one'], { ...one, tags: ['frozen'] }) : undefined,
  };
}

function altUpWeights({ numStreams: n }: AltUpConfig, c: StackConfig) {
  const sizes = { streams: n, embed: c.embedDim };
  return {
    norm: normWeights(c.norm, c.embedDim),
    router: weight(sizes, ['streams', 'embed'], fanIn(c.embedDim)),
    predict: new Declared([n, n, n], ['streams', 'from', 'modality'], zero),
    correct: new Declared([n, n], ['streams', 'modality'], zero),
    scale: weight(sizes, ['embed'], zero),
  };
}

/** Weights of a stack, layer by layer. */
export function stackWeights(c: StackConfig) {
  const per = c.perLayerEmbedding;
  const all = c.layers.length * (per?.dim ?? 0);
  return {
    perLayer: per && {
      embedding: weight({ vocab: per.vocabSize, perLayer: all }, ['vocab', 'perLayer']),
      projection: matrix({ perLayer: all, embed: c.embedDim }, ['perLayer'], ['embed'], fanIn(c.embedDim)),
      norm: normWeights(c.norm, per.dim, 'perLayer'),
    },
    streams: c.altUp && {
      open: Array.from({ length: c.altUp.numStreams - 1 }, () => square(c.embedDim)),
      close: Array.from({ length: c.altUp.numStreams - 1 }, () => square(c.embedDim)),
    },
    layers: c.layers.map((l, i) => layerWeights(l, c, i)),
    finalNorm: c.finalNorm === null ? undefined : normWeights(c.finalNorm ?? c.norm, c.embedDim),
  };
}

/** All weights of a decoder. */
export function decoderWeights(c: DecoderConfig) {
  const sizes = { vocab: c.vocabSize, embed: c.embedDim };
  return {
    ...stackWeights(c),
    embedding: c.head.tied ? table(sizes, ['vocab', 'embed']) : weight(sizes, ['vocab', 'embed']),
    positions:
      c.learnedPositions === undefined
        ? undefined
        : weight({ position: c.learnedPositions, embed: c.embedDim }, ['position', 'embed']),
    head: c.head.tied ? undefined : matrix(sizes, ['vocab'], ['embed'], fanIn(c.embedDim)),
    headBias: c.head.bias ? weight(sizes, ['vocab'], zero) : undefined,
  };
}

export type StackTensors = TensorsOf<ReturnType<typeof stackWeights>>;
export type DecoderTensors = TensorsOf<ReturnType<typeof decoderWeights>>;
export type LayerTensors = StackTensors['layers'][number];
export type AltUpTensors = NonNullable<LayerTensors['altUp']>;
export type GroupedTensors = NonNullable<LayerTensors['attention']>;
export type LatentTensors = NonNullable<LayerTensors['latent']>;
export type MoeTensors = NonNullable<LayerTensors['mlp']['moe']>;
