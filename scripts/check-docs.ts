import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { commandLine } from '../src/cli/program.ts';

/*
 * What README and docs say that a machine can check: links and their anchors, names of files, commands (npm scripts, files that are
 * run, subcommands and options of the command line), and that whoever reads a measured figure finds the command that prints it.
 *   npx tsx scripts/check-docs.ts
 */

const root = fileURLToPath(new URL('../', import.meta.url));
const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).flatMap((d) => (d.isDirectory() ? [d.name] : []));
const folders = ['src', 'tests', 'docs', 'bench', 'scripts', 'native'];
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

/** Markdown files that are checked, relative to the repository. */
export const documents = (): string[] => [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
];

/** A heading's anchor as GitHub makes it. */
const slug = (heading: string): string =>
  heading
    .replace(/^#+\s*/, '')
    .replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replace(/ /g, '-');

const anchorsOf = (text: string): Set<string> =>
  new Set(text.split('\n').flatMap((l) => (/^#+ /.test(l) ? [slug(l)] : [])));

function linkProblem(file: string, text: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path, anchor] = target.split('#');
  const at = path === '' ? join(root, file) : resolve(root, dirname(file), path);
  if (!existsSync(at)) return `the link ${target} leads nowhere`;
  if (anchor !== undefined && !anchorsOf(path === '' ? text : readFileSync(at, 'utf8')).has(anchor))
    return `${path || file} has no heading #${anchor}`;
  return undefined;
}

/** Whether a text in backticks names a file of the repository (and so must be there). */
function pathProblem(file: string, made: ReadonlySet<string>, code: string): string | undefined {
  const path = /^([\w@.-]+(?:\/[\w@.-]+)+\/?)$/.exec(code)?.[1];
  if (!path || made.has(path) || !/\.(ts|mlir|md|py|c|h|inc|json|sh)$|\/$/.test(path)) return undefined;
  const [first] = path.split('/');
  if (!folders.includes(first) && !rooms.includes(first) && !path.startsWith('.')) return undefined;
  const found = [root, join(root, 'src'), join(root, dirname(file))].some((at) => existsSync(join(at, path)));
  return found ? undefined : `there is no ${path}`;
}

/** Options a subcommand knows, its parents' included. */
function optionsOf(command: Command): Set<string> {
  const own = command.options.flatMap((o) => [o.short, o.long].filter((x) => x !== undefined && x !== null));
  return new Set([...own, '--help', '-h', ...(command.parent ? optionsOf(command.parent) : [])]);
}

const espalier = await commandLine();

function espalierProblem(words: readonly string[]): string | undefined {
  let command: Command = espalier;
  let rest = words;
  while (rest.length > 0) {
    const next = command.commands.find((c) => c.name() === rest[0]);
    if (!next) break;
    command = next;
    rest = rest.slice(1);
  }
  if (command.commands.length > 0 && rest.length > 0 && /^[a-z]/.test(rest[0]))
    return `there is no command espalier ${rest[0]}`;
  const known = optionsOf(command);
  const unknown = rest.map((w) => w.split('=')[0]).find((w) => /^--?[a-z]/.test(w) && !known.has(w));
  return unknown ? `espalier ${command.name()} has no option ${unknown}` : undefined;
}

function commandProblem(made: ReadonlySet<string>, text: string): string | undefined {
  const words = text
    .replace(/\s#.*$/, '')
    .replace(/^\$ /, '')
    .replace(/^(?:[A-Z_]+=\S+\s+)+/, '')
    .trim()
    .split(/\s+/);
  const [tool, what, third] = words;
  if (tool === 'npm' && what === 'run') return third in scripts ? undefined : `package.json has no script "${third}"`;
  if (tool === 'npm' && (what === 'test' || what === 'start'))
    return what in scripts ? undefined : `package.json has no script "${what}"`;
  if (tool === 'npx' && what === 'tsx')
    return existsSync(join(root, third)) ? undefined : `there is no ${third} to run`;
  if (tool === 'npx' && what === 'vitest') {
    const missing = words.slice(3).find((w) => w.endsWith('.ts') && !made.has(w) && !existsSync(join(root, w)));
    return missing && `there is no ${missing}`;
  }
  if (tool === 'npx' && what === 'espalier') return espalierProblem(words.slice(2));
  if (tool === 'espalier') return espalierProblem(words.slice(1));
  return undefined;
}

const commandsIn = (text: string): string[] => text.split(/\s(?:&&|\|\||\||;)\s/).map((c) => c.trim());
const isCommand = (text: string): boolean => /^(?:\$ )?(?:[A-Z_]+=\S+\s+)*(?:npx|npm|espalier)\s/.test(text);
/** A measured figure: time, rate, memory, or a ratio in a table. */
const figure = /(?<![\w.])\d[\d.,]*\s?(?:ms|µs|GFLOP\/s|GB\/s|MiB|GiB|kB|tokens?\/s)\b/;
/** A line that states a limit or a default, not a measurement. */
const setting = /\b(?:default|unless set|at most|up to|limit)\b/i;
const namesCommand = /`(?:[A-Z_]+=\S+ )?(?:npx |npm (?:run|test)|espalier )|^(?:npx|npm) /m;

/** Files that a worked example makes: a path alone on its line, then the text of the file. */
const madeIn = (text: string): Set<string> => new Set([...text.matchAll(/^`([^`\n]+)`\n\n```/gm)].map((m) => m[1]));

/** All findings in one document. */
export function checkDocument(file: string, text: string = readFileSync(join(root, file), 'utf8')): Finding[] {
  const findings: Finding[] = [];
  const made = madeIn(text);
  let fence: string | undefined;
  let section = { heading: '', start: 1, text: '' };
  let introduction = '';
  const endSection = (): void => {
    if (section.heading === '' || /^# /.test(section.heading)) introduction = section.text;
    const prose = section.text.replace(/```[\s\S]*?```/g, '');
    const found = figure.exec(
      prose
        .split('\n')
        .filter((l) => !setting.test(l))
        .join('\n'),
    );
    if (found && !namesCommand.test(section.text) && !namesCommand.test(introduction))
      findings.push({
        file,
        line: section.start,
        problem: `"${found[0]}" in "${section.heading}" without the command that prints it`,
      });
  };
  text.split('\n').forEach((line, i) => {
    const add = (problem: string | undefined): void => {
      if (problem) findings.push({ file, line: i + 1, problem });
    };
    const mark = /^\s*```(\w*)/.exec(line);
    if (mark) fence = fence === undefined ? mark[1] : undefined;
    if (fence === undefined && /^#{1,6} /.test(line)) {
      endSection();
      section = { heading: line, start: i + 1, text: '' };
    }
    section.text += `${line}\n`;
    if (mark) return;
    if (fence !== undefined) {
      if (fence === 'sh') for (const c of commandsIn(line)) add(commandProblem(made, c));
      return;
    }
    for (const [, target] of line.replace(/`[^`]*`/g, 'code').matchAll(/\]\(([^)\s]+)\)/g))
      add(linkProblem(file, text, target));
    for (const [, code] of line.matchAll(/`([^`]+)`/g)) {
      add(pathProblem(file, made, code));
      if (isCommand(code)) for (const c of commandsIn(code)) add(commandProblem(made, c));
    }
  });
  endSection();
  return findings;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const findings = documents().flatMap((file) => checkDocument(file));
  for (const f of findings) console.log(`${f.file}:${f.line}: ${f.problem}`);
  console.log(`${documents().length} documents, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
