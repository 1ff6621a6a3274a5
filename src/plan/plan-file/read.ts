import { UserError } from '../../base/index.ts';
import {
  anything,
  choice,
  count,
  integer,
  list,
  object,
  parseJson,
  type ReadBy,
  record,
  text,
} from '../reading/reader.ts';
import { scheduleNames } from '../schedules/schedule.ts';
import { transformerReader } from '../transformer/shape.ts';

const planned = object(
  { kind: choice('espalier plan'), version: choice(1), program: text, mesh: record(count) },
  {
    /** Of the program: by name, the axes that cut each dimension. */
    arguments: list(
      object({ name: text, shape: list(integer({ min: 0 })), axes: list(list(text)) }, { bytesPerDevice: anything }),
    ),
    /** What a training run needs to know to be of this plan. */
    training: object({ model: record(anything), batchSize: count }, {}),
    pipeline: object(
      { schedule: choice(...scheduleNames), microBatches: count, layers: list(count, { min: 1 }) },
      { chunks: count },
    ),
    /** What a server needs to know: layouts by phase, texts at once and the memory of their keys and values on all devices. */
    serving: object(
      {
        model: transformerReader,
        prefill: choice('1d', '2d', 'gathered'),
        decode: choice('1d', '2d'),
        maxBatch: count,
        context: count,
        cacheBytes: count,
        weightBits: choice(8, 16),
      },
      {},
    ),
    /** In words, of a plan made from sizes alone. */
    layout: text,
    predicted: anything,
    inputs: anything,
    /** The program with all its shardings. */
    sdy: text,
  },
);

/** A plan as `espalier plan --output` writes it. */
export type PlanFile = ReadBy<typeof planned>;

/** Reads the text of a plan; `at` names it in errors. Throws `plan/data`, which names the place. */
export function readPlanFile(source: string, at: string): PlanFile {
  const value = parseJson(source, at);
  if ((value as { kind?: unknown } | null)?.kind !== 'espalier plan')
    throw new UserError('plan/data', `${at} is no plan`, {
      advice: 'write one with `espalier plan … --output plan.json`',
    });
  return planned.read(value, at);
}
