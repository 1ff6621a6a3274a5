import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { EspalierError } from '../../base/index.ts';

/*
 * Reads zip archives (wheels are zip archives). Source: PKWARE APPNOTE 6.3.9, sections 4.3 to 4.5; entries are stored or deflated,
 * archives smaller than 4 GiB.
 */

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const LOCAL_HEADER_BYTES = 30;

/** The archive's directory. Throws `runtime/zip`. */
export async function readZipDirectory(path: string): Promise<ZipEntry[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, END_BYTES + MAX_COMMENT_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    let end = tail.length - END_BYTES;
    while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end--;
    if (end < 0) throw new EspalierError('runtime/zip', `${path} is no zip archive`);
    const count = tail.readUInt16LE(end + 10);
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    await file.read(directory, 0, directory.length, tail.readUInt32LE(end + 16));
    const entries: ZipEntry[] = [];
    for (let i = 0, at = 0; i < count; i++) {
      if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE)
        throw new EspalierError('runtime/zip', `the directory of ${path} is broken`, {
          given: `entry ${i} of ${count}`,
        });
      const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => directory.readUInt16LE(at + o));
      entries.push({
        name: directory.toString('utf8', at + 46, at + 46 + nameBytes),
        method: directory.readUInt16LE(at + 10),
        compressedBytes: directory.readUInt32LE(at + 20),
        bytes: directory.readUInt32LE(at + 24),
        headerOffset: directory.readUInt32LE(at + 42),
      });
      at += 46 + nameBytes + extraBytes + commentBytes;
    }
    return entries;
  } finally {
    await file.close();
  }
}

/** Writes an archive's files under `folder`; names that lead out of it are refused. Throws `runtime/zip`. */
export async function unzip(path: string, folder: string): Promise<void> {
  for (const entry of await readZipDirectory(path)) {
    if (entry.name.endsWith('/')) continue;
    const relative = normalize(entry.name);
    if (relative.startsWith('..') || relative.startsWith(sep))
      throw new EspalierError('runtime/zip', `${path} has a file outside of its folder`, { given: entry.name });
    if (entry.method !== 0 && entry.method !== 8)
      throw new EspalierError('runtime/zip', `${entry.name} is compressed in an unknown way`, {
        expected: 'stored or deflated',
        given: `method ${entry.method}`,
      });
    const target = join(folder, relative);
    await mkdir(dirname(target), { recursive: true });
    const start = await contentOffset(path, entry);
    const out = createWriteStream(target);
    if (entry.compressedBytes === 0) await new Promise<void>((resolve) => out.end(resolve));
    else {
      const source = createReadStream(path, { start, end: start + entry.compressedBytes - 1 });
      if (entry.method === 8) await pipeline(source, createInflateRaw(), out);
      else await pipeline(source, out);
    }
    if (out.bytesWritten !== entry.bytes)
      throw new EspalierError('runtime/zip', `${entry.name} did not unpack whole`, {
        expected: `${entry.bytes} bytes`,
        given: `${out.bytesWritten}`,
      });
  }
}

/** Local headers have name and extra fields of their own lengths. */
async function contentOffset(path: string, entry: ZipEntry): Promise<number> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(LOCAL_HEADER_BYTES);
    await file.read(header, 0, header.length, entry.headerOffset);
    return entry.headerOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}
