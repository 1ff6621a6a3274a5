import { UserError } from '../../../base/index.ts';
import type { FileCursor } from './file-cursor.ts';

export type GgufScalar = number | bigint | boolean | string;

interface ScalarFormat {
  readonly id: number;
  readonly numBytes: number;
  readonly read: (bytes: Buffer) => GgufScalar;
  readonly write: (bytes: Buffer, value: number, exact: bigint) => void;
}

const exactOr = (x: bigint): number | bigint => (Number.isSafeInteger(Number(x)) ? Number(x) : x);

/* `enum gguf_type`, but for arrays (9) and strings (8). */
const formats: Readonly<Record<Exclude<GgufValueType, 'string'>, ScalarFormat>> = {
  u8: { id: 0, numBytes: 1, read: (b) => b.readUInt8(), write: (b, x) => b.writeUInt8(x) },
  i8: { id: 1, numBytes: 1, read: (b) => b.readInt8(), write: (b, x) => b.writeInt8(x) },
  u16: { id: 2, numBytes: 2, read: (b) => b.readUInt16LE(), write: (b, x) => b.writeUInt16LE(x) },
  i16: { id: 3, numBytes: 2, read: (b) => b.readInt16LE(), write: (b, x) => b.writeInt16LE(x) },
  u32: { id: 4, numBytes: 4, read: (b) => b.readUInt32LE(), write: (b, x) => b.writeUInt32LE(x) },
  i32: { id: 5, numBytes: 4, read: (b) => b.readInt32LE(), write: (b, x) => b.writeInt32LE(x) },
  f32: { id: 6, numBytes: 4, read: (b) => b.readFloatLE(), write: (b, x) => b.writeFloatLE(x) },
  bool: { id: 7, numBytes: 1, read: (b) => b[0] !== 0, write: (b, x) => b.writeUInt8(x) },
  u64: { id: 10, numBytes: 8, read: (b) => exactOr(b.readBigUInt64LE()), write: (b, _, x) => b.writeBigUInt64LE(x) },
  i64: { id: 11, numBytes: 8, read: (b) => exactOr(b.readBigInt64LE()), write: (b, _, x) => b.writeBigInt64LE(x) },
  f64: { id: 12, numBytes: 8, read: (b) => b.readDoubleLE(), write: (b, x) => b.writeDoubleLE(x) },
};
const STRING_ID = 8;
const ARRAY_ID = 9;
/** Length of an empty string. */
const MIN_STRING_BYTES = 8;
/** Many times what the largest vocabularies take; more would take all memory as values of JavaScript. */
const [MAX_METADATA_BYTES, MAX_ELEMENTS] = [2 ** 28, 2 ** 24];

export type GgufValueType =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'bool'
  | 'string';

/** A value of metadata with the type it has in the file; arrays have elements of one type. 64-bit integers are numbers where these are exact. */
export interface GgufField {
  readonly type: GgufValueType;
  readonly value: GgufScalar | readonly GgufScalar[];
}

const typeById = new Map<number, GgufValueType>([
  ...Object.entries<ScalarFormat>(formats).map(([type, { id }]) => [id, type as GgufValueType] as const),
  [STRING_ID, 'string'],
]);

/** Reads all key/value pairs. Throws `data/gguf` for unknown types, arrays of arrays, and keys that come twice. */
export function readFields(cursor: FileCursor, count: number): Map<string, GgufField> {
  const fields = new Map<string, GgufField>();
  const begin = cursor.position;
  let numElements = 0;
  for (let i = 0; i < count; i++) {
    const key = cursor.string();
    if (fields.has(key)) throw cursor.fail(`key ${JSON.stringify(key.slice(0, 80))} for the second time`);
    const id = cursor.u32();
    const isArray = id === ARRAY_ID;
    const elementId = isArray ? cursor.u32() : id;
    const type = typeById.get(elementId);
    if (type === undefined) throw cursor.fail(`unknown type ${elementId} for key ${JSON.stringify(key.slice(0, 80))}`);
    const value = isArray ? readArray(cursor, type, MAX_ELEMENTS - numElements) : readScalar(cursor, type);
    fields.set(key, { type, value });
    numElements += Array.isArray(value) ? value.length : 1;
    if (cursor.position - begin > MAX_METADATA_BYTES)
      throw cursor.fail(`metadata of more than ${MAX_METADATA_BYTES} bytes`);
  }
  return fields;
}

function readScalar(cursor: FileCursor, type: GgufValueType): GgufScalar {
  if (type === 'string') return cursor.string();
  const { numBytes, read } = formats[type];
  const bytes = cursor.take(numBytes);
  return read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

function readArray(cursor: FileCursor, type: GgufValueType, maxElements: number): GgufScalar[] {
  const elementBytes = type === 'string' ? MIN_STRING_BYTES : formats[type].numBytes;
  const count = cursor.count(`elements of type ${type}`, elementBytes);
  if (count > maxElements) throw cursor.fail(`an array of ${count} elements (or so many before it)`);
  const values: GgufScalar[] = [];
  for (let i = 0; i < count; i++) values.push(readScalar(cursor, type));
  return values;
}

/** Key/value pairs as bytes. Throws `data/gguf` for a value that its type cannot hold. */
export function encodeFields(fields: ReadonlyMap<string, GgufField>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [key, { type, value }] of fields) {
    const id = type === 'string' ? STRING_ID : formats[type].id;
    const values: readonly GgufScalar[] | undefined = Array.isArray(value) ? value : undefined;
    parts.push(encodeString(key));
    if (values) parts.push(encodeU32(ARRAY_ID), encodeU32(id), encodeU64(values.length));
    else parts.push(encodeU32(id));
    for (const x of values ?? [value as GgufScalar]) parts.push(encodeScalar(key, type, x));
  }
  return Buffer.concat(parts);
}

function encodeScalar(key: string, type: GgufValueType, value: GgufScalar): Uint8Array {
  const wrong = (cause?: unknown): UserError =>
    new UserError('data/gguf', `key ${key} has a value that its type cannot hold`, {
      expected: type,
      given: `${value}`,
      cause,
    });
  if ((type === 'string') !== (typeof value === 'string')) throw wrong();
  if (typeof value === 'string') return encodeString(value);
  if ((type === 'bool') !== (typeof value === 'boolean')) throw wrong();
  const { numBytes, write } = formats[type as keyof typeof formats];
  const isFloatType = type === 'f32' || type === 'f64';
  if (!isFloatType && typeof value === 'number' && !Number.isSafeInteger(value)) throw wrong();
  const bytes = Buffer.alloc(numBytes);
  try {
    write(bytes, Number(value), isFloatType ? 0n : BigInt(value));
  } catch (cause) {
    throw wrong(cause);
  }
  return bytes;
}

export function encodeU32(x: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(x);
  return bytes;
}

export function encodeU64(x: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(x));
  return bytes;
}

/** Length in bytes, then UTF-8. */
export function encodeString(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([encodeU64(bytes.length), bytes]);
}
