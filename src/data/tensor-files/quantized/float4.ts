import { numElements, UserError } from '../../../base/index.ts';
import { e2m1Values } from '../float-values.ts';
import type { Box, TensorStore } from '../tensor-store.ts';
import { applyFactors, evenGrid } from './factor-grid.ts';
import { leadsOf } from './scaled-values.ts';
import {
  namesBefore,
  present,
  type QuantizationScheme,
  type QuantizedTensor,
  requireMatrix,
  requirePart,
} from './scheme.ts';

/* Floats of 4 bits (E2M1), two in a byte: the even element in the low half. */

/** Elements of rows from packed rows of bytes whose first element is number `columnStart` of its row. */
function unpackRows(bytes: Uint8Array, rows: number, columnStart: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns);
  const rowBytes = rows === 0 ? 0 : bytes.length / rows;
  const odd = columnStart & 1;
  for (let r = 0, at = 0; r < rows; r++)
    for (let c = odd; c < columns + odd; c++, at++)
      out[at] = e2m1Values[(bytes[r * rowBytes + (c >> 1)] >> (4 * (c & 1))) & 15];
  return out;
}

/**
 * `weight_packed` u8[out, in/2] with `weight_scale` for groups of inputs: E4M3 over one `weight_global_scale` (NVFP4), or powers of two by their
 * exponents (MXFP4).
 */
export function packedFloat4Tensor(store: TensorStore, module: string): QuantizedTensor {
  const named = (part: string): string => `${module}.weight_${part}`;
  const [out, rowBytes] = requireMatrix(named('packed'), requirePart(store, named('packed'), ['u8']));
  const numIn = 2 * rowBytes;
  const hasGlobal = store.tensors.has(named('global_scale'));
  const groupSize = hasGlobal ? 16 : 32;
  requirePart(store, named('scale'), hasGlobal ? ['f8E4M3FN'] : ['u8', 'f8E8M0FNU'], [
    out,
    Math.ceil(numIn / groupSize),
  ]);
  if (hasGlobal && numElements(requirePart(store, named('global_scale'), ['f32']).shape) !== 1)
    requirePart(store, named('global_scale'), ['f32'], [1]);
  return {
    name: `${module}.weight`,
    shape: [out, numIn],
    parts: present(store, ['packed', 'scale', 'global_scale'].map(named)),
    read: ({ start, shape }: Box): Float32Array => {
      const [[rowStart, columnStart], [rows, columns]] = [start, shape];
      const firstByte = columnStart >> 1;
      const bytes = store.read(named('packed'), {
        start: [rowStart, firstByte],
        shape: [rows, ((columnStart + columns + 1) >> 1) - firstByte],
      }).data as Uint8Array;
      const levels = unpackRows(bytes, rows, columnStart, columns);
      const scales = evenGrid(store, named('scale'), { rowStart, rows, columnStart, columns }, [1, groupSize]);
      const divisor = hasGlobal ? store.read(named('global_scale')).number(0) : 1;
      return applyFactors(levels, rows, columns, { ...scales, values: scales.values.map((s) => s / divisor) });
    },
  };
}

const GROUP = 32;

/**
 * gpt-oss: `<name>_blocks` u8[experts, out, groups, 16] and `<name>_scales` u8[experts, out, groups] are `<name>` [experts, in, out], the layout in which
 * folders that are not quantized hold its experts. Value E2M1 · 2^(scale − 127).
 * Source: openai/gpt-oss; `convert_moe_packed_tensors` of transformers.
 */
export const mxfp4Tensors: QuantizationScheme = (store) =>
  namesBefore(store, '_blocks').map((name) => {
    const [blocks, scales] = [`${name}_blocks`, `${name}_scales`];
    const { shape } = requirePart(store, blocks, ['u8']);
    if (shape.length !== 4 || shape[3] !== GROUP / 2)
      throw new UserError('data/quantization', `tensor ${blocks} holds no blocks of MXFP4`, {
        expected: `[experts, out, groups, ${GROUP / 2}]`,
        given: `[${shape.join(',')}]`,
      });
    const [experts, out, groups] = shape;
    requirePart(store, scales, ['u8'], [experts, out, groups]);
    return {
      name,
      shape: [experts, groups * GROUP, out],
      parts: [blocks, scales],
      read: (box: Box): Float32Array => readExperts(store, blocks, scales, box),
    };
  });

function readExperts(store: TensorStore, blocks: string, scales: string, box: Box): Float32Array {
  const [, inStart, outStart] = box.start;
  const [, inCount, outCount] = box.shape;
  const result = new Float32Array(numElements(box.shape));
  const firstGroup = Math.floor(inStart / GROUP);
  const numGroups = inCount === 0 ? 0 : Math.ceil((inStart + inCount) / GROUP) - firstGroup;
  let at = 0;
  for (const [expert] of leadsOf(box)) {
    const bytes = store.read(blocks, {
      start: [expert, outStart, firstGroup, 0],
      shape: [1, outCount, numGroups, GROUP / 2],
    }).data as Uint8Array;
    const exponents = store.read(scales, { start: [expert, outStart, firstGroup], shape: [1, outCount, numGroups] })
      .data as Uint8Array;
    for (let i = 0; i < inCount; i++) {
      const element = inStart + i - firstGroup * GROUP;
      const [group, shift] = [Math.floor(element / GROUP), 4 * (element & 1)];
      for (let o = 0; o < outCount; o++, at++) {
        const code = (bytes[o * numGroups * (GROUP / 2) + (element >> 1)] >> shift) & 15;
        result[at] = e2m1Values[code] * 2 ** (exponents[o * numGroups + group] - 127);
      }
    }
  }
  return result;
}
