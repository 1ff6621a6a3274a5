import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { abiHeader } from '../../src/compile/index.ts';
import { nativeDirectory } from '../../src/runtime/package-files.ts';

test('native/abi.h is what `npm run native-abi` writes', () => {
  expect(readFileSync(join(nativeDirectory(), 'abi.h'), 'utf8')).toBe(abiHeader());
});
