import { type Mesh, np, P, type PartitionSpec, random, type Tensor, tree } from '../api/index.ts';
import { type DType, type Shape, UserError } from '../base/index.ts';

/**
 * What a dimension of a tensor means. Models name dimensions; rules map the names to mesh axes.
 * Source: Mesh-TensorFlow (Shazeer et al. 2018) §3; T5X `partitioning.py`.
 */
export type LogicalAxis = 'batch' | 'length' | 'embed' | 'heads' | 'headDim' | 'mlp' | 'vocab' | 'layers';

/** logical axis → mesh axis, first match that the mesh has wins; `null` keeps the dimension whole. */
export type AxisRules = readonly (readonly [logical: LogicalAxis, mesh: string | null])[];

/** Megatron-style tensor parallelism over `model`, batches over `data`. The byte vocabulary is small and stays whole. */
export const defaultRules: AxisRules = [
  ['batch', 'data'],
  ['heads', 'model'],
  ['mlp', 'model'],
];

/** Spec of a tensor from its logical axes. Axes the mesh lacks (or has with size 1) leave their dimension whole. */
export function logicalToSpec(
  axes: readonly (LogicalAxis | null)[],
  rules: AxisRules,
  mesh: Mesh | undefined,
): PartitionSpec {
  const used = new Set<string>();
  return P(
    ...axes.map((axis) => {
      const rule = rules.find(
        ([logical, m]) => logical === axis && (m === null || (mesh !== undefined && mesh.axisSize(m) > 1)),
      );
      const target = rule?.[1] ?? null;
      if (target === null || used.has(target)) return null;
      used.add(target);
      return target;
    }),
  );
}

/** Declaration of one parameter. */
export interface ParamSpec {
  readonly shape: Shape;
  /** One name per dimension. */
  readonly axes: readonly LogicalAxis[];
  /** Standard deviation of the normal initializer, or a constant. */
  readonly init: { readonly normal: number } | { readonly constant: number };
  /** Whether weight decay applies. */
  readonly decay: boolean;
}

export class ParamDeclaration implements ParamSpec {
  readonly shape: Shape;
  readonly axes: readonly LogicalAxis[];
  readonly init: ParamSpec['init'];
  readonly decay: boolean;
  constructor(spec: ParamSpec) {
    this.shape = spec.shape;
    this.axes = spec.axes;
    this.init = spec.init;
    this.decay = spec.decay;
  }
}

/** A tree of `ParamDeclaration`s; class instances are leaves of trees. */
export type ParamTree = { readonly [key: string]: ParamDeclaration | ParamTree };
export type Params = { readonly [key: string]: Tensor | Params };

export const param = (
  shape: Shape,
  axes: readonly LogicalAxis[],
  init: ParamSpec['init'],
  decay = true,
): ParamDeclaration => new ParamDeclaration({ shape, axes, init, decay });

/** Fresh parameters; each depends only on the key and its path, so adding one does not change the others. Traceable. */
export function initParams(key: Tensor, declarations: ParamTree, dtype: DType = 'f32'): Params {
  const flat = tree.flatten(declarations);
  const leaves = flat.leaves.map((leaf, i) => {
    const d = leaf as ParamDeclaration;
    if ('constant' in d.init) return np.full(d.shape, d.init.constant, dtype);
    return np.multiply(random.normal(random.foldIn(key, pathHash(flat.paths[i])), d.shape, dtype), d.init.normal);
  });
  return tree.unflatten(flat.treedef, leaves) as Params;
}

/** FNV-1a of a parameter's path: a stable 32-bit number. */
function pathHash(path: string): number {
  let h = 0x811c9dc5;
  for (const c of path) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193);
  return h >>> 0;
}

/** Specs of all parameters on a mesh. Throws `nn/divisibility` when a mesh axis does not divide a dimension. */
export function paramSpecs(declarations: ParamTree, rules: AxisRules, mesh: Mesh | undefined): unknown {
  const flat = tree.flatten(declarations);
  const specs = flat.leaves.map((leaf, i) => {
    const d = leaf as ParamDeclaration;
    const spec = logicalToSpec(d.axes, rules, mesh);
    spec.entries.forEach((entry, dim) => {
      if (typeof entry !== 'string') return;
      const size = mesh!.axisSize(entry);
      if (d.shape[dim] % size !== 0)
        throw new UserError(
          'nn/divisibility',
          `mesh axis ${entry}=${size} does not divide ${d.axes[dim]}=${d.shape[dim]} of ${flat.paths[i]}`,
          {
            advice: `choose ${entry} among the divisors of ${d.shape[dim]}`,
          },
        );
    });
    return spec;
  });
  return tree.unflatten(flat.treedef, specs);
}

/**
 * Specs that also cut every parameter-shaped tensor over the `data` axis, along its largest dimension that is still whole
 * and divides: for optimizer state, which only the update needs. The compiler then reduces gradients by reduce-scatter,
 * updates each shard once and gathers the new parameters.
 * Source: "Automatic Cross-Replica Sharding of Weight Update in Data-Parallel Training" (Xu et al. 2020); ZeRO stage 1.
 */
export function updateSpecs(declarations: ParamTree, rules: AxisRules, mesh: Mesh | undefined): unknown {
  const flat = tree.flatten(declarations);
  const specs = tree.leaves(paramSpecs(declarations, rules, mesh)) as PartitionSpec[];
  const size = mesh?.axisSize('data') ?? 1;
  const cut = specs.map((spec, i) => {
    const d = flat.leaves[i] as ParamDeclaration;
    const isFree = (dim: number): boolean =>
      (spec.entries[dim] ?? null) === null && d.axes[dim] !== 'layers' && d.shape[dim] % size === 0;
    const free = d.shape.map((_, dim) => dim).filter(isFree);
    if (size === 1 || free.length === 0) return spec;
    const best = free.reduce((a, b) => (d.shape[b] > d.shape[a] ? b : a));
    return P(...d.shape.map((_, dim) => (dim === best ? 'data' : (spec.entries[dim] ?? null))));
  });
  return tree.unflatten(flat.treedef, cut);
}

/** Number of scalar parameters. */
export function countParams(declarations: ParamTree): number {
  return tree
    .leaves(declarations)
    .reduce((n: number, d) => n + (d as ParamDeclaration).shape.reduce((a, b) => a * b, 1), 0);
}
