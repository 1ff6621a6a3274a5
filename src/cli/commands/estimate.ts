import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../base/index.ts';
import {
  brokenLimits,
  type Cluster,
  constantsOf,
  type InferenceFrontiers,
  type InferenceMachine,
  inferenceFrontier,
  inferenceReport,
  layoutLine,
  megatronH100,
  numChips,
  type Outcome,
  onCluster,
  type PhasePlan,
  type PlanFile,
  type PlannedInputs,
  type PlanReport,
  passLine,
  type RunLimits,
  reportPage,
  reportText,
  searchTrainingLayouts,
  servingPlan,
  type TrainingProblem,
  type TrainingSearch,
  trainingReport,
  trainingRunCost,
  trainingTimeParts,
  usdPerMillionTokens,
  type WhatIf,
  whatIfHelp,
  whatIfs,
  whatIfTable,
  whatWouldFit,
} from '../../plan/index.ts';
import { requireFilePlace } from '../folder.ts';
import { byteSize, durationSeconds, positiveInteger, positiveNumber } from '../options.ts';
import { plannedModel } from '../planned-model.ts';
import { openCluster } from './machines/cluster.ts';

interface ReportOptions {
  readonly html?: string;
  readonly whatIf?: readonly WhatIf[];
  readonly output?: string;
  readonly json?: boolean;
}

interface TrainOptions extends ReportOptions {
  readonly model: string;
  readonly cluster: string;
  readonly batch: number;
  readonly seqLen: number;
  readonly maxHbm?: number;
  readonly tokens?: number;
  readonly deadline?: number;
  readonly budget?: number;
  readonly tensor?: number;
  readonly pipeline?: number;
  readonly usdPerChipHour?: number;
  readonly kgPerKwh?: number;
}

interface ServeOptions extends ReportOptions {
  readonly model: string;
  readonly cluster: string;
  readonly chips?: readonly number[];
  readonly batches: readonly number[];
  readonly prompt: number;
  readonly context: number;
  readonly int8?: boolean;
  readonly usdPerChipHour?: number;
  readonly kgPerKwh?: number;
}

const integers = (text: string): number[] => {
  const list = text.split(',').map(Number);
  if (list.some((n) => !Number.isSafeInteger(n) || n < 1))
    throw new InvalidArgumentError('expected positive integers with commas between.');
  return list;
};

