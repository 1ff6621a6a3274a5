/*
 * The stablehlo collectives that carry out sdy collectives on one device.
 */
import { ceilDiv, type DType, dtypeInfo } from '../../base/index.ts';
import {
  type AxisRef,
  axesSize,
  localShape,
  type Mesh,
  type Op,
  type ReductionKind,
  type TensorSharding,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import type { AllGather, AllReduce, AllSlice, AllToAll, ReduceScatter } from '../../ops/index.ts';
import { broadcastInDim, combiner, compare, constantScalar, select, splat } from '../../ops/index.ts';
import { deviceGroups, permutationPairs } from '../collectives/device-groups.ts';
import { neutralElement, reductionOps } from '../reshard/reductions.ts';
import type { Rewriter } from '../rewrite.ts';
import type { DeviceIndex } from './device-index.ts';
import { head, padHigh } from './padding.ts';

/** What lowering a collective may ask for. */
export interface LocalContext {
  readonly rewriter: Rewriter;
  readonly index: DeviceIndex;
  readonly mesh: Mesh;
  readonly meshOf: (s: TensorSharding) => Mesh;
  /** Sharding of the operand in the global program. */
  readonly given: TensorSharding;
  readonly nextChannel: () => number;
  /** Channel of a collective that names devices by their own numbers. */
  readonly channelHandle: () => object;
}

/** Lowers one sdy collective; `x` is the local operand. Undefined when the op is none. */
export function lowerCollective(op: Op, x: Value, c: LocalContext): Value | undefined {
  switch (op.name) {
    case 'sdy.all_gather':
      return allGather(op, x, c);
    case 'sdy.all_slice':
      return allSlice(x, (op.attributes as unknown as AllSlice).slicingAxes, c);
    case 'sdy.all_to_all':
      return allToAll(op, x, c);
    case 'sdy.collective_permute':
      return permute(op, x, c);
    case 'sdy.all_reduce': {
      const a = op.attributes as unknown as AllReduce;
      return allReduce(x, a.reductionAxes, a.reductionOp, c);
    }
    case 'sdy.reduce_scatter':
      return reduceScatter(op, x, c);
    case 'sdy.replicated_to_unreduced': {
      const { axes } = op.attributes as { axes: readonly AxisRef[] };
      return onFirstDevice(x, axes, c);
    }
    case 'sdy.sharded_to_unreduced':
      return placed(op, x, c);
    default:
      return undefined;
  }
}

const shapeOf = (op: Op): readonly number[] => (op.results[0].type.kind === 'tensor' ? op.results[0].type.shape : []);
const replaced = (shape: readonly number[], d: number, size: number): number[] =>
  shape.map((n, i) => (i === d ? size : n));

/** Attributes that make groups of global device ids. */
const groupsOf = (axes: readonly AxisRef[], c: LocalContext): object => ({
  replicaGroups: deviceGroups(axes, c.mesh),
  channelHandle: { handle: c.nextChannel(), type: 1 },
  useGlobalDeviceIds: true,
});

function allGather(op: Op, x: Value, c: LocalContext): Value {
  const a = op.attributes as unknown as AllGather;
  let value = x;
  const wanted = localShape(shapeOf(op), a.outSharding, c.mesh);
  a.gatheringAxes.forEach((axes, d) => {
    if (axes.length === 0) return;
    const shape = replaced(value.shape, d, value.shape[d] * axesSize(axes, c.mesh));
    const type = tensorType(value.dtype, shape);
    value = c.rewriter.emit(
      'stablehlo.all_gather',
      [value],
      { allGatherDim: d, ...groupsOf(axes, c) },
      { resultTypes: [type] },
    );
    value = head(c.rewriter, value, replaced(shape, d, wanted[d]));
  });
  return value;
}

/** Pads so that the dimensions divide, then takes this device's slice. */
function allSlice(x: Value, slicing: readonly (readonly AxisRef[])[], c: LocalContext): Value {
  const { rewriter, index, mesh } = c;
  const counts = slicing.map((axes) => axesSize(axes, mesh));
  const sizes = x.shape.map((n, d) => ceilDiv(n, counts[d]));
  const padded = padHigh(
    rewriter,
    x,
    x.shape.map((n, d) => sizes[d] * counts[d] - n),
  );
  const starts = slicing.map((axes, d) =>
    axes.length === 0 ? index.constant(0) : index.times(index.along(axes, mesh), sizes[d]),
  );
  if (starts.length === 0) return x;
  return rewriter.emit('stablehlo.dynamic_slice', [padded, ...starts], { sliceSizes: sizes });
}

function allToAll(op: Op, x: Value, c: LocalContext): Value {
  let value = x;
  for (const { axes, source, target } of (op.attributes as unknown as AllToAll).params) {
    const n = axesSize(axes, c.mesh);
    const shape = value.shape.map((s, d) => (d === target ? s / n : d === source ? s * n : s));
    value = c.rewriter.emit(
      'stablehlo.all_to_all',
      [value],
      {
        splitDimension: target,
        concatDimension: source,
        splitCount: n,
        replicaGroups: deviceGroups(axes, c.mesh),
        ...c.channelHandle(),
      },
      { resultTypes: [tensorType(value.dtype, shape)] },
    );
  }
  return value;
}

function permute(op: Op, x: Value, c: LocalContext): Value {
  const { outSharding } = op.attributes as { outSharding: TensorSharding };
  const pairs = permutationPairs(c.given, c.meshOf(c.given), outSharding, c.meshOf(outSharding));
  const _axes = outSharding.dims.flatMap((d) => d.axes);
  if (pairs.every(([a, b]) => a === b)) return x;
  return c.rewriter.emit('stablehlo.collective_permute', [x], {
    sourceTargetPairs: pairs,
    ...c.channelHandle(),
  });
}

/** all_reduce along axes; the value itself when they are of size one. */
export function allReduce(x: Value, axes: readonly AxisRef[], kind: AllReduce['reductionOp'], c: LocalContext): Value {
  if (axesSize(axes, c.mesh) === 1) return x;
  return inWiderType(x, c.rewriter, (wide) =>
    c.rewriter.emit('stablehlo.all_reduce', [wide], groupsOf(axes, c), {
      regions: [combiner(c.rewriter, reductionOps[kind], wide.dtype)],
      resultTypes: [wide.type],
    }),
  );
}

/** Elements that machines do not compute with are combined as the next ones that hold them. */
function inWiderType(x: Value, rewriter: Rewriter, combine: (wide: Value) => Value): Value {
  const { bits, kind } = dtypeInfo(x.dtype);
  const wider =
    kind === 'float' && bits <= 8 ? 'f32' : bits < 8 && kind !== 'bool' ? (kind === 'signed' ? 'i8' : 'u8') : x.dtype;
  if (wider === x.dtype) return combine(x);
  const converted = (v: Value, dtype: DType): Value =>
    rewriter.emit('stablehlo.convert', [v], {}, { resultTypes: [tensorType(dtype, v.shape)] });
  return converted(combine(converted(x, wider)), x.dtype);
}

function reduceScatter(op: Op, x: Value, c: LocalContext): Value {
  const a = op.attributes as unknown as ReduceScatter;
  let value = x;
  a.reduceScatterAxes.forEach((axes, d) => {
    if (axes.length === 0) return;
    const n = axesSize(axes, c.mesh);
    const size = ceilDiv(value.shape[d], n);
    value = padHigh(
      c.rewriter,
      value,
      value.shape.map((s, i) => (i === d ? size * n - s : 0)),
    );
    value = inWiderType(value, c.rewriter, (wide) =>
      c.rewriter.emit(
        'stablehlo.reduce_scatter',
        [wide],
        { scatterDimension: d, ...groupsOf(axes, c) },
        {
          regions: [combiner(c.rewriter, reductionOps[a.reductionOp], wide.dtype)],
          resultTypes: [tensorType(wide.dtype, replaced(wide.shape, d, size))],
        },
      ),
    );
  });
  return value;
}

/** The value on the first device along axes; on the others what changes nothing when all are combined (zeros for a sum). */
export function onFirstDevice(
  x: Value,
  axes: readonly AxisRef[],
  c: Pick<LocalContext, 'rewriter' | 'index' | 'mesh'>,
  kind: ReductionKind = 'sum',
): Value {
  const { rewriter, index, mesh } = c;
  const isFirst = compare(rewriter, 'EQ', index.along(axes, mesh), constantScalar(rewriter, 'i32', 0));
  const neutral = splat(rewriter, x.type, neutralElement(kind, x.tensor));
  return select(rewriter, broadcastInDim(rewriter, isFirst, x.shape, []), x, neutral);
}

/** The local shard at its place in zeros. */
function placed(op: Op, x: Value, c: LocalContext): Value {
  const { axes } = op.attributes as { axes: readonly (readonly AxisRef[])[] };
  const { rewriter, index, mesh } = c;
  const shape = x.shape.map((n, d) => n * axesSize(axes[d], mesh));
  const starts = axes.map((a, d) =>
    a.length === 0 ? index.constant(0) : index.times(index.along(a, mesh), x.shape[d]),
  );
  const zeros = splat(rewriter, tensorType(x.dtype, shape), neutralElement('sum', x.tensor));
  const whole = rewriter.emit('stablehlo.dynamic_update_slice', [zeros, x, ...starts]);
  const { outSharding } = op.attributes as unknown as { outSharding: TensorSharding };
  return head(rewriter, whole, localShape(shapeOf(op), outSharding, mesh));
}
