/*
 * Halo exchange: each device gets the part of a cut dimension that its computation reads, which may begin before or end after
 * its own shard, from the devices that have it, and no more than that.
 *
 * Planning is arithmetic on shard numbers; emission is collective_permutes of the planned widths, joined with the own shard.
 * Source: Xu et al. 2021 (GSPMD), §3.4 and appendix A.
 */
import { ceilDiv } from '../../base/index.ts';
import { type AxisRef, type Mesh, tensorType, type Value } from '../../ir/index.ts';
import { and, broadcastInDim, compare, iota, select, splat } from '../../ops/index.ts';
import { deviceGroups } from '../collectives/device-groups.ts';
import type { Rewriter } from '../rewrite.ts';
import type { DeviceIndex } from './device-index.ts';

/** Positions of a whole dimension that every shard's computation sees; they may lie outside the dimension. */
export interface Windows {
  /** First position, per shard. */
  readonly start: readonly number[];
  /** Number of positions: the same for all shards, as types are. */
  readonly size: number;
  /** Positions `[from, to)` that the valid part of the result depends on, per shard. */
  readonly need: readonly (readonly [number, number])[];
}

/** Positions `[from, to)` that one shard's owner sends to another. */
interface Transfer {
  readonly sender: number;
  readonly receiver: number;
  readonly from: number;
  readonly to: number;
}

/** Transfers that one collective_permute carries: every shard sends at most once and receives at most once. */
interface Round {
  /** Positions sent by each: the most that one of them needs. */
  readonly width: number;
  readonly transfers: readonly Transfer[];
}

export interface Exchange {
  readonly windows: Windows;
  /** Positions of the whole dimension. */
  readonly size: number;
  /** Positions of one shard. */
  readonly local: number;
  readonly rounds: readonly Round[];
}

/** Plans who sends what so that each of `windows.start.length` shards of a dimension of `size` gets what it needs. */
export function planExchange(windows: Windows, size: number): Exchange {
  const count = windows.start.length;
  const local = ceilDiv(size, count);
  const transfers: Transfer[] = [];
  windows.need.forEach(([first, end], receiver) => {
    const [lo, hi] = [Math.max(first, 0), Math.min(end, size)];
    for (let sender = Math.floor(lo / local); sender * local < hi; sender++)
      if (sender !== receiver)
        transfers.push({
          sender,
          receiver,
          from: Math.max(lo, sender * local),
          to: Math.min(hi, (sender + 1) * local),
        });
  });
  const rounds = colored(transfers, count).map((list) => ({
    width: Math.max(...list.map((t) => t.to - t.from)),
    transfers: list,
  }));
  return { windows, size, local, rounds };
}

/** Positions that one device receives at most. */
export function exchangedPositions(e: Exchange): number {
  return e.rounds.reduce((n, r) => n + r.width, 0);
}

/** Splits transfers into rounds: by distance where that takes no more rounds than necessary, else first fit. */
function colored(transfers: readonly Transfer[], count: number): Transfer[][] {
  const sends = new Array<number>(count).fill(0);
  const receives = new Array<number>(count).fill(0);
  const byDistance = new Map<number, Transfer[]>();
  for (const t of transfers) {
    sends[t.sender]++;
    receives[t.receiver]++;
    const list = byDistance.get(t.sender - t.receiver);
    if (list) list.push(t);
    else byDistance.set(t.sender - t.receiver, [t]);
  }
  const degree = Math.max(0, ...sends, ...receives);
  if (byDistance.size <= Math.max(2, degree)) return [...byDistance].sort(([a], [b]) => a - b).map(([, list]) => list);
  const rounds: { sends: Set<number>; receives: Set<number>; list: Transfer[] }[] = [];
  for (const t of transfers) {
    let round = rounds.find((r) => !r.sends.has(t.sender) && !r.receives.has(t.receiver));
    if (!round) {
      round = { sends: new Set(), receives: new Set(), list: [] };
      rounds.push(round);
    }
    round.sends.add(t.sender);
    round.receives.add(t.receiver);
    round.list.push(t);
  }
  return rounds.map((r) => r.list);
}

/** What emitting an exchange needs. */
export interface ExchangeContext {
  readonly rewriter: Rewriter;
  readonly index: DeviceIndex;
  readonly mesh: Mesh;
  /** The channel_handle of a collective_permute, if it has one. */
  readonly channelHandle: () => object;
}

/**
 * The window of this device along dimension `dim` of a shard cut by `axes`. Positions outside the whole dimension hold `fill`;
 * with `clean`, all positions that are not needed do; without `fill` they hold anything.
 */
export function exchangeHalo(
  x: Value,
  dim: number,
  axes: readonly AxisRef[],
  e: Exchange,
  c: ExchangeContext,
  options: { fill?: Value | undefined; clean?: boolean } = {},
): Value {
  const joined = contiguous(e) ? joinedNeighbours(x, dim, axes, e, c) : selectedPieces(x, dim, axes, e, c);
  return options.fill ? masked(joined, dim, axes, e, c, options.fill, options.clean === true) : joined;
}

