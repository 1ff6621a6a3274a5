import { type ComputeFacts, type DType, dtypeInfo, dtypes, EspalierError } from '../../base/index.ts';

/* The element types that kernels compute with. */

/** Whether kernels compute with a type; others are only moved. */
export const isNativeDType = (d: DType): boolean => dtypeInfo(d).compute !== undefined;

/** How kernels compute with a type. Throws `runtime/unsupported`. */
export function computeFacts(d: DType): ComputeFacts {
  const { compute } = dtypeInfo(d);
  if (!compute) throw unsupportedDType(d);
  return compute;
}

/** What lanes of 32 bits hold; undefined where there is no vector code. */
export const lanesOf = (d: DType): ComputeFacts['lanes'] => dtypeInfo(d).compute?.lanes;

/** float32, and narrower floats that are computed in float32. */
export const isSingle = (d: DType): boolean => dtypeInfo(d).compute?.register === 'f32';

export function unsupportedDType(d: DType, where = ''): EspalierError {
  return new EspalierError('runtime/unsupported', `kernels do not compute with ${d}${where}`, {
    expected: dtypes.filter(isNativeDType).join(', '),
    given: d,
    advice: 'convert to another element type, or use the "reference" engine',
  });
}
