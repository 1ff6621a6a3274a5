import { UserError } from '../../base/index.ts';
import type { CollectiveKind } from '../cluster/cluster.ts';
import { bubbleShare } from '../schedules/closed-forms.ts';
import type { ScheduleName } from '../schedules/schedule.ts';
import {
  paddedVocab,
  type StateBytes,
  stageLayersOf,
  stageParams,
  stateSchemes,
  type TrainingLayout,
} from '../transformer/memory.ts';
import { recomputedShare, rematPolicies } from '../transformer/remat.ts';
import {
  headDimOf,
  numProductParams,
  queryWidth,
  type TransformerShape,
  trainingFlopsPerToken,
} from '../transformer/shape.ts';
import { gspmdV3 } from './calibrations.ts';

/* The time of a training step from sizes alone: computation, what is moved beside it, collectives that are waited for, and the bubble. */

/** What computes, and how fast collectives are. */
export interface StepMachine {
  readonly peakFlops: number;
  readonly hbmGBPerSec: number;
  /** Share of the peak that large products reach. */
  readonly matmul: number;
  /** Bytes per token, layer and column of the residual, forward and backward. */
  readonly elementwiseBytes: number;
  /** Bytes moved per token and logit for the loss, forward and backward. */
  readonly logitBytes: number;
  /** Time of a collective over the tensor, data or expert ways of a layout; `bytes` as in `collectiveTimeUs`. */
  collectiveUs(over: 'tensor' | 'data' | 'expert', kind: CollectiveKind, bytes: number): number;
  /** Time to hand bytes to the device of the next stage. */
  transferUs?(bytes: number): number;
  /**
   * Whether sums of gradients (and gathering of weights) are waited for: all of them, what the computation beside them does not cover, or
   * none. Default: exposed.
   */
  readonly gradients?: 'exposed' | 'overlapped' | 'hidden';
}

/** Where the time of a step goes, on the slowest device. */
export interface StepTime {
  readonly computeUs: number;
  readonly elementwiseUs: number;
  readonly tensorUs: number;
  readonly expertUs: number;
  readonly transferUs: number;
  readonly bubbleUs: number;
  /** Sums of gradients that are waited for. */
  readonly gradientUs: number;
  /** Gathering of weights that are cut over the data ways, what is waited for. */
  readonly gatherUs: number;
  readonly updateUs: number;
  readonly stepUs: number;
  readonly tokensPerSec: number;
  /** Operations of the model per step, attention over all pairs, nothing counted that is computed again. */
  readonly modelFlops: number;
  readonly modelTflopsPerDevice: number;
}

