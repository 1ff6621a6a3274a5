import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StepMetrics } from './trainer.ts';

/** Appends one JSON object per line to `metrics.jsonl`; a resumed run first drops the lines after its checkpoint. */
export class MetricsLog {
  readonly #fd: number;

  constructor(dir: string, afterStep: number) {
    const path = join(dir, 'metrics.jsonl');
    if (existsSync(path)) keepUpTo(path, afterStep);
    this.#fd = openSync(path, 'a');
  }

  append(line: StepMetrics): void {
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Reads the metrics of a run; a last line cut short by a kill is left out. */
export function readMetrics(dir: string): StepMetrics[] {
  const path = join(dir, 'metrics.jsonl');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').flatMap(parseLine);
}

function parseLine(line: string): StepMetrics[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as StepMetrics];
  } catch {
    return [];
  }
}

function keepUpTo(path: string, step: number): void {
  const kept = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap(parseLine)
    .filter((m) => m.step <= step);
  writeFileSync(`${path}.new`, kept.map((m) => `${JSON.stringify(m)}\n`).join(''));
  renameSync(`${path}.new`, path);
}
