import { isComplex, range, realDType } from '../../../base/index.ts';
import type { TensorLike } from '../../lax/core.ts';
import * as lax from '../../lax/core.ts';
import { conj } from '../../lax/special.ts';
import { requireOptions } from '../../trace/check-arguments.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { foriLoop, whileLoop } from '../../transforms/control-flow.ts';
import { identity } from '../arrange.ts';
import { matmul } from '../einsum.ts';
import { logicalAnd, square, where } from '../elementwise.ts';
import { takeAlongAxis } from '../order.ts';
import { broadcastTo } from '../promotion.ts';
import { expandDims, normalizeAxis } from '../shape.ts';
import {
  adjoint,
  column,
  columns,
  completed,
  decomposition,
  diagonalMatrix,
  diagonalOf,
  epsilonOf,
  frobenius,
  householder,
  imaginaryPart,
  inverseGaps,
  leftColumns,
  like,
  matrices,
  realPart,
  row,
  rows,
  squareMatrices,
  tallQr,
} from './factors.ts';

/*
 * Eigenvalues of Hermitian matrices and singular values, by Jacobi rotations.
 * Written with this library's own control flow: ordinary programs that run on every engine and differentiate by their known
 * rules. Matrices are the last two dimensions; leading ones are batches.
 */
/** Cosine, sine and phase that make `[[p, b], [b̄, q]]` diagonal; identity where `b` is (almost) zero. Source: Golub & Van Loan, 8.5. */
function rotation(p: Tensor, q: Tensor, b: Tensor, isActive: Tensor): { c: Tensor; s: Tensor } {
  const size = lax.abs(b);
  const safe = lax.select(isActive, size, 1);
  const tau = lax.div(lax.sub(q, p), lax.mul(safe, 2));
  const t = lax.div(
    lax.select(lax.ge(tau, 0), lax.convertElementType(lax.ge(tau, 0), tau.dtype), -1),
    lax.add(lax.abs(tau), lax.sqrt(lax.add(lax.mul(tau, tau), 1))),
  );
  const c = lax.select(isActive, lax.rsqrt(lax.add(lax.mul(t, t), 1)), 1);
  const s = lax.select(isActive, lax.mul(t, c), 0);
  return { c: like(c, b), s: lax.mul(like(s, b), lax.div(b, like(safe, b))) };
}
/** The two halves' columns (or rows) after a rotation of each pair. `c`, `s` broadcast to them. */
function rotated(left: Tensor, right: Tensor, c: Tensor, s: Tensor): [Tensor, Tensor] {
  const [cc, ss] = [broadcastTo(c, left.shape), broadcastTo(s, left.shape)];
  return [lax.sub(lax.mul(cc, left), lax.mul(conj(ss), right)), lax.add(lax.mul(ss, left), lax.mul(cc, right))];
}
/** The next pairs of a round-robin tournament along `axis` (Brent & Luk 1985): all meet in 2k − 1 rounds. */
function nextPairs(top: Tensor, bottom: Tensor, axis: number): [Tensor, Tensor] {
  const d = axis < 0 ? top.ndim + axis : axis;
  const k = top.shape[d];
  if (k === 1) return [top, bottom];
  const part = (t: Tensor, from: number, to: number): Tensor => lax.sliceInDim(t, from, to, 1, d);
  const parts = [part(top, 0, 1), part(bottom, 0, 1), ...(k > 2 ? [part(top, 1, k - 1)] : [])];
  return [lax.concatenate(parts, d), lax.concatenate([part(bottom, 1, k), part(top, k - 1, k)], d)];
}

/** Repeats `sweep` until the measure it returns last is at most `limit`, at most 30 times. */
function sweepUntil(sweep: (state: Tensor[]) => [Tensor[], Tensor], start: Tensor[], limit: number): Tensor[] {
  const count = lax.asTensor(0, 'i32');
  const first = lax.asTensor(Number.MAX_VALUE, realDType(start[0].dtype));
  const [, , ...end] = whileLoop(
    ([i, worst]: Tensor[]) => lax.bitwiseAnd(lax.lt(i, 30), lax.gt(worst, limit)),
    ([i, , ...state]) => {
      const [next, worst] = sweep(state);
      return [lax.add(i, 1), worst, ...next];
    },
    [count, lax.convertElementType(lax.min(first, 1e30), first.dtype), ...start],
  );
  return end;
}

