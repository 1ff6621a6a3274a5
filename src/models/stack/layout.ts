import { currentMesh, type Mesh, shard, Tensor, tree } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import {
  type AxisRules,
  type Declared,
  type DeclaredTree,
  declarationsOf,
  defaultRules,
  specOf,
} from '../../nn/index.ts';
import type { LayerConfig, MlpConfig } from './config.ts';

/*
 * Where weights and vectors are while a model computes on many devices. Weights lie cut over `model` (outputs of their products) and over `embed` (inputs);
 * what differs is what travels. Source: Pope et al. 2022, "Efficiently Scaling Transformer Inference", §3.2.
 */

/**
 * `1d`: weights stay, cut over `model`; sums of vectors travel. `2d`: weights stay, cut over `embed` too; vectors are cut as they are, and parts of vectors and
 * of hidden vectors travel. `gathered`: weights travel over `embed`, and each of its devices computes other tokens.
 */
export const layoutNames = ['1d', '2d', 'gathered'] as const;
export type LayoutName = (typeof layoutNames)[number];

/** Layouts of programs that read prompts and of those that write: `auto` is what sends least. */
export interface PhaseLayouts {
  readonly prefill: LayoutName | 'auto';
  readonly decode: Exclude<LayoutName, 'gathered'> | 'auto';
}

/** What a program is told of a layout. */
export interface Layout {
  /** Of weights as they are kept, and of what is computed: axes `vector` and `hidden` are those of vectors between layers and within an MLP. */
  readonly rules: AxisRules;
  /** Of weights where they are multiplied. Default: as they are kept. */
  readonly weightRules?: AxisRules | undefined;
}

/** How all layouts of a mesh keep weights: programs of several layouts share them. Keys and values are cut by heads. */
export const layoutKept: AxisRules = [...defaultRules, ['embed', 'embed']];

/** A layout by name. Throws `models/layout` for a mesh that it means nothing on. */
export function layoutNamed(name: LayoutName, mesh: Mesh): Layout {
  const cuts = (mesh.axisSize('embed') ?? 1) > 1;
  if (name !== '1d' && !cuts)
    throw new UserError('models/layout', `the layout ${name} cuts over an axis that the mesh does not have`, {
      expected: 'a mesh with embed=N, e.g. embed=2,model=8',
      given: `${mesh}`,
    });
  if (name === '1d' && cuts)
    throw new UserError('models/layout', 'the layout 1d leaves the axis embed of the mesh without use', {
      expected: 'a mesh with model=N',
      given: `${mesh}`,
      advice: 'take 2d',
    });
  if (name === '1d') return { rules: layoutKept };
  if (name === '2d') return { rules: [...layoutKept, ['vector', ['embed', 'model']], ['hidden', ['model', 'embed']]] };
  return { rules: [...layoutKept, ['length', 'embed'], ['vector', null]], weightRules: defaultRules };
}

/** Layouts where none are asked for; undefined: as the rules say. */
export const defaultLayouts = (mesh: Mesh): PhaseLayouts | undefined =>
  (mesh.axisSize('embed') ?? 1) > 1 ? { prefill: 'auto', decode: 'auto' } : undefined;

/** Sizes of a stack that say what travels in it. */
interface StackSizes {
  readonly embedDim: number;
  readonly layers: readonly LayerConfig[];
}

/**
 * The layout of a program for so many tokens at once. `auto`: weights travel where that is fewer elements than parts of vectors are.
 * Source: Pope et al. 2022, §3.2.3.
 */
export function layoutFor(
  layouts: PhaseLayouts,
  mesh: Mesh,
  o: {
    readonly isPrefill: boolean;
    readonly numTokens: number;
    readonly stack: StackSizes;
    readonly canGather: boolean;
  },
): Layout {
  const asked = o.isPrefill ? layouts.prefill : layouts.decode;
  if (asked !== 'auto') return layoutNamed(asked, mesh);
  const x = mesh.axisSize('embed') ?? 1;
  if (x === 1) return layoutNamed('1d', mesh);
  if (!o.isPrefill || !o.canGather) return layoutNamed('2d', mesh);
  const { embedDim: e } = o.stack;
  const yz = mesh.axisSize('model') ?? 1;
  const f = 1.5 * Math.max(...o.stack.layers.map(({ mlp }) => widthOf(mlp)));
  const standing = 2 * o.numTokens * (e / x + f / yz);
  const travelling = (2 * e * f) / yz + (2 * o.numTokens * e) / x;
  return layoutNamed(travelling < standing ? 'gathered' : '2d', mesh);
}

const widthOf = (c: MlpConfig): number => (c.kind === 'parallel' ? c.mlp.dim : c.dim);

/** Vectors `[batch, length, embed]` where the rules want them between layers. */
export function placedVectors(x: Tensor, rules: AxisRules): Tensor {
  const axis = rules.some(([name]) => name === 'vector') ? 'vector' : 'embed';
  return shard(x, specOf(['batch', 'length', axis], rules, currentMesh()));
}

/** Hidden vectors `[batch, length, mlp]` where the rules want them, which most say nothing of. */
export const placedHidden = (x: Tensor, rules: AxisRules): Tensor =>
  rules.some(([name]) => name === 'hidden') ? shard(x, specOf(['batch', 'length', 'hidden'], rules, currentMesh())) : x;

const declaredByPath = (declared: DeclaredTree): ReadonlyMap<string, Declared> =>
  new Map(declarationsOf(declared).map(({ path, declared: d }) => [path, d]));

/** Whether weights are plain tensors, which can travel. */
export function arePlain(weights: unknown, declared: DeclaredTree): boolean {
  const byPath = declaredByPath(declared);
  return tree.flatten(weights).paths.every((path) => byPath.has(path));
}

/** Weights of a layer where they are multiplied. Throws `models/layout` for weights that are not plain tensors: those in few bits, and with adapters. */
export function placedWeights<W>(weights: W, declared: DeclaredTree, rules: AxisRules | undefined): W {
  if (!rules) return weights;
  const byPath = declaredByPath(declared);
  const flat = tree.flatten(weights);
  const placed = flat.leaves.map((leaf, i) => {
    const d = byPath.get(flat.paths[i]);
    if (!d || !(leaf instanceof Tensor))
      throw new UserError('models/layout', 'only plain weights are gathered', {
        given: flat.paths[i],
        advice: 'take another layout, or leave out --quantize and adapters',
      });
    return shard(leaf, specOf(d.axes, rules, currentMesh(), { shape: d.shape, path: flat.paths[i] }));
  });
  return tree.unflatten(flat.treedef, placed) as W;
}
