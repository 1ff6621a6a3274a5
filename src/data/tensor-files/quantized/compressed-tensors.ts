import { ceilDiv, numElements, UserError } from '../../../base/index.ts';
import type { Box, TensorStore } from '../tensor-store.ts';
import { applyFactors, blockSizeOf, evenBlocks, type FactorGrid, namedBlocks, readGrid } from './factor-grid.ts';
import { packedFloat4Tensor } from './float4.ts';
import { readPackedIntegers } from './packed-integers.ts';
import { namedSizes, scaledTensors, weightSettings } from './scaled-values.ts';
import {
  namesBefore,
  present,
  type QuantizationScheme,
  type QuantizedTensor,
  requireMatrix,
  requirePart,
} from './scheme.ts';

/**
 * compressed-tensors (llm-compressor): integers or floats of 8 bits under their own names (`int-`, `float-`, `naive-quantized`, MXFP8), integers packed
 * into words (`pack-quantized`), floats of 4 bits (`nvfp4-`, `mxfp4-pack-quantized`). What a module holds says which of them it is: the
 * patterns of `config_groups` are not needed.
 * Source: vllm-project/compressed-tensors.
 */
export const compressedTensors: QuantizationScheme = (store, config) => {
  const sparsity = config.value('sparsity_config') as { format?: unknown } | null | undefined;
  if (sparsity?.format !== undefined && sparsity.format !== 'dense')
    throw config.wrong('sparsity_config.format', 'dense', String(sparsity.format));
  const settings = weightSettings(config);
  const widths = settings.map((w) => Number(w.num_bits));
  const isFloat6 = settings.some((w) => w.type === 'float' && Number(w.num_bits) === 6);
  if (isFloat6) throw config.wrong('config_groups', 'floats of 4 or 8 bits', 'floats of 6 bits');
  const sizes = namedSizes(config);
  const packed = namesBefore(store, '.weight_packed').map((module) =>
    store.tensors.get(`${module}.weight_packed`)!.dtype === 'u8'
      ? packedFloat4Tensor(store, module)
      : packedIntegerTensor(store, module, widths, sizes.columns),
  );
  return [...packed, ...scaledTensors(store, ['i8', 'f8E4M3FN', 'f8E5M2'], sizes)];
};

/**
 * Integers of 1 to 8 bits: `weight_packed` i32[out, ⌈in·bits/32⌉], stored plus 2^(bits−1); `weight_scale` [out, groups]; `weight_zero_point`, packed along
 * *out* in the same way; `weight_g_idx` i32[in]; `weight_shape` [out, in].
 */
function packedIntegerTensor(
  store: TensorStore,
  module: string,
  widths: readonly number[],
  groupSizes: readonly number[],
): QuantizedTensor {
  const named = (part: string): string => `${module}.weight_${part}`;
  const [out, numWords] = requireMatrix(named('packed'), requirePart(store, named('packed'), ['i32']));
  const numIn = inputsOf(store, named('shape'), out);
  const fitting = [1, 2, 3, 4, 5, 6, 7, 8].filter((b) => ceilDiv(numIn * b, 32) === numWords);
  const numBits = fitting.find((b) => widths.includes(b)) ?? (fitting.length === 1 ? fitting[0] : undefined);
  const scale = requirePart(store, named('scale'), ['f32', 'bf16', 'f16']);
  const numGroups = numElements(scale.shape) === 1 ? 1 : (scale.shape[1] ?? 1);
  const groupSize = blockSizeOf(numIn, numGroups, groupSizes);
  if (numBits === undefined || groupSize === undefined)
    throw new UserError('data/quantization', `the parts of ${module}.weight do not fit each other`, {
      expected: `[${out},${numIn}] in integers of ${widths.join(' or ')} bits`,
      given: `${numWords} words in a row, ${numGroups} groups`,
    });
  const isForAll = numElements(scale.shape) === 1 && out !== 1;
  if (!isForAll) requirePart(store, named('scale'), ['f32', 'bf16', 'f16'], [out, numGroups]);
  const zero = store.tensors.get(named('zero_point'));
  const isZeroPacked = zero?.dtype === 'i32';
  if (zero && isZeroPacked) requirePart(store, named('zero_point'), ['i32'], [ceilDiv(out * numBits, 32), numGroups]);
  else if (zero) requirePart(store, named('zero_point'), ['i8'], scale.shape);
  const order = store.tensors.get(named('g_idx'));
  if (order) requirePart(store, named('g_idx'), ['i32'], [numIn]);
  const offset = 2 ** (numBits - 1);
  return {
    name: `${module}.weight`,
    shape: [out, numIn],
    parts: present(store, ['packed', 'scale', 'zero_point', 'g_idx', 'shape'].map(named)),
    read: ({ start, shape }: Box): Float32Array => {
      const [[rowStart, columnStart], [rows, columns]] = [start, shape];
      const box = { rowStart, rows, columnStart, columns };
      const levels = readPackedIntegers(store, { name: named('packed'), numBits, packedDim: 1 }, box);
      for (let i = 0; i < levels.length; i++) levels[i] -= offset;
      const table = order
        ? (store.read(named('g_idx'), { start: [columnStart], shape: [columns] }).data as Int32Array)
        : undefined;
      // A table of −1 was never filled in.
      const groups =
        table === undefined || table.every((g) => g === -1)
          ? evenBlocks(columnStart, columns, groupSize)
          : namedBlocks(named('g_idx'), table, numGroups);
      const outputs = evenBlocks(rowStart, rows, isForAll ? out : 1);
      const scales = isForAll
        ? { ...readOne(store, named('scale')), row: outputs.index, column: groups.index }
        : readGrid(store, named('scale'), outputs, groups);
      let zeros: FactorGrid | undefined;
      if (isZeroPacked) {
        const zeroBox = { rowStart, rows, columnStart: groups.first, columns: groups.numBlocks };
        const stored = readPackedIntegers(store, { name: named('zero_point'), numBits, packedDim: 0 }, zeroBox);
        zeros = { ...scales, values: stored.map((z) => z - offset), width: groups.numBlocks };
      } else if (zero)
        zeros = isForAll
          ? { ...scales, ...readOne(store, named('zero_point')) }
          : readGrid(store, named('zero_point'), outputs, groups);
      return applyFactors(levels, rows, columns, scales, zeros);
    },
  };
}

/** The factor that holds for all of a tensor. */
function readOne(store: TensorStore, name: string): { readonly values: Float32Array; readonly width: 1 } {
  return { values: Float32Array.of(store.read(name).number(0)), width: 1 };
}

/** Inputs of a matrix, from the tensor that holds its shape. */
function inputsOf(store: TensorStore, name: string, out: number): number {
  requirePart(store, name, ['i64', 'i32'], [2]);
  const [rows, columns] = store.read(name).toNumbers();
  if (rows === out && columns > 0) return columns;
  throw new UserError('data/quantization', `tensor ${name} does not fit the quantized weight it belongs to`, {
    expected: `[${out}, inputs]`,
    given: `[${rows}, ${columns}]`,
  });
}
