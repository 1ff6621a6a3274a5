import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  buildSchedule,
  idleUs,
  inFlightOfStage,
  makespanUs,
  type PassTimes,
  runSchedule,
  type Schedule,
  type ScheduleName,
  scheduleNames,
  simulationTrace,
} from '../../src/plan/index.ts';

const unit: PassTimes = { forwardUs: 1, inputGradientUs: 1, weightGradientUs: 1 };
/** Times that binary fractions hold exactly, so that sums can be compared to the tick. */
const times = fc.record({
  forwardUs: fc.integer({ min: 1, max: 8 }),
  inputGradientUs: fc.integer({ min: 1, max: 8 }),
  weightGradientUs: fc.integer({ min: 1, max: 8 }),
});
const run = (
  name: ScheduleName,
  sizes: { stages: number; microBatches: number; chunks?: number },
  t: PassTimes = unit,
) => runSchedule(buildSchedule(name, sizes, t), { times: t });

describe('schedules run as their closed forms say, to the tick', () => {
  test.each(['gpipe', '1f1b'] as const)('%s', (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }), times, (stages, microBatches, t) => {
        const found = run(name, { stages, microBatches }, t);
        expect(found.makespanUs).toBe(makespanUs(name, { stages, microBatches }, t));
        found.inFlight.forEach((n, s) => {
          expect(n).toBe(inFlightOfStage(name, { stages, microBatches }, s));
        });
      }),
      { numRuns: 40 },
    );
  });

  test.each(['interleaved', 'circular'] as const)('%s', (name) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(2, 4),
        (stages, rounds, chunks) => {
          const sizes = { stages, microBatches: stages * rounds, chunks };
          const found = run(name, sizes);
          expect(found.makespanUs).toBeCloseTo(makespanUs(name, sizes, unit)!, 9);
          expect(found.inFlight[0]).toBeCloseTo(inFlightOfStage(name, sizes, 0) * chunks, 9);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('zero-bubble schedules idle as long as their authors say', () => {
    for (const [stages, microBatches] of [
      [4, 8],
      [6, 18],
      [8, 24],
    ]) {
      for (const name of ['zb-h1', 'zb-h2'] as const) {
        const found = run(name, { stages, microBatches });
        expect(found.idleUs).toBe(idleUs(name, { stages, microBatches }, unit));
        expect(Math.max(...found.inFlight)).toBe(inFlightOfStage(name, { stages, microBatches }, 0));
      }
    }
  });

  it('DualPipe and its fold idle as long as their formula says', () => {
    for (const stages of [2, 4, 8])
      for (const microBatches of [2 * stages, 4 * stages]) {
        const t = { ...unit, overlappedUs: 3 };
        const found = run('dualpipe', { stages, microBatches }, t);
        expect(found.idleUs).toBe(idleUs('dualpipe', { stages, microBatches }, t));
        expect(Math.max(...found.inFlight)).toBe(stages + 1);
        const folded = run('dualpipe-v', { stages, microBatches }, t);
        expect(folded.idleUs).toBe(idleUs('dualpipe-v', { stages, microBatches }, t));
      }
  });
});

test('every schedule runs each pass of each micro-batch through each stage once', () => {
  for (const name of scheduleNames) {
    const s = buildSchedule(name, { stages: 4, microBatches: 8, chunks: 2 }, unit);
    const copies = name === 'dualpipe' ? 2 : 1;
    const all = s.devices.flat(2);
    expect(all.filter((t) => t.kind === 'F').length, name).toBe(s.numStages * (8 / copies) * copies);
    expect(all.filter((t) => t.kind === 'B' || t.kind === 'I').length, name).toBe(s.numStages * 8);
    expect(all.filter((t) => t.kind === 'W').length, name).toBe(all.filter((t) => t.kind === 'I').length);
    const busy = runSchedule(s, { times: unit });
    // Nothing is lost: all devices together work as long as all passes take.
    const total = busy.busyUs.slice(0, 4).reduce((a, b) => a + b, 0);
    expect(total, name).toBeCloseTo(4 * 8 * 3, 9);
  }
});

test('the schedule that V-shapes promise is not reached, and never beaten', () => {
  const found = run('zb-v', { stages: 4, microBatches: 16 });
  expect(found.idleUs).toBeLessThan(makespanUs('1f1b', { stages: 4, microBatches: 16 }, unit)! - 48);
});

test('transfers, stragglers and uneven stages only lengthen a schedule', () => {
  const s = buildSchedule('1f1b', { stages: 4, microBatches: 8 }, unit);
  const plain = runSchedule(s, { times: unit }).makespanUs;
  expect(runSchedule(s, { times: unit, transferUs: 0.25 }).makespanUs).toBeGreaterThan(plain);
  expect(runSchedule(s, { times: unit, deviceFactors: [1, 1.5, 1, 1] }).makespanUs).toBeGreaterThan(plain);
  expect(runSchedule(s, { times: unit, stageFactors: [1, 1, 1, 2] }).makespanUs).toBe(8 * 6 + 3 * 3);
});

test('orders that cannot be run are told', () => {
  const s = buildSchedule('1f1b', { stages: 2, microBatches: 2 }, unit);
  const changed = (devices: Schedule['devices']): Schedule => ({ ...s, devices });
  expect(() => runSchedule(changed([s.devices[0], s.devices[1].slice(1)]), { times: unit })).toThrow(
    'nothing in the schedule gives',
  );
  expect(() => runSchedule(changed([[...s.devices[0], s.devices[0][0]], s.devices[1]]), { times: unit })).toThrow(
    'twice',
  );
  expect(() => runSchedule(changed([[...s.devices[0]].reverse(), s.devices[1]]), { times: unit })).toThrow(
    'nothing can go on',
  );
  expect(() => buildSchedule('interleaved', { stages: 4, microBatches: 6 }, unit)).toThrow('a multiple of 4');
  expect(() => buildSchedule('dualpipe', { stages: 3, microBatches: 6 }, unit)).toThrow('an even number of stages');
  expect(() => buildSchedule('gpipe', { stages: 0, microBatches: 6 }, unit)).toThrow('positive integers');
});

test('a simulation is written as a Chrome trace', () => {
  const found = run('1f1b', { stages: 2, microBatches: 2 });
  const { traceEvents } = simulationTrace(found.streams, found.work, found) as {
    traceEvents: { ph: string; ts?: number; dur?: number }[];
  };
  const spans = traceEvents.filter((e) => e.ph === 'X');
  expect(spans.length).toBe(8);
  expect(Math.max(...spans.map((e) => e.ts! + e.dur!))).toBe(found.makespanUs);
});