/** Two-sided Jacobi on quadrants, all disjoint rotations of a round at once: eigenvalues ascending and vectors. */
function jacobiEigh(a: Tensor): [w: Tensor, v: Tensor] {
  const n = rows(a);
  const batch = a.shape.slice(0, -2);
  if (n === 1) return [realPart(diagonalOf(a)), broadcastTo(identity(1, a.dtype), a.shape)];
  const k = Math.ceil(n / 2);
  const size = 2 * k;
  const norm = frobenius(a);
  let m = a;
  if (size > n) {
    // An odd order gets one more eigenvalue, above all others, that no rotation touches.
    const pad = a.shape.map((_, d): [number, number, number] => (d < a.ndim - 2 ? [0, 0, 0] : [0, 1, 0]));
    const isCorner = lax.eq(lax.iota('i32', [size], 0), n);
    const corner = logicalAnd(expandDims(isCorner, 0), expandDims(isCorner, 1));
    const above = expandDims(lax.add(lax.mul(norm, 2), 1), [-1, -2]);
    const value = where(corner, above, 0);
    m = lax.add(lax.pad(a, 0, pad), like(broadcastTo(value, [...batch, size, size]), a));
  }
  const half = (t: Tensor, i: 0 | 1, axis: -1 | -2): Tensor => lax.sliceInDim(t, i * k, i * k + k, 1, t.ndim + axis);
  const onDiagonal = identity(k, 'bool');
  const round = (_: Tensor, [tl, tr, bl, br, vl, vr]: Tensor[]): Tensor[] => {
    const b = diagonalOf(tr);
    const isActive = lax.gt(lax.abs(b), 0);
    const { c, s } = rotation(realPart(diagonalOf(tl)), realPart(diagonalOf(br)), b, isActive);
    const [ac, as_] = [expandDims(c, -1), expandDims(s, -1)];
    const [tl1, bl1] = rotated(tl, bl, ac, conj(as_));
    const [tr1, br1] = rotated(tr, br, ac, conj(as_));
    const [rc, rs] = [expandDims(c, -2), expandDims(s, -2)];
    const [tl2, tr2] = rotated(tl1, tr1, rc, rs);
    const [bl2, br2] = rotated(bl1, br1, rc, rs);
    const [vl2, vr2] = rotated(vl, vr, rc, rs);
    const clear = (t: Tensor): Tensor => where(onDiagonal, 0, t);
    const [tl3, bl3] = nextPairs(tl2, clear(bl2), -2);
    const [tr3, br3] = nextPairs(clear(tr2), br2, -2);
    const [tl4, tr4] = nextPairs(tl3, tr3, -1);
    const [bl4, br4] = nextPairs(bl3, br3, -1);
    return [tl4, tr4, bl4, br4, ...nextPairs(vl2, vr2, -1)];
  };
  const sweep = (state: Tensor[]): [Tensor[], Tensor] => {
    const next = foriLoop(0, size - 1, round, state);
    const [tl, tr, bl, br] = next;
    const rest = [where(onDiagonal, 0, tl), tr, bl, where(onDiagonal, 0, br)];
    const squares = rest.map((t) => square(frobenius(t)));
    const off = lax.sqrt(squares.reduce((x, y) => lax.add(x, y)));
    const relative = lax.div(off, lax.select(lax.gt(norm, 0), norm, 1));
    return [next, lax.reduce(relative, 'max', range(relative.ndim))];
  };
  const v = broadcastTo(identity(size, a.dtype), [...batch, size, size]);
  const [top, bottom] = [half(m, 0, -2), half(m, 1, -2)];
  const start = [
    half(top, 0, -1),
    half(top, 1, -1),
    half(bottom, 0, -1),
    half(bottom, 1, -1),
    half(v, 0, -1),
    half(v, 1, -1),
  ];
  const [tl, , , br, vl, vr] = sweepUntil(sweep, start, epsilonOf(a));
  const w = lax.concatenate([realPart(diagonalOf(tl)), realPart(diagonalOf(br))], a.ndim - 2);
  const all = lax.concatenate([vl, vr], a.ndim - 1);
  const [sorted, order] = lax.sort([w, lax.iota('i32', w.shape, w.ndim - 1)], -1);
  const vectors = takeAlongAxis(all, expandDims(order, -2), -1);
  return [leftColumns(sorted, n), row(leftColumns(vectors, n), 0, n)];
}

const hermitian = decomposition(
  (a: Tensor): Tensor[] => jacobiEigh(a),
  (self, a, da) => {
    const [w, v] = self(a);
    const m = matmul(adjoint(v), matmul(da, v));
    const dv = matmul(v, lax.mul(like(inverseGaps(w), m), m));
    return [
      [w, v],
      [realPart(diagonalOf(m)), dv],
    ];
  },
);

