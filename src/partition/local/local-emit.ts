import { HostArray, type Scalar } from '../../base/index.ts';
import {
  type Block,
  Builder,
  DenseElements,
  type ReductionKind,
  type Type,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { identityOf } from '../reshard/reductions.ts';
import type { Scope } from '../rewrite.ts';

/*
 * Shorthands for the stablehlo ops of per-device programs.
 */

export function splat(s: Scope, type: Type, value: Scalar): Value {
  if (type.kind !== 'tensor') throw new TypeError('splat of a non-tensor');
  return s.value('stablehlo.constant', [], { value: DenseElements.splat(type, value) }, { resultTypes: [type] });
}

export function indexConstant(s: Scope, value: number): Value {
  return splat(s, tensorType('i32', []), value);
}

/** A constant vector of i32. */
export function vector(s: Scope, values: readonly number[]): Value {
  const value = DenseElements.of(HostArray.from('i32', [values.length], values));
  return s.value('stablehlo.constant', [], { value }, { resultTypes: [value.type] });
}

export function binary(s: Scope, name: string, x: Value, y: Value): Value {
  return s.value(`stablehlo.${name}`, [x, y]);
}

export function compare(s: Scope, comparisonDirection: string, x: Value, y: Value): Value {
  return s.value('stablehlo.compare', [x, y], { comparisonDirection });
}

export function select(s: Scope, p: Value, x: Value, y: Value): Value {
  return s.value('stablehlo.select', [p, x, y]);
}

export function broadcast(s: Scope, x: Value, shape: readonly number[], dims: readonly number[]): Value {
  return s.value(
    'stablehlo.broadcast_in_dim',
    [x],
    { broadcastDimensions: dims },
    { resultTypes: [tensorType(x.dtype, shape)] },
  );
}

export function reshape(s: Scope, x: Value, shape: readonly number[]): Value {
  if (x.shape.length === shape.length && x.shape.every((d, i) => d === shape[i])) return x;
  return s.value('stablehlo.reshape', [x], {}, { resultTypes: [tensorType(x.dtype, shape)] });
}

/** Appends `high[d]` elements of `fill` to each dimension. */
export function padHigh(s: Scope, x: Value, high: readonly number[], fill: Scalar = 0): Value {
  if (high.every((n) => n === 0)) return x;
  const zeros = high.map(() => 0);
  const value = splat(s, tensorType(x.dtype, []), fill);
  return s.value('stablehlo.pad', [x, value], { edgePaddingLow: zeros, edgePaddingHigh: high, interiorPadding: zeros });
}

/** The first `shape[d]` elements of each dimension. */
export function head(s: Scope, x: Value, shape: readonly number[]): Value {
  if (x.shape.every((d, i) => d === shape[i])) return x;
  return s.value('stablehlo.slice', [x], {
    startIndices: shape.map(() => 0),
    limitIndices: shape,
    strides: shape.map(() => 1),
  });
}

/** Index of each element along a dimension, as i32 of the given shape. */
export function iota(s: Scope, shape: readonly number[], dimension: number): Value {
  return s.value('stablehlo.iota', [], { iotaDimension: dimension }, { resultTypes: [tensorType('i32', shape)] });
}

/** `x` where the element's global index along `dim` is below `size`, the identity of `kind` elsewhere. */
export function maskBeyond(s: Scope, x: Value, dim: number, offset: Value, size: number, kind: ReductionKind): Value {
  const index = binary(s, 'add', iota(s, x.shape, dim), broadcast(s, offset, x.shape, []));
  const inside = compare(s, 'LT', index, splat(s, tensorType('i32', x.shape), size));
  return select(s, inside, x, splat(s, x.type, identityOf(kind, x.tensor)));
}

/** Region of an all_reduce or reduce_scatter. */
export function reducer(s: Scope, kind: ReductionKind, x: Value): Block {
  const name = { sum: 'stablehlo.add', max: 'stablehlo.maximum', min: 'stablehlo.minimum' }[kind];
  const scalar = tensorType(x.dtype, []);
  return new Builder(s.registry).block([scalar, scalar], (b, [a, c]) => [b.emit(name, [a, c])]);
}
