import { UserError } from '../../base/index.ts';
import { type Cluster, numChips, usableBytes } from '../cluster/cluster.ts';
import { placeMesh } from '../cluster/placement.ts';
import { collectiveTimeUs } from '../costs/collective-time.ts';
import { type DeviceMemory, type TrainingLayout, trainingMemory } from '../transformer/memory.ts';
import { type RematPolicyName, rematPolicies } from '../transformer/remat.ts';
import type { TransformerShape } from '../transformer/shape.ts';
import { type StepMachine, type StepTime, trainingStep } from './step-time.ts';
import type { MachineConstants } from './uneven-stages.ts';

/* Which data, tensor and pipeline ways for so many chips: every layout that divides, with the least recomputation that fits. */

export interface TrainingProblem {
  readonly model: TransformerShape;
  readonly seqLen: number;
  /** Sequences per step. */
  readonly batch: number;
  readonly cluster: Cluster;
  readonly constants: MachineConstants;
  /** Memory of a chip that may be used; the chip's usable part if absent. */
  readonly memoryBytes?: number;
  /** Only layouts with these. */
  readonly fixed?: Pick<
    TrainingLayout,
    'tensor' | 'pipeline' | 'zero' | 'remat' | 'microBatchSize' | 'schedule' | 'chunks'
  >;
}

export interface TrainingPlan {
  readonly layout: TrainingLayout & { readonly data: number; readonly tensor: number; readonly pipeline: number };
  readonly time: StepTime;
  readonly memory: readonly DeviceMemory[];
  readonly peakBytes: number;
  readonly fits: boolean;
}

export interface TrainingSearch {
  /** The fastest of every choice of data, tensor and pipeline ways that fits, the fastest first. */
  readonly plans: readonly TrainingPlan[];
  /** The layout that needs the least memory, whether it fits or not. */
  readonly smallest: TrainingPlan;
  readonly numTried: number;
}

/** Collectives of a layout on a cluster: tensor ways along the fastest links, then data, then stages. */
function machineOf(
  { cluster, constants }: TrainingProblem,
  data: number,
  tensor: number,
  pipeline: number,
): StepMachine {
  const groups = placeMesh(cluster, [
    { name: 'pipeline', size: pipeline },
    { name: 'data', size: data },
    { name: 'tensor', size: tensor },
  ]);
  return {
    ...constants,
    collectiveUs: (over, kind, bytes) =>
      collectiveTimeUs(cluster, kind, bytes, groups.get(over === 'tensor' ? 'tensor' : 'data')!),
    transferUs: (bytes) => collectiveTimeUs(cluster, 'collective_permute', bytes, groups.get('pipeline')!),
  };
}

const divisors = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
const remats = Object.keys(rematPolicies) as readonly RematPolicyName[];

/** Searches all layouts. Throws `plan/layout` where none divides batch, heads and layers. */
export function searchTrainingLayouts(p: TrainingProblem): TrainingSearch {
  const { model, batch, cluster, fixed = {} } = p;
  const chips = numChips(cluster);
  requirePossible(p);
  const best = new Map<string, TrainingPlan>();
  let smallest: TrainingPlan | undefined;
  let numTried = 0;
  for (const tensor of fixed.tensor ? [fixed.tensor] : divisors(chips).filter((t) => model.heads % t === 0))
    for (const pipeline of fixed.pipeline
      ? [fixed.pipeline]
      : divisors(chips / tensor).filter((s) => s <= model.layers)) {
      const data = chips / tensor / pipeline;
      if (!Number.isInteger(data) || batch % data !== 0) continue;
      const machine = machineOf(p, data, tensor, pipeline);
      for (const microBatchSize of fixed.microBatchSize ? [fixed.microBatchSize] : [1, 2, 4, 8]) {
        if ((batch / data) % microBatchSize !== 0) continue;
        for (const zero of fixed.zero === undefined ? (data === 1 ? [0] : pipeline === 1 ? [1, 3] : [1]) : [fixed.zero])
          for (const remat of fixed.remat ? [fixed.remat] : remats) {
            const layout = {
              data,
              tensor,
              pipeline,
              microBatchSize,
              zero,
              remat,
              microBatches: batch / data / microBatchSize,
              sequenceParallel: tensor > 1,
              ...(model.experts ? { expert: gcd(data, model.experts.count) } : {}),
              ...scheduleOf(p, pipeline, batch / data / microBatchSize),
            };
            numTried++;
            const plan = trainingPlanOf(p, layout, machine);
            if (!smallest || plan.peakBytes < smallest.peakBytes) smallest = plan;
            if (!plan.fits) continue;
            const key = `${data}/${tensor}/${pipeline}`;
            const known = best.get(key);
            if (!known || plan.time.stepUs < known.time.stepUs) best.set(key, plan);
            // Policies come from the fastest on: the first that fits is the best.
            break;
          }
      }
    }
  if (!smallest)
    throw new UserError('plan/layout', 'no layout divides the batch', {
      expected: `data × tensor × pipeline ways = ${chips} chips, with a batch that data ways divide and ${model.heads} heads that tensor ways divide`,
      given: `a batch of ${batch}`,
    });
  return { plans: [...best.values()].sort((a, b) => a.time.stepUs - b.time.stepUs), smallest, numTried };
}

