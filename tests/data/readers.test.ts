import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { EspalierError, HostArray } from '../../src/base/index.ts';
import { decodeNpy, loadText, readNpy, readSafetensors, writeNpy, writeSafetensors } from '../../src/data/index.ts';
import { formats, fuzzFiles, npyFile } from '../fuzz/files.ts';

const dir = mkdtempSync(join(tmpdir(), 'espalier-readers-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const path = (name: string): string => join(dir, name);

function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof EspalierError) return error.code;
    throw error;
  }
  return 'no error';
}

it('packed files are not taken for text', async () => {
  writeFileSync(path('words.txt'), 'some words');
  writeFileSync(path('words.gz'), gzipSync('some words'));
  expect((await loadText([path('words.txt')])).bytes).toHaveLength(10);
  await expect(loadText([path('words.txt'), path('words.gz')])).rejects.toThrow('words.gz is no text');
});

describe('safetensors', () => {
  const write = (header: string, dataBytes: number): string => {
    const json = Buffer.from(header);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(path('x.safetensors'), Buffer.concat([length, json, Buffer.alloc(dataBytes, 1)]));
    return path('x.safetensors');
  };
  it('keeps every dtype it has a name for, empty tensors and metadata', () => {
    const tensors = new Map([
      ['f', HostArray.from('f32', [2, 2], [1, 2, 3, 4])],
      ['nothing', HostArray.zeros('bf16', [0, 3])],
      ['a.b', HostArray.from('i64', [], [5n])],
      ['h', HostArray.from('f16', [3], [0.5, -1, 2])],
      ['t', HostArray.from('bool', [2], [true, false])],
    ]);
    writeSafetensors(path('a'), tensors, { format: 'espalier' });
    const back = readSafetensors(path('a'));
    expect(back.metadata).toEqual({ format: 'espalier' });
    for (const [name, t] of tensors) expect(back.tensors.get(name)!.equals(t)).toBe(true);
  });
  it('puts tensors one after the other in order, from a multiple of 8 on', () => {
    const tensors = new Map([
      ['b', HostArray.from('i8', [3], [1, 2, 3])],
      ['a', HostArray.from('f32', [2, 1], [1, -2])],
    ]);
    for (const metadata of [{}, { m: '1' }, { m: '12' }] as Record<string, string>[]) {
      writeSafetensors(path('b'), tensors, metadata);
      const file = readFileSync(path('b'));
      const headerBytes = Number(file.readBigUInt64LE());
      expect(headerBytes % 8).toBe(0);
      const header = JSON.parse(file.subarray(8, 8 + headerBytes).toString()) as object;
      expect(Object.entries(header)).toEqual([
        ...('m' in metadata ? [['__metadata__', metadata]] : []),
        ['b', { dtype: 'I8', shape: [3], data_offsets: [0, 3] }],
        ['a', f32([2, 1], [3, 11])],
      ]);
      expect(file.subarray(8 + headerBytes).toString('hex')).toBe('0102030000803f000000c0');
    }
  });
  const f32 = (shape: unknown, offsets: unknown, more: object = {}): object => ({
    dtype: 'F32',
    shape,
    data_offsets: offsets,
    ...more,
  });
  it.each<[string, unknown, number]>([
    ['a header that is null', null, 0],
    ['a header that is a list', [], 0],
    ['an entry that is null', { a: null }, 4],
    ['an entry that is a list', { a: [] }, 4],
    ['an entry without a shape', { a: { dtype: 'F32', data_offsets: [0, 4] } }, 4],
    ['an entry with another field', { a: f32([1], [0, 4], { stride: [1] }) }, 4],
    ['an unknown dtype', { a: { dtype: 'F7', shape: [1], data_offsets: [0, 4] } }, 4],
    ['a dtype that is no text', { a: { dtype: ['F32'], shape: [1], data_offsets: [0, 4] } }, 4],
    ['negative sizes whose product fits', { a: f32([-2, -3], [0, 24]) }, 24],
    ['sizes that are no integers', { a: f32([0.5, 4], [0, 8]) }, 8],
    ['sizes that are texts', { a: f32(['2'], [0, 8]) }, 8],
    ['sizes that no file can hold', { a: f32([2 ** 40, 2 ** 40], [0, 0]) }, 0],
    ['one offset', { a: f32([2], [8]) }, 8],
    ['offsets that are no integers', { a: f32([2], [0.5, 8.5]) }, 9],
    ['offsets that are texts', { a: f32([2], ['0', '8']) }, 8],
    ['an end before the begin', { a: f32([2], [8, 0]) }, 8],
    ['offsets for another number of bytes', { a: f32([2], [0, 4]) }, 4],
    ['an end beyond the file', { a: f32([2], [0, 8]) }, 7],
    ['two tensors on the same bytes', { k: f32([2], [0, 8]), v: f32([2], [0, 8]) }, 8],
    ['tensors that overlap', { a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, 12],
    ['a hole between tensors', { a: f32([2], [0, 8]), b: f32([2], [12, 20]) }, 20],
    ['a hole at the begin', { a: f32([2], [4, 12]) }, 12],
    ['bytes that belong to nothing', { a: f32([2], [0, 8]) }, 12],
    ['metadata that is a list', { __metadata__: [], a: f32([1], [0, 4]) }, 4],
    ['metadata with a number', { __metadata__: { a: 1 }, b: f32([1], [0, 4]) }, 4],
  ])('refuses %s', (_, header, dataBytes) => {
    expect(codeOf(() => readSafetensors(write(JSON.stringify(header), dataBytes)))).toBe('data/safetensors');
  });
  it('refuses files that are something else', () => {
    for (const [name, content] of [
      ['empty', ''],
      ['short', 'abc'],
      ['text', 'some text that is no tensor at all'],
    ]) {
      writeFileSync(path(name), content);
      expect(codeOf(() => readSafetensors(path(name)))).toBe('data/safetensors');
    }
    expect(codeOf(() => readSafetensors(write('{"a":', 0)))).toBe('data/safetensors');
    expect(codeOf(() => readSafetensors(dir))).toBe('data/safetensors');
    expect(codeOf(() => readSafetensors(path('absent')))).toBe('data/safetensors');
  });
});

describe('npy', () => {
  const f8 = (xs: number[]): Uint8Array => new Uint8Array(Float64Array.from(xs).buffer);
  it('reads what it writes, and what numpy writes in other orders', () => {
    const t = HostArray.from('i32', [2, 3], [1, 2, 3, 4, 5, 6]);
    writeNpy(path('t.npy'), t);
    expect(readNpy(path('t.npy')).equals(t)).toBe(true);
    const fortran = decodeNpy(
      npyFile("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }", f8([1, 4, 2, 5, 3, 6])),
    );
    expect(fortran.toNumbers()).toEqual([1, 2, 3, 4, 5, 6]);
    const big = decodeNpy(
      npyFile("{'descr': '>i2', 'fortran_order': False, 'shape': (2L,), }", Uint8Array.of(1, 0, 0, 2)),
    );
    expect(big.toNumbers()).toEqual([256, 2]);
    expect(
      decodeNpy(npyFile("{'descr': '|b1', 'fortran_order': False, 'shape': ()}", Uint8Array.of(7), 2)).get(0),
    ).toBe(true);
  });
  it.each<[string, Uint8Array]>([
    [
      'negative sizes whose product fits',
      npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (-2, -2), }", f8([1, 2, 3, 4])),
    ],
    [
      'sizes that are no integers',
      npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (0.5, 4), }", f8([1, 2])),
    ],
    ['too few bytes', npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", f8([1, 2]))],
    [
      'sizes that no file can hold',
      npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", f8([1])),
    ],
    ['a key too many', npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}", f8([1]))],
    ['a key too few', npyFile("{'descr': '<f8', 'shape': (1,)}", f8([1]))],
    ['objects', npyFile("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", f8([1]))],
    ['records', npyFile("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", f8([1]))],
    ['code', npyFile("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,), }", f8([1]))],
    ['version 9', npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", f8([1]), 9)],
    [
      'a header cut short',
      npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", f8([1])).subarray(0, 30),
    ],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => decodeNpy(bytes))).toBe('data/npy');
  });
});

