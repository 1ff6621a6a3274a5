import { FunctionBuilder, get, i32, type Local, load, op, splatF32 } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';

/*
 * A module that measures what bounds a program on one core. Exports:
 *   peak(rounds)              multiplications and additions in registers, `BOUND_FLOPS` per round
 *   read(bytes)               reads memory from 0 on once
 *   copy(to, from, bytes)
 */

/** Independent sums, and how often each is added to per round. */
const sums = 12;
const unroll = 4;
/** float32 operations per round of `peak`. */
export const BOUND_FLOPS = sums * unroll * 8;

/** `relaxed`: with `f32x4.relaxed_madd`. */
export function emitBounds(relaxed: boolean, maximumPages: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const total = (f: FunctionBuilder, t: readonly Local[]): void => {
    const sum = t.map(get).reduce((a, b) => op('f32x4.add', a, b));
    f.return(op('f32.convert_i32_s', op('v128.any_true', sum)));
  };
  const accumulators = (f: FunctionBuilder, count: number): Local[] => {
    const t = Array.from({ length: count }, () => f.local('v128'));
    for (const l of t) f.set(l, splatF32(0));
    return t;
  };

  const peak = new FunctionBuilder('peak', ['i32'], 'f32');
  const [x, y] = [0.5, 0.25].map((v) => peak.keepCopy(splatF32(v)));
  const t = accumulators(peak, sums);
  peak.for(peak.local('i32'), i32(0), peak.arguments[0], 1, () => {
    for (let u = 0; u < unroll; u++)
      for (const l of t)
        peak.set(l, relaxed ? op('f32x4.relaxed_madd', x, y, get(l)) : op('f32x4.add', op('f32x4.mul', x, y), get(l)));
  });
  total(peak, t);
  module.export('peak', module.add(peak));

  const read = new FunctionBuilder('read', ['i32'], 'f32');
  const p = read.local('i32');
  const r = accumulators(read, 8);
  read.forAddresses(p, i32(0), read.arguments[0], 128, () => {
    r.forEach((l, i) => {
      read.set(l, op('f32x4.add', get(l), load('v128.load', get(p), 16 * i)));
    });
  });
  total(read, r);
  module.export('read', module.add(read));

  const copy = new FunctionBuilder('copy', ['i32', 'i32', 'i32']);
  const [to, from, bytes] = copy.arguments;
  copy.copyMemory(to, from, bytes);
  module.export('copy', module.add(copy));
  return module.encode({ shared: false, maximumPages });
}
