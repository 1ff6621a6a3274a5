import {
  buildSchedule,
  choice,
  count,
  makespanUs,
  notNegative,
  object,
  positive,
  type ReadBy,
  runSchedule,
  scheduleNames,
} from '../../../../src/plan/index.ts';
import type { RowKind } from '../../row.ts';

const sizes = { schedule: choice(...scheduleNames), stages: count, microBatches: count };
const inputs = object(sizes, {
  chunks: count,
  forward: positive,
  inputGradient: notNegative,
  weightGradient: notNegative,
  overlapped: positive,
  reference: object(sizes, { chunks: count, seconds: positive }),
});

export const schedules: RowKind<ReadBy<typeof inputs>> = {
  name: 'schedules',
  about: 'pipeline schedules, their order lists run by the simulator; times in units of the row, 1 each if absent',
  inputs,
  quantities: {
    makespan: 'from the first pass to the end of the last',
    idle: 'of the device that idles most, between its first and last pass',
    inFlight: 'micro-batches of stages that the fullest device holds',
    speedup: "how much faster than the reference, micro-batch for micro-batch's worth of work",
    seconds: "the reference's seconds, scaled by the closed forms",
  },
  evaluate({
    schedule,
    stages,
    microBatches,
    chunks,
    forward = 1,
    inputGradient = 1,
    weightGradient = 1,
    overlapped,
    reference,
  }) {
    const times = {
      forwardUs: forward,
      inputGradientUs: inputGradient,
      weightGradientUs: weightGradient,
      overlappedUs: overlapped,
    };
    const own = { stages, microBatches, chunks };
    const ran = runSchedule(buildSchedule(schedule, own, times), { times });
    const scaled = reference && [makespanUs(schedule, own, times), makespanUs(reference.schedule, reference, times)];
    const ratio = scaled?.[0] !== undefined && scaled[1] !== undefined ? scaled[0] / scaled[1] : undefined;
    return {
      makespan: ran.makespanUs,
      idle: ran.idleUs,
      inFlight: Math.max(...ran.inFlight),
      ...(reference && ratio ? { speedup: microBatches / reference.microBatches / ratio } : {}),
      ...(reference?.seconds && ratio ? { seconds: reference.seconds * ratio } : {}),
    };
  },
};