describe('damaged headers', () => {
  for (const format of formats)
    it(`of ${format.name} lead to an error of ours, whatever is wrong with them`, () => {
      const report = fuzzFiles(format, 20261130, { seconds: 20, executions: 6000 });
      expect(report.findings).toEqual([]);
      expect(report.read).toBeGreaterThan(20);
      expect(report.executions - report.read).toBeGreaterThan(1000);
    });
});

describe('text', () => {
  it('is not read from the folders of runs, nor from files that came after a run began', async () => {
    const at = (name: string): string => join(dir, 'corpus', name);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(at('runs/r1/checkpoints'), { recursive: true });
    writeFileSync(at('a.txt'), 'some text');
    writeFileSync(at('empty.txt'), '');
    writeFileSync(at('runs/r1/run.json'), '{"espalier":"run","files":[]}');
    writeFileSync(at('runs/r1/metrics.jsonl'), '{}');
    writeFileSync(at('runs/r1/checkpoints/x'), 'weights');
    writeFileSync(at('runs/notes.txt'), ', and notes');
    const all = await loadText([join(dir, 'corpus')]);
    expect(Buffer.from(all.bytes).toString()).toBe('some text, and notes');
    expect(all.files).toHaveLength(2);
    const known = await loadText([join(dir, 'corpus')], { knownFiles: [at('a.txt')] });
    expect(Buffer.from(known.bytes).toString()).toBe('some text');
    expect(known.numLeftOut).toBe(2);
    expect((await loadText([at('runs/r1/metrics.jsonl')])).files).toHaveLength(1);
  });
});
