import { asTensor, type Block, type Checker, type Type } from '../../ir/index.ts';
import {
  checkCombiner,
  checkCount,
  checkDistinct,
  checkInRange,
  checkPairedSizes,
  checkShape,
  checkSorted,
} from '../define/constraints.ts';
import type { GatherDimensionNumbers } from './gather.ts';
import type { ScatterDimensionNumbers } from './scatter.ts';

export function checkGather(
  [t, i]: readonly Type[],
  d: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  c: Checker,
): void {
  const [x, indices] = [asTensor(t).shape, asTensor(i, 'start_indices').shape];
  const rank = x.length;
  const parts = d.offsetDims.length + d.collapsedSliceDims.length + d.operandBatchingDims.length;
  c.check(
    'C1',
    rank === parts,
    () => `offset, collapsed and batching dimensions should be ${rank} (rank of operand), got ${parts}`,
  );
  checkIndexVector(c, 'C2', 'C3', indices, d.indexVectorDim, 'start_index_map', d.startIndexMap.length);
  const resultRank = indices.length - (d.indexVectorDim < indices.length ? 1 : 0) + d.offsetDims.length;
  checkDistinct(c, 'C4', 'offset_dims', d.offsetDims);
  checkSorted(c, 'C4', 'offset_dims', d.offsetDims);
  checkInRange(c, 'C5', 'offset_dims', d.offsetDims, resultRank);
  const inside = [...d.collapsedSliceDims, ...d.operandBatchingDims];
  checkDistinct(c, 'C6', 'collapsed_slice_dims and operand_batching_dims', inside);
  checkSorted(c, 'C7', 'collapsed_slice_dims', d.collapsedSliceDims);
  checkInRange(c, 'C8', 'collapsed_slice_dims', d.collapsedSliceDims, rank);
  checkSorted(c, 'C10', 'operand_batching_dims', d.operandBatchingDims);
  checkInRange(c, 'C11', 'operand_batching_dims', d.operandBatchingDims, rank);
  const batching = d.startIndicesBatchingDims;
  checkDistinct(c, 'C13', 'start_indices_batching_dims', batching);
  checkInRange(c, 'C14', 'start_indices_batching_dims', batching, indices.length);
  c.check(
    'C15',
    !batching.includes(d.indexVectorDim),
    () => `start_indices_batching_dims [${batching}] should not contain index_vector_dim ${d.indexVectorDim}`,
  );
  checkCount(c, 'C16', 'start_indices_batching_dims', batching.length, d.operandBatchingDims.length);
  checkPairedSizes(
    c,
    'C17',
    { name: 'operand', shape: x, dims: d.operandBatchingDims },
    { name: 'start_indices', shape: indices, dims: batching },
  );
  checkDistinct(c, 'C18', 'start_index_map and operand_batching_dims', [...d.startIndexMap, ...d.operandBatchingDims]);
  checkInRange(c, 'C19', 'start_index_map', d.startIndexMap, rank);
  checkCount(c, 'C20', 'slice_sizes', sliceSizes.length, rank);
  const bad = sliceSizes.findIndex((n, k) => !(n >= 0 && (x[k] < 0 || n <= x[k])));
  c.check('C21', bad < 0, () => `slice size ${sliceSizes[bad]} of dimension ${bad} should lie in [0, ${x[bad]}]`);
  for (const [label, dims] of [
    ['C9', d.collapsedSliceDims],
    ['C12', d.operandBatchingDims],
  ] as const)
    for (const k of dims)
      c.check(
        label,
        sliceSizes[k] <= 1,
        () => `slice size of dimension ${k} should be at most 1, got ${sliceSizes[k]}`,
      );
}

function checkIndexVector(
  c: Checker,
  rangeLabel: string,
  sizeLabel: string,
  indices: readonly number[],
  dim: number,
  mapName: string,
  mapped: number,
): void {
  c.check(
    rangeLabel,
    dim >= 0 && dim <= indices.length,
    () => `index_vector_dim should lie in [0, ${indices.length}], got ${dim}`,
  );
  const vector = dim < indices.length ? indices[dim] : 1;
  if (vector >= 0) checkCount(c, sizeLabel, mapName, mapped, vector);
}

