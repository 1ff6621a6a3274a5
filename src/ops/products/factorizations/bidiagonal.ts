import { givens, type Matrix, withSign } from './matrix.ts';

/*
 * Singular values of upper bidiagonal matrices by implicit QR steps, with and without shift. The order of the steps and the signs
 * are LAPACK's (bdsqr). Source: Demmel & Kahan 1990, "Accurate Singular Values of Bidiagonal Matrices".
 */

const sign = (x: number): number => withSign(1, x);

/** Singular values of [f g; 0 h], smaller first. */
function smallValues(f: number, g: number, h: number): [number, number] {
  const [fa, ga, ha] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  const [least, most] = [Math.min(fa, ha), Math.max(fa, ha)];
  if (least === 0) return [0, Math.hypot(most, ga)];
  const [as, at] = [1 + least / most, (most - least) / most];
  if (ga < most) {
    const au = (ga / most) ** 2;
    const c = 2 / (Math.sqrt(as * as + au) + Math.sqrt(at * at + au));
    return [least * c, most / c];
  }
  const au = most / ga;
  if (au === 0) return [(least * most) / ga, ga];
  const c = 1 / (Math.sqrt(1 + (as * au) ** 2) + Math.sqrt(1 + (at * au) ** 2));
  return [2 * (least * c) * au, ga / (2 * c)];
}

interface SmallSvd {
  readonly least: number;
  readonly most: number;
  /** Rotation of the rows of vᴴ. */
  readonly right: { readonly c: number; readonly s: number };
  /** Rotation of the columns of u. */
  readonly left: { readonly c: number; readonly s: number };
}

/** Singular value decomposition of [f g; 0 h]. */
function smallSvd(f: number, g: number, h: number, epsilon: number): SmallSvd {
  const isSwapped = Math.abs(h) > Math.abs(f);
  const [ft, ht] = isSwapped ? [h, f] : [f, h];
  const [fa, ha, ga] = [Math.abs(ft), Math.abs(ht), Math.abs(g)];
  let largest = isSwapped ? 'h' : 'f';
  let [least, most, clt, slt, crt, srt] = [ha, fa, 1, 0, 1, 0];
  if (ga !== 0) {
    if (ga > fa) largest = 'g';
    if (ga > fa && fa / ga < epsilon) {
      most = ga;
      least = ha > 1 ? fa / (ga / ha) : (fa / ga) * ha;
      [clt, slt, srt, crt] = [1, ht / g, 1, ft / g];
    } else {
      const d = fa - ha;
      const l = d === fa ? 1 : d / fa;
      const m = g / ft;
      const t = 2 - l;
      const s = Math.sqrt(t * t + m * m);
      const r = l === 0 ? Math.abs(m) : Math.sqrt(l * l + m * m);
      const a = 0.5 * (s + r);
      [least, most] = [ha / a, fa * a];
      let x = (m / (s + t) + m / (r + l)) * (1 + a);
      if (m * m === 0) x = l === 0 ? withSign(2, ft) * sign(g) : g / withSign(d, ft) + m / t;
      const length = Math.sqrt(x * x + 4);
      [crt, srt] = [2 / length, x / length];
      clt = (crt + srt * m) / a;
      slt = ((ht / ft) * srt) / a;
    }
  }
  const [left, right] = isSwapped
    ? [
        { c: srt, s: crt },
        { c: slt, s: clt },
      ]
    : [
        { c: clt, s: slt },
        { c: crt, s: srt },
      ];
  const turn =
    largest === 'f'
      ? sign(right.c) * sign(left.c) * sign(f)
      : largest === 'g'
        ? sign(right.s) * sign(left.c) * sign(g)
        : sign(right.s) * sign(left.s) * sign(h);
  return { most: withSign(most, turn), least: withSign(least, turn * sign(f) * sign(h)), left, right };
}

/**
 * Singular values of the upper bidiagonal matrix (d, e), descending, into `d`; the rows of `vt` and the columns of `u` are
 * turned along. False when the steps do not converge.
 */
export function bidiagonalSvd(d: number[], e: number[], vt: Matrix, u: Matrix, epsilon: number): boolean {
  const n = d.length;
  const unit = epsilon / 2;
  const tol = Math.max(10, Math.min(100, unit ** -0.125)) * unit;
  let mu = Math.abs(d[0]);
  let smallest = mu;
  for (let i = 1; i < n && smallest !== 0; i++) {
    mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i - 1])));
    smallest = Math.min(smallest, mu);
  }
  const threshold = Math.max((tol * smallest) / Math.sqrt(n), 6 * n * n * 2 ** -1022);
  let [m, previousFirst, previousLast, downwards] = [n - 1, -1, -1, true];
  let steps = 6 * n * n;
  const isZero = (i: number): boolean => {
    if (Math.abs(e[i]) > threshold) return false;
    e[i] = 0;
    return true;
  };
  while (m > 0) {
    if (steps < 0) return false;
    let largest = Math.abs(d[m]);
    let first = m - 1;
    for (; first >= 0; first--) {
      if (isZero(first)) break;
      largest = Math.max(largest, Math.abs(d[first]), Math.abs(e[first]));
    }
    if (first === m - 1) {
      m--;
      continue;
    }
    first++;
    if (first === m - 1) {
      const s = smallSvd(d[m - 1], e[m - 1], d[m], unit);
      [d[m - 1], e[m - 1], d[m]] = [s.most, 0, s.least];
      vt.rotateRows(m - 1, m, s.right.c, s.right.s);
      u.rotateColumns(m - 1, m, s.left.c, s.left.s);
      m -= 2;
      continue;
    }
    if (first > previousLast || m < previousFirst) downwards = Math.abs(d[first]) >= Math.abs(d[m]);
    const least = converges(d, e, first, m, downwards, tol);
    if (least === undefined) continue;
    [previousFirst, previousLast] = [first, m];
    let shift = 0;
    if (n * tol * (least / largest) > Math.max(unit, 0.01 * tol)) {
      const size = Math.abs(downwards ? d[first] : d[m]);
      [shift] = downwards ? smallValues(d[m - 1], e[m - 1], d[m]) : smallValues(d[first], e[first], d[first + 1]);
      if (size > 0 && (shift / size) ** 2 < unit) shift = 0;
    }
    steps -= m - first;
    if (shift === 0) zeroShiftStep(d, e, first, m, downwards, vt, u);
    else shiftedStep(d, e, first, m, downwards, shift, vt, u);
    isZero(downwards ? m - 1 : first);
  }
  for (let i = 0; i < n; i++)
    if (d[i] < 0 || Object.is(d[i], -0)) {
      d[i] = -d[i];
      vt.scaleRow(i, -1);
    }
  for (let i = n - 1; i > 0; i--) {
    let k = 0;
    for (let j = 1; j <= i; j++) if (d[j] <= d[k]) k = j;
    if (k === i) continue;
    [d[k], d[i]] = [d[i], d[k]];
    vt.swapRows(k, i);
    u.swapColumns(k, i);
  }
  return true;
}

