import type { Guess } from './drafts.ts';
import type { StepCost } from './step-costs.ts';

/*
 * How many guesses pay: those that make the most tokens per millisecond, as steps were measured and guesses were found right.
 */

/** Guesses that were tried, and those that were right; earlier ones count less. */
interface Rate {
  tried: number;
  right: number;
}

/** Of one sequence, by source. */
export type Acceptance = Map<string, Rate>;

export interface DraftCounts {
  /** Sequences whose steps had guesses. */
  readonly numDrafts: number;
  readonly numTokens: number;
  readonly numAccepted: number;
  /** Of the first guesses, the second ones … so many were right. */
  readonly acceptedAt: readonly number[];
}

/** Guesses of a sequence count half as much after about so many. */
const KEPT = 0.95;
const KEPT_OF_ALL = 0.995;
/** What all sequences had counts as so many guesses of one that begins, and the first expectation as so many of all. */
const PRIOR = 4;
const PRIOR_OF_ALL = 10;
const EXPECTED = 0.6;
/** Where guesses were not tried they are expected to be as usual again, by and by. */
const FORGOTTEN = 0.97;
const FORGOTTEN_OF_ALL = 0.999;
/** Rows that a program of a decoder computes together, as a rule. */
const ROWS = 8;
const NUM_KEPT = 7;

const chanceWith = ({ tried, right }: Rate, expected: number, weight: number): number =>
  (right + weight * expected) / (tried + weight);

/** Middle times of the last steps of each size. */
class Times {
  readonly #bySize = new Map<number, number[]>();

  observe(size: number, ms: number): void {
    const kept = this.#bySize.get(size);
    // The first step of a size waits for its program.
    if (!kept) this.#bySize.set(size, []);
    else {
      kept.push(ms);
      if (kept.length > NUM_KEPT) kept.shift();
    }
  }

  of(size: number): number | undefined {
    const kept = this.#bySize.get(size);
    return kept && kept.length > 0 ? [...kept].sort((a, b) => a - b)[(kept.length - 1) >> 1] : undefined;
  }
}

/** Rows are computed by programs of 1, 2, 4 and 8, and more of 8. */
function sizeOf(rows: number): number {
  const rest = rows % ROWS;
  return rows - rest + (rest === 0 ? 0 : 2 ** Math.ceil(Math.log2(rest)));
}

export class DraftGain {
  readonly #adapts: boolean;
  readonly #all: Acceptance = new Map();
  readonly #steps = new Times();
  readonly #drafting = new Times();
  #numDrafts = 0;
  #numTokens = 0;
  #numAccepted = 0;
  readonly #acceptedAt: number[] = [];

  /** `adapts`: false checks all guesses that there are. */
  constructor(adapts = true) {
    this.#adapts = adapts;
  }

