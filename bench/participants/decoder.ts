import { createInterface } from 'node:readline';
import { type LoadModelOptions, loadModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/*
 * Ourselves as a participant of bench/decode-peers.ts: `tsx bench/participants/decoder.ts MODEL '{"quantize":"q8","activations":"i8"}'`, MODEL a folder or
 * a GGUF file. Speaks as bench/peers/llama_cpp_peer.mjs does.
 */
interface Request {
  readonly prompts: readonly (readonly number[])[];
  readonly tokens: number;
}
const started = performance.now();
const options = JSON.parse(process.argv[3]) as LoadModelOptions;
const engine = createEngine('cpu');
await engine.open();
const model = loadModel(process.argv[2], { engine, compute: 'f32', ...options });
console.log(JSON.stringify({ peer: 'espalier', compileTimeMs: Math.round(performance.now() - started) }));
for await (const line of createInterface({ input: process.stdin })) {
  const { prompts, tokens: count } = JSON.parse(line) as Request;
  const tokens = prompts.map((): number[] => []);
  const times: number[] = [];
  const begun = performance.now();
  for await (const { sequence, token } of model.stream(prompts, { maxNewTokens: count })) {
    tokens[sequence].push(token);
    if (sequence === prompts.length - 1) times.push(performance.now());
  }
  console.log(
    JSON.stringify({ prefillMs: times[0] - begun, stepMs: times.slice(1).map((t, i) => t - times[i]), tokens }),
  );
}
await engine.close();
process.exit(0);
