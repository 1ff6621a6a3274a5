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
import { EspalierError, gcd, numElements } from '../base/index.ts';
import {
  type AttrDict,
  type AxisRef,
  appendAxis,
  axesMinus,
  axesSize,
  axisSize,
  DenseElements,
  fullyClosed,
  fullyOpen,
  isPrefixList,
  isReplicated,
  type Mesh,
  type Module,
  type Op,
  type OpShardingRule,
  overlapsAny,
  type ReductionKind,
  type Registry,
  sameAxes,
  sameAxis,
  samePlacement,
  shardingText,
  sortAxes,
  suffixWithoutOverlap,
  type TensorSharding,
  tensorType,
  type Value,
} from '../ir/index.ts';
import { type AxesPerFactor, findCommonAxes, greatestCommonPrefix } from './common-axes.ts';
import { MANUAL } from './program.ts';
import { type Projection, project, splitAxis, type TensorFactors, unproject } from './projection.ts';

import { identityOf, isIdentity, reductionKinds } from './reductions.ts';
import { bypassBarriers } from './reshard-to-collectives.ts';
import { rewriteModule, type Scope } from './rewrite.ts';
import { ruleOf } from './rules.ts';
import { rankOf, Shardings, withFreeAxes, withoutManualAxes, withShardings } from './shardings.ts';

export interface InsertExplicitReshardsOptions {
  readonly registry: Registry;
  /** Fix every op (default), or only dots and concatenates. */
  readonly full?: boolean;
  /** Rule of an op: by default Shardy's. */
  readonly rule?: (op: Op) => OpShardingRule | undefined;
}

