import { isInteger, UserError } from '../../base/index.ts';
import { type Block, Builder, cloneOp, type Type, typeText, Value, ValueMap } from '../../ir/index.ts';
import { bounded, registry } from '../../ops/index.ts';
import * as lax from '../lax/core.ts';
import { toTensors } from '../program/arguments.ts';
import { runConcrete } from '../program/concrete.ts';
import { requireFunction, requireTransformation } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind, bind1, currentTrace, requireTensor, type TracedFunction, traceFunction } from '../trace/trace.ts';
import { flatten, type TreeDef, treedefText, unflatten } from '../trace/tree.ts';

/*
 * Structured control flow. Bodies are traced once; they stay regions through differentiation, vmap and partitioning.
 * Source: "Dynamic Control Flow in Large-Scale Machine Learning" (Yu et al. 2018); JAX's lax control flow.
 */

export interface ScanOptions {
  /** Number of steps; needed only when `xs` has no tensors. */
  readonly length?: number;
  /** From the last slice to the first. */
  readonly reverse?: boolean;
  /** Steps per iteration of the loop (`true` = all): a longer program with fewer iterations, the same values. Default 1. */
  readonly unroll?: number | boolean;
}

/**
 * Loops `f(carry, x) → [carry, y]` over the leading dimension of every tensor in `xs`; returns the last carry and the
 * `y`s stacked along a new leading dimension. `carry` keeps its structure, shapes and dtypes.
 * @example scan((sum: Tensor, x: Tensor) => [np.add(sum, x), np.multiply(sum, x)] as const, np.array(0), np.array([1, 2, 3])) // => [6, [0, 2, 9]]
 */
export function scan<C, X, Y>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: C,
  xs: X,
  options: ScanOptions = {},
): [C, Y] {
  requireTransformation(f, options, ['length', 'reverse', 'unroll'], 'scan');
  if (!currentTrace()) return runConcrete(([c, x]: [C, X]) => scan(f, c, x, options), [toTensors(init), xs]) as [C, Y];
  if (options.unroll !== undefined && options.unroll !== false && options.unroll !== 1)
    return unrolledScan(f, init, xs, options);
  const carry = flatten(init);
  const inputs = flatten(xs);
  const carryTensors = carry.leaves.map((l) => lax.asTensor(l as lax.TensorLike));
  const inputTensors = inputs.leaves.map((l, i) => requireTensor(l, `scan input ${inputs.paths[i] || i}`));
  const length = inputTensors[0]?.shape[0] ?? options.length;
  if (length === undefined) throw new UserError('api/scan', 'scan without inputs needs options.length');
  inputTensors.forEach((t, i) => {
    if (t.ndim === 0 || t.shape[0] !== length)
      throw new UserError('api/scan', `scan input ${inputs.paths[i] || i} does not have ${length} steps`, {
        expected: `leading dimension ${length}`,
        given: typeText(t.type),
      });
  });
  const sliceTypes: Type[] = inputTensors.map((t) => ({ ...t.type, shape: t.shape.slice(1) }));
  // A scan needs at least one input: without one, count the steps.
  if (inputTensors.length === 0) {
    inputTensors.push(lax.iota('i32', length));
    sliceTypes.push({ kind: 'tensor', dtype: 'i32', shape: [] });
  }
  const carryTypes = carryTensors.map((t) => t.type);
  let yDef: TreeDef | undefined;
  let numOutputs = 0;
  const traced = traceFunction('scan body', [...sliceTypes, ...carryTypes], (args) => {
    const x = unflatten(inputs.treedef, args.slice(0, inputs.leaves.length)) as X;
    const c = unflatten(carry.treedef, args.slice(sliceTypes.length)) as C;
    const out = f(c, x);
    if (!Array.isArray(out) || out.length !== 2)
      throw new UserError('api/scan', 'the scanned function must return [carry, y]', { given: typeof out });
    const newCarry = flatten(out[0]);
    const tensors = newCarry.leaves.map((l, i) => lax.asTensor(l as lax.TensorLike, carryTypes[i]?.dtype));
    checkCarry(carry, carryTypes, newCarry, tensors);
    const y = flatten(out[1]);
    yDef = y.treedef;
    numOutputs = y.leaves.length;
    return [...y.leaves.map((l) => lax.asTensor(l as lax.TensorLike)), ...tensors];
  });
  const body = loopBody(traced, sliceTypes.length + carryTypes.length, 'stablehlo.return');
  const outputs = body.yielded.slice(0, numOutputs);
  const results = bind(
    'chlo.scan',
    [...inputTensors, ...carryTensors, ...traced.captures],
    {
      dimension: 0,
      isReverse: options.reverse ?? false,
      operandSegmentSizes: [inputTensors.length, carryTensors.length + traced.captures.length],
      resultSegmentSizes: [numOutputs, carryTensors.length + traced.captures.length],
    },
    {
      regions: [body],
      resultTypes: [
        ...outputs.map((y): Type => ({ ...y.tensor, shape: [length, ...y.shape] })),
        ...carryTypes,
        ...traced.captures.map((t) => t.type),
      ],
    },
  );
  return [
    unflatten(carry.treedef, results.slice(numOutputs, numOutputs + carryTensors.length)) as C,
    unflatten(yDef!, results.slice(0, numOutputs)) as Y,
  ];
}

