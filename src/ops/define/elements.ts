import {
  allocate,
  type DType,
  decodeTable,
  dtypeInfo,
  encoderOf,
  HostArray,
  InternalError,
  numElements,
  rowMajorStrides,
  type Shape,
  wrapInteger,
} from '../../base/index.ts';

/*
 * Loops over host arrays shared by the reference semantics of many ops. Numbers pass through Float64Array, which holds
 * every type up to 53 bits exactly and keeps the loops monomorphic; 64-bit integers stay in BigInt arrays.
 */

/** Elements as doubles: narrow floats decoded, complex interleaved. Not for 64-bit integers. */
export function numbersOf(a: HostArray): Float64Array {
  const info = dtypeInfo(a.dtype);
  if (info.scalar === 'bigint') throw new InternalError(`numbersOf ${a.dtype}`);
  if (a.data instanceof Float64Array) return a.data;
  const raw = a.data as Float32Array;
  if (info.kind === 'float' && info.bits < 32) {
    const table = decodeTable(a.dtype);
    const out = new Float64Array(raw.length);
    for (let i = 0; i < out.length; i++) out[i] = table[raw[i]];
    return out;
  }
  return new Float64Array(raw);
}

/** Stores doubles as `dtype`: floats round to nearest even, integers wrap, bool is `!= 0`. Complex is interleaved. */
export function fromNumbers(dtype: DType, shape: Shape, values: Float64Array): HostArray {
  const info = dtypeInfo(dtype);
  if (dtype === 'f64' || dtype === 'c128') return new HostArray(dtype, shape, values);
  if (info.kind === 'float' && info.bits < 32) {
    const data = allocate(dtype, values.length) as Uint16Array;
    const encode = encoderOf(dtype);
    for (let i = 0; i < data.length; i++) data[i] = encode(values[i]);
    return new HostArray(dtype, shape, data);
  }
  if (info.kind === 'bool') {
    const data = new Uint8Array(values.length);
    for (let i = 0; i < data.length; i++) data[i] = values[i] !== 0 ? 1 : 0;
    return new HostArray(dtype, shape, data);
  }
  if (info.bits < 8) {
    const data = allocate(dtype, values.length) as Int8Array;
    for (let i = 0; i < data.length; i++) data[i] = wrapInteger(values[i], dtype);
    return new HostArray(dtype, shape, data);
  }
  if (info.scalar === 'bigint') {
    const data = allocate(dtype, values.length) as BigInt64Array;
    for (let i = 0; i < data.length; i++) data[i] = BigInt(Math.trunc(values[i]));
    return new HostArray(dtype, shape, data);
  }
  return new HostArray(dtype, shape, new (info.storage as Float32ArrayConstructor)(values));
}

/** Integers of an index operand as JS numbers, whatever its width. */
export function indicesOf(a: HostArray): Float64Array {
  if (dtypeInfo(a.dtype).scalar !== 'bigint') return numbersOf(a);
  const data = a.data as BigInt64Array;
  const out = new Float64Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(data[i]);
  return out;
}

/**
 * Flat source index of every element of a row-major tensor of `shape` whose dimension d steps by `strides[d]` from `offset`:
 * one loop for slice, broadcast, transpose and reverse.
 */
export function stridedIndices(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const n = numElements(shape);
  const out = new Int32Array(n);
  if (n === 0) return out;
  const rank = shape.length;
  if (rank === 0) {
    out[0] = offset;
    return out;
  }
  const inner = shape[rank - 1];
  const step = strides[rank - 1];
  const counter = new Int32Array(rank);
  let base = offset;
  for (let i = 0; i < n; ) {
    let source = base;
    for (let j = 0; j < inner; j++) {
      out[i++] = source;
      source += step;
    }
    for (let d = rank - 2; d >= 0; d--) {
      base += strides[d];
      if (++counter[d] < shape[d]) break;
      base -= strides[d] * shape[d];
      counter[d] = 0;
    }
  }
  return out;
}

