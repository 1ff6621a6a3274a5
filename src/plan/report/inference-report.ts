import { co2Tons, priceUsd } from '../carbon/energy.ts';
import { type Cluster, usableBytes } from '../cluster/cluster.ts';
import { layoutText, type PhasePlan } from '../inference/inference.ts';
import { kvBytesPerToken } from '../transformer/memory.ts';
import { numParams, type TransformerShape } from '../transformer/shape.ts';
import {
  bottleneckOf,
  gigabytesText,
  type PlanReport,
  percentText,
  type ReportTable,
  type TimePart,
  timeText,
  whySlower,
} from './report.ts';

/** Plans of prefill and decode that no other beats in both latency and chips per token. */
export interface InferenceFrontiers {
  readonly prefill: readonly PhasePlan[];
  readonly decode: readonly PhasePlan[];
}

/** What a token costs where a cluster has power, electricity and price. */
function tokenCosts({
  power,
  price,
  grid,
}: Cluster): readonly (readonly [title: string, of: (p: PhasePlan) => number])[] {
  // A chip that waits for memory draws what it draws on average: there is one number per chip.
  const joules = (p: PhasePlan): number => p.chipSecondsPerToken * (power?.chipWatts ?? 0) * (power?.pue ?? 1.1);
  return [
    ...(power ? [['J per token', joules] as const] : []),
    ...(power && grid
      ? [
          [
            'g CO2e per million tokens',
            (p: PhasePlan) => co2Tons((joules(p) * 1e6) / 3.6e6, grid.kgPerKWh) * 1e6,
          ] as const,
        ]
      : []),
    ...(price
      ? [['$ per million tokens', (p: PhasePlan) => usdPerMillionTokens(p, price.usdPerChipHour)] as const]
      : []),
  ];
}

export const usdPerMillionTokens = (p: PhasePlan, usdPerChipHour: number): number =>
  priceUsd(1e6 * p.chipSecondsPerToken, 1 / 3600, usdPerChipHour);

/** Where the time of one pass goes: of computing and reading memory, which run together, what the longer one adds is its own. */
export const passTimeParts = (p: PhasePlan): TimePart[] =>
  (
    [
      ['products', 'compute', p.computeUs],
      ['reading of memory beyond', 'compute', Math.max(0, p.memoryUs - p.computeUs)],
      ['links', 'communication', p.trafficUs],
      ['overhead of layers', 'other', p.overheadUs],
    ] as const
  )
    .map(([name, kind, us]) => ({ name, kind, us }))
    .filter(({ us }) => us > 0);

export const passLine = (p: PhasePlan): string =>
  `${p.chips} chips, ${layoutText(p.layout)}, cache by ${p.cut}, batch ${p.batch}`;

/** The report of inference: both frontiers, and of the decode plan that uses chips best where its time and memory go. */
export function inferenceReport(
  model: TransformerShape,
  cluster: Cluster,
  { prefill, decode }: InferenceFrontiers,
  o: { readonly name: string; readonly weightBytes: 1 | 2 },
): PlanReport {
  const costs = tokenCosts(cluster);
  const table = (title: string, plans: readonly PhasePlan[]): ReportTable => ({
    title,
    header: [
      ...['chips', 'batch', 'weights', 'cache by', 'latency', 'computation', 'memory', 'links', 'utilization'],
      'chip-seconds per 1,000 tokens',
      'a chip holds',
      ...costs.map(([name]) => name),
    ],
    rows: plans.map((p) => [
      `${p.chips}`,
      `${p.batch}`,
      layoutText(p.layout),
      p.cut,
      ...[p.latencyUs, p.computeUs, p.memoryUs, p.trafficUs].map(timeText),
      percentText(p.utilization),
      (1000 * p.chipSecondsPerToken).toPrecision(3),
      gigabytesText(p.bytesPerChip),
      ...costs.map(([, of]) => of(p).toPrecision(3)),
    ]),
  });
  const [best, ...others] = [...decode].reverse();
  const time = passTimeParts(best);
  const weights = (numParams(model) * o.weightBytes) / best.chips;
  return {
    title: `${o.name}, inference on ${cluster.name}`,
    subject: `${(numParams(model) / 1e9).toFixed(2)} billion parameters on ${cluster.chip.name}, ${Math.round(kvBytesPerToken(model) / 1024)} KiB of cache per token`,
    fits: true,
    verdict: [
      `fits: a token of ${best.batch} sequences takes at least ${timeText(best.latencyUs)}, ${Math.round((best.batch * 1e6) / best.latencyUs).toLocaleString('en-US')} tokens/s at most`,
      `  ${passLine(best)}: the fewest chips per token while decoding`,
    ],
    time,
    memory: [
      {
        name: 'every chip',
        parts: [
          { name: 'weights', bytes: weights },
          { name: 'cache', bytes: best.bytesPerChip - weights },
        ],
        peakBytes: best.bytesPerChip,
      },
    ],
    limitBytes: usableBytes(cluster.chip),
    tables: [
      table('prefill, no other in both latency and chips per token better', prefill),
      table('decode, of one token', decode),
    ],
    bottleneck: bottleneckOf(time),
    sensitivities: sensitivitiesOf(best),
    alternatives: others.slice(0, 4).map((p) => ({
      plan: passLine(p),
      slower: p.chipSecondsPerToken / best.chipSecondsPerToken - 1,
      why: `more chip-seconds per token for ${timeText(best.latencyUs - p.latencyUs)} less a token; per token of all sequences, ${whySlower(perToken(best), perToken(p))}`,
    })),
    assumed: [
      'Bounds: large prefills reach them within some tenths; decoding at small batches takes two to four times as long.',
    ],
  };
}

const perToken = (p: PhasePlan): TimePart[] => passTimeParts(p).map((t) => ({ ...t, us: t.us / p.batch }));

/** How much faster a pass would be where one thing is twice as fast. */
function sensitivitiesOf(p: PhasePlan): PlanReport['sensitivities'] {
  const of = (compute: number, memory: number, links: number): number =>
    p.latencyUs / (Math.max(p.computeUs / compute, p.memoryUs / memory) + p.trafficUs / links + p.overheadUs);
  return [
    { change: 'twice the peak', speedup: of(2, 1, 1) },
    { change: 'twice the memory bandwidth', speedup: of(1, 2, 1) },
    { change: 'twice the bandwidth of the links', speedup: of(1, 1, 2) },
  ].sort((a, b) => b.speedup - a.speedup);
}
