import { UserError } from '../../base/index.ts';
import type { DecodeOptions, Tokenizer } from './tokenizer.ts';

const SPECIAL = ['<pad>', '</s>', '<unk>'];
const FIRST_EXTRA = SPECIAL.length + 256;

/**
 * A token for every byte, as ByT5 has them: 0 pads, 1 ends, 2 is unknown, then the bytes, then `extraIds` sentinels, of which `<extra_id_0>` is the last. Needs no
 * file. `endsTexts`: puts the end behind texts, as encoders of T5 are given them. Source: Xue et al. 2022; seqio's `ByteVocabulary`.
 * @example byteTokenizer().encode('Hi') // => Int32Array [75, 108]
 */
export function byteTokenizer(extraIds = 125, endsTexts = false): Tokenizer {
  if (!Number.isInteger(extraIds) || extraIds < 0)
    throw new UserError('data/tokenizer', 'a tokenizer has a whole number of sentinels', { given: `${extraIds}` });
  const vocabSize = FIRST_EXTRA + extraIds;
  const nameOf = (id: number): string | undefined =>
    SPECIAL[id] ?? (id >= FIRST_EXTRA && id < vocabSize ? `<extra_id_${vocabSize - 1 - id}>` : undefined);
  const byteOf = (id: number): number | undefined => (id >= 3 && id < FIRST_EXTRA ? id - 3 : undefined);
  const encode: Tokenizer['encode'] = (text, { addSpecialTokens = true } = {}) => {
    const ends = endsTexts && addSpecialTokens;
    const bytes = Buffer.from(text, 'utf8');
    const ids = new Int32Array(bytes.length + (ends ? 1 : 0));
    for (let i = 0; i < bytes.length; i++) ids[i] = bytes[i] + 3;
    if (ends) ids[bytes.length] = 1;
    return ids;
  };
  const decode = (ids: readonly number[] | Int32Array, o: DecodeOptions = {}): string => {
    const parts: Buffer[] = [];
    for (const id of ids) {
      const byte = byteOf(id);
      if (byte !== undefined) parts.push(Buffer.from([byte]));
      else if (!o.skipSpecialTokens || o.keptTokens?.has(id)) parts.push(Buffer.from(nameOf(id) ?? ''));
    }
    return Buffer.concat(parts).toString('utf8');
  };
  const special = [0, 1, 2, ...Array.from({ length: extraIds }, (_, i) => FIRST_EXTRA + i)];
  return {
    vocabSize,
    special: { pad: 0, eos: 1, unk: 2, all: new Set(special) },
    backend: 'javascript',
    encode,
    encodeAsync: async (text, o) => encode(text, o),
    decode,
    tokenOf: (id) =>
      nameOf(id) ??
      (byteOf(id) === undefined ? undefined : `<0x${byteOf(id)!.toString(16).padStart(2, '0').toUpperCase()}>`),
    idOf(token) {
      const extra = /^<extra_id_(\d+)>$/.exec(token)?.[1];
      if (extra !== undefined) return Number(extra) < extraIds ? vocabSize - 1 - Number(extra) : undefined;
      const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
      if (byte !== undefined) return Number.parseInt(byte, 16) + 3;
      return SPECIAL.includes(token) ? SPECIAL.indexOf(token) : undefined;
    },
    bytesOf: (id) => {
      const byte = byteOf(id);
      return byte === undefined ? undefined : new Uint8Array([byte]);
    },
    close: () => {},
  };
}
