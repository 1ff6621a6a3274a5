import { expect, test } from 'vitest';
import { runProgram } from './fixtures.ts';

/** Functions with their reference in double precision and the largest error allowed, in units in the last place. */
const functions: [name: string, reference: (x: number) => number, ulps: number][] = [
  ['esp_exp', Math.exp, 1.1],
  ['esp_expm1', Math.expm1, 2],
  ['esp_log', Math.log, 1],
  ['esp_log1p', Math.log1p, 2],
  ['esp_tanh', Math.tanh, 2],
  ['esp_logistic', (x) => 1 / (1 + Math.exp(-x)), 2.5],
  ['esp_sin', Math.sin, 2],
  ['esp_cos', Math.cos, 2],
  ['esp_sqrt', Math.sqrt, 0.5],
  ['esp_rsqrt', (x) => 1 / Math.sqrt(x), 1.5],
  ['esp_cbrt', Math.cbrt, 2],
  ['esp_floor', Math.floor, 0],
  ['esp_ceil', Math.ceil, 0],
  ['esp_erf', erf, 1.5],
];

/** Every 9001st float32 bit pattern, both signs, and the special values. */
const inputs = (() => {
  const bits: number[] = [0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x00000001, 0x807fffff, 0x7f7fffff];
  for (let b = 0; b < 2 ** 32; b += 90001) bits.push(b);
  while (bits.length % 64) bits.push(0);
  return new Float32Array(new Uint32Array(bits).buffer);
})();

test('vector functions are within their stated error of double precision', async () => {
  const body = functions
    .map(
      ([name], f) =>
        `for (esp_i i = 0; i < ${inputs.length}; i += ESP_VW) esp_st((float *)results[${f}] + i, ${name}(esp_ld((float *)args[0] + i)));`,
    )
    .join('\n');
  const text = `#include "math/vecmath.h"
__attribute__((visibility("default"))) int program(void **args, void **results, void *arena, struct esp_device *dev) {
${body}
return 0; }`;
  const [results] = await runProgram(
    text,
    [[inputs]],
    functions.map(() => () => new Float32Array(inputs.length)),
  );
  functions.forEach(([name, reference, allowed], f) => {
    let worst = 0;
    let at = 0;
    for (let i = 0; i < inputs.length; i++) {
      const e = ulps(results[f][i], reference(inputs[i]));
      if (e > worst) [worst, at] = [e, inputs[i]];
    }
    expect(worst, `${name}(${at})`).toBeLessThanOrEqual(allowed);
  });
});

test('vector functions keep the signs of zeros, infinities and NaN', async () => {
  const x = new Float32Array(16);
  x.set([0, -0, Infinity, -Infinity, NaN, -1, 1e-30, -1e-30]);
  const text = `#include "math/vecmath.h"
__attribute__((visibility("default"))) int program(void **args, void **results, void *arena, struct esp_device *dev) {
for (int i = 0; i < 16; i += ESP_VW) {
  esp_vf x = esp_ld((float *)args[0] + i);
  esp_st((float *)results[0] + i, esp_log1p(x));
  esp_st((float *)results[1] + i, esp_tanh(x));
  esp_st((float *)results[2] + i, esp_sign(x));
  esp_st((float *)results[3] + i, esp_max(x, esp_splat(-0.0f)));
}
return 0; }`;
  const make = (): Float32Array => new Float32Array(16);
  const [[log1p, tanh, sign, max]] = await runProgram(text, [[x]], [make, make, make, make]);
  expect([...log1p.slice(0, 8)]).toEqual([
    0,
    -0,
    Infinity,
    NaN,
    NaN,
    -Infinity,
    Math.fround(1e-30),
    -Math.fround(1e-30),
  ]);
  expect([...tanh.slice(0, 6)]).toEqual([0, -0, 1, -1, NaN, Math.fround(Math.tanh(-1))]);
  expect([...sign.slice(0, 8)]).toEqual([0, -0, 1, -1, NaN, -1, 1, -1]);
  expect([...max.slice(0, 6)]).toEqual([0, -0, Infinity, -0, NaN, -0]);
});

/** |got - want| in units in the last place of a float32 near `want`. */
function ulps(got: number, want: number): number {
  const rounded = Math.fround(want);
  if (Number.isNaN(want) || !Number.isFinite(rounded)) return Object.is(got, rounded) ? 0 : Number.POSITIVE_INFINITY;
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.max(Math.abs(want), 1e-300))));
  return Math.abs(got - want) / 2 ** (exponent - 23);
}

/** erf in double precision: its series for small arguments, a continued fraction of erfc beyond. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 80; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let f = 0;
  for (let k = 120; k > 0; k--) f = k / 2 / (a + f);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + f));
}
