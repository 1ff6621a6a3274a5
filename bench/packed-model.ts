/**
 * A Transformer that reads a text (forward only), with weights packed by every run and packed once: engines of both kinds take
 * turns. Prints JSON.
 * `npx tsx bench/packed-model.ts [--tokens 32,64,128] [--layers 6] [--embed 768] [--rounds 9]`; ESPALIER_CPU_THREADS sets threads.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { jit, np, random, type Tensor } from '../src/api/index.ts';
import { HostArray, numElements } from '../src/base/index.ts';
import { asTensor, bytesOf } from '../src/ir/index.ts';
import { initialize, type Params, transformerConfig, transformerLogits, transformerParams } from '../src/nn/index.ts';
import { CpuEngine } from '../src/runtime/index.ts';
import { median } from './measure.ts';

const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '32,64,128' },
    layers: { type: 'string', default: '6' },
    embed: { type: 'string', default: '768' },
    rounds: { type: 'string', default: '9' },
  },
});
const embedDim = Number(values.embed);
const config = {
  ...transformerConfig('tiny'),
  ...{ embedDim, numLayers: Number(values.layers), numHeads: embedDim / 64, headDim: 64, mlpDim: 4 * embedDim },
};
const engines = { anew: new CpuEngine({ packedWeightBytes: 0 }), once: new CpuEngine() };
const names = ['anew', 'once'] as const;

const results = [];
for (const tokens of values.tokens.split(',').map(Number)) {
  const model = { ...config, maxSeqLen: tokens };
  const forward = jit((params: Params, text: Tensor) => transformerLogits(params, text, model));
  const params = jit((key: Tensor) => initialize(key, transformerParams(model)))(random.key(0));
  const { perDevice } = forward.lower(params, np.zeros([1, tokens], 'i32'));
  const types = perDevice.main.argTypes.map((t) => asTensor(t));
  const arrays = types.map((t) => {
    const x = HostArray.zeros(t.dtype, t.shape);
    if (t.dtype === 'f32') for (let i = 0; i < numElements(t.shape); i++) x.data[i] = 0.02 * Math.sin(i);
    return x;
  });
  const runs = await Promise.all(
    names.map(async (name) => {
      const engine = engines[name];
      const program = await engine.compile(perDevice);
      const args = arrays.map((a) => engine.put(a, 0));
      return {
        used: () => engine.devices()[0].bytesInUse,
        free: () => {
          for (const a of args) a.dispose();
        },
        run: async () => {
          const start = performance.now();
          const [out] = await program.execute([args]);
          const timeMs = performance.now() - start;
          for (const r of out) r.dispose();
          return timeMs;
        },
      };
    }),
  );
  const times: number[][] = [[], []];
  for (let round = -2; round < Number(values.rounds); round++)
    for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const timeMs = await runs[i].run();
      if (round >= 0) times[i].push(timeMs);
    }
  results.push({
    tokens,
    timeMs: Object.fromEntries(names.map((name, i) => [name, Number(median(times[i]).toPrecision(4))])),
    faster: Number(median(times[0].map((t, i) => t / times[1][i])).toPrecision(4)),
    weightBytes: types.reduce((n, t) => n + bytesOf(t), 0),
    packedBytes: runs[1].used() - runs[0].used(),
  });
  for (const r of runs) r.free();
}
console.log(
  JSON.stringify(
    {
      threads: Number(process.env.ESPALIER_CPU_THREADS ?? availableParallelism()),
      embedDim,
      layers: config.numLayers,
      results,
    },
    null,
    1,
  ),
);
for (const e of Object.values(engines)) await e.close();
