import { range } from '../../base/index.ts';
import { co2Tons, energyKWh, priceUsd } from '../carbon/energy.ts';
import { type Cluster, numChips, usableBytes } from '../cluster/cluster.ts';
import { buildSchedule } from '../schedules/build.ts';
import type { ScheduleName } from '../schedules/schedule.ts';
import { runSchedule } from '../simulate/run-schedule.ts';
import { megatronH100 } from '../training/calibrations.ts';
import {
  sensitivities,
  type TrainingPlan,
  type TrainingProblem,
  type TrainingSearch,
} from '../training/search-layouts.ts';
import { type DeviceMemory, stageLayersOf } from '../transformer/memory.ts';
import { numActiveParams, numParams, trainingFlopsPerToken } from '../transformer/shape.ts';
import {
  bottleneckOf,
  type DeviceBar,
  gigabytesText,
  type MemoryTimeline,
  type PlanReport,
  percentText,
  type ReportTable,
  type TimePart,
  timeText,
  whySlower,
} from './report.ts';

/** `data 4 × tensor 4 …`: a layout of training in one line. */
export function layoutLine({ layout: l }: Pick<TrainingPlan, 'layout'>): string {
  const parts = [
    `data ${l.data} × tensor ${l.tensor} × pipeline ${l.pipeline}`,
    ...(l.expert && l.expert > 1 ? [`experts over ${l.expert}`] : []),
    `${l.microBatches} micro-batches of ${l.microBatchSize}`,
    ...(l.pipeline > 1 ? [`${l.schedule}${l.chunks ? ` with ${l.chunks} chunks` : ''}`] : []),
    `ZeRO ${l.zero}`,
    `remat ${l.remat}`,
  ];
  return parts.join(', ');
}

/** Where the time of a step goes; the parts sum to it. */
export const trainingTimeParts = ({ time: t }: Pick<TrainingPlan, 'time'>): TimePart[] =>
  (
    [
      ['products', 'compute', t.computeUs],
      ['elementwise', 'compute', t.elementwiseUs],
      ['tensor collectives', 'communication', t.tensorUs],
      ['expert exchange', 'communication', t.expertUs],
      ['between stages', 'communication', t.transferUs],
      ['bubble', 'bubble', t.bubbleUs],
      ['gradient sums', 'communication', t.gradientUs],
      ['weight gathering', 'communication', t.gatherUs],
      ['update', 'other', t.updateUs],
    ] as const
  )
    .map(([name, kind, us]) => ({ name, kind, us }))
    .filter(({ us }) => us > 0);

const billions = (n: number): string =>
  n >= 1e9 ? `${(n / 1e9).toFixed(2)} billion` : `${(n / 1e6).toFixed(1)} million`;
const whole = (n: number): string => Math.round(n).toLocaleString('en-US');

/** What a run of so many tokens takes; price and CO2 where the cluster has them. */
export interface RunCost {
  readonly hours: number;
  readonly chipHours: number;
  readonly kWh: number | undefined;
  readonly co2Tons: number | undefined;
  readonly usd: number | undefined;
}

export function trainingRunCost(cluster: Cluster, tokens: number, tokensPerSec: number): RunCost {
  const hours = tokens / tokensPerSec / 3600;
  const chips = numChips(cluster);
  const { power, price, grid } = cluster;
  const kWh = power && energyKWh({ chips, hours, wattsPerChip: power.chipWatts, pue: power.pue ?? 1.1 });
  return {
    hours,
    chipHours: chips * hours,
    kWh,
    co2Tons: kWh !== undefined && grid ? co2Tons(kWh, grid.kgPerKWh) : undefined,
    usd: price && priceUsd(chips, hours, price.usdPerChipHour),
  };
}

function runLine({ cluster, model, seqLen }: TrainingProblem, best: TrainingPlan, tokens: number): string {
  const { power } = cluster;
  const run = trainingRunCost(cluster, tokens, best.time.tokensPerSec);
  return [
    `  ${billions(tokens)} tokens: ${(run.hours / 24).toFixed(1)} days`,
    `${whole(run.chipHours)} chip-hours`,
    `${((tokens * trainingFlopsPerToken(model, seqLen)) / 1e21).toPrecision(3)} × 10²¹ operations`,
    ...(power && run.kWh
      ? [`${whole(run.kWh / 1000)} MWh at ${power.chipWatts} W a chip and PUE ${power.pue ?? 1.1}`]
      : []),
    ...(run.co2Tons === undefined ? [] : [`${run.co2Tons.toFixed(0)} t CO2e`]),
    ...(run.usd === undefined
      ? []
      : [`$${whole(run.usd)}, $${(run.usd / (tokens / 1e6)).toPrecision(3)} per million tokens`]),
  ].join(', ');
}

