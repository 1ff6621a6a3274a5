import { type DType, dtypeInfo, type HostData } from './dtype.ts';
import { EspalierError } from './errors.ts';
import { decodeTable, encoderOf } from './float-bits.ts';
import { numElements, requireShape, type Shape, sameShape } from './shape.ts';

/** One element as a host value: complex numbers are `[re, im]`. */
export type Scalar = number | bigint | boolean | readonly [number, number];

/** A dense, row-major, immutable-by-convention tensor in host memory. */
export class HostArray {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Row-major storage; see `DTypeInfo.storage` for the representation of each dtype. */
  readonly data: HostData;
  #load: Load | undefined;
  #store: Store | undefined;

  constructor(dtype: DType, shape: Shape, data: HostData) {
    const info = dtypeInfo(dtype);
    requireShape(shape);
    const expected = numElements(shape) * (info.kind === 'complex' ? 2 : 1);
    if (data.length !== expected || !(data instanceof info.storage)) {
      throw new EspalierError('base/host-array', 'storage does not fit the type', {
        expected: `${info.storage.name} of length ${expected} for ${dtype}[${shape.join(',')}]`,
        given: `${data.constructor.name} of length ${data.length}`,
      });
    }
    this.dtype = dtype;
    // Lists of sizes are written over and used again.
    this.shape = shape.slice();
    this.data = data;
  }

  /** All zeros. */
  static zeros(dtype: DType, shape: Shape): HostArray {
    return new HostArray(dtype, shape, allocate(dtype, numElements(shape)));
  }

  /** Every element equal to `value`. */
  static full(dtype: DType, shape: Shape, value: Scalar): HostArray {
    const out = HostArray.zeros(dtype, shape);
    const n = out.size;
    if (n === 0) return out;
    out.set(0, value);
    if (dtypeInfo(dtype).kind === 'complex') {
      for (let i = 1; i < n; i++) out.set(i, value);
    } else {
      (out.data as Float64Array).fill((out.data as Float64Array)[0]);
    }
    return out;
  }

  /** From host values in row-major order, converted (rounded, wrapped) to `dtype`. */
  static from(dtype: DType, shape: Shape, values: ArrayLike<Scalar>): HostArray {
    const out = HostArray.zeros(dtype, shape);
    if (values.length !== out.size)
      throw new EspalierError('base/host-array', `wrong number of values for ${dtype}[${shape.join(',')}]`, {
        expected: `${out.size}`,
        given: `${values.length}`,
      });
    if (isNumberArray(values) && convertsWhenStored(dtype)) (out.data as Float64Array).set(values);
    else {
      const store = storeOf(dtype);
      for (let i = 0; i < values.length; i++) store(out.data, i, values[i]);
    }
    return out;
  }

  /** View of raw little-endian bytes as this type (copied when misaligned). */
  static fromBytes(dtype: DType, shape: Shape, bytes: Uint8Array): HostArray {
    const info = dtypeInfo(dtype);
    const length = numElements(shape) * (info.kind === 'complex' ? 2 : 1);
    const needed = length * info.storage.BYTES_PER_ELEMENT;
    if (bytes.byteLength !== needed)
      throw new EspalierError('base/host-array', `wrong number of bytes for ${dtype}[${shape.join(',')}]`, {
        expected: `${needed}`,
        given: `${bytes.byteLength}`,
      });
    const aligned = bytes.byteOffset % info.storage.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
    return new HostArray(dtype, shape, new info.storage(aligned.buffer, aligned.byteOffset, length));
  }

  /** Number of elements. */
  get size(): number {
    return numElements(this.shape);
  }

  /** Raw little-endian bytes, sharing memory with `data`. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.data.buffer, this.data.byteOffset, this.data.byteLength);
  }

  /** Element at flat index `i`: narrow floats decoded, bool as boolean, 64-bit integers as bigint. */
  get(i: number): Scalar {
    this.#load ??= loadOf(this.dtype);
    return this.#load(this.data, i);
  }

  /** Element as a JS number; throws nothing, loses precision for 64-bit integers beyond 2^53, real part of complex. */
  number(i: number): number {
    const v = this.get(i);
    return typeof v === 'object' ? v[0] : Number(v);
  }

  /** Stores a host value, converted to the dtype: floats round to nearest even, integers wrap. Only for arrays under construction. */
  set(i: number, value: Scalar): void {
    this.#store ??= storeOf(this.dtype);
    this.#store(this.data, i, value);
  }

  /** A copy with storage of its own. */
  clone(): HostArray {
    return new HostArray(this.dtype, this.shape, this.data.slice() as HostData);
  }

  /** The same data under another shape of equal size; shares memory. */
  reshape(shape: Shape): HostArray {
    return new HostArray(this.dtype, shape, this.data);
  }

