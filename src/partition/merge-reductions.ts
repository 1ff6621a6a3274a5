/*
 * merge-reductions: adds partial sums before they are reduced over devices, not after.
 *
 * Before: reductions of partial results are explicit `sdy.all_reduce` ops.
 * After: in a chain of additions, partial sums over the same axes are added first and reduced once; other terms are added
 *   last. A sum of n reduced products (the gradients of a layer's input through its n weights) costs one all_reduce.
 *   Source: the same algebra as GSPMD's all-reduce reassociation (Xu et al. 2021, §4.6).
 *
 *   add (all_reduce {"x"} %0), (all_reduce {"x"} %1)   =>   all_reduce {"x"} (add %0, %1)
 */
import {
  axesText,
  bytesOf,
  fullyClosed,
  type Module,
  type Op,
  type Registry,
  type TensorSharding,
  type Value,
} from '../ir/index.ts';
import type { AllReduce } from '../ops/index.ts';
import { rewriteModule, type Scope } from './rewrite.ts';
import { Shardings } from './shardings.ts';

/** A sum still to be reduced: `plain + all_reduce(partial)`. */
interface Deferred {
  readonly plain: Value | undefined;
  readonly partial: Value;
  /** An all_reduce over the axes in question. */
  readonly reduce: Op;
  readonly sharding: TensorSharding;
  /** Discardable attributes of the op that made the sum. */
  readonly discardable: Op['discardable'];
}

/** Only rearranges elements: reducing after a broadcast would move more data. */
const isView = (op: Op): boolean =>
  op.definition.traits.view === true &&
  op.operands.length === 1 &&
  bytesOf(op.operands[0].type) === bytesOf(op.results[0].type);

export function mergeReductions(module: Module, options: { registry: Registry }): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  const deferredByValue = new Map<Value, Deferred>();

  /** Whether the only use of a value is an addition in the same block, perhaps behind views. */
  const feedsOneAdd = (v: Value): boolean => {
    const uses = program.usesOf(v);
    if (uses.length !== 1 || program.blockOf(uses[0].op) !== program.blockOf(v.op!)) return false;
    const { op } = uses[0];
    return op.name === 'stablehlo.add' || (isView(op) && feedsOneAdd(op.results[0]));
  };
  const finish = (d: Deferred, scope: Scope): Value => {
    const attributes = { ...d.reduce.attributes, outSharding: d.sharding };
    const reduced = scope.value(d.reduce.name, [d.partial], attributes, { location: d.reduce.location });
    return d.plain ? scope.value('stablehlo.add', [d.plain, reduced], {}, { discardable: d.discardable }) : reduced;
  };
  const settle = (v: Value, scope: Scope): void => {
    const d = deferredByValue.get(v);
    if (d) scope.map.set(v, finish(d, scope));
  };

  return rewriteModule(module, options.registry, (op, scope) => {
    if (isPlainSum(op, shardings) && feedsOneAdd(op.results[0])) {
      const sharding = (op.attributes as unknown as AllReduce).outSharding;
      const partial = scope.get(op.operands[0]);
      deferredByValue.set(op.results[0], {
        plain: undefined,
        partial,
        reduce: op,
        sharding,
        discardable: op.discardable,
      });
      return;
    }
    const viewed = isView(op) ? deferredByValue.get(op.operands[0]) : undefined;
    if (viewed) {
      const view = (v: Value): Value =>
        scope.value(op.name, [v], op.attributes, { discardable: op.discardable, resultTypes: [op.results[0].type] });
      deferredByValue.set(op.results[0], {
        plain: viewed.plain && view(viewed.plain),
        partial: view(viewed.partial),
        reduce: viewed.reduce,
        sharding: shardings.get(op.results[0]) ?? fullyClosed(viewed.sharding.mesh, op.results[0].shape.length),
        discardable: op.discardable,
      });
      return;
    }
    if (op.name !== 'stablehlo.add' || !op.operands.some((v) => deferredByValue.has(v))) {
      scope.copy(op);
      return;
    }
    const [x, y] = op.operands.map((v) => deferredByValue.get(v));
    if (x && y && axesOf(x.reduce) !== axesOf(y.reduce)) {
      for (const v of op.operands) settle(v, scope);
      scope.copy(op);
      return;
    }
    const add = (a: Value | undefined, b: Value | undefined): Value | undefined =>
      a && b ? scope.value('stablehlo.add', [a, b], {}, { discardable: op.discardable }) : (a ?? b);
    const plainOf = (d: Deferred | undefined, v: Value): Value | undefined => (d ? d.plain : scope.get(v));
    const sum: Deferred = {
      plain: add(plainOf(x, op.operands[0]), plainOf(y, op.operands[1])),
      partial: add(x?.partial, y?.partial)!,
      reduce: (x ?? y)!.reduce,
      sharding: (x ?? y)!.sharding,
      discardable: op.discardable,
    };
    if (feedsOneAdd(op.results[0])) deferredByValue.set(op.results[0], sum);
    else scope.map.set(op.results[0], finish(sum, scope));
  });
}

const axesOf = (op: Op): string => axesText((op.attributes as unknown as AllReduce).reductionAxes);

function isPlainSum(op: Op, shardings: Shardings): boolean {
  if (op.name !== 'sdy.all_reduce') return false;
  const a = op.attributes as unknown as AllReduce;
  return a.reductionOp === 'sum' && (shardings.get(op.operands[0])?.unreduced.length ?? 0) === 0;
}
