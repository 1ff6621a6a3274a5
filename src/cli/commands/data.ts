import { type Command, Option } from 'commander';
import { textTable } from '../../base/index.ts';
import {
  type FeatureLengths,
  isMixture,
  type PackingStrategy,
  packExamples,
  type StreamExample,
} from '../../data/index.ts';
import { openModel } from '../../models/index.ts';
import { type OpenTasks, openTasks, type TaskModel } from '../../train/index.ts';
import { hasColours, type Paint, painter } from '../colours.ts';
import { nonNegativeInteger, positiveInteger } from '../options.ts';
import { shareBar, showRow } from '../show-examples.ts';
import { taskModelOf, tasksAsked } from './train-tasks.ts';

interface InspectOptions {
  readonly task?: string;
  readonly mixture?: string;
  readonly model?: string;
  readonly encoderDecoder?: boolean;
  readonly seqLen: number;
  readonly batchSize: number;
  readonly packing?: PackingStrategy | 'none';
  readonly rows: number;
  readonly step: number;
  readonly tokens: number;
  readonly examples: number;
  readonly seed: number;
}

export function addDataCommand(program: Command): void {
  const data = program.command('data').description('Look at what a model would be trained on.');
  data
    .command('inspect')
    .description(
      'Show examples of a task as tokens, in colours: a hue per segment, bright what is learnt, underlined what is seen both ways; then the real shares of a mixture, and what packing wastes.',
    )
    .option('--task <name>', 'a task file (FILE or FILE#name), or a name in espalier.config.*')
    .option('--mixture <rates>', 'several tasks of that file: books=3,chats=1')
    .option('--model <dir>', 'folder of the model, for its tokenizer, its template and its kind')
    .option('--encoder-decoder', 'without --model: as an encoder-decoder is given it (T5)')
    .option('--seq-len <n>', 'tokens in a row, where the task file does not say', positiveInteger, 512)
    .option('--batch-size <n>', 'rows of a step', positiveInteger, 8)
    .addOption(new Option('--packing <how>', 'how examples share rows').choices(['best', 'first', 'next', 'none']))
    .option('--rows <n>', 'rows to show', nonNegativeInteger, 3)
    .option('--step <n>', 'of which step', nonNegativeInteger, 0)
    .option('--tokens <n>', 'tokens of a feature to show at most', positiveInteger, 400)
    .option('--examples <n>', 'examples to measure shares and waste on', positiveInteger, 2048)
    .option('--seed <n>', 'seed of the order', nonNegativeInteger, 0)
    .action(inspect);
}

async function inspect(o: InspectOptions): Promise<void> {
  const colours = hasColours(process.stdout);
  const paint = painter(colours);
  const line = (text = ''): void => void process.stdout.write(`${text}\n`);
  const asked = await tasksAsked(o);
  const tasks = await openTasks(asked.declaration, asked.name, modelFor(o), {
    seed: o.seed,
    batchSize: o.batchSize,
    length: o.seqLen,
    ...(o.packing ? { packing: o.packing } : {}),
  });
  try {
    const { batches, stream, converter, lengths, tokenizer } = tasks;
    line(`${paint('1', asked.name)} ${paint('2', `of ${asked.file}`)}`);
    for (const t of stream.tasks) {
      line(`  ${t.name}: ${t.source.length.toLocaleString('en-US')} examples`);
      line(
        paint(
          '2',
          `    ${t.preprocessors.map((p) => p.name).join(' → ')} → ${Object.keys(t.outputFeatures).join(', ')}`,
        ),
      );
    }
    const rows = o.rows > 0 ? await batches.rows(o.step, { from: 0, to: Math.min(o.rows, o.batchSize) }) : [];
    const width = Math.min(process.stdout.columns ?? 100, 140);
    for (const [r, row] of rows.entries()) {
      const features = converter.convert([row.map((e) => e.features)], lengths);
      const capacity = converter.rowLengths(lengths);
      const used = row.map((e) => converter.lengthsOf(e.features));
      const full = Object.entries(capacity).map(
        ([name, most]) => `${used.reduce((n, u) => n + u[name], 0)} of ${most} ${name}`,
      );
      line();
      line(`${paint('1', `step ${o.step}, row ${r + 1}`)}  ${paint('2', full.join(', '))}`);
      for (const text of showRow(row, features, { tokenizer, paint, colours, width, most: o.tokens })) line(text);
    }
    const some = await stream.examples(0, o.examples);
    line();
    showShares(tasks, some, paint, line);
    showWaste(tasks, some, paint, line);
  } finally {
    tasks.close();
  }
}

function modelFor(o: InspectOptions): TaskModel {
  if (o.model === undefined) return { isEncoderDecoder: o.encoderDecoder ?? false };
  const folder = openModel(o.model);
  folder.store.close();
  return taskModelOf(folder);
}

/** How much of what there is each task gives: examples, and tokens, which the rates do not say. */
function showShares(
  { of, converter }: OpenTasks,
  some: readonly StreamExample[],
  paint: Paint,
  line: (t?: string) => void,
): void {
  if (!isMixture(of)) return;
  const tokens = (e: StreamExample): number => (e.features ? sum(Object.values(converter.lengthsOf(e.features))) : 0);
  const total = sum(some.map(tokens));
  line(paint('1', `shares of ${some.length.toLocaleString('en-US')} examples`));
  const width = Math.max(...of.tasks.map((t) => t.name.length));
  // Two bars in a line, with their words and numbers.
  const bar = Math.max(4, Math.min(24, Math.floor(((process.stdout.columns ?? 100) - width - 42) / 2)));
  for (const [i, t] of of.tasks.entries()) {
    const own = some.filter((e) => e.task === t.name);
    const style = `38;5;${[75, 214, 79, 175, 227, 67][i % 6]}`;
    line(
      `  ${t.name.padEnd(width)}  examples ${shareBar(own.length / some.length, paint, style, bar)}   tokens ${shareBar(sum(own.map(tokens)) / Math.max(1, total), paint, style, bar)}`,
    );
  }
  line();
}

/** Rows that each way of packing needs, and how much of them is padding. */
function showWaste(
  { converter, lengths }: OpenTasks,
  some: readonly StreamExample[],
  paint: Paint,
  line: (t?: string) => void,
): void {
  const there = some.flatMap((e) => (e.features ? [converter.lengthsOf(e.features)] : []));
  const capacity = converter.rowLengths(lengths);
  const names = Object.keys(capacity);
  const of = (l: FeatureLengths): number[] => names.map((n) => l[n]);
  const real = sum(there.flatMap(of));
  line(paint('1', `padding, of ${some.length.toLocaleString('en-US')} examples`));
  const rows = (['best', 'first', 'next', 'none'] as const).map((how) => {
    const count = how === 'none' ? there.length : packExamples(there.map(of), of(capacity), how).length;
    const share = 1 - real / (count * sum(of(capacity)));
    return [`  ${how}`, `${count} rows`, shareBar(share, paint, '38;5;175')];
  });
  line(textTable(['  packing', '', ''], rows));
  const left = some.length - there.length;
  if (left > 0) line(`  ${left} examples are left out by a step of their task`);
}

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
