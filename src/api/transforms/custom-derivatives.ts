import { isInexact, UserError } from '../../base/index.ts';
import { type Block, Builder, cloneOp, type Type, typeText, Value, ValueMap } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { asTensor, stopGradient, type TensorLike } from '../lax/core.ts';
import { zerosLike } from '../numpy/create.ts';
import { type Arguments, flattenArguments, leavesAt, tangentDef } from '../program/arguments.ts';
import { requireFunction, requireTransformation } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind, currentTrace, type TracedFunction, traceFunction } from '../trace/trace.ts';
import { flatten, leafCount, type TreeDef, unflatten } from '../trace/tree.ts';

/** Gives several traced functions one list of captured tensors: arguments `head`, then all captures, then the rest. */
function closeTogether(parts: readonly { traced: TracedFunction; head: number; explicit: number }[]): {
  blocks: Block[];
  captures: Tensor[];
} {
  const captures = [...new Set(parts.flatMap((p) => p.traced.captures))];
  const blocks = parts.map(({ traced, head, explicit }) => {
    const old = traced.func.body;
    const types: Type[] = [
      ...old.args.slice(0, head).map((a) => a.type),
      ...captures.map((c) => c.type),
      ...old.args.slice(head, explicit).map((a) => a.type),
    ];
    const args = types.map((t, i) => new Value(t, undefined, i));
    const map = new ValueMap();
    map.setAll(old.args.slice(0, head), args.slice(0, head));
    map.setAll(old.args.slice(head, explicit), args.slice(head + captures.length));
    map.setAll(
      old.args.slice(explicit),
      traced.captures.map((c) => args[head + captures.indexOf(c)]),
    );
    const b = new Builder(registry);
    for (const op of old.ops.slice(0, -1)) b.append(cloneOp(op, map));
    return b.finish(args, map.all(old.yielded), 'stablehlo.return');
  });
  return { blocks, captures };
}

const tensorsOf = (tree: unknown): Tensor[] => flatten(tree).leaves.map((l) => asTensor(l as TensorLike));
const isFloatTensor = (t: Tensor): boolean => isInexact(t.dtype);

function requireLike(given: readonly Tensor[], expected: readonly Tensor[], what: string): void {
  const [a, b] = [expected, given].map((ts) => ts.map((t) => typeText(t.type)).join(', '));
  if (a !== b) throw new UserError('api/custom-derivative', `${what} has the wrong types`, { expected: a, given: b });
}

export interface CheckpointOptions {
  /** What the backward pass may keep: `nothing` (the default: all is computed again) or `dots` (results of matrix products and convolutions). */
  readonly policy?: 'nothing' | 'dots' | 'everything';
}

/**
 * `f` with the same values and derivatives, whose intermediate values are computed again in the backward pass instead of
 * being stored. Source: Chen et al. 2016; JAX's `checkpoint` (`remat`).
 * @example grad(checkpoint((x: Tensor) => np.sin(np.sin(x))))(np.array(1)) // => 0.36004
 */
export function checkpoint<A extends unknown[], R>(
  f: (...args: A) => R,
  options: CheckpointOptions = {},
): (...args: A) => R {
  requireTransformation(f, options, ['policy'], 'checkpoint');
  const policy = options.policy ?? 'nothing';
  return (...args) => {
    if (!currentTrace() || policy === 'everything') return f(...args);
    const p = flattenArguments(args, `an argument of ${f.name || 'the function'}`);
    const { tensors } = p;
    let outDef: TreeDef | undefined;
    const types = tensors.map((t) => t.type);
    const traced = traceFunction(f.name || 'checkpoint', types, (inner) => {
      const out = flatten(f(...(unflatten(p.treedef, inner) as A)));
      outDef = out.treedef;
      return out.leaves.map((l) => asTensor(l as TensorLike));
    });
    const n = tensors.length;
    const { blocks, captures } = closeTogether([{ traced, head: n, explicit: n }]);
    const results = bind(
      'espalier.checkpoint',
      [...tensors, ...captures],
      { policy, recompute: false },
      { regions: blocks, resultTypes: blocks[0].yielded.map((y) => y.type) },
    );
    return unflatten(outDef!, results) as R;
  };
}

/** JAX's other name of `checkpoint`. */
export const remat = checkpoint;

