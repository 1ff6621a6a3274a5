import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';

/** Throws an error of the code where a token means something else to one model than to the other, which works on its texts. */
export function checkVocabulary(
  code: 'serve/speculation' | 'serve/scorer',
  tokenizer: Tokenizer,
  other: Tokenizer,
): void {
  const size = Math.max(tokenizer.vocabSize, other.vocabSize);
  for (let id = 0; id < size; id++) {
    const [own, theirs] = [tokenizer.tokenOf(id), other.tokenOf(id)];
    if (own === theirs) continue;
    throw new UserError(
      code,
      `the model that ${code === 'serve/scorer' ? 'scores' : 'guesses'} has another vocabulary`,
      {
        expected: `token ${id} is ${JSON.stringify(own)}`,
        given: JSON.stringify(theirs) ?? 'no such token',
        advice: 'take a model of the same family',
      },
    );
  }
}
