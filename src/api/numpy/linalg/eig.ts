import { product, realDType } from '../../../base/index.ts';
import type { TensorLike } from '../../lax/core.ts';
import * as lax from '../../lax/core.ts';
import { conj, real } from '../../lax/special.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { foriLoop, whileLoop } from '../../transforms/control-flow.ts';
import { vmap } from '../../transforms/vmap.ts';
import { identity, triu } from '../arrange.ts';
import { matmul } from '../einsum.ts';
import { where } from '../elementwise.ts';
import { broadcastTo } from '../promotion.ts';
import { expandDims } from '../shape.ts';
import {
  adjoint,
  decomposition,
  diagonalMatrix,
  diagonalOf,
  epsilonOf,
  householder,
  inverseGaps,
  like,
  rows,
  squareMatrices,
  tallQr,
  upperInverse,
} from './factors.ts';

/*
 * Eigenvalues of general matrices, by the QR algorithm.
 * Written with this library's own control flow: ordinary programs that run on every engine and differentiate by their known
 * rules. Matrices are the last two dimensions; leading ones are batches.
 */
/** Hessenberg form `h = qᴴ·a·q` by Householder reflections. Source: Golub & Van Loan, 7.4. */
function hessenberg(a: Tensor): [h: Tensor, q: Tensor] {
  const n = rows(a);
  let h = a;
  let q: Tensor = identity(n, a.dtype);
  for (let k = 0; k < n - 2; k++) {
    const col = lax.slice(h, [k + 1, k], [n, k + 1]);
    const [reflect] = householder(col);
    const pad: [number, number, number] = [k + 1, 0, 0];
    const border = where(lax.le(lax.iota('i32', n), k), 1, 0);
    const wide = lax.add(lax.pad(reflect, 0, [pad, pad]), diagonalMatrix(like(border, a)));
    h = matmul(adjoint(wide), matmul(h, wide));
    q = matmul(q, wide);
  }
  return [triu(h, -1), q];
}

/** Complex Schur form by shifted QR steps with deflation: `t` upper triangular, `a = q·t·qᴴ`. Source: Golub & Van Loan, 7.5. */
function schur(a: Tensor): [t: Tensor, q: Tensor] {
  const n = rows(a);
  const [h0, q0] = hessenberg(a);
  const eps = epsilonOf(a);
  const i = lax.iota('i32', [n, n], 0);
  const j = lax.iota('i32', [n, n], 1);
  const spread = (t: Tensor): Tensor => broadcastTo(t, [n, n]);
  const eye = identity(n, a.dtype);
  const at = (m: Tensor, r: Tensor, c: Tensor): Tensor =>
    lax.reshape(lax.dynamicSlice(m, [lax.max(r, 0), lax.max(c, 0)], [1, 1]), []);
  const end = ([, , last, count]: Tensor[]): Tensor => lax.bitwiseAnd(lax.gt(last, 0), lax.lt(count, 60 * n));
  const step = ([h, q, last, count]: Tensor[]): Tensor[] => {
    const before = lax.sub(last, 1);
    const [p, r, s, u] = [at(h, before, before), at(h, before, last), at(h, last, before), at(h, last, last)];
    const small = lax.le(lax.abs(s), lax.mul(lax.add(lax.abs(p), lax.abs(u)), eps));
    const isHere = lax.bitwiseAnd(lax.eq(i, spread(last)), lax.eq(j, spread(before)));
    const cleared = where(lax.bitwiseAnd(isHere, spread(small)), 0, h);
    // Wilkinson's shift: the eigenvalue of the last 2 × 2 block closer to its corner; now and then another one.
    const constant = (v: number): Tensor => lax.convertElementType(lax.asTensor(v, realDType(a.dtype)), a.dtype);
    const halfDifference = lax.mul(lax.sub(p, u), constant(0.5));
    const root = lax.sqrt(lax.add(lax.mul(halfDifference, halfDifference), lax.mul(r, s)));
    const centre = lax.mul(lax.add(p, u), constant(0.5));
    const [e1, e2] = [lax.add(centre, root), lax.sub(centre, root)];
    const isFirst = lax.lt(lax.abs(lax.sub(e1, u)), lax.abs(lax.sub(e2, u)));
    const exceptional = lax.eq(lax.rem(count, 11), 10);
    const shift = where(exceptional, lax.add(u, lax.convertElementType(lax.abs(s), a.dtype)), where(isFirst, e1, e2));
    const isBlock = lax.bitwiseAnd(lax.le(i, spread(last)), lax.le(j, spread(last)));
    const shifted = where(isBlock, lax.sub(cleared, lax.mul(eye, spread(shift))), eye);
    const [turn] = householder(shifted);
    const turned = matmul(adjoint(turn), matmul(cleared, turn));
    const keep = spread(small);
    return [
      where(keep, cleared, triu(turned, -1)),
      where(keep, q, matmul(q, turn)),
      where(small, before, last),
      lax.add(count, 1),
    ];
  };
  const start = [h0, q0, lax.asTensor(n - 1, 'i32'), lax.asTensor(0, 'i32')];
  const [t, q] = whileLoop(end, step, start);
  return [triu(t), q];
}