const subjectOf = ({ model, cluster, seqLen, batch }: TrainingProblem): string =>
  `${billions(numParams(model))} parameters (${billions(numActiveParams(model))} active), ${batch} × ${seqLen} tokens a step, on ${numChips(cluster)} × ${cluster.chip.name}`;

/** The report of a search for a training layout; `name` is the model's, `tokens` those of the whole run. */
export function trainingReport(
  p: TrainingProblem,
  { plans, smallest, numTried }: TrainingSearch,
  o: { readonly name: string; readonly tokens?: number },
): PlanReport {
  const limitBytes = p.memoryBytes ?? usableBytes(p.cluster.chip);
  const common = {
    title: `${o.name}, training on ${numChips(p.cluster)} × ${p.cluster.chip.name}`,
    subject: subjectOf(p),
    limitBytes,
  };
  if (plans.length === 0) return { ...common, ...notFitting(p, smallest, numTried, limitBytes) };
  const best = plans[0];
  const { time: t, layout } = best;
  const { peakFlops, matmul } = p.constants;
  const time = trainingTimeParts(best);
  return {
    ...common,
    fits: true,
    verdict: [
      `fits: ${timeText(t.stepUs)} a step, ${whole(t.tokensPerSec)} tokens/s, ${t.modelTflopsPerDevice.toFixed(0)} TFLOP/s a chip`,
      `  ${percentText((t.modelTflopsPerDevice * 1e12) / peakFlops)} of the peak (MFU: attention over all pairs, nothing counted twice), ${percentText((t.computeUs * matmul) / t.stepUs)} with what is computed again (HFU)`,
      `  ${layoutLine(best)}`,
      ...(o.tokens === undefined ? [] : [runLine(p, best, o.tokens)]),
    ],
    time,
    memory: memoryBars(best.memory),
    timeline: memoryTimeline(best),
    tables: [stageTable(p, best), cutTable(p, best)],
    bottleneck: bottleneckOf(time),
    sensitivities: [...sensitivities(p, best)].sort((a, b) => b.speedup - a.speedup),
    alternatives: plans.slice(1, 5).map((other) => ({
      plan: layoutLine(other),
      slower: other.time.stepUs / t.stepUs - 1,
      why: whySlower(time, trainingTimeParts(other)),
    })),
    assumed: [
      `assumed: ${matmul} of the peak for large products, ${megatronH100.elementwiseBytes} bytes moved per token, layer and column (fitted to Megatron-Core on H100${/H100|H200/.test(p.cluster.chip.name) ? '' : ': of other chips this is a guess'}); gradient sums run beside the backward pass of the last micro-batch.`,
      `${layout.tensor > (p.cluster.chipsPerHost ?? numChips(p.cluster)) ? 'Tensor ways reach beyond a host. ' : ''}${p.memoryBytes ? '' : `${percentText(p.cluster.chip.usable ?? 1)} of the memory is counted on: the rest is for the runtime and the allocator. `}Not modelled: other jobs, reading of data, ${p.model.experts ? 'experts that get more tokens than others, ' : ''}products that cutting makes narrow, memory in pieces. ${numTried} layouts tried.`,
    ],
  };
}

function notFitting(
  p: TrainingProblem,
  smallest: TrainingPlan,
  numTried: number,
  limitBytes: number,
): Omit<PlanReport, 'title' | 'subject' | 'limitBytes'> {
  const m = smallest.memory.reduce((a, b) => (b.peakBytes > a.peakBytes ? b : a));
  const gb = gigabytesText;
  return {
    fits: false,
    verdict: [
      `does not fit: the smallest of ${numTried} layouts needs ${gb(smallest.peakBytes)} of ${gb(limitBytes)} a chip (stage ${m.stage})`,
      `  ${layoutLine(smallest)}`,
      `  states ${gb(m.staticBytes)}, activations ${gb(m.activationBytes)}, logits ${gb(m.logitBytes)}, for a moment ${gb(m.transientBytes)}`,
    ],
    time: [],
    memory: memoryBars(smallest.memory),
    tables: [],
    sensitivities: [],
    alternatives: [],
    assumed: [
      `Memory is that of ${p.cluster.chip.name}; 16-bit weights, gradients, master weights and two moments in float32.`,
    ],
  };
}

const memoryBars = (memory: readonly DeviceMemory[]): DeviceBar[] =>
  memory.map((m) => ({
    name: memory.length > 1 ? `stage ${m.stage}` : 'every chip',
    parts: [
      { name: 'weights', bytes: m.weightBytes },
      { name: 'gradients', bytes: m.gradientBytes },
      { name: 'optimizer', bytes: m.optimizerBytes },
      { name: 'activations', bytes: m.activationBytes },
      { name: 'logits', bytes: m.logitBytes },
      { name: 'moment', bytes: m.transientBytes },
    ],
    peakBytes: m.peakBytes,
  }));

