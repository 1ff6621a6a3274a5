import { wordPatternNames, wordPatternsOf } from '../../src/data/text/word-patterns.ts';

/* Patterns of all families, once each, for tests/oracles/bpe.py. */
const seen = new Set<string>();
const families = wordPatternNames.flatMap((name) => {
  const { patterns } = wordPatternsOf(name)!;
  const key = JSON.stringify(patterns);
  if (seen.has(key)) return [];
  seen.add(key);
  return [[name, patterns] as const];
});
console.log(JSON.stringify(Object.fromEntries(families)));
