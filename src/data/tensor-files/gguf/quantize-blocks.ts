import { encodeFloat } from '../../../base/index.ts';

/*
 * Packing of float32 values into blocks. Every operation rounds to float32 as the reference does, so that the bytes are the same.
 * Source: `gguf.quants.quantize`.
 */

export function storeHalf(bytes: Uint8Array, at: number, value: number): void {
  const bits = encodeFloat(value, 'f16');
  bytes[at] = bits & 255;
  bytes[at + 1] = bits >> 8;
}

/** Blocks of 32: the largest magnitude becomes ±127, halves are rounded away from zero. */
export function quantizeQ8_0(values: Float32Array, blocks: Uint8Array): void {
  for (let at = 0, o = 0; o < values.length; at += 34, o += 32) {
    let largest = 0;
    for (let j = 0; j < 32; j++) largest = Math.max(largest, Math.abs(values[o + j]));
    const d = Math.fround(largest / 127);
    const inverse = d === 0 ? 0 : Math.fround(1 / d);
    storeHalf(blocks, at, d);
    for (let j = 0; j < 32; j++) {
      const x = Math.fround(values[o + j] * inverse);
      const magnitude = Math.floor(Math.abs(x)) + Math.floor(2 * (Math.abs(x) - Math.floor(Math.abs(x))));
      blocks[at + 2 + j] = x < 0 ? -magnitude : magnitude;
    }
  }
}

/** Blocks of 32: the value of largest magnitude (the first of several) becomes −8. */
export function quantizeQ4_0(values: Float32Array, blocks: Uint8Array): void {
  for (let at = 0, o = 0; o < values.length; at += 18, o += 32) {
    const [d, inverse] = scaleByExtreme(values, o, -8);
    storeHalf(blocks, at, d);
    const level = (j: number): number =>
      Math.max(0, Math.min(15, Math.trunc(Math.fround(values[o + j] * inverse + 8.5))));
    for (let j = 0; j < 16; j++) blocks[at + 2 + j] = level(j) | (level(j + 16) << 4);
  }
}

/** Blocks of 32: as Q4_0 with 32 levels, the value of largest magnitude is level 0 and the fifth bits lie together. */
export function quantizeQ5_0(values: Float32Array, blocks: Uint8Array): void {
  for (let at = 0, o = 0; o < values.length; at += 22, o += 32) {
    const [d, inverse] = scaleByExtreme(values, o, -16);
    storeHalf(blocks, at, d);
    const level = (j: number): number =>
      Math.max(0, Math.min(31, Math.trunc(Math.fround(values[o + j] * inverse + 16.5))));
    let fifth = 0;
    for (let j = 0; j < 16; j++) {
      const [low, high] = [level(j), level(j + 16)];
      blocks[at + 6 + j] = (low & 15) | ((high & 15) << 4);
      fifth |= ((low >> 4) << j) | ((high >> 4) << (j + 16));
    }
    for (let k = 0; k < 4; k++) blocks[at + 2 + k] = (fifth >>> (8 * k)) & 255;
  }
}

/** The scale at which the value of largest magnitude (the first of several) of 32 is this level, and its inverse. */
function scaleByExtreme(values: Float32Array, o: number, level: number): readonly [d: number, inverse: number] {
  let extreme = values[o];
  for (let j = 1; j < 32; j++) if (Math.abs(values[o + j]) > Math.abs(extreme)) extreme = values[o + j];
  const d = Math.fround(extreme / level);
  return [d, d === 0 ? 0 : Math.fround(1 / d)];
}