/** Stages that are alike are one row. */
function stageTable(p: TrainingProblem, { layout }: TrainingPlan): ReportTable {
  const layers = stageLayersOf(p.model, layout);
  const rows: { from: number; to: number; layers: number }[] = [];
  layers.forEach((n, i) => {
    const last = rows[rows.length - 1];
    if (last && last.layers === n) last.to = i;
    else rows.push({ from: i, to: i, layers: n });
  });
  return {
    title: 'stages',
    header: ['stage', 'layers each', 'chips each', 'one chip has'],
    rows: rows.map((r) => [
      r.from === r.to ? `${r.from}` : `${r.from}–${r.to}`,
      `${r.layers}`,
      `data ${layout.data} × tensor ${layout.tensor}`,
      [
        ...(r.from === 0 ? ['embedding in stage 0'] : []),
        ...(layout.chunks ? [`${layout.chunks} chunks of ${r.layers / layout.chunks} layers`] : []),
        ...(r.to === layers.length - 1 ? [`logits in stage ${r.to}`] : []),
      ].join(', ') || 'layers alone',
    ]),
  };
}

/** What is cut over what, by kinds of arrays. */
function cutTable({ model }: TrainingProblem, { layout: l }: TrainingPlan): ReportTable {
  const data = (level: number): string => (l.data > 1 && (l.zero ?? 0) >= level ? `data ${l.data}` : '');
  const cut = (...ways: readonly string[]): string => ways.filter(Boolean).join(', ') || 'whole';
  const tensor = (dim: string): string => (l.tensor > 1 ? `${dim} over tensor ${l.tensor}` : '');
  const experts = model.experts && l.expert && l.expert > 1 ? `experts over ${l.expert} of the data ways` : '';
  return {
    title: 'shardings',
    header: ['of', 'cut'],
    rows: [
      ['embedding, logits', cut(tensor('vocabulary'), data(3))],
      ['query, key, value, MLP in', cut(tensor('columns'), data(3))],
      ['attention out, MLP out', cut(tensor('rows'), data(3))],
      ...(model.experts ? [['experts', cut(experts, tensor('width'), data(3))]] : []),
      ['norms', cut(data(3))],
      ['gradients, besides', cut(data(2))],
      ['master weights and moments, besides', cut(data(1))],
      [
        'activations',
        cut(
          l.data > 1 ? `batch over data ${l.data}` : '',
          tensor('heads and MLP'),
          l.sequenceParallel ? 'sequence of norms and residuals over tensor' : '',
        ),
      ],
    ],
  };
}

/** Rounds of a schedule that the picture shows. */
const ROUNDS = 4;

/** Memory while a step runs; of a long step its first rounds, which are like all others. */
function memoryTimeline({ layout, memory, time }: TrainingPlan): MemoryTimeline {
  const { pipeline: stages, microBatches = 1, chunks } = layout;
  const shown = Math.min(microBatches, ROUNDS * stages);
  const perMicroBatchUs = (time.stepUs - time.bubbleUs - time.updateUs - time.gradientUs) / microBatches;
  const forwardUs = perMicroBatchUs / 3;
  const times = { forwardUs, inputGradientUs: forwardUs, weightGradientUs: forwardUs };
  const base = (m: DeviceMemory): number => m.peakBytes - m.activationBytes;
  const note = `${shown < microBatches ? `the first ${shown} of ${microBatches} micro-batches` : `${shown} micro-batch${shown === 1 ? '' : 'es'}`}; backward passes are taken to last twice as long as forward ones`;
  if (stages === 1) {
    const [m] = memory;
    // Layer by layer a forward pass adds what it keeps, and the backward pass takes it away.
    const points = range(shown).flatMap((i) => {
      const at = i * perMicroBatchUs;
      return [
        [at, base(m)],
        [at + forwardUs, m.peakBytes],
        [at + perMicroBatchUs, base(m)],
      ] as const;
    });
    return { note, endUs: shown * perMicroBatchUs, devices: [{ name: 'every chip', points }] };
  }
  const run = runSchedule(
    buildSchedule((layout.schedule ?? '1f1b') as ScheduleName, { stages, microBatches: shown, chunks }, times),
    { times },
  );
  const picked = [...new Set([0, 1, Math.floor(stages / 2), stages - 1])];
  return {
    note,
    endUs: run.makespanUs,
    devices: picked.map((stage) => {
      const { memory: track, peakBytes } = run.devices[stage];
      const m = memory[stage];
      let before = base(m);
      const points: [number, number][] = [[0, before]];
      for (const { atUs, bytes } of track) {
        const now = base(m) + (m.activationBytes * bytes) / Math.max(1, peakBytes);
        points.push([atUs, before], [atUs, now]);
        before = now;
      }
      points.push([run.makespanUs, before]);
      return { name: `stage ${stage}`, points };
    }),
  };
}
