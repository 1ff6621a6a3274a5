import { cannot, type Schedule, type ScheduleSizes, type StageTask, type Step, type TaskKind } from './schedule.ts';

/*
 * DualPipe (DeepSeek-V3 report, 2024): the model twice, from both ends, so that forward passes of one direction overlap backward
 * passes of the other. DualPipeV folds it: each device has a stage of the way out and one of the way back.
 */

type PassOf = (kind: TaskKind, phase: 0 | 1, microBatch: number) => StageTask;

/** Hands out micro-batches of the two directions as a device's eight phases ask for them. */
class Device {
  readonly steps: Step[] = [];
  private readonly next: Record<'F' | 'B', [number, number]> = { F: [0, 0], B: [0, 0] };
  private readonly waiting: StageTask[] = [];

  private readonly pass: PassOf;

  constructor(pass: PassOf) {
    this.pass = pass;
  }

  forwardOf(phase: 0 | 1): StageTask {
    return this.pass('F', phase, this.next.F[phase]++);
  }
  backwardOf(phase: 0 | 1, inputsOnly = false): StageTask {
    const t = this.pass(inputsOnly ? 'I' : 'B', phase, this.next.B[phase]++);
    if (inputsOnly) this.waiting.push({ ...t, kind: 'W' });
    return t;
  }
  forward(phase: 0 | 1): void {
    this.steps.push([this.forwardOf(phase)]);
  }
  backward(phase: 0 | 1, inputsOnly = false): void {
    this.steps.push([this.backwardOf(phase, inputsOnly)]);
  }
  both(forward: 0 | 1, backward: 0 | 1): void {
    this.steps.push([this.forwardOf(forward), this.backwardOf(backward)]);
  }
  weights(): void {
    const t = this.waiting.shift();
    if (t) this.steps.push([t]);
  }
}

/** The phases of one device of `p` that is `j` away from its end of the pipeline; `isMiddle` of the two that meet. */
function fill(d: Device, p: number, perDirection: number, j: number, isMiddle: boolean): void {
  const h = p / 2;
  const times = (n: number, run: (k: number) => void): void => {
    for (let k = 0; k < n; k++) run(k);
  };
  times(2 * (h - j - 1), () => d.forward(0));
  times(j + 1, () => {
    d.forward(0);
    d.forward(1);
  });
  times(h - j - 1, () => {
    d.backward(1, true);
    d.weights();
    d.forward(1);
  });
  times(perDirection - p + j + 1, (k) => {
    if (k === 0 && isMiddle) {
      // What the first backward pass here needs comes from the neighbour's forward pass: the two cannot overlap yet.
      d.forward(0);
      d.backward(1);
    } else d.both(0, 1);
    d.both(1, 0);
  });
  times(h - j - 1, () => {
    d.backward(1);
    d.both(1, 0);
  });
  let inputsOnly = false;
  times(j + 1, (k) => {
    const isHalf = k === Math.floor((j + 1) / 2);
    if (isHalf && j % 2 === 1) inputsOnly = true;
    d.backward(1, inputsOnly);
    if (isHalf && j % 2 === 0) inputsOnly = true;
    d.backward(0, inputsOnly);
  });
  times(h - j - 1, () => {
    d.weights();
    d.backward(0, true);
  });
  times(j + 1, () => d.weights());
}

/** Both directions over the same devices; half of the micro-batches go each way. */
export function dualPipe(sizes: ScheduleSizes): Schedule {
  const { stages: p, microBatches: m } = sizes;
  if (p % 2 !== 0 || m % 2 !== 0 || m < 2 * p)
    throw cannot(
      'DualPipe runs from both ends',
      'an even number of stages and at least twice as many micro-batches, an even number',
      `${p} stages, ${m} micro-batches`,
    );
  const devices = Array.from({ length: p }, (_, i) => {
    const j = Math.min(i, p - 1 - i);
    const device = new Device((kind, phase, microBatch) => {
      // Seen from the second half, the direction that comes first is the other one.
      const copy = (i < p / 2 ? phase : 1 - phase) as 0 | 1;
      return { kind, copy, microBatch, stage: copy === 0 ? i : p - 1 - i };
    });
    fill(device, p, m / 2, j, j === p / 2 - 1);
    return device.steps;
  });
  return { ...sizes, name: 'dualpipe', numStages: p, devices };
}

/** The same with one copy: the model is cut into twice as many stages, laid out and back. `stages` counts devices. */
export function dualPipeV(sizes: ScheduleSizes): Schedule {
  const { stages: devicesCount, microBatches: m } = sizes;
  const p = 2 * devicesCount;
  if (m < p) throw cannot('DualPipeV fills both ways', `at least ${p} micro-batches`, `${m}`);
  const devices = Array.from({ length: devicesCount }, (_, i) => {
    const device = new Device((kind, phase, microBatch) => ({
      kind,
      copy: 0,
      microBatch,
      stage: phase === 0 ? i : p - 1 - i,
    }));
    fill(device, p, m, i, i === devicesCount - 1);
    return device.steps;
  });
  return { ...sizes, chunks: 2, name: 'dualpipe-v', numStages: p, devices };
}
