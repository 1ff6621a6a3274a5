import { range } from '../../base/index.ts';
import {
  type AttributeCodec,
  asTensor,
  type Builder,
  codecs,
  dialectAttr,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { dialectFields, fieldInt, fieldList, listFields } from '../define/dialect-fields.ts';
import { take } from '../define/elements.ts';
import { resultLike } from '../define/elementwise.ts';
import { combiner, zerosLike } from '../define/emit.ts';
import { defineShapeOp, shifted } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { checkGather } from './gather-constraints.ts';
import { clampIndices, indexBatchDims, type WindowDims, windowsOf } from './index-windows.ts';

export interface GatherDimensionNumbers {
  readonly offsetDims: readonly number[];
  readonly collapsedSliceDims: readonly number[];
  readonly operandBatchingDims: readonly number[];
  readonly startIndicesBatchingDims: readonly number[];
  readonly startIndexMap: readonly number[];
  readonly indexVectorDim: number;
}
export interface GatherAttributes {
  readonly dimensionNumbers: GatherDimensionNumbers;
  readonly sliceSizes: readonly number[];
  readonly indicesAreSorted: boolean;
}

const dimensionsCodec: AttributeCodec<GatherDimensionNumbers> = {
  read: (a) => {
    const f = dialectFields(a, 'stablehlo.gather');
    return {
      offsetDims: fieldList(f, 'offset_dims'),
      collapsedSliceDims: fieldList(f, 'collapsed_slice_dims'),
      operandBatchingDims: fieldList(f, 'operand_batching_dims'),
      startIndicesBatchingDims: fieldList(f, 'start_indices_batching_dims'),
      startIndexMap: fieldList(f, 'start_index_map'),
      indexVectorDim: fieldInt(f, 'index_vector_dim'),
    };
  },
  write: (d) => {
    const parts = listFields([
      ['offset_dims', d.offsetDims],
      ['collapsed_slice_dims', d.collapsedSliceDims],
      ['operand_batching_dims', d.operandBatchingDims],
      ['start_indices_batching_dims', d.startIndicesBatchingDims],
      ['start_index_map', d.startIndexMap],
    ]);
    if (d.indexVectorDim !== 0) parts.push(`index_vector_dim = ${d.indexVectorDim}`);
    return dialectAttr('stablehlo.gather', parts.join(', '));
  },
};

export const gatherWindowDims = (d: GatherDimensionNumbers): WindowDims => ({
  windowDims: d.offsetDims,
  collapsed: d.collapsedSliceDims,
  operandBatching: d.operandBatchingDims,
  indicesBatching: d.startIndicesBatchingDims,
  indexMap: d.startIndexMap,
  indexVectorDim: d.indexVectorDim,
});

/** Result shape: batch dimensions of the indices interleaved with the slice's offset dimensions. */
function gatherShape(d: GatherDimensionNumbers, indices: readonly number[], sliceSizes: readonly number[]): number[] {
  const batch = indexBatchDims(indices, d.indexVectorDim).map((k) => indices[k]);
  const window = sliceSizes.filter((_, k) => !d.collapsedSliceDims.includes(k) && !d.operandBatchingDims.includes(k));
  const rank = batch.length + window.length;
  let w = 0;
  let q = 0;
  return range(rank).map((k) => (d.offsetDims.includes(k) ? window[w++] : batch[q++]));
}

function scatterAdd(b: Builder, operand: Value, indices: Value, updates: Value, d: GatherDimensionNumbers): Value {
  return b.emit(
    'stablehlo.scatter',
    [operand, indices, updates],
    {
      scatterDimensionNumbers: {
        updateWindowDims: d.offsetDims,
        insertedWindowDims: d.collapsedSliceDims,
        inputBatchingDims: d.operandBatchingDims,
        scatterIndicesBatchingDims: d.startIndicesBatchingDims,
        scatterDimsToOperandDims: d.startIndexMap,
        indexVectorDim: d.indexVectorDim,
      },
    },
    { regions: [combiner(b, 'stablehlo.add', operand.dtype)] },
  );
}

export const gather = defineShapeOp<GatherAttributes>({
  name: 'stablehlo.gather',
  doc: 'Slices of the operand at computed positions, clamped to lie inside.',
  operands: [{ name: 'operand' }, { name: 'startIndices' }],
  attributes: {
    dimensionNumbers: dimensionsCodec,
    sliceSizes: codecs.i64Array,
    indicesAreSorted: codecs.withDefault(codecs.bool, false),
  },
  inferTypes: ({ operands, attributes: { dimensionNumbers: d, sliceSizes }, checker, given }) => {
    checkGather(operands, d, sliceSizes, checker);
    const [x, indices] = operands.map((t) => asTensor(t));
    return [resultLike(tensorType(x.dtype, gatherShape(d, indices.shape, sliceSizes)), given)];
  },
  resultLabels: { any: 'C22', dtype: 'C23' },
  verify: () => {},
  syntax: 'generic',
  evaluate: ([x, indices], op) => {
    const { dimensionNumbers: d, sliceSizes } = op.attributes;
    const shape = gatherShape(d, indices.shape, sliceSizes);
    const w = windowsOf(gatherWindowDims(d), x.shape, indices, shape, sliceSizes);
    const rank = x.shape.length;
    const strides = x.shape.map((_, k) => x.shape.slice(k + 1).reduce((a, c) => a * c, 1));
    const where = new Int32Array(w.count * w.size);
    for (let i = 0; i < w.count; i++) {
      let base = 0;
      for (let k = 0; k < rank; k++) {
        const start = Math.max(0, Math.min(w.starts[i * rank + k], x.shape[k] - sliceSizes[k]));
        base += start * strides[k];
      }
      const to = w.smallStarts[i];
      for (let j = 0; j < w.size; j++) where[to + w.smallOffsets[j]] = base + w.operandOffsets[j];
    }
    return [take(x, shape, where)];
  },
  transpose: ({ op, operands: [, indices], cotangents: [ct], builder: b }) => {
    if (!ct || !indices) return [undefined, undefined];
    const { dimensionNumbers: d, sliceSizes } = op.attributes;
    const clamped = clampIndices(b, indices, gatherWindowDims(d), op.operands[0].shape, sliceSizes);
    return [scatterAdd(b, zerosLike(b, op.operands[0].type), clamped, ct, d), undefined];
  },
  batch: ({ op, operands, batched, batchSize, builder: b }) => {
    const { dimensionNumbers: d, sliceSizes, indicesAreSorted } = op.attributes;
    let dimensionNumbers: GatherDimensionNumbers;
    let sizes = sliceSizes;
    if (batched[0] && batched[1]) {
      dimensionNumbers = {
        offsetDims: shifted(d.offsetDims),
        collapsedSliceDims: shifted(d.collapsedSliceDims),
        operandBatchingDims: [0, ...shifted(d.operandBatchingDims)],
        startIndicesBatchingDims: [0, ...shifted(d.startIndicesBatchingDims)],
        startIndexMap: shifted(d.startIndexMap),
        indexVectorDim: d.indexVectorDim + 1,
      };
      sizes = [1, ...sliceSizes];
    } else if (batched[0]) {
      dimensionNumbers = {
        ...d,
        offsetDims: [0, ...shifted(d.offsetDims)],
        collapsedSliceDims: shifted(d.collapsedSliceDims),
        operandBatchingDims: shifted(d.operandBatchingDims),
        startIndexMap: shifted(d.startIndexMap),
      };
      sizes = [batchSize, ...sliceSizes];
    } else {
      dimensionNumbers = {
        ...d,
        offsetDims: shifted(d.offsetDims),
        startIndicesBatchingDims: shifted(d.startIndicesBatchingDims),
        indexVectorDim: d.indexVectorDim + 1,
      };
    }
    return {
      results: [
        b.emit(op.name, operands, {
          dimensionNumbers,
          sliceSizes: sizes,
          indicesAreSorted: indicesAreSorted && !batched[1],
        }),
      ],
      batched: [true],
    };
  },
  sharding: (op) => {
    const { dimensionNumbers: d, sliceSizes } = op.attributes;
    const x = op.operands[0].shape;
    const indices = op.operands[1].shape;
    const b = new ShardingRuleBuilder(op);
    const window = range(x.length).filter(
      (k) => !d.collapsedSliceDims.includes(k) && !d.operandBatchingDims.includes(k),
    );
    const batch = indexBatchDims(indices, d.indexVectorDim);
    let w = 0;
    let q = 0;
    op.results[0].shape.forEach((size, r) => {
      if (d.offsetDims.includes(r)) {
        const k = window[w++];
        if (sliceSizes[k] === x[k]) b.factor([k], [r], size);
        else if (sliceSizes[k] === 1) {
          b.factor([k], [], x[k], { kind: 'reduction' });
          b.factor([], [r], size, { kind: 'needReplication' });
        } else b.factor([k], [r], x[k], { kind: 'needReplication', blocked: true });
      } else {
        const i = batch[q++];
        const own = d.startIndicesBatchingDims.indexOf(i);
        b.factor([own >= 0 ? d.operandBatchingDims[own] : undefined, i], [r], size);
      }
    });
    for (const k of d.collapsedSliceDims)
      b.factor([k], [], x[k], { kind: x[k] === 1 ? 'needReplication' : 'reduction' });
    if (d.indexVectorDim < indices.length)
      b.factor([undefined, d.indexVectorDim], [], indices[d.indexVectorDim], { kind: 'needReplication' });
    return b.build();
  },
  localize: (op, local) => {
    const x = asTensor(local.operands[0]).shape;
    const sliceSizes = op.attributes.sliceSizes.map((n, k) => (n === op.operands[0].shape[k] ? x[k] : n));
    return { ...op.attributes, sliceSizes };
  },
  samples: [
    sample(
      'rows',
      [5, 3],
      'i32',
      [2],
      [4, 1],
      { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0], indexVectorDim: 1 },
      [1, 3],
    ),
    sample(
      'repeated and clamped',
      [5, 3],
      'i64',
      [3, 1],
      [7, 1, 1],
      { offsetDims: [0], collapsedSliceDims: [0], startIndexMap: [0], indexVectorDim: 1 },
      [1, 3],
    ),
    sample(
      'windows',
      [3, 5],
      'i32',
      [2, 2],
      [0, 1, 2, 4],
      { offsetDims: [1, 2], startIndexMap: [0, 1], indexVectorDim: 1 },
      [2, 3],
    ),
    sample(
      'batching',
      [2, 5, 3],
      'i32',
      [2, 3],
      [0, 4, 2, 1, 1, 3],
      {
        offsetDims: [2],
        collapsedSliceDims: [1],
        operandBatchingDims: [0],
        startIndicesBatchingDims: [0],
        startIndexMap: [1],
        indexVectorDim: 2,
      },
      [1, 1, 3],
    ),
  ],
});

function sample(
  name: string,
  x: number[],
  dtype: 'i32' | 'i64',
  indices: number[],
  values: number[],
  d: Partial<GatherDimensionNumbers>,
  sliceSizes: number[],
) {
  return {
    name,
    operands: [{ dtype: 'f64', shape: x } as const, { dtype, shape: indices, values }],
    attributes: {
      dimensionNumbers: {
        offsetDims: [],
        collapsedSliceDims: [],
        operandBatchingDims: [],
        startIndicesBatchingDims: [],
        startIndexMap: [],
        indexVectorDim: 0,
        ...d,
      },
      sliceSizes,
      indicesAreSorted: false,
    },
  };
}
