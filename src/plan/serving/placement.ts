import { UserError } from '../../base/index.ts';
import { type ServingGroup, type ServingOptions, type ServingResult, simulateServing } from './queues.ts';
import type { Arrival } from './workload.ts';

/* Which models go on which groups of devices (AlpaServe, Li et al. 2023): placements are built up greedily, each step simulated. */

/** How a group runs a model: stages of a pipeline, each over some devices. */
export interface ParallelForm {
  readonly pipeline: number;
  readonly tensor: number;
}

/** A model that is served. */
export interface ServedModel {
  readonly weightGB: number;
  /** Times of the stages in a form; undefined if it cannot run so. */
  stageSeconds(form: ParallelForm): readonly number[] | undefined;
}

export interface Placement {
  readonly form: ParallelForm;
  /** Models of every group. */
  readonly groups: readonly (readonly number[])[];
  readonly result: ServingResult;
}

export interface PlacementProblem extends ServingOptions {
  readonly models: readonly ServedModel[];
  readonly devices: number;
  readonly memoryGB: number;
  readonly workload: readonly Arrival[];
  /** Devices of one host: groups do not straddle hosts unless they take whole ones. */
  readonly devicesPerHost?: number;
}

/** How a placement does on a workload: give it another than the one it was planned on. */
export const servePlacement = (
  p: PlacementProblem,
  { form, groups }: Pick<Placement, 'form' | 'groups'>,
): ServingResult => evaluate(p, form, groups);

function evaluate(p: PlacementProblem, form: ParallelForm, groups: readonly (readonly number[])[]): ServingResult {
  const built: ServingGroup[] = groups.map((list) => ({
    stageSeconds: new Map(list.map((m) => [m, p.models[m].stageSeconds(form)!])),
  }));
  return simulateServing(built, p.workload, p.models.length, p);
}

/** Fills equal groups of one form: at each step the model with the most unanswered requests goes to the least used group that has room. */
export function greedyPlacement(p: PlacementProblem, form: ParallelForm): Placement | undefined {
  const size = form.pipeline * form.tensor;
  const numGroups = Math.floor(p.devices / size);
  if (numGroups === 0) return undefined;
  const groups: number[][] = Array.from({ length: numGroups }, () => []);
  const canRun = p.models.map((m) => m.stageSeconds(form) !== undefined);
  const weight = (m: number): number => p.models[m].weightGB / size;
  const room = groups.map(() => p.memoryGB);
  let result = evaluate(p, form, groups);
  for (;;) {
    const byUse = groups.map((_, g) => g).sort((a, b) => result.servedByGroup[a] - result.servedByGroup[b] || a - b);
    const byNeed = p.models
      .map((_, m) => m)
      .filter((m) => canRun[m])
      .sort((a, b) => result.missedByModel[b] - result.missedByModel[a] || a - b);
    const pair = byNeed.flatMap((m) => {
      const g = byUse.find((i) => !groups[i].includes(m) && room[i] >= weight(m) - 1e-9);
      return g === undefined ? [] : [{ m, g }];
    })[0];
    if (!pair) break;
    groups[pair.g].push(pair.m);
    room[pair.g] -= weight(pair.m);
    result = evaluate(p, form, groups);
  }
  return { form, groups, result };
}

/** Forms of groups of up to all devices: powers of two within a host, whole hosts beyond. */
export function parallelForms(devices: number, devicesPerHost = 8): ParallelForm[] {
  const forms: ParallelForm[] = [];
  for (let size = 1; size <= devices; size *= 2) {
    if (size > devicesPerHost && size % devicesPerHost !== 0) continue;
    for (let tensor = 1; tensor <= Math.min(size, 4); tensor *= 2) {
      const pipeline = size / tensor;
      if (pipeline <= 8) forms.push({ pipeline, tensor });
    }
  }
  return forms;
}

/** The placement with the best goodput over all forms of groups, ties to the lower latency. Throws `plan/serving` where no model fits. */
export function searchPlacement(
  p: PlacementProblem,
  forms: readonly ParallelForm[] = parallelForms(p.devices, p.devicesPerHost),
): Placement {
  const found = forms
    .flatMap((form) => greedyPlacement(p, form) ?? [])
    .filter((f) => f.groups.some((g) => g.length > 0));
  if (found.length === 0)
    throw new UserError('plan/serving', 'no model fits on any group of devices', {
      expected: `at most ${p.memoryGB} GB a device over ${p.devices} devices`,
      given: `at least ${Math.min(...p.models.map((m) => m.weightGB))} GB`,
    });
  return found.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
}

/** Whole models on single devices, as many copies as fit. */
export const replication = (p: PlacementProblem): Placement => searchPlacement(p, [{ pipeline: 1, tensor: 1 }]);

/** Replication that is planned anew for every window of time, as if moving weights were free. */
export function replacement(p: PlacementProblem, windowSeconds: number): ServingResult {
  const last = p.workload[p.workload.length - 1]?.atSeconds ?? 0;
  const results: ServingResult[] = [];
  for (let from = 0; from <= last; from += windowSeconds) {
    const workload = p.workload.filter((a) => a.atSeconds >= from && a.atSeconds < from + windowSeconds);
    if (workload.length > 0) results.push(replication({ ...p, workload }).result);
  }
  const latencies = results.flatMap((r) => r.latencies);
  const sorted = [...latencies].sort((a, b) => a - b);
  return {
    requests: p.workload.length,
    served: latencies.length,
    goodput: p.workload.length === 0 ? 1 : latencies.length / p.workload.length,
    meanSeconds: latencies.reduce((a, b) => a + b, 0) / Math.max(1, latencies.length),
    p99Seconds: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0,
    missedByModel: p.models.map((_, m) => results.reduce((n, r) => n + r.missedByModel[m], 0)),
    servedByGroup: [],
    latencies,
  };
}

const scoreOf = ({ result }: Placement): number => result.goodput - result.meanSeconds / 1e4;
