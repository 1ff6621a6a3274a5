import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../base/index.ts';

/* Files that are opened once and read anywhere, and what is kept about them from run to run. */

/** Of what is kept, and of how it is made: another number, and everything is made anew. */
const FORMAT = 1;

/** A file that is open, and what tells whether it is still the same. */
export class OpenFile {
  readonly path: string;
  readonly size: number;
  /** Changes with the file: path, size, time of its last change, inode. */
  readonly key: string;
  readonly #fd: number;

  /** Throws `data/unreadable`. */
  constructor(path: string) {
    this.path = path;
    try {
      const info = statSync(path, { bigint: true });
      if (!info.isFile()) throw Object.assign(new Error(), { code: 'not a file' });
      this.#fd = openSync(path, 'r');
      this.size = Number(info.size);
      this.key = [resolve(path), info.size, info.mtimeNs, info.ino].join('|');
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  /** Bytes `start` to `end`. Throws `data/unreadable` where the file has become shorter. */
  read(start: number, end: number): Buffer {
    const out = Buffer.allocUnsafe(end - start);
    let at = 0;
    while (at < out.length) {
      const n = readSync(this.#fd, out, at, out.length - at, start + at);
      if (n === 0)
        throw new UserError('data/unreadable', `${this.path} has become shorter while it was read`, {
          expected: `${end} bytes`,
          given: `${start + at}`,
        });
      at += n;
    }
    return out;
  }

  /** All of it in pieces; a piece is overwritten by the next one. */
  *pieces(size = 2 ** 22): Generator<{ readonly bytes: Buffer; readonly start: number }> {
    const buffer = Buffer.allocUnsafe(size);
    for (let start = 0; ; ) {
      const n = readSync(this.#fd, buffer, 0, size, start);
      if (n === 0) return;
      yield { bytes: buffer.subarray(0, n), start };
      start += n;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

export const unreadable = (path: string, cause: unknown): UserError =>
  new UserError('data/unreadable', `cannot read ${path}`, {
    given: (cause as NodeJS.ErrnoException).code ?? String(cause),
    cause,
  });

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

/**
 * A file of `$ESPALIER_CACHE/data` (else `.cache/espalier/data` in the home directory) about another file: made where it is not there yet. Its name says
 * everything that it depends on; what was made of an earlier state of the same file is removed. `write` gets the path to write to, which is renamed when all is
 * written, so what has its name is complete.
 */
export async function keptFile(
  file: OpenFile,
  kind: string,
  write: (path: string) => void | Promise<void>,
): Promise<string> {
  const folder = join(process.env.ESPALIER_CACHE ?? join(homedir(), '.cache', 'espalier'), 'data');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ofFile = `${basename(file.path)
    .replace(/[^\w.-]/g, '_')
    .slice(0, 40)}-${digest(`${resolve(file.path)}|${kind}`)}`;
  const path = join(folder, `${ofFile}-${digest(`${file.key}|${FORMAT}`)}`);
  if (statSync(path, { throwIfNoEntry: false })) return path;
  const temporary = `${path}.${process.pid}`;
  try {
    await write(temporary);
    for (const name of readdirSync(folder))
      if (name.startsWith(`${ofFile}-`) && !/\.\d+$/.test(name)) rmSync(join(folder, name), { force: true });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  return path;
}
