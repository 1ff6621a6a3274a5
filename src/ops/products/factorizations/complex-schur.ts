import { applyLeft, applyRight, conjugate, makeReflector, reflectorOf } from './householder.ts';
import { Matrix } from './matrix.ts';

/*
 * Schur form of a complex Hessenberg matrix: single-shift QR steps with deflation, subdiagonals kept real. The steps are LAPACK's
 * (lahqr), so orders and phases agree with it up to sizes where it uses larger bulges. Source: Golub & Van Loan, 7.5.
 */

type C = readonly [number, number];
const add = ([a, b]: C, [c, d]: C): C => [a + c, b + d];
const sub = ([a, b]: C, [c, d]: C): C => [a - c, b - d];
const mul = ([a, b]: C, [c, d]: C): C => [a * c - b * d, a * d + b * c];
const scale = ([a, b]: C, k: number): C => [a * k, b * k];
const size = ([a, b]: C): number => Math.abs(a) + Math.abs(b);
export function divide([a, b]: C, [c, d]: C): C {
  if (Math.abs(c) >= Math.abs(d)) {
    const r = d / c;
    const t = c + d * r;
    return [(a + b * r) / t, (b - a * r) / t];
  }
  const r = c / d;
  const t = c * r + d;
  return [(a * r + b) / t, (b * r - a) / t];
}
/** The principal square root. */
function root([a, b]: C): C {
  const r = Math.hypot(a, b);
  if (r === 0) return [0, 0];
  const re = Math.sqrt((r + Math.abs(a)) / 2);
  return a >= 0 ? [re, b / (2 * re)] : [Math.abs(b) / (2 * re), b < 0 ? -re : re];
}

const get = (m: Matrix, i: number, j: number): C => [m.re[m.at(i, j)], m.im[m.at(i, j)]];
function set(m: Matrix, i: number, j: number, [re, im]: C): void {
  m.re[m.at(i, j)] = re;
  m.im[m.at(i, j)] = im;
}
/** Rows and columns from … to of one line, multiplied by a phase. */
function turnRow(m: Matrix, i: number, [x, y]: C, from: number, to: number): void {
  for (let j = from; j < to; j++) m.turn(m.at(i, j), x, y);
}
function turnColumn(m: Matrix, j: number, [x, y]: C, from: number, to: number): void {
  for (let i = from; i < to; i++) m.turn(m.at(i, j), x, y);
}

function isNegligible(h: Matrix, k: number, first: number, last: number, epsilon: number): boolean {
  const tiny = 2 ** -1022 * (h.rows / epsilon);
  const below = size(get(h, k, k - 1));
  if (below <= tiny) return true;
  let around = size(get(h, k - 1, k - 1)) + size(get(h, k, k));
  if (around === 0) {
    if (k - 2 >= first) around += Math.abs(h.re[h.at(k - 1, k - 2)]);
    if (k + 1 <= last) around += Math.abs(h.re[h.at(k + 1, k)]);
  }
  if (Math.abs(h.re[h.at(k, k - 1)]) > epsilon * around) return false;
  const above = size(get(h, k - 1, k));
  const [ab, ba] = [Math.max(below, above), Math.min(below, above)];
  const corner = size(get(h, k, k));
  const gap = size(sub(get(h, k - 1, k - 1), get(h, k, k)));
  const [aa, bb] = [Math.max(corner, gap), Math.min(corner, gap)];
  const s = aa + ab;
  return ba * (ab / s) <= Math.max(tiny, epsilon * (bb * (aa / s)));
}

/** Wilkinson's shift: the eigenvalue of the last 2 × 2 block nearer to its corner. */
function wilkinson(h: Matrix, i: number): C {
  const t = get(h, i, i);
  const u = mul(root(get(h, i - 1, i)), root(get(h, i, i - 1)));
  if (size(u) === 0) return t;
  const x = scale(sub(get(h, i - 1, i - 1), t), 0.5);
  const sx = size(x);
  const s = Math.max(size(u), sx);
  const [xs, us] = [scale(x, 1 / s), scale(u, 1 / s)];
  let y = scale(root(add(mul(xs, xs), mul(us, us))), s);
  if (sx > 0 && (x[0] / sx) * y[0] + (x[1] / sx) * y[1] < 0) y = scale(y, -1);
  return sub(t, mul(u, divide(u, add(x, y))));
}

