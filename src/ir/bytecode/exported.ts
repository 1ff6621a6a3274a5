import { EspalierError } from '../../base/index.ts';

/*
 * What `jax.export(…).serialize()` writes: a FlatBuffer around a portable artifact. Only the artifact is taken out.
 * Source: FlatBuffers, "Internals"; JAX, jax/_src/export/serialization.py.
 */

/** Place of the artifact's field in the table's list of fields. */
const MODULE_FIELD = 4 + 2 * 13;

/** The portable artifact of an exported function; undefined when the bytes are something else. Throws `ir/bytecode` when it is damaged. */
export function exportedModule(bytes: Uint8Array, fileName: string): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fits = (at: number, size: number): boolean => at >= 0 && at + size <= bytes.length;
  if (bytes.length < 8) return undefined;
  const table = view.getUint32(0, true);
  if (!fits(table, 4) || table < 4) return undefined;
  const fields = table - view.getInt32(table, true);
  if (!fits(fields, 4)) return undefined;
  const size = view.getUint16(fields, true);
  if (size < MODULE_FIELD + 2 || !fits(fields, size)) return undefined;
  const offset = view.getUint16(fields + MODULE_FIELD, true);
  if (offset === 0 || !fits(table + offset, 4)) return undefined;
  const vector = table + offset + view.getUint32(table + offset, true);
  if (!fits(vector, 4)) return undefined;
  const length = view.getUint32(vector, true);
  if (!fits(vector + 4, length))
    throw new EspalierError('ir/bytecode', `${fileName}: the exported function is damaged`, {
      expected: `${length} bytes of its module`,
      given: `${bytes.length - vector - 4}`,
    });
  return bytes.subarray(vector + 4, vector + 4 + length);
}
