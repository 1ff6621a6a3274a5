import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { textTable, UserError } from '../../../base/index.ts';
import { evaluatedModel, loadModelTokenizer, type NeedleCell, needleInHaystack } from '../../../models/index.ts';
import { hasColours, painter } from '../../colours.ts';
import { type ModelOptions, noteLength, openFor, withModelOptions } from '../../model-options.ts';
import { nonNegativeInteger, positiveInteger } from '../../options.ts';

interface NeedleCommandOptions extends ModelOptions {
  readonly data: string;
  readonly lengths: readonly number[];
  readonly depths: readonly number[];
  readonly trials: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly json?: boolean;
}

const numbers =
  (read: (text: string) => number) =>
  (text: string): number[] =>
    text.split(',').map(read);

function share(text: string): number {
  const x = text.trim() === '' ? Number.NaN : Number(text);
  if (x >= 0 && x <= 1) return x;
  throw new UserError('cli/depth', `there is no depth "${text}"`, { expected: '0 to 1' });
}

export function addNeedleCommand(command: Command): void {
  withModelOptions(command.command('needle'))
    .description('Whether a model finds a sentence in a long text, by length and by where it stands.')
    .requiredOption('--data <file>', 'the text that the sentence is hidden in; repeated where it is too short')
    .requiredOption('--lengths <numbers>', 'tokens that are read: 256,1024,4096', numbers(positiveInteger))
    .option('--depths <numbers>', 'where it stands: 0 first, 1 last', numbers(share), [0, 0.25, 0.5, 0.75, 1])
    .option('--trials <n>', 'sentences per length and depth', positiveInteger, 4)
    .option('--seed <n>', 'for the sentences', nonNegativeInteger, 0)
    .option('--batch-size <n>', 'texts that are computed together', positiveInteger, 4)
    .option('--json', 'print JSON')
    .action(async (o: NeedleCommandOptions) => {
      const haystack = readFileSync(o.data, 'utf8');
      const tokenizer = await loadModelTokenizer(o.model);
      const model = await openFor(o);
      try {
        const longest = Math.max(...o.lengths);
        noteLength(model, longest);
        const evaluated = evaluatedModel(model, tokenizer, { batchSize: o.batchSize, maxLength: longest });
        const cells = await needleInHaystack(evaluated, tokenizer, haystack, o);
        console.log(o.json ? JSON.stringify(cells) : heatMap(cells, hasColours(process.stdout)));
      } finally {
        tokenizer.close();
        await model.options.engine?.close();
      }
    });
}

/** A row per depth, a column per length: how many of the answers were found, in blocks that are the fuller the more. */
export function heatMap(cells: readonly NeedleCell[], colours: boolean): string {
  const paint = painter(colours);
  const lengths = [...new Set(cells.map((c) => c.length))];
  const depths = [...new Set(cells.map((c) => c.depth))];
  const shown = (c: NeedleCell): string =>
    `${'·░▒▓█'[Math.round(4 * c.found)].repeat(2)} ${(100 * c.found).toFixed(0).padStart(3)} % ${c.logLikelihood.toFixed(1).padStart(6)}`;
  const rows = depths.map((d) => [
    `${(100 * d).toFixed(0)} %`,
    ...lengths.map((l) => shown(cells.find((c) => c.depth === d && c.length === l)!)),
  ]);
  const table = textTable(['depth', ...lengths.map((l) => `${l} tokens`)], rows);
  // Dark to bright in one hue: told apart without seeing colours.
  const shades: Readonly<Record<string, string>> = { '░': '38;5;24', '▒': '38;5;31', '▓': '38;5;38', '█': '38;5;45' };
  return `${table.replace(/[░▒▓█]+/g, (b) => paint(shades[b[0]], b))}\nfound: all tokens of the answer are the likeliest; behind it the mean log-likelihood of an answer in nats`;
}
