import { type DType, dtypeInfo } from '../../base/index.ts';
import { add, eq, mul, sub } from './addresses.ts';
import { convertScalar } from './element-functions.ts';
import { scalarLoad, scalarStore, vectorLoad } from './emit-expr.ts';
import {
  type Callee,
  type FunctionBuilder,
  get,
  i32,
  load,
  op,
  select,
  splatF32,
  splatI32,
  type Value,
} from './function-builder.ts';
import { gemmOne, gemmScratchBytes } from './gemm.ts';
import type { WasmLibrary } from './library.ts';
import * as narrow from './narrow-floats.ts';
import { roundBf16 } from './vector-math.ts';

/*
 * Matrix products of bf16, f16, bytes and float32 in any mix: blocks of the operands become float32 in scratch, are multiplied
 * by the float32 product, and blocks of a narrow result are rounded once, at the end.
 */

/** Rows, columns and depth of a block. */
const MB = 192;
const NB = 192;
const KB = 256;
const [blockA, blockB, blockC] = [4 * MB * KB, 4 * KB * NB, 4 * MB * NB];
/** Scratch of products on each thread, in bytes. */
export const productScratchBytes = gemmScratchBytes + blockA + blockB + blockC;

export interface ProductTypes {
  readonly dtypes: readonly [DType, DType, DType];
  /** As in `GemmStep`. */
  readonly roundBf16?: 0 | 1 | 2 | 3 | undefined;
}

const floats: readonly DType[] = ['f32', 'bf16', 'f16'];
const operands: readonly DType[] = [...floats, 'i8', 'u8'];

/** The product of these types on one thread, summed in float32; undefined for types that are not. Arguments as of `gemmOne`. */
export function floatProduct(lib: WasmLibrary, types: ProductTypes): Callee | undefined {
  const [a, b, c] = types.dtypes;
  if (!floats.includes(c) || !operands.includes(a) || !operands.includes(b)) return undefined;
  return types.dtypes.every((d) => d === 'f32') && !types.roundBf16 ? gemmOne(lib) : gemmConverting(lib, types);
}

const smaller = (a: Value, b: number): Value => select(op('i32.lt_s', a, i32(b)), a, i32(b));

/** Bits of four f16 in 32-bit lanes as float32. */
function fromHalf(f: FunctionBuilder, bits: Value): Value {
  const magnitude = f.keep(op('v128.and', bits, splatI32(0x7fff)));
  // As float32 bits, the exponent is 112 too small; so are those of subnormal numbers.
  const x = op('f32x4.mul', op('i32x4.shl', magnitude, i32(13)), splatF32(2 ** 112));
  const infinite = op('v128.and', op('i32x4.ge_s', magnitude, splatI32(0x7c00)), splatI32(0x7f800000));
  const sign = op('i32x4.shl', op('v128.and', bits, splatI32(0x8000)), i32(16));
  return op('v128.or', op('v128.or', x, infinite), sign);
}

/** `widen(rows, columns, from, row stride, column stride, to)`: a matrix as dense rows of float32. */
function widen(lib: WasmLibrary, d: DType, round: boolean): Callee {
  const name = `widen_${d}${round ? '_bf16' : ''}`;
  return lib.module.sharedFunction(name, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [rows, columns, from, rs, cs, to0] = f.arguments;
    const { bytes } = dtypeInfo(d);
    const [i, j, at, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const next = (count: number, step: Value): void => {
      f.set(at, add(get(at), step));
      f.set(to, add(get(to), i32(4 * count)));
    };
    f.set(to, to0);
    f.for(i, i32(0), rows, 1, () => {
      f.set(at, add(from, mul(get(i), rs)));
      const vectors = (count: number): void => {
        for (let v = 0; v < count; v++) {
          const raw = f.keep(vectorLoad(f, d, { at: get(at), offset: 4 * bytes * v }, 1, 4));
          const x = f.keep(
            d === 'f16' ? fromHalf(f, raw) : d === 'i8' || d === 'u8' ? op('f32x4.convert_i32x4_s', raw) : raw,
          );
          f.store('v128.store', get(to), round ? roundBf16(f, x) : x, 16 * v);
        }
        next(4 * count, i32(4 * bytes * count));
      };
      f.set(j, i32(0));
      f.if(eq(cs, i32(bytes)), () => {
        f.for(j, i32(15), columns, 16, () => vectors(4));
        f.for(j, op('i32.or', op('i32.and', columns, i32(-16)), i32(3)), columns, 4, () => vectors(1));
        f.set(j, op('i32.and', columns, i32(-4)));
      });
      f.for(j, get(j), columns, 1, () => {
        const x = convertScalar(lib, d, 'f32', scalarLoad(lib, d, { at: get(at), offset: 0 }));
        f.store('f32.store', get(to), round ? narrow.roundBf16(lib, x) : x);
        next(1, cs);
      });
    });
  });
}

