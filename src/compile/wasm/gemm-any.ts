import { type DType, isFloat } from '../../base/index.ts';
import { convertScalar } from './element-functions.ts';
import { scalarLoad, scalarStore } from './emit-expr.ts';
import { type Callee, f64, get, i32, i64, op, type Value } from './function-builder.ts';
import type { WasmLibrary } from './library.ts';

/*
 * Matrix products of any other element types as a plain loop: floats summed in double precision, integers wrapping in 64 bits,
 * bools as or of ands. Strides are in bytes; arguments: batch m n k, then address, batch, row and column stride of a, b and c,
 * and whether to add to c.
 */
export function gemmAny(lib: WasmLibrary, [ta, tb, tc]: readonly [DType, DType, DType]): Callee {
  const params = Array.from({ length: 17 }, () => 'i32' as const);
  return lib.module.sharedFunction(`gemm_${ta}_${tb}_${tc}`, params, undefined, (f) => {
    const [batch, m, n, k, a, aq, ai, ap, b, bq, bp, bj, c, cq, ci, cj, accumulate] = f.arguments;
    const wide: DType = isFloat(tc) ? 'f64' : 'i64';
    const [q, i, j, p] = [0, 1, 2, 3].map(() => f.local('i32'));
    const at = (base: Value, ...steps: readonly (readonly [Value, Value])[]): Value =>
      steps.reduce((sum, [x, stride]) => op('i32.add', sum, op('i32.mul', x, stride)), base);
    const read = (d: DType, address: Value): Value =>
      convertScalar(lib, d, wide, scalarLoad(lib, d, { at: address, offset: 0 }));
    const sum = f.local(wide === 'f64' ? 'f64' : 'i64');
    f.for(q, i32(0), batch, 1, () =>
      f.for(i, i32(0), m, 1, () =>
        f.for(j, i32(0), n, 1, () => {
          const to = f.keep(at(c, [get(q), cq], [get(i), ci], [get(j), cj]));
          f.set(sum, wide === 'f64' ? f64(0) : i64(0));
          f.if(accumulate, () => f.set(sum, read(tc, to)));
          f.for(p, i32(0), k, 1, () => {
            const x = read(ta, at(a, [get(q), aq], [get(i), ai], [get(p), ap]));
            const y = read(tb, at(b, [get(q), bq], [get(p), bp], [get(j), bj]));
            const product = op(wide === 'f64' ? 'f64.mul' : 'i64.mul', x, y);
            f.set(sum, op(wide === 'f64' ? 'f64.add' : tc === 'bool' ? 'i64.or' : 'i64.add', get(sum), product));
          });
          scalarStore(lib, f, tc, { at: to, offset: 0 }, f.keep(convertScalar(lib, wide, tc, get(sum))));
        }),
      ),
    );
  });
}
