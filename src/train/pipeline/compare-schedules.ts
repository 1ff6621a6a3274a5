import { dtypeInfo, numElements, range, UserError } from '../../base/index.ts';
import { declarationsOf } from '../../nn/index.ts';
import {
  type AxisSize,
  buildSchedule,
  type Cluster,
  chipMachine,
  collectiveTimeUs,
  type DeviceBar,
  joinGroups,
  type MemoryTimeline,
  type PassTimes,
  type ProgramMachine,
  type ProgramTime,
  placeMesh,
  programKernels,
  programTime,
  runSchedule,
  type Schedule,
  type ScheduleName,
  type ScheduleResult,
  type StageTask,
  scheduleNames,
  type TimePart,
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
  /** Of the device set that works longest, in parts that sum to the step: what is not work is waiting. */
  readonly time: readonly TimePart[];
  /** Memory of a device of each set. */
  readonly devices: readonly DeviceBar[];
  readonly timeline: MemoryTimeline;
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
  /** Of it, in collectives. */
  readonly collectiveUs: Readonly<Record<StageTask['kind'], number>>;
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
    const devices = range(meshes.length).map((device) => memoryOf(order, device, costs, run.inFlight[device]));
    estimates.push({
      layout,
      stepUs: run.makespanUs,
      bubble: run.idleUs / run.spanUs,
      time: timeOf(order, costs, run),
      devices,
      timeline: timelineOf(devices, run),
      peakBytes: Math.max(...devices.map((d) => d.peakBytes)),
    });
  }
  const fits = (e: ScheduleEstimate): boolean => e.peakBytes <= memoryBytesPerDevice;
  estimates.sort((a, b) => Number(fits(b)) - Number(fits(a)) || a.stepUs - b.stepUs);
  return { estimates, impossible };
}

/** What a device of a set holds: what stays, what micro-batches keep, and the pass that needs most. */
function memoryOf(order: Schedule, device: number, costs: readonly StageCost[], inFlight: number): DeviceBar {
  const own = new Set(order.devices[device].flat().map((t) => `${t.copy} ${t.stage}`));
  const stages = [...own].map((key) => costs[Number(key.split(' ')[1])]);
  const most = (f: (c: StageCost) => number): number => Math.max(...stages.map(f));
  const weights = stages.reduce((n, c) => n + c.weightBytes, 0);
  const parts = [
    { name: 'weights', bytes: weights },
    { name: 'gradients', bytes: weights },
    { name: 'optimizer', bytes: 2 * weights },
    { name: 'kept by micro-batches', bytes: inFlight * most((c) => c.savedBytes) },
    { name: 'a pass at work', bytes: most((c) => c.workBytes) },
  ];
  return { name: `device set ${device}`, parts, peakBytes: parts.reduce((n, p) => n + p.bytes, 0) };
}

function timeOf(order: Schedule, costs: readonly StageCost[], run: ScheduleResult): TimePart[] {
  const numSets = order.devices.length;
  const device = range(numSets).reduce((a, b) => (run.busyUs[b] > run.busyUs[a] ? b : a));
  const collectiveUs = order.devices[device].flat().reduce((n, t) => n + costs[t.stage].collectiveUs[t.kind], 0);
  const parts: TimePart[] = [
    { name: 'computing', kind: 'compute', us: run.busyUs[device] - collectiveUs },
    { name: 'collectives inside stages', kind: 'communication', us: collectiveUs },
    { name: 'waiting for other stages', kind: 'bubble', us: run.makespanUs - run.busyUs[device] },
  ];
  return parts.filter((p) => p.us > 0);
}

function timelineOf(devices: readonly DeviceBar[], run: ScheduleResult): MemoryTimeline {
  return {
    note: 'a step; what a pass needs while it works is taken to be there all the time',
    endUs: run.makespanUs,
    devices: devices.map(({ name, parts, peakBytes }, i) => {
      const kept = parts[3].bytes;
      const most = Math.max(1, run.devices[i].peakBytes);
      let before = peakBytes - kept;
      const points: [number, number][] = [[0, before]];
      for (const { atUs, bytes } of run.devices[i].memory) {
        const now = peakBytes - kept + (kept * bytes) / most;
        points.push([atUs, before], [atUs, now]);
        before = now;
      }
      return { name, points: [...points, [run.makespanUs, before]] };
    }),
  };
}

type Lowered = ReturnType<ReturnType<typeof openPipeline>['lower']>;

function stageCost(passes: Lowered, numWeights: number, machine: ProgramMachine): StageCost {
  const kernels = {
    F: programKernels(passes.forward.perDevice),
    B: programKernels(passes.backward.perDevice),
    I: programKernels(passes.inputGradient.perDevice),
    W: programKernels(passes.weightGradient.perDevice),
  };
  const times = {
    F: programTime(kernels.F, machine),
    B: programTime(kernels.B, machine),
    I: programTime(kernels.I, machine),
    W: programTime(kernels.W, machine),
  };
  const of = (f: (t: ProgramTime) => number) => ({ F: f(times.F), B: f(times.B), I: f(times.I), W: f(times.W) });
  const { argTypes, resultTypes } = passes.forward.perDevice.main;
  return {
    us: of((t) => t.totalUs),
    collectiveUs: of((t) => t.collectiveUs),
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
