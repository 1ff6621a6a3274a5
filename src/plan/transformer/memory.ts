import { UserError } from '../../base/index.ts';
import { choice, count, flag, integer, list, object, positive, type ReadBy } from '../reading/reader.ts';
import { inFlightOfStage } from '../schedules/closed-forms.ts';
import type { ScheduleName } from '../schedules/schedule.ts';
import { keptBytesPerToken, type RematPolicy, rematPolicies } from './remat.ts';
import { hasExperts, headDimOf, keyWidth, layerParams, paramsOf, type TransformerShape } from './shape.ts';

/* Memory of one device in training: what stays (weights, gradients, optimizer) and what one step keeps for its backward pass. */

/** Bytes per parameter of everything that stays, before anything is cut. */
export interface StateBytes {
  readonly weights: number;
  readonly gradients: number;
  /** A copy of the weights in full precision. */
  readonly master: number;
  readonly moments: number;
}

export const stateSchemes = {
  /** Everything in float32, Adam. */
  fp32: { weights: 4, gradients: 4, master: 0, moments: 8 },
  /** 16-bit weights, float32 gradients and master weights: Megatron's. */
  mixed: { weights: 2, gradients: 4, master: 4, moments: 8 },
  /** 16-bit weights and gradients, float32 master weights: Alpa's. */
  half: { weights: 2, gradients: 2, master: 4, moments: 8 },
  /** As `mixed`, sums of rows and columns for moments. */
  adafactor: { weights: 2, gradients: 4, master: 4, moments: 0 },
} as const satisfies Readonly<Record<string, StateBytes>>;
export type StateScheme = keyof typeof stateSchemes;

export const layoutReader = object(
  {},
  {
    data: count,
    tensor: count,
    pipeline: count,
    /** Ways that experts are spread, of the data ways. */
    expert: count,
    /** Sequences per device and micro-batch. */
    microBatchSize: count,
    microBatches: count,
    /** Norms and residuals cut over the tensor ways along the sequence. */
    sequenceParallel: flag,
    /** Cut over the data ways: 1 optimizer state, 2 gradients too, 3 weights too. */
    zero: integer({ min: 0, max: 3 }),
    state: choice('fp32', 'mixed', 'half', 'adafactor'),
    schedule: choice('gpipe', '1f1b', 'interleaved', 'zb-h1', 'zb-h2'),
    /** Chunks of layers per device in an interleaved schedule. */
    chunks: count,
    /** Layers of every stage; equal if absent. */
    stageLayers: list(count),
    remat: choice('none', 'minimal with attention', 'minimal', 'save qkv', 'save out', 'full'),
    dropout: flag,
    /** Attention that keeps no scores. */
    fusedAttention: flag,
    /** Bytes per logit kept: 2 and its gradient 2, and 4 per copy in float32. */
    logitBytes: positive,
  },
);
export type TrainingLayout = ReadBy<typeof layoutReader>;

/** Bytes on the device that holds most of a stage. */
export interface DeviceMemory {
  readonly stage: number;
  readonly weightBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  readonly activationBytes: number;
  readonly logitBytes: number;
  /** What is there only for a moment: gathered weights, buffers of collectives. */
  readonly transientBytes: number;
  readonly staticBytes: number;
  readonly peakBytes: number;
}

/** Layers of every stage. Throws `plan/layout` where they do not sum to those of the model. */
export function stageLayersOf(s: TransformerShape, { pipeline = 1, stageLayers }: TrainingLayout): readonly number[] {
  if (stageLayers) {
    const total = stageLayers.reduce((a, b) => a + b, 0);
    if (stageLayers.length !== pipeline || total !== s.layers)
      throw new UserError('plan/layout', 'the stages do not hold the layers of the model', {
        expected: `${pipeline} stages with ${s.layers} layers in all`,
        given: `${stageLayers.length} with ${total}`,
      });
    return stageLayers;
  }
  if (pipeline > s.layers)
    throw new UserError('plan/layout', 'there are more stages than layers', {
      expected: `at most ${s.layers}`,
      given: `${pipeline}`,
    });
  const base = Math.floor(s.layers / pipeline);
  // What is over goes to the stages in the middle: the first has the embedding, the last the head.
  const over = s.layers - base * pipeline;
  const first = Math.max(0, Math.min(pipeline - over, 1));
  return Array.from({ length: pipeline }, (_, i) => base + (i >= first && i < first + over ? 1 : 0));
}

