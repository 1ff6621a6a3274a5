import { createHash } from 'node:crypto';
import type {
  ChosenToken,
  SampleRequest,
  ScheduledSequence,
  ScoredToken,
  ScoreRequest,
  StepResult,
} from '../../src/models/index.ts';
import type { PagedDecoder } from '../../src/serve/index.ts';

/*
 * A decoder without a model: a token is a hash of all tokens that lie in the sequence's pages, of its seed and of its place. A page that was shared
 * wrongly, lost or not computed changes what comes out, and a page that two sequences write to in one step is an error.
 */

export interface FakeOptions {
  readonly pageSize?: number;
  readonly numPages?: number;
  readonly maxTokensPerStep?: number;
  readonly maxSequences?: number;
  readonly maxScoredTokens?: number;
  readonly maxDrafts?: number;
  readonly maxPositions?: number;
  readonly vocabSize?: number;
  readonly copies?: boolean;
  /** Tokens are sampled as if others were written than lie in pages. */
  readonly anyOutput?: boolean;
  /** Waits for so long in a step, in ms of real time. */
  readonly delayMs?: number;
  /** Called before a step; what it throws, the step throws. */
  readonly onStep?: (sequences: readonly ScheduledSequence[]) => void | Promise<void>;
}

const hashOf = (x: unknown): number => createHash('sha256').update(JSON.stringify(x)).digest().readUInt32LE(0);

export class FakeDecoder implements PagedDecoder {
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxTokensPerStep: number;
  readonly maxSequences: number;
  readonly maxScoredTokens: number;
  readonly maxDrafts: number;
  readonly maxPositions: number;
  readonly vocabSize: number;
  readonly copyPage?: (from: number, to: number) => void;
  readonly #o: FakeOptions;
  readonly #pages: Int32Array[];
  isClosed = false;
  numSteps = 0;
  numTokens = 0;
  numDrafts = 0;
  largestStep = 0;

  constructor(o: FakeOptions = {}) {
    this.#o = o;
    this.pageSize = o.pageSize ?? 4;
    this.numPages = o.numPages ?? 64;
    this.maxTokensPerStep = o.maxTokensPerStep ?? 32;
    this.maxSequences = o.maxSequences ?? 4;
    this.maxScoredTokens = o.maxScoredTokens ?? this.maxTokensPerStep;
    this.maxDrafts = o.maxDrafts ?? 6;
    this.maxPositions = o.maxPositions ?? 1024;
    this.vocabSize = o.vocabSize ?? 95;
    this.#pages = Array.from({ length: this.numPages }, () => new Int32Array(this.pageSize).fill(-1));
    if (o.copies !== false) this.copyPage = (from, to) => this.#pages[to].set(this.#pages[from]);
  }

