import { np, type Tensor, tree } from '../../api/index.ts';
import type { DType } from '../../base/index.ts';
import { Declared, type DeclaredTree, heldFor, mapDeclared, type Params } from '../declared.ts';

/*
 * Optimizers are put together from transformations of updates, as in Optax: gradients go in, and what is to be added to the parameters
 * comes out. What a transformation keeps is *declared* by the declarations of the weights, with their axes: it is made, sharded, saved
 * and restored like weights, whatever the optimizer. Source: DESIGN of Optax (Hessel et al. 2020); T5X `optimizers.py`.
 */

/** What an update may ask for besides the gradients. */
export interface UpdateContext {
  readonly params: Params;
  readonly declared: DeclaredTree;
  /** Updates done before this one: `i32[]`, counted from 0. */
  readonly step: Tensor;
  /** Of the batch that the gradients are of: `f32[]`, where somebody told. */
  readonly loss?: Tensor | undefined;
  /** Norm of the whole gradient, where the gradients given are only those of some weights: `f32[]`. */
  readonly gradientNorm?: Tensor | undefined;
}

export interface Updates {
  /** One per parameter, of its shape. */
  readonly updates: Params;
  readonly state: Params;
  /** Numbers for the log: `f32[]` each. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
}

/** One stage of an optimizer. All of it can be traced. */
export interface Transformation {
  /** What is kept between updates; an empty object where that is nothing. */
  declare(weights: DeclaredTree): DeclaredTree;
  update(updates: Params, state: Params, context: UpdateContext): Updates;
}

/** Stages one after another. What each keeps has its name in front: `adam.layers.0.query.mu`. */
export function chain(stages: Readonly<Record<string, Transformation>>): Transformation {
  const entries = Object.entries(stages);
  return {
    declare: (weights) => Object.fromEntries(entries.map(([name, stage]) => [name, stage.declare(weights)])),
    update(updates, state, context) {
      const next: Record<string, Params> = {};
      let metrics: Readonly<Record<string, Tensor>> = {};
      let current = updates;
      for (const [name, stage] of entries) {
        const done = stage.update(current, (state[name] ?? {}) as Params, context);
        current = done.updates;
        next[name] = done.state;
        metrics = { ...metrics, ...done.metrics };
      }
      return { updates: current, state: next, metrics };
    },
  };
}

/** A stage that keeps nothing. */
export const stateless = (f: (updates: Params, context: UpdateContext) => Omit<Updates, 'state'>): Transformation => ({
  declare: () => ({}),
  update: (updates, _state, context) => ({ ...f(updates, context), state: {} }),
});

/** Tensors kept for one parameter. */
export type Slots = Readonly<Record<string, Tensor>>;

/** One parameter's part of an update. */
export interface TensorUpdate {
  readonly update: Tensor;
  readonly slots: Slots;
  readonly param: Tensor;
  readonly declared: Declared;
  /** `i32[]`, counted from 0. */
  readonly step: Tensor;
}

/** What is done with a parameter that is looked at alone, and what is kept for it. */
export interface TensorRule {
  slots(declared: Declared): Readonly<Record<string, Declared>>;
  update(u: TensorUpdate): { readonly update: Tensor; readonly slots: Slots };
}

/** A stage that treats each parameter by a rule, or by the rule that is chosen for it. */
export function perTensor(rule: TensorRule | ((declared: Declared, path: string) => TensorRule)): Transformation {
  const ruleFor = typeof rule === 'function' ? rule : () => rule;
  return {
    declare: (weights) => mapDeclared((d, path) => ruleFor(d, path).slots(d), weights) as DeclaredTree,
    update(updates, state, { params, declared, step }) {
      const [kept, own] = [heldFor(declared, state), tree.leaves(params) as Tensor[]];
      const { leaves: declarations, paths, treedef } = tree.flatten(declared);
      const done = (tree.leaves(updates) as Tensor[]).map((u, i) => {
        const d = declarations[i] as Declared;
        return ruleFor(d, paths[i]).update({
          ...{ update: u, slots: kept[i] as Slots, param: own[i], declared: d, step },
        });
      });
      const rebuild = (values: readonly unknown[]): Params => tree.unflatten(treedef, values) as Params;
      return { updates: rebuild(done.map((d) => d.update)), state: rebuild(done.map((d) => d.slots)) };
    },
  };
}

/** A rule that keeps nothing. */
export const eachTensor = (f: (u: Omit<TensorUpdate, 'slots'>) => Tensor): Transformation =>
  perTensor({ slots: () => ({}), update: (u) => ({ update: f(u), slots: {} }) });

/** Zeros like a weight, to be kept beside it: in float32 whatever the weight's type, for small steps vanish in fewer bits. */
export const zerosBeside = (d: Declared, dtype: DType = 'f32'): Declared =>
  new Declared(d.shape, d.axes, { init: { constant: 0 }, dtype, tags: [] });

/** Number of this update, counted from 1: `f32[]`. */
export const countOf = (step: Tensor): Tensor => np.add(np.astype(step, 'f32'), 1);
