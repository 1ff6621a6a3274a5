import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { suiteData } from './data.ts';
import { filesUnder } from './files.ts';
import { structureOf } from './structure.ts';

/*
 * Parse → print → parse gives the same program, for every case of the conformance data, pretty and generic. Shardy's cases
 * that are meant to fail in the parser are left out: what cannot be read has no structure.
 */

const { root, cases, note } = suiteData('parse → print → parse');
const suites = ['stablehlo', 'shardy'];

const files = suites.flatMap((suite) => (root ? filesUnder(join(root, suite)) : []));

describe(`parse → print → parse${note}`, () => {
  it.skipIf(!root)('all files are there', () => expect(files.length).toBe(cases));
  const options = { allowUnregistered: true, verify: false };
  for (const file of files) {
    it(file.slice(root!.length + 1), () => {
      for (const text of readFileSync(file, 'utf8').split(/^\/\/ -----.*$|^\/\/--- part\d\.mlir$/m)) {
        if (!/func/.test(text)) continue;
        const module = parseModule(text, registry, options);
        const again = parseModule(printModule(module), registry, options);
        expect(structureOf(again)).toEqual(structureOf(module));
      }
    });
  }
});
