import {
  arrivals,
  count,
  integer,
  list,
  meanLatencySeconds,
  modelRates,
  notNegative,
  object,
  type ParallelForm,
  type PlacementProblem,
  pipelineLatencySeconds,
  positive,
  type ReadBy,
  real,
  replacement,
  replication,
  searchPlacement,
  servePlacement,
  simulateServing,
} from '../../../../src/plan/index.ts';
import type { RowKind } from '../../row.ts';

const queueInputs = object(
  { arrivalsPerSec: positive, serviceSeconds: positive },
  { stages: count, seed: integer({ min: 0 }) },
);

export const queues: RowKind<ReadBy<typeof queueInputs>> = {
  name: 'queues',
  about: 'requests at random to one server with a fixed service time, whole or as a pipeline of equal stages',
  inputs: queueInputs,
  quantities: { meanSeconds: 'closed form', simulatedSeconds: 'mean over 200,000 simulated requests' },
  evaluate({ arrivalsPerSec, serviceSeconds, stages = 1, seed = 1 }) {
    const times = Array.from({ length: stages }, () => serviceSeconds / stages);
    const workload = arrivals([arrivalsPerSec], 1, 200_000 / arrivalsPerSec, seed);
    return {
      meanSeconds:
        stages === 1
          ? meanLatencySeconds(arrivalsPerSec, serviceSeconds)
          : pipelineLatencySeconds(arrivalsPerSec, serviceSeconds, stages),
      simulatedSeconds: simulateServing([{ stageSeconds: new Map([[0, times]]) }], workload, 1).meanSeconds,
    };
  },
};

const servingInputs = object(
  {
    models: count,
    devices: count,
    memoryGB: positive,
    weightGB: positive,
    /** Of one request on one device. */
    latencySeconds: positive,
    requestsPerSec: positive,
    /** The deadline in units of that latency. */
    deadlineScale: positive,
  },
  {
    /** Rates of models fall with their number to this power. */
    rateExponent: notNegative,
    /** Deviation of the gaps between a model's requests over their mean. */
    cv: notNegative,
    seconds: positive,
    overheadSeconds: notNegative,
    seeds: count,
    /** How much longer all of 2, 4, 8 … stages together take than the whole, the slowest counted for each. */
    pipelineOverhead: list(notNegative),
    /** What sums among 2, 4 … devices of a stage add, for the whole model. */
    tensorOverheadSeconds: list(notNegative),
    devicesPerHost: count,
    windowSeconds: positive,
    utilization: real({ above: 0 }),
  },
);

export const serving: RowKind<ReadBy<typeof servingInputs>> = {
  name: 'serving',
  about:
    'models of one size over a cluster: goodput of copies, of copies planned anew, and of groups that share models',
  inputs: servingInputs,
  quantities: {
    replication: 'goodput of whole models on single devices',
    replacement: 'goodput of copies planned anew for every window, moving them free of cost',
    modelParallel: 'goodput of the best groups found',
    overReplacement: 'goodput of groups less that of copies planned anew',
    overReplication: 'goodput of copies planned anew less that of copies',
  },
  evaluate(o) {
    const { pipelineOverhead = [], tensorOverheadSeconds = [], seeds = 1 } = o;
    const stageSeconds = ({ pipeline, tensor }: ParallelForm): readonly number[] | undefined => {
      const extra = tensor === 1 ? 0 : tensorOverheadSeconds[Math.log2(tensor) - 1];
      const longer = pipeline === 1 ? 0 : pipelineOverhead[Math.log2(pipeline) - 1];
      if (extra === undefined || longer === undefined) return undefined;
      const whole = o.latencySeconds / tensor + extra;
      return Array.from({ length: pipeline }, () => (whole / pipeline) * (1 + longer));
    };
    const models = Array.from({ length: o.models }, () => ({ weightGB: o.weightGB, stageSeconds }));
    const sums = { replication: 0, replacement: 0, modelParallel: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const rates = modelRates(o.requestsPerSec, o.models, o.rateExponent);
      const workload = (of: number) => arrivals(rates, o.cv ?? 1, o.seconds ?? 200, of);
      const problem: PlacementProblem = {
        models,
        devices: o.devices,
        memoryGB: o.memoryGB,
        workload: workload(seed),
        overheadSeconds: o.overheadSeconds ?? 0,
        deadlineSeconds: () => o.deadlineScale * o.latencySeconds,
        devicesPerHost: o.devicesPerHost ?? 8,
      };
      // Planned on requests of the same kind, not on the ones that come.
      const planned = { ...problem, workload: workload(seed + 1000) };
      sums.replication += servePlacement(problem, replication(planned)).goodput / seeds;
      sums.replacement += replacement(problem, o.windowSeconds ?? 30).goodput / seeds;
      sums.modelParallel += servePlacement(problem, searchPlacement(planned)).goodput / seeds;
    }
    return {
      ...sums,
      overReplacement: sums.modelParallel - sums.replacement,
      overReplication: sums.replacement - sums.replication,
    };
  },
};
