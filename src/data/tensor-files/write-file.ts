import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes all bytes where the file stands. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, Math.min(bytes.length - done, 1 << 30));
}

/** Writes a file piece by piece and waits until it is on disk. */
export async function writeThrough(path: string, write: (fd: number) => void | Promise<void>): Promise<void> {
  const fd = openSync(path, 'w');
  try {
    await write(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
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

export const syncFolderOf = (path: string): void => syncFolder(dirname(path));
