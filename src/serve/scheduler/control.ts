import type { SampledToken } from '../../models/index.ts';
import type { Call, FinishReason, Sequence } from './request.ts';

/*
 * Texts that somebody chooses among while they are written. Block by block, a call's sequences write as many tokens each and wait; all go on from the one
 * that is chosen, whose pages they share. Token by token, a sequence waits for the choice among its likeliest next tokens.
 * Source: Mudgal et al. 2024, "Controlled Decoding from Language Models".
 */

export type Control =
  /** Each of `n` sequences writes so many tokens between two choices; the call has one text. */
  | { readonly kind: 'blocks'; readonly block: number }
  /** Of each next token so many of the likeliest are to choose from. */
  | { readonly kind: 'tokens'; readonly top: number };

/** What a sequence has written since the last choice, and what is to be chosen. */
export interface Held {
  readonly tokens: SampledToken[];
  finish: FinishReason | undefined;
  isWaiting: boolean;
  /** That it waits was told. */
  isTold: boolean;
}

/** One of those that are to choose from. */
export interface Candidate {
  /** All that the text would have behind its prompt. */
  readonly output: readonly number[];
  /** It would end there. */
  readonly isOver: boolean;
  /** Of its last token, where tokens are chosen. */
  readonly logprob?: number;
}

export interface Choice {
  readonly call: string;
  /** Of the text that waits. */
  readonly index: number;
  readonly candidates: readonly Candidate[];
}

/** Tokens that a sequence writes until it waits; undefined: it does not. */
export function tokensToChoice(s: Sequence): number | undefined {
  const { control } = s.call.request;
  if (!control) return undefined;
  return control.kind === 'tokens' ? 1 : control.block - ((s.tokens.length - s.numPrompt) % control.block);
}

/** What waits to be chosen in a call. */
export function choicesOf(call: Call): readonly Choice[] {
  const { id, control, prompt } = call.request;
  const live = [...call.live];
  if (!control) return [];
  const waits = ({ held }: Sequence): boolean => held.isWaiting && !held.isTold;
  if (control.kind === 'blocks') {
    if (live.length === 0 || !live.every(waits)) return [];
    return [
      {
        call: id,
        index: 0,
        candidates: live.map((s) => ({ output: s.tokens.slice(prompt.length), isOver: s.held.finish !== undefined })),
      },
    ];
  }
  return live.flatMap((s): Choice[] => {
    if (!waits(s)) return [];
    const output = s.tokens.slice(prompt.length);
    const candidates = topOf(s).map(
      ([token, logprob]): Candidate => ({
        output: [...output, token],
        isOver: finishWith(s, token) !== undefined,
        logprob,
      }),
    );
    return [{ call: id, index: s.index, candidates }];
  });
}

/** The likeliest next tokens of a sequence that waits for one of them. */
export function topOf(s: Sequence): readonly (readonly [token: number, logprob: number])[] {
  const { control } = s.call.request;
  const [sampled] = s.held.tokens;
  return (sampled?.top ?? []).slice(0, control?.kind === 'tokens' ? control.top : 0);
}

/** Why a sequence ends with its next token, if it does. */
export function finishWith(s: Sequence, token: number): FinishReason | undefined {
  const { maxTokens, stopTokens } = s.call.request;
  return stopTokens?.has(token) ? 'stop' : s.tokens.length + 1 - s.numPrompt >= maxTokens ? 'length' : undefined;
}
