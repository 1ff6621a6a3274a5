import type { DType } from '../../../base/index.ts';
import { add, eq, minimum, mul, sub } from './addresses.ts';
import { convertScalar } from './element-functions.ts';
import { scalarLoad, scalarStore } from './emit-expr.ts';
import {
  type Callee,
  type FunctionBuilder,
  get,
  i32,
  type Local,
  load,
  op,
  splatF32,
  type Value,
} from './function-builder.ts';
import type { WasmLibrary } from './library.ts';

/* The innermost part of products: a tile of 6 rows and two vectors of columns in twelve of the sixteen vector registers. */

/** Rows and vectors of columns of a tile, and columns of one in float32. */
export const MR = 6;
export const NV = 2;
export const NR = 4 * NV;

/** What products are summed in; 32-bit integers wrap. */
export type SumType = 'f32' | 'f64' | 'i32';
export const sumBytes = (s: SumType): number => (s === 'f64' ? 8 : 4);
/** Columns of a tile. */
export const tileColumns = (s: SumType): number => (16 * NV) / sumBytes(s);
const sums = { f32: 'f32x4.add', f64: 'f64x2.add', i32: 'i32x4.add' } as const;
const splats = { f32: 'v128.load32_splat', f64: 'v128.load64_splat', i32: 'v128.load32_splat' } as const;

function multiplyAdd(lib: WasmLibrary, s: SumType, x: Value, y: Value, z: Value): Value {
  if (s === 'f32') return lib.multiplyAdd(x, y, z);
  return op(sums[s], op(s === 'f64' ? 'f64x2.mul' : 'i32x4.mul', x, y), z);
}
/** Columns of A multiplied per turn of the innermost loop. */
const unrollK = 4;
/** Bytes of one tile. */
export const tileBytes = 4 * MR * NR;
const zero = splatF32(0);

/** `mr` rows of c (+)= a panel of A times a panel of B, both packed; rows of c are `crs` bytes apart. */
function tile(lib: WasmLibrary, sum: SumType, mr: number): Callee {
  const bytes = sumBytes(sum);
  return lib.module.sharedFunction(`tile_${sum}_${mr}`, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [k, a0, b0, c0, crs, accumulate] = f.arguments;
    const [a, b] = [f.local('i32'), f.local('i32')];
    f.set(b, b0);
    const end = f.keep(add(a0, mul(k, i32(bytes * MR))));
    const t = Array.from({ length: mr * NV }, () => f.local('v128'));
    for (const x of t) f.set(x, zero);
    const column = (from: Value, offset: number): void => {
      const v = Array.from({ length: NV }, (_, j) => f.keep(load('v128.load', get(b), 16 * j + offset)));
      for (let i = mr - 1; i >= 0; i--) {
        const x = f.keep(load(splats[sum], from, bytes * i));
        for (let j = 0; j < NV; j++) f.set(t[i * NV + j], multiplyAdd(lib, sum, x, v[j], get(t[i * NV + j])));
      }
    };
    /*
     * Four columns of A and rows of B per turn. V8 schedules the pure instructions of a block by the order of their uses: only
     * where every sum ends in the merge behind a condition of its own, and rows come last to first, does it keep loads next
     * to their uses and the tile in registers.
     */
    f.forAddresses(a, a0, end, bytes * MR * unrollK, () => {
      for (let u = 0; u < unrollK; u++) {
        const from = f.keep(add(get(a), i32(bytes * MR * u)));
        f.if(op('i32.lt_u', from, end), () => column(from, 16 * NV * u));
      }
      f.set(b, add(get(b), i32(16 * NV * unrollK)));
    });
    const write = (old: boolean): void => {
      const c = f.local('i32');
      f.set(c, c0);
      for (let i = 0; i < mr; i++) {
        for (let j = 0; j < NV; j++) {
          const x = get(t[i * NV + j]);
          f.store('v128.store', get(c), old ? op(sums[sum], load('v128.load', get(c), 16 * j), x) : x, 16 * j);
        }
        f.set(c, add(get(c), crs));
      }
    };
    f.if(
      accumulate,
      () => write(true),
      () => write(false),
    );
  });
}

