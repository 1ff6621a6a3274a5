import { Mesh, shapeDtypeStruct, type Tensor } from '../src/api/index.ts';
import { transformerConfig } from '../src/nn/index.ts';
import { lowerProgram } from '../src/program/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { trainPrograms } from '../src/train/index.ts';
import { median } from './measure.ts';

/*
 * Time to lower the training step (gradients, clipping, AdamW) of a Transformer: `step.lower(…)`, trace included, and from its trace
 * to the per-device program alone; for one device and for a mesh, with layers unrolled and as a loop. The first run pays for
 * Node's own compilation; medians are of the runs after it. Times of the processor (Node's helper threads included), which other
 * programs of the machine disturb less than those of the clock. Prints one line of JSON per case, times in ms.
 *   npx tsx bench/lower-time.ts [layers] [rounds]
 */
const [layersText = '12', roundsText = '3'] = process.argv.slice(2);
const [numLayers, rounds] = [Number(layersText), Number(roundsText)];
const engine = createEngine('reference');
const cpuTimeMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const round = (timeMs: number): number => Number(timeMs.toFixed(1));

for (const scanLayers of [false, true])
  for (const mesh of [undefined, new Mesh({ data: 2, model: 2 })]) {
    const config = transformerConfig('base', { numLayers, scanLayers });
    const stepTimesMs: number[] = [];
    const lowerTimesMs: number[] = [];
    let numOps = 0;
    for (let i = 0; i <= rounds; i++) {
      // New functions, so that nothing is remembered.
      const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
      const state = programs.init.evalShape(shapeDtypeStruct([2], 'u32') as Tensor);
      const tokens = shapeDtypeStruct([32, config.maxSeqLen + 1], 'i32');
      const started = cpuTimeMs();
      const lowered = programs.step.lower(state, tokens);
      stepTimesMs.push(cpuTimeMs() - started);
      const traced = lowered.stages.get('traced')!;
      const again = cpuTimeMs();
      lowerProgram(traced, mesh?.ir);
      lowerTimesMs.push(cpuTimeMs() - again);
      numOps = lowered.perDevice.main.body.ops.length;
    }
    console.log(
      JSON.stringify({
        benchmark: 'lower-time',
        layers: numLayers,
        form: scanLayers ? 'scan' : 'unrolled',
        devices: mesh?.size ?? 1,
        numOps,
        firstStepCpuTimeMs: round(stepTimesMs[0]),
        medianStepCpuTimeMs: round(median(stepTimesMs.slice(1))),
        medianLowerCpuTimeMs: round(median(lowerTimesMs.slice(1))),
      }),
    );
  }
