/*
 * llama.cpp (node-llama-cpp) under clients that each wait for their answer and ask again, measured as bench/serve.ts measures the engine of `espalier serve`.
 * A step takes the next token of every sequence that writes and as much of prompts as fits beside them, as servers of llama.cpp do; below the library's own
 * loop, which needs a tokenizer. `node bench/peers/llama_cpp_serve.mjs FILE.gguf '{"clients":[1,8],"requests":2,"prompt":64,"tokens":32,"threads":2}'` prints the
 * same JSON. Needs `npm install --prefix bench/peers`, or ESPALIER_PEERS, a folder with node_modules.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(
  process.env.ESPALIER_PEERS ? join(process.env.ESPALIER_PEERS, 'peer.js') : import.meta.url,
);
const { getLlama } = await import(pathToFileURL(require.resolve('node-llama-cpp')).href);
const { clients, requests, prompt: numPrompt, tokens: maxTokens, threads } = JSON.parse(process.argv[3]);
const BATCH = 512;
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
const sequences = Math.max(...clients);
const context = new AddonContext(model, {
  contextSize: 2 ** Math.ceil(Math.log2(numPrompt + maxTokens + 1)) * sequences,
  batchSize: BATCH,
  sequences,
  threads,
  flashAttention: 'auto',
});
if (!(await context.init())) throw new Error('error: no context');
const sampler = new AddonSampler(model);
sampler.applyConfig({ temperature: 0 });

/** As bench/random-decoder.ts has them. */
const promptOf = (i, length) => Array.from({ length }, (_, j) => (i * 7919 + j * 104729) % 32000);

let salt = 0;
const begin = (id, left) => {
  context.disposeSequence(id);
  return {
    id,
    left,
    waiting: promptOf(++salt, numPrompt),
    place: 0,
    made: 0,
    began: performance.now(),
    last: undefined,
  };
};

/** So many clients until each has had its answers; the times that they saw. */
async function serve(numClients) {
  const [first, next] = [[], []];
  let open = Array.from({ length: numClients }, (_, id) => begin(id, requests));
  while (open.length > 0) {
    let space = BATCH;
    // Those that write come first: nobody waits for a prompt.
    const order = [...open].sort((a, b) => a.waiting.length - b.waiting.length);
    const step = order.flatMap((s) => {
      const tokens = s.waiting.splice(0, space);
      space -= tokens.length;
      return tokens.length > 0 ? [{ s, tokens, isLast: s.waiting.length === 0 }] : [];
    });
    context.initBatch(BATCH - space);
    const wanted = [];
    for (const { s, tokens, isLast } of step) {
      const at = Uint32Array.from(isLast ? [tokens.length - 1] : []);
      const [place] = context.addToBatch(s.id, s.place, Uint32Array.from(tokens), at);
      s.place += tokens.length;
      if (isLast) wanted.push({ s, place });
    }
    await context.decodeBatch();
    for (const { s, place } of wanted) {
      s.waiting = [await context.sampleToken(place, sampler)];
      const now = performance.now();
      if (s.last === undefined) first.push(now - s.began);
      else next.push(now - s.last);
      s.last = now;
      s.made++;
    }
    open = open.flatMap((s) => (s.made < maxTokens ? s : s.left > 1 ? begin(s.id, s.left - 1) : []));
  }
  return { first, next };
}

const percentile = (xs, p) =>
  Number([...xs].sort((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(p * xs.length))]?.toFixed(1));
const results = [];
for (const numClients of clients)
  for (const round of ['cold', 'warm']) {
    const start = performance.now();
    const { first, next } = await serve(numClients);
    const seconds = (performance.now() - start) / 1000;
    results.push({
      round,
      clients: numClients,
      tokensPerSecond: Number(((numClients * requests * maxTokens) / seconds).toFixed(1)),
      firstTokenMs: { p50: percentile(first, 0.5), p99: percentile(first, 0.99) },
      betweenTokensMs: { p50: percentile(next, 0.5), p99: percentile(next, 0.99) },
    });
  }
console.log(JSON.stringify({ prompt: numPrompt, tokens: maxTokens, results }, null, 1));
process.exit(0);
