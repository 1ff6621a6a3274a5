/*
 * explicit-batching: names the batch dimensions of gathers and scatters whose indices count them with an iota, so that operand,
 * indices and result can be cut alike along them.
 *
 * Before: any program. After: no gather or scatter has an index component that always equals its own position along a dimension
 *   of the indices, next to other components. Source: XLA's index-parallel dimensions; Shardy, explicit_gather_scatter_batching.
 *
 *   gather %0, concatenate(iota dim = 0, %i)   =>   gather %0, %i with operand_batching_dims = [0]
 */
import type { Module, Op, Value } from '../../ir/index.ts';
import type { ConcatenateAttributes, GatherAttributes, ScatterAttributes } from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';

export function explicitBatching(module: Module, { registry }: PassContext): Module {
  return rewriteModule(module, registry, (op, rewriter) => {
    if (!(batchedGather(op, rewriter) || batchedScatter(op, rewriter))) rewriter.copy(op);
  });
}

export const explicitBatchingPass: Pass = {
  name: 'explicit-batching',
  doc: 'Name batch dimensions that indices count.',
  run: explicitBatching,
};

/** What gather and scatter have in common. */
interface Indexing {
  readonly operand: Value;
  readonly indices: Value;
  /** Operand dimension of each component of an index vector. */
  readonly map: readonly number[];
  /** Operand dimensions of which one position is taken and dropped. */
  readonly dropped: readonly number[];
  readonly operandBatching: readonly number[];
  readonly indicesBatching: readonly number[];
  readonly vectorDim: number;
}

function batchedGather(op: Op, rewriter: Rewriter): boolean {
  if (op.name !== 'stablehlo.gather') return false;
  const a = op.attributes as unknown as GatherAttributes;
  const d = a.dimensionNumbers;
  const found = withBatching(
    {
      operand: op.operands[0],
      indices: op.operands[1],
      map: d.startIndexMap,
      dropped: d.collapsedSliceDims,
      operandBatching: d.operandBatchingDims,
      indicesBatching: d.startIndicesBatchingDims,
      vectorDim: d.indexVectorDim,
    },
    rewriter,
  );
  if (!found) return false;
  const dimensionNumbers = {
    ...d,
    startIndexMap: found.map,
    collapsedSliceDims: found.dropped,
    operandBatchingDims: found.operandBatching,
    startIndicesBatchingDims: found.indicesBatching,
  };
  const operands = [rewriter.get(op.operands[0]), found.indices];
  rewriter.copy(op, { operands, attributes: { ...a, dimensionNumbers, indicesAreSorted: false } });
  return true;
}

function batchedScatter(op: Op, rewriter: Rewriter): boolean {
  if (op.name !== 'stablehlo.scatter') return false;
  const a = op.attributes as unknown as ScatterAttributes;
  const d = a.scatterDimensionNumbers;
  const at = (op.operands.length - 1) / 2;
  const found = withBatching(
    {
      operand: op.operands[0],
      indices: op.operands[at],
      map: d.scatterDimsToOperandDims,
      dropped: d.insertedWindowDims,
      operandBatching: d.inputBatchingDims,
      indicesBatching: d.scatterIndicesBatchingDims,
      vectorDim: d.indexVectorDim,
    },
    rewriter,
  );
  if (!found) return false;
  const scatterDimensionNumbers = {
    ...d,
    scatterDimsToOperandDims: found.map,
    insertedWindowDims: found.dropped,
    inputBatchingDims: found.operandBatching,
    scatterIndicesBatchingDims: found.indicesBatching,
  };
  const operands = op.operands.map((v, i) => (i === at ? found.indices : rewriter.get(v)));
  rewriter.copy(op, { operands, attributes: { ...a, scatterDimensionNumbers, indicesAreSorted: false } });
  return true;
}

