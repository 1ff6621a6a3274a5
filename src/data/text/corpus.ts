import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { UserError } from '../../base/index.ts';

/** Bytes of all files of a text corpus, one after another. */
export interface TextCorpus {
  /** Absolute paths of the files with text in them. */
  readonly files: readonly string[];
  readonly bytes: Uint8Array;
  /** Files that matched but are none of the known ones. */
  readonly numLeftOut: number;
}

export interface TextOptions {
  /** The files a run began with: where some of them match, others that have come since are left out. */
  readonly knownFiles?: readonly string[];
}

/**
 * Reads every file that matches one of the globs (a folder means everything in it but training runs), in sorted order.
 * Throws `data/no-files` and `data/empty` in plain words.
 */
export async function loadText(patterns: readonly string[], options: TextOptions = {}): Promise<TextCorpus> {
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
    for (const m of matches) found.add(resolve(m));
  }
  const known = [...found].filter((f) => options.knownFiles?.includes(f));
  const all = (known.length > 0 ? known : [...found]).sort();
  const parts = await Promise.all(
    all.map((file) =>
      readFile(file).catch((cause: NodeJS.ErrnoException) => {
        throw new UserError('data/unreadable', `cannot read ${file}`, { given: cause.code ?? String(cause), cause });
      }),
    ),
  );
  all.forEach((file, i) => {
    requireText(file, parts[i]);
  });
  const bytes = new Uint8Array(Buffer.concat(parts));
  if (bytes.length === 0)
    throw new UserError('data/empty', `the ${all.length} matching file${all.length === 1 ? ' is' : 's are'} empty`);
  const files = all.filter((_, i) => parts[i].length > 0);
  return { files, bytes, numLeftOut: found.size - all.length };
}

/** How files begin that hold text, but are none, and where. */
const packed: readonly (readonly [name: string, at: number, bytes: string])[] = [
  ['gzip', 0, '\x1f\x8b'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  ['Parquet', 0, 'PAR1'],
  ['tar', 257, 'ustar'],
  ['zip', 0, 'PK\x03\x04'],
];

/** Throws `data/packed`: whoever names a packed file does not want its bytes. */
function requireText(file: string, bytes: Buffer): void {
  const found = packed.find(([, at, magic]) => bytes.toString('latin1', at, at + magic.length) === magic);
  if (found)
    throw new UserError('data/packed', `${file} is no text`, {
      expected: 'files whose bytes are text',
      given: found[0],
      advice: 'unpack it, or read it by a task (--task) or with --model',
    });
}

/** The file by which a folder says that it holds a training run, whose checkpoints and metrics are no text to train on. */
export const RUN_MARKER = 'run.json';

async function expand(pattern: string): Promise<string[]> {
  const info = await stat(pattern).catch(() => undefined);
  if (info?.isFile()) return [pattern];
  const found = info?.isDirectory()
    ? await glob('**/*', { cwd: pattern, absolute: true, onlyFiles: true })
    : await glob(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
  return outsideRuns(found);
}

/** Files that lie in no run's folder. A file that was named itself is never left out. */
function outsideRuns(files: readonly string[]): string[] {
  const isRun = new Map<string, boolean>();
  const liesInRun = (folder: string): boolean => {
    let known = isRun.get(folder);
    if (known === undefined) {
      const parent = dirname(folder);
      known = holdsRun(folder) || (parent !== folder && liesInRun(parent));
      isRun.set(folder, known);
    }
    return known;
  };
  return files.filter((f) => !liesInRun(dirname(f)));
}

/** Runs of older versions are known by what they wrote. */
function holdsRun(folder: string): boolean {
  try {
    return /"espalier"\s*:\s*"run"/.test(readFileSync(join(folder, RUN_MARKER), 'utf8').slice(0, 200));
  } catch {
    return existsSync(join(folder, 'metrics.jsonl')) && existsSync(join(folder, 'checkpoints'));
  }
}

/** Cuts a corpus into training text and a validation tail. */
export function splitCorpus(
  bytes: Uint8Array,
  validationFraction: number,
): { train: Uint8Array; validation: Uint8Array } {
  const cut = Math.floor(bytes.length * (1 - validationFraction));
  return { train: bytes.subarray(0, cut), validation: bytes.subarray(cut) };
}
