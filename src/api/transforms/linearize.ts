import { isInexact, UserError } from '../../base/index.ts';
import { Block, Builder, capturesOf, cloneOp, typeText, Value, ValueMap } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { linearizeInto, transposeOps } from '../../transform/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { zeros, zerosLike } from '../numpy/create.ts';
import { flattenArguments, leavesAt, tangentDef } from '../program/arguments.ts';
import { runConcrete } from '../program/concrete.ts';
import { requireTransformation } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { currentTrace, inlineBlock, traceFunction } from '../trace/trace.ts';
import { flatten, type TreeDef, treedefText, unflatten } from '../trace/tree.ts';

/*
 * The derivative of a function at a point, as a program of its own: what `linearize`, `vjp`, `jacfwd` and `jacrev` share.
 * Source: Radul et al., "You Only Linearize Once" (2023).
 */

/** A linear program `(residuals…, tangents of the float inputs…) → tangents of the active outputs`. */
interface LinearProgram {
  readonly block: Block;
  /** Per output: does it depend on the inputs? */
  readonly active: readonly boolean[];
  readonly inputs: readonly Tensor['type'][];
  readonly outputs: readonly Tensor['type'][];
}

/** A function's value at a point with its derivative there. */
export interface Linearization {
  readonly inDef: TreeDef;
  readonly outDef: TreeDef;
  readonly results: readonly Tensor[];
  readonly residuals: readonly Tensor[];
  readonly program: LinearProgram;
}

/** Linearizes `f` at `primals`, inside a trace or (compiled) outside. Integer inputs have no tangents. */
export function linearizeAt<A extends unknown[]>(f: (...args: A) => unknown, primals: A): Linearization {
  if (currentTrace()) return linearizeTraced(f, primals);
  let found: Linearization | undefined;
  const [results, residuals] = runConcrete((args: A) => {
    found = linearizeTraced(f, args);
    return [found.results, found.residuals] as const;
  }, primals);
  return { ...found!, results, residuals };
}

function linearizeTraced<A extends unknown[]>(f: (...args: A) => unknown, primals: A): Linearization {
  const trace = currentTrace()!;
  const p = flattenArguments(primals, 'a primal');
  const { tensors } = p;
  if (tensors.length === 0)
    throw new UserError('api/grad', 'there is nothing to differentiate: no argument is a tensor', {
      given: treedefText(p.treedef),
      advice: 'numbers are constants: pass np.array(x)',
    });
  let outDef: TreeDef | undefined;
  const traced = traceFunction(
    f.name || 'linearize',
    tensors.map((x) => x.type),
    (inner) => {
      const out = flatten(f(...(unflatten(p.treedef, inner) as A)));
      outDef = out.treedef;
      return out.leaves.map((l) => asTensor(l as TensorLike));
    },
    1,
  );
  const tape = new Builder(registry);
  const tangents = tensors.map((t) => (isInexact(t.dtype) ? new Value(t.type, undefined, 0) : undefined));
  const walked = linearizeInto(
    traced.func.body,
    [...tensors, ...traced.captures].map((x) => trace.valueOf(x)),
    [...tangents, ...traced.captures.map(() => undefined)],
    trace.builder,
    tape,
  );
  const present = tangents.filter((t): t is Value => t !== undefined);
  const activeTangents = walked.tangents.filter((t): t is Value => t !== undefined);
  tape.create('func.return', activeTangents);
  const open = new Block(present, tape.ops);
  const residualValues = capturesOf([open]);
  const map = new ValueMap();
  const args = [...residualValues, ...present].map((v, i) => new Value(v.type, undefined, i));
  map.setAll([...residualValues, ...present], args);
  const block = new Block(
    args,
    open.ops.map((op) => cloneOp(op, map)),
  );
  return {
    inDef: p.treedef,
    outDef: outDef!,
    results: walked.results.map((v) => trace.wrap(v)),
    residuals: residualValues.map((v) => trace.wrap(v)),
    program: {
      block,
      active: walked.tangents.map((t) => t !== undefined),
      inputs: tensors.map((t) => t.type),
      outputs: walked.results.map((v) => v.tensor),
    },
  };
}

/** The leaves of a tree that must look like `types`; numbers become tensors of the wanted dtype. */
function leavesLike(tree: unknown, def: TreeDef, types: readonly Tensor['type'][], what: string): Tensor[] {
  return leavesAt(tree, def, what).map((l, i) => {
    const t = asTensor(l as TensorLike, types[i].dtype);
    if (typeText(t.type) !== typeText(types[i]))
      throw new UserError('api/types', `${what}: leaf ${i} has another type`, {
        expected: typeText(types[i]),
        given: typeText(t.type),
      });
    return t;
  });
}