/** The same indexing with counted components as batching dimensions and without them in the indices. */
function withBatching(x: Indexing, rewriter: Rewriter): (Indexing & { readonly indices: Value }) | undefined {
  const { indices, vectorDim } = x;
  if (vectorDim >= indices.shape.length) return undefined;
  const pairs = x.map.map((dim) => [dim, -1]);
  const used = new Set(x.indicesBatching);
  let left = x.map.length;
  x.map.forEach((dim, component) => {
    if (left === 1 || !x.dropped.includes(dim)) return;
    const batch = countedDim(componentOf(indices, vectorDim, component));
    if (batch === undefined || batch === vectorDim || used.has(batch)) return;
    if (indices.shape[batch] !== x.operand.shape[dim]) return;
    pairs[component][1] = batch;
    used.add(batch);
    left--;
  });
  if (left === x.map.length) return undefined;
  const isKept = (component: number): boolean => pairs[component][1] < 0;
  const batching = [
    ...x.operandBatching.map((dim, i): [number, number] => [dim, x.indicesBatching[i]]),
    ...pairs.filter(([, batch]) => batch >= 0).map(([dim, batch]): [number, number] => [dim, batch]),
  ].sort((p, q) => p[0] - q[0]);
  const parts = x.map.flatMap((_, component) => {
    if (!isKept(component)) return [];
    const own = componentOf(indices, vectorDim, component);
    if (own) return [rewriter.get(own)];
    return [
      rewriter.emit('stablehlo.slice', [rewriter.get(indices)], {
        startIndices: indices.shape.map((_, d) => (d === vectorDim ? component : 0)),
        limitIndices: indices.shape.map((n, d) => (d === vectorDim ? component + 1 : n)),
        strides: indices.shape.map(() => 1),
      }),
    ];
  });
  return {
    ...x,
    indices: parts.length === 1 ? parts[0] : rewriter.emit('stablehlo.concatenate', parts, { dimension: vectorDim }),
    map: x.map.filter((_, component) => isKept(component)),
    dropped: x.dropped.filter((dim) => !batching.some(([b]) => b === dim)),
    operandBatching: batching.map(([dim]) => dim),
    indicesBatching: batching.map(([, batch]) => batch),
  };
}

/** The tensor of one component of concatenated index vectors, if they are. */
function componentOf(indices: Value, vectorDim: number, component: number): Value | undefined {
  const { op } = indices;
  if (op?.name !== 'stablehlo.concatenate') return undefined;
  if ((op.attributes as unknown as ConcatenateAttributes).dimension !== vectorDim) return undefined;
  if (op.operands.some((v) => v.shape[vectorDim] !== 1)) return undefined;
  return op.operands[component];
}

/** The dimension along which every element of a tensor equals its own position; undefined when that is not known. */
function countedDim(v: Value | undefined): number | undefined {
  const op = v?.op;
  if (!v || !op) return undefined;
  switch (op.name) {
    case 'stablehlo.iota':
      return (op.attributes as { iotaDimension: number }).iotaDimension;
    case 'stablehlo.convert':
      return op.operands[0].dtype.startsWith('f') ? undefined : countedDim(op.operands[0]);
    case 'stablehlo.broadcast_in_dim': {
      const d = countedDim(op.operands[0]);
      const to =
        d === undefined ? undefined : (op.attributes as { broadcastDimensions: number[] }).broadcastDimensions[d];
      return to !== undefined && v.shape[to] === op.operands[0].shape[d!] ? to : undefined;
    }
    case 'stablehlo.reshape': {
      const d = countedDim(op.operands[0]);
      return d === undefined ? undefined : sameDim(op.operands[0].shape, v.shape, d);
    }
    case 'stablehlo.select': {
      // Negative indices made positive, as JAX writes them: what counts is never negative.
      const [predicate, , other] = op.operands;
      const test = predicate.op;
      const isNegative =
        test?.name === 'stablehlo.compare' &&
        (test.attributes as { comparisonDirection: string }).comparisonDirection === 'LT' &&
        test.operands[0] === other &&
        isZero(test.operands[1]);
      return isNegative ? countedDim(other) : undefined;
    }
    default:
      return undefined;
  }
}

function isZero(v: Value): boolean {
  const source = v.op?.definition.traits.broadcast ? v.op.operands[0].op : v.op;
  if (!source?.definition.traits.constant) return false;
  return Number((source.attributes as { value?: { splatValue(): unknown } }).value?.splatValue()) === 0;
}

/** Where a dimension is after a reshape that only adds or drops dimensions of size one. */
function sameDim(from: readonly number[], to: readonly number[], d: number): number | undefined {
  const plain = (shape: readonly number[]): number[] => [...shape.keys()].filter((k) => shape[k] !== 1);
  const [a, b] = [plain(from), plain(to)];
  if (a.length !== b.length || a.some((k, i) => from[k] !== to[b[i]])) return undefined;
  const at = a.indexOf(d);
  return at < 0 ? undefined : b[at];
}
