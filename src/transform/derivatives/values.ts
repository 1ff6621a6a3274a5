import { isInexact } from '../../base/index.ts';
import { type Builder, DenseElements, type Type, type Value } from '../../ir/index.ts';

/** A constant with every element equal to `value`, of the given tensor type. */
export function emitSplat(b: Builder, type: Type, value: number): Value {
  if (type.kind !== 'tensor') throw new TypeError('splat of a non-tensor');
  return b.emit('stablehlo.constant', [], { value: DenseElements.splat(type, value) }, { resultTypes: [type] });
}

export const emitZeros = (b: Builder, type: Type): Value => emitSplat(b, type, 0);

/** Sum of two cotangents or tangents, either of which may be a symbolic zero. */
export function addTangents(b: Builder, x: Value | undefined, y: Value | undefined): Value | undefined {
  if (!x) return y;
  if (!y) return x;
  return b.emit('stablehlo.add', [x, y]);
}

/** Whether derivatives flow through values of this type. */
export const isDifferentiable = (t: Type): boolean => t.kind === 'tensor' && isInexact(t.dtype);
