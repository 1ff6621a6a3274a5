import type { Buffer, KernelProgram } from '../kernels/kernel-ir.ts';
import { analyseLiveness, type Interval } from '../kernels/liveness.ts';
import type { MemoryPlan } from '../kernels/plans.ts';
import type { KernelPass } from './kernel-pass.ts';

/*
 * Buffer assignment: buffers that pass content on share memory where their lifetimes allow it (loop carries, updates in
 * place, donated arguments, elementwise results), and what is left gets offsets in one arena, reusing the space of dead
 * buffers.
 */

interface Group {
  root: Buffer;
  members: Buffer[];
  bytes: number;
}

const alignment = 64;
const roundUp = (n: number): number => Math.ceil(n / alignment) * alignment;

export const planMemoryPass: KernelPass = {
  name: 'plan-memory',
  doc: 'Decides which buffers share memory, and where in the arena each one lies.',
  run: (program, { donatedArgs }) => ({ ...program, memory: planMemory(program, donatedArgs) }),
};

function planMemory(program: KernelProgram, donated: readonly number[]): MemoryPlan {
  const { intervals, merges, inPlace } = analyseLiveness(program);
  const groupOf = new Map<Buffer, Group>();
  const groupFor = (b: Buffer): Group => {
    let g = groupOf.get(b);
    if (!g) {
      g = { root: b, members: [b], bytes: b.bytes };
      groupOf.set(b, g);
    }
    return g;
  };
  const intervalsOf = (b: Buffer): readonly Interval[] => intervals.get(b) ?? [];

  /** Whether two buffers' contents never matter at the same time. */
  const compatible = (x: Buffer, y: Buffer): boolean => {
    for (const i of intervalsOf(x))
      for (const j of intervalsOf(y)) {
        if (i.to < j.from || j.to < i.from) continue;
        const touchXY = i.to === j.from && i.from < j.from && inPlace.has(`${x.id},${y.id},${i.to}`);
        const touchYX = j.to === i.from && j.from < i.from && inPlace.has(`${y.id},${x.id},${j.to}`);
        // A content handed over within one step of its own (copy of a value defined there).
        const same = i.to === j.from && i.from === j.from && inPlace.has(`${x.id},${y.id},${i.to}`);
        if (!touchXY && !touchYX && !same) return false;
      }
    return true;
  };
  const mayOverwrite = (b: Buffer): boolean =>
    b.place.kind !== 'constant' &&
    b.place.kind !== 'local' &&
    (b.place.kind !== 'arg' || donated.includes(b.place.index));

  for (const { a, b } of merges) {
    const [g, h] = [groupFor(a), groupFor(b)];
    if (g === h || a.bytes !== b.bytes) continue;
    const all = [...g.members, ...h.members];
    if (!all.every(mayOverwrite)) continue;
    // At most one argument and one result may share memory.
    if (all.filter((x) => x.place.kind === 'arg').length > 1 || all.filter((x) => x.place.kind === 'result').length > 1)
      continue;
    if (!g.members.every((x) => h.members.every((y) => compatible(x, y)))) continue;
    const fixed = all.find((x) => x.place.kind === 'arg') ?? all.find((x) => x.place.kind === 'result');
    const joined: Group = { root: fixed ?? g.root, members: all, bytes: Math.max(g.bytes, h.bytes) };
    for (const m of all) groupOf.set(m, joined);
  }
  for (const b of intervals.keys()) groupFor(b);

  const groups = [...new Set(groupOf.values())];
  const aliases: [number, number][] = [];
  for (const g of groups) {
    const arg = g.members.find((m) => m.place.kind === 'arg');
    const result = g.members.find((m) => m.place.kind === 'result');
    if (arg && result) aliases.push([placeIndex(arg), placeIndex(result)]);
  }

  const temps = groups
    .filter((g) => g.root.place.kind === 'temp')
    .map((g) => ({ g, spans: g.members.flatMap((m) => [...intervalsOf(m)]) }))
    .sort((x, y) => y.g.bytes - x.g.bytes);
  const offsets = new Map<Buffer, number>();
  const placed: { from: number; to: number; spans: readonly Interval[] }[] = [];
  let arenaBytes = 0;
  for (const { g, spans } of temps) {
    const size = roundUp(Math.max(g.bytes, 1));
    const busy = placed
      .filter((p) => p.spans.some((i) => spans.some((j) => i.from <= j.to && j.from <= i.to)))
      .sort((x, y) => x.from - y.from);
    let offset = 0;
    for (const p of busy) {
      if (offset + size <= p.from) break;
      offset = Math.max(offset, p.to);
    }
    offsets.set(g.root, offset);
    placed.push({ from: offset, to: offset + size, spans });
    arenaBytes = Math.max(arenaBytes, offset + size);
  }
  return { rootOf: (b) => groupOf.get(b)?.root ?? b, offsets, arenaBytes, aliases };
}

function placeIndex(b: Buffer): number {
  return b.place.kind === 'arg' || b.place.kind === 'result' ? b.place.index : -1;
}
