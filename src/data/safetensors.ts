import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { type DType, dtypeInfo, dtypes, HostArray, numElements, UserError } from '../base/index.ts';

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

/** Writes tensors by name, in order, and waits until they are on disk. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, HostArray>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, t] of tensors) {
    const dtype = dtypeInfo(t.dtype).safetensors;
    if (dtype === undefined)
      throw new UserError('data/safetensors', `safetensors cannot hold dtype ${t.dtype} (tensor ${name})`);
    header[name] = { dtype, shape: t.shape, data_offsets: [offset, offset + t.bytes.length] };
    offset += t.bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, 0x20);
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const fd = openSync(path, 'w');
  try {
    writeAll(fd, length);
    writeAll(fd, padded);
    for (const t of tensors.values()) writeAll(fd, t.bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, Math.min(bytes.length - done, 1 << 30));
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

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);
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

/** Reads all tensors. Throws `data/safetensors` when the file is no safetensors file or is cut short. */
export function readSafetensors(path: string): { tensors: Map<string, HostArray>; metadata: Record<string, string> } {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) throw wrong('no regular file');
    const { size } = info;
    if (size < 8) throw wrong(`${size} bytes`);
    const headerBytes = readExactly(fd, 0, 8).readBigUInt64LE();
    if (headerBytes > Math.min(size - 8, MAX_HEADER_BYTES))
      throw wrong(`a header of ${headerBytes} bytes in a file of ${size}`);
    const dataAt = 8 + Number(headerBytes);
    const header = decodeHeader(readExactly(fd, 8, Number(headerBytes)).toString('utf8'), size - dataAt);
    const tensors = new Map<string, HostArray>();
    for (const [name, { dtype, shape, begin, end }] of header.tensors)
      tensors.set(name, HostArray.fromBytes(dtype, shape, readExactly(fd, dataAt + begin, end - begin)));
    return { tensors, metadata: { ...header.metadata } };
  } catch (error) {
    if (!(error instanceof UserError)) throw cannotRead(path, error);
    throw new UserError('data/safetensors', `${path} is not a complete safetensors file`, {
      ...(error.given === undefined ? {} : { given: error.given }),
      cause: error,
    });
  } finally {
    closeSync(fd);
  }
}

const cannotRead = (path: string, cause: unknown): UserError =>
  new UserError('data/safetensors', `cannot read ${path}`, {
    given: (cause as NodeJS.ErrnoException).code ?? String(cause),
    cause,
  });

function readExactly(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const n = readSync(fd, buffer, done, Math.min(length - done, 1 << 30), position + done);
    if (n === 0) throw wrong('an end of file before its tensors (it changed while it was read?)');
    done += n;
  }
  return buffer;
}