  get counts(): DraftCounts {
    const [numDrafts, numTokens, numAccepted] = [this.#numDrafts, this.#numTokens, this.#numAccepted];
    return { numDrafts, numTokens, numAccepted, acceptedAt: [...this.#acceptedAt] };
  }

  /** How likely a guess of a source is right, if those before it were. */
  chance(acceptance: Acceptance, source: string): number {
    const all = chanceWith(this.#all.get(source) ?? { tried: 0, right: 0 }, EXPECTED, PRIOR_OF_ALL);
    return chanceWith(acceptance.get(source) ?? { tried: 0, right: 0 }, all, PRIOR);
  }

  /** A step of sequences that only write took so long. */
  observeStep(numRows: number, ms: number): void {
    this.#steps.observe(sizeOf(numRows), ms);
  }

  /** To guess `depth` tokens of each of some sequences took so long. */
  observeDrafting(numSequences: number, depth: number, ms: number): void {
    this.#drafting.observe(sizeOf(numSequences), ms / depth);
  }

  /** Of some guesses the first so many were right. */
  observeGuesses(acceptance: Acceptance, guesses: readonly Pick<Guess, 'source'>[], numRight: number): void {
    this.#numDrafts++;
    this.#numTokens += guesses.length;
    this.#numAccepted += numRight;
    for (let i = 0; i < numRight; i++) this.#acceptedAt[i] = (this.#acceptedAt[i] ?? 0) + 1;
    for (const [i, { source }] of guesses.slice(0, numRight + 1).entries())
      if (source !== undefined) {
        note(acceptance, source, i < numRight, KEPT);
        note(this.#all, source, i < numRight, KEPT_OF_ALL);
      }
  }

  /** Guesses of a source were there and not tried. */
  #forget(acceptance: Acceptance, source: string | undefined): void {
    for (const [rates, kept] of [
      [acceptance, FORGOTTEN],
      [this.#all, FORGOTTEN_OF_ALL],
    ] as const) {
      const rate = source === undefined ? undefined : rates.get(source);
      if (rate) rates.set(source!, { tried: rate.tried * kept, right: rate.right * kept });
    }
  }

  /**
   * How many of the guesses of each of some sequences a step checks beside `numWriting` tokens and prompts of `promptMs`; at most `most` in all.
   * `cost`: of steps before any of their size was measured.
   */
  choose(
    candidates: readonly { readonly acceptance: Acceptance; readonly guesses: readonly Guess[] }[],
    step: { readonly numWriting: number; readonly promptMs: number; readonly most: number; readonly cost: StepCost },
  ): number[] {
    const counts = candidates.map(() => 0);
    const all = candidates.flatMap(({ guesses }, at) => guesses.map(({ chance }, depth) => ({ at, depth, chance })));
    // The likeliest first; none before those that it builds on.
    all.sort((a, b) => b.chance - a.chance || a.depth - b.depth || a.at - b.at);
    const msOf = (numGuesses: number): number => step.promptMs + this.#msOf(step.numWriting + numGuesses, step.cost);
    let [best, bestRate, expected] = [0, step.numWriting / msOf(0), step.numWriting];
    for (const [i, { chance }] of all.slice(0, step.most).entries()) {
      expected += chance;
      const rate = expected / msOf(i + 1);
      if (!this.#adapts || rate > bestRate) [best, bestRate] = [i + 1, rate];
    }
    for (const { at } of all.slice(0, best)) counts[at]++;
    for (const [at, { acceptance, guesses }] of candidates.entries())
      if (counts[at] === 0 && guesses.length > 0) this.#forget(acceptance, guesses[0].source);
    return counts;
  }

  /** How many tokens it pays to guess of each of some sequences where that takes time, at most `most`; 0: none. */
  depth(acceptances: readonly Acceptance[], source: string, most: number, cost: StepCost): number {
    if (!this.#adapts || acceptances.length === 0) return most;
    const numWriting = acceptances.length;
    const chances = acceptances.map((a) => this.chance(a, source));
    const perGuessMs = this.#drafting.of(sizeOf(numWriting)) ?? 0;
    let [best, bestRate] = [0, numWriting / this.#msOf(numWriting, cost)];
    for (let k = 1; k <= most; k++) {
      const expected = chances.reduce((n, p) => n + (p < 1 ? (1 - p ** (k + 1)) / (1 - p) : k + 1), 0);
      const rate = expected / (this.#msOf(numWriting * (k + 1), cost) + k * perGuessMs);
      if (rate > bestRate) [best, bestRate] = [k, rate];
    }
    if (best === 0) for (const a of acceptances) this.#forget(a, source);
    return best;
  }

  /** Time of a step of so many rows: as measured, else as long as a smaller one, which is soon measured. */
  #msOf(rows: number, cost: StepCost): number {
    const size = sizeOf(rows);
    const known = this.#steps.of(size);
    if (known !== undefined) return known;
    if (size > ROWS)
      return (
        ((size - (size % ROWS)) / ROWS) * this.#msOf(ROWS, cost) + (size % ROWS > 0 ? this.#msOf(size % ROWS, cost) : 0)
      );
    return size > 1 ? this.#msOf(size / 2, cost) : cost.fixedMs + cost.perTokenMs;
  }
}

function note(rates: Acceptance, source: string, isRight: boolean, kept: number): void {
  const { tried, right } = rates.get(source) ?? { tried: 0, right: 0 };
  rates.set(source, { tried: tried * kept + 1, right: right * kept + (isRight ? 1 : 0) });
}