/** Runs groups of `unroll` steps per iteration; the steps that fill no group come last, outside the loop. */
function unrolledScan<C, X, Y>(f: (carry: C, x: X) => readonly [C, Y], init: C, xs: X, options: ScanOptions): [C, Y] {
  const inputs = flatten(xs);
  const tensors = inputs.leaves.map((l, i) => requireTensor(l, `scan input ${inputs.paths[i] || i}`));
  const length = tensors[0]?.shape[0] ?? options.length;
  if (length === undefined) throw new UserError('api/scan', 'scan without inputs needs options.length');
  const group = options.unroll === true ? Math.max(1, length) : Number(options.unroll);
  if (!Number.isInteger(group) || group < 1)
    throw new UserError('api/scan', 'unroll must be a positive integer or true', { given: String(options.unroll) });
  const reverse = options.reverse ?? false;
  let yDef: TreeDef | undefined;
  /** Some steps one after the other on slices `[n, …]`; `y`s as lists of leaves in the order of the inputs. */
  const steps = (carry: C, slices: readonly Tensor[], n: number): [C, Tensor[][]] => {
    const ys: Tensor[][] = new Array<Tensor[]>(n);
    for (let i = 0; i < n; i++) {
      const at = reverse ? n - 1 - i : i;
      const x = slices.map((t) => lax.dynamicIndexInDim(t, at, 0, false));
      const [next, y] = f(carry, unflatten(inputs.treedef, x) as X);
      carry = next;
      const flat = flatten(y);
      yDef = flat.treedef;
      ys[at] = flat.leaves.map((l) => lax.asTensor(l as lax.TensorLike));
    }
    return [carry, ys];
  };
  const stacked = (ys: readonly (readonly Tensor[])[]): Tensor[] =>
    (ys[0] ?? []).map((_, k) =>
      lax.concatenate(
        ys.map((row) => lax.reshape(row[k], [1, ...row[k].shape])),
        0,
      ),
    );
  const groups = Math.floor(length / group);
  const rest = length - groups * group;
  if (groups < 1) {
    if (length === 0) return scan(f, init, xs, { ...options, unroll: 1 });
    const [carry, ys] = steps(init, tensors, length);
    return [carry, unflatten(yDef!, stacked(ys)) as Y];
  }
  const [from, to] = reverse ? [rest, length] : [0, groups * group];
  const main = tensors.map((t) => lax.reshape(lax.sliceInDim(t, from, to), [groups, group, ...t.shape.slice(1)]));
  const [middle, mainYs] = scan(
    (carry: C, slices: readonly Tensor[]) => {
      const [next, ys] = steps(carry, slices, group);
      return [next, stacked(ys)] as const;
    },
    init,
    main as readonly Tensor[],
    { reverse, length: groups },
  );
  const flatYs = mainYs.map((t) => lax.reshape(t, [groups * group, ...t.shape.slice(2)]));
  if (rest === 0) return [middle, unflatten(yDef!, flatYs) as Y];
  const others = tensors.map((t) => (reverse ? lax.sliceInDim(t, 0, rest) : lax.sliceInDim(t, groups * group, length)));
  const [last, ys] = steps(middle, others, rest);
  const restYs = stacked(ys);
  const joined = flatYs.map((t, k) => lax.concatenate(reverse ? [restYs[k], t] : [t, restYs[k]], 0));
  return [last, unflatten(yDef!, joined) as Y];
}

