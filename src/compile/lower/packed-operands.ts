import { type DType, dtypeInfo, isNarrowFloat } from '../../base/index.ts';
import type { Value } from '../../ir/index.ts';
import { isSingle } from '../kernels/compute-types.ts';
import { literalOf } from './constants.ts';

/** What the packing of a product makes of an operand, instead of a kernel before it. */
export interface PackedOperand {
  readonly source: Value;
  /** Factors of the elements, f32 of the operand's shape. */
  readonly scale?: Value;
  /** float32 elements are rounded to bf16. */
  readonly roundBf16?: boolean;
  /** Elements from `end` (a scalar) on along a dimension are zero, whatever the source has there: they are left out. */
  readonly bound?: { readonly dim: number; readonly end: Value };
}

/** Integers of at most eight bits. */
const isSmall = (d: DType): boolean => {
  const { kind, bits } = dtypeInfo(d);
  return bits <= 8 && (kind === 'signed' || kind === 'unsigned');
};
const views = ['stablehlo.reshape', 'stablehlo.transpose', 'stablehlo.slice', 'stablehlo.dynamic_slice'];
/** An argument, or a view of one. */
const isStored = (v: Value): boolean => !v.op || (views.includes(v.op.name) && isStored(v.op.operands[0]));
/** Small integers converted, or a view of them. */
const isWidened = (v: Value): boolean =>
  v.op !== undefined &&
  (isConversion(v) ? isSmall(v.op.operands[0].dtype) : views.includes(v.op.name) && isWidened(v.op.operands[0]));
const isConversion = (v: Value): boolean => v.op?.name === 'stablehlo.convert';

/** `x where position along one dimension < scalar, else 0`: a product need not read the rest. */
function boundedBy(v: Value): PackedOperand | undefined {
  if (v.op?.name !== 'stablehlo.select') return undefined;
  const [where, source, otherwise] = v.op.operands;
  const compare = where.op;
  if (literalOf(otherwise) !== 0 || compare?.name !== 'stablehlo.compare') return undefined;
  const [position, limit] = compare.operands;
  const { comparisonDirection } = compare.attributes as { comparisonDirection: string };
  if (comparisonDirection !== 'LT' || position.op?.name !== 'stablehlo.iota') return undefined;
  const end = limit.op?.name === 'stablehlo.broadcast_in_dim' ? limit.op.operands[0] : limit;
  if (end.shape.length > 0 || where.shape.length === 0) return undefined;
  return { source, bound: { dim: (position.op.attributes as { iotaDimension: number }).iotaDimension, end } };
}

/**
 * Conversions that lose nothing (bf16, f16 and small integers to float32, small integers to bf16), float32 rounded to bf16
 * (and back), and small integers converted to float32 times a scale: matrix products do these while they pack; and what is zero from a
 * scalar position on, which they leave out. Undefined for all else.
 */
export function packedBy(v: Value): PackedOperand | undefined {
  const op = v.op;
  if (!op) return undefined;
  if (isConversion(v)) {
    const source = op.operands[0];
    const from = source.dtype;
    if (v.dtype === 'f32' && from === 'bf16' && isConversion(source) && source.op!.operands[0].dtype === 'f32')
      return { source: source.op!.operands[0], roundBf16: true };
    const widens = v.dtype === 'f32' && isNarrowFloat(from) && isSingle(from);
    // A stored weight is rounded as it is read; what a loop computes is better stored narrow.
    if (v.dtype === 'bf16' && from === 'f32' && isStored(source)) return { source, roundBf16: true };
    return widens || ((v.dtype === 'f32' || v.dtype === 'bf16') && isSmall(from)) ? { source } : undefined;
  }
  if (op.name !== 'stablehlo.multiply' || v.dtype !== 'f32') return boundedBy(v);
  for (const [weight, scale] of [
    [op.operands[0], op.operands[1]],
    [op.operands[1], op.operands[0]],
  ])
    if (isWidened(weight)) return { source: weight, scale };
  return undefined;
}
