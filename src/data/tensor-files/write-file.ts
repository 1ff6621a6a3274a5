import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { EspalierError, UserError } from '../../base/index.ts';

/** Writes all bytes where the file stands. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, Math.min(bytes.length - done, 1 << 30));
}

/** Errors of the system (no space, no right) as `data/write`, others as they are. */
function refused(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof EspalierError || (syscall === undefined && !code?.startsWith('ERR_FS'))) return error;
  return new UserError('data/write', `cannot write ${path}`, { given: code ?? String(error), cause: error });
}

/** Does something to files of a folder. Throws `data/write` when the system refuses. */
export function changeFolder(dir: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw refused(dir, error);
  }
}

/** Writes a file piece by piece and waits until it is on disk. Throws `data/write` when the system refuses. */
export async function writeThrough(path: string, write: (fd: number) => void | Promise<void>): Promise<void> {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'w');
    await write(fd);
    fsyncSync(fd);
  } catch (error) {
    throw refused(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Waits until the names in a folder are on disk. */
export function syncFolder(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