export function addEstimateCommand(program: Command): void {
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
    .option('--deadline <time>', 'at most so long, as 30d or 12h: the run with --tokens, else a step', durationSeconds)
    .option('--budget <usd>', 'the run costs at most so much', positiveNumber)
    .option('--usd-per-chip-hour <n>', 'price of a chip', positiveNumber)
    .option('--kg-per-kwh <n>', 'CO2 equivalent of electricity', positiveNumber)
    .option('--html <file>', 'write the report as a page that needs nothing from elsewhere')
    .option('--what-if <list>', whatIfHelp, whatIfs)
    .option('--output <file>', 'write the plan as JSON, for `espalier plan --compare`')
    .option('--json', 'the best layouts as JSON')
    .action(estimateTraining);
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
    .option('--html <file>', 'write the report as a page that needs nothing from elsewhere')
    .option('--what-if <list>', whatIfHelp, whatIfs)
    .option('--output <file>', 'write the plan of the most chips and texts listed as JSON, for `espalier serve --plan`')
    .option('--json', 'as JSON')
    .action(estimateServing);
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

const out = (text: string): boolean => process.stdout.write(`${text}\n`);
const nameOf = (model: string): string => basename(model, '.json');

/** Prints the report, and writes the page. */
function show(report: PlanReport, o: ReportOptions): void {
  out(reportText(report));
  if (o.html !== undefined) writeFileSync(o.html, reportPage(report, commandLine()));
}

/** How the command was called, without where the program lies. */
const commandLine = (): string => `espalier ${process.argv.slice(2).join(' ')}`;

function requirePlaces(o: ReportOptions): void {
  if (o.html !== undefined) requireFilePlace(o.html, '--html');
  if (o.output !== undefined) requireFilePlace(o.output, '--output');
}

/** Answers to questions; one whose plan cannot be has its reason. */
function answers(
  questions: readonly WhatIf[],
  inputs: PlannedInputs,
  plan: (i: PlannedInputs) => Outcome | string,
): (Outcome | string)[] {
  return questions.map((q) => {
    try {
      return plan(q.apply(inputs));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message;
    }
  });
}

// ---- training ----

function estimateTraining(o: TrainOptions): void {
  requirePlaces(o);
  const problem = trainProblem(o);
  const limits: RunLimits = { tokens: o.tokens, deadlineS: o.deadline, budgetUsd: o.budget };
  const all = searchTrainingLayouts(problem);
  const kept = all.plans.filter((p) => brokenLimits(problem.cluster, p, limits).length === 0);
  const found: TrainingSearch = { ...all, plans: kept };
  if (kept.length === 0) process.exitCode = 1;
  if (o.json) {
    out(JSON.stringify({ plans: kept.slice(0, 5), smallest: all.smallest, numTried: all.numTried }, undefined, 2));
    return;
  }
  const name = nameOf(o.model);
  if (all.plans.length > 0 && kept.length === 0) {
    // It fits in memory: the report is that of the fastest, and says what it breaks.
    const report = trainingReport(problem, all, { name, tokens: o.tokens });
    const broken = brokenLimits(problem.cluster, all.plans[0], limits);
    show(
      {
        ...report,
        fits: false,
        verdict: [
          `does not fit: ${broken.join('; ')}`,
          `  ${whatWouldFit(problem, limits)}`,
          ...report.verdict.slice(1),
        ],
      },
      o,
    );
    return;
  }
  const report = trainingReport(problem, found, { name, tokens: o.tokens });
  if (kept.length === 0) {
    show({ ...report, verdict: [...report.verdict, `  ${whatWouldFit(problem, limits)}`] }, o);
    return;
  }
  show(o.whatIf ? { ...report, whatIfs: trainingAnswers(o.whatIf, problem) } : report, o);
  if (o.output !== undefined)
    writeFileSync(o.output, `${JSON.stringify(trainingPlanFile(problem, found, name), undefined, 2)}\n`);
}

function trainingAnswers(questions: readonly WhatIf[], p: TrainingProblem): PlanReport['whatIfs'] {
  const outcome = (i: PlannedInputs): Outcome | string => {
    const memoryBytes = p.memoryBytes && (p.memoryBytes * i.cluster.chip.hbmGB) / p.cluster.chip.hbmGB;
    const q = { ...onCluster(p, i.cluster), batch: i.batch!, seqLen: i.seqLen!, memoryBytes };
    const { plans, smallest } = searchTrainingLayouts(q);
    if (plans.length === 0) return `does not fit: at least ${(smallest.peakBytes / 1e9).toFixed(1)} GB a chip`;
    const [best] = plans;
    return {
      stepUs: best.time.stepUs,
      work: q.batch * q.seqLen,
      peakBytes: best.peakBytes,
      usd: trainingRunCost(q.cluster, q.batch * q.seqLen, best.time.tokensPerSec).usd,
      plan: layoutLine(best),
    };
  };
  const inputs = { cluster: p.cluster, batch: p.batch, seqLen: p.seqLen };
  return whatIfTable(questions, inputs, outcome(inputs) as Outcome, answers(questions, inputs, outcome));
}

/** A plan made from sizes alone: it can be compared, not run. */
function trainingPlanFile(p: TrainingProblem, { plans }: TrainingSearch, name: string): PlanFile {
  const [best] = plans;
  const { data, tensor, pipeline } = best.layout;
  return {
    ...{ kind: 'espalier plan', version: 1, program: `training of ${name}`, mesh: { pipeline, data, tensor } },
    layout: layoutLine(best),
    predicted: {
      stepS: best.time.stepUs / 1e6,
      parts: trainingTimeParts(best),
      peakBytesPerDevice: best.peakBytes,
    },
    inputs: { cluster: p.cluster, model: p.model, batch: p.batch, seqLen: p.seqLen },
  };
}

// ---- inference ----

function estimateServing(o: ServeOptions): void {
  requirePlaces(o);
  const cluster = pricedCluster(o);
  const frontiers = serveFrontiers(o, cluster);
  if (o.json) {
    out(JSON.stringify(frontiers, undefined, 2));
    return;
  }
  if (o.output !== undefined) {
    const { chips, batch } = frontiers.decode.at(-1)!;
    const sizes = { name: nameOf(o.model), batch, prompt: o.prompt, context: o.context };
    const plan = servingPlan(plannedModel(o.model), cluster, { ...machineOf(o, cluster), chips }, sizes);
    writeFileSync(o.output, `${JSON.stringify(plan, undefined, 2)}\n`);
  }
  const report = inferenceReport(plannedModel(o.model), cluster, frontiers, {
    name: nameOf(o.model),
    weightBytes: o.int8 ? 1 : 2,
  });
  if (!o.whatIf) {
    show(report, o);
    return;
  }
  const outcome = (i: PlannedInputs): Outcome => {
    const best = serveFrontiers({ ...o, context: i.seqLen! }, i.cluster).decode.at(-1)!;
    return {
      stepUs: best.latencyUs,
      work: best.batch,
      peakBytes: best.bytesPerChip,
      usd: i.cluster.price && (best.batch * usdPerMillionTokens(best, i.cluster.price.usdPerChipHour)) / 1e6,
      plan: passLine(best),
    };
  };
  const inputs = { cluster, seqLen: o.context };
  show({ ...report, whatIfs: whatIfTable(o.whatIf, inputs, outcome(inputs), answers(o.whatIf, inputs, outcome)) }, o);
}

function machineOf({ int8 }: ServeOptions, cluster: Cluster): Omit<InferenceMachine, 'chips'> {
  const linksGBPerSec =
    cluster.dims.reduce((sum, d) => sum + (d.kind === 'ring' ? 2 * d.linkGBPerSec : 0), 0) ||
    cluster.dims[0].linkGBPerSec;
  return { chip: cluster.chip, linksGBPerSec, weightBytes: int8 ? 1 : 2 };
}

function serveFrontiers(o: ServeOptions, cluster: Cluster): InferenceFrontiers {
  const model = plannedModel(o.model);
  const all = numChips(cluster);
  const chips = o.chips ?? Array.from({ length: Math.floor(Math.log2(all)) + 1 }, (_, i) => 2 ** i);
  const tooMany = chips.find((n) => n > all);
  if (tooMany !== undefined)
    throw new UserError('cli/estimate', `${cluster.name} has no ${tooMany} chips`, { expected: `at most ${all}` });
  const machine = machineOf(o, cluster);
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
