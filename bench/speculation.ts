import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tokenizerFromJson } from '../src/data/index.ts';
import { type ChosenToken, loadModel, type SampleRequest } from '../src/models/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { type Drafter, ModelDrafter, NgramDrafter, type PagedDecoder, ServingEngine } from '../src/serve/index.ts';
import { characterTokenizer } from '../tests/model-files.ts';
import { type DecoderSize, makeDecoderFolder, promptOf } from './random-decoder.ts';

/*
 * What guesses gain: ms per token of texts with guesses of each kind and without, in turns. Models have random weights and compute every step; what is
 * written is told from outside, as models that were trained would write it: `repeats` says the same 40 tokens again and again (n-grams are right from
 * then on), `random` nothing twice (they are never there). `draft` guesses with the tiny model, of whose tokens four of five are right. Prints JSON.
 *   npx tsx bench/speculation.ts [--size tiny|110m|1b] [--clients 1,4] [--tokens 120] [--rounds 3] [--hows off,ngram,draft] [--quantize q8|q4] [--activations i8] [--keep DIR]
 */

const { values: o } = parseArgs({
  options: {
    size: { type: 'string', default: 'tiny' },
    clients: { type: 'string', default: '1,4' },
    tokens: { type: 'string', default: '120' },
    rounds: { type: 'string', default: '3' },
    hows: { type: 'string', default: 'off,ngram,draft' },
    quantize: { type: 'string' },
    activations: { type: 'string' },
    engine: { type: 'string', default: 'cpu' },
    keep: { type: 'string' },
  },
});

const VERSE = 40;
const NUM_WORDS = 31_000;
const scripts: Readonly<Record<string, (place: number, seed: number) => number>> = {
  repeats: (place, seed) => (((place % VERSE) + seed) * 7919) % NUM_WORDS,
  random: (place, seed) => ((place + 1000 * seed) * 7919) % NUM_WORDS,
};
let text = 'repeats';

/** Computes as `decoder` does, and writes what it is told, wrong at every so many-th place. */
function scripted(decoder: PagedDecoder, wrongEvery = Number.POSITIVE_INFINITY): PagedDecoder {
  const told = ({ index, options }: SampleRequest): number => {
    const right = scripts[text](index, options.seed ?? 0);
    return index % wrongEvery === 0 ? right + 1 : right;
  };
  const { pageSize, numPages, maxTokensPerStep, maxSequences, maxDrafts, vocabSize, maxPositions } = decoder;
  const sizes = { pageSize, numPages, maxTokensPerStep, maxSequences, maxDrafts, vocabSize, maxPositions };
  return {
    ...sizes,
    async step(sequences) {
      const results = await decoder.step(sequences);
      return results.map((r) => {
        const s = sequences.find(({ id }) => id === r.id)!;
        const drafted = r.drafted?.map((d, i): ChosenToken => ({ ...d, token: told(s.drafts![i].sample) }));
        return { ...r, ...(s.sample ? { token: told(s.sample) } : {}), ...(drafted ? { drafted } : {}) };
      });
    },
    close: () => decoder.close!(),
  };
}

const dir = o.keep ?? mkdtempSync(join(tmpdir(), 'espalier-speculation-'));
const engine = createEngine(o.engine);
await engine.open();
const open = async (size: string) => {
  await makeDecoderFolder(join(dir, size), size as DecoderSize, 'f32');
  return loadModel(join(dir, size), {
    engine,
    compute: 'f32',
    quantize: o.quantize as 'q8' | 'q4' | undefined,
    activations: o.activations as 'i8' | undefined,
  });
};
const model = await open(o.size);
const tiny = await open('tiny');
const tokenizer = await tokenizerFromJson(characterTokenizer(), { backend: 'javascript' });
const sizes = { cacheBytes: 2 ** 26 };
const hows = o.hows.split(',');
const engines = new Map<string, ServingEngine>();
for (const how of hows) {
  const drafters: Record<string, () => readonly Drafter[]> = {
    off: () => [],
    ngram: () => [new NgramDrafter()],
    draft: () => [new ModelDrafter(scripted(tiny.paged(sizes), 5), 32_000)],
  };
  const options = { open: async () => scripted(model.paged(sizes)), tokenizer, drafters: drafters[how] };
  engines.set(how, await ServingEngine.start({ ...options, scheduler: how === 'off' ? {} : { speculation: {} } }));
}

/** ms per token of `clients` texts side by side. */
async function measure(how: string, clients: number): Promise<number> {
  const maxTokens = Number(o.tokens);
  const write = async (seed: number): Promise<void> => {
    const call = engines.get(how)!.generate({ prompt: promptOf(seed, 24), maxTokens, sampling: { seed } });
    for await (const _ of call);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, (_, i) => write(i)));
  return (performance.now() - began) / (maxTokens * clients);
}

const results: object[] = [];
for (const clients of o.clients.split(',').map(Number))
  for (text of Object.keys(scripts)) {
    const times = new Map(hows.map((how) => [how, [] as number[]]));
    const before = new Map(hows.map((how) => [how, engines.get(how)!.state.drafts]));
    // Programs are compiled in the first rounds, and costs learned.
    for (let round = -2; round < Number(o.rounds); round++)
      for (const how of hows) {
        const ms = await measure(how, clients);
        if (round >= 0) times.get(how)!.push(Number(ms.toFixed(3)));
      }
    for (const [how, msPerToken] of times) {
      const { numTokens, numAccepted } = engines.get(how)!.state.drafts;
      const was = before.get(how)!;
      const guesses = { checked: numTokens - was.numTokens, right: numAccepted - was.numAccepted };
      results.push({ clients, text, how, msPerToken, guesses });
    }
  }
const [{ size, quantize = 'none' }, tokens] = [o, Number(o.tokens)];
console.log(JSON.stringify({ size, quantize, tokens, results }, null, 1));
for (const e of engines.values()) await e.close();
tokenizer.close();
await engine.close();
if (o.keep === undefined) rmSync(dir, { recursive: true, force: true });
