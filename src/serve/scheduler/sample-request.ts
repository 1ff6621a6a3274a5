import type { SampleRequest, ScoreRequest, TokenConstraint } from '../../models/index.ts';
import type { Sequence } from './request.ts';

/** Added to the logit of what must not come. */
const NEVER = -1e9;

/** What is asked of the decoder when the tokens of a sequence before `end` are computed; undefined: nothing. */
export function sampleRequestAt(s: Sequence, end: number): SampleRequest | undefined {
  if (end < s.tokens.length || s.call.request.maxTokens === 0 || s.isGuide) return undefined;
  return sampleRequestBehind(s, [], s.constraint);
}

/** How the token behind all of a sequence and some guesses is chosen, which `constraint` has gone along with. */
export function sampleRequestBehind(
  s: Sequence,
  guesses: readonly number[],
  constraint: TokenConstraint | undefined,
): SampleRequest {
  const r = s.call.request;
  const { prompt } = r;
  const output = s.tokens.slice(prompt.length).concat(guesses);
  const { logitBias, seed = 0 } = r.sampling;
  const topLogprobs = r.control?.kind === 'tokens' ? Math.max(r.control.top, r.topLogprobs ?? 0) : r.topLogprobs;
  const isEarly = output.length < (r.minTokens ?? 0) && r.stopTokens !== undefined;
  const ends = isEarly ? [...r.stopTokens].map((t) => [t, NEVER] as const) : [];
  return {
    // Sequences of one call draw differently.
    options: {
      ...r.sampling,
      seed: seed + s.index,
      ...(isEarly ? { logitBias: new Map([...(logitBias ?? []), ...ends]) } : {}),
    },
    index: output.length,
    prompt,
    output,
    ...(topLogprobs === undefined ? {} : { topLogprobs }),
    // Asked for when the step is under way, so that it is found meanwhile.
    get allowed() {
      return constraint?.allowed() ?? r.allowed;
    },
  };
}

/** Which scores are asked for when the tokens of a sequence before `end` are computed; undefined: none. */
export function scoreRequestAt(s: Sequence, end: number): ScoreRequest | undefined {
  const { prompt, promptLogprobs } = s.call.request;
  if (!s.isScored || promptLogprobs === undefined) return undefined;
  return { topLogprobs: promptLogprobs, ...(end < prompt.length ? { next: prompt[end] } : {}) };
}
