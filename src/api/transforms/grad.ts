import { isInexact, UserError } from '../../base/index.ts';
import { Builder, type Value } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { linearizeInto, transposeOps } from '../../transform/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { zerosLike } from '../numpy/create.ts';
import { flattenArguments, leavesAt, numbersToTensors, tangentDef } from '../program/arguments.ts';
import { runConcrete, transformed } from '../program/concrete.ts';
import { requireTransformation } from '../trace/check-arguments.ts';
import { isPlainObject, snapshot } from '../trace/plain-object.ts';
import type { Tensor } from '../trace/tensor.ts';
import { currentTrace, requireSameTypes, requireTensor, splat, traceFunction } from '../trace/trace.ts';
import { flatten, joinPath, type TreeDef, unflatten } from '../trace/tree.ts';

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
  return differentiated(f, 'valueAndGrad', options, (args: A, positions) => {
    const { loss, gradient } = lossAndGradient(f, args, positions, (out) => [out, undefined]);
    return [loss, gradient as GradientOf<A, N>];
  });
}

/**
 * Gradient of a scalar function with respect to one argument, or several (`argnums: [0, 2]`).
 * @example grad((x: Tensor) => np.sum(np.square(x)))(np.array([1, 2, 3])) // => [2, 4, 6]
 */
export function grad<A extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options?: GradOptions<N>,
): (...args: A) => GradientOf<A, N> {
  return differentiated(
    f,
    'grad',
    options,
    (args: A, positions) => lossAndGradient(f, args, positions, (out) => [out, undefined]).gradient as GradientOf<A, N>,
  );
}

/**
 * Like `valueAndGrad` for `f` returning `[loss, aux]`; gives `[[loss, aux], gradient]`.
 * @example valueAndGradAux((x: Tensor) => [np.square(x), { twice: np.add(x, x) }])(np.array(3)) // => [[9, { twice: 6 }], 6]
 */
export function valueAndGradAux<A extends unknown[], Aux, const N extends number | readonly number[] = 0>(
  f: (...args: A) => readonly [Tensor, Aux],
  options: GradOptions<N> = {},
): (...args: A) => [[Tensor, Aux], GradientOf<A, N>] {
  return differentiated(f, 'valueAndGradAux', options, (args: A, positions) => {
    const { loss, aux, gradient } = lossAndGradient(f, args, positions, (out) => {
      if (Array.isArray(out) && out.length === 2) return out as unknown as [unknown, Aux];
      throw new UserError('api/grad', 'the function of valueAndGradAux must return [loss, aux]', {
        given: Array.isArray(out) ? `an array of ${out.length}` : typeof out,
      });
    });
    return [[loss, aux as Aux], gradient as GradientOf<A, N>];
  });
}

type Positions = number | readonly number[];

/** The function that a transformation of this file gives: the differentiated arguments' numbers count as tensors. */
function differentiated<A extends unknown[], R>(
  f: (...args: A) => unknown,
  name: string,
  options: GradOptions<Positions> | undefined,
  run: (args: A, positions: Positions) => R,
): (...args: A) => R {
  requireTransformation(f, options, ['argnum', 'argnums'], name);
  const positions = snapshot(options?.argnums ?? options?.argnum ?? 0);
  const list = listOf(positions);
  const prepare = (args: A): A => {
    for (const i of list)
      if (!Number.isInteger(i) || i < 0 || i >= args.length)
        throw new UserError('api/grad', `argnums names argument ${i}`, {
          expected: `a position below ${args.length}`,
        });
    return args.map((arg, i) => (list.includes(i) ? numbersToTensors(arg) : arg)) as A;
  };
  return transformed(f, [name, positions], (...args: A) => run(args, positions), prepare);
}

const listOf = (positions: Positions): readonly number[] => (typeof positions === 'number' ? [positions] : positions);

/** Differentiates in the trace under way. `split` takes apart what `f` returns. */
function lossAndGradient<A extends unknown[], Out>(
  f: (...args: A) => Out,
  args: A,
  positions: Positions,
  split: (out: Out) => readonly [loss: unknown, aux: unknown],
): { readonly loss: Tensor; readonly aux: unknown; readonly gradient: unknown } {
  const trace = currentTrace()!;
  const list = listOf(positions);
  const wrt = flattenArguments(
    list.map((i) => args[i]),
    'what is differentiated',
  );
  requireNoStatics(wrt.treedef, '');
  wrt.tensors.forEach((t, i) => {
    requireDifferentiable(t, wrt.paths[i]);
  });
  const { tensors } = wrt;
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
      const [value, aux] = split(f(...call));
      const scalar = requireTensor(value, 'the value to differentiate');
      checkLoss(scalar);
      const flatAux = flatten(aux);
      auxDef = flatAux.treedef;
      return [scalar, ...flatAux.leaves.map((l) => asTensor(l as TensorLike))];
    },
    1,
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
  const [loss, ...aux] = walked.results.map((v: Value) => trace.wrap(v));
  const gradient = unflatten(wrt.treedef, gradients) as unknown[];
  return { loss, aux: unflatten(auxDef!, aux), gradient: typeof positions === 'number' ? gradient[0] : gradient };
}

