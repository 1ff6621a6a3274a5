import type { StepImage } from '../../models/index.ts';
import type { Sequence } from './request.ts';

/** An image in a prompt. */
export interface PromptImage {
  /** Its first token is the so many-th of the prompt. */
  readonly at: number;
  readonly numTokens: number;
  /** What takes the places of its tokens: `f32[tokens, embed]`. */
  readonly vectors: Float32Array;
  /** Equal images have equal names. */
  readonly name: string;
}

/** Tokens from `start` to `end` of a prompt. */
export type Span = readonly [start: number, end: number];

/*
 * Tokens of an image see each other both ways, so all of them are computed in one step, and nothing else with them: however a prompt is cut, what
 * is computed for its tokens has the same bits.
 */

/** The tokens of a prompt that are computed together. */
export const spansOf = (images: readonly PromptImage[], numPrompt: number, seesWhole: boolean): readonly Span[] =>
  images.length > 0 && seesWhole ? [[0, numPrompt]] : images.map(({ at, numTokens }): Span => [at, at + numTokens]);

/** What the next tokens of a sequence are computed with: those of a whole image, or as many as come before the next one. */
export function nextPart({ spans, numComputed }: Sequence): { readonly numTokens: number; readonly isWhole: boolean } {
  const next = spans.find(([, end]) => end > numComputed);
  if (!next) return { numTokens: Number.POSITIVE_INFINITY, isWhole: false };
  const [start, end] = next;
  if (start === numComputed) return { numTokens: end - start, isWhole: true };
  // Another sequence of the call has computed all of it but the last token, which sees all that there is in any case.
  return { numTokens: (start > numComputed ? start : end) - numComputed, isWhole: false };
}

/** So many of `numPages` full pages of a sequence can be gone on from: a span that is there in part is computed anew. */
export function wholePages({ spans }: Sequence, numPages: number, pageSize: number): number {
  let n = numPages;
  for (const [start, end] of [...spans].reverse())
    if (start < n * pageSize && n * pageSize < end) n = Math.floor(start / pageSize);
  return n;
}

/** The images among tokens of a sequence that a step computes. */
export function imagesBetween({ images }: Sequence, start: number, end: number): readonly StepImage[] | undefined {
  const own = images.filter(({ at }) => at >= start && at < end);
  return own.length === 0 ? undefined : own.map(({ at, vectors }) => ({ at: at - start, vectors }));
}
