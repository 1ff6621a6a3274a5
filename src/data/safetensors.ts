import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { type DType, dtypeInfo, dtypes, HostArray, numElements, UserError } from '../base/index.ts';

/*
 * The safetensors format of Hugging Face: 8 bytes header length, a JSON header, then the tensors' little-endian bytes.
 * https://github.com/huggingface/safetensors
 */

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

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

/** Reads all tensors. Throws `data/safetensors` when the file is no safetensors file or is cut short. */
export function readSafetensors(path: string): { tensors: Map<string, HostArray>; metadata: Record<string, string> } {
  const damaged = (given: string, cause?: unknown): UserError =>
    new UserError('data/safetensors', `${path} is not a complete safetensors file`, { given, cause });
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw new UserError('data/safetensors', `cannot open ${path}`, {
      given: (cause as NodeJS.ErrnoException).code ?? String(cause),
      cause,
    });
  }
  try {
    const { size } = fstatSync(fd);
    if (size < 8) throw damaged(`${size} bytes`);
    const headerLength = Number(readExactly(fd, 0, 8).readBigUInt64LE());
    if (headerLength > Math.min(size - 8, 100_000_000))
      throw damaged(`a header of ${headerLength} bytes in a file of ${size}`);
    let header: Record<string, unknown>;
    try {
      header = JSON.parse(readExactly(fd, 8, headerLength).toString('utf8')) as Record<string, unknown>;
    } catch (cause) {
      throw damaged('a header that is no JSON', cause);
    }
    const tensors = new Map<string, HostArray>();
    let metadata: Record<string, string> = {};
    for (const [name, value] of Object.entries(header)) {
      if (name === '__metadata__') {
        metadata = value as Record<string, string>;
        continue;
      }
      const entry = value as HeaderEntry;
      const dtype = dtypeBySafetensors.get(entry.dtype);
      const [begin, end] = entry.data_offsets ?? [];
      if (
        !dtype ||
        !Array.isArray(entry.shape) ||
        !(begin >= 0) ||
        end - begin !== numElements(entry.shape) * dtypeInfo(dtype).bytes
      )
        throw damaged(`a wrong entry for tensor ${name}`);
      if (8 + headerLength + end > size)
        throw damaged(`${size} bytes where ${8 + headerLength + end} are needed for tensor ${name} (cut short?)`);
      tensors.set(
        name,
        HostArray.fromBytes(dtype, entry.shape, readExactly(fd, 8 + headerLength + begin, end - begin)),
      );
    }
    return { tensors, metadata };
  } finally {
    closeSync(fd);
  }
}

function readExactly(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const n = readSync(fd, buffer, done, Math.min(length - done, 1 << 30), position + done);
    if (n === 0) throw new UserError('data/safetensors', 'unexpected end of file');
    done += n;
  }
  return buffer;
}
