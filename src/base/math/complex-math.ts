/** A complex number by its parts. */
export type ComplexNumber = readonly [re: number, im: number];

/*
 * Complex functions on (re, im) pairs, enough for StableHLO's elementwise ops.
 */

export const mulC = (a: number, b: number, c: number, d: number): ComplexNumber => [a * c - b * d, a * d + b * c];

/** Smith's division; by zero infinite, by infinity zero, as C's annex G has it. */
export function divC(a: number, b: number, c: number, d: number): ComplexNumber {
  if (c === 0 && d === 0) {
    const infinity = 1 / c;
    return [infinity * a, infinity * b];
  }
  if (Math.abs(c) === Infinity && Math.abs(d) === Infinity && Number.isFinite(a) && Number.isFinite(b)) return [0, 0];
  if (Math.abs(c) >= Math.abs(d)) {
    const r = d / c;
    const n = c + d * r;
    return [(a + b * r) / n, (b - a * r) / n];
  }
  const r = c / d;
  const n = c * r + d;
  return [(a * r + b) / n, (b * r - a) / n];
}
export function expC(re: number, im: number): ComplexNumber {
  const e = Math.exp(re);
  return [e * Math.cos(im), im === 0 ? im : e * Math.sin(im)];
}
export const logC = (re: number, im: number): ComplexNumber => [Math.log(Math.hypot(re, im)), Math.atan2(im, re)];

export function sqrtC(re: number, im: number): ComplexNumber {
  if (re === 0 && im === 0) return [0, im];
  if (!Number.isFinite(im) && !Number.isNaN(im)) return [Infinity, im];
  const m = Math.sqrt((Math.hypot(re, im) + Math.abs(re)) / 2);
  if (re >= 0) return [m, im / (2 * m)];
  return [Math.abs(im) / (2 * m), im < 0 || Object.is(im, -0) ? -m : m];
}
export const sinC = (re: number, im: number): ComplexNumber => [
  Math.sin(re) * Math.cosh(im),
  Math.cos(re) * Math.sinh(im),
];
export const cosC = (re: number, im: number): ComplexNumber => [
  Math.cos(re) * Math.cosh(im),
  -Math.sin(re) * Math.sinh(im),
];

export function tanhC(re: number, im: number): ComplexNumber {
  if (Math.abs(re) > 20) return [Math.sign(re), 4 * Math.sin(im) * Math.cos(im) * Math.exp(-2 * Math.abs(re))];
  const t = Math.tan(im);
  const s = Math.sinh(re);
  const beta = 1 + t * t;
  const rho = Math.sqrt(1 + s * s);
  const n = 1 + beta * s * s;
  return [(beta * rho * s) / n, t / n];
}
export function tanC(re: number, im: number): ComplexNumber {
  const [a, b] = tanhC(-im, re);
  return [b, -a];
}
export function powC(a: number, b: number, c: number, d: number): ComplexNumber {
  if (a === 0 && b === 0) return c === 0 && d === 0 ? [1, 0] : [0, 0];
  const r = Math.hypot(a, b);
  const theta = Math.atan2(b, a);
  const e = r ** c * Math.exp(-d * theta);
  const angle = d * Math.log(r) + c * theta;
  return [e * Math.cos(angle), e * Math.sin(angle)];
}
export function expm1C(re: number, im: number): ComplexNumber {
  const s = Math.sin(im / 2);
  // Real where the argument is, however large.
  return [Math.expm1(re) * Math.cos(im) - 2 * s * s, im === 0 ? im : Math.exp(re) * Math.sin(im)];
}
export function log1pC(re: number, im: number): ComplexNumber {
  const m = re * re + im * im + 2 * re;
  return [
    Math.abs(re) < 0.5 && Math.abs(im) < 0.5 ? Math.log1p(m) / 2 : Math.log(Math.hypot(1 + re, im)),
    Math.atan2(im, 1 + re),
  ];
}
export function logisticC(re: number, im: number): ComplexNumber {
  const [a, b] = expC(-re, -im);
  return divC(1, 0, 1 + a, b);
}
export function rsqrtC(re: number, im: number): ComplexNumber {
  const [a, b] = sqrtC(re, im);
  return divC(1, 0, a, b);
}

export const sinhC = (re: number, im: number): ComplexNumber => [
  Math.sinh(re) * Math.cos(im),
  Math.cosh(re) * Math.sin(im),
];
export const coshC = (re: number, im: number): ComplexNumber => [
  Math.cosh(re) * Math.cos(im),
  Math.sinh(re) * Math.sin(im),
];

// Inverse functions after W. Kahan, "Branch cuts for complex elementary functions" (1987).
export function acosC(re: number, im: number): ComplexNumber {
  const [a, b] = sqrtC(1 - re, -im);
  const [c, d] = sqrtC(1 + re, im);
  return [2 * Math.atan2(a, c), Math.asinh(c * b - d * a)];
}
export function asinC(re: number, im: number): ComplexNumber {
  const [a, b] = sqrtC(1 - re, -im);
  const [c, d] = sqrtC(1 + re, im);
  return [Math.atan2(re, a * c - b * d), Math.asinh(a * d - b * c)];
}
export function acoshC(re: number, im: number): ComplexNumber {
  const [a, b] = sqrtC(re - 1, im);
  const [c, d] = sqrtC(re + 1, im);
  return [Math.asinh(a * c + b * d), 2 * Math.atan2(b, c)];
}
export function asinhC(re: number, im: number): ComplexNumber {
  const [a, b] = asinC(-im, re);
  return [b, -a];
}
export function atanhC(re: number, im: number): ComplexNumber {
  const d = (1 - re) * (1 - re) + im * im;
  return [Math.log1p((4 * re) / d) / 4, Math.atan2(2 * im, (1 - re) * (1 + re) - im * im) / 2];
}
export function atanC(re: number, im: number): ComplexNumber {
  const [a, b] = atanhC(-im, re);
  return [b, -a];
}
export function cbrtC(re: number, im: number): ComplexNumber {
  const [a, b] = logC(re, im);
  return re === 0 && im === 0 ? [0, 0] : expC(a / 3, b / 3);
}

/** −i log((x + i y) / √(x² + y²)) */
export function atan2C(a: number, b: number, c: number, d: number): ComplexNumber {
  const [p, q] = mulC(a, b, a, b);
  const [r, s] = mulC(c, d, c, d);
  const [re, im] = logC(...divC(c - b, d + a, ...sqrtC(p + r, q + s)));
  return [im, -re];
}
