import { UserError } from '../../../base/index.ts';
import type { Box, TensorStore } from '../tensor-store.ts';
import { applyFactors, blockSizeOf, evenBlocks, readGrid, transposed } from './factor-grid.ts';
import { readPackedIntegers } from './packed-integers.ts';
import { namesBefore, type QuantizationScheme, type QuantizedTensor, requireMatrix, requirePart } from './scheme.ts';

const NUM_BITS = 4;
const PER_WORD = 32 / NUM_BITS;
/** Column c of eight lies in this nibble of its word. */
const PLACES = [0, 4, 1, 5, 2, 6, 3, 7];

/**
 * AWQ in its `gemm` layout: `qweight` i32[in, out/8] packed along *out* with columns interleaved, `qzeros` i32[groups, out/8] likewise, `scales`
 * [groups, out]. Value (q − z)·s.
 * Source: AutoAWQ.
 */
export const awqTensors: QuantizationScheme = (store, config) => {
  config.requireOneOf('version', ['gemm', 'GEMM'], 'gemm');
  if ((config.integer('bits') ?? config.integer('w_bit') ?? NUM_BITS) !== NUM_BITS)
    throw config.wrong('bits', `${NUM_BITS}`, `${config.integer('bits')}`);
  const groupSize = config.integer('group_size') ?? config.integer('q_group_size') ?? 128;
  return namesBefore(store, '.qweight').map((module) => awqTensor(store, module, groupSize));
};

function awqTensor(store: TensorStore, module: string, groupSize: number): QuantizedTensor {
  const names = { levels: `${module}.qweight`, zeros: `${module}.qzeros`, scales: `${module}.scales` };
  const [numIn, numWords] = requireMatrix(names.levels, requirePart(store, names.levels, ['i32', 'u32']));
  const out = numWords * PER_WORD;
  const [numGroups] = requireMatrix(names.scales, requirePart(store, names.scales, ['f16', 'bf16', 'f32']));
  requirePart(store, names.scales, ['f16', 'bf16', 'f32'], [numGroups, out]);
  requirePart(store, names.zeros, ['i32', 'u32'], [numGroups, numWords]);
  const size = blockSizeOf(numIn, numGroups, [groupSize]);
  if (size === undefined)
    throw new UserError('data/quantization', `tensor ${names.scales} has groups of an unknown size`, {
      expected: `${numIn} inputs in groups of ${groupSize}`,
      given: `${numGroups} groups`,
    });
  const packed = { numBits: NUM_BITS, packedDim: 1, places: PLACES } as const;
  return {
    name: `${module}.weight`,
    shape: [out, numIn],
    parts: Object.values(names),
    read: ({ start, shape }: Box): Float32Array => {
      const [[columnStart, rowStart], [columns, rows]] = [start, shape];
      const levels = readPackedIntegers(
        store,
        { name: names.levels, ...packed },
        { rowStart, rows, columnStart, columns },
      );
      const groups = evenBlocks(rowStart, rows, size);
      const outputs = evenBlocks(columnStart, columns, 1);
      const zeroBox = { rowStart: groups.first, rows: groups.numBlocks, columnStart, columns };
      const zeros = readPackedIntegers(store, { name: names.zeros, ...packed }, zeroBox);
      applyFactors(levels, rows, columns, readGrid(store, names.scales, groups, outputs), {
        values: zeros,
        width: columns,
        row: groups.index,
        column: outputs.index,
      });
      return transposed(levels, rows, columns);
    },
  };
}
