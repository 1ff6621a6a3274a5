import { UserError } from '../../base/index.ts';
import { spansOf } from './images.ts';
import type { SchedulerLimits } from './options.ts';
import type { Call, CallRequest, Sequence } from './request.ts';
import type { StepCost } from './step-costs.ts';

/* What can never be computed, or not in time, is refused at once. */

const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 60_000;

/** Tokens of the longest sequence that there is room for. */
export const maxLengthWithin = ({ maxPositions, numPages, pageSize }: SchedulerLimits): number =>
  Math.min(maxPositions, (numPages - 1) * pageSize);

/** Throws `serve/request` for a call of nothing, and `serve/too-long` for one that can never be computed. */
export function checkLength(
  { prompt, maxTokens, promptLogprobs, control, guidance, n = 1, images = [], seesWhole = false }: CallRequest,
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
  const { maxSequences, maxTokensPerStep } = limits;
  // Others may write in the same step.
  const together = Math.max(0, ...spansOf(images, prompt.length, seesWhole).map(([start, end]) => end - start));
  const space = Math.max(1, maxTokensPerStep - maxSequences + 1);
  if (together > space)
    throw new UserError('serve/too-long', 'what is seen together has no space in a step', {
      expected: `at most ${space} tokens`,
      given: `${together}`,
      advice: seesWhole ? 'send a shorter text, or fewer images' : 'start the server with larger steps',
      fields: { numPromptTokens: prompt.length, maxTokens, maxLength: space },
    });
  if (images.length > 0 && (promptLogprobs !== undefined || (seesWhole && guidance)))
    throw new UserError(
      'serve/request',
      'a prompt with images is neither scored nor, where it is seen both ways, guided',
    );
  if (guidance && (control || promptLogprobs !== undefined || guidance.prompt.length === 0))
    throw new UserError('serve/request', 'a guided call is what it cannot be', {
      expected: 'another prompt of a token or more, no scores of the prompt, and nobody who chooses',
    });
  if (guidance && (maxSequences < 2 || maxTokensPerStep < 2))
    throw new UserError('serve/request', 'a step has no space for two prompts', {
      expected: 'two sequences of a token',
    });
  const pagesOf = (length: number): number => Math.ceil((length + maxTokens) / limits.pageSize);
  if (guidance && pagesOf(prompt.length) + pagesOf(guidance.prompt.length) > limits.numPages - 1)
    throw new UserError('serve/too-long', 'there are too few pages for both prompts with their new tokens', {
      expected: `at most ${limits.numPages - 1} pages`,
      given: `${pagesOf(prompt.length) + pagesOf(guidance.prompt.length)}`,
      advice: 'shorten a prompt, or ask for fewer new tokens',
    });
  if (guidance && guidance.prompt.length + maxTokens > maxLength)
    throw new UserError('serve/too-long', 'the other prompt and its new tokens are longer than this model can take', {
      expected: `at most ${maxLength} tokens together`,
      given: `${guidance.prompt.length} and ${maxTokens}`,
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

/** Throws `serve/overloaded` where too much waits already, and `serve/deadline` where a call's deadline cannot be met. */
export function checkLoad(
  request: CallRequest,
  load: { readonly calls: readonly Call[]; readonly live: readonly Sequence[]; readonly cost: StepCost },
  most: { readonly maxQueued: number; readonly maxQueuedPerKey: number; readonly maxQueueMs: number },
  nowMs: number,
): void {
  const waiting = load.calls.filter((c) => c.service === 0 && c.sequences.every((s) => !s.isResident));
  const ofKey = waiting.filter((c) => c.request.key === request.key).length;
  const { cost } = load;
  // Prompts that are read first; those who write meanwhile share their steps.
  const unread = load.live.reduce((n, s) => n + Math.max(0, s.numPrompt - s.numComputed), 0);
  const waitMs = waiting.length === 0 ? 0 : cost.perTokenMs * unread;
  const refuse = (code: 'serve/overloaded' | 'serve/deadline', summary: string, retryAfterMs: number): never => {
    throw new UserError(code, summary, {
      advice: 'try again later',
      fields: { retryAfterMs: Math.round(Math.min(Math.max(retryAfterMs, MIN_RETRY_MS), MAX_RETRY_MS)) },
    });
  };
  const { maxQueued, maxQueuedPerKey, maxQueueMs } = most;
  if (waiting.length >= maxQueued) refuse('serve/overloaded', 'too many calls wait already', waitMs / 2);
  if (ofKey >= maxQueuedPerKey) refuse('serve/overloaded', 'too many calls of this key wait already', waitMs / 2);
  if (waitMs > maxQueueMs) refuse('serve/overloaded', 'too much work waits already', waitMs - maxQueueMs / 2);
  const needMs = waitMs + cost.fixedMs + cost.perTokenMs * request.prompt.length;
  if (request.deadlineMs !== undefined && nowMs + needMs > request.deadlineMs)
    refuse('serve/deadline', 'the deadline of this call cannot be met', waitMs);
}
