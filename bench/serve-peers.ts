import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/*
 * The engine of `espalier serve` beside llama.cpp (node-llama-cpp) under the same clients, in turns on the same machine; the same model, once as a folder and
 * once as GGUF (`espalier convert` writes one of the other). Prints the rounds after the first, and the ratio of their medians of tokens per second.
 *   npx tsx bench/serve-peers.ts --folder DIR --gguf FILE [--rounds 3] [--clients 1,8,32] [--requests 2] [--prompt 64] [--tokens 32] [--quantize q8] [--activations i8] [--threads 2]
 */

const { values: o } = parseArgs({
  options: {
    folder: { type: 'string' },
    gguf: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '1,8,32' },
    requests: { type: 'string', default: '2' },
    prompt: { type: 'string', default: '64' },
    tokens: { type: 'string', default: '32' },
    quantize: { type: 'string', default: 'q8' },
    activations: { type: 'string', default: 'i8' },
    threads: { type: 'string', default: '2' },
  },
});
if (!o.folder || !o.gguf) throw new Error('--folder DIR and --gguf FILE are needed');

interface Result {
  readonly round: string;
  readonly clients: number;
  readonly tokensPerSecond: number;
  readonly firstTokenMs: { readonly p50: number };
  readonly betweenTokensMs: { readonly p50: number };
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = (args: readonly string[]): readonly Result[] => {
  const text = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return (JSON.parse(text.slice(text.indexOf('{'))) as { readonly results: readonly Result[] }).results;
};
const common = ['clients', 'requests', 'prompt', 'tokens'] as const;
const participants = {
  espalier: () =>
    run([
      ...process.execArgv,
      pathOf('serve.ts'),
      ...['--keep', o.folder!, '--quantize', o.quantize, '--activations', o.activations],
      ...common.flatMap((name) => [`--${name}`, o[name]]),
    ]),
  'llama.cpp': () =>
    run([
      pathOf(join('peers', 'llama_cpp_serve.mjs')),
      o.gguf!,
      JSON.stringify({
        clients: o.clients.split(',').map(Number),
        requests: Number(o.requests),
        prompt: Number(o.prompt),
        tokens: Number(o.tokens),
        threads: Number(o.threads),
      }),
    ]),
};
const found = { espalier: [] as Result[], 'llama.cpp': [] as Result[] };
for (let i = 0; i < Number(o.rounds); i++)
  for (const name of ['espalier', 'llama.cpp'] as const)
    found[name].push(...participants[name]().filter((r) => r.round === 'warm'));
const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)];
const table = o.clients
  .split(',')
  .map(Number)
  .map((clients) => {
    const of = (name: keyof typeof found, f: (r: Result) => number): number =>
      median(found[name].filter((r) => r.clients === clients).map(f));
    const both = (f: (r: Result) => number): object => ({
      espalier: of('espalier', f),
      'llama.cpp': of('llama.cpp', f),
    });
    return {
      clients,
      tokensPerSecond: both((r) => r.tokensPerSecond),
      ratio: Number((of('espalier', (r) => r.tokensPerSecond) / of('llama.cpp', (r) => r.tokensPerSecond)).toFixed(2)),
      firstTokenMs: both((r) => r.firstTokenMs.p50),
      betweenTokensMs: both((r) => r.betweenTokensMs.p50),
    };
  });
console.log(JSON.stringify({ rounds: Number(o.rounds), quantize: o.quantize, table }, null, 1));
