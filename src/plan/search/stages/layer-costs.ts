import { bytesOf, type Mesh, type Module, type Registry } from '../../../ir/index.ts';
import { numShards, planIntraOp, type ShardingCosts } from '../strategies/index.ts';
import { type PipelinePlan, type PipelineProblem, searchPipeline } from './pipeline-search.ts';
import { logicalMeshesOf, type Submesh, submeshesOf } from './submeshes.ts';

/** One layer as programs of one micro-batch. */
export interface LayerProgram {
  readonly name: string;
  /** Forward and backward: from weights, input and the gradient of the output to gradients. */
  readonly training: Module;
  /** Arguments of `training` that are weights, and results that are their gradients. */
  readonly weights: readonly number[];
  readonly gradients: readonly number[];
  /** Arguments that come from the layer before or after, with the results that go on as the same: they are cut alike. */
  readonly chained: readonly (readonly [argument: number, result: number])[];
  /** The argument kept from the forward to the backward pass. */
  readonly input: number;
}

/** What one layer takes on one device of a logical mesh. */
export interface LayerCost {
  /** One micro-batch, its share of summing gradients included. */
  readonly timeS: number;
  readonly weightBytes: number;
  readonly inputBytes: number;
  /** Most that one micro-batch needs while it runs, weights included. */
  readonly peakBytes: number;
}

export interface PipelineOptions {
  /** In their order; the same object stands for equal layers. */
  readonly layers: readonly LayerProgram[];
  readonly hosts: number;
  readonly perHost: number;
  readonly microBatches: number;
  readonly memoryBytesPerDevice: number;
  /** Bytes of optimizer state, gradients and weights per byte of weights. */
  readonly stateBytesPerWeightByte: number;
  /** Layers keep their inputs only and run forward once more in the backward pass: a third more of everything. */
  readonly recompute: boolean;
  /** A stage's share of the devices is at most so many times its share of the work, and the other way round; 3 unless given. */
  readonly imbalance?: number;
  readonly registry: Registry;
  /** Mesh and costs of a submesh used as [data, model]. */
  machine(submesh: Submesh, logical: readonly [data: number, model: number]): StageMachine;
}

export interface StageMachine {
  readonly mesh: Mesh;
  readonly costs: ShardingCosts;
}

/** One way to use a submesh. */
export interface StageConfig {
  readonly logical: readonly [data: number, model: number];
  /** The fastest shardings, or those of the least memory for weights. */
  readonly aim: 'time' | 'memory';
}

export interface PipelineSearch {
  readonly submeshes: readonly Submesh[];
  /** Of each submesh. */
  readonly configs: readonly (readonly StageConfig[])[];
  readonly problem: PipelineProblem;
  /** Undefined where no pipeline fits the memory. */
  readonly plan: PipelinePlan | undefined;
  /** The same layers where devices have other memory: nothing is searched for shardings again. */
  withMemory(bytesPerDevice: number): Pick<PipelineSearch, 'problem' | 'plan'>;
  /** How many searches for shardings it took. */
  readonly numIntraOp: number;
}

/** Stages, submeshes and logical meshes for a list of layers, each layer's cost being that of its best shardings. */
export async function planPipeline(o: PipelineOptions): Promise<PipelineSearch> {
  const submeshes = submeshesOf(o.hosts, o.perHost);
  const configs = submeshes.map((s) =>
    logicalMeshesOf(s).flatMap((logical): StageConfig[] =>
      s.hosts * s.perHost === 1
        ? [{ logical, aim: 'time' }]
        : [
            { logical, aim: 'time' },
            { logical, aim: 'memory' },
          ],
    ),
  );
  // One machine for both aims: what is known of its reshards is used again.
  const machines = submeshes.map((s) => new Map(logicalMeshesOf(s).map((l) => [String(l), o.machine(s, l)])));
  const costs = new Map<LayerProgram, LayerCost[][]>();
  let numIntraOp = 0;
  for (const layer of new Set(o.layers)) {
    const bySubmesh: LayerCost[][] = [];
    for (const i of submeshes.keys()) {
      const own: LayerCost[] = [];
      for (const config of configs[i]) {
        own.push(await layerCost(layer, o, machines[i].get(String(config.logical))!, config.aim));
        numIntraOp++;
      }
      bySubmesh.push(own);
    }
    costs.set(layer, bySubmesh);
  }
  const { imbalance = 3 } = o;
  const numDevices = o.hosts * o.perHost;
  // Time on one device of all layers before each.
  const work = [0];
  for (const layer of o.layers) work.push(work[work.length - 1] + costs.get(layer)![0][0].timeS);
  const problemOf = (memoryBytesPerDevice: number): PipelineProblem => ({
    numLayers: o.layers.length,
    numDevices,
    microBatches: o.microBatches,
    submeshes: submeshes.map(({ hosts, perHost }, i) => ({ devices: hosts * perHost, configs: configs[i].length })),
    cost: (from, to, submesh, config) => {
      const share = (submeshes[submesh].hosts * submeshes[submesh].perHost * work[o.layers.length]) / numDevices;
      const own = work[to] - work[from];
      if (own > imbalance * share || share > imbalance * own) return undefined;
      let [timeS, state, kept, working] = [0, 0, 0, 0];
      for (let k = from; k < to; k++) {
        const c = costs.get(o.layers[k])![submesh][config];
        timeS += c.timeS;
        state += c.weightBytes * o.stateBytesPerWeightByte;
        kept += c.inputBytes;
        working = Math.max(working, c.peakBytes - c.weightBytes);
      }
      const free = memoryBytesPerDevice - state - working;
      return { timeS, maxSuccessors: Math.max(-1, Math.min(1e9, Math.floor(free / kept - 1))) };
    },
  });
  const withMemory = (bytesPerDevice: number): Pick<PipelineSearch, 'problem' | 'plan'> => {
    const problem = problemOf(bytesPerDevice);
    return { problem, plan: searchPipeline(problem) };
  };
  return { submeshes, configs, numIntraOp, withMemory, ...withMemory(o.memoryBytesPerDevice) };
}

/** Seconds that a byte of weights may cost, where memory is what counts: more than any link takes for it. */
const MEMORY_PRICE = 1e-6;

async function layerCost(
  { training, weights, gradients, chained, input }: LayerProgram,
  { microBatches, registry, recompute }: PipelineOptions,
  { mesh, costs }: StageMachine,
  aim: StageConfig['aim'],
): Promise<LayerCost> {
  // Weights of which a device has a part only have gradients of which it has that part, in every micro-batch.
  const lean = {
    aliases: [...chained, ...weights.map((a, i) => [a, gradients[i]] as const)],
    priced: { arguments: weights, perByte: MEMORY_PRICE },
  };
  const fast = { aliases: chained, accumulated: { results: gradients, runs: microBatches } };
  const { graph, solution, computeCost, communicationCost } = await planIntraOp(training, {
    mesh,
    costs,
    registry,
    gap: 1e-3,
    timeLimitS: 5,
    ...(aim === 'memory' ? lean : fast),
  });
  const bytesOfArgument = (a: number): number => {
    const { strategies, values } = graph.nodes[a];
    return bytesOf(values[0].type) / numShards(strategies[solution.choice[a]].results[0], mesh);
  };
  return {
    timeS: (computeCost + communicationCost) * (recompute ? 4 / 3 : 1),
    weightBytes: weights.reduce((n, a) => n + bytesOfArgument(a), 0),
    inputBytes: bytesOfArgument(input),
    peakBytes: solution.peakMemory,
  };
}
