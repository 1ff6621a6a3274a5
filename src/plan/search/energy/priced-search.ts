import { seeded } from '../../simulate/random.ts';
import { costOf, type FlatGraph, usageOf } from './flat-graph.ts';
import { LocalSearch } from './local-search.ts';
import { MessagePassing } from './message-passing.ts';

/*
 * Search where the graph is too wide for exact elimination: message passing with a price on every row of memory, raised where the
 * choice uses too much (subgradient), which bounds the best from below; then local search from choices at these prices.
 */

export interface SearchOptions {
  readonly seed: number;
  /** `performance.now()` at which to stop. */
  readonly deadline: number;
  /** Relative gap that is small enough. */
  readonly gap: number;
  /** Told of every better choice and of the bound, as text. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface Found {
  /** Strategy of each node of the flat graph; undefined where none was found that keeps the limits. */
  readonly choice: Int32Array | undefined;
  readonly objective: number;
  readonly lowerBound: number;
}

/** Gaps below this share count as none: costs are sums of many floats. */
const CLOSED = 1e-9;
/** Share of the time for prices. */
const PRICE_TIME = 0.4;

export function searchChoice(g: FlatGraph, options: SearchOptions): Found {
  return new PricedSearch(g, options).run();
}

class PricedSearch {
  readonly #g: FlatGraph;
  readonly #options: SearchOptions;
  readonly #random: () => number;
  readonly #passing: MessagePassing;
  readonly #prices: Float64Array;
  #choice: Int32Array | undefined;
  #objective = Infinity;
  #bound: number;

  constructor(g: FlatGraph, options: SearchOptions) {
    this.#g = g;
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#passing = new MessagePassing(g);
    this.#prices = new Float64Array(g.limits.length);
    this.#bound = g.constant;
  }

  run(): Found {
    const start = performance.now();
    this.#passFreely(start);
    if (this.#prices.length > 0 && !this.#isClosed)
      this.#raisePrices(start + PRICE_TIME * (this.#options.deadline - start));
    if (!this.#isClosed) this.#improve();
    return { choice: this.#choice, objective: this.#objective, lowerBound: Math.min(this.#bound, this.#objective) };
  }

  get #isClosed(): boolean {
    const { gap } = this.#options;
    return (
      this.#objective < Infinity && this.#objective - this.#bound <= Math.max(CLOSED, gap) * Math.abs(this.#objective)
    );
  }
  get #isLate(): boolean {
    return performance.now() > this.#options.deadline;
  }

  #offer(choice: Int32Array, used: Float64Array): void {
    const cost = costOf(this.#g, choice);
    if (!(cost < this.#objective) || used.some((u, r) => u > this.#g.limits[r])) return;
    this.#objective = cost;
    this.#choice = choice.slice();
    this.#options.log?.(`cost ${cost}, bound ${this.#bound}`);
  }

  /** As if there were no limits, until the bound hardly rises. */
  #passFreely(start: number): void {
    // Without limits of memory the bound of these passes is all there is.
    const [share, rise] = this.#prices.length > 0 ? [0.1, 1e-4] : [0.6, 1e-7];
    const until = start + share * (this.#options.deadline - start);
    let before = -Infinity;
    for (let k = 0; k < 2000 && performance.now() < until && !this.#isClosed; k++) {
      this.#bound = Math.max(this.#bound, this.#passing.pass());
      if (k % 10 !== 9) continue;
      this.#offer(this.#passing.decode(), usageOf(this.#g, this.#passing.choice));
      if (this.#bound - before <= rise * Math.abs(this.#bound)) break;
      before = this.#bound;
    }
  }

  /** Subgradient steps towards a target that moves with success. */
  #raisePrices(until: number): void {
    const g = this.#g;
    const [passing, prices] = [this.#passing, this.#prices];
    const bestPrices = prices.slice();
    let reach = Math.abs(this.#bound) || 1;
    let failures = 0;
    while (performance.now() < until && reach > 1e-5 * Math.abs(this.#bound) && !this.#isClosed) {
      passing.setPrices(prices);
      let bound = 0;
      for (let p = 0; p < 3; p++) bound = passing.pass() - passing.worthOfLimits;
      const used = usageOf(g, passing.decode());
      this.#offer(passing.choice, used);
      if (bound > this.#bound) {
        if (bound > this.#bound + 0.01 * reach) reach *= 1.3;
        this.#bound = bound;
        bestPrices.set(prices);
        failures = 0;
      } else if (++failures === 5) {
        reach *= 0.5;
        failures = 0;
        prices.set(bestPrices);
      }
      let norm = 0;
      for (let r = 0; r < prices.length; r++) {
        const over = used[r] - g.limits[r];
        if (over > 0 || prices[r] > 0) norm += over * over;
      }
      const step = norm > 0 ? (this.#bound + reach - Math.min(bound, this.#bound)) / norm : 0;
      for (let r = 0; r < prices.length; r++) prices[r] = Math.max(0, prices[r] + step * (used[r] - g.limits[r]));
    }
    prices.set(bestPrices);
    this.#options.log?.(`prices settled: bound ${this.#bound}`);
  }

  /** Local search from choices at noisy prices, and from the best one with its limits eased. */
  #improve(): void {
    const g = this.#g;
    const passing = this.#passing;
    const most = this.#prices.reduce((a, b) => Math.max(a, b), 0);
    const weights = this.#prices.map((p) => Math.max(p, most * 1e-2, 1e-12));
    for (let round = 0; !this.#isLate && !this.#isClosed; round++) {
      let search: LocalSearch;
      if (round === 0 || !this.#choice || round % 3 === 0) {
        passing.setPrices(this.#prices, round === 0 ? undefined : () => 1 + 0.3 * (this.#random() - 0.5));
        for (let p = 0; p < 10; p++) passing.pass();
        search = new LocalSearch(g, passing.decode(), weights, this.#prices);
      } else {
        search = new LocalSearch(g, this.#choice, weights, this.#prices);
        this.#kick(search);
      }
      this.#descend(search);
      this.#options.log?.(`round ${round}: cost ${search.cost}, penalty ${search.penalty}`);
    }
  }

  /** Some nodes take strategies at random, as moves without regard to cost. */
  #kick(search: LocalSearch): void {
    const g = this.#g;
    const numKicks = 1 + Math.floor(this.#random() * Math.min(20, 0.02 * g.numNodes + 3));
    for (let k = 0; k < numKicks; k++) {
      const i = Math.floor(this.#random() * g.numNodes);
      search.force(i, Math.floor(this.#random() * (g.first[i + 1] - g.first[i])));
    }
  }

  #descend(search: LocalSearch): void {
    const order = Int32Array.from({ length: this.#g.numNodes }, (_, i) => i);
    for (let sweep = 0; sweep < 200 && !this.#isLate; sweep++) {
      shuffle(order, this.#random);
      // What uses too much first; everything again and again.
      const isFocused = !search.isFeasible && sweep % 5 !== 0;
      let moves = 0;
      for (let k = 0; k < order.length; k++) {
        const i = order[k];
        if (isFocused && !search.isOver(i)) continue;
        if (search.improve(i)) moves++;
        if ((k & 63) === 0 && this.#isLate) break;
      }
      if (search.isFeasible) {
        this.#offer(search.choice, search.used);
        if (moves === 0) return;
      } else search.reweigh(1.5);
    }
  }
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
}