/** Time of one step of `batch` sequences. Throws `plan/layout` where they do not fit the layout. */
export function trainingStep(
  s: TransformerShape,
  seqLen: number,
  batch: number,
  o: TrainingLayout,
  machine: StepMachine,
): StepTime {
  const { data = 1, tensor = 1, pipeline = 1, expert = 1 } = o;
  const perReplica = batch / data;
  const microBatchSize = o.microBatchSize ?? (o.microBatches ? perReplica / o.microBatches : 1);
  const microBatches = perReplica / microBatchSize;
  if (
    !Number.isInteger(microBatches) ||
    microBatches < 1 ||
    (o.microBatches !== undefined && o.microBatches !== microBatches)
  )
    throw new UserError('plan/layout', `a batch of ${batch} does not fit the layout`, {
      expected: 'data ways × sequences per device × micro-batches',
      given: `${data} × ${microBatchSize} × ${o.microBatches ?? microBatches}`,
    });
  const tokens = microBatchSize * seqLen;
  const policy = rematPolicies[o.remat ?? 'none'];
  const passes = 3 + recomputedShare(s, seqLen, policy);
  const layerFlops = 2 * ((numProductParams(s) - s.vocab * s.width) / s.layers + 2 * queryWidth(s) * seqLen);
  const headFlops = 6 * paddedVocab(s.vocab, tensor) * s.width;
  const residualBytes = tokens * s.width * 2;
  const layerTensorUs =
    tensor === 1
      ? 0
      : ((4 * passes) / 3) *
        (machine.collectiveUs('tensor', 'all_gather', residualBytes) +
          machine.collectiveUs('tensor', 'reduce_scatter', residualBytes));
  const expertLayers = s.experts ? s.layers / (s.experts.every ?? 1) : 0;
  const expertBytes = s.experts ? residualBytes * s.experts.active * (s.experts.capacityFactor ?? 1) : 0;
  // There and back, forward and backward.
  const layerExpertUs =
    expert === 1 ? 0 : 4 * machine.collectiveUs('expert', 'all_to_all', expertBytes) * (expertLayers / s.layers);
  // Scores and their softmax are written and read, forward and backward, each time 16 bits wide.
  const scoreBytes = (o.fusedAttention ?? true) ? 0 : 16 * s.heads * seqLen;
  const stages = stageLayersOf(s, o);
  const params = stageParams(s, o);
  const flopsUs = 1e6 / (machine.peakFlops * machine.matmul);
  const bytes = stateSchemes[o.state ?? 'mixed'];
  const times = stages.map((layers, i) => ({
    computeUs: productUs(
      (tokens / tensor) * (passes * layers * layerFlops + (i === stages.length - 1 ? headFlops : 0)) * flopsUs,
      passes,
      (params[i].dense + params[i].experts) / (machine.hbmGBPerSec * 1e3),
      bytes,
    ),
    elementwiseUs:
      ((tokens / tensor) *
        ((layers * (s.width * machine.elementwiseBytes + scoreBytes) * passes) / 3 +
          (i === stages.length - 1 ? machine.logitBytes * s.vocab : 0))) /
      (machine.hbmGBPerSec * 1e3),
    tensorUs: layers * layerTensorUs,
    expertUs: layers * layerExpertUs,
    transferUs: pipeline === 1 ? 0 : 2 * (machine.transferUs?.(residualBytes / tensor) ?? 0),
  }));
  const total = (t: (typeof times)[number]): number =>
    t.computeUs + t.elementwiseUs + t.tensorUs + t.expertUs + t.transferUs;
  const slowest = times.reduce((a, b) => (total(b) > total(a) ? b : a));
  // A fill and a drain through all stages, and the rest at the pace of the slowest; schedules shorten fill and drain.
  const fillUs = times.reduce((sum, t) => sum + total(t), 0) - total(slowest);
  const schedule = (o.schedule ?? '1f1b') as ScheduleName;
  const bubbleUs = pipeline === 1 ? 0 : fillUs * scheduleFactor(schedule, pipeline, microBatches, o.chunks);
  const { gradientUs, gatherUs, updateUs } = dataCollectives(s, o, machine, microBatches, slowest.computeUs / passes);
  const of = (part: keyof (typeof times)[number]): number => microBatches * slowest[part];
  const stepUs = microBatches * total(slowest) + bubbleUs + gradientUs + gatherUs + updateUs;
  const modelFlops = batch * seqLen * trainingFlopsPerToken(s, seqLen);
  return {
    computeUs: of('computeUs'),
    elementwiseUs: of('elementwiseUs'),
    tensorUs: of('tensorUs'),
    expertUs: of('expertUs'),
    transferUs: of('transferUs'),
    bubbleUs,
    gradientUs,
    gatherUs,
    updateUs,
    stepUs,
    tokensPerSec: (batch * seqLen) / stepUs / 1e-6,
    modelFlops,
    modelTflopsPerDevice: modelFlops / stepUs / 1e6 / (data * tensor * pipeline),
  };
}

/**
 * Products of one micro-batch: each pass takes its operations, or the reading of its weights, whichever is longer; experts that few
 * tokens reach are bound by the latter. A backward pass for weights reads and writes the sums of gradients.
 */
function productUs(flopsUs: number, passes: number, usPerByte: number, bytes: StateBytes): number {
  const passUs = flopsUs / passes;
  const readUs = usPerByte * bytes.weights;
  return (passes - 1) * Math.max(passUs, readUs) + Math.max(passUs, 2 * usPerByte * bytes.gradients);
}

