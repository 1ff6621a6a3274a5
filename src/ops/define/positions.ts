import { type DType, dtypeInfo, type Shape } from '../../base/index.ts';
import { DenseElements, type Type, tensorType } from '../../ir/index.ts';

/*
 * Arithmetic on positions in a dimension. An index may have a type that does not hold the dimension's size (i8), nor a sign
 * (u32), and any value (2^63); sizes fit in i32.
 */

/** Appends an op with one result. */
type Emit<V> = (
  name: string,
  operands: readonly V[],
  attributes?: object,
  options?: { readonly resultTypes?: readonly Type[] },
) => V;
interface Typed {
  readonly dtype: DType;
  readonly shape: Shape;
}

const inI32 = <V extends Typed>(emit: Emit<V>, x: V): V =>
  x.dtype === 'i32' ? x : emit('stablehlo.convert', [x], {}, { resultTypes: [tensorType('i32', x.shape)] });

/** Integers in a type that holds every size: narrow ones as i32, others as they are. */
export const widened = <V extends Typed>(emit: Emit<V>, x: V): V => (dtypeInfo(x.dtype).bits < 32 ? inI32(emit, x) : x);

/** Integers of any type brought into `[low, high]`, as i32. */
export function bounded<V extends Typed>(emit: Emit<V>, x: V, low: number, high: number): V {
  const wide = widened(emit, x);
  const type = tensorType(wide.dtype, wide.shape);
  const bound = (value: number): V =>
    emit('stablehlo.constant', [], { value: DenseElements.splat(type, value) }, { resultTypes: [type] });
  const top = emit('stablehlo.minimum', [wide, bound(high)]);
  const isAbove = low <= 0 && dtypeInfo(wide.dtype).kind === 'unsigned';
  return inI32(emit, isAbove ? top : emit('stablehlo.maximum', [top, bound(low)]));
}
