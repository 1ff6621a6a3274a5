import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Mesh, nn, np } from '../../src/api/index.ts';
import {
  type LoadedModel,
  loadModel,
  type PagedDecoder,
  type SamplingOptions,
  type ScheduledSequence,
  type ScoredToken,
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
      running[id].output.push(token!);
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

  // Windows beside full layers; keys of other layers; latents, with an indexer, too; experts.
  it.each(['gemma3', 'gemma4', 'deepseek_v3', 'deepseek_v32'])('%s writes what each writes alone', async (name) => {
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
      { numRuns: 3 },
    );
  });

  it.each([
    ['floats', {}],
    ['codes of 8 bits', { quantize: 'q8' }],
    ['codes of 4 bits, activations of 8', { quantize: 'q4', activations: 'i8' }],
  ] as const)(
    'the same bits alone and beside others, and however prompts are cut, on cpu, with weights in %s',
    async (_, how) => {
      const model = loadModel(join(root!, 'llama'), { engine: createEngine('cpu'), ...how });
      const decoder = model.paged({ pageSize: 16, numPages: 40 });
      const prompts = Array.from({ length: 11 }, (_, i) =>
        Array.from({ length: 4 + i }, (_, j) => (7 * i + 3 * j) % 60),
      );
      const asked = { options: {}, prompt: [], output: [], topLogprobs: 5 };
      /** A prompt in parts of so many tokens; what comes behind it. */
      const read = async (id: number, part: number) => {
        const tokens = prompts[id];
        let made: Awaited<ReturnType<PagedDecoder['step']>> = [];
        for (let at = 0; at < tokens.length; at += part) {
          const now = tokens.slice(at, at + part);
          const sample = at + part >= tokens.length ? { ...asked, index: 0 } : undefined;
          made = await decoder.step([{ id, tokens: now, firstPosition: at, pages: [id + 1], sample }]);
        }
        return made;
      };
      for (const id of prompts.keys()) {
        const whole = await read(id, 16);
        expect(await read(id, 1 + (id % 4))).toEqual(whole);
      }
      // Programs for 32 and for 64 tokens, and more than one program for a prompt.
      const long = Array.from({ length: 60 }, (_, j) => (11 * j) % 60);
      const readLong = async (...lengths: readonly number[]) => {
        let [made, at]: [Awaited<ReturnType<PagedDecoder['step']>>, number] = [[], 0];
        for (const n of lengths) {
          const sample = at + n >= long.length ? { ...asked, index: 0 } : undefined;
          const tokens = long.slice(at, at + n);
          made = await decoder.step([{ id: 0, tokens, firstPosition: at, pages: [20, 21, 22, 23], sample }]);
          at += n;
        }
        return made;
      };
      const longWhole = await readLong(60);
      for (const cut of [[32, 28], [40, 20], [33, 27], [48, 12], [17, 17, 17, 9]]) expect(await readLong(...cut)).toEqual(longWhole); // biome-ignore format: one line
      // Scores, too, and what is sampled behind them.
      const score = async (...lengths: readonly number[]) => {
        let [at, scores, last]: [number, ScoredToken[], object] = [0, [], {}];
        for (const n of lengths) {
          const end = at + n;
          const sample = end >= long.length ? { ...asked, index: 0 } : undefined;
          const part = { id: 0, tokens: long.slice(at, end), firstPosition: at, pages: [24, 25, 26, 27], sample };
          const [{ scores: some, ...rest }] = await decoder.step([
            { ...part, scores: { topLogprobs: 3, next: long[end] } },
          ]);
          [at, scores, last] = [end, [...scores, ...some!], rest];
        }
        return { scores, sampled: [last] };
      };
      const scoredWhole = await score(60);
      expect(scoredWhole.sampled).toMatchObject(longWhole.map(({ id, token }) => ({ id, token })));
      expect(scoredWhole.scores.map((s) => s.token)).toEqual(long.slice(1));
      for (const cut of [[32, 28], [33, 27], [1, 58, 1]]) expect(await score(...cut)).toEqual(scoredWhole); // biome-ignore format: one line
      // As one token after the other has them.
      for (const end of [1, 20, 59]) {
        const part = { id: 0, firstPosition: 0, pages: [28, 29, 30, 31] };
        const allowed = new Uint32Array(2);
        allowed[long[end] >> 5] = 1 << (long[end] & 31);
        const [made] = await decoder.step([
          { ...part, tokens: long.slice(0, end), sample: { ...asked, index: 0, topLogprobs: 3, allowed } },
        ]);
        const scored = scoredWhole.scores[end - 1];
        expect(Math.abs(made.logprob! - scored.logprob)).toBeLessThan(1e-5);
        expect(made.top!.map(([t]) => t)).toEqual(scored.top.map(([t]) => t));
      }
      const next = prompts.map(
        (p, id): ScheduledSequence => ({
          id,
          tokens: [p[0]],
          firstPosition: p.length,
          pages: [id + 1],
          sample: { ...asked, index: 1 },
        }),
      );
      const together = await decoder.step(next);
      const apart = [];
      for (const s of next) apart.push(...(await decoder.step([s])));
      expect(together).toEqual(apart);
    },
  );

  it('tokens of a guided sequence are chosen by both prompts, in one step or apart', async () => {
    const model = loadModel(join(root!, 'llama'), { engine: reference });
    const decoder = model.paged({ pageSize: 8, numPages: 20 });
    const prompts = [[3, 14, 15, 9, 26], [5, 3]]; // biome-ignore format: short
    const scale = 1.7;
    const logprobsOf = async (tokens: readonly number[]): Promise<number[]> => {
      const positions = np.array([tokens.map((_, i) => i)], 'i32');
      const { logits } = model.apply({ tokens: np.array([tokens], 'i32'), positions });
      const last = np.index(np.index(logits!, 0, 0), 0, tokens.length - 1);
      return (await nn.logSoftmax(last).toHost()).toNumbers() as number[];
    };
    const output: number[] = [];
    for (let index = 0; index < 3; index++) {
      // The prompts, then one token of each, in one program.
      const part = (own: readonly number[], id: number): ScheduledSequence => {
        const tokens = index === 0 ? own : output.slice(-1);
        return { id, tokens, firstPosition: index === 0 ? 0 : own.length + index - 1, pages: [2 * id + 1, 2 * id + 2] };
      };
      const sample = { options: {}, index, prompt: prompts[0], output, topLogprobs: 2 };
      const guided = { ...part(prompts[0], 0), sample, guidance: { by: 1, scale } };
      const [made] = await decoder.step([guided, part(prompts[1], 1)]);
      const [a, b] = await Promise.all(prompts.map((p) => logprobsOf([...p, ...output])));
      const both = a.map((x, t) => b[t] + scale * (x - b[t]));
      expect(made.token).toBe(both.indexOf(Math.max(...both)));
      const total = Math.log(both.reduce((n, x) => n + Math.exp(x), 0));
      expect(made.logprob).toBeCloseTo(both[made.token!] - total, 4);
      output.push(made.token!);
    }
    const [own] = prompts;
    const alone = {
      id: 0,
      tokens: own,
      firstPosition: 0,
      pages: [1],
      guidance: { by: 5, scale },
      sample: { options: {}, index: 0, prompt: own, output: [] },
    };
    await expect(decoder.step([alone])).rejects.toMatchObject({ code: 'models/paged' });
  });

  it('over a mesh', async () => {
    const engine = createEngine('cpu');
    const whole = loadModel(join(root!, 'llama'), { engine });
    const cut = loadModel(join(root!, 'llama'), { engine, mesh: new Mesh({ data: 2, model: 2 }) });
    const requests = requestsOf(whole, 3, chooser(11));
    const decoder = cut.paged({ pageSize: 8, numPages: 40 });
    expect(await writeInRounds(decoder, requests, chooser(12))).toEqual(await alone(whole, requests));
  });

  const llama = root ? loadModel(join(root, 'llama'), { engine: reference }) : undefined;
  const prompt = [3, 14, 15, 9, 26, 5];
  const asked = { options: {}, index: 0, prompt, output: [] };
  const first = (pages: number[], sample: object = {}): ScheduledSequence => ({
    id: 7,
    tokens: prompt,
    firstPosition: 0,
    pages,
    sample: { ...asked, ...sample },
  });

  it('tells what the model thought of a token, and chooses among what is allowed', async () => {
    const decoder = llama!.paged({ pageSize: 4, numPages: 8 });
    const { logits } = llama!.apply({
      tokens: np.array([prompt], 'i32'),
      positions: np.array([prompt.map((_, i) => i)], 'i32'),
    });
    const expected = (
      await nn.logSoftmax(np.index(np.index(logits!, 0, 0), 0, prompt.length - 1)).toHost()
    ).toNumbers();
    const ranked = [...expected.keys()].sort((a, b) => expected[b] - expected[a]);
    const [made] = await decoder.step([first([1, 2], { topLogprobs: 3 })]);
    expect(made.token).toBe(ranked[0]);
    expect(made.top!.map(([t]) => t)).toEqual(ranked.slice(0, 3));
    for (const [t, x] of made.top!) expect(x).toBeCloseTo(expected[t], 4);
    expect(made.logprob).toBe(made.top![0][1]);
    const allowed = new Uint32Array(Math.ceil(decoder.vocabSize / 32));
    for (const t of [ranked[2], ranked[5]]) allowed[t >> 5] |= 1 << (t & 31);
    const [narrowed] = await decoder.step([first([3, 4], { allowed, topLogprobs: 0 })]);
    expect(narrowed.token).toBe(ranked[2]);
    expect(narrowed.logprob).toBeCloseTo(expected[ranked[2]], 4);
    expect(narrowed.top).toEqual([]);
  });

  it('compiles ahead what it needs first, and the next sizes of what it needed', async () => {
    const engine = createEngine('reference');
    const compile = vi.spyOn(engine, 'compile');
    const decoder = loadModel(join(root!, 'llama'), { engine }).paged({ pageSize: 4, numPages: 40, maxSequences: 2 });
    const numSteps = () =>
      compile.mock.calls.filter(([m]) => m.main.args.length > 0 && m.main.results.length > 3).length;
    expect([await decoder.compileAhead(), await decoder.compileAhead(), await decoder.compileAhead()]).toEqual([true, true, false]); // biome-ignore format: one line
    expect(numSteps()).toBe(2);
    const [{ token }] = await decoder.step([first([1, 2])]);
    const next = { tokens: [token!], firstPosition: prompt.length, sample: { ...asked, index: 1, output: [token!] } };
    await decoder.step([{ ...first([1, 2]), ...next }]);
    expect(numSteps()).toBe(2);
    let numAhead = 0;
    while (await decoder.compileAhead()) numAhead++;
    // More tokens, or more sequences, or more pages.
    expect(numAhead).toBe(4);
    expect(numSteps()).toBe(6);
    await decoder.step([
      { ...first([1, 2]), ...next },
      { ...first([3, 4]), ...next, id: 8 },
    ]);
    expect(numSteps()).toBe(6);
  });

  it('a copied page continues like the first one', async () => {
    const decoder = llama!.paged({ pageSize: 4, numPages: 8 });
    const [{ token }] = await decoder.step([first([1, 2])]);
    decoder.copyPage(2, 5);
    const next = (id: number, pages: number[]): ScheduledSequence => ({
      ...first(pages, { index: 1, output: [token!], topLogprobs: 4 }),
      id,
      tokens: [token!],
      firstPosition: prompt.length,
    });
    const [a, b] = await decoder.step([next(1, [1, 2]), next(2, [1, 5])]);
    expect({ ...b, id: 1 }).toEqual(a);
  });

  it.each([
    ['page 0', (s: ScheduledSequence) => ({ ...s, pages: [0, 1] }), /no such page/],
    ['a page beyond the pool', (s: ScheduledSequence) => ({ ...s, pages: [1, 8] }), /1 … 7/],
    ['too few pages', (s: ScheduledSequence) => ({ ...s, pages: [1] }), /at least 2/],
    ['no token', (s: ScheduledSequence) => ({ ...s, tokens: [] }), /in a step/],
    [
      'more tokens than a step takes',
      (s: ScheduledSequence) => ({ ...s, tokens: Array<number>(17).fill(1) }),
      /1 … 16/,
    ],
    [
      'an unknown token that is to be scored',
      (s: ScheduledSequence) => ({ ...s, scores: { topLogprobs: 0, next: 1e6 } }),
      /does not know/,
    ],
    ['an unknown token', (s: ScheduledSequence) => ({ ...s, tokens: [1e6] }), /does not know/],
    ['a text beyond the model', (s: ScheduledSequence) => ({ ...s, firstPosition: 1e6 }), /longer than/],
    [
      'a temperature below 0',
      (s: ScheduledSequence) => ({ ...s, sample: { ...asked, options: { temperature: -1 } } }),
      /temperature/,
    ],
    ['an adapter that is not there', (s: ScheduledSequence) => ({ ...s, adapter: 'poet' }), /poet/],
  ])('refuses %s, and computes nothing', async (_, change, message) => {
    const decoder = llama!.paged({ pageSize: 4, numPages: 8, maxTokensPerStep: 16 });
    await expect(decoder.step([first([1, 2]), change(first([3, 4]))])).rejects.toThrow(message);
  });

  it('refuses models that an encoder feeds, and pools without pages', () => {
    expect(() => loadModel(join(root!, 't5'), { engine: reference }).paged()).toThrow(/encoder/);
    expect(() => llama!.paged({ numPages: 1 })).toThrow(/too few pages/);
    expect(() => llama!.paged({ pageSize: 0 })).toThrow(/pageSize/);
  });
});
