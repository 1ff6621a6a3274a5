import {
  bandwidthGbps,
  chipNamed,
  choice,
  count,
  gradientSumUs,
  hbmBytes,
  integer,
  kvBytesPerToken,
  maxContext,
  notNegative,
  object,
  passUtilization,
  peakFlops,
  positive,
  type ReadBy,
  real,
  spatialEfficiency,
  text,
  transformerReader,
  updateShardingSpeedup,
} from '../../../../src/plan/index.ts';
import type { RowKind } from '../../row.ts';

const popeInputs = object(
  {},
  {
    model: transformerReader,
    chip: text,
    chips: count,
    batch: count,
    /** Share of the memory for the cache, and how it is cut. */
    cacheShare: real({ above: 0, max: 1 }),
    cut: choice('heads', 'batch', 'replicated'),
    context: count,
    /** Of the model, where its sizes are not needed. */
    params: positive,
    tokensPerSequence: count,
    seconds: positive,
  },
);

export const pope: RowKind<ReadBy<typeof popeInputs>> = {
  name: 'pope',
  about: 'inference of large Transformers: contexts that fit, cache, utilization of measured passes',
  inputs: popeInputs,
  quantities: {
    maxContext: 'positions',
    cacheTB: 'keys and values of the batch at the context, 1e12 bytes',
    utilization: '2 operations per parameter and token over the peak',
  },
  evaluate({
    model,
    chip: name = 'TPU v4',
    chips = 1,
    batch = 1,
    cacheShare,
    cut,
    context,
    params,
    tokensPerSequence = 1,
    seconds,
  }) {
    const chip = chipNamed(name);
    return {
      ...(model && cacheShare && cut
        ? { maxContext: maxContext(model, { batch, chips, cut, share: cacheShare, memoryBytes: hbmBytes(chip) }) }
        : {}),
      ...(model && context ? { cacheTB: (kvBytesPerToken(model) * batch * context) / 1e12 } : {}),
      ...(params && seconds
        ? { utilization: passUtilization(params, batch * tokensPerSequence, chips, peakFlops(chip, 'bf16'), seconds) }
        : {}),
    };
  },
};

const bandwidthInputs = object(
  { params: positive, stepSeconds: positive, computeShare: real({ above: 0, max: 1 }) },
  {},
);

export const bandwidth: RowKind<ReadBy<typeof bandwidthInputs>> = {
  name: 'bandwidth',
  about: 'bandwidth between replicas at which computation takes a share of the time',
  inputs: bandwidthInputs,
  quantities: { gbitPerSec: 'the smallest of a grid with a ratio of 1.207' },
  evaluate: ({ params, stepSeconds, computeShare }) => ({
    gbitPerSec: bandwidthGbps(params, stepSeconds, computeShare),
  }),
};

const podInputs = object(
  {},
  {
    updateShare: real({ min: 0, max: 1 }),
    replicas: count,
    rows: count,
    cores: count,
    kernel: integer({ min: 1 }),
    gradientBytes: positive,
    torus: object({ x: count, y: count }, { linkGBPerSec: positive, hopUs: notNegative }),
  },
);

export const pods: RowKind<ReadBy<typeof podInputs>> = {
  name: 'pods',
  about: 'levers of large pods: cutting the update, cutting images, sums over two axes',
  inputs: podInputs,
  quantities: {
    updateSpeedup: 'at most, if the update is cut over replicas',
    spatialEfficiency: 'work that is not done twice',
    sumSpeedup: 'a sum over two axes against one ring',
  },
  evaluate({ updateShare, replicas, rows, cores, kernel, gradientBytes, torus }) {
    const sum =
      gradientBytes && torus
        ? gradientSumUs(gradientBytes, torus.x, torus.y, torus.linkGBPerSec ?? 100, torus.hopUs ?? 1)
        : undefined;
    return {
      ...(updateShare !== undefined && replicas ? { updateSpeedup: updateShardingSpeedup(updateShare, replicas) } : {}),
      ...(rows && cores && kernel ? { spatialEfficiency: spatialEfficiency(rows, cores, kernel) } : {}),
      ...(sum ? { sumSpeedup: sum.ringUs / sum.twoAxesUs } : {}),
    };
  },
};
