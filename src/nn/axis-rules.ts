import { type Mesh, P, type PartitionSpec } from '../api/index.ts';
import { product, type Shape, UserError } from '../base/index.ts';
import { type Axis, type Declared, type DeclaredTree, mapDeclared } from './declared.ts';

/**
 * axis name → mesh axis or axes, tried in order: the first rule whose mesh axes are still free and divide the dimension wins. `null`
 * keeps the dimension whole; mesh axes that the mesh lacks or has with size 1 do not count. A dimension that no rule fits although
 * one names it is an error, unless a later rule says `null`. Source: T5X `partitioning.py`, MaxText's fallbacks.
 */
export type AxisRules = readonly (readonly [axis: Axis, mesh: string | readonly string[] | null])[];

/** Tensor parallelism over `model` (Megatron), batches over `data`, experts over `expert`. */
export const defaultRules: AxisRules = [
  ['batch', 'data'],
  ['heads', 'model'],
  // Few heads of keys are not cut further than they are: then the queries that share one are, and keys stay whole.
  ['kvHeads', 'model'],
  ['kvHeads', null],
  ['queriesPerGroup', 'model'],
  ['queriesPerGroup', null],
  ['mlp', 'model'],
  ['expert', 'expert'],
];

/**
 * Like `defaultRules`, with batches also over `expert` wherever experts are not: tokens then move to their experts and back by
 * all-to-alls. Source: Lepikhin et al. 2020 (GShard), §3.2.
 */
export const expertParallelRules: AxisRules = [['batch', ['data', 'expert']], ...defaultRules];

const asList = (mesh: string | readonly string[]): readonly string[] => (typeof mesh === 'string' ? [mesh] : mesh);

/**
 * Spec of a tensor from the names of its axes. With `of`, a rule that does not divide a dimension leaves it to later ones; throws
 * `nn/divisibility` where none fits.
 */
export function specOf(
  axes: readonly (Axis | null)[],
  rules: AxisRules,
  mesh: Mesh | undefined,
  of?: { readonly shape: Shape; readonly path: string },
): PartitionSpec {
  const shape = of?.shape;
  const used = new Set<string>();
  const entry = (axis: Axis | null, dim: number): string | readonly string[] | null => {
    let misfit: readonly string[] | undefined;
    for (const [name, target] of rules) {
      if (name !== axis) continue;
      if (target === null) return null;
      const present = asList(target).filter((m) => (mesh?.axisSize(m) ?? 1) > 1);
      if (present.length === 0 || present.some((m) => used.has(m))) continue;
      if (shape && shape[dim] % product(present.map((m) => mesh!.axisSize(m))) !== 0) {
        misfit ??= present;
        continue;
      }
      for (const m of present) used.add(m);
      return present.length === 1 ? present[0] : present;
    }
    if (misfit)
      throw new UserError(
        'nn/divisibility',
        `mesh axis ${misfit.map((m) => `${m}=${mesh!.axisSize(m)}`).join(' × ')} does not divide ${axis}=${shape![dim]} of ${of!.path}`,
        {
          advice: `choose ${misfit.join(' × ')} among the divisors of ${shape![dim]}, or add the rule ['${axis}', null]`,
        },
      );
    return null;
  };
  return P(...axes.map(entry));
}

const specOfDeclared = (d: Declared, path: string, rules: AxisRules, mesh: Mesh | undefined): PartitionSpec =>
  specOf(d.axes, rules, mesh, { shape: d.shape, path });

/** Specs of all declared tensors on a mesh, as a tree. Throws `nn/divisibility`. */
export const specsOf = (declared: DeclaredTree, rules: AxisRules, mesh: Mesh | undefined): unknown =>
  mapDeclared((d, path) => specOfDeclared(d, path, rules, mesh), declared);

/**
 * Specs that also cut every tensor over a mesh axis, along its largest dimension that is still whole and divides: for optimizer
 * state, which only the update needs. The compiler then reduces gradients by reduce-scatter, updates each shard once and gathers the
 * new parameters. Source: "Automatic Cross-Replica Sharding of Weight Update in Data-Parallel Training" (Xu et al. 2020); ZeRO stage 1.
 */
export function updateSpecs(
  declared: DeclaredTree,
  rules: AxisRules,
  mesh: Mesh | undefined,
  axis: string = 'data',
): unknown {
  const size = mesh?.axisSize(axis) ?? 1;
  return mapDeclared((d, path) => {
    const spec = specOfDeclared(d, path, rules, mesh);
    const isTaken = spec.entries.some((e) => e === axis || (Array.isArray(e) && e.includes(axis)));
    const free = d.shape
      .map((_, dim) => dim)
      .filter((dim) => (spec.entries[dim] ?? null) === null && d.axes[dim] !== 'layers' && d.shape[dim] % size === 0);
    if (size === 1 || isTaken || free.length === 0) return spec;
    const best = free.reduce((a, b) => (d.shape[b] > d.shape[a] ? b : a));
    return P(...d.shape.map((_, dim) => (dim === best ? axis : (spec.entries[dim] ?? null))));
  }, declared);
}
