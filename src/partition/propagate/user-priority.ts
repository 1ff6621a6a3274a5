/*
 * User priority: dimensions that a user gave a later priority (`{"x"}p2`) propagate later. Source: Shardy, user_priority_propagation.
 */
import {
  type AxisRef,
  compareAxes,
  type DimSharding,
  sameAxis,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { Shardings } from '../shardings.ts';

interface Reference {
  readonly get: () => TensorSharding | undefined;
  readonly set: (s: TensorSharding) => void;
  readonly original: TensorSharding;
}

/** Runs the inner levels once per user priority, hiding dimensions of later priorities behind replicated axes. */
export function byUserPriority(shardings: Shardings, inner: () => void): void {
  const byPriority = new Map<number, Reference[]>();
  for (const r of references(shardings)) {
    const priorities = new Set(r.original.dims.map((d) => d.priority ?? 0));
    for (const p of priorities) if (p > 0) byPriority.set(p, [...(byPriority.get(p) ?? []), r]);
    r.set(initial(r.original, shardings));
  }
  inner();
  for (const [priority, refs] of [...byPriority].sort((a, b) => a[0] - b[0])) {
    for (const r of refs) r.set(restored(r.get()!, r.original, priority));
    inner();
  }
}

function references(shardings: Shardings): Reference[] {
  const out: Reference[] = [];
  const { program } = shardings;
  const seen = new Set<Value>();
  const add = (v: Value): void => {
    const holder = program.shardable(v);
    if (!holder || seen.has(holder)) return;
    seen.add(holder);
    const original = shardings.get(holder);
    if (original) out.push({ get: () => shardings.get(holder), set: (s) => shardings.set(holder, s), original });
  };
  for (const f of program.module.funcs) {
    f.args.forEach(add);
    f.results.forEach((_, i) => {
      const original = shardings.getFuncResult(f, i);
      if (original)
        out.push({
          get: () => shardings.getFuncResult(f, i),
          set: (s) => shardings.setFuncResult(f, i, s),
          original,
        });
    });
  }
  for (const op of program.ops) {
    op.results.forEach(add);
    for (const r of op.regions) r.args.forEach(add);
  }
  return out;
}

const dropPriority = ({ axes, isClosed }: DimSharding): DimSharding => ({ axes, isClosed });

function initial(s: TensorSharding, shardings: Shardings): TensorSharding {
  const replicated = [...s.replicated];
  const dims = s.dims.map((d): DimSharding => {
    if ((d.priority ?? 0) === 0) return dropPriority(d);
    replicated.push(...d.axes);
    return { axes: [], isClosed: true };
  });
  const mesh = shardings.meshOf(s);
  return { ...s, dims, replicated: replicated.sort((a, b) => compareAxes(a, b, mesh)) };
}

function restored(current: TensorSharding, original: TensorSharding, priority: number): TensorSharding {
  const back: AxisRef[] = [];
  const dims = current.dims.map((d, i) => {
    const o = original.dims[i];
    if ((o.priority ?? 0) !== priority) return d;
    back.push(...o.axes);
    return dropPriority(o);
  });
  const replicated = current.replicated.filter((a) => !back.some((b) => sameAxis(a, b)));
  return { ...current, dims, replicated };
}
