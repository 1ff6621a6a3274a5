import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSource, type Source, type SourceOptions } from '../../src/data/index.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-sources-'));
const cache = join(work, 'cache');
const before = process.env.ESPALIER_CACHE;
beforeAll(() => {
  process.env.ESPALIER_CACHE = cache;
});
afterAll(() => {
  if (before === undefined) delete process.env.ESPALIER_CACHE;
  else process.env.ESPALIER_CACHE = before;
  rmSync(work, { recursive: true, force: true });
});
let made = 0;
const file = (name: string, contents: string | Uint8Array): string => {
  const dir = join(work, String(made++));
  mkdirSync(dir);
  writeFileSync(join(dir, name), contents);
  return join(dir, name);
};
const all = async (files: string, o: Omit<SourceOptions, 'files'> = {}): Promise<unknown[]> => {
  const source = await openSource({ files, ...o });
  // From the last to the first: nothing depends on what was read before.
  const rows: unknown[] = [];
  for (let i = source.length - 1; i >= 0; i--) rows.unshift((await source.at(i)).fields);
  source.close();
  return rows;
};
const texts = async (files: string, o: Omit<SourceOptions, 'files'> = {}): Promise<unknown[]> =>
  ((await all(files, o)) as { text: unknown }[]).map((r) => r.text);

/** Zstandard with blocks as they are: frame header, then blocks of at most 5 bytes. */
function zstandard(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 5) {
    const own = bytes.subarray(at, at + 5);
    const header = (own.length << 3) | (at + 5 >= bytes.length ? 1 : 0);
    blocks.push(Buffer.from([header & 255, (header >> 8) & 255, header >> 16]), own);
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), ...blocks]);
}

