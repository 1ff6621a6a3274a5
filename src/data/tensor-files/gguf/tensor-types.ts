import type { DType } from '../../../base/index.ts';
import {
  dequantizeIq4Nl,
  dequantizeIq4Xs,
  dequantizeMxfp4,
  dequantizeNvfp4,
  dequantizeQ4_0,
  dequantizeQ4_1,
  dequantizeQ5_0,
  dequantizeQ5_1,
  dequantizeQ8_0,
  dequantizeTq1,
  dequantizeTq2,
} from './dequantize-blocks.ts';
import { dequantizeQ2K, dequantizeQ3K, dequantizeQ4K, dequantizeQ5K, dequantizeQ6K } from './dequantize-k-blocks.ts';

/** Values of whole blocks, one after the other, as float32. */
export type Dequantizer = (blocks: Uint8Array, values: Float32Array) => void;

interface Definition {
  readonly id: number;
  readonly blockElements: number;
  readonly blockBytes: number;
  /** Of plain elements. */
  readonly dtype?: DType;
  /** Of packed blocks; absent for those that can only be read raw. */
  readonly dequantize?: Dequantizer;
}

const define = <K extends string>(table: Readonly<Record<K, Definition>>): Readonly<Record<K, Definition>> => table;
const plain = (id: number, blockBytes: number, dtype: DType): Definition => ({
  id,
  blockElements: 1,
  blockBytes,
  dtype,
});
const packed = (id: number, blockElements: number, blockBytes: number, dequantize?: Dequantizer): Definition => ({
  id,
  blockElements,
  blockBytes,
  ...(dequantize && { dequantize }),
});

/* Types of tensors: `enum ggml_type` and its block sizes. */
const definitions = define({
  F32: plain(0, 4, 'f32'),
  F16: plain(1, 2, 'f16'),
  Q4_0: packed(2, 32, 18, dequantizeQ4_0),
  Q4_1: packed(3, 32, 20, dequantizeQ4_1),
  Q5_0: packed(6, 32, 22, dequantizeQ5_0),
  Q5_1: packed(7, 32, 24, dequantizeQ5_1),
  Q8_0: packed(8, 32, 34, dequantizeQ8_0),
  Q2_K: packed(10, 256, 84, dequantizeQ2K),
  Q3_K: packed(11, 256, 110, dequantizeQ3K),
  Q4_K: packed(12, 256, 144, dequantizeQ4K),
  Q5_K: packed(13, 256, 176, dequantizeQ5K),
  Q6_K: packed(14, 256, 210, dequantizeQ6K),
  IQ2_XXS: packed(16, 256, 66),
  IQ2_XS: packed(17, 256, 74),
  IQ3_XXS: packed(18, 256, 98),
  IQ1_S: packed(19, 256, 50),
  IQ4_NL: packed(20, 32, 18, dequantizeIq4Nl),
  IQ3_S: packed(21, 256, 110),
  IQ2_S: packed(22, 256, 82),
  IQ4_XS: packed(23, 256, 136, dequantizeIq4Xs),
  I8: plain(24, 1, 'i8'),
  I16: plain(25, 2, 'i16'),
  I32: plain(26, 4, 'i32'),
  I64: plain(27, 8, 'i64'),
  F64: plain(28, 8, 'f64'),
  IQ1_M: packed(29, 256, 56),
  BF16: plain(30, 2, 'bf16'),
  TQ1_0: packed(34, 256, 54, dequantizeTq1),
  TQ2_0: packed(35, 256, 66, dequantizeTq2),
  MXFP4: packed(39, 32, 17, dequantizeMxfp4),
  NVFP4: packed(40, 64, 36, dequantizeNvfp4),
  Q1_0: packed(41, 128, 18),
});

/** Name of a type of tensors in GGUF files. */
export type GgufType = keyof typeof definitions;

export interface GgufTypeInfo extends Definition {
  readonly name: GgufType;
}

const infos: readonly GgufTypeInfo[] = Object.entries<Definition>(definitions).map(([name, d]) => ({
  name: name as GgufType,
  ...d,
}));
const infoByName = new Map(infos.map((info) => [info.name, info]));
const infoById = new Map(infos.map((info) => [info.id, info]));

export const ggufTypes: readonly GgufType[] = infos.map((info) => info.name);
export const ggufTypeInfo = (name: GgufType): GgufTypeInfo => infoByName.get(name)!;
export const ggufTypeOfId = (id: number): GgufTypeInfo | undefined => infoById.get(id);
