import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleOf, publicFunctions } from '../../scripts/api-docs.ts';
import { apiReport, examplesFile, examplesText, reportFile } from '../../scripts/api-report.ts';
import { setDefaultEngine } from '../../src/index.ts';
import { examples } from './examples.generated.ts';
import { show } from './show.ts';

/* The examples of the docstrings, which tsc checks as the file generated from them, and which run here. */

setDefaultEngine('reference');

describe('documentation', () => {
  it('every public function says what it does and has an example', async () => {
    const functions = await publicFunctions();
    const bare = functions.filter((f) => f.doc.split('@')[0].trim() === '' || exampleOf(f) === undefined);
    expect(bare.map((f) => f.name)).toEqual([]);
    expect(functions.length).toBeGreaterThan(700);
  });
  it('the generated files are current', async () => {
    expect(readFileSync(examplesFile, 'utf8')).toBe(await examplesText());
    expect(readFileSync(reportFile, 'utf8')).toBe(await apiReport());
  });
  for (const e of examples)
    it(`${e.name} prints ${e.expected}`, async () => {
      expect(await show(await e.run())).toBe(e.expected);
    });
});
