import { HostArray, numElements, UserError } from '../../../base/index.ts';
import { requireBox, type StoredTensor, type TensorStore, tensorNamed } from '../tensor-store.ts';
import { awqTensors } from './awq.ts';
import { compressedTensors } from './compressed-tensors.ts';
import { mxfp4Tensors } from './float4.ts';
import { gptqTensors } from './gptq.ts';
import { float8Tensors } from './scaled-values.ts';
import { QuantizationConfig, type QuantizationScheme } from './scheme.ts';

const schemeByMethod: ReadonlyMap<string, QuantizationScheme> = new Map([
  ['awq', awqTensors],
  ['compressed-tensors', compressedTensors],
  ['fbgemm_fp8', float8Tensors],
  ['fp8', float8Tensors],
  ['gptq', gptqTensors],
  ['mxfp4', mxfp4Tensors],
]);

/** Scales of activations and caches, which a program that computes in floats has no use for. */
const ACTIVATION_SCALE = /[._]([kvq]|input|output)_(global_)?(scale|zero_point)$/;

/**
 * Presents the folder of a quantized model as one that is not: each quantized weight under its own name as float32, read lazily by boxes; other
 * tensors as they are. `quantizationConfig` is `quantization_config` of the model's `config.json`; without one the store itself is returned.
 * Knows fp8 (blocks, rows, tensors), AWQ, GPTQ (both checkpoint formats, `desc_act`), compressed-tensors (`int-`, `float-`, `naive-`, `pack-quantized`,
 * `nvfp4-` and `mxfp4-pack-quantized`) and gpt-oss's MXFP4. Throws `data/quantization` for other methods and for parts that do not fit each other.
 */
export function dequantized(store: TensorStore, quantizationConfig: unknown): TensorStore {
  if (quantizationConfig === undefined || quantizationConfig === null) return store;
  const config = new QuantizationConfig(quantizationConfig);
  const method = config.text('quant_method') ?? '';
  const scheme = schemeByMethod.get(method);
  if (scheme === undefined)
    throw new UserError('data/quantization', 'the model is quantized by a method that is not known here', {
      expected: [...schemeByMethod.keys()].join(', '),
      given: method.slice(0, 80),
      advice: 'use another quantization of the model, or its original weights',
    });
  const quantized = new Map(scheme(store, config).map((tensor) => [tensor.name, tensor]));
  const hidden = new Set([...quantized.values()].flatMap((tensor) => tensor.parts));
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape }] of store.tensors)
    if (!hidden.has(name) && !ACTIVATION_SCALE.test(name)) {
      if (quantized.has(name))
        throw new UserError('data/quantization', `tensor ${name} is there both quantized and in floats`);
      tensors.set(name, { dtype, shape });
    }
  for (const [name, { shape }] of quantized) tensors.set(name, { dtype: 'f32', shape });
  return {
    tensors,
    metadata: store.metadata,
    read: (name, box) => {
      const { shape } = tensorNamed(tensors, name);
      const tensor = quantized.get(name);
      if (tensor === undefined) return store.read(name, box);
      const wanted = requireBox(name, shape, box);
      const isEmpty = numElements(wanted.shape) === 0;
      return new HostArray('f32', wanted.shape, isEmpty ? new Float32Array(0) : tensor.read(wanted));
    },
    close: () => store.close(),
  };
}
