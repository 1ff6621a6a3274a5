import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { UserError } from '../../base/index.ts';
import type { Cut } from './line-index.ts';
import { parquetFile } from './parquet.ts';
import { joined, type Source } from './source.ts';
import { jsonLines, textFile } from './text-sources.ts';
import { tokenShard } from './token-shard.ts';
import { unpackedName } from './unpacked.ts';
import { webDataset } from './web-dataset.ts';

export interface SourceOptions {
  /** Files, folders or patterns. */
  readonly files: string | readonly string[];
  /** What they hold. Default: by the ends of their names. */
  readonly format?: SourceFormat;
  /** What is one text of a text file. Default `line`. */
  readonly cut?: Cut;
  /** Tokens in a row of token shards. */
  readonly length?: number;
  readonly dtype?: 'u16' | 'u32';
  /** Columns of Parquet files to read. Default: all. */
  readonly columns?: readonly string[];
}

export const sourceFormats = ['text', 'jsonl', 'parquet', 'tokens', 'webdataset'] as const;
export type SourceFormat = (typeof sourceFormats)[number];

const formatByExtension: Readonly<Record<string, SourceFormat>> = {
  txt: 'text',
  text: 'text',
  md: 'text',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  parquet: 'parquet',
  bin: 'tokens',
  tar: 'webdataset',
};

/**
 * Rows of all files that match, in the order of their names. Throws `data/no-files`, `data/format` for files nobody knows, `data/empty`, and what readers throw.
 */
export async function openSource(o: SourceOptions): Promise<Source> {
  const patterns = typeof o.files === 'string' ? [o.files] : o.files;
  const files = (await Promise.all(patterns.map(filesOf))).flat();
  const parts: Source[] = [];
  try {
    for (const file of [...new Set(files)]) parts.push(await openFile(file, o));
    const all = joined(parts);
    if (parts.length === 0 || all.length === 0)
      throw new UserError('data/empty', `there is no example in ${patterns.join(', ')}`);
    return all;
  } catch (error) {
    for (const part of parts) part.close();
    throw error;
  }
}

async function filesOf(pattern: string): Promise<string[]> {
  const info = statSync(pattern, { throwIfNoEntry: false });
  if (info?.isFile()) return [pattern];
  const found = info?.isDirectory()
    ? await glob('**/*', { cwd: pattern, absolute: true, onlyFiles: true })
    : await glob(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
  if (found.length === 0)
    throw new UserError('data/no-files', `no file matches ${pattern}`, {
      given: resolve(pattern),
      advice: 'check the path; quote globs so that the shell leaves them alone',
    });
  return found.sort();
}

function openFile(path: string, o: SourceOptions): Promise<Source> {
  const extension = /\.([^./]+)$/.exec(unpackedName(path))?.[1]?.toLowerCase() ?? '';
  const format = o.format ?? formatByExtension[extension];
  switch (format) {
    case 'text':
      return textFile(path, o.cut);
    case 'jsonl':
      return jsonLines(path);
    case 'parquet':
      return parquetFile(path, o.columns);
    case 'webdataset':
      return webDataset(path);
    case 'tokens':
      if (o.length === undefined)
        throw new UserError('data/token-shard', `${path}: token shards are cut into rows`, {
          expected: 'how many tokens a row has (length)',
        });
      return tokenShard(path, { length: o.length, ...(o.dtype ? { dtype: o.dtype } : {}) });
    default:
      throw new UserError('data/format', `nobody knows what ${path} holds`, {
        expected: `a name that ends in ${Object.keys(formatByExtension).join(', ')} (or that with .gz, .zst)`,
        advice: `or say its format: ${sourceFormats.join(', ')}`,
      });
  }
}
