import {
  chipNamed,
  count,
  flag,
  layoutReader,
  megatronH100,
  numNonEmbeddingParams,
  numParams,
  object,
  peakFlops,
  type ReadBy,
  sentBytes,
  text,
  trainingMemory,
  trainingStep,
  transformerReader,
  twoAxisStep,
} from '../../../../src/plan/index.ts';
import type { RowKind } from '../../row.ts';

const lingvoInputs = object(
  { model: transformerReader, seqLen: count, batch: count, x: count, y: count },
  { microBatches: count, recompute: flag },
);

export const lingvo: RowKind<ReadBy<typeof lingvoInputs>> = {
  name: 'lingvo-throughput',
  about: 'dense Transformers on TPU v3, weights and activations cut over two axes of cores',
  inputs: lingvoInputs,
  quantities: {
    params: 'parameters, all of them',
    layerParams: 'parameters without embedding and head',
    tokensPerSec: 'tokens per second of the whole mesh',
    flopsUtilization: 'operations with what is computed again, over the peak of all cores',
  },
  evaluate({ model, seqLen, batch, ...mesh }) {
    const { tokensPerSec, hardwareFlops, stepUs } = twoAxisStep(model, seqLen, batch, mesh);
    return {
      params: numParams(model),
      layerParams: numNonEmbeddingParams(model),
      tokensPerSec,
      flopsUtilization: hardwareFlops / stepUs / 1e6 / (mesh.x * mesh.y * 61.5),
    };
  },
};

const megatronInputs = object(
  {
    width: count,
    layers: count,
    heads: count,
    seqLen: count,
    vocab: count,
    tensor: count,
    pipeline: count,
    gpus: count,
    batch: count,
  },
  { chip: text, chunks: count },
);

export const megatron: RowKind<ReadBy<typeof megatronInputs>> = {
  name: 'megatron-throughput',
  about: 'GPT models of Megatron-Core, one sequence per device and micro-batch',
  inputs: megatronInputs,
  quantities: {
    params: 'parameters, embedding and head apart',
    tflopsPerGpu: 'operations of the model per GPU, attention over all pairs, 1e12/s',
    utilization: 'the same over the peak',
  },
  evaluate({ width, layers, heads, seqLen, vocab, tensor, pipeline, gpus, batch, chip: name = 'H100-SXM', chunks }) {
    const chip = chipNamed(name);
    const peak = peakFlops(chip, 'bf16');
    const model = { layers, width, heads, mlpWidth: 4 * width, vocab };
    const step = trainingStep(
      model,
      seqLen,
      batch,
      {
        tensor,
        pipeline,
        data: gpus / tensor / pipeline,
        sequenceParallel: true,
        zero: 1,
        ...(chunks ? { chunks, schedule: 'interleaved' as const } : {}),
      },
      {
        peakFlops: peak,
        hbmGBPerSec: chip.hbmGBPerSec,
        matmul: megatronH100.matmul,
        elementwiseBytes: megatronH100.elementwiseBytes,
        logitBytes: megatronH100.logitBytes,
        collectiveUs: (_, kind, bytes) => sentBytes(kind, bytes, tensor) / (megatronH100.tensorGBPerSec! * 1e3),
        gradients: 'hidden',
      },
    );
    const tflopsPerGpu = step.modelTflopsPerDevice;
    return {
      params: numParams({ ...model, biases: true, norm: 'scale and bias' }),
      tflopsPerGpu,
      utilization: (tflopsPerGpu * 1e12) / peak,
    };
  },
};

const memoryInputs = object({ model: transformerReader, seqLen: count, layout: layoutReader }, { other: layoutReader });

export const memory: RowKind<ReadBy<typeof memoryInputs>> = {
  name: 'memory',
  about: 'memory of the fullest device in training',
  inputs: memoryInputs,
  quantities: {
    staticGB: 'weights, gradients and optimizer, 1e9 bytes',
    peakGB: 'with activations, logits and what is there for a moment, 1e9 bytes',
    differenceGiB: 'peak of the layout less that of `other`, 2^30 bytes',
  },
  evaluate({ model, seqLen, layout, other }) {
    const most = (o: typeof layout, of: 'staticBytes' | 'peakBytes'): number =>
      Math.max(...trainingMemory(model, seqLen, o).map((m) => m[of]));
    return {
      staticGB: most(layout, 'staticBytes') / 1e9,
      peakGB: most(layout, 'peakBytes') / 1e9,
      ...(other ? { differenceGiB: (most(layout, 'peakBytes') - most(other, 'peakBytes')) / 2 ** 30 } : {}),
    };
  },
};
