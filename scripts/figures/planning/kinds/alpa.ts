import {
  alpaV100,
  bestEqualStages,
  calibrateMatmul,
  clusterNamed,
  constantsOf,
  count,
  list,
  object,
  positive,
  type ReadBy,
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
    /** Said of models that are not Transformers, in place of `model`. */
    family: text,
    seqLen: count,
    dtype: text,
    stages: list(object({ layers: count, data: count, tensor: count }, {})),
    /** What the same system reached on one device, with the model that it ran there. */
    single: object({ model: transformerReader, petaflops: positive, batch: count, microBatches: count }, {}),
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
    const { model, seqLen, stages, single } = o;
    if (!model || !seqLen || !stages || !single)
      return {
        noData: `there is no model of ${o.family ?? 'what the row leaves out'}: convolutional networks are not described by sizes here`,
      };
    const cluster = clusterNamed(o.cluster);
    const dtype = o.dtype ?? 'fp16';
    const { matmul: _, ...free } = constantsOf(cluster, dtype, {
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
    const theirs = stagesCost(
      model,
      seqLen,
      o.batch,
      layout,
      { stages, microBatches: o.microBatches },
      cluster,
      constants,
    );
    const ours = bestEqualStages(model, seqLen, o.batch, layout, cluster, constants);
    return {
      petaflops: theirs.petaflops,
      peakGB: Math.max(...theirs.peakBytes) / 1e9,
      ...(ours ? { ourCostOverTheirs: ours.cost.stepUs / theirs.stepUs } : {}),
    };
  },
};
