import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { loadTokenizer, readAdapter, writeAdapter } from '../../src/data/index.ts';
import {
  type LoadedModel,
  loadModel,
  promptWithImages,
  readGenerationConfig,
  withAdapters,
} from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import media from '../data/media.json' with { type: 'json' };
import { characterTokenizer, wav } from '../model-files.ts';
import { oracleModels } from '../models/parity.ts';
import transcripts from '../oracles/transcripts.json' with { type: 'json' };
import { runCli } from './cli.ts';

/* What `espalier generate` writes with beams, adapters, images and sound is what the library writes with them. */

const root = oracleModels();
const dir = mkdtempSync(join(tmpdir(), 'espalier-generate-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const engine = createEngine('reference');

function modelWith(
  name: string,
  special: Readonly<Record<number, string>>,
  more: Readonly<Record<string, object>> = {},
): string {
  const folder = join(dir, name);
  cpSync(join(root!, name), folder, { recursive: true });
  const files = {
    'tokenizer.json': characterTokenizer(special),
    'tokenizer_config.json': { eos_token: '<eos>', bos_token: '<bos>' },
    'generation_config.json': {},
    ...more,
  };
  for (const [file, content] of Object.entries(files)) {
    rmSync(join(folder, file), { force: true });
    writeFileSync(join(folder, file), JSON.stringify(content));
  }
  return folder;
}

const generate = (model: string, ...more: string[]) =>
  runCli(['generate', '--model', model, '--max-tokens', '6', '--engine', 'reference', ...more], dir);

/** What a model's tokenizer makes of texts and tokens. */
async function withTokenizer<T>(
  model: string,
  use: (t: Awaited<ReturnType<typeof loadTokenizer>>) => T | Promise<T>,
): Promise<T> {
  const tokenizer = await loadTokenizer(model);
  try {
    return await use(tokenizer);
  } finally {
    tokenizer.close();
  }
}
const textsOf = (model: string, rows: readonly (readonly number[])[]): Promise<string[]> =>
  withTokenizer(model, (t) => rows.map((row) => t.decode(row, { skipSpecialTokens: true })));
const encoded = (model: string, text: string): Promise<Int32Array> => withTokenizer(model, (t) => t.encode(text));

describe.skipIf(!root)('generate', () => {
  it('--speculate and --draft write the same', async () => {
    const model = modelWith('llama', { 0: '<eos>' });
    const other = modelWith('qwen2', { 0: '<eos>', 5: '<five>' });
    const asked = ['--prompt', 'abcabcab', '--temperature', '0.7', '--seed', '3', '--quiet'];
    const plain = await generate(model, ...asked);
    expect(plain.code).toBe(0);
    const guessed = await generate(model, ...asked, '--speculate', 'auto', '--draft', model, '--draft-max', '3');
    expect(guessed).toEqual(plain);
    writeFileSync(join(dir, 'two.jsonl'), '"abcabcab"\n"abcabcab"\n');
    const several = await generate(model, '--prompts', 'two.jsonl', ...asked.slice(2), '--speculate', 'ngram');
    const texts = several.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text);
    expect(texts).toEqual([plain.stdout.slice(0, -1), plain.stdout.slice(0, -1)]);
    expect((await generate(model, ...asked, '--draft', other)).stderr).toContain('another vocabulary');
  });

  it('--beams writes the best of them, several with their scores', async () => {
    const model = modelWith('llama', { 0: '<eos>' });
    const options = { maxNewTokens: 6, numBeams: 3, lengthPenalty: 2, numReturnSequences: 2 };
    const [found] = await loadModel(model, { engine }).beams([await encoded(model, 'A tree ')], options);
    const texts = await textsOf(
      model,
      found.map((b) => b.tokens),
    );
    const beams = ['--beams', '3', '--length-penalty', '2', '--num-return-sequences', '2'];
    const [two, drawn, lone, free] = await Promise.all([
      generate(model, '--prompt', 'A tree ', ...beams),
      generate(model, '--prompt', 'A tree ', '--beams', '2', '--temperature', '1'),
      generate(model, '--prompt', 'A tree ', '--length-penalty', '2'),
      runCli(['generate', '--model', model, '--prompt', 'A tree ', '--engine', 'reference'], dir),
    ]);
    // There are 64 positions, 7 of them for the prompt.
    expect([free.code, free.stderr]).toEqual([0, expect.stringMatching(/^7 tokens read.*; [1-5]?\d written/)]);
    expect(two.stdout).toBe(`${texts.join('\n')}\n`);
    expect(two.stderr).toBe(found.map((b, i) => `${i + 1} of 2, score ${b.score.toFixed(4)}\n`).join(''));
    expect([drawn.code, drawn.stderr]).toEqual([
      1,
      expect.stringMatching(/--temperature has no meaning beside --beams/),
    ]);
    expect([lone.code, lone.stderr]).toEqual([
      1,
      expect.stringMatching(/--length-penalty has a meaning beside --beams/),
    ]);
  }, 120_000);

  it('--regex, --json-schema and --grammar write nothing else', async () => {
    const model = modelWith('llama', { 0: '<eos>' });
    const files = {
      'schema.json': '{"enum": ["ab", 7]}',
      'rules.gbnf': 'root ::= "x" [yz]',
      'bad.json': '{"not": {}}',
    };
    for (const [file, content] of Object.entries(files)) writeFileSync(join(dir, file), content);
    const write = (...how: string[]) => generate(model, '--prompt', 'A tree ', ...how);
    const [pattern, schema, grammar, bad, both] = await Promise.all([
      write('--regex', '[ab]{2}c'),
      write('--json-schema', 'schema.json'),
      write('--grammar', 'rules.gbnf'),
      write('--json-schema', 'bad.json'),
      write('--regex', 'a', '--grammar', 'rules.gbnf'),
    ]);
    expect(pattern.stdout.trim()).toMatch(/^(A tree )?[ab]{2}c$/);
    expect(schema.stdout.trim()).toMatch(/("ab"|7)$/);
    expect(grammar.stdout.trim()).toMatch(/x[yz]$/);
    expect(bad.stderr).toContain('not is not supported (at #)');
    expect(both.stderr).toContain('--grammar has no meaning beside --regex');
    expect([bad.code, both.code]).not.toContain(0);
  });

  it('--prompts answers each with the adapter that it names', async () => {
    const model = modelWith('qwen2', { 0: '<eos>' });
    const base = loadModel(model, { engine });
    const names = ['poet', 'clerk'];
    for (const [k, name] of names.entries()) {
      const random = (shape: readonly number[]): HostArray =>
        HostArray.from(
          'f32',
          shape,
          Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i * (k + 2) + k)),
        );
      const pair = { a: random([2, 32]), b: random([32, 2]), scale: 2, isEmbedding: false };
      const pairs = new Map([['model.layers.0.self_attn.q_proj', pair]]);
      await writeAdapter(join(dir, name), { pairs, baseModel: model, fanInFanOut: false });
    }
    const with_ = (name: string): LoadedModel => withAdapters(base, [readAdapter(join(dir, name))]);
    const lines = [{ prompt: 'A tree ', adapter: 'clerk' }, 'A tree ', { prompt: 'The sea', adapter: 'poet' }];
    writeFileSync(join(dir, 'prompts.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    writeFileSync(join(dir, 'odd.jsonl'), '"A tree"\n{"prompt": 3}\n');
    const stopTokens = new Set([0, ...readGenerationConfig(model, base.folder.json).stopTokens]);
    const rows: number[][] = [];
    for (const [m, prompt] of [
      [with_('clerk'), 'A tree '],
      [base, 'A tree '],
      [with_('poet'), 'The sea'],
    ] as const)
      rows.push(...(await m.generate([await encoded(model, prompt)], { maxNewTokens: 6, stopTokens })));
    const texts = await textsOf(
      model,
      rows.map((row) => row.filter((t) => !stopTokens.has(t))),
    );
    const named = names.flatMap((name) => ['--adapter', `${name}=${join(dir, name)}`]);
    const [all, odd, unsaid] = await Promise.all([
      generate(model, '--prompts', 'prompts.jsonl', '--batch-size', '2', ...named),
      generate(model, '--prompts', 'odd.jsonl'),
      generate(model, '--prompt', 'A tree ', ...named),
    ]);
    const written = all.stdout.trim().split('\n');
    expect(written.map((line) => JSON.parse(line) as object)).toEqual([
      { prompt: 'A tree ', adapter: 'clerk', text: texts[0] },
      { prompt: 'A tree ', text: texts[1] },
      { prompt: 'The sea', adapter: 'poet', text: texts[2] },
    ]);
    expect(texts[0]).not.toBe(texts[1]);
    expect(odd.stderr).toMatch(/odd\.jsonl, line 2 is no prompt/);
    expect(unsaid.stderr).toMatch(/nothing says which adapter is meant/);
  }, 120_000);

  it('--image shows an image, --audio writes down a sound', async () => {
    const image = join(dir, 'image.png');
    writeFileSync(image, Buffer.from(media.png, 'base64'));
    const config = JSON.parse(readFileSync(join(root!, 'gemma3_vision', 'config.json'), 'utf8'));
    // Three times an image, and words around it.
    config.text_config.max_position_embeddings = 128;
    const seeing = modelWith(
      'gemma3_vision',
      { 2: '<bos>', 90: '<boi>', 91: '<eoi>', 92: '<soft>' },
      { 'preprocessor_config.json': { pan_and_scan_min_crop_size: 2 }, 'config.json': config },
    );
    const model = loadModel(seeing, { engine });
    const { ids, inputs } = await withTokenizer(seeing, (t) =>
      promptWithImages(model.folder, t, 'Describe it: ', [image], { panAndScan: true }),
    );
    const [seen] = await model.generate([ids], { maxNewTokens: 6 }, inputs);
    const [unseen] = await model.generate([ids], { maxNewTokens: 6 });
    expect(seen).not.toEqual(unseen);

    const samples = Array.from({ length: 12000 }, (_, i) => 0.3 * Math.sin(i * 0.05) + 0.1 * Math.sin(i * 0.9));
    writeFileSync(join(dir, 'sound.wav'), wav(samples, 16000));
    const isAsked = (c: (typeof transcripts.cases)[number]): boolean => c.asked.language === 'fr';
    const { generation, tokens } = transcripts.cases.filter(isAsked).at(-1)!;
    const listening = modelWith(
      'whisper',
      { 2: '<eos>', 3: '<sot>' },
      {
        'generation_config.json': generation,
        'preprocessor_config.json': { feature_size: 16, hop_length: 400, sampling_rate: 16000 },
      },
    );
    const [looked, heard, deaf, blind] = await Promise.all([
      generate(seeing, '--prompt', 'Describe it: ', '--image', image, '--pan-and-scan', '--quiet'),
      generate(listening, '--audio', 'sound.wav', '--language', 'fr', '--task', 'translate', '--quiet'),
      generate(seeing, '--audio', 'sound.wav'),
      generate(listening, '--prompt', 'x', '--image', image),
    ]);
    expect([looked.stderr, looked.stdout]).toEqual(['', `${(await textsOf(seeing, [seen]))[0]}\n`]);
    expect([heard.stderr, heard.stdout]).toEqual(['', `${(await textsOf(listening, [tokens]))[0]}\n`]);
    expect(deaf.stderr).toMatch(/gemma3 do not write what they hear/);
    expect(blind.stderr).toMatch(/whisper see no images/);
  }, 120_000);
});
