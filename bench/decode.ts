import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DType, HostArray, numElements } from '../src/base/index.ts';
import { writeTensorFolder } from '../src/data/index.ts';
import { ConfigReader, familyOf, loadModel } from '../src/models/index.ts';
import { createEngine } from '../src/runtime/index.ts';

/*
 * Loading and writing with a decoder of random weights: time until it is loaded, of a prompt, and tokens per second after it, for one
 * sequence and for several. Prints JSON.
 *   npx tsx bench/decode.ts [--size 110m|1b] [--dtype f32|bf16] [--tokens 64] [--prompt 512] [--batch 1,8] [--engine cpu] [--quantize q8|q4] [--activations i8] [--keep DIR]
 */

const sizes = {
  tiny: {
    hidden_size: 256,
    intermediate_size: 768,
    num_hidden_layers: 4,
    num_attention_heads: 8,
    num_key_value_heads: 4,
  },
  '110m': {
    hidden_size: 768,
    intermediate_size: 2048,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    num_key_value_heads: 12,
  },
  '1b': {
    hidden_size: 2048,
    intermediate_size: 5632,
    num_hidden_layers: 22,
    num_attention_heads: 32,
    num_key_value_heads: 4,
  },
} as const;

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
    keep: { type: 'string' },
  },
});

const config = {
  ...sizes[o.size as keyof typeof sizes],
  model_type: 'llama',
  vocab_size: 32000,
  max_position_embeddings: 4096,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

/** Random weights of the size that a trained model has. */
function randomArray(dtype: DType, shape: readonly number[], fanIn: number): HostArray {
  const out = HostArray.zeros(dtype, shape);
  const n = numElements(shape);
  const scale = Math.sqrt(3 / fanIn);
  let s = 12345 + n;
  const next = (): number => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return (s / 2 ** 31 - 1) * scale;
  };
  if (dtype === 'f32') {
    const data = out.data as Float32Array;
    for (let i = 0; i < n; i++) data[i] = next();
  } else {
    const wide = new Float32Array(1);
    const bits = new Uint32Array(wide.buffer);
    const data = out.data as Uint16Array;
    for (let i = 0; i < n; i++) {
      wide[0] = next();
      data[i] = bits[0] >>> 16;
    }
  }
  return out;
}

const dir = o.keep ?? mkdtempSync(join(tmpdir(), 'espalier-decode-'));
const dtype = o.dtype as DType;
if (!existsSync(join(dir, 'config.json'))) {
  mkdirSync(dir, { recursive: true });
  const c = new ConfigReader(config);
  const family = familyOf('llama');
  const rules = family.names(family.config(c), c);
  await writeTensorFolder(
    dir,
    rules.map((r) => [
      r.names[0],
      {
        dtype,
        shape: r.fileShape,
        read: () =>
          r.fileShape.length === 1
            ? HostArray.full(dtype, r.fileShape, 1)
            : randomArray(dtype, r.fileShape, r.fileShape[r.fileShape.length - 1]),
      },
    ]),
  );
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
}

const engine = createEngine(o.engine);
await engine.open();
const start = performance.now();
const model = loadModel(dir, {
  engine,
  compute: 'f32',
  quantize: o.quantize as 'q8' | 'q4' | undefined,
  activations: o.activations as 'i8' | undefined,
});
const loadMs = performance.now() - start;
const results: Record<string, number | string>[] = [];
const numPrompt = Number(o.prompt);
const maxNewTokens = Number(o.tokens);
for (const batch of o.batch.split(',').map(Number)) {
  const prompts = Array.from({ length: batch }, (_, i) =>
    Array.from({ length: numPrompt }, (_, j) => (i * 7919 + j * 104729) % config.vocab_size),
  );
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
      dtype,
      engine: o.engine,
      quantize: o.quantize,
      activations: o.activations,
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