function gemmConverting(lib: WasmLibrary, { dtypes, roundBf16: round = 0 }: ProductTypes): Callee {
  const [ta, tb, tc] = dtypes;
  const name = `gemm_${dtypes.join('_')}${round ? `_round${round}` : ''}`;
  return lib.module.sharedFunction(name, gemmOne(lib).params, undefined, (f) => {
    const [m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate] = f.arguments;
    const wideA = f.keep(add(lib.scratch(), i32(gemmScratchBytes)));
    const wideB = f.keep(add(wideA, i32(blockA)));
    const wideC = f.keep(add(wideB, i32(blockB)));
    const [i0, j0, p0, i, j] = [0, 1, 2, 3, 4].map(() => f.local('i32'));
    const x = f.local('f32');

    /** Address and strides of an operand's block as float32. */
    const block = (
      d: DType,
      rounded: boolean,
      at: Value,
      size: readonly [Value, Value],
      strides: readonly [Value, Value],
      wide: Value,
    ): Value[] => {
      if (d === 'f32' && !rounded) return [at, ...strides];
      const [rows, columns] = size;
      const [rs, cs] = strides;
      const [outer, inner] = [f.local('i32'), f.local('i32')];
      f.if(
        eq(rs, i32(dtypeInfo(d).bytes)),
        () => {
          f.call(widen(lib, d, rounded), columns, rows, at, cs, rs, wide);
          f.set(outer, i32(4));
          f.set(inner, mul(rows, i32(4)));
        },
        () => {
          f.call(widen(lib, d, rounded), rows, columns, at, rs, cs, wide);
          f.set(outer, mul(columns, i32(4)));
          f.set(inner, i32(4));
        },
      );
      return [wide, get(outer), get(inner)];
    };

    f.for(j0, i32(0), n, NB, () => {
      const nb = f.keep(smaller(f.keep(sub(n, get(j0))), NB));
      f.for(i0, i32(0), m, MB, () => {
        const mb = f.keep(smaller(f.keep(sub(m, get(i0))), MB));
        const to = f.keep(add(c, add(mul(get(i0), crs), mul(get(j0), ccs))));
        // One round at least: the product over nothing is zero.
        f.for(p0, i32(0), select(k, k, i32(1)), KB, () => {
          const kb = f.keep(smaller(f.keep(sub(k, get(p0))), KB));
          const fromA = f.keep(add(a, add(mul(get(i0), ars), mul(get(p0), acs))));
          const fromB = f.keep(add(b, add(mul(get(p0), brs), mul(get(j0), bcs))));
          const viewA = block(ta, (round & 1) > 0, fromA, [mb, kb], [ars, acs], wideA);
          const viewB = block(tb, (round & 2) > 0, fromB, [kb, nb], [brs, bcs], wideB);
          const later = op('i32.gt_s', get(p0), i32(0));
          const viewC =
            tc === 'f32' ? [to, crs, ccs, op('i32.or', accumulate, later)] : [wideC, mul(nb, i32(4)), i32(4), later];
          f.call(gemmOne(lib), mb, nb, kb, ...viewA, ...viewB, ...viewC);
        });
        if (tc === 'f32') return;
        f.for(i, i32(0), mb, 1, () =>
          f.for(j, i32(0), nb, 1, () => {
            const place = { at: f.keep(add(to, add(mul(get(i), crs), mul(get(j), ccs)))), offset: 0 };
            f.set(x, load('f32.load', add(wideC, mul(i32(4), add(mul(get(i), nb), get(j))))));
            const old = convertScalar(lib, tc, 'f32', scalarLoad(lib, tc, place));
            f.if(accumulate, () => f.set(x, op('f32.add', get(x), old)));
            scalarStore(lib, f, tc, place, f.keep(convertScalar(lib, 'f32', tc, get(x))));
          }),
        );
      });
    });
  });
}
