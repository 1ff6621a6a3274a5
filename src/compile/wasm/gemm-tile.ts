import { add, eq, minimum, mul, sub } from './addresses.ts';
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

/* The innermost part of float32 products: a tile of 6 × 8 results in twelve of the sixteen vector registers. */

/** Rows and vectors of columns of a tile. */
export const MR = 6;
export const NV = 2;
export const NR = 4 * NV;
/** Columns of A multiplied per turn of the innermost loop. */
const unrollK = 4;
/** Bytes of one tile. */
export const tileBytes = 4 * MR * NR;
const zero = splatF32(0);

/** c[mr × 8] (+)= a panel of A times a panel of B, both packed; rows of c are `crs` bytes apart. */
function tile(lib: WasmLibrary, mr: number): Callee {
  return lib.module.sharedFunction(`tile${mr}`, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [k, a0, b0, c0, crs, accumulate] = f.arguments;
    const [a, b] = [f.local('i32'), f.local('i32')];
    f.set(b, b0);
    const end = f.keep(add(a0, mul(k, i32(4 * MR))));
    const t = Array.from({ length: mr * NV }, () => f.local('v128'));
    for (const x of t) f.set(x, zero);
    const column = (from: Value, offset: number): void => {
      const v = Array.from({ length: NV }, (_, j) => f.keep(load('v128.load', get(b), 16 * j + offset)));
      for (let i = mr - 1; i >= 0; i--) {
        const x = f.keep(load('v128.load32_splat', from, 4 * i));
        for (let j = 0; j < NV; j++) f.set(t[i * NV + j], lib.multiplyAdd(x, v[j], get(t[i * NV + j])));
      }
    };
    /*
     * Four columns of A and rows of B per turn. V8 schedules the pure instructions of a block by the order of their uses: only
     * where every sum ends in the merge behind a condition of its own, and rows come last to first, does it keep loads next
     * to their uses and the tile in registers.
     */
    f.forAddresses(a, a0, end, 4 * MR * unrollK, () => {
      for (let u = 0; u < unrollK; u++) {
        const from = f.keep(add(get(a), i32(4 * MR * u)));
        f.if(op('i32.lt_u', from, end), () => column(from, 4 * NR * u));
      }
      f.set(b, add(get(b), i32(4 * NR * unrollK)));
    });
    const write = (old: boolean): void => {
      const c = f.local('i32');
      f.set(c, c0);
      for (let i = 0; i < mr; i++) {
        for (let j = 0; j < NV; j++) {
          const x = get(t[i * NV + j]);
          f.store('v128.store', get(c), old ? op('f32x4.add', load('v128.load', get(c), 16 * j), x) : x, 16 * j);
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
export function panels(lib: WasmLibrary): Callee {
  const params = Array.from({ length: 10 }, () => 'i32' as const);
  return lib.module.sharedFunction('panels', params, undefined, (f) => {
    const [mb, nb, kb, pa, pb, c, crs, ccs, accumulate, aside] = f.arguments;
    const [i, j] = [f.local('i32'), f.local('i32')];
    f.for(j, i32(0), nb, NR, () => {
      const panel = f.keep(add(pb, mul(get(j), mul(kb, i32(4)))));
      const w = f.keep(minimum(f, sub(nb, get(j)), i32(NR)));
      const direct = f.keep(op('i32.and', eq(ccs, i32(4)), eq(w, i32(NR))));
      f.for(i, i32(0), mb, MR, () => {
        const rows = f.keep(add(pa, mul(get(i), mul(kb, i32(4)))));
        const to = f.keep(add(c, add(mul(get(i), crs), mul(get(j), ccs))));
        const h = f.keep(minimum(f, sub(mb, get(i)), i32(MR)));
        f.if(
          direct,
          () => byHeight(f, lib, h, (t) => f.call(t, kb, rows, panel, to, crs, accumulate)),
          () => {
            byHeight(f, lib, h, (t) => f.call(t, kb, rows, panel, aside, i32(4 * NR), i32(0)));
            copyOut(f, h, w, aside, to, crs, ccs, accumulate);
          },
        );
      });
    });
  });
}

function byHeight(f: FunctionBuilder, lib: WasmLibrary, h: Value, run: (t: Callee) => void, from = MR): void {
  if (from === 1) run(tile(lib, 1));
  else
    f.if(
      eq(h, i32(from)),
      () => run(tile(lib, from)),
      () => byHeight(f, lib, h, run, from - 1),
    );
}

function copyOut(
  f: FunctionBuilder,
  h: Value,
  w: Value,
  from: Value,
  to: Value,
  crs: Value,
  ccs: Value,
  keeps: Value,
): void {
  const [i, j]: Local[] = [f.local('i32'), f.local('i32')];
  f.for(i, i32(0), h, 1, () =>
    f.for(j, i32(0), w, 1, () => {
      const at = f.keep(add(to, add(mul(get(i), crs), mul(get(j), ccs))));
      const x = f.keep(load('f32.load', add(from, add(mul(get(i), i32(4 * NR)), mul(get(j), i32(4))))));
      f.if(
        keeps,
        () => f.store('f32.store', at, op('f32.add', load('f32.load', at), x)),
        () => f.store('f32.store', at, x),
      );
    }),
  );
}
