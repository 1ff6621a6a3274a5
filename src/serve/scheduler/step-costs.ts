/** Times that are kept of steps of about one size. */
const NUM_KEPT = 9;
const LEAST_PER_TOKEN_MS = 1e-4;

/** How long a step takes: `fixedMs + perTokenMs · tokens`. */
export interface StepCost {
  readonly fixedMs: number;
  readonly perTokenMs: number;
}

type Sample = readonly [numTokens: number, ms: number];

/**
 * Learns what steps cost: a line through the middle ones of the last steps of each size. The first step of a size counts for nothing, since a program is
 * compiled for it; others that take long by accident are not the middle ones.
 */
export class StepCosts {
  #cost: StepCost;
  /** By the logarithm of their tokens. Absent: there was none; empty: there was one. */
  readonly #samples = new Map<number, Sample[]>();

  constructor(initial: StepCost) {
    this.#cost = initial;
  }

  get cost(): StepCost {
    return this.#cost;
  }

  /** Tokens of the largest step within so many milliseconds. */
  tokensWithin(ms: number): number {
    return Math.max(0, Math.floor((ms - this.#cost.fixedMs) / this.#cost.perTokenMs));
  }

  observe(numTokens: number, ms: number): void {
    const size = Math.floor(Math.log2(numTokens));
    const samples = this.#samples.get(size);
    if (!samples) {
      this.#samples.set(size, []);
      return;
    }
    samples.push([numTokens, ms]);
    if (samples.length > NUM_KEPT) samples.shift();
    this.#cost = lineThrough([...this.#samples.values()].flatMap(middleOf), this.#cost);
  }
}

const middleOf = (samples: readonly Sample[]): readonly Sample[] =>
  samples.length === 0 ? [] : [[...samples].sort((a, b) => a[1] - b[1])[(samples.length - 1) >> 1]];

/** Least squares of what steps differ from the line, relative to their time. */
function lineThrough(points: readonly Sample[], before: StepCost): StepCost {
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const [x, y] of points) {
    const weight = 1 / Math.max(y, 0.01) ** 2;
    w += weight;
    wx += weight * x;
    wxx += weight * x * x;
    wy += weight * y;
    wxy += weight * x * y;
  }
  const spread = w * wxx - wx * wx;
  if (points.length < 2 || spread < 1e-9 * w * wxx) {
    // Steps of one size say nothing of the slope: it keeps its ratio to the rest.
    const ratio = wy / (w * before.fixedMs + wx * before.perTokenMs);
    return { fixedMs: before.fixedMs * ratio, perTokenMs: Math.max(before.perTokenMs * ratio, LEAST_PER_TOKEN_MS) };
  }
  const slope = Math.max((w * wxy - wx * wy) / spread, LEAST_PER_TOKEN_MS);
  return { fixedMs: Math.max((wy - slope * wx) / w, 0), perTokenMs: slope };
}
