import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { conformanceRoot } from './files.ts';
import { structureOf } from './structure.ts';

/*
 * Parse → print → parse gives the same program, for every case of the conformance data, pretty and generic. Shardy's cases
 * that are meant to fail in the parser are left out: what cannot be read has no structure.
 */

const root = conformanceRoot();
const suites = ['stablehlo', 'shardy'];

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return path.endsWith('.mlir') ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

describe.skipIf(!root)('parse → print → parse', () => {
  if (!root) {
    it('needs the conformance data', (ctx) => ctx.skip('shared/conformance does not lie beside this project'));
    return;
  }
  const options = { allowUnregistered: true, verify: false };
  for (const suite of suites)
    for (const file of filesUnder(join(root, suite))) {
      it(file.slice(root.length + 1), () => {
        for (const text of readFileSync(file, 'utf8').split(/^\/\/ -----.*$|^\/\/--- part\d\.mlir$/m)) {
          if (!/func/.test(text)) continue;
          const module = parseModule(text, registry, options);
          const again = parseModule(printModule(module), registry, options);
          expect(structureOf(again)).toEqual(structureOf(module));
        }
      });
    }
});
