import { bytesOf, type Mesh, type Module, type Registry } from '../../../ir/index.ts';
import { type IntraOpPlan, numShards, planIntraOp, type ShardingCosts } from '../strategies/index.ts';
import { type PipelinePlan, type PipelineProblem, searchPipeline } from './pipeline-search.ts';
import { logicalMeshesOf, type Submesh, submeshesOf } from './submeshes.ts';

/** One layer as programs of one micro-batch. */
export interface LayerProgram {
  readonly name: string;
  /** Forward and backward: from weights, input and the gradient of the output to gradients. */
  readonly training: Module;
  /** Forward alone, where the backward pass runs it again. */
  readonly forward?: Module;
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
  readonly registry: Registry;
  /** Mesh and costs of a submesh used as [data, model]. */
  machine(
    submesh: Submesh,
    logical: readonly [data: number, model: number],
  ): {
    readonly mesh: Mesh;
    readonly costs: ShardingCosts;
  };
}

export interface PipelineSearch {
  readonly submeshes: readonly Submesh[];
  readonly logical: readonly (readonly (readonly [data: number, model: number])[])[];
  readonly problem: PipelineProblem;
  readonly plan: PipelinePlan | undefined;
  /** How many searches for shardings it took. */
  readonly numIntraOp: number;
}

/** Stages, submeshes and logical meshes for a list of layers, each layer's cost being that of its best shardings. */
export async function planPipeline(o: PipelineOptions): Promise<PipelineSearch> {
  const submeshes = submeshesOf(o.hosts, o.perHost);
  const logical = submeshes.map(logicalMeshesOf);
  const costs = new Map<LayerProgram, LayerCost[][]>();
  let numIntraOp = 0;
  for (const layer of new Set(o.layers)) {
    const bySubmesh: LayerCost[][] = [];
    for (const [i, submesh] of submeshes.entries()) {
      const own: LayerCost[] = [];
      for (const shape of logical[i]) {
        own.push(await layerCost(layer, o, submesh, shape));
        numIntraOp++;
      }
      bySubmesh.push(own);
    }
    costs.set(layer, bySubmesh);
  }
  const problem: PipelineProblem = {
    numLayers: o.layers.length,
    numDevices: o.hosts * o.perHost,
    microBatches: o.microBatches,
    submeshes: submeshes.map(({ hosts, perHost }, i) => ({ devices: hosts * perHost, configs: logical[i].length })),
    cost: (from, to, submesh, config) => {
      let [timeS, state, kept, working] = [0, 0, 0, 0];
      for (let k = from; k < to; k++) {
        const c = costs.get(o.layers[k])![submesh][config];
        timeS += c.timeS;
        state += c.weightBytes * o.stateBytesPerWeightByte;
        kept += c.inputBytes;
        working = Math.max(working, c.peakBytes - c.weightBytes);
      }
      const free = o.memoryBytesPerDevice - state - working;
      return { timeS, maxSuccessors: Math.max(-1, Math.min(1e9, Math.floor(free / kept - 1))) };
    },
  };
  return { submeshes, logical, problem, plan: searchPipeline(problem), numIntraOp };
}

async function layerCost(
  layer: LayerProgram,
  { microBatches, registry, machine }: PipelineOptions,
  submesh: Submesh,
  shape: readonly [number, number],
): Promise<LayerCost> {
  const { mesh, costs } = machine(submesh, shape);
  const options = { mesh, costs, registry, gap: 1e-3, timeLimitS: 5 };
  const training = {
    ...options,
    aliases: layer.chained,
    accumulated: { results: layer.gradients, runs: microBatches },
  };
  const bytesOfArgument = ({ graph, solution }: IntraOpPlan, a: number): number => {
    const { strategies, values } = graph.nodes[a];
    return bytesOf(values[0].type) / numShards(strategies[solution.choice[a]].results[0], mesh);
  };
  const plan = await planIntraOp(layer.training, training);
  const forward = layer.forward ? await planIntraOp(layer.forward, options) : undefined;
  return {
    timeS: plan.solution.objective + (forward?.solution.objective ?? 0),
    weightBytes: layer.weights.reduce((n, a) => n + bytesOfArgument(plan, a), 0),
    inputBytes: bytesOfArgument(plan, layer.input),
    peakBytes: plan.solution.peakMemory,
  };
}
