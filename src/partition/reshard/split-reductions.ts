/*
 * split-reductions: computes reductions that no all_reduce can combine (argmax, products, top_k) shard by shard first, so that
 * only the small partial results are gathered.
 *
 * Before: shardings are final, reshards not yet inserted.
 * After: a cut dimension that such an op needs whole is split into [shards, positions]; the op runs on the positions, then again
 *   on the shards' results. Source: XLA's SPMD partitioner, HandleReduce and CustomCallTopK.
 *
 *   top_k %0, k = 2 : tensor<8xf32> on [{"x"}]   =>   top_k of each half; top_k of the four candidates, made whole
 */
import { ceilDiv, type Scalar } from '../../base/index.ts';
import {
  axesSize,
  cloneOp,
  closedDim,
  type DimSharding,
  type Mesh,
  type Module,
  type Op,
  type TensorSharding,
  type Type,
  tensorType,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import type { ReduceAttributes, TopKAttributes } from '../../ops/index.ts';
import { constantScalar } from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings, withShardings } from '../shardings.ts';
import { reductionKinds } from './reductions.ts';

export function splitReductions(module: Module, { registry, report }: PassContext): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    const refuse = (reason: string): void => report.replicated(op, reason);
    const given = op.operands.length > 0 ? shardings.get(op.operands[0]) : undefined;
    const mesh = given && shardings.meshOf(given);
    if (
      !given ||
      !mesh ||
      mesh.isMaximal ||
      !(splitReduce(op, given, mesh, rewriter, refuse) || splitTopK(op, given, mesh, rewriter))
    )
      rewriter.copy(op);
  });
}

export const splitReductionsPass: Pass = {
  name: 'split-reductions',
  doc: 'Reduce shards before gathering what no all_reduce combines.',
  run: splitReductions,
};

