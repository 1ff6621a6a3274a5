import { isInexact, UserError } from '../base/index.ts';
import { Builder, type Value } from '../ir/index.ts';
import { registry } from '../ops/index.ts';
import { linearizeInto, transposeOps } from '../transform/index.ts';
import { runConcrete } from './jit.ts';
import { asTensor, type TensorLike } from './lax/core.ts';
import { zerosLike } from './numpy/create.ts';
import { isTensor, type Tensor } from './tensor.ts';
import { currentTrace, requireTensor, splat, traceFunction } from './trace.ts';
import { flatten, type TreeDef, unflatten } from './tree.ts';

export interface GradOptions<N extends number | readonly number[] = number | readonly number[]> {
  /** Position of the argument to differentiate; default 0. */
  readonly argnum?: N;
  /** Positions of several arguments (or one); the gradient is then a list in this order. */
  readonly argnums?: N;
}

/** The type of the gradient: of one argument, or a list for a list of positions. */
export type GradientOf<A extends unknown[], N> = N extends number
  ? A[N]
  : N extends readonly number[]
    ? { -readonly [K in keyof N]: A[N[K] & number] }
    : A[0];

/**
 * `f` returning a scalar loss becomes a function returning `[loss, gradient]`; the gradient has the structure of the
 * differentiated argument. Throws `api/grad` when the loss is no scalar float or an argument leaf is not a float tensor.
 * @example valueAndGrad((x: Tensor) => np.sum(np.square(x)))(np.array([1, 2])) // => [5, [2, 4]]
 */
export function valueAndGrad<A extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options?: GradOptions<N>,
): (...args: A) => [Tensor, GradientOf<A, N>] {
  const g = valueAndGradAux((...args: A) => [f(...args), undefined] as const, options);
  return (...args) => {
    const [[loss], gradient] = g(...args);
    return [loss, gradient];
  };
}

/**
 * Gradient of a scalar function with respect to one argument, or several (`argnums: [0, 2]`).
 * @example grad((x: Tensor) => np.sum(np.square(x)))(np.array([1, 2, 3])) // => [2, 4, 6]
 */
export function grad<A extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options?: GradOptions<N>,
): (...args: A) => GradientOf<A, N> {
  const g = valueAndGrad(f, options);
  return (...args) => g(...args)[1];
}

/**
 * Like `valueAndGrad` for `f` returning `[loss, aux]`; gives `[[loss, aux], gradient]`.
 * @example valueAndGradAux((x: Tensor) => [np.square(x), { twice: np.add(x, x) }])(np.array(3)) // => [[9, { twice: 6 }], 6]
 */