/** A region block whose captured values are trailing arguments yielded unchanged (loop invariants). */
function loopBody(traced: TracedFunction, numExplicit: number, terminator: string): Block {
  const block = traced.func.body;
  const b = new Builder(registry);
  for (const op of block.ops.slice(0, -1)) b.append(op);
  return b.finish(block.args, [...block.yielded, ...block.args.slice(numExplicit)], terminator);
}

/** A region block that captures values of the enclosing trace directly. */
function capturingBlock(traced: TracedFunction, numExplicit: number): Block {
  const trace = currentTrace()!;
  const block = traced.func.body;
  const map = new ValueMap();
  const args = block.args.slice(0, numExplicit).map((a, i) => new Value(a.type, undefined, i));
  map.setAll(block.args.slice(0, numExplicit), args);
  map.setAll(
    block.args.slice(numExplicit),
    traced.captures.map((t) => trace.valueOf(t)),
  );
  const b = new Builder(registry);
  for (const op of block.ops.slice(0, -1)) b.append(cloneOp(op, map));
  return b.finish(args, map.all(block.yielded), 'stablehlo.return');
}

function checkCarry(
  before: { treedef: TreeDef; paths: string[] },
  types: readonly Type[],
  after: { treedef: TreeDef },
  tensors: readonly Tensor[],
): void {
  const [a, b] = [treedefText(before.treedef), treedefText(after.treedef)];
  if (a !== b) throw new UserError('api/carry', 'the carry changed its structure', { expected: a, given: b });
  types.forEach((t, i) => {
    if (typeText(t) !== typeText(tensors[i].type))
      throw new UserError('api/carry', `the carry ${before.paths[i] || i} changed its type`, {
        expected: typeText(t),
        given: typeText(tensors[i].type),
        advice: 'convert it back with np.astype or np.reshape inside the body',
      });
  });
}

/**
 * `onTrue(...operands)` if the scalar `predicate` holds, else `onFalse(...operands)`; only one of them runs.
 * @example cond(np.greater(2, 1), np.sin, np.cos, np.array(0)) // => 0
 */
export function cond<A extends readonly unknown[], R>(
  predicate: Tensor,
  onTrue: (...operands: A) => R,
  onFalse: (...operands: A) => R,
  ...operands: A
): R {
  return branch('stablehlo.if', lax.asTensor(predicate), [onTrue, onFalse], operands);
}

/**
 * `branches[index](...operands)`; an index out of range runs the last branch.
 * @example switchCase(np.array(1, 'i32'), [np.sin, np.exp, np.cos], np.array(0)) // => 1
 */
export function switchCase<A extends readonly unknown[], R>(
  index: Tensor,
  branches: readonly ((...operands: A) => R)[],
  ...operands: A
): R {
  const which = lax.asTensor(index, 'i32');
  // Of any integer type: what is out of range stays so.
  const isOther = which.dtype !== 'i32' && isInteger(which.dtype);
  const at = isOther ? bounded(bind1, which, -1, branches.length) : which;
  return branch('stablehlo.case', at, branches, operands);
}

function branch<A extends readonly unknown[], R>(
  opName: string,
  selector: Tensor,
  branches: readonly ((...operands: A) => R)[],
  operands: A,
): R {
  if (selector.ndim !== 0)
    throw new UserError('api/cond', 'the predicate must be a scalar', {
      given: typeText(selector.type),
      advice: 'use np.where for elementwise choice',
    });
  if (!currentTrace())
    return runConcrete(([s, ...rest]: [Tensor, ...unknown[]]) => branch(opName, s, branches, rest as unknown as A), [
      selector,
      ...operands,
    ] as [Tensor, ...unknown[]]) as R;
  const defs: TreeDef[] = [];
  const blocks = branches.map((f, k) => {
    const traced = traceFunction(`branch ${k}`, [], () => {
      const out = flatten(f(...operands));
      defs.push(out.treedef);
      return out.leaves.map((l) => lax.asTensor(l as lax.TensorLike));
    });
    return capturingBlock(traced, 0);
  });
  const types = blocks[0].yielded.map((y) => y.type);
  blocks.forEach((block, k) => {
    const sameTree = treedefText(defs[k]) === treedefText(defs[0]);
    const given = block.yielded.map((y) => typeText(y.type)).join(', ');
    if (!sameTree || given !== types.map(typeText).join(', '))
      throw new UserError('api/cond', `branch ${k} returns something else than branch 0`, {
        expected: `${treedefText(defs[0])} of ${types.map(typeText).join(', ')}`,
        given: `${treedefText(defs[k])} of ${given}`,
      });
  });
  const results = bind(opName, [selector], {}, { regions: blocks, resultTypes: types });
  return unflatten(defs[0], results) as R;
}

