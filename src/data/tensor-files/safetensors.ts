import { closeSync, fsyncSync, openSync } from 'node:fs';
import { type DType, dtypeInfo, dtypes, HostArray, numElements, UserError } from '../../base/index.ts';
import { isRecord } from './json-file.ts';
import { OpenedFile } from './opened-file.ts';
import { type Box, requireBox, type StoredTensor, type TensorStore, tensorNamed } from './tensor-store.ts';
import { writeAll } from './write-file.ts';

/*
 * The safetensors format of Hugging Face: 8 bytes header length, a JSON header, then the tensors' little-endian bytes.
 * https://github.com/huggingface/safetensors
 */

const dtypeBySafetensors = new Map<string, DType>(
  dtypes.flatMap((d) => {
    const name = dtypeInfo(d).safetensors;
    return name === undefined ? [] : [[name, d] as const];
  }),
);

/** Writes tensors by name, in order, and waits until they are on disk. Throws `data/safetensors` for a dtype that the format lacks. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, HostArray>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const header = encodeHeader(tensors, metadata);
  const fd = openSync(path, 'w');
  try {
    writeAll(fd, header);
    for (const t of tensors.values()) writeAll(fd, t.bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Bytes of a tensor in a file. */
export const storedBytes = ({ dtype, shape }: StoredTensor): number => numElements(shape) * dtypeInfo(dtype).bytes;

/** The header of a file that holds tensors in this order, with its length before it: the tensors begin at a multiple of 8. */
export function encodeHeader(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // No prototype: a tensor may be called __proto__.
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, t] of tensors) {
    const dtype = dtypeInfo(t.dtype).safetensors;
    if (dtype === undefined)
      throw new UserError('data/safetensors', `safetensors cannot hold dtype ${t.dtype} (tensor ${name})`);
    if (name === '__metadata__') throw new UserError('data/safetensors', 'no tensor can be called __metadata__');
    const end = offset + storedBytes(t);
    header[name] = { dtype, shape: t.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const numBytes = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(8 + numBytes, 0x20);
  bytes.writeBigUInt64LE(BigInt(numBytes));
  json.copy(bytes, 8);
  return bytes;
}

/** Where a tensor lies in a safetensors file, counted from the end of the header. */
export interface TensorEntry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference reader refuses longer headers. */
const MAX_HEADER_BYTES = 100_000_000;

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;

/**
 * Reads a header as data: every tensor has a known dtype, a shape and as many bytes as they need, and the tensors lie one after the
 * other in all of the `dataBytes` behind the header, without overlap or hole. Throws `data/safetensors`, which says what is wrong.
 * Source: the format's specification and its reference reader.
 */
export function decodeHeader(text: string, dataBytes: number): SafetensorsHeader {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong('a header that is no JSON', cause);
  }
  if (!isRecord(json) || !text.startsWith('{')) throw wrong('a header that is no JSON object');
  const tensors = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name !== '__metadata__') tensors.set(name, decodeEntry(name, value));
    else if (isRecord(value) && Object.values(value).every((v) => typeof v === 'string'))
      metadata = value as Record<string, string>;
    else throw wrong('__metadata__ that is no object of strings');
  }
  let at = 0;
  for (const [name, { begin, end }] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw wrong(`tensor ${show(name)} at byte ${begin}, where ${at} is ${begin < at ? 'taken up to' : 'free from'}`);
    at = end;
  }
  if (at !== dataBytes)
    throw wrong(
      `${dataBytes} bytes of tensors where the header tells of ${at}${at > dataBytes ? ' (cut short?)' : ''}`,
    );
  return { tensors, metadata };
}

function decodeEntry(name: string, value: unknown): TensorEntry {
  const entry = (what: string): UserError => wrong(`a wrong entry for tensor ${show(name)}: ${what}`);
  if (!isRecord(value)) throw entry('no object');
  const odd = Object.keys(value).find((k) => !['dtype', 'shape', 'data_offsets'].includes(k));
  if (odd !== undefined) throw entry(`an unknown field ${show(odd)}`);
  const { dtype: code, shape, data_offsets: offsets } = value;
  const dtype = typeof code === 'string' ? dtypeBySafetensors.get(code) : undefined;
  if (dtype === undefined) throw entry(`dtype ${show(code)}, none of ${[...dtypeBySafetensors.keys()].join(', ')}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) throw entry(`shape ${show(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1])
    throw entry(`data_offsets ${show(offsets)}`);
  const [begin, end] = offsets as [number, number];
  const bytes = (numElements(shape) * dtypeInfo(dtype).bits) / 8;
  const stored = numElements(shape) * dtypeInfo(dtype).bytes;
  if (end - begin !== stored)
    throw entry(
      `${end - begin} bytes where ${code}[${shape.join(',')}] takes ${Number.isSafeInteger(bytes) ? stored : 'more'}`,
    );
  return { dtype, shape: shape as number[], begin, end };
}

const show = (x: unknown): string => (JSON.stringify(x) ?? String(x)).slice(0, 80);
const wrong = (given: string, cause?: unknown): UserError =>
  new UserError('data/safetensors', 'not a complete safetensors file', { given, cause });

/**
 * Opens one file: its header is read and checked, its tensors are read when asked for. Throws `data/safetensors` when it is no
 * safetensors file or is cut short.
 */
export function openSafetensors(path: string): TensorStore {
  const file = new OpenedFile(path, 'data/safetensors');
  try {
    const { dataAt, tensors, metadata } = readHeader(file);
    return {
      tensors,
      metadata,
      read(name: string, box?: Box): HostArray {
        const { dtype, shape, begin } = tensorNamed(tensors, name);
        const { start, shape: boxShape } = requireBox(name, shape, box);
        const bytes = file.readBox(name, dataAt + begin, dtypeInfo(dtype).bytes, shape, { start, shape: boxShape });
        return HostArray.fromBytes(dtype, boxShape, bytes);
      },
      readInto(name: string, box: Box, target: Uint8Array): void {
        const { dtype, shape, begin } = tensorNamed(tensors, name);
        requireBox(name, shape, box);
        file.readBox(name, dataAt + begin, dtypeInfo(dtype).bytes, shape, box, target);
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readHeader(file: OpenedFile): SafetensorsHeader & { readonly dataAt: number } {
  const { numBytes } = file;
  try {
    if (numBytes < 8) throw wrong(`${numBytes} bytes`);
    const headerBytes = Buffer.from(file.read(0, 8)).readBigUInt64LE();
    if (headerBytes > Math.min(numBytes - 8, MAX_HEADER_BYTES))
      throw wrong(`a header of ${headerBytes} bytes in a file of ${numBytes}`);
    const dataAt = 8 + Number(headerBytes);
    const text = Buffer.from(file.read(8, Number(headerBytes)).buffer).toString('utf8');
    return { dataAt, ...decodeHeader(text, numBytes - dataAt) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError('data/safetensors', `${file.path} is not a complete safetensors file`, {
      ...(error.given === undefined ? {} : { given: error.given }),
      cause: error,
    });
  }
}

/** Reads all tensors. Throws `data/safetensors` when the file is no safetensors file or is cut short. */
export function readSafetensors(path: string): { tensors: Map<string, HostArray>; metadata: Record<string, string> } {
  const store = openSafetensors(path);
  try {
    const tensors = new Map([...store.tensors.keys()].map((name) => [name, store.read(name)]));
    return { tensors, metadata: { ...(store.metadata as Record<string, string>) } };
  } finally {
    store.close();
  }
}
