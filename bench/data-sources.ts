import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteTokenizer, ExampleStream, languageModel, openSource, TaskBatches, tokenize } from '../src/data/index.ts';

/*
 * How long it takes until a million examples can be read in any order, what that takes of memory, and how fast batches are then made:
 *
 *   npx tsx bench/data-sources.ts [--rows 1000000] [--format jsonl|parquet] [--file FILE] [--steps 300]
 */

const option = (name: string, usual: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : process.argv[at + 1];
};
const rows = Number(option('rows', '1000000'));
const format = option('format', 'jsonl');
const dir = mkdtempSync(join(tmpdir(), 'espalier-bench-data-'));
process.env.ESPALIER_CACHE = join(dir, 'cache');
const given = option('file', '');
const path = given || join(dir, `data.${format}`);
const words = 'the of and to in a is that for it was on are as with his they at be this from'.split(' ');
const text = (i: number): string =>
  `${i}: ${Array.from({ length: 20 + (i % 60) }, (_, k) => words[(i * 31 + k * 7 + (i >> 3)) % words.length]).join(' ')}`;

if (given) {
  // Made elsewhere, so that making it counts neither in time nor in memory.
} else if (format === 'jsonl') {
  const out = createWriteStream(path);
  for (let i = 0; i < rows; i++) if (!out.write(`${JSON.stringify({ text: text(i) })}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
} else {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const data = Array.from({ length: rows }, (_, i) => text(i));
  writeFileSync(
    path,
    new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'text', data }], rowGroupSize: [5000] })),
  );
}
const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const line = (what: string, value: string): void => console.log(`${what.padEnd(34)} ${value}`);
line(given || `${rows} rows of ${format}`, mib(statSync(path).size));

for (const time of ['first', 'second']) {
  const started = performance.now();
  const source = await openSource({ files: path });
  await source.at(source.length - 1);
  line(`ready, ${time} time`, `${((performance.now() - started) / 1000).toFixed(2)} s`);
  if (time === 'first') {
    source.close();
    continue;
  }
  const lengths = { targets: 512 };
  const tokenizer = { tokenizer: byteTokenizer(), name: 'bytes' };
  const task = {
    name: 'bench',
    source,
    preprocessors: [tokenize(tokenizer, { text: 'targets' })],
    outputFeatures: { targets: { eosId: 1 } },
  };
  const stream = new ExampleStream(task, { seed: 0, lengths });
  const batches = new TaskBatches({ stream, converter: languageModel, lengths, batchSize: 8 });
  await batches.at(0);
  const steps = Number(option('steps', '300'));
  const begin = performance.now();
  let tokens = 0;
  for (let step = 1; step <= steps; step++) {
    const weights = (await batches.at(step)).decoder_loss_weights.data as Int32Array;
    for (const w of weights) tokens += w;
  }
  const seconds = (performance.now() - begin) / 1000;
  line('batches of bytes, packed, shuffled', `${Math.round(tokens / seconds).toLocaleString('en-US')} tokens/s`);
  source.close();
}
line('memory of the process', mib(process.memoryUsage().rss));
rmSync(dir, { recursive: true, force: true });
