import { lax, nn, np, type Tensor, tree } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { DecoderState } from '../stack/cache.ts';

/*
 * Beam search: several continuations of a prompt go on side by side, the likeliest of all their continuations next, until no better whole one
 * can come. What is likeliest is found in the program; which beams go on and which are whole is decided here.
 * Source: transformers, `GenerationMixin._beam_search`.
 */

export interface BeamOptions {
  /** At most so many new tokens per sequence. */
  readonly maxNewTokens: number;
  /** Any of them ends a sequence; it is part of the output. */
  readonly stopTokens?: ReadonlySet<number>;
  readonly numBeams: number;
  /** A whole sequence counts its log-probability divided by its length to this power. Default 1; larger ones favour longer sequences. */
  readonly lengthPenalty?: number;
  /**
   * When a prompt is done: as soon as `numBeams` sequences are whole (true), when the best running one could not beat them at its length now (false, the
   * default), or when it could not at any length ('never').
   */
  readonly earlyStopping?: boolean | 'never';
  /** How many sequences of every prompt come back. Default 1. */
  readonly numReturnSequences?: number;
  /** Which of the model's adapters writes each prompt's (`withAdapterChoice`); default none. */
  readonly adapters?: readonly (string | undefined)[];
}

/** A whole continuation. */
export interface Beam {
  readonly tokens: readonly number[];
  /** Log-probability of its tokens by its length to the power of the length penalty; infinite, or 0, where that is out of the range of numbers. */
  readonly score: number;
}

/** A continuation of a running beam by one token, and the log-probability of all its tokens. */
export interface BeamCandidate {
  readonly beam: number;
  readonly token: number;
  readonly score: number;
}

/** Added to what must not be chosen, in float32 as in the source. */
const BARRED = -1e9;
const barred = (score: number, isBarred: boolean): number => (isBarred ? Math.fround(score + BARRED) : score);

/** How many tokens a continuation has, and the log-probability of all of them. */
interface Ranked {
  readonly length: number;
  readonly score: number;
}
interface Continuation extends Ranked {
  readonly tokens: readonly number[];
}

/** The better of two comes first when they are sorted. */
type Order = (a: Ranked, b: Ranked) => number;
const byScore: Order = (a, b) => b.score - a.score;

/**
 * The order of `score / length^penalty`, compared in logarithms: powers of lengths soon leave the range of numbers, on either side. Scores are
 * at most 0; one that is 0 is the best at any length.
 */
const byMerit = (penalty: number): Order => {
  const cost = ({ score }: Ranked): number => Math.log(Math.max(0, -score));
  return (a, b) => {
    const [x, y] = [cost(a), cost(b)];
    if (x === Number.NEGATIVE_INFINITY || y === Number.NEGATIVE_INFINITY) return x === y ? 0 : x - y;
    return x - y + penalty * (Math.log(b.length) - Math.log(a.length));
  };
};

/** The best `n`, of equal ones the first. */
const best = <T extends Ranked>(all: readonly T[], n: number, order: Order): T[] => [...all].sort(order).slice(0, n);

/** How many continuations of a prompt are looked at in a step: with any of them whole, enough are left to go on. */
export const numCandidates = (o: BeamOptions): number => Math.max(2, 1 + (o.stopTokens?.size ?? 0)) * o.numBeams;

/** The search for one prompt. */
export class BeamSearch {
  readonly #options: BeamOptions;
  readonly #byMerit: Order;
  #running: readonly Continuation[];
  /** The best whole ones, at most as many as there are beams. */
  #whole: readonly Continuation[] = [];
  #canImprove = true;
  #isAtEnd = false;

  constructor(options: BeamOptions) {
    this.#options = options;
    this.#byMerit = byMerit(options.lengthPenalty ?? 1);
    // The first step has one beam.
    this.#running = [{ tokens: [], length: 0, score: 0 }];
  }

  /** Log-probabilities of the beams that go on. */
  get scores(): number[] {
    return this.#running.map((b) => b.score);
  }

  get isDone(): boolean {
    return !this.#canImprove || this.#isAtEnd || (this.#options.earlyStopping === true && this.#isFull);
  }

