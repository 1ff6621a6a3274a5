/*
 * RUN lines of LLVM's tests, as much as Shardy's use: `sdy_opt FILE flags | FileCheck FILE [--check-prefix=…]`, and `split-file`,
 * which cuts a test into files at lines `//--- name`.
 */

/** One command whose output is checked. */
export interface RunLine {
  /** Flags of the command, quotes removed: `-sdy-basic-propagate=conservative-propagation=true`. */
  readonly flags: readonly string[];
  /** The part of the file that is run; undefined: all of it. */
  readonly input: string | undefined;
  /** The part of the file with the checks; undefined: all of it. */
  readonly checks: string | undefined;
  readonly prefixes: readonly string[];
}

/** The commands of a test file; lines that end in a backslash go on. */
export function runLines(text: string): RunLine[] {
  const commands: string[] = [];
  let open = '';
  for (const m of text.matchAll(/^\s*\/\/\s*RUN:(.*)$/gm)) {
    const line = m[1].trim();
    if (line.endsWith('\\')) open += `${line.slice(0, -1)} `;
    else {
      commands.push(open + line);
      open = '';
    }
  }
  return commands.flatMap((command) => {
    const [run, ...checks] = command.split('|').map(wordsOf);
    if (!run[0] || !/opt$/.test(run[0])) return [];
    const check = checks.find((words) => words[0] === 'FileCheck') ?? [];
    const prefixes = check.flatMap((w) => /^--?check-prefix(?:es)?=(.*)$/.exec(w)?.[1].split(',') ?? []);
    return [
      {
        flags: run.slice(1).filter((w) => w.startsWith('-')),
        input: partOf(run.slice(1)),
        checks: partOf(check.slice(1)),
        prefixes: prefixes.length > 0 ? prefixes : ['CHECK'],
      },
    ];
  });
}

/** Words of a shell command. */
const wordsOf = (command: string): string[] =>
  (command.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map((w) => w.replace(/['"]/g, ''));

/** The name behind `%t/`. */
const partOf = (words: readonly string[]): string | undefined => {
  const path = words.find((w) => w.startsWith('%t/'));
  return path?.slice(3);
};

/** The parts that `split-file` makes, by name; line numbers stay what they are. */
export function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  let name: string | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    const m = /^(?:\/\/|;|#)---\s+(\S+)\s*$/.exec(line);
    if (m) {
      name = m[1];
      parts.set(name, '\n'.repeat(i + 1));
    } else if (name !== undefined) parts.set(name, `${parts.get(name)}${line}\n`);
  }
  return parts;
}
