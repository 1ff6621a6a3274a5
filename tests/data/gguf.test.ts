import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HostArray, numElements, roundToFloat } from '../../src/base/index.ts';
import {
  type GgufContent,
  type GgufOutputType,
  type GgufType,
  ggufTypeInfo,
  ggufTypes,
  openGguf,
  writeGguf,
} from '../../src/data/index.ts';
import reference from '../oracles/gguf-files.json' with { type: 'json' };
import { mulberry } from '../random-numbers.ts';
import '../seed.ts';
import { boxesIn, boxOf, elementsOf, errorOf, readDamaged, temporaryFolders } from './tensor-file-cases.ts';

const { newFolder, remove } = temporaryFolders('gguf');
afterAll(remove);

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const floatsOf = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer);

const u32 = (x: number): Buffer => Buffer.from(Uint32Array.of(x).buffer);
const u64 = (x: number | bigint): Buffer => Buffer.from(BigUint64Array.of(BigInt(x)).buffer);
const text = (s: string): Buffer => Buffer.concat([u64(Buffer.byteLength(s)), Buffer.from(s)]);

interface RawTensor {
  readonly name: string;
  /** Innermost dimension first, as in the file. */
  readonly dims: readonly (number | bigint)[];
  readonly type: number;
  readonly offset: number | bigint;
}

const tensorInfo = ({ name, dims, type, offset }: RawTensor): Buffer =>
  Buffer.concat([text(name), u32(dims.length), ...dims.map(u64), u32(type), u64(offset)]);

interface RawFile {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: number | bigint;
  readonly fieldCount?: number | bigint;
  readonly fields?: readonly Buffer[];
  readonly tensors?: readonly RawTensor[];
  readonly data?: Uint8Array;
}

/** A file written byte by byte, as wrong as a test wants it. */
function ggufFile(raw: RawFile): Buffer {
  const { fields = [], tensors = [], data = new Uint8Array(0) } = raw;
  const header = Buffer.concat([
    Buffer.from(raw.magic ?? 'GGUF', 'latin1'),
    u32(raw.version ?? 3),
    u64(raw.tensorCount ?? tensors.length),
    u64(raw.fieldCount ?? fields.length),
    ...fields,
    ...tensors.map(tensorInfo),
  ]);
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), data]);
}

function fileWith(raw: RawFile): string {
  const path = join(newFolder(), 'a.gguf');
  writeFileSync(path, ggufFile(raw));
  return path;
}

