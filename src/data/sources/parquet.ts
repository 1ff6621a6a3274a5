import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { UserError } from '../../base/index.ts';
import { keptFile, OpenFile } from './kept-files.ts';
import type { Row, Source } from './source.ts';

/** Bytes of decoded groups that are kept, as the file counts them. */
const KEPT_BYTES = 16 * 2 ** 20;

/**
 * Rows of a Parquet file (Hugging Face's form; any of its compressions). Groups of rows are decoded whole and the last ones kept: rows that are asked for in the
 * order of the file are decoded once. Throws `data/parquet`.
 */
export async function parquetFile(path: string, columns?: readonly string[]): Promise<Source> {
  // Loaded where they are needed: most commands read no Parquet.
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const file = new OpenFile(path);
  const wrong = (cause: unknown): UserError =>
    cause instanceof UserError
      ? cause
      : new UserError('data/parquet', `${path} is no Parquet file that can be read`, {
          given: (cause as Error).message,
          cause,
        });
  const buffer: AsyncBuffer = {
    byteLength: file.size,
    slice: (start, end = file.size) => {
      const from = start < 0 ? file.size + start : start;
      const bytes = file.read(from, Math.min(file.size, end));
      return Promise.resolve(new Uint8Array(bytes).buffer);
    },
  };
  let metadata: FileMetaData;
  let fingerprint: string;
  try {
    metadata = await parquetMetadataAsync(buffer);
    fingerprint = await hashOf(file);
  } catch (cause) {
    file.close();
    throw wrong(cause);
  }
  const starts = [0];
  for (const group of metadata.row_groups) starts.push(starts.at(-1)! + Number(group.num_rows));
  const kept = new Map<number, Promise<readonly Row['fields'][]>>();
  const bytesOf = (g: number): number => Number(metadata.row_groups[g].total_byte_size);
  const group = (g: number): Promise<readonly Row['fields'][]> => {
    let rows = kept.get(g);
    if (rows) kept.delete(g);
    else
      rows = parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        rowStart: starts[g],
        rowEnd: starts[g + 1],
        ...(columns ? { columns: [...columns] } : {}),
      }) as Promise<readonly Row['fields'][]>;
    kept.set(g, rows);
    let bytes = [...kept.keys()].reduce((sum, k) => sum + bytesOf(k), 0);
    for (const oldest of kept.keys()) {
      if (bytes <= KEPT_BYTES || oldest === g) break;
      kept.delete(oldest);
      bytes -= bytesOf(oldest);
    }
    return rows;
  };
  return {
    length: starts.at(-1)!,
    fingerprint: `parquet:${fingerprint}${columns ? `:${columns.join()}` : ''}`,
    async at(index) {
      let g = starts.length - 2;
      while (starts[g] > index) g--;
      try {
        const fields = (await group(g))[index - starts[g]];
        return { fields: withoutBigInts(fields) as Row['fields'], place: () => `${path}, row ${index + 1}` };
      } catch (cause) {
        throw wrong(cause);
      }
    },
    close: () => file.close(),
  };
}

/** SHA-256 of a file, kept. */
async function hashOf(file: OpenFile): Promise<string> {
  const path = await keptFile(file, 'sha256', (to) => {
    const hash = createHash('sha256');
    for (const { bytes } of file.pieces()) hash.update(bytes);
    writeFileSync(to, hash.digest('hex'));
  });
  return readFileSync(path, 'utf8');
}

/** Whole numbers of 64 bits as numbers, where these can say them. */
function withoutBigInts(x: unknown): unknown {
  if (typeof x === 'bigint') return Number.isSafeInteger(Number(x)) ? Number(x) : x;
  if (Array.isArray(x)) return x.map(withoutBigInts);
  if (typeof x !== 'object' || x === null || ArrayBuffer.isView(x) || x instanceof Date) return x;
  return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, withoutBigInts(value)]));
}
