import { type DType, numElements, product, range } from '../../base/index.ts';
import {
  type AttributeCodec,
  asTensor,
  type Block,
  type Builder,
  codecs,
  dialectAttr,
  type Op,
  tensorType,
} from '../../ir/index.ts';
import { vectorCost } from '../define/cost.ts';
import { dialectFields, fieldInt, fieldList, listFields } from '../define/dialect-fields.ts';
import { batchAll } from '../define/elementwise.ts';
import { combiner } from '../define/emit.ts';
import { accumulatesByRegion, SHORT_SUM_TERMS } from '../define/region.ts';
import { defineShapeOp, shifted } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { checkScatter } from './gather-constraints.ts';
import { indexBatchDims } from './index-windows.ts';
import { scatterArrays } from './scatter-evaluate.ts';
import { linearizeScatter, transposeScatter } from './scatter-rules.ts';

export interface ScatterDimensionNumbers {
  readonly updateWindowDims: readonly number[];
  readonly insertedWindowDims: readonly number[];
  readonly inputBatchingDims: readonly number[];
  readonly scatterIndicesBatchingDims: readonly number[];
  readonly scatterDimsToOperandDims: readonly number[];
  readonly indexVectorDim: number;
}
export interface ScatterAttributes {
  readonly scatterDimensionNumbers: ScatterDimensionNumbers;
  readonly indicesAreSorted: boolean;
  readonly uniqueIndices: boolean;
}

const dimensionsCodec: AttributeCodec<ScatterDimensionNumbers> = {
  read: (a) => {
    const f = dialectFields(a, 'stablehlo.scatter');
    return {
      updateWindowDims: fieldList(f, 'update_window_dims'),
      insertedWindowDims: fieldList(f, 'inserted_window_dims'),
      inputBatchingDims: fieldList(f, 'input_batching_dims'),
      scatterIndicesBatchingDims: fieldList(f, 'scatter_indices_batching_dims'),
      scatterDimsToOperandDims: fieldList(f, 'scatter_dims_to_operand_dims'),
      indexVectorDim: fieldInt(f, 'index_vector_dim'),
    };
  },
  write: (d) => {
    const parts = listFields([
      ['update_window_dims', d.updateWindowDims],
      ['inserted_window_dims', d.insertedWindowDims],
      ['input_batching_dims', d.inputBatchingDims],
      ['scatter_indices_batching_dims', d.scatterIndicesBatchingDims],
      ['scatter_dims_to_operand_dims', d.scatterDimsToOperandDims],
    ]);
    if (d.indexVectorDim !== 0) parts.push(`index_vector_dim = ${d.indexVectorDim}`);
    return dialectAttr('stablehlo.scatter', parts.join(', '));
  },
};

const count = (op: Op<object>): number => (op.operands.length - 1) / 2;

/** Whether a body combines each of its pairs by one and the same op, of those that devices can reduce by. */
function reducesAlike(body: Block): boolean {
  const n = body.yielded.length;
  const names = body.yielded.map((v, i) => {
    const [x, y] = v.op?.operands ?? [];
    const [a, b] = [body.args[i], body.args[n + i]];
    const isPair = v.op?.operands.length === 2 && ((x === a && y === b) || (x === b && y === a));
    return isPair ? v.op.name : '';
  });
  const reductions = ['add', 'multiply', 'maximum', 'minimum'].map((op) => `stablehlo.${op}`);
  const logical = ['stablehlo.and', 'stablehlo.or'];
  return names.every(
    (name, i) =>
      name === names[0] && (reductions.includes(name) || (body.yielded[i].dtype === 'bool' && logical.includes(name))),
  );
}

/** Single elements of a vector. */
const points = { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 };

