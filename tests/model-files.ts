import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostArray, numElements } from '../src/base/index.ts';
import { writeTensorFolder } from '../src/data/index.ts';
import { ConfigReader, familyOf } from '../src/models/index.ts';

/* Small files that models of tests are given. */

/**
 * A tokenizer.json of one token per printable character (32 → 1 … 125 → 94) and a line break (93, in place of `|`), with special tokens in place of some of
 * them.
 */
export function characterTokenizer(special: Readonly<Record<number, string>> = { 0: '<eos>' }): object {
  const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const written = (c: string): string => (c === ' ' ? 'Ġ' : c === '|' ? 'Ċ' : c);
  const all = { 0: '<eos>', ...special };
  const vocab = characters.map((c, i) => [written(c), i + 1] as const).filter(([, id]) => !(id in all));
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: Object.entries(all).map(([id, content]) => ({ id: Number(id), content, ...flags })),
    normalizer: null,
    pre_tokenizer: bytes,
    post_processor: null,
    decoder: bytes,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries([...Object.entries(all).map(([id, c]) => [c, Number(id)]), ...vocab]),
      merges: [],
    },
  };
}

/** A WAV file of one channel, in floats. */
export function wav(samples: readonly number[], sampleRate: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + 4 * samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(3, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(4 * sampleRate, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(32, 34);
  header.write('data', 36);
  header.writeUInt32LE(4 * samples.length, 40);
  const data = Buffer.alloc(4 * samples.length);
  for (const [i, x] of samples.entries()) data.writeFloatLE(x, 4 * i);
  return Buffer.concat([header, data]);
}

/** Writes the folder of a model with this configuration, with weights of about the size that trained ones have; returns it. */
export async function randomModel(dir: string, config: Readonly<Record<string, unknown>>): Promise<string> {
  mkdirSync(dir, { recursive: true });
  const reader = new ConfigReader(config);
  const family = familyOf(reader.modelType);
  const parsed = family.config(reader);
  const shapes = new Map(family.names(parsed, reader).flatMap((r) => r.names.map((n) => [n, r.fileShape] as const)));
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x40000000 - 1;
  };
  const array = (shape: readonly number[]): HostArray =>
    new HostArray(
      'f32',
      shape,
      Float32Array.from({ length: numElements(shape) }, () => random() / Math.sqrt(shape.at(-1)!)),
    );
  await writeTensorFolder(
    dir,
    [...shapes].map(([name, shape]) => [name, array(shape)] as const),
  );
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  return dir;
}
