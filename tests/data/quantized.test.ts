import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type DType, EspalierError, HostArray, parseDType } from '../../src/base/index.ts';
import { dequantized, openTensorFolder, type TensorStore, writeSafetensors } from '../../src/data/index.ts';
import cases from '../oracles/quantized-folders.json' with { type: 'json' };
import '../seed.ts';
import { boxesIn, boxOf, elementsOf, errorOf, temporaryFolders } from './tensor-file-cases.ts';

const { newFolder, remove } = temporaryFolders('quantized');
afterAll(remove);

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string;
}
type Tensors = Readonly<Record<string, Stored>>;

interface Case {
  readonly name: string;
  readonly config: unknown;
  readonly tensors: Tensors;
  readonly expected: Tensors;
}

const arrayOf = ({ dtype, shape, data }: Stored): HostArray =>
  HostArray.fromBytes(parseDType(dtype), shape, Uint8Array.from(Buffer.from(data, 'base64')));

function folderOf(tensors: ReadonlyMap<string, HostArray>): TensorStore {
  const dir = newFolder();
  writeSafetensors(join(dir, 'model.safetensors'), tensors);
  return openTensorFolder(dir);
}

const arraysOf = (tensors: Tensors): Map<string, HostArray> =>
  new Map(Object.entries(tensors).map(([name, stored]) => [name, arrayOf(stored)]));

const all = cases as unknown as readonly Case[];
const caseNamed = (name: string): Case => all.find((c) => c.name === name)!;

