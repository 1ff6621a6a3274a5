import {
  type Callee,
  type FunctionBuilder,
  f32,
  get,
  i32,
  type Local,
  lane,
  load,
  op,
  select,
  shuffleLanes,
  splatF32,
  tableIndex,
  type Value,
} from './function-builder.ts';
import type { WasmLibrary } from './library.ts';
import { CONTEXT, parallel } from './parallel.ts';

/*
 * float32 matrix products, as native/gemm.c computes them: panels of B (KC × 8) and of A (6 × KC) are packed into scratch,
 * whatever their strides, and multiplied by a tile of 6 × 8 results that stays in twelve of the sixteen vector registers.
 * Products with one row or column stream through memory once. Strides are in bytes. Results depend on shapes only.
 */

/** Rows and vectors of columns of a tile. */
const MR = 6;
const NV = 2;
const NR = 4 * NV;
/** Columns of A multiplied per turn of the innermost loop. */
const unrollK = 4;
/** Depth, rows and columns of packed blocks: a panel of B fits the first-level cache, both blocks the second. */
const KC = 256;
const MC = 16 * MR;
const NC = 256;

const packedB = 4 * KC * NC;
const packedA = 4 * KC * MC;
/** Scratch per thread, in bytes: packed B, packed A, one tile. */
export const gemmScratchBytes = packedB + packedA + 4 * MR * NR;

const add = (a: Value, b: Value): Value => op('i32.add', a, b);
const sub = (a: Value, b: Value): Value => op('i32.sub', a, b);
const mul = (a: Value, b: Value): Value => op('i32.mul', a, b);
const lt = (a: Value, b: Value): Value => op('i32.lt_s', a, b);
const eq = (a: Value, b: Value): Value => op('i32.eq', a, b);
const and = (a: Value, b: Value): Value => op('i32.and', a, b);
const or = (a: Value, b: Value): Value => op('i32.or', a, b);
const zero = splatF32(0);

