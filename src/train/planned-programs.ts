import {
  hostTensor,
  jit,
  Mesh,
  moduleFunction,
  P,
  type PartitionSpec,
  random,
  type SpecTree,
  type Tensor,
  tree,
} from '../api/index.ts';
import { HostArray, UserError } from '../base/index.ts';
import { mapDeclared, type Params, type TransformerConfig, transformerLoss } from '../nn/index.ts';
import { followPlan, type PlanFile, requireMeshOf } from '../plan/index.ts';
import { readTransformerConfig } from './checkpoint.ts';
import { type TrainPrograms, type TrainState, trainPrograms } from './train-programs.ts';
import type { TrainOptions } from './trainer.ts';

/** A plan of a training run, as the run needs it. */
export interface TrainingPlan {
  readonly config: TransformerConfig;
  readonly batchSize: number;
  readonly mesh: Mesh;
  /** Of one that has stages. */
  readonly pipeline: PlanFile['pipeline'];
  /** Of one whose ops have shardings. */
  readonly shardings: { readonly sdy: string; readonly arguments: NonNullable<PlanFile['arguments']> } | undefined;
}

/** What a plan says of training. Throws `train/plan` for plans of something else, and `plan/mesh` for one that contradicts itself. */
export function trainingPlan(plan: PlanFile): TrainingPlan {
  const { training, pipeline, mesh, sdy } = plan;
  if (!training || (!pipeline && (!sdy || !plan.arguments)))
    throw new UserError('train/plan', `the plan is not for training, but for "${plan.program}"`, {
      advice:
        'make one with `espalier plan --preset …`; programs run with their shardings by `plan --emit` and `espalier run`',
    });
  if (!pipeline) requireMeshOf(sdy!, mesh);
  return {
    config: readTransformerConfig(training.model, 'plan.training.model'),
    batchSize: training.batchSize,
    mesh: new Mesh(mesh),
    pipeline,
    shardings: pipeline ? undefined : { sdy: sdy!, arguments: plan.arguments! },
  };
}

/**
 * The programs of a run whose step is a plan's: the run's own step, traced anew, with the shardings of every op of the plan. Throws
 * `plan/other-program` where the plan is for another step.
 */
export function plannedPrograms(
  o: Pick<
    TrainOptions,
    'config' | 'engine' | 'learningRate' | 'weightDecay' | 'optimizer' | 'batchSize' | 'beta2' | 'skipSpikes'
  >,
  { mesh, shardings }: TrainingPlan,
  totalSteps: number,
): TrainPrograms {
  const plain = trainPrograms({ ...o, mesh: undefined, rules: [] }, totalSteps);
  const specs = new Map(
    shardings!.arguments.map(({ name, axes }) => [name, P(...axes.map((a) => (a.length === 0 ? null : a)))]),
  );
  const specOf = (path: string): PartitionSpec => specs.get(path) ?? P();
  const params = mapDeclared((_, path) => specOf(`args[0].params.${path}`), plain.declarations) as SpecTree;
  const optimizer = mapDeclared((_, path) => specOf(`args[0].optimizer.${path}`), plain.kept) as SpecTree;
  const stateSpecs: SpecTree = { params, optimizer, step: P() };
  const common = { mesh, engine: o.engine };
  const tokens = hostTensor(HostArray.zeros('i32', [o.batchSize, o.config.maxSeqLen + 1]));
  const state = plain.init.evalShape(random.key(0));
  const module = followPlan(shardings!.sdy, plain.step.lower(state, tokens).stages.get('optimized')!);
  const numState = tree.flatten(state).leaves.length;
  const result = tree.structure(plain.step.evalShape(state, tokens));
  type Step = TrainPrograms['step'];
  const stepThat = (donateArgs: readonly number[]): Step => {
    const run = moduleFunction(module, { engine: o.engine, donateArgs });
    const step = (s: TrainState, t: Tensor): ReturnType<Step> =>
      tree.unflatten(result, run(...(tree.flatten([s, t]).leaves as Tensor[]))) as ReturnType<Step>;
    return Object.assign(step, { lower: run.lower, compile: run.compile, evalShape: plain.step.evalShape });
  };
  return {
    ...plain,
    ...{ stateSpecs, mesh },
    init: jit((key: Tensor): TrainState => plain.init(key), { ...common, outShardings: stateSpecs }),
    step: stepThat(Array.from({ length: numState }, (_, i) => i)),
    keepingStep: stepThat([]),
    evaluate: jit((p: Params, t: Tensor) => transformerLoss(p, t, o.config, []), {
      ...common,
      inShardings: [params, specOf('args[1]')],
      outShardings: P(),
    }),
  };
}
