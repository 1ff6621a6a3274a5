import { numElements } from '../../../base/index.ts';
import type { OpenedFile } from '../opened-file.ts';
import type { StoredTensor } from '../tensor-store.ts';
import { FileCursor } from './file-cursor.ts';
import { type GgufField, readFields } from './metadata-fields.ts';
import { type GgufType, ggufTypeInfo, ggufTypeOfId } from './tensor-types.ts';

/** A tensor of a GGUF file: `dtype` is what `read` gives, `type` how it is stored. Shapes are outermost first, unlike in the file. */
export interface GgufTensor extends StoredTensor {
  readonly type: GgufType;
}

/** Where a tensor begins, in bytes from the begin of the file. */
export interface PlacedTensor extends GgufTensor {
  readonly begin: number;
}

export interface GgufHeader {
  readonly fields: ReadonlyMap<string, GgufField>;
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
}

export const GGUF_MAGIC = 'GGUF';
export const GGUF_VERSION = 3;
export const DEFAULT_ALIGNMENT = 32;
const MAX_DIMENSIONS = 8;
/** Many times what the largest models have. */
const MAX_TENSORS = 2 ** 20;
/** Of a key with a one-byte value, and of a tensor without name and dimensions. */
const [MIN_FIELD_BYTES, MIN_TENSOR_BYTES] = [13, 24];

/** Bytes of a tensor in a file; innermost dimension in whole blocks. */
export function packedBytes(type: GgufType, shape: readonly number[]): number {
  const { blockElements, blockBytes } = ggufTypeInfo(type);
  return (numElements(shape) / blockElements) * blockBytes;
}

/**
 * Reads a header as data: every count is checked against the file's size, every tensor has a known type, whole blocks, and bytes of its own
 * in the file. Throws `data/gguf`.
 * Source: the GGUF specification, versions 2 and 3 (which differ in byte order only).
 */
export function readGgufHeader(file: OpenedFile): GgufHeader {
  const cursor = new FileCursor(file);
  const magic = Buffer.from(cursor.take(4)).toString('latin1');
  if (magic !== GGUF_MAGIC) throw cursor.fail(magic === 'FUGG' ? 'big-endian content' : 'other content');
  const version = cursor.u32();
  if (version !== GGUF_VERSION && version !== 2)
    throw cursor.fail((version & 0xffff) === 0 && version !== 0 ? 'big-endian content' : `version ${version}`);
  const tensorCount = cursor.count('tensors', MIN_TENSOR_BYTES);
  if (tensorCount > MAX_TENSORS) throw cursor.fail(`${tensorCount} tensors`);
  const fields = readFields(cursor, cursor.count('keys', MIN_FIELD_BYTES));
  const tensors = new Map<string, PlacedTensor>();
  for (let i = 0; i < tensorCount; i++) {
    const [name, tensor] = readTensor(cursor);
    if (tensors.has(name)) throw cursor.fail(`tensor ${show(name)} for the second time`);
    tensors.set(name, tensor);
  }
  return { fields, tensors: place(cursor, tensors, alignmentOf(cursor, fields), file.numBytes) };
}

const show = (name: string): string => JSON.stringify(name.slice(0, 80));

/** A tensor whose `begin` still counts from the begin of the data. */
function readTensor(cursor: FileCursor): readonly [string, PlacedTensor] {
  const name = cursor.string();
  const numDims = cursor.u32();
  if (numDims > MAX_DIMENSIONS) throw cursor.fail(`${numDims} dimensions of tensor ${show(name)}`);
  const shape: number[] = [];
  for (let d = 0; d < numDims; d++) shape.unshift(cursor.u64());
  const typeId = cursor.u32();
  const begin = cursor.u64();
  const info = ggufTypeOfId(typeId);
  if (info === undefined) throw cursor.fail(`unknown type ${typeId} of tensor ${show(name)}`);
  if (!shape.every(Number.isSafeInteger) || !Number.isSafeInteger(numElements(shape) * info.blockBytes))
    throw cursor.fail(`shape [${shape.join(',')}] of tensor ${show(name)}`);
  if ((shape.at(-1) ?? 1) % info.blockElements !== 0)
    throw cursor.fail(
      `rows of ${shape.at(-1) ?? 1} elements in blocks of ${info.blockElements} (${info.name}) in tensor ${show(name)}`,
    );
  return [name, { type: info.name, dtype: info.dtype ?? 'f32', shape, begin }];
}

function alignmentOf(cursor: FileCursor, fields: ReadonlyMap<string, GgufField>): number {
  const field = fields.get('general.alignment');
  if (field === undefined) return DEFAULT_ALIGNMENT;
  const { value } = field;
  if (typeof value !== 'number' || !Number.isInteger(Math.log2(value)) || value < 1 || value > 2 ** 30)
    throw cursor.fail(`general.alignment ${String(value).slice(0, 40)}`);
  return value;
}

/** Tensors with their places in the file. */
function place(
  cursor: FileCursor,
  tensors: ReadonlyMap<string, PlacedTensor>,
  alignment: number,
  fileBytes: number,
): Map<string, PlacedTensor> {
  const dataAt = Math.ceil(cursor.position / alignment) * alignment;
  let [free, before] = [0, ''];
  for (const [name, { begin, type, shape }] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin)) {
    const numBytes = packedBytes(type, shape);
    if (begin % alignment !== 0)
      throw cursor.fail(`tensor ${show(name)} from byte ${begin}, no multiple of ${alignment},`);
    if (begin < free) throw cursor.fail(`tensors ${show(before)} and ${show(name)} on the same bytes`);
    if (!(dataAt + begin + numBytes <= fileBytes))
      throw cursor.fail(
        `tensor ${show(name)} up to byte ${dataAt + begin + numBytes} in a file of ${fileBytes} (cut short?)`,
      );
    if (numBytes > 0) [free, before] = [begin + numBytes, name];
  }
  return new Map([...tensors].map(([name, t]) => [name, { ...t, begin: dataAt + t.begin }]));
}
