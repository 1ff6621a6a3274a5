import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { textTable, UserError } from '../src/base/index.ts';
import { reportError } from '../src/cli/report.ts';
import { parseJson } from '../src/plan/index.ts';
import { planningKinds } from './figures/planning/kinds.ts';
import { evaluateRow, type Line, type Row, type RowKind, rowsReader } from './figures/row.ts';

/*
 * Published figures beside ours, computed by the library from the inputs of each row:
 *   npm run figures -- planning [--rows FILE.json] [--kind NAME] [--json] [--list]
 * Leaves with 1 unless every figure was computed and lies within its tolerance. docs/planning.md has the format of rows.
 */

interface Topic {
  readonly kinds: readonly RowKind[];
  /** Folder of the committed rows. */
  readonly rows: URL;
}

const topics: Readonly<Record<string, Topic>> = {
  planning: { kinds: planningKinds, rows: new URL('./figures/planning/rows/', import.meta.url) },
};

/** Rows of a file with the place of each for errors. */
function readRows(file: string, name: string): { row: Row; at: string }[] {
  const rows = rowsReader.read(parseJson(readFileSync(file, 'utf8'), name), name);
  return rows.map((row, i) => ({ row, at: `${name}[${i}]` }));
}

function committedRows({ rows }: Topic): { row: Row; at: string }[] {
  const folder = fileURLToPath(rows);
  return readdirSync(folder)
    .filter((f) => f.endsWith('.json'))
    .sort()
    .flatMap((f) => readRows(join(folder, f), f));
}

/** All lines of a topic, of the committed rows or of a file's; or of one kind of rows, by its name. */
export async function figures(name: string, o: { rows?: string; kind?: string } = {}): Promise<Line[]> {
  const ofKind = Object.keys(topics).find((t) => topics[t].kinds.some((k) => k.name === name));
  if (ofKind !== undefined && !Object.hasOwn(topics, name)) return figures(ofKind, { ...o, kind: name });
  const topic = topicOf(name);
  const rows = o.rows === undefined ? committedRows(topic) : readRows(o.rows, o.rows);
  if (rows.length === 0) throw new UserError('figures/row', 'there are no rows', { given: o.rows ?? name });
  const lines: Line[] = [];
  for (const { row, at } of rows)
    if (o.kind === undefined || row.kind === o.kind) lines.push(...(await evaluateRow(row, topic.kinds, at)));
  return lines;
}

function topicOf(name: string): Topic {
  if (!Object.hasOwn(topics, name))
    throw new UserError('figures/topic', `there are no figures about "${name}"`, {
      expected: Object.keys(topics).join(', '),
    });
  return topics[name];
}

const digits = (x: number): string =>
  Number.isInteger(x) || Math.abs(x) >= 1e6
    ? x.toLocaleString('en-US', { maximumFractionDigits: 2 })
    : `${Number(x.toPrecision(5))}`;

function toleranceText({ tolerance, compare }: Line): string {
  const amount =
    typeof tolerance === 'number' ? `${Number((100 * tolerance).toPrecision(3))} %` : `${tolerance.absolute}`;
  return compare === 'equal' ? `± ${amount}` : `${compare}, + ${amount}`.replace('least, +', 'least, −');
}

export function figuresText(lines: readonly Line[]): string {
  const rows = lines.map((l) => [
    l.kind,
    l.row,
    l.quantity,
    digits(l.published),
    l.ours === undefined ? '–' : digits(l.ours),
    l.error === undefined ? '–' : `${l.error >= 0 ? '+' : '−'}${(100 * Math.abs(l.error)).toFixed(2)} %`,
    toleranceText(l),
    l.verdict === 'within' ? 'within' : l.verdict.toUpperCase(),
    l.source,
  ]);
  const reasons = lines
    .filter((l) => l.reason !== undefined)
    .map((l) => `${l.kind}, ${l.row}, ${l.quantity}: ${l.reason}`);
  const numOf = (verdict: Line['verdict']): number => lines.filter((l) => l.verdict === verdict).length;
  return [
    textTable(['kind', 'row', 'quantity', 'published', 'ours', 'error', 'tolerance', 'verdict', 'source'], rows),
    '',
    ...reasons,
    `${lines.length} figures: ${numOf('within')} within tolerance, ${numOf('out')} out, ${numOf('failed')} failed, ${numOf('no data')} without data`,
  ].join('\n');
}

const kindsText = ({ kinds }: Topic): string =>
  kinds
    .map((k) => {
      const quantities = Object.entries(k.quantities).map(([q, unit]) => `  ${q}: ${unit}`);
      return [`${k.name}: ${k.about}`, ...quantities, `  inputs ${JSON.stringify(k.inputs.schema)}`].join('\n');
    })
    .join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const command = new Command('figures')
    .argument('<topic>', Object.keys(topics).join(', '))
    .option('--rows <file>', 'rows of a file instead of the committed ones')
    .option('--kind <name>', 'only rows of this kind')
    .option('--list', 'the kinds of rows, their quantities and the schema of their inputs')
    .option('--json', 'one line of JSON per figure')
    .action(async (topic: string, o: { rows?: string; kind?: string; json?: boolean; list?: boolean }) => {
      if (o.list) {
        process.stdout.write(`${kindsText(topicOf(topic))}\n`);
        return;
      }
      const lines = await figures(topic, o);
      process.stdout.write(`${o.json ? lines.map((l) => JSON.stringify(l)).join('\n') : figuresText(lines)}\n`);
      if (lines.some((l) => l.verdict !== 'within')) process.exitCode = 1;
    });
  await command.parseAsync(process.argv).catch((error: unknown) => {
    process.exitCode = reportError(error);
  });
}
