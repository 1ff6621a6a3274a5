import { UserError } from '../base/index.ts';

/*
 * Losses far above those before. Restarting from a checkpoint of before and leaving out the batches that were read then and a while on helps where the same
 * batches at another state would not have done harm. Source: Chowdhery et al. 2022 (PaLM), §5.1.
 */

/** Steps between the checkpoint that a run goes back to and the spike, at least, where there is one. */
const MARGIN = 100;
/** Batches behind a spike that are left out, too. */
const BEHIND = 100;
/** Times that a run goes back without coming further, at most. */
export const MOST_REWINDS = 10;

/** Remembers losses, and says which is far above them: the rule of `skipSpikes` in `nn`. */
export class SpikeWatch {
  readonly #window: number;
  readonly #sigmas: number;
  readonly #seen: number[];

  constructor(seen: readonly number[] = [], window = 128, sigmas = 6) {
    this.#window = window;
    this.#sigmas = sigmas;
    this.#seen = seen.filter(Number.isFinite).slice(-window);
  }

  /** Takes a loss; whether it is no number, or lies so many standard deviations above the mean of those before, once there are half a window of them. */
  takes(loss: number): boolean {
    if (!Number.isFinite(loss)) return true;
    const seen = this.#seen;
    const mean = seen.reduce((a, b) => a + b, 0) / Math.max(1, seen.length);
    const square = seen.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const deviation = Math.sqrt(square / Math.max(1, seen.length - 1));
    const isSpike = seen.length >= Math.max(2, this.#window / 2) && loss > mean + this.#sigmas * deviation;
    seen.push(loss);
    if (seen.length > this.#window) seen.shift();
    return isSpike;
  }
}

/** Ends a loop at a step whose loss is a spike. */
export class Spike extends Error {
  readonly step: number;
  readonly loss: number;

  constructor(step: number, loss: number) {
    super(`the loss is ${loss} at step ${step}`);
    this.step = step;
    this.loss = loss;
  }
}

/** The checkpoint that a run goes back to; undefined: there is none before the spike. */
export const rewindTo = (steps: readonly number[], spike: number): number | undefined =>
  steps.filter((s) => s <= spike - MARGIN).at(-1) ?? steps.find((s) => s < spike);

/** Which batch a step reads, when some are left out. */
export class BatchOrder {
  /** From a step on, so many batches later than before. */
  readonly #skips: (readonly [from: number, count: number])[];

  private constructor(skips: (readonly [number, number])[]) {
    this.#skips = skips;
  }

  /** Reads what `toString` wrote. Throws `train/checkpoint`. */
  static parse(text: unknown): BatchOrder {
    if (text === undefined || text === '') return new BatchOrder([]);
    const skips = String(text)
      .split(' ')
      .map((part) => part.split('+').map(Number) as [number, number]);
    if (skips.some((s) => s.length !== 2 || !s.every((x) => Number.isSafeInteger(x) && x >= 0)))
      throw new UserError('train/checkpoint', 'checkpoint.json is damaged at run.skippedBatches', {
        given: String(text).slice(0, 60),
      });
    return new BatchOrder(skips);
  }

  batchOf(step: number): number {
    return this.#skips.reduce((n, [from, count]) => (step >= from ? n + count : n), step);
  }

  /** Goes on at step `back` with what lies behind the spike at step `spike`; so many batches are left out. */
  leaveOut(back: number, spike: number): number {
    const count = spike - back + BEHIND;
    this.#skips.push([back, count]);
    return count;
  }

  toString(): string {
    return this.#skips.map(([from, count]) => `${from}+${count}`).join(' ');
  }
}
