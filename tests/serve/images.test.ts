import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nn, np } from '../../src/api/index.ts';
import { ChatTemplate, type Tokenizer, tokenizerFromJson } from '../../src/data/index.ts';
import { type LoadedModel, loadModel, promptWithImages } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import {
  createServer,
  type ModelServer,
  rememberingSight,
  type ServedModel,
  serveModel,
} from '../../src/serve/index.ts';
import { temporaryFolders } from '../data/tensor-file-cases.ts';
import { characterTokenizer } from '../model-files.ts';
import { oracleModels } from '../models/parity.ts';

/* Chats with images: what the server answers is what the library writes, whoever else is there and whatever lies in pages. */

const root = oracleModels();
if (!root) console.log('chats with images: skipped, shared/oracles does not lie beside this project');

const TEMPLATE = `{% for m in messages %}<{{ m.role }}>{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}{{ '<boi>' if p.type == 'image' else p.text }}{% endfor %}{% endif %}{% endfor %}<assistant>`;

/** Pictures of one colour each, and one that is none, as PNG files. */
const pictures = await Promise.all(
  [10, 120, 250].map((level) =>
    sharp({ create: { width: 20, height: 12, channels: 3, background: { r: level, g: 255 - level, b: 30 } } })
      .png()
      .toBuffer(),
  ),
);
const urlOf = (picture: Buffer): string => `data:image/png;base64,${picture.toString('base64')}`;
type Said = string | Buffer;
/** What the user says, texts and pictures. */
const partsOf = (said: readonly Said[]) =>
  said.map((x) =>
    typeof x === 'string'
      ? { type: 'text' as const, text: x }
      : { type: 'image_url' as const, image_url: { url: urlOf(x) } },
  );

