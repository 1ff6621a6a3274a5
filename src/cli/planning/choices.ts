import { writeFileSync } from 'node:fs';
import type { Mesh } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { type TransformerConfig, type TransformerPreset, transformerConfig } from '../../nn/index.ts';
import {
  type Cluster,
  exportPlan,
  type Outcome,
  type PlanExport,
  type PlanFile,
  type PlannedInputs,
  type PlanReport,
  priceUsd,
  reportPage,
  type ScheduleName,
  textOfTable,
  usableBytes,
  type WhatIf,
  whatIfTable,
} from '../../plan/index.ts';
import { openCluster } from '../commands/machines/cluster.ts';

/** How a search is to go. */
export interface SearchChoice {
  readonly timeLimit: number;
  readonly seed: number;
  readonly progress?: boolean;
}

/** Options of `espalier plan`. */
export interface PlanChoice extends SearchChoice {
  readonly preset?: TransformerPreset;
  readonly batchSize: number;
  readonly seqLen?: number;
  readonly schedule?: ScheduleName;
  readonly microBatches?: number;
  readonly chunks?: number;
  readonly stageLayers?: readonly number[];
  readonly remat?: TransformerConfig['remat'];
  readonly mesh?: Mesh;
  readonly cluster?: string;
  readonly maxHbm?: number;
  readonly deadline?: number;
  readonly budget?: number;
  readonly steps?: number;
  readonly usdPerChipHour?: number;
  readonly whatIf?: readonly WhatIf[];
  readonly html?: string;
  readonly output?: string;
  readonly emit?: string;
  readonly export?: PlanExport;
}

export const searchOptions = ({ timeLimit, seed, progress }: SearchChoice) => ({
  timeLimitS: timeLimit,
  seed,
  ...(progress ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
});

export const percent = (x: number): string => `${(100 * x).toPrecision(3)} %`;

/** The cluster of a plan, with the price that the command line gives. */
export function clusterOf(o: PlanChoice): Cluster {
  const cluster = openCluster(o.cluster ?? `cpu:${o.mesh!.size}`);
  return o.usdPerChipHour === undefined ? cluster : { ...cluster, price: { usdPerChipHour: o.usdPerChipHour } };
}

/** Bytes that a device may hold; where a question changes the memory of the chip, it changes the limit alike. */
export const memoryLimitOf = (o: PlanChoice, cluster: Cluster): number =>
  o.maxHbm === undefined ? usableBytes(cluster.chip) : (o.maxHbm * 1e9 * cluster.chip.hbmGB) / clusterOf(o).chip.hbmGB;

/** The model of a preset, its sequences as long as a question or the command line says. */
export const configOf = (o: PlanChoice, seqLen = o.seqLen): TransformerConfig =>
  transformerConfig(o.preset!, {
    ...(seqLen === undefined ? {} : { maxSeqLen: seqLen }),
    ...(o.remat === undefined ? {} : { remat: o.remat }),
  });

/** What questions can change: of a program its cluster, of a preset batch and length too. */
export const inputsOf = (o: PlanChoice): PlannedInputs => ({
  cluster: clusterOf(o),
  ...(o.preset === undefined ? {} : { batch: o.batchSize, seqLen: configOf(o).maxSeqLen }),
});

/** Price of a step, or of all that are asked for, on the devices of the mesh. */
export const usdOf = (o: PlanChoice, cluster: Cluster, stepUs: number): number | undefined =>
  cluster.price && priceUsd(o.mesh!.size, ((o.steps ?? 1) * stepUs) / 3.6e9, cluster.price.usdPerChipHour);

/** Throws `plan/limits` for a plan that takes longer or costs more than it may; `leastUs` is what no plan on this mesh goes below. */
export function requireLimits(o: PlanChoice, cluster: Cluster, stepUs: number, leastUs?: number): void {
  const usd = usdOf(o, cluster, stepUs);
  const seconds = ((o.steps ?? 1) * stepUs) / 1e6;
  if (o.budget !== undefined && usd === undefined)
    throw new UserError('plan/limits', 'a budget needs a price', {
      expected: '--usd-per-chip-hour, or a cluster with a price',
    });
  const what = o.steps === undefined ? 'a step' : `${o.steps} steps`;
  const advice =
    leastUs === undefined
      ? 'more devices, a larger budget of time or fewer steps would'
      : `no plan on this mesh takes less than ${(leastUs / 1e6).toPrecision(3)} s a step: more devices or faster links would`;
  if (o.deadline !== undefined && seconds > o.deadline)
    throw new UserError('plan/limits', `the plan for ${what} does not keep the deadline`, {
      expected: `at most ${o.deadline} s`,
      given: `${seconds.toPrecision(4)} s`,
      advice,
    });
  if (o.budget !== undefined && usd! > o.budget)
    throw new UserError('plan/limits', `the plan for ${what} does not keep the budget`, {
      expected: `at most $${o.budget}`,
      given: `$${usd!.toPrecision(4)}`,
      advice: `$${o.budget} pay for ${Math.floor(((o.steps ?? 1) * o.budget) / usd!)} steps`,
    });
}

/** The report; where a plan is exported to standard output, it is for standard error. */
export const print = (o: PlanChoice, text: string): boolean =>
  (o.export === undefined ? process.stdout : process.stderr).write(text);

/** Answers questions, prints them, and writes the page with them. */
export async function answer(
  o: PlanChoice,
  report: () => PlanReport,
  inputs: PlannedInputs,
  before: Outcome,
  plan: (inputs: PlannedInputs) => Promise<Outcome>,
): Promise<void> {
  let whatIfs: PlanReport['whatIfs'];
  if (o.whatIf) {
    const found: (Outcome | string)[] = [];
    for (const question of o.whatIf)
      try {
        found.push(await plan(question.apply(inputs)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        found.push(error.message);
      }
    whatIfs = whatIfTable(o.whatIf, inputs, before, found);
    print(o, `\n${textOfTable(whatIfs)}\n`);
  }
  if (o.html !== undefined)
    writeFileSync(o.html, reportPage({ ...report(), whatIfs }, `espalier ${process.argv.slice(2).join(' ')}`));
}

/** Writes a plan as a file, and as text of another system to standard output. */
export function writePlan(plan: PlanFile, o: PlanChoice): void {
  if (o.output !== undefined) writeFileSync(o.output, `${JSON.stringify(plan, undefined, 2)}\n`);
  if (o.export !== undefined) process.stdout.write(exportPlan(plan, o.export));
}

export function secondsText(seconds: number): string {
  if (seconds >= 1) return `${seconds.toPrecision(4)} s`;
  return seconds >= 1e-3 ? `${(seconds * 1e3).toPrecision(4)} ms` : `${(seconds * 1e6).toPrecision(4)} µs`;
}
