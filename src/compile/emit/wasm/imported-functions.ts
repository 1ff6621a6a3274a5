/*
 * Functions of doubles that modules import from JavaScript, with the number of their arguments: those of `Math`, which every
 * thread has, and those of the runtime (runtime/wasm/special-functions.ts), which only the main thread has.
 */

type Arguments = 1 | 2;

const math = {
  acos: 1,
  acosh: 1,
  asin: 1,
  asinh: 1,
  atan: 1,
  atan2: 2,
  atanh: 1,
  cbrt: 1,
  cos: 1,
  cosh: 1,
  exp: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  pow: 2,
  sin: 1,
  sinh: 1,
  tan: 1,
  tanh: 1,
} as const satisfies Partial<Record<keyof Math, Arguments>>;

const special = {
  besselI1e: 1,
  digamma: 1,
  erf: 1,
  erfc: 1,
  erfInverse: 1,
  fmod: 2,
  logGamma: 1,
  logistic: 1,
} as const satisfies Record<string, Arguments>;

export type SpecialFunctionName = keyof typeof special;
export type ImportedFunctionName = keyof typeof math | SpecialFunctionName;

export const argumentsOf = (name: ImportedFunctionName): Arguments => ({ ...math, ...special })[name];
/** Whether only the main thread has it. */
export const isSpecial = (name: ImportedFunctionName): name is SpecialFunctionName => name in special;
