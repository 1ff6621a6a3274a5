import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { featuresText } from '../scripts/features.ts';

it('FEATURES.md is what `npm run features` writes', () => {
  expect(readFileSync(new URL('../FEATURES.md', import.meta.url), 'utf8')).toBe(featuresText());
});