describe('packed blocks', () => {
  const cases = Object.entries(reference.unpacking) as [GgufType, { blocks: string; values: string }][];
  it.each(cases)('of type %s have the values that the reference gives, bit for bit', (type, { blocks, values }) => {
    const { id } = ggufTypeInfo(type);
    const expected = floatsOf(values);
    const data = bytesOf(blocks);
    const file = openGguf(fileWith({ tensors: [{ name: 'x', dims: [expected.length], type: id, offset: 0 }], data }));
    const read = file.read('x');
    expect(read.dtype).toBe('f32');
    expect(read.shape).toEqual([expected.length]);
    // NaN apart, which has many spellings.
    expect(elementsOf(read)).toEqual(Array.from(expected));
    expect(file.readRaw('x')).toEqual({ type, shape: [expected.length], bytes: data });
    file.close();
  });

  it('of every type can be read raw, or say that their values are not computed', async () => {
    for (const type of ggufTypes) {
      const { id, blockElements, blockBytes, dtype } = ggufTypeInfo(type);
      const data = new Uint8Array(2 * blockBytes);
      const path = fileWith({ tensors: [{ name: 'x', dims: [blockElements, 2], type: id, offset: 0 }], data });
      const file = openGguf(path);
      expect(file.tensors.get('x')).toMatchObject({ type, dtype: dtype ?? 'f32', shape: [2, blockElements] });
      expect(file.readRaw('x').bytes).toEqual(data);
      if (ggufTypeInfo(type).dequantize || dtype) expect(file.read('x').shape).toEqual([2, blockElements]);
      else expect((await errorOf(() => file.read('x'))).code).toBe('data/gguf');
      file.close();
    }
  });

  const packed: GgufOutputType[] = ['Q8_0', 'Q5_0', 'Q4_0', 'Q4_K', 'Q6_K'];
  it.each(packed as (keyof typeof reference.packing.blocks)[])(
    'of type %s are what the reference makes of the same values, byte for byte',
    async (type) => {
      const path = join(newFolder(), 'a.gguf');
      const values = floatsOf(reference.packing.values);
      const shape = [values.length / 256, 256];
      const data = (): HostArray => new HostArray('f32', shape, values);
      await writeGguf(path, { metadata: {}, tensors: [{ name: 'x', type, shape, data }] });
      const file = openGguf(path);
      expect(Buffer.from(file.readRaw('x').bytes).toString('base64')).toBe(reference.packing.blocks[type]);
      file.close();
    },
  );

  it('of plain narrow types are the values rounded to nearest even, whatever the bits', async () => {
    const path = join(newFolder(), 'a.gguf');
    const word = fc.oneof(
      fc.integer({ min: 0, max: 0xffffffff }),
      // Near what float16 can hold, and near halfway between two values.
      fc
        .tuple(
          fc.integer({ min: 0x32000000, max: 0x48000000 }),
          fc.constantFrom(0, 0x1000, 0x7fff, 0x8000),
          fc.boolean(),
        )
        .map(([high, low, isNegative]) => ((high & 0xffff8000) | low | (isNegative ? 0x80000000 : 0)) >>> 0),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 500 }), async (words) => {
        const values = new Float32Array(Uint32Array.from(words).buffer);
        const shape = [values.length];
        const tensors = (['F16', 'BF16'] as const).map((type) => ({
          name: type,
          type,
          shape,
          data: () => new HostArray('f32', shape, values),
        }));
        await writeGguf(path, { metadata: {}, tensors });
        const file = openGguf(path);
        for (const [name, dtype] of [
          ['F16', 'f16'],
          ['BF16', 'bf16'],
        ] as const)
          expect(elementsOf(file.read(name))).toEqual(elementsOf(HostArray.from(dtype, shape, values)));
        file.close();
      }),
      { numRuns: 60 },
    );
  });

  /** Squared error of rounding to nearest with the scales that the extremes of each sub-block ask for, in the same format. */
  function plainError(values: Float32Array, type: 'Q4_K' | 'Q6_K'): number {
    const size = type === 'Q4_K' ? 32 : 16;
    const half = (x: number): number => roundToFloat(x, 'f16');
    let error = 0;
    for (let block = 0; block < values.length; block += 256) {
      const subs = Array.from({ length: 256 / size }, (_, i) =>
        values.subarray(block + i * size, block + (i + 1) * size),
      );
      if (type === 'Q4_K') {
        const mins = subs.map((x) => Math.max(0, -Math.min(...x)));
        const scales = subs.map((x, i) => (Math.max(...x) + mins[i]) / 15);
        const [d, dMin] = [half(Math.max(...scales) / 63), half(Math.max(...mins) / 63)];
        for (const [i, x] of subs.entries()) {
          const [scale, min] = [d * Math.round(scales[i] / d), dMin * Math.round(mins[i] / dMin)];
          for (const v of x) {
            const level = Math.max(0, Math.min(15, Math.round((v + min) / scale)));
            error += (v - (scale * level - min)) ** 2;
          }
        }
      } else {
        const scales = subs.map((x) => Math.max(...x.map(Math.abs)) / 31);
        const d = half(Math.max(...scales) / 127);
        for (const [i, x] of subs.entries()) {
          const scale = d * Math.round(scales[i] / d);
          for (const v of x) error += (v - scale * Math.max(-32, Math.min(31, Math.round(v / scale)))) ** 2;
        }
      }
    }
    return error;
  }

  it.each(['Q4_K', 'Q6_K'] as const)('of type %s lose less than rounding to the nearest does', async (type) => {
    const random = mulberry(11);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const values = Float32Array.from({ length: 64 * 256 }, normal);
    const path = join(newFolder(), 'a.gguf');
    const data = (): HostArray => new HostArray('f32', [64, 256], values);
    await writeGguf(path, { metadata: {}, tensors: [{ name: 'x', type, shape: [64, 256], data }] });
    const file = openGguf(path);
    const read = file.read('x');
    file.close();
    const error = values.reduce((sum, x, i) => sum + (x - read.number(i)) ** 2, 0);
    expect(error).toBeLessThan(plainError(values, type));
  });

  it('lose less, the more bits they have', async () => {
    const random = mulberry(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const values = Float32Array.from({ length: 8 * 256 }, normal);
    const errorOfType = async (type: GgufOutputType): Promise<number> => {
      const path = join(newFolder(), 'a.gguf');
      const data = (): HostArray => new HostArray('f32', [8, 256], values);
      await writeGguf(path, { metadata: {}, tensors: [{ name: 'x', type, shape: [8, 256], data }] });
      const file = openGguf(path);
      const read = file.read('x');
      file.close();
      return Math.sqrt(values.reduce((sum, x, i) => sum + (x - read.number(i)) ** 2, 0) / values.length);
    };
    const errors: number[] = [];
    for (const type of ['F32', 'F16', 'BF16', 'Q8_0', 'Q6_K', 'Q4_K', 'Q4_0'] as const)
      errors.push(await errorOfType(type));
    expect(errors[0]).toBe(0);
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeGreaterThan(errors[i - 1]);
    expect(errors[errors.length - 1]).toBeLessThan(0.12);
  });
});

