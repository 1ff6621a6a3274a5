/*
 * Programs of one op that reads or writes at computed positions: every form that its dimension numbers have, positions of any
 * integer type and value, elements of any type, empty shapes.
 */
import { type DType, dtypeInfo, type HostArray, isComplex, isFloat, isInexact } from '../../../src/base/index.ts';
import { type Block, type Builder, tensorType } from '../../../src/ir/index.ts';
import { Choices } from './choices.ts';
import { anyType, integerTypes, randomArray, randomPositions, withoutTiny } from './elements.ts';
import { randomMesh } from './meshes.ts';
import { oneOp, type RandomProgram } from './program.ts';

const sizes = [0, 1, 1, 2, 3, 4, 5, 7, 8, 12] as const;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const sorted = (dims: readonly number[]): number[] => [...dims].sort((p, q) => p - q);

/** What gather and scatter share: `small` is the gather's result or the scatter's updates. */
interface Places {
  readonly operand: readonly number[];
  readonly indices: readonly number[];
  readonly small: readonly number[];
  readonly windowSizes: readonly number[];
  readonly windowDims: readonly number[];
  readonly collapsed: readonly number[];
  readonly operandBatching: readonly number[];
  readonly indicesBatching: readonly number[];
  readonly indexMap: readonly number[];
  readonly indexVectorDim: number;
}

function randomPlaces(c: Choices): Places {
  const operand = range(c.int(5)).map(() => c.pick(sizes));
  const batch = range(c.int(4)).map(() => c.pick([0, 1, 2, 2, 3, 4, 5]) as number);
  // Operand dimensions are batching, collapsed or in the window.
  const dims = c.shuffled(range(operand.length));
  const batching = dims.splice(0, c.pick([0, 0, 1, 2])).slice(0, batch.length);
  const paired = c.shuffled(range(batch.length)).slice(0, batching.length);
  batching.forEach((d, k) => {
    batch[paired[k]] = operand[d];
  });
  const free = range(operand.length).filter((d) => !batching.includes(d));
  const collapsed = free.filter((d) => operand[d] > 0 && c.chance(0.45));
  const window = free.filter((d) => !collapsed.includes(d));
  const windowSizes = operand.map((n, d) => {
    if (!window.includes(d)) return Math.min(1, n);
    return c.chance(0.5) ? n : c.chance(0.5) ? Math.min(1, n) : c.between(0, n);
  });
  const indexMap = c.shuffled(free).slice(0, c.between(0, free.length));
  const implicit = indexMap.length === 1 && c.chance(0.3);
  const indexVectorDim = implicit ? batch.length : c.int(batch.length + 1);
  const indices = [...batch];
  if (!implicit) indices.splice(indexVectorDim, 0, indexMap.length);
  const windowDims = sorted(c.shuffled(range(batch.length + window.length)).slice(0, window.length));
  let w = 0;
  let q = 0;
  const small = range(batch.length + window.length).map((d) =>
    windowDims.includes(d) ? windowSizes[window[w++]] : batch[q++],
  );
  const order = sorted(range(batching.length).map((k) => batching[k]));
  const at = (d: number): number => (d >= indexVectorDim && !implicit ? d + 1 : d);
  return {
    operand,
    indices,
    small,
    windowSizes,
    windowDims,
    collapsed,
    operandBatching: order,
    indicesBatching: order.map((d) => at(paired[batching.indexOf(d)])),
    indexMap,
    indexVectorDim,
  };
}

const numElements = (shape: readonly number[]): number => shape.reduce((n, m) => n * m, 1);
const indexType = (c: Choices): DType => c.pick(integerTypes);