/** Unit eigenvectors of one matrix from its Schur form, by back substitution. */
function eigenvectors(t: Tensor, q: Tensor): Tensor {
  const n = rows(t);
  const w = diagonalOf(t);
  const size = lax.sqrt(lax.reduce(real(lax.mul(t, conj(t))), 'sum', [0, 1]));
  const smallest = lax.max(lax.mul(size, epsilonOf(t)), 1e-30);
  const step = (k: Tensor, x: Tensor): Tensor => {
    const i = lax.sub(n - 1, k);
    const line = lax.dynamicIndexInDim(t, i, 0);
    const tii = lax.reshape(lax.dynamicSlice(w, [i], [1]), []);
    const strictly = where(lax.gt(lax.iota('i32', [1, n], 1), broadcastTo(i, [1, n])), line, 0);
    const known = lax.reshape(matmul(strictly, x), [n]);
    const gap = lax.sub(w, broadcastTo(tii, [n]));
    const isTiny = lax.lt(lax.abs(gap), broadcastTo(smallest, [n]));
    const safe = where(isTiny, like(broadcastTo(smallest, [n]), t), gap);
    const j = lax.iota('i32', n);
    const isAfter = lax.gt(j, broadcastTo(i, [n]));
    const values = where(isAfter, lax.div(known, safe), where(lax.eq(j, broadcastTo(i, [n])), 1, 0));
    return lax.dynamicUpdateSlice(x, lax.reshape(like(values, t), [1, n]), [i, 0]);
  };
  const x = foriLoop(0, n, step, lax.mul(t, like(broadcastTo(0, t.shape), t)));
  const v = matmul(q, x);
  const norms = lax.sqrt(lax.reduce(real(lax.mul(v, conj(v))), 'sum', [0]));
  return lax.div(v, like(broadcastTo(expandDims(norms, 0), v.shape), v));
}

const general = decomposition(
  (a: Tensor): Tensor[] => {
    const n = rows(a);
    const one = (m: Tensor): Tensor[] => {
      const [t, q] = schur(m);
      return [diagonalOf(t), eigenvectors(t, q)];
    };
    if (a.ndim === 2) return one(a);
    const batch = a.shape.slice(0, -2);
    const [w, v] = vmap(one)(lax.reshape(a, [product(batch), n, n]));
    return [lax.reshape(w, [...batch, n]), lax.reshape(v, a.shape)];
  },
  (self, a, da) => {
    const [w, v] = self(a);
    const m = matmul(generalInverse(v), matmul(da, v));
    const turned = matmul(v, lax.mul(inverseGaps(w), m));
    // Vectors keep length one: the part along themselves goes.
    const along = real(lax.reduce(lax.mul(conj(v), turned), 'sum', [v.ndim - 2]));
    const dv = lax.sub(turned, lax.mul(v, like(broadcastTo(expandDims(along, -2), v.shape), v)));
    return [
      [w, v],
      [diagonalOf(m), dv],
    ];
  },
);
/** Inverse of square matrices by QR. */
function generalInverse(v: Tensor): Tensor {
  const [q, r] = tallQr(v);
  return matmul(upperInverse(r), adjoint(q));
}

/**
 * Eigenvalues and unit eigenvectors (columns) of general square matrices, complex: `a: […, n, n]` → `w: […, n]`, `v: […, n, n]`
 * with `a·v = v·diag(w)`. By the shifted QR algorithm; the order is arbitrary. Complex arithmetic: f32 gives c64, f64 c128.
 * @example np.sort(np.real(np.linalg.eig([[2, 1], [1, 2]])[0])) // => [1, 3]
 */
export function eig(a: TensorLike): [w: Tensor, v: Tensor] {
  const t = squareMatrices(a, 'eig');
  const dtype = t.dtype === 'f64' || t.dtype === 'c128' ? 'c128' : 'c64';
  return general(lax.convertElementType(t, dtype)) as [Tensor, Tensor];
}
/**
 * Eigenvalues of general square matrices, complex, in arbitrary order; see `eig`.
 * @example np.sort(np.imag(np.linalg.eigvals([[0, 1], [-1, 0]]))) // => [-1, 1]
 */
export const eigvals = (a: TensorLike): Tensor => eig(a)[0];