describe.skipIf(!root)('chats with images', () => {
  const { newFolder, remove } = temporaryFolders('images');
  const folder = newFolder();
  const engine = createEngine('reference');
  let seeing: { model: LoadedModel; tokenizer: Tokenizer; served: ServedModel };
  let prefix: typeof seeing;
  let server: ModelServer;
  let client: OpenAI;
  let anthropic: Anthropic;

  async function open(name: string, special: Record<number, string>, template?: ChatTemplate): Promise<typeof seeing> {
    const json = { ...characterTokenizer(special) };
    const tokenizer = await tokenizerFromJson(json, { backend: 'javascript', config: { bos_token: '<bos>' } });
    const model = loadModel(join(root!, name), { engine });
    const decoder = { pageSize: 4, numPages: 20, maxSequences: 4, maxTokensPerStep: 48 };
    return { model, tokenizer, served: await serveModel(model, { name, tokenizer, template, decoder }) };
  }

  beforeAll(async () => {
    seeing = await open(
      'gemma3_vision',
      { 2: '<bos>', 90: '<boi>', 91: '<eoi>', 92: '<soft>' },
      new ChatTemplate(TEMPLATE),
    );
    prefix = await open('paligemma', { 2: '<bos>', 92: '<image>' });
    server = await createServer({ models: [seeing.served, prefix.served] });
    const url = await server.listen(0);
    client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
    anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(async () => {
    await server?.app.close();
    for (const m of [seeing, prefix]) {
      await m?.served.engine.close();
      m?.tokenizer.close();
    }
    remove();
  });

  const free = { temperature: 0, max_tokens: 6, logprobs: true } as const;
  const ask = async (said: readonly Said[], more: object = {}) => {
    const messages = [{ role: 'user' as const, content: partsOf(said) }];
    const made = await client.chat.completions.create({ model: 'gemma3_vision', messages, ...free, ...more });
    const [{ message, logprobs }] = made.choices;
    return { text: message.content, logprobs: logprobs!.content!.map((t) => t.logprob), usage: made.usage! };
  };
  /** What the library writes for the same. */
  async function written({ model, tokenizer, served }: typeof seeing, said: readonly Said[], asText = false) {
    const paths = said.flatMap((x, i) => {
      if (typeof x === 'string') return [];
      const path = join(folder, `${i}.png`);
      writeFileSync(path, x);
      return [path];
    });
    const content = said.map((x) => (typeof x === 'string' ? { type: 'text', text: x } : { type: 'image' }));
    const prompt = asText
      ? String(said.find((x) => typeof x === 'string'))
      : { template: served.template!, messages: [{ role: 'user', content }] };
    const { ids, inputs } = await promptWithImages(model.folder, tokenizer, prompt, paths);
    const [row] = await model.generate([ids], { maxNewTokens: 6, stopTokens: served.endTokens }, inputs);
    return { text: tokenizer.decode(row, { skipSpecialTokens: true }), numPrompt: ids.length, ids, inputs };
  }

  it('are answered as the library does, alone and among others, and the same again from pages', async () => {
    const [a, b, c] = pictures;
    const chats: Said[][] = [[a, 'What?'], ['no picture'], ['Is', b, c, '?'], [b, 'What?']];
    const alone = [];
    for (const said of chats) alone.push(await ask(said));
    for (const [i, said] of chats.entries()) {
      if (said.every((x) => typeof x === 'string')) continue;
      const expected = await written(seeing, said);
      expect(alone[i].text).toBe(expected.text);
      expect(alone[i].usage.prompt_tokens).toBe(expected.numPrompt);
    }
    const together = await Promise.all(chats.map((said) => ask(said)));
    for (const [i, x] of together.entries()) expect([x.text, x.logprobs]).toEqual([alone[i].text, alone[i].logprobs]);
    const { numHit } = seeing.served.engine.state;
    expect(numHit).toBeGreaterThan(0);
    // Another picture in the same place is another prompt, though its tokens are the same.
    const other = await ask([c, 'What?']);
    expect(other.usage.prompt_tokens_details!.cached_tokens!).toBeLessThan(16);
    expect(other.logprobs).not.toEqual(alone[0].logprobs);
  });

  it('that are preempted, cut and continued several times have the same bits', async () => {
    const [a, b] = pictures;
    const drawn = { seed: 3, temperature: 1, max_tokens: 24 };
    const chats: Said[][] = [
      [a, b, 'x'],
      [b, a, 'y'],
      [b, 'x'],
      [a, 'z'],
    ];
    const alone = [];
    for (const said of chats) alone.push(await ask(said, drawn));
    const together = await Promise.all(chats.map((said) => ask(said, drawn)));
    for (const [i, { text, logprobs }] of alone.entries()) expect(together[i]).toMatchObject({ text, logprobs });
    expect(seeing.served.engine.state.numPreemptions).toBeGreaterThan(0);
    const messages = [{ role: 'user' as const, content: partsOf([a, 'n']) }];
    const several = await client.chat.completions.create({ model: 'gemma3_vision', messages, ...free, n: 3 });
    const first = await ask([a, 'n']);
    expect(several.choices.map((x) => x.message.content)).toEqual(Array(3).fill(first.text));
  });

  it('whose whole prompt is seen both ways', async () => {
    const said = [pictures[1], 'caption en'];
    const messages = [{ role: 'user' as const, content: partsOf(said) }];
    const ask = () => client.chat.completions.create({ model: 'paligemma', messages, max_tokens: 6, temperature: 0 });
    const [x, y] = [await ask(), await ask()];
    const expected = await written(prefix, said, true);
    expect(x.choices[0].message.content).toBe(expected.text);
    expect(y.choices[0].message.content).toBe(expected.text);
    expect(x.usage!.prompt_tokens).toBe(expected.numPrompt);
    // Not only the likeliest tokens, but how likely they are.
    const { logprobs } = (
      await client.chat.completions.create({
        model: 'paligemma',
        messages,
        max_tokens: 1,
        temperature: 0,
        logprobs: true,
      })
    ).choices[0];
    const { ids, inputs } = expected;
    const positions = np.expandDims(np.arange(ids.length, undefined, undefined, 'i32'), 0);
    const { logits } = prefix.model.apply({ ...inputs, tokens: np.array([[...ids]], 'i32'), positions });
    const last = np.index(np.slice(logits!, 1, ids.length - 1), 1, 0);
    const [own] = (await np.max(nn.logSoftmax(last, { axis: -1 }), { axis: -1 }).data()) as Float32Array;
    expect(logprobs!.content![0].logprob).toBeCloseTo(own, 4);
    const long = [{ role: 'user' as const, content: partsOf([pictures[1], 'much text '.repeat(4)]) }];
    await expect(client.chat.completions.create({ model: 'paligemma', messages: long })).rejects.toThrow(
      /seen together/,
    );
  });

  it('come by the other interfaces, too', async () => {
    const [a] = pictures;
    const { text } = await ask([a, 'What?']);
    const messages = await anthropic.messages.create({
      ...{ temperature: 0 },
      model: 'gemma3_vision',
      max_tokens: 6,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: a.toString('base64') } },
            { type: 'text', text: 'What?' },
          ],
        },
      ],
    });
    expect(messages.content).toMatchObject([{ type: 'text', text }]);
    const content = [
      { type: 'input_image' as const, image_url: urlOf(a), detail: 'auto' as const },
      { type: 'input_text' as const, text: 'What?' },
    ];
    const response = await client.responses.create({
      model: 'gemma3_vision',
      max_output_tokens: 6,
      temperature: 0,
      input: [{ role: 'user', content }],
    });
    expect(response.output_text).toBe(text);
  });

  it('are refused where they are none, and nothing is fetched', async () => {
    const image = (url: string) =>
      client.chat.completions.create({
        model: 'gemma3_vision',
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
      });
    const drawn = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>').toString('base64');
    await expect(image(`data:image/png;base64,${drawn}`)).rejects.toThrow(/no image that can be read.*svg/);
    for (const url of ['http://localhost/a.png', 'file:///etc/passwd', 'data:text/html;base64,AAAA', '', '/etc/passwd'])
      await expect(image(url), url).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(/nothing is fetched/),
      });
    await expect(image('data:image/png;base64,A*A')).rejects.toThrow(/not written in base64/);
    await expect(image('data:image/png;base64,AAAA')).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/no image that can be read/),
    });
    await expect(ask(Array.from({ length: 9 }, () => pictures[0]))).rejects.toThrow(/longer/);
    // A token that stands for an image is text where somebody writes it.
    const { usage } = await ask(['<soft>']);
    expect(usage.prompt_tokens).toBe('<user><soft><assistant>'.length);
  });

  it('keeps what was seen of the last images only', async () => {
    const looked: number[] = [];
    const look = async ([image]: readonly Uint8Array[]) => {
      looked.push(image[0]);
      return [[new Float32Array(4).fill(image[0])]];
    };
    const sight = rememberingSight(seeing.served.sight!.places, look, 40);
    const [a, b, c] = [1, 2, 3].map((x) => Uint8Array.of(x));
    await Promise.all([sight.see([a, b]), sight.see([a])]);
    await sight.see([a, c, a, b]);
    expect(looked).toEqual([1, 2, 3, 2]);
  });
});
