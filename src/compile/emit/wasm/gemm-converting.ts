import { type DType, dtypeInfo, dtypes } from '../../../base/index.ts';
import { isSingle } from '../../kernels/compute-types.ts';
import { isNibble } from '../../kernels/sub-byte.ts';
import { add, eq, minimum, mul, sub } from './addresses.ts';
import { convertScalar } from './element-functions.ts';
import { scalarLoad, scalarStore, vectorLoad } from './emit-expr.ts';
import {
  type Callee,
  type FunctionBuilder,
  get,
  i32,
  lane,
  load,
  op,
  select,
  splatF32,
  splatI32,
  type Value,
  v128,
} from './function-builder.ts';
import { gemmOne, gemmScratchBytes } from './gemm.ts';
import { gemmAny } from './gemm-any.ts';
import type { WasmLibrary } from './library.ts';
import * as narrow from './narrow-floats.ts';
import { roundBf16 } from './vector-math.ts';

/*
 * Matrix products of bf16, f16, bytes and float32 in any mix: blocks of the operands become float32 in scratch, times their scales
 * if they have any, are multiplied by the float32 product, and blocks of a narrow result are rounded once, at the end.
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
  readonly aScale?: Factors | undefined;
  readonly bScale?: Factors | undefined;
}
/** Strides of float32 factors in bytes: element p along k of row or column r takes that at `p / group · k + r · other`. */
export interface Factors {
  readonly k: number;
  readonly other: number;
  readonly group: number;
}

const floats: readonly DType[] = dtypes.filter(isSingle);
const operands: readonly DType[] = [...floats, 'i8', 'u8', 'i4', 'u4'];

const bits = new DataView(new ArrayBuffer(4));
function f32Bits(x: number): number {
  bits.setFloat32(0, x);
  return bits.getInt32(0);
}

