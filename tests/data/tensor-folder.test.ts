import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type DType, dtypeInfo, EspalierError, HostArray, numElements } from '../../src/base/index.ts';
import {
  openSafetensors,
  openTensorFolder,
  readSafetensors,
  type TensorSource,
  type TensorStore,
  writeSafetensors,
  writeTensorFolder,
} from '../../src/data/index.ts';
import '../seed.ts';
import { boxesIn, boxOf, elementsOf, errorOf, readDamaged, temporaryFolders } from './tensor-file-cases.ts';

const { newFolder, remove } = temporaryFolders('tensor-folder');
afterAll(remove);

function counting(dtype: DType, shape: readonly number[]): HostArray {
  const bytes = new Uint8Array(numElements(shape) * dtypeInfo(dtype).bytes).map((_, i) => (i * 7 + (i >> 8)) & 0xff);
  return HostArray.fromBytes(dtype, shape, bytes);
}

function all(store: TensorStore): Map<string, HostArray> {
  return new Map([...store.tensors.keys()].sort().map((name) => [name, store.read(name)]));
}

describe('reading boxes', () => {
  const shapeAndBox = fc
    .array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 })
    .chain((shape) => fc.record({ shape: fc.constant(shape), box: boxesIn(shape) }));
  it('gives the elements that slicing the whole tensor gives', () => {
    const path = join(newFolder(), 'a.safetensors');
    fc.assert(
      fc.property(
        shapeAndBox,
        fc.constantFrom<DType>('f32', 'bf16', 'u8', 'i64', 'c64', 'f8E8M0FNU', 'f8E4M3FNUZ'),
        ({ shape, box }, dtype) => {
          const array = counting(dtype, shape);
          writeSafetensors(
            path,
            new Map([
              ['before', counting('u8', [3])],
              ['x', array],
              ['after', counting('u8', [5])],
            ]),
          );
          const store = openSafetensors(path);
          const part = store.read('x', box);
          const whole = store.read('x');
          store.close();
          expect(whole.equals(array)).toBe(true);
          expect([part.dtype, part.shape]).toEqual([dtype, box.shape]);
          expect(elementsOf(part)).toEqual(boxOf(array, box));
        },
      ),
    );
  });
  it('joins runs that lie close together, and reads those that lie far apart one by one', () => {
    const path = join(newFolder(), 'a.safetensors');
    const array = counting('i32', [40, 3, 3000]);
    writeSafetensors(path, new Map([['x', array]]));
    const store = openSafetensors(path);
    for (const box of [
      { start: [0, 0, 17], shape: [40, 3, 1] },
      { start: [3, 1, 0], shape: [30, 1, 3000] },
      { start: [3, 0, 1], shape: [30, 3, 2990] },
      { start: [0, 2, 2999], shape: [40, 1, 1] },
    ])
      expect(elementsOf(store.read('x', box))).toEqual(boxOf(array, box));
    store.close();
  });
  it('of a file larger than memory touches only the box', async () => {
    const path = join(newFolder(), 'large.safetensors');
    const shape = [1 << 20, 1 << 20];
    const numBytes = 2 ** 41;
    const header = Buffer.from(JSON.stringify({ x: { dtype: 'BF16', shape, data_offsets: [0, numBytes] } }).padEnd(96));
    const fd = openSync(path, 'w');
    try {
      writeSync(fd, Buffer.concat([Buffer.from(BigUint64Array.of(BigInt(header.length)).buffer), header]));
      ftruncateSync(fd, 8 + header.length + numBytes);
      const at = 8 + header.length + 2 * (700_000 * shape[1] + 5);
      writeSync(fd, Uint8Array.of(0x80, 0x3f), 0, 2, at);
    } finally {
      closeSync(fd);
    }
    const store = openSafetensors(path);
    expect(store.read('x', { start: [699_999, 4], shape: [2, 3] }).toNumbers()).toEqual([0, 0, 0, 0, 1, 0]);
    expect((await errorOf(() => store.read('x'))).code).toBe('data/too-large');
    store.close();
    rmSync(path);
  });
  it('refuses names that are absent, boxes outside, and files that are closed or have shrunk', async () => {
    const path = join(newFolder(), 'a.safetensors');
    writeSafetensors(path, new Map([['a.weight', counting('f32', [4, 4])]]));
    const store = openSafetensors(path);
    expect(await errorOf(() => store.read('b.weight'))).toMatchObject({ code: 'data/tensor-name' });
    for (const box of [
      { start: [0], shape: [4] },
      { start: [0, 0, 0], shape: [4, 4, 1] },
      { start: [1, 0], shape: [4, 4] },
      { start: [-1, 0], shape: [1, 1] },
      { start: [0, 0], shape: [-1, 1] },
      { start: [0.5, 0], shape: [1, 1] },
      { start: [Number.NaN, 0], shape: [1, 1] },
    ])
      expect((await errorOf(() => store.read('a.weight', box))).code).toBe('data/box');
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, readFileSync(path).length - 4);
    closeSync(fd);
    expect((await errorOf(() => store.read('a.weight'))).code).toBe('data/safetensors');
    store.close();
    store.close();
    expect((await errorOf(() => store.read('a.weight'))).code).toBe('data/closed');
  });
  it('keeps a tensor called __proto__', () => {
    const path = join(newFolder(), 'a.safetensors');
    const tensors = new Map([['__proto__', counting('f32', [2])]]);
    writeSafetensors(path, tensors);
    expect(readSafetensors(path).tensors.get('__proto__')!.equals(tensors.get('__proto__')!)).toBe(true);
  });
});