export interface CustomOptions {
  /** Tensors that the functions close over count as constants (default: differentiating through one is an error). */
  readonly constantClosure?: boolean;
}
const closedOver = (captures: readonly Tensor[], o: CustomOptions): readonly Tensor[] =>
  o.constantClosure ? captures.map(stopGradient) : captures;

/**
 * `f` with a forward-mode rule of its own: `rule(primals, tangents) → [result, tangent of the result]`; reverse mode
 * follows by transposition. The rule must be linear in the tangents. Integer arguments get zero tangents. It is traced where a derivative is
 * taken, and only there.
 * Throws `api/custom-derivative` when the rule's results have other types than `f`'s, or when `f` closes over a value
 * that is being differentiated.
 * @example
 * const f = customJvp((x: Tensor) => np.exp(x), ([x], [t]) => [np.exp(x), np.multiply(t, 2)]);
 * grad(f)(np.array(0)) // => 2
 */
export function customJvp<A extends unknown[], R>(
  f: (...args: A) => R,
  rule: (primals: A, tangents: A) => readonly [R, R],
  options: CustomOptions = {},
): (...args: A) => R {
  requireTransformation(f, options, ['constantClosure'], 'customJvp');
  requireFunction(rule, 'the rule of customJvp');
  return (...args) => {
    if (!currentTrace()?.derivativeOrder) return f(...args);
    const p = flattenArguments(args, `an argument of ${f.name || 'the function'}`);
    const { tensors } = p;
    const types = tensors.map((t) => t.type);
    const n = tensors.length;
    let outDef: TreeDef | undefined;
    let outs: Tensor[] = [];
    const primal = traceFunction(f.name || 'customJvp', types, (inner) => {
      const out = flatten(f(...(unflatten(p.treedef, inner) as A)));
      outDef = out.treedef;
      outs = tensorsOf(out.leaves);
      return outs;
    });
    const floats = tensors.filter(isFloatTensor);
    const ruled = traceFunction('jvp rule', [...types, ...floats.map((t) => t.type)], (inner) => {
      let k = n;
      const tangents = tensors.map((t) => (isFloatTensor(t) ? inner[k++] : zerosLike(t)));
      const out = rule(unflatten(p.treedef, inner.slice(0, n)) as A, unflatten(tangentDef(p.treedef), tangents) as A);
      if (!Array.isArray(out) || out.length !== 2)
        throw new UserError('api/custom-derivative', 'the rule of customJvp must return [result, tangent]');
      const [value, tangent] = out.map(tensorsOf);
      requireLike(value, outs, "the result of customJvp's rule");
      requireLike(tangent, outs, "the tangent of customJvp's rule");
      return [...value, ...tangent.filter(isFloatTensor)];
    });
    const { blocks, captures } = closeTogether([
      { traced: primal, head: n, explicit: n },
      { traced: ruled, head: n, explicit: n + floats.length },
    ]);
    const resultTypes = blocks[0].yielded.map((y) => y.type);
    const results = bind(
      'espalier.custom_jvp',
      [...tensors, ...closedOver(captures, options)],
      { numArgs: n },
      { regions: blocks, resultTypes },
    );
    return unflatten(outDef!, results) as R;
  };
}

/**
 * `f` with a reverse-mode rule of its own: `forward(...args) → [result, residuals]` and
 * `backward(residuals, cotangent) → [cotangent of each argument]` (`null` for arguments without one). Forward mode through
 * it is refused. Both rules are traced where a derivative is taken, and only there.
 * @example
 * const f = customVjp((x: Tensor) => np.abs(x), (x) => [np.abs(x), x] as const, (x, ct) => [np.multiply(ct, np.sign(x))]);
 * grad(f)(np.array(-3)) // => -1
 */
