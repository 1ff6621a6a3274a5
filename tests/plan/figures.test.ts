import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planningKinds } from '../../scripts/figures/planning/kinds.ts';
import { evaluateRow, type Row, rowReader } from '../../scripts/figures/row.ts';
import { figures, figuresText } from '../../scripts/figures.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-figures-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const rowsFile = (rows: unknown): string => {
  const file = join(work, 'rows.json');
  writeFileSync(file, typeof rows === 'string' ? rows : JSON.stringify(rows));
  return file;
};

const run = { chips: 10, hours: 10, wattsPerChip: 100, pue: 1, kgPerKWh: 0.5 };
const row = (published: Row['published'], inputs: unknown = run): Row =>
  rowReader.read({ kind: 'carbon', name: 'a', source: 'b', inputs, published }, 'row');

describe('figures', () => {
  it('compares with the tolerance on the side that the row says', async () => {
    const verdict = async (p: Row['published'][string]): Promise<string> =>
      (await evaluateRow(row({ energyMWh: p }), planningKinds, 'row'))[0].verdict;
    // ours is 0.01 MWh
    expect(await verdict({ value: 0.0101, tolerance: 0.01 })).toBe('within');
    expect(await verdict({ value: 0.0102, tolerance: 0.01 })).toBe('out');
    expect(await verdict({ value: 0.02, tolerance: { absolute: 0.01 } })).toBe('within');
    expect(await verdict({ value: 0.02, tolerance: 0, compare: 'at most' })).toBe('within');
    expect(await verdict({ value: 0.02, tolerance: 0, compare: 'at least' })).toBe('out');
  });

  it('keeps rows that cannot be computed, with the reason, and goes on', async () => {
    const file = rowsFile([
      {
        kind: 'carbon',
        name: 'x',
        source: 's',
        inputs: { ...run, wats: 1 },
        published: { energyMWh: { value: 1, tolerance: 0 } },
      },
      { kind: 'carbon', name: 'y', source: 's', inputs: run, published: { energyMWh: { value: 0.01, tolerance: 0 } } },
    ]);
    const lines = await figures('planning', { rows: file });
    expect(lines.map((l) => l.verdict)).toEqual(['failed', 'within']);
    expect(lines[0].reason).toContain('unknown field "wats"');
    expect(figuresText(lines)).toContain('2 figures: 1 within tolerance, 0 out, 1 failed, 0 without data');
  });

  it('takes no rows for none that hold', async () => {
    await expect(figures('planning', { rows: rowsFile([]) })).rejects.toThrow('there are no rows');
  });

  it('names the nearest of what is not there', async () => {
    const of = (change: object): Promise<unknown> =>
      figures('planning', { rows: rowsFile([{ ...row({}), ...change }]) });
    await expect(of({ kind: 'carbn' })).rejects.toThrow('Perhaps "carbon" is meant');
    await expect(of({ published: { energyMwh: { value: 1, tolerance: 0 } } })).rejects.toThrow(
      'Perhaps "energyMWh" is meant',
    );
    await expect(of({ sorce: 1 })).rejects.toThrow('Perhaps "source" is meant');
    await expect(figures('planning', { rows: rowsFile('[') })).rejects.toThrow('is not JSON');
    await expect(figures('plans')).rejects.toThrow('expected planning');
  });

  it('has committed rows of every kind, and ours lie within their tolerance wherever there is data', async () => {
    // Seconds each, or in need of files: the command runs them.
    const slow = ['serving', 'queues', 'kernels', 'iopddl instances', 'intra-op goldens', 'pipeline search'];
    // Known: over two hosts of eight, time is no straight line of size.
    const known = ['A100 DGX all-reduce, 16 ranks, 8 a node, medianErrorOfLine'];
    for (const { name } of planningKinds.filter((k) => !slow.includes(k.name))) {
      const lines = await figures('planning', { kind: name });
      expect(lines.length, name).toBeGreaterThan(0);
      const off = lines.filter((l) => l.verdict !== 'within' && l.verdict !== 'no data');
      const told = off.map((l) => `${l.row}, ${l.quantity}`);
      expect(told.filter((t) => !known.includes(t))).toEqual([]);
    }
  });
});
