import { readFileSync, writeFileSync } from 'node:fs';
import { type DType, dtypeInfo, HostArray, numElements, UserError } from '../base/index.ts';

/*
 * NumPy's .npy format, version 1.0 to 3.0, little-endian, C order.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */

const dtypeByDescr: Readonly<Record<string, DType>> = {
  '|b1': 'bool',
  '|i1': 'i8',
  '|u1': 'u8',
  '<i2': 'i16',
  '<u2': 'u16',
  '<i4': 'i32',
  '<u4': 'u32',
  '<i8': 'i64',
  '<u8': 'u64',
  '<f2': 'f16',
  '<f4': 'f32',
  '<f8': 'f64',
  '<c8': 'c64',
  '<c16': 'c128',
};
const descrByDtype = new Map(Object.entries(dtypeByDescr).map(([descr, dtype]) => [dtype, descr]));
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
  const fail = (given: string): UserError =>
    new UserError('data/npy', `${path} is not a readable .npy file`, { given });
  if (file.length < 10 || file.toString('latin1', 0, 6) !== MAGIC) throw fail('other content');
  const wide = file[6] >= 2;
  const headerAt = wide ? 12 : 10;
  const dataAt = headerAt + (wide ? file.readUInt32LE(8) : file.readUInt16LE(8));
  const header = file.toString('latin1', headerAt, dataAt);
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || fortran === undefined || shapeText === undefined) throw fail('a damaged header');
  const shape = shapeText.split(',').flatMap((s) => (s.trim() === '' ? [] : [Number(s)]));
  if (fortran === 'True' && shape.length > 1)
    throw new UserError('data/npy', `${path} is stored in Fortran order`, {
      advice: 'save it with numpy.ascontiguousarray',
    });
  const dtype = dtypeByDescr[descr.replace('=', '<')];
  if (!dtype)
    throw new UserError('data/npy', `${path} holds an unsupported dtype`, {
      given: descr,
      expected: Object.keys(dtypeByDescr).join(', '),
    });
  const bytes = numElements(shape) * dtypeInfo(dtype).bytes;
  if (file.length - dataAt < bytes) throw fail(`${file.length - dataAt} bytes of data where ${bytes} are needed`);
  return HostArray.fromBytes(dtype, shape, new Uint8Array(file.subarray(dataAt, dataAt + bytes)));
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