/** Turns `h` into upper triangular form on rows first … last, and the columns of `z` along. False without convergence. */
export function complexSchur(h: Matrix, z: Matrix, first: number, last: number, epsilon: number): boolean {
  const n = h.rows;
  for (let j = first; j + 2 <= last; j++) {
    set(h, j + 2, j, [0, 0]);
    if (j + 3 <= last) set(h, j + 3, j, [0, 0]);
  }
  for (let i = first + 1; i <= last; i++) {
    const x = get(h, i, i - 1);
    if (x[1] === 0) continue;
    const by1 = scale(x, 1 / size(x));
    const phase = scale(conjugate(by1), 1 / Math.hypot(...by1));
    set(h, i, i - 1, [Math.hypot(...x), 0]);
    turnRow(h, i, phase, i, n);
    turnColumn(h, i, conjugate(phase), 0, Math.min(last, i + 1) + 1);
    turnColumn(z, i, conjugate(phase), 0, z.rows);
  }
  const most = 30 * Math.max(10, last - first + 1);
  for (let i = last; i >= first; ) {
    let l = first;
    let converged = false;
    for (let step = 0, count = 0; step <= most; step++) {
      let k = i;
      while (k > l && !isNegligible(h, k, first, last, epsilon)) k--;
      l = k;
      if (l > first) set(h, l, l - 1, [0, 0]);
      if (l >= i) {
        converged = true;
        break;
      }
      count++;
      let shift: C;
      if (count % 20 === 0) shift = add([0.75 * Math.abs(h.re[h.at(i, i - 1)]), 0], get(h, i, i));
      else if (count % 10 === 0) shift = add([0.75 * Math.abs(h.re[h.at(l + 1, l)]), 0], get(h, l, l));
      else shift = wilkinson(h, i);
      singleStep(h, z, l, i, n, shift, epsilon);
    }
    if (!converged) return false;
    i = l - 1;
  }
  return true;
}

function singleStep(h: Matrix, z: Matrix, l: number, i: number, n: number, shift: C, epsilon: number): void {
  let m = i - 1;
  let v: readonly C[] = [];
  for (; ; m--) {
    const [h11, h22] = [get(h, m, m), get(h, m + 1, m + 1)];
    const away = sub(h11, shift);
    const below = h.re[h.at(m + 1, m)];
    const s = size(away) + Math.abs(below);
    v = [scale(away, 1 / s), [below / s, 0]];
    if (m === l) break;
    const above = h.re[h.at(m, m - 1)];
    if (Math.abs(above) * Math.abs(v[1][0]) <= epsilon * (size(v[0]) * (size(h11) + size(h22)))) break;
  }
  for (let k = m; k < i; k++) {
    const x = new Matrix(2, 1);
    for (let j = 0; j < 2; j++) set(x, j, 0, k > m ? get(h, k + j, k - 1) : v[j]);
    const line = { start: 0, step: 1, count: 2 };
    const tau = makeReflector(x, line);
    if (k > m) {
      set(h, k, k - 1, get(x, 0, 0));
      set(h, k + 1, k - 1, [0, 0]);
    }
    const reflector = reflectorOf(x, line);
    applyLeft(h, reflector, conjugate(tau), k, k, n);
    applyRight(h, reflector, tau, k, 0, Math.min(k + 2, i) + 1);
    applyRight(z, reflector, tau, k);
    if (k === m && m > l) {
      // The step began inside: what it did to the subdiagonal above is made real again.
      const raw = sub([1, 0], tau);
      const phase = scale(raw, 1 / Math.hypot(...raw));
      set(h, m + 1, m, mul(get(h, m + 1, m), conjugate(phase)));
      if (m + 2 <= i) set(h, m + 2, m + 1, mul(get(h, m + 2, m + 1), phase));
      for (let j = m; j <= i; j++) {
        if (j === m + 1) continue;
        turnRow(h, j, phase, j + 1, n);
        turnColumn(h, j, conjugate(phase), 0, j);
        turnColumn(z, j, conjugate(phase), 0, z.rows);
      }
    }
  }
  const last = get(h, i, i - 1);
  if (last[1] === 0) return;
  const length = Math.hypot(...last);
  set(h, i, i - 1, [length, 0]);
  const phase = scale(last, 1 / length);
  turnRow(h, i, conjugate(phase), i + 1, n);
  turnColumn(h, i, phase, 0, i);
  turnColumn(z, i, phase, 0, z.rows);
}