  /** All elements in row-major order as JS numbers. */
  toNumbers(): number[] {
    const out = new Array<number>(this.size);
    const { data } = this;
    if (isNumberArray(data) && convertsWhenStored(this.dtype)) {
      for (let i = 0; i < out.length; i++) out[i] = data[i];
      return out;
    }
    const load = loadOf(this.dtype);
    for (let i = 0; i < out.length; i++) {
      const v = load(this.data, i);
      out[i] = typeof v === 'object' ? v[0] : Number(v);
    }
    return out;
  }

  /** Whether types agree and every bit is the same. */
  equals(other: HostArray): boolean {
    if (this.dtype !== other.dtype || !sameShape(this.shape, other.shape)) return false;
    const [a, b] = [this.bytes, other.bytes];
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  toString(): string {
    const shown = Array.from({ length: Math.min(this.size, 8) }, (_, i) => String(this.get(i)));
    return `${this.dtype}[${this.shape.join(',')}](${shown.join(', ')}${this.size > 8 ? ', …' : ''})`;
  }
}

type Load = (data: HostData, i: number) => Scalar;
type Store = (data: HostData, i: number, value: Scalar) => void;
const loads = new Map<DType, Load>();
const stores = new Map<DType, Store>();

/** How elements of a type are read from its storage. */
function loadOf(dtype: DType): Load {
  let load = loads.get(dtype);
  if (!load) {
    load = makeLoad(dtype);
    loads.set(dtype, load);
  }
  return load;
}

function makeLoad(dtype: DType): Load {
  const { kind, bits } = dtypeInfo(dtype);
  if (kind === 'complex') return (data, i) => [Number(data[2 * i]), Number(data[2 * i + 1])];
  if (kind === 'bool') return (data, i) => data[i] !== 0;
  if (kind === 'float' && bits < 32) {
    const table = decodeTable(dtype);
    return (data, i) => table[data[i] as number];
  }
  return (data, i) => data[i];
}

/** How host values become elements of a type in its storage. */
function storeOf(dtype: DType): Store {
  let store = stores.get(dtype);
  if (!store) {
    store = makeStore(dtype);
    stores.set(dtype, store);
  }
  return store;
}

/** Whether these are numbers in memory, not bigints. */
const isNumberArray = (values: object): values is Exclude<HostData, BigInt64Array | BigUint64Array> =>
  ArrayBuffer.isView(values) && !(values instanceof BigInt64Array || values instanceof BigUint64Array);

/** Whether a number stored to the type's storage is rounded or wrapped to the type by that alone, and read again is a number. */
function convertsWhenStored(dtype: DType): boolean {
  const { kind, bits, storage, scalar } = dtypeInfo(dtype);
  if (scalar === 'bigint' || kind === 'complex' || kind === 'bool') return false;
  return 8 * storage.BYTES_PER_ELEMENT === bits && (kind !== 'float' || bits >= 32);
}

const real = (value: Scalar): number | bigint | boolean => (typeof value === 'object' ? value[0] : value);

function makeStore(dtype: DType): Store {
  const { kind, bits, scalar } = dtypeInfo(dtype);
  type Numbers = { [i: number]: number | bigint };
  if (kind === 'complex')
    return (data, i, value) => {
      const [re, im] = typeof value === 'object' ? value : [Number(value), 0];
      (data as Numbers)[2 * i] = re;
      (data as Numbers)[2 * i + 1] = im;
    };
  const encode = kind === 'float' && bits < 32 ? encoderOf(dtype) : Number;
  const convert: (x: number | bigint | boolean) => number | bigint =
    kind === 'bool'
      ? (x) => (Number(x) !== 0 ? 1 : 0)
      : scalar === 'bigint'
        ? (x) => (typeof x === 'bigint' ? x : BigInt(Math.trunc(Number(x))))
        : kind !== 'float'
          ? (x) => wrapInteger(typeof x === 'bigint' ? Number(BigInt.asIntN(53, x)) : Number(x), dtype)
          : (x) => encode(Number(x));
  return (data, i, value) => {
    (data as Numbers)[i] = convert(real(value));
  };
}

/** Wraps an integral JS number to an integer dtype of at most 32 bits (two's complement). */
export function wrapInteger(x: number, dtype: DType): number {
  switch (dtype) {
    case 'i32':
      return x | 0;
    case 'u32':
      return x >>> 0;
    case 'i16':
      return (x << 16) >> 16;
    case 'u16':
      return x & 0xffff;
    case 'i8':
      return (x << 24) >> 24;
    case 'u8':
      return x & 0xff;
    case 'i4':
      return (x << 28) >> 28;
    case 'u4':
      return x & 0xf;
    case 'i2':
      return (x << 30) >> 30;
    case 'u2':
      return x & 3;
    default:
      return x;
  }
}

/** Zeroed storage for `count` elements of `dtype`. */
export function allocate(dtype: DType, count: number): HostData {
  const info = dtypeInfo(dtype);
  return new info.storage(info.kind === 'complex' ? count * 2 : count);
}