function gather(c: Choices, dtype: DType): RandomProgram {
  const p = randomPlaces(c);
  const args = [
    randomArray(c, dtype, p.operand),
    randomPositions(c, indexType(c), p.indices, Math.max(0, ...p.operand)),
  ];
  const attributes = {
    dimensionNumbers: {
      offsetDims: p.windowDims,
      collapsedSliceDims: p.collapsed,
      operandBatchingDims: p.operandBatching,
      startIndicesBatchingDims: p.indicesBatching,
      startIndexMap: p.indexMap,
      indexVectorDim: p.indexVectorDim,
    },
    sliceSizes: p.windowSizes,
  };
  return oneOp(c, randomMesh(c), args, (b, [x, i]) => [b.emit('stablehlo.gather', [x, i], attributes)]);
}

/** How a scatter may combine elements of a type, in any order to the same end. */
function combiners(dtype: DType): readonly (string | undefined)[] {
  if (dtype === 'bool') return ['and', 'or', 'xor', 'add', 'multiply', undefined];
  if (isComplex(dtype)) return ['add', undefined];
  // Sums and products of narrower floats depend on the order of the terms.
  if (isFloat(dtype) && dtypeInfo(dtype).bits < 16) return ['maximum', 'minimum', undefined];
  if (isFloat(dtype)) return ['add', 'maximum', 'minimum', undefined, dtypeInfo(dtype).bits >= 32 ? 'multiply' : 'add'];
  return ['add', 'maximum', 'minimum', 'multiply', 'and', 'or', 'xor', undefined];
}

function scatter(c: Choices, dtype: DType): RandomProgram {
  const p = randomPlaces(c);
  const count = c.chance(0.2) ? 2 : 1;
  const names = range(count).map(() => c.pick(combiners(dtype)));
  const arrays = (shape: readonly number[]): HostArray[] =>
    names.map((name) => {
      const array = randomArray(c, dtype, shape);
      return isInexact(dtype) && (name === 'add' || name === 'multiply') ? withoutTiny(array) : array;
    });
  const args = [
    ...arrays(p.operand),
    randomPositions(c, indexType(c), p.indices, Math.max(0, ...p.operand)),
    ...arrays(p.small),
  ];
  const scalar = tensorType(dtype, []);
  const body = (b: Builder): Block =>
    b.block(
      range(2 * count).map(() => scalar),
      (inner, all) =>
        names.map((name, i) => (name ? inner.emit(`stablehlo.${name}`, [all[i], all[count + i]]) : all[count + i])),
    );
  const scatterDimensionNumbers = {
    updateWindowDims: p.windowDims,
    insertedWindowDims: p.collapsed,
    inputBatchingDims: p.operandBatching,
    scatterIndicesBatchingDims: p.indicesBatching,
    scatterDimsToOperandDims: p.indexMap,
    indexVectorDim: p.indexVectorDim,
  };
  return oneOp(
    c,
    randomMesh(c),
    args,
    (b, values) => b.create('stablehlo.scatter', values, { scatterDimensionNumbers }, { regions: [body(b)] }).results,
  );
}

function slices(c: Choices, dtype: DType): RandomProgram {
  const shape = range(c.int(4)).map(() => c.pick(sizes));
  const part = shape.map((n) => (c.chance(0.3) ? n : c.between(0, n)));
  const type = indexType(c);
  const starts = shape.map((n) => randomPositions(c, type, [], n));
  const x = randomArray(c, dtype, shape);
  if (c.chance(0.5))
    return oneOp(c, randomMesh(c), [x, ...starts], (b, values) => [
      b.emit('stablehlo.dynamic_slice', values, { sliceSizes: part }),
    ]);
  return oneOp(c, randomMesh(c), [x, randomArray(c, dtype, part), ...starts], (b, values) => [
    b.emit('stablehlo.dynamic_update_slice', values),
  ]);
}

/** A program of one gather, scatter, dynamic_slice or dynamic_update_slice. */
export function randomIndexed(seed: number): RandomProgram {
  const c = new Choices(seed);
  for (;;) {
    const dtype = c.pick(anyType);
    const make = c.pick([gather, gather, scatter, scatter, slices]);
    const program = make(c, dtype);
    const { args } = program;
    if (args.every((a) => numElements(a.shape) <= 4000)) return program;
  }
}
