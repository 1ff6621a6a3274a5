import type { LiveMemory } from './problem.ts';

/*
 * Memory as rows: each row is a time at which a maximal set of nodes is alive, with what may be used there beyond the least of
 * each node. Rows that can never bind are dropped, and those that another row implies.
 */

/** Memory of nodes over rows [start, end), the least of each node taken off; `limits[row]` is what remains for that. */
export interface MemoryRows {
  readonly limits: Float64Array;
  readonly memory: LiveMemory[][];
}

const leastOf = (usages: Float64Array): number => usages.reduce((a, b) => Math.min(a, b), Infinity);
const mostOf = (usages: Float64Array): number => usages.reduce((a, b) => Math.max(a, b), 0);

/** Times become rows: the last start before an end, when as many are alive as around then ever. */
export function rowsOfTimes(memory: readonly (readonly LiveMemory[])[], limit: number): MemoryRows {
  if (limit === Infinity) return { limits: new Float64Array(0), memory: memory.map(() => []) };
  const events: { time: number; isStart: boolean }[] = [];
  for (const list of memory)
    for (const { start, end, usages } of list)
      if (end > start && mostOf(usages) > 0) events.push({ time: start, isStart: true }, { time: end, isStart: false });
  events.sort((a, b) => a.time - b.time || Number(a.isStart) - Number(b.isStart));
  const times: number[] = [];
  events.forEach((e, i) => {
    if (e.isStart && !events[i + 1].isStart) times.push(e.time);
  });
  const rowAt = (time: number): number => {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const rows = memory.map((list) =>
    list.flatMap(({ start, end, usages }) => {
      const [from, to] = [rowAt(start), rowAt(end)];
      return to > from && mostOf(usages) > 0 ? [{ start: from, end: to, usages }] : [];
    }),
  );
  return simplifyRows({ limits: new Float64Array(times.length).fill(limit), memory: rows });
}

/** Takes off what every strategy of a node uses, and drops rows that cannot bind or that a neighbour implies. */
export function simplifyRows(rows: MemoryRows): MemoryRows {
  let { limits, memory } = takeOffLeast(rows);
  for (;;) {
    const kept = rowsKept(limits, memory);
    const numKept = kept.reduce((n, k) => n + k, 0);
    if (numKept === limits.length) return { limits, memory };
    const newRow = new Int32Array(limits.length + 1);
    for (let r = 0; r < limits.length; r++) newRow[r + 1] = newRow[r] + kept[r];
    limits = limits.filter((_, r) => kept[r] === 1);
    memory = memory.map((list) =>
      list.flatMap(({ start, end, usages }) =>
        newRow[end] > newRow[start] ? [{ start: newRow[start], end: newRow[end], usages }] : [],
      ),
    );
  }
}

function takeOffLeast({ limits, memory }: MemoryRows): MemoryRows {
  const base = new Float64Array(limits.length + 1);
  const rest = memory.map((list) =>
    list.flatMap((live) => {
      const least = leastOf(live.usages);
      if (least === 0) return mostOf(live.usages) > 0 ? [live] : [];
      base[live.start] += least;
      base[live.end] -= least;
      const usages = live.usages.map((u) => u - least);
      return mostOf(usages) > 0 ? [{ ...live, usages }] : [];
    }),
  );
  let used = 0;
  return {
    limits: limits.map((limit, r) => {
      used += base[r];
      return limit - used;
    }),
    memory: rest,
  };
}

function rowsKept(limits: Float64Array, memory: readonly (readonly LiveMemory[])[]): Uint8Array {
  const most = new Float64Array(limits.length + 1);
  const ends = new Int32Array(limits.length + 1);
  const starts = new Int32Array(limits.length + 1);
  for (const list of memory)
    for (const { start, end, usages } of list) {
      const usage = mostOf(usages);
      most[start] += usage;
      most[end] -= usage;
      starts[start]++;
      ends[end]++;
    }
  const kept = new Uint8Array(limits.length).fill(1);
  let used = 0;
  for (let r = 0; r < limits.length; r++) {
    used += most[r];
    if (used <= limits[r]) kept[r] = 0;
  }
  for (let r = 0; r + 1 < limits.length; r++) {
    if (kept[r] === 0 || kept[r + 1] === 0) continue;
    // All that is alive at r is alive at the next row, too, where less is left; or the other way round.
    if (ends[r + 1] === 0 && limits[r] >= limits[r + 1]) kept[r] = 0;
    else if (starts[r + 1] === 0 && limits[r + 1] >= limits[r]) kept[++r] = 0;
  }
  return kept;
}
