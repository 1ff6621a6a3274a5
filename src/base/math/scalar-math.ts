/*
 * Scalar functions that JavaScript lacks, in double precision.
 */

/** Σ c[i] x^i */
function polynomial(x: number, c: readonly number[]): number {
  let y = 0;
  for (let i = c.length - 1; i >= 0; i--) y = y * x + c[i];
  return y;
}

// Rational approximations of erf and erfc with errors below one unit in the last place, after Sun's fdlibm (s_erf.c, 1993).
const ERX = 0.8450629115104675;
const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
];
const QQ = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6,
];
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);
/** x with the low half of its bits cleared: its square is exact. */
function highPart(x: number): number {
  word[0] = x;
  halves[0] = 0;
  return word[0];
}

/** e^(−x²) R(1/x²) / x for x ≥ 1.25 */
function erfcTail(x: number): number {
  const s = 1 / (x * x);
  const ratio = x < 1 / 0.35 ? polynomial(s, RA) / polynomial(s, SA) : polynomial(s, RB) / polynomial(s, SB);
  const z = highPart(x);
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio)) / x;
}

/** Error function to double precision. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 0.84375) {
    const z = x * x;
    return x + x * (polynomial(z, PP) / polynomial(z, QQ));
  }
  const y = a < 1.25 ? ERX + polynomial(a - 1, PA) / polynomial(a - 1, QA) : a >= 6 ? 1 : 1 - erfcTail(a);
  return x > 0 ? y : -y;
}

/** Complementary error function, accurate in the tail. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  const a = Math.abs(x);
  if (a < 0.84375) {
    const z = x * x;
    const y = polynomial(z, PP) / polynomial(z, QQ);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
  }
  if (a < 1.25) {
    const y = polynomial(a - 1, PA) / polynomial(a - 1, QA);
    return x > 0 ? 1 - ERX - y : 1 + ERX + y;
  }
  if (x > 28) return 0;
  if (x < -6) return 2;
  return x > 0 ? erfcTail(a) : 2 - erfcTail(a);
}

/** Inverse of erf: a rough start, then Newton on the side of erf or erfc that keeps the digits. */
export function erfInverse(y: number): number {
  if (Number.isNaN(y) || Math.abs(y) > 1) return Number.NaN;
  if (Math.abs(y) === 1) return y * Infinity;
  if (y === 0) return y;
  const a = Math.abs(y);
  const l = Math.log1p(-a * a);
  const q = 2 / (Math.PI * 0.147) + l / 2;
  let x = Math.sqrt(Math.sqrt(q * q - l / 0.147) - q);
  for (let i = 0; i < 4; i++) {
    const error = a < 0.5 ? erf(x) - a : 1 - a - erfc(x);
    const step = error / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** log |Γ(x)| (Lanczos, g = 7, with reflection). */
export function logGamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Infinity;
  if (x < 0.5) {
    const fraction = Math.abs(x) - Math.floor(Math.abs(x));
    if (fraction === 0) return Infinity;
    const s = Math.sin(Math.PI * Math.min(fraction, 1 - fraction));
    return Math.log(Math.PI) - Math.log(s) - logGamma(1 - x);
  }
  const z = x - 1;
  let sum = LANCZOS[0];
  for (let i = 1; i < 9; i++) sum += LANCZOS[i] / (z + i);
  const logT = Math.log(7.5) + Math.log1p(z / 7.5);
  return (z + 0.5 - (7.5 + z) / logT) * logT + 0.5 * Math.log(2 * Math.PI) + Math.log(sum);
}

/** ψ(x) = d log Γ / dx: recurrence up to 10, then the asymptotic series; reflection below ½. */
export function digamma(x: number): number {
  if (Number.isNaN(x) || x === -Infinity) return Number.NaN;
  if (x <= 0 && Number.isInteger(x)) return Number.NaN;
  if (x < 0.5) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.floor(x)));
  let shift = 0;
  let y = x;
  while (y < 10) shift += 1 / y++;
  const s = 1 / (y * y);
  const series = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
  return Math.log(y) - 0.5 / y - s * polynomial(s, series) - shift;
}

/** e^−|x| I₁(x): power series for small arguments, asymptotic series for large ones. */
export function besselI1e(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 25) {
    let term = a / 2;
    let sum = term;
    for (let k = 1; k < 200; k++) {
      term *= (a * a) / 4 / (k * (k + 1));
      sum += term;
      if (term < sum * 1e-17) break;
    }
    const y = sum * Math.exp(-a);
    return x < 0 ? -y : y;
  }
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 40; k++) {
    const next = (term * ((2 * k - 1) ** 2 - 4)) / (8 * k * a);
    if (Math.abs(next) > Math.abs(term) || Math.abs(next) < 1e-18) break;
    term = next;
    sum += term;
  }
  const y = sum / Math.sqrt(2 * Math.PI * a);
  return x < 0 ? -y : y;
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