export interface WhileOptions {
  /**
   * The largest number of iterations, which makes the loop differentiable in reverse mode: it becomes a scan of this length
   * whose steps do nothing once the condition is false. A loop that would go on longer stops there.
   */
  readonly maxTripCount?: number;
}

/**
 * Repeats `body` while `condition` holds. Differentiable in reverse mode only with `maxTripCount`.
 * @example whileLoop((x: Tensor) => np.less(x, 100), (x) => np.multiply(x, 2), np.array(3)) // => 192
 */
export function whileLoop<C>(
  condition: (carry: C) => Tensor,
  body: (carry: C) => C,
  init: C,
  options: WhileOptions = {},
): C {
  requireFunction(condition, 'the condition of whileLoop');
  requireTransformation(body, options, ['maxTripCount'], 'whileLoop');
  if (!currentTrace()) return runConcrete(([c]: [C]) => whileLoop(condition, body, c, options), [toTensors(init)]) as C;
  if (options.maxTripCount !== undefined) {
    const start = flatten(init);
    const typed = unflatten(
      start.treedef,
      start.leaves.map((l) => lax.asTensor(l as lax.TensorLike)),
    ) as C;
    const step = (carry: C): readonly [C, undefined] => [cond(condition(carry), body, (c: C) => c, carry), undefined];
    return scan(step, typed, undefined, { length: options.maxTripCount })[0];
  }
  const carry = flatten(init);
  const tensors = carry.leaves.map((l) => lax.asTensor(l as lax.TensorLike));
  const types = tensors.map((t) => t.type);
  const test = traceFunction('while condition', types, (args) => [
    requireTensor(condition(unflatten(carry.treedef, args) as C), 'the result of the condition'),
  ]);
  const step = traceFunction('while body', types, (args) => {
    const out = flatten(body(unflatten(carry.treedef, args) as C));
    const next = out.leaves.map((l, i) => lax.asTensor(l as lax.TensorLike, types[i] && tensors[i].dtype));
    checkCarry(carry, types, out, next);
    return next;
  });
  const results = bind(
    'stablehlo.while',
    tensors,
    {},
    {
      regions: [capturingBlock(test, types.length), capturingBlock(step, types.length)],
      resultTypes: types,
    },
  );
  return unflatten(carry.treedef, results) as C;
}

/**
 * `for (i = lower; i < upper; i++) carry = body(i, carry)`; `i: i32`. With number bounds it is differentiable in both modes;
 * with traced bounds it becomes a `whileLoop` (reverse mode then needs `maxTripCount`).
 * @example foriLoop(0, 4, (i, sum: Tensor) => np.add(sum, i), np.array(0, 'i32')) // => 6
 */
export function foriLoop<C>(
  lower: number | Tensor,
  upper: number | Tensor,
  body: (i: Tensor, carry: C) => C,
  init: C,
  options: WhileOptions & Pick<ScanOptions, 'unroll'> = {},
): C {
  requireTransformation(body, options, ['maxTripCount', 'unroll'], 'foriLoop');
  if (typeof lower !== 'number' || typeof upper !== 'number') {
    if (!currentTrace())
      return runConcrete(
        ([l, u, c]: [Tensor, Tensor, C]) => foriLoop(l, u, body, c, options),
        [lax.asTensor(lower, 'i32'), lax.asTensor(upper, 'i32'), toTensors(init)],
      ) as C;
    const [from, to] = [lower, upper].map((t) => lax.convertElementType(lax.asTensor(t, 'i32'), 'i32'));
    const step = ([i, c]: [Tensor, C]): [Tensor, C] => [lax.add(i, 1), body(i, c)];
    return whileLoop(([i]: [Tensor, C]) => lax.lt(i, to), step, [from, init], options)[1];
  }
  const steps = Math.max(0, upper - lower);
  if (steps === 0) return init;
  if (!currentTrace())
    return runConcrete(([c]: [C]) => foriLoop(lower, upper, body, c, options), [toTensors(init)]) as C;
  const indices = lax.add(lax.iota('i32', steps), lower);
  const unroll = options.unroll ?? 1;
  const [carry] = scan((c: C, i: Tensor) => [body(i, c), undefined] as const, init, indices, { unroll });
  return carry;
}
