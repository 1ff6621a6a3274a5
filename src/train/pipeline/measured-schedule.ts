import {
  backwardUs,
  bubbleShare,
  type PassTimes,
  runSchedule,
  type Schedule,
  type StageTask,
  type TaskKind,
} from '../../plan/index.ts';
import type { PipelineEvent } from './pipeline.ts';

/** How much of its time the device set that idles most did nothing between its first and its last pass of a step: shares, from 0 to 1. */
export interface MeasuredSchedule {
  /** As the clock says. */
  readonly bubble: number;
  /** The same passes in the same order, each at the median time of its stage and nothing between two: what order and unequal stages cost. */
  readonly replayedBubble: number;
  /** The same with passes of a kind alike in all stages: what the order costs. */
  readonly alikeBubble: number;
  /** What the schedule's authors say of that; undefined where they say nothing. */
  readonly formulaBubble: number | undefined;
  /** Times of one micro-batch in all stages of a device set, on average. */
  readonly times: PassTimes;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Compares what ran with what the schedule promises. `steps`: events of one step each, the last of which is the measured one. */
export function measureSchedule(schedule: Schedule, steps: readonly (readonly PipelineEvent[])[]): MeasuredSchedule {
  const last = steps.at(-1)!;
  const bubbles = schedule.devices.map((_, device) => {
    const own = last.filter((e) => e.device === device);
    const span = Math.max(...own.map((e) => e.endUs)) - Math.min(...own.map((e) => e.startUs));
    return 1 - own.reduce((us, e) => us + e.endUs - e.startUs, 0) / span;
  });
  const durations = new Map<string, number[]>();
  for (const { task, startUs, endUs } of steps.flat()) {
    const key = kindOf(task);
    durations.set(key, [...(durations.get(key) ?? []), endUs - startUs]);
  }
  const taskUs = (t: StageTask): number => median(durations.get(kindOf(t)) ?? []);
  const tasks = schedule.devices.flat(2);
  // One micro-batch in all stages of one copy, shared among the device sets that hold it.
  const perDevice = (kind: TaskKind): number => {
    const sum = tasks.filter((t) => t.kind === kind).reduce((us, t) => us + taskUs(t), 0);
    return sum / schedule.microBatches / schedule.devices.length;
  };
  const [forwardUs, whole] = [perDevice('F'), perDevice('B')];
  const [inputs, weights] = [perDevice('I'), perDevice('W')];
  // Where some backward passes are whole, they are taken for two halves of equal length.
  const times = { forwardUs, inputGradientUs: inputs + whole / 2, weightGradientUs: weights + whole / 2 };
  const replayed = (us: (t: StageTask) => number): number => {
    const { idleUs, spanUs } = runSchedule(schedule, { times, taskUs: us });
    return idleUs / spanUs;
  };
  const perTask = schedule.devices.length / schedule.numStages / new Set(tasks.map((t) => t.copy)).size;
  const alike = { F: forwardUs, I: times.inputGradientUs, W: times.weightGradientUs, B: backwardUs(times) };
  const formula = bubbleShare(schedule.name, schedule, times);
  return {
    bubble: Math.max(...bubbles),
    replayedBubble: replayed(taskUs),
    alikeBubble: replayed((t) => alike[t.kind] * perTask),
    // Gradients of weights that take longer than the gap fill it: nothing is less than none.
    formulaBubble: formula === undefined ? undefined : Math.max(0, formula),
    times,
  };
}

const kindOf = (t: StageTask): string => `${t.kind} ${t.stage}`;

/** What ran as Chrome trace events, for chrome://tracing or ui.perfetto.dev: a process per device set, a row for its passes. */
export function pipelineTrace(deviceSets: readonly string[], steps: readonly (readonly PipelineEvent[])[]): object {
  const from = Math.min(...steps.flat().map((e) => e.startUs));
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      ...deviceSets.flatMap((name, pid) => [
        { ph: 'M', pid, name: 'process_name', args: { name } },
        { ph: 'M', pid, tid: 0, name: 'thread_name', args: { name: 'passes' } },
      ]),
      ...steps.flatMap((events, step) =>
        events.map(({ device, task, startUs, endUs }) => ({
          ...{ ph: 'X', pid: device, tid: 0, cat: task.kind, ts: startUs - from, dur: endUs - startUs },
          name: `${task.kind}${task.microBatch} of stage ${task.stage}`,
          args: { step, ...task },
        })),
      ),
    ],
  };
}

/** A step as text: a row per device set, time from left to right, the kind of the pass that ran for most of each column. */
export function timelineText(numDevices: number, events: readonly PipelineEvent[], columns = 72): string[] {
  const from = Math.min(...events.map((e) => e.startUs));
  const width = (Math.max(...events.map((e) => e.endUs)) - from) / columns;
  return Array.from({ length: numDevices }, (_, device) => {
    const own = events.filter((e) => e.device === device);
    return Array.from({ length: columns }, (_, c) => {
      const [begin, end] = [from + c * width, from + (c + 1) * width];
      const most = own
        .map((e) => ({ kind: e.task.kind, us: Math.min(end, e.endUs) - Math.max(begin, e.startUs) }))
        .reduce((a, b) => (b.us > a.us ? b : a), { kind: '·', us: width / 2 });
      return most.kind;
    }).join('');
  });
}