/** Emits ops with shardings. */
class Emitter {
  readonly #rewriter: Rewriter;
  readonly #base: TensorSharding;
  constructor(rewriter: Rewriter, base: TensorSharding) {
    this.#rewriter = rewriter;
    this.#base = base;
  }
  emit(
    name: string,
    operands: readonly Value[],
    attributes: object,
    dims: readonly DimSharding[],
    options: { resultTypes?: readonly Type[]; regions?: Op['regions'] } = {},
  ): readonly Value[] {
    const sharding: TensorSharding = { mesh: this.#base.mesh, dims, replicated: [], unreduced: [] };
    const { results } = this.#rewriter.create(name, operands, attributes, options);
    const op = this.#rewriter.ops.pop()!;
    const discardable = withShardings(
      {},
      results,
      results.map(() => sharding),
    );
    return this.#rewriter.append(cloneOp(op, new ValueMap(), { discardable })).results;
  }
  whole(x: Value, dims: readonly DimSharding[]): Value {
    const sharding: TensorSharding = { mesh: this.#base.mesh, dims, replicated: [], unreduced: [] };
    return this.#rewriter.emit('sdy.reshard', [x], { sharding });
  }
  reshape(x: Value, shape: readonly number[], dims: readonly DimSharding[]): Value {
    return this.emit('stablehlo.reshape', [x], {}, dims, { resultTypes: [tensorType(x.dtype, shape)] })[0];
  }
}

const closed = (s: TensorSharding): DimSharding[] => s.dims.map(({ axes }) => ({ axes, isClosed: true }));

/** Whether reducing the init value once per shard changes nothing. */
function isNeutral(op: Op): boolean {
  const n = op.results.length;
  const inits = op.operands.slice(n).map((v) => {
    const source = v.op?.definition.traits.broadcast ? v.op.operands[0].op : v.op;
    if (source?.definition.traits.constant !== true) return undefined;
    return (source.attributes as { value?: { splatValue(): Scalar | undefined } }).value?.splatValue();
  });
  if (inits.includes(undefined)) return false;
  const { op: last } = op.regions[0].yielded[0];
  // Bodies of several ops choose between candidates; a body of one op is known by its identity.
  if (op.regions[0].ops.length > 2) return true;
  return last?.definition.traits.associative === true && Number(inits[0]) === last.definition.traits.neutral;
}

function splitReduce(
  op: Op,
  given: TensorSharding,
  mesh: Mesh,
  rewriter: Rewriter,
  refuse: (reason: string) => void,
): boolean {
  if (op.name !== 'stablehlo.reduce' || reductionKinds(op)) return false;
  const { dimensions } = op.attributes as unknown as ReduceAttributes;
  const cut = dimensions.filter((d) => given.dims[d].axes.length > 0);
  if (cut.length === 0) return false;
  if (!isNeutral(op)) {
    refuse('its partial results cannot be combined');
    return false;
  }
  const e = new Emitter(rewriter, given);
  const n = op.results.length;
  const count = (d: number): number => axesSize(given.dims[d].axes, mesh);
  const inits = op.operands.slice(n).map((v) => rewriter.get(v));
  const whole = op.operands[0].shape;
  const high = whole.map((s, d) => (cut.includes(d) ? ceilDiv(s, count(d)) * count(d) - s : 0));
  const none = whole.map(() => 0);
  const shape = whole.flatMap((s, d) => (cut.includes(d) ? [count(d), (s + high[d]) / count(d)] : [s]));
  const split = closed(given).flatMap((s, d) => (cut.includes(d) ? [s, closedDim] : [s]));
  const place = (d: number): number => d + cut.filter((c) => c < d).length;
  const inputs = op.operands.slice(0, n).map((v, i) => {
    const x = rewriter.get(v);
    const attributes = { edgePaddingLow: none, edgePaddingHigh: high, interiorPadding: none };
    const even = high.some((h) => h > 0) ? e.emit('stablehlo.pad', [x, inits[i]], attributes, closed(given))[0] : x;
    return e.reshape(even, shape, split);
  });
  const regions = (): Op['regions'] => op.regions.map((r) => rewriter.rewriteBlock(r));
  const first = dimensions.map((d) => place(d) + (cut.includes(d) ? 1 : 0)).sort((a, b) => a - b);
  const kept = split.filter((_, d) => !first.includes(d));
  const partial = e.emit('stablehlo.reduce', [...inputs, ...inits], { dimensions: first }, kept, {
    regions: regions(),
  });
  const rest = cut.map((d) => place(d) - first.filter((f) => f < place(d)).length);
  const gathered = kept.map((s, d) => (rest.includes(d) ? closedDim : s));
  const candidates = partial.map((x) => e.whole(x, gathered));
  rewriter.copy(op, { operands: [...candidates, ...inits], attributes: { dimensions: rest }, regions: regions() });
  return true;
}

function splitTopK(op: Op, given: TensorSharding, mesh: Mesh, rewriter: Rewriter): boolean {
  if (op.name !== 'chlo.top_k') return false;
  const { k } = op.attributes as unknown as TopKAttributes;
  const { shape } = op.operands[0];
  const last = shape.length - 1;
  const size = shape[last];
  const count = axesSize(given.dims[last].axes, mesh);
  // Padding would have to lose against every value; candidates must be fewer than the values.
  if (count === 1 || size % count !== 0 || k === 0 || Math.min(k, size / count) * count >= size) return false;
  const e = new Emitter(rewriter, given);
  const per = size / count;
  const own = Math.min(k, per);
  const outer = shape.slice(0, last);
  const dims = closed(given);
  const outerDims = dims.slice(0, last);
  const split = [...dims, closedDim];
  const whole = [...outerDims, closedDim];
  const x = e.reshape(rewriter.get(op.operands[0]), [...outer, count, per], split);
  const [values, places] = e.emit('chlo.top_k', [x], { k: own }, split);
  const type = tensorType('i32', [...outer, count, own]);
  const [shard] = e.emit('stablehlo.iota', [], { iotaDimension: last }, split, { resultTypes: [type] });
  const [scale] = e.emit(
    'stablehlo.broadcast_in_dim',
    [constantScalar(rewriter, 'i32', per)],
    { broadcastDimensions: [] },
    split,
    {
      resultTypes: [type],
    },
  );
  const [start] = e.emit('stablehlo.multiply', [shard, scale], {}, split);
  const [positions] = e.emit('stablehlo.add', [places, start], {}, split);
  const flat = [...outer, count * own];
  const candidates = e.whole(e.reshape(values, flat, dims), whole);
  const indices = e.reshape(positions, flat, dims);
  const [best, chosen] = e.emit('chlo.top_k', [candidates], { k }, whole);
  const batch = outer.map((_, d) => d);
  const [index] = e.emit(
    'stablehlo.gather',
    [indices, chosen],
    {
      dimensionNumbers: {
        offsetDims: [],
        collapsedSliceDims: [last],
        operandBatchingDims: batch,
        startIndicesBatchingDims: batch,
        startIndexMap: [last],
        indexVectorDim: shape.length,
      },
      sliceSizes: shape.map(() => 1),
    },
    whole,
  );
  rewriter.map.setAll(op.results, [best, index]);
  return true;
}
