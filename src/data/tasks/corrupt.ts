import { UserError } from '../../base/index.ts';
import type { RandomStream } from './random-stream.ts';

/*
 * Tasks made of plain text: spans that are left out and asked for, beginnings that are continued. All take tokens of one text and give `inputs`
 * and `targets`; what is random is drawn from a stream, so an example is the same each time it is made.
 */

/** To nearest, halves to even: as Python and TensorFlow round. */
function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

export interface SpanNoise {
  /** Share of tokens that are noise. T5: 0.15. */
  readonly density: number;
  /** Mean length of a span of noise, in tokens. T5: 3. */
  readonly meanSpan: number;
}

/** Numbers of noise tokens and of their spans in a text of `length` tokens. Source: T5, `random_spans_noise_mask`. */
export function spanCounts(length: number, { density, meanSpan }: SpanNoise): { noise: number; spans: number } {
  const whole = Math.max(length, 2);
  const noise = Math.min(Math.max(roundHalfEven(whole * density), 1), whole - 1);
  return { noise, spans: Math.max(1, roundHalfEven(noise / meanSpan)) };
}

/**
 * How long texts may be so that what is read fits `inputLength` with its end, and how long what is written then is.
 * Source: T5, `random_spans_helper`.
 */
export function spanCorruptionLengths(
  inputLength: number,
  noise: SpanNoise,
): { readonly tokensLength: number; readonly targetsLength: number } {
  const lengths = (n: number): { inputs: number; targets: number } => {
    const counts = spanCounts(n, noise);
    return { inputs: n - counts.noise + counts.spans + 1, targets: counts.noise + counts.spans + 1 };
  };
  let tokensLength = inputLength;
  while (lengths(tokensLength + 1).inputs <= inputLength) tokensLength++;
  let { targets } = lengths(tokensLength);
  if (noise.density === 0.5 && targets > inputLength) {
    tokensLength--;
    ({ targets } = lengths(tokensLength));
  }
  return { tokensLength, targetsLength: targets };
}

/** `total` cut into `count` parts, none empty, all ways equally likely. */
function randomParts(total: number, count: number, random: RandomStream): number[] {
  const cuts = random.subset(Math.min(count, total) - 1, total - 1).map((x) => x + 1);
  return [...cuts, total].map((end, i) => end - (i === 0 ? 0 : cuts[i - 1]));
}

/** Which tokens are noise: 1 in spans of random lengths among 0, which come first. Source: T5, `random_spans_noise_mask`. */
export function spanNoiseMask(length: number, o: SpanNoise, random: RandomStream): Uint8Array {
  const { noise, spans } = spanCounts(length, o);
  const mask = new Uint8Array(Math.max(length, 2));
  const kept = mask.length - noise;
  const count = Math.min(spans, noise, kept);
  const [noisy, clean] = [randomParts(noise, count, random), randomParts(kept, count, random)];
  let at = 0;
  for (let s = 0; s < count; s++) {
    at += clean[s];
    mask.fill(1, at, at + noisy[s]);
    at += noisy[s];
  }
  return mask.subarray(0, length);
}

export interface SentinelOptions {
  /** The first sentinel; those that follow have smaller ids. T5: the last id, 32,099. */
  readonly firstSentinel: number;
  /** Ends inputs and targets; null: nothing does. Default 1. */
  readonly eosId?: number | null;
}
export interface TextPair {
  readonly inputs: number[];
  readonly targets: number[];
}

/** Tokens with each span that the mask marks replaced by a sentinel. */
function withSentinels(tokens: ArrayLike<number>, mask: ArrayLike<number>, marked: number, first: number): number[] {
  const out: number[] = [];
  let spans = 0;
  for (let i = 0; i < tokens.length; i++)
    if (mask[i] !== marked) out.push(tokens[i]);
    else if (i === 0 || mask[i - 1] !== marked) out.push(first - spans++);
  return out;
}

/** Inputs: sentinels for spans of noise; targets: the noise, and sentinels for what lies between. Source: Raffel et al. 2020, §3.1.4. */
export function corruptSpans(tokens: ArrayLike<number>, mask: ArrayLike<number>, o: SentinelOptions): TextPair {
  const { firstSentinel, eosId = 1 } = o;
  const end = eosId === null ? [] : [eosId];
  return {
    inputs: [...withSentinels(tokens, mask, 1, firstSentinel), ...end],
    targets: [...withSentinels(tokens, mask, 0, firstSentinel), ...end],
  };
}

/** The text that was corrupted: each sentinel of the inputs stands for what follows it in the targets. */
export function restoreSpans({ inputs, targets }: TextPair, o: SentinelOptions): number[] {
  const { firstSentinel, eosId = 1 } = o;
  const trim = (x: readonly number[]): readonly number[] => (eosId !== null && x.at(-1) === eosId ? x.slice(0, -1) : x);
  const spans: number[][] = [];
  for (const token of trim(targets))
    if (token === firstSentinel - spans.length) spans.push([]);
    else (spans.at(-1) ?? spans[spans.push([]) - 1]).push(token);
  let next = 0;
  return trim(inputs).flatMap((token) =>
    token === firstSentinel - next && next < spans.length ? spans[next++] : [token],
  );
}

/**
 * A beginning to read and the rest to write. The beginning has min(max, max(1, round((1 − 2·density)·max))) to max tokens, max being all but
 * one; with a density of 0.5 any length is equally likely. Source: T5, `prefix_lm`.
 */