/** The same window where every device has the whole dimension: nothing moves. */
export function windowOfWhole(
  x: Value,
  dim: number,
  axes: readonly AxisRef[],
  windows: Windows,
  c: ExchangeContext,
  options: { fill?: Value | undefined; clean?: boolean } = {},
): Value {
  const size = x.shape[dim];
  const own = window(x, dim, axes, windows.start, windows.size, c);
  const e: Exchange = { windows, size, local: size, rounds: [] };
  return options.fill ? masked(own, dim, axes, e, c, options.fill, options.clean === true) : own;
}

/** Whether all pieces, in order of distance, join without gaps to one stretch around the own shard. */
function contiguous({ rounds, local }: Exchange): boolean {
  const distances = rounds.map((r) => r.transfers[0].sender - r.transfers[0].receiver);
  if (!rounds.every((r, i) => r.transfers.every((t) => t.sender - t.receiver === distances[i]))) return false;
  const [low, high] = [Math.min(0, ...distances), Math.max(0, ...distances)];
  if (distances.length !== high - low) return false;
  return rounds.every(({ width, transfers }, i) => {
    if (distances[i] !== low && distances[i] !== high) return width === local;
    return transfers.every((t) =>
      distances[i] < 0 ? t.from - t.sender * local >= local - width : t.to - t.sender * local <= width,
    );
  });
}

function joinedNeighbours(x: Value, dim: number, axes: readonly AxisRef[], e: Exchange, c: ExchangeContext): Value {
  const { rewriter } = c;
  const before: Value[] = [];
  const after: Value[] = [];
  let left = 0;
  for (const round of e.rounds) {
    const isBefore = round.transfers[0].sender < round.transfers[0].receiver;
    const piece = sliceDim(rewriter, x, dim, isBefore ? e.local - round.width : 0, round.width);
    (isBefore ? before : after).push(permuted(piece, round, axes, c));
    if (isBefore) left += round.width;
  }
  const parts = [...before, x, ...after];
  const stretch = parts.length === 1 ? x : rewriter.emit('stablehlo.concatenate', parts, { dimension: dim });
  const starts = e.windows.start.map((s, k) => s - (k * e.local - left));
  return window(stretch, dim, axes, starts, e.windows.size, c);
}

function selectedPieces(x: Value, dim: number, axes: readonly AxisRef[], e: Exchange, c: ExchangeContext): Value {
  const { rewriter, index, mesh } = c;
  const { start, size } = e.windows;
  const count = start.length;
  let result = window(
    x,
    dim,
    axes,
    start.map((s, k) => s - k * e.local),
    size,
    c,
  );
  const at = iota(rewriter, tensorType('i32', result.shape), dim);
  for (const round of e.rounds) {
    const sendFrom = new Array<number>(count).fill(0);
    const pieceStart = new Array<number>(count).fill(0);
    const [from, to] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
    for (const t of round.transfers) {
      sendFrom[t.sender] = Math.min(t.from - t.sender * e.local, e.local - round.width);
      pieceStart[t.receiver] = t.sender * e.local + sendFrom[t.sender];
      from[t.receiver] = t.from - start[t.receiver];
      to[t.receiver] = t.to - start[t.receiver];
    }
    const piece = permuted(window(x, dim, axes, sendFrom, round.width, c), round, axes, c);
    const placed = window(
      piece,
      dim,
      axes,
      start.map((s, k) => (to[k] > from[k] ? s - pieceStart[k] : 0)),
      size,
      c,
    );
    const bound = (values: readonly number[]): Value =>
      broadcastInDim(rewriter, index.lookup(axes, mesh, values), result.shape, []);
    const inside = and(rewriter, compare(rewriter, 'GE', at, bound(from)), compare(rewriter, 'LT', at, bound(to)));
    result = select(rewriter, inside, placed, result);
  }
  return result;
}

/** One collective_permute within every group of devices. */
function permuted(piece: Value, round: Round, axes: readonly AxisRef[], c: ExchangeContext): Value {
  const pairs = deviceGroups(axes, c.mesh).flatMap((group) =>
    round.transfers.map((t): [number, number] => [group[t.sender], group[t.receiver]]),
  );
  return c.rewriter.emit('stablehlo.collective_permute', [piece], {
    sourceTargetPairs: pairs.sort((a, b) => a[0] - b[0]),
    ...c.channelHandle(),
  });
}

export function sliceDim(s: Rewriter, x: Value, dim: number, start: number, size: number): Value {
  if (start === 0 && size === x.shape[dim]) return x;
  return s.emit('stablehlo.slice', [x], {
    startIndices: x.shape.map((_, d) => (d === dim ? start : 0)),
    limitIndices: x.shape.map((n, d) => (d === dim ? start + size : n)),
    strides: x.shape.map(() => 1),
  });
}

