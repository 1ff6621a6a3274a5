import { isComplex } from '../../base/index.ts';
import { type Builder, tensorType, type Value } from '../../ir/index.ts';
import {
  add,
  and,
  broadcastInDim,
  compare,
  convert,
  dotGeneral,
  iota,
  mul,
  not,
  or,
  reduceWith,
  select,
  splat,
  transpose,
} from '../define/emit.ts';
import type { CustomCallTarget, Expand, TargetConfig } from './custom-call-target.ts';

/*
 * The linear algebra that JAX calls by the names of LAPACK's routines (CPU), cuSOLVER's and hipSOLVER's (GPU), and XLA's own
 * (TPU). Layouts of operands and results in memory do not concern values, so they are ignored.
 * Source: JAX's lowerings, checked by what jaxlib 0.10 computes.
 */

const INFO = 'i32' as const;

/** Attributes hold letters as their codes: `uplo = 76 : ui8` is 'L'. */
function letter(config: TargetConfig, name: string, otherwise: string): string {
  const code = config.integer(name);
  return code === undefined ? otherwise : String.fromCharCode(code);
}
const isLower = (config: TargetConfig): boolean => config.bool('lower') ?? letter(config, 'uplo', 'L') === 'L';

const factor = (b: Builder, name: string, xs: readonly Value[], attributes: object = {}): readonly Value[] =>
  b.create(`espalier.${name}`, xs, attributes).results;

/** x plus a number. */
const plus = (b: Builder, x: Value, n: number): Value => add(b, x, splat(b, x.type, n));
const realPart = (b: Builder, x: Value): Value => (isComplex(x.dtype) ? b.emit('stablehlo.real', [x]) : x);
const imaginaryPart = (b: Builder, x: Value): Value => b.emit('stablehlo.imag', [x]);
const adjointOf = (b: Builder, x: Value): Value => {
  const rank = x.shape.length;
  const order = [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2);
  const t = transpose(b, x, order);
  if (!isComplex(t.dtype)) return t;
  return b.emit('stablehlo.complex', [realPart(b, t), b.emit('stablehlo.negate', [imaginaryPart(b, t)])]);
};
const noInfo = (b: Builder, x: Value): Value => splat(b, tensorType(INFO, x.shape.slice(0, -2)), 0);

/** The factor, and 1 where its diagonal is not all positive; NaNs in the matrix are no sign of that, as in OpenBLAS. */
const potrf: Expand = ({ operands: [a], config, builder: b }) => {
  const l = b.emit('stablehlo.cholesky', [a], { lower: isLower(config) });
  const rank = l.shape.length;
  const place = tensorType('i32', l.shape);
  const isDiagonal = compare(b, 'EQ', iota(b, place, rank - 2), iota(b, place, rank - 1));
  const size = realPart(b, l);
  const isPositive = compare(b, 'GT', size, splat(b, size.type, 0));
  const anyOf = (x: Value): Value => reduceWith(b, 'stablehlo.or', x, false, [rank - 2, rank - 1]);
  const isWrong = anyOf(and(b, isDiagonal, not(b, isPositive)));
  const hasNaN = anyOf(compare(b, 'NE', a, a));
  return [l, convert(b, and(b, isWrong, not(b, hasNaN)), INFO)];
};

const trsm: Expand = ({ operands: [a, x, alpha], config, builder: b }) => {
  const transposeA = { N: 'NO_TRANSPOSE', T: 'TRANSPOSE', C: 'ADJOINT' }[letter(config, 'trans_x', 'N')];
  const scaled = alpha ? mul(b, x, broadcastInDim(b, alpha, x.shape, [])) : x;
  return [
    b.emit(
      'stablehlo.triangular_solve',
      [a, scaled],
      {
        leftSide: letter(config, 'side', 'L') === 'L',
        lower: isLower(config),
        unitDiagonal: letter(config, 'diag', 'N') === 'U',
        transposeA,
      },
      { resultTypes: [x.type] },
    ),
  ];
};

const getrf: Expand = ({ operands, builder: b }) => {
  const [lu, pivots, info] = factor(b, 'lu', operands);
  return [lu, plus(b, pivots, 1), info];
};
/** XLA's own: pivots from 0, and the permutation. */
const luDecomposition: Expand = ({ operands, builder: b }) => {
  const [lu, pivots] = factor(b, 'lu', operands);
  return [lu, pivots, ...factor(b, 'permutation_of_pivots', [pivots], { size: lu.shape[lu.shape.length - 2] })];
};
const pivotsToPermutation: Expand = ({ op, operands, builder }) => {
  const { shape } = op.results[0];
  return factor(builder, 'permutation_of_pivots', operands, { size: shape[shape.length - 1] });
};

