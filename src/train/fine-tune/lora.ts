import { np, type Tensor, tree } from '../../api/index.ts';
import { castArray, product, UserError } from '../../base/index.ts';
import type { Adapter } from '../../data/index.ts';
import { adapterFactors, type LoadedModel } from '../../models/index.ts';
import {
  Declared,
  DeclaredMatrix,
  type DeclaredTree,
  declarationsOf,
  heldFor,
  type Params,
  type TensorsOf,
} from '../../nn/index.ts';

/* LoRA (Hu et al. 2021): small factors beside chosen weights are trained, the weights stay. Defaults as in PEFT. */

export interface LoraOptions {
  readonly rank: number;
  /** Factors count `alpha / rank`. Default: the rank. */
  readonly alpha?: number;
  /** Projections to train, by the ends of their names in the model's files. Default: all of attention and MLPs. */
  readonly targets?: readonly string[] | undefined;
  /** An adapter to go on from; its ranks, scales and targets count. */
  readonly from?: Adapter | undefined;
}

/** Factors to train: path of a weight → `a: [rank, …inputs]`, `b: […outputs, rank]`. */
export type LoraDeclarations = Readonly<Record<string, { readonly a: Declared; readonly b: Declared }>>;

const usual = /(^|\.)(query|key|value|out|gate|up|down|queryDown|kvDown|keyValue)$/;

/** Declares the factors for a model. Throws `train/lora` where nothing is chosen. */
export function declareLora(model: LoadedModel, o: LoraOptions): LoraDeclarations {
  if (o.from) return declareLike(model, o.from, o.rank);
  if (!Number.isInteger(o.rank) || o.rank < 1)
    throw new UserError('train/lora', 'the rank of LoRA is a positive integer', { given: String(o.rank) });
  const { declared, rules } = model.folder;
  const ruleByPath = new Map(rules.map((r) => [r.path, r]));
  const chosen = declarationsOf(declared).filter(({ path, declared: d }) => {
    const r = ruleByPath.get(path);
    if (!(d instanceof DeclaredMatrix) || !r || r.isStacked) return false;
    const module = r.names[0].replace(/\.weight$/, '');
    return o.targets ? o.targets.some((t) => module === t || module.endsWith(`.${t}`)) : usual.test(path);
  });
  if (chosen.length === 0)
    throw new UserError('train/lora', 'no weight of this model is among the targets of LoRA', {
      ...(o.targets ? { given: o.targets.join(', ') } : {}),
      advice: 'name projections as the model’s files do, such as q_proj,v_proj',
    });
  return Object.fromEntries(
    chosen.map(({ path, declared }) => {
      const d = declared as DeclaredMatrix;
      const split = d.shape.length - d.numInputDims;
      const [outputs, inputs] = [d.shape.slice(0, split), d.shape.slice(split)];
      // Kaiming-uniform with a = √5, as PEFT begins; the other factor is zero, so that training begins at the model.
      const bound = product(inputs) ** -0.5;
      return [
        path,
        {
          a: new Declared([o.rank, ...inputs], ['rank', ...d.axes.slice(split)], {
            init: { uniform: bound },
            dtype: 'f32',
            tags: ['lora', 'decay'],
          }),
          b: new Declared([...outputs, o.rank], [...d.axes.slice(0, split), 'rank'], {
            init: { constant: 0 },
            dtype: 'f32',
            tags: ['lora', 'decay'],
          }),
        },
      ];
    }),
  );
}

/** Declarations of the factors that an adapter has. */
function declareLike(model: LoadedModel, adapter: Adapter, rank: number): LoraDeclarations {
  const entries = [...adapterFactors(model.folder, adapter)].map(([path, { a, b }]) => {
    if (a.shape[0] !== rank)
      throw new UserError('train/lora', `the adapter to go on from has another rank at ${path}`, {
        expected: String(rank),
        given: String(a.shape[0]),
      });
    const like = (shape: readonly number[], axes: readonly string[]): Declared =>
      new Declared(shape, axes, { init: { constant: 0 }, dtype: 'f32', tags: ['lora', 'decay'] });
    const axes = (n: number): string[] => Array.from({ length: n }, (_, i) => `dim${i}`);
    return [path, { a: like(a.shape, axes(a.shape.length)), b: like(b.shape, axes(b.shape.length)) }] as const;
  });
  return Object.fromEntries(entries);
}

/** The factors that an adapter has, as the first ones to train. */
export const lorasOf = (model: LoadedModel, adapter: Adapter): Params =>
  Object.fromEntries(
    [...adapterFactors(model.folder, adapter)].map(([path, { a, b }]) => [
      path,
      { a: np.array(castArray(a, 'f32')), b: np.array(castArray(b, 'f32')) },
    ]),
  );

/** The weights with factors beside them. */
export function withLora(
  declared: DeclaredTree,
  weights: TensorsOf<DeclaredTree>,
  lora: Params,
  scale: Tensor,
): TensorsOf<DeclaredTree> {
  const flat = tree.flatten(declared);
  const leaves = heldFor(declared, weights).map((base, i) => {
    const own = lora[flat.paths[i]] as { readonly a: Tensor; readonly b: Tensor } | undefined;
    return own ? { base, adapters: [{ a: own.a, b: own.b, scale }] } : base;
  });
  return tree.unflatten(flat.treedef, leaves) as TensorsOf<DeclaredTree>;
}