describe('a whole file', () => {
  const content = (): GgufContent => {
    const plain = new HostArray('f32', [3, 5], floatsOf(reference.whole.plain));
    const half = HostArray.from(
      'f32',
      [3, 3],
      [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => plain.number(5 * row + column))),
    );
    return {
      metadata: {
        'general.architecture': 'llama',
        'llama.block_count': { type: 'u32', value: 2 },
        'llama.eps': { type: 'f32', value: 1e-5 },
        flag: true,
        u8: { type: 'u8', value: 200 },
        i8: { type: 'i8', value: -3 },
        u16: { type: 'u16', value: 60000 },
        i16: { type: 'i16', value: -300 },
        i32: { type: 'i32', value: -70000 },
        u64: { type: 'u64', value: 2n ** 63n + 1n },
        i64: { type: 'i64', value: -5 },
        f64: { type: 'f64', value: 0.1 },
        text: 'grüße 🌍',
        tokens: ['<s>', '▁a', ''],
        scores: { type: 'f32', value: [0.5, -1.5] },
        types: { type: 'i32', value: [1, 2, 3] },
        flags: { type: 'bool', value: [true, false] },
      },
      tensors: [
        { name: 'plain', type: 'F32', shape: [3, 5], data: () => plain },
        { name: 'half', type: 'F16', shape: [3, 3], data: async () => half },
        {
          name: 'packed',
          type: 'Q8_0',
          shape: [2, 3, 64],
          data: () => new HostArray('f32', [2, 3, 64], floatsOf(reference.whole.packed)),
        },
      ],
    };
  };
  const referenceFile = (): string => {
    const path = join(newFolder(), 'reference.gguf');
    writeFileSync(path, bytesOf(reference.whole.file));
    return path;
  };

  it('of the reference is read with its types, shapes outermost first', () => {
    const file = openGguf(referenceFile());
    expect({ ...file.metadata }).toEqual({
      ...Object.fromEntries(
        Object.entries(content().metadata).map(([key, field]) => [
          key,
          typeof field === 'object' && 'value' in field ? field.value : field,
        ]),
      ),
      'llama.eps': Math.fround(1e-5),
    });
    expect(file.fields.get('u16')).toEqual({ type: 'u16', value: 60000 });
    expect([...file.tensors].map(([name, { type, dtype, shape }]) => [name, type, dtype, shape])).toEqual([
      ['plain', 'F32', 'f32', [3, 5]],
      ['half', 'F16', 'f16', [3, 3]],
      ['packed', 'Q8_0', 'f32', [2, 3, 64]],
    ]);
    expect(elementsOf(file.read('plain'))).toEqual(Array.from(floatsOf(reference.whole.plain)));
    file.close();
  });

  it('is written as the reference writes it, byte for byte', async () => {
    const dir = newFolder();
    await writeGguf(join(dir, 'a.gguf'), content());
    expect(readFileSync(join(dir, 'a.gguf')).toString('base64')).toBe(reference.whole.file);
    expect(readdirSync(dir)).toEqual(['a.gguf']);
  });

  it('is copied by its fields', async () => {
    const file = openGguf(referenceFile());
    const path = join(newFolder(), 'copy.gguf');
    await writeGguf(path, { ...content(), metadata: Object.fromEntries(file.fields) });
    expect(readFileSync(path).toString('base64')).toBe(reference.whole.file);
    file.close();
  });

  it('gives any box of a packed tensor as slicing the whole does', async () => {
    const path = join(newFolder(), 'a.gguf');
    const shape = [3, 2, 96];
    const values = HostArray.from(
      'f32',
      shape,
      Float32Array.from({ length: numElements(shape) }, (_, i) => Math.sin(i)),
    );
    const types: GgufOutputType[] = ['Q4_0', 'Q8_0', 'BF16'];
    await writeGguf(path, {
      metadata: {},
      tensors: types.map((type) => ({ name: type, type, shape, data: () => values })),
    });
    const file = openGguf(path);
    fc.assert(
      fc.property(fc.constantFrom(...types), boxesIn(shape), (name, box) => {
        const part = file.read(name, box);
        expect(part.shape).toEqual(box.shape);
        expect(elementsOf(part)).toEqual(boxOf(file.read(name), box));
      }),
    );
    const rows = file.readRaw('Q8_0', { start: [1, 0, 32], shape: [2, 2, 64] });
    const whole = file.readRaw('Q8_0').bytes;
    const expected = [2, 3, 4, 5].map((row) => Buffer.from(whole.subarray(34 * (3 * row + 1), 34 * (3 * row + 3))));
    expect(Buffer.from(rows.bytes).equals(Buffer.concat(expected))).toBe(true);
    const cut = await errorOf(() => file.readRaw('Q8_0', { start: [0, 0, 1], shape: [1, 1, 32] }));
    expect(cut.code).toBe('data/box');
    file.close();
  });

  it('stays as it was when a new one cannot be written', async () => {
    const dir = newFolder();
    const path = join(dir, 'a.gguf');
    const ones = HostArray.full('f32', [32], 1);
    const source = { name: 'x', type: 'Q8_0', shape: [32], data: () => ones } as const;
    await writeGguf(path, { metadata: {}, tensors: [source] });
    const before = readFileSync(path);
    const bad: GgufContent['tensors'][number][] = [
      { ...source, shape: [33], data: () => HostArray.zeros('f32', [33]) },
      { ...source, shape: [] },
      { ...source, shape: [1, 1, 1, 1, 32] },
      { ...source, shape: [64] },
      { ...source, name: '' },
      { ...source, name: 'x'.repeat(64) },
      { ...source, data: () => HostArray.full('f32', [32], Number.NaN) },
      { ...source, data: () => HostArray.zeros('i32', [32]) },
    ];
    for (const tensor of bad)
      expect((await errorOf(() => writeGguf(path, { metadata: {}, tensors: [tensor] }))).code).toBe('data/gguf');
    expect((await errorOf(() => writeGguf(path, { metadata: {}, tensors: [source, source] }))).code).toBe('data/gguf');
    for (const field of [
      { type: 'u8', value: 256 },
      { type: 'i32', value: 0.5 },
      { type: 'u32', value: 'a' },
      { type: 'string', value: 1 },
      { type: 'bool', value: 1 },
      { type: 'u32', value: true },
    ] as const)
      expect((await errorOf(() => writeGguf(path, { metadata: { a: field }, tensors: [] }))).code).toBe('data/gguf');
    const alignment = { 'general.alignment': { type: 'u32', value: 24 } } as const;
    expect((await errorOf(() => writeGguf(path, { metadata: alignment, tensors: [] }))).code).toBe('data/gguf');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dir)).toEqual(['a.gguf']);
  });

  it('keeps another alignment', async () => {
    const path = join(newFolder(), 'a.gguf');
    const metadata = { 'general.alignment': { type: 'u32', value: 128 } } as const;
    const tensors = ['x', 'y'].map((name, i) => ({
      name,
      type: 'F32' as const,
      shape: [3],
      data: () => HostArray.full('f32', [3], i + 1),
    }));
    await writeGguf(path, { metadata, tensors });
    expect(readFileSync(path).length).toBe(128 * 3);
    const file = openGguf(path);
    expect(['x', 'y'].map((name) => file.read(name).toNumbers())).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    file.close();
  });
});

