/*
 * The levels around one propagation round, outer to inner: user priority, op priority, strategy.
 */
import {
  type AxisRef,
  compareAxes,
  type DimSharding,
  type Module,
  type Op,
  sameAxis,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { Direction } from '../../ops/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { separateConflictingGroups, shardingGroups } from '../import/sharding-groups.ts';
import { EDGE, FUNC_EDGE } from '../program.ts';
import { Shardings } from '../shardings.ts';
import { dropShardingRules, populateShardingRules } from './populate-sharding-rules.ts';
import { anyDirection, type DirectionsOf, isElementwise, propagateRound, type Strategy } from './propagate.ts';

export interface PropagationOptions {
  /** Show the rule of every op in its attributes, or remove those that no user wrote; default: leave them as they are. */
  readonly keepShardingRules?: boolean;
  /** How conflicts between the factors of an op are settled; `basic` does not propagate along them. Default `aggressive`. */
  readonly strategy?: Strategy | 'basic-then-aggressive';
  /** Whether ops that only pass elements along go first; default true. */
  readonly runOpPriority?: boolean;
  /** Never shard by part of an axis. */
  readonly conservative?: boolean;
}

interface Levels extends PropagationOptions {
  readonly userPriority: boolean;
  readonly opPriority: boolean;
}

/** All levels: what the pipeline runs. */
export const propagate = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  run(module, ctx, { ...options, userPriority: true, opPriority: options.runOpPriority ?? true });
/** Without user priorities. */
export const propagateByOpPriority = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  run(module, ctx, { ...options, userPriority: false, opPriority: options.runOpPriority ?? true });
/** One round of the aggressive strategy. */
export const propagateAggressive = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  run(module, ctx, { ...options, userPriority: false, opPriority: false });
/** One round of the basic strategy. */
export const propagateBasic = (module: Module, ctx: PassContext, options: PropagationOptions = {}): Module =>
  run(module, ctx, { ...options, userPriority: false, opPriority: false, strategy: 'basic' });

function run(given: Module, ctx: PassContext, levels: Levels): Module {
  const shardings = new Shardings(separateConflictingGroups(given, ctx.registry));
  const groups = shardingGroups(shardings);
  const { strategy = 'aggressive', conservative = false, keepShardingRules } = levels;
  const strategies = strategy === 'basic-then-aggressive' ? (['basic', 'aggressive'] as const) : [strategy];
  const settled = { basic: new Map<Op, readonly unknown[]>(), aggressive: new Map<Op, readonly unknown[]>() };
  const round = (directions: DirectionsOf): void => {
    for (const own of strategies)
      propagateRound(shardings, { strategy: own, directions, conservative, groups, settled: settled[own] });
  };
  const opRounds = (): void => {
    if (!levels.opPriority) round(anyDirection);
    else for (let p = 0; p < schedule.length; p++) round(directionsUpTo(p, shardings));
  };
  if (levels.userPriority) byUserPriority(shardings, opRounds);
  else opRounds();
  const done = shardings.attach(ctx.registry);
  if (keepShardingRules === undefined) return done;
  return keepShardingRules ? populateShardingRules(done, ctx, { conservative }) : dropShardingRules(done, ctx);
}

// ---- op priority ----

/** Where an op that only passes elements along does so: `byUses` where its operands' other uses allow it. */
function passThrough(op: Op, byUses: Direction): Direction {
  const target =
    op.name === 'stablehlo.custom_call' ? (op.attributes as { callTargetName?: string }).callTargetName : '';
  if (
    isElementwise(op) ||
    target === 'MoveToDevice' ||
    target === 'MoveToHost' ||
    ['stablehlo.reshape', 'stablehlo.transpose', EDGE, FUNC_EDGE].includes(op.name)
  )
    return byUses;
  if (op.name === 'stablehlo.dynamic_slice' || op.name === 'stablehlo.dynamic_update_slice')
    return intersect(byUses, 'FORWARD');
  return 'NONE';
}

const isShared = (v: Value, { program }: Shardings): boolean =>
  program.usesOf(v).length !== 1 && !(v.type.kind === 'tensor' && v.type.shape.length === 0);

const backwardIfBroadcast = (op: Op): Direction => (op.name === 'stablehlo.broadcast_in_dim' ? 'BACKWARD' : 'BOTH');

/** What each priority allows beside those before it. */
const schedule: readonly ((op: Op, kind: string, shardings: Shardings) => Direction)[] = [
  (op, _kind, shardings) => passThrough(op, op.operands.some((v) => isShared(v, shardings)) ? 'NONE' : 'BOTH'),
  (op) => passThrough(op, 'BOTH'),
  (op, kind) => (kind === 'passThrough' ? backwardIfBroadcast(op) : 'NONE'),
  (op) => backwardIfBroadcast(op),
  () => 'BOTH',
];

function directionsUpTo(priority: number, shardings: Shardings): DirectionsOf {
  const known = new Map<Op, readonly Direction[]>();
  return (op, rule) => {
    const found = known.get(op);
    if (found) return found;
    const byKind = new Map<string, Direction>();
    for (const kind of new Set(rule.factorKinds)) {
      let direction: Direction = 'NONE';
      for (let p = 0; p <= priority && direction !== 'BOTH'; p++)
        direction = unite(direction, schedule[p](op, kind, shardings));
      byKind.set(kind, direction);
    }
    const directions = rule.factorKinds.map((k) => byKind.get(k)!);
    known.set(op, directions);
    return directions;
  };
}

const rank: Record<Direction, number> = { NONE: 0, FORWARD: 1, BACKWARD: 2, BOTH: 3 };
const opposite = (a: Direction, b: Direction): boolean => rank[a] + rank[b] === 3 && a !== 'NONE' && b !== 'NONE';
const unite = (a: Direction, b: Direction): Direction => (opposite(a, b) ? 'BOTH' : rank[a] > rank[b] ? a : b);
const intersect = (a: Direction, b: Direction): Direction => (opposite(a, b) ? 'NONE' : rank[a] < rank[b] ? a : b);

// ---- user priority ----

interface Reference {
  readonly get: () => TensorSharding | undefined;
  readonly set: (s: TensorSharding) => void;
  readonly original: TensorSharding;
}

/** Runs the inner levels once per user priority, hiding dimensions of later priorities behind replicated axes. */
function byUserPriority(shardings: Shardings, inner: () => void): void {
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
