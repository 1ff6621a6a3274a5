/*
 * One round of propagation: a worklist of ops whose operands' and results' shardings are completed from one another, until
 * nothing changes. Source: Shardy's propagation; what is around it is in `propagation-levels.ts`.
 */
import {
  calleeOf,
  type Direction,
  type FlowEdge,
  type Func,
  type Module,
  type Op,
  type OpShardingRule,
  sameItems,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import { EDGE, FUNC_EDGE, MANUAL } from '../program.ts';
import { type Shardings, withFreeAxes, withoutManualAxes } from '../shardings.ts';
import { aggressivePropagation, basicPropagation } from './factor-propagation.ts';
import { project, unproject } from './projection.ts';
import { identityRuleOf, ruleOf } from './rules.ts';

export type Strategy = 'basic' | 'aggressive';
/** Where each factor of an op may carry shardings. */
export type DirectionsOf = (op: Op, rule: OpShardingRule) => readonly Direction[];

export interface RoundOptions {
  readonly strategy: Strategy;
  readonly directions: DirectionsOf;
  readonly conservative: boolean;
  /** Members of the sharding group of a value, if it is in one. */
  readonly groups: ReadonlyMap<Value, readonly Value[]>;
  /** What earlier rounds of this strategy found out. */
  readonly records: Map<Op, OpRecord>;
}

/** What is known of an op. */
interface OpRecord {
  readonly rule: OpShardingRule | undefined;
  /** Where its factors may carry shardings in the present round. */
  directions?: { readonly of: DirectionsOf; readonly list: readonly Direction[] | undefined };
  /** What it was last looked at with, if that changed nothing: it need not be tried again. */
  settled?: readonly unknown[];
}

export const anyDirection: DirectionsOf = (_, rule) => rule.factorSizes.map(() => 'BOTH');

interface TensorRef {
  readonly value: Value;
  readonly sharding: TensorSharding | undefined;
  readonly set: (s: TensorSharding) => void;
  /** A function's result attribute: nothing else depends on it. */
  readonly isFuncResult?: boolean;
}

/** Whether ops of this kind only pass elements along in place. */
export function isElementwise(op: Op): boolean {
  const { elementwise, elementwiseFor } = op.definition.traits;
  return elementwise === true || elementwiseFor?.(op) === true;
}

/** Runs one worklist to its fixpoint; changes `shardings` in place. */
export function propagateRound(shardings: Shardings, options: RoundOptions): void {
  new Round(shardings, options).run();
}

class Round {
  readonly #s: Shardings;
  readonly #o: RoundOptions;
  readonly #stack: Op[] = [];
  readonly #queued = new Set<Op>();
  #current: Op | undefined;

  constructor(shardings: Shardings, options: RoundOptions) {
    this.#s = shardings;
    this.#o = options;
  }

  run(): void {
    this.#funcResults();
    const { ops } = this.#s.program;
    for (let i = ops.length - 1; i >= 0; i--) this.#push(ops[i]);
    while (this.#stack.length > 0) {
      const op = this.#stack.pop()!;
      this.#queued.delete(op);
      this.#current = op;
      this.#visit(op);
    }
    this.#current = undefined;
    this.#funcResults();
  }

  #push(op: Op): void {
    if (op === this.#current || this.#queued.has(op)) return;
    this.#queued.add(op);
    this.#stack.push(op);
  }

  #visit(op: Op): void {
    if (op.name === EDGE) {
      const edge = this.#s.program.edgeOfOp(op);
      if (edge) this.#visitEdge(op, edge);
      return;
    }
    if (op.name === FUNC_EDGE) {
      this.#visitFuncEdge(op);
      return;
    }
    const record = this.#recordOf(op);
    const { rule } = record;
    const directions = rule && this.#directions(op, rule, record);
    if (!directions) return;
    const seen: unknown[] = [directions];
    for (const v of op.operands) seen.push(this.#s.get(v));
    for (const v of op.results) seen.push(this.#s.get(v));
    if (record.settled && sameItems(seen, record.settled)) return;
    const ref = (value: Value): TensorRef => ({
      value,
      sharding: this.#s.get(value),
      set: (s) => this.#s.set(value, s),
    });
    if (!this.#propagate(op, op.operands.map(ref), op.results.map(ref), rule, directions)) record.settled = seen;
  }

  #recordOf(op: Op): OpRecord {
    const known = this.#o.records.get(op);
    if (known) return known;
    const record = { rule: ruleOf(op, { conservative: this.#o.conservative, program: this.#s.program }) };
    this.#o.records.set(op, record);
    return record;
  }

  /** Where each factor may carry shardings; undefined when none may. Equal lists are the same object. */
  #directions(op: Op, rule: OpShardingRule, record?: OpRecord): readonly Direction[] | undefined {
    if (record?.directions?.of === this.#o.directions) return record.directions.list;
    // Only propagation barriers have it.
    const { allowedDirection: allowed } = op.attributes as { allowedDirection?: Direction };
    const given = allowed ? rule.factorSizes.map(() => allowed) : this.#o.directions(op, rule);
    const own = rule.blocked.size === 0 ? given : given.map((d, f) => (rule.blocked.has(f) ? 'NONE' : d));
    const before = record?.directions?.list;
    const list = before && sameItems(own, before) ? before : own.every((d) => d === 'NONE') ? undefined : own;
    if (record) record.directions = { of: this.#o.directions, list };
    return list;
  }

  #visitEdge(op: Op, edge: FlowEdge): void {
    const { type } = edge.owner;
    const placed = this.#s.get(edge.owner);
    if (type.kind !== 'tensor') return;
    const sources = edge.sources.map(({ op: user, index }): TensorRef => {
      const value = user.operands[index];
      return { value, sharding: this.#s.get(value), set: (s) => this.#s.set(value, s) };
    });
    const [before, after] = edgeTransforms(edge);
    const target: TensorRef = {
      value: op.results[0],
      sharding: placed && before(placed),
      set: (s) => this.#s.set(op.results[0], after(s)),
    };
    const rule = identityRuleOf(type.shape, sources.length);
    const directions = this.#directions(op, rule);
    if (directions) this.#propagate(op, sources, [target], rule, directions);
  }

  /** Joins a function's argument with what its callers pass, or a call's result with what the function returns. */
  #visitFuncEdge(op: Op): void {
    const { program } = this.#s;
    const [v] = op.operands;
    if (v.type.kind !== 'tensor') return;
    let sources: Value[] = [];
    if (v.op) {
      const callee = program.module.func(calleeOf(v.op));
      if (callee) sources = [callee.results[v.index]];
    } else {
      const func = program.funcOfBody(program.blockOfArg(v)!);
      sources = func ? program.callsOf(func).map((call) => call.operands[v.index]) : [];
    }
    if (sources.length === 0) return;
    const ref = (value: Value): TensorRef => ({
      value,
      sharding: this.#s.get(value),
      set: (s) => this.#s.set(value, s),
    });
    const rule = identityRuleOf(v.type.shape, sources.length);
    const directions = this.#directions(op, rule);
    if (directions) this.#propagate(op, sources.map(ref), [ref(op.results[0])], rule, directions);
  }

  #funcResults(): void {
    const { module } = this.#s.program;
    for (const f of mainFuncs(module)) {
      f.results.forEach((value, i) => {
        if (value.type.kind !== 'tensor') return;
        const operand: TensorRef = { value, sharding: this.#s.get(value), set: (s) => this.#s.set(value, s) };
        const result: TensorRef = {
          value,
          sharding: this.#s.getFuncResult(f, i),
          set: (s) => this.#s.setFuncResult(f, i, s),
          isFuncResult: true,
        };
        const rule = identityRuleOf(value.type.shape, 1);
        this.#propagate(
          undefined,
          [operand],
          [result],
          rule,
          rule.factorSizes.map(() => 'BOTH'),
        );
      });
    }
  }

  /** Whether any sharding changed. */
  #propagate(
    op: Op | undefined,
    operands: readonly TensorRef[],
    results: readonly TensorRef[],
    rule: OpShardingRule,
    directions: readonly Direction[],
  ): boolean {
    const operandShardings = operands.map((t) => t.sharding);
    const resultShardings = results.map((t) => t.sharding);
    const common = this.#s.commonMesh([...operandShardings, ...resultShardings]);
    if (!common || common.mesh.isMaximal) return false;
    const { mesh, name } = common;
    const projection = project(operandShardings, resultShardings, rule, mesh);
    const propagateFactors = this.#o.strategy === 'basic' ? basicPropagation : aggressivePropagation;
    const updated = propagateFactors({
      projection,
      direction: (factor) => directions[factor],
      sizes: rule.factorSizes,
      mesh,
      isElementwise: op !== undefined && isElementwise(op),
      conservative: this.#o.conservative && op !== undefined && op.name !== EDGE,
    });
    let hasChanged = false;
    const update = (
      t: TensorRef,
      dims: OpShardingRule['operands'][number],
      factors: (typeof projection.operands)[number],
    ) => {
      const next = unproject(factors, dims, rule.factorSizes, name, mesh);
      const isEmpty = next.dims.every((d) => d.axes.length === 0);
      if (t.sharding ? sameExceptPriority(next, t.sharding) : isEmpty) return;
      t.set(next);
      hasChanged = true;
      if (!t.isFuncResult) this.#changed(t.value, next, op !== undefined);
    };
    operands.forEach((t, i) => {
      if (updated.operands[i]) update(t, rule.operands[i], projection.operands[i]);
    });
    results.forEach((t, i) => {
      if (updated.results[i]) update(t, rule.results[i], projection.results[i]);
    });
    return hasChanged;
  }

  #changed(value: Value, sharding: TensorSharding, notify: boolean): void {
    const holder = this.#s.program.shardable(value);
    if (!holder) return;
    if (notify) this.#notify(holder);
    for (const member of this.#o.groups.get(holder) ?? []) {
      if (member === holder) continue;
      this.#s.set(member, sharding);
      if (notify) this.#notify(member);
    }
  }

  /** Requeues what depends on a value: its definition, its uses, and the uses of all targets of its data-flow edge. */
  #notify(value: Value): void {
    const { program } = this.#s;
    const edge = value.op?.name === EDGE ? program.edgeOfOp(value.op) : undefined;
    if (edge) for (const t of edge.targets) if (t !== edge.owner) this.#notifyUsers(t);
    if (value.op) this.#push(value.op);
    else {
      const block = program.blockOfArg(value);
      const parent = block && program.parentOf(block);
      if (parent) this.#push(parent);
    }
    this.#notifyUsers(value);
  }

  #notifyUsers(value: Value): void {
    const { program } = this.#s;
    const uses = program.usesOf(value);
    // The use list of MLIR runs from the last use to the first.
    for (let i = uses.length - 1; i >= 0; i--) {
      const { op, operandIndex } = uses[i];
      const edge = program.edgeOfSource(op, operandIndex);
      const edgeOp = edge && program.edgeOp(edge);
      if (edgeOp) this.#push(edgeOp);
      else if (op.definition.traits.terminator) {
        const parent = program.parentOpOf(op);
        const func = program.funcOfBody(program.blockOf(op));
        if (parent) this.#push(parent);
        else if (func) for (const call of program.callsOf(func)) this.#notifyUsers(call.results[operandIndex]);
      } else if (op.definition.traits.call) {
        const callee = program.module.func(calleeOf(op));
        if (callee) this.#notifyUsers(callee.args[operandIndex]);
      } else this.#push(op);
    }
  }
}