const geqrf: Expand = ({ operands, builder }) => factor(builder, 'householder_qr', operands);
const orgqr: Expand = ({ operands, builder }) => factor(builder, 'householder_product', operands);
const ormqr: Expand = ({ operands, config, builder }) =>
  factor(builder, 'householder_multiply', operands, {
    left: config.bool('left') ?? true,
    adjoint: config.bool('transpose') ?? false,
  });
const geqp3: Expand = ({ operands, builder }) => factor(builder, 'pivoted_qr', operands);

const syevd: Expand = ({ operands, config, builder }) => factor(builder, 'eigh', operands, { lower: isLower(config) });
/** XLA's own; its configuration is text: `lower,sorted,sweeps,tolerance`. */
const eighXla: Expand = ({ operands, config, builder }) =>
  factor(builder, 'eigh', operands, { lower: config.text?.startsWith('1') ?? true }).slice(0, 2);
const sytrd: Expand = ({ operands, config, builder: b }) => [
  ...factor(b, 'tridiagonalize', operands, { lower: isLower(config) }),
  noInfo(b, operands[0]),
];
const gehrd: Expand = ({ operands: [a], config, builder: b }) => [
  ...factor(b, 'hessenberg', [a], {
    first: (config.integer('low') ?? 1) - 1,
    last: (config.integer('high') ?? a.shape[a.shape.length - 1]) - 1,
  }),
  noInfo(b, a),
];

/**
 * Results `(a, values, u, vᴴ, info)`. Whether the factors are square is seen from their types. `vectors`: v in place of vᴴ.
 * Transposed calls (wide matrices on a GPU) give vᴴ before u; those without vectors have scalars in their places.
 */
const gesdd =
  (isV: boolean): Expand =>
  ({ op, operands: [a], config, builder: b }) => {
    const [rows, columns] = a.shape.slice(-2);
    const isTransposed = config.bool('transposed') ?? false;
    const [first, second] = [op.results[2], op.results[3]];
    const [left, right] = isTransposed ? [second, first] : [first, second];
    const full = rows >= columns ? left.shape.at(-1) === rows : right.shape.at(isV ? -1 : -2) === columns;
    const [u, s, vt, info] = factor(b, 'svd', [a], { full });
    const other = isV ? adjointOf(b, vt) : vt;
    const given = (wanted: Value, v: Value): Value => (wanted.shape.length < 2 ? splat(b, wanted.type, 0) : v);
    const vectors = [given(left, u), given(right, other)];
    return [a, s, ...(isTransposed ? vectors.reverse() : vectors), info];
  };

const wants = (config: TargetConfig, side: string): boolean =>
  config.bool(side) ?? letter(config, `compute_${side}`, 'V') === 'V';
const geev: Expand = ({ operands: [a], config, builder: b }) => {
  const [w, left, right, info] = factor(b, 'eig', [a], { left: wants(config, 'left'), right: wants(config, 'right') });
  const values = isComplex(a.dtype) ? [w] : [realPart(b, w), imaginaryPart(b, w)];
  return [...values, left, right, info];
};
/** cuSOLVER's: real matrices have the parts of conjugate pairs side by side. */
const geevPacked: Expand = ({ operands: [a], config, builder: b }) => {
  const [w, left, right, info] = factor(b, 'eig', [a], { left: wants(config, 'left'), right: wants(config, 'right') });
  if (isComplex(a.dtype)) return [a, w, left, right, info];
  const rank = a.shape.length;
  const im = imaginaryPart(b, w);
  // The second of a pair comes with a negative imaginary part: its column is minus that of its vector.
  const isSecond = compare(b, 'LT', im, splat(b, im.type, 0));
  const dims = [...a.shape.keys()].filter((d) => d !== rank - 2);
  const mask = broadcastInDim(b, isSecond, a.shape, dims);
  const packed = (v: Value): Value =>
    select(b, mask, b.emit('stablehlo.negate', [imaginaryPart(b, v)]), realPart(b, v));
  return [a, w, packed(left), packed(right), info];
};
const gees: Expand = ({ operands: [a], builder: b }) => {
  const [form, vectors, w, info] = factor(b, 'schur', [a]);
  const values = isComplex(a.dtype) ? [w] : [realPart(b, w), imaginaryPart(b, w)];
  return [form, vectors, ...values, noInfo(b, a), info];
};

/** The diagonals come back as they were: their factors are nobody's business. */
const gtsv: Expand = ({ operands, builder }) => {
  const [x, info] = factor(builder, 'tridiagonal_solve', operands, { perturb: false });
  return [...operands.slice(0, 3), x, info];
};
const gtsv2 =
  (perturb: boolean): Expand =>
  ({ operands, builder }) =>
    factor(builder, 'tridiagonal_solve', operands, { perturb }).slice(0, 1);

