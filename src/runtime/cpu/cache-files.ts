import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { appendFile, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../base/index.ts';
import { requirePrivateFolder } from '../private-files.ts';

/*
 * Files of the compile cache: each carries a hash of its own contents at its end (which loaders of shared objects ignore), or has it
 * in a file beside it where code is signed as a whole, so that what a full disk or a crash left behind is never loaded; and the
 * folder stays below a size.
 */

const mark = Buffer.from('espalier-sha256:');
const trailerBytes = mark.length + 32;

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Where the hash is. macOS loads no code with anything behind its signature. */
export type HashPlace = 'at the end' | 'beside';
const hashPlace: HashPlace = process.platform === 'darwin' ? 'beside' : 'at the end';
const besideOf = (path: string): string => `${path}.sha256`;

/** Moves a finished file to its place, with its hash. */
export async function sealInto(path: string, temporary: string, place = hashPlace): Promise<void> {
  const hash = Buffer.concat([mark, hashOf(await readFile(temporary))]);
  if (place === 'at the end') await appendFile(temporary, hash);
  else {
    await writeFile(besideOf(temporary), hash);
    await rename(besideOf(temporary), besideOf(path));
  }
  await rename(temporary, path);
}

/** Whether a sealed file is there and undamaged; notes that it was used. */
export async function isIntact(path: string, place = hashPlace): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return false;
  const end = place === 'at the end' ? Math.max(0, bytes.length - trailerBytes) : bytes.length;
  const hash = place === 'at the end' ? bytes.subarray(end) : await readFile(besideOf(path)).catch(() => undefined);
  if (!hash || !Buffer.concat([mark, hashOf(bytes.subarray(0, end))]).equals(hash)) return false;
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined); // a cache that may only be read is still good
  return true;
}

/** `$ESPALIER_CACHE`, or `.cache/espalier` in the home directory: a folder that only this user can enter. Throws `runtime/cache-folder`. */
export function cacheDirectory(): string {
  const path = process.env.ESPALIER_CACHE ?? join(homedir(), '.cache', 'espalier');
  requirePrivateFolder(path);
  return path;
}

/** Path of the record that belongs to a key, whose text may be long. */
export function recordPath(name: string, key: string): string {
  return join(cacheDirectory(), `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
}

/** Keeps a value as JSON under its hash, for {@link readRecord}. What cannot be written is not kept. */
export function writeRecord(path: string, value: unknown): void {
  const text = JSON.stringify(value);
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, `${hashOf(Buffer.from(text)).toString('hex')}\n${text}`);
    renameSync(temporary, path);
  } catch {
    // A cache on a full or read-only disk: the next process does the work again.
  }
}

/** What {@link writeRecord} kept, or undefined where it is absent or damaged; notes that it was used. Blocks: records are small. */
export function readRecord(path: string): unknown {
  try {
    const [hash, text] = readFileSync(path, 'utf8').split('\n', 2);
    if (hashOf(Buffer.from(text)).toString('hex') !== hash) return undefined;
    const now = new Date();
    utimesSync(path, now, now);
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `$ESPALIER_CACHE_LIMIT_MB`, 1,024 unless set. Throws `runtime/cache-limit`. */
function limitBytes(): number {
  const text = process.env.ESPALIER_CACHE_LIMIT_MB ?? '1024';
  const limit = Number(text);
  if (!(limit >= 0))
    throw new UserError('runtime/cache-limit', 'ESPALIER_CACHE_LIMIT_MB is no size', {
      expected: 'a number of megabytes, at least 0',
      given: text,
    });
  return limit * 2 ** 20;
}

/** What a look at the folder found, kept in the folder: bytes that may be added before somebody must look again. */
interface Look {
  readonly limit: number;
  readonly room: number;
  readonly atMs: number;
}
const lookPath = (directory: string): string => join(directory, 'room');
/** Records are added without being counted: after so long somebody looks in any case. */
const LOOK_AGAIN_MS = 3_600_000;

async function lastLook(directory: string, limit: number): Promise<Look | undefined> {
  try {
    const look = JSON.parse(await readFile(lookPath(directory), 'utf8')) as Look;
    return look.limit === limit && Math.abs(Date.now() - look.atMs) < LOOK_AGAIN_MS ? look : undefined;
  } catch {
    return undefined; // nobody looked, or somebody writes it now
  }
}

/**
 * Deletes the least recently used programs beyond the limit, but never `added`, which is new. Loaded ones stay usable: they are
 * mapped. Looking at thousands of files takes longer than compiling one, so the processes of a folder look again only when they have
 * added a sixteenth of the limit, or all that is left.
 */
export async function evict(directory: string, added: string): Promise<void> {
  const limit = limitBytes();
  const look = await lastLook(directory, limit);
  if (look) {
    const room = look.room - ((await stat(added).catch(() => undefined))?.size ?? 0);
    if (room >= 0) return keepLook(directory, { ...look, room });
  }
  const names = (await readdir(directory).catch(() => [])).filter((name) => /-[0-9a-f]{32}\.(so|c|json)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const found = await stat(path).catch(() => undefined);
      return found && { path, bytes: found.size, usedMs: found.mtimeMs };
    }),
  );
  const present = files.filter((f) => f !== undefined).sort((a, b) => a.usedMs - b.usedMs);
  let total = present.reduce((n, f) => n + f.bytes, 0);
  // Some room is made, or a full folder would be looked at after every compilation.
  const goal = total > limit ? (limit * 7) / 8 : limit;
  for (const f of present) {
    if (total <= goal) break;
    if (f.path === added) continue;
    await rm(f.path, { force: true });
    await rm(besideOf(f.path), { force: true });
    total -= f.bytes;
  }
  await keepLook(directory, { limit, room: Math.min(limit - total, limit / 16), atMs: Date.now() });
}

const keepLook = (directory: string, look: Look): Promise<void> =>
  writeFile(lookPath(directory), JSON.stringify(look)).catch(() => undefined);
