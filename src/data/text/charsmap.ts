import type { UserError } from '../../base/index.ts';
import { type Component, isRecord, notATokenizer } from './tokenizer-json.ts';

/*
 * SentencePiece's tables of character replacements: a double array over the bytes of what is replaced, then the replacements, each with a
 * zero byte behind it. The native library trusts them: an index out of bounds there ends the process.
 * Source: github.com/google/sentencepiece, `normalizer.cc`; github.com/s-yata/darts-clone, `darts.h`.
 */

/** Checks the tables among normalizers. Throws `data/tokenizer`. */
export function checkCharsmaps(normalizer: unknown): void {
  if (!isRecord(normalizer)) return;
  const { type, normalizers, precompiled_charsmap: base64 } = normalizer as Component;
  if (type === 'Sequence' && Array.isArray(normalizers)) for (const n of normalizers as unknown[]) checkCharsmaps(n);
  if (type !== 'Precompiled') return;
  if (typeof base64 !== 'string') throw notATokenizer('a table of characters that is no text');
  checkCharsmap(Buffer.from(base64, 'base64'));
}

const IS_VALUE = 0x80000000;
const HAS_VALUE = 0x100;

function checkCharsmap(blob: Buffer): void {
  const wrong = (given: string): UserError => notATokenizer(`a table of characters with ${given}`);
  const trieBytes = blob.length < 4 ? 0 : blob.readUInt32LE(0);
  if (trieBytes < 4 || trieBytes % 4 !== 0 || 4 + trieBytes > blob.length) throw wrong('an index that is cut short');
  const replacements = blob.subarray(4 + trieBytes);
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(replacements);
  } catch {
    throw wrong('replacements that are no text');
  }
  const count = trieBytes / 4;
  const unitAt = (i: number): number => blob.readUInt32LE(4 + 4 * i);
  for (let i = 0; i < count; i++) {
    const unit = unitAt(i);
    if (unit & IS_VALUE) continue;
    const child = i ^ ((unit >>> 10) << ((unit & 0x200) >>> 6));
    // A step goes from there by any byte.
    if (child < 0 || (child | 0xff) >= count) throw wrong(`unit ${i} of its index leading out of it`);
    if (!(unit & HAS_VALUE)) continue;
    const begin = unitAt(child) & ~IS_VALUE;
    if (begin >= replacements.length || (replacements[begin] & 0xc0) === 0x80)
      throw wrong(`unit ${i} of its index leading to no replacement`);
  }
}
