import { np, type Tensor, tree } from '../api/index.ts';
import { HostArray, numElements, product, rowMajorStrides, UserError } from '../base/index.ts';
import type { Adapter, LoraPair } from '../data/index.ts';
import { DeclaredMatrix, type DeclaredTree, declarationsOf, type TensorsOf } from '../nn/index.ts';
import { type NameRule, piecesOf, type Region } from './folder/name-rules.ts';
import { copyStrided } from './folder/read-region.ts';
import { LoadedModel } from './load-model.ts';

/*
 * LoRA adapters on a loaded model: every weight that an adapter changes gets its factors beside it, in the shape that the weight has here;
 * the weight itself stays as it is. Source: Hu et al. 2021.
 */

/** What an adapter adds to one weight: `a: [rank, …inputs]`, `b: […outputs, rank]`. */
interface Factors {
  readonly a: HostArray;
  readonly b: HostArray;
  readonly scale: number;
}

/**
 * The model with adapters on top, several at once if asked for. Throws `models/adapter` for modules that this model does not have, or whose
 * factors do not fit.
 */
export function withAdapters(model: LoadedModel, adapters: readonly Adapter[]): LoadedModel {
  const { folder } = model;
  const declaredByPath = new Map(declarationsOf(folder.declared).map(({ path, declared }) => [path, declared]));
  const added = new Map<string, Factors[]>();
  for (const adapter of adapters) {
    if (adapter.replaced.size > 0)
      throw new UserError('models/adapter', 'the adapter brings whole tensors besides its factors', {
        given: [...adapter.replaced.keys()].slice(0, 4).join(', '),
        advice: 'merge it into its base model with PEFT, and use that',
      });
    for (const [module, pair] of adapter.pairs) {
      const rules = folder.rules.filter((r) => r.names.some((n) => isModule(n, module)));
      const usable = rules.filter((r) => !r.isStacked && declaredByPath.get(r.path) instanceof DeclaredMatrix);
      if (usable.length === 0)
        throw new UserError('models/adapter', `the adapter changes ${module}, which cannot be changed here`, {
          expected: 'projections of attention and MLPs',
          given: rules.length === 0 ? 'no such weight in this model' : 'experts, an embedding, or a norm',
        });
      for (const r of usable) {
        const d = declaredByPath.get(r.path) as DeclaredMatrix;
        added.set(r.path, [...(added.get(r.path) ?? []), factorsFor(r, d, pair, module)]);
      }
    }
  }
  const flat = tree.flatten(model.weights);
  const leaves = flat.leaves.map((leaf, i) => {
    const own = added.get(flat.paths[i]);
    return own ? { base: leaf as Tensor, adapters: own.map(updateOf) } : leaf;
  });
  const weights = tree.unflatten(flat.treedef, leaves) as TensorsOf<DeclaredTree>;
  return new LoadedModel(folder, weights, model.compute, model.options);
}

const updateOf = ({ a, b, scale }: Factors) => ({ a: np.array(a), b: np.array(b), scale: np.full([], scale, 'f32') });

/** Names of weights in files and of modules in adapters differ by the classes that wrote them. */
function isModule(name: string, module: string): boolean {
  const plain = (n: string): string => n.replace(/^(model\.|language_model\.|transformer\.)+/, '');
  return plain(name) === `${plain(module)}.weight`;
}

/** Both factors in the shape of our weight: cut, split and ordered as the weight itself is. */
function factorsFor(r: NameRule, d: DeclaredMatrix, pair: LoraPair, module: string): Factors {
  const rank = pair.a.shape[0];
  const view = r.view ?? r.fileShape;
  const order = r.order ?? view.map((_, i) => i);
  // Dimensions of size 1 may be missing in the view: inputs are its last dimensions in our order that make up as many elements.
  const numInputs = product(d.shape.slice(d.shape.length - d.numInputDims));
  let split = order.length;
  for (let n = 1; n < numInputs && split > 0; ) n *= view[order[--split]];
  const inputDims = order.slice(split).sort((x, y) => x - y);
  const outputDims = order.slice(0, split).sort((x, y) => x - y);
  const sizes = (dims: readonly number[]): number[] => dims.map((i) => view[i]);
  const [out, into] = [product(sizes(outputDims)), product(sizes(inputDims))];
  if (pair.a.shape[1] !== into || pair.b.shape[0] !== out)
    throw new UserError('models/adapter', `the factors for ${module} do not fit its weight`, {
      expected: `a [${rank}, ${into}], b [${out}, ${rank}]`,
      given: `a [${pair.a.shape.join(', ')}], b [${pair.b.shape.join(', ')}]`,
    });
  const take = r.take && { ...r.take, dim: outputDims.indexOf(r.take.dim) };
  const outShape = d.shape.slice(0, d.shape.length - d.numInputDims);
  const inShape = d.shape.slice(d.shape.length - d.numInputDims);
  const b = reordered(pair.b, [...sizes(outputDims), rank], [...outShape, rank], {
    ...(take ? { take } : {}),
    order: [...order.slice(0, split).map((i) => outputDims.indexOf(i)), outputDims.length],
  });
  const a = reordered(pair.a, [rank, ...sizes(inputDims)], [rank, ...inShape], {
    order: [0, ...order.slice(split).map((i) => 1 + inputDims.indexOf(i))],
  });
  return { a, b, scale: pair.scale };
}

/** The elements of an array under a view, of which a range is taken, in another order. */
function reordered(x: HostArray, view: readonly number[], shape: readonly number[], how: Partial<NameRule>): HostArray {
  const out = HostArray.zeros(x.dtype, shape);
  if (numElements(shape) === 0) return out;
  const rule: NameRule = { path: '', names: [''], fileShape: x.shape, view, ...how };
  const all: Region = { start: shape.map(() => 0), shape };
  const strides = rowMajorStrides(view);
  for (const p of piecesOf(rule, shape, all)) {
    const at = p.region.start.reduce((sum, s, i) => sum + s * strides[i], 0);
    copyStrided(x, at, strides, out, p.offset, p.strides, p.region.shape);
  }
  return out;
}
