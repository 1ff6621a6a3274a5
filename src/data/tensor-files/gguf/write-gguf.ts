import { renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { dtypeInfo, type HostArray, sameShape, UserError } from '../../../base/index.ts';
import { bfloat16Of, float16Of, float32Of } from '../float-values.ts';
import { changeFolder, syncFolder, writeAll, writeThrough } from '../write-file.ts';
import { DEFAULT_ALIGNMENT, GGUF_MAGIC, GGUF_VERSION, packedBytes } from './gguf-header.ts';
import { encodeFields, encodeString, encodeU32, encodeU64, type GgufField } from './metadata-fields.ts';
import { quantizeQ4_0, quantizeQ5_0, quantizeQ8_0 } from './quantize-blocks.ts';
import { quantizeQ4K, quantizeQ6K } from './quantize-k-blocks.ts';
import { ggufTypeInfo } from './tensor-types.ts';

/** Packs float32 values, whole blocks of them. */
type Quantizer = (values: Float32Array, blocks: Uint8Array) => void;

const quantizers: Readonly<Record<'Q8_0' | 'Q5_0' | 'Q4_0' | 'Q4_K' | 'Q6_K', Quantizer>> = {
  Q8_0: quantizeQ8_0,
  Q5_0: quantizeQ5_0,
  Q4_0: quantizeQ4_0,
  Q4_K: quantizeQ4K,
  Q6_K: quantizeQ6K,
};

/** Types that tensors can be written as. */
export type GgufOutputType = 'F32' | 'F16' | 'BF16' | keyof typeof quantizers;

/** A tensor to write; `data` is called when its turn comes, and gives an array of this shape of any float type. */
export interface GgufTensorSource {
  readonly name: string;
  readonly type: GgufOutputType;
  /** Outermost dimension first. */
  readonly shape: readonly number[];
  readonly data: () => HostArray | Promise<HostArray>;
}

export interface GgufContent {
  /** Values by key; texts, booleans and lists of texts need no type. */
  readonly metadata: Readonly<Record<string, GgufField | string | boolean | readonly string[]>>;
  readonly tensors: readonly GgufTensorSource[];
}

/** ggml keeps names in 64 bytes, the last of which is 0, and has four dimensions. */
const [MAX_NAME_BYTES, MAX_DIMENSIONS] = [63, 4];

/**
 * Writes a GGUF file (version 3) under a temporary name, waits until it is on disk, and renames it: a crash leaves no half file. No more than one
 * tensor is in memory at a time. Throws `data/gguf` for names, shapes and values that the format or the type cannot hold,
 * `data/write` when the system refuses.
 */
export async function writeGguf(path: string, content: GgufContent): Promise<void> {
  const { tensors } = content;
  const fields = new Map(Object.entries(content.metadata).map(([key, value]) => [key, fieldOf(value)]));
  const alignment = alignmentOf(fields);
  const infos: Uint8Array[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (const tensor of tensors) {
    requireWritable(tensor, names);
    const { name, type, shape } = tensor;
    infos.push(encodeString(name), encodeU32(shape.length), ...[...shape].reverse().map(encodeU64));
    infos.push(encodeU32(ggufTypeInfo(type).id), encodeU64(offset));
    offset += Math.ceil(packedBytes(type, shape) / alignment) * alignment;
  }
  const magic = Buffer.from(GGUF_MAGIC, 'latin1');
  const counts = [encodeU64(tensors.length), encodeU64(fields.size)];
  const header = Buffer.concat([magic, encodeU32(GGUF_VERSION), ...counts, encodeFields(fields), ...infos]);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there && !there.isFile())
    throw new UserError('data/write', `${path} is there, and is no file`, {
      expected: 'a new file, or one to replace',
    });
  const partial = `${path}.partial`;
  try {
    await writeThrough(partial, async (fd) => {
      const write = (bytes: Uint8Array): void => {
        writeAll(fd, bytes);
        writeAll(fd, Buffer.alloc(Math.ceil(bytes.length / alignment) * alignment - bytes.length));
      };
      write(header);
      for (const tensor of tensors) write(await packed(tensor));
    });
    changeFolder(dirname(path), () => {
      renameSync(partial, path);
      syncFolder(dirname(path));
    });
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function fieldOf(value: GgufContent['metadata'][string]): GgufField {
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value === 'boolean') return { type: 'bool', value };
  return isField(value) ? value : { type: 'string', value };
}

const isField = (value: GgufField | readonly string[]): value is GgufField => !Array.isArray(value);

function alignmentOf(fields: ReadonlyMap<string, GgufField>): number {
  const field = fields.get('general.alignment');
  if (field === undefined) return DEFAULT_ALIGNMENT;
  const { type, value } = field;
  if (type !== 'u32' || typeof value !== 'number' || value < 1 || !Number.isInteger(Math.log2(value)))
    throw new UserError('data/gguf', 'general.alignment is a u32 and a power of two', { given: `${type} ${value}` });
  return value;
}

function requireWritable({ name, type, shape }: GgufTensorSource, names: Set<string>): void {
  const wrong = (summary: string, expected: string, given: string): UserError =>
    new UserError('data/gguf', `tensor ${name} ${summary}`, { expected, given });
  const numBytes = Buffer.byteLength(name);
  if (numBytes === 0 || numBytes > MAX_NAME_BYTES)
    throw wrong('has a name that does not fit', `1 to ${MAX_NAME_BYTES} bytes`, `${numBytes}`);
  if (names.has(name)) throw wrong('is there twice', 'every name once', name);
  names.add(name);
  const shown = `[${shape.join(',')}]`;
  if (shape.length === 0 || shape.length > MAX_DIMENSIONS || !shape.every((n) => Number.isSafeInteger(n) && n > 0))
    throw wrong('has a shape that GGUF cannot hold', `1 to ${MAX_DIMENSIONS} dimensions, none of them empty`, shown);
  const { blockElements } = ggufTypeInfo(type);
  if (shape[shape.length - 1] % blockElements !== 0)
    throw wrong(`cannot be packed as ${type}`, `rows of a multiple of ${blockElements} elements`, shown);
}

async function packed({ name, type, shape, data }: GgufTensorSource): Promise<Uint8Array> {
  const array = await data();
  if (!sameShape(array.shape, shape) || dtypeInfo(array.dtype).kind !== 'float')
    throw new UserError('data/gguf', `the source of tensor ${name} gave another type than it told of`, {
      expected: `floats [${shape.join(',')}]`,
      given: `${array.dtype}[${array.shape.join(',')}]`,
    });
  const { dtype } = ggufTypeInfo(type);
  if (dtype === array.dtype) return array.bytes;
  const values = float32Of(array);
  if (dtype !== undefined) {
    const plain = type === 'F32' ? values : type === 'F16' ? float16Of(values) : bfloat16Of(values);
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength);
  }
  // A scale that is no number would make its whole block so.
  if (!values.every(Number.isFinite))
    throw new UserError('data/gguf', `tensor ${name} has values that ${type} cannot hold`, {
      given: 'NaN or infinity',
    });
  const bytes = new Uint8Array(packedBytes(type, shape));
  quantizers[type as keyof typeof quantizers](values, bytes);
  return bytes;
}
