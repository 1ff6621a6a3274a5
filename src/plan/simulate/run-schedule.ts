import { UserError } from '../../base/index.ts';
import type { PassTimes, Schedule, StageTask, TaskKind } from '../schedules/schedule.ts';
import { type Simulation, type SimulationOptions, type Stream, simulate, type Work } from './simulator.ts';

/** What stages take that are not all alike. */
export interface ScheduleRun extends SimulationOptions {
  readonly times: PassTimes;
  /** Of single passes, as they were measured; `times` are not used then. */
  readonly taskUs?: (task: StageTask) => number;
  /** How much longer a stage takes than the average one, by its number along the model. */
  readonly stageFactors?: readonly number[];
  /** How much longer a device takes, for stragglers. */
  readonly deviceFactors?: readonly number[];
  /** Time to hand the activations of a micro-batch to the next stage. */
  readonly transferUs?: number;
  /** What a stage keeps of a micro-batch from its forward pass to the end of its backward pass. */
  readonly stageBytes?: number;
}

export interface ScheduleResult extends Simulation {
  readonly streams: readonly Stream[];
  readonly work: readonly Work[];
  /** Micro-batches of stages that a device holds at most: forward passes begun whose backward pass is not done. */
  readonly inFlight: readonly number[];
  /** Idle time of the device that idles most, between its first and its last pass. */
  readonly idleUs: number;
  /** The longest time between the first and the last pass of a device. */
  readonly spanUs: number;
}

const keyOf = (t: StageTask, kind: TaskKind = t.kind): string => `${kind}${t.copy}/${t.stage}/${t.microBatch}`;

/** Runs the order lists of a schedule. Throws `plan/schedule` where a task is missing or there twice, `plan/deadlock` where the order cannot be run. */
export function runSchedule(schedule: Schedule, run: ScheduleRun): ScheduleResult {
  const { times, transferUs = 0, stageBytes = 1 } = run;
  const perDevice = schedule.name === 'dualpipe' ? 1 : schedule.numStages / schedule.stages;
  const us = {
    F: times.forwardUs,
    I: times.inputGradientUs,
    W: times.weightGradientUs,
    B: times.inputGradientUs + times.weightGradientUs,
  };
  const overlapped = times.overlappedUs ?? us.F + us.B;
  const streams: Stream[] = schedule.devices.map((_, device) => ({ device, name: 'compute' }));
  const work: Work[] = [];
  const idOf = new Map<string, number>();
  const deviceOf = new Map<number, number>();
  const pending: { id: number; tasks: readonly StageTask[] }[] = [];
  schedule.devices.forEach((steps, device) => {
    for (const step of steps) {
      const id = work.length;
      const [first] = step;
      const factor = (run.stageFactors?.[first.stage] ?? 1) * (run.deviceFactors?.[device] ?? 1);
      const plain = step.length === 2 ? overlapped : us[first.kind];
      const measured = run.taskUs && step.reduce((sum, t) => sum + run.taskUs!(t), 0);
      work.push({
        name: step.map(textOf).join(' & '),
        streams: [device],
        us: measured ?? (plain / perDevice) * factor,
        category: step.length === 2 ? 'F & B' : first.kind,
        allocates: step.filter((t) => t.kind === 'F').map(() => ({ device, bytes: stageBytes })),
        frees: step.filter((t) => t.kind === 'B' || t.kind === 'W').map(() => ({ device, bytes: stageBytes })),
      });
      for (const t of step) {
        const key = keyOf(t);
        if (idOf.has(key)) throw new UserError('plan/schedule', `the schedule has ${textOf(t)} twice`);
        idOf.set(key, id);
        deviceOf.set(id, device);
      }
      pending.push({ id, tasks: step });
    }
  });
  const last = schedule.numStages - 1;
  const backwardOf = (t: StageTask, stage: number): number | undefined =>
    idOf.get(keyOf({ ...t, stage }, 'B')) ?? idOf.get(keyOf({ ...t, stage }, 'I'));
  const need = (id: number | undefined, of: StageTask): number => {
    if (id === undefined)
      throw new UserError('plan/schedule', `nothing in the schedule gives ${textOf(of)} what it needs`);
    return id;
  };
  const transfers: Work[] = [];
  const links = new Map<string, number>();
  for (const { id, tasks } of pending) {
    const after = tasks.flatMap((t): { id: number; crosses: boolean }[] => {
      if (t.kind === 'F')
        return t.stage === 0 ? [] : [{ id: need(idOf.get(keyOf({ ...t, stage: t.stage - 1 })), t), crosses: true }];
      if (t.kind === 'W') return [{ id: need(idOf.get(keyOf(t, 'I')), t), crosses: false }];
      const own = { id: need(idOf.get(keyOf(t, 'F')), t), crosses: false };
      return t.stage === last ? [own] : [own, { id: need(backwardOf(t, t.stage + 1), t), crosses: true }];
    });
    const waits = after.map((a) => {
      const [from, to] = [deviceOf.get(a.id)!, deviceOf.get(id)!];
      if (!a.crosses || from === to || transferUs === 0) return a.id;
      const link = `${from}→${to}`;
      if (!links.has(link)) {
        links.set(link, streams.length);
        streams.push({ device: from, name: `link ${link}` });
      }
      transfers.push({
        name: `${work[a.id].name} ${link}`,
        streams: [links.get(link)!],
        us: transferUs,
        after: [a.id],
        link,
        category: 'transfer',
      });
      return work.length + transfers.length - 1;
    });
    (work[id] as { after?: readonly number[] }).after = waits;
  }
  // What leaves a device leaves in the order in which it was made.
  const all = [...work, ...transfers];
  const found = simulate(streams, all, run);
  const busy = found.busyUs.slice(0, schedule.devices.length);
  const spans = found.devices.map((d, i) => {
    const own = work.flatMap((_, id) => (deviceOf.get(id) === i ? [found.spans[id]] : []));
    return { us: Math.max(...own.map((s) => s.endUs)) - Math.min(...own.map((s) => s.startUs)), device: d };
  });
  return {
    ...found,
    streams,
    work: all,
    inFlight: found.devices.map((d) => (d.peakBytes - 0) / stageBytes),
    idleUs: Math.max(...spans.map((s, i) => s.us - busy[i])),
    spanUs: Math.max(...spans.map((s) => s.us)),
  };
}

const textOf = (t: StageTask): string =>
  `${t.kind} of stage ${t.stage}${t.copy ? ' (second copy)' : ''}, micro-batch ${t.microBatch}`;
