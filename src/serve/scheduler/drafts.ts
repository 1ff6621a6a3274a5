import type { DraftToken, SampleRequest } from '../../models/index.ts';
import type { Sequence } from './request.ts';
import { sampleRequestBehind } from './sample-request.ts';

/*
 * Guesses of what a sequence writes next. They ride along in its next step, which chooses a token behind each of them as it would without them: those that
 * come out as guessed are tokens that a step need not be made for. Which tokens are written does not depend on guesses, only how soon.
 * Source: Leviathan et al. 2023; accepted while equal, as llama.cpp does, with the draw of each place fixed by seed and place.
 */

/** A sequence that writes next, for whoever guesses how it goes on. */
export interface DraftRequest {
  readonly id: number;
  /** Its prompt and what it wrote, always in this array, which only grows. */
  readonly tokens: readonly number[];
  readonly numPrompt: number;
  /** So many guesses can be of use. */
  readonly most: number;
  /** How the token behind some guesses is chosen. */
  sampleBehind(guesses: readonly number[]): SampleRequest;
}

/** How a sequence may go on. */
export interface Proposal {
  readonly id: number;
  readonly tokens: readonly number[];
  /** Guesses of one source are taken to be right equally often. */
  readonly source: string;
}

/** A guess, and how likely it is that it and those before it are right. */
export interface Guess {
  readonly draft: DraftToken;
  readonly chance: number;
  /** Undefined: the grammar leaves nothing else. */
  readonly source: string | undefined;
}

/** How likely a token is that alone may come: something else may still end the text. */
const FORCED = 0.99;

/**
 * What is checked of a proposal: as far as the call's grammar goes along, with what it leaves no choice of. No further than a token that ends the text.
 * `chanceOf`: how often guesses of a source are right.
 */
export function guessesFor(
  s: Sequence,
  proposal: Proposal | undefined,
  most: number,
  chanceOf: (source: string) => number,
): Guess[] {
  const { stopTokens, allowed } = s.call.request;
  const guesses: Guess[] = [];
  const tokens: number[] = [];
  let constraint = s.constraint;
  let chance = 1;
  let isAlong = true;
  while (guesses.length < most) {
    const mask = constraint?.allowed() ?? allowed;
    if (constraint?.failure) break;
    const forced = constraint && mask ? onlyOne(mask) : undefined;
    const proposed: number | undefined = isAlong ? proposal?.tokens[tokens.length] : undefined;
    const token: number | undefined = forced ?? proposed;
    if (token === undefined || stopTokens?.has(token) || (mask && !hasToken(mask, token))) break;
    isAlong = token === proposed;
    const source = forced === undefined ? proposal?.source : undefined;
    chance *= source === undefined ? FORCED : chanceOf(source);
    tokens.push(token);
    constraint = constraint?.fork();
    constraint?.accept(token);
    guesses.push({ draft: { token, sample: sampleRequestBehind(s, [...tokens], constraint) }, chance, source });
  }
  return guesses;
}

const hasToken = (mask: Uint32Array, token: number): boolean => ((mask[token >> 5] ?? 0) & (1 << (token & 31))) !== 0;

/** The token of a mask that has no other. */
function onlyOne(mask: Uint32Array): number | undefined {
  let found: number | undefined;
  for (let word = 0; word < mask.length; word++) {
    const bits = mask[word];
    if (bits === 0) continue;
    if (found !== undefined || (bits & (bits - 1)) !== 0) return undefined;
    found = 32 * word + 31 - Math.clz32(bits);
  }
  return found;
}
