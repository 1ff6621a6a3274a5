import { isComplex, realDType, UserError } from '../../../base/index.ts';
import type { TensorLike } from '../../lax/core.ts';
import * as lax from '../../lax/core.ts';
import { conj, imag, real } from '../../lax/special.ts';
import { requireOptions } from '../../trace/check-arguments.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { foriLoop } from '../../transforms/control-flow.ts';
import { recursiveJvp } from '../../transforms/recursive-jvp.ts';
import { diagonal, identity, matrixTranspose, tril, triu } from '../arrange.ts';
import { matmul } from '../einsum.ts';
import { where } from '../elementwise.ts';
import { broadcastTo } from '../promotion.ts';
import { expandDims } from '../shape.ts';

/*
 * LU and QR factors, and what decompositions share.
 * Written with this library's own control flow: ordinary programs that run on every engine and differentiate by their known
 * rules. Matrices are the last two dimensions; leading ones are batches.
 */

/** Conjugate transpose. */
export const adjoint = (x: Tensor): Tensor => conj(matrixTranspose(x));
export const realPart = (x: Tensor): Tensor => (isComplex(x.dtype) ? real(x) : x);
export const like = (x: Tensor, y: Tensor): Tensor => lax.convertElementType(x, y.dtype);
export const rows = (t: Tensor): number => t.shape[t.ndim - 2];
export const columns = (t: Tensor): number => t.shape[t.ndim - 1];
/** Distance from 1 to the next number of a dtype (of its parts, if complex). */
export const epsilonOf = (t: Tensor): number =>
  ({ f64: 2 ** -52, f32: 2 ** -23, bf16: 2 ** -7, f16: 2 ** -10 })[realDType(t.dtype) as string] ?? 2 ** -23;

/** Checks for (batches of) matrices of floats or complex numbers; integers become f32. */
export function matrices(x: TensorLike, what: string): Tensor {
  const t = lax.asTensor(x);
  if (t.ndim < 2) throw new UserError('api/linalg', `${what} needs matrices`, { given: `${t}` });
  return /^[fbc]\d|bf16/.test(t.dtype) ? t : lax.convertElementType(t, 'f32');
}
/** Checks for square matrices. */
export function squareMatrices(x: TensorLike, what: string): Tensor {
  const t = matrices(x, what);
  if (rows(t) !== columns(t)) throw new UserError('api/linalg', `${what} needs square matrices`, { given: `${t}` });
  return t;
}

/** Several tensors of one, with a forward rule that uses the decomposition itself. */
export const decomposition = (
  f: (x: Tensor) => Tensor[],
  rule: (self: (x: Tensor) => Tensor[], x: Tensor, dx: Tensor) => readonly [Tensor[], Tensor[]],
): ((x: Tensor) => Tensor[]) => recursiveJvp(f, (self, [x], [dx]) => rule(self, x, dx));

/** Zero outside the diagonal: `d: […, n]` → `[…, n, n]`. */
export const diagonalMatrix = (d: Tensor): Tensor => {
  const n = d.shape[d.ndim - 1];
  return where(identity(n, 'bool'), expandDims(d, -1), 0);
};
/** Elements of a matrix's diagonal: `[…, min(m, n)]`. */
export const diagonalOf = (x: Tensor): Tensor => diagonal(x, 0, -2, -1);
export const leftColumns = (t: Tensor, n: number): Tensor => lax.sliceInDim(t, 0, n, 1, t.ndim - 1);
export const column = (t: Tensor, from: number, to: number): Tensor => lax.sliceInDim(t, from, to, 1, t.ndim - 1);
export const row = (t: Tensor, from: number, to: number): Tensor => lax.sliceInDim(t, from, to, 1, t.ndim - 2);

/** Root of the sum of squares of each matrix: `[…]`. */
export const frobenius = (t: Tensor): Tensor =>
  lax.sqrt(lax.reduce(realPart(lax.mul(t, conj(t))), 'sum', [t.ndim - 2, t.ndim - 1]));

