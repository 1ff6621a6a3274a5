import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { np } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { openSafetensors, type Tokenizer, tokenizerFromJson, writeTensorFolder } from '../../src/data/index.ts';
import { loadModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { drawnOf } from '../../src/serve/control/index.ts';
import { noiseAt } from '../../src/serve/control/scorer.ts';
import {
  type Drafter,
  type EngineOptions,
  type GenerationRequest,
  RewardScorer,
  type Scorer,
  ServingEngine,
} from '../../src/serve/index.ts';
import { errorOf } from '../api/error-of.ts';
import { characterTokenizer, randomModel } from '../model-files.ts';
import { FakeDecoder, type FakeOptions, fakeToken } from './fake-decoder.ts';
import { fakeDrafters } from './fake-drafters.ts';
import { type FakeServer, startServer } from './fake-server.ts';

/* Texts that scorers choose while they are written, beside the same choice made by hand. */

const vocabSize = 95;
let tokenizer: Tokenizer;
const engines: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  tokenizer = await tokenizerFromJson(characterTokenizer(), { backend: 'javascript' });
});
afterEach(async () => {
  for (const e of engines.splice(0)) await e.close();
});

async function start(fake: FakeOptions = {}, options: Partial<EngineOptions> = {}): Promise<ServingEngine> {
  const engine = await ServingEngine.start({
    open: async () => new FakeDecoder({ vocabSize, ...fake }),
    tokenizer,
    ...options,
  });
  engines.push(engine);
  return engine;
}

async function write(engine: ServingEngine, request: GenerationRequest): Promise<{ tokens: number[]; end: unknown }> {
  const tokens: number[] = [];
  let end: unknown;
  for await (const event of engine.generate(request)) {
    tokens.push(...event.tokens.map((t) => t.token));
    end = event.finishReason;
  }
  return { tokens, end };
}

/** Likes texts whose tokens are large, and says so late. */
const sum: Scorer = {
  score: async (texts) => texts.map(({ output }) => output.reduce((n, t) => n + ((t * 31) % 17), 0)),
};
const length: Scorer = { score: (texts) => texts.map(({ text }) => text.length) };

/** The best of `k` blocks, again and again. */
function byHand(
  prompt: readonly number[],
  o: { k: number; block: number; maxTokens: number; seed: number; stops: ReadonlySet<number> },
): number[] {
  let best: number[] = [];
  for (let isOver = false; !isOver; ) {
    const texts = Array.from({ length: o.k }, (_, i) => {
      const out = [...best];
      let ends = false;
      for (let j = 0; j < o.block && !ends; j++) {
        const options = { temperature: 1 };
        const token = fakeToken([...prompt, ...out], { seed: o.seed + i, index: out.length, vocabSize, options });
        out.push(token);
        ends = o.stops.has(token) || out.length === o.maxTokens;
      }
      return {
        out,
        ends,
        score:
          2 * out.reduce((n, t) => n + ((t * 31) % 17), 0) - tokenizer.decode(out, { skipSpecialTokens: true }).length,
      };
    });
    const chosen = texts.reduce((a, b) => (b.score > a.score ? b : a));
    best = chosen.out;
    isOver = chosen.ends;
  }
  return best;
}

