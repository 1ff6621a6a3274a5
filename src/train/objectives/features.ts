import { np, type Tensor } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import type { ModelFeatures, TaskBatches } from '../../data/index.ts';
import { type LoadedModel, type LossSum, type ModelInputs, modelLogits } from '../../models/index.ts';
import type { BatchTensors, Objective, StepBatch, TrainingBatches, Weights } from './objective.ts';

/* Models trained on the features of tasks (seqio's names), with one example in a row or several. */

/**
 * Features as a model takes them: places of padding are −1, texts of a row have numbers, places that a whole prefix may see are groups;
 * `targets: i32[rows, length]`, `weights: f32[rows, length]`.
 */
export function inputsOfFeatures(f: ModelFeatures): Readonly<Record<string, HostArray>> {
  const places = (side: string): HostArray => {
    const [positions, segments] = [f[`${side}_positions`], f[`${side}_segment_ids`]];
    const out = Int32Array.from(positions.data as Int32Array, (p, i) =>
      (segments.data as Int32Array)[i] > 0 ? p : -1,
    );
    return new HostArray('i32', positions.shape, out);
  };
  const weights = f.decoder_loss_weights;
  const written = {
    targets: f.decoder_target_tokens,
    weights: new HostArray('f32', weights.shape, Float32Array.from(weights.data as Int32Array)),
  };
  if (f.encoder_input_tokens)
    return {
      tokens: f.encoder_input_tokens,
      positions: places('encoder'),
      segments: f.encoder_segment_ids,
      decoderTokens: f.decoder_input_tokens,
      decoderPositions: places('decoder'),
      decoderSegments: f.decoder_segment_ids,
      ...written,
    };
  const prefix = f.decoder_causal_attention?.data as Int32Array | undefined;
  const segments = f.decoder_segment_ids;
  const groups = prefix?.map((p, i) => (p === 1 ? (segments.data as Int32Array)[i] : -1));
  return {
    tokens: f.decoder_input_tokens,
    positions: places('decoder'),
    segments,
    ...(groups ? { groups: new HostArray('i32', segments.shape, groups) } : {}),
    ...written,
  };
}

export interface FeatureLossOptions {
  /** So much of the squared logarithm of the softmax's denominator is added, which keeps it near 1. T5, PaLM: 1e-4. Default 0. */
  readonly zLoss?: number;
}

/** Of targets that count: `targets: i32[rows, length]`, `weights: f32[rows, length]`, beside the model's inputs. Traceable. */
export function featureLoss(
  model: LoadedModel,
  weights: Weights,
  batch: BatchTensors,
  { zLoss = 0 }: FeatureLossOptions = {},
): LossSum & { readonly correct: Tensor } {
  const { targets, weights: counts, ...inputs } = batch;
  const logits = modelLogits(model, weights, inputs as ModelInputs);
  const logZ = np.logsumexp(logits, { axis: -1 });
  const chosen = np.squeeze(np.takeAlongAxis(logits, np.expandDims(targets, -1), -1), -1);
  let each = np.subtract(logZ, chosen);
  if (zLoss > 0) each = np.add(each, np.multiply(np.multiply(logZ, logZ), zLoss));
  const isRight = np.astype(np.equal(np.argmax(logits, -1), targets), 'f32');
  return {
    sum: np.sum(np.multiply(each, counts)),
    count: np.sum(counts),
    correct: np.sum(np.multiply(isRight, counts)),
  };
}

/** The loss of tasks' features, and the share of targets that are the likeliest token. */
export const taskObjective = (o: FeatureLossOptions = {}): Objective => ({
  name: o.zLoss ? `features, z-loss ${o.zLoss}` : 'features',
  value(model, weights, batch) {
    const { sum, count, correct } = featureLoss(model, weights, batch, o);
    return { loss: { sum, count }, metrics: { accuracy: { sum: correct, count } } };
  },
});

/** Batches of a task as training takes them. */
export function trainingBatchesOf(batches: TaskBatches): TrainingBatches {
  return {
    fingerprint: batches.fingerprint,
    async at(step): Promise<StepBatch> {
      const arrays = inputsOfFeatures(await batches.at(step));
      const numTargets = (arrays.weights.data as Float32Array).reduce((a, b) => a + b, 0);
      return { arrays, numTargets };
    },
    position: async (step) => ({ ...(await batches.position(step)) }),
    goTo({ step, window, row }) {
      if (![step, window, row].every((n) => Number.isSafeInteger(n) && n >= 0))
        throw new UserError('train/damaged-checkpoint', 'the checkpoint does not say where its data goes on');
      batches.goTo({ step, window, row });
    },
  };
}
