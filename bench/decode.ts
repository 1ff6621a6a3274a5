import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { DType } from '../src/base/index.ts';
import { loadModel } from '../src/models/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { type DecoderSize, makeDecoderFolder, promptOf } from './random-decoder.ts';

/*
 * Loading and writing with a decoder of random weights: time until it is loaded, of a prompt, and tokens per second after it, for one
 * sequence and for several. Prints JSON.
 *   npx tsx bench/decode.ts [--size 110m|1b] [--dtype f32|bf16] [--tokens 64] [--prompt 512] [--batch 1,8] [--engine cpu] [--quantize q8|q4] [--activations i8] [--cache f16] [--keep DIR]
 */

const { values: o } = parseArgs({
  options: {
    size: { type: 'string', default: '110m' },
    dtype: { type: 'string', default: 'f32' },
    tokens: { type: 'string', default: '64' },
    prompt: { type: 'string', default: '512' },
    batch: { type: 'string', default: '1,8' },
    engine: { type: 'string', default: 'cpu' },
    quantize: { type: 'string' },
    activations: { type: 'string' },
    cache: { type: 'string' },
    keep: { type: 'string' },
  },
});

const dir = o.keep ?? mkdtempSync(join(tmpdir(), 'espalier-decode-'));
await makeDecoderFolder(dir, o.size as DecoderSize, o.dtype as DType);
const engine = createEngine(o.engine);
await engine.open();
const start = performance.now();
const model = loadModel(dir, {
  engine,
  compute: 'f32',
  quantize: o.quantize as 'q8' | 'q4' | undefined,
  activations: o.activations as 'i8' | undefined,
  cache: o.cache as 'f16' | undefined,
});
const loadMs = performance.now() - start;
const results: Record<string, number | string>[] = [];
const numPrompt = Number(o.prompt);
const maxNewTokens = Number(o.tokens);
for (const batch of o.batch.split(',').map(Number)) {
  const prompts = Array.from({ length: batch }, (_, i) => promptOf(i, numPrompt));
  for (const round of ['cold', 'warm']) {
    const times: number[] = [];
    const begun = performance.now();
    for await (const { sequence } of model.stream(prompts, { maxNewTokens }))
      if (sequence === 0) times.push(performance.now());
    const steps = times.slice(1).map((t, i) => t - times[i]);
    const median = steps.sort((a, b) => a - b)[steps.length >> 1];
    results.push({
      round,
      batch,
      firstTokenMs: Math.round(times[0] - begun),
      stepMs: Number(median.toFixed(2)),
      tokensPerSec: Number(((1000 * batch) / median).toFixed(1)),
    });
  }
}
console.log(
  JSON.stringify(
    {
      size: o.size,
      dtype: o.dtype,
      engine: o.engine,
      quantize: o.quantize,
      activations: o.activations,
      cache: o.cache,
      loadMs: Math.round(loadMs),
      numPrompt,
      maxNewTokens,
      results,
    },
    null,
    1,
  ),
);
await engine.close();
if (!o.keep) rmSync(dir, { recursive: true });
process.exit(0);