export function customVjp<A extends unknown[], R, Residuals>(
  f: (...args: A) => R,
  forward: (...args: A) => readonly [R, Residuals],
  backward: (residuals: Residuals, cotangent: R) => { readonly [K in keyof A]: A[K] | null },
  options: CustomOptions = {},
): (...args: A) => R {
  requireTransformation(f, options, ['constantClosure'], 'customVjp');
  requireFunction(forward, 'the forward rule of customVjp');
  requireFunction(backward, 'the backward rule of customVjp');
  return (...args) => {
    if (!currentTrace()?.derivativeOrder) return f(...args);
    const p = flattenArguments(args, `an argument of ${f.name || 'the function'}`);
    const { tensors } = p;
    const types = tensors.map((t) => t.type);
    const n = tensors.length;
    let outDef: TreeDef | undefined;
    let outs: Tensor[] = [];
    const rebuilt = (inner: readonly Tensor[]): A => unflatten(p.treedef, inner) as A;
    const primal = traceFunction(f.name || 'customVjp', types, (inner) => {
      const out = flatten(f(...rebuilt(inner)));
      outDef = out.treedef;
      outs = tensorsOf(out.leaves);
      return outs;
    });
    let residualDef: TreeDef | undefined;
    let residuals: Tensor[] = [];
    const fwd = traceFunction('forward', types, (inner) => {
      const [value, kept] = forward(...rebuilt(inner));
      const leaves = tensorsOf(value);
      requireLike(leaves, outs, "the result of customVjp's forward rule");
      residualDef = flatten(kept).treedef;
      residuals = tensorsOf(kept);
      return [...leaves, ...residuals];
    });
    const floatOuts = outs.filter(isFloatTensor);
    const m = residuals.length;
    const bwd = traceFunction(
      'backward',
      [...residuals, ...floatOuts].map((t) => t.type),
      (inner) => {
        let k = m;
        const cts = outs.map((t) => (isFloatTensor(t) ? inner[k++] : zerosLike(t)));
        const out = backward(unflatten(residualDef!, inner.slice(0, m)) as Residuals, unflatten(outDef!, cts) as R);
        return cotangentLeaves(out, p);
      },
    );
    const { blocks, captures } = closeTogether([
      { traced: primal, head: n, explicit: n },
      { traced: fwd, head: n, explicit: n },
      { traced: bwd, head: m, explicit: m + floatOuts.length },
    ]);
    const resultTypes = blocks[0].yielded.map((y) => y.type);
    const results = bind(
      'espalier.custom_vjp',
      [...tensors, ...closedOver(captures, options)],
      { numArgs: n },
      { regions: blocks, resultTypes },
    );
    return unflatten(outDef!, results) as R;
  };
}

/** One cotangent per float leaf of the arguments; `null` stands for zeros. */
function cotangentLeaves(out: readonly unknown[], { treedef, tensors }: Arguments): Tensor[] {
  const defs = (treedef as TreeDef & { readonly kind: 'array' }).children;
  if (!Array.isArray(out) || out.length !== defs.length)
    throw new UserError('api/custom-derivative', 'the backward rule must return one cotangent per argument', {
      expected: `an array of ${defs.length}`,
      given: Array.isArray(out) ? `an array of ${out.length}` : typeof out,
    });
  let at = 0;
  return defs.flatMap((def, i) => {
    const own = tensors.slice(at, at + leafCount(def));
    at += own.length;
    const floats = own.filter(isFloatTensor);
    if (out[i] === null || out[i] === undefined) return floats.map((t) => zerosLike(t));
    const what = `the cotangent of argument ${i}`;
    const given = leavesAt(out[i], def, what)
      .map((l) => asTensor(l as TensorLike))
      .filter((_, k) => isFloatTensor(own[k]));
    requireLike(given, floats, what);
    return given;
  });
}

/**
 * `f` returns its result and its own pullback: `f(...args) → [result, cotangent => cotangents of the arguments]`
 * (JAX's `custom_gradient`). Values that the pullback needs are found by tracing it.
 * @example
 * const clipped = customGradient((x: Tensor) => [x, (ct: Tensor) => [np.clip(ct, -1, 1)]] as const);
 * grad((x: Tensor) => np.multiply(clipped(x), 5))(np.array(2)) // => 1
 */
export function customGradient<A extends unknown[], R>(
  f: (...args: A) => readonly [R, (cotangent: R) => { readonly [K in keyof A]: A[K] | null }],
): (...args: A) => R {
  requireTransformation(f, undefined, [], 'customGradient');
  return customVjp(
    (...args: A) => f(...args)[0],
    (...args: A) => [f(...args)[0], args] as const,
    (args, cotangent) => f(...args)[1](cotangent),
  );
}