/** `alpha·a·aᵀ + beta·c`, or `aᵀ·a`. */
const syrk: Expand = ({ operands: [a, c, alpha, beta], config, builder: b }) => {
  const rank = a.shape.length;
  const batch = [...a.shape.keys()].slice(0, -2);
  const dim = config.bool('transpose') ? rank - 2 : rank - 1;
  const product = dotGeneral(b, a, a, {
    lhsBatching: batch,
    rhsBatching: batch,
    lhsContracting: [dim],
    rhsContracting: [dim],
  });
  const scaled = (x: Value, by: Value): Value => mul(b, x, broadcastInDim(b, by, x.shape, []));
  return [add(b, scaled(product, alpha), scaled(c, beta))];
};

/** Threefry-2x32 on arrays of keys and counters. */
const threefry: Expand = ({ operands: [k0, k1, c0, c1], builder: b }) => {
  const u32 = (v: number): Value => splat(b, k0.type, v);
  const xor = (x: Value, y: Value): Value => b.emit('stablehlo.xor', [x, y]);
  const turned = (x: Value, by: number): Value =>
    or(b, b.emit('stablehlo.shift_left', [x, u32(by)]), b.emit('stablehlo.shift_right_logical', [x, u32(32 - by)]));
  const keys = [k0, k1, xor(xor(k0, k1), u32(0x1bd11bda))];
  let [x, y] = [add(b, c0, k0), add(b, c1, k1)];
  const rotations = [
    [13, 15, 26, 6],
    [17, 29, 16, 24],
  ];
  for (let group = 0; group < 5; group++) {
    for (const r of rotations[group % 2]) {
      x = add(b, x, y);
      y = xor(turned(y, r), x);
    }
    x = add(b, x, keys[(group + 1) % 3]);
    y = add(b, y, add(b, keys[(group + 2) % 3], u32(group + 1)));
  }
  return [x, y];
};

const lapack = (names: string, expand: Expand): [string, CustomCallTarget][] =>
  names.split(' ').flatMap((name) => {
    const types = /^(or|sy)/.test(name) ? ['s', 'd'] : /^(un|he)/.test(name) ? ['c', 'z'] : ['s', 'd', 'c', 'z'];
    return types.map((t): [string, CustomCallTarget] => [`lapack_${t}${name}_ffi`, { expand }]);
  });
const solver = (names: string, expand: Expand): [string, CustomCallTarget][] =>
  names.split(' ').flatMap((name) => ['cu', 'hip'].map((p): [string, CustomCallTarget] => [`${p}${name}`, { expand }]));

export const linalgTargets: readonly (readonly [string, CustomCallTarget])[] = [
  ...lapack('potrf', potrf),
  ...lapack('trsm', trsm),
  ...lapack('getrf', getrf),
  ...lapack('geqrf', geqrf),
  ...lapack('orgqr ungqr', orgqr),
  ...lapack('ormqr unmqr', ormqr),
  ...lapack('geqp3', geqp3),
  ...lapack('syevd heevd', syevd),
  ...lapack('sytrd hetrd', sytrd),
  ...lapack('gehrd', gehrd),
  ...lapack('gesdd gesvd', gesdd(false)),
  ...lapack('geev', geev),
  ...lapack('gees', gees),
  ...lapack('gtsv', gtsv),
  ['tridiagonal_solve_perturbed_ffi', { expand: gtsv2(true) }],
  ...solver('solver_potrf_ffi', potrf),
  ...solver('solver_getrf_ffi', getrf),
  ...solver('_lu_pivots_to_permutation', pivotsToPermutation),
  ...solver('solver_geqrf_ffi', geqrf),
  ...solver('solver_orgqr_ffi', orgqr),
  ...solver('solver_ormqr_ffi', ormqr),
  ...solver('hybrid_geqp3', geqp3),
  ...solver('solver_syevd_ffi', syevd),
  ...solver('solver_sytrd_ffi', sytrd),
  ...solver('solver_gesvd_ffi solver_gesdd_ffi', gesdd(false)),
  ...solver('solver_gesvdj_ffi solver_gesvdp_ffi', gesdd(true)),
  ...solver('solver_geev_ffi', geevPacked),
  ...solver('hybrid_eig_real hybrid_eig_comp', geev),
  ...solver('sparse_gtsv2_ffi', gtsv2(false)),
  ...solver('_tridiagonal_solve_perturbed', gtsv2(true)),
  ...solver('solver_syrk_ffi', syrk),
  ...solver('_threefry2x32_ffi', threefry),
  ['LuDecomposition', { expand: luDecomposition }],
];
/** XLA's own, which have sharding rules of their own beside these. */
export const xlaLinalg = { Qr: geqrf, ProductOfElementaryHouseholderReflectors: orgqr, Eigh: eighXla } as const;
