import fc from 'fast-check';
import { type DType, dtypeInfo, HostArray } from '../../src/base/index.ts';

/* Operands of products for tests of the support library, and the builds of its kernels that they are for. */

/** Kernels for this machine, and those of others with their instructions emulated. */
export const builds: readonly { readonly name: string; readonly flags: readonly string[] }[] = [
  { name: 'this machine', flags: [] },
  { name: '4 lanes', flags: ['-Og', '-DESP_VW=4'] },
  { name: '8 lanes, dot instructions emulated', flags: ['-Og', '-DESP_VW=8', '-DESP_EMULATE=1'] },
  { name: '16 lanes, dot instructions emulated', flags: ['-Og', '-DESP_VW=16', '-DESP_EMULATE=1'] },
  { name: '16 lanes, AMX emulated', flags: ['-Og', '-DESP_VW=16', '-DESP_EMULATE=2'] },
];

/** Sizes of a dimension: small ones, and those that are special to a kernel. */
export const size = (...special: number[]): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 80 }), fc.constantFrom(...special));

/** Random integers and fractions that every one of the types holds, or holds rounded. */
export function filled(dtype: DType, length: number, seed: number): HostArray {
  let s = (seed * 7919 + 1) >>> 0;
  const { kind, bits } = dtypeInfo(dtype);
  const span = kind === 'float' ? 2 : kind === 'bool' ? 1 : Math.min(2 ** bits, 2 ** 32);
  const least = kind === 'float' ? -1 : kind === 'signed' ? -span / 2 : 0;
  const whole = kind === 'signed' || kind === 'unsigned';
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    const x = (s / 2 ** 32) * span;
    values[i] = (whole ? Math.floor(x) : x) + least;
  }
  if (kind === 'bool') for (let i = 0; i < length; i++) values[i] = values[i] < 0.1 ? 1 : 0;
  return HostArray.from(dtype, [length], values);
}

export const isNibble = (d: DType): boolean => d === 'i4' || d === 'u4';
/** The bytes products read: two elements of a nibble type to a byte, the lower half first. */
export function memoryOf(x: HostArray): Uint8Array {
  if (!isNibble(x.dtype)) return x.bytes;
  const out = new Uint8Array(Math.ceil(x.size / 2));
  for (let i = 0; i < x.size; i++) out[i >> 1] |= (Number(x.get(i)) & 15) << (4 * (i & 1));
  return out;
}
