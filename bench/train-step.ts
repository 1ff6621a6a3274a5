import { cpus } from 'node:os';
import { hostTensor, Mesh, random, type Tensor } from '../src/api/index.ts';
import { ByteBatches } from '../src/data/index.ts';
import { type TransformerPreset, transformerConfig } from '../src/nn/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { trainPrograms } from '../src/train/index.ts';

/*
 * Time of one training step. Prints JSON.
 *   npx tsx bench/train-step.ts [preset] [mesh] [batchSize] [steps]
 */
const [preset = 'tiny', meshText = '', batchText = '32', stepsText = '20'] = process.argv.slice(2);
const mesh = meshText && meshText !== '1' ? Mesh.parse(meshText) : undefined;
const batchSize = Number(batchText);
const engine = createEngine('cpu');
const config = transformerConfig(preset as TransformerPreset);
const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
const text = Buffer.from('to be or not to be, that is the question. '.repeat(400));
const batches = new ByteBatches(text, { batchSize, seqLen: config.maxSeqLen, seed: 0 });
let state = programs.init(random.key(0));
const compileStart = performance.now();
const executable = await programs.step.compile(state, hostTensor(batches.at(0)));
const compileTimeMs = performance.now() - compileStart;
const times: number[] = [];
let loss: Tensor | undefined;
for (let i = 0; i < Number(stepsText); i++) {
  const begin = performance.now();
  const [next, out] = programs.step(state, hostTensor(batches.at(i)));
  state = next;
  loss = out.loss;
  await loss.item();
  times.push(performance.now() - begin);
}
const sorted = times.slice(2).sort((a, b) => a - b);
const medianMs = sorted[Math.floor(sorted.length / 2)];
const numParams =
  (config.embedDim * (4 * config.numHeads * config.headDim) + 3 * config.embedDim * config.mlpDim) * config.numLayers;
const tokens = batchSize * config.maxSeqLen;
const flops =
  6 * tokens * (numParams + config.vocabSize * config.embedDim) +
  12 * config.numLayers * tokens * config.maxSeqLen * config.numHeads * config.headDim;
console.log(
  JSON.stringify({
    benchmark: 'train-step',
    preset,
    mesh: mesh ? String(mesh) : '1 device',
    cores: cpus().length,
    batchSize,
    medianTimeMs: Number(medianMs.toFixed(2)),
    minTimeMs: Number(sorted[0].toFixed(2)),
    tokensPerSec: Math.round((tokens / medianMs) * 1000),
    modelGflopPerSec: Number((flops / medianMs / 1e6).toFixed(1)),
    compileTimeMs: Math.round(compileTimeMs),
    bytesPerDevice: executable.stats.peakBytesPerDevice,
    lastLoss: await loss!.item(),
  }),
);
await engine.close();
