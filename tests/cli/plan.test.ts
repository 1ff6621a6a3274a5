import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from './cli.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-plan-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const instance = {
  problem: {
    name: 'three nodes',
    nodes: {
      intervals: [
        [0, 4],
        [2, 6],
        [5, 9],
      ],
      costs: [[1, 9], [3, 4], [5]],
      usages: [[8, 2], [6, 3], [4]],
    },
    edges: { nodes: [[0, 1]], costs: [[0, 7, 2, 1]] },
    usage_limit: 9,
  },
};

test('plan --instance solves an instance, and says what one that cannot fit needs', async () => {
  const file = join(work, 'small.json');
  writeFileSync(file, JSON.stringify(instance));
  const solved = await runCli(['plan', '--instance', file], work);
  expect(solved.stdout).toMatch(/objective +19\n/);
  expect(solved.code).toBe(0);
  writeFileSync(file, JSON.stringify({ problem: { ...instance.problem, usage_limit: 4 } }));
  const failed = await runCli(['plan', '--instance', file], work);
  expect(failed.stdout).toContain('needs at least 7 at time 5, the limit is 4');
  expect(failed.code).toBe(1);
  const nothing = await runCli(['plan', '--instance', join(work, 'none.json')], work);
  expect(nothing.stderr).toContain('could not be read');
});
