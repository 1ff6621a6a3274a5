import { Mesh } from '../../../../src/ir/index.ts';
import { registry } from '../../../../src/ops/index.ts';
import {
  clusterCosts,
  clusterNamed,
  count,
  list,
  object,
  type PipelineSearch,
  pipelineStepS,
  planPipeline,
  positive,
  type ReadBy,
  text,
  usableBytes,
} from '../../../../src/plan/index.ts';
import type { NoData, Quantities, RowKind } from '../../row.ts';
import { gptLayers } from '../gpt-layers.ts';

const inputs = object(
  {
    /** One host of it. */
    cluster: text,
    hosts: count,
    layers: count,
    width: count,
    heads: count,
    vocab: count,
    seqLen: count,
    batch: count,
    microBatches: count,
  },
  {
    /** A published plan: layers of each stage and its logical mesh. */
    stages: list(object({ layers: count, data: count, tensor: count }, {})),
    /** Bytes of state per byte of float16 weights; 8 is Adam with a float32 copy. */
    stateBytesPerWeightByte: positive,
  },
);
type Inputs = ReadBy<typeof inputs>;

/** Step of a published plan by the same costs: every stage the better way that fits its memory; Infinity where none does. */
function stepOfStages(
  { stages = [], layers, microBatches }: Inputs,
  { problem, submeshes, configs }: PipelineSearch,
): number {
  let from = 0;
  const times = stages.map((s, i) => {
    // The head is a layer of ours, and part of their last stage.
    const to = from + s.layers + (i === stages.length - 1 ? 1 : 0);
    const devices = s.data * s.tensor;
    const submesh = submeshes.findIndex((m) => m.hosts * m.perHost === devices);
    const own = (configs[submesh] ?? []).flatMap(({ logical }, c) => {
      const isSame = logical.includes(s.data) && logical.includes(s.tensor);
      const cost = isSame ? problem.cost(from, to, submesh, c) : undefined;
      return cost && cost.maxSuccessors >= stages.length - 1 - i ? [cost.timeS] : [];
    });
    from = to;
    return Math.min(...own);
  });
  return from === layers + 1 ? pipelineStepS(times, microBatches) : Infinity;
}

export const pipelines: RowKind<Inputs> = {
  name: 'pipeline search',
  about:
    'stages and submeshes for a GPT whose layers are traced and searched for shardings; memory with recomputed layers',
  inputs,
  quantities: {
    ourStepOverTheirs: 'modelled step of our plan over that of the published stages',
    theirStepS: 'modelled seconds of a step of the published stages; infinite where they do not fit',
    stepS: 'modelled seconds of a step of our plan',
    numStages: 'stages of our plan',
    searchS: 'seconds that the search took on this machine',
  },
  async evaluate(row): Promise<Quantities | NoData> {
    const start = performance.now();
    const { batch, microBatches, hosts, stateBytesPerWeightByte = 8 } = row;
    const family = row.cluster.split(':')[0];
    const host = clusterNamed(row.cluster);
    const search = await planPipeline({
      layers: gptLayers({ ...row, sequences: batch / microBatches }, row.layers),
      hosts,
      perHost: host.chipsPerHost ?? 1,
      microBatches,
      memoryBytesPerDevice: usableBytes(host.chip),
      stateBytesPerWeightByte,
      recompute: true,
      registry,
      machine: (submesh, [data, model]) => {
        const mesh = new Mesh([
          { name: 'data', size: data },
          { name: 'model', size: model },
        ]);
        return { mesh, costs: clusterCosts(clusterNamed(`${family}:${submesh.hosts}`), mesh) };
      },
    });
    const searchS = (performance.now() - start) / 1000;
    if (!search.plan) return { noData: 'no pipeline fits the memory by this model' };
    const { stepS, stages } = search.plan;
    const theirStepS = stepOfStages(row, search);
    return {
      stepS,
      numStages: stages.length,
      searchS,
      ...(row.stages ? { theirStepS, ourStepOverTheirs: stepS / theirStepS } : {}),
    };
  },
};
