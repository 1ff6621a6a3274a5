import { add, and, eq, lt, mul, sub } from './addresses.ts';
import {
  type Callee,
  type FunctionBuilder,
  get,
  i32,
  type Local,
  load,
  op,
  select,
  shuffleLanes,
  type Value,
} from './function-builder.ts';
import { MR, NR, NV } from './gemm-tile.ts';
import type { WasmLibrary } from './library.ts';

/* Copies of operands in the order in which the tile reads them, whatever their strides (in bytes). */

/** Pointers to `count` rows or columns from `first` on, `stride` apart; those beyond the last repeat it: their results are dropped. */
function pointers(f: FunctionBuilder, first: Value, stride: Value, left: Value, count: number): Local[] {
  const out = Array.from({ length: count }, () => f.local('i32'));
  f.set(out[0], first);
  for (let r = 1; r < count; r++) {
    const before = get(out[r - 1]);
    f.set(out[r], select(lt(i32(r), left), add(before, stride), before));
  }
  return out;
}

/** The elements of a panel from p on: each pointer gives one and moves on. */
function oneByOne(f: FunctionBuilder, p: Local, k: Value, from: readonly Local[], stride: Value, out: Local): void {
  f.for(p, get(p), k, 1, () => {
    from.forEach((l, q) => {
      f.store('f32.store', get(out), load('f32.load', get(l)), 4 * q);
      f.set(l, add(get(l), stride));
    });
    f.set(out, add(get(out), i32(4 * from.length)));
  });
}

/** m × k of A into panels of 6 rows, k-major. */
export function packA(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('packA', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [m, k, a, rs, cs, out0] = f.arguments;
    const [i, out, p] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.set(out, out0);
    f.for(i, i32(0), m, MR, () => {
      const left = f.keep(sub(m, get(i)));
      const rows = pointers(f, add(a, mul(get(i), rs)), rs, left, MR);
      const next = (columns: number): void => f.set(out, add(get(out), i32(4 * MR * columns)));
      f.set(p, i32(0));
      const alongRows = and(eq(rs, i32(4)), op('i32.ge_s', left, i32(MR)));
      f.if(
        alongRows,
        () => {
          f.for(p, i32(0), k, 1, () => {
            f.store('v128.store', get(out), load('v128.load', get(rows[0])));
            f.storeLane('v128.store64_lane', 0, get(out), load('v128.load64_zero', get(rows[0]), 16), 16);
            f.set(rows[0], add(get(rows[0]), cs));
            next(1);
          });
        },
        () => {
          f.if(eq(cs, i32(4)), () => {
            // Four columns of four rows are transposed in registers.
            f.for(p, i32(3), k, 4, () => {
              transpose4(
                f,
                rows.slice(0, 4).map((r) => load('v128.load', get(r))),
              ).forEach((v, q) => {
                f.store('v128.store', get(out), v, 4 * MR * q);
              });
              const pair = rows.slice(4).map((r) => f.keep(load('v128.load', get(r))));
              const low = f.keep(shuffleLanes(pair[0], pair[1], [0, 4, 1, 5]));
              const high = f.keep(shuffleLanes(pair[0], pair[1], [2, 6, 3, 7]));
              [low, high].forEach((v, q) => {
                f.storeLane('v128.store64_lane', 0, get(out), v, 4 * MR * 2 * q + 16);
                f.storeLane('v128.store64_lane', 1, get(out), v, 4 * MR * (2 * q + 1) + 16);
              });
              for (const r of rows) f.set(r, add(get(r), i32(16)));
              next(4);
            });
            f.set(p, and(k, i32(-4)));
          });
          oneByOne(f, p, k, rows, cs, out);
        },
      );
    });
  });
}

function transpose4(f: FunctionBuilder, rows: readonly Value[]): Value[] {
  const [a, b, c, d] = rows.map((r) => f.keep(r));
  const [x, y] = [f.keep(shuffleLanes(a, b, [0, 4, 1, 5])), f.keep(shuffleLanes(c, d, [0, 4, 1, 5]))];
  const [z, w] = [f.keep(shuffleLanes(a, b, [2, 6, 3, 7])), f.keep(shuffleLanes(c, d, [2, 6, 3, 7]))];
  const low = [0, 1, 4, 5];
  const high = [2, 3, 6, 7];
  return [shuffleLanes(x, y, low), shuffleLanes(x, y, high), shuffleLanes(z, w, low), shuffleLanes(z, w, high)].map(
    (v) => f.keep(v),
  );
}

/** k × n of B into panels of 8 columns, k-major. */
export function packB(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('packB', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [k, n, b, rs, cs, out0] = f.arguments;
    const [j, out, p, s] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    f.set(out, out0);
    f.for(j, i32(0), n, NR, () => {
      const left = f.keep(sub(n, get(j)));
      f.set(s, add(b, mul(get(j), cs)));
      const next = (rows: number): void => f.set(out, add(get(out), i32(4 * NR * rows)));
      f.if(
        and(eq(cs, i32(4)), op('i32.ge_s', left, i32(NR))),
        () =>
          f.for(p, i32(0), k, 1, () => {
            for (let v = 0; v < NV; v++) f.store('v128.store', get(out), load('v128.load', get(s), 16 * v), 16 * v);
            f.set(s, add(get(s), rs));
            next(1);
          }),
        () => {
          const c = pointers(f, get(s), cs, left, NR);
          f.set(p, i32(0));
          f.if(eq(rs, i32(4)), () => {
            f.for(p, i32(3), k, 4, () => {
              for (let v = 0; v < NV; v++)
                transpose4(
                  f,
                  c.slice(4 * v, 4 * v + 4).map((l) => load('v128.load', get(l))),
                ).forEach((x, q) => {
                  f.store('v128.store', get(out), x, 4 * NR * q + 16 * v);
                });
              for (const l of c) f.set(l, add(get(l), i32(16)));
              next(4);
            });
            f.set(p, and(k, i32(-4)));
          });
          oneByOne(f, p, k, c, rs, out);
        },
      );
    });
  });
}
