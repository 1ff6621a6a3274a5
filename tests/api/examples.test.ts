import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleOf, publicFunctions } from '../../scripts/api-docs.ts';
import { apiReport, examplesFiles, examplesFolder, reportFile } from '../../scripts/api-report.ts';
import { setDefaultEngine } from '../../src/index.ts';
import { examples } from './examples/all.generated.ts';
import { show } from './show.ts';

/* The examples of the docstrings, which tsc checks as the files generated from them, and which run here. */

setDefaultEngine('reference');

describe('documentation', () => {
  it('every public function says what it does and has an example', async () => {
    const functions = await publicFunctions();
    const bare = functions.filter((f) => f.doc.split('@')[0].trim() === '' || exampleOf(f) === undefined);
    expect(bare.map((f) => f.name)).toEqual([]);
    expect(functions.length).toBeGreaterThan(700);
  });
  it('the generated files are current', async () => {
    const files = await examplesFiles();
    const present = readdirSync(examplesFolder).filter((f) => f.endsWith('.generated.ts'));
    expect(present.sort()).toEqual([...files.keys()].sort());
    for (const [file, text] of files) expect(readFileSync(join(examplesFolder, file), 'utf8'), file).toBe(text);
    expect(readFileSync(reportFile, 'utf8')).toBe(await apiReport());
  });
  for (const e of examples)
    it(`${e.name} prints ${e.expected}`, async () => {
      expect(await show(await e.run())).toBe(e.expected);
    });
});