/** The product of these types on one thread. Arguments as of `gemmOne`, then addresses of the scales of a and b where there are any. */
export function productOf(lib: WasmLibrary, types: ProductTypes): Callee {
  const [a, b, c] = types.dtypes;
  if (!floats.includes(c) || !operands.includes(a) || !operands.includes(b)) return gemmAny(lib, types.dtypes);
  const isPlain = types.dtypes.every((d) => d === 'f32') && !types.roundBf16 && !types.aScale && !types.bScale;
  return isPlain ? gemmOne(lib) : gemmConverting(lib, types);
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

/** Factors of a block: none, one for each row, or one for each column, next to one another. */
type Scaling = 'none' | 'rows' | 'columns';

/**
 * `widen(rows, columns, from, row stride, column stride, to, row stride of to, factors, their row stride)`: a matrix as rows of
 * float32, which are contiguous.
 */
function widen(lib: WasmLibrary, d: DType, round: boolean, scaling: Scaling): Callee {
  const name = `widen_${d}${round ? '_bf16' : ''}${scaling === 'none' ? '' : `_${scaling}`}`;
  const params = Array.from({ length: 9 }, () => 'i32' as const);
  return lib.module.sharedFunction(name, params, undefined, (f) => {
    const [rows, columns, from, rs, cs, to0, tos, factors, frs] = f.arguments;
    const { bytes } = dtypeInfo(d);
    const [i, j, at, to, s] = [0, 1, 2, 3, 4].map(() => f.local('i32'));
    const factor = f.local('v128');
    const next = (count: number, step: Value): void => {
      f.set(at, add(get(at), step));
      f.set(to, add(get(to), i32(4 * count)));
      if (scaling === 'columns') f.set(s, add(get(s), i32(4 * count)));
    };
    /** The factors of four elements, or of one. */
    const factorsOf = (offset: number, load4: 'v128.load' | 'v128.load32_zero'): Value =>
      scaling === 'columns' ? load(load4, get(s), offset) : get(factor);
    f.for(i, i32(0), rows, 1, () => {
      f.set(at, add(from, mul(get(i), rs)));
      f.set(to, add(to0, mul(get(i), tos)));
      if (scaling === 'columns') f.set(s, factors);
      if (scaling === 'rows') f.set(factor, load('v128.load32_splat', add(factors, mul(get(i), frs))));
      const vectors = (count: number): void => {
        for (let v = 0; v < count; v++) {
          const raw = f.keep(vectorLoad(f, d, { at: get(at), offset: 4 * bytes * v }, 1, 4));
          const x = f.keep(
            d === 'f16' ? fromHalf(f, raw) : d === 'i8' || d === 'u8' ? op('f32x4.convert_i32x4_s', raw) : raw,
          );
          const y = round ? roundBf16(f, x) : x;
          f.store(
            'v128.store',
            get(to),
            scaling === 'none' ? y : op('f32x4.mul', y, factorsOf(16 * v, 'v128.load')),
            16 * v,
          );
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
        const y = round ? narrow.rounded(lib, 'bf16', x) : x;
        f.store(
          'f32.store',
          get(to),
          scaling === 'none' ? y : op('f32.mul', y, lane('f32x4.extract_lane', 0, factorsOf(0, 'v128.load32_zero'))),
        );
        next(1, cs);
      });
    });
  });
}

/** `widen(rows, columns, from, row stride, column stride, to)`: a matrix of nibbles as dense rows of float32; strides in half bytes. */
function widenNibbles(lib: WasmLibrary, d: DType): Callee {
  return lib.module.sharedFunction(`widen_${d}`, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [rows, columns, from, rs, cs, to0] = f.arguments;
    const [i, j, first, to] = [0, 1, 2, 3].map(() => f.local('i32'));
    const half = (x: Value): Value => op('i32.shr_s', x, i32(1));
    const isSigned = d === 'i4';
    f.set(to, to0);
    f.for(i, i32(0), rows, 1, () => {
      f.set(first, mul(get(i), rs));
      f.set(j, i32(0));
      // Eight nibbles are one word. Each is cut out where it stands, 8 added to signed ones, and becomes a multiple of 16^lane.
      f.if(op('i32.and', eq(cs, i32(1)), op('i32.eqz', op('i32.and', rs, i32(1)))), () => {
        f.for(j, i32(7), columns, 8, () => {
          const word = load('i32.load', add(from, half(sub(add(get(first), get(j)), i32(7)))));
          const all = f.keep(op('i32x4.splat', isSigned ? op('i32.xor', word, i32(0x88888888)) : word));
          for (let v = 0; v < 2; v++) {
            const lanes = [0, 1, 2, 3].map((l) => 4 * (4 * v + l));
            const cut = op('v128.and', all, v128(lanes.map((bit) => 15 << bit)));
            const scale = v128(lanes.map((bit) => f32Bits(2 ** -bit)));
            const x = op('f32x4.mul', op('f32x4.convert_i32x4_u', cut), scale);
            f.store('v128.store', get(to), isSigned ? op('f32x4.sub', x, splatF32(8)) : x, 16 * v);
          }
          f.set(to, add(get(to), i32(32)));
        });
        f.set(j, op('i32.and', columns, i32(-8)));
      });
      f.for(j, get(j), columns, 1, () => {
        const at = f.keep(add(get(first), mul(get(j), cs)));
        const byte = load('i32.load8_u', add(from, half(at)));
        const up = op('i32.sub', i32(28), op('i32.shl', op('i32.and', at, i32(1)), i32(2)));
        const x = op(isSigned ? 'i32.shr_s' : 'i32.shr_u', op('i32.shl', byte, up), i32(28));
        f.store('f32.store', get(to), op('f32.convert_i32_s', x));
        f.set(to, add(get(to), i32(4)));
      });
    });
  });
}

/**
 * `applyFactors(k, others, rows follow k, at, factors, k stride, other stride, group, p0)`: multiplies a dense block in place by the factors of its elements from p0 on along k.
 */
