import { halfAt } from './dequantize-blocks.ts';
import { unpackScales } from './dequantize-k-blocks.ts';
import { storeHalf } from './quantize-blocks.ts';

/*
 * Packing into the K types: for every sub-block a scale (and a minimum) is searched that minimizes the weighted squared error, then the
 * scales themselves are rounded to small integers, then the values anew with what the scales became.
 * Every operation rounds to float32, in the order of the reference, so that the bytes are the same.
 * Source: `quantize_row_q4_K_ref` and `quantize_row_q6_K_ref` of ggml, compiled without fused multiply-add.
 */

const f = Math.fround;
/** Below this all values of a sub-block count as zero. */
const SMALLEST = f(1e-15);

/** Nearest integer, halves to even: adding 1.5 · 2²³ leaves no fraction bits. */
const nearest = (x: number): number => f(x + 12582912) - 12582912;
const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));

/** Blocks of 256 in 8 sub-blocks of 32: w ≈ d·sc·q − dMin·m, 4-bit q, 6-bit sc and m. */
export function quantizeQ4K(values: Float32Array, blocks: Uint8Array): void {
  const levels = new Uint8Array(256);
  const [scales, mins] = [new Float32Array(8), new Float32Array(8)];
  const [scaleLevels, minLevels] = [new Uint8Array(8), new Uint8Array(8)];
  const weights = new Float32Array(32);
  for (let at = 0, o = 0; o < values.length; at += 144, o += 256) {
    let [maxScale, maxMin] = [0, 0];
    for (let sub = 0; sub < 8; sub++) {
      const x = values.subarray(o + 32 * sub, o + 32 * sub + 32);
      let sumSquares = 0;
      for (let j = 0; j < 32; j++) sumSquares = f(sumSquares + f(x[j] * x[j]));
      const typical = f(Math.sqrt(f(sumSquares / 32)));
      for (let j = 0; j < 32; j++) weights[j] = typical + Math.abs(x[j]);
      const fit = fitScaleAndMin(x, weights, levels.subarray(32 * sub, 32 * sub + 32));
      scales[sub] = fit.scale;
      mins[sub] = fit.min;
      maxScale = Math.max(maxScale, fit.scale);
      maxMin = Math.max(maxMin, fit.min);
    }
    const inverseScale = maxScale > 0 ? f(63 / maxScale) : 0;
    const inverseMin = maxMin > 0 ? f(63 / maxMin) : 0;
    blocks.fill(0, at + 4, at + 16);
    for (let sub = 0; sub < 8; sub++) {
      const scale = Math.min(63, nearest(f(inverseScale * scales[sub])) & 255);
      const min = Math.min(63, nearest(f(inverseMin * mins[sub])) & 255);
      packScale(blocks, at + 4, sub, scale, min);
    }
    storeHalf(blocks, at, f(maxScale / 63));
    storeHalf(blocks, at + 2, f(maxMin / 63));
    unpackScales(blocks, at + 4, scaleLevels, minLevels);
    for (let sub = 0; sub < 8; sub++) {
      const scale = f(halfAt(blocks, at) * scaleLevels[sub]);
      if (scale === 0) continue;
      const min = f(halfAt(blocks, at + 2) * minLevels[sub]);
      for (let j = 32 * sub; j < 32 * sub + 32; j++)
        levels[j] = clamp(nearest(f(f(values[o + j] + min) / scale)), 0, 15);
    }
    for (let pair = 0; pair < 4; pair++)
      for (let j = 0; j < 32; j++)
        blocks[at + 16 + 32 * pair + j] = levels[64 * pair + j] | (levels[64 * pair + 32 + j] << 4);
  }
}

function packScale(bytes: Uint8Array, at: number, sub: number, scale: number, min: number): void {
  if (sub < 4) {
    bytes[at + sub] = scale;
    bytes[at + sub + 4] = min;
  } else {
    bytes[at + sub + 4] = (scale & 15) | ((min & 15) << 4);
    bytes[at + sub - 4] |= (scale >> 4) << 6;
    bytes[at + sub] |= (min >> 4) << 6;
  }
}

