/*
 * Functions of elements that kernels compute. A new one is named here; then tsc asks for its code in every emitter
 * (emit/c/element-functions.ts, emit/wasm/element-functions.ts).
 */

/** Name of an element function, mostly that of the op it computes. */
export type ElementFunctionName = Arithmetic | Bitwise | Structural | Rounding | Elementary | Special;

type Arithmetic =
  | 'abs'
  | 'add'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'mulhi'
  | 'multiply'
  | 'negate'
  | 'next_after'
  | 'power'
  | 'remainder'
  | 'sign'
  | 'subtract';
type Bitwise =
  | 'and'
  | 'count_leading_zeros'
  | 'not'
  | 'or'
  | 'popcnt'
  | 'shift_left'
  | 'shift_right_arithmetic'
  | 'shift_right_logical'
  | 'xor';
type Structural = 'bitcast' | 'clamp' | 'compare' | 'convert' | 'is_finite' | 'reduce_precision' | 'select';
type Rounding = 'ceil' | 'floor' | 'round_nearest_afz' | 'round_nearest_even';
type Elementary =
  | 'acos'
  | 'acosh'
  | 'asin'
  | 'asinh'
  | 'atan'
  | 'atan2'
  | 'atanh'
  | 'cbrt'
  | 'cosh'
  | 'cosine'
  | 'exponential'
  | 'exponential_minus_one'
  | 'log'
  | 'log_plus_one'
  | 'logistic'
  | 'rsqrt'
  | 'sine'
  | 'sinh'
  | 'sqrt'
  | 'tan'
  | 'tanh';
type Special = 'bessel_i1e' | 'digamma' | 'erf' | 'erf_inv' | 'erfc' | 'lgamma';