export function valueAndGradAux<A extends unknown[], Aux, const N extends number | readonly number[] = 0>(
  f: (...args: A) => readonly [Tensor, Aux],
  options: GradOptions<N> = {},
): (...args: A) => [[Tensor, Aux], GradientOf<A, N>] {
  const positions = options.argnums ?? options.argnum ?? 0;
  const list: readonly number[] = typeof positions === 'number' ? [positions] : positions;
  const transformed = (...args: A): [[Tensor, Aux], GradientOf<A, N>] => {
    for (const i of list)
      if (!Number.isInteger(i) || i < 0 || i >= args.length)
        throw new UserError('api/grad', `argnums names argument ${i}`, {
          expected: `a position below ${args.length}`,
        });
    const trace = currentTrace();
    if (!trace) return runConcrete((a: A) => transformed(...a), args) as [[Tensor, Aux], GradientOf<A, N>];
    const wrt = flatten(list.map((i) => args[i]));
    const tensors = wrt.leaves.map((leaf, i) => differentiableLeaf(leaf, wrt.paths[i]));
    let auxDef: TreeDef | undefined;
    const traced = traceFunction(
      f.name || 'grad',
      tensors.map((t) => t.type),
      (inner) => {
        const call = [...args] as A;
        const values = unflatten(wrt.treedef, inner) as unknown[];
        list.forEach((i, k) => {
          call[i] = values[k];
        });
        const out = f(...call);
        const [loss, aux] = Array.isArray(out) ? out : [out, undefined];
        const scalar = requireTensor(loss, 'the value to differentiate');
        checkLoss(scalar);
        const flatAux = flatten(aux);
        auxDef = flatAux.treedef;
        return [scalar, ...flatAux.leaves.map((l) => asTensor(l as TensorLike))];
      },
    );
    const primals = [...tensors, ...traced.captures].map((t) => trace.valueOf(t));
    const tape = new Builder(registry);
    const tangentInputs = new Builder(registry).block(
      tensors.map((t) => t.type),
      () => [],
    ).args;
    const walked = linearizeInto(
      traced.func.body,
      primals,
      [...tangentInputs, ...traced.captures.map(() => undefined)],
      trace.builder,
      tape,
    );
    const seed = trace.valueOf(splat(walked.results[0].dtype, [], 1));
    const cotangents = transposeOps(tape.ops, tangentInputs, [walked.tangents[0]], [seed], trace.builder);
    const gradients = cotangents.map((ct, i) => (ct ? trace.wrap(ct) : zerosLike(tensors[i])));
    const results = walked.results.map((v: Value) => trace.wrap(v));
    const gradient = unflatten(wrt.treedef, gradients) as unknown[];
    return [
      [results[0], unflatten(auxDef!, results.slice(1)) as Aux],
      (typeof positions === 'number' ? gradient[0] : gradient) as GradientOf<A, N>,
    ];
  };
  return transformed;
}

function differentiableLeaf(leaf: unknown, path: string): Tensor {
  const t = isTensor(leaf) ? leaf : asTensor(leaf as TensorLike);
  if (!isInexact(t.dtype))
    throw new UserError(
      'api/grad',
      `cannot differentiate with respect to ${path || 'the argument'}: it is ${t.dtype}`,
      {
        expected: 'a float tensor',
        advice: 'pass integers in another argument, or convert with np.astype',
      },
    );
  return t;
}

function checkLoss(t: Tensor): void {
  if (t.ndim !== 0 || !isInexact(t.dtype))
    throw new UserError('api/grad', 'grad needs a function that returns a scalar float', {
      given: `${t.dtype}[${t.shape.join(',')}]`,
      advice: 'reduce it with np.sum or np.mean',
    });
}

/**
 * Forward mode: value and directional derivative of `f` at `primals` along `tangents` (same structures).
 * @example jvp((x: Tensor) => np.square(x), [np.array(3)], [np.array(1)]) // => [9, 6]
 */
export function jvp<A extends unknown[], R>(f: (...args: A) => R, primals: A, tangents: A): [R, R] {
  const trace = currentTrace();
  if (!trace) return runConcrete(([p, t]: [A, A]) => jvp(f, p, t), [primals, tangents]) as [R, R];
  const p = flatten(primals);
  const t = flatten(tangents);
  const tensors = p.leaves.map((l) => asTensor(l as TensorLike));
  let outDef: TreeDef | undefined;
  const traced = traceFunction(
    f.name || 'jvp',
    tensors.map((x) => x.type),
    (inner) => {
      const out = flatten(f(...(unflatten(p.treedef, inner) as A)));
      outDef = out.treedef;
      return out.leaves.map((l) => asTensor(l as TensorLike));
    },
  );
  const walked = linearizeInto(
    traced.func.body,
    [...tensors, ...traced.captures].map((x) => trace.valueOf(x)),
    [...t.leaves.map((l) => trace.valueOf(asTensor(l as TensorLike))), ...traced.captures.map(() => undefined)],
    trace.builder,
    trace.builder,
  );
  const results = walked.results.map((v) => trace.wrap(v));
  const out = walked.tangents.map((v, i) => (v ? trace.wrap(v) : zerosLike(results[i])));
  return [unflatten(outDef!, results) as R, unflatten(outDef!, out) as R];
}
