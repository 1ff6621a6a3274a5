import { lax, np, type Tensor } from '../api/index.ts';
import { HostArray, type Shape, UserError } from '../base/index.ts';
import { Declared, replaceNodes } from './declared.ts';

/*
 * Weights in few bits: small integers times a scale per group of neighbours along the last dimension. Programs state what the integers
 * mean; products that read them do so where they lie (docs/precision.md), so no weight is ever stored as floats.
 */

/** A weight `[…outputs, …inputs]` in few bits: `scales · codes`, plus `offsets` where there are any. */
export interface QuantizedWeight {
  /** 8 bits: `i8[…outputs, …inputs]`. 4 bits: `u8` with half the last dimension, the first of two in the lower half. */
  readonly codes: Tensor;
  /** `f32[…outputs, …inputs without the last, groups]`; groups of equal size make up the last dimension. */
  readonly scales: Tensor;
  /** Added to every element of a group; like `scales`. */
  readonly offsets?: Tensor | undefined;
  /** `i8`: what is multiplied with it is rounded to 8 bits first (`withActivations`). */
  readonly activations?: 'i8' | undefined;
}

/** A weight as it is kept: in floats, or in few bits. */
export type StoredWeight = Tensor | QuantizedWeight;

export const isQuantized = (w: object): w is QuantizedWeight => 'codes' in w && 'scales' in w;

/** Bits of a code, and how many neighbours share a scale. */
export interface QuantizeOptions {
  readonly bits: 8 | 4;
  /** 32, 64 or 128; default: the whole last dimension, one scale per channel. */
  readonly group?: number | undefined;
}

/** Throws `nn/quantized` for what no scale can hold. */
export function requireFinite(x: number): void {
  if (!Number.isFinite(x))
    throw new UserError('nn/quantized', 'a weight to be kept in few bits has elements that are no finite numbers', {
      given: String(x),
      advice: 'load it without quantize, and see where they come from',
    });
}

/** Below it, scales would take as much memory as they save. */
const smallestGroup = 8;

/**
 * The group for a last dimension of `size` that is cut in `cuts` equal parts: the largest divisor of a part that is at most `group`;
 * undefined where the weight is better left as it is.
 * @example [groupFor(96, 1, { bits: 4, group: 64 }), groupFor(7, 1, { bits: 4, group: 32 })] // => [48, undefined]
 */
export function groupFor(size: number, cuts: number, { bits, group }: QuantizeOptions): number | undefined {
  // One scale for a whole channel belongs to all parts alike.
  if (group === undefined) return bits === 8 || (size / cuts) % 2 === 0 ? size : undefined;
  const part = size / cuts;
  for (let g = Math.min(group, part); g >= smallestGroup; g--)
    if (part % g === 0 && (bits === 8 || g % 2 === 0)) return g;
  return undefined;
}

/** What stands for a declared weight in few bits. */
export type QuantizedDeclaration = {
  readonly codes: Declared;
  readonly scales: Declared;
  readonly offsets?: Declared | undefined;
};

/** A weight in few bits on the host. */
export interface QuantizedArrays {
  readonly codes: HostArray;
  readonly scales: HostArray;
  readonly offsets?: HostArray | undefined;
}

/** Codes and scales of a declared weight, cut as the weight itself; `group`: of `groupFor`. */
export function quantizedDeclaration(
  d: Declared,
  bits: 8 | 4,
  group: number,
  hasOffsets: boolean = false,
): QuantizedDeclaration {
  const last = d.shape[d.shape.length - 1];
  const like = (n: number, isCut: boolean, dtype: 'i8' | 'u8' | 'f32'): Declared =>
    new Declared([...d.shape.slice(0, -1), n], [...d.axes.slice(0, -1), isCut ? d.axes[d.axes.length - 1] : 'group'], {
      dtype,
      init: { constant: 0 },
      tags: ['frozen'],
    });
  const perGroup = like(last / group, group !== last, 'f32');
  return {
    codes: like(bits === 8 ? last : last / 2, true, bits === 8 ? 'i8' : 'u8'),
    scales: perGroup,
    ...(hasOffsets ? { offsets: perGroup } : {}),
  };
}

/**
 * Rounds `x: f32[…, n]` on the host: `codes` as a `QuantizedWeight` has them and `scales: f32[…, n / group]`. 8 bits: the largest magnitude of a
 * group becomes 127. 4 bits: the element of largest magnitude becomes −8, so that all sixteen codes are used, as in GGUF's Q4_0; either keeps
 * the codes of Q8_0 and Q4_0 where groups agree.
 */
