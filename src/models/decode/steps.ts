import type { SamplingOptions } from './sampling.ts';

/* What a paged decoder is asked for in a step, and what it answers. */

/** How a token is chosen in one step of one sequence. */
export interface SampleRequest {
  readonly options: SamplingOptions;
  /** Which token of the output it is, from 0: with the seed, it decides the draw. */
  readonly index: number;
  /** Tokens so far, for penalties. */
  readonly prompt: readonly number[];
  readonly output: readonly number[];
  /** Log-probabilities of the chosen token and of so many of the likeliest ones, before penalties and temperature. */
  readonly topLogprobs?: number | undefined;
  /** Tokens that may be chosen: bit `t & 31` of word `t >> 5`. Default: all. */
  readonly allowed?: Uint32Array | undefined;
}

/** Log-probabilities that are wanted of tokens that are there already. */
export interface ScoreRequest {
  /** So many of the likeliest ones, too. */
  readonly topLogprobs: number;
  /** The token behind the last one of this part, where it is known: it has a score, too. */
  readonly next?: number | undefined;
}

/** What one sequence computes in a step. */
export interface ScheduledSequence {
  readonly id: number;
  /** At positions from `firstPosition` on. */
  readonly tokens: readonly number[];
  readonly firstPosition: number;
  /** Pages of all positions up to and with these and those of `drafts`, in order. Page 0 is nobody's. */
  readonly pages: readonly number[];
  /** Present where the token behind the last of `tokens` is wanted. */
  readonly sample?: SampleRequest | undefined;
  /** Present where scores are wanted of all `tokens` but the first, and of the one behind them. At most `maxScoredTokens` are computed then. */
  readonly scores?: ScoreRequest | undefined;
  /** With `sample`: log p = log p(other) + scale · (log p(own) − log p(other)), the other being a sequence of the same step. */
  readonly guidance?: { readonly by: number; readonly scale: number } | undefined;
  /** Tokens that are guessed behind the last one, which is then the only one of `tokens`, and not the first of its output. */
  readonly drafts?: readonly DraftToken[] | undefined;
  /** Of decoders that go on from what another one has made (`takesHidden`): its vector for each of `tokens` and `drafts`, `[embed]`. */
  readonly hidden?: readonly Float32Array[] | undefined;
  /** What is to be seen among `tokens`, each image whole, in order. Where a prompt is seen both ways, `tokens` are all of it. */
  readonly images?: readonly StepImage[] | undefined;
  /** Which of the model's adapters it uses. */
  readonly adapter?: string | undefined;
}

/** An image in a step of a sequence. */
export interface StepImage {
  /** Its first token is the so many-th of the step's. */
  readonly at: number;
  /** What takes the places of its tokens: `f32[tokens, embed]`, one row after the other. */
  readonly vectors: Float32Array;
}

/** A token that may come next: what follows, if it does. */
export interface DraftToken {
  readonly token: number;
  /** How the one behind it is chosen, all drafts up to it being part of the output. */
  readonly sample: SampleRequest;
}

/** The likeliest tokens, the likeliest first. */
export type LikeliestTokens = readonly (readonly [token: number, logprob: number])[];

/** A token with its log-probability behind those before it. */
export interface ScoredToken {
  readonly token: number;
  readonly logprob: number;
  readonly top: LikeliestTokens;
}

/** A token that was chosen, with its log-probability and those of the likeliest where they were asked for. */
export interface ChosenToken {
  readonly token: number;
  readonly logprob?: number;
  readonly top?: LikeliestTokens;
  /** What lies behind the last norm at the token before it, `[embed]`, of decoders that tell (`givesHidden`). */
  readonly hidden?: Float32Array;
}

/** What a step made of one sequence: the token that was sampled, the scores that were asked for, or both. */
export interface StepResult extends Partial<Omit<ChosenToken, 'hidden'>> {
  readonly id: number;
  /** What lies behind the last norm at each of its tokens, `[embed]`, of decoders that tell (`givesHidden`). */
  readonly hidden?: readonly Float32Array[];
  /** What was chosen behind each of the drafts, in their order. */
  readonly drafted?: readonly ChosenToken[];
  /** Of the tokens behind each one of the part. */
  readonly scores?: readonly ScoredToken[];
}

export interface SampledToken extends StepResult {
  readonly token: number;
}
