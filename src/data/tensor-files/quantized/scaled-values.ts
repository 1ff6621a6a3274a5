import { type DType, isFloat, UserError } from '../../../base/index.ts';
import { float32Of } from '../float-values.ts';
import type { Box, TensorStore } from '../tensor-store.ts';
import { applyFactors, blockSizeOf, evenGrid, type MatrixBox } from './factor-grid.ts';
import {
  present,
  type QuantizationConfig,
  type QuantizationScheme,
  type QuantizedTensor,
  requirePart,
} from './scheme.ts';

/* Weights of 8 bits that keep their names, with scales beside them: one for all, or for each row, group or block. */

const FLOAT8: readonly DType[] = ['f8E4M3FN', 'f8E5M2'];
const SCALES: readonly DType[] = ['f32', 'bf16', 'f16', 'f8E8M0FNU', 'u8'];

/**
 * Floats of 8 bits: `<name>_scale_inv` (DeepSeek: blocks of `weight_block_size`) or `<name>_scale` (rows, or one for all). Value w·scale in
 * both cases, despite the name. Matrices may be stacked (experts).
 * Source: DeepSeek-V3's and FBGEMM's checkpoints.
 */
export const float8Tensors: QuantizationScheme = (store, config) => {
  const block = config.value('weight_block_size');
  const sizes = Array.isArray(block) ? block.map(Number) : [];
  return scaledTensors(store, FLOAT8, { rows: sizes.slice(0, 1), columns: sizes.slice(1, 2) });
};

/** Sizes of blocks that a configuration names, along the last two dimensions. */
export interface NamedSizes {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** All tensors of 8-bit types, each with its scales. Throws `data/quantization` for one without scales. */
export function scaledTensors(store: TensorStore, dtypes: readonly DType[], sizes: NamedSizes): QuantizedTensor[] {
  return [...store.tensors]
    .filter(([name, { dtype }]) => dtypes.includes(dtype) && !/_(scale|scale_inv|zero_point|packed)$/.test(name))
    .map(([name]) => scaledTensor(store, name, sizes));
}

function scaledTensor(store: TensorStore, name: string, sizes: NamedSizes): QuantizedTensor {
  const { shape, dtype } = store.tensors.get(name)!;
  const [scaleName = `${name}_scale`] = present(store, [`${name}_scale_inv`, `${name}_scale`]);
  const [zeroName] = isFloat(dtype) ? [] : present(store, [`${name}_zero_point`]);
  const scale = requirePart(store, scaleName, SCALES);
  if (zeroName) requirePart(store, zeroName, ['i8', 'i32', 'f32'], scale.shape);
  const [rows, columns] = shape.slice(-2);
  // One scale may have no dimension, or one; of rows, one or two.
  const isOne = scale.shape.every((n) => n === 1);
  const isOfRows = shape.length === 2 && scale.shape.length === 1;
  const isStacked = scale.shape.length === shape.length && shape.slice(0, -2).every((n, d) => n === scale.shape[d]);
  const [scaleRows, scaleColumns] = isOne ? [1, 1] : isOfRows ? [scale.shape[0], 1] : scale.shape.slice(-2);
  const rowSize = blockSizeOf(rows, scaleRows, sizes.rows);
  const columnSize = blockSizeOf(columns, scaleColumns, sizes.columns);
  if (shape.length < 2 || !(isOne || isOfRows || isStacked) || rowSize === undefined || columnSize === undefined)
    throw new UserError('data/quantization', `the scales of tensor ${name} do not fit it`, {
      expected: `one for all of [${shape.join(',')}], or one for each row, group or block`,
      given: `[${scale.shape.join(',')}]`,
    });
  const parts = zeroName ? [name, scaleName, zeroName] : [name, scaleName];
  const gridOf = (part: string, box: MatrixBox, lead: readonly number[]): ReturnType<typeof evenGrid> => {
    if (isOne || isOfRows) {
      const view = oneDimensional(store, part, isOne);
      return evenGrid(view, part, box, [rowSize, columnSize]);
    }
    return evenGrid(store, part, box, [rowSize, columnSize], lead);
  };
  return {
    name,
    shape,
    parts,
    read: (box: Box): Float32Array => {
      const levels = float32Of(store.read(name, box));
      const [boxRows, boxColumns] = box.shape.slice(-2);
      const [rowStart, columnStart] = box.start.slice(-2);
      const matrix = { rowStart, rows: boxRows, columnStart, columns: boxColumns };
      let at = 0;
      for (const lead of leadsOf(box)) {
        const piece = levels.subarray(at, at + boxRows * boxColumns);
        const zeros = zeroName ? gridOf(zeroName, matrix, lead) : undefined;
        applyFactors(piece, boxRows, boxColumns, gridOf(scaleName, matrix, lead), zeros);
        at += piece.length;
      }
      return levels;
    },
  };
}

/** Scales of fewer dimensions, read as a matrix of one column. */
function oneDimensional(store: TensorStore, name: string, isOne: boolean): TensorStore {
  return {
    ...store,
    read: (_, box) => {
      const { shape } = store.tensors.get(name)!;
      const [start, count] = isOne ? [0, 1] : [box!.start[0], box!.shape[0]];
      return store.read(name, {
        start: shape.map((_, d) => (d === 0 ? start : 0)),
        shape: shape.map((n, d) => (d === 0 ? count : n)),
      });
    },
  };
}

/** Indices of the matrices of a stack that a box takes from. */
export function leadsOf(box: Box): number[][] {
  let leads: number[][] = [[]];
  for (let d = 0; d < box.shape.length - 2; d++)
    leads = leads.flatMap((lead) => Array.from({ length: box.shape[d] }, (_, i) => [...lead, box.start[d] + i]));
  return leads;
}

/** Block sizes of a `compressed-tensors` configuration: of all its groups, since the shapes of the scales tell which one holds. */
export function namedSizes(config: QuantizationConfig): NamedSizes {
  const weights = weightSettings(config);
  const sizes = (key: string, d: number): number[] =>
    weights.flatMap((w) => (Array.isArray(w[key]) ? [Number(w[key][d])] : []));
  return {
    rows: sizes('block_structure', 0),
    columns: [...sizes('block_structure', 1), ...weights.map((w) => Number(w.group_size ?? 0))],
  };
}

/** `weights` of every group of a `compressed-tensors` configuration. */
export function weightSettings(config: QuantizationConfig): Record<string, unknown>[] {
  const groups = config.value('config_groups');
  if (typeof groups !== 'object' || groups === null) return [];
  return Object.values(groups).flatMap((group) => {
    const weights = (group as { weights?: unknown } | null)?.weights;
    return typeof weights === 'object' && weights !== null ? [weights as Record<string, unknown>] : [];
  });
}
