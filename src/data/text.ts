import { readFile, stat } from 'node:fs/promises';
import { glob } from 'tinyglobby';
import { UserError } from '../base/index.ts';

/** Bytes of all files of a text corpus, one after another. */
export interface TextCorpus {
  readonly files: readonly string[];
  readonly bytes: Uint8Array;
}

/**
 * Reads every file that matches one of the globs (a folder means everything in it), in sorted order.
 * Throws `data/no-files` and `data/empty` in plain words.
 */
export async function loadText(patterns: readonly string[]): Promise<TextCorpus> {
  if (patterns.length === 0)
    throw new UserError('data/no-files', 'no training text was named', {
      advice: "name files or folders with --data, e.g. --data 'books/**/*.txt'",
    });
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matches = await expand(pattern);
    if (matches.length === 0)
      throw new UserError('data/no-files', `no file matches ${pattern}`, {
        advice: 'check the path; quote globs so that the shell leaves them alone',
      });
    for (const m of matches) found.add(m);
  }
  const files = [...found].sort();
  const parts = await Promise.all(
    files.map((file) =>
      readFile(file).catch((cause: NodeJS.ErrnoException) => {
        throw new UserError('data/unreadable', `cannot read ${file}`, { given: cause.code ?? String(cause), cause });
      }),
    ),
  );
  const bytes = new Uint8Array(Buffer.concat(parts));
  if (bytes.length === 0)
    throw new UserError('data/empty', `the ${files.length} matching file${files.length === 1 ? ' is' : 's are'} empty`);
  return { files, bytes };
}

async function expand(pattern: string): Promise<string[]> {
  const info = await stat(pattern).catch(() => undefined);
  if (info?.isFile()) return [pattern];
  if (info?.isDirectory()) return glob('**/*', { cwd: pattern, absolute: true, onlyFiles: true });
  return glob(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
}

/** Cuts a corpus into training text and a validation tail. */
export function splitCorpus(
  bytes: Uint8Array,
  validationFraction: number,
): { train: Uint8Array; validation: Uint8Array } {
  const cut = Math.floor(bytes.length * (1 - validationFraction));
  return { train: bytes.subarray(0, cut), validation: bytes.subarray(cut) };
}
