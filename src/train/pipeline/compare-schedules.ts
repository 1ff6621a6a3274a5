import { dtypeInfo, numElements, range, UserError } from '../../base/index.ts';
import { declarationsOf } from '../../nn/index.ts';
import {
  type AxisSize,
  buildSchedule,
  type Cluster,
  chipMachine,
  collectiveTimeUs,
  joinGroups,
  type PassTimes,
  type ProgramMachine,
  placeMesh,
  programKernels,
  programTime,
  runSchedule,
  type ScheduleName,
  type StageTask,
  scheduleNames,
} from '../../plan/index.ts';
import { STAGE_AXIS } from './device-sets.ts';
import { openPipeline, type PipelineLayout, type PipelineRunOptions, pipelineOf } from './pipeline-runner.ts';

/** What a run in stages would take under one schedule. */
export interface ScheduleEstimate {
  readonly layout: PipelineLayout;
  /** Of all passes of a step; the optimizer's update is not counted. */
  readonly stepUs: number;
  /** Share of its time that the device set that idles most waits. */
  readonly bubble: number;
  /** Of the device that needs most: weights, gradients, the optimizer's two numbers per weight, what micro-batches keep, a pass at work. */
  readonly peakBytes: number;
}

/** A schedule that cannot be for these sizes, and why. */
export interface ImpossibleSchedule {
  readonly name: ScheduleName;
  readonly reason: string;
}

export interface ScheduleComparison {
  /** Those that fit in memory first, then the fastest. */
  readonly estimates: readonly ScheduleEstimate[];
  readonly impossible: readonly ImpossibleSchedule[];
}

/** What one stage's passes would take on one device. */
interface StageCost {
  readonly us: Readonly<Record<StageTask['kind'], number>>;
  readonly savedBytes: number;
  readonly workBytes: number;
  readonly weightBytes: number;
}

/**
 * Every schedule that a run in stages can have (or those named), on a described cluster: passes are lowered for the devices of a stage, their
 * kernels timed by the chip's roofline, and the schedule is simulated with them. Shardings inside a stage are those of the rules.
 */
export function compareSchedules(
  o: PipelineRunOptions,
  cluster: Cluster,
  memoryBytesPerDevice: number,
  names: readonly ScheduleName[] = scheduleNames,
): ScheduleComparison {
  const mesh: AxisSize[] = Object.entries(o.mesh!.axes).map(([name, size]) => ({ name, size }));
  const groups = placeMesh(cluster, mesh);
  const inner = mesh.filter((a) => a.name !== STAGE_AXIS).map((a) => groups.get(a.name)!);
  const whole = joinGroups([...inner].reverse());
  const machine = chipMachine(cluster.chip, (kind, bytes, size) =>
    collectiveTimeUs(cluster, kind, bytes, inner.find((g) => g.size === size) ?? whole),
  );
  const known = new Map<string, StageCost>();
  const estimates: ScheduleEstimate[] = [];
  const impossible: ImpossibleSchedule[] = [];
  for (const name of names) {
    let layout: PipelineLayout;
    try {
      layout = pipelineOf({ ...o, pipeline: { ...o.pipeline, schedule: name } });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      impossible.push({ name, reason: [error.summary, error.expected].filter(Boolean).join(': ') });
      continue;
    }
    const { schedule, stages, meshes } = layout;
    const pipeline = openPipeline(o, layout);
    const isSplit = schedule.devices.flat(2).some((t) => t.kind === 'W');
    const costs = stages.map((s, i) => {
      const ends = `${i === 0} ${i === stages.length - 1}`;
      const key = `${s.to - s.from} ${ends} ${isSplit}`;
      const cost = known.get(key) ?? stageCost(pipeline.lower(i), declarationsOf(s.declared).length, machine);
      known.set(key, cost);
      return cost;
    });
    const times = meanTimes(costs, meshes.length);
    // Orders that are searched for look at how long passes take.
    const order = buildSchedule(name, schedule, times);
    const boundary = o.batchSize / schedule.microBatches / (o.mesh!.axisSize('data') || 1);
    const bytes = boundary * o.config.maxSeqLen * o.config.embedDim * (o.config.dtype === 'bf16' ? 2 : 4);
    const run = runSchedule(order, {
      times,
      taskUs: (t) => costs[t.stage].us[t.kind],
      transferUs: collectiveTimeUs(cluster, 'collective_permute', bytes, groups.get(STAGE_AXIS)!),
    });
    const perDevice = range(meshes.length).map((device) => {
      const own = new Set(order.devices[device].flat().map((t) => `${t.copy} ${t.stage}`));
      const stagesHere = [...own].map((key) => costs[Number(key.split(' ')[1])]);
      const most = (f: (c: StageCost) => number): number => Math.max(...stagesHere.map(f));
      const held = run.inFlight[device] * most((c) => c.savedBytes);
      return 4 * stagesHere.reduce((n, c) => n + c.weightBytes, 0) + held + most((c) => c.workBytes);
    });
    estimates.push({
      layout,
      stepUs: run.makespanUs,
      bubble: run.idleUs / run.spanUs,
      peakBytes: Math.max(...perDevice),
    });
  }
  const fits = (e: ScheduleEstimate): boolean => e.peakBytes <= memoryBytesPerDevice;
  estimates.sort((a, b) => Number(fits(b)) - Number(fits(a)) || a.stepUs - b.stepUs);
  return { estimates, impossible };
}

type Lowered = ReturnType<ReturnType<typeof openPipeline>['lower']>;

function stageCost(passes: Lowered, numWeights: number, machine: ProgramMachine): StageCost {
  const kernels = {
    F: programKernels(passes.forward.perDevice),
    B: programKernels(passes.backward.perDevice),
    I: programKernels(passes.inputGradient.perDevice),
    W: programKernels(passes.weightGradient.perDevice),
  };
  const us = (kind: StageTask['kind']): number => programTime(kernels[kind], machine).totalUs;
  const { argTypes, resultTypes } = passes.forward.perDevice.main;
  return {
    us: { F: us('F'), B: us('B'), I: us('I'), W: us('W') },
    savedBytes: bytesOfTypes(resultTypes.slice(1)),
    workBytes: Math.max(...Object.values(kernels).map((k) => k.peakBytes)),
    weightBytes: bytesOfTypes(argTypes.slice(0, numWeights)),
  };
}

const bytesOfTypes = (types: Lowered['forward']['perDevice']['main']['argTypes']): number =>
  types.reduce((n, t) => n + (t.kind === 'tensor' ? (numElements(t.shape) * dtypeInfo(t.dtype).bits) / 8 : 0), 0);

/** Times of one micro-batch in all stages of a device set, on average. */
function meanTimes(costs: readonly StageCost[], numDevices: number): PassTimes {
  const mean = (kind: StageTask['kind']): number => costs.reduce((n, c) => n + c.us[kind], 0) / numDevices;
  return { forwardUs: mean('F'), inputGradientUs: mean('I'), weightGradientUs: mean('W') };
}
