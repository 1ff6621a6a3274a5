import { decodeTable } from '../../../base/index.ts';

/*
 * Values of packed blocks of 32 elements, and of ternary blocks, in float32 with the roundings of the reference: storing to a
 * Float32Array rounds, and the product of two float32 is exact in the numbers of JavaScript.
 * Source: the layouts of ggml; `gguf.quants.dequantize` gives the same bits.
 */

/** Made when it is needed first: programs that read no such file need not wait for 65,536 values. */
let f16: Float64Array | undefined;

/** The float16 at a byte. */
export function halfAt(bytes: Uint8Array, at: number): number {
  f16 ??= decodeTable('f16');
  return f16[bytes[at] | (bytes[at + 1] << 8)];
}

/** Scale, then 8-bit integers. */
export function dequantizeQ8_0(blocks: Uint8Array, values: Float32Array): void {
  const signed = new Int8Array(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  for (let at = 0, o = 0; o < values.length; at += 34, o += 32) {
    const d = halfAt(blocks, at);
    for (let j = 0; j < 32; j++) values[o + j] = d * signed[at + 2 + j];
  }
}

/** Scale, then nibbles less 8: element j in the low half of byte j, element j + 16 in its high half. */
export function dequantizeQ4_0(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 18, o += 32) {
    const d = halfAt(blocks, at);
    for (let j = 0; j < 16; j++) {
      const byte = blocks[at + 2 + j];
      values[o + j] = d * ((byte & 15) - 8);
      values[o + j + 16] = d * ((byte >> 4) - 8);
    }
  }
}

/** Scale and minimum, then nibbles. */
export function dequantizeQ4_1(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 20, o += 32) {
    const [d, min] = [halfAt(blocks, at), halfAt(blocks, at + 2)];
    for (let j = 0; j < 16; j++) {
      const byte = blocks[at + 4 + j];
      values[o + j] = Math.fround(d * (byte & 15)) + min;
      values[o + j + 16] = Math.fround(d * (byte >> 4)) + min;
    }
  }
}

/** Scale, a fifth bit of each element, then nibbles; less 16. */
export function dequantizeQ5_0(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 22, o += 32) {
    const d = halfAt(blocks, at);
    for (let j = 0; j < 16; j++) {
      const byte = blocks[at + 6 + j];
      values[o + j] = d * (((byte & 15) | fifthBit(blocks, at + 2, j)) - 16);
      values[o + j + 16] = d * (((byte >> 4) | fifthBit(blocks, at + 2, j + 16)) - 16);
    }
  }
}

/** Scale and minimum, a fifth bit of each element, then nibbles. */
export function dequantizeQ5_1(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 24, o += 32) {
    const [d, min] = [halfAt(blocks, at), halfAt(blocks, at + 2)];
    for (let j = 0; j < 16; j++) {
      const byte = blocks[at + 8 + j];
      values[o + j] = Math.fround(d * ((byte & 15) | fifthBit(blocks, at + 4, j))) + min;
      values[o + j + 16] = Math.fround(d * ((byte >> 4) | fifthBit(blocks, at + 4, j + 16))) + min;
    }
  }
}

const fifthBit = (bytes: Uint8Array, at: number, j: number): number => ((bytes[at + (j >> 3)] >> (j & 7)) & 1) << 4;

/** The sixteen levels of `IQ4_NL` and `IQ4_XS`. */
const levels = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

/** Scale, then nibbles that name levels. */
export function dequantizeIq4Nl(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 18, o += 32) {
    const d = halfAt(blocks, at);
    for (let j = 0; j < 16; j++) {
      const byte = blocks[at + 2 + j];
      values[o + j] = d * levels[byte & 15];
      values[o + j + 16] = d * levels[byte >> 4];
    }
  }
}

/** Scale of 256 elements, 6-bit scales of 32 each (high bits, then low), then nibbles that name levels. */
export function dequantizeIq4Xs(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 136, o += 256) {
    const d = halfAt(blocks, at);
    const high = blocks[at + 2] | (blocks[at + 3] << 8);
    for (let sub = 0; sub < 8; sub++) {
      const low = (blocks[at + 4 + (sub >> 1)] >> (4 * (sub & 1))) & 15;
      const scale = Math.fround(d * ((low | (((high >> (2 * sub)) & 3) << 4)) - 32));
      for (let j = 0; j < 16; j++) {
        const byte = blocks[at + 8 + 16 * sub + j];
        values[o + 32 * sub + j] = scale * levels[byte & 15];
        values[o + 32 * sub + j + 16] = scale * levels[byte >> 4];
      }
    }
  }
}

/** Twice the values of E2M1; the negative zero reads as zero. */
const doubledE2M1 = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/** Exponent of a power of two, then nibbles in E2M1 (OCP microscaling formats). */
export function dequantizeMxfp4(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 17, o += 32) {
    const half = 2 ** (blocks[at] - 128);
    for (let j = 0; j < 16; j++) {
      const byte = blocks[at + 1 + j];
      values[o + j] = half * doubledE2M1[byte & 15];
      values[o + j + 16] = half * doubledE2M1[byte >> 4];
    }
  }
}

/** Four scales in unsigned E4M3, then nibbles in E2M1: 16 elements a scale, element j and j + 8 in byte j of its 8 (NVIDIA's NVFP4). */
export function dequantizeNvfp4(blocks: Uint8Array, values: Float32Array): void {
  const e4m3 = decodeTable('f8E4M3FN');
  for (let at = 0, o = 0; o < values.length; at += 36, o += 64)
    for (let sub = 0; sub < 4; sub++) {
      const code = blocks[at + sub];
      // The code of NaN stands for zero.
      const half = code === 0x7f ? 0 : e4m3[code & 0x7f] / 2;
      for (let j = 0; j < 8; j++) {
        const byte = blocks[at + 4 + 8 * sub + j];
        values[o + 16 * sub + j] = half * doubledE2M1[byte & 15];
        values[o + 16 * sub + j + 8] = half * doubledE2M1[byte >> 4];
      }
    }
}

/** Digits of base 3, five in a byte as a fraction of 256, then the scale; less 1. */
export function dequantizeTq1(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 54) {
    const d = halfAt(blocks, at + 52);
    for (const [from, count, digits] of [
      [0, 32, 5],
      [32, 16, 5],
      [48, 4, 4],
    ])
      for (let digit = 0, power = 1; digit < digits; digit++, power *= 3)
        for (let j = 0; j < count; j++) values[o++] = d * (((((blocks[at + from + j] * power) & 255) * 3) >> 8) - 1);
  }
}

/** Two bits each, then the scale; less 1. */
export function dequantizeTq2(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 66) {
    const d = halfAt(blocks, at + 64);
    for (let from = 0; from < 64; from += 32)
      for (let shift = 0; shift < 8; shift += 2)
        for (let j = 0; j < 32; j++) values[o++] = d * (((blocks[at + from + j] >> shift) & 3) - 1);
  }
}
