/*
 * fuse-collectives: joins neighbouring collectives into cheaper ones.
 *
 * Before: any sdy collectives.
 * After: no all_slice directly follows the all_reduce of the same axes; a slice that undoes a gather is gone.
 *
 *   all_slice [{"x"}] (all_reduce {"x"} %0)   =>   reduce_scatter [{"x"}] %0
 */
import {
  type AxisRef,
  appendAxis,
  axesSize,
  axesText,
  closedDim,
  type Module,
  type Op,
  sameAxes,
  sameAxis,
  sortAxes,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { AllGather, AllReduce, AllSlice } from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export function fuseCollectives(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  const replaced = new Map<Op, Fusion>();
  for (const op of program.ops) if (op.name === 'sdy.all_reduce') planReduceScatter(op, shardings, replaced);
  const done = new Map<Fusion, Value>();
  return rewriteModule(module, registry, (op, rewriter) => {
    const fusion = replaced.get(op);
    if (fusion) {
      if (op === fusion.reduce) return;
      let value = done.get(fusion);
      if (!value) {
        value = emitFusion(fusion, rewriter);
        done.set(fusion, value);
      }
      rewriter.map.set(op.results[0], value);
      return;
    }
    if (op.name === 'sdy.all_slice' && undoesGather(op)) {
      rewriter.map.set(op.results[0], rewriter.get(op.operands[0].op!.operands[0]));
      return;
    }
    if (op.name === 'sdy.all_reduce' && gathersUnreduced(op, shardings)) {
      const made = op.operands[0].op!;
      const a = op.attributes as unknown as AllReduce;
      const axes = (made.attributes as { axes: readonly (readonly AxisRef[])[] }).axes;
      const value = rewriter.emit('sdy.all_gather', [rewriter.get(made.operands[0])], {
        gatheringAxes: axes,
        outSharding: a.outSharding,
      });
      rewriter.map.set(op.results[0], value);
      return;
    }
    rewriter.copy(op);
  });
}

export const fuseCollectivesPass: Pass = {
  name: 'fuse-collectives',
  doc: 'Join all_reduce and all_slice to reduce_scatter.',
  run: fuseCollectives,
};

interface Fusion {
  readonly reduce: Op;
  readonly slice: Op;
  readonly scattered: AxisRef[][];
  readonly residual: AxisRef[][];
  /** Reduction axes that no dimension is sliced by: reduced first. */
  readonly remaining: AxisRef[];
  readonly scatterOut: TensorSharding;
  readonly reduceOut: TensorSharding | undefined;
}

function planReduceScatter(reduce: Op, shardings: Shardings, replaced: Map<Op, Fusion>): void {
  const { program } = shardings;
  const uses = program.usesOf(reduce.results[0]);
  const users = uses.map((u) => u.op);
  const slice = users[0];
  if (slice?.name !== 'sdy.all_slice') return;
  const block = program.blockOf(slice);
  const { slicingAxes, outSharding } = slice.attributes as unknown as AllSlice;
  const key = (op: Op): string => JSON.stringify((op.attributes as unknown as AllSlice).slicingAxes);
  if (!users.every((u) => u.name === 'sdy.all_slice' && key(u) === key(slice) && program.blockOf(u) === block)) return;
  const a = reduce.attributes as unknown as AllReduce;
  const remaining = [...a.reductionAxes];
  const scattered: AxisRef[][] = [];
  const residual: AxisRef[][] = [];
  const { type } = reduce.results[0];
  const sliceMesh = shardings.meshOf(outSharding);
  for (const [d, axes] of slicingAxes.entries()) {
    // A dimension that does not divide is cut elsewhere by fewer axes: all of its slicing or none.
    const size = type.kind === 'tensor' ? type.shape[d] : 1;
    const isEven = size % axesSize(outSharding.dims[d].axes, sliceMesh) === 0;
    const all = axes.every((x) => remaining.some((r) => sameAxis(r, x)));
    if (!isEven && !all) {
      scattered.push([]);
      residual.push([...axes]);
      continue;
    }
    let n = 0;
    while (n < axes.length) {
      const at = remaining.findIndex((r) => sameAxis(r, axes[n]));
      if (at < 0) break;
      remaining.splice(at, 1);
      n++;
    }
    scattered.push(axes.slice(0, n));
    residual.push(axes.slice(n));
  }
  if (scattered.every((s) => s.length === 0)) return;
  const mesh = shardings.meshOf(a.outSharding);
  const before = shardings.get(reduce.operands[0]);
  const scatterOut: TensorSharding = {
    mesh: a.outSharding.mesh,
    dims: scattered.map((axes, d) => {
      const all = [...((before ?? a.outSharding).dims[d] ?? closedDim).axes];
      for (const x of axes) appendAxis(all, x, mesh);
      return { axes: all, isClosed: true };
    }),
    replicated: outSharding.replicated,
    unreduced: outSharding.unreduced,
    ...(outSharding.unreducedKind ? { unreducedKind: outSharding.unreducedKind } : {}),
  };
  const fusion: Fusion = {
    reduce,
    slice,
    scattered,
    residual,
    remaining,
    scatterOut,
    reduceOut: remaining.length > 0 ? a.outSharding : undefined,
  };
  replaced.set(reduce, fusion);
  for (const u of users) replaced.set(u, fusion);
}

function emitFusion(f: Fusion, rewriter: Rewriter): Value {
  const a = f.reduce.attributes as unknown as AllReduce;
  const s = f.slice.attributes as unknown as AllSlice;
  let value = rewriter.emit(
    'sdy.reduce_scatter',
    [rewriter.get(f.reduce.operands[0])],
    { reduceScatterAxes: f.scattered, reductionOp: a.reductionOp, outSharding: f.scatterOut },
    { location: f.reduce.location },
  );
  if (f.remaining.length > 0)
    value = rewriter.emit(
      'sdy.all_reduce',
      [value],
      { reductionAxes: f.remaining, reductionOp: a.reductionOp, outSharding: f.scatterOut },
      { location: f.reduce.location },
    );
  if (f.residual.some((r) => r.length > 0))
    value = rewriter.emit('sdy.all_slice', [value], { slicingAxes: f.residual, outSharding: s.outSharding });
  return value;
}

function undoesGather(slice: Op): boolean {
  const gather = slice.operands[0].op;
  if (gather?.name !== 'sdy.all_gather') return false;
  const g = (gather.attributes as unknown as AllGather).gatheringAxes;
  const s = (slice.attributes as unknown as AllSlice).slicingAxes;
  return g.every((axes, d) => sameAxes(axes, s[d]));
}

function gathersUnreduced(reduce: Op, shardings: Shardings): boolean {
  const made = reduce.operands[0].op;
  if (made?.name !== 'sdy.sharded_to_unreduced') return false;
  const a = reduce.attributes as unknown as AllReduce;
  const axes = (made.attributes as { axes: readonly (readonly AxisRef[])[] }).axes;
  return axesText(sortAxes(axes.flat(), shardings.meshOf(a.outSharding))) === axesText(a.reductionAxes);
}