export function splitPrefix(tokens: ArrayLike<number>, random: RandomStream, density = 0.5): TextPair {
  const all = Array.from(tokens);
  const most = all.length - 1;
  if (most < 1)
    throw new UserError('data/too-short', 'a text of fewer than two tokens has no beginning and rest', {
      given: `${all.length} tokens`,
    });
  const least = Math.min(most, Math.max(1, roundHalfEven((1 - 2 * density) * most)));
  const cut = least + random.below(most - least + 1);
  return { inputs: all.slice(0, cut), targets: all.slice(cut) };
}

/** One way of UL2 to make a task of a text. */
export interface Denoiser {
  readonly name: string;
  /** The token in front says which kind: regular, sequential, extreme. */
  readonly paradigm: 'R' | 'S' | 'X';
  /** Spans of noise; or the last share of the text. */
  readonly noise: SpanNoise | { readonly suffix: number };
}

/** Source: Tay et al. 2023, "UL2", table 1. */
export const ul2Denoisers: readonly Denoiser[] = [
  { name: 'R3', paradigm: 'R', noise: { meanSpan: 3, density: 0.15 } },
  { name: 'R8', paradigm: 'R', noise: { meanSpan: 8, density: 0.15 } },
  { name: 'S', paradigm: 'S', noise: { suffix: 0.25 } },
  { name: 'X3', paradigm: 'X', noise: { meanSpan: 3, density: 0.5 } },
  { name: 'X8', paradigm: 'X', noise: { meanSpan: 8, density: 0.5 } },
  { name: 'X64', paradigm: 'X', noise: { meanSpan: 64, density: 0.15 } },
  { name: 'X64half', paradigm: 'X', noise: { meanSpan: 64, density: 0.5 } },
];

export interface Ul2Options extends SentinelOptions {
  /** Tokens `[NLU]`, `[S2S]`, `[NLG]`. */
  readonly paradigmTokens: Readonly<Record<Denoiser['paradigm'], number>>;
  /** Default: UL2's seven. */
  readonly denoisers?: readonly Denoiser[];
  /** Of each denoiser, by its name. Default: all alike. UL2R: S a half, R and X a quarter each. */
  readonly weights?: Readonly<Record<string, number>>;
}

/** A task by one of several denoisers, drawn by weight. Source: Tay et al. 2023. */
export function mixtureOfDenoisers(
  tokens: ArrayLike<number>,
  o: Ul2Options,
  random: RandomStream,
): TextPair & { readonly denoiser: string } {
  const denoisers = o.denoisers ?? ul2Denoisers;
  const weightOf = (d: Denoiser): number => (o.weights ? (o.weights[d.name] ?? 0) : 1);
  let left = random.unit() * denoisers.reduce((sum, d) => sum + weightOf(d), 0);
  const denoiser = denoisers.find((d) => {
    left -= weightOf(d);
    return left < 0;
  });
  if (!denoiser)
    throw new UserError('data/mixture', 'no denoiser has a weight', {
      expected: denoisers.map((d) => d.name).join(', '),
    });
  const { noise } = denoiser;
  const mask =
    'suffix' in noise ? suffixMask(tokens.length, noise.suffix) : spanNoiseMask(tokens.length, noise, random);
  const { inputs, targets } = corruptSpans(tokens, mask, o);
  return { inputs: [o.paradigmTokens[denoiser.paradigm], ...inputs], targets, denoiser: denoiser.name };
}
function suffixMask(length: number, share: number): Uint8Array {
  const noise = Math.min(Math.max(roundHalfEven(length * share), 1), Math.max(1, length - 1));
  return new Uint8Array(length).fill(1, length - noise);
}

export interface MassOptions {
  readonly maskId: number;
  /** Share of a sentence that is the fragment. Default 0.5. */
  readonly share?: number;
  /** What becomes of the fragment's tokens on the encoder's side: masked, kept, another one. Default 0.8, 0.1, 0.1. */
  readonly probabilities?: readonly [masked: number, kept: number, other: number];
  readonly vocabSize: number;
}
export interface MassExample {
  /** The sentence with the fragment hidden. */
  readonly encoderTokens: number[];
  /** What comes before each token of the fragment, with the place it has in the sentence. */
  readonly decoderTokens: number[];
  readonly decoderPositions: number[];
  /** The fragment. */
  readonly targets: number[];
}

/**
 * A fragment is hidden from the encoder, and the decoder writes it: in a fifth of cases from the beginning, in a fifth up to the end. The
 * first token is never hidden. Source: Song et al. 2019, "MASS".
 */
export function maskFragment(tokens: ArrayLike<number>, o: MassOptions, random: RandomStream): MassExample {
  const all = Array.from(tokens);
  const size = Math.min(Math.max(1, roundHalfEven(all.length * (o.share ?? 0.5))), all.length - 1);
  if (all.length < 2)
    throw new UserError('data/too-short', 'a sentence of fewer than two tokens has no fragment', {
      given: `${all.length} tokens`,
    });
  const last = all.length - size;
  const where = random.unit();
  const start = where < 0.2 ? 1 : where < 0.4 ? last : 1 + random.below(last);
  const [masked, kept] = o.probabilities ?? [0.8, 0.1, 0.1];
  const encoderTokens = all.map((token, i) => {
    if (i < start || i >= start + size) return token;
    const chance = random.unit();
    return chance < masked ? o.maskId : chance < masked + kept ? token : random.below(o.vocabSize);
  });
  return {
    encoderTokens,
    decoderTokens: all.slice(start - 1, start + size - 1),
    decoderPositions: Array.from({ length: size }, (_, i) => start - 1 + i),
    targets: all.slice(start, start + size),
  };
}