/** What the data ways say to one another in a step, and the update; `forwardUs` is a forward pass of one micro-batch. */
function dataCollectives(
  s: TransformerShape,
  o: TrainingLayout,
  machine: StepMachine,
  microBatches: number,
  forwardUs: number,
): Pick<StepTime, 'gradientUs' | 'gatherUs' | 'updateUs'> {
  const { data = 1, zero = 0, expert = 1 } = o;
  const { gradients = 'exposed' } = machine;
  const state = stateSchemes[o.state ?? 'mixed'];
  const largest = stageParams(s, o).reduce((a, b) => (b.dense + b.experts > a.dense + a.experts ? b : a));
  // Experts that are spread over all data ways have no copy to sum with.
  const shared = largest.dense + (expert < data ? largest.experts : 0);
  const params = largest.dense + largest.experts;
  const updateBytes =
    (params / (zero >= 1 ? data : 1)) * (2 * (state.master + state.moments) + state.gradients + state.weights);
  const updateUs = gradients === 'hidden' ? 0 : updateBytes / (machine.hbmGBPerSec * 1e3);
  if (data === 1 || gradients === 'hidden') return { gradientUs: 0, gatherUs: 0, updateUs };
  const waited = (us: number, coveredUs: number): number =>
    gradients === 'overlapped' ? Math.max(0, us - coveredUs) : us;
  const bytes = shared * state.gradients;
  const gather = machine.collectiveUs('data', 'all_gather', shared * state.weights);
  if (zero < 3) {
    const sum =
      zero === 0
        ? machine.collectiveUs('data', 'all_reduce', bytes)
        : machine.collectiveUs('data', 'reduce_scatter', bytes) + gather;
    // Only the backward pass of the last micro-batch has gradients to sum.
    return { gradientUs: waited(sum, 2 * forwardUs), gatherUs: 0, updateUs };
  }
  const scatter = machine.collectiveUs('data', 'reduce_scatter', bytes);
  return {
    gradientUs: microBatches * waited(scatter, forwardUs),
    gatherUs: microBatches * (waited(gather, forwardUs) + waited(gather, forwardUs)),
    updateUs,
  };
}

/** The bubble of a schedule in parts of that of 1F1B. */
function scheduleFactor(name: ScheduleName, stages: number, microBatches: number, chunks?: number): number {
  const times = { forwardUs: 1, inputGradientUs: 1, weightGradientUs: 1 };
  const share = bubbleShare(name, { stages, microBatches, chunks }, times);
  const plain = bubbleShare('1f1b', { stages, microBatches }, times)!;
  return share === undefined ? 1 : share / (1 - share) / (plain / (1 - plain));
}

/** A dense Transformer whose weights and activations are cut over X × Y cores, both axes (Xu et al. 2021, "2-D finalized"). */
export interface TwoAxes {
  readonly x: number;
  readonly y: number;
  readonly microBatches?: number;
  readonly recompute?: boolean;
}

/** Time of a step on TPU v3 cores: weights are gathered over X, activations over Y, nothing overlaps. */
export function twoAxisStep(
  s: TransformerShape,
  seqLen: number,
  batch: number,
  { x, y, microBatches = 1, recompute = true }: TwoAxes,
  c: { readonly matmul: number; readonly coreGBPerSec: number; readonly corePeakTflops: number } = gspmdV3,
): Pick<StepTime, 'computeUs' | 'stepUs' | 'tokensPerSec'> & {
  readonly weightUs: number;
  readonly activationUs: number;
  readonly hardwareFlops: number;
} {
  const tokens = batch * seqLen;
  const vocabFlops = 6 * s.vocab * s.width;
  const layerParams = numProductParams(s) - s.vocab * s.width;
  const attention = 4 * s.layers * seqLen * s.heads * headDimOf(s);
  const hardwareFlops = tokens * ((recompute ? 4 : 3) * (2 * layerParams + attention) + vocabFlops);
  const bytesPerUs = c.coreGBPerSec * 1e3;
  const computeUs = hardwareFlops / (x * y * c.corePeakTflops * 1e6 * c.matmul);
  const weightUs = ((recompute ? 4 : 3) * microBatches * layerParams * 2) / y / bytesPerUs;
  const activationUs =
    (s.layers * 4 * (recompute ? 3 : 2) * (batch / x) * seqLen * s.width * 2 * (y - 1)) / y / bytesPerUs;
  const stepUs = computeUs + weightUs + activationUs;
  return { computeUs, weightUs, activationUs, stepUs, hardwareFlops, tokensPerSec: tokens / stepUs / 1e-6 };
}