/** LU with partial pivoting by masked elimination; see `luFactors`. Source: Golub & Van Loan, 3.4. */
function eliminate(a: Tensor): Tensor[] {
  const n = columns(a);
  const r = a.ndim - 2;
  const batch = a.shape.slice(0, -2);
  const [i, j] = [lax.iota('i32', a.shape, r), lax.iota('i32', a.shape, r + 1)];
  const lines = lax.iota('i32', [...batch, n], r);
  const step = (k: Tensor, [m, p, sign]: Tensor[]): Tensor[] => {
    const size = lax.abs(lax.dynamicIndexInDim(m, k, r + 1, false));
    const candidates = where(lax.ge(lines, broadcastTo(k, lines.shape)), size, -1);
    const top = expandDims(lax.reduce(candidates, 'max', [r]), -1);
    const isTop = lax.eq(candidates, broadcastTo(top, lines.shape));
    const pivot = lax.reduce(where(isTop, lines, n - 1), 'min', [r]);
    const isK = lax.eq(i, broadcastTo(k, i.shape));
    const isPivot = lax.eq(i, broadcastTo(expandDims(pivot, [-1, -2]), i.shape));
    const swapped = (t: Tensor): Tensor => {
      const pivotRow = lax.reduce(where(isPivot, t, 0), 'sum', [r]);
      const wide = (line: Tensor): Tensor => broadcastTo(line, t.shape);
      return where(isK, wide(expandDims(pivotRow, -2)), where(isPivot, wide(lax.dynamicIndexInDim(t, k, r)), t));
    };
    const s = swapped(m);
    const pivots = broadcastTo(lax.dynamicIndexInDim(lax.dynamicIndexInDim(s, k, r), k, r + 1), s.shape);
    const factor = lax.div(broadcastTo(lax.dynamicIndexInDim(s, k, r + 1), s.shape), pivots);
    const reduced = lax.sub(s, lax.mul(factor, broadcastTo(lax.dynamicIndexInDim(s, k, r), s.shape)));
    const isAfter = lax.gt(j, broadcastTo(k, j.shape));
    const updated = where(isAfter, reduced, where(lax.eq(j, broadcastTo(k, j.shape)), factor, s));
    const same = lax.eq(pivot, broadcastTo(k, pivot.shape));
    const turned = lax.select(same, sign, lax.neg(sign));
    return [where(lax.gt(i, broadcastTo(k, i.shape)), updated, s), swapped(p), turned];
  };
  const eye = broadcastTo(identity(n, a.dtype), a.shape);
  const one = like(broadcastTo(1, batch), a);
  return foriLoop(0, n, step, [a, eye, one]);
}

/**
 * LU factors of square matrices with partial pivoting: `lu` holds `L` below the diagonal (ones on it) and `U` on and above,
 * `p` is the permutation matrix with `p·a = L·U`, `sign: […]` its determinant.
 */
export const luFactors = decomposition(eliminate, (self, a, da) => {
  const [lu, p, sign] = self(a);
  const eye = broadcastTo(identity(columns(a), a.dtype), a.shape);
  const [l, u] = [lax.add(tril(lu, -1), eye), triu(lu)];
  const m = rightSolve(matmul(unitLowerInverse(l), matmul(p, da)), u);
  const dl = matmul(l, tril(m, -1));
  return [
    [lu, p, sign],
    [lax.add(dl, matmul(triu(m), u)), lax.sub(p, p), lax.sub(sign, sign)],
  ];
});
const unitLowerInverse = (l: Tensor): Tensor => matrixTranspose(upperInverse(matrixTranspose(l)));

/** Householder reflections one column at a time: `q: […, m, m]`, `r: […, m, n]`. Source: Golub & Van Loan, 5.2. */
export function householder(x: Tensor): [q: Tensor, r: Tensor] {
  const m = rows(x);
  const batch = x.shape.slice(0, -2);
  const steps = Math.min(m, columns(x));
  const at = lax.iota('i32', [...batch, m, 1], x.ndim - 2);
  const total = (t: Tensor): Tensor => expandDims(lax.reduce(t, 'sum', [x.ndim - 2]), -2);
  const step = (k: Tensor, [q, r]: Tensor[]): Tensor[] => {
    const here = lax.eq(at, broadcastTo(k, at.shape));
    const below = lax.gt(at, broadcastTo(k, at.shape));
    const col = lax.dynamicIndexInDim(r, k, x.ndim - 1);
    const alpha = total(where(here, col, 0));
    const tail = where(below, col, 0);
    const tailSquared = total(realPart(lax.mul(tail, conj(tail))));
    const length = lax.sqrt(lax.add(realPart(lax.mul(alpha, conj(alpha))), tailSquared));
    const beta = lax.select(lax.ge(realPart(alpha), 0), lax.neg(length), length);
    // A column that is already zero below its diagonal is left as it is.
    const imaginary = isComplex(x.dtype) ? lax.ne(imag(alpha), 0) : lax.lt(beta, beta);
    const isActive = lax.bitwiseOr(lax.gt(tailSquared, 0), imaginary);
    const safeBeta = like(lax.select(isActive, beta, 1), x);
    const tau = where(isActive, lax.div(lax.sub(safeBeta, alpha), safeBeta), 0);
    const denominator = where(isActive, lax.sub(alpha, safeBeta), 1);
    const v = lax.add(lax.div(tail, broadcastTo(denominator, tail.shape)), like(here, x));
    const reflected = lax.mul(broadcastTo(conj(tau), v.shape), v);
    const nextR = lax.sub(r, matmul(reflected, matmul(adjoint(v), r)));
    const nextQ = lax.sub(q, matmul(matmul(q, lax.mul(broadcastTo(tau, v.shape), v)), adjoint(v)));
    return [nextQ, nextR];
  };
  const start = [broadcastTo(identity(m, x.dtype), [...batch, m, m]), x];
  const [q, r] = foriLoop(0, steps, step, start);
  return [q, triu(r)];
}