const MAX_LEVEL = 15;
const STEPS = 20;
const trialLevels = new Uint8Array(32);

/** Levels of values under 1/scale and a minimum. */
function levelsOf(x: Float32Array, inverse: number, min: number, levels: Uint8Array): void {
  for (let i = 0; i < x.length; i++) {
    const level = nearest(f(inverse * f(x[i] - min)));
    levels[i] = level < 0 ? 0 : level > MAX_LEVEL ? MAX_LEVEL : level;
  }
}

/** Weighted squared error of a fit; of one that is no better than `least`, some number from there on. */
function errorOf(
  x: Float32Array,
  weights: Float32Array,
  levels: Uint8Array,
  scale: number,
  min: number,
  least: number,
): number {
  let error = 0;
  for (let i = 0; i < x.length && !(error >= least); i++) {
    const difference = f(f(f(scale * levels[i]) + min) - x[i]);
    error = f(error + f(weights[i] * f(difference * difference)));
  }
  return error;
}

/**
 * Scale and (negated) minimum of 32 values, and their levels 0 … 15: of 21 trial scales that one whose weighted least-squares fit has the least
 * error.
 */
function fitScaleAndMin(
  x: Float32Array,
  weights: Float32Array,
  levels: Uint8Array,
): { readonly scale: number; readonly min: number } {
  const n = x.length;
  let min = x[0];
  let max = x[0];
  let sumW = weights[0];
  let sumX = f(sumW * x[0]);
  for (let i = 1; i < n; i++) {
    if (x[i] < min) min = x[i];
    if (x[i] > max) max = x[i];
    sumW = f(sumW + weights[i]);
    sumX = f(sumX + f(weights[i] * x[i]));
  }
  if (min > 0) min = 0;
  if (max === min) {
    levels.fill(0);
    return { scale: 0, min: -min };
  }
  const first = f(MAX_LEVEL / f(max - min));
  let scale = f(1 / first);
  levelsOf(x, first, min, levels);
  let least = errorOf(x, weights, levels, scale, min, Infinity);
  for (let step = 0; step <= STEPS; step++) {
    // Levels and width are taken from the best minimum so far, as the reference does.
    const inverse = f(f(f(-1 + f(f(0.1) * step)) + MAX_LEVEL) / f(max - min));
    levelsOf(x, inverse, min, trialLevels);
    let sumL = 0;
    let sumL2 = 0;
    let sumXL = 0;
    for (let i = 0; i < n; i++) {
      const level = trialLevels[i];
      const weighted = f(weights[i] * level);
      sumL = f(sumL + weighted);
      sumL2 = f(sumL2 + f(weighted * level));
      sumXL = f(sumXL + f(weighted * x[i]));
    }
    const determinant = f(f(sumW * sumL2) - f(sumL * sumL));
    if (!(determinant > 0)) continue;
    let trialScale = f(f(f(sumW * sumXL) - f(sumX * sumL)) / determinant);
    let trialMin = f(f(f(sumL2 * sumX) - f(sumL * sumXL)) / determinant);
    if (trialMin > 0) {
      trialMin = 0;
      trialScale = f(sumXL / sumL2);
    }
    const error = errorOf(x, weights, trialLevels, trialScale, trialMin, least);
    if (error < least) {
      levels.set(trialLevels);
      least = error;
      scale = trialScale;
      min = trialMin;
    }
  }
  return { scale, min: -min };
}

