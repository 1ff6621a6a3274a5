import { UserError } from '../../base/index.ts';
import { peakFlops } from '../cluster/chip.ts';
import type { Cluster, CollectiveKind } from '../cluster/cluster.ts';
import { numChips, usableBytes } from '../cluster/cluster.ts';
import { type DeviceGroup, placeMesh } from '../cluster/placement.ts';
import { collectiveTimeUs } from '../costs/collective-time.ts';
import { type TrainingLayout, trainingMemory } from '../transformer/memory.ts';
import type { TransformerShape } from '../transformer/shape.ts';
import { type StepMachine, type StepTime, trainingStep } from './step-time.ts';

/*
 * Pipelines whose stages have meshes of their own, as Alpa's plans do: T = Σ tᵢ + (m − 1)·max tᵢ, each stage cut its own way. And a
 * search over plans of equal stages under the same model, to hold a plan against.
 */

export interface StageMesh {
  readonly layers: number;
  readonly data: number;
  readonly tensor: number;
}

export interface PlannedStages {
  readonly stages: readonly StageMesh[];
  readonly microBatches: number;
}

export interface StagesCost {
  readonly stepUs: number;
  readonly stageUs: readonly number[];
  readonly peakBytes: readonly number[];
  readonly petaflops: number;
  readonly fits: boolean;
}

/** Constants of the machine, collectives left out. */
export type MachineConstants = Omit<StepMachine, 'collectiveUs' | 'transferUs'>;

export const constantsOf = (
  cluster: Cluster,
  dtype: string,
  c: Pick<StepMachine, 'matmul' | 'elementwiseBytes' | 'logitBytes'>,
): MachineConstants => ({
  peakFlops: peakFlops(cluster.chip, dtype),
  hbmGBPerSec: cluster.chip.hbmGBPerSec,
  ...c,
});

/** Collectives over the ways of a stage whose devices are neighbours in a cluster. */
export function stageMachine(cluster: Cluster, constants: MachineConstants, data: number, tensor: number): StepMachine {
  const groups = placeMesh(cluster, [
    { name: 'data', size: data },
    { name: 'tensor', size: tensor },
  ]);
  const of = (name: string): DeviceGroup => groups.get(name)!;
  const slowest = cluster.dims[cluster.dims.length - 1];
  return {
    ...constants,
    // Experts are spread over the data ways.
    collectiveUs: (over, kind: CollectiveKind, bytes) =>
      collectiveTimeUs(cluster, kind, bytes, of(over === 'tensor' ? 'tensor' : 'data')),
    transferUs: (bytes) => (slowest.alphaUs ?? 0) + bytes / (slowest.linkGBPerSec * 1e3),
  };
}

/** What a stage alone costs, per step and with what is done once. */
function stageStep(
  s: TransformerShape,
  seqLen: number,
  batch: number,
  base: TrainingLayout,
  p: PlannedStages,
  stage: number,
  cluster: Cluster,
  constants: MachineConstants,
): StepTime {
  const { layers, data, tensor } = p.stages[stage];
  const isLast = stage === p.stages.length - 1;
  // A model of its layers alone; only the last has a head.
  const own: TransformerShape = {
    ...s,
    layers,
    vocab: isLast ? s.vocab : 1,
    ...(s.attentionLayers ? { attentionLayers: layers } : {}),
  };
  const machine = stageMachine(cluster, constants, data, tensor);
  const expert = s.experts ? Math.min(data, s.experts.count) : 1;
  return trainingStep(
    own,
    seqLen,
    batch,
    { ...base, data, tensor, expert, pipeline: 1, microBatches: p.microBatches },
    machine,
  );
}

