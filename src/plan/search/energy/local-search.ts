import { costOf, type FlatGraph, usageOf } from './flat-graph.ts';

/** How many nodes one move may change. */
const MAX_CHAIN = 60;

/**
 * A choice that moves improve: one node takes another strategy, and neighbours that then would rather have another follow, as far as
 * that goes. What is used above the limits counts with a weight per row, which rises while it lasts.
 */
export class LocalSearch {
  readonly #g: FlatGraph;
  readonly choice: Int32Array;
  readonly used: Float64Array;
  readonly weights: Float64Array;
  /** Prefix sums of the weights of rows above their limit, and of the prices that guide who follows. */
  readonly #overWeights: Float64Array;
  readonly #prices: Float64Array;
  cost: number;
  #penalty = 0;
  readonly #scratch: Float64Array;
  readonly #mark: Int32Array;
  #round = 0;
  readonly #changed = new Int32Array(MAX_CHAIN);
  readonly #before = new Int32Array(MAX_CHAIN);
  readonly #queue: Int32Array;
  readonly #queued: Int32Array;

  constructor(g: FlatGraph, choice: Int32Array, weights: Float64Array, prices: Float64Array) {
    this.#g = g;
    this.choice = choice.slice();
    this.used = usageOf(g, choice).slice();
    this.weights = weights.slice();
    this.#overWeights = new Float64Array(g.limits.length + 1);
    this.#prices = new Float64Array(g.limits.length + 1);
    this.setPrices(prices);
    this.cost = costOf(g, choice);
    let most = 1;
    for (let i = 0; i < g.numNodes; i++) most = Math.max(most, g.first[i + 1] - g.first[i]);
    this.#scratch = new Float64Array(most);
    this.#mark = new Int32Array(g.numNodes);
    this.#queue = new Int32Array(8 * MAX_CHAIN);
    this.#queued = new Int32Array(g.numNodes);
    this.#weigh();
  }

  /** Prices of rows, which decide who follows a move. */
  setPrices(prices: Float64Array): void {
    for (let r = 0; r < prices.length; r++) this.#prices[r + 1] = this.#prices[r] + prices[r];
  }

  get isFeasible(): boolean {
    return this.#penalty === 0 && this.cost < Infinity;
  }
  get penalty(): number {
    return this.#penalty;
  }