/** Equality with the dims' priorities left aside: propagation never keeps them. */
function sameExceptPriority(a: TensorSharding, b: TensorSharding): boolean {
  return (
    JSON.stringify([a.dims.map((d) => [d.axes, d.isClosed])]) ===
    JSON.stringify([b.dims.map((d) => [d.axes, d.isClosed])])
  );
}

/** What an edge's stored sharding looks like where it meets its sources, and back. */
function edgeTransforms(
  edge: FlowEdge,
): [(s: TensorSharding) => TensorSharding, (s: TensorSharding) => TensorSharding] {
  if (edge.op.name !== MANUAL) return [(s) => s, (s) => s];
  const a = edge.op.attributes as {
    inShardings: readonly TensorSharding[];
    outShardings: readonly TensorSharding[];
    manualAxes: readonly string[];
  };
  const { owner } = edge;
  const erase = (s: TensorSharding): TensorSharding => withoutManualAxes(s, a.manualAxes);
  if (owner.op) return [erase, (s) => withFreeAxes(a.outShardings[owner.index], s, a.manualAxes)];
  return [(s) => withFreeAxes(a.inShardings[owner.index], s, a.manualAxes), erase];
}

/** Functions whose results are a program's results: main, or the only one; callees are joined by edges instead. */
export function mainFuncs(module: Module): readonly Func[] {
  const main = module.func('main');
  if (main) return [main];
  const called = new Set<string>();
  const visit = (ops: readonly Op[]): void => {
    for (const op of ops) {
      if (op.definition.traits.call) called.add(calleeOf(op));
      for (const r of op.regions) visit(r.ops);
    }
  };
  for (const f of module.funcs) visit(f.body.ops);
  return module.funcs.filter((f) => !called.has(f.name));
}
