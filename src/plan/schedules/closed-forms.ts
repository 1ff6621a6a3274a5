import { backwardUs, type PassTimes, type ScheduleName, type ScheduleSizes } from './schedule.ts';

/*
 * What the papers say of their schedules, for equal stages and free communication. Times are those of one micro-batch in all stages of
 * one device.
 */

/** Time from the first pass to the end of the last; undefined where only the spans of devices are known. */
export function makespanUs(
  name: ScheduleName,
  { stages: p, microBatches: m, chunks = name === 'interleaved' || name === 'circular' ? 2 : 1 }: ScheduleSizes,
  t: PassTimes,
): number | undefined {
  const both = t.forwardUs + backwardUs(t);
  switch (name) {
    case 'gpipe':
    case '1f1b':
      return (m + p - 1) * both;
    case 'interleaved':
      return m * both + ((p - 1) * both) / chunks;
    case 'circular':
      return ((m * chunks + p - 1) * both) / chunks;
    default:
      return undefined;
  }
}

/** Idle time of the device that idles most, between its first and its last pass. */
export function idleUs(name: ScheduleName, sizes: ScheduleSizes, t: PassTimes): number | undefined {
  const { stages: p, microBatches: m } = sizes;
  const { forwardUs: f, inputGradientUs: i, weightGradientUs: w } = t;
  const both = f + backwardUs(t);
  switch (name) {
    case 'zb-h1':
      return (p - 1) * (f + i - w);
    case 'zb-h2':
      return (p - 1) * (f + i - 2 * w);
    case 'zb-v':
      return undefined;
    case 'dualpipe-v':
      return ((p - 1) * ((t.overlappedUs ?? both) + backwardUs(t) - 3 * w)) / 2;
    case 'dualpipe':
      return (p / 2 - 1) * ((t.overlappedUs ?? both) + backwardUs(t) - 3 * w);
    default: {
      const all = makespanUs(name, sizes, t);
      return all === undefined ? undefined : all - m * both;
    }
  }
}

/** Share of the time that a device idles. */
export function bubbleShare(name: ScheduleName, sizes: ScheduleSizes, t: PassTimes): number | undefined {
  const idle = idleUs(name, sizes, t);
  const busy = sizes.microBatches * (t.forwardUs + backwardUs(t));
  return idle === undefined ? undefined : idle / (idle + busy);
}

/**
 * Activations of micro-batches that a stage's device holds at most, in units of what all its layers keep of one micro-batch.
 * The stages are those of a row of devices.
 */
export function inFlightOfStage(
  name: ScheduleName,
  { stages: p, microBatches: m, chunks = 2 }: ScheduleSizes,
  stage: number,
): number {
  switch (name) {
    case 'gpipe':
    case 'circular':
      return m;
    case '1f1b':
    case 'zb-h1':
      return Math.min(m, name === 'zb-h1' ? p : p - stage);
    case 'zb-h2':
      return Math.min(m, 2 * p - 1);
    case 'zb-v':
      return Math.min(m, p);
    case 'interleaved':
      return Math.min(m * chunks, 2 * (p - stage - 1) + (chunks - 1) * p + 1) / chunks;
    case 'dualpipe':
      return Math.min(m, p + 1);
    case 'dualpipe-v':
      return Math.min(m, p + 1 / 2);
  }
}

/** Copies of the weights that a schedule needs, and how often a micro-batch's activations cross between devices, against 1F1B. */
export const scheduleCosts: Readonly<
  Record<ScheduleName, { readonly weights: number; transfers(chunks: number): number }>
> = {
  gpipe: { weights: 1, transfers: () => 1 },
  '1f1b': { weights: 1, transfers: () => 1 },
  interleaved: { weights: 1, transfers: (v) => v },
  circular: { weights: 1, transfers: (r) => r },
  'zb-h1': { weights: 1, transfers: () => 1 },
  'zb-h2': { weights: 1, transfers: () => 1 },
  'zb-v': { weights: 1, transfers: () => 2 },
  dualpipe: { weights: 2, transfers: () => 1 },
  'dualpipe-v': { weights: 1, transfers: () => 2 },
};

/** Of the family of V-shaped schedules, as its authors state for F = I = W: parts of 1F1B's activations and of its bubble. Not confirmed here. */
export const veeFamily = {
  'zb-v': { activations: 1, bubble: 0 },
  'v-half': { activations: 1 / 2, bubble: 1 / 2 },
  'v-min': { activations: 1 / 3, bubble: 2 / 3 },
} as const;
