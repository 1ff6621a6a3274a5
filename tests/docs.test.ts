import { expect, test } from 'vitest';
import { checkDocument, documents } from '../scripts/check-docs.ts';

test.each(documents())('%s names files, headings, commands and options that are there', (file) => {
  expect(checkDocument(file)).toEqual([]);
});

test('what is not there is found, with its line', () => {
  const problems = (text: string): string[] =>
    checkDocument('docs/tour.md', text).map((f) => `${f.line}: ${f.problem}`);
  expect(problems('[`a.ts`](../src/no.ts) and `b`, [`c`](../src/index.ts)')).toEqual([
    '1: the link ../src/no.ts leads nowhere',
  ]);
  expect(problems('# A\n\n[b](nowhere.md) [c](engines.md#no-such-heading) [d](#a)')).toEqual([
    '3: the link nowhere.md leads nowhere',
    '3: engines.md has no heading #no-such-heading',
  ]);
  expect(problems('see `src/api/jit.ts`, `compile/index.ts` and `books/text.md`')).toEqual([
    '1: there is no src/api/jit.ts',
  ]);
  expect(
    problems('`npx espalier opt --each --nonsense x`, `npx espalier fly`, `npm run nothing`, `npx tsx bench/none.ts`'),
  ).toEqual([
    '1: espalier opt has no option --nonsense',
    '1: there is no command espalier fly',
    '1: package.json has no script "nothing"',
    '1: there is no bench/none.ts to run',
  ]);
  expect(problems('```sh\nnpx espalier train --mesh data=2 --bogus\n```')).toEqual([
    '2: espalier train has no option --bogus',
  ]);
  expect(problems('# A\n\n## B\nIt takes 12 ms.')).toEqual(['3: "12 ms" in "## B" without the command that prints it']);
  expect(problems('# A\n\n## B\n`npx tsx bench/gemm.ts`: 12 ms.')).toEqual([]);
});
