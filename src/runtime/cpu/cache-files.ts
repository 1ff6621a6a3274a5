import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/index.ts';

/*
 * Files of the compile cache: each carries a hash of its own contents at its end (which loaders of shared objects ignore), so
 * that what a full disk or a crash left behind is never loaded; and the folder stays below a size.
 */

const mark = Buffer.from('espalier-sha256:');
const trailerBytes = mark.length + 32;

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Appends the hash. */
export async function seal(path: string): Promise<void> {
  await appendFile(path, Buffer.concat([mark, hashOf(await readFile(path))]));
}

/** Whether a sealed file is there and undamaged; notes that it was used. */
export async function isIntact(path: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes || bytes.length < trailerBytes) return false;
  const body = bytes.subarray(0, bytes.length - trailerBytes);
  const trailer = Buffer.concat([mark, hashOf(body)]);
  if (!trailer.equals(bytes.subarray(body.length))) return false;
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined); // a cache that may only be read is still good
  return true;
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

/** Deletes the least recently used programs beyond the limit; never `keep`. Loaded ones stay usable: they are mapped. */
export async function evict(directory: string, keep: string): Promise<void> {
  const limit = limitBytes();
  const names = (await readdir(directory).catch(() => [])).filter((name) => /-[0-9a-f]{32}\.(so|c)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const found = await stat(path).catch(() => undefined);
      return found && { path, bytes: found.size, usedMs: found.mtimeMs };
    }),
  );
  const present = files.filter((f) => f !== undefined).sort((a, b) => a.usedMs - b.usedMs);
  let total = present.reduce((n, f) => n + f.bytes, 0);
  for (const f of present) {
    if (total <= limit) return;
    if (f.path === keep) continue;
    await rm(f.path, { force: true });
    total -= f.bytes;
  }
}
