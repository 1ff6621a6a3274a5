import { np, type Tensor } from '../api/index.ts';
import { product as productOf, UserError } from '../base/index.ts';
import { type Axis, Declared, type DeclaredOptions } from './declared.ts';
import { contracted, dequantized, isQuantized, quantizedProduct, type StoredWeight } from './quantized.ts';

/*
 * Products with weights. A weight lies outputs before inputs, as on disk; besides a plain tensor it may be one in few bits, or one with
 * low-rank adapters. Layers call `project` and never look inside.
 */

/** A declared weight of a product: what stands for it may be more than one tensor. */
export class DeclaredMatrix extends Declared {
  /** Its last so many dimensions are those of the input. */
  readonly numInputDims: number;

  constructor(shape: readonly number[], axes: readonly Axis[], numInputDims: number, o?: DeclaredOptions) {
    super(shape, axes, o);
    this.numInputDims = numInputDims;
  }
}

/**
 * Declares the weight of a product by the sizes of its axes: those of the output, then those of the input.
 * @example matrix({ mlp: 8, embed: 4 }, ['mlp'], ['embed']).shape // => [8, 4]
 */
export function matrix<const O extends readonly Axis[], const I extends readonly Axis[]>(
  sizes: { readonly [K in O[number] | I[number]]: number },
  outputs: O,
  inputs: I,
  o?: DeclaredOptions,
): DeclaredMatrix {
  const axes = [...outputs, ...inputs];
  return new DeclaredMatrix(
    axes.map((a) => sizes[a as O[number] | I[number]]),
    axes,
    inputs.length,
    o,
  );
}

/** A declared weight that is looked up by its first dimension and multiplied over its last: a tied embedding, experts. */
export class DeclaredTable extends Declared {
  readonly isTable = true;
}

/** Declares a table by the sizes of its axes, in the order of `axes`. */
export function table<const A extends readonly Axis[]>(
  sizes: { readonly [K in A[number]]: number },
  axes: A,
  o?: DeclaredOptions,
): DeclaredTable {
  return new DeclaredTable(
    axes.map((a) => sizes[a as A[number]]),
    axes,
    o,
  );
}

/** Added to a weight without touching it: `scale · b · a`. Source: Hu et al. 2021. */
export interface LowRankUpdate {
  /** `[rank, …inputs]` */
  readonly a: Tensor;
  /** `[…outputs, rank]` */
  readonly b: Tensor;
  /** `f32[]` */
  readonly scale: Tensor;
}

/** A weight with adapters. */
export interface AdaptedWeight {
  readonly base: StoredWeight;
  readonly adapters: readonly LowRankUpdate[];
}

/** Factors of several adapters, the first of which changes nothing: `scale[n] · b[n] · a[n]`. */
export interface AdapterBank {
  /** `[adapters, rank, …inputs]` */
  readonly a: Tensor;
  /** `[adapters, …outputs, rank]` */
  readonly b: Tensor;
  /** `f32[adapters]` */
  readonly scale: Tensor;
}

/** A weight with adapters of which every sequence has one of its own. */
export interface BankedWeight {
  readonly base: StoredWeight;
  readonly bank: AdapterBank;
  /** Which adapter each sequence of the batch has: `i32[batch]`. */
  readonly rows: Tensor;
}

/** What stands for a declared weight. */
export type Weight = StoredWeight | AdaptedWeight | BankedWeight;

const isAdapted = (w: Weight): w is AdaptedWeight => 'adapters' in w;
const isBanked = (w: Weight): w is BankedWeight => 'bank' in w;

/**
 * `x · wᵀ` over the last `numInputDims` dimensions of both, computed in the type of `x`. `x: [batch, seq, …inputs]`,
 * `w: […outputs, …inputs]` → `[batch, seq, …outputs]`.
 */
export function project(x: Tensor, w: Weight, numInputDims = 1): Tensor {
  if (isBanked(w)) return np.add(product(x, w.base, numInputDims), ownUpdates(x, w, numInputDims));
  if (!isAdapted(w)) return product(x, w, numInputDims);
  return w.adapters.reduce(
    (sum, { a, b, scale }) => {
      const low = product(x, a, numInputDims);
      return np.add(sum, np.multiply(product(low, b, 1), np.astype(scale, x.dtype)));
    },
    product(x, w.base, numInputDims),
  );
}

/** What every sequence's own adapter adds: factors are gathered by row, and products have the batch as theirs. */
function ownUpdates(x: Tensor, { bank, rows }: BankedWeight, numInputDims: number): Tensor {
  const lead = x.shape.slice(0, x.ndim - numInputDims);
  const [batch] = lead;
  const outShape = bank.b.shape.slice(1, -1);
  const rank = bank.b.shape[bank.b.ndim - 1];
  const own = (t: Tensor): Tensor => np.astype(np.take(t, rows, 0), x.dtype);
  const flat = np.reshape(x, [batch, -1, productOf(x.shape.slice(x.ndim - numInputDims))]);
  const low = np.matmul(flat, np.swapaxes(np.reshape(own(bank.a), [batch, rank, -1]), 1, 2));
  const scaled = np.multiply(low, np.reshape(own(bank.scale), [batch, 1, 1]));
  const out = np.matmul(scaled, np.swapaxes(np.reshape(own(bank.b), [batch, -1, rank]), 1, 2));
  return np.reshape(out, [...lead, ...outShape]);
}

function product(x: Tensor, w: StoredWeight, numInputDims: number): Tensor {
  if (isQuantized(w)) return quantizedProduct(x, w, numInputDims);
  const last = (t: Tensor): number[] => Array.from({ length: numInputDims }, (_, i) => t.ndim - numInputDims + i);
  return contracted(x, w, last(x), last(w));
}

/** The weight as one tensor, adapters added: for where it is not the operand of a product. */
export function wholeWeight(w: Weight): Tensor {
  if (isBanked(w))
    throw new UserError('nn/adapters', 'this weight cannot have another adapter for every sequence', {
      expected: 'weights that are multiplied with what comes from the sequence',
      advice: 'load the adapter for the whole batch (withAdapters), or leave this module out of it',
    });
  if (!isAdapted(w)) return dequantized(w);
  return w.adapters.reduce((sum, { a, b, scale }) => {
    const wide = (t: Tensor): Tensor => np.astype(t, 'f32');
    const delta = np.tensordot(wide(b), wide(a), 1);
    return np.add(sum, np.astype(np.multiply(delta, scale), sum.dtype));
  }, dequantized(w.base));
}

/** A weight whose plain tensor has another type; of few bits and adapters, products choose it. */
export const narrowed = (w: Weight, dtype: Tensor['dtype']): Weight =>
  isAdapted(w) || isBanked(w) || isQuantized(w) ? w : np.astype(w, dtype);
