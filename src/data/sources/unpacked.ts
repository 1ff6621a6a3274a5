import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import type { Decompress } from 'fzstd';
import { UserError } from '../../base/index.ts';
import { keptFile, OpenFile } from './kept-files.ts';

/* Compressed files cannot be read from the middle: they are unpacked once, into a file that is kept. */

const formats: Readonly<
  Record<string, { readonly name: string; readonly stream: () => Promise<NodeJS.ReadWriteStream> }>
> = {
  gz: { name: 'gzip', stream: async () => zlib.createGunzip() },
  zst: { name: 'Zstandard', stream: zstandard },
};

/** Node 22.15 and later know the format; a library of 8 kB does for others. */
async function zstandard(): Promise<NodeJS.ReadWriteStream> {
  const native = (zlib as { readonly createZstdDecompress?: () => NodeJS.ReadWriteStream }).createZstdDecompress;
  if (native) return native();
  const { Decompress } = await import('fzstd');
  return new ZstandardStream((ondata) => new Decompress(ondata));
}

class ZstandardStream extends Transform {
  readonly #inner: Decompress;

  constructor(make: (ondata: (bytes: Uint8Array) => void) => Decompress) {
    super();
    this.#inner = make((bytes) => void this.push(bytes));
  }

  override _transform(chunk: Uint8Array, _encoding: string, done: TransformCallback): void {
    this.#push(chunk, false, done);
  }

  override _flush(done: TransformCallback): void {
    this.#push(new Uint8Array(0), true, done);
  }

  #push(chunk: Uint8Array, isLast: boolean, done: TransformCallback): void {
    try {
      this.#inner.push(chunk, isLast);
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

/** The name without what says that it is compressed. */
export const unpackedName = (path: string): string => path.replace(/\.(gz|zst)$/, '');

/**
 * The file itself, or, of one that ends in `.gz` or `.zst`, what is packed in it. Throws `data/compressed` for one that is cut short or none of these.
 */
export async function openUnpacked(path: string): Promise<OpenFile> {
  const file = new OpenFile(path);
  const format = formats[/\.(gz|zst)$/.exec(path)?.[1] ?? ''];
  if (!format) return file;
  try {
    const plain = await keptFile(file, 'unpacked', async (to) =>
      pipeline(createReadStream(path), await format.stream(), createWriteStream(to)).catch((cause: unknown) => {
        throw new UserError('data/compressed', `${path} cannot be unpacked`, {
          expected: `a whole ${format.name} file`,
          given: (cause as Error).message,
          cause,
        });
      }),
    );
    return new OpenFile(plain);
  } finally {
    file.close();
  }
}