export interface EighOptions {
  /** Replaces `a` by the mean of itself and its conjugate transpose first (default true). */
  readonly symmetrizeInput?: boolean;
}
/**
 * Eigenvalues (ascending) and orthonormal eigenvectors (columns) of Hermitian matrices: `a: […, n, n]` → `w: […, n]`,
 * `v: […, n, n]` with `a·v = v·diag(w)`. By cyclic Jacobi rotations (Golub & Van Loan, 8.5); signs of vectors are arbitrary.
 * The derivative of the vectors needs distinct eigenvalues.
 * @example np.linalg.eigh([[2, 1], [1, 2]])[0] // => [1, 3]
 */
export function eigh(a: TensorLike, o: EighOptions = {}): [w: Tensor, v: Tensor] {
  requireOptions(o, ['symmetrizeInput'], 'eigh');
  const t = squareMatrices(a, 'eigh');
  const symmetric =
    o.symmetrizeInput === false ? t : lax.mul(lax.add(t, adjoint(t)), like(broadcastTo(0.5, t.shape), t));
  return hermitian(symmetric) as [Tensor, Tensor];
}
/**
 * Eigenvalues of Hermitian matrices, ascending; see `eigh`.
 * @example np.linalg.eigvalsh([[2, 1], [1, 2]]) // => [1, 3]
 */
export const eigvalsh = (a: TensorLike, o: EighOptions = {}): Tensor => eigh(a, o)[0];

/** One-sided Jacobi (Hestenes) for `a: […, m, n]`, m ≥ n: `u: […, m, n]`, `s: […, n]` descending, `v: […, n, n]`. */
function jacobiSvd(a: Tensor): [u: Tensor, s: Tensor, v: Tensor] {
  const n = columns(a);
  const batch = a.shape.slice(0, -2);
  const [q, r] = tallQr(a);
  const k = Math.ceil(n / 2);
  const size = 2 * k;
  const wide = lax.pad(
    r,
    0,
    r.shape.map((_, d): [number, number, number] => (d === r.ndim - 1 ? [0, size - n, 0] : [0, 0, 0])),
  );
  const eps = epsilonOf(a);
  const squares = (t: Tensor): Tensor => lax.reduce(realPart(lax.mul(t, conj(t))), 'sum', [t.ndim - 2]);
  const round = (_: Tensor, [wl, wr, vl, vr, worst]: Tensor[]): Tensor[] => {
    const b = lax.reduce(lax.mul(conj(wl), wr), 'sum', [wl.ndim - 2]);
    const [p, q2] = [squares(wl), squares(wr)];
    const scale = lax.mul(lax.sqrt(p), lax.sqrt(q2));
    const isActive = lax.gt(lax.abs(b), lax.mul(scale, eps));
    const { c, s } = rotation(p, q2, b, isActive);
    const [rc, rs] = [expandDims(c, -2), expandDims(s, -2)];
    const ratio = lax.div(lax.abs(b), lax.select(isActive, scale, 1));
    const angle = lax.reduce(lax.select(isActive, ratio, 0), 'max', range(b.ndim));
    return [
      ...nextPairs(...rotated(wl, wr, rc, rs), -1),
      ...nextPairs(...rotated(vl, vr, rc, rs), -1),
      lax.max(worst, angle),
    ];
  };
  const sweep = (state: Tensor[]): [Tensor[], Tensor] => {
    const zero = lax.asTensor(0, realDType(a.dtype));
    const next = foriLoop(0, Math.max(1, size - 1), round, [...state, zero]);
    return [next.slice(0, 4), next[4]];
  };
  const eye = broadcastTo(identity(size, a.dtype), [...batch, size, size]);
  const start = [column(wide, 0, k), column(wide, k, size), column(eye, 0, k), column(eye, k, size)];
  const [wl, wr, vl, vr] = sweepUntil(sweep, start, 8 * eps * Math.sqrt(n));
  const w = lax.concatenate([wl, wr], a.ndim - 1);
  const v = lax.concatenate([vl, vr], a.ndim - 1);
  const norms = lax.sqrt(squares(w));
  const [sorted, order] = lax.sort([lax.neg(norms), lax.iota('i32', norms.shape, norms.ndim - 1)], -1);
  const pick = (t: Tensor): Tensor => leftColumns(takeAlongAxis(t, expandDims(order, -2), -1), n);
  // The columns are orthogonal; their QR normalizes them and completes those that vanish.
  const [u, d] = householder(pick(w));
  const diag = diagonalOf(d);
  const size1 = lax.abs(diag);
  const phase = lax.div(diag, like(lax.select(lax.gt(size1, 0), size1, 1), diag));
  const sign = where(lax.gt(size1, 0), phase, 1);
  const left = lax.mul(u, broadcastTo(expandDims(sign, -2), u.shape));
  return [matmul(q, left), lax.neg(leftColumns(sorted, n)), row(pick(v), 0, n)];
}