/** Tangents of the results along `tangents` (one per primal, of its structure). */
export function applyLinear(lin: Linearization, tangents: readonly unknown[]): unknown {
  const { program, residuals } = lin;
  const leaves = leavesLike([...tangents], lin.inDef, program.inputs, 'the tangent');
  if (!currentTrace())
    return runConcrete(([r, t]: [readonly Tensor[], readonly Tensor[]]) => applyTo(lin, r, t), [residuals, leaves]);
  return applyTo(lin, residuals, leaves);
}

function applyTo(lin: Linearization, residuals: readonly Tensor[], tangents: readonly Tensor[]): unknown {
  const trace = currentTrace()!;
  const floats = tangents.filter((t) => isInexact(t.dtype));
  const out = inlineBlock(
    trace,
    lin.program.block,
    [...residuals, ...floats].map((t) => trace.valueOf(t)),
  );
  let k = 0;
  const leaves = lin.program.outputs.map((type, i) =>
    lin.program.active[i] ? trace.wrap(out[k++]) : zeros(type.shape, type.dtype),
  );
  return unflatten(lin.outDef, leaves);
}

/** Cotangents of the primals (a list of their structure; zeros for integer leaves) for a cotangent of the result. */
export function applyTransposed(lin: Linearization, cotangent: unknown): unknown[] {
  const { program, residuals } = lin;
  const leaves = leavesLike(cotangent, lin.outDef, program.outputs, 'the cotangent');
  if (!currentTrace())
    return runConcrete(([r, t]: [readonly Tensor[], readonly Tensor[]]) => transposeTo(lin, r, t), [residuals, leaves]);
  return transposeTo(lin, residuals, leaves);
}

function transposeTo(lin: Linearization, residuals: readonly Tensor[], cotangents: readonly Tensor[]): unknown[] {
  const trace = currentTrace()!;
  const { block, active, inputs } = lin.program;
  const outer = new ValueMap();
  outer.setAll(
    block.args.slice(0, residuals.length),
    residuals.map((t) => trace.valueOf(t)),
  );
  const cts = cotangents.filter((_, i) => active[i]).map((t) => trace.valueOf(t));
  const linear = block.args.slice(residuals.length);
  const out = transposeOps(block.ops.slice(0, -1), linear, block.yielded, cts, trace.builder, outer);
  let k = 0;
  const leaves = inputs.map((type) => {
    const ct = isInexact(type.dtype) ? out[k++] : undefined;
    return ct ? trace.wrap(ct) : zeros(type.shape, type.dtype);
  });
  return unflatten(tangentDef(lin.inDef), leaves) as unknown[];
}

/**
 * The value of `f` at `primals` and the function that maps tangents of the primals to tangents of the result.
 * @example
 * const [value, derivative] = linearize((x: Tensor) => np.square(x), np.array(3));
 * [value, derivative(np.array(1))] // => [9, 6]
 */
export function linearize<A extends unknown[], R>(f: (...args: A) => R, ...primals: A): [R, (...tangents: A) => R] {
  requireTransformation(f, undefined, [], 'linearize');
  const lin = linearizeAt(f, primals);
  return [unflatten(lin.outDef, lin.results) as R, (...tangents) => applyLinear(lin, tangents) as R];
}

/**
 * The value of `f` at `primals` and the function that maps a cotangent of the result (same structure, shapes and dtypes)
 * to cotangents of the primals. Integer primals get zeros.
 * @example
 * const [value, pullback] = vjp((x: Tensor) => np.square(x), np.array(3));
 * [value, pullback(np.array(1))] // => [9, [6]]
 */
export function vjp<A extends unknown[], R>(f: (...args: A) => R, ...primals: A): [R, (cotangent: R) => A] {
  requireTransformation(f, undefined, [], 'vjp');
  const lin = linearizeAt(f, primals);
  return [unflatten(lin.outDef, lin.results) as R, (cotangent) => applyTransposed(lin, cotangent) as A];
}

/**
 * The reverse of a function known to be linear: cotangent of the result → cotangents of the arguments. `like` are
 * arguments (or tensors of their types) at which it is traced; their values do not matter.
 * @example linearTranspose((x: Tensor) => np.multiply(x, 3), np.array(0))(np.array(2)) // => [6]
 */
export function linearTranspose<A extends unknown[], R>(f: (...args: A) => R, ...like: A): (cotangent: R) => A {
  requireTransformation(f, undefined, [], 'linearTranspose');
  return (cotangent) => {
    const at = flattenArguments(like, 'an argument of linearTranspose');
    const zero = at.tensors.map((t) => zerosLike(t));
    return vjp(f, ...(unflatten(at.treedef, zero) as A))[1](cotangent);
  };
}