describe('block by block', () => {
  const call = fc.record({
    prompt: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 14 }),
    k: fc.integer({ min: 1, max: 4 }),
    block: fc.integer({ min: 1, max: 6 }),
    maxTokens: fc.integer({ min: 1, max: 14 }),
    seed: fc.nat({ max: 20 }),
    numStops: fc.constantFrom(0, 12),
  });

  test('the best goes on, whoever else is there, with few pages, with guesses, and where pages are not copied', async () => {
    const limits = fc.record({
      numPages: fc.constantFrom(33, 60),
      copies: fc.boolean(),
      maxSequences: fc.integer({ min: 1, max: 6 }),
    });
    const kinds = fc.constantFrom(...(['none', 'right', 'mixed', 'ngram'] as const));
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), limits, kinds, async (calls, fake, kind) => {
        const drafter: Drafter | undefined = fakeDrafters[kind](vocabSize);
        const more = drafter ? { drafters: () => [drafter], scheduler: { speculation: { adapts: false } } } : {};
        const engine = await start(fake, more);
        const made = await Promise.all(
          calls.map(({ prompt, k, block, maxTokens, seed, numStops }) =>
            write(engine, {
              prompt,
              maxTokens,
              sampling: { temperature: 1, seed },
              stopTokens: new Set(Array.from({ length: numStops }, (_, t) => t)),
              control: { kind: 'blocks', candidates: k, block, scorers: [{ scorer: sum, weight: 2 }, { scorer: length, weight: -1 }] }, // biome-ignore format: short
            }),
          ),
        );
        for (const [i, c] of calls.entries()) {
          const stops = new Set(Array.from({ length: c.numStops }, (_, t) => t));
          expect(made[i].tokens).toEqual(byHand(c.prompt, { ...c, stops }));
          expect(made[i].end).toBe(stops.has(made[i].tokens.at(-1)!) ? 'stop' : 'length');
        }
        expect(engine.state).toMatchObject({ numRunning: 0, numUsedPages: 0 });
        await engine.close();
      }),
      { numRuns: 40 },
    );
  });

  test('nothing is guessed behind the end of a block, counted from what was written first', async () => {
    const right = fakeDrafters.right(vocabSize);
    const block = 4;
    const prompt = [1, 2, 3, 4, 5, 6];
    const asked: { readonly written: number; readonly most: number }[] = [];
    const drafter: Drafter = {
      draft(requests) {
        for (const { tokens, most } of requests) asked.push({ written: tokens.length - prompt.length, most });
        return right.draft(requests);
      },
    };
    const engine = await start({}, { drafters: () => [drafter], scheduler: { speculation: { adapts: false } } });
    await write(engine, {
      prompt,
      maxTokens: 16,
      sampling: { temperature: 1, seed: 1 },
      control: { kind: 'blocks', candidates: 2, block, scorers: [{ scorer: sum, weight: 1 }] },
    });
    expect(asked.length).toBeGreaterThan(0);
    // What follows the last guess is written as well.
    for (const { written, most } of asked) expect(most).toBe(block - (written % block) - 1);
  });

  test('texts share the pages of what they go on from', async () => {
    const decoder = new FakeDecoder({ vocabSize, numPages: 60 });
    const engine = await start({}, { open: async () => decoder });
    const prompt = Array.from({ length: 40 }, (_, i) => 1 + i);
    await write(engine, {
      prompt,
      maxTokens: 16,
      sampling: { temperature: 1 },
      control: { kind: 'blocks', candidates: 4, block: 4, scorers: [{ scorer: sum, weight: 1 }] },
    });
    // The prompt once, its last token for each of the other texts, and sixteen tokens of four texts but for the last ones.
    expect(decoder.numTokens).toBeLessThanOrEqual(40 + 3 + 4 * 16);
  });

  test('who cannot score fails its call alone', async () => {
    const engine = await start();
    const bad: Scorer = { score: () => Promise.reject(new Error('no opinion')) };
    const control = (scorer: Scorer) =>
      ({ kind: 'blocks', candidates: 2, block: 2, scorers: [{ scorer, weight: 1 }] }) as const;
    const asked = { prompt: [1, 2], maxTokens: 6, sampling: { temperature: 1 } };
    const [wrong, none, fine] = await Promise.allSettled([
      write(engine, { ...asked, control: control(bad) }),
      write(engine, { ...asked, control: control({ score: () => [] }) }),
      write(engine, { ...asked, control: control(sum) }),
    ]);
    expect(wrong).toMatchObject({ status: 'rejected', reason: { message: 'no opinion' } });
    expect(none).toMatchObject({ status: 'rejected', reason: { code: 'serve/scorer' } });
    expect(fine.status).toBe('fulfilled');
    expect(
      errorOf(() => engine.generate({ ...asked, maxTokens: 200, control: { ...control(sum), candidates: 60 } })),
    ).toMatchObject({ code: 'serve/too-long' });
    expect(engine.state.numUsedPages).toBe(0);
  });
});

