import { applyLeft, applyRight, makeReflector, reflectorOf } from './householder.ts';
import { Matrix, withSign } from './matrix.ts';

/*
 * Real Schur form of a real Hessenberg matrix: double-shift QR steps with deflation, 2 × 2 blocks in standard form (equal
 * diagonals) for pairs of complex eigenvalues. The steps are LAPACK's (lahqr, lanv2), so forms and orders agree with it up to sizes
 * where it uses larger bulges. Source: Golub & Van Loan, 7.5; Ahues & Tisseur 1997 (deflation).
 */

const sign = (x: number): number => withSign(1, x);

interface Standard {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly cs: number;
  readonly sn: number;
}

/** A 2 × 2 block turned into upper triangular or standard form. */
function standardize(a: number, b: number, c: number, d: number, epsilon: number): Standard {
  if (c === 0) return { a, b, c, d, cs: 1, sn: 0 };
  if (b === 0) return { a: d, b: -c, c: 0, d: a, cs: 0, sn: 1 };
  if (a - d === 0 && sign(b) !== sign(c)) return { a, b, c, d, cs: 1, sn: 0 };
  const difference = a - d;
  let p = 0.5 * difference;
  const most = Math.max(Math.abs(b), Math.abs(c));
  const least = Math.min(Math.abs(b), Math.abs(c)) * sign(b) * sign(c);
  const scale = Math.max(Math.abs(p), most);
  const z = (p / scale) * p + (most / scale) * least;
  if (z >= 4 * epsilon) {
    const root = p + withSign(Math.sqrt(scale) * Math.sqrt(z), p);
    const tau = Math.hypot(c, root);
    return { a: d + root, b: b - c, c: 0, d: d - (most / root) * least, cs: root / tau, sn: c / tau };
  }
  const sigma = b + c;
  const tau = Math.hypot(sigma, difference);
  let cs = Math.sqrt(0.5 * (1 + Math.abs(sigma) / tau));
  let sn = -(p / (tau * cs)) * sign(sigma);
  const [aa, bb, cc, dd] = [a * cs + b * sn, -a * sn + b * cs, c * cs + d * sn, -c * sn + d * cs];
  let [b1, c1] = [bb * cs + dd * sn, -aa * sn + cc * cs];
  const middle = 0.5 * (aa * cs + cc * sn + (-bb * sn + dd * cs));
  let [a1, d1] = [middle, middle];
  if (c1 !== 0) {
    if (b1 === 0) {
      [b1, c1] = [-c1, 0];
      [cs, sn] = [-sn, cs];
    } else if (sign(b1) === sign(c1)) {
      const [sab, sac] = [Math.sqrt(Math.abs(b1)), Math.sqrt(Math.abs(c1))];
      p = withSign(sab * sac, c1);
      const t = 1 / Math.sqrt(Math.abs(b1 + c1));
      [a1, d1, b1, c1] = [middle + p, middle - p, b1 - c1, 0];
      const [cs1, sn1] = [sab * t, sac * t];
      [cs, sn] = [cs * cs1 - sn * sn1, cs * sn1 + sn * cs1];
    }
  }
  return { a: a1, b: b1, c: c1, d: d1, cs, sn };
}

/** Whether the subdiagonal element above row `k` is negligible. */
function isNegligible(h: Matrix, k: number, first: number, last: number, epsilon: number): boolean {
  const at = (i: number, j: number): number => Math.abs(h.re[h.at(i, j)]);
  const tiny = 2 ** -1022 * (h.rows / epsilon);
  const below = at(k, k - 1);
  if (below <= tiny) return true;
  let around = at(k - 1, k - 1) + at(k, k);
  if (around === 0) {
    if (k - 2 >= first) around += at(k - 1, k - 2);
    if (k + 1 <= last) around += at(k + 1, k);
  }
  if (below > epsilon * around) return false;
  const [ab, ba] = [Math.max(below, at(k - 1, k)), Math.min(below, at(k - 1, k))];
  const gap = Math.abs(h.re[h.at(k - 1, k - 1)] - h.re[h.at(k, k)]);
  const [aa, bb] = [Math.max(at(k, k), gap), Math.min(at(k, k), gap)];
  const s = aa + ab;
  return ba * (ab / s) <= Math.max(tiny, epsilon * (bb * (aa / s)));
}

interface Shifts {
  readonly re1: number;
  readonly im1: number;
  readonly re2: number;
  readonly im2: number;
}

function shiftsOf(h11: number, h21: number, h12: number, h22: number): Shifts {
  const s = Math.abs(h11) + Math.abs(h12) + Math.abs(h21) + Math.abs(h22);
  if (s === 0) return { re1: 0, im1: 0, re2: 0, im2: 0 };
  const [p, q, r, t] = [h11 / s, h21 / s, h12 / s, h22 / s];
  const half = (p + t) / 2;
  const determinant = (p - half) * (t - half) - r * q;
  const root = Math.sqrt(Math.abs(determinant));
  if (determinant >= 0) return { re1: half * s, im1: root * s, re2: half * s, im2: -root * s };
  const [x, y] = [half + root, half - root];
  const nearest = (Math.abs(x - t) <= Math.abs(y - t) ? x : y) * s;
  return { re1: nearest, im1: 0, re2: nearest, im2: 0 };
}

