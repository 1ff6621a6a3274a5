import { type Command, InvalidArgumentError } from 'commander';
import { textTable, UserError } from '../../base/index.ts';
import {
  type Cluster,
  co2Tons,
  constantsOf,
  energyKWh,
  inferenceFrontier,
  kvBytesPerToken,
  layoutText,
  megatronH100,
  numActiveParams,
  numChips,
  numParams,
  type PhasePlan,
  priceUsd,
  searchTrainingLayouts,
  sensitivities,
  type TrainingPlan,
  type TrainingProblem,
  type TransformerShape,
  trainingFlopsPerToken,
  usableBytes,
} from '../../plan/index.ts';
import { byteSize, positiveInteger, positiveNumber } from '../options.ts';
import { plannedModel } from '../planned-model.ts';
import { openCluster } from './cluster.ts';

interface TrainOptions {
  readonly model: string;
  readonly cluster: string;
  readonly batch: number;
  readonly seqLen: number;
  readonly maxHbm?: number;
  readonly tokens?: number;
  readonly tensor?: number;
  readonly pipeline?: number;
  readonly usdPerChipHour?: number;
  readonly kgPerKwh?: number;
  readonly json?: boolean;
}

interface ServeOptions {
  readonly model: string;
  readonly cluster: string;
  readonly chips?: readonly number[];
  readonly batches: readonly number[];
  readonly prompt: number;
  readonly context: number;
  readonly int8?: boolean;
  readonly usdPerChipHour?: number;
  readonly kgPerKwh?: number;
  readonly json?: boolean;
}

const integers = (text: string): number[] => {
  const list = text.split(',').map(Number);
  if (list.some((n) => !Number.isSafeInteger(n) || n < 1))
    throw new InvalidArgumentError('expected positive integers with commas between.');
  return list;
};

export function addEstimateCommand(program: Command): void {
  const out = (text: string): boolean => process.stdout.write(`${text}\n`);
  const command = program
    .command('estimate')
    .description('What a model would cost on a cluster, from its config.json alone: nothing is run.');
  command
    .command('train')
    .description('Data, tensor and pipeline ways for a training step: does it fit, how long does it take, why.')
    .requiredOption(
      '--model <folder>',
      'folder with a config.json (weights need not be there), or a JSON file of sizes',
    )
    .requiredOption('--cluster <name>', 'as dgx-h100:8 (hosts), tpu-v5p:4x4x8 (chips), or a JSON file')
    .requiredOption('--batch <n>', 'sequences per step', positiveInteger)
    .option('--seq-len <n>', 'tokens per sequence', positiveInteger, 4096)
    .option('--max-hbm <bytes>', 'memory of a chip that may be used, as 60GB', byteSize)
    .option('--tokens <n>', 'tokens of the whole run, for its time, electricity and price', positiveNumber)
    .option('--tensor <n>', 'only layouts of so many tensor ways', positiveInteger)
    .option('--pipeline <n>', 'only layouts of so many stages', positiveInteger)
    .option('--usd-per-chip-hour <n>', 'price of a chip', positiveNumber)
    .option('--kg-per-kwh <n>', 'CO2 equivalent of electricity', positiveNumber)
    .option('--json', 'the best layouts as JSON')
    .action((o: TrainOptions) => {
      const problem = trainProblem(o);
      const found = searchTrainingLayouts(problem);
      out(
        o.json
          ? JSON.stringify(
              { plans: found.plans.slice(0, 5), smallest: found.smallest, numTried: found.numTried },
              undefined,
              2,
            )
          : trainReport(problem, found, o.tokens),
      );
      if (found.plans.length === 0) process.exitCode = 1;
    });
  command
    .command('serve')
    .description('Latency against chips per token of prefill and decode, over layouts of weights and cache.')
    .requiredOption(
      '--model <folder>',
      'folder with a config.json (weights need not be there), or a JSON file of sizes',
    )
    .requiredOption('--cluster <name>', 'its chips and links, as tpu-v4:4x4x4')
    .option('--chips <list>', 'numbers of chips to try; default: powers of two up to the cluster', integers)
    .option('--batches <list>', 'sequences at a time', integers, [1, 4, 16, 64, 256])
    .option('--prompt <n>', 'tokens of a prompt', positiveInteger, 2048)
    .option('--context <n>', 'positions in the cache while decoding', positiveInteger, 2048)
    .option('--int8', 'weights in 8 bits')
    .option('--usd-per-chip-hour <n>', 'price of a chip', positiveNumber)
    .option('--kg-per-kwh <n>', 'CO2 equivalent of electricity', positiveNumber)
    .option('--json', 'as JSON')
    .action((o: ServeOptions) => {
      const frontiers = serveFrontiers(o);
      out(
        o.json
          ? JSON.stringify(frontiers, undefined, 2)
          : serveReport(plannedModel(o.model), pricedCluster(o), frontiers),
      );
    });
}

