import { isComplex, range, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import type { Tensor } from '../trace/tensor.ts';
import { vander } from './arrange.ts';
import { multiply } from './elementwise.ts';
import * as linalg from './linalg/index.ts';
import { broadcastTo, promote } from './promotion.ts';
import { concatenate } from './shape.ts';
import { convolve } from './statistics.ts';

/* Polynomials as vectors of coefficients, highest power first. */

const vector = (x: TensorLike, what: string): Tensor => {
  const t = lax.asTensor(x);
  const v = t.ndim === 0 ? lax.reshape(t, [1]) : t;
  if (v.ndim !== 1) throw new UserError('api/polynomial', `${what} takes a vector of coefficients`, { given: `${t}` });
  return /^[fbc]\d|bf16/.test(v.dtype) ? v : lax.convertElementType(v, 'f32');
};
const padded = (t: Tensor, n: number): Tensor => (n === t.size ? t : lax.pad(t, 0, [[n - t.size, 0, 0]]));
const aligned = (p: TensorLike, q: TensorLike): Tensor[] => {
  const [a, b] = [vector(p, 'polyadd'), vector(q, 'polyadd')];
  const n = Math.max(a.size, b.size);
  return promote(padded(a, n), padded(b, n));
};

/**
 * Coefficients of the monic polynomial with the given roots; of a matrix's characteristic polynomial for a matrix.
 * @example np.poly([1, 2]) // => [1, -3, 2]
 */
export function poly(roots: TensorLike): Tensor {
  const given = lax.asTensor(roots);
  const zeros = given.ndim === 2 ? linalg.eigvals(given) : vector(given, 'poly');
  let out: Tensor = lax.convertElementType(lax.asTensor([1]), zeros.dtype);
  for (const i of range(zeros.size)) {
    const root = lax.slice(zeros, [i], [i + 1]);
    out = lax.sub(
      lax.pad(out, 0, [[0, 1, 0]]),
      lax.mul(lax.pad(out, 0, [[1, 0, 0]]), broadcastTo(root, [out.size + 1])),
    );
  }
  return out;
}
/**
 * Sum of polynomials.
 * @example np.polyadd([1, 2], [1]) // => [1, 3]
 */
export const polyadd = (p: TensorLike, q: TensorLike): Tensor => {
  const [a, b] = aligned(p, q);
  return lax.add(a, b);
};
/**
 * Difference of polynomials.
 * @example np.polysub([1, 2], [1]) // => [1, 1]
 */
export const polysub = (p: TensorLike, q: TensorLike): Tensor => {
  const [a, b] = aligned(p, q);
  return lax.sub(a, b);
};
/**
 * Product of polynomials.
 * @example np.polymul([1, 1], [1, 2]) // => [1, 3, 2]
 */
export const polymul = (p: TensorLike, q: TensorLike): Tensor => convolve(vector(p, 'polymul'), vector(q, 'polymul'));
/**
 * Quotient and remainder of polynomials, `u = v·quotient + remainder`; the remainder keeps `u`'s length, zeros first.
 * @example np.polydiv([1, 3, 2], [1, 1]) // => [[1, 2], [0, 0, 0]]
 */
export function polydiv(u: TensorLike, v: TensorLike): [quotient: Tensor, remainder: Tensor] {
  const [a, b] = [vector(u, 'polydiv'), vector(v, 'polydiv')];
  const steps = a.size - b.size + 1;
  if (steps < 1) return [lax.mul(lax.slice(a, [0], [1]), 0), a];
  let rest = a;
  const quotient: Tensor[] = [];
  for (const k of range(steps)) {
    const q = lax.div(lax.slice(rest, [k], [k + 1]), lax.slice(b, [0], [1]));
    quotient.push(q);
    rest = lax.sub(rest, lax.pad(lax.mul(broadcastTo(q, b.shape), b), 0, [[k, a.size - b.size - k, 0]]));
  }
  return [concatenate(quotient), rest];
}
/**
 * The `m`-th derivative.
 * @example np.polyder([1, 2, 3]) // => [2, 2]
 */
export function polyder(p: TensorLike, m = 1): Tensor {
  let t = vector(p, 'polyder');
  for (let i = 0; i < m && t.size > 0; i++) {
    const n = t.size - 1;
    t = multiply(lax.slice(t, [0], [n]), lax.asTensor(range(n).map((k) => n - k)));
  }
  return t;
}
/**
 * The `m`-th antiderivative with integration constants `k` (default zeros), the first integration's first.
 * @example np.polyint([2, 2]) // => [1, 2, 0]
 */
export function polyint(p: TensorLike, m = 1, k: readonly number[] = []): Tensor {
  let t = vector(p, 'polyint');
  for (let i = 0; i < m; i++) {
    const n = t.size;
    const scaled = multiply(t, lax.asTensor(range(n).map((j) => 1 / (n - j))));
    t = concatenate([scaled, lax.convertElementType(lax.asTensor([k[i] ?? 0]), t.dtype)]);
  }
  return t;
}
/**
 * Coefficients of the polynomial of degree `degree` closest to the points `(x, y)` in least squares. `y: [n]` or `[n, k]`.
 * @example np.polyfit([0, 1, 2], [1, 3, 5], 1) // => [2, 1]
 */
export function polyfit(x: TensorLike, y: TensorLike, degree: number): Tensor {
  const [a, b] = [vector(x, 'polyfit'), lax.asTensor(y)];
  const columns = vander(a, degree + 1);
  // Columns of unit length make the least-squares problem well conditioned.
  const scale = lax.sqrt(lax.reduce(lax.mul(columns, columns), 'sum', [0]));
  const [c] = linalg.lstsq(lax.div(columns, broadcastTo(scale, columns.shape)), b, { rcond: a.size * 2 ** -23 });
  return lax.div(c, b.ndim === 1 ? scale : lax.broadcastInDim(scale, c.shape, [0]));
}
/**
 * The roots, complex, in arbitrary order: eigenvalues of the companion matrix. The first coefficient must not be zero.
 * @example np.sort(np.real(np.roots([1, -3, 2]))) // => [1, 2]
 */
export function roots(p: TensorLike): Tensor {
  const t = vector(p, 'roots');
  const n = t.size - 1;
  const complex = isComplex(t.dtype) ? t.dtype : t.dtype === 'f64' ? 'c128' : 'c64';
  if (n < 1) return lax.convertElementType(lax.slice(t, [0], [0]), complex);
  const first = lax.neg(lax.div(lax.slice(t, [1], [n + 1]), broadcastTo(lax.slice(t, [0], [1]), [n])));
  const shifted = lax.eq(lax.iota('i32', [n, n], 0), lax.add(lax.iota('i32', [n, n], 1), 1));
  const top = lax.eq(lax.iota('i32', [n, n], 0), 0);
  const companion = lax.select(top, lax.broadcastInDim(first, [n, n], [1]), lax.convertElementType(shifted, t.dtype));
  return linalg.eigvals(companion);
}