function tar(members: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(members).flatMap(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        0', 148);
    const sum = header.reduce((a, b) => a + b, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const data = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    data.write(text);
    return [header, data];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

describe('sources', () => {
  it('cut text into lines, paragraphs or files, whatever the line ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'bé', ' x', '', '  ', '漢'), { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (lines, end, ends) => {
          const text = `a${end}${lines.join(end)}${ends ? end : ''}`;
          const path = file('t.txt', text);
          const expected = ['a', ...lines].filter((l) => l.trim() !== '');
          expect(await texts(path)).toEqual(expected.map((l) => l.trimEnd()));
          const paragraphs = ['a', ...lines].reduce<string[][]>(
            (out, line) => {
              if (line.trim() === '') out.push([]);
              else out.at(-1)!.push(line);
              return out;
            },
            [[]],
          );
          const joined = paragraphs.filter((p) => p.length > 0).map((p) => p.join(end));
          expect(await texts(path, { cut: 'paragraph' })).toEqual(joined);
          expect(await texts(path, { cut: 'file' })).toEqual([text]);
        },
      ),
      { numRuns: 25 },
    );
    expect(await texts(file('p.txt', '\n\na\nb\n\n \nc\n'), { cut: 'paragraph' })).toEqual(['a\nb', 'c']);
    expect(await texts(file('bom.txt', '\ufeffa\nb'))).toEqual(['a', 'b']);
  });

  it('read files that are larger than one piece of reading', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${'x'.repeat(997 + (i % 7))}`);
    expect(await texts(file('long.txt', lines.join('\n')))).toEqual(lines);
  });

  it('read packed files, and say which are cut short', async () => {
    const lines = '{"text":"one"}\n\n{"text":"two"}\n';
    expect(await texts(file('a.jsonl.gz', gzipSync(lines)))).toEqual(['one', 'two']);
    expect(await texts(file('a.jsonl.zst', zstandard(Buffer.from(lines))))).toEqual(['one', 'two']);
    const short = file('b.jsonl.gz', gzipSync(lines).subarray(0, 25));
    await expect(all(short)).rejects.toThrow(/b\.jsonl\.gz cannot be unpacked: expected a whole gzip file/);
    const shortToo = file('b.jsonl.zst', zstandard(Buffer.from(lines)).subarray(0, 20));
    await expect(all(shortToo)).rejects.toThrow(/b\.jsonl\.zst cannot be unpacked: expected a whole Zstandard file/);
    await expect(all(file('c.txt.gz', 'no gzip'))).rejects.toThrow(/c\.txt\.gz cannot be unpacked/);
    expect(readdirSync(join(cache, 'data')).filter((f) => /\.\d+$/.test(f))).toEqual([]);
  });

  it('name file and line of what is wrong', async () => {
    const path = file('a.jsonl', '{"text":"x"}\n\n[1]\n{"text":\n');
    const source = await openSource({ files: path });
    await expect(source.at(1)).rejects.toThrow(/a\.jsonl, line 3: no JSON object: got \[1\]/);
    await expect(source.at(2)).rejects.toThrow(/a\.jsonl, line 4: no JSON: got \{"text":/);
    source.close();
    await expect(all(file('a.txt', Buffer.from([97, 10, 0xff, 0xfe])))).rejects.toThrow(/a\.txt, line 2: no UTF-8/);
    await expect(all(file('a.txt', ' \n\n'))).rejects.toThrow(/there is no example/);
    await expect(all(file('a.xyz', 'x'))).rejects.toThrow(
      /nobody knows what .*a\.xyz holds: expected a name that ends/,
    );
    await expect(all(join(work, 'none-*.txt'))).rejects.toThrow(/no file matches/);
    await expect(all(file('a.parquet', 'PAR1 no'))).rejects.toThrow(/a\.parquet is no Parquet file/);
    await expect(all(file('a.tar', 'x'.repeat(600)))).rejects.toThrow(
      /a\.tar is no whole tar file: got something that is no header/,
    );
  });

  it('read Parquet by groups, tar by samples, shards by rows', async () => {
    const column = Array.from({ length: 25 }, (_, i) => `text ${i}`);
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'text', data: column },
        { name: 'n', data: column.map((_, i) => BigInt(i)), type: 'INT64' },
      ],
      rowGroupSize: [10],
    });
    expect(await all(file('a.parquet', new Uint8Array(bytes)))).toEqual(column.map((text, n) => ({ text, n })));
    const members = { 'd/a.txt': 'hello', 'd/a.cls': '3', 'd/b.json': '{"text":"there"}', 'd/b.png': 'xy' };
    const samples = [
      { __key__: 'd/a', text: 'hello', txt: 'hello', cls: 3 },
      { __key__: 'd/b', text: 'there', png: new Uint8Array([120, 121]) },
    ];
    expect(await all(file('a.tar', tar(members)))).toEqual(samples);
    expect(await all(file('a.tar.gz', gzipSync(tar(members))))).toEqual(samples);
    await expect(all(file('c.tar', tar(members).subarray(0, 1100)))).rejects.toThrow(/no whole tar file/);
    const raw = Buffer.from(new Uint16Array([1, 2, 3, 4, 50_000, 6, 7]).buffer);
    const rows = [{ tokens: Int32Array.of(1, 2, 3) }, { tokens: Int32Array.of(4, 50_000, 6) }];
    expect(await all(file('train.bin', raw), { length: 3 })).toEqual(rows);
    const header = Buffer.alloc(1024);
    [20240520, 1, 7].forEach((x, i) => {
      header.writeInt32LE(x, 4 * i);
    });
    expect(await all(file('llmc.bin', Buffer.concat([header, raw])), { length: 3 })).toEqual(rows);
    await expect(all(file('d.bin', Buffer.concat([header, raw]).subarray(0, 1030)), { length: 3 })).rejects.toThrow(
      /d\.bin: the file is cut short: expected 1038 bytes, got 1030/,
    );
    await expect(all(file('e.bin', raw))).rejects.toThrow(/token shards are cut into rows/);
  });

  it('know a file that has changed, and keep one index of it', async () => {
    const path = file('kept.txt', 'a\nb\n');
    const print = async (): Promise<string> => {
      const s: Source = await openSource({ files: path });
      s.close();
      return s.fingerprint;
    };
    const first = await print();
    utimesSync(path, 1, 1);
    expect(await print()).toBe(first);
    writeFileSync(path, 'a\nc\nd\n');
    expect(await print()).not.toBe(first);
    expect(await texts(path)).toEqual(['a', 'c', 'd']);
    const kept = readdirSync(join(cache, 'data')).filter((f) => f.startsWith('kept.txt'));
    expect(kept).toHaveLength(1);
    expect(statSync(join(cache, 'data', kept[0])).size).toBe(96 + 4 * 8);
  });
});