const minimum = (f: FunctionBuilder, a: Value, b: Value): Value => {
  const l = f.local('i32');
  f.set(l, a);
  f.if(lt(b, get(l)), () => f.set(l, b));
  return get(l);
};

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
function packA(lib: WasmLibrary): Callee {
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
function packB(lib: WasmLibrary): Callee {
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

/** y[m] (+)= rows of A (contiguous) times x (contiguous): two rows at once, two chains each. */
function rowsDot(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction(
    'rowsDot',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    undefined,
    (f) => {
      const [m, k, a, ars, x, c, crs, accumulate] = f.arguments;
      const i = f.local('i32');
      f.for(i, i32(0), m, 2, () => {
        const second = f.keep(lt(add(get(i), i32(1)), m));
        const [r, q, s, p] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
        f.set(r, add(a, mul(get(i), ars)));
        f.set(q, get(r));
        f.if(second, () => f.set(q, add(get(r), ars)));
        f.set(s, x);
        const t = Array.from({ length: 4 }, () => f.local('v128'));
        for (const v of t) f.set(v, zero);
        f.for(p, i32(7), k, 8, () => {
          for (let u = 0; u < 2; u++) {
            const v = f.keep(load('v128.load', get(s), 16 * u));
            f.set(t[u], lib.multiplyAdd(load('v128.load', get(r), 16 * u), v, get(t[u])));
            f.set(t[2 + u], lib.multiplyAdd(load('v128.load', get(q), 16 * u), v, get(t[2 + u])));
          }
          for (const l of [r, q, s]) f.set(l, add(get(l), i32(32)));
        });
        f.for(p, and(k, i32(-8)), k, 1, () => {
          const v = f.keep(load('v128.load32_zero', get(s)));
          f.set(t[0], lib.multiplyAdd(load('v128.load32_zero', get(r)), v, get(t[0])));
          f.set(t[2], lib.multiplyAdd(load('v128.load32_zero', get(q)), v, get(t[2])));
          for (const l of [r, q, s]) f.set(l, add(get(l), i32(4)));
        });
        const put = (row: number, u: number): void => {
          const at = f.keep(add(c, mul(add(get(i), i32(row)), crs)));
          const v = f.keep(op('f32x4.add', get(t[u]), get(t[u + 1])));
          const pair = f.keep(op('f32x4.add', v, shuffleLanes(v, v, [2, 3, 0, 1])));
          const sum = f.keep(op('f32.add', lane('f32x4.extract_lane', 0, pair), lane('f32x4.extract_lane', 1, pair)));
          f.if(
            accumulate,
            () => f.store('f32.store', at, op('f32.add', load('f32.load', at), sum)),
            () => f.store('f32.store', at, sum),
          );
        };
        put(0, 0);
        f.if(second, () => put(1, 2));
      });
    },
  );
}

/** One row times a matrix with contiguous rows: eight rows of B at a time stream into c. */
function stream(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction(
    'stream',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    undefined,
    (f) => {
      const [n, k, a, acs, b, brs, c, accumulate] = f.arguments;
      const [p, j, d, keep] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
      const rows = (count: number): void => {
        const x = Array.from({ length: count }, (_, q) =>
          f.keep(load('v128.load32_splat', add(a, mul(add(get(p), i32(q)), acs)))),
        );
        const at = Array.from({ length: count }, () => f.local('i32'));
        at.forEach((l, q) => {
          f.set(l, add(b, mul(add(get(p), i32(q)), brs)));
        });
        f.set(d, c);
        const sums = Array.from({ length: 4 }, () => f.local('v128'));
        const body = (width: 1 | 4 | 16): void => {
          const read = width === 1 ? 'v128.load32_zero' : 'v128.load';
          const own = sums.slice(0, Math.ceil(width / 4));
          for (const t of own) f.set(t, zero);
          f.if(get(keep), () =>
            own.forEach((t, v) => {
              f.set(t, load(read, get(d), 16 * v));
            }),
          );
          at.forEach((l, q) => {
            own.forEach((t, v) => {
              f.set(t, lib.multiplyAdd(x[q], load(read, get(l), 16 * v), get(t)));
            });
          });
          own.forEach((t, v) => {
            if (width === 1) f.storeLane('v128.store32_lane', 0, get(d), get(t));
            else f.store('v128.store', get(d), get(t), 16 * v);
          });
          for (const l of [...at, d]) f.set(l, add(get(l), i32(4 * width)));
        };
        // Whole cache lines first.
        f.for(j, i32(15), n, 16, () => body(16));
        f.for(j, or(and(n, i32(-16)), i32(3)), n, 4, () => body(4));
        f.for(j, and(n, i32(-4)), n, 1, () => body(1));
        f.set(keep, i32(1));
      };
      f.set(keep, accumulate);
      f.for(p, i32(7), k, 8, () => {
        f.set(p, sub(get(p), i32(7)));
        rows(8);
        f.set(p, add(get(p), i32(7)));
      });
      f.for(p, and(k, i32(-8)), k, 1, () => rows(1));
    },
  );
}

const sizes = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;

/** One product of any strides on one thread. */
export function gemmOne(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('gemmOne', sizes, undefined, (f) => {
    const [m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate] = f.arguments;
    const four = i32(4);
    f.if(op('i32.or', op('i32.eqz', m), op('i32.eqz', n)), () => f.return());
    const i = f.local('i32');
    const j = f.local('i32');
    f.if(op('i32.eqz', k), () => {
      f.if(op('i32.eqz', accumulate), () =>
        f.for(i, i32(0), m, 1, () =>
          f.for(j, i32(0), n, 1, () => f.store('f32.store', add(c, add(mul(get(i), crs), mul(get(j), ccs))), f32(0))),
        ),
      );
      f.return();
    });
    f.if(and(eq(n, i32(1)), and(eq(acs, four), eq(brs, four))), () => {
      f.call(rowsDot(lib), m, k, a, ars, b, c, crs, accumulate);
      f.return();
    });
    f.if(and(lt(m, i32(3)), and(eq(acs, four), eq(brs, four))), () => {
      f.for(i, i32(0), m, 1, () =>
        f.call(rowsDot(lib), n, k, b, bcs, add(a, mul(get(i), ars)), add(c, mul(get(i), crs)), ccs, accumulate),
      );
      f.return();
    });
    f.if(and(lt(m, i32(3)), and(eq(bcs, four), eq(ccs, four))), () => {
      f.for(i, i32(0), m, 1, () =>
        f.call(stream(lib), n, k, add(a, mul(get(i), ars)), acs, b, brs, add(c, mul(get(i), crs)), accumulate),
      );
      f.return();
    });
    f.if(and(eq(n, i32(1)), and(eq(ars, four), eq(crs, four))), () => {
      f.call(stream(lib), m, k, b, brs, a, acs, c, accumulate);
      f.return();
    });
    // Results with contiguous columns: the transposed product.
    f.if(and(eq(crs, four), op('i32.ne', ccs, four)), () => {
      f.call(packed(lib), n, m, k, b, bcs, brs, a, acs, ars, c, ccs, crs, accumulate);
      f.return();
    });
    f.call(packed(lib), m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate);
  });
}

function packed(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('gemmPacked', sizes, undefined, (f) => {
    const [m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate] = f.arguments;
    const pb = f.keep(lib.scratch());
    const pa = f.keep(add(pb, i32(packedB)));
    const aside = f.keep(add(pa, i32(packedA)));
    const [j0, p0, i0, j, i] = [0, 0, 0, 0, 0].map(() => f.local('i32'));
    f.for(j0, i32(0), n, NC, () => {
      const nb = minimum(f, sub(n, get(j0)), i32(NC));
      f.for(p0, i32(0), k, KC, () => {
        const kb = minimum(f, sub(k, get(p0)), i32(KC));
        const keeps = f.keep(or(accumulate, op('i32.gt_s', get(p0), i32(0))));
        f.call(packB(lib), kb, nb, add(b, add(mul(get(p0), brs), mul(get(j0), bcs))), brs, bcs, pb);
        f.for(i0, i32(0), m, MC, () => {
          const mb = minimum(f, sub(m, get(i0)), i32(MC));
          f.call(packA(lib), mb, kb, add(a, add(mul(get(i0), ars), mul(get(p0), acs))), ars, acs, pa);
          f.for(j, i32(0), nb, NR, () => {
            const panel = f.keep(add(pb, mul(get(j), mul(kb, i32(4)))));
            f.for(i, i32(0), mb, MR, () => {
              const rows = f.keep(add(pa, mul(get(i), mul(kb, i32(4)))));
              const to = f.keep(add(c, add(mul(add(get(i0), get(i)), crs), mul(add(get(j0), get(j)), ccs))));
              const h = f.keep(minimum(f, sub(mb, get(i)), i32(MR)));
              const w = f.keep(minimum(f, sub(nb, get(j)), i32(NR)));
              const direct = and(eq(ccs, i32(4)), eq(w, i32(NR)));
              f.if(
                direct,
                () => byHeight(f, lib, h, (t) => f.call(t, kb, rows, panel, to, crs, keeps)),
                () => {
                  byHeight(f, lib, h, (t) => f.call(t, kb, rows, panel, aside, i32(4 * NR), i32(0)));
                  copyOut(f, h, w, aside, to, crs, ccs, keeps);
                },
              );
            });
          });
        });
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

/** What a product does to an operand besides reading float32. */
export interface OperandForm {
  /** Two elements to a byte: its strides count half bytes, but for that between matrices. */
  readonly nibbles: boolean;
  /** It has factors: four more arguments of the product, their address, the strides along k and the other way, and the group. */
  readonly scaled: boolean;
}
const plain: OperandForm = { nibbles: false, scaled: false };

/** A product on one thread: arguments as of `gemmOne`, then those of the factors of a and b. */
export interface Product {
  readonly callee: Callee;
  readonly a: OperandForm;
  readonly b: OperandForm;
}
export const plainProduct = (callee: Callee): Product => ({ callee, a: plain, b: plain });

/** Floating-point operations below which a product is not worth waking anybody, and about those of one piece. */
const PIECE_FLOPS = 2e6;

/** How a product is cut for the threads of a device; it depends on the shape only, so results do not depend on their number. */
export interface GemmPieces {
  readonly along: 'batch' | 'rows' | 'columns';
  readonly count: number;
  readonly grain: number;
}
export function gemmPieces(batch: number, m: number, n: number, k: number): GemmPieces {
  const one = 2 * m * n * k;
  if (batch > 1 || one < 2 * PIECE_FLOPS)
    return { along: 'batch', count: batch, grain: one > 0 ? Math.floor(PIECE_FLOPS / one) + 1 : Math.max(1, batch) };
  // Every piece packs the whole of the operand that is not cut: cut the longer side, into few pieces of one size.
  const along = m >= n ? 'rows' : 'columns';
  const [size, unit] = along === 'rows' ? [m, MR] : [n, NR];
  const pieces = size >= 16 * MC ? 16 : 8;
  const least = Math.max(size / pieces, MC / 2, PIECE_FLOPS / (one / size));
  return { along, count: size, grain: Math.ceil(least / unit) * unit };
}

/**
 * A piece of a batch of products, on a context of words: m n k, then address, batch, row and column stride of a, b and c,
 * whether to add to c, along what it is cut (0: batch, 1: rows, 2: columns), and address, batch, k and other stride and group
 * of the factors of a and of b, where there are any.
 */
function gemmPiece(lib: WasmLibrary, one: Product): Callee {
  return lib.module.sharedFunction(`${one.callee.name}Piece`, ['i32', 'i32', 'i32'], undefined, (f) => {
    const [context, begin, end] = f.arguments;
    const word = (i: number): Local => {
      const l = f.local('i32');
      f.set(l, load('i32.load', context, 4 * i));
      return l;
    };
    const [m, n, k, a, aBatch, ars, acs, b, bBatch, brs, bcs, c, cBatch, crs, ccs, accumulate, along] = Array.from(
      { length: 17 },
      (_, i) => word(i),
    );
    let next = 17;
    const factors = (form: OperandForm): Local[] => (form.scaled ? Array.from({ length: 5 }, () => word(next++)) : []);
    const [aFactors, bFactors] = [factors(one.a), factors(one.b)];
    const size = f.keep(sub(end, begin));
    const move = (l: Local, stride: Local): void => f.set(l, add(get(l), mul(begin, get(stride))));
    const moveNibbles = (l: Local, stride: Local): void =>
      f.set(l, add(get(l), op('i32.shr_s', mul(begin, get(stride)), i32(1))));
    const product = (): void => {
      const own = [...aFactors, ...bFactors].filter((_, i) => i % 5 !== 1);
      f.call(one.callee, ...[m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate, ...own].map(get));
    };
    f.if(
      op('i32.eqz', get(along)),
      () => {
        move(a, aBatch);
        move(b, bBatch);
        move(c, cBatch);
        for (const [at, batch] of [aFactors, bFactors]) if (at) move(at, batch);
        const q = f.local('i32');
        f.for(q, i32(0), size, 1, () => {
          product();
          f.set(a, add(get(a), get(aBatch)));
          f.set(b, add(get(b), get(bBatch)));
          f.set(c, add(get(c), get(cBatch)));
          for (const [at, batch] of [aFactors, bFactors]) if (at) f.set(at, add(get(at), get(batch)));
        });
      },
      () => {
        f.if(
          eq(get(along), i32(1)),
          () => {
            (one.a.nibbles ? moveNibbles : move)(a, ars);
            if (one.a.scaled) move(aFactors[0], aFactors[3]);
            move(c, crs);
            f.set(m, size);
          },
          () => {
            (one.b.nibbles ? moveNibbles : move)(b, bcs);
            if (one.b.scaled) move(bFactors[0], bFactors[3]);
            move(c, ccs);
            f.set(n, size);
          },
        );
        product();
      },
    );
  });
}

/**
 * A batch of products, each done by `one`, on all threads of the device; `words` are the context's (see {@link gemmPiece}), in
 * bytes, without the cut.
 */
export function emitGemm(
  lib: WasmLibrary,
  one: Product,
  f: FunctionBuilder,
  device: Value,
  words: readonly Value[],
  cut: GemmPieces,
): void {
  const along = { batch: 0, rows: 1, columns: 2 }[cut.along];
  [...words.slice(0, 16), i32(along), ...words.slice(16)].forEach((w, i) => {
    f.store('i32.store', device, w, CONTEXT + 4 * i);
  });
  f.call(parallel(lib), device, tableIndex(gemmPiece(lib, one)), i32(cut.count), i32(cut.grain));
}

/** The same on the calling thread. */
export function emitGemmHere(one: Callee, f: FunctionBuilder, batch: number, words: readonly Value[]): void {
  const [m, n, k, a, aBatch, ars, acs, b, bBatch, brs, bcs, c, cBatch, crs, ccs, accumulate] = words;
  const product = (q: Value | undefined): void => {
    const at = (base: Value, stride: Value): Value => (q ? add(base, mul(q, stride)) : base);
    const views = [at(a, aBatch), ars, acs, at(b, bBatch), brs, bcs, at(c, cBatch), crs, ccs];
    f.call(one, m, n, k, ...views, accumulate);
  };
  if (batch === 1) product(undefined);
  else {
    const q = f.local('i32');
    f.for(q, i32(0), i32(batch), 1, () => product(get(q)));
  }
}