export const scatter = defineShapeOp<ScatterAttributes>({
  name: 'stablehlo.scatter',
  doc: 'Combines updates into slices of the inputs at computed positions; updates that do not fit are skipped.',
  operands: [{ name: 'inputsIndicesUpdates', variadic: true }],
  attributes: {
    scatterDimensionNumbers: dimensionsCodec,
    indicesAreSorted: codecs.withDefault(codecs.bool, false),
    uniqueIndices: codecs.withDefault(codecs.bool, false),
  },
  numRegions: 1,
  // Where no two updates meet nothing is added up, and no more of them meet than there are index vectors.
  traits: {
    accumulates: (op) => {
      const { uniqueIndices, scatterDimensionNumbers: d } = op.attributes as unknown as ScatterAttributes;
      const indices = op.operands[(op.operands.length - 1) / 2].shape;
      const numUpdates = product(indices.filter((_, i) => i !== d.indexVectorDim));
      return uniqueIndices || numUpdates <= SHORT_SUM_TERMS ? undefined : accumulatesByRegion(op);
    },
  },
  inferTypes: ({ operands, attributes: { scatterDimensionNumbers: d }, regions: [body], checker }) => {
    checkScatter(operands, d, body, checker);
    const n = (operands.length - 1) / 2;
    return range(n).map((i) => tensorType(body.yielded[i].dtype, asTensor(operands[i]).shape));
  },
  resultLabels: { any: 'C24', dtype: 'C25' },
  verify: () => {},
  syntax: 'generic',
  evaluate: (arrays, op, ctx) => {
    const n = count(op);
    return scatterArrays(arrays.slice(0, n), arrays[n], arrays.slice(n + 1), op, ctx);
  },
  linearize: linearizeScatter,
  transpose: transposeScatter,
  batch: ({ op, operands, batched, batchSize, builder: b }) => {
    const n = count(op);
    const d = op.attributes.scatterDimensionNumbers;
    const others = batchAll(operands, batched, batchSize, b);
    const sharedIndices = !batched[n];
    const scatterDimensionNumbers: ScatterDimensionNumbers = sharedIndices
      ? {
          ...d,
          updateWindowDims: [0, ...shifted(d.updateWindowDims)],
          insertedWindowDims: shifted(d.insertedWindowDims),
          inputBatchingDims: shifted(d.inputBatchingDims),
          scatterDimsToOperandDims: shifted(d.scatterDimsToOperandDims),
        }
      : {
          updateWindowDims: shifted(d.updateWindowDims),
          insertedWindowDims: shifted(d.insertedWindowDims),
          inputBatchingDims: [0, ...shifted(d.inputBatchingDims)],
          scatterIndicesBatchingDims: [0, ...shifted(d.scatterIndicesBatchingDims)],
          scatterDimsToOperandDims: shifted(d.scatterDimsToOperandDims),
          indexVectorDim: d.indexVectorDim + 1,
        };
    const xs = others.map((v, i) => (i === n && sharedIndices ? operands[n] : v));
    const attributes = { ...op.attributes, scatterDimensionNumbers };
    const out = b.create(op.name, xs, attributes, { regions: op.regions });
    return { results: out.results, batched: out.results.map(() => true) };
  },
  sharding: (op) => {
    const n = count(op);
    const d = op.attributes.scatterDimensionNumbers;
    const x = op.operands[0].shape;
    const indices = op.operands[n].shape;
    const update = op.operands[n + 1].shape;
    const b = new ShardingRuleBuilder(op);
    const dims = (input: number | undefined, index: number | undefined, u: number | undefined) => [
      ...range(n).map(() => input),
      index,
      ...range(n).map(() => u),
    ];
    const results = (r: number | undefined) => range(n).map(() => r);
    const window = range(x.length).filter((k) => !d.insertedWindowDims.includes(k) && !d.inputBatchingDims.includes(k));
    const batch = indexBatchDims(indices, d.indexVectorDim);
    const known = reducesAlike(op.regions[0]);
    let w = 0;
    let q = 0;
    update.forEach((size, u) => {
      if (d.updateWindowDims.includes(u)) {
        const k = window[w++];
        if (size === x[k]) b.factor(dims(k, undefined, u), results(k), size);
        else {
          b.factor(dims(k, undefined, undefined), results(k), x[k], { kind: 'needReplication' });
          b.factor(dims(undefined, undefined, u), results(undefined), size, { kind: 'needReplication' });
        }
        return;
      }
      const i = batch[q++];
      const own = d.scatterIndicesBatchingDims.indexOf(i);
      if (own >= 0) b.factor(dims(d.inputBatchingDims[own], i, u), results(d.inputBatchingDims[own]), size);
      else b.factor(dims(undefined, i, u), results(undefined), size, { kind: known ? 'reduction' : 'needReplication' });
    });
    for (const k of d.insertedWindowDims) b.factor(dims(k, undefined, undefined), results(k), x[k]);
    if (d.indexVectorDim < indices.length)
      b.factor(dims(undefined, d.indexVectorDim, undefined), [], indices[d.indexVectorDim], {
        kind: 'needReplication',
      });
    return b.build();
  },
  localize: (op) => op.attributes,
  cost: (op) => vectorCost(op, numElements(op.operands[count(op) + 1].shape)),
  samples: [
    sample('add rows', 'stablehlo.add', [5, 3], [3, 1], [4, 1, 1], [3, 3], {
      updateWindowDims: [1],
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
      indexVectorDim: 1,
    }),
    sample('add out of bounds', 'stablehlo.add', [5], [3], [9, -1, 2], [3], {
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
      indexVectorDim: 1,
    }),
    sample('overwrite', undefined, [5, 3], [2, 1], [4, 0], [2, 3], {
      updateWindowDims: [1],
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
      indexVectorDim: 1,
    }),
    sample('batching', 'stablehlo.add', [2, 5], [2, 3, 1], [0, 4, 4, 1, 1, 3], [2, 3], {
      inputBatchingDims: [0],
      scatterIndicesBatchingDims: [0],
      insertedWindowDims: [1],
      scatterDimsToOperandDims: [1],
      indexVectorDim: 2,
    }),
    sample('multiply', 'stablehlo.multiply', [5], [4], [0, 2, 2, 7], [4], points),
    sample('maximum of floats', 'stablehlo.maximum', [5], [4], [0, 2, 2, 7], [4], points),
    sample('minimum of floats', 'stablehlo.minimum', [5], [4], [0, 2, 2, -1], [4], points),
    {
      ...sample('maximum', 'stablehlo.maximum', [5], [3], [0, 2, 2], [3], points, 'i32'),
    },
  ],
});

function sample(
  name: string,
  body: string | undefined,
  x: number[],
  indices: number[],
  values: number[],
  update: number[],
  d: Partial<ScatterDimensionNumbers>,
  dtype: DType = 'f64',
) {
  const t = tensorType(dtype, []);
  return {
    name,
    operands: [
      { dtype, shape: x, low: -2, high: 2 },
      { dtype: 'i32' as DType, shape: indices, values },
      { dtype, shape: update, low: -2, high: 2 },
    ],
    attributes: {
      scatterDimensionNumbers: {
        updateWindowDims: [],
        insertedWindowDims: [],
        inputBatchingDims: [],
        scatterIndicesBatchingDims: [],
        scatterDimsToOperandDims: [],
        indexVectorDim: 0,
        ...d,
      },
      indicesAreSorted: false,
      uniqueIndices: false,
    },
    regions: (b: Builder) => [body ? combiner(b, body, dtype) : b.block([t, t], (_, [, y]) => [y])],
  };
}
