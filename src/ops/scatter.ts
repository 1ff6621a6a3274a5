import { type DType, EspalierError, numElements, range } from '../base/index.ts';
import {
  type AttributeCodec,
  asTensor,
  type Builder,
  codecs,
  dialectAttr,
  type Op,
  type TensorType,
  tensorType,
  type Value,
} from '../ir/index.ts';
import { dialectFields, fieldInt, fieldList, listFields } from './dialect-fields.ts';
import { batchAll, trafficOf } from './elementwise.ts';
import { add, combiner, compare, iota, onesLike, reshape, select, zerosLike } from './emit.ts';
import { checkScatter } from './gather-constraints.ts';
import { accumulatesByRegion, combinerOf, isOverwrite } from './region.ts';
import { scatterArrays, windowDims, windowShape } from './scatter-evaluate.ts';
import { defineShapeOp, shifted } from './shape-op.ts';
import { ShardingRuleBuilder } from './sharding-rule-builder.ts';
import { indexBatchDims, insideMask } from './windows.ts';

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

/** The gather that reads where this scatter writes. */
function gatherBack(b: Builder, x: Value, indices: Value, op: Op<ScatterAttributes>, update: TensorType): Value {
  const d = op.attributes.scatterDimensionNumbers;
  return b.emit('stablehlo.gather', [x, indices], {
    dimensionNumbers: {
      offsetDims: d.updateWindowDims,
      collapsedSliceDims: d.insertedWindowDims,
      operandBatchingDims: d.inputBatchingDims,
      startIndicesBatchingDims: d.scatterIndicesBatchingDims,
      startIndexMap: d.scatterDimsToOperandDims,
      indexVectorDim: d.indexVectorDim,
    },
    sliceSizes: windowShape(d, x.shape.length, update.shape),
  });
}

/** Which update each operand element finally holds: scatters serial numbers and reads them back. */
function survivors(b: Builder, indices: Value, op: Op<ScatterAttributes>): Value {
  const update = op.operands[2].tensor;
  const flat = iota(b, tensorType('i32', [numElements(update.shape)]), 0);
  const one = add(b, flat, onesLike(b, flat.type));
  const ids = reshape(b, one, update.shape);
  const blank = zerosLike(b, tensorType('i32', op.operands[0].shape));
  const t = tensorType('i32', []);
  const written = b.emit('stablehlo.scatter', [blank, indices, ids], op.attributes, {
    regions: [b.block([t, t], (_, [, y]) => [y])],
  });
  return compare(b, 'EQ', gatherBack(b, written, indices, op, update), ids);
}
const notLinear = (op: Op<object>): EspalierError =>
  new EspalierError('ops/not-differentiable', 'cannot differentiate this scatter', {
    expected: 'one input and an add body or a body that returns the update',
    given: `${count(op)} inputs, body ${combinerOf(op.regions[0]) ?? 'of several ops'}`,
  });

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
  // Where no two updates meet nothing is added up.
  traits: {
    accumulates: (op) =>
      (op.attributes as unknown as ScatterAttributes).uniqueIndices ? undefined : accumulatesByRegion(op),
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
  linearize: ({ op, operands: [, indices], tangents: [tx, , tu], tangent }) => {
    const [body] = op.regions;
    const isAdd = combinerOf(body) === 'stablehlo.add';
    if (count(op) !== 1 || !(isAdd || isOverwrite(body))) throw notLinear(op);
    const x = tx ?? zerosLike(tangent, op.operands[0].type);
    const u = tu ?? zerosLike(tangent, op.operands[2].type);
    return { tangents: [tangent.emit(op.name, [x, indices, u], op.attributes, { regions: op.regions })] };
  },
  transpose: ({ op, operands: [, indices], linear, cotangents: [ct], builder: b }) => {
    if (!ct || !indices) return op.operands.map(() => undefined);
    const d = op.attributes.scatterDimensionNumbers;
    const update = op.operands[2].tensor;
    const [body] = op.regions;
    const back = (): Value => gatherBack(b, ct, indices, op, update);
    const zero = (): Value => zerosLike(b, update);
    if (combinerOf(body) === 'stablehlo.add') {
      const shape = windowShape(d, op.operands[0].shape.length, update.shape);
      const mask = (): Value => insideMask(b, indices, windowDims(d), op.operands[0].shape, shape, update.shape);
      return [linear[0] ? ct : undefined, undefined, linear[2] ? select(b, mask(), back(), zero()) : undefined];
    }
    // Overwritten places lose their cotangent; of several updates to one place only the last one counts.
    const cleared = (): Value => b.emit(op.name, [ct, indices, zero()], op.attributes, { regions: op.regions });
    return [
      linear[0] ? cleared() : undefined,
      undefined,
      linear[2] ? select(b, survivors(b, indices, op), back(), zero()) : undefined,
    ];
  },
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
    const known =
      op.regions[0].ops.length === n + 1 &&
      op.regions[0].ops.slice(0, -1).every((o) => o.definition.traits.commutative && o.definition.traits.associative);
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
  cost: (op) => ({ flops: numElements(op.operands[count(op) + 1].shape), bytes: trafficOf(op) }),
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
    {
      ...sample(
        'maximum',
        'stablehlo.maximum',
        [5],
        [3],
        [0, 2, 2],
        [3],
        { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 },
        'i32',
      ),
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
