import { type DType, EspalierError } from '../../../base/index.ts';

/** Element types of the native ABI, in the order of `enum esp_dtype` in native/espalier.h. */
const order: readonly DType[] = [
  'bool',
  'i8',
  'i16',
  'i32',
  'i64',
  'u8',
  'u16',
  'u32',
  'u64',
  'bf16',
  'f16',
  'f32',
  'f64',
];

/** ABI number of a dtype. Throws `runtime/unsupported` for types the cpu engine does not compute with. */
export function dtypeNumber(d: DType): number {
  const n = order.indexOf(d);
  if (n < 0) throw unsupportedDType(d);
  return n;
}

/**
 * ABI number of the elements of a matrix operand: those of `dtypeNumber`, and i4 and u4 with two elements to a byte, the lower
 * half first. Throws `runtime/unsupported`.
 */
export function operandNumber(d: DType): number {
  return d === 'i4' ? order.length : d === 'u4' ? order.length + 1 : dtypeNumber(d);
}

export const isNativeDType = (d: DType): boolean => order.includes(d);

export function unsupportedDType(d: DType, where = ''): EspalierError {
  return new EspalierError('runtime/unsupported', `the cpu engine does not compute with ${d}${where}`, {
    expected: order.join(', '),
    given: d,
    advice: 'convert to another element type, or use the "reference" engine',
  });
}
