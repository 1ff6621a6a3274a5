import { formatBytes, textTable, UserError } from '../../base/index.ts';
import { transformerPresets } from '../../nn/index.ts';
import {
  bottleneckOf,
  type Cluster,
  type Outcome,
  type PlanFile,
  type PlannedInputs,
  type PlanReport,
  timeText,
  whySlower,
} from '../../plan/index.ts';
import { createEngine } from '../../runtime/index.ts';
import { compareSchedules, type ScheduleComparison, type ScheduleEstimate } from '../../train/index.ts';
import {
  answer,
  configOf,
  inputsOf,
  memoryLimitOf,
  type PlanChoice,
  percent,
  print,
  requireLimits,
  secondsText,
  usdOf,
  writePlan,
} from './choices.ts';

/** Chooses the schedule of a training step in stages, prints what it costs, and writes what is asked for. */
export async function planStages(o: PlanChoice): Promise<void> {
  if (o.preset === undefined)
    throw new UserError('cli/plan', 'a mesh with stages is for training steps of ours', {
      expected: `--preset, one of ${Object.keys(transformerPresets).join(', ')}`,
    });
  if (o.emit !== undefined || o.export === 'shardy')
    throw new UserError('cli/plan', 'a plan in stages is many programs, not one with shardings', {
      advice: 'use --output, or --export jax',
    });
  const inputs = inputsOf(o);
  const { cluster } = inputs;
  const found = search(o, inputs);
  const best = found.estimates[0];
  requireLimits(o, cluster, best.stepUs);
  print(o, `${stagesText(o, cluster, found)}\n`);
  const outcome = (e: ScheduleEstimate, i: PlannedInputs): Outcome => ({
    stepUs: e.stepUs,
    work: i.batch! * i.seqLen!,
    peakBytes: e.peakBytes,
    usd: usdOf(o, i.cluster, e.stepUs),
    plan: layoutText(e),
  });
  await answer(
    o,
    () => stagesReport(o, cluster, found),
    inputs,
    outcome(best, inputs),
    async (i) => outcome(search(o, i).estimates[0], i),
  );
  writePlan(planFileOf(o, cluster, best), o);
}

/** Every schedule on the devices of the mesh. Throws `cli/plan` where none fits. */
function search(o: PlanChoice, { cluster, batch, seqLen }: PlannedInputs): ScheduleComparison {
  const mesh = o.mesh!;
  const limit = memoryLimitOf(o, cluster);
  const engine = createEngine('reference', { maxDevices: mesh.size });
  const { microBatches, chunks, stageLayers: layers } = o;
  const run = {
    config: configOf(o, seqLen),
    mesh,
    engine,
    batchSize: batch!,
    pipeline: { microBatches, chunks, layers },
  };
  const found = compareSchedules(run, cluster, limit, o.schedule && [o.schedule]);
  const [best] = found.estimates;
  if (!best || best.peakBytes > limit)
    throw new UserError('cli/plan', best ? 'no schedule fits in memory' : 'no schedule fits these sizes', {
      expected: best ? `at most ${formatBytes(limit)} per device` : undefined,
      given: best
        ? `${formatBytes(best.peakBytes)} with ${best.layout.schedule.name}`
        : impossibleLines(found).join('; '),
      advice: best ? 'choose more stages, more micro-batches or --remat' : undefined,
    });
  return found;
}

/** Why schedules cannot be, those of one reason together. */
function impossibleLines({ impossible }: ScheduleComparison): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reason } of impossible) names.set(reason, [...(names.get(reason) ?? []), name]);
  return [...names].map(([reason, own]) => `${own.join(', ')} cannot be: ${reason}`);
}

const layoutText = ({ layout: { schedule, stages } }: ScheduleEstimate): string =>
  `${schedule.name}, ${schedule.microBatches} micro-batches, ${stages.map((s) => `layers ${s.from}–${s.to - 1}`).join(' | ')}`;

