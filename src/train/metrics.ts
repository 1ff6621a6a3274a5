import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/index.ts';
import type { StepMetrics } from './trainer.ts';

/** Appends one JSON object per line to `metrics.jsonl`; a resumed run first drops the lines after its checkpoint. */
export class MetricsLog {
  readonly #fd: number;
  /** Lines that are not on disk yet: while it is full, a run goes on. */
  #waiting: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  constructor(dir: string, afterStep: number) {
    const path = join(dir, 'metrics.jsonl');
    if (existsSync(path)) keepUpTo(path, afterStep);
    this.#fd = openSync(path, 'a');
  }

  append(line: StepMetrics): void {
    this.#waiting = Buffer.concat([this.#waiting, Buffer.from(`${JSON.stringify(line)}\n`)]);
    try {
      this.#write();
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  /** Throws `train/metrics-write` where lines are left that the disk has no room for. */
  close(): void {
    try {
      this.#write();
    } catch (cause) {
      if (!isFull(cause)) throw cause;
      throw new UserError('train/metrics-write', 'the last lines of metrics.jsonl could not be written', {
        given: (cause as NodeJS.ErrnoException).code!,
        advice: 'make room on the disk; checkpoints are not affected',
        cause,
      });
    } finally {
      closeSync(this.#fd);
    }
  }

  #write(): void {
    while (this.#waiting.length > 0) this.#waiting = this.#waiting.subarray(writeSync(this.#fd, this.#waiting));
  }
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

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