export function insertExplicitReshards(module: Module, options: InsertExplicitReshardsOptions): Module {
  const shardings = new Shardings(module);
  refuseSingleDeviceBoundaries(module, shardings);
  const pass = new Pass(shardings, options.full !== false, options.rule ?? ruleOf);
  return rewriteModule(module, options.registry, (op, scope) => pass.visit(op, scope));
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

interface Placed {
  readonly value: Value;
  readonly sharding: TensorSharding | undefined;
}

class Pass {
  readonly #s: Shardings;
  readonly #full: boolean;
  readonly #ruleOf: (op: Op) => OpShardingRule | undefined;

  constructor(shardings: Shardings, full: boolean, rule: (op: Op) => OpShardingRule | undefined) {
    this.#s = shardings;
    this.#ruleOf = rule;
    this.#full = full;
  }

  visit(op: Op, scope: Scope): void {
    const { program } = this.#s;
    if (op.definition.traits.terminator) {
      const parent = program.parentOpOf(op);
      if (!parent) this.#return(op, scope);
      else
        scope.copy(op, {
          operands: op.operands.map((v, i) => this.#edgeSource(op, i, v, scope)),
        });
      return;
    }
    if (
      op.operands.some((_, i) => program.edgeOfSource(op, i)) ||
      op.regions.some((r) => program.edgeOfTarget(r.args[0]))
    ) {
      scope.copy(op, { operands: op.operands.map((v, i) => this.#edgeSource(op, i, v, scope)) });
      return;
    }
    if (op.definition.traits.call) {
      this.#call(op, scope);
      return;
    }
    if (op.name === 'sdy.reshard' && this.#unreducedReshard(op, scope)) return;
    this.#op(op, scope);
  }

  // ---- boundaries ----

  #return(op: Op, scope: Scope): void {
    const func = this.#s.program.funcOfBody(this.#s.program.blockOf(op));
    const operands = op.operands.map((v, i) => {
      if (!func) return scope.get(v);
      return this.#toSharding(this.#placed(v, scope), this.#s.getFuncResult(func, i), scope, this.#full);
    });
    scope.copy(op, { operands });
  }

  #edgeSource(op: Op, index: number, v: Value, scope: Scope): Value {
    const edge = this.#s.program.edgeOfSource(op, index);
    if (!edge) return scope.get(v);
    let wanted = this.#s.get(edge.owner);
    if (wanted && edge.op.name === MANUAL) {
      const a = edge.op.attributes as { inShardings: readonly TensorSharding[]; manualAxes: readonly string[] };
      wanted = edge.owner.op
        ? withoutManualAxes(wanted, a.manualAxes)
        : withFreeAxes(a.inShardings[edge.owner.index], wanted, a.manualAxes);
    }
    const placed = this.#placed(v, scope);
    return scope.after(placed.value, () => this.#toSharding(placed, wanted, scope, this.#full));
  }

  #call(op: Op, scope: Scope): void {
    const callee = this.#s.module.func((op.attributes as { callee: string }).callee);
    const known = callee?.args.map((a) => this.#s.get(a));
    const some = known?.find((s) => s) ?? op.operands.map((v) => this.#s.get(v)).find((s) => s);
    const isMaximal = some && this.#s.meshOf(some).isMaximal;
    const operands = op.operands.map((v, i) => {
      const placed = this.#placed(v, scope);
      if (!some || isMaximal) return placed.value;
      const wanted = known?.[i] ?? fullyClosed(some.mesh, rankOf(v));
      return scope.after(placed.value, () => this.#toSharding(placed, wanted, scope, true));
    });
    scope.copy(op, { operands });
  }

  #placed(v: Value, scope: Scope): Placed {
    return { value: scope.get(v), sharding: this.#s.get(v) };
  }

  #toSharding(from: Placed, to: TensorSharding | undefined, scope: Scope, full: boolean): Value {
    let { value, sharding } = this.#reduceUnwanted(from, to, scope);
    const unreduced = to && this.#makeUnreduced({ value, sharding }, to, scope);
    if (unreduced) ({ value, sharding } = unreduced);
    if (!full || equivalent(sharding, to)) return value;
    const target = to ?? fullyClosed(sharding!.mesh, rankOf(value));
    return scope.value('sdy.reshard', [value], { sharding: target });
  }

  /** all_reduce of the axes along which a value is a partial sum and its user does not want one. */
  #reduceUnwanted(from: Placed, to: TensorSharding | undefined, scope: Scope): Placed {
    const s = from.sharding;
    if (!s || s.unreduced.length === 0) return from;
    const mesh = this.#s.meshOf(s);
    const axes = axesMinus(s.unreduced, to?.unreduced ?? [], mesh);
    if (axes.length === 0) return from;
    const sharding: TensorSharding = { ...s, unreduced: sortAxes(axesMinus(s.unreduced, axes, mesh), mesh) };
    const value = scope.value('sdy.all_reduce', [from.value], {
      reductionAxes: sortAxes(axes, mesh),
      reductionOp: s.unreducedKind ?? 'sum',
      outSharding: sharding,
    });
    return { value, sharding };
  }

  /** replicated_to_unreduced and sharded_to_unreduced where the user wants partial sums that the value does not have. */
  #makeUnreduced(from: Placed, to: TensorSharding, scope: Scope): Placed | undefined {
    const s = from.sharding;
    if (!s || to.unreduced.length === 0) return undefined;
    const mesh = this.#s.meshOf(s);
    const missing = axesMinus(to.unreduced, s.unreduced, mesh);
    if (missing.length === 0) return undefined;
    const perDim: AxisRef[][] = s.dims.map(() => []);
    const fromSharded: AxisRef[] = [];
    let needReshard = false;
    const dims = to.dims.map((wanted, d) => {
      const given = s.dims[d];
      if (sameAxes(wanted.axes, given.axes)) return wanted;
      if (!isPrefixList(wanted.axes, given.axes, mesh)) {
        needReshard = true;
        return wanted;
      }
      const rest: AxisRef[] = [];
      const n = wanted.axes.length;
      if (n > 0 && !sameAxis(wanted.axes[n - 1], given.axes[n - 1]))
        rest.push(suffixWithoutOverlap(given.axes[n - 1], wanted.axes[n - 1], mesh)!);
      rest.push(...given.axes.slice(n));
      if (axesMinus(rest, missing, mesh).length > 0) {
        needReshard = true;
        return wanted;
      }
      perDim[d] = rest;
      fromSharded.push(...rest);
      return given;
    });
    let { value } = from;
    let sharding: TensorSharding = s;
    if (needReshard) {
      sharding = { ...s, dims };
      value = scope.value('sdy.reshard', [value], { sharding });
    }
    const fromReplicated = axesMinus(missing, fromSharded, mesh);
    if (fromReplicated.length > 0) {
      sharding = {
        ...to,
        dims,
        unreduced: sortAxes([...s.unreduced, ...fromReplicated], mesh),
      };
      value = scope.value('sdy.replicated_to_unreduced', [value], {
        axes: sortAxes(fromReplicated, mesh),
        outSharding: sharding,
      });
    }
    if (fromSharded.length > 0) {
      sharding = to;
      value = scope.value('sdy.sharded_to_unreduced', [value], { axes: perDim, outSharding: to });
    }
    return { value, sharding };
  }

  #unreducedReshard(op: Op, scope: Scope): boolean {
    const to = (op.attributes as { sharding: TensorSharding }).sharding;
    const made = this.#makeUnreduced(this.#placed(op.operands[0], scope), to, scope);
    if (!made) return false;
    scope.map.set(op.results[0], made.value);
    return true;
  }

  // ---- ops ----

  #op(op: Op, scope: Scope): void {
    const first = op.results[0] && this.#s.get(op.results[0]);
    const operands = op.operands.map((v) =>
      op.results.length > 0 ? this.#reduceUnwanted(this.#placed(v, scope), first, scope) : this.#placed(v, scope),
    );
    const inShardings = op.operands.map((v, i) => {
      const source = bypassBarriers(v);
      return source === v ? operands[i].sharding : this.#s.get(source);
    });
    const outShardings = op.results.map((v) => this.#s.get(v));
    const values = operands.map((p) => p.value);
    const single = outShardings.find((s) => s && this.#s.meshOf(s).isMaximal);
    if (single) {
      this.#singleDevice(op, operands, outShardings, single, scope);
      return;
    }
    const rule = this.#ruleOf(op);
    const common = this.#s.commonMesh([...inShardings, ...outShardings], true);
    if (!rule || rule.isCustom || !common || common.mesh.isMaximal) {
      scope.copy(op, { operands: values });
      return;
    }
    const { mesh, name } = this.#mostCommonMesh([...inShardings, ...outShardings], common);
    const projection = project(inShardings, outShardings, rule, mesh, true);
    const full =
      this.#full ||
      (op.name === 'stablehlo.concatenate' && inShardings.some((s) => !equalShardings(s, outShardings[0])));
    const step: Step = { op, rule, projection, mesh, name, inShardings, outShardings, values };
    if (full) this.#fullOp(step, scope);
    else this.#dotOnly(step, scope);
  }

  /**
   * An op whose results one device computes: its operands are made whole and placed there, its results are spread from there.
   * Throws `partition/single-device` when results name different devices.
   */
  #singleDevice(
    op: Op,
    operands: readonly Placed[],
    outShardings: readonly (TensorSharding | undefined)[],
    single: TensorSharding,
    scope: Scope,
  ): void {
    const device = this.#s.meshOf(single).deviceIds?.[0];
    for (const s of outShardings)
      if (s && this.#s.meshOf(s).isMaximal && this.#s.meshOf(s).deviceIds?.[0] !== device)
        throw new EspalierError('partition/single-device', `results of ${op.name} are placed on different devices`, {
          given: outShardings.map((o) => (o ? shardingText(o) : 'none')).join(', '),
        });
    const [globalName] = [...this.#s.meshes].find(([, m]) => m.axes.length > 0) ?? [];
    if (globalName === undefined) {
      scope.copy(op, { operands: operands.map((p) => p.value) });
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
          : scope.value('sdy.reshard', [value], { sharding: fullyClosed(globalName, rankOf(value)) });
      return scope.value('sdy.reshard', [whole], { sharding: there });
    });
    const shardings = op.results.map((r) => (r.type.kind === 'tensor' ? there : fullyClosed(globalName, 0)));
    scope.copy(op, { operands: placed, ...this.#withResultShardings(op, shardings) });
    op.results.forEach((r, i) => {
      if (r.type.kind !== 'tensor') return;
      const whole = fullyClosed(globalName, rankOf(r));
      let value = scope.value('sdy.reshard', [scope.get(r)], { sharding: whole });
      const wanted = outShardings[i];
      const isPlaced = wanted && !this.#s.meshOf(wanted).isMaximal && shardingText(wanted) !== shardingText(whole);
      if (isPlaced) value = scope.value('sdy.reshard', [value], { sharding: wanted });
      scope.map.set(r, value);
      this.#s.set(r, isPlaced ? wanted : whole);
    });
  }

  #fullOp(step: Step, scope: Scope): void {
    const { op, rule, projection, mesh, name } = step;
    const hasOverflow = [...projection.operands, ...projection.results].some((t) =>
      t.factors.some((f) => f && f.overflow.length > 0),
    );
    let axes: AxesPerFactor;
    let updateOperands: boolean[];
    let updateResults: boolean[];
    if (hasOverflow && op.name === 'stablehlo.reshape') {
      axes = this.#reshapeAxes(step);
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
      return scope.value('sdy.reshard', [v], { sharding });
    });
    const resultShardings = step.outShardings.map((s, i) =>
      updateResults[i] || isOtherOrder(s)
        ? unproject(projection.results[i], rule.results[i], rule.factorSizes, name, mesh)
        : s,
    );
    const reduction = rule.factorKinds.flatMap((k, i) => (k === 'reduction' ? axes[i] : []));
    this.#emit(step, operands, resultShardings, reduction, scope);
    // Once one result got a sharding, results without one count as open instead of replicated.
    let later = false;
    op.results.forEach((r, i) => {
      if (!updateResults[i] && !isOtherOrder(step.outShardings[i])) return;
      const missing = later ? fullyOpen(name, rankOf(r)) : fullyClosed(name, rankOf(r));
      later = true;
      const sharding = step.outShardings[i] ?? missing;
      scope.map.set(r, scope.value('sdy.reshard', [scope.get(r)], { sharding }));
    });
  }

  /** The op itself, then the combination of its partial results. */
  #emit(
    step: Step,
    operands: readonly Value[],
    shardings: readonly (TensorSharding | undefined)[],
    reduction: readonly AxisRef[],
    scope: Scope,
  ): void {
    const { op, mesh, name } = step;
    const changes = this.#withResultShardings(op, shardings);
    const axes = op.results.length > 0 ? axesMinus(reduction, step.outShardings[0]?.unreduced ?? [], mesh) : [];
    if (axes.length === 0) {
      scope.copy(op, { operands, ...changes });
      return;
    }
    const kinds = reductionKinds(op) ?? op.results.map(() => 'sum' as const);
    const lateInits = op.name === 'stablehlo.reduce' ? this.#lateInits(op, operands, kinds, scope) : undefined;
    scope.copy(op, { operands: lateInits?.operands ?? operands, ...changes });
    op.results.forEach((r, i) => {
      const outSharding = shardings[i] ?? fullyClosed(name, rankOf(r));
      const reductionAxes = sortAxes(axes, mesh);
      const reduced = scope.value('sdy.all_reduce', [scope.get(r)], {
        reductionAxes,
        reductionOp: op.name === 'stablehlo.reduce' ? kinds[i] : (outSharding.unreducedKind ?? kinds[i]),
        outSharding,
      });
      scope.map.set(r, lateInits?.combine(reduced, i, outSharding) ?? reduced);
    });
  }

  /** Inits that are not identities must not be counted once per device: reduce from the identity, combine with them after. */
  #lateInits(
    op: Op,
    operands: readonly Value[],
    kinds: readonly ReductionKind[],
    scope: Scope,
  ): { operands: Value[]; combine: (v: Value, i: number, s: TensorSharding) => Value | undefined } | undefined {
    const n = op.results.length;
    const late = op.operands.slice(n).map((init, i) => !isIdentity(init, kinds[i]));
    if (!late.includes(true)) return undefined;
    const replaced = operands.map((v, i) => {
      if (i < n || !late[i - n] || v.type.kind !== 'tensor') return v;
      const value = DenseElements.splat(v.type, identityOf(kinds[i - n], v.type));
      return scope.value('stablehlo.constant', [], { value }, { resultTypes: [v.type] });
    });
    return {
      operands: replaced,
      combine: (v, i, sharding) => {
        if (!late[i] || v.type.kind !== 'tensor') return undefined;
        const discardable = withShardings({}, [v], [sharding]);
        const init = operands[n + i];
        const spread = scope.value(
          'stablehlo.broadcast_in_dim',
          [init],
          { broadcastDimensions: [] },
          { resultTypes: [tensorType(v.type.dtype, v.type.shape)], discardable },
        );
        const body = op.regions[0].yielded[i].op!;
        return scope.value(body.name, [spread, v], {}, { discardable });
      },
    };
  }

  #withResultShardings(
    op: Op,
    shardings: readonly (TensorSharding | undefined)[],
  ): { attributes?: object; discardable?: AttrDict } {
    const own = op.attributes as { sharding?: TensorSharding; outSharding?: TensorSharding };
    if (op.name.startsWith('sdy.') && 'sharding' in own) return { attributes: { ...own, sharding: shardings[0] } };
    if (own.outSharding) return { attributes: { ...own, outSharding: shardings[0] } };
    return { discardable: withShardings(op.discardable, op.results, shardings) };
  }

  /** A reshape whose factors cannot take the axes as they are: keep the finer side's axes, laid out so that both can. */
  #reshapeAxes({ projection, rule, mesh, name }: Step): AxesPerFactor {
    const size = (t: TensorFactors): number =>
      t.factors.reduce((n, f) => (f ? n * axesSize(f.axes, mesh) * axesSize(f.overflow, mesh) : n), 1);
    const [input, output] = [projection.operands[0], projection.results[0]];
    const best = size(input) >= size(output) ? input : output;
    const all = best.factors.flatMap((f) => (f ? [...f.axes, ...f.overflow] : []));
    const redistribute = (t: TensorFactors, dims: OpShardingRule['operands'][number]): TensorSharding => {
      const factors = dims.flat().filter((i) => t.factors[i]);
      distribute(t, factors, rule.factorSizes, all, mesh);
      return unproject(t, dims, rule.factorSizes, name, mesh);
    };
    const inSharding = redistribute(input, rule.operands[0]);
    const outSharding = redistribute(output, rule.results[0]);
    const legal = project([inSharding], [outSharding], rule, mesh);
    const axes = greatestCommonPrefix(legal, rule.factorSizes.length, mesh);
    for (const t of [input, output])
      t.factors.forEach((f, i) => {
        if (!f) return;
        f.axes = [...axes[i]];
        f.overflow = [];
      });
    return axes;
  }

  /** Without the full version: reshard a dot's result where its sharding conflicts with an operand's in the one cheap way. */
  #dotOnly(step: Step, scope: Scope): void {
    const { op, rule, projection, mesh, name, outShardings } = step;
    const isDot = op.name === 'stablehlo.dot_general' || op.name === 'stablehlo.dot';
    const reduction = outShardings[0]?.unreduced.length
      ? rule.factorKinds.flatMap((k, i) =>
          k === 'reduction' ? (projection.operands.find((t) => t.factors[i])?.factors[i]?.axes ?? []) : [],
        )
      : [];
    const axes = isDot && outShardings[0] ? conflictingDot(op, projection, rule, mesh) : undefined;
    if (!axes) {
      this.#emit(step, step.values, outShardings, reduction, scope);
      return;
    }
    projection.results[0].factors[axes.factor]!.axes = [...axes.axes];
    const sharding = unproject(projection.results[0], rule.results[0], rule.factorSizes, name, mesh);
    this.#emit(step, step.values, [sharding], reduction, scope);
    const r = op.results[0];
    scope.map.set(r, scope.value('sdy.reshard', [scope.get(r)], { sharding: outShardings[0] }));
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

/** Same placement; a missing sharding is a replicated one. */
export function equivalent(a: TensorSharding | undefined, b: TensorSharding | undefined): boolean {
  const plain = (s: TensorSharding | undefined): boolean => isReplicated(s) && (s?.unreduced.length ?? 0) === 0;
  if (plain(a) && plain(b)) return true;
  return a !== undefined && b !== undefined && samePlacement(a, b);
}

const equalShardings = (a: TensorSharding | undefined, b: TensorSharding | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

function dropReductionAxes(rule: OpShardingRule, axes: AxesPerFactor): void {
  rule.factorKinds.forEach((k, i) => {
    if (k === 'reduction') axes[i] = [];
  });
}

/** Gives each axis to the first factors that can take it, splitting it by common divisors; the rest overflows. */
function distribute(
  t: TensorFactors,
  factors: readonly number[],
  sizes: readonly number[],
  axes: readonly AxisRef[],
  mesh: Mesh,
): void {
  for (const i of factors) {
    t.factors[i]!.axes = [];
    t.factors[i]!.overflow = [];
  }
  const remaining = factors.map((i) => sizes[i]);
  const rest = [...axes];
  while (rest.length > 0) {
    let used = false;
    for (let k = 0; k < factors.length && rest.length > 0; k++) {
      if (remaining[k] <= 1) continue;
      const size = axisSize(rest[0], mesh);
      const common = gcd(remaining[k], size);
      if (common === 1 && size !== 1) continue;
      used = true;
      const target = t.factors[factors[k]]!.axes;
      if (size > common) {
        const [head, tail] = splitAxis(rest[0], common, mesh);
        appendAxis(target, head, mesh);
        rest[0] = tail;
        remaining[k] /= common;
      } else {
        appendAxis(target, rest.shift()!, mesh);
        remaining[k] /= size;
        break;
      }
    }
    if (!used) {
      const last = t.factors[factors[factors.length - 1]];
      if (last) for (const a of rest) appendAxis(last.overflow, a, mesh);
      return;
    }
  }
}

/** The one factor on which a dot's result disagrees with an operand while having exactly the reduction axes. */
function conflictingDot(
  op: Op,
  projection: Projection,
  rule: OpShardingRule,
  mesh: Mesh,
): { factor: number; axes: readonly AxisRef[] } | undefined {
  const [lhs, rhs] = projection.operands;
  const [result] = projection.results;
  const size = (v: Value): number => (v.type.kind === 'tensor' ? numElements(v.type.shape) : 0);
  const [lhsSize, rhsSize, resultSize] = [size(op.operands[0]), size(op.operands[1]), size(op.results[0])];
  let found: { factor: number; axes: readonly AxisRef[] } | undefined;
  const reduction: AxisRef[] = [];
  const seen: AxisRef[] = [];
  for (let factor = 0; factor < rule.factorSizes.length; factor++) {
    const l = lhs.factors[factor]?.axes;
    const r = rhs.factors[factor]?.axes;
    const axes = l ?? r ?? [];
    let maxSize = l ? lhsSize : rhsSize;
    if (l && r) {
      maxSize = Math.max(lhsSize, rhsSize);
      if (!sameAxes(l, r)) return undefined;
      if (rule.factorKinds[factor] === 'reduction') {
        reduction.push(...l);
        continue;
      }
    } else
      for (const a of axes) {
        if (overlapsAny(a, seen, mesh)) return undefined;
        seen.push(a);
      }
    const out = result.factors[factor];
    if (out && !sameAxes(out.axes, axes)) {
      if (axes.length === 0 || found || resultSize > maxSize) return undefined;
      found = { factor, axes };
    }
  }
  if (!found) return undefined;
  const out = result.factors[found.factor]!.axes;
  return out.length > 0 && sameAxes(out, reduction) ? found : undefined;
}
