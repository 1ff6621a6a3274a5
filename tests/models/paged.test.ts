import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LoadedModel,
  loadModel,
  type PagedDecoder,
  type SamplingOptions,
  type ScheduledSequence,
} from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { oracleModels } from './parity.ts';

/* Sequences that come and go, in pages: each writes what it writes alone. */

const root = oracleModels();
if (!root) console.log('paged decoding: skipped, shared/oracles does not lie beside this project');

interface Running {
  readonly id: number;
  readonly prompt: readonly number[];
  readonly options: SamplingOptions;
  readonly length: number;
  readonly pages: number[];
  readonly output: number[];
  done: number;
}

/** A scheduler without a plan: every round takes some sequences, and of prompts some tokens. */
async function writeInRounds(
  decoder: PagedDecoder,
  requests: readonly { prompt: readonly number[]; options: SamplingOptions; length: number }[],
  choose: (n: number) => number,
): Promise<number[][]> {
  const free = Array.from({ length: decoder.numPages - 1 }, (_, i) => i + 1);
  const running = requests.map((r, id): Running => ({ ...r, id, pages: [], output: [], done: 0 }));
  const isDone = (r: Running): boolean => r.output.length >= r.length;
  while (!running.every(isDone)) {
    const open = running.filter((r) => !isDone(r));
    const now = open.filter(() => choose(3) > 0);
    const step = (now.length > 0 ? now : open).map((r): ScheduledSequence => {
      const all = [...r.prompt, ...r.output];
      const n = Math.min(1 + choose(20), all.length - r.done, decoder.maxTokensPerStep);
      while (r.pages.length * decoder.pageSize < r.done + n) {
        // Pages of one sequence lie anywhere.
        r.pages.push(...free.splice(choose(free.length), 1));
      }
      const tokens = all.slice(r.done, r.done + n);
      const isLast = r.done + n === all.length;
      const sample = { options: r.options, index: r.output.length, prompt: r.prompt, output: r.output };
      return { id: r.id, tokens, firstPosition: r.done, pages: r.pages, ...(isLast ? { sample } : {}) };
    });
    const made = await decoder.step(step);
    for (const s of step) running[s.id].done += s.tokens.length;
    for (const { id, token } of made) {
      running[id].output.push(token);
      if (isDone(running[id])) free.push(...running[id].pages.splice(0));
    }
  }
  return running.map((r) => r.output);
}

/** Numbers that look random, the same for a seed. */
function chooser(seed: number): (n: number) => number {
  let s = seed >>> 0;
  return (n) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * n);
  };
}

const requestsOf = (model: LoadedModel, numRequests: number, choose: (n: number) => number) =>
  Array.from({ length: numRequests }, (_, i) => ({
    prompt: Array.from({ length: 1 + choose(24) }, () => choose(model.folder.family.decoder!(model.config).vocabSize)),
    options: i % 2 === 0 ? {} : { temperature: 0.8, topK: 20, seed: 100 + i, repetitionPenalty: 1.1 },
    length: 1 + choose(4),
  }));

async function alone(model: LoadedModel, requests: ReturnType<typeof requestsOf>): Promise<number[][]> {
  const out: number[][] = [];
  for (const r of requests) out.push((await model.generate([r.prompt], [{ ...r.options, maxNewTokens: r.length }]))[0]);
  return out;
}

describe.skipIf(!root)('sequences in pages', () => {
  const reference = createEngine('reference');

  // Windows beside full layers; keys of other layers; latents with an indexer; experts.
  it.each(['gemma3', 'gemma4', 'deepseek_v32', 'mixtral'])('%s writes what each writes alone', async (name) => {
    const model = loadModel(join(root!, name), { engine: reference });
    const choose = chooser(name.length);
    const requests = requestsOf(model, 3, choose);
    const decoder = model.paged({ pageSize: 4, numPages: 80, maxTokensPerStep: 16 });
    expect(await writeInRounds(decoder, requests, choose)).toEqual(await alone(model, requests));
  });

  it('whatever the order, on cpu', async () => {
    const model = loadModel(join(root!, 'llama'), { engine: createEngine('cpu') });
    const decoder = model.paged({ pageSize: 16, numPages: 64 });
    const requests = requestsOf(model, 4, chooser(5));
    const expected = await alone(model, requests);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        expect(await writeInRounds(decoder, requests, chooser(seed))).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });
});
