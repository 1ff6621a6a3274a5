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
const ERX = 8.45062911510467529297e-1;
const PP = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
  -2.37630166566501626084e-5,
];
const QQ = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
  -3.9602282787753681232e-6,
];
const PA = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
  -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
];
const QA = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
  1.36370839120290507362e-2, 1.1984499846799107417e-2,
];
const RA = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
  -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
];
const SA = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
];
const RB = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2,
  -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
];
const SB = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
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
  0.99999999999980993227684700473478, 676.520368121885098567009190444019, -1259.13921672240287047156078755283,
  771.3234287776530788486528258894, -176.61502916214059906584551354, 12.507343278686904814458936853,
  -0.13857109526572011689554707, 9.984369578019570859563e-6, 1.50563273514931155834e-7,
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
