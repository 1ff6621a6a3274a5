/*
 * insert-explicit-reshards: makes every op's shardings fit its rule by inserting `sdy.reshard` around it and `sdy.all_reduce`
 * after ops whose reduction factors are cut.
 *
 * Before: propagation is done and shardings are closed; data-flow edges are sunk.
 * After: for every op with a rule, each factor has the same axes in all tensors; control-flow sources have their owner's
 *   sharding; returned values have the function's result shardings.
 *
 *   %0 = dot_general %a, %b   with the contracting dimension on "x"   =>   %1 = sdy.all_reduce {"x"} (dot_general %a, %b)
 *
 * Source: Shardy, insert_explicit_reshards. `full: false` only fixes dots and concatenates, as XLA's own partitioner expects.
 */
import { EspalierError, numElements } from '../../base/index.ts';
import {
  type AttrDict,
  type AxisRef,
  axesMinus,
  axesSize,
  calleeOf,
  fullyClosed,
  fullyOpen,
  isReplicated,
  type Mesh,
  type Module,
  type Op,
  type OpShardingRule,
  sameAxes,
  shardingText,
  sortAxes,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { Pass, PassContext, Report } from '../../transform/index.ts';
import { bypassBarriers } from '../collectives/reshard-to-collectives.ts';
import { MANUAL, type Program } from '../program.ts';
import { type Projection, project, type TensorFactors, unproject } from '../propagate/projection.ts';
import { ruleOf } from '../propagate/rules.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { rankOf, Shardings, withFreeAxes, withoutManualAxes, withShardings } from '../shardings.ts';
import { type AxesPerFactor, findCommonAxes } from './common-axes.ts';
import { conflictingDot } from './conflicting-dot.ts';
import { lateInits } from './late-inits.ts';
import { loweringRule } from './lowering-rules.ts';
import { equivalent, makeUnreduced, reduceUnwanted, type ShardedValue, toSharding } from './placement.ts';
import { reductionKinds } from './reductions.ts';
import { reshapeAxes } from './reshape-axes.ts';
import { unsupported } from './unsupported-factors.ts';

export interface InsertReshardsOptions {
  /** Fix every op (default), or only dots and concatenates. */
  readonly full?: boolean;
  /** Rule of an op: by default Shardy's. */
  readonly rule?: (op: Op, program: Program) => OpShardingRule | undefined;
  /** Why a factor cannot stay cut by these axes, if it cannot: by default all can. */
  readonly refuse?: Refuse;
}

type Refuse = (
  op: Op,
  rule: OpShardingRule,
  factor: number,
  axes: readonly AxisRef[],
  mesh: Mesh,
) => string | undefined;

/** By the rules of what runs on shards. */
export function insertExplicitReshards(module: Module, ctx: PassContext): Module {
  return insertReshards(module, ctx, { rule: loweringRule, refuse: unsupported });
}

export const insertExplicitReshardsPass: Pass = {
  name: 'insert-explicit-reshards',
  doc: 'Make every op fit its sharding rule.',
  run: insertExplicitReshards,
};

/** By any rules; the defaults are Shardy's. */
export function insertReshards(module: Module, ctx: PassContext, options: InsertReshardsOptions = {}): Module {
  const shardings = new Shardings(module);
  refuseSingleDeviceBoundaries(module, shardings);
  const inserter = new Inserter(shardings, ctx.report, options);
  return rewriteModule(module, ctx.registry, (op, rewriter) => inserter.visit(op, rewriter));
}

/** Arguments and results of functions live on all devices. Throws `partition/single-device`. */
function refuseSingleDeviceBoundaries(module: Module, shardings: Shardings): void {
  for (const f of module.funcs) {
    const all = [
      ...f.args.map((a, i) => [`argument ${i}`, shardings.get(a)] as const),
      ...f.results.map((_, i) => [`result ${i}`, shardings.getFuncResult(f, i)] as const),
    ];
    for (const [what, s] of all)
      if (s && shardings.meshOf(s).isMaximal)
        throw new EspalierError('partition/single-device', `${what} of @${f.name} is placed on a single device`, {
          expected: 'a sharding over all devices',
          given: shardingText(s),
        });
  }
}

class Inserter {
  readonly #s: Shardings;
  readonly #report: Report;
  readonly #full: boolean;
  readonly #options: InsertReshardsOptions;

  constructor(shardings: Shardings, report: Report, options: InsertReshardsOptions) {
    this.#s = shardings;
    this.#report = report;
    this.#full = options.full !== false;
    this.#options = options;
  }

  visit(op: Op, rewriter: Rewriter): void {
    const { program } = this.#s;
    if (op.definition.traits.terminator) {
      const parent = program.parentOpOf(op);
      if (!parent) this.#return(op, rewriter);
      else
        rewriter.copy(op, {
          operands: op.operands.map((v, i) => this.#edgeSource(op, i, v, rewriter)),
        });
      return;
    }
    if (
      op.operands.some((_, i) => program.edgeOfSource(op, i)) ||
      op.regions.some((r) => program.edgeOfTarget(r.args[0]))
    ) {
      rewriter.copy(op, { operands: op.operands.map((v, i) => this.#edgeSource(op, i, v, rewriter)) });
      return;
    }
    if (op.definition.traits.call) {
      this.#call(op, rewriter);
      return;
    }
    if (op.name === 'sdy.reshard' && this.#unreducedReshard(op, rewriter)) return;
    this.#op(op, rewriter);
  }

  // ---- boundaries ----

  #return(op: Op, rewriter: Rewriter): void {
    const func = this.#s.program.funcOfBody(this.#s.program.blockOf(op));
    const operands = op.operands.map((v, i) => {
      if (!func) return rewriter.get(v);
      return toSharding(this.#sharded(v, rewriter), this.#s.getFuncResult(func, i), this.#s, rewriter, this.#full);
    });
    rewriter.copy(op, { operands });
  }

  #edgeSource(op: Op, index: number, v: Value, rewriter: Rewriter): Value {
    const edge = this.#s.program.edgeOfSource(op, index);
    if (!edge) return rewriter.get(v);
    let wanted = this.#s.get(edge.owner);
    if (wanted && edge.op.name === MANUAL) {
      const a = edge.op.attributes as { inShardings: readonly TensorSharding[]; manualAxes: readonly string[] };
      wanted = edge.owner.op
        ? withoutManualAxes(wanted, a.manualAxes)
        : withFreeAxes(a.inShardings[edge.owner.index], wanted, a.manualAxes);
    }
    const placed = this.#sharded(v, rewriter);
    return rewriter.after(placed.value, () => toSharding(placed, wanted, this.#s, rewriter, this.#full));
  }

  #call(op: Op, rewriter: Rewriter): void {
    const callee = this.#s.module.func(calleeOf(op));
    const known = callee?.args.map((a) => this.#s.get(a));
    const some = known?.find((s) => s) ?? op.operands.map((v) => this.#s.get(v)).find((s) => s);
    const isMaximal = some && this.#s.meshOf(some).isMaximal;
    const operands = op.operands.map((v, i) => {
      const placed = this.#sharded(v, rewriter);
      if (!some || isMaximal) return placed.value;
      const wanted = known?.[i] ?? fullyClosed(some.mesh, rankOf(v));
      return rewriter.after(placed.value, () => toSharding(placed, wanted, this.#s, rewriter, true));
    });
    rewriter.copy(op, { operands });
  }

  #sharded(v: Value, rewriter: Rewriter): ShardedValue {
    return { value: rewriter.get(v), sharding: this.#s.get(v) };
  }

  #unreducedReshard(op: Op, rewriter: Rewriter): boolean {
    const to = (op.attributes as { sharding: TensorSharding }).sharding;
    const { value, sharding } = this.#sharded(op.operands[0], rewriter);
    const whole = this.#full ? fullyClosed(to.mesh, to.dims.length) : undefined;
    const made = makeUnreduced({ value, sharding: sharding ?? whole }, to, this.#s, rewriter);
    if (!made) return false;
    rewriter.map.set(op.results[0], made.value);
    return true;
  }

  // ---- ops ----

  #op(op: Op, rewriter: Rewriter): void {
    const first = op.results[0] && this.#s.get(op.results[0]);
    const operands = op.operands.map((v) =>
      op.results.length > 0
        ? reduceUnwanted(this.#sharded(v, rewriter), first, this.#s, rewriter)
        : this.#sharded(v, rewriter),
    );
    const inShardings = op.operands.map((v, i) => {
      const source = bypassBarriers(v);
      return source === v ? operands[i].sharding : this.#s.get(source);
    });
    const outShardings = op.results.map((v) => this.#s.get(v));
    const values = operands.map((p) => p.value);
    const single = outShardings.find((s) => s && this.#s.meshOf(s).isMaximal);
    if (single) {
      this.#singleDevice(op, operands, outShardings, single, rewriter);
      return;
    }
    const { program } = this.#s;
    const rule = this.#options.rule ? this.#options.rule(op, program) : ruleOf(op, { program });
    const common = this.#s.commonMesh([...inShardings, ...outShardings], true);
    if (!rule || rule.isCustom || !common || common.mesh.isMaximal) {
      rewriter.copy(op, { operands: values });
      return;
    }
    const { mesh, name } = this.#mostCommonMesh([...inShardings, ...outShardings], common);
    const projection = project(inShardings, outShardings, rule, mesh, true);
    const full =
      this.#full ||
      (op.name === 'stablehlo.concatenate' && inShardings.some((s) => !equalShardings(s, outShardings[0])));
    const step: Step = { op, rule, projection, mesh, name, inShardings, outShardings, values };
    if (full) this.#fullOp(step, rewriter);
    else this.#dotOnly(step, rewriter);
  }

  /**
   * An op whose results one device computes: its operands are made whole and placed there, its results are spread from there.
   * Throws `partition/single-device` when results name different devices.
   */
  #singleDevice(
    op: Op,
    operands: readonly ShardedValue[],
    outShardings: readonly (TensorSharding | undefined)[],
    single: TensorSharding,
    rewriter: Rewriter,
  ): void {
    const device = this.#s.meshOf(single).deviceIds?.[0];
    for (const s of outShardings)
      if (s && this.#s.meshOf(s).isMaximal && this.#s.meshOf(s).deviceIds?.[0] !== device)
        throw new EspalierError('partition/single-device', `results of ${op.name} are placed on different devices`, {
          given: outShardings.map((o) => (o ? shardingText(o) : 'none')).join(', '),
        });
    const [globalName] = [...this.#s.meshes].find(([, m]) => m.axes.length > 0) ?? [];
    if (globalName === undefined) {
      rewriter.copy(op, { operands: operands.map((p) => p.value) });
      return;
    }
    const there: TensorSharding = { mesh: single.mesh, dims: [], replicated: [], unreduced: [] };
    const placed = operands.map(({ value, sharding }) => {
      if (value.type.kind !== 'tensor') return value;
      const given = sharding ?? fullyClosed(globalName, rankOf(value));
      if (given.mesh === there.mesh && isReplicated(given)) return value;
      const whole =
        given.mesh === globalName && isReplicated(given)
          ? value
          : rewriter.emit('sdy.reshard', [value], { sharding: fullyClosed(globalName, rankOf(value)) });
      return rewriter.emit('sdy.reshard', [whole], { sharding: there });
    });
    const shardings = op.results.map((r) => (r.type.kind === 'tensor' ? there : fullyClosed(globalName, 0)));
    rewriter.copy(op, { operands: placed, ...this.#withResultShardings(op, shardings) });
    op.results.forEach((r, i) => {
      if (r.type.kind !== 'tensor') return;
      const whole = fullyClosed(globalName, rankOf(r));
      let value = rewriter.emit('sdy.reshard', [rewriter.get(r)], { sharding: whole });
      const wanted = outShardings[i];
      const isPlaced = wanted && !this.#s.meshOf(wanted).isMaximal && shardingText(wanted) !== shardingText(whole);
      if (isPlaced) value = rewriter.emit('sdy.reshard', [value], { sharding: wanted });
      rewriter.map.set(r, value);
      this.#s.set(r, isPlaced ? wanted : whole);
    });
  }

  #fullOp(step: Step, rewriter: Rewriter): void {
    const { op, rule, projection, mesh, name } = step;
    const hasOverflow = [...projection.operands, ...projection.results].some((t) =>
      t.factors.some((f) => f && f.overflow.length > 0),
    );
    let axes: AxesPerFactor;
    let updateOperands: boolean[];
    let updateResults: boolean[];
    if (hasOverflow && op.name === 'stablehlo.reshape') {
      axes = reshapeAxes(projection, rule, mesh, name);
      const changed = (t: TensorFactors, dims: OpShardingRule['operands'][number], s: TensorSharding | undefined) =>
        !equivalent(unproject(t, dims, rule.factorSizes, name, mesh), s);
      updateOperands = [changed(projection.operands[0], rule.operands[0], step.inShardings[0])];
      updateResults = [changed(projection.results[0], rule.results[0], step.outShardings[0])];
    } else {
      const sizes = [...op.operands, ...op.results].map((v) =>
        v.type.kind === 'tensor' ? numElements(v.type.shape) : 0,
      );
      axes = findCommonAxes({ projection, rule, tensorSizes: sizes, mesh });
      if (!reductionKinds(op)) dropReductionAxes(rule, axes);
      this.#refuse(step, axes);
      const apply = (t: TensorFactors): boolean => {
        let changed = t.factors.some((f) => f && f.overflow.length > 0);
        t.factors.forEach((f, i) => {
          if (!f) return;
          if (!sameAxes(f.axes, axes[i]) || f.overflow.length > 0) changed = true;
          f.axes = [...axes[i]];
          f.overflow = [];
        });
        return changed;
      };
      updateOperands = projection.operands.map(apply);
      updateResults = projection.results.map(apply);
    }
    const isOtherOrder = (s: TensorSharding | undefined): boolean =>
      s !== undefined && !isReplicated(s) && String(this.#s.meshOf(s).deviceIds) !== String(mesh.deviceIds);
    const operands = step.values.map((v, i) => {
      if (!updateOperands[i] && !isOtherOrder(step.inShardings[i])) return v;
      const sharding = unproject(projection.operands[i], rule.operands[i], rule.factorSizes, name, mesh);
      return rewriter.emit('sdy.reshard', [v], { sharding });
    });
    const resultShardings = step.outShardings.map((s, i) =>
      updateResults[i] || isOtherOrder(s)
        ? unproject(projection.results[i], rule.results[i], rule.factorSizes, name, mesh)
        : s,
    );
    const reduction = rule.factorKinds.flatMap((k, i) => (k === 'reduction' ? axes[i] : []));
    this.#emit(step, operands, resultShardings, reduction, rewriter);
    // Once one result got a sharding, results without one count as open instead of replicated.
    let later = false;
    op.results.forEach((r, i) => {
      if (!updateResults[i] && !isOtherOrder(step.outShardings[i])) return;
      const missing = later ? fullyOpen(name, rankOf(r)) : fullyClosed(name, rankOf(r));
      later = true;
      const sharding = step.outShardings[i] ?? missing;
      rewriter.map.set(r, rewriter.emit('sdy.reshard', [rewriter.get(r)], { sharding }));
    });
  }

  /** Clears factors that cannot stay cut, and those that are minor to one that is no longer cut. */
  #refuse({ op, rule, projection, mesh }: Step, axes: AxesPerFactor): void {
    const { refuse } = this.#options;
    if (!refuse) return;
    const reasons = new Set<string>();
    rule.factorKinds.forEach((kind, factor) => {
      const wanted = [...projection.operands, ...projection.results].some((t) => t.factors[factor]?.axes.length);
      const reason =
        kind === 'needReplication' && wanted
          ? 'it needs all of a sharded dimension'
          : refuse(op, rule, factor, axes[factor], mesh);
      if (!reason) return;
      axes[factor] = [];
      reasons.add(reason);
    });
    for (const dim of [...rule.operands, ...rule.results].flat())
      dim.forEach((factor, i) => {
        const major = dim.slice(0, i);
        if (major.some((m) => axesSize(axes[m], mesh) < rule.factorSizes[m])) axes[factor] = [];
      });
    for (const reason of reasons) this.#report.replicated(op, reason);
  }

  /** The op itself, then the combination of its partial results. */
  #emit(
    step: Step,
    operands: readonly Value[],
    shardings: readonly (TensorSharding | undefined)[],
    reduction: readonly AxisRef[],
    rewriter: Rewriter,
  ): void {
    const { op, mesh, name } = step;
    const changes = this.#withResultShardings(op, shardings);
    const axes = op.results.length > 0 ? axesMinus(reduction, step.outShardings[0]?.unreduced ?? [], mesh) : [];
    if (axes.length === 0) {
      rewriter.copy(op, { operands, ...changes });
      return;
    }
    const kinds = reductionKinds(op) ?? op.results.map(() => 'sum' as const);
    const late = op.name === 'stablehlo.reduce' ? lateInits(op, operands, kinds, rewriter) : undefined;
    rewriter.copy(op, { operands: late?.operands ?? operands, ...changes });
    op.results.forEach((r, i) => {
      const outSharding = shardings[i] ?? fullyClosed(name, rankOf(r));
      const reductionAxes = sortAxes(axes, mesh);
      const reduced = rewriter.emit('sdy.all_reduce', [rewriter.get(r)], {
        reductionAxes,
        reductionOp: op.name === 'stablehlo.reduce' ? kinds[i] : (outSharding.unreducedKind ?? kinds[i]),
        outSharding,
      });
      rewriter.map.set(r, late?.combine(reduced, i, outSharding) ?? reduced);
    });
  }

  #withResultShardings(
    op: Op,
    shardings: readonly (TensorSharding | undefined)[],
  ): { attributes?: object; discardable?: AttrDict } {
    const own = op.attributes as { sharding?: TensorSharding; outSharding?: TensorSharding };
    if (op.definition.traits.placement && 'sharding' in own) return { attributes: { ...own, sharding: shardings[0] } };
    if (own.outSharding) return { attributes: { ...own, outSharding: shardings[0] } };
    return { discardable: withShardings(op.discardable, op.results, shardings) };
  }

  /** Without the full version: reshard a dot's result where its sharding conflicts with an operand's in the one cheap way. */
  #dotOnly(step: Step, rewriter: Rewriter): void {
    const { op, rule, projection, mesh, name, outShardings } = step;
    const isDot = op.name === 'stablehlo.dot_general' || op.name === 'stablehlo.dot';
    const reduction = outShardings[0]?.unreduced.length
      ? rule.factorKinds.flatMap((k, i) =>
          k === 'reduction' ? (projection.operands.find((t) => t.factors[i])?.factors[i]?.axes ?? []) : [],
        )
      : [];
    const axes = isDot && outShardings[0] ? conflictingDot(op, projection, rule, mesh) : undefined;
    if (!axes) {
      this.#emit(step, step.values, outShardings, reduction, rewriter);
      return;
    }
    projection.results[0].factors[axes.factor]!.axes = [...axes.axes];
    const sharding = unproject(projection.results[0], rule.results[0], rule.factorSizes, name, mesh);
    this.#emit(step, step.values, [sharding], reduction, rewriter);
    const r = op.results[0];
    rewriter.map.set(r, rewriter.emit('sdy.reshard', [rewriter.get(r)], { sharding: outShardings[0] }));
  }

  #mostCommonMesh(
    shardings: readonly (TensorSharding | undefined)[],
    fallback: { mesh: Mesh; name: string | Mesh },
  ): { mesh: Mesh; name: string | Mesh } {
    const counts = new Map<string, number>();
    let best = fallback;
    let most = 0;
    for (const s of shardings) {
      if (!s || isReplicated(s)) continue;
      const key = String(s.mesh);
      const n = (counts.get(key) ?? 0) + 1;
      counts.set(key, n);
      if (n > most) {
        most = n;
        best = { mesh: this.#s.meshOf(s), name: s.mesh };
      }
    }
    return best;
  }
}

interface Step {
  readonly op: Op;
  readonly rule: OpShardingRule;
  readonly projection: Projection;
  readonly mesh: Mesh;
  readonly name: string | Mesh;
  readonly inShardings: readonly (TensorSharding | undefined)[];
  readonly outShardings: readonly (TensorSharding | undefined)[];
  /** Operands in the new program, before resharding. */
  readonly values: readonly Value[];
}

const equalShardings = (a: TensorSharding | undefined, b: TensorSharding | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

function dropReductionAxes(rule: OpShardingRule, axes: AxesPerFactor): void {
  rule.factorKinds.forEach((k, i) => {
    if (k === 'reduction') axes[i] = [];
  });
}
