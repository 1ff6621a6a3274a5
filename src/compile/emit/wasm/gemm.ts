import { add, and, eq, lt, minimum, mul, or, sub } from './addresses.ts';
import { type Callee, type FunctionBuilder, f32, get, i32, op, type Value } from './function-builder.ts';
import { packA, packB } from './gemm-pack.ts';
import { rowsDot, stream } from './gemm-thin.ts';
import { MR, panels, tileBytes } from './gemm-tile.ts';
import type { WasmLibrary } from './library.ts';

/*
 * float32 matrix products, as native/gemm/gemm.c computes them: panels of B (KC × 8) and of A (6 × KC) are packed into scratch,
 * whatever their strides, and multiplied tile by tile. Products with one row or column stream through memory once. Strides are
 * in bytes. Results depend on shapes only.
 */

/** Depth, rows and columns of packed blocks: a panel of B fits the first-level cache, both blocks the second. */
export const KC = 384;
export const MC = 16 * MR;
const NC = 256;

/** Bytes of packed blocks. */
export const packedB = 4 * KC * NC;
export const packedA = 4 * KC * MC;
/** Scratch per thread, in bytes: packed B, packed A, one tile. */
export const gemmScratchBytes = packedB + packedA + tileBytes;
/** Where a thread packs one operand of at most MC rows or columns, and room for one tile. */
export const stripScratch = (lib: WasmLibrary, f: FunctionBuilder): { strip: Value; aside: Value } => {
  const strip = f.keep(lib.scratch());
  return { strip, aside: f.keep(add(strip, i32(packedB + packedA))) };
};

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
    const [j0, p0, i0] = [0, 0, 0].map(() => f.local('i32'));
    f.for(j0, i32(0), n, NC, () => {
      const nb = minimum(f, sub(n, get(j0)), i32(NC));
      f.for(p0, i32(0), k, KC, () => {
        const kb = minimum(f, sub(k, get(p0)), i32(KC));
        const keeps = f.keep(or(accumulate, op('i32.gt_s', get(p0), i32(0))));
        f.call(packB(lib), kb, nb, add(b, add(mul(get(p0), brs), mul(get(j0), bcs))), brs, bcs, pb);
        f.for(i0, i32(0), m, MC, () => {
          const mb = minimum(f, sub(m, get(i0)), i32(MC));
          f.call(packA(lib), mb, kb, add(a, add(mul(get(i0), ars), mul(get(p0), acs))), ars, acs, pa);
          const to = add(c, add(mul(get(i0), crs), mul(get(j0), ccs)));
          f.call(panels(lib), mb, nb, kb, pa, pb, to, crs, ccs, keeps, aside);
        });
      });
    });
  });
}
