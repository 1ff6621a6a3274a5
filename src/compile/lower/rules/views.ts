import { type DType, dtypeInfo, EspalierError, InternalError } from '../../../base/index.ts';
import type { DenseElements, Op } from '../../../ir/index.ts';
import { type Affine, addScaled, constantIndex, delinearize, linearize, shifted, zero } from '../../kernels/affine.ts';
import type { ElementFunctionName } from '../../kernels/element-functions.ts';
import type { Expr } from '../../kernels/kernel-ir.ts';
import { memoryDType, unpacksBits } from '../../kernels/sub-byte.ts';
import { literal } from '../constants.ts';
import type { ExprBuilder, KernelRule, KernelRules } from '../lowering.ts';

/* Ops that only move, repeat or make up elements: they become index arithmetic inside their consumers. */

type Indexing = (op: Op, index: readonly Affine[], b: ExprBuilder) => readonly Affine[];

/** A view given by the operand's multi-index as a function of the result's. */
function view(indexing: Indexing): KernelRule {
  return {
    cost: 'view',
    view: indexing,
    fuse: (op, index, b) => b.value(op.operands[0], indexing(op, index, b)),
  };
}

const reshapeRule: KernelRule = {
  cost: 'view',
  view: (op, index) => delinearize(linearize(index, op.result.shape), op.operands[0].shape),
  fuse: (op, index, b) => b.reshaped(op.operands[0], linearize(index, op.result.shape)),
};

const identity: KernelRule = {
  cost: 'view',
  view: (_op, index) => index,
  fuse: (op, index, b, result) => b.value(op.operands[result.index], index),
};

/** Element `index` of integers cut into pieces of a few bits, the lowest first: its piece, moved to the top and back down. */
function fewBits(op: Op, index: readonly Affine[], b: ExprBuilder): Expr {
  const { bits, kind } = dtypeInfo(op.result.dtype);
  const apply = (dtype: DType, fn: ElementFunctionName, ...args: Expr[]): Expr => ({ kind: 'apply', dtype, fn, args });
  const from = op.operands[0];
  const whole = b.value(from, index.slice(0, -1));
  const word =
    from.dtype === 'i32' ? whole : apply('i32', dtypeInfo(from.dtype).bits === 32 ? 'bitcast' : 'convert', whole);
  const up: Expr = {
    kind: 'index',
    dtype: 'i32',
    index: addScaled(constantIndex(32 - bits), index[index.length - 1], -bits),
  };
  const down = literal('i32', 32 - bits);
  const shift = kind === 'signed' ? 'shift_right_arithmetic' : 'shift_right_logical';
  return apply(
    memoryDType(op.result.dtype),
    'convert',
    apply('i32', shift, apply('i32', 'shift_left', word, up), down),
  );
}

const bitcast: KernelRule = {
  fuse: (op, index, b) => {
    const from = op.operands[0];
    if (unpacksBits(op)) return fewBits(op, index, b);
    const fromBytes = dtypeInfo(from.dtype).bytes;
    const toBytes = dtypeInfo(op.result.dtype).bytes;
    if (fromBytes === toBytes) {
      const arg = b.value(from, index);
      return { kind: 'apply', dtype: op.result.dtype, fn: 'bitcast', args: [arg] };
    }
    if (from.dtype === 'bool' || op.result.dtype === 'bool')
      throw new EspalierError(
        'runtime/unsupported',
        'the cpu engine keeps a bool in a byte: it cannot reread it as bits',
        {
          given: `${from.dtype} to ${op.result.dtype}`,
          advice: 'use --engine reference',
        },
      );
    // Widths differ: the bytes of the operand in memory are the bytes of the result, in one dimension more or less.
    const storage = b.lowering.require(from);
    const offset = (storage.offset * fromBytes) / toBytes;
    return {
      kind: 'load',
      dtype: op.result.dtype,
      buffer: storage.buffer,
      index: shifted(linearize(index, op.result.shape), offset),
    };
  },
};

export const viewRules = {
  'stablehlo.reshape': reshapeRule,
  'stablehlo.optimization_barrier': identity,
  'sdy.sharding_constraint': identity,
  'sdy.propagation_barrier': identity,
  'stablehlo.bitcast_convert': bitcast,
  'stablehlo.broadcast_in_dim': view((op, index) => {
    const { broadcastDimensions } = op.attributes as { broadcastDimensions: readonly number[] };
    return op.operands[0].shape.map((d, i) => (d === 1 ? zero : index[broadcastDimensions[i]]));
  }),
  'stablehlo.broadcast': view((op, index) => index.slice(index.length - op.operands[0].shape.length)),
  'stablehlo.transpose': view((op, index) => {
    const { permutation } = op.attributes as { permutation: readonly number[] };
    const out = new Array<Affine>(index.length);
    permutation.forEach((from, to) => {
      out[from] = index[to];
    });
    return out;
  }),
  'stablehlo.slice': view((op, index) => {
    const a = op.attributes as { startIndices: readonly number[]; strides: readonly number[] };
    return index.map((x, d) => addScaled(constantIndex(a.startIndices[d]), x, a.strides[d]));
  }),
  'stablehlo.reverse': view((op, index) => {
    const { dimensions } = op.attributes as { dimensions: readonly number[] };
    const shape = op.result.shape;
    return index.map((x, d) => (dimensions.includes(d) ? addScaled(constantIndex(shape[d] - 1), x, -1) : x));
  }),
  'stablehlo.dynamic_slice': {
    ...view((op, index, b) => {
      const shape = op.operands[0].shape;
      return index.map((x, d) => addScaled(x, b.start(op.operands[1 + d], shape[d] - op.result.shape[d])));
    }),
    uses: (_op, operand) => (operand === 0 ? 'inline' : 'storage'),
  },
  'stablehlo.iota': {
    cost: 'free',
    fuse: (op, index) => {
      const { iotaDimension } = op.attributes as { iotaDimension: number };
      return { kind: 'index', dtype: op.result.dtype, index: index[iotaDimension] };
    },
  },
  'stablehlo.constant': {
    cost: 'free',
    fuse: (op, index, b): Expr => {
      const { value } = op.attributes as { value: DenseElements };
      const splat = value.splatValue();
      if (splat !== undefined && typeof splat !== 'object')
        return literal(
          memoryDType(op.result.dtype),
          Number.isNaN(splat as number) ? Number.NaN : typeof splat === 'boolean' ? Number(splat) : splat,
        );
      const storage = b.lowering.constants.storageOf(op.result, b.lowering);
      if (!storage) throw new InternalError('a constant without data');
      return {
        kind: 'load',
        dtype: memoryDType(op.result.dtype),
        buffer: storage.buffer,
        index: shifted(linearize(index, op.result.shape), storage.offset),
      };
    },
  },
} as const satisfies KernelRules;