describe('a quantized folder', () => {
  it.each(all.map((c) => [c.name, c] as const))(
    'in %s has the weights of the reference',
    (_, { config, tensors, expected }) => {
      const stored = folderOf(arraysOf(tensors));
      const store = dequantized(stored, config);
      expect([...store.tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
      for (const [name, values] of Object.entries(expected)) {
        const reference = arrayOf(values);
        expect(store.tensors.get(name)!.shape).toEqual(values.shape);
        const read = store.read(name);
        expect(read.dtype).toBe(store.tensors.get(name)!.dtype);
        expect(read.shape).toEqual(values.shape);
        expect(elementsOf(read)).toEqual(elementsOf(reference));
        fc.assert(
          fc.property(boxesIn(values.shape), (box) => {
            const part = store.read(name, box);
            expect(part.shape).toEqual(box.shape);
            expect(elementsOf(part)).toEqual(boxOf(reference, box));
          }),
          { numRuns: 15 },
        );
      }
      store.close();
    },
  );

  it('without a configuration is the folder itself', () => {
    const store = folderOf(new Map([['x', HostArray.zeros('f32', [2])]]));
    expect(dequantized(store, undefined)).toBe(store);
    expect(dequantized(store, null)).toBe(store);
    store.close();
  });

  it('reads only the parts that a box needs', () => {
    const { config, tensors } = caseNamed('GPTQ, 4 bits');
    const stored = folderOf(arraysOf(tensors));
    let elements = 0;
    const counting: TensorStore = {
      ...stored,
      read: (name, box) => {
        const read = stored.read(name, box);
        elements += read.size;
        return read;
      },
    };
    dequantized(counting, config).read('model.layers.0.mlp.up_proj.weight', { start: [3, 8], shape: [2, 8] });
    // A word for each of two outputs, their scales, a word of zero points, eight entries of g_idx.
    expect(elements).toBe(2 + 2 + 1 + 8);
    stored.close();
  });

  const gptq = caseNamed('GPTQ, 4 bits');
  const changed = (name: string, stored: HostArray | undefined): Map<string, HostArray> => {
    const tensors = arraysOf(gptq.tensors);
    const key = `model.layers.0.mlp.up_proj.${name}`;
    if (stored) tensors.set(key, stored);
    else tensors.delete(key);
    return tensors;
  };
  it.each<[string, unknown, ReadonlyMap<string, HostArray>]>([
    ['no object', 'gptq', arraysOf(gptq.tensors)],
    ['no method', {}, arraysOf(gptq.tensors)],
    ['a method that is not known', { quant_method: 'bitsandbytes' }, arraysOf(gptq.tensors)],
    ['a method called like a method of objects', { quant_method: 'constructor' }, arraysOf(gptq.tensors)],
    [
      'a checkpoint format that is not known',
      { ...(gptq.config as object), checkpoint_format: 'marlin' },
      arraysOf(gptq.tensors),
    ],
    ['bits that are no number', { ...(gptq.config as object), bits: '4' }, arraysOf(gptq.tensors)],
    ['another layout of AWQ', { quant_method: 'awq', version: 'gemv' }, arraysOf(caseNamed('AWQ').tensors)],
    ['missing scales', gptq.config, changed('scales', undefined)],
    ['scales of another shape', gptq.config, changed('scales', HostArray.zeros('f16', [2, 15]))],
    ['scales of another type', gptq.config, changed('scales', HostArray.zeros('i32', [2, 16]))],
    ['levels of another type', gptq.config, changed('qweight', HostArray.zeros('f32', [8, 16]))],
    ['levels that are no matrix', gptq.config, changed('qweight', HostArray.zeros('i32', [128]))],
    ['zero points of another shape', gptq.config, changed('qzeros', HostArray.zeros('i32', [3, 2]))],
    ['an order of another length', gptq.config, changed('g_idx', HostArray.zeros('i32', [640]))],
    ['a float weight beside the packed one', gptq.config, changed('weight', HostArray.zeros('f16', [16, 64]))],
    [
      '8-bit floats without scales',
      { quant_method: 'fp8' },
      new Map([['a.weight', HostArray.zeros('f8E4M3FN', [4, 4])]]),
    ],
    [
      'scales for another number of rows',
      { quant_method: 'fp8' },
      new Map([
        ['a.weight', HostArray.zeros('f8E4M3FN', [4, 4])],
        ['a.weight_scale', HostArray.zeros('f32', [3, 1])],
      ]),
    ],
    [
      'a packed weight of another shape than it says',
      { quant_method: 'compressed-tensors', config_groups: { a: { weights: { num_bits: 4 } } } },
      new Map([
        ['a.weight_packed', HostArray.zeros('i32', [4, 4])],
        ['a.weight_scale', HostArray.zeros('f32', [4, 1])],
        ['a.weight_shape', HostArray.from('i64', [2], [4n, 640n])],
      ]),
    ],
    [
      'sparse weights',
      { quant_method: 'compressed-tensors', sparsity_config: { format: 'sparse-24-bitmask' } },
      new Map(),
    ],
  ])('with %s is refused', async (_, config, tensors) => {
    const store = folderOf(tensors);
    expect((await errorOf(() => dequantized(store, config))).code).toBe('data/quantization');
    store.close();
  });

  it('with an order that names groups that do not exist is refused when it is read', async () => {
    const order = HostArray.full('i32', [64], 7);
    const store = dequantized(folderOf(changed('g_idx', order)), gptq.config);
    const error = await errorOf(() => store.read('model.layers.0.mlp.up_proj.weight'));
    expect(error.code).toBe('data/quantization');
    store.close();
  });

  it('with any part or setting changed is read, or refused with a code of ours', () => {
    const changes = fc.constantFrom(...all).chain((c) =>
      fc.record({
        case: fc.constant(c),
        key: fc.constantFrom(
          ...Object.keys(c.config as object),
          'bits',
          'group_size',
          'weight_block_size',
          'config_groups',
        ),
        value: fc.oneof(
          fc.jsonValue(),
          fc.constantFrom(0, -1, 3, 7, 1e9, [0, 0], [3, 5], { a: { weights: { num_bits: 0 } } }),
        ),
        part: fc.constantFrom(...Object.keys(c.tensors)),
        dtype: fc.constantFrom<DType | undefined>(undefined, undefined, 'i32', 'f16', 'u8', 'i64', 'f8E4M3FN'),
        shape: fc.option(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }), { nil: undefined }),
        isGone: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      }),
    );
    let read = 0;
    fc.assert(
      fc.property(changes, ({ case: c, key, value, part, dtype, shape, isGone }) => {
        const tensors = arraysOf(c.tensors);
        const stored = tensors.get(part)!;
        if (isGone) tensors.delete(part);
        else if (dtype || shape) tensors.set(part, HostArray.zeros(dtype ?? stored.dtype, shape ?? stored.shape));
        const store = folderOf(tensors);
        try {
          const floats = dequantized(store, { ...(c.config as object), [key]: value });
          for (const [name, { shape }] of floats.tensors) expect(floats.read(name).shape).toEqual(shape);
          read++;
        } catch (error) {
          if (!(error instanceof EspalierError) || error.code !== 'data/quantization') throw error;
        } finally {
          store.close();
        }
      }),
      { numRuns: 600 },
    );
    expect(read).toBeGreaterThan(100);
  });
});
