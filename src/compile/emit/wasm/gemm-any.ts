import { type DType, isFloat } from '../../../base/index.ts';
import { add, lt, minimum, mul, or, sub } from './addresses.ts';
import { convertScalar } from './element-functions.ts';
import { scalarLoad, scalarStore } from './emit-expr.ts';
import { type Callee, f64, get, i32, i64, op, select, type Value } from './function-builder.ts';
import { gemmOne, KC, packedA, packedB } from './gemm.ts';
import { MR, panels, type SumType, sumBytes, tileColumns } from './gemm-tile.ts';
import type { WasmLibrary } from './library.ts';

/*
 * Matrix products of any other element types on one thread; arguments as of `gemmOne`. Sums in float64 and in integers of up to 32
 * bits go through the tile of the float32 product, operands converted while they are packed; all others are a plain loop: floats
 * summed in double precision, integers wrapping in 64 bits, bools as or of ands.
 */
type Types = readonly [a: DType, b: DType, c: DType];

export function gemmAny(lib: WasmLibrary, types: Types): Callee {
  const c = types[2];
  if (c === 'f64') return tiled(lib, types, 'f64');
  return ['i8', 'i16', 'i32', 'u8', 'u16', 'u32'].includes(c) ? tiled(lib, types, 'i32') : plain(lib, types);
}

const address = (base: Value, ...steps: readonly (readonly [Value, Value])[]): Value =>
  steps.reduce((sum, [x, stride]) => add(sum, mul(x, stride)), base);

/** Rows (or columns, the strides exchanged) of an operand into panels of `width`, converted; those beyond the last repeat it. */
function packConverted(lib: WasmLibrary, d: DType, sum: SumType, width: number): Callee {
  const name = `pack_${d}_${sum}_${width}`;
  return lib.module.sharedFunction(name, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [rows, depth, from, rs, ks, out0] = f.arguments;
    const [i, p, out] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.set(out, out0);
    f.for(i, i32(0), rows, width, () => {
      const last = f.keep(sub(sub(rows, get(i)), i32(1)));
      const at = Array.from({ length: width }, (_, r) => {
        const l = f.local('i32');
        const row = select(lt(last, i32(r)), last, i32(r));
        f.set(l, address(from, [add(get(i), row), rs]));
        return l;
      });
      f.for(p, i32(0), depth, 1, () => {
        at.forEach((l, r) => {
          const x = convertScalar(lib, d, sum, scalarLoad(lib, d, { at: get(l), offset: 0 }));
          f.store(`${sum}.store`, get(out), x, sumBytes(sum) * r);
          f.set(l, add(get(l), ks));
        });
        f.set(out, add(get(out), i32(sumBytes(sum) * width)));
      });
    });
  });
}

function tiled(lib: WasmLibrary, [ta, tb, tc]: Types, sum: SumType): Callee {
  const bytes = sumBytes(sum);
  const [MC, NC] = [packedA, packedB].map((room) => room / (KC * bytes));
  return lib.module.sharedFunction(`gemm_${ta}_${tb}_${tc}`, gemmOne(lib).params, undefined, (f) => {
    const [m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate] = f.arguments;
    const pb = f.keep(lib.scratch());
    const pa = f.keep(add(pb, i32(packedB)));
    const aside = f.keep(add(pa, i32(packedA)));
    const [j0, p0, i0] = [0, 0, 0].map(() => f.local('i32'));
    f.for(j0, i32(0), n, NC, () => {
      const nb = minimum(f, sub(n, get(j0)), i32(NC));
      // One round at least: the product over nothing is zero.
      f.for(p0, i32(0), select(k, k, i32(1)), KC, () => {
        const kb = minimum(f, sub(k, get(p0)), i32(KC));
        const keeps = f.keep(or(accumulate, get(p0)));
        const packB = packConverted(lib, tb, sum, tileColumns(sum));
        f.call(packB, nb, kb, address(b, [get(p0), brs], [get(j0), bcs]), bcs, brs, pb);
        f.for(i0, i32(0), m, MC, () => {
          const mb = minimum(f, sub(m, get(i0)), i32(MC));
          const packA = packConverted(lib, ta, sum, MR);
          f.call(packA, mb, kb, address(a, [get(i0), ars], [get(p0), acs]), ars, acs, pa);
          const to = address(c, [get(i0), crs], [get(j0), ccs]);
          f.call(panels(lib, sum, tc), mb, nb, kb, pa, pb, to, crs, ccs, keeps, aside);
        });
      });
    });
  });
}

function plain(lib: WasmLibrary, [ta, tb, tc]: Types): Callee {
  return lib.module.sharedFunction(`gemm_${ta}_${tb}_${tc}`, gemmOne(lib).params, undefined, (f) => {
    const [m, n, k, a, ai, ap, b, bp, bj, c, ci, cj, accumulate] = f.arguments;
    const wide: DType = isFloat(tc) ? 'f64' : 'i64';
    const [i, j, p] = [0, 1, 2].map(() => f.local('i32'));
    const read = (d: DType, at: Value): Value => convertScalar(lib, d, wide, scalarLoad(lib, d, { at, offset: 0 }));
    const sum = f.local(wide === 'f64' ? 'f64' : 'i64');
    f.for(i, i32(0), m, 1, () =>
      f.for(j, i32(0), n, 1, () => {
        const to = f.keep(address(c, [get(i), ci], [get(j), cj]));
        f.set(sum, wide === 'f64' ? f64(0) : i64(0));
        f.if(accumulate, () => f.set(sum, read(tc, to)));
        f.for(p, i32(0), k, 1, () => {
          const x = read(ta, address(a, [get(i), ai], [get(p), ap]));
          const y = read(tb, address(b, [get(p), bp], [get(j), bj]));
          const product = op(wide === 'f64' ? 'f64.mul' : 'i64.mul', x, y);
          f.set(sum, op(wide === 'f64' ? 'f64.add' : tc === 'bool' ? 'i64.or' : 'i64.add', get(sum), product));
        });
        scalarStore(lib, f, tc, { at: to, offset: 0 }, f.keep(convertScalar(lib, wide, tc, get(sum))));
      }),
    );
  });
}
