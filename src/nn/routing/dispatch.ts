import { currentMesh, lax, nn, np, type PartitionSpec, shard, type Tensor } from '../../api/index.ts';
import { type AxisRules, specOf } from '../axis-rules.ts';
import type { Axis } from '../declared.ts';
import { rowsOf } from './capacity.ts';
import type { Routing } from './router.ts';
import { combineRows, gatherRows, joinLeading } from './row-plan.ts';

/** Tokens brought to their experts, and what experts make of them brought back. */
export interface Dispatch {
  /** `f32|bf16[experts, groups, capacity, embed]` */
  readonly sent: Tensor;
  /** Weighted sums of the experts' outputs: `[experts, groups, capacity, embed]` → `f32[groups, tokens, embed]`. */
  readonly combine: (outputs: Tensor) => Tensor;
}

/**
 * Tokens at the rows that a routing gives them. `x: [tokens, embed]`, or with dimensions of groups before them. On a mesh as products with
 * zeros and ones, which move as all-to-alls where it cuts groups and experts over the same axis; on one device by index.
 * Source: Lepikhin et al. 2020 (GShard), §3.2 and Algorithm 2.
 */
export function dispatch(x: Tensor, routing: Routing, rules: AxisRules): Dispatch {
  const numExperts = routing.probabilities.shape.at(-1)!;
  const isAsked = routing.isServed ?? np.ones(routing.experts.shape, 'bool');
  const places: Places = {
    experts: joinLeading(routing.experts, 2),
    rows: joinLeading(routing.rows ?? rowsOf(routing.experts, isAsked, numExperts), 2),
    weights: joinLeading(routing.weights, 2),
    numExperts,
    // Without a capacity every expert has a row for every token.
    capacity: routing.capacity ?? x.shape[x.ndim - 2],
  };
  const isOnMesh = (currentMesh()?.size ?? 1) > 1;
  return (isOnMesh ? byProduct : byIndex)(joinLeading(x, 2), places, rules);
}

/** Dimensions `[groups, tokens, slots]`; a row is taken where it lies within the capacity. */
interface Places {
  readonly experts: Tensor;
  readonly rows: Tensor;
  readonly weights: Tensor;
  readonly numExperts: number;
  readonly capacity: number;
}

function byIndex(x: Tensor, { experts, rows, weights, numExperts, capacity }: Places): Dispatch {
  const [numGroups, numTokens, embedDim] = x.shape;
  const numRows = numExperts * numGroups * capacity;
  const group = lax.iota('i32', rows.shape, 0);
  const first = np.multiply(np.add(np.multiply(experts, numGroups), group), capacity);
  const isTaken = np.logicalAnd(np.greaterEqual(rows, 0), np.less(rows, capacity));
  const perToken = (t: Tensor): Tensor => np.reshape(t, [numGroups * numTokens, t.shape[2]]);
  const plan = { rowOf: perToken(np.where(isTaken, np.add(first, rows), numRows)), numRows };
  return {
    sent: np.reshape(gatherRows(perToken(x), plan), [numExperts, numGroups, capacity, embedDim]),
    combine: (outputs) =>
      np.reshape(combineRows(np.reshape(outputs, [numRows, embedDim]), plan, perToken(weights)), x.shape),
  };
}

function byProduct(x: Tensor, p: Places, rules: AxisRules): Dispatch {
  // One group is not cut.
  const group = x.shape[0] > 1 ? 'batch' : null;
  const specFor = (...axes: (Axis | null)[]): PartitionSpec => specOf([...axes, null, null], rules, currentMesh());
  const [toExperts, toGroups] = [specFor('expert', group), specFor(null, group)];
  const isExchanged = String(toGroups.entries[1]) !== String(toExperts.entries[1]);
  /** Computed where one side has it, then moved to where the other wants it. */
  const moved = (t: Tensor, from: PartitionSpec, to: PartitionSpec): Tensor =>
    isExchanged ? shard(shard(t, from), to) : t;
  const [expert, row] = [nn.oneHot(p.experts, p.numExperts), nn.oneHot(p.rows, p.capacity)];
  const weighted = np.multiply(expert, np.expandDims(p.weights, -1));
  const [mask, weights] = [expert, weighted].map((t) =>
    shard(np.einsum('gske,gskc->gsec', t, row), specFor(group, null)),
  );
  return {
    sent: moved(np.einsum('gsec,gsd->egcd', np.astype(mask, x.dtype), x), toGroups, toExperts),
    combine: (outputs) => np.einsum('gsec,egcd->gsd', weights, np.astype(moved(outputs, toExperts, toGroups), 'f32')),
  };
}
