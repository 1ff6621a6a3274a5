import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrivals,
  checkpointInterval,
  meanLatencySeconds,
  modelRates,
  replication,
  type Stream,
  searchPlacement,
  servePlacement,
  simulate,
  simulateServing,
  simulateTrainingRun,
  type Work,
} from '../../src/plan/index.ts';

const compute = (device: number): Stream => ({ device, name: 'compute' });
const link = (device: number): Stream => ({ device, name: 'link' });

describe('simulator', () => {
  it('shares a link fairly, and finishes what is left alone at full speed', () => {
    const streams = [link(0), link(1)];
    const found = simulate(streams, [
      { name: 'a', streams: [0], us: 10, link: 'x' },
      { name: 'b', streams: [1], us: 4, link: 'x' },
    ]);
    // Both at half speed until b has its 4; then a has 6 left.
    expect(found.spans.map((s) => s.endUs)).toEqual([14, 8]);
  });

  it('slows computation and transfer that overlap on a device, no others', () => {
    const work: Work[] = [
      { name: 'compute', streams: [0], us: 10 },
      { name: 'send', streams: [1], us: 4, link: 'x' },
      { name: 'elsewhere', streams: [2], us: 10 },
    ];
    const found = simulate([compute(0), link(0), compute(1)], work, { overlapSlowdown: 1.25 });
    expect(found.spans[1].endUs).toBeCloseTo(5, 9);
    expect(found.spans[0].endUs).toBeCloseTo(11, 9);
    expect(found.spans[2].endUs).toBe(10);
  });

  it('starts a collective when all members have come to it', () => {
    const found = simulate(
      [compute(0), compute(1)],
      [
        { name: 'short', streams: [0], us: 1 },
        { name: 'long', streams: [1], us: 7 },
        { name: 'sum', streams: [0, 1], us: 2 },
      ],
    );
    expect(found.spans[2]).toEqual({ startUs: 7, endUs: 9 });
    expect(found.criticalPath).toEqual([1, 2]);
  });

  it('tells collectives that two devices have in different orders', () => {
    const work: Work[] = [
      { name: 'first', streams: [0], us: 1, after: [1] },
      { name: 'second', streams: [0], us: 1 },
    ];
    expect(() => simulate([compute(0)], work)).toThrow(/nothing can go on.*device 0 compute at first/);
  });

  it('keeps every dependency and order, loses no work and no bytes', () => {
    const graph = fc.array(
      fc.record({
        stream: fc.integer({ min: 0, max: 3 }),
        us: fc.integer({ min: 0, max: 9 }),
        back: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(graph, (list) => {
        const work = list.map(
          (w, i): Work => ({
            name: `${i}`,
            streams: [w.stream],
            us: w.us,
            after: [...new Set(w.back.map((b) => i - b).filter((a) => a >= 0))],
            allocates: [{ device: w.stream, bytes: i + 1 }],
            frees: [{ device: w.stream, bytes: i + 1 }],
          }),
        );
        const found = simulate([0, 1, 2, 3].map(compute), work);
        const isDoneBefore = (a: number, b: number): void =>
          expect(found.spans[a].endUs).toBeLessThanOrEqual(found.spans[b].startUs);
        work.forEach((w, i) => {
          for (const a of w.after!) isDoneBefore(a, i);
          const next = work.findIndex((v, k) => k > i && v.streams[0] === w.streams[0]);
          if (next >= 0) isDoneBefore(i, next);
        });
        expect(found.busyUs.reduce((a, b) => a + b, 0)).toBeCloseTo(
          list.reduce((n, w) => n + w.us, 0),
          9,
        );
        for (const d of found.devices) expect(d.memory[d.memory.length - 1].bytes).toBe(0);
        expect(simulate([0, 1, 2, 3].map(compute), work)).toEqual(found);
      }),
      { numRuns: 60 },
    );
  });
});

describe('training runs', () => {
  const run = {
    steps: 2000,
    stepSeconds: 10,
    chips: 1024,
    mtbfChipHours: 5_000,
    checkpointEvery: 50,
    checkpointSeconds: 5,
    detectSeconds: 30,
    restartSeconds: 120,
  };

  it('take their steps and checkpoints where nothing fails, more where something does, the same for a seed', () => {
    const calm = simulateTrainingRun({ ...run, mtbfChipHours: 1e12 });
    expect(calm.seconds).toBe(2000 * 10 + 40 * 5);
    expect(calm.failures).toBe(0);
    const found = simulateTrainingRun({ ...run, seed: 3 });
    expect(found.failures).toBeGreaterThan(0);
    expect(found.seconds).toBeCloseTo(
      calm.seconds + found.lostSeconds + (found.checkpointSeconds - calm.checkpointSeconds),
      3,
    );
    expect(simulateTrainingRun({ ...run, seed: 3 })).toEqual(found);
    expect(simulateTrainingRun({ ...run, seed: 4 }).seconds).not.toBe(found.seconds);
  });

  it('wait for the slowest of many workers', () => {
    const of = (workers: number): number =>
      simulateTrainingRun({ ...run, mtbfChipHours: 1e12, stragglerSigma: 0.05, workers }).waitingSeconds;
    expect(of(64)).toBeGreaterThan(of(1) + 1000);
  });

  it('say when failures leave no time to go on', () => {
    expect(() => simulateTrainingRun({ ...run, mtbfChipHours: 1 })).toThrow('Write checkpoints more often');
    const { mtbfSeconds, intervalSeconds } = checkpointInterval(150_000, 8760, 5);
    expect(mtbfSeconds).toBeCloseTo(210, 0);
    expect(intervalSeconds).toBeCloseTo(Math.sqrt(2 * 5 * mtbfSeconds), 9);
  });
});

describe('serving', () => {
  it('queues as M/D/1 says', () => {
    const workload = arrivals([5], 1, 20_000, 2);
    const found = simulateServing([{ stageSeconds: new Map([[0, [0.1]]]) }], workload, 1);
    expect(Math.abs(found.meanSeconds / meanLatencySeconds(5, 0.1) - 1)).toBeLessThan(0.02);
  });

  it('is what the simulator of events computes', () => {
    const workload = arrivals([3, 2], 2, 20, 7);
    const stages = [
      [0.1, 0.15],
      [0.2, 0.05],
    ];
    const work = workload.flatMap(({ model, atSeconds }, i): Work[] => [
      { name: 'first', streams: [0], us: stages[model][0], notBeforeUs: atSeconds },
      { name: 'second', streams: [1], us: stages[model][1], after: [2 * i] },
    ]);
    const events = simulate([compute(0), compute(0)], work);
    const found = simulateServing([{ stageSeconds: new Map(stages.map((s, m) => [m, s])) }], workload, 2);
    expect(found.latencies.length).toBe(workload.length);
    found.latencies.forEach((l, i) => {
      expect(l).toBeCloseTo(events.spans[2 * i + 1].endUs - workload[i].atSeconds, 9);
    });
  });

  it('shares groups among models at least as well as copies, and turns away what would be late', () => {
    const stageSeconds = ({ pipeline, tensor }: { pipeline: number; tensor: number }) =>
      tensor > 1 ? undefined : Array.from({ length: pipeline }, () => 0.1 / pipeline);
    const problem = {
      models: Array.from({ length: 4 }, () => ({ weightGB: 5, stageSeconds })),
      devices: 4,
      memoryGB: 6,
      workload: arrivals(modelRates(12, 4, 0.5), 3, 40, 1),
      deadlineSeconds: () => 0.5,
    };
    const [copies, groups] = [replication(problem), searchPlacement(problem)];
    expect(groups.result.goodput).toBeGreaterThanOrEqual(copies.result.goodput);
    expect(Math.max(...groups.result.latencies)).toBeLessThanOrEqual(0.5);
    expect(servePlacement(problem, groups)).toEqual(groups.result);
    expect(() => searchPlacement({ ...problem, memoryGB: 1 })).toThrow('no model fits');
  });
});
