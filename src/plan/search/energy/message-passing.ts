import type { FlatGraph } from './flat-graph.ts';

/*
 * Sequential tree-reweighted message passing: messages forward and backward through the nodes' order give a lower bound that never
 * falls, and choices by what the messages say. Memory takes part as prices on its rows.
 * Source: Kolmogorov, "Convergent tree-reweighted message passing for energy minimization" (2006).
 */
export class MessagePassing {
  readonly #g: FlatGraph;
  /** Costs of nodes, prices included. */
  readonly #priced: Float64Array;
  readonly prices: Float64Array;
  /** Messages along each edge to its lower and to its higher node, and where they begin. */
  readonly #toLow: Float64Array;
  readonly #toHigh: Float64Array;
  readonly #lowAt: Int32Array;
  readonly #highAt: Int32Array;
  readonly #scratch: Float64Array;
  readonly #share: Float64Array;
  readonly choice: Int32Array;

  constructor(g: FlatGraph) {
    this.#g = g;
    this.#priced = g.costs.slice();
    this.prices = new Float64Array(g.limits.length);
    this.#lowAt = new Int32Array(g.numEdges + 1);
    this.#highAt = new Int32Array(g.numEdges + 1);
    let most = 1;
    for (let i = 0; i < g.numNodes; i++) most = Math.max(most, g.first[i + 1] - g.first[i]);
    for (let e = 0; e < g.numEdges; e++) {
      const [a, b] = [g.low[e], g.high[e]];
      this.#lowAt[e + 1] = this.#lowAt[e] + g.first[a + 1] - g.first[a];
      this.#highAt[e + 1] = this.#highAt[e] + g.first[b + 1] - g.first[b];
    }
    this.#toLow = new Float64Array(this.#lowAt[g.numEdges]);
    this.#toHigh = new Float64Array(this.#highAt[g.numEdges]);
    this.#scratch = new Float64Array(2 * most);
    this.#share = Float64Array.from({ length: g.numNodes }, (_, i) => {
      const below = g.edgeMiddle[i] - g.edgeRange[i];
      return 1 / Math.max(1, below, g.edgeRange[i + 1] - g.edgeMiddle[i]);
    });
    this.choice = new Int32Array(g.numNodes);
  }

  /** Puts the prices of rows on the nodes; `noise(node)` multiplies those of a node. */
  setPrices(prices: Float64Array, noise?: (node: number) => number): void {
    const g = this.#g;
    this.prices.set(prices);
    const sums = new Float64Array(prices.length + 1);
    for (let r = 0; r < prices.length; r++) sums[r + 1] = sums[r] + prices[r];
    this.#priced.set(g.costs);
    for (let i = 0; i < g.numNodes; i++) {
      const factor = noise ? noise(i) : 1;
      for (let m = g.itemRange[i]; m < g.itemRange[i + 1]; m++) {
        const price = (sums[g.itemEnd[m]] - sums[g.itemStart[m]]) * factor;
        if (price === 0) continue;
        for (let x = g.first[i], u = g.itemUsage[m]; x < g.first[i + 1]; x++, u++)
          this.#priced[x] += price * g.usages[u];
      }
    }
  }

  /** Costs of nodes with the prices on them: [all strategies]. */
  get priced(): Float64Array {
    return this.#priced;
  }

  /** What the limits of memory are worth at the prices: the bound of the priced problem less this bounds the problem. */
  get worthOfLimits(): number {
    let sum = 0;
    for (let r = 0; r < this.prices.length; r++) if (this.prices[r] > 0) sum += this.prices[r] * this.#g.limits[r];
    return sum;
  }

  /** One pass forward and one backward; gives a lower bound of the priced problem. */
  pass(): number {
    const g = this.#g;
    for (let i = 0; i < g.numNodes; i++) this.#sendUp(i);
    let bound = g.constant;
    for (let i = g.numNodes - 1; i >= 0; i--) bound += this.#sendDown(i);
    return bound;
  }

  /** Cost of each strategy of node i as its neighbours see it, into the scratch array. */
  #gather(i: number): Float64Array {
    const g = this.#g;
    const theta = this.#scratch;
    const [from, n] = [g.first[i], g.first[i + 1] - g.first[i]];
    for (let s = 0; s < n; s++) theta[s] = this.#priced[from + s];
    for (let k = g.edgeRange[i]; k < g.edgeRange[i + 1]; k++) {
      const e = g.edgesOf[k];
      const isBelow = k < g.edgeMiddle[i];
      const messages = isBelow ? this.#toHigh : this.#toLow;
      const at = isBelow ? this.#highAt[e] : this.#lowAt[e];
      for (let s = 0; s < n; s++) theta[s] += messages[at + s];
    }
    return theta;
  }

  #sendUp(i: number): void {
    const g = this.#g;
    const theta = this.#gather(i);
    const n = g.first[i + 1] - g.first[i];
    const share = this.#share[i];
    for (let k = g.edgeMiddle[i]; k < g.edgeRange[i + 1]; k++) {
      const e = g.edgesOf[k];
      const [at, back] = [this.#highAt[e], this.#lowAt[e]];
      const m = this.#highAt[e + 1] - at;
      const out = this.#toHigh;
      for (let t = 0; t < m; t++) out[at + t] = Infinity;
      let x = g.table[e];
      for (let s = 0; s < n; s++) {
        const base = share * theta[s] - this.#toLow[back + s];
        for (let t = at; t < at + m; t++, x++) {
          const cost = base + g.edgeCosts[x];
          if (cost < out[t]) out[t] = cost;
        }
      }
      normalize(out, at, m);
    }
  }

  #sendDown(i: number): number {
    const g = this.#g;
    const theta = this.#gather(i);
    const m = g.first[i + 1] - g.first[i];
    const share = this.#share[i];
    let bound = normalize(theta, 0, m);
    for (let k = g.edgeRange[i]; k < g.edgeMiddle[i]; k++) {
      const e = g.edgesOf[k];
      const [at, back] = [this.#lowAt[e], this.#highAt[e]];
      const n = this.#lowAt[e + 1] - at;
      const out = this.#toLow;
      const base = m;
      for (let t = 0; t < m; t++) theta[base + t] = share * theta[t] - this.#toHigh[back + t];
      let x = g.table[e];
      for (let s = 0; s < n; s++) {
        let least = Infinity;
        for (let t = base; t < base + m; t++, x++) {
          const cost = theta[t] + g.edgeCosts[x];
          if (cost < least) least = cost;
        }
        out[at + s] = least;
      }
      bound += normalize(out, at, n);
    }
    return bound;
  }

  /** Chooses node by node, in order: what is best with the lower neighbours' choices and the higher ones' messages. */
  decode(): Int32Array {
    const g = this.#g;
    const theta = this.#scratch;
    const { choice } = this;
    for (let i = 0; i < g.numNodes; i++) {
      const n = g.first[i + 1] - g.first[i];
      for (let s = 0; s < n; s++) theta[s] = this.#priced[g.first[i] + s];
      for (let k = g.edgeRange[i]; k < g.edgeMiddle[i]; k++) {
        const e = g.edgesOf[k];
        const row = g.table[e] + choice[g.low[e]] * n;
        for (let s = 0; s < n; s++) theta[s] += g.edgeCosts[row + s];
      }
      for (let k = g.edgeMiddle[i]; k < g.edgeRange[i + 1]; k++) {
        const at = this.#lowAt[g.edgesOf[k]];
        for (let s = 0; s < n; s++) theta[s] += this.#toLow[at + s];
      }
      let best = 0;
      for (let s = 1; s < n; s++) if (theta[s] < theta[best]) best = s;
      choice[i] = best;
    }
    return choice;
  }
}

/** Makes the least of a stretch 0 and gives what it was. */
function normalize(values: Float64Array, at: number, length: number): number {
  let least = Infinity;
  for (let t = at; t < at + length; t++) if (values[t] < least) least = values[t];
  for (let t = at; t < at + length; t++) values[t] -= least;
  return least;
}
