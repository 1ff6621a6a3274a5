import { type FunctionBuilder, get, op, type Value } from './function-builder.ts';

/* Arithmetic of addresses, sizes and conditions: signed 32-bit integers. */

export const add = (a: Value, b: Value): Value => op('i32.add', a, b);
export const sub = (a: Value, b: Value): Value => op('i32.sub', a, b);
export const mul = (a: Value, b: Value): Value => op('i32.mul', a, b);
export const lt = (a: Value, b: Value): Value => op('i32.lt_s', a, b);
export const eq = (a: Value, b: Value): Value => op('i32.eq', a, b);
export const and = (a: Value, b: Value): Value => op('i32.and', a, b);
export const or = (a: Value, b: Value): Value => op('i32.or', a, b);

/** The smaller of the two, in a local of its own. */
export function minimum(f: FunctionBuilder, a: Value, b: Value): Value {
  const l = f.local('i32');
  f.set(l, a);
  f.if(lt(b, get(l)), () => f.set(l, b));
  return get(l);
}