/** Elements `[starts[k], starts[k] + size)` of a local dimension on shard k; anything where there are none. */
export function window(
  x: Value,
  dim: number,
  axes: readonly AxisRef[],
  starts: readonly number[],
  size: number,
  c: Pick<ExchangeContext, 'rewriter' | 'index' | 'mesh'>,
): Value {
  const { rewriter, index, mesh } = c;
  const clipped = starts.map((s) => Math.max(-size, Math.min(s, x.shape[dim])));
  const low = Math.max(0, -Math.min(...clipped));
  const high = Math.max(0, Math.max(...clipped) + size - x.shape[dim]);
  let wide = x;
  if (low > 0 || high > 0) {
    const only = (n: number): number[] => x.shape.map((_, d) => (d === dim ? n : 0));
    wide = rewriter.emit('stablehlo.pad', [x, splat(rewriter, tensorType(x.dtype, []), 0)], {
      edgePaddingLow: only(low),
      edgePaddingHigh: only(high),
      interiorPadding: only(0),
    });
  }
  const from = clipped.map((s) => s + low);
  if (from.every((s) => s === from[0])) return sliceDim(rewriter, wide, dim, from[0], size);
  const at = x.shape.map((_, d) => (d === dim ? index.lookup(axes, mesh, from) : index.constant(0)));
  return rewriter.emit('stablehlo.dynamic_slice', [wide, ...at], {
    sliceSizes: x.shape.map((n, d) => (d === dim ? size : n)),
  });
}

/** `fill` at positions outside the dimension, or with `clean` at all that are not needed. */
function masked(
  x: Value,
  dim: number,
  axes: readonly AxisRef[],
  e: Exchange,
  c: ExchangeContext,
  fill: Value,
  clean: boolean,
): Value {
  const { rewriter, index, mesh } = c;
  const { start, size, need } = e.windows;
  const low = start.map((s, k) => Math.max(clean ? need[k][0] : 0, 0) - s);
  const high = start.map((s, k) => Math.min(clean ? need[k][1] : e.size, e.size) - s);
  // The first and last positions of each window that anything depends on.
  const first = start.map((s, k) => (clean ? 0 : need[k][0] - s));
  const last = start.map((s, k) => (clean ? size : need[k][1] - s));
  const isUsed = start.map((_, k) => clean || need[k][1] > need[k][0]);
  const cutsLow = low.some((n, k) => isUsed[k] && n > first[k]);
  const cutsHigh = high.some((n, k) => isUsed[k] && n < last[k]);
  if (!cutsLow && !cutsHigh) return x;
  const at = iota(rewriter, tensorType('i32', x.shape), dim);
  const bound = (values: readonly number[]): Value =>
    broadcastInDim(rewriter, index.lookup(axes, mesh, values), x.shape, []);
  const isIn = cutsLow ? compare(rewriter, 'GE', at, bound(low)) : undefined;
  const isBelow = cutsHigh ? compare(rewriter, 'LT', at, bound(high)) : undefined;
  const inside = isIn && isBelow ? and(rewriter, isIn, isBelow) : (isIn ?? isBelow)!;
  return select(rewriter, inside, x, broadcastInDim(rewriter, fill, x.shape, []));
}

// ---- dilation ----

/** Windows on a dimension whose elements stand `dilation` apart, in positions of the spread dimension. */
export interface DilatedWindows extends Windows {
  readonly dilation: number;
}

/** Windows on the elements themselves, and where each shard's first element stands in its window. */
export function undilated(w: DilatedWindows): { windows: Windows; offset: readonly number[] } {
  const d = w.dilation;
  const start = w.start.map((s) => Math.ceil(s / d));
  const offset = start.map((s, k) => s * d - w.start[k]);
  const size = Math.max(...offset.map((o) => Math.floor((w.size - 1 - o) / d) + 1), 0);
  const need = w.need.map(([from, to]): [number, number] =>
    to > from ? [Math.ceil(from / d), Math.floor((to - 1) / d) + 1] : [0, 0],
  );
  return { windows: { start, size, need }, offset };
}

/** Spreads the elements of windows by the dilation, `fill` between them and at the ends. */
export function spread(
  x: Value,
  dim: number,
  axes: readonly AxisRef[],
  w: DilatedWindows,
  offset: readonly number[],
  fill: Value,
  c: Pick<ExchangeContext, 'rewriter' | 'index' | 'mesh'>,
): Value {
  if (w.dilation === 1) return x;
  const { rewriter, index, mesh } = c;
  const most = Math.max(...offset);
  const isSame = offset.every((o) => o === most);
  const total = isSame ? w.size : w.size + most;
  const only = (n: number): number[] => x.shape.map((_, d) => (d === dim ? n : 0));
  const length = x.shape[dim] === 0 ? 0 : (x.shape[dim] - 1) * w.dilation + 1;
  const wide = rewriter.emit('stablehlo.pad', [x, fill], {
    edgePaddingLow: only(most),
    edgePaddingHigh: only(total - most - length),
    interiorPadding: only(w.dilation - 1),
  });
  if (isSame) return wide;
  const from = offset.map((o) => most - o);
  const at = x.shape.map((_, d) => (d === dim ? index.lookup(axes, mesh, from) : index.constant(0)));
  return rewriter.emit('stablehlo.dynamic_slice', [wide, ...at], {
    sliceSizes: x.shape.map((n, d) => (d === dim ? w.size : n)),
  });
}
