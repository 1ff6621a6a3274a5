import {
  defaultEngine,
  type Jitted,
  jit,
  type Mesh,
  np,
  P,
  type SpecTree,
  type Tensor,
  valueAndGrad,
} from '../api/index.ts';
import {
  type DeclaredTree,
  defaultRules,
  initialize,
  type Optimizer,
  optimizerNamed,
  type Params,
  specsOf,
  startState,
  transformerLoss,
  transformerParams,
  updateSpecs,
  warmupDecay,
} from '../nn/index.ts';
import type { TrainOptions } from './trainer.ts';

export interface TrainState {
  readonly params: Params;
  /** What the optimizer keeps. */
  readonly optimizer: Params;
  readonly step: Tensor;
}

/** The compiled pieces of a training run. */
export interface TrainPrograms {
  readonly init: Jitted<[Tensor], TrainState>;
  /** `(state, tokens: i32[batch, seq + 1]) → [state, { loss, gradientNorm }]` */
  readonly step: Jitted<[TrainState, Tensor], [TrainState, { loss: Tensor; gradientNorm: Tensor }]>;
  /** The same, which leaves the state it is given as it is. */
  readonly keepingStep: TrainPrograms['step'];
  readonly evaluate: Jitted<[Params, Tensor], Tensor>;
  readonly declarations: DeclaredTree;
  /** What the optimizer keeps. */
  readonly kept: DeclaredTree;
  readonly stateSpecs: SpecTree;
  readonly mesh: Mesh | undefined;
}

/** The optimizer of a run: its learning rate rises for a tenth of the steps, at most 100, and falls to a tenth. */
export function optimizerOfRun(
  o: Pick<TrainOptions, 'learningRate' | 'weightDecay' | 'optimizer' | 'beta2' | 'skipSpikes'>,
  totalSteps: number,
): Optimizer {
  const warmupSteps = Math.min(100, Math.max(1, Math.floor(totalSteps / 10)));
  return optimizerNamed(o.optimizer ?? 'adamw', {
    learningRate: warmupDecay({ peak: o.learningRate, warmupSteps, totalSteps, finalFraction: 0.1 }),
    weightDecay: o.weightDecay,
    ...(o.beta2 === undefined ? {} : { beta2: o.beta2 }),
    ...(o.skipSpikes ? { skipSpikes: {} } : {}),
  });
}

/** Builds the jitted functions of a run. The number of steps only shapes the learning rate. */
export function trainPrograms(
  o: Pick<
    TrainOptions,
    | 'config'
    | 'mesh'
    | 'engine'
    | 'rules'
    | 'learningRate'
    | 'weightDecay'
    | 'optimizer'
    | 'beta2'
    | 'skipSpikes'
    | 'shardUpdate'
  >,
  totalSteps: number,
): TrainPrograms {
  const { config, mesh } = o;
  const engine = o.engine ?? defaultEngine();
  const rules = o.rules ?? defaultRules;
  const declarations = transformerParams(config);
  const specs = specsOf(declarations, rules, mesh) as SpecTree;
  const optimizer = optimizerOfRun(o, totalSteps);
  const kept = optimizer.declare(declarations);
  const keptSpecs = (o.shardUpdate ? updateSpecs : specsOf)(kept, rules, mesh) as SpecTree;
  const stateSpecs: SpecTree = { params: specs, optimizer: keptSpecs, step: P() };
  const tokenSpec = mesh && mesh.axisSize('data') > 1 ? P('data') : P();
  const common = { mesh, engine };
  function trainStep(state: TrainState, tokens: Tensor): [TrainState, { loss: Tensor; gradientNorm: Tensor }] {
    const [loss, gradients] = valueAndGrad((p: Params) => transformerLoss(p, tokens, config, rules))(state.params);
    const { params, optimizer: kept, step } = state;
    const u = optimizer.update({ gradients, state: kept, params, step, declared: declarations, loss });
    const next = { params: u.params, optimizer: u.state, step: np.add(step, 1) };
    return [next, { loss, gradientNorm: u.metrics.gradientNorm }];
  }
  const stepLayouts = { ...common, inShardings: [stateSpecs, tokenSpec], outShardings: [stateSpecs, P()] };
  return {
    declarations,
    kept,
    stateSpecs,
    mesh,
    init: jit(
      function init(key: Tensor): TrainState {
        const params = initialize(key, declarations);
        return { params, optimizer: startState(optimizer, declarations), step: np.zeros([], 'i32') };
      },
      { ...common, outShardings: stateSpecs },
    ),
    step: jit(trainStep, { ...stepLayouts, donateArgnums: [0] }),
    keepingStep: jit(trainStep, stepLayouts),
    evaluate: jit(
      function evaluate(params: Params, tokens: Tensor): Tensor {
        return transformerLoss(params, tokens, config, rules);
      },
      { ...common, inShardings: [specs, tokenSpec], outShardings: P() },
    ),
  };
}
