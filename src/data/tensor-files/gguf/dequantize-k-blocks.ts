import { halfAt } from './dequantize-blocks.ts';

/*
 * Values of the K types: blocks of 256 elements with a float16 scale, in sub-blocks of 16 or 32 with small integer scales.
 * Source: the layouts of ggml; `gguf.quants.dequantize` gives the same bits.
 */

/** 4-bit scales and minima of 16 sub-blocks, 2-bit values, scale and minimum. */
export function dequantizeQ2K(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 84) {
    const [d, dMin] = [halfAt(blocks, at + 80), halfAt(blocks, at + 82)];
    for (let sub = 0; sub < 16; sub++) {
      const scaleAndMin = blocks[at + sub];
      const scale = Math.fround(d * (scaleAndMin & 15));
      const min = Math.fround(dMin * (scaleAndMin >> 4));
      const [from, shift] = twoBits(at + 16, sub);
      for (let j = 0; j < 16; j++) values[o++] = Math.fround(scale * ((blocks[from + j] >> shift) & 3)) - min;
    }
  }
}

/** Third bits, 2-bit values, 6-bit scales of 16 sub-blocks, scale. A third bit that is 0 takes 4 away. */
export function dequantizeQ3K(blocks: Uint8Array, values: Float32Array): void {
  for (let at = 0, o = 0; o < values.length; at += 110) {
    const d = halfAt(blocks, at + 108);
    for (let sub = 0; sub < 16; sub++) {
      const low = (blocks[at + 96 + (sub & 7)] >> (sub < 8 ? 0 : 4)) & 15;
      const high = (blocks[at + 104 + (sub & 3)] >> (2 * (sub >> 2))) & 3;
      const scale = Math.fround(d * ((low | (high << 4)) - 32));
      const [from, shift] = twoBits(at + 32, sub);
      const third = at + 16 * (sub & 1);
      for (let j = 0; j < 16; j++)
        values[o++] = scale * (((blocks[from + j] >> shift) & 3) - ((blocks[third + j] >> (sub >> 1)) & 1 ? 0 : 4));
    }
  }
}

/** Where the 2-bit values of a sub-block begin, and by how much they are shifted: 4 × 32 elements share 32 bytes. */
const twoBits = (at: number, sub: number): readonly [from: number, shift: number] => [
  at + 32 * (sub >> 3) + 16 * (sub & 1),
  2 * ((sub >> 1) & 3),
];

/** 6-bit scales (first) and minima of 8 sub-blocks in 12 bytes, as Q4_K and Q5_K pack them. */
export function unpackScales(bytes: Uint8Array, at: number, scales: Uint8Array, mins: Uint8Array): void {
  for (let j = 0; j < 4; j++) {
    scales[j] = bytes[at + j] & 63;
    mins[j] = bytes[at + j + 4] & 63;
    scales[j + 4] = (bytes[at + j + 8] & 15) | ((bytes[at + j] >> 6) << 4);
    mins[j + 4] = (bytes[at + j + 8] >> 4) | ((bytes[at + j + 4] >> 6) << 4);
  }
}

/** Scale and minimum, their 6-bit factors for 8 sub-blocks, nibbles: two sub-blocks share 32 bytes. */
export function dequantizeQ4K(blocks: Uint8Array, values: Float32Array): void {
  const [scales, mins] = [new Uint8Array(8), new Uint8Array(8)];
  for (let at = 0, o = 0; o < values.length; at += 144) {
    const [d, dMin] = [halfAt(blocks, at), halfAt(blocks, at + 2)];
    unpackScales(blocks, at + 4, scales, mins);
    for (let sub = 0; sub < 8; sub++) {
      const [scale, min] = [Math.fround(d * scales[sub]), Math.fround(dMin * mins[sub])];
      const [from, shift] = [at + 16 + 32 * (sub >> 1), 4 * (sub & 1)];
      for (let j = 0; j < 32; j++) values[o++] = Math.fround(scale * ((blocks[from + j] >> shift) & 15)) - min;
    }
  }
}

/** As Q4_K, with fifth bits before the nibbles: bit `sub` of byte j belongs to element j of a sub-block. */
export function dequantizeQ5K(blocks: Uint8Array, values: Float32Array): void {
  const [scales, mins] = [new Uint8Array(8), new Uint8Array(8)];
  for (let at = 0, o = 0; o < values.length; at += 176) {
    const [d, dMin] = [halfAt(blocks, at), halfAt(blocks, at + 2)];
    unpackScales(blocks, at + 4, scales, mins);
    for (let sub = 0; sub < 8; sub++) {
      const [scale, min] = [Math.fround(d * scales[sub]), Math.fround(dMin * mins[sub])];
      const [from, shift] = [at + 48 + 32 * (sub >> 1), 4 * (sub & 1)];
      for (let j = 0; j < 32; j++) {
        const fifth = ((blocks[at + 16 + j] >> sub) & 1) << 4;
        values[o++] = Math.fround(scale * (((blocks[from + j] >> shift) & 15) | fifth)) - min;
      }
    }
  }
}

/** Low nibbles, high pairs of bits, 8-bit scales of 16 sub-blocks, scale; less 32. */
export function dequantizeQ6K(blocks: Uint8Array, values: Float32Array): void {
  const signed = new Int8Array(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  for (let at = 0, o = 0; o < values.length; at += 210) {
    const d = halfAt(blocks, at + 208);
    for (let sub = 0; sub < 16; sub++) {
      const scale = Math.fround(d * signed[at + 192 + sub]);
      const [half, quarter] = [sub >> 3, (sub >> 1) & 3];
      const low = at + 64 * half + 32 * (quarter & 1) + 16 * (sub & 1);
      const high = at + 128 + 32 * half + 16 * (sub & 1);
      const lowShift = 4 * (quarter >> 1);
      for (let j = 0; j < 16; j++) {
        const q = ((blocks[low + j] >> lowShift) & 15) | (((blocks[high + j] >> (2 * quarter)) & 3) << 4);
        values[o++] = scale * (q - 32);
      }
    }
  }
}