/** Reduced QR of tall matrices with its derivative. Source: Walter & Lehmann 2018, eq. 9. */
export const tallQr = decomposition(
  (x: Tensor): Tensor[] => {
    const [q, r] = householder(x);
    return [leftColumns(q, columns(x)), row(r, 0, columns(x))];
  },
  (self, x, dx) => {
    const [q, r] = self(x);
    const dxR = rightSolve(dx, r);
    const m = matmul(adjoint(q), dxR);
    const lower = tril(m, -1);
    const half = isComplex(x.dtype) ? lax.sub(lower, adjoint(lower)) : lax.sub(lower, matrixTranspose(lower));
    const turn = isComplex(x.dtype) ? lax.add(half, diagonalMatrix(imaginaryPart(diagonalOf(m)))) : half;
    const dq = lax.add(matmul(q, lax.sub(turn, m)), dxR);
    return [
      [q, r],
      [dq, matmul(lax.sub(m, turn), r)],
    ];
  },
);
/** The imaginary part as a complex number with real part 0. */
export const imaginaryPart = (x: Tensor): Tensor =>
  lax.mul(lax.sub(x, conj(x)), lax.convertElementType(broadcastTo(0.5, x.shape), x.dtype));

/** `x · r⁻¹` for upper triangular `r`, by back substitution over columns. */
function rightSolve(x: Tensor, r: Tensor): Tensor {
  return matmul(x, upperInverse(r));
}
/** Inverse of an upper triangular matrix: by Newton's iteration, which ends after log₂ n steps. */
export function upperInverse(r: Tensor): Tensor {
  const n = columns(r);
  const eye = broadcastTo(identity(n, r.dtype), r.shape);
  const d = diagonalOf(r);
  const unit = lax.div(r, broadcastTo(expandDims(d, -1), r.shape));
  let x = eye;
  for (let done = 1; done < n; done *= 2) x = matmul(x, lax.sub(lax.add(eye, eye), matmul(unit, x)));
  return lax.div(x, broadcastTo(expandDims(d, -2), x.shape));
}

/** Orthonormal columns `u1: […, m, n]` beside a basis `u2` of their complement; the basis turns as little as it can: u2ᴴ·du2 = 0. */
export const completed = decomposition(
  (u) => [lax.concatenate([u, column(householder(u)[0], columns(u), rows(u))], u.ndim - 1)],
  (self, u, du) => {
    const [full] = self(u);
    const rest = column(full, columns(u), rows(u));
    const turned = lax.neg(matmul(u, matmul(adjoint(du), rest)));
    return [[full], [lax.concatenate([du, turned], u.ndim - 1)]];
  },
);
export interface QrOptions {
  /** `reduced`: `q: [m, k]`, `r: [k, n]` with k = min(m, n), the default; `complete`: `q: [m, m]`, `r: [m, n]`. */
  readonly mode?: 'reduced' | 'complete';
}
/**
 * `x = q·r` with orthonormal columns of `q` and upper triangular `r`, by Householder reflections (signs as LAPACK's).
 * `x: […, m, n]`.
 * @example np.linalg.qr([[3, 0], [4, 5]])[1] // => [[-5, -4], [0, 3]]
 */
export function qr(x: TensorLike, o: QrOptions = {}): [q: Tensor, r: Tensor] {
  requireOptions(o, ['mode'], 'qr');
  const t = matrices(x, 'qr');
  const [m, n] = [rows(t), columns(t)];
  if (m >= n) {
    const [q, r] = tallQr(t);
    if (o.mode !== 'complete' || m === n) return [q, r];
    const below = r.shape.map((_, d): [number, number, number] => (d === r.ndim - 2 ? [0, m - n, 0] : [0, 0, 0]));
    return [completed(q)[0], lax.pad(r, 0, below)];
  }
  const [q, r] = tallQr(leftColumns(t, m));
  return [q, lax.concatenate([r, matmul(adjoint(q), column(t, m, n))], t.ndim - 1)];
}

/** 1 / (wⱼ − wᵢ) off the diagonal, 0 on it and between equal values. */
export function inverseGaps(w: Tensor): Tensor {
  const shape = [...w.shape, w.shape[w.ndim - 1]];
  const gap = lax.sub(broadcastTo(expandDims(w, -2), shape), broadcastTo(expandDims(w, -1), shape));
  const isZero = lax.eq(gap, 0);
  return lax.select(isZero, 0, lax.div(1, lax.select(isZero, 1, gap)));
}
