/** One worked example of docs/contributing.md: a section "Add a …". */
export interface WorkedExample {
  readonly heading: string;
  /** New files by their path. */
  readonly files: ReadonlyMap<string, string>;
  readonly edits: readonly Edit[];
  /** Commands that check it. */
  readonly commands: readonly string[];
}

/** A change in one place of a file: the lines `before`, which it contains once, become `after`. */
export interface Edit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The examples of the page. A new file is a path in backticks on a line of its own, then its text; an edit is a `diff` block. */
export function workedExamples(page: string): WorkedExample[] {
  return page
    .split(/^(?=## )/m)
    .filter((section) => section.startsWith('## Add '))
    .map((section) => {
      const heading = section.slice(3, section.indexOf('\n'));
      const files = new Map<string, string>();
      for (const [, path, text] of section.matchAll(/^`([^`\n]+)`\n\n```\w+\n([\s\S]*?)^```$/gm)) files.set(path, text);
      const edits = [...section.matchAll(/^```diff\n--- (.*)\n([\s\S]*?)^```$/gm)].map(([, path, body]) => {
        const lines = body.split('\n').slice(0, -1);
        const side = (sign: string): string =>
          lines.flatMap((l) => (l[0] === sign || l[0] === ' ' ? [`${l.slice(1)}\n`] : [])).join('');
        return { path, before: side('-'), after: side('+') };
      });
      const commands = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text]) =>
        text.trim().split('\n'),
      );
      return { heading, files, edits, commands };
    });
}

/** The text with an edit applied. Throws where its lines are not there, or more than once. */
export function applied(text: string, edit: Edit): string {
  const parts = text.split(edit.before);
  if (parts.length !== 2)
    throw new Error(`${edit.path} has these lines ${parts.length - 1} times, not once:\n${edit.before}`);
  return parts.join(edit.after);
}