describe('folders of tensors', () => {
  const model = (): Map<string, HostArray> =>
    new Map([
      ['model.embed.weight', counting('bf16', [10, 4])],
      ['model.layers.0.flags', counting('u8', [3])],
      ['model.layers.0.weight', counting('f32', [4, 4])],
      ['lm_head.weight', counting('bf16', [10, 4])],
    ]);
  it('are written as save_pretrained writes them, and read back', async () => {
    const dir = newFolder();
    await writeTensorFolder(dir, model(), { maxShardBytes: 90 });
    expect(readdirSync(dir).sort()).toEqual([
      'model-00001-of-00003.safetensors',
      'model-00002-of-00003.safetensors',
      'model-00003-of-00003.safetensors',
      'model.safetensors.index.json',
    ]);
    expect(readFileSync(join(dir, 'model.safetensors.index.json'), 'utf8')).toBe(`{
  "metadata": {
    "total_parameters": 99,
    "total_size": 227
  },
  "weight_map": {
    "lm_head.weight": "model-00003-of-00003.safetensors",
    "model.embed.weight": "model-00001-of-00003.safetensors",
    "model.layers.0.flags": "model-00001-of-00003.safetensors",
    "model.layers.0.weight": "model-00002-of-00003.safetensors"
  }
}
`);
    expect(readSafetensors(join(dir, 'model-00001-of-00003.safetensors')).metadata).toEqual({ format: 'pt' });
    for (const path of [dir, join(dir, 'model.safetensors.index.json')]) {
      const store = openTensorFolder(path);
      expect(store.metadata).toEqual({ total_parameters: 99, total_size: 227 });
      for (const [name, array] of model()) {
        expect(store.tensors.get(name)).toMatchObject({ dtype: array.dtype, shape: array.shape });
        expect(store.read(name).equals(array)).toBe(true);
      }
      expect(store.tensors.size).toBe(4);
      store.close();
    }
  });
  it('cut their tensors so that each file keeps the limit, and each tensor begins at a multiple of its element', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom<DType>('u8', 'bf16', 'f32', 'f64'), fc.integer({ min: 0, max: 40 })), {
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 300 }),
        async (sizes, maxShardBytes) => {
          const dir = newFolder();
          const tensors = new Map(sizes.map(([dtype, n], i) => [`t.${i}`, counting(dtype, [n])]));
          await writeTensorFolder(dir, tensors, { maxShardBytes });
          const store = openTensorFolder(dir);
          expect(new Set(store.tensors.keys())).toEqual(new Set(tensors.keys()));
          for (const [name, array] of tensors) expect(store.read(name).equals(array)).toBe(true);
          store.close();
          for (const name of readdirSync(dir).filter((f) => f.endsWith('.safetensors'))) {
            const found = readSafetensors(join(dir, name)).tensors;
            const numBytes = [...found.values()].reduce((n, t) => n + t.bytes.length, 0);
            expect(numBytes <= maxShardBytes || found.size === 1).toBe(true);
            const file = readFileSync(join(dir, name));
            const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString());
            for (const [key, entry] of Object.entries<{ data_offsets: number[] }>(header))
              if (key !== '__metadata__')
                expect(entry.data_offsets[0] % dtypeInfo(found.get(key)!.dtype).bytes).toBe(0);
          }
          rmSync(dir, { recursive: true });
        },
      ),
      { numRuns: 40 },
    );
  });
  it('hold one tensor in memory at a time', async () => {
    const dir = newFolder();
    const events: string[] = [];
    const source = (name: string): readonly [string, TensorSource] => [
      name,
      {
        dtype: 'f32',
        shape: [2],
        read: async () => {
          events.push(name);
          return HostArray.from('f32', [2], [events.length, 0]);
        },
      },
    ];
    await writeTensorFolder(dir, [source('a'), source('b'), source('c')], { maxShardBytes: 16 });
    expect(events).toEqual(['a', 'b', 'c']);
    expect([...all(openTensorFolder(dir)).values()].map((t) => t.number(0))).toEqual([1, 2, 3]);
  });
  it('are replaced whole, whatever was there, and nothing of the old model stays', async () => {
    const dir = newFolder();
    writeFileSync(join(dir, 'config.json'), '{}');
    for (const maxShardBytes of [1000, 90, 30, 90, 1000]) {
      await writeTensorFolder(dir, model(), { maxShardBytes });
      expect(all(openTensorFolder(dir))).toEqual(new Map([...model()].sort(([a], [b]) => (a < b ? -1 : 1))));
      expect(readdirSync(dir).length).toBe(maxShardBytes === 1000 ? 2 : maxShardBytes === 90 ? 5 : 6);
    }
  });
  it('stay as they were when a tensor cannot be made', async () => {
    const dir = newFolder();
    await writeTensorFolder(dir, model(), { maxShardBytes: 90 });
    const before = readdirSync(dir);
    const broken: [string, HostArray | TensorSource][] = [...model()];
    const failing = (read: TensorSource['read']): Promise<EspalierError> =>
      errorOf(() =>
        writeTensorFolder(dir, [...broken, ['x', { dtype: 'f32', shape: [2], read }]], { maxShardBytes: 30 }),
      );
    const full = new EspalierError('test/full', 'no space');
    expect(
      await failing(() => {
        throw full;
      }),
    ).toBe(full);
    expect((await failing(() => counting('f32', [3]))).code).toBe('data/tensor-source');
    expect((await failing(() => counting('i32', [2]))).code).toBe('data/tensor-source');
    const twice = errorOf(() => writeTensorFolder(dir, [...model(), ...model()]));
    expect((await twice).code).toBe('data/tensor-source');
    expect((await errorOf(() => writeTensorFolder(dir, [['x', counting('i4', [2])]]))).code).toBe('data/safetensors');
    expect((await errorOf(() => writeTensorFolder(dir, model(), { maxShardBytes: 0 }))).code).toBe(
      'data/tensor-source',
    );
    expect(readdirSync(dir)).toEqual(before);
    expect(all(openTensorFolder(dir)).size).toBe(4);
  });
  it('are not written where the system refuses', async () => {
    const dir = newFolder();
    writeFileSync(join(dir, 'file'), '');
    mkdirSync(join(dir, 'sub', 'model.safetensors.partial', 'x'), { recursive: true });
    for (const name of ['file', 'file/below', 'sub'])
      expect((await errorOf(() => writeTensorFolder(join(dir, name), model()))).code).toBe('data/write');
  });
  it('may consist of links to other folders, as the cache of huggingface_hub does', () => {
    const [blobs, dir] = [newFolder(), newFolder()];
    writeSafetensors(join(blobs, 'abc'), model());
    symlinkSync(join(blobs, 'abc'), join(dir, 'model.safetensors'));
    expect(openTensorFolder(dir).tensors.size).toBe(4);
  });

  const index = (weightMap: unknown): string => {
    const dir = newFolder();
    writeSafetensors(
      join(dir, 'a.safetensors'),
      new Map([
        ['x', counting('f32', [2])],
        ['y', counting('f32', [2])],
      ]),
    );
    writeSafetensors(
      join(dir, 'b.safetensors'),
      new Map([
        ['z', counting('f32', [2])],
        ['y', counting('f32', [2])],
      ]),
    );
    writeSafetensors(join(dir, '../outside.safetensors'), new Map([['x', counting('f32', [2])]]));
    writeFileSync(join(dir, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: weightMap }));
    return dir;
  };
  it('whose index and files disagree are refused, with all that is wrong in one line', async () => {
    const error = await errorOf(() =>
      openTensorFolder(index({ x: 'a.safetensors', w: 'a.safetensors', z: 'b.safetensors', v: 'c.safetensors' })),
    );
    expect(error.code).toBe('data/tensor-folder');
    expect(error.given).toBe(
      'missing files: c.safetensors; tensors absent from their file: w (a.safetensors); ' +
        'tensors in several files: y (a.safetensors, b.safetensors); tensors that the index does not name: y',
    );
  });
  it.each<[string, unknown]>([
    ['a path to the folder above', { x: '../outside.safetensors' }],
    ['an absolute path', { x: join(newFolder(), '../outside.safetensors') }],
    ['a path below', { x: 'sub/a.safetensors' }],
    ['a path of another system', { x: '..\\outside.safetensors' }],
    ['no text', { x: 1 }],
    ['nothing', { x: '' }],
    ['the folder', { x: '.' }],
    ['a list', ['a.safetensors']],
    ['null', null],
  ])('whose index names %s are refused', async (_, weightMap) => {
    expect((await errorOf(() => openTensorFolder(index(weightMap)))).code).toBe('data/tensor-folder');
  });
  it('without weights say what they hold', async () => {
    const dir = newFolder();
    expect(await errorOf(() => openTensorFolder(dir))).toMatchObject({
      code: 'data/tensor-folder',
      given: 'an empty folder',
    });
    writeFileSync(join(dir, 'pytorch_model.bin'), '');
    expect((await errorOf(() => openTensorFolder(dir))).advice).toContain('pickle');
    expect((await errorOf(() => openTensorFolder(join(dir, 'absent')))).code).toBe('data/tensor-folder');
    writeFileSync(join(dir, 'model.safetensors.index.json'), '{"weight_map":');
    expect((await errorOf(() => openTensorFolder(dir))).code).toBe('data/tensor-folder');
    writeFileSync(join(dir, 'model.safetensors'), 'short');
    expect((await errorOf(() => openTensorFolder(dir))).code).toBe('data/safetensors');
  });
});

describe('damaged files', () => {
  it('lead to an error of ours or are read as what they say, and never take more memory than they have bytes', () => {
    const path = join(newFolder(), 'a.safetensors');
    const tensors = new Map([
      ['x', counting('f32', [2, 3])],
      ['y', counting('bf16', [4])],
    ]);
    writeSafetensors(path, tensors, { format: 'pt' });
    const read = (): void => {
      const { tensors } = readSafetensors(path);
      const numBytes = [...tensors.values()].reduce((n, t) => n + t.bytes.length, 0);
      expect(numBytes).toBeLessThan(readFileSync(path).length);
    };
    readDamaged(path, 'data/safetensors', read, 500);
  });
});