function applyFactors(lib: WasmLibrary): Callee {
  const params = Array.from({ length: 9 }, () => 'i32' as const);
  return lib.module.sharedFunction('applyFactors', params, undefined, (f) => {
    const [k, others, rowsAlongK, at0, factors, ks, os, group, p0] = f.arguments;
    const [p, r, q, end, at, from] = [0, 1, 2, 3, 4, 5].map(() => f.local('i32'));
    const x = f.local('f32');
    const row = (): Value => add(factors, mul(op('i32.div_s', add(p0, get(p)), group), ks));
    const vectors = (factor: () => Value): void => {
      f.store('v128.store', get(at), op('f32x4.mul', load('v128.load', get(at)), factor()));
      f.set(at, add(get(at), i32(16)));
    };
    const one = (factor: () => Value): void => {
      f.store('f32.store', get(at), op('f32.mul', load('f32.load', get(at)), factor()));
      f.set(at, add(get(at), i32(4)));
    };
    f.set(at, at0);
    f.if(
      rowsAlongK,
      () =>
        f.for(p, i32(0), k, 1, () => {
          f.set(from, row());
          f.set(r, i32(0));
          f.if(eq(os, i32(4)), () => {
            f.for(r, i32(3), others, 4, () => {
              vectors(() => load('v128.load', get(from)));
              f.set(from, add(get(from), i32(16)));
            });
            f.set(r, op('i32.and', others, i32(-4)));
          });
          f.for(r, get(r), others, 1, () => {
            one(() => load('f32.load', get(from)));
            f.set(from, add(get(from), os));
          });
        }),
      () =>
        f.for(r, i32(0), others, 1, () =>
          // Every round goes on where its group ends.
          f.for(p, i32(0), k, 0, () => {
            f.set(x, load('f32.load', add(row(), mul(get(r), os))));
            f.set(end, sub(mul(add(op('i32.div_s', add(p0, get(p)), group), i32(1)), group), p0));
            f.set(end, select(op('i32.lt_s', get(end), k), get(end), k));
            f.for(q, add(get(p), i32(3)), get(end), 4, () => vectors(() => op('f32x4.splat', get(x))));
            f.set(q, add(get(p), op('i32.and', sub(get(end), get(p)), i32(-4))));
            f.for(q, get(q), get(end), 1, () => one(() => get(x)));
            f.set(p, get(end));
          }),
        ),
    );
  });
}

