import { expect, test } from 'vitest';
import { registry } from '../src/ops/index.ts';
import { modulePasses } from '../src/program/index.ts';
import { goldenTests, placeOf } from './golden.ts';

test('every pass has a name of its own, a file of its name, and golden cases beside it', () => {
  const names = modulePasses.map((p) => p.name);
  expect(names.filter((n, i) => names.indexOf(n) !== i)).toEqual([]);
  expect(names.filter((n) => placeOf(n) === undefined)).toEqual([]);
});

for (const pass of modulePasses) if (placeOf(pass.name) !== undefined) goldenTests(pass, registry);
