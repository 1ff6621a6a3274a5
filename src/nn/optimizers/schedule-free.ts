import { lax, np, type Tensor, tree } from '../../api/index.ts';
import { Declared, type DeclaredTree, declarationsOf, mapDeclared, type Params } from '../declared.ts';
import { runningMean } from './adam.ts';
import { countOf, type Transformation, zerosBeside } from './transformation.ts';

export interface ScheduleFreeOptions {
  readonly learningRate: number;
  readonly warmupSteps?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Later steps count more in the mean: by the number of the step to this power. Default 0. */
  readonly power?: number;
}

const tensorsOf = (x: Params): readonly Tensor[] => tree.leaves(x) as Tensor[];

/**
 * AdamW without a schedule: gradients are taken at `y`, between a point `z` that descends and the mean `x` of its path. What is kept of
 * `z` is its difference from `y`, the parameters; measure and save at `scheduleFreeMean`. Source: Defazio et al. 2024, "The Road Less Scheduled".
 */
export function scheduleFreeAdamW(o: ScheduleFreeOptions): Transformation {
  const { warmupSteps = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, power = 0 } = o;
  const scalar = (): Declared => new Declared([], [], { init: { constant: 0 }, dtype: 'f32', tags: [] });
  return {
    declare: (weights) => ({
      ahead: mapDeclared((d) => zerosBeside(d), weights) as DeclaredTree,
      nu: mapDeclared((d) => zerosBeside(d), weights) as DeclaredTree,
      sums: { weight: scalar(), maxRate: scalar() },
    }),
    update(gradients, state, { params, declared, step }) {
      const k = countOf(step);
      const sums = state.sums as { weight: Tensor; maxRate: Tensor };
      const rate = np.multiply(np.minimum(1, np.divide(k, Math.max(1, warmupSteps))), o.learningRate);
      const maxRate = np.maximum(sums.maxRate, rate);
      const weight = np.multiply(np.power(k, power), np.square(maxRate));
      const total = np.add(sums.weight, weight);
      const share = np.divide(weight, total);
      const correction = np.subtract(1, np.power(beta2, k));
      const pull = np.multiply(rate, np.subtract(np.multiply(np.subtract(1, share), beta1), 1));
      const flat = tree.flatten(params);
      const [g, ahead, nu] = [tensorsOf(gradients), tensorsOf(state.ahead as Params), tensorsOf(state.nu as Params)];
      const declarations = declarationsOf(declared);
      const done = (flat.leaves as Tensor[]).map((y, i) => {
        const squares = runningMean(nu[i], np.square(g[i]), beta2);
        const direction = np.divide(g[i], np.add(lax.sqrt(np.divide(squares, correction)), epsilon));
        const decayed = declarations[i].declared.has('decay') && weightDecay !== 0;
        const u = decayed ? np.add(direction, np.multiply(y, weightDecay)) : direction;
        const move = np.add(np.multiply(share, ahead[i]), np.multiply(pull, u));
        return { move, ahead: np.subtract(np.subtract(ahead[i], np.multiply(rate, u)), move), nu: squares };
      });
      const rebuild = (pick: 'move' | 'ahead' | 'nu'): Params =>
        tree.unflatten(
          flat.treedef,
          done.map((d) => d[pick]),
        ) as Params;
      return {
        updates: rebuild('move'),
        state: { ahead: rebuild('ahead'), nu: rebuild('nu'), sums: { weight: total, maxRate } } as Params,
        metrics: { learningRate: rate },
      };
    },
  };
}

/** The point that is as good as its loss: where to measure, and what to save. `state`: that of `scheduleFreeAdamW`, of the same `beta1`. */
export const scheduleFreeMean = (params: Params, state: Params, beta1 = 0.9): Params =>
  tree.map(
    (y: Tensor, ahead: Tensor) => np.add(y, np.multiply(ahead, 1 - 1 / beta1)),
    params,
    state.ahead,
  ) as unknown as Params;
