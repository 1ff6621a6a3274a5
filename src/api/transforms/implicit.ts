import { asTensor, neg, type TensorLike } from '../lax/core.ts';
import { flattenArguments, toTensors } from '../program/arguments.ts';
import { runConcrete } from '../program/concrete.ts';
import type { Tensor } from '../trace/tensor.ts';
import { currentTrace, inlineBlock, traceFunction } from '../trace/trace.ts';
import { flatten, map, type TreeDef, unflatten } from '../trace/tree.ts';
import { customJvp, customVjp } from './custom-derivatives.ts';
import { jvp } from './grad.ts';
import { vjp } from './linearize.ts';

/*
 * Derivatives of results that are defined by an equation: roots and linear solves. Source: the implicit function theorem;
 * Blondel et al., "Efficient and Modular Implicit Differentiation" (2022).
 */

/**
 * `f` with the tensors it closes over as explicit arguments: `[g, captured]` with `g(captured, ...args) = f(...args)`. Outside
 * any trace nothing needs converting and `captured` is empty. `like`: arguments at which `f` is traced.
 * @example closureConvert((x: Tensor) => np.sin(x), np.array(1))[1] // => []
 */
export function closureConvert<A extends unknown[], R>(
  f: (...args: A) => R,
  ...like: A
): [g: (captured: readonly Tensor[], ...args: A) => R, captured: readonly Tensor[]] {
  if (!currentTrace()) return [(_, ...args) => f(...args), []];
  const p = flattenArguments(like, `an argument of ${f.name || 'the closure'}`);
  let outDef: TreeDef | undefined;
  const types = p.tensors.map((t) => t.type);
  const traced = traceFunction(
    f.name || 'closure',
    types,
    (inner) => {
      const out = flatten(f(...(unflatten(p.treedef, inner) as A)));
      outDef = out.treedef;
      return out.leaves.map((l) => asTensor(l as TensorLike));
    },
    // Whoever converts a closure may differentiate it later, twice as a rule.
    2,
  );
  const g = (captured: readonly Tensor[], ...args: A): R => {
    const trace = currentTrace()!;
    const values = [...flattenArguments(args, 'an argument of the closure').tensors, ...captured].map((t) =>
      trace.valueOf(t),
    );
    const out = inlineBlock(trace, traced.func.body, values);
    return unflatten(
      outDef!,
      out.map((v) => trace.wrap(v)),
    ) as R;
  };
  return [g, traced.captures];
}

/**
 * The root that `solve(f, guess)` finds of `f(x) = 0`, with the derivative of the root in what `f` closes over.
 * What `solve` and `tangentSolve` close over counts as constant. `tangentSolve(g, y)` solves `g(x) = y` for the linearized `g`; reverse mode needs it to be transposable (a dense solve, or a
 * fixed number of steps).
 * @example
 * const root = (a: Tensor) => lax.customRoot((x: Tensor) => np.subtract(np.square(x), a), a, () => np.sqrt(a), (g, y) => np.divide(y, g(np.onesLike(y))));
 * grad(root)(np.array(4)) // => 0.25
 */
export function customRoot<X>(
  f: (x: X) => X,
  guess: X,
  solve: (f: (x: X) => X, guess: X) => X,
  tangentSolve: (g: (x: X) => X, y: X) => X,
): X {
  if (!currentTrace()) return runConcrete(([x]: [X]) => customRoot(f, x, solve, tangentSolve), [toTensors(guess)]);
  const [g, captured] = closureConvert(f, guess);
  const root = (start: X, closed: readonly Tensor[]): X => solve((x) => g(closed, x), start);
  const ruled = (inner: typeof root): typeof root =>
    customJvp(
      root,
      ([start, closed], [, tangents]) => {
        const x = inner(start, closed);
        const [, shift] = jvp((c: readonly Tensor[]) => g(c, x), [closed], [tangents]);
        const slope = (t: X): X => jvp((y: X) => g(closed, y), [x], [t])[1];
        const step = tangentSolve(slope, shift);
        return [x, map((t: Tensor) => neg(t), step) as X];
      },
      { constantClosure: true },
    );
  return ruled(ruled(root))(guess, captured);
}

/**
 * The `x` that `solve(matvec, b)` finds with `matvec(x) = b` for a linear `matvec`, with derivatives (reverse mode) in `b` and in
 * what `matvec` closes over. `transposeSolve` solves with the transposed map; a `symmetric` one is its own.
 * @example
 * const a = np.array([[2, 0], [0, 4]]);
 * lax.customLinearSolve((x: Tensor) => np.matmul(a, x), np.array([2, 4]), (_, b) => np.linalg.solve(a, b)) // => [1, 1]
 */
export function customLinearSolve<X>(
  matvec: (x: X) => X,
  b: X,
  solve: (matvec: (x: X) => X, b: X) => X,
  options: { readonly transposeSolve?: (vecmat: (x: X) => X, b: X) => X; readonly symmetric?: boolean } = {},
): X {
  if (!currentTrace()) return runConcrete(([y]: [X]) => customLinearSolve(matvec, y, solve, options), [toTensors(b)]);
  const symmetric = options.symmetric ?? false;
  return solveLinear(matvec, b, { solve, transposeSolve: options.transposeSolve ?? solve, symmetric }, 2);
}

interface Solvers<X> {
  readonly solve: (matvec: (x: X) => X, b: X) => X;
  readonly transposeSolve: (vecmat: (x: X) => X, b: X) => X;
  readonly symmetric: boolean;
}
/** The cotangent is again a linear solve: `order` derivatives come from this rule, further ones from the solvers themselves. */
function solveLinear<X>(matvec: (x: X) => X, b: X, solvers: Solvers<X>, order: number): X {
  if (order === 0) return solvers.solve(matvec, b);
  const [g, captured] = closureConvert(matvec, b);
  const forward = (y: X, closed: readonly Tensor[]): X => solvers.solve((x) => g(closed, x), y);
  const transposed = { ...solvers, solve: solvers.transposeSolve, transposeSolve: solvers.solve };
  const solved = customVjp(
    forward,
    (y: X, closed: readonly Tensor[]) => {
      const x = solveLinear((t) => g(closed, t), y, solvers, order - 1);
      return [x, [x, closed] as const] as const;
    },
    ([x, closed], cotangent) => {
      const forwards = (t: X): X => g(closed, t);
      const vecmat = solvers.symmetric ? forwards : (t: X): X => vjp(forwards, x)[1](t)[0];
      const y = solveLinear(vecmat, cotangent, transposed, order - 1);
      const inClosed = closed.length === 0 ? [] : vjp((c: readonly Tensor[]) => g(c, x), closed)[1](y)[0];
      return [y, inClosed.map(neg)];
    },
    { constantClosure: true },
  );
  return solved(b, captured);
}