describe('split models', () => {
  const u16Field = (key: string, value: number): Buffer => Buffer.concat([text(key), u32(2), Buffer.from([value, 0])]);
  const i32Field = (key: string, value: number): Buffer => Buffer.concat([text(key), u32(5), u32(value)]);
  const part = (no: number, count: number, name: string, total = 3): Buffer =>
    ggufFile({
      fields: [u16Field('split.no', no), u16Field('split.count', count), i32Field('split.tensors.count', total)],
      tensors: [{ name, dims: [1], type: 24, offset: 0 }],
      data: Uint8Array.of(no + 1),
    });
  const model = (parts: Readonly<Record<string, Buffer>>): string => {
    const dir = newFolder();
    for (const [name, bytes] of Object.entries(parts)) writeFileSync(join(dir, name), bytes);
    return dir;
  };
  const names = ['m-00001-of-00003.gguf', 'm-00002-of-00003.gguf', 'm-00003-of-00003.gguf'];
  it('are opened together, whichever part is named', () => {
    const dir = model({ [names[0]]: part(0, 3, 'a'), [names[1]]: part(1, 3, 'b'), [names[2]]: part(2, 3, 'c') });
    for (const name of names) {
      const file = openGguf(join(dir, name));
      expect([...file.tensors.keys()]).toEqual(['a', 'b', 'c']);
      expect(['a', 'b', 'c'].map((tensor) => file.read(tensor).number(0))).toEqual([1, 2, 3]);
      file.close();
    }
  });
  it.each<[string, Readonly<Record<string, Buffer>>]>([
    ['a missing part', { [names[0]]: part(0, 3, 'a'), [names[2]]: part(2, 3, 'c') }],
    ['a tensor twice', { [names[0]]: part(0, 3, 'a'), [names[1]]: part(1, 3, 'a'), [names[2]]: part(2, 3, 'c') }],
    ['parts exchanged', { [names[0]]: part(1, 3, 'a'), [names[1]]: part(0, 3, 'b'), [names[2]]: part(2, 3, 'c') }],
    ['another count', { [names[0]]: part(0, 2, 'a'), [names[1]]: part(1, 3, 'b'), [names[2]]: part(2, 3, 'c') }],
    [
      'another number of tensors',
      { [names[0]]: part(0, 3, 'a', 4), [names[1]]: part(1, 3, 'b'), [names[2]]: part(2, 3, 'c') },
    ],
  ])('with %s are refused', async (_, parts) => {
    expect((await errorOf(() => openGguf(join(model(parts), names[0])))).code).toBe('data/gguf');
  });
  it('are refused when the name was changed, or cannot be', async () => {
    const dir = model({ 'x.gguf': part(0, 3, 'a'), 'm-00004-of-00003.gguf': part(0, 3, 'a') });
    expect((await errorOf(() => openGguf(join(dir, 'x.gguf')))).advice).toContain('keep the names');
    expect((await errorOf(() => openGguf(join(dir, 'm-00004-of-00003.gguf')))).code).toBe('data/gguf');
  });
});