/** Time and memory of a plan. Throws `plan/layout` where it does not fit the model, the batch or the cluster. */
export function stagesCost(
  s: TransformerShape,
  seqLen: number,
  batch: number,
  base: TrainingLayout,
  p: PlannedStages,
  cluster: Cluster,
  constants: MachineConstants,
): StagesCost {
  const used = p.stages.reduce((n, { data, tensor }) => n + data * tensor, 0);
  const layers = p.stages.reduce((n, st) => n + st.layers, 0);
  if (used > numChips(cluster) || layers !== s.layers)
    throw new UserError('plan/layout', 'the stages do not fit', {
      expected: `${s.layers} layers on at most ${numChips(cluster)} chips`,
      given: `${layers} layers on ${used}`,
    });
  const steps = p.stages.map((_, i) => stageStep(s, seqLen, batch, base, p, i, cluster, constants));
  const once = steps.map((t) => t.gradientUs + t.updateUs);
  const perMicroBatch = steps.map((t, i) => (t.stepUs - once[i]) / p.microBatches);
  const transferUs =
    p.stages.length === 1
      ? 0
      : 2 *
        stageMachine(cluster, constants, 1, 1).transferUs!(
          ((batch / p.microBatches) * seqLen * s.width * 2) / Math.min(...p.stages.map((st) => st.data)),
        );
  const stageUs = perMicroBatch.map((t) => t + transferUs);
  const stepUs = stageUs.reduce((a, b) => a + b, 0) + (p.microBatches - 1) * Math.max(...stageUs) + Math.max(...once);
  const modelFlops = steps.reduce((n, t) => n + t.modelFlops, 0);
  const peakBytes = p.stages.map(({ data, tensor }, stage) => {
    const layout: TrainingLayout = {
      ...base,
      data,
      tensor,
      expert: s.experts ? Math.min(data, s.experts.count) : 1,
      pipeline: p.stages.length,
      stageLayers: p.stages.map((st) => st.layers),
      microBatches: p.microBatches,
      microBatchSize: batch / p.microBatches / data,
    };
    return trainingMemory(s, seqLen, layout)[stage].peakBytes;
  });
  return {
    stepUs,
    stageUs,
    peakBytes,
    petaflops: modelFlops / stepUs / 1e9,
    fits: Math.max(...peakBytes) <= usableBytes(cluster.chip),
  };
}

/** The best plan of equal stages that fits: every number of stages, mesh of a stage and number of micro-batches that divide. Undefined if none does. */
export function bestEqualStages(
  s: TransformerShape,
  seqLen: number,
  batch: number,
  base: TrainingLayout,
  cluster: Cluster,
  constants: MachineConstants,
): { readonly plan: PlannedStages; readonly cost: StagesCost } | undefined {
  const chips = numChips(cluster);
  let best: { plan: PlannedStages; cost: StagesCost } | undefined;
  for (const pipeline of divisors(chips)) {
    if (pipeline > s.layers) continue;
    const each = chips / pipeline;
    for (const tensor of divisors(each))
      for (const microBatches of divisors(batch)) {
        const data = each / tensor;
        if ((batch / microBatches) % data !== 0 || s.heads % tensor !== 0) continue;
        const layers = Math.floor(s.layers / pipeline);
        const over = s.layers - layers * pipeline;
        const stages = Array.from({ length: pipeline }, (_, i) => ({
          layers: layers + (i < over ? 1 : 0),
          data,
          tensor,
        }));
        const plan = { stages, microBatches };
        const cost = stagesCost(s, seqLen, batch, base, plan, cluster, constants);
        if (cost.fits && (!best || cost.stepUs < best.cost.stepUs)) best = { plan, cost };
      }
  }
  return best;
}

const divisors = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);

/** The share of the peak with which the model takes the measured time on one device. Throws `plan/calibrate` where nothing is left for products. */
export function calibrateMatmul(
  s: TransformerShape,
  seqLen: number,
  batch: number,
  layout: TrainingLayout,
  petaflops: number,
  constants: Omit<MachineConstants, 'matmul'>,
): number {
  const machine = { ...constants, matmul: 1, collectiveUs: () => 0 };
  const step = trainingStep(s, seqLen, batch, layout, machine);
  const left = step.modelFlops / (petaflops * 1e9) - (step.stepUs - step.computeUs);
  const share = step.computeUs / left;
  if (!(share > 0 && share <= 1))
    throw new UserError('plan/calibrate', 'the measured throughput leaves no time for products', {
      expected: 'a share of the peak from 0 to 1',
      given: share.toFixed(2),
    });
  return share;
}