function gemmConverting(lib: WasmLibrary, { dtypes, roundBf16: round = 0, aScale, bScale }: ProductTypes): Callee {
  const [ta, tb, tc] = dtypes;
  const scales = [aScale, bScale].map((s) => (s ? `_scale${s.k}_${s.other}_${s.group}` : '_'));
  const name = `gemm_${dtypes.join('_')}${round ? `_round${round}` : ''}${aScale || bScale ? scales.join('') : ''}`;
  const params = [...gemmOne(lib).params, ...[aScale, bScale].flatMap((s) => (s ? ['i32' as const] : []))];
  return lib.module.sharedFunction(name, params, undefined, (f) => {
    const [m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate, ...scaleAddresses] = f.arguments;
    const wideA = f.keep(add(lib.scratch(), i32(gemmScratchBytes)));
    const wideB = f.keep(add(wideA, i32(blockA)));
    const wideC = f.keep(add(wideB, i32(blockB)));
    const [i0, j0, p0, i, j] = [0, 1, 2, 3, 4].map(() => f.local('i32'));
    const x = f.local('f32');

    /** Runs of a block of `count` steps along k within which factors do not change: `run(first, steps, address of factors)`. */
    const inGroups = (s: Factors, at: Value, count: Value, run: (p: Value, count: Value, at: Value) => void): void => {
      if (s.k === 0) {
        run(i32(0), count, at);
        return;
      }
      const [p, size] = [f.local('i32'), f.local('i32')];
      f.set(p, i32(0));
      f.loop((again, leave) => {
        leave(0, op('i32.ge_s', get(p), count));
        const group = f.keep(op('i32.div_u', add(get(p0), get(p)), i32(s.group)));
        const end = sub(mul(add(group, i32(1)), i32(s.group)), add(get(p0), get(p)));
        f.set(size, minimum(f, end, sub(count, get(p))));
        run(get(p), get(size), f.keep(add(at, mul(group, i32(s.k)))));
        f.set(p, add(get(p), get(size)));
        again();
      });
    };

    /**
     * Address and strides along k and along rows or columns of an operand's block as float32, which begins at `p0` along k; `at`,
     * `size` and `strides` of the operand are in the same order, `factors` is where those of its first row or column lie.
     */
    const block = (
      d: DType,
      rounded: boolean,
      at: Value,
      [depth, count]: readonly [Value, Value],
      [ks, os]: readonly [Value, Value],
      wide: Value,
      scale: Factors | undefined,
      factors: Value,
    ): { at: Value; k: Value; other: Value } => {
      if (d === 'f32' && !rounded && !scale) return { at, k: ks, other: os };
      const [alongK, alongOther] = [f.local('i32'), f.local('i32')];
      const denseRows = (rowsAlongK: boolean): void => {
        f.set(rowsAlongK ? alongK : alongOther, mul(rowsAlongK ? count : depth, i32(4)));
        f.set(rowsAlongK ? alongOther : alongK, i32(4));
      };
      if (isNibble(d)) {
        const nibbles = (rowsAlongK: boolean): void => {
          const [rows, columns, rs, cs] = rowsAlongK ? [depth, count, ks, os] : [count, depth, os, ks];
          f.call(widenNibbles(lib, d), rows, columns, at, rs, cs, wide);
          if (scale) {
            const strides = [scale.k, scale.other, scale.group].map(i32);
            f.call(applyFactors(lib), depth, count, i32(rowsAlongK ? 1 : 0), wide, factors, ...strides, get(p0));
          }
          denseRows(rowsAlongK);
        };
        f.if(
          eq(os, i32(1)),
          () => nibbles(true),
          () => nibbles(false),
        );
        return { at: wide, k: get(alongK), other: get(alongOther) };
      }
      const { bytes } = dtypeInfo(d);
      const rowsOfK = (scaling: Scaling): void => {
        const call = (p: Value, size: Value, s: Value): void =>
          f.call(
            widen(lib, d, rounded, scaling),
            ...[size, count, add(at, mul(p, ks)), ks, os, add(wide, mul(p, mul(count, i32(4))))],
            ...[mul(count, i32(4)), s, i32(0)],
          );
        if (scale) inGroups(scale, factors, depth, call);
        else call(i32(0), depth, i32(0));
        denseRows(true);
      };
      const rowsOfOther = (scaling: Scaling): void => {
        const call = (p: Value, size: Value, s: Value): void =>
          f.call(
            widen(lib, d, rounded, scaling),
            ...[count, size, add(at, mul(p, ks)), os, ks, add(wide, mul(p, i32(4)))],
            ...[mul(depth, i32(4)), s, i32(scale?.other ?? 0)],
          );
        if (scale) inGroups(scale, factors, depth, call);
        else call(i32(0), depth, i32(0));
        denseRows(false);
      };
      // Rows of what is contiguous, if factors allow.
      const byK: Scaling | undefined = !scale
        ? 'none'
        : scale.other === 4
          ? 'columns'
          : scale.other === 0
            ? 'rows'
            : undefined;
      const byOther: Scaling = scale ? 'rows' : 'none';
      if (byK)
        f.if(
          eq(os, i32(bytes)),
          () => rowsOfK(byK),
          () => rowsOfOther(byOther),
        );
      else rowsOfOther(byOther);
      return { at: wide, k: get(alongK), other: get(alongOther) };
    };

    f.for(j0, i32(0), n, NB, () => {
      const nb = f.keep(smaller(f.keep(sub(n, get(j0))), NB));
      f.for(i0, i32(0), m, MB, () => {
        const mb = f.keep(smaller(f.keep(sub(m, get(i0))), MB));
        const to = f.keep(add(c, add(mul(get(i0), crs), mul(get(j0), ccs))));
        // One round at least: the product over nothing is zero.
        f.for(p0, i32(0), select(k, k, i32(1)), KB, () => {
          const kb = f.keep(smaller(f.keep(sub(k, get(p0))), KB));
          // Blocks begin at even rows and columns: nibbles at whole bytes.
          const bytesTo = (d: DType, x: Value): Value => (isNibble(d) ? op('i32.shr_s', x, i32(1)) : x);
          const fromA = f.keep(add(a, bytesTo(ta, add(mul(get(i0), ars), mul(get(p0), acs)))));
          const fromB = f.keep(add(b, bytesTo(tb, add(mul(get(p0), brs), mul(get(j0), bcs)))));
          const factorsA = aScale ? add(scaleAddresses[0], mul(get(i0), i32(aScale.other))) : i32(0);
          const factorsB = bScale ? add(scaleAddresses[aScale ? 1 : 0], mul(get(j0), i32(bScale.other))) : i32(0);
          const va = block(ta, (round & 1) > 0, fromA, [kb, mb], [acs, ars], wideA, aScale, factorsA);
          const vb = block(tb, (round & 2) > 0, fromB, [kb, nb], [brs, bcs], wideB, bScale, factorsB);
          const viewA = [va.at, va.other, va.k];
          const viewB = [vb.at, vb.k, vb.other];
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