/** Thin SVD of tall matrices with its derivative. Source: Townsend 2016; Giles 2008. */
const tallSvd = decomposition(
  (a: Tensor): Tensor[] => jacobiSvd(a),
  (self, a, da) => {
    const [u, s, v] = self(a);
    const [m, n] = [rows(a), columns(a)];
    const p = matmul(adjoint(u), matmul(da, v));
    const ds = realPart(diagonalOf(p));
    const f = like(inverseGaps(lax.mul(s, s)), p);
    const sRow = like(broadcastTo(expandDims(s, -2), p.shape), p);
    const sColumn = like(broadcastTo(expandDims(s, -1), p.shape), p);
    const pS = lax.mul(p, sRow);
    const sP = lax.mul(sColumn, p);
    const isZero = lax.eq(s, 0);
    const inverse = lax.select(isZero, 0, lax.div(1, lax.select(isZero, 1, s)));
    let du = matmul(u, lax.mul(f, lax.add(pS, adjoint(pS))));
    const dv = matmul(v, lax.mul(f, lax.add(sP, adjoint(sP))));
    if (isComplex(a.dtype)) {
      const turn = lax.mul(imaginaryPart(diagonalOf(p)), like(inverse, p));
      du = lax.add(du, matmul(u, diagonalMatrix(turn)));
    }
    if (m > n) {
      const dav = matmul(da, v);
      const outside = lax.sub(dav, matmul(u, matmul(adjoint(u), dav)));
      du = lax.add(du, lax.mul(outside, like(broadcastTo(expandDims(inverse, -2), outside.shape), outside)));
    }
    return [
      [u, s, v],
      [du, ds, dv],
    ];
  },
);

export interface SvdOptions {
  /** Square `u` and `vᴴ` (the default, as in JAX); otherwise their first min(m, n) columns and rows. */
  readonly fullMatrices?: boolean;
}
/**
 * Singular value decomposition `a = u·diag(s)·vh` with `s` descending. `a: […, m, n]`; by Jacobi rotations after a QR
 * (Golub & Van Loan, 8.6), so that small singular values are accurate too. Derivatives need distinct singular values.
 * @example np.linalg.svd([[3, 0], [0, -4]])[1] // => [4, 3]
 */
export function svd(a: TensorLike, o: SvdOptions = {}): [u: Tensor, s: Tensor, vh: Tensor] {
  requireOptions(o, ['fullMatrices'], 'svd');
  const t = matrices(a, 'svd');
  const [m, n] = [rows(t), columns(t)];
  if (m < n) {
    const [u, s, vh] = svd(adjoint(t), o);
    return [adjoint(vh), s, adjoint(u)];
  }
  const [u, s, v] = tallSvd(t);
  return [o.fullMatrices !== false && m > n ? completed(u)[0] : u, s, adjoint(v)];
}
/**
 * Singular values, descending: `[…, min(m, n)]`.
 * @example np.linalg.svdvals([[3, 0], [0, -4]]) // => [4, 3]
 */
export const svdvals = (a: TensorLike): Tensor => svd(a, { fullMatrices: false })[1];

/** Norms of matrices that need singular values: ±2 and `nuc`. `axis`: the two dimensions. */
export function singularNorm(
  x: Tensor,
  ord: number | 'nuc',
  axis: readonly [number, number],
  keepdims: boolean,
): Tensor {
  const [r, c] = axis.map((d) => normalizeAxis(d, x.ndim));
  const others = range(x.ndim).filter((d) => d !== r && d !== c);
  const s = svdvals(lax.transpose(x, [...others, r, c]));
  const out = lax.reduce(s, ord === 'nuc' ? 'sum' : ord === 2 ? 'max' : 'min', [s.ndim - 1]);
  return keepdims
    ? lax.reshape(
        out,
        x.shape.map((n, d) => (d === r || d === c ? 1 : n)),
      )
    : out;
}
