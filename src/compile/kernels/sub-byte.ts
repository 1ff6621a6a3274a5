import { type DType, dtypeInfo, realDType } from '../../base/index.ts';
import type { Op, Value } from '../../ir/index.ts';
import type { GemmStep } from './kernel-ir.ts';

/*
 * Integers of two and four bits. Each takes a byte of its own in memory, extended to eight bits: kernels move and widen them
 * as i8 and u8. A bitcast of wider integers shows them side by side instead, the lowest bits first; matrix products read four
 * bits of those in place.
 */

export const isSubByteInteger = (d: DType): boolean => {
  const { kind, bits } = dtypeInfo(d);
  return bits < 8 && (kind === 'signed' || kind === 'unsigned');
};

/** What kernels hold values of a dtype as; complex numbers are two of their parts' type, side by side. */
export const memoryDType = (d: DType): DType =>
  isSubByteInteger(d) ? (dtypeInfo(d).kind === 'signed' ? 'i8' : 'u8') : realDType(d);

/** Whether the op cuts integers of one to four bytes into integers of a few bits. */
export function unpacksBits(op: Op): boolean {
  if (op.name !== 'stablehlo.bitcast_convert' || !isSubByteInteger(op.result.dtype)) return false;
  const { kind, bits } = dtypeInfo(op.operands[0].dtype);
  return bits >= 8 && bits <= 32 && (kind === 'signed' || kind === 'unsigned');
}

/** Types of elements that lie two to a byte, when products name them. */
export const isNibble = (d: DType): boolean => d === 'i4' || d === 'u4';

/** Whether the value is 4-bit integers cut out of wider ones. */
export const showsNibbles = (v: Value): boolean => v.op !== undefined && isNibble(v.dtype) && unpacksBits(v.op);

/** Whether an operand of the product lies in memory two elements to a byte: its strides and offsets count half bytes. */
export const readsNibbles = (g: GemmStep): boolean => g.dtypes.some(isNibble);
