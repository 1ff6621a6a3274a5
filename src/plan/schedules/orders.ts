import { cannot, type Schedule, type ScheduleSizes, type Step, task } from './schedule.ts';

/* Schedules whose order is a formula. */

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** All forward passes, then all backward passes (Huang et al. 2019). */
export function gpipe(sizes: ScheduleSizes): Schedule {
  const { stages, microBatches } = sizes;
  const devices = range(stages).map((s): Step[] => [
    ...range(microBatches).map((m): Step => [task('F', s, m)]),
    ...range(microBatches).map((m): Step => [task('B', s, m)]),
  ]);
  return { ...sizes, name: 'gpipe', numStages: stages, devices };
}

/** As many forward passes as there are stages behind, then one of each in turn (Narayanan et al. 2019, 2021). */
export function oneForwardOneBackward(sizes: ScheduleSizes): Schedule {
  const { stages, microBatches } = sizes;
  const devices = range(stages).map((s): Step[] => {
    const warmUp = Math.min(stages - 1 - s, microBatches);
    return [
      ...range(warmUp).map((m): Step => [task('F', s, m)]),
      ...range(microBatches - warmUp).flatMap((m): Step[] => [[task('F', s, m + warmUp)], [task('B', s, m)]]),
      ...range(warmUp).map((m): Step => [task('B', s, microBatches - warmUp + m)]),
    ];
  });
  return { ...sizes, name: '1f1b', numStages: stages, devices };
}

/** 1F1B over several chunks per device (Narayanan et al. 2021). The number of micro-batches is a multiple of the devices. */
export function interleaved(sizes: ScheduleSizes): Schedule {
  const { stages: p, microBatches: m, chunks: v = 2 } = sizes;
  if (m % p !== 0)
    throw cannot('the interleaved schedule takes whole rounds', `micro-batches that are a multiple of ${p}`, `${m}`);
  const devices = range(p).map((i): Step[] => {
    const forward = (k: number): Step => [
      task('F', Math.floor((k % (p * v)) / p) * p + i, p * Math.floor(k / (p * v)) + (k % p)),
    ];
    const backward = (k: number): Step => [
      task('B', (v - 1 - Math.floor((k % (p * v)) / p)) * p + i, p * Math.floor(k / (p * v)) + (k % p)),
    ];
    const total = m * v;
    const warmUp = Math.min(2 * (p - i - 1) + (v - 1) * p, total);
    return [
      ...range(warmUp).map(forward),
      ...range(total - warmUp).flatMap((k): Step[] => [forward(k + warmUp), backward(k)]),
      ...range(warmUp).map((k) => backward(total - warmUp + k)),
    ];
  });
  return { ...sizes, chunks: v, name: 'interleaved', numStages: p * v, devices };
}

/** Every repeat of all micro-batches after the one before, as a loop of one program for all devices does (Xu et al. 2021). */
export function circular(sizes: ScheduleSizes): Schedule {
  const { stages: p, microBatches: m, chunks: r = 2 } = sizes;
  if (m < p) throw cannot('a circular pipeline hands on what came round', `at least ${p} micro-batches`, `${m}`);
  const devices = range(p).map((i): Step[] => {
    const units = range(r).flatMap((repeat) => range(m).map((k) => ({ stage: repeat * p + i, k })));
    return [
      ...units.map(({ stage, k }): Step => [task('F', stage, k)]),
      ...[...units].reverse().map(({ stage, k }): Step => [task('B', stage, k)]),
    ];
  });
  return { ...sizes, chunks: r, name: 'circular', numStages: p * r, devices };
}
