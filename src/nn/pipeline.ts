import { lax, np, P, scan, shard, type Tensor, tree, vmap } from '../api/index.ts';
import { UserError } from '../base/index.ts';

export interface PipelineOptions {
  /** Mesh axis over which stages lie. */
  readonly axis: string;
}

/**
 * A chain of equal stages as a pipeline: `stage(params, x)` keeps the shape of `x`; the returned function takes parameters with
 * a leading dimension of stages (`[numStages, …]`) and microbatches (`[numMicroBatches, …]`), and gives what a microbatch is
 * after the last stage (`[numMicroBatches, …]`).
 *
 * All stages run at once on different microbatches, as one vectorized function over a dimension cut along `axis`; between ticks
 * that dimension shifts by one, which the partitioner makes a collective_permute of one microbatch. `numMicroBatches +
 * numStages − 1` ticks; differentiable like any function. Source: GSPMD (Xu et al. 2021), §3.3; GPipe (Huang et al. 2019).
 *
 * Throws `nn/pipeline` when stages disagree about their number.
 */
export function pipeline<Params>(
  stage: (params: Params, x: Tensor) => Tensor,
  options: PipelineOptions,
): (params: Params, microBatches: Tensor) => Tensor {
  return (params, microBatches) => {
    const sizes = new Set(tree.leaves(params).map((p) => (p as Tensor).shape[0]));
    if (sizes.size !== 1)
      throw new UserError('nn/pipeline', 'parameters of a pipeline need one leading dimension of stages', {
        given: [...sizes].join(', ') || 'no parameters',
      });
    const [numStages] = [...sizes];
    const [numMicroBatches, ...shape] = microBatches.shape;
    const onStages = (x: Tensor): Tensor => shard(x, P(options.axis, ...shape.map(() => '?')));
    const stages = vmap(stage);
    const isFirst = np.equal(lax.iota('i32', [numStages, ...shape]), 0);
    // After the last microbatch has entered, the pipeline drains.
    const drain = np.zeros([numStages - 1, ...shape], microBatches.dtype);
    const entering = np.concatenate([microBatches, drain]);
    const tick = (state: Tensor, x: Tensor): [Tensor, Tensor] => {
      // The barrier keeps what came from the neighbour: computing it again in the backward pass would communicate again.
      const shifted = lax.optimizationBarrier(shiftedByOne(state));
      const entered = np.where(isFirst, np.expandDims(x, 0), shifted);
      const next = onStages(stages(params, onStages(entered)));
      return [next, next];
    };
    const start = onStages(np.zeros([numStages, ...shape], microBatches.dtype));
    const [, states] = scan(tick, start, entering);
    // Every device has kept what its stage made; only the last stage's, from when the first microbatch left it, is wanted.
    const isLast = np.equal(lax.iota('i32', [numMicroBatches, numStages, ...shape], 1), numStages - 1);
    const finished = lax.sliceInDim(states, numStages - 1, numStages - 1 + numMicroBatches);
    return np.sum(np.where(isLast, finished, 0), { axis: 1 });
  };
}

/** Row i of the result is row i − 1; row 0 is zero. `x: [numStages, …]` */
function shiftedByOne(x: Tensor): Tensor {
  const none = x.shape.slice(1).map((): [number, number, number] => [0, 0, 0]);
  return lax.pad(x, 0, [[1, -1, 0], ...none]);
}