/** Elements of `source` at flat `indices` (row-major for `shape`); a negative index takes `fill` (default zero bits). */
export function take(source: HostArray, shape: Shape, indices: Int32Array, fill?: HostArray): HostArray {
  const info = dtypeInfo(source.dtype);
  const data = allocate(source.dtype, indices.length);
  const words = info.bytes >= 4 ? info.bytes / 4 : 1;
  const view = (a: HostArray | undefined): Uint8Array | Uint16Array | Uint32Array | undefined => {
    if (!a) return undefined;
    const { buffer, byteOffset, byteLength } = a.data;
    if (info.bytes === 1) return new Uint8Array(buffer, byteOffset, byteLength);
    if (info.bytes === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
    return new Uint32Array(buffer, byteOffset, byteLength / 4);
  };
  const result = new HostArray(source.dtype, shape, data);
  const out = view(result)!;
  const from = view(source)!;
  const other = view(fill);
  if (words === 1) {
    const value = other ? other[0] : 0;
    for (let i = 0; i < indices.length; i++) {
      const k = indices[i];
      out[i] = k >= 0 ? from[k] : value;
    }
  } else {
    for (let i = 0; i < indices.length; i++) {
      const k = indices[i];
      for (let w = 0; w < words; w++) out[i * words + w] = k >= 0 ? from[k * words + w] : other ? other[w] : 0;
    }
  }
  return result;
}

/** One element as a rank-0 array (copies). */
export function elementAt(a: HostArray, i: number): HostArray {
  const width = dtypeInfo(a.dtype).kind === 'complex' ? 2 : 1;
  return new HostArray(a.dtype, [], a.data.slice(i * width, (i + 1) * width) as HostArray['data']);
}

/** Copies element `j` of `source` to element `i` of `target` (same dtype). */
export function copyElement(target: HostArray, i: number, source: HostArray, j: number): void {
  const to = target.data as Float64Array;
  const from = source.data as Float64Array;
  if (dtypeInfo(target.dtype).kind === 'complex') {
    to[2 * i] = from[2 * j];
    to[2 * i + 1] = from[2 * j + 1];
  } else to[i] = from[j];
}

/** A fresh copy of an array's data. */
export function copyArray(a: HostArray): HostArray {
  return new HostArray(a.dtype, a.shape, a.data.slice() as HostArray['data']);
}

/** Dimensions reordered: result dimension d is source dimension `permutation[d]`. */
export function transposed(a: HostArray, permutation: readonly number[]): HostArray {
  const strides = rowMajorStrides(a.shape);
  const shape = permutation.map((d) => a.shape[d]);
  if (permutation.every((d, i) => d === i)) return a;
  return take(
    a,
    shape,
    stridedIndices(
      shape,
      permutation.map((d) => strides[d]),
    ),
  );
}

/** A region of unit stride starting at `starts`. */
export function sliced(a: HostArray, starts: readonly number[], sizes: Shape): HostArray {
  const strides = rowMajorStrides(a.shape);
  const offset = starts.reduce((sum, s, d) => sum + s * strides[d], 0);
  return take(a, sizes, stridedIndices(sizes, strides, offset));
}

/** A copy of `target` with `update` written at `starts`. */
export function withSlice(target: HostArray, update: HostArray, starts: readonly number[]): HostArray {
  const out = copyArray(target);
  const strides = rowMajorStrides(target.shape);
  const offset = starts.reduce((sum, s, d) => sum + s * strides[d], 0);
  const where = stridedIndices(update.shape, strides, offset);
  for (let i = 0; i < where.length; i++) copyElement(out, where[i], update, i);
  return out;
}

/** Joins arrays along a dimension. */
export function concatenated(arrays: readonly HostArray[], dimension: number): HostArray {
  const first = arrays[0];
  const shape = first.shape.map((d, i) => (i === dimension ? arrays.reduce((n, a) => n + a.shape[dimension], 0) : d));
  const out = HostArray.zeros(first.dtype, shape);
  const outer = numElements(shape.slice(0, dimension));
  const width = dtypeInfo(first.dtype).kind === 'complex' ? 2 : 1;
  const row = (s: Shape): number => numElements(s.slice(dimension)) * width;
  const total = row(shape);
  let at = 0;
  for (const a of arrays) {
    const n = row(a.shape);
    for (let o = 0; o < outer; o++)
      (out.data as Float64Array).set((a.data as Float64Array).subarray(o * n, (o + 1) * n), o * total + at);
    at += n;
  }
  return out;
}
