/*
 * split-uneven-reshards: takes reshards of dimensions that do not divide evenly through a gathered state.
 *
 * A dimension of 10 has its cuts at 5 on two devices and at 3, 6, 9 on four: going from one to the other, data moves between
 * neighbours, which slicing or gathering shards alone cannot do. Likewise for parts of one axis that do not fit into each other
 * (`"x":(1)2` and `"x":(1)3`).
 *
 * Before: explicit reshards. After: each is carried out rightly by the collectives `reshard-to-collectives` chooses.
 *
 *   reshard %0 <[{"x", "y"}]> : tensor<10xf32> on [{"x"}]   =>   reshard (reshard %0 <[{}]>) <[{"x", "y"}]>
 */
import {
  type AxisRef,
  axesSize,
  canCoexist,
  type Mesh,
  type Module,
  type Op,
  sameAxes,
  type TensorSharding,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { collectiveSteps } from '../collectives/collective-steps.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export function splitUnevenReshards(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    const between = op.name === 'sdy.reshard' ? gathered(op, shardings) : undefined;
    if (!between) {
      rewriter.copy(op);
      return;
    }
    const value = rewriter.emit('sdy.reshard', [rewriter.get(op.operands[0])], { sharding: between });
    rewriter.copy(op, { operands: [value] });
  });
}

export const splitUnevenReshardsPass: Pass = {
  name: 'split-uneven-reshards',
  doc: 'Take uneven reshards through a gathered state.',
  run: splitUnevenReshards,
};

type AxesPerDim = readonly (readonly AxisRef[])[];

/** The state to go through: whole in every dimension that changes; undefined when the direct way is right. */
function gathered(op: Op, shardings: Shardings): TensorSharding | undefined {
  const to = (op.attributes as { sharding: TensorSharding }).sharding;
  const from = shardings.get(op.operands[0]);
  const { type } = op.results[0];
  if (!from || type.kind !== 'tensor') return undefined;
  const mesh = shardings.meshOf(from);
  const target = shardings.meshOf(to);
  if (mesh.isMaximal || target.isMaximal || !mesh.hasSameAxes(target)) return undefined;
  const axesOf = (s: TensorSharding): AxesPerDim => s.dims.map((d) => d.axes);
  const all = [...from.dims, ...to.dims].flatMap((d) => d.axes);
  const fit = all.every((a) => all.every((b) => canCoexist(a, b, mesh)));
  if (fit && isRight(axesOf(from), axesOf(to), type.shape, mesh, !mesh.equals(target))) return undefined;
  return {
    ...from,
    dims: from.dims.map((d, i) => (sameAxes(d.axes, to.dims[i].axes) ? d : { axes: [], isClosed: true })),
  };
}

/** Whether no step changes the number of shards of a dimension that does not divide, unless from or to the whole. */
function isRight(from: AxesPerDim, to: AxesPerDim, shape: readonly number[], mesh: Mesh, reorder: boolean): boolean {
  let before = from;
  return collectiveSteps(from, to, shape, mesh, reorder).every((step) => {
    const previous = before;
    before = step.out;
    return shape.every((size, d) => {
      const [a, b] = [axesSize(previous[d], mesh), axesSize(step.out[d], mesh)];
      if (a === b || (size % a === 0 && size % b === 0)) return true;
      return step.kind !== 'all_to_all' && (a === 1 || b === 1);
    });
  });
}
