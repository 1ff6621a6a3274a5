import type { Activation, BucketConfig, NormConfig, RopeConfig, RouterConfig } from '../../nn/index.ts';

/*
 * What one decoder can be: every published family of decoders is a value of these records. Sizes and switches only; how it is
 * computed (types, meshes, rematerialization) is said elsewhere.
 */

/** Queries in groups that share keys and values; one group per query is multi-head, one group in all multi-query attention. */
export interface GroupedAttention {
  readonly kind: 'grouped';
  readonly numKvHeads: number;
  readonly queriesPerGroup: number;
  readonly headDim: number;
  readonly bias: { readonly query: boolean; readonly key: boolean; readonly value: boolean; readonly out: boolean };
  /** Per head, before the rotation. */
  readonly queryNorm?: NormConfig;
  readonly keyNorm?: NormConfig;
  readonly valueNorm?: NormConfig;
  readonly scale: number;
  readonly softcap?: number;
  readonly rope?: RopeConfig;
  readonly alibi?: boolean;
  /** Learned biases by distance (T5): a table of the layer's own, or the one of the first layer for all. */
  readonly buckets?: BucketConfig & { readonly perLayer: boolean };
  readonly window?: number;
  readonly sinks?: boolean;
  /** Uses keys and values of an earlier layer and has none of its own (Gemma 3n, 4). */
  readonly keysFrom?: number;
  /** Values are the projected keys, before norm and rotation (Gemma 4). */
  readonly valueIsKey?: boolean;
}

/** Multi-head latent attention: keys and values of all heads come from one small vector per token. Source: DeepSeek-V2, §2.1. */
export interface LatentAttention {
  readonly kind: 'latent';
  readonly numHeads: number;
  /** Queries come from a small vector, too. */
  readonly queryRank?: number;
  readonly kvRank: number;
  /** Dimensions of a head that do not turn, that do, and of its values. */
  readonly nopeDim: number;
  readonly ropeDim: number;
  readonly valueDim: number;
  readonly scale: number;
  readonly rope: RopeConfig;
  readonly bias?: boolean;
  /** Chooses which keys a query sees. Source: DeepSeek-V3.2-Exp, DSA. */
  readonly indexer?: IndexerConfig;
}

export interface IndexerConfig {
  readonly numHeads: number;
  readonly headDim: number;
  readonly topK: number;
  /** Of its first dimensions. */
  readonly rope: RopeConfig;
}

export type AttentionConfig = GroupedAttention | LatentAttention;

export interface DenseMlp {
  readonly kind: 'dense';
  readonly dim: number;
  readonly activation: Activation;
  readonly bias: boolean;
}
export interface GatedMlp {
  readonly kind: 'gated';
  readonly dim: number;
  readonly activation: Activation;
  readonly bias?: boolean;
  /** Part of the gates that is cut to zero, taking them as normally distributed (Gemma 3n). */
  readonly sparsity?: number;
}
/** A router and experts, each an MLP. */
export interface ExpertsMlp {
  readonly kind: 'experts';
  /** Default true. */
  readonly isGated?: boolean;
  readonly router: RouterConfig;
  readonly dim: number;
  readonly activation: Activation;
  /** An MLP that sees every token; `gated`: times the sigmoid of one more projection (Qwen2-MoE). */
  readonly shared?: { readonly dim: number; readonly gated: boolean };
}
/** A gated MLP beside experts, each with norms of its own (Gemma 4). */
export interface ParallelExpertsMlp {
  readonly kind: 'parallel';
  readonly mlp: GatedMlp;
  readonly experts: ExpertsMlp;
}
export type MlpConfig = DenseMlp | GatedMlp | ExpertsMlp | ParallelExpertsMlp;

/**
 * Where norms and residuals are. `pre`: before attention and MLP. `sandwich`: before and after both. `parallel`: attention and MLP
 * see the same input and are added at once, from one norm or each from its own.
 */
export type BlockKind = 'pre' | 'sandwich' | 'parallel' | 'parallelTwoNorms';

export interface LayerConfig {
  readonly block: BlockKind;
  readonly attention: AttentionConfig;
  /** Attention to what an encoder made, between attention and MLP. */
  readonly cross?: GroupedAttention;
  readonly mlp: MlpConfig;
  /** Size of the embedding that every layer gets of its own (Gemma 3n, 4). */
  readonly perLayerDim?: number;
  /** The layer's output times a stored number (Gemma 4). */
  readonly scaled?: boolean;
  /** Rank of a learned residual beside attention (Gemma 3n). */
  readonly laurelRank?: number;
}

/** Several residual streams of which layers compute one and predict the others. Source: Baykal et al. 2023 (AltUp). */
export interface AltUpConfig {
  readonly numStreams: number;
  /** The stream that layers compute. */
  readonly active: number;
  /** What layers add of their own embedding is made from the active stream times a learned scale. */
  readonly correctsScale: boolean;
}

/** Layers on top of each other, with a norm behind them. */
export interface StackConfig {
  readonly embedDim: number;
  readonly norm: NormConfig;
  /** Absent: that of the layers; null: there is none. */
  readonly finalNorm?: NormConfig | null;
  readonly layers: readonly LayerConfig[];
  /** Which keys a query sees: those before it (the default), or all. */
  readonly mask?: 'causal' | 'full';
  /** How groups of tokens that see each other both ways combine with windows. */
  readonly groupsWithin?: 'window' | 'everything';
  readonly perLayerEmbedding?: { readonly vocabSize: number; readonly dim: number; readonly activation: Activation };
  readonly altUp?: AltUpConfig;
}

/** A stack between an embedding of tokens and a head that predicts tokens. */
export interface DecoderConfig extends StackConfig {
  readonly vocabSize: number;
  /** √embedDim in Gemma; rounded to the type of activations. */
  readonly embeddingScale?: number;
  /** Learned vectors of positions, so many of them (GPT-2). */
  readonly learnedPositions?: number;
  readonly head: { readonly tied: boolean; readonly bias?: boolean };
  /** Factor of what the head gets (T5 1.0, PaLM: embedDim^-½). */
  readonly outputScale?: number;
  readonly logitSoftcap?: number;
  /** It can run up to this length; beyond, positions are not what it was trained for. */
  readonly maxPositions: number;
}
