import { readFileSync, writeFileSync } from 'node:fs';
import { type DType, dtypeInfo, HostArray, numElements, UserError } from '../base/index.ts';

/*
 * NumPy's .npy format, version 1.0 to 3.0.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */

/** Type codes without byte order. */
const dtypeByCode: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'i8',
  u1: 'u8',
  i2: 'i16',
  u2: 'u16',
  i4: 'i32',
  u4: 'u32',
  i8: 'i64',
  u8: 'u64',
  f2: 'f16',
  f4: 'f32',
  f8: 'f64',
  c8: 'c64',
  c16: 'c128',
};
const descrByDtype = new Map(
  Object.entries(dtypeByCode).map(([code, dtype]) => [dtype, `${code.endsWith('1') ? '|' : '<'}${code}`]),
);
const MAGIC = '\x93NUMPY';

/** Reads one array. Throws `data/npy` when the file is no .npy file, is cut short, or holds an unsupported dtype. */
export function readNpy(path: string): HostArray {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (cause) {
    throw new UserError('data/npy', `cannot read ${path}`, {
      given: (cause as NodeJS.ErrnoException).code ?? String(cause),
      cause,
    });
  }
  try {
    return decodeNpy(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { given, expected, advice } = error;
    throw new UserError('data/npy', `${path}: ${error.summary}`, {
      ...(given === undefined ? {} : { given }),
      ...(expected === undefined ? {} : { expected }),
      ...(advice === undefined ? {} : { advice }),
      cause: error,
    });
  }
}

/** The array in the bytes of a .npy file, of either byte order, in C or Fortran order. Throws `data/npy`. */
export function decodeNpy(file: Uint8Array): HostArray {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const fail = (given: string): UserError => new UserError('data/npy', 'not a readable .npy file', { given });
  if (bytes.length < 10 || bytes.toString('latin1', 0, 6) !== MAGIC) throw fail('other content');
  const version = bytes[6];
  if (version < 1 || version > 3) throw fail(`version ${version}.${bytes[7]} of the format`);
  const headerAt = version >= 2 ? 12 : 10;
  if (bytes.length < headerAt) throw fail('an end in the header');
  const dataAt = headerAt + (version >= 2 ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  if (dataAt > bytes.length) throw fail('an end in the header');
  const { descr, isFortran, shape } = decodeDictionary(bytes.toString('latin1', headerAt, dataAt), fail);
  const dtype = dtypeByCode[descr.replace(/^[<>|=]/, '')] as DType | undefined;
  if (!dtype || !/^[<>|=]?[a-z]\d+$/.test(descr))
    throw new UserError('data/npy', 'a dtype that cannot be read', {
      given: descr.slice(0, 80),
      expected: Object.keys(dtypeByCode).join(', '),
    });
  const info = dtypeInfo(dtype);
  const size = numElements(shape) * info.bytes;
  if (!(bytes.length - dataAt >= size)) throw fail(`${bytes.length - dataAt} bytes of data where ${size} are needed`);
  const own = Uint8Array.from(bytes.subarray(dataAt, dataAt + size));
  if (descr.startsWith('>')) reverseEach(own, info.storage.BYTES_PER_ELEMENT);
  if (dtype === 'bool') own.set(own.map((x) => (x === 0 ? 0 : 1)));
  if (!isFortran || shape.length < 2) return HostArray.fromBytes(dtype, shape, own);
  return HostArray.fromBytes(dtype, shape, inRowMajor(own, shape, info.bytes));
}

/** The Python dictionary in a header, which is JSON but for its spelling: exactly the three known keys. */
function decodeDictionary(
  text: string,
  fail: (given: string) => UserError,
): { readonly descr: string; readonly isFortran: boolean; readonly shape: readonly number[] } {
  const shown = JSON.stringify(text.trim().slice(0, 120));
  const json = text
    .replace(/'/g, '"')
    .replace(/\b(True|False)\b/g, (word) => word.toLowerCase())
    .replace(/[()]/g, (c) => (c === '(' ? '[' : ']'))
    .replace(/(\d)L\b/g, '$1')
    .replace(/,(\s*[\]}])/g, '$1');
  let found: unknown;
  try {
    found = JSON.parse(json);
  } catch {
    throw fail(`the header ${shown}`);
  }
  const header = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>;
  const { descr, fortran_order: isFortran, shape } = header;
  const isKnown = Object.keys(header).sort().join() === 'descr,fortran_order,shape';
  if (!isKnown || typeof isFortran !== 'boolean' || !Array.isArray(shape)) throw fail(`the header ${shown}`);
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0) || !Number.isSafeInteger(numElements(shape) * 16))
    throw fail(`the shape ${JSON.stringify(shape).slice(0, 80)}`);
  return { descr: typeof descr === 'string' ? descr : JSON.stringify(descr), isFortran, shape };
}

function reverseEach(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

/** Elements stored with the first dimension fastest, in row-major order. */
function inRowMajor(from: Uint8Array, shape: readonly number[], width: number): Uint8Array {
  const to = new Uint8Array(from.length);
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, d) => numElements(shape.slice(0, d)));
  for (let at = 0; at < to.length; at += width) {
    const source = width * index.reduce((n, i, d) => n + i * strides[d], 0);
    to.set(from.subarray(source, source + width), at);
    for (let d = shape.length - 1; d >= 0 && ++index[d] === shape[d]; d--) index[d] = 0;
  }
  return to;
}

/** Writes one array; bf16 and f8 values are written as f4, which holds them exactly. */
export function writeNpy(path: string, array: HostArray): void {
  const descr = descrByDtype.get(array.dtype);
  if (descr === undefined) {
    const wide: DType =
      dtypeInfo(array.dtype).kind === 'float' ? 'f32' : dtypeInfo(array.dtype).kind === 'signed' ? 'i8' : 'u8';
    writeNpy(path, HostArray.from(wide, array.shape, array.toNumbers()));
    return;
  }
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(total, 0x20);
  header.write(MAGIC, 0, 'latin1');
  header[6] = 1;
  header[7] = 0;
  header.writeUInt16LE(total - 10, 8);
  header.write(text, 10, 'latin1');
  header[total - 1] = 0x0a;
  writeFileSync(path, Buffer.concat([header, array.bytes]));
}
