import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { tokenizerFromJson } from '../src/data/index.ts';
import { loadModel } from '../src/models/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { hostModel, localBackend, ModelProcess, type PolicyName, serveBackend } from '../src/serve/index.ts';
import { characterTokenizer } from '../tests/model-files.ts';
import { type DecoderSize, makeDecoderFolder, promptOf } from './random-decoder.ts';

/*
 * Clients that each wait for their answer and ask again (a closed loop), behind the engine of `espalier serve`, without HTTP: tokens per second of all
 * together, time to the first token and between tokens, and how late this thread came to its timers (loopDelayMs). The model is computed in a process of its
 * own, as the command has it, or with --one-process in this one. With --score prompts are scored, and nothing is written: their tokens count. Prints JSON, times in ms.
 *   npx tsx bench/serve.ts [--size tiny|110m|1b] [--clients 1,8,32] [--requests 2] [--prompt 64] [--tokens 32] [--quantize q8|q4] [--activations i8] [--policy fcfs] [--score] [--one-process] [--keep DIR]
 */

const { values: o } = parseArgs({
  options: {
    size: { type: 'string', default: '110m' },
    clients: { type: 'string', default: '1,8,32' },
    requests: { type: 'string', default: '2' },
    prompt: { type: 'string', default: '64' },
    tokens: { type: 'string', default: '32' },
    quantize: { type: 'string' },
    activations: { type: 'string' },
    policy: { type: 'string', default: 'fcfs' },
    engine: { type: 'string', default: 'cpu' },
    score: { type: 'boolean', default: false },
    'one-process': { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});

const inside = process.env.ESPALIER_BENCH_FOLDER;
const dir = inside ?? o.keep ?? mkdtempSync(join(tmpdir(), 'espalier-serve-'));
const tokenizer = await tokenizerFromJson(characterTokenizer(), { backend: 'javascript' });
async function openHere() {
  const engine = createEngine(o.engine);
  await engine.open();
  const model = loadModel(dir, {
    engine,
    compute: 'f32',
    quantize: o.quantize as 'q8' | 'q4' | undefined,
    activations: o.activations as 'i8' | undefined,
  });
  return { backend: localBackend(model, { tokenizer }), close: () => engine.close() };
}
if (inside !== undefined) {
  hostModel(
    process,
    async () => (await openHere()).backend,
    (code) => process.exit(code),
  );
  await new Promise(() => {});
}
await makeDecoderFolder(dir, o.size as DecoderSize, 'f32');
async function openElsewhere() {
  const args = [...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, ESPALIER_BENCH_FOLDER: dir };
  const backend = await ModelProcess.start({ command: { file: process.execPath, args, env } });
  return { backend, close: () => backend.close() };
}
const { backend, close } = await (o['one-process'] ? openHere() : openElsewhere());
const numPrompt = Number(o.prompt);
const maxTokens = o.score ? 0 : Number(o.tokens);
let first: number[] = [];
let next: number[] = [];
let steps: (readonly [numTokens: number, ms: number])[] = [];
const served = await serveBackend(backend, {
  name: 'bench',
  tokenizer,
  scheduler: { policy: { name: o.policy as PolicyName } },
  observer: {
    onFirstToken: (ms) => first.push(ms),
    onNextToken: (ms) => next.push(ms),
    onStep: (numTokens, _n, ms) => steps.push([numTokens, ms]),
  },
});

let salt = 0;
/** One client: its requests one after the other; no prompt begins as another one. */
async function client(numRequests: number): Promise<void> {
  for (let i = 0; i < numRequests; i++) {
    const call = served.engine.generate({
      prompt: promptOf(++salt, numPrompt),
      maxTokens,
      sampling: {},
      ...(o.score ? { promptLogprobs: 1 } : {}),
    });
    for await (const _ of call);
  }
}

const percentile = (xs: readonly number[], p: number): number =>
  Number([...xs].sort((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(p * xs.length))]?.toFixed(1));

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const results: object[] = [];
for (const numClients of o.clients.split(',').map(Number))
  for (const round of ['cold', 'warm']) {
    [first, next, steps] = [[], [], []];
    delay.reset();
    const start = performance.now();
    await Promise.all(Array.from({ length: numClients }, () => client(Number(o.requests))));
    const seconds = (performance.now() - start) / 1000;
    const writing = steps.filter(([n]) => n === numClients).map(([, ms]) => ms);
    results.push({
      round,
      clients: numClients,
      tokensPerSecond: Number(
        ((numClients * Number(o.requests) * (o.score ? numPrompt : maxTokens)) / seconds).toFixed(1),
      ),
      firstTokenMs: { p50: percentile(first, 0.5), p99: percentile(first, 0.99) },
      betweenTokensMs: { p50: percentile(next, 0.5), p99: percentile(next, 0.99) },
      stepOfAllWritingMs: percentile(writing, 0.5),
      steps: steps.length,
      loopDelayMs: {
        p50: delay.percentile(50) / 1e6,
        p99: delay.percentile(99) / 1e6,
        max: delay.max / 1e6,
      },
    });
  }
console.log(
  JSON.stringify(
    { size: o.size, prompt: numPrompt, tokens: maxTokens, stepCost: served.engine.state.stepCost, results },
    null,
    1,
  ),
);
await served.engine.close();
served.tokenizer.close();
await close();
if (o.keep === undefined) rmSync(dir, { recursive: true, force: true });