/** Blocks of 256 in 16 sub-blocks of 16: w ≈ d·sc·(q − 32), 6-bit q, 8-bit sc. */
export function quantizeQ6K(values: Float32Array, blocks: Uint8Array): void {
  const levels = new Uint8Array(256);
  const scales = new Float32Array(16);
  const scaleLevels = new Int8Array(16);
  for (let at = 0, o = 0; o < values.length; at += 210, o += 256) {
    let extreme = 0;
    for (let sub = 0; sub < 16; sub++) {
      const x = values.subarray(o + 16 * sub, o + 16 * sub + 16);
      scales[sub] = fitScale(x, levels.subarray(16 * sub, 16 * sub + 16));
      if (Math.abs(scales[sub]) > Math.abs(extreme)) extreme = scales[sub];
    }
    blocks.fill(0, at, at + 210);
    if (Math.abs(extreme) < SMALLEST) continue;
    const inverse = f(-128 / extreme);
    storeHalf(blocks, at + 208, f(1 / inverse));
    for (let sub = 0; sub < 16; sub++) scaleLevels[sub] = Math.min(127, nearest(f(inverse * scales[sub])));
    const d = halfAt(blocks, at + 208);
    for (let sub = 0; sub < 16; sub++) {
      blocks[at + 192 + sub] = scaleLevels[sub];
      const scale = f(d * scaleLevels[sub]);
      if (scale === 0) continue;
      for (let j = 16 * sub; j < 16 * sub + 16; j++) levels[j] = clamp(nearest(f(values[o + j] / scale)), -32, 31) + 32;
    }
    for (let half = 0; half < 2; half++)
      for (let j = 0; j < 32; j++) {
        const at128 = 128 * half + j;
        const [a, b, c, e] = [levels[at128], levels[at128 + 32], levels[at128 + 64], levels[at128 + 96]];
        blocks[at + 64 * half + j] = (a & 15) | ((c & 15) << 4);
        blocks[at + 64 * half + 32 + j] = (b & 15) | ((e & 15) << 4);
        blocks[at + 128 + 32 * half + j] = (a >> 4) | ((b >> 4) << 2) | ((c >> 4) << 4) | ((e >> 4) << 6);
      }
  }
}

/** Scale of 16 values and their levels −32 … 31 (stored from 0 on): of 19 trial scales the best, errors weighted by the squares of the values. */
function fitScale(x: Float32Array, levels: Uint8Array): number {
  const n = x.length;
  let extreme = 0;
  for (let i = 0; i < n; i++) if (Math.abs(x[i]) > Math.abs(extreme)) extreme = x[i];
  if (Math.abs(extreme) < SMALLEST) {
    levels.fill(0);
    return 0;
  }
  const [firstLX, firstL2] = fitLevels(x, f(-32 / extreme));
  keepLevels(levels);
  let scale = firstL2 !== 0 ? f(firstLX / firstL2) : 0;
  let best = f(scale * firstLX);
  for (let step = -9; step <= 9; step++) {
    if (step === 0) continue;
    const [sumLX, sumL2] = fitLevels(x, f(-f(32 + f(f(0.1) * step)) / extreme));
    if (sumL2 > 0 && f(sumLX * sumLX) > f(best * sumL2)) {
      keepLevels(levels);
      scale = f(sumLX / sumL2);
      best = f(scale * sumLX);
    }
  }
  return scale;
}

const signedLevels = new Int8Array(16);

/** Levels of values under 1/scale, and their weighted sums with the values and with themselves. */
function fitLevels(x: Float32Array, inverse: number): readonly [sumLX: number, sumL2: number] {
  let sumLX = 0;
  let sumL2 = 0;
  for (let i = 0; i < x.length; i++) {
    const rounded = nearest(f(inverse * x[i]));
    const level = rounded < -32 ? -32 : rounded > 31 ? 31 : rounded;
    signedLevels[i] = level;
    const weight = f(x[i] * x[i]);
    sumLX = f(sumLX + f(f(weight * x[i]) * level));
    sumL2 = f(sumL2 + f(f(weight * level) * level));
  }
  return [sumLX, sumL2];
}

function keepLevels(levels: Uint8Array): void {
  for (let i = 0; i < levels.length; i++) levels[i] = signedLevels[i] + 32;
}
