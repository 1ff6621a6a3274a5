import type { Arrival } from './workload.ts';

/*
 * Groups of devices that serve models in order of arrival. A group is a pipeline: every stage takes one request at a time. This is the
 * simulator of `simulate` for one kind of work, in a closed recurrence: thousands of placements are tried with it.
 */

export interface ServingGroup {
  /** Times of the stages for each model it holds, by the model's number. */
  readonly stageSeconds: ReadonlyMap<number, readonly number[]>;
}

export interface ServingOptions {
  /** Seconds from arrival until a model's answer is due; requests that would miss it are turned away at once. */
  readonly deadlineSeconds?: (model: number) => number;
  /** Added to every request's latency. */
  readonly overheadSeconds?: number;
}

export interface ServingResult {
  readonly requests: number;
  readonly served: number;
  /** Share of requests that were answered in time. */
  readonly goodput: number;
  /** Of those that were answered. */
  readonly meanSeconds: number;
  readonly p99Seconds: number;
  /** Unanswered requests of every model, and requests that every group answered. */
  readonly missedByModel: readonly number[];
  readonly servedByGroup: readonly number[];
  readonly latencies: readonly number[];
}

/** Runs a workload: every request goes to the group with the fewest unfinished ones among those that hold its model. */
export function simulateServing(
  groups: readonly ServingGroup[],
  workload: readonly Arrival[],
  numModels: number,
  o: ServingOptions = {},
): ServingResult {
  const { overheadSeconds = 0 } = o;
  const stageFree = groups.map(
    (g) => new Float64Array(Math.max(0, ...[...g.stageSeconds.values()].map((s) => s.length))),
  );
  const finishes = groups.map((): number[] => []);
  const begins = groups.map(() => 0);
  const holders = Array.from({ length: numModels }, (_, m) =>
    groups.flatMap((g, i) => (g.stageSeconds.has(m) ? [i] : [])),
  );
  const missedByModel = new Array<number>(numModels).fill(0);
  const servedByGroup = groups.map(() => 0);
  const latencies: number[] = [];
  for (const { model, atSeconds } of workload) {
    let chosen = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (const g of holders[model]) {
      const queue = finishes[g];
      while (begins[g] < queue.length && queue[begins[g]] <= atSeconds) begins[g]++;
      const waiting = queue.length - begins[g];
      if (waiting < fewest) [chosen, fewest] = [g, waiting];
    }
    if (chosen < 0) {
      missedByModel[model]++;
      continue;
    }
    const times = groups[chosen].stageSeconds.get(model)!;
    const free = stageFree[chosen];
    let t = atSeconds;
    for (let i = 0; i < times.length; i++) t = Math.max(t, free[i]) + times[i];
    const latency = t - atSeconds + overheadSeconds;
    if (o.deadlineSeconds && latency > o.deadlineSeconds(model)) {
      missedByModel[model]++;
      continue;
    }
    t = atSeconds;
    for (let i = 0; i < times.length; i++) {
      t = Math.max(t, free[i]) + times[i];
      free[i] = t;
    }
    finishes[chosen].push(t);
    servedByGroup[chosen]++;
    latencies.push(latency);
  }
  const sorted = [...latencies].sort((a, b) => a - b);
  return {
    requests: workload.length,
    served: latencies.length,
    goodput: workload.length === 0 ? 1 : latencies.length / workload.length,
    meanSeconds: latencies.reduce((a, b) => a + b, 0) / Math.max(1, latencies.length),
    p99Seconds: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0,
    missedByModel,
    servedByGroup,
    latencies,
  };
}

/** Mean latency of requests that come at random to one server with a fixed service time (M/D/1); infinite where it cannot keep up. */
export function meanLatencySeconds(arrivalsPerSec: number, serviceSeconds: number): number {
  const load = arrivalsPerSec * serviceSeconds;
  return load >= 1
    ? Number.POSITIVE_INFINITY
    : serviceSeconds + (arrivalsPerSec * serviceSeconds ** 2) / (2 * (1 - load));
}

/** The same of a pipeline of equal stages: only its first stage has a queue. */
export const pipelineLatencySeconds = (arrivalsPerSec: number, serviceSeconds: number, stages: number): number =>
  meanLatencySeconds(arrivalsPerSec, serviceSeconds / stages) + (serviceSeconds * (stages - 1)) / stages;
