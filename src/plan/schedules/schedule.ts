import { UserError } from '../../base/index.ts';

/*
 * A pipeline schedule as data: what every device does, in order. Stages are counted along the model; with chunks a device has several.
 * F is a forward pass of one micro-batch through one stage; B its whole backward pass, or I (gradients of inputs) and W (of weights)
 * apart.
 */

export type TaskKind = 'F' | 'B' | 'I' | 'W';

/** One pass of one micro-batch through one stage. */
export interface StageTask {
  readonly kind: TaskKind;
  readonly stage: number;
  readonly microBatch: number;
  /** Of schedules that run the model from both ends: which copy. */
  readonly copy: 0 | 1;
}

/** What a device does next: one task, or a forward and a backward that overlap each other's communication. */
export type Step = readonly [StageTask] | readonly [StageTask, StageTask];

export const scheduleNames = [
  'gpipe',
  '1f1b',
  'interleaved',
  'circular',
  'zb-h1',
  'zb-h2',
  'zb-v',
  'dualpipe',
  'dualpipe-v',
] as const;
export type ScheduleName = (typeof scheduleNames)[number];

export interface ScheduleSizes {
  /** Devices along the pipeline. */
  readonly stages: number;
  readonly microBatches: number;
  /** Stages per device: of interleaved and circular schedules. */
  readonly chunks?: number;
}

export interface Schedule extends ScheduleSizes {
  readonly name: ScheduleName;
  /** Stages of the model, of all devices. */
  readonly numStages: number;
  readonly devices: readonly (readonly Step[])[];
}

/** Times of one micro-batch in all stages of one device together. */
export interface PassTimes {
  readonly forwardUs: number;
  readonly inputGradientUs: number;
  readonly weightGradientUs: number;
  /** A forward and a whole backward pass that overlap; their sum if absent. */
  readonly overlappedUs?: number;
}

export const backwardUs = (t: PassTimes): number => t.inputGradientUs + t.weightGradientUs;

export const task = (kind: TaskKind, stage: number, microBatch: number, copy: 0 | 1 = 0): StageTask => ({
  kind,
  stage,
  microBatch,
  copy,
});

export const cannot = (summary: string, expected: string, given: string): UserError =>
  new UserError('plan/schedule', summary, { expected, given });
