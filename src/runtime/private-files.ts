import { chmodSync, mkdirSync, readdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EspalierError } from '../base/index.ts';

/*
 * What this process loads as code must not be writable by others. Users of other systems than POSIX ones have no such rights to
 * look at: there every file counts as private.
 */

const WRITABLE_BY_OTHERS = 0o022;

const own = (): number | undefined => process.getuid?.();
const isTrustedOwner = (info: Stats): boolean => own() === undefined || info.uid === own() || info.uid === 0;
const isWritableByOthers = (info: Stats): boolean => own() !== undefined && (info.mode & WRITABLE_BY_OTHERS) !== 0;

/** Undefined for what is not there, and below files. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

const checked = new Set<string>();

/**
 * Makes a folder that only this user can enter, or checks the one that is there; asked once per folder. One of ours that others could
 * write to is closed to them, and emptied of files, since they may have put some there. Throws `runtime/cache-folder` for one that
 * belongs to another user.
 */
export function requirePrivateFolder(path: string): void {
  if (checked.has(path)) return;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    // A disk that cannot be written to: what uses the folder does without it.
  }
  const info = statOf(path);
  if (info && !info.isDirectory())
    throw new EspalierError('runtime/cache-folder', `the cache folder ${path} is no folder`, {
      advice: 'set ESPALIER_CACHE to a folder of your own',
    });
  if (info && !isTrustedOwner(info))
    throw new EspalierError('runtime/cache-folder', `the cache folder ${path} belongs to another user`, {
      expected: 'a folder of your own: code is loaded from it',
      given: `owner ${info.uid}`,
      advice: 'set ESPALIER_CACHE to a folder of your own',
    });
  if (info && isWritableByOthers(info)) {
    if (info.uid !== own())
      throw new EspalierError('runtime/cache-folder', `others can write to the cache folder ${path}`, {
        advice: 'set ESPALIER_CACHE to a folder of your own',
      });
    chmodSync(path, 0o700);
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isFile()) rmSync(join(path, entry.name), { force: true });
  }
  checked.add(path);
}

/** Whether a file, and every folder on the way to it, can be changed by this user and the system's only. */
export function isPrivateFile(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    const info = statSync(at, { throwIfNoEntry: false });
    if (!info || !isTrustedOwner(info)) return false;
    // In folders like /tmp others may add files, but not exchange ours.
    const isSticky = info.isDirectory() && (info.mode & 0o1000) !== 0;
    if (isWritableByOthers(info) && !isSticky) return false;
    if (dirname(at) === at) return true;
  }
}
