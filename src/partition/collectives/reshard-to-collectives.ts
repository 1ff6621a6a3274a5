/*
 * reshard-to-collectives: replaces every `sdy.reshard` by the collectives that carry it out.
 *
 * Before: reshards are explicit (`insert-explicit-reshards`).
 * After: no `sdy.reshard` is left between multi-device shardings.
 *
 *   sdy.reshard %0 <[{}, {"x"}]>   with %0 on [{"x"}, {}]   =>   sdy.all_to_all [{"x"}: 0->1] %0
 */
import {
  type AxisRef,
  isReplicated,
  type Mesh,
  type Module,
  type Op,
  shardingOf,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { rankOf, Shardings } from '../shardings.ts';
import { type CollectiveStep, collectiveSteps } from './collective-steps.ts';

export interface ReshardToCollectivesOptions {
  /** Leave reshards that change nothing as they are. */
  readonly keepRedundant?: boolean;
}

export function reshardToCollectives(
  module: Module,
  { registry }: PassContext,
  options: ReshardToCollectivesOptions = {},
): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name !== 'sdy.reshard' || !lower(op, rewriter, shardings, options.keepRedundant === true)) rewriter.copy(op);
  });
}

export const reshardToCollectivesPass: Pass = {
  name: 'reshard-to-collectives',
  doc: 'Carry out reshards by collectives.',
  run: (module, ctx) => reshardToCollectives(module, ctx),
};

function lower(op: Op, rewriter: Rewriter, shardings: Shardings, keepRedundant: boolean): boolean {
  const wanted = (op.attributes as { sharding: TensorSharding }).sharding;
  const source = bypassBarriers(op.operands[0]);
  const given: TensorSharding =
    shardings.get(source) ??
    shardingOf(
      wanted.mesh,
      wanted.dims.map(() => []),
    );
  const inMesh = shardings.meshOf(given);
  const outMesh = shardings.meshOf(wanted);
  if (inMesh.isMaximal || outMesh.isMaximal || given.dims.length !== wanted.dims.length) return false;
  let out = wanted;
  if (isReplicated(wanted) && wanted.unreduced.length === 0) {
    if (isReplicated(given)) {
      if (keepRedundant) return false;
      rewriter.map.set(op.results[0], rewriter.get(source));
      return true;
    }
    out = shardingOf(
      given.mesh,
      given.dims.map(() => []),
    );
  }
  const sameMesh = String(given.mesh) === String(out.mesh);
  if (!sameMesh && !inMesh.hasSameAxes(shardings.meshOf(out))) return false;
  const axesOf = (s: TensorSharding): readonly (readonly AxisRef[])[] => s.dims.map((d) => d.axes);
  const reorder = !sameMesh && !inMesh.equals(shardings.meshOf(out));
  const steps = collectiveSteps(axesOf(given), axesOf(out), shapeOf(op.results[0]), inMesh, reorder);
  if (steps.length === 0 && keepRedundant) return false;
  let value = rewriter.get(source);
  let mesh: string | Mesh = given.mesh;
  for (const step of steps) {
    if (step.kind === 'collective_permute') mesh = out.mesh;
    const outSharding: TensorSharding = { ...shardingOf(mesh, step.out), unreduced: out.unreduced };
    value = rewriter.emit(
      `sdy.${step.kind}`,
      [value],
      { ...stepAttributes(step), outSharding },
      { location: op.location },
    );
  }
  rewriter.map.set(op.results[0], value);
  return true;
}

function stepAttributes(step: CollectiveStep): object {
  switch (step.kind) {
    case 'all_gather':
      return { gatheringAxes: step.axes };
    case 'all_slice':
      return { slicingAxes: step.axes };
    case 'all_to_all':
      return { params: step.moves };
    case 'collective_permute':
      return {};
  }
}

const shapeOf = (v: Value): readonly number[] =>
  v.type.kind === 'tensor' ? v.type.shape : new Array(rankOf(v)).fill(1);

export function bypassBarriers(v: Value): Value {
  let value = v;
  while (value.op?.name === 'sdy.propagation_barrier') value = value.op.operands[0];
  return value;
}
