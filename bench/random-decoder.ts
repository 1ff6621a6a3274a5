import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DType, HostArray, numElements } from '../src/base/index.ts';
import { writeTensorFolder } from '../src/data/index.ts';
import { ConfigReader, familyOf } from '../src/models/index.ts';

/* Folders of decoders with random weights, for benchmarks of loading and writing. */

const sizes = {
  tiny: {
    hidden_size: 256,
    intermediate_size: 768,
    num_hidden_layers: 4,
    num_attention_heads: 8,
    num_key_value_heads: 4,
  },
  '110m': {
    hidden_size: 768,
    intermediate_size: 2048,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    num_key_value_heads: 12,
  },
  '1b': {
    hidden_size: 2048,
    intermediate_size: 5632,
    num_hidden_layers: 22,
    num_attention_heads: 32,
    num_key_value_heads: 4,
  },
} as const;

export type DecoderSize = keyof typeof sizes;
export const decoderSizes = Object.keys(sizes) as readonly DecoderSize[];

const common = {
  model_type: 'llama',
  vocab_size: 32000,
  max_position_embeddings: 4096,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

/** Tokens of prompt `i` of a batch: the same for everybody who is measured. */
export const promptOf = (i: number, length: number): number[] =>
  Array.from({ length }, (_, j) => (i * 7919 + j * 104729) % common.vocab_size);

/** Random weights of the size that a trained model has. */
function randomArray(dtype: DType, shape: readonly number[], fanIn: number): HostArray {
  const out = HostArray.zeros(dtype, shape);
  const n = numElements(shape);
  const scale = Math.sqrt(3 / fanIn);
  let s = 12345 + n;
  const next = (): number => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return (s / 2 ** 31 - 1) * scale;
  };
  if (dtype === 'f32') {
    const data = out.data as Float32Array;
    for (let i = 0; i < n; i++) data[i] = next();
  } else {
    const wide = new Float32Array(1);
    const bits = new Uint32Array(wide.buffer);
    const data = out.data as Uint16Array;
    for (let i = 0; i < n; i++) {
      wide[0] = next();
      data[i] = bits[0] >>> 16;
    }
  }
  return out;
}

/** Writes the folder of a decoder in `f32` or `bf16`, unless it is there. */
export async function makeDecoderFolder(dir: string, size: DecoderSize, dtype: DType): Promise<void> {
  if (existsSync(join(dir, 'config.json'))) return;
  mkdirSync(dir, { recursive: true });
  const config = { ...sizes[size], ...common };
  const c = new ConfigReader(config);
  const family = familyOf('llama');
  await writeTensorFolder(
    dir,
    family.names(family.config(c), c).map((r) => [
      r.names[0],
      {
        dtype,
        shape: r.fileShape,
        read: () =>
          r.fileShape.length === 1
            ? HostArray.full(dtype, r.fileShape, 1)
            : randomArray(dtype, r.fileShape, r.fileShape[r.fileShape.length - 1]),
      },
    ]),
  );
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
}