  #weigh(): void {
    const { limits } = this.#g;
    this.#penalty = 0;
    for (let r = 0; r < limits.length; r++) {
      const over = this.used[r] - limits[r];
      this.#overWeights[r + 1] = this.#overWeights[r] + (over > 0 ? this.weights[r] : 0);
      if (over > 0) this.#penalty += over * this.weights[r];
    }
  }

  /** Weights of rows above their limit grow by a factor. */
  reweigh(factor: number): void {
    const { limits } = this.#g;
    for (let r = 0; r < limits.length; r++) if (this.used[r] > limits[r]) this.weights[r] *= factor;
    this.#weigh();
  }

  /** Whether a node takes part in a row above its limit. */
  isOver(i: number): boolean {
    const g = this.#g;
    for (let m = g.itemRange[i]; m < g.itemRange[i + 1]; m++)
      if (this.#overWeights[g.itemEnd[m]] > this.#overWeights[g.itemStart[m]]) return true;
    return false;
  }

  /** Tries every strategy of a node; takes the best move that makes cost plus penalty less. */
  improve(i: number): boolean {
    const g = this.#g;
    const n = g.first[i + 1] - g.first[i];
    const old = this.choice[i];
    for (let s = 0; s < n; s++) {
      if (s === old) continue;
      if (this.#tryMove(i, s, -1e-9 * Math.abs(this.cost))) return true;
    }
    return false;
  }

  /** Gives a node a strategy whatever it costs, if its neighbours can follow. */
  force(i: number, s: number): void {
    if (s !== this.choice[i]) this.#tryMove(i, s, Infinity);
  }

  /** Cost of each strategy of node i beside its neighbours' choices, prices included. */
  #around(i: number): Float64Array {
    const g = this.#g;
    const theta = this.#scratch;
    const [from, n] = [g.first[i], g.first[i + 1] - g.first[i]];
    for (let s = 0; s < n; s++) theta[s] = g.costs[from + s];
    for (let k = g.edgeRange[i]; k < g.edgeMiddle[i]; k++) {
      const e = g.edgesOf[k];
      const row = g.table[e] + this.choice[g.low[e]] * n;
      for (let s = 0; s < n; s++) theta[s] += g.edgeCosts[row + s];
    }
    for (let k = g.edgeMiddle[i]; k < g.edgeRange[i + 1]; k++) {
      const e = g.edgesOf[k];
      const b = g.high[e];
      const m = g.first[b + 1] - g.first[b];
      let at = g.table[e] + this.choice[b];
      for (let s = 0; s < n; s++, at += m) theta[s] += g.edgeCosts[at];
    }
    for (let m = g.itemRange[i]; m < g.itemRange[i + 1]; m++) {
      const [start, end, u] = [g.itemStart[m], g.itemEnd[m], g.itemUsage[m]];
      const price = this.#prices[end] - this.#prices[start] + this.#overWeights[end] - this.#overWeights[start];
      if (price > 0) for (let s = 0; s < n; s++) theta[s] += price * g.usages[u + s];
    }
    return theta;
  }

  /** Cost of a node and its edges, of each to marked nodes half, so that a chain's sum counts them once. */
  #costAround(i: number): number {
    const g = this.#g;
    const { choice } = this;
    const own = choice[i];
    const n = g.first[i + 1] - g.first[i];
    let sum = g.costs[g.first[i] + own];
    for (let k = g.edgeRange[i]; k < g.edgeRange[i + 1]; k++) {
      const e = g.edgesOf[k];
      const isBelow = k < g.edgeMiddle[i];
      const other = isBelow ? g.low[e] : g.high[e];
      const cost = isBelow
        ? g.edgeCosts[g.table[e] + choice[other] * n + own]
        : g.edgeCosts[g.table[e] + own * (g.first[other + 1] - g.first[other]) + choice[other]];
      sum += this.#mark[other] === this.#round ? cost / 2 : cost;
    }
    return sum;
  }

  /** Makes the move if it changes cost plus penalty by less than `enough`. */
  #tryMove(i: number, s: number, enough: number): boolean {
    const g = this.#g;
    const { choice } = this;
    const round = ++this.#round;
    const [changed, before, queue] = [this.#changed, this.#before, this.#queue];
    let numChanged = 0;
    let [next, last] = [0, 0];
    const undo = (): false => {
      for (let k = 0; k < numChanged; k++) choice[changed[k]] = before[k];
      return false;
    };
    const change = (node: number, strategy: number): boolean => {
      if (numChanged === MAX_CHAIN) return false;
      changed[numChanged] = node;
      before[numChanged++] = choice[node];
      choice[node] = strategy;
      this.#mark[node] = round;
      for (let k = g.edgeRange[node]; k < g.edgeRange[node + 1]; k++) {
        const e = g.edgesOf[k];
        const other = k < g.edgeMiddle[node] ? g.low[e] : g.high[e];
        if (this.#mark[other] === round || this.#queued[other] === round) continue;
        if (last === queue.length) return false;
        this.#queued[other] = round;
        queue[last++] = other;
      }
      return true;
    };
    if (!change(i, s)) return undo();
    while (next < last) {
      const node = queue[next++];
      this.#queued[node] = 0;
      if (this.#mark[node] === round) continue;
      const n = g.first[node + 1] - g.first[node];
      const theta = this.#around(node);
      let best = choice[node];
      for (let t = 0; t < n; t++) if (theta[t] < theta[best]) best = t;
      if (theta[best] === Infinity) return undo();
      if (best !== choice[node] && !change(node, best)) return undo();
    }
    // What the chain changes in cost, and at least in penalty.
    let [after, was] = [0, 0];
    for (let k = 0; k < numChanged; k++) after += this.#costAround(changed[k]);
    if (after === Infinity) return undo();
    this.#swap(numChanged);
    for (let k = 0; k < numChanged; k++) was += this.#costAround(changed[k]);
    this.#swap(numChanged);
    let difference = after - was;
    for (let k = 0; k < numChanged; k++) {
      const node = changed[k];
      for (let m = g.itemRange[node]; m < g.itemRange[node + 1]; m++) {
        const u = g.itemUsage[m];
        const by = g.usages[u + choice[node]] - g.usages[u + before[k]];
        if (by !== 0) difference += by * (this.#overWeights[g.itemEnd[m]] - this.#overWeights[g.itemStart[m]]);
      }
    }
    if (!(difference < enough)) return undo();
    // Exactly, row by row.
    const costChange = after - was;
    let penaltyChange = 0;
    for (let k = 0; k < numChanged; k++) penaltyChange += this.#use(changed[k], before[k], choice[changed[k]]);
    if (!(costChange + penaltyChange < enough)) {
      for (let k = 0; k < numChanged; k++) this.#use(changed[k], choice[changed[k]], before[k]);
      return undo();
    }
    this.cost += costChange;
    if (penaltyChange !== 0) this.#weigh();
    return true;
  }

  #swap(numChanged: number): void {
    for (let k = 0; k < numChanged; k++) {
      const node = this.#changed[k];
      const now = this.choice[node];
      this.choice[node] = this.#before[k];
      this.#before[k] = now;
    }
  }

  /** Books a node's other usage; gives the change of the penalty. */
  #use(node: number, from: number, to: number): number {
    const g = this.#g;
    let change = 0;
    for (let m = g.itemRange[node]; m < g.itemRange[node + 1]; m++) {
      const u = g.itemUsage[m];
      const by = g.usages[u + to] - g.usages[u + from];
      if (by === 0) continue;
      for (let r = g.itemStart[m]; r < g.itemEnd[m]; r++) {
        const over = this.used[r] - g.limits[r];
        const now = over + by;
        if (over > 0 || now > 0) change += this.weights[r] * (Math.max(0, now) - Math.max(0, over));
        this.used[r] += by;
      }
    }
    return change;
  }
}
