/*
 * merge-reductions: adds partial sums before they are reduced over devices, not after.
 *
 * Before: reductions of partial results are explicit `sdy.all_reduce` ops.
 * After: in a chain of additions, partial sums over the same axes are added first and reduced once; other terms are added
 *   last. A sum of n reduced products (the gradients of a layer's input through its n weights) costs one all_reduce.
 *   Source: the same algebra as GSPMD's all-reduce reassociation (Xu et al. 2021, §4.6).
 *
 *   add (all_reduce {"x"} %0), (all_reduce {"x"} %1)   =>   all_reduce {"x"} (add %0, %1)
 *
 * The same with reshards of one kind after the reductions, which later become reduce_scatters.
 */
import {
  axesText,
  bytesOf,
  fullyClosed,
  type Module,
  type Op,
  SHARDING_ATTRIBUTE,
  shardingPerValueAttr,
  shardingText,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { AllReduce } from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

const RESHARD = 'sdy.reshard';

/** A sum still to be reduced: `plain + reshard(all_reduce(partial))`. */
interface Deferred {
  readonly plain: Value | undefined;
  readonly partial: Value;
  /** An all_reduce over the axes in question. */
  readonly reduce: Op;
  readonly sharding: TensorSharding;
  /** What follows the reduction, if anything: together they may become a reduce_scatter. */
  readonly reshard: Op | undefined;
  /** Discardable attributes of the op that made the sum. */
  readonly discardable: Op['discardable'];
}

/** Only rearranges elements: reducing after a broadcast would move more data. */
const isView = (op: Op): boolean =>
  op.definition.traits.view === true &&
  op.operands.length === 1 &&
  bytesOf(op.operands[0].type) === bytesOf(op.results[0].type);

export function mergeReductions(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  const deferredByValue = new Map<Value, Deferred>();

  /** Whether the only use of a value is an addition in the same block, perhaps behind views. */
  const feedsOneAdd = (v: Value): boolean => {
    const uses = program.usesOf(v);
    if (uses.length !== 1 || program.blockOf(uses[0].op) !== program.blockOf(v.op!)) return false;
    const { op } = uses[0];
    return op.name === 'stablehlo.add' || ((isView(op) || op.name === RESHARD) && feedsOneAdd(op.results[0]));
  };
  const finish = (d: Deferred, rewriter: Rewriter): Value => {
    const attributes = { ...d.reduce.attributes, outSharding: d.sharding };
    let reduced = rewriter.emit(d.reduce.name, [d.partial], attributes, { location: d.reduce.location });
    if (d.reshard) reduced = rewriter.emit(RESHARD, [reduced], d.reshard.attributes, { location: d.reshard.location });
    return d.plain ? rewriter.emit('stablehlo.add', [d.plain, reduced], {}, { discardable: d.discardable }) : reduced;
  };
  const settle = (v: Value, rewriter: Rewriter): void => {
    const d = deferredByValue.get(v);
    if (d) rewriter.map.set(v, finish(d, rewriter));
  };

  return rewriteModule(module, registry, (op, rewriter) => {
    if (isPlainSum(op, shardings) && feedsOneAdd(op.results[0])) {
      const sharding = (op.attributes as unknown as AllReduce).outSharding;
      const partial = rewriter.get(op.operands[0]);
      deferredByValue.set(op.results[0], {
        plain: undefined,
        partial,
        reduce: op,
        sharding,
        reshard: undefined,
        discardable: op.discardable,
      });
      return;
    }
    const [source] = op.operands.map((v) => deferredByValue.get(v));
    if (op.name === RESHARD && source && !source.plain && !source.reshard && feedsOneAdd(op.results[0])) {
      deferredByValue.set(op.results[0], { ...source, reshard: op });
      return;
    }
    const viewed = isView(op) && !source?.reshard ? source : undefined;
    if (viewed) {
      const view = (v: Value): Value =>
        rewriter.emit(op.name, [v], op.attributes, { discardable: op.discardable, resultTypes: [op.results[0].type] });
      deferredByValue.set(op.results[0], {
        plain: viewed.plain && view(viewed.plain),
        partial: view(viewed.partial),
        reduce: viewed.reduce,
        sharding: shardings.get(op.results[0]) ?? fullyClosed(viewed.sharding.mesh, op.results[0].shape.length),
        reshard: undefined,
        discardable: op.discardable,
      });
      return;
    }
    if (op.name !== 'stablehlo.add' || !op.operands.some((v) => deferredByValue.has(v))) {
      for (const v of op.operands) settle(v, rewriter);
      rewriter.copy(op);
      return;
    }
    const [x, y] = op.operands.map((v) => deferredByValue.get(v));
    if (x && y && (axesOf(x.reduce) !== axesOf(y.reduce) || targetOf(x) !== targetOf(y))) {
      for (const v of op.operands) settle(v, rewriter);
      rewriter.copy(op);
      return;
    }
    const add = (a: Value | undefined, b: Value | undefined, discardable: Op['discardable']): Value | undefined =>
      a && b ? rewriter.emit('stablehlo.add', [a, b], {}, { discardable }) : (a ?? b);
    const { sharding, reshard, reduce } = (x ?? y)!;
    const beforeReshard = reshard ? { [SHARDING_ATTRIBUTE]: shardingPerValueAttr([sharding]) } : op.discardable;
    const plainOf = (d: Deferred | undefined, v: Value): Value | undefined => (d ? d.plain : rewriter.get(v));
    const sum: Deferred = {
      plain: add(plainOf(x, op.operands[0]), plainOf(y, op.operands[1]), op.discardable),
      partial: add(x?.partial, y?.partial, beforeReshard)!,
      reduce,
      sharding,
      reshard,
      discardable: op.discardable,
    };
    if (feedsOneAdd(op.results[0])) deferredByValue.set(op.results[0], sum);
    else rewriter.map.set(op.results[0], finish(sum, rewriter));
  });
}

export const mergeReductionsPass: Pass = {
  name: 'merge-reductions',
  doc: 'Add partial sums before reducing them over devices.',
  run: mergeReductions,
};

const axesOf = (op: Op): string => axesText((op.attributes as unknown as AllReduce).reductionAxes);

/** What the sum is resharded to, or how it is cut right after the reduction. */
const targetOf = (d: Deferred): string =>
  shardingText((d.reshard?.attributes as { sharding: TensorSharding } | undefined)?.sharding ?? d.sharding) +
  (d.reshard ? shardingText(d.sharding) : '');

function isPlainSum(op: Op, shardings: Shardings): boolean {
  if (op.name !== 'sdy.all_reduce') return false;
  const a = op.attributes as unknown as AllReduce;
  return a.reductionOp === 'sum' && (shardings.get(op.operands[0])?.unreduced.length ?? 0) === 0;
}
