import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shapeDtypeStruct, type Tensor } from '../src/api/index.ts';
import { type TransformerPreset, transformerConfig } from '../src/nn/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { trainPrograms } from '../src/train/index.ts';

/*
 * Time to compile a training step with an empty cache, and again with what it left there: from the optimized program to one
 * that can run. The support library is compiled before. Prints JSON.
 *   npx tsx bench/compile-time.ts [preset] [batchSize]
 */
const [preset = 'base', batchText = '4'] = process.argv.slice(2);
const cache = mkdtempSync(join(tmpdir(), 'espalier-compile-'));
process.env.ESPALIER_CACHE = cache;
const engine = createEngine('cpu');
const config = transformerConfig(preset as TransformerPreset);

async function once(changes: object): Promise<{ traceTimeMs: number; compileTimeMs: number; fromCache: boolean }> {
  const programs = trainPrograms(
    {
      config: { ...config, ...changes },
      mesh: undefined,
      engine: createEngine('cpu'),
      learningRate: 1e-3,
      weightDecay: 0.1,
    },
    1000,
  );
  const state = programs.init.evalShape(shapeDtypeStruct([2], 'u32') as Tensor);
  const tokens = shapeDtypeStruct([Number(batchText), config.maxSeqLen + 1], 'i32');
  const start = performance.now();
  programs.step.lower(state, tokens);
  const traced = performance.now();
  const executable = await programs.step.compile(state, tokens);
  return {
    traceTimeMs: Math.round(traced - start),
    compileTimeMs: Math.round(performance.now() - traced),
    fromCache: executable.stats.fromCache,
  };
}

const other = { numLayers: 2, embedDim: 64, numHeads: 2, headDim: 32, mlpDim: 64 };
await once(other);
const cold = await once({});
const warm = await once({});
console.log(JSON.stringify({ benchmark: 'compile-time', preset, layers: config.numLayers, cold, warm }));
await engine.close();
rmSync(cache, { recursive: true, force: true });