describe('token by token', () => {
  const control = (strength: number, scorer: Scorer) =>
    ({ kind: 'tokens', top: 3, strength, scorers: [{ scorer, weight: 1 }] }) as const;
  // The fake decoder's likeliest are the token, and those behind it.
  const even: Scorer = { score: (texts) => texts.map(({ output }) => (output[output.length - 1] % 2 === 0 ? 1 : 0)) };

  test('what is worth nothing changes nothing, what is worth much wins', async () => {
    const engine = await start({}, { drafters: () => [fakeDrafters.wrong(vocabSize)], scheduler: { speculation: {} } });
    const asked = { prompt: [1, 2, 3], maxTokens: 12, sampling: {}, n: 2, stopTokens: new Set([0]) };
    const plain = await write(engine, { ...asked, n: 1 });
    expect((await write(engine, { ...asked, n: 1, control: control(0, even) })).tokens).toEqual(plain.tokens);
    const { tokens } = await write(engine, { ...asked, control: control(1e6, even) });
    expect(tokens).toHaveLength(24);
    expect(tokens.every((t) => t % 2 === 0)).toBe(true);
  });

  test('tokens are drawn with their probability times e^(strength · score)', () => {
    const candidates = [0.5, 0.3, 0.2].map((p, token) => ({ output: [token], isOver: false, logprob: Math.log(p) }));
    const [scores, strength, temperature] = [[0, 1, 2], 0.7, 0.8];
    const weights = candidates.map(({ logprob }, i) => Math.exp(logprob / temperature + strength * scores[i]));
    const total = weights.reduce((a, b) => a + b);
    const numDraws = 6000;
    const counts = [0, 0, 0];
    for (let seed = 0; seed < numDraws; seed++)
      counts[drawnOf(candidates, scores, { strength, temperature, noise: (t) => noiseAt(seed, 5, t) })]++;
    const chiSquare = counts.reduce(
      (sum, n, i) => sum + (n - (numDraws * weights[i]) / total) ** 2 / ((numDraws * weights[i]) / total),
      0,
    );
    // Two degrees of freedom: one in a thousand is above 13.8.
    expect(chiSquare).toBeLessThan(13.8);
  });
});

