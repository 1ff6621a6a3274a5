import { np, type Tensor } from '../../api/index.ts';
import type { HostArray } from '../../base/index.ts';
import { type LoadedModel, type LossSum, targetLoss } from '../../models/index.ts';
import type { DeclaredTree, TensorsOf } from '../../nn/index.ts';

/* What a model is trained for: a function of its weights and a batch that gives a loss as a pair of sums, and batches by the number of the step. */

export type Weights = TensorsOf<DeclaredTree>;
export type BatchTensors = Readonly<Record<string, Tensor>>;

/** What one batch says. Sums and counts are divided at the very end. */
export interface ObjectiveValue {
  readonly loss: LossSum;
  /** More that is worth knowing, for the log. */
  readonly metrics?: Readonly<Record<string, LossSum>>;
}

/** A loss to follow. */
export interface Objective {
  /** With everything that changes its values. */
  readonly name: string;
  /** Traceable. `weights` are those of `model`, as they are now. */
  readonly value: (model: LoadedModel, weights: Weights, batch: BatchTensors) => ObjectiveValue;
}

/** The tensors of a step, on the host. */
export interface StepBatch {
  readonly arrays: Readonly<Record<string, HostArray>>;
  /** Tokens that count in the loss. */
  readonly numTargets: number;
  /** What the batch itself tells, for the log (rewards). */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Batches by the number of the step. */
export interface TrainingBatches {
  /** Everything that they depend on. */
  readonly fingerprint: string;
  /** Batch `step`; `current` is the model as it is then, for those that have it write. */
  readonly at: (step: number, current: () => LoadedModel) => StepBatch | Promise<StepBatch>;
  /** What has to be remembered to go on at a step without making all batches before it. */
  readonly position?: (step: number) => Promise<Readonly<Record<string, number>>>;
  readonly goTo?: (position: Readonly<Record<string, number>>) => void;
}

/** Next tokens, of those that `isTarget` marks: batches of `tokens, positions: i32[batch, length]`, `isTarget: f32[batch, length]`. */
export const nextTokens: Objective = {
  name: 'next tokens',
  value: (model, weights, { tokens, positions, isTarget }) => ({
    loss: targetLoss(model, weights, tokens, positions, isTarget),
  }),
};

/** A pair divided; nothing counted is 0. */
export const meanOf = ({ sum, count }: LossSum): Tensor => np.divide(sum, np.maximum(count, 1));
