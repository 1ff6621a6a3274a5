/*
 * llama.cpp (node-llama-cpp) as a participant of bench/decode-peers.ts: `node bench/peers/llama_cpp_peer.mjs FILE.gguf '{"threads":2,"contextSize":1024,"sequences":8}'`.
 * Prints one JSON line when ready; then, for a line `{"prompts":[[…]],"tokens":64}`, one with `prefillMs`, `stepMs` of every step and the
 * `tokens` of every sequence, the likeliest each time. `logitsOf` in the line: those tokens' logits after the prompt of the first sequence.
 * It speaks to the binding below the library's own loop, which would sample and schedule between steps. Needs `npm install --prefix bench/peers`,
 * or ESPALIER_PEERS, a folder with node_modules.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(
  process.env.ESPALIER_PEERS ? join(process.env.ESPALIER_PEERS, 'peer.js') : import.meta.url,
);
const entry = require.resolve('node-llama-cpp');
const { getLlama } = await import(pathToFileURL(entry).href);
const { version } = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8'));
const started = performance.now();
const { threads, contextSize, sequences } = JSON.parse(process.argv[3]);
const llama = await getLlama({
  gpu: false,
  build: 'never',
  progressLogs: false,
  logLevel: 'error',
  maxThreads: threads,
});
const { AddonModel, AddonContext, AddonSampler } = llama._bindings;
const model = new AddonModel(process.argv[2], { gpuLayers: 0, useMmap: true, addonExports: llama._bindings });
if (!(await model.init())) throw new Error(`error: ${process.argv[2]} was not loaded`);
const context = new AddonContext(model, {
  contextSize: contextSize * sequences,
  batchSize: 512,
  sequences,
  threads,
  flashAttention: 'auto',
});
if (!(await context.init())) throw new Error('error: no context');
const sampler = new AddonSampler(model);
sampler.applyConfig({ temperature: 0 });

async function run({ prompts, tokens: count, logitsOf }) {
  for (const i of prompts.keys()) context.disposeSequence(i);
  const begun = performance.now();
  const places = [];
  for (const [i, prompt] of prompts.entries()) {
    context.initBatch(prompt.length);
    const [place] = context.addToBatch(i, 0, Uint32Array.from(prompt), Uint32Array.from([prompt.length - 1]));
    await context.decodeBatch();
    places.push(await context.sampleToken(place, sampler));
    if (i === 0 && logitsOf) {
      const [, , , logits] = await context.sampleToken(
        place,
        sampler,
        false,
        false,
        [logitsOf, false, false, false, 0],
        false,
      );
      places.logits = logits;
    }
  }
  const prefillMs = performance.now() - begun;
  const out = places.map((t) => [t]);
  const stepMs = [];
  for (let n = 1; n < count; n++) {
    const start = performance.now();
    context.initBatch(prompts.length);
    const at = out.map((own, i) =>
      context.addToBatch(i, prompts[i].length + n - 1, Uint32Array.from([own[n - 1]]), Uint32Array.from([0])),
    );
    await context.decodeBatch();
    for (const [i, [place]] of at.entries()) out[i].push(await context.sampleToken(place, sampler));
    stepMs.push(performance.now() - start);
  }
  return { prefillMs, stepMs, tokens: out, ...(places.logits ? { logits: places.logits } : {}) };
}

console.log(
  JSON.stringify({
    peer: `llama.cpp (node-llama-cpp ${version})`,
    compileTimeMs: Math.round(performance.now() - started),
    system: llama._bindings.systemInfo(),
  }),
);
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await run(JSON.parse(line))));
process.exit(0);
