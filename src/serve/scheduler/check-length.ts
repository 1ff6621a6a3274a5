import { UserError } from '../../base/index.ts';
import type { SchedulerLimits } from './options.ts';
import type { CallRequest } from './request.ts';

/** Tokens of the longest sequence that there is room for. */
export const maxLengthWithin = ({ maxPositions, numPages, pageSize }: SchedulerLimits): number =>
  Math.min(maxPositions, (numPages - 1) * pageSize);

/** Throws `serve/request` for a call of nothing, and `serve/too-long` for one that can never be computed. */
export function checkLength(
  { prompt, maxTokens, promptLogprobs, control, n = 1 }: CallRequest,
  limits: SchedulerLimits,
): void {
  const maxLength = maxLengthWithin(limits);
  if (prompt.length === 0 || maxTokens < (promptLogprobs === undefined ? 1 : 0))
    throw new UserError('serve/request', 'there is nothing to compute', {
      expected: 'a prompt of a token or more, and new tokens',
      given: `${prompt.length} and ${maxTokens}`,
    });
  if (prompt.length + maxTokens > maxLength)
    throw new UserError('serve/too-long', 'the prompt and its new tokens are longer than this model can take here', {
      expected: `at most ${maxLength} tokens together`,
      given: `${prompt.length} in the prompt and ${maxTokens} to come`,
      advice: 'shorten the prompt, or ask for fewer new tokens',
      fields: { numPromptTokens: prompt.length, maxTokens, maxLength },
    });
  // Those who wait for a choice keep their pages: all of them have to have some.
  const { pageSize, numPages } = limits;
  const shared = Math.floor(prompt.length / pageSize);
  const needed = shared + n * (Math.ceil((prompt.length + maxTokens) / pageSize) - shared);
  if (control?.kind === 'blocks' && needed > numPages - 1)
    throw new UserError('serve/too-long', 'there are too few pages for all the texts that are chosen among', {
      expected: `at most ${numPages - 1} pages`,
      given: `${needed}`,
      advice: 'ask for fewer candidates, or for fewer new tokens',
    });
}