  get #isFull(): boolean {
    return this.#whole.length === this.#options.numBeams;
  }

  /** One token more. `candidates` are the likeliest first; returns those that go on. */
  advance(candidates: readonly BeamCandidate[]): BeamCandidate[] {
    const { numBeams, maxNewTokens, stopTokens, lengthPenalty = 1, earlyStopping = false } = this.#options;
    const length = this.#running[0].length + 1;
    const grown = candidates.map((c) => ({
      ...c,
      tokens: [...this.#running[c.beam].tokens, c.token],
      length,
      isWhole: length >= maxNewTokens || stopTokens?.has(c.token) === true,
    }));
    const next = best(
      grown.map((c) => ({ ...c, score: barred(c.score, c.isWhole) })),
      numBeams,
      byScore,
    );
    // Only the first `numBeams` may become whole: the others are there to go on.
    const isClosed = (earlyStopping === true && this.#isFull) || !this.#canImprove;
    const finished = isClosed ? [] : grown.slice(0, numBeams).filter((c) => c.isWhole);
    this.#whole = best([...this.#whole, ...finished], numBeams, this.#byMerit);
    this.#running = next;
    this.#isAtEnd = grown.every((c) => c.isWhole);
    const longest = earlyStopping === 'never' && lengthPenalty > 0 ? maxNewTokens : length;
    const possible = { length: longest, score: this.#running[0].score };
    this.#canImprove &&= !this.#isFull || this.#byMerit(possible, this.#whole[numBeams - 1]) < 0;
    return next.map(({ beam, token, score }) => ({ beam, token, score }));
  }

  /** The best sequences, the best first. */
  result(): Beam[] {
    const { numReturnSequences = 1, lengthPenalty = 1 } = this.#options;
    return this.#whole
      .slice(0, numReturnSequences)
      .map(({ tokens, length, score }) => ({ tokens, score: score / length ** lengthPenalty }));
  }
}

/** Throws `models/sampling` for settings that mean nothing. */
export function checkBeams(o: BeamOptions, vocabSize: number, numPrompts: number): void {
  const wrong = (name: string, expected: string, given: unknown): UserError =>
    new UserError('models/sampling', `${name} is not what it can be`, { expected, given: String(given) });
  const isCount = (x: number): boolean => Number.isInteger(x) && x >= 1;
  const { numBeams, numReturnSequences = 1, lengthPenalty = 1, earlyStopping = false, adapters } = o;
  if (!isCount(numBeams)) throw wrong('numBeams', 'an integer ≥ 1', numBeams);
  if (numCandidates(o) > vocabSize)
    throw wrong('numBeams', `so many that ${vocabSize} tokens are enough`, `${numBeams} (${numCandidates(o)} tokens)`);
  if (!isCount(numReturnSequences) || numReturnSequences > numBeams)
    throw wrong('numReturnSequences', `an integer from 1 to numBeams (${numBeams})`, numReturnSequences);
  if (!Number.isFinite(lengthPenalty)) throw wrong('lengthPenalty', 'a number', lengthPenalty);
  if (earlyStopping !== 'never' && typeof earlyStopping !== 'boolean')
    throw wrong('earlyStopping', 'true, false or "never"', earlyStopping);
  if (adapters && adapters.length !== numPrompts)
    throw wrong('adapters', `a name for each of ${numPrompts} prompts, undefined for none`, `${adapters.length} names`);
}

/** Rows of a batch in another order, or some of them several times: `rows: i32[n]`. What has no batch stays. */
export const withRows = <T>(state: T, rows: Tensor): T =>
  tree.map((x) => ((x as Tensor).ndim === 0 ? x : np.take(x as Tensor, rows, 0)), state) as T;

/** Continuations of every prompt, the likeliest first: `i32[batch, k]` of `beams · vocab`, with log-probabilities `f32[batch, k]`. */
export interface Candidates {
  readonly index: Tensor;
  readonly score: Tensor;
}

/** `logits: f32[batch · beams, vocab]`, `scores: f32[batch, beams]` of the beams so far. */
export function likeliest(logits: Tensor, scores: Tensor, k: number): Candidates {
  const [batch, beams] = scores.shape;
  const vocab = logits.shape[1];
  const own = np.reshape(nn.logSoftmax(np.astype(logits, 'f32'), { axis: -1 }), [batch, beams, vocab]);
  const [score, index] = lax.topK(np.reshape(np.add(own, np.expandDims(scores, -1)), [batch, beams * vocab]), k);
  return { index, score };
}

/** A step of all beams: what they wrote last, where, and whose memory each goes on from. */
export interface BeamStepInput {
  readonly state: DecoderState;
  /** Row of the state that each beam continues: `i32[batch · beams]`. */
  readonly parents: Tensor;
  readonly token: Tensor;
  readonly position: Tensor;
  /** `f32[batch, beams]` */
  readonly scores: Tensor;
}
