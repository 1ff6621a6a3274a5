/** Samples before outliers are told from what is normal. */
const NUM_TRUSTED = 3;
/** A step that takes longer than so many times what was expected (a program is compiled, say) counts no more than that. */
const MAX_SURPRISE = 4;
const DECAY = 0.98;

/** How long a step takes: `fixed + perToken · tokens` milliseconds. */
export interface StepCost {
  readonly fixedMs: number;
  readonly perTokenMs: number;
}

/** Learns what steps cost, by least squares over the last hundred or so. */
export class StepCosts {
  #cost: StepCost;
  #count = 0;
  /** Decayed sums of 1, n, n², ms, n·ms. */
  #sums: readonly number[] = [0, 0, 0, 0, 0];

  constructor(initial: StepCost) {
    this.#cost = initial;
  }

  get cost(): StepCost {
    return this.#cost;
  }

  /** Milliseconds that a step over so many tokens will take. */
  expectedMs(numTokens: number): number {
    return this.#cost.fixedMs + this.#cost.perTokenMs * numTokens;
  }

  /** Tokens of the largest step within so many milliseconds. */
  tokensWithin(ms: number): number {
    return Math.max(0, Math.floor((ms - this.#cost.fixedMs) / this.#cost.perTokenMs));
  }

  observe(numTokens: number, ms: number): void {
    const limit = MAX_SURPRISE * this.expectedMs(numTokens);
    const y = this.#count >= NUM_TRUSTED ? Math.min(ms, limit) : ms;
    this.#count++;
    const sample = [1, numTokens, numTokens * numTokens, y, numTokens * y];
    this.#sums = this.#sums.map((s, i) => DECAY * s + sample[i]);
    const [n, x, xx, sumY, xy] = this.#sums;
    const spread = n * xx - x * x;
    // Steps of one size say nothing of the slope: it keeps its ratio to the rest.
    if (spread < 1e-6 * n * xx) {
      const ratio = sumY / (n * this.#cost.fixedMs + x * this.#cost.perTokenMs);
      this.#cost = { fixedMs: this.#cost.fixedMs * ratio, perTokenMs: this.#cost.perTokenMs * ratio };
      return;
    }
    const slope = Math.max((n * xy - x * sumY) / spread, 1e-4);
    this.#cost = { fixedMs: Math.max((sumY - slope * x) / n, 0), perTokenMs: slope };
  }
}