export function quantizeArray(x: HostArray, bits: 8 | 4, group: number): QuantizedArrays {
  const last = x.shape[x.shape.length - 1];
  const before = x.shape.slice(0, -1);
  const data = x.data as Float32Array;
  const codes = HostArray.zeros(bits === 8 ? 'i8' : 'u8', [...before, bits === 8 ? last : last / 2]);
  const scales = HostArray.zeros('f32', [...before, last / group]);
  const factors = scales.data as Float32Array;
  const round = bits === 8 ? roundTo8 : roundTo4;
  for (let g = 0, at = 0; g < factors.length; g++, at += group) {
    const extreme = extremeOf(data, at, at + group);
    // What underflows is as good as zero.
    factors[g] = Math.fround(bits === 8 ? Math.abs(extreme) / 127 : extreme / -8) || 1;
    round(data, at, at + group, 1 / factors[g], codes.data as Int8Array & Uint8Array);
  }
  return { codes, scales };
}

/** The element of largest magnitude. */
function extremeOf(x: Float32Array, from: number, to: number): number {
  let extreme = 0;
  for (let i = from; i < to; i++)
    if (!(Math.abs(x[i]) <= Math.abs(extreme))) {
      requireFinite(x[i]);
      extreme = x[i];
    }
  return extreme;
}

// Something more makes all codes positive, so that cutting off rounds down: no branches on signs, which nobody can predict.
function roundTo8(x: Float32Array, from: number, to: number, inverse: number, out: Int8Array): void {
  for (let i = from; i < to; i++) out[i] = ((x[i] * inverse + 128.5) | 0) - 128;
}

function roundTo4(x: Float32Array, from: number, to: number, inverse: number, out: Uint8Array): void {
  for (let i = from; i < to; i += 2) {
    const low = Math.min(15, (x[i] * inverse + 8.5) | 0) ^ 8;
    const high = Math.min(15, (x[i + 1] * inverse + 8.5) | 0) ^ 8;
    out[i >> 1] = low | (high << 4);
  }
}

const lastOf = (t: Tensor): number => t.shape[t.ndim - 1];

/** Shape of the weight that is stored. */
export function storedShape(w: StoredWeight): Shape {
  if (!isQuantized(w)) return w.shape;
  return [...w.codes.shape.slice(0, -1), lastOf(w.codes) * (w.codes.dtype === 'u8' ? 2 : 1)];
}

/** Scales or offsets of groups (`[…, groups]`) beside elements `[…, groups, group]`, or `[…, n]` where one group is all. */
const perGroup = (x: Tensor): Tensor => (lastOf(x) === 1 ? x : np.expandDims(x, -1));

/** `[…, n]` in groups, or as it is where one group is all. */
function inGroups(x: Tensor, groups: number): Tensor {
  return groups === 1 ? x : np.reshape(x, [...x.shape.slice(0, -1), groups, lastOf(x) / groups]);
}

/** `codes · scales`: `f32[…outputs, …inputs]`. */
function scaled({ codes, scales }: QuantizedWeight, shape: Shape): Tensor {
  const integers = codes.dtype === 'u8' ? lax.bitcastConvertType(codes, 'i4') : codes;
  const wide = np.astype(np.reshape(integers, shape), 'f32');
  return np.reshape(np.multiply(inGroups(wide, lastOf(scales)), perGroup(scales)), shape);
}

/** The elements of a weight as floats: in its own type, or float32 of few bits. Throws `nn/quantized` for parts that do not fit. */
export function dequantized(w: StoredWeight): Tensor {
  if (!isQuantized(w)) return w;
  const shape = storedShape(w);
  checkParts(w, shape);
  const plain = scaled(w, shape);
  if (!w.offsets) return plain;
  const groups = lastOf(w.offsets);
  return np.reshape(np.add(inGroups(plain, groups), perGroup(w.offsets)), shape);
}

function checkParts({ codes, scales, offsets }: QuantizedWeight, shape: Shape): void {
  const wrong = (what: string, expected: string, given: Tensor): UserError =>
    new UserError('nn/quantized', `${what} of a quantized weight do not fit`, { expected, given: `${given}` });
  if (codes.dtype !== 'i8' && codes.dtype !== 'u8') throw wrong('codes', 'i8, or u8 with two to a byte', codes);
  for (const [what, x] of [
    ['scales', scales],
    ['offsets', offsets],
  ] as const)
    if (x && (x.shape.slice(0, -1).join() !== shape.slice(0, -1).join() || shape[shape.length - 1] % lastOf(x) !== 0))
      throw wrong(what, `[${shape.slice(0, -1)}, a divisor of ${shape[shape.length - 1]}]`, x);
}