/**
 * Turns `h` into real Schur form on rows first … last, and the columns of `z` along. False when an eigenvalue takes too many
 * steps.
 */
export function realSchur(h: Matrix, z: Matrix, first: number, last: number, epsilon: number): boolean {
  const n = h.rows;
  const { re } = h;
  const at = (i: number, j: number): number => re[h.at(i, j)];
  for (let j = first; j + 2 <= last; j++) {
    re[h.at(j + 2, j)] = 0;
    if (j + 3 <= last) re[h.at(j + 3, j)] = 0;
  }
  const most = 30 * Math.max(10, last - first + 1);
  for (let i = last; i >= first; ) {
    let l = first;
    let converged = false;
    for (let step = 0, count = 0; step <= most; step++) {
      let k = i;
      while (k > l && !isNegligible(h, k, first, last, epsilon)) k--;
      l = k;
      if (l > first) re[h.at(l, l - 1)] = 0;
      if (l >= i - 1) {
        converged = true;
        break;
      }
      count++;
      let shifts: Shifts;
      if (count % 20 === 0) {
        const s = Math.abs(at(i, i - 1)) + Math.abs(at(i - 1, i - 2));
        const x = 0.75 * s + at(i, i);
        shifts = shiftsOf(x, s, -0.4375 * s, x);
      } else if (count % 10 === 0) {
        const s = Math.abs(at(l + 1, l)) + Math.abs(at(l + 2, l + 1));
        const x = 0.75 * s + at(l, l);
        shifts = shiftsOf(x, s, -0.4375 * s, x);
      } else shifts = shiftsOf(at(i - 1, i - 1), at(i, i - 1), at(i - 1, i), at(i, i));
      doubleStep(h, z, l, i, n, shifts, epsilon);
    }
    if (!converged) return false;
    if (l === i - 1) {
      const s = standardize(at(i - 1, i - 1), at(i - 1, i), at(i, i - 1), at(i, i), epsilon);
      for (let j = i + 1; j < n; j++) h.rotate(h.at(i - 1, j), h.at(i, j), s.cs, s.sn);
      for (let j = 0; j < i - 1; j++) h.rotate(h.at(j, i - 1), h.at(j, i), s.cs, s.sn);
      z.rotateColumns(i - 1, i, s.cs, s.sn);
      [re[h.at(i - 1, i - 1)], re[h.at(i - 1, i)], re[h.at(i, i - 1)], re[h.at(i, i)]] = [s.a, s.b, s.c, s.d];
    }
    i = l - 1;
  }
  return true;
}

/** One double-shift step on rows l … i. */
function doubleStep(h: Matrix, z: Matrix, l: number, i: number, n: number, s: Shifts, epsilon: number): void {
  const { re } = h;
  const at = (p: number, q: number): number => re[h.at(p, q)];
  let v = [0, 0, 0];
  let m = i - 2;
  for (; m >= l; m--) {
    const size = Math.abs(at(m, m) - s.re2) + Math.abs(s.im2) + Math.abs(at(m + 1, m));
    const below = at(m + 1, m) / size;
    v = [
      below * at(m, m + 1) + (at(m, m) - s.re1) * ((at(m, m) - s.re2) / size) - s.im1 * (s.im2 / size),
      below * (at(m, m) + at(m + 1, m + 1) - s.re1 - s.re2),
      below * at(m + 2, m + 1),
    ];
    const total = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
    v = v.map((x) => x / total);
    if (m === l) break;
    const around = Math.abs(at(m - 1, m - 1)) + Math.abs(at(m, m)) + Math.abs(at(m + 1, m + 1));
    if (Math.abs(at(m, m - 1)) * (Math.abs(v[1]) + Math.abs(v[2])) <= epsilon * Math.abs(v[0]) * around) break;
  }
  for (let k = m; k < i; k++) {
    const count = Math.min(3, i - k + 1);
    const x = new Matrix(count, 1);
    for (let j = 0; j < count; j++) x.re[j] = k > m ? at(k + j, k - 1) : v[j];
    const line = { start: 0, step: 1, count };
    const tau = makeReflector(x, line);
    if (k > m) {
      re[h.at(k, k - 1)] = x.re[0];
      for (let j = 1; j < count; j++) re[h.at(k + j, k - 1)] = 0;
    } else if (m > l) re[h.at(k, k - 1)] *= 1 - tau[0];
    const reflector = reflectorOf(x, line);
    applyLeft(h, reflector, tau, k, k, n);
    applyRight(h, reflector, tau, k, 0, Math.min(k + 3, i) + 1);
    applyRight(z, reflector, tau, k);
  }
}
