import { foriLoop, lax, np, type Tensor, whileLoop } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { capacityRows } from './capacity.ts';
import type { RouterConfig, RouterInputs } from './router.ts';
import type { Choices, Scores } from './token-choice.ts';

/** A bound on the experts of one token where experts choose. Source: Zhou et al. 2022, §3.3. */
export interface ExpertsPerToken {
  readonly most: number;
  /** Weight of the entropy of the assignment: smaller is nearer to the best one and takes more sweeps. The paper's is 1e-3. */
  readonly entropyWeight: number;
  /** Rounds over experts and tokens. */
  readonly sweeps: number;
}

/**
 * Every expert chooses its best tokens, as many as the capacity says (default: `tokens · topK / experts`). Experts see all tokens of a
 * group: in a decoder the choice reveals the future. Source: Zhou et al. 2022, §3.2.
 */
export function chooseTokens(scores: Scores, c: RouterConfig, { isToken }: RouterInputs): Choices {
  const [numTokens, numExperts] = scores.probabilities.shape.slice(-2);
  const capacity = Math.min(
    numTokens,
    capacityRows(c.capacity ?? { factor: c.topK, rounding: 'down' }, numTokens, numExperts),
  );
  const most = c.perToken?.most ?? numExperts;
  if (numExperts * capacity > most * numTokens)
    throw new UserError('nn/routing', 'experts cannot choose so many tokens with so few experts per token', {
      expected: `at most ${most} × ${numTokens} choices`,
      given: `${numExperts} × ${capacity}`,
      advice: 'lower the capacity, or raise perToken.most',
    });
  const known = lax.stopGradient(scores.probabilities);
  // Padding comes last whatever its score, which is not negative.
  const affinity = isToken ? np.where(np.expandDims(isToken, -1), known, -1) : known;
  const byExpert = np.swapaxes(affinity, -1, -2);
  const preference = c.perToken ? assign(byExpert, capacity, c.perToken) : byExpert;
  const ranks = np.argsort(np.argsort(np.negative(preference), -1), -1);
  const chosen = np.less(ranks, capacity);
  const isChosen = c.perToken ? repair(chosen, byExpert, c.perToken.most) : chosen;
  const places = np.where(isChosen, np.subtract(np.cumsum(np.astype(isChosen, 'i32'), -1), 1), -1);
  const [isServed, rows] = [isChosen, places].map((t) => np.swapaxes(t, -1, -2));
  return {
    experts: lax.iota('i32', scores.probabilities.shape, scores.probabilities.ndim - 1),
    isServed: isToken ? np.logicalAnd(isServed, np.expandDims(isToken, -1)) : isServed,
    rows,
    capacity,
  };
}

/** Halvings of an interval of scores: below what float32 tells apart. */
const numHalvings = 32;

/**
 * The assignment with rows (experts) summing to `capacity`, columns (tokens) to at most `most`, entries in [0, 1], that maximizes affinity
 * plus entropy: `f32[…, experts, tokens]` → the same. Coordinate ascent in the dual, where the entries are `min(1, exp((affinity − price of
 * the expert − price of the token) / entropyWeight))`: prices are solved for exactly, in turns. (Dykstra's projections, which the paper
 * uses, are far from converged after its 100 rounds at its weight.)
 */
function assign(affinity: Tensor, capacity: number, { most, entropyWeight, sweeps }: ExpertsPerToken): Tensor {
  const entries = (gap: Tensor): Tensor => np.exp(np.minimum(np.divide(gap, entropyWeight), 0));
  /** Prices along an axis at which entries sum to `total` over it. */
  const priceFor = (gap: Tensor, axis: number, total: number): Tensor => {
    const over = { axis, keepdims: true };
    const slack = entropyWeight * Math.log(gap.shape[gap.ndim + axis]);
    const halve = (_: Tensor, [low, high]: [Tensor, Tensor]): [Tensor, Tensor] => {
      const middle = np.multiply(np.add(low, high), 0.5);
      const isTooLow = np.greater(np.sum(entries(np.subtract(gap, middle)), over), total);
      return [np.where(isTooLow, middle, low), np.where(isTooLow, high, middle)];
    };
    const start: [Tensor, Tensor] = [np.min(gap, over), np.add(np.max(gap, over), slack)];
    return foriLoop(0, numHalvings, halve, start)[1];
  };
  const sweep = (_: Tensor, ofToken: Tensor): Tensor => {
    const ofExpert = priceFor(np.subtract(affinity, ofToken), -1, capacity);
    // A token that few experts want costs nothing.
    return np.maximum(priceFor(np.subtract(affinity, ofExpert), -2, most), 0);
  };
  const ofToken = foriLoop(0, sweeps, sweep, np.zerosLike(np.max(affinity, { axis: -2, keepdims: true })));
  const ofExpert = priceFor(np.subtract(affinity, ofToken), -1, capacity);
  // Of entries that are 1 the one with most to spare comes first: the exponent orders what the entry does not.
  return np.subtract(np.subtract(affinity, ofToken), ofExpert);
}

/**
 * Exchanges choices of tokens that too many experts chose for others, the cheapest exchange first, until there are none. Rounding an
 * assignment leaves a few. Both `[…, experts, tokens]`.
 */
function repair(chosen: Tensor, affinity: Tensor, most: number): Tensor {
  const [numExperts, numTokens] = chosen.shape.slice(-2);
  const lead = chosen.shape.slice(0, -2);
  const countsOf = (m: Tensor): Tensor => np.sum(np.astype(m, 'i32'), { axis: -2, keepdims: true });
  const none = Number.NEGATIVE_INFINITY;
  const exchange = (m: Tensor): Tensor => {
    const counts = countsOf(m);
    const isFree = np.logicalAnd(np.logicalNot(m), np.less(counts, most));
    const gains = np.where(isFree, affinity, none);
    const isOver = np.logicalAnd(m, np.greater(counts, most));
    const best = np.max(gains, { axis: -1, keepdims: true });
    const changes = np.where(isOver, np.subtract(best, affinity), none);
    const flat = np.reshape(changes, [...lead, numExperts * numTokens]);
    const position = np.expandDims(np.argmax(flat, -1), [-1, -2]);
    const place = lax.iota('i32', chosen.shape, chosen.ndim - 1);
    const expert = lax.iota('i32', chosen.shape, chosen.ndim - 2);
    const isNeeded = np.greater(np.max(counts, { axis: -1, keepdims: true }), most);
    const isExpert = np.logicalAnd(isNeeded, np.equal(expert, np.floorDivide(position, numTokens)));
    const leaves = np.logicalAnd(isExpert, np.equal(place, np.remainder(position, numTokens)));
    const enters = np.logicalAnd(isExpert, np.equal(place, np.expandDims(np.argmax(gains, -1), -1)));
    return np.logicalOr(enters, np.logicalAnd(m, np.logicalNot(leaves)));
  };
  return whileLoop((m) => np.greater(np.max(countsOf(m)), most), exchange, chosen);
}
