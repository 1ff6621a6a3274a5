import { np, tree } from '../api/index.ts';
import { castArray, HostArray, numElements, product, rowMajorStrides, UserError } from '../base/index.ts';
import type { Adapter, LoraPair } from '../data/index.ts';
import {
  type AdapterBank,
  DeclaredMatrix,
  type DeclaredTree,
  declarationsOf,
  heldFor,
  type TensorsOf,
} from '../nn/index.ts';
import { type NameRule, type Piece, piecesOf, type Region } from './folder/name-rules.ts';
import { copyStrided } from './folder/read-region.ts';
import { LoadedModel, type ModelFolder } from './load-model.ts';

/*
 * LoRA adapters on a loaded model: every weight that an adapter changes gets its factors beside it, in the shape that the weight has here;
 * the weight itself stays as it is. Source: Hu et al. 2021.
 */

/** What an adapter adds to one weight: `a: [rank, …inputs]`, `b: […outputs, rank]`. */
export interface AdapterFactors {
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
  const all = adapters.map((adapter) => adapterFactors(folder, adapter));
  const flat = tree.flatten(folder.declared);
  const leaves = heldFor(folder.declared, model.weights).map((base, i) => {
    const own = all.flatMap((factors) => factors.get(flat.paths[i]) ?? []);
    return own.length === 0 ? base : { base, adapters: own.map(updateOf) };
  });
  const weights = tree.unflatten(flat.treedef, leaves) as TensorsOf<DeclaredTree>;
  return new LoadedModel(folder, weights, model.compute, model.options);
}

/**
 * The model with adapters of which every sequence of a batch names its own, or none (`adapter` of `generate`, the second argument of `apply`): one
 * program computes them all. Throws `models/adapter` as `withAdapters` does.
 */
export function withAdapterChoice(model: LoadedModel, adapters: Readonly<Record<string, Adapter>>): LoadedModel {
  const { folder } = model;
  const all = Object.values(adapters).map((adapter) => adapterFactors(folder, adapter));
  const flat = tree.flatten(folder.declared);
  const leaves = heldFor(folder.declared, model.weights).map((base, i) => {
    const own = all.map((factors) => factors.get(flat.paths[i]));
    return own.every((f) => f === undefined) ? base : { base, bank: bankOf(own) };
  });
  const weights = tree.unflatten(flat.treedef, leaves) as TensorsOf<DeclaredTree>;
  return new LoadedModel(folder, weights, model.compute, model.options, Object.keys(adapters));
}

/** Factors behind each other, after those of no adapter; smaller ranks are filled up with zeros. */
function bankOf(all: readonly (AdapterFactors | undefined)[]): AdapterBank {
  const known = all.filter((f) => f !== undefined);
  const rank = Math.max(...known.map((f) => f.a.shape[0]));
  const [inShape, outShape] = [known[0].a.shape.slice(1), known[0].b.shape.slice(0, -1)];
  const a = HostArray.zeros('f32', [all.length + 1, rank, ...inShape]);
  const b = HostArray.zeros('f32', [all.length + 1, ...outShape, rank]);
  const put = (from: HostArray, to: HostArray, adapter: number, last: readonly number[]): void =>
    copyStrided(
      castArray(from, 'f32'),
      0,
      rowMajorStrides(from.shape),
      to,
      adapter * numElements(last),
      rowMajorStrides(last),
      from.shape,
    );
  for (const [i, f] of all.entries()) {
    if (!f) continue;
    put(f.a, a, i + 1, [rank, ...inShape]);
    put(f.b, b, i + 1, [...outShape, rank]);
  }
  const scale = HostArray.from('f32', [all.length + 1], [0, ...all.map((f) => f?.scale ?? 0)]);
  return { a: np.array(a), b: np.array(b), scale: np.array(scale) };
}

