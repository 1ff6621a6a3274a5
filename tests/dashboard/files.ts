import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the folder of a run as `espalier train` leaves it. */
export function writeRun(
  dir: string,
  lines: readonly (object | string)[],
  settings: Readonly<Record<string, string | number>> = {},
): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'run.json'), '{"espalier":"run","startedAt":"2026-01-02T03:04:05.000Z","files":[]}\n');
  writeFileSync(join(dir, 'metrics.jsonl'), linesOf(lines));
  const recorded = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, { value, source: 'test' }]),
  );
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ espalier: 'manifest', settings: recorded }));
}

export const linesOf = (lines: readonly (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

export const stepLine = (step: number, loss: number): object => ({ step, loss, tokensPerSec: 1000, timeMs: 100 });
