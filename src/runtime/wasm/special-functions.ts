import { scalarMath } from '../../base/math/index.ts';
import type { SpecialFunctionName } from '../../compile/index.ts';

const { besselI1e, digamma, erf, erfc, erfInverse, logGamma, logistic } = scalarMath;

/** Functions that modules import as `special`: doubles to double, those JavaScript's Math lacks. */
export const special: Readonly<Record<SpecialFunctionName, (...x: number[]) => number>> = {
  besselI1e,
  digamma,
  erf,
  erfc,
  erfInverse,
  fmod: (a: number, b: number) => a % b,
  logGamma,
  logistic,
};
