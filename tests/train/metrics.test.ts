import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { MetricsLog, readMetrics, type StepMetrics } from '../../src/train/index.ts';

const root = mkdtempSync(join(tmpdir(), 'espalier-metrics-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const line = (step: number): StepMetrics => ({
  step,
  loss: 1 / step,
  tokensPerSec: 8,
  timeMs: 2.5,
  bytesPerDevice: 64,
});

it('metrics are one JSON object per line; a resumed run goes on behind its checkpoint', () => {
  const path = join(root, 'metrics.jsonl');
  expect(readMetrics(root)).toEqual([]);
  const first = new MetricsLog(root, 0);
  for (const step of [1, 2, 3, 4]) first.append(line(step));
  first.append({ ...line(5), valLoss: 0.5 });
  first.close();
  expect(readFileSync(path, 'utf8').split('\n')[1]).toBe(
    '{"step":2,"loss":0.5,"tokensPerSec":8,"timeMs":2.5,"bytesPerDevice":64}',
  );
  expect(readMetrics(root).map((m) => m.valLoss)).toEqual([undefined, undefined, undefined, undefined, 0.5]);
  // A kill cuts the last line short.
  appendFileSync(path, '{"step":6,"lo');
  expect(readMetrics(root).map((m) => m.step)).toEqual([1, 2, 3, 4, 5]);
  // The newest checkpoint is of step 3: that step stays, later ones are done again.
  const second = new MetricsLog(root, 3);
  second.append(line(4));
  second.close();
  expect(readFileSync(path, 'utf8')).toBe([1, 2, 3, 4].map((step) => `${JSON.stringify(line(step))}\n`).join(''));
});