/** The same part of everything that makes up a weight, by its first dimensions. */
const part = (w: StoredWeight, f: (t: Tensor) => Tensor): StoredWeight =>
  isQuantized(w)
    ? { ...w, codes: f(w.codes), scales: f(w.scales), ...(w.offsets ? { offsets: f(w.offsets) } : {}) }
    : f(w);

/** Rows of a table by their indices: `w: [rows, …]`, `indices: i32[…]` → `[…indices, …]`; no other row is made float. */
export const rowsOf = (w: StoredWeight, indices: Tensor): Tensor => dequantized(part(w, (t) => np.take(t, indices, 0)));

/** One entry of the first dimension, as it is stored. `i: i32[]` */
export const entryOf = (w: StoredWeight, i: Tensor): StoredWeight =>
  part(w, (t) => lax.dynamicIndexInDim(t, i, 0, false));

/**
 * `x · w` over some dimensions of both, in the type of `x`; few bits are multiplied in float32, and the result is rounded once.
 */
export function contracted(x: Tensor, w: StoredWeight, over: readonly number[], with_: readonly number[]): Tensor {
  const dims = { lhsContractingDimensions: over, rhsContractingDimensions: with_ };
  if (!isQuantized(w)) return lax.dotGeneral(x, np.astype(w, x.dtype), dims);
  return lax.dotGeneral(np.astype(x, 'f32'), dequantized(w), dims, { preferredElementType: x.dtype });
}

/** Elements that share a scale when activations are rounded. */
const activationGroup = 32;

/**
 * `x · wᵀ` over the last `numInputDims` dimensions of both: `x: [batch, seq, …inputs]`, `w: […outputs, …inputs]` → `[batch, seq, …outputs]` of the
 * type of `x`. Offsets are multiplied with sums over the groups of `x`, so that products see codes and scales alone.
 */
export function quantizedProduct(x: Tensor, w: QuantizedWeight, numInputDims: number): Tensor {
  const shape = storedShape(w);
  checkParts(w, shape);
  const last = (t: Tensor): number[] => Array.from({ length: numInputDims }, (_, i) => t.ndim - numInputDims + i);
  const times = (a: Tensor, b: Tensor): Tensor =>
    lax.dotGeneral(
      a,
      b,
      { lhsContractingDimensions: last(a), rhsContractingDimensions: last(b) },
      { preferredElementType: w.offsets ? 'f32' : x.dtype },
    );
  const wide = np.astype(x, 'f32');
  const operand = w.activations ? roundedInGroups(wide, lastOf(x) / lastOf(w.scales)) : wide;
  let y = times(operand, scaled(w, shape));
  if (w.offsets) {
    const groups = lastOf(w.offsets);
    const sums = np.sum(np.reshape(wide, [...x.shape.slice(0, -1), groups, lastOf(x) / groups]), { axis: -1 });
    y = np.add(y, times(sums, w.offsets));
  }
  return np.astype(y, x.dtype);
}

/** `x: f32[…, n]` as 8-bit integers times a scale for each 32 of its last dimension, or fewer where groups of weights (`group`) need it. */
function roundedInGroups(x: Tensor, group: number): Tensor {
  let size = Math.min(activationGroup, group);
  while (group % size !== 0) size--;
  const groups = np.reshape(x, [...x.shape.slice(0, -1), lastOf(x) / size, size]);
  const largest = np.max(np.abs(groups), { axis: -1, keepdims: true });
  const scale = np.where(np.equal(largest, 0), 1, np.divide(largest, 127));
  const codes = np.astype(np.round(np.divide(groups, scale)), 'i8');
  return np.reshape(np.multiply(np.astype(codes, 'f32'), scale), x.shape);
}

/** The weights with what is multiplied with those in few bits rounded to 8 bits too: `undefined` leaves it as it is. Traceable. */
export function withActivations<T>(weights: T, activations: 'i8' | undefined): T {
  if (activations === undefined) return weights;
  return replaceNodes(weights, (node) => (isQuantized(node) ? { ...node, activations } : undefined));
}