/** The cluster, with the price and the electricity that the command line gives. */
function pricedCluster(o: Pick<TrainOptions, 'cluster' | 'usdPerChipHour' | 'kgPerKwh'>): Cluster {
  return {
    ...openCluster(o.cluster),
    ...(o.usdPerChipHour === undefined ? {} : { price: { usdPerChipHour: o.usdPerChipHour } }),
    ...(o.kgPerKwh === undefined ? {} : { grid: { kgPerKWh: o.kgPerKwh } }),
  };
}

function trainProblem(o: TrainOptions): TrainingProblem {
  const cluster = pricedCluster(o);
  return {
    model: plannedModel(o.model),
    seqLen: o.seqLen,
    batch: o.batch,
    cluster,
    constants: { ...constantsOf(cluster, 'bf16', megatronH100), gradients: 'overlapped' },
    memoryBytes: o.maxHbm,
    fixed: { tensor: o.tensor, pipeline: o.pipeline },
  };
}

const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
const time = (us: number): string => (us >= 1e6 ? `${(us / 1e6).toFixed(2)} s` : `${(us / 1e3).toFixed(1)} ms`);
const billions = (n: number): string =>
  n >= 1e9 ? `${(n / 1e9).toFixed(2)} billion` : `${(n / 1e6).toFixed(1)} million`;
const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