describe('hostile files', () => {
  const key = (name: string, type: number, ...value: Buffer[]): Buffer =>
    Buffer.concat([text(name), u32(type), ...value]);
  const x = { name: 'x', dims: [4], type: 0, offset: 0 };
  const data = new Uint8Array(64);
  it.each<[string, RawFile]>([
    ['another magic', { magic: 'GGML' }],
    ['big-endian content', { magic: 'FUGG' }],
    ['version 1', { version: 1 }],
    ['version 4', { version: 4 }],
    ['2⁶² tensors', { tensorCount: 2n ** 62n }],
    ['2⁶² keys', { fieldCount: 2n ** 62n }],
    ['more keys than it has', { fieldCount: 1 }],
    ['a key of 2⁴⁰ bytes', { fieldCount: 1, fields: [u64(2n ** 40n), Buffer.alloc(64)] }],
    ['a text of 2⁶⁴ − 1 bytes', { fields: [key('a', 8, u64(2n ** 64n - 1n), Buffer.alloc(64))] }],
    ['an array of 2⁵⁰ texts', { fields: [key('a', 9, u32(8), u64(2n ** 50n), Buffer.alloc(64))] }],
    ['an array of more bytes than are left', { fields: [key('a', 9, u32(0), u64(100), Buffer.alloc(64))] }],
    [
      'an array of more elements than any vocabulary',
      { fields: [key('a', 9, u32(7), u64(2 ** 24 + 1), Buffer.alloc(2 ** 24 + 1))] },
    ],
    ['an array of arrays', { fields: [key('a', 9, u32(9), u64(1), u32(0), u64(1), Buffer.alloc(1))] }],
    ['an unknown type of value', { fields: [key('a', 13, Buffer.alloc(64))] }],
    ['a key twice', { fields: [key('a', 0, Buffer.of(1)), key('a', 0, Buffer.of(1))] }],
    ['an alignment of 0', { fields: [key('general.alignment', 4, u32(0))] }],
    ['an alignment of 24', { fields: [key('general.alignment', 4, u32(24))] }],
    ['an alignment that is a text', { fields: [key('general.alignment', 8, text('32'))] }],
    ['an unknown type of tensor', { tensors: [{ ...x, type: 4 }], data }],
    ['a size that no file can hold', { tensors: [{ ...x, dims: [2n ** 63n] }], data }],
    ['sizes whose product no file can hold', { tensors: [{ ...x, dims: [2 ** 40, 2 ** 40] }], data }],
    ['too many dimensions', { tensors: [{ ...x, dims: new Array<number>(9).fill(1) }], data }],
    ['half a block', { tensors: [{ ...x, dims: [33], type: 8 }], data }],
    ['a packed scalar', { tensors: [{ ...x, dims: [], type: 8 }], data }],
    ['a tensor that ends behind the file', { tensors: [{ ...x, dims: [17] }], data }],
    ['a tensor that begins behind the file', { tensors: [{ ...x, offset: 96 }], data }],
    ['an offset of 2⁶³', { tensors: [{ ...x, offset: 2n ** 63n }], data }],
    ['an offset between the multiples', { tensors: [{ ...x, offset: 4 }], data }],
    ['tensors on the same bytes', { tensors: [x, { ...x, name: 'y' }], data }],
    [
      'tensors that overlap',
      {
        tensors: [
          { ...x, dims: [16] },
          { ...x, name: 'y', offset: 32 },
        ],
        data,
      },
    ],
    ['a tensor twice', { tensors: [x, { ...x, offset: 32 }], data }],
  ])('with %s are refused', async (_, raw) => {
    expect((await errorOf(() => openGguf(fileWith(raw)))).code).toBe('data/gguf');
  });
  it('are refused when they are empty, absent or a folder', async () => {
    const dir = newFolder();
    writeFileSync(join(dir, 'empty'), '');
    for (const name of ['empty', 'absent', '.'])
      expect((await errorOf(() => openGguf(join(dir, name)))).code).toBe('data/gguf');
  });
  it('keep keys and tensors called __proto__', () => {
    const file = openGguf(
      fileWith({ fields: [key('__proto__', 8, text('a'))], tensors: [{ ...x, name: '__proto__' }], data }),
    );
    expect(Object.entries(file.metadata)).toEqual([['__proto__', 'a']]);
    expect(file.read('__proto__').shape).toEqual([4]);
    file.close();
  });
  it('with any byte changed, or cut short anywhere, are read or refused in one line', () => {
    const path = join(newFolder(), 'a.gguf');
    writeFileSync(path, bytesOf(reference.whole.file));
    const read = (): void => {
      const file = openGguf(path);
      try {
        for (const name of file.tensors.keys()) file.read(name);
      } finally {
        file.close();
      }
    };
    readDamaged(path, 'data/gguf', read, 1500);
  });
});