/** The vocabulary, padded so that every tensor way has as many columns, a multiple of 128. */
export const paddedVocab = (vocab: number, tensor: number): number =>
  tensor === 1 ? vocab : Math.ceil(vocab / (128 * tensor)) * 128 * tensor;

/** Parameters of one device, those of experts apart: they have fewer copies. */
export interface StageParams {
  readonly dense: number;
  readonly experts: number;
}

/** Parameters of each stage on one device. */
export function stageParams(s: TransformerShape, o: TrainingLayout): StageParams[] {
  const { tensor = 1, expert = 1 } = o;
  const params = paramsOf(s);
  const table = (paddedVocab(s.vocab, tensor) * s.width) / tensor;
  const stages = stageLayersOf(s, o);
  let next = 0;
  return stages.map((n, stage) => {
    const layers = params.layers.slice(next, next + n);
    next += n;
    const own = layers.reduce((sum, l) => sum + (layerParams(l) - l.small - l.experts) / tensor + l.small, 0);
    const experts = layers.reduce((sum, l) => sum + l.experts / tensor / expert, 0);
    const isFirst = stage === 0;
    const isLast = stage === stages.length - 1;
    const first = isFirst ? table + params.positions : 0;
    const last = isLast ? (s.tied && isFirst ? 0 : table) + params.finalNorm : 0;
    return { dense: own + first + last, experts };
  });
}

/** Memory of every stage. */
export function trainingMemory(s: TransformerShape, seqLen: number, o: TrainingLayout): DeviceMemory[] {
  const { data = 1, tensor = 1, pipeline = 1, expert = 1, zero = 0, microBatchSize = 1, microBatches = 1 } = o;
  const bytes = stateSchemes[o.state ?? 'mixed'];
  const stages = stageLayersOf(s, o);
  const policy: RematPolicy = rematPolicies[o.remat ?? 'none'];
  const tokens = microBatchSize * seqLen;
  // What experts hold is there in data / expert copies only.
  const cut = (level: number, { dense, experts }: StageParams): number =>
    zero >= level ? dense / data + experts / Math.max(1, data / expert) : dense + experts;
  const all = paramsOf(s);
  let firstLayer = 0;
  return stageParams(s, o).map((params, stage): DeviceMemory => {
    const numLayers = stages[stage];
    const layers = Array.from({ length: numLayers }, (_, i) => firstLayer + i);
    firstLayer += numLayers;
    const weightBytes = bytes.weights * cut(3, params);
    const gradientBytes = bytes.gradients * cut(2, params);
    const optimizerBytes = (bytes.master + bytes.moments) * cut(1, params);
    const inFlight = inFlightOfStage(
      (o.schedule ?? '1f1b') as ScheduleName,
      { stages: pipeline, microBatches, chunks: o.chunks },
      stage,
    );
    const perToken = layers.reduce((sum, l) => sum + keptBytesPerToken(s, seqLen, o, policy, hasExperts(s, l)), 0);
    const activationBytes = perToken * tokens * inFlight;
    const isLast = stage === stages.length - 1;
    const logitBytes = isLast ? ((o.logitBytes ?? 8) * tokens * paddedVocab(s.vocab, tensor)) / tensor : 0;
    const largestLayer = Math.max(...all.layers.map((l) => layerParams(l) - l.experts + l.experts / expert)) / tensor;
    // A gathered layer, and the next one that is fetched meanwhile.
    const transientBytes = zero >= 3 ? 2 * bytes.weights * largestLayer : 0;
    const staticBytes = weightBytes + gradientBytes + optimizerBytes;
    return {
      stage,
      weightBytes,
      gradientBytes,
      optimizerBytes,
      activationBytes,
      logitBytes,
      transientBytes,
      staticBytes,
      peakBytes: staticBytes + activationBytes + logitBytes + transientBytes,
    };
  });
}

/** Bytes of keys and values that one token adds, all layers and heads. */
export function kvBytesPerToken(s: TransformerShape, bytesPerElement = 2): number {
  const perLayer = s.latent ? s.latent.kvRank + s.latent.ropeDim : 2 * keyWidth(s);
  return (s.attentionLayers ?? s.layers) * perLayer * bytesPerElement;
}

/** The same on one device of `tensor` ways: heads that cannot be cut further are there several times. */
export function kvBytesPerTokenPerDevice(s: TransformerShape, tensor: number, bytesPerElement = 2): number {
  if (s.latent) return kvBytesPerToken(s, bytesPerElement);
  const heads = Math.ceil((s.kvHeads ?? s.heads) / tensor);
  return (s.attentionLayers ?? s.layers) * 2 * heads * headDimOf(s) * bytesPerElement;
}
