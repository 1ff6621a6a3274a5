/*
 * sum-before-reduce: adds partial results before combining them over devices, so that a sum of several partial results costs
 * one all_reduce (the gradients that flow into one activation from query, key and value; a norm over all parameters).
 *
 * Before: sdy collectives.
 * After: no tree of additions has two all_reduces over the same axes among its leaves.
 *
 *   add (all_reduce {"x"} %a), (all_reduce {"x"} %b)   =>   all_reduce {"x"} (add %a, %b)
 */
import {
  axesText,
  fullyClosed,
  type Module,
  type Op,
  shardingText,
  type TensorSharding,
  type Value,
} from '../ir/index.ts';
import type { AllReduce } from '../ops/index.ts';
import type { PassOptions } from './data-flow-edges.ts';
import { rewriteModule, type Scope } from './rewrite.ts';
import { Shardings } from './shardings.ts';

const ADD = 'stablehlo.add';

export function sumBeforeReduce(module: Module, { registry }: PassOptions): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  const onlyUser = (v: Value): Op | undefined => {
    const uses = program.usesOf(v);
    return uses.length === 1 ? uses[0].op : undefined;
  };
  const sameBlock = (a: Op, b: Op): boolean => program.blockOf(a) === program.blockOf(b);
  const isAdd = (op: Op | undefined): op is Op =>
    op?.name === ADD && op.results[0].type.kind === 'tensor' && op.results[0].type.dtype !== 'bool';
  const isReduce = (op: Op): boolean =>
    op.name === 'sdy.all_reduce' && (op.attributes as unknown as AllReduce).reductionOp === 'sum';
  /** The all_reduce below a leaf, under reshapes and transposes that nothing else uses. */
  const peel = (v: Value, root: Op): Leaf | undefined => {
    const views: Op[] = [];
    let at: Value = v;
    while (at.op && onlyUser(at) && sameBlock(at.op, root)) {
      if (isReduce(at.op)) {
        const { reductionAxes, outSharding: reduced } = at.op.attributes as unknown as AllReduce;
        const outSharding = shardings.get(v) ?? fullyClosed(reduced.mesh, v.shape.length);
        return { reduce: at.op, views, outSharding, key: `${axesText(reductionAxes)} ${shardingText(outSharding)}` };
      }
      if (at.op.name !== 'stablehlo.transpose' && at.op.name !== 'stablehlo.reshape') return undefined;
      views.unshift(at.op);
      at = at.op.operands[0];
    }
    return undefined;
  };
  /** Root of a tree of additions → its leaves, in order; those to be added first have the all_reduce below them. */
  const trees = new Map<Op, { value: Value; leaf: Leaf | undefined }[]>();
  const skipped = new Set<Op>();
  for (const op of program.ops) {
    if (!isAdd(op)) continue;
    const user = onlyUser(op.results[0]);
    if (isAdd(user) && sameBlock(op, user)) continue;
    const leaves: Value[] = [];
    const inner: Op[] = [];
    const collect = (v: Value): void => {
      const def = v.op;
      if (isAdd(def) && def !== op && onlyUser(v) !== undefined && sameBlock(def, op)) {
        inner.push(def);
        for (const x of def.operands) collect(x);
      } else leaves.push(v);
    };
    for (const x of op.operands) collect(x);
    const peeled = leaves.map((value) => ({ value, leaf: peel(value, op) }));
    const counts = new Map<string, number>();
    for (const { leaf } of peeled) if (leaf) counts.set(leaf.key, (counts.get(leaf.key) ?? 0) + 1);
    if (![...counts.values()].some((n) => n > 1)) continue;
    const chosen = peeled.map((p) => ((counts.get(p.leaf?.key ?? '') ?? 0) > 1 ? p : { ...p, leaf: undefined }));
    trees.set(op, chosen);
    for (const o of inner) skipped.add(o);
    for (const { leaf } of chosen) if (leaf) for (const o of [leaf.reduce, ...leaf.views]) skipped.add(o);
  }
  return rewriteModule(module, registry, (op, scope) => {
    if (skipped.has(op)) return;
    const leaves = trees.get(op);
    if (leaves) emitTree(op, leaves, scope);
    else scope.copy(op);
  });
}

/** An all_reduce and the views between it and the addition. */
interface Leaf {
  readonly reduce: Op;
  readonly views: readonly Op[];
  readonly outSharding: TensorSharding;
  readonly key: string;
}

function emitTree(root: Op, leaves: readonly { value: Value; leaf: Leaf | undefined }[], scope: Scope): void {
  const add = (x: Value | undefined, y: Value): Value =>
    x ? scope.value(ADD, [x, y], {}, { discardable: root.discardable, location: root.location }) : y;
  const groups = new Map<string, { leaf: Leaf; sum: Value }>();
  let total: Value | undefined;
  for (const { value, leaf } of leaves) {
    if (!leaf) {
      total = add(total, scope.get(value));
      continue;
    }
    scope.map.set(leaf.reduce.results[0], scope.get(leaf.reduce.operands[0]));
    for (const view of leaf.views) scope.copy(view);
    const partial = scope.get(value);
    const known = groups.get(leaf.key);
    if (known) known.sum = add(known.sum, partial);
    else groups.set(leaf.key, { leaf, sum: partial });
  }
  for (const { leaf, sum } of groups.values()) {
    const attributes = { ...leaf.reduce.attributes, outSharding: leaf.outSharding };
    total = add(total, scope.value('sdy.all_reduce', [sum], attributes, { location: leaf.reduce.location }));
  }
  scope.map.set(root.results[0], total!);
}
