import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { openSafetensors, writeSafetensors } from '../../src/data/index.ts';
import { characterTokenizer } from '../model-files.ts';
import { oracleModels } from '../models/parity.ts';
import { runCli } from './cli.ts';

const dir = mkdtempSync(join(tmpdir(), 'espalier-model-commands-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const root = oracleModels();

function modelWithTokenizer(name: string): string {
  const folder = join(dir, name);
  cpSync(join(root!, name), folder, { recursive: true });
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(characterTokenizer()));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '<eos>' }));
  return folder;
}

describe.skipIf(!root)('models from the shell', () => {
  it('convert writes a GGUF file that writes the text of its folder, and says what it cannot', async () => {
    const model = modelWithTokenizer('qwen3');
    const file = join(dir, 'qwen3.gguf');
    const convert = (...more: string[]) => runCli(['convert', '--model', model, ...more], dir);
    const written = await convert('--to', file, '--type', 'f32');
    expect(written.stdout).toMatch(/^written {2}.*qwen3\.gguf \(f32\): \d+ tensors/);
    const write = (path: string) =>
      runCli(['generate', '--model', path, '--prompt', 'A tree ', '--max-tokens', '12', '--quiet'], dir);
    const refused = [convert(), convert('--to', file, '--type', 'q3'), convert('--to', join(dir, 'x.bin'))];
    const [ours, theirs, ...errors] = await Promise.all([write(file), write(model), ...refused]);
    expect(ours.stdout).toBe(theirs.stdout);
    expect(ours.stdout.length).toBeGreaterThan(1);
    for (const e of errors) expect([e.code, e.stderr]).toEqual([1, expect.stringMatching(/--to|q4_k|\.gguf/)]);
  }, 120_000);

  it('generate writes the same text with the same seed, and greedily without one', async () => {
    const model = modelWithTokenizer('gemma3');
    const write = (...more: string[]) =>
      runCli(['generate', '--model', model, '--prompt', 'A tree ', '--max-tokens', '12', ...more], dir);
    const [first, second, drawn, again] = await Promise.all([
      write(),
      write(),
      write('--temperature', '1.5', '--seed', '3'),
      write('--temperature', '1.5', '--seed', '3', '--quiet'),
    ]);
    expect(first.code).toBe(0);
    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout.trimEnd().length).toBeGreaterThan(0);
    expect(first.stderr).toMatch(/7 tokens read, first after .* written, .* per second/);
    expect(drawn.stdout).toBe(again.stdout);
    expect(drawn.stdout).not.toBe(first.stdout);
    expect(again.stderr).toBe('');
  }, 120_000);

  it('a conversation is written by the model’s template, on standard input too, and a model trained on one learns it', async () => {
    const model = modelWithTokenizer('llama');
    const template =
      "{% for m in messages %}[{{ m.role }}] {{ m.content }}{% if m.role == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}";
    writeFileSync(join(model, 'chat_template.jinja'), template);
    const chat = await runCli(
      ['generate', '--model', model, '--chat', '--prompt', 'Hi', '--max-tokens', '4'],
      dir,
      // The input ends while the first answer is written.
      '/reset\nHi\n',
    );
    expect(chat.code).toBe(0);
    const answers = chat.stdout
      .split('\n')
      .map((line) => line.replace(/^(> )+/, ''))
      .filter((a) => a !== '');
    expect(answers).toHaveLength(2);
    expect(answers[0]).toBe(answers[1]);
    expect(chat.stderr).toMatch(/21 tokens read/);

    const turns = (asked: string, said: string) => ({
      messages: [
        { role: 'user', content: asked },
        { role: 'assistant', content: said },
      ],
    });
    const lines = ['What is it?', 'Who is it?', 'Where is it?', 'Why?'].map((q) => JSON.stringify(turns(q, 'A tree.')));
    writeFileSync(join(dir, 'chat.jsonl'), lines.join('\n'));
    const train = await runCli(
      [
        'train',
        '--model',
        model,
        '--data',
        'chat.jsonl',
        '--lora',
        'r=8',
        '--steps',
        '30',
        '--learning-rate',
        '0.02',
      ].concat(['--batch-size', '4', '--out', 'tuned', '--checkpoint-every', '0']),
      dir,
    );
    expect(train.stderr).toBe('');
    expect(train.stdout).toMatch(/examples 4, 32 tokens to learn/);
    expect(train.stdout).toMatch(/next: {2}espalier generate --model .*llama --adapter tuned\/adapter/);
    const asked = ['generate', '--model', model, '--prompt', 'What is it?', '--max-tokens', '20', '--quiet'];
    const [before, after] = await Promise.all([
      runCli(asked, dir),
      runCli([...asked, '--adapter', join('tuned', 'adapter')], dir),
    ]);
    expect(before.stdout).not.toBe('A tree.\n');
    expect(after.stdout).toBe('A tree.\n');
    const again = await runCli(
      ['train', '--model', model, '--data', 'chat.jsonl', '--lora', 'r=8', '--out', 'tuned'],
      dir,
    );
    expect(again.stderr).toMatch(/tuned already holds a run/);
  }, 180_000);

  it('eval perplexity measures a text in windows, the same whatever their padding', async () => {
    const model = modelWithTokenizer('qwen3');
    writeFileSync(join(dir, 'text.txt'), 'It was the best of times, it was the worst of times.');
    const measure = (...more: string[]) =>
      runCli(['eval', 'perplexity', '--model', model, '--data', 'text.txt', ...more], dir);
    const [whole, padded, short, rounded, odd] = await Promise.all([
      measure('--length', '52', '--json'),
      measure('--length', '60', '--json'),
      measure('--length', '20'),
      measure('--length', '52', '--quantize', 'q8', '--activations', 'i8'),
      measure('--quantize', 'q5'),
    ]);
    const of = (r: { stdout: string }) =>
      JSON.parse(r.stdout) as { numTokens: number; natsPerToken: number; perplexity: number };
    expect(of(whole).numTokens).toBe(51);
    expect(of(padded).numTokens).toBe(51);
    expect(Math.abs(of(padded).natsPerToken / of(whole).natsPerToken - 1)).toBeLessThan(1e-5);
    expect(of(whole).perplexity).toBeCloseTo(Math.exp(of(whole).natsPerToken), 6);
    expect(short.stdout).toMatch(/^perplexity [\d.]+, [\d.]+ nats per token, 49 tokens\n$/);
    expect(rounded.stdout).toMatch(
      /^perplexity .*\nas stored: perplexity .*; difference [+−]0\.\d+ nats per token, [+−][\d.]+ %\n$/,
    );
    expect(odd.stderr).toMatch(/cannot be kept as "q5".*q8, q4/);
  }, 120_000);

  it('inspect tells what each device would hold and send, without loading anything', async () => {
    const r = await runCli(['inspect', '--model', join(root!, 'llama'), '--mesh', 'model=2', '--length', '256'], dir);
    expect(r.stderr).toBe('');
    // Megatron's two sums per layer, of one token's 32 numbers.
    expect(r.stdout).toMatch(/4 × all_reduce {2}\{"model"\} {2}2 {6}512 B/);
    expect(r.stdout).toMatch(/layers\[0\]\.mlp\.dense\.up +f32\[64, 32\] +P\("model", null\) +4\.0 KiB/);
    const odd = await runCli(['inspect', '--model', join(root!, 'llama'), '--mesh', 'model=3'], dir);
    const rounded = await runCli(['inspect', '--model', join(root!, 'llama'), '--quantize', 'q8'], dir);
    expect(rounded.stdout).toMatch(
      /rounded {2}15 weights, to 8 bits, groups of 32, 2 of them in smaller groups than asked for; 0 that/,
    );
    expect(odd.stderr).toMatch(/model=3 does not divide mlp=64/);
  }, 60_000);

  it('logits writes what the model says', async () => {
    const expected = openSafetensors(join(root!, 'llama', 'expected.safetensors'));
    const row = expected.read('input_ids', { start: [1, 0], shape: [1, 20] });
    const want = expected.read('logits', { start: [1, 0, 0], shape: [1, 20, 96] });
    const out = join(dir, 'logits.safetensors');
    const r = await runCli(
      ['logits', '--model', join(root!, 'llama'), '--tokens', row.toNumbers().join(','), '--output', out],
      dir,
    );
    expect(r.stdout).toMatch(/logits {3}f32\[1, 20, 96\]/);
    const got = openSafetensors(out).read('logits').toNumbers();
    expect(Math.max(...got.map((x, i) => Math.abs(x - want.number(i))))).toBeLessThan(2e-4);
    const pixels = join(dir, 'pixels.safetensors');
    writeSafetensors(pixels, new Map([['pixel_values', HostArray.zeros('f32', [1, 3, 16, 16])]]));
    const seen = await runCli(['logits', '--model', join(root!, 'siglip'), '--inputs', pixels, '--output', out], dir);
    expect(seen.stdout).toMatch(/pooled {3}f32\[1, 32\]/);
  }, 120_000);

  it('what may surprise is said once, and what cannot be is refused', async () => {
    const model = modelWithTokenizer('llama');
    const quick = ['--engine', 'reference'];
    writeFileSync(join(dir, 'long.txt'), 'It was the best of times. '.repeat(4));
    writeFileSync(join(dir, 'rows.jsonl'), JSON.stringify({ text: 'It was the best of times.' }));
    const measure = (...more: string[]) =>
      runCli(['eval', 'perplexity', '--model', model, '--data', 'long.txt', ...quick, ...more], dir);
    const train = (...more: string[]) =>
      runCli(['train', '--model', model, '--data', 'rows.jsonl', '--steps', '1', ...quick, ...more], dir);
    const logits = (tokens: string, of = model) =>
      runCli(['logits', '--model', of, '--tokens', tokens, '--output', 'odd.safetensors', ...quick], dir);
    const far = Array.from({ length: 70 }, () => 7).join(',');
    const [small, large, trained, unknown, beyond, table, many, lone, convert] = await Promise.all([
      measure('--length', '80', '--quantize', 'matquant:4'),
      measure('--json'),
      train('--matquant', '8,8-2+', '--out', 'bits'),
      logits('5,96'),
      logits(far),
      logits(far, join(root!, 'gpt2')),
      runCli(['inspect', '--model', join(root!, 'llama'), '--length', '8', '--tokens', '9'], dir),
      runCli(['inspect', '--quantize', 'q8'], dir),
      runCli(['convert', '--model', model, '--to', 'finer.gguf', '--type', 'q4_k'], dir),
    ]);
    expect(small.stderr.match(/^note: .*$/gm)).toEqual([
      expect.stringMatching(/not trained for the first bits/),
      expect.stringMatching(/80 tokens at once; the model was made for at most 64/),
    ]);
    expect(large.stderr).toBe('');
    expect(trained.stdout).toMatch(/next: {2}espalier generate --model bits\/model --quantize matquant:2\+\n/);
    const bits = ['generate', '--model', 'bits/model', '--prompt', 'It', '--max-tokens', '1', '--quiet', ...quick];
    expect((await runCli([...bits, '--quantize', 'matquant:2+'], dir)).stderr).toBe('');
    expect(unknown.stderr).toMatch(/does not know a token.*0 … 95.*96/);
    expect([beyond.code, beyond.stderr]).toEqual([0, expect.stringMatching(/^note: 70 tokens.*at most 64\n$/)]);
    expect([table.code, table.stderr]).toEqual([1, expect.stringMatching(/longer than the model can take/)]);
    expect(many.stderr).toMatch(/more tokens than the cache.*at most 8.*9/);
    expect(lone.stderr).toMatch(/--quantize needs --model/);
    expect(convert.stdout).toMatch(/tensors, \d{1,3},\d{3} numbers\nnote {5}\d+ tensors are .*: blocks of Q4_K do not/);
  }, 120_000);

  it.each([
    ['no model', ['--model', 'nowhere', '--prompt', 'x'], /nowhere is no folder/],
    [
      'a bound on guesses of nobody',
      ['--model', 'nowhere', '--draft-max', '3'],
      /--draft-max has a meaning beside --speculate/,
    ],
    ['no tokenizer', ['--model', join(root ?? '', 'llama'), '--prompt', 'x'], /no tokenizer/],
  ])('%s is one clear line', async (_, args, message) => {
    const r = await runCli(['generate', ...args], dir);
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(message);
    expect(r.stderr.trim().split('\n')).toHaveLength(1);
  });
});
