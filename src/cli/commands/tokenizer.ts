import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { formatBytes, UserError } from '../../base/index.ts';
import { loadText, type Tokenizer, tokenizerFromJson, trainBpe } from '../../data/index.ts';
import { makeFolder } from '../folder.ts';
import { positiveInteger } from '../options.ts';

interface TrainOptions {
  readonly data: string[];
  readonly evaluate?: string[];
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly special?: string[];
  readonly words: string;
  readonly out: string;
}

export function addTokenizerCommand(program: Command): void {
  const tokenizer = program.command('tokenizer').description('Train a tokenizer on your text.');
  tokenizer
    .command('train')
    .description('Train a byte-level byte-pair tokenizer, line by line; writes tokenizer.json, as Hugging Face has it.')
    .requiredOption('--data <globs...>', 'text files, folders or globs')
    .requiredOption('--out <dir>', 'folder to write tokenizer.json and tokenizer_config.json into')
    .option('--vocab-size <n>', 'tokens in all, special ones included', positiveInteger, 4096)
    .option('--min-frequency <n>', 'pairs seen less often are not joined', positiveInteger, 2)
    .option('--special <tokens...>', 'tokens that no text makes, with the last ids; the first ends texts', [
      '<|endoftext|>',
    ])
    .option('--words <name>', 'how texts are cut into words: gpt-2, llama-bpe, gpt-4o, qwen2 …', 'gpt-2')
    .option('--evaluate <globs...>', 'texts to measure the tokenizer on besides')
    .action(trainTokenizer);
}

async function trainTokenizer(o: TrainOptions): Promise<void> {
  const file = join(o.out, 'tokenizer.json');
  if (existsSync(file))
    throw new UserError('cli/out-exists', `${file} is there already`, { advice: 'choose another --out' });
  const corpus = await loadText(o.data);
  const others = o.evaluate ? await loadText(o.evaluate) : undefined;
  makeFolder(o.out, '--out');
  const started = performance.now();
  const specialTokens = o.special ?? [];
  const { json, merges } = trainBpe(linesOf(corpus.bytes), { ...o, specialTokens });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  writeFileSync(file, `${JSON.stringify({ version: '1.0', ...json }, null, 1)}\n`);
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...(specialTokens[0] ? { eos_token: specialTokens[0] } : {}),
  };
  writeFileSync(join(o.out, 'tokenizer_config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const tokenizer = await tokenizerFromJson(json);
  const line = (text: string): void => void process.stdout.write(`${text}\n`);
  const size = 256 + merges.length + specialTokens.length;
  line(`text       ${corpus.files.length} files, ${formatBytes(corpus.bytes.length)}`);
  line(
    `tokenizer  ${size} tokens in ${seconds} s${size < o.vocabSize ? `: no pair is left that is seen ${o.minFrequency} times` : ''}`,
  );
  line(`measured   ${await bytesPerToken(tokenizer, corpus.bytes)} on this text`);
  if (others) line(`           ${await bytesPerToken(tokenizer, others.bytes)} on ${o.evaluate!.join(' ')}`);
  line(`written    ${file}`);
  tokenizer.close();
}

/** Texts longer than strings may be are read a line at a time. */
function* linesOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const next = end < 0 ? bytes.length : end + 1;
    let line: string;
    try {
      line = decoder.decode(bytes.subarray(at, next));
    } catch (cause) {
      throw new UserError('cli/not-text', `the text is not UTF-8 in the line that begins at byte ${at}`, {
        advice: 'leave files out that hold something else',
        cause,
      });
    }
    yield line;
    at = next;
  }
}

async function bytesPerToken(tokenizer: Tokenizer, bytes: Uint8Array): Promise<string> {
  let count = 0;
  // Blocks of whole lines.
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at + 1_000_000);
    const next = newline < 0 ? bytes.length : newline + 1;
    const text = new TextDecoder().decode(bytes.subarray(at, next));
    count += (await tokenizer.encodeAsync(text, { addSpecialTokens: false, allowSpecial: false })).length;
    at = next;
  }
  return `${(bytes.length / count).toFixed(3)} bytes per token`;
}
