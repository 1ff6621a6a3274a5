import { Mesh, shapeDtypeStruct, type Tensor, tree } from '../src/api/index.ts';
import { transformerConfig } from '../src/nn/index.ts';
import { partitionModule } from '../src/partition/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { trainPrograms } from '../src/train/index.ts';

/*
 * Time to partition the training step (gradients, clipping, AdamW) of a Transformer for meshes of 8 and of 4,096 devices:
 * everything from propagation to the per-device program. Medians of interleaved runs; prints JSON.
 *   npx tsx bench/partition-time.ts [layers] [rounds]
 */
const [layersText = '48', roundsText = '5'] = process.argv.slice(2);
const meshes = { 8: new Mesh({ data: 4, model: 2 }), 4096: new Mesh({ data: 512, model: 8 }) };
const engine = createEngine('reference', { maxDevices: 4096 });

for (const scanLayers of [true, false]) {
  const config = transformerConfig('base', {
    numLayers: Number(layersText),
    embedDim: 1024,
    numHeads: 16,
    mlpDim: 4096,
    scanLayers,
  });
  const modules = Object.entries(meshes).map(([numDevices, mesh]) => {
    const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
    const state = programs.init.evalShape(shapeDtypeStruct([2], 'u32') as Tensor);
    const lowered = programs.step.lower(state, shapeDtypeStruct([4096, config.maxSeqLen + 1], 'i32'));
    return { numDevices: Number(numDevices), module: lowered.stages.get('optimized')!, times: [] as number[] };
  });
  for (let round = 0; round < Number(roundsText); round++)
    for (const m of modules) {
      const start = performance.now();
      partitionModule(m.module, { verify: 'none' });
      m.times.push(performance.now() - start);
    }
  const medians = modules.map((m) => m.times.sort((a, b) => a - b)[Math.floor(m.times.length / 2)]);
  console.log(
    JSON.stringify({
      benchmark: 'partition-time',
      layers: Number(layersText),
      form: scanLayers ? 'scan' : 'unrolled',
      numOps: tree.leaves(modules[0].module.main.body.ops.map((op) => op.name)).length,
      medianTimeMs: Object.fromEntries(modules.map((m, i) => [m.numDevices, Number(medians[i].toFixed(1))])),
      ratio: Number((medians[1] / medians[0]).toFixed(3)),
    }),
  );
}