export function checkScatter(operands: readonly Type[], d: ScatterDimensionNumbers, body: Block, c: Checker): void {
  const n = (operands.length - 1) / 2;
  c.check(
    'C5',
    Number.isInteger(n) && n >= 1,
    () => `takes inputs, one index tensor and as many updates as inputs, got ${operands.length} operands`,
  );
  const inputs = operands.slice(0, n).map((t) => asTensor(t, 'input'));
  const indices = asTensor(operands[n], 'scatter_indices').shape;
  const updates = operands.slice(n + 1).map((t) => asTensor(t, 'update'));
  const [x, u] = [inputs[0].shape, updates[0].shape];
  for (const [i, t] of inputs.entries()) checkShape(c, 'C1', `input ${i}`, t.shape, x);
  const parts = d.updateWindowDims.length + d.insertedWindowDims.length + d.inputBatchingDims.length;
  c.check(
    'C2',
    x.length === parts,
    () => `window, inserted and batching dimensions should be ${x.length} (rank of input), got ${parts}`,
  );
  for (const [i, t] of updates.entries()) checkShape(c, 'C3', `update ${i}`, t.shape, u);
  updates.forEach((t, i) => {
    const expected = inputs[i].dtype;
    c.check('C6', t.dtype === expected, () => `update ${i} should have element type ${expected}, got ${t.dtype}`);
  });
  checkDistinct(c, 'C7', 'update_window_dims', d.updateWindowDims);
  checkSorted(c, 'C7', 'update_window_dims', d.updateWindowDims);
  checkInRange(c, 'C8', 'update_window_dims', d.updateWindowDims, u.length);
  const taken = [...d.insertedWindowDims, ...d.inputBatchingDims];
  checkDistinct(c, 'C9', 'inserted_window_dims and input_batching_dims', taken);
  checkSorted(c, 'C10', 'inserted_window_dims', d.insertedWindowDims);
  checkInRange(c, 'C11', 'inserted_window_dims', d.insertedWindowDims, x.length);
  checkSorted(c, 'C12', 'input_batching_dims', d.inputBatchingDims);
  checkInRange(c, 'C13', 'input_batching_dims', d.inputBatchingDims, x.length);
  const batching = d.scatterIndicesBatchingDims;
  checkDistinct(c, 'C14', 'scatter_indices_batching_dims', batching);
  checkInRange(c, 'C15', 'scatter_indices_batching_dims', batching, indices.length);
  c.check(
    'C16',
    !batching.includes(d.indexVectorDim),
    () => `scatter_indices_batching_dims [${batching}] should not contain index_vector_dim ${d.indexVectorDim}`,
  );
  checkCount(c, 'C17', 'scatter_indices_batching_dims', batching.length, d.inputBatchingDims.length);
  checkPairedSizes(
    c,
    'C18',
    { name: 'input', shape: x, dims: d.inputBatchingDims },
    { name: 'scatter_indices', shape: indices, dims: batching },
  );
  const map = d.scatterDimsToOperandDims;
  checkIndexVector(c, 'C22', 'C19', indices, d.indexVectorDim, 'scatter_dims_to_operand_dims', map.length);
  const mapped = [...map, ...d.inputBatchingDims];
  checkDistinct(c, 'C20', 'scatter_dims_to_operand_dims and input_batching_dims', mapped);
  checkInRange(c, 'C21', 'scatter_dims_to_operand_dims', map, x.length);
  checkUpdateShape(x, indices, u, d, c);
  checkCombiner(
    c,
    'C23',
    body,
    inputs.map((t) => t.dtype),
  );
}

/** C4: the scatter dimensions of the updates are those of the indices, the window dimensions fit into the input. */
function checkUpdateShape(
  x: readonly number[],
  indices: readonly number[],
  u: readonly number[],
  d: ScatterDimensionNumbers,
  c: Checker,
): void {
  const batch = indices.filter((_, k) => k !== d.indexVectorDim);
  const rank = batch.length + d.updateWindowDims.length;
  c.check('C4', u.length === rank, () => `updates should have rank ${rank}, got [${u}]`);
  const own = u.filter((_, k) => !d.updateWindowDims.includes(k));
  checkShape(c, 'C4', 'the scatter part of updates', own, batch);
  const window = x.filter((_, k) => !d.insertedWindowDims.includes(k) && !d.inputBatchingDims.includes(k));
  d.updateWindowDims.forEach((k, i) => {
    c.check(
      'C4',
      u[k] <= window[i] || window[i] < 0,
      () => `dimension ${k} of updates should be at most ${window[i]}, got ${u[k]}`,
    );
  });
}
