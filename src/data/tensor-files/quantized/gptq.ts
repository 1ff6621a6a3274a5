import { ceilDiv, UserError } from '../../../base/index.ts';
import type { Box, TensorStore } from '../tensor-store.ts';
import {
  applyFactors,
  type BlockIndex,
  blockSizeOf,
  evenBlocks,
  type FactorGrid,
  namedBlocks,
  readGrid,
  transposed,
} from './factor-grid.ts';
import { readPackedIntegers } from './packed-integers.ts';
import {
  namesBefore,
  present,
  type QuantizationScheme,
  type QuantizedTensor,
  requireMatrix,
  requirePart,
} from './scheme.ts';

/** GPTQ writes every bit width that fills words evenly, and 3. */
const BIT_WIDTHS = [2, 3, 4, 8];

/**
 * GPTQ: `qweight` i32[in·bits/32, out] packed along *in*, `scales` [groups, out], `qzeros` i32[groups, out·bits/32], `g_idx` i32[in] (which group an
 * input belongs to; with `desc_act` in any order). Value (q − z)·s. The first checkpoint format stores z − 1.
 * Source: AutoGPTQ and GPTQModel.
 */
export const gptqTensors: QuantizationScheme = (store, config) => {
  const format = config.requireOneOf('checkpoint_format', ['gptq', 'gptq_v2'], 'gptq');
  const zeroOffset = format === 'gptq' ? 1 : 0;
  const [bits, groupSize] = [config.integer('bits'), config.integer('group_size') ?? -1];
  return namesBefore(store, '.qweight').map((module) => gptqTensor(store, module, { bits, groupSize, zeroOffset }));
};

interface GptqOptions {
  readonly bits: number | undefined;
  readonly groupSize: number;
  readonly zeroOffset: number;
}

function gptqTensor(store: TensorStore, module: string, options: GptqOptions): QuantizedTensor {
  const names = {
    levels: `${module}.qweight`,
    zeros: `${module}.qzeros`,
    scales: `${module}.scales`,
    groups: `${module}.g_idx`,
  };
  const [numWords, out] = requireMatrix(names.levels, requirePart(store, names.levels, ['i32', 'u32']));
  const [numGroups] = requireMatrix(names.scales, requirePart(store, names.scales, ['f16', 'bf16', 'f32']));
  requirePart(store, names.scales, ['f16', 'bf16', 'f32'], [numGroups, out]);
  const zeros = store.tensors.get(names.zeros);
  // Modules may differ in width from what the configuration says (`dynamic`); the zero points tell.
  const widths = BIT_WIDTHS.filter((b) => (zeros ? ceilDiv(out * b, 32) === zeros.shape[1] : b === options.bits));
  const numBits = widths.find((b) => b === options.bits) ?? widths[0];
  if (widths.length === 0)
    throw new UserError('data/quantization', `tensor ${names.levels} has an unknown number of bits`, {
      expected: BIT_WIDTHS.join(', '),
      given: `bits ${options.bits}, zero points [${zeros?.shape.join(',')}]`,
    });
  if (zeros) requirePart(store, names.zeros, ['i32', 'u32'], [numGroups, ceilDiv(out * numBits, 32)]);
  const named = store.tensors.get(names.groups);
  const numIn = named?.shape[0] ?? Math.floor((numWords * 32) / numBits);
  if (named) requirePart(store, names.groups, ['i32'], [numIn]);
  requirePart(store, names.levels, ['i32', 'u32'], [ceilDiv(numIn * numBits, 32), out]);
  const groupSize = blockSizeOf(numIn, numGroups, [options.groupSize]);
  if (!named && groupSize === undefined)
    throw new UserError('data/quantization', `tensor ${names.scales} has groups of an unknown size`, {
      expected: `${numIn} inputs in groups of ${options.groupSize}`,
      given: `${numGroups} groups`,
    });
  const groupsOf = (start: number, count: number): BlockIndex => {
    if (!named) return evenBlocks(start, count, groupSize!);
    const table = store.read(names.groups, { start: [start], shape: [count] }).data as Int32Array;
    return namedBlocks(names.groups, table, numGroups);
  };
  const zeroGrid = (groups: BlockIndex, start: number, count: number): FactorGrid => {
    const box = { rowStart: groups.first, rows: groups.numBlocks, columnStart: start, columns: count };
    const mask = (1 << numBits) - 1;
    const stored = zeros
      ? readPackedIntegers(store, { name: names.zeros, numBits, packedDim: 1 }, box)
      : new Float32Array(groups.numBlocks * count).fill((1 << (numBits - 1)) - options.zeroOffset);
    const column = Int32Array.from({ length: count }, (_, c) => c);
    return { values: stored.map((z) => (z + options.zeroOffset) & mask), width: count, row: groups.index, column };
  };
  return {
    name: `${module}.weight`,
    shape: [out, numIn],
    parts: present(store, Object.values(names)),
    read: ({ start, shape }: Box): Float32Array => {
      const [[outStart, inStart], [outCount, inCount]] = [start, shape];
      const groups = groupsOf(inStart, inCount);
      const levels = readPackedIntegers(
        store,
        { name: names.levels, numBits, packedDim: 0 },
        { rowStart: inStart, rows: inCount, columnStart: outStart, columns: outCount },
      );
      const scales = readGrid(store, names.scales, groups, evenBlocks(outStart, outCount, 1));
      applyFactors(levels, inCount, outCount, scales, zeroGrid(groups, outStart, outCount));
      return transposed(levels, inCount, outCount);
    },
  };
}
