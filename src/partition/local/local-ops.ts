/*
 * Ops that need more than smaller shapes to run on shards: iota, constants, random bits.
 */
import { dtypeInfo, numElements } from '../../base/index.ts';
import {
  type AxisRef,
  axesSize,
  isReplicated,
  localShape,
  type Mesh,
  type Op,
  type TensorSharding,
  type TensorType,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { add, broadcastInDim, mul, reshape, splat } from '../../ops/index.ts';
import type { Rewriter } from '../rewrite.ts';
import type { DeviceIndex } from './device-index.ts';
import type { ExchangeContext } from './halo.ts';
import { dynamicSlice, dynamicUpdateSlice, gather, scatter } from './indexed-ops.ts';
import { padHigh } from './padding.ts';
import { lowerWindowed } from './windowed-ops.ts';

export interface OpContext {
  readonly rewriter: Rewriter;
  readonly index: DeviceIndex;
  readonly mesh: Mesh;
  readonly sharding: (v: Value) => TensorSharding | undefined;
  /** Axes of the op's reduction factors. */
  readonly reductionAxes: readonly AxisRef[];
  /** Copies the op with these local operands; attributes (unless given) and result types are made local. */
  readonly localize: (operands: readonly Value[], attributes?: object | ((local: object) => object)) => Value[];
  /** Copies the op with these operands and attributes for a result of another shape. */
  readonly emit: (operands: readonly Value[], attributes: object, shape: readonly number[]) => Value;
  /** For collectives that the op's lowering needs. */
  readonly exchange: ExchangeContext;
}

/** Lowers an op with special needs; undefined when plain localization is right. */
export function lowerSpecial(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  switch (op.name) {
    case 'stablehlo.gather':
      return gather(op, operands, c);
    case 'stablehlo.scatter':
      return scatter(op, operands, c);
    case 'stablehlo.dynamic_slice':
      return dynamicSlice(op, operands, c);
    case 'stablehlo.dynamic_update_slice':
      return dynamicUpdateSlice(op, operands, c);
    case 'stablehlo.rng_bit_generator':
      return randomBits(op, operands, c);
    default:
      return lowerWindowed(op, operands, c);
  }
}

/** Cuts a value that every device can compute whole: constants that are no splat, random bits. */
export function sliceOf(x: Value, sharding: TensorSharding, c: Pick<OpContext, 'rewriter' | 'index' | 'mesh'>): Value {
  const { rewriter, index, mesh } = c;
  const counts = sharding.dims.map((d) => axesSize(d.axes, mesh));
  const sizes = localShape(x.shape, sharding, mesh);
  const padded = padHigh(
    rewriter,
    x,
    x.shape.map((n, d) => sizes[d] * counts[d] - n),
  );
  const starts = sharding.dims.map((d, i) =>
    d.axes.length === 0 ? index.constant(0) : index.times(index.along(d.axes, mesh), sizes[i]),
  );
  return starts.length === 0 ? x : rewriter.emit('stablehlo.dynamic_slice', [padded, ...starts], { sliceSizes: sizes });
}

/** An iota of the local shape plus this device's offset. */
export function localIota(op: Op, sharding: TensorSharding, c: Pick<OpContext, 'rewriter' | 'index' | 'mesh'>): Value {
  const { rewriter, index, mesh } = c;
  const { iotaDimension: d } = op.attributes as { iotaDimension: number };
  const { dtype, shape } = op.results[0].tensor;
  const local = localShape(shape, sharding, mesh);
  const { axes } = sharding.dims[d];
  const { location } = op;
  const line = (type: TensorType): Value =>
    rewriter.emit('stablehlo.iota', [], { iotaDimension: d }, { resultTypes: [type], location });
  if (axes.length === 0) return line(tensorType(dtype, local));
  // Counted in i32 and converted once: narrow types round sums of their own.
  const offset = index.times(index.along(axes, mesh), local[d]);
  const global = add(rewriter, line(tensorType('i32', local)), broadcastInDim(rewriter, offset, local, []));
  const resultTypes = [tensorType(dtype, local)];
  return dtype === 'i32' ? global : rewriter.emit('stablehlo.convert', [global], {}, { resultTypes });
}

/**
 * Random bits, the same numbers on any mesh: each device counts from where its part begins if its part is one stretch of the
 * counter, else it makes the whole tensor and takes its part.
 */
function randomBits(op: Op, operands: readonly Value[], c: OpContext): Value[] {
  const { rewriter } = c;
  const sharding = c.sharding(op.results[1]);
  const part = sharding && counterStretch(op, sharding, c.mesh);
  if (part) {
    const [state] = operands;
    const advance = (by: Value): Value => {
      const zero = splat(rewriter, tensorType('u64', [1]), 0);
      const vector = rewriter.emit('stablehlo.concatenate', [zero, reshape(rewriter, by, [1])], { dimension: 0 });
      return add(rewriter, state, vector);
    };
    const u64 = tensorType('u64', []);
    const index = c.index.along(part.axes, c.mesh);
    const number = rewriter.emit('stablehlo.convert', [index], {}, { resultTypes: [u64] });
    const start = mul(rewriter, number, splat(rewriter, u64, BigInt(part.perShard)));
    const [, bits] = c.localize([advance(start)]);
    return [advance(splat(rewriter, u64, BigInt(part.total))), bits];
  }
  const whole = rewriter.create(op.name, operands, op.attributes, {
    resultTypes: op.results.map((r) => r.type),
    location: op.location,
  });
  return whole.results.map((v, i) => {
    const own = c.sharding(op.results[i]);
    return own && !isReplicated(own) ? sliceOf(v, own, c) : v;
  });
}

/**
 * How a cut tensor of random bits follows threefry's counter, if every shard is one stretch of it: cut along the first
 * dimension only, without tearing apart the two 32-bit words that one count gives.
 */
function counterStretch(
  op: Op,
  sharding: TensorSharding,
  mesh: Mesh,
): { axes: readonly AxisRef[]; perShard: number; total: number } | undefined {
  const { rngAlgorithm } = op.attributes as { rngAlgorithm: string };
  const state = op.operands[0].tensor;
  if (rngAlgorithm !== 'THREE_FRY' || state.dtype !== 'u64' || state.shape[0] !== 2) return undefined;
  const { dtype, shape } = op.results[1].tensor;
  const dim = shape.findIndex((n) => n !== 1);
  if (dim < 0 || sharding.dims.some((s, d) => d !== dim && s.axes.length > 0)) return undefined;
  const local = localShape(shape, sharding, mesh);
  const isWide = dtypeInfo(dtype).bits === 64;
  if (!isWide && (shape[dim] % 2 !== 0 || local[dim] % 2 !== 0)) return undefined;
  const counts = (s: readonly number[]): number => numElements(s) / (isWide ? 1 : 2);
  return { axes: sharding.dims[dim].axes, perShard: counts(local), total: counts(shape) };
}
