import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../base/index.ts';
import { RUN_MARKER } from '../data/index.ts';

/*
 * The folder of a run: one process writes it at a time. It says what it is (`run.json`), so that it is never read as text to train
 * on, and holds a lock while a process works in it.
 */

interface Lock {
  readonly pid: number;
  readonly host: string;
}

/** A run's folder as long as this process owns it. */
export interface RunFolder {
  /** Gives the folder free again. */
  release(): void;
}

/**
 * Makes the folder, if need be, and takes it for this process. Throws `train/out` where that cannot be, `train/out-in-use` while
 * another process works in it. The lock of a process that is gone is taken over.
 */
export function claimRunFolder(dir: string, files: readonly string[]): RunFolder {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UserError('train/out', `${dir} is a file`, {
      expected: 'a folder, or a name that is free',
      advice: 'choose another --out',
    });
  const isNew = !existsSync(dir) || readdirSync(dir).length === 0;
  const path = join(dir, 'run.lock');
  const own: Lock = { pid: process.pid, host: hostname() };
  try {
    mkdirSync(dir, { recursive: true });
    for (let attempt = 0; ; attempt++) {
      try {
        writeFileSync(path, JSON.stringify(own), { flag: 'wx' });
        break;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 3) throw cause;
        removeStale(path, dir);
      }
    }
    const marker = join(dir, RUN_MARKER);
    if (!existsSync(marker))
      writeFileSync(marker, `${JSON.stringify({ espalier: 'run', startedAt: new Date().toISOString(), files })}\n`);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('train/out', `cannot write to ${dir}`, {
      given: (cause as NodeJS.ErrnoException).code ?? String(cause),
      advice: 'choose another --out',
      cause,
    });
  }
  const release = (): void => {
    process.off('exit', release);
    rmSync(path, { force: true });
    // A run that stopped before it wrote anything leaves nothing behind.
    if (isNew && readdirSync(dir).join() === RUN_MARKER) rmSync(dir, { recursive: true, force: true });
  };
  process.on('exit', release);
  return { release };
}

/** Absolute paths of the text files a run began with; empty where it does not say. */
export function filesOfRun(dir: string): readonly string[] {
  try {
    const { files } = JSON.parse(readFileSync(join(dir, RUN_MARKER), 'utf8')) as { files?: unknown };
    return Array.isArray(files) ? files.filter((f) => typeof f === 'string') : [];
  } catch {
    return [];
  }
}

/** A lock without contents is one that is being written, or was when the machine stopped. */
const WRITING_MS = 10_000;

/** Removes the lock of a process that is gone. Throws `train/out-in-use`. */
function removeStale(path: string, dir: string): void {
  const text = readText(path);
  if (text === undefined) return; // given free meanwhile
  const lock = parseLock(text);
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const isHere = lock?.host === hostname();
  if (lock ? !isHere || isAlive(lock.pid) : age < WRITING_MS)
    throw new UserError('train/out-in-use', `${dir} is already in use by another run`, {
      given: lock ? `process ${lock.pid} on ${lock.host}` : 'a run that is starting',
      advice:
        isHere || !lock
          ? 'choose another --out, or stop that run first'
          : `choose another --out; if that run is gone, delete ${path}`,
    });
  // Moved away before it is deleted: where another process was quicker, its new lock is put back.
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readText(aside) === text) rmSync(aside);
  else renameSync(aside, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseLock(text: string): Lock | undefined {
  try {
    const lock = JSON.parse(text) as Lock;
    return Number.isInteger(lock.pid) && typeof lock.host === 'string' ? lock : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
