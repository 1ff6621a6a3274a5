import { type ComplexNumber, expC } from './complex-math.ts';

/*
 * CHLO functions in f32, rounded after every step as CHLO's decomposition into StableHLO ops rounds: where the steps lose digits
 * (large arguments of cosh and sinh), these are the values that other implementations of the op have.
 */

const f = Math.fround;
const logHalf = f(Math.log(0.5));

/** e^(x + log ½) + e^(−x + log ½), which does not overflow before cosh does. */
export function cosh(x: number): number {
  return f(f(Math.exp(f(x + logHalf))) + f(Math.exp(f(logHalf - x))));
}

export function sinh(x: number): number {
  if (Math.abs(x) >= 1) return f(f(Math.exp(f(x + logHalf))) - f(Math.exp(f(logHalf - x))));
  const e = f(Math.expm1(x));
  return f(0.5 * f(e + f(e / f(e + 1))));
}

function halves(re: number, im: number): [ComplexNumber, ComplexNumber] {
  return [expC(f(re + logHalf), im), expC(f(logHalf - re), -im)];
}

export function coshComplex(re: number, im: number): ComplexNumber {
  const [p, q] = halves(re, im);
  return [f(f(p[0]) + f(q[0])), f(f(p[1]) + f(q[1]))];
}

export function sinhComplex(re: number, im: number): ComplexNumber {
  const [p, q] = halves(re, im);
  return [f(f(p[0]) - f(q[0])), f(f(p[1]) - f(q[1]))];
}
