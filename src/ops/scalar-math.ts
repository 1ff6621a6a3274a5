/*
 * Scalar functions that JavaScript lacks, in double precision.
 */

/**
 * Error function to double precision.
 * |x| < 2: Maclaurin series of the confluent form 2x/√π · e^(−x²) · Σ (2x²)^n / (2n+1)!! (all terms positive: no cancellation).
 * Beyond: 1 − erfc.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const a = Math.abs(x);
  if (a > 6) return x > 0 ? 1 : -1;
  if (a < 2) {
    let term = 1;
    let sum = 1;
    const twice = 2 * x * x;
    for (let n = 1; n < 80; n++) {
      term *= twice / (2 * n + 1);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    return (2 / Math.sqrt(Math.PI)) * x * Math.exp(-x * x) * sum;
  }
  const y = 1 - erfcTail(a);
  return x > 0 ? y : -y;
}

/** Complementary error function, accurate in the tail. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < 1) return 1 - erf(x);
  if (x > 27.3) return 0;
  return erfcTail(x);
}

/** Continued fraction of erfc for x ≥ 1 (Lentz's backward evaluation with enough terms for double precision). */
function erfcTail(x: number): number {
  const terms = x < 2 ? 160 : x < 4 ? 70 : 40;
  let f = 0;
  for (let n = terms; n >= 1; n--) f = n / 2 / (x + f);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
}

/** Nearest integer, ties to even. */
export function roundEven(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const f = Math.floor(x);
  const d = x - f;
  const r = d < 0.5 ? f : d > 0.5 ? f + 1 : f % 2 === 0 ? f : f + 1;
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r;
}

/** Nearest integer, ties away from zero. */
export function roundAway(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const a = Math.abs(x);
  const f = Math.floor(a);
  const r = a - f >= 0.5 ? f + 1 : f;
  return x < 0 || Object.is(x, -0) ? -r : r;
}

/** log(1 + e^-|x|)-free logistic: stable on both sides. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
