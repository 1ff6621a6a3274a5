import { UserError } from '../../../../src/base/index.ts';
import {
  alpaV100,
  bestConvStages,
  bestEqualStages,
  type Cluster,
  type ConvNetwork,
  calibrateConvMatmul,
  calibrateMatmul,
  clusterNamed,
  constantsOf,
  convNetworkReader,
  convStagesCost,
  count,
  list,
  object,
  type PlannedStages,
  positive,
  type ReadBy,
  type StagesCost,
  stagesCost,
  type TrainingLayout,
  text,
  transformerReader,
} from '../../../../src/plan/index.ts';
import type { NoData, RowKind } from '../../row.ts';

const inputs = object(
  { cluster: text, batch: count, microBatches: count },
  {
    model: transformerReader,
    /** A wide residual network in place of a Transformer; `layers` of stages then count blocks, and a batch is images. */
    network: convNetworkReader,
    seqLen: count,
    dtype: text,
    stages: list(object({ layers: count, data: count, tensor: count }, {})),
    /** What the same system reached on one device, with the model that it ran there. */
    single: object(
      { petaflops: positive, batch: count, microBatches: count },
      { model: transformerReader, network: convNetworkReader },
    ),
  },
);

const layout: TrainingLayout = { state: 'half', zero: 1, remat: 'full', fusedAttention: false };

export const alpa: RowKind<ReadBy<typeof inputs>> = {
  name: 'alpa-plans',
  about:
    "Alpa's plans of training: their throughput and memory by our model, and our best plan of equal stages against them",
  inputs,
  quantities: {
    petaflops: 'operations of the model, 1e15/s, after calibration of one share on one device',
    peakGB: 'of the fullest device, 1e9 bytes',
    ourCostOverTheirs: 'modelled time of our best plan of equal stages over that of theirs',
  },
  evaluate(o): Record<string, number> | NoData {
    const { stages, single } = o;
    if (!stages || !single) return { noData: 'the row has no plan, or not what one device reached' };
    const plan = { stages, microBatches: o.microBatches };
    const cluster = clusterNamed(o.cluster);
    if (o.network && single.network)
      return ofNetwork(o.network, o.batch, plan, cluster, { ...single, network: single.network });
    const { model, seqLen } = o;
    if (!model || !seqLen || !single.model)
      throw new UserError(
        'figures/row',
        'the row says neither of a Transformer nor of a network what it is and what one device ran',
        {
          expected: 'model, seqLen and single.model, or network and single.network',
        },
      );
    const { matmul: _, ...free } = constantsOf(cluster, o.dtype ?? 'fp16', {
      matmul: 1,
      elementwiseBytes: alpaV100.elementwiseBytes,
      logitBytes: alpaV100.logitBytes,
    });
    const matmul = calibrateMatmul(
      single.model,
      seqLen,
      single.batch,
      { ...layout, microBatches: single.microBatches },
      single.petaflops,
      free,
    );
    const constants = { ...free, matmul };
    const theirs = stagesCost(model, seqLen, o.batch, layout, plan, cluster, constants);
    return against(theirs, bestEqualStages(model, seqLen, o.batch, layout, cluster, constants)?.cost);
  },
};

function ofNetwork(
  network: ConvNetwork,
  batch: number,
  plan: PlannedStages,
  cluster: Cluster,
  single: {
    readonly network: ConvNetwork;
    readonly petaflops: number;
    readonly batch: number;
    readonly microBatches: number;
  },
): Record<string, number> {
  const constants = constantsOf(cluster, 'fp32', { matmul: 1, elementwiseBytes: 0, logitBytes: 0 });
  const matmul = calibrateConvMatmul(single.network, single.batch, single.microBatches, single.petaflops, constants);
  const calibrated = { ...constants, matmul };
  return against(
    convStagesCost(network, batch, plan, cluster, calibrated),
    bestConvStages(network, batch, cluster, calibrated)?.cost,
  );
}

const against = (theirs: StagesCost, ours: StagesCost | undefined): Record<string, number> => ({
  petaflops: theirs.petaflops,
  peakGB: Math.max(...theirs.peakBytes) / 1e9,
  ...(ours ? { ourCostOverTheirs: ours.stepUs / theirs.stepUs } : {}),
});