/** What an adapter adds to each of our weights, by path. Throws `models/adapter` as `withAdapters` does. */
export function adapterFactors(folder: ModelFolder, adapter: Adapter): Map<string, AdapterFactors> {
  const declaredByPath = new Map(declarationsOf(folder.declared).map(({ path, declared }) => [path, declared]));
  if (adapter.replaced.size > 0)
    throw new UserError('models/adapter', 'the adapter brings whole tensors besides its factors', {
      given: [...adapter.replaced.keys()].slice(0, 4).join(', '),
      advice: 'merge it into its base model with PEFT, and use that',
    });
  const added = new Map<string, AdapterFactors>();
  for (const [module, pair] of adapter.pairs) {
    const rules = folder.rules.filter((r) => r.names.some((n) => isModule(n, module)));
    const usable = rules.filter((r) => !r.isStacked && declaredByPath.get(r.path) instanceof DeclaredMatrix);
    // All of a module or nothing: one whose queries stayed as they were would compute something else without a word.
    if (usable.length === 0 || usable.length < rules.length)
      throw new UserError('models/adapter', `the adapter changes ${module}, which cannot be changed here`, {
        expected: 'projections of attention and MLPs',
        given:
          rules.length === 0
            ? 'no such weight in this model'
            : 'experts, an embedding, a norm, or queries fused in groups',
      });
    for (const r of usable)
      added.set(r.path, factorsFor(r, declaredByPath.get(r.path) as DeclaredMatrix, pair, module));
  }
  return added;
}

const updateOf = ({ a, b, scale }: AdapterFactors) => ({
  a: np.array(a),
  b: np.array(b),
  scale: np.full([], scale, 'f32'),
});

/** Names of weights in files and of modules in adapters differ by the classes that wrote them. */
function isModule(name: string, module: string): boolean {
  const plain = (n: string): string => n.replace(/^(model\.|language_model\.|transformer\.)+/, '');
  return plain(name) === `${plain(module)}.weight`;
}

/** How the dimensions of a weight in its file are those of outputs and inputs here. */
function dimensionsOf(r: NameRule, d: DeclaredMatrix) {
  const view = r.view ?? r.fileShape;
  const order = r.order ?? view.map((_, i) => i);
  // Dimensions of size 1 may be missing in the view: inputs are its last dimensions in our order that make up as many elements.
  const split = d.shape.length - d.numInputDims;
  const [outShape, inShape] = [d.shape.slice(0, split), d.shape.slice(split)];
  let cut = order.length;
  for (let n = 1; n < product(inShape) && cut > 0; ) n *= view[order[--cut]];
  const [outputs, inputs] = [order.slice(0, cut), order.slice(cut)];
  const inFile = (dims: readonly number[]): number[] => [...dims].sort((x, y) => x - y);
  const sizes = (dims: readonly number[]): number[] => inFile(dims).map((i) => view[i]);
  const places = (dims: readonly number[]): number[] => dims.map((i) => inFile(dims).indexOf(i));
  const take = r.take && { ...r.take, dim: inFile(outputs).indexOf(r.take.dim) };
  return {
    outShape,
    inShape,
    /** Sizes in the file's order, and where our dimensions are among them. */
    out: { sizes: sizes(outputs), places: places(outputs), ...(take ? { take } : {}) },
    in: { sizes: sizes(inputs), places: places(inputs) },
  };
}

/** Both factors in the shape of our weight: cut, split and ordered as the weight itself is. */
function factorsFor(r: NameRule, d: DeclaredMatrix, pair: LoraPair, module: string): AdapterFactors {
  const rank = pair.a.shape[0];
  const dims = dimensionsOf(r, d);
  const [out, into] = [product(dims.out.sizes), product(dims.in.sizes)];
  if (pair.a.shape[1] !== into || pair.b.shape[0] !== out)
    throw new UserError('models/adapter', `the factors for ${module} do not fit its weight`, {
      expected: `a [${rank}, ${into}], b [${out}, ${rank}]`,
      given: `a [${pair.a.shape.join(', ')}], b [${pair.b.shape.join(', ')}]`,
    });
  const b = piecesOf(outputRule(dims, rank), [...dims.outShape, rank], wholeRegion([...dims.outShape, rank]));
  const a = piecesOf(inputRule(dims, rank), [rank, ...dims.inShape], wholeRegion([rank, ...dims.inShape]));
  return {
    a: gather(pair.a, a[0], inputRule(dims, rank), [rank, ...dims.inShape]),
    b: gather(pair.b, b[0], outputRule(dims, rank), [...dims.outShape, rank]),
    scale: pair.scale,
  };
}

