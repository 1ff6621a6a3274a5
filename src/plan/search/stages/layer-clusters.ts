import { type Block, bytesOf, type Value } from '../../../ir/index.ts';

/** What cutting a list of ops into layers depends on. */
export interface OpProfile {
  /** Of each op. */
  readonly flops: readonly number[];
  /** Bytes of the values that ops before i make and i or a later one reads; arguments are not counted. */
  readonly crossingBytes: readonly number[];
}

/** Profile of a block's ops, in their order. */
export function profileOps(block: Block): OpProfile {
  const ops = block.ops.slice(0, -1);
  const lastUse = new Map<Value, number>();
  block.ops.forEach((op, i) => {
    for (const v of op.operands) if (v.op) lastUse.set(v, i);
  });
  const change = new Float64Array(block.ops.length + 1);
  ops.forEach((op, i) => {
    for (const r of op.results) {
      const last = lastUse.get(r);
      if (last === undefined) continue;
      change[i + 1] += bytesOf(r.type);
      change[last + 1] -= bytesOf(r.type);
    }
  });
  let now = 0;
  return {
    flops: ops.map((op) => {
      const { productFlops, vectorFlops } = op.definition.cost(op);
      return productFlops + vectorFlops;
    }),
    crossingBytes: ops.map((_, i) => {
      now += change[i];
      return now;
    }),
  };
}

/**
 * Cuts a list of ops into layers of at most (1 + slack) times their share of the operations such that the largest cut passes the fewest
 * bytes, then all cuts together; gives where each layer begins, or undefined where no such cut is.
 * Source: Alpa, section 5.3.
 */
export function clusterLayers(
  { flops, crossingBytes }: OpProfile,
  numLayers: number,
  slack = 0.5,
): number[] | undefined {
  const n = flops.length;
  const before = new Float64Array(n + 1);
  flops.forEach((f, i) => {
    before[i + 1] = before[i] + f;
  });
  const most = ((1 + slack) * before[n]) / numLayers;
  const fits = (from: number, to: number): boolean => before[to] - before[from] <= most * (1 + 1e-12);
  // Of the first k ops in r layers: the largest cut, the sum of all, and where the last layer begins.
  let row: { largest: number; sum: number; starts: readonly number[] }[] = Array.from({ length: n + 1 }, (_, k) => ({
    largest: k > 0 && fits(0, k) ? 0 : Infinity,
    sum: 0,
    starts: [0],
  }));
  for (let r = 1; r < numLayers; r++) {
    const last = row;
    row = Array.from({ length: n + 1 }, (_, k) => {
      let best = { largest: Infinity, sum: Infinity, starts: [] as readonly number[], from: -1 };
      for (let i = k - 1; i >= r && fits(i, k); i--) {
        const largest = Math.max(last[i].largest, crossingBytes[i]);
        const sum = last[i].sum + crossingBytes[i];
        if (largest < best.largest || (largest === best.largest && sum < best.sum))
          best = { largest, sum, starts: last[i].starts, from: i };
      }
      return { ...best, starts: best.from < 0 ? [] : [...best.starts, best.from] };
    });
  }
  const { largest, starts } = row[n];
  return largest < Infinity ? [...starts] : undefined;
}
