import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../build/test/outer/main.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `espalier <args>`, bundled from the sources by `bundle-cli.ts`. */
export function startCli(
  args: readonly string[],
  cwd: string,
  input?: string,
): { child: ChildProcess; finished: Promise<CliResult> } {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (d) => {
    stdout += String(d);
  });
  child.stderr?.on('data', (d) => {
    stderr += String(d);
  });
  const finished = new Promise<CliResult>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished };
}

export const runCli = (args: readonly string[], cwd: string, input?: string): Promise<CliResult> =>
  startCli(args, cwd, input).finished;