describe('over HTTP', () => {
  let server: FakeServer;
  const ask = async (more: object) => {
    const body = JSON.stringify({ model: 'fake', prompt: 'abc', max_tokens: 8, temperature: 1, seed: 7, ...more });
    const response = await fetch(`${server.url}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return {
      status: response.status,
      json: (await response.json()) as { choices: { text: string }[]; error: { message: string; param: string } },
    };
  };

  test('requests name scorers of the server', async () => {
    server = await startServer({}, {}, {}, { scorers: new Map([['sum', sum], ['length', length]]) }); // biome-ignore format: short
    engines.push(server);
    const prompt = [...tokenizer.encode('abc')];
    const best = byHand(prompt, { k: 3, block: 4, maxTokens: 8, seed: 7, stops: new Set([0]) });
    const scorer = [{ name: 'sum', weight: 2 }, { name: 'length', weight: -1 }]; // biome-ignore format: short
    const { json } = await ask({ controlled: { scorer, k: 3, block: 4 } });
    expect(json.choices[0].text).toBe(tokenizer.decode(best, { skipSpecialTokens: true }));
    expect((await ask({ controlled: { scorer: 'sum', lambda: 2, top: 4 } })).status).toBe(200);
  });

  test('requests name a prompt that their answers keep away from', async () => {
    server = await startServer();
    engines.push(server);
    const prompt = [...tokenizer.encode('abc')];
    const guided = (other: readonly number[]): string => {
      const out: number[] = [];
      while (out.length < 8 && out.at(-1) !== 0) {
        const seen = [...other, ...out, 150, ...prompt, ...out];
        out.push(fakeToken(seen, { seed: 7, index: out.length, vocabSize, options: { temperature: 1 } }));
      }
      return tokenizer.decode(out, { skipSpecialTokens: true });
    };
    const asked = { guidance_scale: 1.5 };
    const { json } = await ask({ ...asked, negative_prompt: 'bad' });
    expect(json.choices[0].text).toBe(guided([...tokenizer.encode('bad')]));
    expect((await ask(asked)).json.choices[0].text).toBe(guided(prompt.slice(-1)));
    expect((await ask({ guidance_scale: 1 })).json.choices).toEqual((await ask({})).json.choices);
  });

  test.each([
    [{ negative_prompt: 'x' }, 'negative_prompt'],
    [{ guidance_scale: 2, controlled: { scorer: 'sum' } }, 'guidance_scale'],
    [{ guidance_scale: 2, negative_prompt: [4000] }, 'guidance'],
    [{ guidance_scale: 2, echo: true, logprobs: 1 }, 'guidance_scale'],
    [{ controlled: { scorer: 'nobody' } }, 'controlled'],
    [{ controlled: { scorer: 'sum', k: 2, lambda: 1 } }, 'controlled'],
    [{ controlled: { scorer: 'sum' }, n: 2 }, 'n'],
    [{ controlled: { scorer: 'sum', lambda: 1 }, presence_penalty: 1 }, 'presence_penalty'],
    [{ controlled: { scorer: 'sum', lambda: 1 }, min_tokens: 4 }, 'min_tokens'],
    [{ controlled: { scorer: 'sum', lambda: 1 }, top_k: 1 }, 'top_k'],
    [{ controlled: { scorer: 'sum', lambda: 1 }, top_p: 0.5 }, 'top_p'],
    [{ controlled: { scorer: 'sum', lambda: 1 }, min_p: 0.1 }, 'min_p'],
    [{ controlled: { scorer: 'sum', top: 4 }, grammar: 'root ::= "yes"' }, 'grammar'],
    [{ controlled: { scorer: 'sum', top: 4 }, json_schema: { type: 'integer' } }, 'json_schema'],
    [{ controlled: { scorer: 'sum', top: 4 }, response_format: { type: 'json_object' } }, 'response_format'],
  ])('%j is refused', async (more, param) => {
    server = await startServer({}, {}, {}, { scorers: new Map([['sum', sum]]) });
    engines.push(server);
    const { status, json } = await ask(more);
    expect([status, json.error.param]).toEqual([400, param]);
  });

  test('responses and messages are chosen as chats are', async () => {
    server = await startServer({}, {}, {}, { scorers: new Map([['sum', sum]]) });
    engines.push(server);
    const post = async <T>(path: string, body: object): Promise<T> => {
      const given = { model: 'fake', temperature: 0.7, ...body };
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${server.url}/v1/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(given),
      });
      return (await response.json()) as T;
    };
    const messages = [{ role: 'user', content: 'hello' }];
    const controlled = { scorer: 'sum', k: 3, block: 4 };
    const most = { max_tokens: 12, messages };
    type Text = { readonly text: string };
    const chat = await post<{ choices: { message: { content: string } }[] }>('chat/completions', {
      ...most,
      seed: 1,
      temperature: 0,
      controlled,
    });
    const message = await post<{ content: Text[] }>('messages', { ...most, temperature: 0, controlled });
    const response = await post<{ output: { content: Text[] }[] }>('responses', {
      input: 'hello',
      max_output_tokens: 12,
      temperature: 0,
      controlled,
    });
    const text = chat.choices[0].message.content;
    expect([message.content[0].text, response.output[0].content[0].text]).toEqual([text, text]);
    for (const [path, more] of [
      ['messages', most],
      ['responses', { input: 'hello' }],
    ] as const)
      expect(await post(path, { ...more, controlled: { scorer: 'nobody' } })).toMatchObject({
        error: { message: expect.stringContaining('controlled names a scorer') },
      });
  });

  test('what asks for nothing is not in the way of choosing by tokens', async () => {
    server = await startServer({}, {}, {}, { scorers: new Map([['sum', sum]]) });
    engines.push(server);
    const nothing = { logit_bias: {}, frequency_penalty: 0, repetition_penalty: 1, top_p: 1, min_tokens: 0 };
    const asked = { controlled: { scorer: 'sum', lambda: 1 } };
    const [plain, more] = [await ask(asked), await ask({ ...asked, ...nothing, response_format: { type: 'text' } })];
    expect([plain.status, more.status]).toEqual([200, 200]);
    expect(more.json.choices).toEqual(plain.json.choices);
  });
});

describe('a reward model', () => {
  const dir = mkdtempSync(join(tmpdir(), 'espalier-reward-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('scores a text by the first row of its head', async () => {
    const config = { model_type: 'llama', vocab_size: 95, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1, num_attention_heads: 2, architectures: ['LlamaForSequenceClassification'] }; // biome-ignore format: short
    const folder = await randomModel(join(dir, 'reward'), config);
    const engine = createEngine('reference');
    expect(errorOf(() => new RewardScorer(loadModel(folder, { engine }), tokenizer, tokenizer))).toMatchObject({
      code: 'serve/scorer',
    });
    const [head, file] = [Array.from({ length: 32 }, (_, i) => Math.sin(i)), join(folder, 'model.safetensors')];
    const store = openSafetensors(file);
    const all = new Map([...store.tensors.keys()].map((name) => [name, store.read(name)] as const));
    store.close();
    await writeTensorFolder(folder, all.set('score.weight', HostArray.from('f32', [2, 16], head)));
    const model = loadModel(folder, { engine });
    const output = [5, 9, 2];
    const { hidden } = model.apply({
      tokens: np.array([[7, 1, ...output]], 'i32'),
      positions: np.array([[0, 1, 2, 3, 4]], 'i32'),
    });
    const last = ((await hidden.toHost()).toNumbers() as number[]).slice(-16);
    const [score] = await new RewardScorer(model, tokenizer, tokenizer).score([
      { prompt: [7, 1], output, text: '', isOver: false },
    ]);
    expect(score).toBeCloseTo(
      last.reduce((n, x, i) => n + x * head[i], 0),
      5,
    );
  });
});
