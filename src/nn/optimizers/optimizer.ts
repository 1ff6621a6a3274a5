import { lax, np, random, type Tensor, tree } from '../../api/index.ts';
import { type DType, dtypeInfo } from '../../base/index.ts';
import { type DeclaredTree, initialize, type Params } from '../declared.ts';
import type { Transformation } from './transformation.ts';

/** Gradients, and what they are of. */
export interface UpdateInputs {
  /** One per parameter, of its shape. */
  readonly gradients: Params;
  readonly state: Params;
  readonly params: Params;
  /** Updates done before this one: `i32[]`. */
  readonly step: Tensor;
  readonly declared: DeclaredTree;
  /** Of the batch: `f32[]`; for stages that look at it. */
  readonly loss?: Tensor | undefined;
  /** Norm of the gradient of all weights where these are only some of them, as in a stage of a pipeline: `f32[]`. */
  readonly gradientNorm?: Tensor | undefined;
}

export interface Updated {
  readonly params: Params;
  readonly state: Params;
  /** `gradientNorm`, `learningRate`, `skipped` … of the stages: `f32[]` each. */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** How parameters follow gradients. All of it can be traced. */
export interface Optimizer {
  /** What it keeps between updates: a tree of declarations with the axes of the weights. */
  declare(weights: DeclaredTree): DeclaredTree;
  update(inputs: UpdateInputs): Updated;
}

export interface OptimizerRounding {
  /**
   * How parameters of few bits are rounded after an update. `stochastic`: up or down by chance, so that steps smaller than half a
   * place count on average; the same on any mesh. Default `nearest`.
   */
  readonly rounding?: 'nearest' | 'stochastic';
  /** Of the chance. Default 0. */
  readonly seed?: number;
}

/** An optimizer whose steps are what the stages make of gradients. */
export function optimizerOf(
  stage: Transformation,
  { rounding = 'nearest', seed = 0 }: OptimizerRounding = {},
): Optimizer {
  return {
    declare: (weights) => stage.declare(weights),
    update({ gradients, state, ...context }) {
      const { params, step } = context;
      const { updates, state: next, metrics = {} } = stage.update(gradients, state, context);
      const key = rounding === 'stochastic' ? random.foldIn(random.key(seed), step) : undefined;
      const flat = tree.flatten(params);
      const steps = tree.leaves(updates) as Tensor[];
      const moved = (flat.leaves as Tensor[]).map((p, i) => {
        const to = np.add(p, steps[i]);
        if (to.dtype === p.dtype) return to;
        return key ? roundStochastically(to, p.dtype, random.foldIn(key, i)) : np.astype(to, p.dtype);
      });
      return { params: tree.unflatten(flat.treedef, moved) as Params, state: next, metrics };
    },
  };
}

/**
 * `x: f32[…]` rounded to bfloat16 up or down by chance, on average to itself: a random number is added to the bits that are cut off. Other
 * types are rounded to nearest. Source: Gupta et al. 2015, "Deep Learning with Limited Numerical Precision".
 */
export function roundStochastically(x: Tensor, dtype: DType, key: Tensor): Tensor {
  if (dtype !== 'bf16' || x.dtype !== 'f32' || dtypeInfo(dtype).bits !== 16) return np.astype(x, dtype);
  const noise = np.bitwiseAnd(random.bits(key, x.shape, 'u32'), 0xffff);
  const bits = np.add(lax.bitcastConvertType(x, 'u32'), noise);
  const cut = lax.bitcastConvertType(np.bitwiseAnd(bits, 0xffff0000), 'f32');
  return np.astype(np.where(np.isfinite(x), cut, x), dtype);
}

/** What an optimizer keeps before the first update. Traceable. */
export const startState = (optimizer: Optimizer, weights: DeclaredTree): Params =>
  initialize(random.key(0), optimizer.declare(weights)) as Params;
