import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { formatBytes, UserError } from '../base/index.ts';

/** Most that a command may use; undefined: as much as it wants. */
export interface Limits {
  readonly timeLimit?: number | undefined;
  readonly memoryLimit?: number | undefined;
}

/** Tells the process inside that the limits are watched from outside. */
const INSIDE = 'ESPALIER_INSIDE_LIMITS';
const LOOK_MS = 50;
const MIB = 2 ** 20;

/** Whether this process has to start another one, which it watches. */
export const mustWatch = (o: Limits): boolean =>
  (o.timeLimit !== undefined || o.memoryLimit !== undefined) && process.env[INSIDE] === undefined;

/**
 * Runs this command line again in a process of its own, which is killed when it takes longer (seconds) or more memory (MiB) than it
 * may: a program from elsewhere may loop for ever inside a kernel, where nothing else stops it. Returns its exit code. Throws
 * `cli/time-limit`, `cli/memory-limit`.
 */
export async function runWatched({ timeLimit, memoryLimit }: Limits): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  const started = performance.now();
  let broken: UserError | undefined;
  const stop = (error: UserError): void => {
    broken = error;
    child.kill('SIGKILL');
  };
  const look = setInterval(() => {
    if (timeLimit !== undefined && performance.now() - started > 1000 * timeLimit)
      stop(
        new UserError('cli/time-limit', `the program was stopped: it took longer than ${timeLimit} s`, {
          advice: 'give it more with --time-limit',
        }),
      );
    const bytes = memoryLimit === undefined || child.pid === undefined ? 0 : residentBytes(child.pid);
    if (memoryLimit !== undefined && bytes > memoryLimit * MIB)
      stop(
        new UserError('cli/memory-limit', `the program was stopped: it took more than ${memoryLimit} MiB of memory`, {
          given: formatBytes(bytes),
          advice: 'give it more with --memory-limit (Node itself takes about 100 MiB)',
        }),
      );
  }, LOOK_MS);
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => resolve(status ?? (signal ? 1 : 0)));
    });
    if (broken) throw broken;
    return code;
  } finally {
    clearInterval(look);
    process.off('SIGINT', forward);
    process.off('SIGTERM', forward);
  }
}

/** Memory of a process; 0 when it has ended. */
function residentBytes(pid: number): number {
  try {
    if (process.platform === 'linux') {
      const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return 1024 * Number(kib ?? 0);
    }
    return 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' }));
  } catch {
    return 0;
  }
}