function stagesText(o: PlanChoice, cluster: Cluster, found: ScheduleComparison): string {
  const limit = memoryLimitOf(o, cluster);
  const [best] = found.estimates;
  const { schedule, stages } = best.layout;
  return [
    `program      training step of ${o.preset}, ${schedule.microBatches} micro-batches of ${o.batchSize / schedule.microBatches}`,
    `mesh         ${o.mesh} on ${cluster.name}; inside a stage, the usual rules say what is cut`,
    `schedule     ${schedule.name}: ${secondsText(best.stepUs / 1e6)} predicted for all passes, ${percent(best.bubble)} of it waiting`,
    `stages       ${stages.map((s) => `layers ${s.from}–${s.to - 1}`).join(' | ')}`,
    `memory       ${formatBytes(best.peakBytes)} on the device that needs most, of ${formatBytes(limit)}`,
    '',
    textTable(
      ['schedule', 'stages', 'step', 'waiting', 'memory', ''],
      found.estimates.map((e) => [
        e.layout.schedule.name,
        String(e.layout.schedule.numStages),
        secondsText(e.stepUs / 1e6),
        percent(e.bubble),
        formatBytes(e.peakBytes),
        e === best ? 'chosen' : e.peakBytes > limit ? 'does not fit' : `${percent(e.stepUs / best.stepUs - 1)} slower`,
      ]),
    ),
    ...impossibleLines(found),
  ].join('\n');
}

function stagesReport(o: PlanChoice, cluster: Cluster, { estimates, impossible }: ScheduleComparison): PlanReport {
  const [best, ...others] = estimates;
  const limitBytes = memoryLimitOf(o, cluster);
  const { schedule, stages } = best.layout;
  return {
    title: `training step of ${o.preset} in stages`,
    subject: `${schedule.microBatches} micro-batches of ${o.batchSize / schedule.microBatches} on ${o.mesh}, ${cluster.name}`,
    fits: true,
    verdict: [
      `fits: ${timeText(best.stepUs)} for all passes of a step`,
      `  ${schedule.name}; ${percent(best.bubble)} of the time of the device set that idles most is waiting`,
    ],
    time: best.time,
    memory: best.devices,
    limitBytes,
    timeline: best.timeline,
    tables: [
      {
        title: 'stages',
        header: ['stage', 'layers', 'inside'],
        rows: stages.map((s, i) => [`${i}`, `${s.from}–${s.to - 1}`, 'the usual rules say what is cut']),
      },
      ...(impossible.length > 0
        ? [
            {
              title: 'schedules that cannot be',
              header: ['schedule', 'why'],
              rows: impossible.map((i) => [i.name, i.reason]),
            },
          ]
        : []),
    ],
    bottleneck: bottleneckOf(best.time),
    sensitivities: [],
    alternatives: others.map((e) => ({
      plan: layoutText(e),
      slower: e.stepUs / best.stepUs - 1,
      why: e.peakBytes > limitBytes ? `does not fit: ${formatBytes(e.peakBytes)}` : whySlower(best.time, e.time),
    })),
    assumed: [
      'assumed: kernels take the longer of their operations and their bytes at the rates of the chip; the time is that of the device set that works longest, and its parts sum to the step.',
      'Not counted: the update of the weights, sums of gradients of tables that stages share, memory in pieces.',
    ],
  };
}

function planFileOf(o: PlanChoice, cluster: Cluster, best: ScheduleEstimate): PlanFile {
  const { schedule, stages } = best.layout;
  return {
    ...{ kind: 'espalier plan', version: 1, program: `training step of ${o.preset}`, mesh: o.mesh!.axes },
    training: { model: { ...configOf(o) }, batchSize: o.batchSize },
    pipeline: {
      schedule: schedule.name,
      microBatches: schedule.microBatches,
      ...(schedule.chunks === undefined || !takesChunks.has(schedule.name) ? {} : { chunks: schedule.chunks }),
      layers: stages.map((s) => s.to - s.from),
    },
    predicted: {
      passesS: best.stepUs / 1e6,
      parts: best.time,
      bubble: best.bubble,
      peakBytesPerDevice: best.peakBytes,
    },
    inputs: { cluster, memoryBytesPerDevice: memoryLimitOf(o, cluster) },
  };
}
const takesChunks: ReadonlySet<string> = new Set(['interleaved', 'circular']);