/** Sets a negligible element of `e` to zero and returns undefined; else a lower bound of the block's singular values. */
function converges(
  d: number[],
  e: number[],
  first: number,
  last: number,
  downwards: boolean,
  tol: number,
): number | undefined {
  const end = downwards ? last - 1 : first;
  if (Math.abs(e[end]) <= tol * Math.abs(downwards ? d[last] : d[first])) {
    e[end] = 0;
    return undefined;
  }
  let mu = Math.abs(downwards ? d[first] : d[last]);
  let least = mu;
  for (let step = 0; step < last - first; step++) {
    const i = downwards ? first + step : last - 1 - step;
    if (Math.abs(e[i]) <= tol * mu) {
      e[i] = 0;
      return undefined;
    }
    mu = Math.abs(downwards ? d[i + 1] : d[i]) * (mu / (mu + Math.abs(e[i])));
    least = Math.min(least, mu);
  }
  return least;
}

interface Turn {
  readonly at: number;
  readonly c: number;
  readonly s: number;
}
function turnAll(inner: readonly Turn[], outer: readonly Turn[], vt: Matrix, u: Matrix): void {
  for (const t of inner) vt.rotateRows(t.at, t.at + 1, t.c, t.s);
  for (const t of outer) u.rotateColumns(t.at, t.at + 1, t.c, t.s);
}

/** The implicit zero-shift QR step, which keeps small singular values accurate. */
function zeroShiftStep(
  d: number[],
  e: number[],
  first: number,
  last: number,
  downwards: boolean,
  vt: Matrix,
  u: Matrix,
): void {
  let [cs, oldCs, oldSn] = [1, 1, 0];
  const near: Turn[] = [];
  const far: Turn[] = [];
  for (let step = 0; step < last - first; step++) {
    const i = downwards ? first + step : last - step;
    const link = downwards ? i : i - 1;
    const next = downwards ? i + 1 : i - 1;
    const p = givens(d[i] * cs, e[link]);
    cs = p.c;
    if (step > 0) e[downwards ? i - 1 : i] = oldSn * p.r;
    const q = givens(oldCs * p.r, d[next] * p.s);
    [oldCs, oldSn, d[i]] = [q.c, q.s, q.r];
    const turn = downwards ? 1 : -1;
    near.push({ at: link, c: p.c, s: turn * p.s });
    far.push({ at: link, c: q.c, s: turn * q.s });
  }
  const [end, link] = downwards ? [last, last - 1] : [first, first];
  const h = d[end] * cs;
  d[end] = h * oldCs;
  e[link] = h * oldSn;
  if (downwards) turnAll(near, far, vt, u);
  else turnAll(far, near, vt, u);
}

function shiftedStep(
  d: number[],
  e: number[],
  first: number,
  last: number,
  downwards: boolean,
  shift: number,
  vt: Matrix,
  u: Matrix,
): void {
  const start = downwards ? first : last;
  let f = (Math.abs(d[start]) - shift) * (sign(d[start]) + shift / d[start]);
  let g = e[downwards ? first : last - 1];
  const near: Turn[] = [];
  const far: Turn[] = [];
  const steps = last - first;
  for (let step = 0; step < steps; step++) {
    const i = downwards ? first + step : last - step;
    const link = downwards ? i : i - 1;
    const next = downwards ? i + 1 : i - 1;
    const p = givens(f, g);
    if (step > 0) e[downwards ? i - 1 : i] = p.r;
    f = p.c * d[i] + p.s * e[link];
    e[link] = p.c * e[link] - p.s * d[i];
    g = p.s * d[next];
    d[next] *= p.c;
    const q = givens(f, g);
    d[i] = q.r;
    f = q.c * e[link] + q.s * d[next];
    d[next] = q.c * d[next] - q.s * e[link];
    if (step < steps - 1) {
      const after = downwards ? i + 1 : i - 2;
      g = q.s * e[after];
      e[after] *= q.c;
    }
    const turn = downwards ? 1 : -1;
    near.push({ at: link, c: p.c, s: turn * p.s });
    far.push({ at: link, c: q.c, s: turn * q.s });
  }
  e[downwards ? last - 1 : first] = f;
  if (downwards) turnAll(near, far, vt, u);
  else turnAll(far, near, vt, u);
}
