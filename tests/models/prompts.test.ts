import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/api/index.ts';
import { ChatTemplate, loadTokenizer } from '../../src/data/index.ts';
import {
  loadModel,
  openModel,
  promptWithImages,
  segmentsOf,
  soundInputs,
  type TimedText,
  transcript,
  transcriptOptions,
  withImages,
} from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import media from '../data/media.json' with { type: 'json' };
import { errorOf } from '../data/tensor-file-cases.ts';
import { characterTokenizer, wav } from '../model-files.ts';
import oracle from '../oracles/transcripts.json' with { type: 'json' };
import { oracleModels } from './parity.ts';

/* Prompts with images, and what is asked of models that listen (beside transformers' Whisper, tests/oracles/transcripts.py). */

const root = oracleModels();
const engine = createEngine('reference');
const work = mkdtempSync(join(tmpdir(), 'espalier-prompts-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let made = 0;

/** A copy of a model with other files beside it. */
function folderOf(name: string, files: Readonly<Record<string, unknown>>): string {
  const dir = join(work, String(made++));
  cpSync(join(root!, name), dir, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    rmSync(join(dir, file), { force: true });
    writeFileSync(join(dir, file), JSON.stringify(content));
  }
  return dir;
}

describe.skipIf(!root)('what Whisper hears', () => {
  const preprocessor = { feature_size: 16, hop_length: 400, sampling_rate: 16000 };
  const sound = join(work, 'sound.wav');
  const samples = Array.from({ length: 12000 }, (_, i) => 0.3 * Math.sin(i * 0.05) + 0.1 * Math.sin(i * 0.9));
  writeFileSync(sound, wav(samples, 16000));
  const long = join(work, 'long.wav');
  writeFileSync(long, wav([...Array.from({ length: 16000 }, (_, i) => Math.sin(i * 0.3)), ...samples], 16000));

  /** With some tokens barred, the texts differ. */
  const isTelling = (c: (typeof oracle.cases)[number]): boolean => 'suppress_tokens' in c.generation;

  it.each(oracle.cases.filter(isTelling).map((c) => [c.name, c] as const))(
    'language and task %s: writes what transformers writes',
    async (_, { generation, asked, tokens }) => {
      const files = { 'generation_config.json': generation, 'preprocessor_config.json': preprocessor };
      const model = loadModel(folderOf('whisper', files), { engine });
      const [inputs, ...more] = soundInputs(model.folder, sound);
      expect(more).toEqual([]);
      const o = await transcriptOptions(model, inputs, asked as { language?: string; task?: 'translate' });
      const stopTokens = new Set([generation.eos_token_id]);
      expect(await model.generate([[]], { ...o, maxNewTokens: 6, stopTokens }, inputs)).toEqual([tokens]);
    },
  );

  it('longer sound is heard in windows, the last filled up with silence', async () => {
    const { folder } = loadModel(folderOf('whisper', { 'preprocessor_config.json': preprocessor }), { engine });
    const [first, second, ...more] = soundInputs(folder, long);
    expect(more).toEqual([]);
    const [alone] = soundInputs(folder, sound);
    const values = async (x: Tensor | undefined) => (await x!.toHost()).toNumbers();
    expect(await values(second.features)).toEqual(await values(alone.features));
    expect(await values(first.features)).not.toEqual(await values(alone.features));
  });

  it.each(oracle.timed.map((c) => [c.name, c] as const))(
    'with times, %s: the texts of a window and when they were said',
    async (_, { generation, asked, segments }) => {
      const files = { 'generation_config.json': generation, 'preprocessor_config.json': preprocessor };
      const model = loadModel(folderOf('whisper', files), { engine });
      const [inputs] = soundInputs(model.folder, sound);
      const o = await transcriptOptions(model, inputs, {
        ...(asked as { language?: string; task?: 'translate' }),
        timestamps: true,
      });
      const stopTokens = new Set([generation.eos_token_id]);
      const [tokens] = await model.generate([[]], { ...o, maxNewTokens: 20, stopTokens }, inputs);
      // What transformers goes on to hear behind the last text is another window.
      const own = segments.filter((s) => s.start <= 1);
      const expected = own.flatMap((s) => s.tokens);
      expect(tokens.slice(0, expected.length)).toEqual(expected);
      const texts = tokens.at(-1) === 2 ? tokens.slice(0, -1) : tokens;
      const { segments: made, heardSeconds } = segmentsOf(texts, o.timestamps!, 1);
      const rounded = (x: number): number => Number(x.toFixed(4));
      expect(made.map((s) => [rounded(s.start), rounded(s.end), s.tokens])).toEqual(
        own.map((s) => [s.start, s.end, s.tokens.filter((t) => t <= 70)]),
      );
      expect(rounded(heardSeconds)).toBe(own.length < segments.length ? own.at(-1)!.end : 1);
    },
  );

  it('times of longer sound go on where the last text ended, and end', async () => {
    const { generation } = oracle.timed.find((c) => c.name === 'English')!;
    const files = { 'generation_config.json': generation, 'preprocessor_config.json': preprocessor };
    const model = loadModel(folderOf('whisper', files), { engine });
    const found: TimedText[] = [];
    for await (const s of transcript(model, long, {}, { maxNewTokens: 8, stopTokens: new Set([2]) })) found.push(s);
    expect(found.length).toBeGreaterThan(1);
    for (const [i, s] of found.entries()) {
      expect(s.end).toBeGreaterThanOrEqual(s.start);
      if (i > 0) expect(s.start).toBeGreaterThanOrEqual(found[i - 1].end - 1e-9);
    }
    const untimed = loadModel(folderOf('whisper', { 'preprocessor_config.json': preprocessor }), { engine });
    const error = await errorOf(() => transcript(untimed, sound, {}, { maxNewTokens: 4 }).next());
    expect([error.code, error.message]).toEqual(['models/prompt', expect.stringMatching(/writes no times/)]);
  });

  it('languages and beginnings that there are not are refused', async () => {
    const model = loadModel(folderOf('whisper', { 'generation_config.json': oracle.cases[0].generation }), { engine });
    const [inputs] = soundInputs(model.folder, sound);
    const error = await errorOf(() => transcriptOptions(model, inputs, { language: 'xx' }));
    expect([error.code, error.message]).toEqual(['models/prompt', expect.stringMatching(/"xx".*en, de, fr/)]);
    const begin = (decoderPrompt: number[]) =>
      errorOf(() => model.generate([[]], { maxNewTokens: 1, decoderPrompt }, inputs));
    expect((await begin([96])).message).toMatch(/decoderPrompt names a token/);
    const llama = loadModel(join(root!, 'llama'), { engine });
    expect((await errorOf(() => llama.generate([[1]], { maxNewTokens: 1, decoderPrompt: [1] }))).message).toMatch(
      /no encoder/,
    );
  });
});

describe.skipIf(!root)('prompts with images', () => {
  const image = join(work, 'image.png');
  writeFileSync(image, Buffer.from(media.png, 'base64'));
  const square = join(work, 'square.png');
  writeFileSync(square, Buffer.from(media.square, 'base64'));
  const open = async (name: string, special: Readonly<Record<number, string>>) => {
    const dir = folderOf(name, { 'tokenizer.json': characterTokenizer(special) });
    writeFileSync(join(dir, 'tokenizer_config.json'), JSON.stringify({ bos_token: '<bos>' }));
    const folder = openModel(dir);
    folder.store.close();
    return { folder, tokenizer: await loadTokenizer(dir) };
  };
  const ids = (text: string): number[] => [...text].map((c) => (c === '\n' ? 93 : c.charCodeAt(0) - 31));

  it('Gemma 3: between their tokens and blank lines, where they are marked, or first', async () => {
    const { folder, tokenizer } = await open('gemma3_vision', { 2: '<bos>', 90: '<boi>', 91: '<eoi>', 92: '<soft>' });
    const whole = [93, 93, 90, 92, 92, 92, 92, 91, 93, 93];
    const of = async (...args: [Parameters<typeof promptWithImages>[2], string[]]) => {
      const p = await promptWithImages(folder, tokenizer, ...args);
      return { ids: [...p.ids], pixels: p.inputs.pixels!.shape };
    };
    const pixels = [1, 3, 16, 16];
    expect(await of('What?', [image])).toEqual({ ids: [...whole, ...ids('What?')], pixels });
    expect(await of('A<boi>B', [image])).toEqual({ ids: [...ids('A'), ...whole, ...ids('B')], pixels });
    const two = await of('<boi>A<boi>', [image, image]);
    expect(two).toEqual({ ids: [...whole, ...ids('A'), ...whole], pixels: [2, 3, 16, 16] });
    const template = new ChatTemplate(
      "{% for m in messages %}{% for p in m.content %}{{ '<boi>' if p.type == 'image' else p.text }}{% endfor %}{% endfor %}",
    );
    // What somebody writes into a message is no image.
    const messages = withImages([{ role: 'user', content: 'B<boi>' }], 1);
    const chat = await promptWithImages(folder, tokenizer, { template, messages }, [image]);
    expect([...chat.ids]).toEqual([...whole, ...ids('B<boi>')]);
    expect((await errorOf(() => of('<boi><boi>', [image]))).message).toMatch(/not as many places.*8 tokens/);
    tokenizer.close();
  });

  it.each(['preprocessor_config.json', 'processor_config.json'])(
    'Gemma 3: long ones also in parts, as %s says',
    async (file) => {
      const { folder, tokenizer } = await open('gemma3_vision', { 2: '<bos>', 90: '<boi>', 91: '<eoi>', 92: '<soft>' });
      const processor = {
        size: { height: 6, width: 4 },
        do_pan_and_scan: true,
        pan_and_scan_min_crop_size: 2,
        image_mean: null,
      };
      writeFileSync(
        join(folder.dir, file),
        JSON.stringify(file.startsWith('pre') ? processor : { image_processor: processor }),
      );
      const whole = [93, 93, 90, 92, 92, 92, 92, 91, 93, 93];
      const first = ids('Here is the original image ');
      // This vocabulary knows no y: its number is that of <boi>.
      const then = ids(' and here are some crops to help you see better ').filter((id) => id !== 90);
      const cut = [...first, ...whole, ...then, ...whole, ...ids(' '), ...whole];
      const seen = await promptWithImages(folder, tokenizer, 'A<boi>B', [image]);
      expect([...seen.ids]).toEqual([...ids('A'), ...cut, ...ids('B')]);
      expect(seen.inputs.pixels!.shape).toEqual(media.cut.shape);
      const pixels = [...(await seen.inputs.pixels!.data())].map(Number);
      expect(Math.max(...pixels.map((x, i) => Math.abs(x - media.cut.pixels[i])))).toBeLessThan(2e-5);
      // In a conversation with two images, the first of which is not cut: 5 by 5 pixels.
      const template = new ChatTemplate(
        "{% for m in messages %}{% for p in m.content %}{{ '<boi>' if p.type == 'image' else p.text }}{% endfor %}{% endfor %}",
      );
      const messages = withImages([{ role: 'user', content: 'C' }], 2);
      const two = await promptWithImages(folder, tokenizer, { template, messages }, [square, image]);
      expect([...two.ids]).toEqual([...whole, ...cut, ...ids('C')]);
      expect(two.inputs.pixels!.shape).toEqual([4, 3, 6, 4]);
      const plain = await promptWithImages(folder, tokenizer, 'A<boi>B', [image], { panAndScan: false });
      expect([...plain.ids]).toEqual([...ids('A'), ...whole, ...ids('B')]);
      tokenizer.close();
    },
  );

  it('PaliGemma: before the text, all of it seen both ways', async () => {
    const { folder, tokenizer } = await open('paligemma', { 2: '<bos>', 92: '<image>' });
    const p = await promptWithImages(folder, tokenizer, 'caption en', [image]);
    expect([...p.ids]).toEqual([...Array<number>(16).fill(92), 2, ...ids('caption en\n')]);
    expect([...(await p.inputs.groups!.data())]).toEqual(Array(p.ids.length).fill(0));
    const cut = await errorOf(() => promptWithImages(folder, tokenizer, 'x', [image], { panAndScan: true }));
    expect([cut.code, cut.message]).toEqual([
      'models/prompt',
      expect.stringMatching(/paligemma see images only whole/),
    ]);
    tokenizer.close();
  });

  it('models that see nothing, and tokenizers of other models, say so', async () => {
    const llama = await open('llama', {});
    const blind = await errorOf(() => promptWithImages(llama.folder, llama.tokenizer, 'x', [image]));
    expect([blind.code, blind.message]).toEqual(['models/prompt', expect.stringMatching(/llama see no images/)]);
    const { folder } = await open('gemma3_vision', {});
    const short = {
      ...llama.tokenizer,
      tokenOf: () => undefined,
      encode: () => new Int32Array(),
      special: llama.tokenizer.special,
    };
    expect((await errorOf(() => promptWithImages(folder, short as never, 'x', [image]))).message).toMatch(/no token/);
    llama.tokenizer.close();
  });
});
