import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nn, np } from '../../src/api/index.ts';
import { ChatTemplate, type Tokenizer, tokenizerFromJson } from '../../src/data/index.ts';
import { type LoadedModel, loadModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { createServer, type ModelServer, type ServedModel, serveModel } from '../../src/serve/index.ts';
import { characterTokenizer } from '../model-files.ts';
import { oracleModels } from '../models/parity.ts';
import { TEMPLATE } from './fake-server.ts';

/* A model of transformers behind the server: what it answers is what the library computes. */

const root = oracleModels();
if (!root) console.log('a served model: skipped, shared/oracles does not lie beside this project');

describe.skipIf(!root)('a served model', () => {
  const engine = createEngine('reference');
  let tokenizer: Tokenizer;
  let model: LoadedModel;
  let served: ServedModel;
  let server: ModelServer;
  let client: OpenAI;

  beforeAll(async () => {
    tokenizer = await tokenizerFromJson(characterTokenizer(), { backend: 'javascript' });
    model = loadModel(join(root!, 'llama'), { engine });
    served = await serveModel(model, {
      name: 'llama',
      tokenizer,
      template: new ChatTemplate(TEMPLATE),
      // So few pages that texts have to make room for each other.
      decoder: { pageSize: 8, numPages: 6, maxSequences: 2, maxTokensPerStep: 16 },
    });
    server = await createServer({ models: [served] });
    client = new OpenAI({ baseURL: `${await server.listen(0)}/v1`, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(async () => {
    await served?.engine.close();
    await server?.app.close();
    tokenizer?.close();
  });

  const prompts = ['a prompt', 'another one, longer', 'a prompt of more words', 'a prompt'];
  const ask = (prompt: string | string[], more: object = {}) =>
    client.completions.create({ model: 'llama', prompt, max_tokens: 8, temperature: 0, ...more });

  it('writes what the library writes', async () => {
    const ids = prompts.map((p) => tokenizer.encode(p));
    const options = { maxNewTokens: 8, stopTokens: served.endTokens };
    const expected = (await model.generate(ids, options)).map((row) =>
      tokenizer.decode(row, { skipSpecialTokens: true }),
    );
    const { choices } = await ask(prompts);
    expect(choices.map((c) => c.text)).toEqual(expected);
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const [chat] = await model.generate([tokenizer.encode('<user>hi<assistant>')], options);
    const answer = await client.chat.completions.create({ model: 'llama', messages, max_tokens: 8, temperature: 0 });
    expect(answer.choices[0].message.content).toBe(tokenizer.decode(chat, { skipSpecialTokens: true }));
  });

  it('writes the same alone and among others, with pages that are there and without', async () => {
    const one = (prompt: string) => ask(prompt, { temperature: 1, seed: 11, logprobs: 1, max_tokens: 12 });
    const alone = [];
    for (const p of prompts) alone.push((await one(p)).choices[0]);
    const together = await Promise.all(prompts.map(one));
    for (const [i, { choices }] of together.entries()) {
      expect(choices[0].text).toBe(alone[i].text);
      expect(choices[0].logprobs!.token_logprobs).toEqual(alone[i].logprobs!.token_logprobs);
    }
    expect(served.engine.state.numHit).toBeGreaterThan(0);
    expect(served.engine.state.numPreemptions).toBeGreaterThan(0);
  });

  it('writes what fits beside others, who write what they would write alone', async () => {
    const free = { temperature: 1, seed: 11, logprobs: 1, max_tokens: 12 };
    const alone = await ask(prompts[0], free);
    const fitting = { temperature: 1, seed: 2, max_tokens: 16, structured_outputs: { regex: '(?:ab|cd){3}-\\d{2}' } };
    const [beside, ...fit] = await Promise.all([
      ask(prompts[0], free),
      ask(prompts[1], fitting),
      ask(prompts[2], fitting),
    ]);
    expect(beside.choices).toEqual(alone.choices);
    for (const { choices } of fit)
      expect(choices[0]).toMatchObject({ text: expect.stringMatching(/^(ab|cd){3}-\d{2}$/), finish_reason: 'stop' });
  });

  it('scores a prompt as the model does', async () => {
    const prompt = 'to be scored';
    const ids = [...tokenizer.encode(prompt)];
    const { choices } = await ask(prompt, { max_tokens: 0, echo: true, logprobs: 1 });
    const inputs = { tokens: np.array([ids], 'i32'), positions: np.expandDims(np.arange(ids.length), 0) };
    const { logits } = model.apply(inputs);
    const all = (await nn.logSoftmax(logits!, { axis: -1 }).toHost()).toNumbers() as number[];
    const vocab = logits!.shape[2];
    const expected = ids.slice(1).map((t, i) => all[i * vocab + t]);
    const scores = choices[0].logprobs!.token_logprobs!.slice(1);
    for (const [i, x] of expected.entries()) expect(scores[i]).toBeCloseTo(x, 4);
  });

  it('gives the vector of a text', async () => {
    const texts = ['some text', 'x'];
    const { data } = await client.embeddings.create({ model: 'llama', input: texts });
    for (const [i, text] of texts.entries()) {
      const ids = [...tokenizer.encode(text)];
      const inputs = { tokens: np.array([ids], 'i32'), positions: np.expandDims(np.arange(ids.length), 0) };
      const { hidden } = model.apply(inputs);
      const all = (await hidden.toHost()).toNumbers() as number[];
      const last = all.slice(-hidden.shape[2]);
      const length = Math.hypot(...last);
      for (const [j, x] of last.entries()) expect(data[i].embedding[j]).toBeCloseTo(x / length, 4);
    }
  });
});
