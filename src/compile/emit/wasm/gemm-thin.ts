import { add, and, lt, minimum, mul, or, sub } from './addresses.ts';
import {
  type Callee,
  type FunctionBuilder,
  get,
  i32,
  lane,
  load,
  op,
  shuffleLanes,
  splatF32,
  type Value,
} from './function-builder.ts';
import type { WasmLibrary } from './library.ts';

/* float32 products with a vector: the matrix streams through once. Strides are in bytes. */

const zero = splatF32(0);
/** Products along k that are summed by themselves; powers of two. The rows of a dot product have 32 sums, a column of a stream one. */
const block = 1024;
const streamed = 128;

/** y[m] (+)= rows of A (contiguous) times x (contiguous): two rows at once, two chains each. */
export function rowsDot(lib: WasmLibrary): Callee {
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
        // Blocks of `block` products are summed by themselves, and their sums compensated (Kahan): errors do not grow with their number.
        const sums = Array.from({ length: 4 }, () => f.local('v128'));
        const errors = Array.from({ length: 4 }, () => f.local('v128'));
        for (const v of [...t, ...sums, ...errors]) f.set(v, zero);
        const join = (q: number): void => {
          const { total, error } = joined(f, get(sums[q]), get(errors[q]), get(t[q]));
          f.set(errors[q], error);
          f.set(sums[q], total);
        };
        f.for(p, i32(7), k, 8, () => {
          f.if(op('i32.eqz', and(get(p), i32(block - 8))), () =>
            t.forEach((v, q) => {
              join(q);
              f.set(v, zero);
            }),
          );
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
        t.forEach((v, q) => {
          join(q);
          f.set(v, get(sums[q]));
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

/** Columns whose sums of one block stay in the first-level cache. */
const columns = 2048;

/** One row times a matrix with contiguous rows. Blocks along k after the first are summed in scratch, and their sums compensated. */
export function stream(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction(
    'stream',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    undefined,
    (f) => {
      const [n, k, a, acs, b, brs, c, accumulate] = f.arguments;
      const [j, p] = [f.local('i32'), f.local('i32')];
      f.if(op('i32.le_s', k, i32(streamed)), () => {
        f.call(streamBlock(lib), n, k, a, acs, b, brs, c, accumulate);
        f.return();
      });
      const aside = f.keep(lib.scratch());
      const errors = f.keep(add(aside, i32(4 * columns)));
      f.for(j, i32(0), n, columns, () => {
        const width = minimum(f, sub(n, get(j)), i32(columns));
        const from = f.keep(add(b, mul(get(j), i32(4))));
        const to = f.keep(add(c, mul(get(j), i32(4))));
        f.call(streamBlock(lib), width, i32(streamed), a, acs, from, brs, to, accumulate);
        const q = f.local('i32');
        f.for(q, i32(0), width, 4, () => f.store('v128.store', add(errors, mul(get(q), i32(4))), zero));
        f.for(p, i32(streamed), k, streamed, () => {
          const depth = minimum(f, sub(k, get(p)), i32(streamed));
          const row = add(a, mul(get(p), acs));
          f.call(streamBlock(lib), width, depth, row, acs, add(from, mul(get(p), brs)), brs, aside, i32(0));
          const joinAt = (loaded: 'v128.load' | 'v128.load32_zero'): void => {
            const at = f.keep(mul(get(q), i32(4)));
            const cell = f.keep(add(to, at));
            const before = f.keep(load(loaded, cell));
            const { total, error } = joined(f, before, load(loaded, add(errors, at)), load(loaded, add(aside, at)));
            if (loaded === 'v128.load') {
              f.store('v128.store', cell, total);
              f.store('v128.store', add(errors, at), error);
            } else {
              f.storeLane('v128.store32_lane', 0, cell, total);
              f.storeLane('v128.store32_lane', 0, add(errors, at), error);
            }
          };
          f.for(q, i32(3), width, 4, () => {
            f.set(q, sub(get(q), i32(3)));
            joinAt('v128.load');
            f.set(q, add(get(q), i32(3)));
          });
          f.for(q, and(width, i32(-4)), width, 1, () => joinAt('v128.load32_zero'));
        });
      });
    },
  );
}

/** A block's sum joins the sum so far (Kahan 1965); what that has too much by rounding is none where it is not finite. */
function joined(f: FunctionBuilder, before: Value, error: Value, sum: Value): { total: Value; error: Value } {
  const y = f.keep(op('f32x4.sub', sum, error));
  const total = f.keep(op('f32x4.add', before, y));
  const e = f.keep(op('f32x4.sub', op('f32x4.sub', total, before), y));
  return { total, error: op('v128.and', e, op('f32x4.eq', e, e)) };
}

/** Eight rows of B at a time stream into c. */
function streamBlock(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction(
    'streamBlock',
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
