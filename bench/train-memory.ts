import { grad, jit, shapeDtypeStruct, type Tensor } from '../src/api/index.ts';
import { compileToC } from '../src/compile/index.ts';
import {
  abstractTensors,
  type Params,
  type TransformerPreset,
  transformerConfig,
  transformerLoss,
  transformerParams,
} from '../src/nn/index.ts';
import { registry } from '../src/ops/index.ts';

/*
 * Bytes of live temporaries (activations, gradients under way; not parameters, arguments or results) of the gradient of a
 * Transformer's loss, as the compiler plans them: layers in a loop or one after the other, with and without rematerialization.
 * Nothing is run. Prints JSON.
 *   npx tsx bench/train-memory.ts [preset] [batchSize]
 */
const [preset = 'tiny', batchText = '8'] = process.argv.slice(2);

function temporaryBytes(remat: 'everything' | 'dots' | 'nothing', scanLayers: boolean): number {
  const config = transformerConfig(preset as TransformerPreset, { remat, scanLayers });
  const params = abstractTensors(transformerParams(config));
  const tokens = shapeDtypeStruct([Number(batchText), config.maxSeqLen + 1], 'i32');
  const step = jit((p: Params, t: Tensor) => grad((q: Params) => transformerLoss(q, t, config))(p));
  const { perDevice } = step.lower(params, tokens);
  return compileToC(perDevice, { registry, numDevices: 1, vectorLanes: 16 }).arenaBytes;
}

const rows = [true, false].flatMap((scanLayers) =>
  (['everything', 'dots', 'nothing'] as const).map((kept) => ({
    layers: scanLayers ? 'scan' : 'unrolled',
    kept,
    temporaryBytes: temporaryBytes(kept, scanLayers),
  })),
);
for (const r of rows) {
  const plain = rows.find((q) => q.layers === r.layers && q.kept === 'everything')!;
  const ratio = Number((r.temporaryBytes / plain.temporaryBytes).toFixed(3));
  console.log(JSON.stringify({ preset, batchSize: Number(batchText), ...r, ofPlain: ratio }));
}