  async step(sequences: readonly ScheduledSequence[]): Promise<readonly StepResult[]> {
    await this.#o.onStep?.(sequences);
    if (this.#o.delayMs !== undefined) await new Promise((done) => setTimeout(done, this.#o.delayMs));
    const drafted = sequences.reduce((n, s) => n + (s.drafts?.length ?? 0), 0);
    const numTokens = drafted + sequences.reduce((n, s) => n + s.tokens.length, 0);
    if (numTokens > this.maxTokensPerStep || sequences.length > this.maxSequences || numTokens === 0)
      throw new Error(`a step of ${numTokens} tokens, ${sequences.length} sequences`);
    this.numSteps++;
    this.numTokens += numTokens;
    this.numDrafts += drafted;
    this.largestStep = Math.max(this.largestStep, numTokens);
    const writers = new Map<number, number>();
    for (const { id, tokens, firstPosition, pages, drafts = [] } of sequences)
      for (const [i, token] of [...tokens, ...drafts.map((d) => d.token)].entries()) {
        const position = firstPosition + i;
        const page = pages[Math.floor(position / this.pageSize)];
        if (page === undefined || page === 0) throw new Error(`position ${position} has no page`);
        if ((writers.get(page) ?? id) !== id) throw new Error(`two sequences write to page ${page}`);
        writers.set(page, id);
        this.#pages[page][position % this.pageSize] = token;
      }
    return sequences.flatMap((s): StepResult[] => {
      if (s.drafts && (s.drafts.length > this.maxDrafts || s.tokens.length > 1 || !s.sample?.index))
        throw new Error('guesses come behind one token that was written');
      const guide = s.guidance && sequences.find(({ id }) => id === s.guidance!.by);
      if (s.guidance && (!guide || guide.sample)) throw new Error('nobody guides a sequence');
      const sampled = s.sample ? this.#sample(s, 0, s.sample, guide && this.#seen(guide)) : {};
      const drafted = s.drafts?.map(({ sample }, i) => this.#sample(s, i + 1, sample));
      if (!s.sample && !s.scores) return [];
      return [
        {
          id: s.id,
          ...sampled,
          ...(drafted ? { drafted } : {}),
          ...(s.scores ? { scores: this.#score(s, s.scores) } : {}),
        },
      ];
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** What lies in a sequence's pages, so many guesses among it. */
  #seen({ tokens, firstPosition, pages }: ScheduledSequence, numDrafts = 0): number[] {
    const length = firstPosition + tokens.length + numDrafts;
    return Array.from({ length }, (_, i) => this.#pages[pages[Math.floor(i / this.pageSize)]][i % this.pageSize]);
  }

  #score(s: ScheduledSequence, { next, topLogprobs }: ScoreRequest): ScoredToken[] {
    if (s.tokens.length > this.maxScoredTokens) throw new Error(`${s.tokens.length} tokens are scored`);
    const seen = this.#seen(s);
    return [...s.tokens.slice(1), ...(next === undefined ? [] : [next])].map((token, i) => {
      const before = seen.slice(0, s.firstPosition + 1 + i);
      const logprob = fakeLogprob(before, token);
      return { token, logprob, top: this.#top(token, logprob, topLogprobs) };
    });
  }

  #top(token: number, logprob: number, count: number): (readonly [number, number])[] {
    return Array.from({ length: count }, (_, i) => [(token + i) % this.vocabSize, logprob - i] as const);
  }

  #sample(s: ScheduledSequence, numDrafts: number, sample: SampleRequest, guiding?: readonly number[]): ChosenToken {
    const own = this.#seen(s, numDrafts);
    // What guides a sequence lies before it.
    const seen = guiding ? [...guiding, Math.round(100 * s.guidance!.scale), ...own] : own;
    const { options, index, topLogprobs, allowed, output } = sample;
    if (!this.#o.anyOutput && output.length !== index)
      throw new Error('a token has another place than those before it');
    if (!this.#o.anyOutput && output.join() !== seen.slice(-index || seen.length).join())
      throw new Error('what was written is not what lies in pages');
    const token = fakeToken(seen, { seed: options.seed ?? 0, index, vocabSize: this.vocabSize, allowed, options });
    if (topLogprobs === undefined) return { token };
    const logprob = fakeLogprob(seen, token);
    return { token, logprob, top: this.#top(token, logprob, topLogprobs) };
  }
}

export const fakeLogprob = (seen: readonly number[], token: number): number => -(hashOf([seen, token]) % 1000) / 100;

/** What the fake decoder writes behind some tokens. */
export function fakeToken(
  seen: readonly number[],
  o: {
    readonly seed: number;
    readonly index: number;
    readonly vocabSize: number;
    readonly allowed?: Uint32Array | undefined;
    readonly options?: { readonly temperature?: number; readonly logitBias?: ReadonlyMap<number, number> };
  },
): number {
  const isFine = (t: number): boolean =>
    (!o.allowed || ((o.allowed[t >> 5] ?? 0) & (1 << (t & 31))) !== 0) && (o.options?.logitBias?.get(t) ?? 0) > -100;
  const seed = (o.options?.temperature ?? 0) > 0 ? o.seed : 0;
  const favoured = [...(o.options?.logitBias ?? [])].find(([, bias]) => bias >= 100);
  let token = favoured ? favoured[0] : hashOf([seen, seed, o.index]) % o.vocabSize;
  for (let i = 0; i < o.vocabSize && !isFine(token); i++) token = (token + 1) % o.vocabSize;
  return token;
}