/** What is differentiated is made of tensors. Throws `api/grad` for other values in it. */
function requireNoStatics(d: TreeDef, path: string): void {
  if (d.kind === 'static')
    throw new UserError('api/grad', `cannot differentiate with respect to ${path || 'the argument'}`, {
      expected: 'a float tensor',
      given: `a ${typeof d.value}`,
      advice: 'pass what is no tensor in another argument: it is seen by the function as it is',
    });
  if (d.kind === 'array') for (const [i, c] of d.children.entries()) requireNoStatics(c, joinPath(path, i));
  if (d.kind === 'object') for (const [i, c] of d.children.entries()) requireNoStatics(c, joinPath(path, d.keys[i]));
}

function requireDifferentiable(t: Tensor, path: string): void {
  if (!isInexact(t.dtype))
    throw new UserError(
      'api/grad',
      `cannot differentiate with respect to ${path || 'the argument'}: it is ${t.dtype}`,
      {
        expected: 'a float tensor',
        advice: 'pass integers in another argument, or convert with np.astype',
      },
    );
}

function checkLoss(t: Tensor): void {
  if (t.ndim !== 0 || !isInexact(t.dtype))
    throw new UserError('api/grad', 'grad needs a function that returns a scalar float', {
      given: `${t.dtype}[${t.shape.join(',')}]`,
      advice: 'reduce it with np.sum or np.mean',
    });
}

/**
 * Forward mode: value and directional derivative of `f` at `primals` along `tangents` (same structures). A number is constant where
 * its tangent is 0 or `null`; what is no tensor has no tangent.
 * @example jvp((x: Tensor) => np.square(x), [np.array(3)], [np.array(1)]) // => [9, 6]
 */
export function jvp<A extends unknown[], R>(f: (...args: A) => R, primals: A, tangents: A): [R, R] {
  const trace = currentTrace();
  const at = movingNumbers(primals, tangents) as A;
  const p = flattenArguments(at, 'a primal of jvp');
  const along = leavesAt(tangents, p.treedef, 'the list of tangents').map((l, i) =>
    asTensor(l as TensorLike, p.tensors[i].dtype),
  );
  requireSameTypes(
    p.tensors.map((t) => t.type),
    along.map((t) => t.type),
    'the tangents of jvp',
  );
  if (!trace)
    return runConcrete(
      ([q, t]: [A, readonly Tensor[]]) => jvp(f, q, unflatten(tangentDef(p.treedef), t) as A),
      [at, along],
    ) as [R, R];
  let outDef: TreeDef | undefined;
  const traced = traceFunction(
    f.name || 'jvp',
    p.tensors.map((x) => x.type),
    (inner) => {
      const out = flatten(f(...(unflatten(p.treedef, inner) as A)));
      outDef = out.treedef;
      return out.leaves.map((l) => asTensor(l as TensorLike));
    },
    1,
  );
  const walked = linearizeInto(
    traced.func.body,
    [...p.tensors, ...traced.captures].map((x) => trace.valueOf(x)),
    [...along.map((t) => trace.valueOf(t)), ...traced.captures.map(() => undefined)],
    trace.builder,
    trace.builder,
  );
  const results = walked.results.map((v) => trace.wrap(v));
  const out = walked.tangents.map((v, i) => (v ? trace.wrap(v) : zerosLike(results[i])));
  return [unflatten(outDef!, results) as R, unflatten(outDef!, out) as R];
}

/** Numbers among primals that have a tangent, as tensors. */
function movingNumbers(primal: unknown, tangent: unknown): unknown {
  if (typeof primal === 'number')
    return tangent === 0 || tangent === null || tangent === undefined ? primal : asTensor(primal);
  if (Array.isArray(primal))
    return primal.map((x, i) => movingNumbers(x, Array.isArray(tangent) ? tangent[i] : undefined));
  if (!isPlainObject(primal)) return primal;
  const own = isPlainObject(tangent) ? tangent : {};
  return Object.fromEntries(Object.entries(primal).map(([k, x]) => [k, movingNumbers(x, own[k])]));
}
