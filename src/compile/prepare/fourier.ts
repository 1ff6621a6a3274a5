/* Factors and tables of discrete Fourier transforms, in double precision. */

/** Radices that kernels have, the preferred ones first. */
const radices = [8, 4, 2, 3, 5, 7, 11, 13];

/** Factors of a length among the radices of the kernels; undefined when a prime is left over. */
export function factorsOf(n: number): number[] | undefined {
  const out: number[] = [];
  let rest = n;
  for (const r of radices)
    while (rest % r === 0 && rest > 1) {
      out.push(r);
      rest /= r;
    }
  return rest === 1 ? out : undefined;
}

/** cos and sin of -2π · k / n (of +2π · k / n for the inverse transform). */
export function turn(k: number, n: number, inverse = false): [number, number] {
  const angle = ((inverse ? 2 : -2) * Math.PI * (k % n)) / n;
  return [Math.cos(angle), Math.sin(angle)];
}

/** The matrix of the transform: element (j, k) at row-major position `2 · (j · columns + k)` and the one behind it. */
export function dftMatrix(n: number, columns: number, inverse: boolean): Float64Array {
  const out = new Float64Array(2 * n * columns);
  const scale = inverse ? 1 / n : 1;
  for (let j = 0; j < n; j++)
    for (let k = 0; k < columns; k++) {
      const [c, s] = turn(j * k, n, inverse);
      out[2 * (j * columns + k)] = c * scale;
      out[2 * (j * columns + k) + 1] = s * scale;
    }
  return out;
}

/** Transform of an interleaved line whose length is a power of two. */
export function transformed(x: Float64Array): Float64Array {
  const n = x.length / 2;
  if (n === 1) return x.slice();
  const half = (odd: 0 | 1): Float64Array =>
    transformed(Float64Array.from({ length: n }, (_, i) => x[4 * (i >> 1) + 2 * odd + (i & 1)]));
  const [even, odd] = [half(0), half(1)];
  const out = new Float64Array(2 * n);
  for (let k = 0; k < n / 2; k++) {
    const [c, s] = turn(k, n);
    const re = odd[2 * k] * c - odd[2 * k + 1] * s;
    const im = odd[2 * k] * s + odd[2 * k + 1] * c;
    out[2 * k] = even[2 * k] + re;
    out[2 * k + 1] = even[2 * k + 1] + im;
    out[2 * k + n] = even[2 * k] - re;
    out[2 * k + n + 1] = even[2 * k + 1] - im;
  }
  return out;
}

/** Bluestein's chirp e^(∓iπk²/n) for k = 0 … n - 1, interleaved. */
export function chirp(n: number, inverse: boolean): Float64Array {
  const out = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) out.set(turn((k * k) % (2 * n), 2 * n, inverse), 2 * k);
  return out;
}

/** Spectrum of length `m` of the chirp's conjugate on -n < k < n, interleaved. */
export function chirpSpectrum(n: number, m: number, inverse: boolean): Float64Array {
  const a = chirp(n, !inverse);
  const line = new Float64Array(2 * m);
  for (let k = 0; k < n; k++)
    for (const at of [k, (m - k) % m]) {
      line[2 * at] = a[2 * k];
      line[2 * at + 1] = a[2 * k + 1];
    }
  return transformed(line);
}
