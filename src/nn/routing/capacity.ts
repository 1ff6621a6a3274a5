import { nn, np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';

/**
 * Rows that an expert has per group of tokens: so many, or `factor · tokens / experts` rounded half to even (Switch, flaxformer), down, or
 * down and then up to a multiple of four (GShard, lingvo), at least `minimum`.
 */
export type Capacity = (
  | { readonly rows: number }
  | {
      readonly factor: number;
      readonly minimum?: number;
      readonly rounding: 'halfEven' | 'down' | 'multipleOfFour';
    }
) & {
  /** Which tokens come first. Default: as they stand; `score`: those surest of their expert (Riquelme et al. 2021, §4.1). */
  readonly priority?: 'position' | 'score';
};

/** Rows per expert for a group of `numTokens`. Throws `nn/routing` when there would be none. */
export function capacityRows(c: Capacity, numTokens: number, numExperts: number): number {
  const rows = 'rows' in c ? c.rows : rounded(c, (c.factor * numTokens) / numExperts);
  if (!Number.isInteger(rows) || rows < 1)
    throw new UserError('nn/routing', 'a capacity needs at least one row per expert', {
      given: `${JSON.stringify(c)} for ${numTokens} tokens and ${numExperts} experts`,
      advice: 'raise the factor or the minimum',
    });
  return rows;
}

function rounded(c: Exclude<Capacity, { rows: number }>, rows: number): number {
  const atLeast = Math.max(c.minimum ?? 0, c.rounding === 'halfEven' ? roundHalfEven(rows) : Math.floor(rows));
  return c.rounding === 'multipleOfFour' ? 4 * Math.ceil(atLeast / 4) : atLeast;
}

/** To the nearest integer, halves to the even one, as Python rounds. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const isUp = x - below === 0.5 ? below % 2 === 1 : x - below > 0.5;
  return isUp ? below + 1 : below;
}

/**
 * Row of every choice among those of its group with the same expert: all first choices before all second ones, tokens in order or, with
 * `priority: f32[…, tokens]`, the highest first. `experts: i32[…, tokens, slots]`, `isCounted: bool` of that shape: others take no row and get -1 →
 * `i32[…, tokens, slots]`. Sources: Lepikhin et al. 2020, Algorithm 1; Riquelme et al. 2021, §4.1 (priority).
 */
export function rowsOf(experts: Tensor, isCounted: Tensor, numExperts: number, priority?: Tensor): Tensor {
  const [tokens, slots] = experts.shape.slice(-2);
  const lead = experts.shape.slice(0, -2);
  const order = priority && np.argsort(np.negative(priority), -1);
  const sorted = (t: Tensor, by: Tensor | undefined): Tensor =>
    by ? np.takeAlongAxis(t, np.expandDims(by, -1), -2) : t;
  // Counted in integers: the narrow floats of models stop counting at 256.
  const chosen = np.astype(nn.oneHot(experts, numExperts, { dtype: 'bool' }), 'i32');
  const counted = np.multiply(chosen, np.expandDims(np.astype(isCounted, 'i32'), -1));
  const byToken = sorted(np.reshape(counted, [...lead, tokens, slots * numExperts]), order);
  const bySlot = np.swapaxes(np.reshape(byToken, [...lead, tokens, slots, numExperts]), -3, -2);
  const rows = np.reshape(bySlot, [...lead, slots * tokens, numExperts]);
  const before = np.subtract(np.cumsum(rows, -2), rows);
  const backToToken = np.swapaxes(np.reshape(before, [...lead, slots, tokens, numExperts]), -3, -2);
  const unsorted = sorted(
    np.reshape(backToToken, [...lead, tokens, slots * numExperts]),
    order && np.argsort(order, -1),
  );
  const ofExpert = np.multiply(np.reshape(unsorted, [...lead, tokens, slots, numExperts]), chosen);
  return np.where(isCounted, np.sum(ofExpert, { axis: -1 }), -1);
}
