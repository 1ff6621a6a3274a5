import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openModel, saveGguf } from '../src/models/index.ts';
import { median } from './measure.ts';
import { Participant } from './participants/participant.ts';
import { type DecoderSize, makeDecoderFolder, promptOf } from './random-decoder.ts';

/*
 * Writing with a decoder of random weights beside llama.cpp, which reads the same weights as GGUF (Q8_0, Q4_0) and keeps keys and values in f16, as we do
 * here: every round each
 * participant reads the prompts and writes, in turns; times of a step (the mean of a round) and of the prompts, the median and the best of all rounds. A ratio is llama.cpp's
 * time over ours: above 1 we are faster. Prints JSON.
 *   npx tsx bench/decode-peers.ts [--size 110m|1b] [--types q8,q4] [--threads 1,2] [--batch 1,8] [--prompt 512] [--tokens 32] [--rounds 5] [--keep DIR]
 * Needs `npm install --prefix bench/peers`, or ESPALIER_PEERS, a folder with node_modules. `--agree`: also how many
 * tokens both write alike after a short prompt, ours with the GGUF file's weights as floats.
 */
const { values: o } = parseArgs({
  options: {
    size: { type: 'string', default: '110m' },
    types: { type: 'string', default: 'q8,q4' },
    threads: { type: 'string', default: '1,2' },
    batch: { type: 'string', default: '1,8' },
    prompt: { type: 'string', default: '512' },
    tokens: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    keep: { type: 'string' },
    agree: { type: 'boolean', default: false },
  },
});

/** What a participant answers: times in milliseconds. */
interface Written {
  readonly prefillMs: number;
  readonly stepMs: readonly number[];
  readonly tokens: readonly (readonly number[])[];
}

const [numPrompt, numTokens] = [Number(o.prompt), Number(o.tokens)];
const batches = o.batch.split(',').map(Number);
const ggufTypes = { q8: 'q8_0', q4: 'q4_0' } as const;
const dir = o.keep ?? mkdtempSync(join(tmpdir(), 'espalier-decode-'));
await makeDecoderFolder(dir, o.size as DecoderSize, o.size === '1b' ? 'bf16' : 'f32');

const round = (x: number): number => Number(x.toPrecision(4));
const ask = async (p: Participant, batch: number, prompt: number, tokens: number): Promise<Written> => {
  const prompts = Array.from({ length: batch }, (_, i) => promptOf(i, prompt));
  return JSON.parse(await p.ask(JSON.stringify({ prompts, tokens }))) as Written;
};

for (const type of o.types.split(',') as (keyof typeof ggufTypes)[]) {
  const file = join(dir, `${ggufTypes[type]}.gguf`);
  if (!existsSync(file)) await saveGguf(openModel(dir), file, { type: ggufTypes[type] });
  const ours = (model: string, options: object): string[] => [
    ...['node', '--import', 'tsx', 'bench/participants/decoder.ts', model, JSON.stringify(options)],
  ];
  const peer = (threads: number): string[] => {
    const options = { threads, contextSize: numPrompt + numTokens, sequences: Math.max(...batches) };
    return ['node', 'bench/peers/llama_cpp_peer.mjs', file, JSON.stringify(options)];
  };
  if (o.agree) await agree(type, ours(file, {}), peer(2));
  for (const threads of o.threads.split(',').map(Number)) {
    const both = [
      await Participant.start(ours(dir, { quantize: type, activations: 'i8', cache: 'f16' }), threads),
      await Participant.start(peer(threads), threads),
    ];
    for (const batch of batches) {
      const times = both.map(() => ({ prefill: [] as number[], step: [] as number[] }));
      for (let r = 0; r <= Number(o.rounds); r++)
        for (const [i, p] of both.entries()) {
          if (!p) continue;
          const { prefillMs, stepMs } = await ask(p, batch, numPrompt, numTokens);
          // The first round compiles.
          if (r === 0) continue;
          times[i].prefill.push(prefillMs);
          // A step may be read late and the next at once: what a round takes altogether cannot.
          times[i].step.push(stepMs.reduce((sum, t) => sum + t, 0) / stepMs.length);
        }
      const summary = (xs: readonly number[]) => ({ median: round(median(xs)), best: round(Math.min(...xs)) });
      const ratio = (xs: 'prefill' | 'step', f: (x: readonly number[]) => number): number =>
        round(f(times[1][xs]) / f(times[0][xs]));
      const best = (xs: readonly number[]): number => Math.min(...xs);
      console.log(
        JSON.stringify({
          ...{ machine: cpus()[0].model, load: round(loadavg()[0]), size: o.size, type, threads, batch },
          ...{ promptTokens: numPrompt, newTokens: numTokens, rounds: Number(o.rounds) },
          espalier: { stepMs: summary(times[0].step), prefillMs: summary(times[0].prefill) },
          ...(both[1]
            ? {
                llamaCpp: { stepMs: summary(times[1].step), prefillMs: summary(times[1].prefill) },
                stepRatio: { median: ratio('step', median), best: ratio('step', best) },
                prefillRatio: { median: ratio('prefill', median), best: ratio('prefill', best) },
              }
            : {}),
          tokensPerSecBest: times.map((t) => round((1000 * batch) / best(t.step))),
        }),
      );
    }
    for (const p of both) p?.stop();
  }
}

/** Tokens of ours from the GGUF file and of llama.cpp after the same prompt: how many agree before the first that does not. */
async function agree(type: string, own: readonly string[], other: readonly string[]): Promise<void> {
  const both = [await Participant.start(own, 2), await Participant.start(other, 2)];
  if (both[0] && both[1]) {
    const [a, b] = [await ask(both[0], 1, 32, 16), await ask(both[1], 1, 32, 16)];
    const differs = a.tokens[0].findIndex((t, i) => t !== b.tokens[0][i]);
    console.log(
      JSON.stringify({
        type,
        agreeingTokens: differs < 0 ? 16 : differs,
        of: 16,
        espalier: a.tokens[0],
        llamaCpp: b.tokens[0],
      }),
    );
  }
  for (const p of both) p?.stop();
}
if (!o.keep) rmSync(dir, { recursive: true });
process.exit(0);
