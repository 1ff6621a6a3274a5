import { type ErrorCode, EspalierError, UserError } from '../../base/index.ts';
import type { DraftToken, SampleRequest, ScheduledSequence } from '../../models/index.ts';
import type { PagedDecoder } from '../decoder.ts';
import type { ModelFacts } from '../model/index.ts';

/*
 * What a server and the process that computes a model for it say to each other. Messages come in order, and are copied as structured clones.
 */

/** `own` is the model's; the others are those that guess for it. */
export type DecoderName = 'own' | 'draft' | 'layer';

/** Numbers of a decoder that do not change. */
export type DecoderSizes = Pick<
  PagedDecoder,
  | 'pageSize'
  | 'numPages'
  | 'maxTokensPerStep'
  | 'maxSequences'
  | 'maxScoredTokens'
  | 'maxDrafts'
  | 'vocabSize'
  | 'maxPositions'
> & { readonly copiesPages: boolean; readonly compilesAhead: boolean };

/** What a process says when its model is there. */
export interface Opened {
  readonly facts: ModelFacts;
  readonly scorerNames: readonly string[];
  readonly decoders: Readonly<Partial<Record<DecoderName, DecoderSizes>>>;
}

/** What a process is asked for. One without `id` gets no answer. */
export type Question = { readonly id?: number } & (
  | { readonly kind: 'open'; readonly spec: unknown }
  | { readonly kind: 'step'; readonly decoder: DecoderName; readonly sequences: readonly ScheduledSequence[] }
  | { readonly kind: 'copy-page'; readonly decoder: DecoderName; readonly from: number; readonly to: number }
  | { readonly kind: 'compile-ahead'; readonly decoder: DecoderName }
  | { readonly kind: 'embed'; readonly prompts: readonly (readonly number[])[] }
  | { readonly kind: 'see'; readonly images: readonly Uint8Array[] }
  | { readonly kind: 'score'; readonly scorer: string; readonly texts: readonly unknown[] }
);

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: SentError;
}

interface SentError {
  readonly isOfUser: boolean;
  readonly code: ErrorCode;
  readonly summary: string;
  readonly details: object;
  readonly stack: string | undefined;
}

export function sentError(error: unknown): SentError {
  const stack = error instanceof Error ? error.stack : undefined;
  if (!(error instanceof EspalierError))
    return { isOfUser: false, code: 'serve/engine-process', summary: String(error), details: {}, stack };
  const { code, summary, expected, given, advice } = error;
  // Only what can be copied; nothing that is not there.
  const all = Object.entries({ expected, given, advice }).filter(([, x]) => x !== undefined);
  return { isOfUser: error instanceof UserError, code, summary, details: Object.fromEntries(all), stack };
}

export function receivedError({ isOfUser, code, summary, details, stack }: SentError): EspalierError {
  const error = isOfUser ? new UserError(code, summary, details) : new EspalierError(code, summary, details);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** A step without what the decoder does not look at: texts so far are long, and only penalties ask for them. */
export const sentSequences = (sequences: readonly ScheduledSequence[]): readonly ScheduledSequence[] =>
  sequences.map(({ sample, drafts, ...s }) => ({
    ...s,
    ...(sample ? { sample: sentSample(sample) } : {}),
    ...(drafts ? { drafts: drafts.map((d): DraftToken => ({ token: d.token, sample: sentSample(d.sample) })) } : {}),
  }));

function sentSample({ options, index, prompt, output, topLogprobs, allowed }: SampleRequest): SampleRequest {
  const { repetitionPenalty, frequencyPenalty, presencePenalty } = options;
  const looksBack = [repetitionPenalty, frequencyPenalty, presencePenalty].some((x) => x !== undefined);
  return {
    options,
    index,
    prompt: looksBack ? prompt : [],
    output: looksBack ? output : [],
    ...(topLogprobs === undefined ? {} : { topLogprobs }),
    ...(allowed ? { allowed } : {}),
  };
}
