import type { SampleRequest } from '../../models/index.ts';
import type { Sequence } from './request.ts';

/** Added to the logit of what must not come. */
const NEVER = -1e9;

/** What is asked of the decoder when the tokens of a sequence before `end` are computed; undefined: nothing. */
export function sampleRequestAt(s: Sequence, end: number): SampleRequest | undefined {
  const r = s.call.request;
  const { prompt } = r;
  if (end < prompt.length) {
    if (!s.isScored) return undefined;
    // Only the prompt's next token is allowed: its log-probability is what is wanted.
    const allowed = new Uint32Array((prompt[end] >> 5) + 1);
    allowed[prompt[end] >> 5] = 1 << (prompt[end] & 31);
    return { options: {}, index: 0, prompt: [], output: [], topLogprobs: r.promptLogprobs!, allowed };
  }
  if (end < s.tokens.length) return undefined;
  const output = s.tokens.slice(prompt.length);
  const { logitBias, seed = 0 } = r.sampling;
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
    ...(r.topLogprobs === undefined ? {} : { topLogprobs: r.topLogprobs }),
    // Asked for when the step is under way, so that it is found meanwhile.
    get allowed() {
      return s.constraint?.allowed() ?? r.allowed;
    },
  };
}