function layoutLine({ layout: l }: TrainingPlan): string {
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

/** Where the time goes, the largest first. */
const partsOf = ({ time: t }: TrainingPlan): readonly (readonly [name: string, us: number])[] =>
  (
    [
      ['products', t.computeUs],
      ['elementwise', t.elementwiseUs],
      ['tensor collectives', t.tensorUs],
      ['expert exchange', t.expertUs],
      ['between stages', t.transferUs],
      ['bubble', t.bubbleUs],
      ['gradient sums', t.gradientUs],
      ['weight gathering', t.gatherUs],
      ['update', t.updateUs],
    ] as const
  ).filter(([, us]) => us > 0);

function trainReport(
  p: TrainingProblem,
  { plans, smallest, numTried }: ReturnType<typeof searchTrainingLayouts>,
  tokens: number | undefined,
): string {
  const { model, cluster, seqLen, batch } = p;
  const chips = numChips(cluster);
  const limit = p.memoryBytes ?? usableBytes(cluster.chip);
  const head = `${billions(numParams(model))} parameters (${billions(numActiveParams(model))} active), ${batch} × ${seqLen} tokens a step, on ${chips} × ${cluster.chip.name}`;
  if (plans.length === 0) {
    const m = smallest.memory.reduce((a, b) => (b.peakBytes > a.peakBytes ? b : a));
    return [
      head,
      `does not fit: the smallest of ${numTried} layouts needs ${gb(smallest.peakBytes)} of ${gb(limit)} a chip (stage ${m.stage})`,
      `  ${layoutLine(smallest)}`,
      `  states ${gb(m.staticBytes)}, activations ${gb(m.activationBytes)}, logits ${gb(m.logitBytes)}, for a moment ${gb(m.transientBytes)}`,
      m.staticBytes > limit
        ? `  about ${Math.ceil((m.staticBytes / limit) * 1.2)} times the chips would hold its states`
        : '  shorter sequences, smaller micro-batches or more tensor ways would make the activations fit',
    ].join('\n');
  }
  const best = plans[0];
  const { time: t, layout: l } = best;
  const peak = p.constants.peakFlops;
  const mfu = (t.modelTflopsPerDevice * 1e12) / peak;
  const memory = best.memory.map((m) => [
    best.memory.length > 1 ? `stage ${m.stage}` : 'every chip',
    ...[
      m.weightBytes,
      m.gradientBytes,
      m.optimizerBytes,
      m.activationBytes,
      m.logitBytes,
      m.transientBytes,
      m.peakBytes,
    ].map(gb),
    percent(m.peakBytes / limit),
  ]);
  const shown = best.memory.length > 4 ? [memory[0], memory[1], memory[memory.length - 1]] : memory;
  return [
    head,
    `fits: ${time(t.stepUs)} a step, ${Math.round(t.tokensPerSec).toLocaleString('en-US')} tokens/s, ${t.modelTflopsPerDevice.toFixed(0)} TFLOP/s a chip (${percent(mfu)} of the peak, attention over all pairs, nothing counted twice)`,
    `  ${layoutLine(best)}`,
    ...runLines(p, best, tokens),
    '',
    textTable(
      ['time', 'of a step', 'share'],
      partsOf(best).map(([name, us]) => [name, time(us), percent(us / t.stepUs)]),
    ),
    '',
    textTable(
      ['memory', 'weights', 'gradients', 'optimizer', 'activations', 'logits', 'moment', 'peak', `of ${gb(limit)}`],
      shown,
    ),
    '',
    'what would make it faster:',
    ...sensitivities(p, best)
      .sort((a, b) => b.speedup - a.speedup)
      .map(({ change, speedup }) => `  ${change}: ${speedup.toFixed(2)}×`),
    '',
    'other layouts:',
    ...plans
      .slice(1, 5)
      .map((o) => `  +${percent(o.time.stepUs / t.stepUs - 1)}  ${layoutLine(o)}: ${whySlower(best, o)}`),
    '',
    `assumed: ${megatronH100.matmul} of the peak for large products, ${megatronH100.elementwiseBytes} bytes moved per token, layer and column (fitted to Megatron-Core on H100${/H100|H200/.test(cluster.chip.name) ? '' : ': of other chips this is a guess'}); gradient sums run beside the backward pass of the last micro-batch.`,
    `${l.tensor > (cluster.chipsPerHost ?? chips) ? 'Tensor ways reach beyond a host. ' : ''}${p.memoryBytes ? '' : `${percent(cluster.chip.usable ?? 1)} of the memory is counted on: the rest is for the runtime and the allocator. `}Not modelled: other jobs, reading of data, ${model.experts ? 'experts that get more tokens than others, ' : ''}products that cutting makes narrow, memory in pieces. ${numTried} layouts tried.`,
  ].join('\n');
}

/** The part that grew most. */
function whySlower(best: TrainingPlan, other: TrainingPlan): string {
  const was = new Map(partsOf(best));
  const [name, more] = partsOf(other)
    .map(([n, us]) => [n, us - (was.get(n) ?? 0)] as const)
    .reduce((a, b) => (b[1] > a[1] ? b : a));
  return `${name} +${time(more)}`;
}

function runLines(p: TrainingProblem, best: TrainingPlan, tokens: number | undefined): string[] {
  if (tokens === undefined) return [];
  const { cluster, model, seqLen } = p;
  const hours = tokens / best.time.tokensPerSec / 3600;
  const chips = numChips(cluster);
  const { power, price, grid } = cluster;
  const kWh = power && energyKWh({ chips, hours, wattsPerChip: power.chipWatts, pue: power.pue ?? 1.1 });
  return [
    `  ${billions(tokens)} tokens: ${(hours / 24).toFixed(1)} days, ${Math.round(chips * hours).toLocaleString('en-US')} chip-hours, ${((tokens * trainingFlopsPerToken(model, seqLen)) / 1e21).toPrecision(3)} × 10²¹ operations${kWh ? `, ${Math.round(kWh / 1000).toLocaleString('en-US')} MWh at ${power.chipWatts} W a chip and PUE ${power.pue ?? 1.1}` : ''}${kWh && grid ? `, ${co2Tons(kWh, grid.kgPerKWh).toFixed(0)} t CO2e` : ''}${price ? `, $${Math.round(chips * hours * price.usdPerChipHour).toLocaleString('en-US')}` : ''}`,
  ];
}

function serveFrontiers(o: ServeOptions): { readonly prefill: PhasePlan[]; readonly decode: PhasePlan[] } {
  const model = plannedModel(o.model);
  const cluster = openCluster(o.cluster);
  const all = numChips(cluster);
  const chips = o.chips ?? Array.from({ length: Math.floor(Math.log2(all)) + 1 }, (_, i) => 2 ** i);
  const tooMany = chips.find((n) => n > all);
  if (tooMany !== undefined)
    throw new UserError('cli/estimate', `${cluster.name} has no ${tooMany} chips`, { expected: `at most ${all}` });
  const linksGBPerSec =
    cluster.dims.reduce((sum, d) => sum + (d.kind === 'ring' ? 2 * d.linkGBPerSec : 0), 0) ||
    cluster.dims[0].linkGBPerSec;
  const machine = { chip: cluster.chip, linksGBPerSec, weightBytes: o.int8 ? (1 as const) : (2 as const) };
  const frontier = (phase: 'prefill' | 'decode'): PhasePlan[] =>
    inferenceFrontier(model, machine, {
      phase,
      chips,
      batches: o.batches,
      tokensPerSequence: phase === 'prefill' ? o.prompt : 1,
      context: phase === 'prefill' ? 0 : o.context,
    });
  return { prefill: frontier('prefill'), decode: frontier('decode') };
}

function serveReport(
  model: TransformerShape,
  cluster: Cluster,
  { prefill, decode }: ReturnType<typeof serveFrontiers>,
): string {
  const { power, price, grid } = cluster;
  // A chip that waits for memory draws what it draws on average: there is one number per chip.
  const joules = (p: PhasePlan): number => p.chipSecondsPerToken * (power?.chipWatts ?? 0) * (power?.pue ?? 1.1);
  const costs: readonly (readonly [title: string, of: (p: PhasePlan) => number])[] = [
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
      ? [
          [
            '$ per million tokens',
            (p: PhasePlan) => priceUsd(1e6 * p.chipSecondsPerToken, 1 / 3600, price.usdPerChipHour),
          ] as const,
        ]
      : []),
  ];
  const table = (plans: readonly PhasePlan[]): string =>
    textTable(
      [
        'chips',
        'batch',
        'weights',
        'cache by',
        'latency',
        'computation',
        'memory',
        'links',
        'utilization',
        'chip-seconds per 1,000 tokens',
        'a chip holds',
        ...costs.map(([title]) => title),
      ],
      plans.map((p) => [
        `${p.chips}`,
        `${p.batch}`,
        layoutText(p.layout),
        p.cut,
        time(p.latencyUs),
        time(p.computeUs),
        time(p.memoryUs),
        time(p.trafficUs),
        percent(p.utilization),
        (1000 * p.chipSecondsPerToken).toPrecision(3),
        gb(p.bytesPerChip),
        ...costs.map(([, of]) => of(p).toPrecision(3)),
      ]),
    );
  return [
    `${billions(numParams(model))} parameters on ${cluster.chip.name}, ${Math.round(kvBytesPerToken(model) / 1024)} KiB of cache per token`,
    '',
    'prefill, no other in both latency and chips per token better:',
    table(prefill),
    '',
    'decode, of one token:',
    table(decode),
    '',
    'Bounds: large prefills reach them within some tenths; decoding at small batches takes two to four times as long.',
  ].join('\n');
}
