import type { DType, Shape } from '../../base/index.ts';
import { type Func, Module, printModule, tensorType } from '../../ir/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { Tensor } from '../trace/tensor.ts';
import { traceFunction } from '../trace/trace.ts';
import { flatten, type TreeDef, unflatten } from '../trace/tree.ts';

/**
 * A tensor with a type but no elements: an argument for `evalShape`, `trace` and `lower` (JAX's `ShapeDtypeStruct`).
 * @example shapeDtypeStruct([2, 3], 'bf16').shape // => [2, 3]
 */
export const shapeDtypeStruct = (shape: Shape, dtype: DType = 'f32'): Tensor =>
  new Tensor(tensorType(dtype, shape), { kind: 'abstract' });

function tracedOn<A extends unknown[], R>(f: (...args: A) => R, args: A): { func: Func; outDef: TreeDef } {
  const p = flatten(args);
  const tensors = p.leaves.map((l) => asTensor(l as TensorLike));
  let outDef: TreeDef | undefined;
  const { func } = traceFunction(
    f.name || 'main',
    tensors.map((t) => t.type),
    (inner) => {
      const out = flatten(f(...(unflatten(p.treedef, inner) as A)));
      outDef = out.treedef;
      return out.leaves.map((l) => asTensor(l as TensorLike));
    },
  );
  return { func, outDef: outDef! };
}

/**
 * The structure and types of `f(...args)` without computing it: tensors without elements.
 * @example evalShape((x: Tensor) => np.matmul(x, np.transpose(x)), np.ones([3, 4])).shape // => [3, 3]
 */
export function evalShape<A extends unknown[], R>(f: (...args: A) => R, ...args: A): R {
  const { func, outDef } = tracedOn(f, args);
  const leaves = func.results.map((r) => new Tensor(r.tensor, { kind: 'abstract' }));
  return unflatten(outDef, leaves) as R;
}

/** A function as the program it was traced to. */
export interface TracedProgram<R> {
  readonly module: Module;
  /** The result's structure with tensors without elements. */
  readonly result: R;
  /** StableHLO text. Values the function closes over are trailing arguments. */
  text(): string;
}

/** Traces `f` for arguments of given types, to look at its program (JAX's `make_jaxpr`): `trace(f)(x).text()`. */
export function trace<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => TracedProgram<R> {
  return (...args) => {
    const { func, outDef } = tracedOn(f, args);
    const module = new Module([func.with({ name: 'main', visibility: 'public' })]);
    const leaves = func.results.map((r) => new Tensor(r.tensor, { kind: 'abstract' }));
    return { module, result: unflatten(outDef, leaves) as R, text: () => printModule(module) };
  };
}

/**
 * JAX's name of `trace`.
 * @example makeJaxpr((x: Tensor) => np.sin(x))(np.ones([2])).text().includes('stablehlo.sine') // => true
 */
export const makeJaxpr = trace;
