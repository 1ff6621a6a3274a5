import { UserError } from '../../base/index.ts';
import { lineIndex } from './line-index.ts';
import type { Source } from './source.ts';
import { openUnpacked } from './unpacked.ts';

export interface TokenShardOptions {
  /** Tokens in a row; what is left behind the last whole row is left out. */
  readonly length: number;
  /** How tokens lie in a file without a header. Default u16. */
  readonly dtype?: 'u16' | 'u32';
}

/** llm.c's and modded-nanogpt's header: 256 words of 32 bits, of which the first three say what follows. */
const HEADER_BYTES = 1024;
const MAGIC = 20240520;

/**
 * Tokens in a binary file, as nanoGPT (`train.bin`, no header) and llm.c write them: rows `{ tokens: Int32Array }` of one length. Throws `data/token-shard`.
 */
export async function tokenShard(path: string, { length, dtype = 'u16' }: TokenShardOptions): Promise<Source> {
  const file = await openUnpacked(path);
  const wrong = (what: string, expected: string, given: string): UserError => {
    file.close();
    return new UserError('data/token-shard', `${path}: ${what}`, { expected, given });
  };
  const bytes = dtype === 'u16' ? 2 : 4;
  const header = file.size >= HEADER_BYTES ? file.read(0, 12) : undefined;
  const hasHeader = header?.readInt32LE(0) === MAGIC;
  if (hasHeader && header.readInt32LE(4) !== 1)
    throw wrong('an unknown version of token shards', '1', `${header.readInt32LE(4)}`);
  const begin = hasHeader ? HEADER_BYTES : 0;
  const count = hasHeader ? header.readInt32LE(8) : Math.floor(file.size / bytes);
  if (!hasHeader && file.size % bytes !== 0)
    throw wrong('not a whole number of tokens', `${dtype}`, `${file.size} bytes`);
  if (begin + count * bytes > file.size)
    throw wrong('the file is cut short', `${begin + count * bytes} bytes`, `${file.size}`);
  if (count < length) throw wrong('the shard is shorter than a row', `at least ${length} tokens`, `${count}`);
  const { fingerprint } = await lineIndex(file, 'file');
  return {
    length: Math.floor(count / length),
    fingerprint: `tokens:${fingerprint}:${dtype}:${length}`,
    async at(index) {
      const start = begin + index * length * bytes;
      const raw = file.read(start, start + length * bytes);
      const tokens = Int32Array.from({ length }, (_, i) =>
        dtype === 'u16' ? raw.readUInt16LE(2 * i) : raw.readUInt32LE(4 * i),
      );
      return { fields: { tokens }, place: () => `${path}, tokens from ${index * length} on` };
    },
    close: () => file.close(),
  };
}