/** Throws `plan/layout` for fixed ways that chips, heads or layers do not have. */
function requirePossible({ model, cluster, fixed = {} }: TrainingProblem): void {
  const chips = numChips(cluster);
  const { tensor = 1, pipeline = 1 } = fixed;
  if (chips % tensor !== 0 || model.heads % tensor !== 0)
    throw new UserError('plan/layout', `there is no layout of ${tensor} tensor ways`, {
      expected: `a divisor of ${chips} chips and of ${model.heads} heads`,
      given: `${tensor}`,
    });
  if ((chips / tensor) % pipeline !== 0 || pipeline > model.layers)
    throw new UserError('plan/layout', `there is no layout of ${pipeline} stages`, {
      expected: `at most ${model.layers} layers, and a divisor of ${chips / tensor} chips${tensor > 1 ? ' per tensor way' : ''}`,
      given: `${pipeline}`,
    });
}

function scheduleOf(
  { model, fixed = {} }: TrainingProblem,
  pipeline: number,
  microBatches: number,
): Pick<TrainingLayout, 'schedule' | 'chunks'> {
  if (fixed.schedule) return { schedule: fixed.schedule, ...(fixed.chunks ? { chunks: fixed.chunks } : {}) };
  // Interleaving needs whole rounds, and chunks of whole layers.
  const chunks = [4, 2].find((v) => model.layers % (pipeline * v) === 0);
  return pipeline > 1 && chunks && microBatches % pipeline === 0
    ? { schedule: 'interleaved', chunks }
    : { schedule: '1f1b' };
}

/** Time and memory of one layout. */
export function trainingPlanOf(
  p: TrainingProblem,
  layout: TrainingPlan['layout'],
  machine: StepMachine = machineOf(p, layout.data, layout.tensor, layout.pipeline),
): TrainingPlan {
  const memory = trainingMemory(p.model, p.seqLen, layout);
  const peakBytes = Math.max(...memory.map((m) => m.peakBytes));
  return {
    layout,
    time: trainingStep(p.model, p.seqLen, p.batch, layout, machine),
    memory,
    peakBytes,
    fits: peakBytes <= (p.memoryBytes ?? usableBytes(p.cluster.chip)),
  };
}

/** How much faster the same layout would be on a changed cluster, or with changed constants: what binds it. */
export function sensitivities(
  p: TrainingProblem,
  plan: TrainingPlan,
): { readonly change: string; readonly speedup: number }[] {
  const { cluster, constants } = p;
  const of = (change: string, q: TrainingProblem) => ({
    change,
    speedup: plan.time.stepUs / trainingPlanOf(q, plan.layout).time.stepUs,
  });
  const wider = (i: number): Cluster => ({
    ...cluster,
    dims: cluster.dims.map((d, k) => (k === i ? { ...d, linkGBPerSec: 2 * d.linkGBPerSec } : d)),
    // Measurements are of the links as they are: twice the bandwidth is half the time of what is not latency.
    measured: undefined,
  });
  const plain: TrainingProblem = { ...p, cluster: { ...cluster, measured: undefined } };
  const base = trainingPlanOf(plain, plan.layout).time.stepUs;
  return [
    of('twice the peak', { ...p, constants: { ...constants, peakFlops: 2 * constants.peakFlops } }),
    of('twice the memory bandwidth', { ...p, constants: { ...constants, hbmGBPerSec: 2 * constants.hbmGBPerSec } }),
    ...cluster.dims.map((d, i) => ({
      change: `twice the bandwidth of ${d.name}`,
      speedup: base / trainingPlanOf({ ...plain, cluster: wider(i) }, plan.layout).time.stepUs,
    })),
  ];
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