type Dimensions = ReturnType<typeof dimensionsOf>;
const wholeRegion = (shape: readonly number[]): Region => ({ start: shape.map(() => 0), shape });

/** The factor of outputs, `[out, rank]` in the file, as a rule. */
const outputRule = ({ out }: Dimensions, rank: number): NameRule => ({
  path: '',
  names: [''],
  fileShape: [product(out.sizes), rank],
  view: [...out.sizes, rank],
  ...(out.take ? { take: out.take } : {}),
  order: [...out.places, out.sizes.length],
});

/** The factor of inputs, `[rank, in]` in the file, as a rule. */
const inputRule = (dims: Dimensions, rank: number): NameRule => ({
  path: '',
  names: [''],
  fileShape: [rank, product(dims.in.sizes)],
  view: [rank, ...dims.in.sizes],
  order: [0, ...dims.in.places.map((i) => 1 + i)],
});

/** Where a piece begins in its file tensor, and the strides of its view there. */
function inFile(p: Piece, r: NameRule): { readonly at: number; readonly strides: readonly number[] } {
  const strides = rowMajorStrides(r.view!);
  return { at: p.region.start.reduce((sum, s, i) => sum + s * strides[i], 0), strides };
}

function gather(x: HostArray, p: Piece, r: NameRule, shape: readonly number[]): HostArray {
  const out = HostArray.zeros(x.dtype, shape);
  const { at, strides } = inFile(p, r);
  if (numElements(shape) > 0) copyStrided(x, at, strides, out, p.offset, p.strides, p.region.shape);
  return out;
}

/**
 * Trained factors as an adapter holds them: path of a weight → `a: [rank, …inputs]`, `b: […outputs, rank]` become pairs by the names of modules
 * in the model's files. Where a module is one tensor for several weights of ours, its pair has the ranks of all of them together.
 */
export function adapterPairs(
  folder: ModelFolder,
  factors: ReadonlyMap<string, { readonly a: HostArray; readonly b: HostArray }>,
  scale: number,
): Map<string, LoraPair> {
  const declaredByPath = new Map(declarationsOf(folder.declared).map(({ path, declared }) => [path, declared]));
  const rulesByModule = new Map<string, NameRule[]>();
  for (const r of folder.rules) {
    if (!factors.has(r.path)) continue;
    const module = r.names[0].replace(/\.weight$/, '');
    rulesByModule.set(module, [...(rulesByModule.get(module) ?? []), r]);
  }
  const pairs = new Map<string, LoraPair>();
  for (const [module, rules] of rulesByModule) {
    const all = rules.map((r) => dimensionsOf(r, declaredByPath.get(r.path) as DeclaredMatrix));
    const ranks = rules.map((r) => factors.get(r.path)!.a.shape[0]);
    const rank = ranks.reduce((x, y) => x + y, 0);
    const [out, into] = [product(all[0].out.sizes), product(all[0].in.sizes)];
    const [a, b] = [HostArray.zeros('f32', [rank, into]), HostArray.zeros('f32', [out, rank])];
    let first = 0;
    for (const [i, r] of rules.entries()) {
      const own = factors.get(r.path)!;
      const [ruleA, ruleB] = [inputRule(all[i], ranks[i]), outputRule(all[i], ranks[i])];
      const [pieceA] = piecesOf(ruleA, own.a.shape, wholeRegion(own.a.shape));
      const [pieceB] = piecesOf(ruleB, own.b.shape, wholeRegion(own.b.shape));
      const [atA, atB] = [inFile(pieceA, ruleA), inFile(pieceB, ruleB)];
      copyStrided(own.a, pieceA.offset, pieceA.strides, a, first * into + atA.at, atA.strides, pieceA.region.shape);
      // Rows of b are longer than those of one part of it.
      const wide = atB.strides.map((s, d) => (d === atB.strides.length - 1 ? s : (s / ranks[i]) * rank));
      const start = pieceB.region.start.reduce((sum, s, d) => sum + s * wide[d], first);
      copyStrided(own.b, pieceB.offset, pieceB.strides, b, start, wide, pieceB.region.shape);
      first += ranks[i];
    }
    pairs.set(module, { a, b, scale, isEmbedding: false });
  }
  return pairs;
}
