import { isFloat, range, UserError } from '../../base/index.ts';
import * as lax from '../lax/core.ts';
import { flattenArguments, numbersToTensors } from '../program/arguments.ts';
import { transformed } from '../program/concrete.ts';
import { requireTransformation } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { flatten, type MapLeaves, unflatten } from '../trace/tree.ts';
import { applyLinear, applyTransposed, linearizeAt } from './linearize.ts';
import { vmap } from './vmap.ts';

/** A result's structure with, in place of each leaf, the structure of the argument; shapes `[…result, …argument]`. */
export type Jacobian<R, X> = MapLeaves<R, Tensor, X>;

export interface JacobianOptions<N extends number = 0> {
  /** Position of the argument to differentiate with respect to; default 0. */
  readonly argnum?: N;
}

/** Rows of the identity, cut into the leaves' shapes: leaf i is `[total, …shape i]`. */
function standardBasis(leaves: readonly Tensor[]): Tensor[] {
  const total = leaves.reduce((n, t) => n + t.size, 0);
  let offset = 0;
  return leaves.map((t) => {
    const row = lax.iota('i32', [total, t.size], 0);
    const column = lax.add(lax.iota('i32', [total, t.size], 1), offset);
    offset += t.size;
    return lax.reshape(lax.convertElementType(lax.eq(row, column), t.dtype), [total, ...t.shape]);
  });
}

function requireFloats(leaves: readonly Tensor[], what: string): void {
  for (const t of leaves)
    if (!isFloat(t.dtype))
      throw new UserError('api/jacobian', `${what} must be floats`, {
        given: `${t}`,
        advice: 'convert with np.astype',
      });
}

/** Numbers in the differentiated argument count as tensors. */
const withTensorsAt = <A extends unknown[]>(args: A, argnum: number): A =>
  args.map((arg, i) => (i === argnum ? numbersToTensors(arg) : arg)) as A;

function prepare<A extends unknown[], R>(f: (...args: A) => R, args: A, argnum: number) {
  const arg = flattenArguments(args[argnum], 'what is differentiated');
  const inner = arg.tensors;
  requireFloats(inner, 'arguments to differentiate');
  const at = (x: unknown): unknown => {
    const call = [...args] as A;
    call[argnum] = x;
    return f(...call);
  };
  return { arg, inner, lin: linearizeAt(at, [unflatten(arg.treedef, inner)]) };
}

/** Cuts the dimension `axis` (of size Σ sizes) into one tensor per leaf, with the leaf's shape in its place. */
function cut(t: Tensor, axis: number, leaves: readonly Tensor[]): Tensor[] {
  let start = 0;
  return leaves.map((leaf) => {
    const part = lax.sliceInDim(t, start, start + leaf.size, 1, axis);
    start += leaf.size;
    return lax.reshape(part, [...t.shape.slice(0, axis), ...leaf.shape, ...t.shape.slice(axis + 1)]);
  });
}

/**
 * Jacobian by forward mode: one pass per input element, all at once through `vmap`. Good for few inputs.
 * @example jacfwd((x: Tensor) => np.multiply(x, x))(np.array([1, 2])) // => [[2, 0], [0, 4]]
 */
export function jacfwd<A extends unknown[], R, N extends number = 0>(
  f: (...args: A) => R,
  options: JacobianOptions<N> = {},
): (...args: A) => Jacobian<R, A[N]> {
  requireTransformation(f, options, ['argnum'], 'jacfwd');
  const argnum = options.argnum ?? 0;
  const traced = (...args: A): Jacobian<R, A[N]> => {
    const { arg, inner, lin } = prepare(f, args, argnum);
    const columns = vmap((...tangent: Tensor[]) => flatten(applyLinear(lin, [unflatten(arg.treedef, tangent)])).leaves)(
      ...standardBasis(inner),
    ) as Tensor[];
    const leaves = columns.map((c) => {
      const last = lax.transpose(c, [...range(c.ndim).slice(1), 0]);
      return unflatten(arg.treedef, cut(last, last.ndim - 1, inner));
    });
    return unflatten(lin.outDef, leaves) as Jacobian<R, A[N]>;
  };
  return transformed(f, ['jacfwd', argnum], traced, (args) => withTensorsAt(args, argnum));
}

/** Jacobian by reverse mode: one pass per output element, all at once through `vmap`. Good for few outputs. */
export function jacrev<A extends unknown[], R, N extends number = 0>(
  f: (...args: A) => R,
  options: JacobianOptions<N> = {},
): (...args: A) => Jacobian<R, A[N]> {
  requireTransformation(f, options, ['argnum'], 'jacrev');
  const argnum = options.argnum ?? 0;
  const traced = (...args: A): Jacobian<R, A[N]> => {
    const { arg, lin } = prepare(f, args, argnum);
    requireFloats(lin.results, 'results to differentiate');
    const rows = vmap(
      (...cotangent: Tensor[]) => flatten(applyTransposed(lin, unflatten(lin.outDef, cotangent))[0]).leaves,
    )(...standardBasis(lin.results)) as Tensor[];
    const byInput = rows.map((r) => cut(r, 0, lin.results));
    const leaves = lin.results.map((_, j) =>
      unflatten(
        arg.treedef,
        byInput.map((parts) => parts[j]),
      ),
    );
    return unflatten(lin.outDef, leaves) as Jacobian<R, A[N]>;
  };
  return transformed(f, ['jacrev', argnum], traced, (args) => withTensorsAt(args, argnum));
}

/**
 * `jacrev`.
 * @example jacobian((x: Tensor) => np.multiply(x, x))(np.array([1, 2])) // => [[2, 0], [0, 4]]
 */
export const jacobian = jacrev;

/**
 * Second derivatives, by forward over reverse mode: `[…result, …argument, …argument]`.
 * @example hessian((x: Tensor) => np.prod(x))(np.array([2, 3])) // => [[0, 1], [1, 0]]
 */
export function hessian<A extends unknown[], R, N extends number = 0>(
  f: (...args: A) => R,
  options: JacobianOptions<N> = {},
): (...args: A) => Jacobian<R, Jacobian<A[N], A[N]>> {
  requireTransformation(f, options, ['argnum'], 'hessian');
  return jacfwd(jacrev(f, options), options) as unknown as (...args: A) => Jacobian<R, Jacobian<A[N], A[N]>>;
}

/**
 * Hessian-vector product of a scalar function: the derivative of its gradient along `vector`, without the Hessian.
 * @example hvp((x: Tensor) => np.sum(np.power(x, 3)), np.array([1, 2]), np.array([1, 0])) // => [6, 0]
 */
export function hvp<X>(f: (x: X) => Tensor, x: X, vector: X): X {
  const gradient = (y: X): X => {
    const lin = linearizeAt(f, [y]);
    return applyTransposed(lin, lax.convertElementType(1, lin.results[0].dtype))[0] as X;
  };
  const lin = linearizeAt(gradient, [x]);
  return applyLinear(lin, [vector]) as X;
}