/**
 * `panels(mb, nb, kb, a, b, c, crs, ccs, accumulate, aside)`: c[mb × nb] (+)= packed rows times packed columns; `aside` has room
 * for one tile. A panel of b stays in the first-level cache while all of a passes.
 */
export function panels(lib: WasmLibrary, sum: SumType = 'f32', c: DType = sum): Callee {
  const bytes = sumBytes(sum);
  const width = tileColumns(sum);
  // Signed and unsigned are the same bits.
  const isWide = c === sum || (c === 'u32' && sum === 'i32');
  const params = Array.from({ length: 10 }, () => 'i32' as const);
  return lib.module.sharedFunction(`panels_${sum}_${c}`, params, undefined, (f) => {
    const [mb, nb, kb, pa, pb, c0, crs, ccs, accumulate, aside] = f.arguments;
    const [i, j] = [f.local('i32'), f.local('i32')];
    f.for(j, i32(0), nb, width, () => {
      const panel = f.keep(add(pb, mul(get(j), mul(kb, i32(bytes)))));
      const w = f.keep(minimum(f, sub(nb, get(j)), i32(width)));
      const direct = isWide ? f.keep(op('i32.and', eq(ccs, i32(bytes)), eq(w, i32(width)))) : i32(0);
      f.for(i, i32(0), mb, MR, () => {
        const rows = f.keep(add(pa, mul(get(i), mul(kb, i32(bytes)))));
        const to = f.keep(add(c0, add(mul(get(i), crs), mul(get(j), ccs))));
        const h = f.keep(minimum(f, sub(mb, get(i)), i32(MR)));
        f.if(
          direct,
          () => byHeight(f, lib, sum, h, (t) => f.call(t, kb, rows, panel, to, crs, accumulate)),
          () => {
            byHeight(f, lib, sum, h, (t) => f.call(t, kb, rows, panel, aside, i32(16 * NV), i32(0)));
            copyOut(lib, f, sum, c, [h, w, aside, to, crs, ccs, accumulate]);
          },
        );
      });
    });
  });
}

function byHeight(
  f: FunctionBuilder,
  lib: WasmLibrary,
  sum: SumType,
  h: Value,
  run: (t: Callee) => void,
  from = MR,
): void {
  if (from === 1) run(tile(lib, sum, 1));
  else
    f.if(
      eq(h, i32(from)),
      () => run(tile(lib, sum, from)),
      () => byHeight(f, lib, sum, h, run, from - 1),
    );
}

/** A tile into c, which may be narrower: integers wrap, so each part of a sum may. */
function copyOut(
  lib: WasmLibrary,
  f: FunctionBuilder,
  sum: SumType,
  c: DType,
  [h, w, from, to, crs, ccs, keeps]: readonly Value[],
): void {
  const [i, j]: Local[] = [f.local('i32'), f.local('i32')];
  f.for(i, i32(0), h, 1, () =>
    f.for(j, i32(0), w, 1, () => {
      const place = { at: f.keep(add(to, add(mul(get(i), crs), mul(get(j), ccs)))), offset: 0 };
      const source = f.keep(add(from, add(mul(get(i), i32(16 * NV)), mul(get(j), i32(sumBytes(sum))))));
      const x = f.keep(load(`${sum}.load`, source));
      const put = (v: Value): void => scalarStore(lib, f, c, place, f.keep(convertScalar(lib, sum, c, v)));
      f.if(
        keeps,
        () => put(f.keep(op(`${sum}.add`, convertScalar(lib, c, sum, scalarLoad(lib, c, place)), x))),
        () => put(x),
      );
    }),
  );
}
