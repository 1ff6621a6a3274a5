import { dtypeInfo } from '../../base/index.ts';
import { dependsOn, nodesOf, rootsOf } from '../kernels/accesses.ts';
import { coefficientOf, type LoopVar } from '../kernels/affine.ts';
import { joinsOf } from '../kernels/blocked-sums.ts';
import { neutralElement } from '../kernels/combiners.ts';
import type { Buffer, Expr, Fold, GeneralFold, LoopStep, Nest } from '../kernels/kernel-ir.ts';
import { BlockedSums } from './blocked-sums.ts';
import type { Literal, Operand, Register, ScheduledKernel, TargetFacts } from './code.ts';
import { CodeBuilder } from './code-builder.ts';
import { laneStores } from './lane-stores.ts';
import { columnLane, cutIntoPieces, type Pieces } from './pieces.ts';
import {
  computeLanes,
  defineScalars,
  isComputable,
  type LanesOf,
  levelOf,
  literalOf,
  placeOf,
  uniform,
  type Values,
} from './values.ts';

/*
 * A loop step as code. Values that do not depend on the innermost loops are computed before them; the innermost loop runs in lanes
 * where types allow, with a partial last vector.
 */

/** Vectors worked on per turn of a fold, so that additions do not wait for one another. */
const foldUnroll = 4;
/** Vectors of columns that are folded side by side. */
const columnVectors = 8;

/** With `isSerial`, on the calling thread only. */
export function scheduleLoops(
  step: LoopStep,
  rootOf: (b: Buffer) => Buffer,
  target: TargetFacts,
  isSerial: boolean,
): ScheduledKernel {
  const pieces = isSerial ? undefined : cutIntoPieces(step, target.lanes);
  return new LoopScheduler(pieces?.step ?? step, rootOf, target, pieces).run();
}

class LoopScheduler {
  private readonly step: LoopStep;
  private readonly target: TargetFacts;
  private readonly pieces: Pieces | undefined;
  private readonly b: CodeBuilder;

  constructor(step: LoopStep, rootOf: (b: Buffer) => Buffer, target: TargetFacts, pieces: Pieces | undefined) {
    this.step = step;
    this.target = target;
    this.pieces = pieces;
    this.b = new CodeBuilder(rootOf);
  }

  run(): ScheduledKernel {
    const { b, step } = this;
    const body = b.inside(() => {
      const lane = this.columnLane();
      if (lane) this.columnFolds(step.stages[0] as Nest, lane);
      else
        this.outer(step.outer, () => {
          for (const stage of step.stages) {
            if (stage.kind === 'nest') this.nest(stage);
            else this.generalFold(stage);
          }
        });
    });
    const { pointers, symbols, locals } = b;
    return { note: step.note, pointers, symbols, locals, pieces: this.pieces, canFail: false, body };
  }

  /** The outer loops; the dealt-out ones run over the piece's points only. */
  private outer(vars: readonly LoopVar[], write: () => void): void {
    const dealt = this.pieces?.vars ?? [];
    const rest = vars.filter((v) => !dealt.includes(v));
    if (dealt.length === 0) this.b.loops(rest, write);
    else
      this.b.push({
        kind: 'points',
        vars: dealt,
        body: this.b.within(dealt, () => this.b.loops(rest, write)),
      });
  }

  // ---- nests ----

  private nest(nest: Nest): void {
    const { b, target } = this;
    const { vars, folds } = nest;
    if (folds.length === 0 && (vars.some((v) => v.extent === 0) || this.isCopy(nest))) return;
    const loops = [...b.open, ...vars];
    const nodes = nodesOf(rootsOf(nest));
    const values: Values = new Map();
    const lane = this.laneOf(nest, nodes);
    // What does not change inside: computed here (inside the outer loops, after earlier stages).
    const outside = b.open.length;
    defineScalars(
      b,
      nodes.filter((e) => levelOf(e, loops) <= outside),
      values,
    );
    const accumulators = folds.map((f) => b.variable(uniform(b, f.init, values)));
    const rest = lane ? vars.filter((v) => v !== lane) : vars;
    const vectors = lane ? this.vectorAccumulators(folds, lane, nodes) : [];
    const step = lane ? target.lanes * (vectors[0]?.length ?? 1) : 1;
    const joins = joinsOf([...rest.map((loop) => ({ loop, step: 1 })), ...(lane ? [{ loop: lane, step }] : [])]);
    const sums = BlockedSums.of(b, folds, vectors, joins);
    const inside = (left: readonly LoopVar[]): void => {
      const [v, ...more] = left;
      if (v) {
        b.loop(v, () => {
          sums?.joinAt(v);
          const open = [...b.open];
          const isHere = (e: Expr): boolean => levelOf(e, open) === open.length && isComputable(e, open);
          defineScalars(
            b,
            nodes.filter((e) => !(lane && dependsOn(e, lane)) && isHere(e)),
            values,
          );
          inside(more);
        });
        return;
      }
      if (lane) {
        this.vectorLoop(nest, lane, nodes, values, vectors, sums);
        return;
      }
      defineScalars(b, nodes, values);
      for (const s of nest.stores) b.push({ kind: 'store', place: placeOf(b, s), value: values.get(s.value)! });
      folds.forEach((f, i) => {
        const a = sums?.blockOf(i) ?? accumulators[i];
        b.assign(a, { kind: 'combine', combiner: f.combiner, args: [a, values.get(f.value)!] });
      });
    };
    inside(rest);
    folds.forEach((f, i) => {
      const a = accumulators[i];
      const sum = sums?.total(i);
      const { combiner } = f;
      if (vectors.length > 0) this.foldLanes(f, sum ? [sum] : vectors[i], a);
      else if (sum) b.assign(a, { kind: 'combine', combiner, args: [a, sum] });
      b.push({ kind: 'store', place: placeOf(b, f.target), value: a });
    });
  }

  /** The variable to run in lanes: the innermost, if everything it touches can be. */
  private laneOf(nest: Nest, nodes: readonly Expr[]): LoopVar | undefined {
    const { target } = this;
    const lane = nest.vars[nest.vars.length - 1];
    const shortest = nest.folds.length > 0 ? target.shortestFold : target.lanes / 2;
    if (!lane || lane.extent < shortest || !laneStores(nest.stores, lane)) return undefined;
    if (nest.stores.some((s) => !target.hasType(s.dtype) || !target.hasType(s.value.dtype))) return undefined;
    return nest.folds.every((f) => this.isFoldable(f)) && this.isVectorisable(nodes, lane) ? lane : undefined;
  }

  /** Folds that lanes can take part in: their init joins at the end, so it must not be lost in the identity. */
  private isFoldable(f: Fold): boolean {
    return f.value.dtype === f.target.dtype && this.target.canCombine(f.combiner, f.target.dtype);
  }

  /** Whether everything that depends on `lane` has a vector form, and everything else it takes can be spread over lanes. */
  private isVectorisable(nodes: readonly Expr[], lane: LoopVar): boolean {
    const { target } = this;
    return nodes.every((e) => {
      if (!dependsOn(e, lane)) return true;
      if (!target.hasType(e.dtype) || e.kind === 'variable' || e.kind === 'element') return false;
      return e.kind !== 'apply' || (e.args.every((a) => target.hasType(a.dtype)) && target.hasFunction(e));
    });
  }

  private vectorAccumulators(folds: readonly Fold[], lane: LoopVar, nodes: readonly Expr[]): Register[][] {
    const count = lane.extent >= foldUnroll * this.target.lanes && nodes.length <= 16 ? foldUnroll : 1;
    return folds.map((f) => Array.from({ length: count }, () => this.b.variable(identityOf(f))));
  }

  /** Folds the lanes of all accumulators into the scalar one, in a fixed order. */
  private foldLanes({ combiner, target: { dtype } }: Fold, vectors: readonly Register[], accumulator: Register): void {
    const { b } = this;
    const all = [...vectors];
    while (all.length > 1) {
      const half = all.length / 2;
      for (let i = 0; i < half; i++) b.assign(all[i], { kind: 'combine', combiner, args: [all[i], all[i + half]] });
      all.length = half;
    }
    // Halves onto halves in registers: through memory, a maximum would be a branch for every lane.
    const [x] = all;
    for (let first = this.target.lanes >> 1; first > 0; first >>= 1) {
      const upper = b.define(dtype, true, { kind: 'upperLanes', value: x, first });
      b.assign(x, { kind: 'combine', combiner, args: [x, upper] });
    }
    const one = b.define(dtype, false, { kind: 'firstLane', value: x });
    b.assign(accumulator, { kind: 'combine', combiner, args: [accumulator, one] });
  }

  private vectorLoop(
    nest: Nest,
    lane: LoopVar,
    nodes: readonly Expr[],
    scalars: Values,
    vectors: readonly (readonly Register[])[],
    sums: BlockedSums | undefined,
  ): void {
    const { b } = this;
    const { lanes } = this.target;
    const shared = this.spread(nest, lane, nodes, scalars);
    const unroll = vectors[0]?.length ?? 1;
    const full = Math.floor(lane.extent / lanes);
    const tail = lane.extent % lanes;
    const turns = Math.floor(full / unroll);
    const block = unroll * lanes;
    const body = (u: number, count?: number): void =>
      this.vectorBody(nest, nodes, shared, column(vectors, count === undefined ? u : 0), {
        lane,
        lanesOn: u * lanes,
        count,
      });
    const unrolled = (): void => {
      sums?.joinAt(lane);
      for (let u = 0; u < unroll; u++) body(u);
    };
    if (lane.count) {
      const parts = [{ step: block, body: b.within([lane], unrolled) }];
      if (unroll > 1) parts.push({ step: lanes, body: b.within([lane], () => body(0)) });
      // What is left over is as in a loop to the end: see `COUNT_UNIT`.
      const rest = tail > 0 ? b.within([lane], () => body(0, tail)) : [];
      b.push({ kind: 'rounds', variable: lane, end: b.symbol(lane.count), parts, rest });
      return;
    }
    if (turns > 0) b.steps(lane, turns * block, block, unrolled);
    for (let q = turns * unroll; q < full; q++) b.at(lane, q * lanes, () => body(0));
    if (tail > 0) b.at(lane, full * lanes, () => body(0, tail));
  }

  /** What the lanes have in common, in vector registers. */
  private spread(nest: Nest, lane: LoopVar, nodes: readonly Expr[], scalars: Values): Values {
    const used = new Set<Expr>();
    for (const e of nodes) if (dependsOn(e, lane) && e.kind === 'apply') for (const a of e.args) used.add(a);
    for (const r of [...nest.stores, ...nest.folds]) used.add(r.value);
    const out: Values = new Map();
    for (const e of used) {
      if (dependsOn(e, lane)) continue;
      const value = (): Operand => this.b.define(e.dtype, true, { kind: 'spread', value: scalars.get(e)! });
      out.set(e, e.kind === 'literal' ? literalOf(e, true) : value());
    }
    return out;
  }

  private vectorBody(
    nest: Pick<Nest, 'stores' | 'folds'>,
    nodes: readonly Expr[],
    shared: Values,
    accumulators: readonly Register[],
    at: LanesOf,
  ): void {
    const { b } = this;
    const { lane, lanesOn, count } = at;
    const values = new Map(shared);
    for (const e of nodes)
      if (dependsOn(e, lane)) values.set(e, b.define(e.dtype, true, computeLanes(b, e, values, at)));
    for (const { store, next } of laneStores(nest.stores, lane)!) {
      const place = placeOf(b, store, lane, lanesOn);
      const [value, second] = [values.get(store.value)!, next && values.get(next.value)!];
      b.push({ kind: 'storeLanes', place, value, next: second, count });
    }
    nest.folds.forEach((f, k) => {
      let x = values.get(f.value)!;
      if (count !== undefined)
        x = b.define(f.target.dtype, true, { kind: 'keepLanes', value: x, otherwise: identityOf(f), count });
      const a = accumulators[k];
      b.assign(a, { kind: 'combine', combiner: f.combiner, args: [a, x] });
    });
  }

  /** A plain copy of contiguous memory. */
  private isCopy({ stores, vars }: Nest): boolean {
    if (stores.length !== 1 || vars.length === 0 || vars.some((v) => v.count)) return false;
    const [s] = stores;
    const e = s.value;
    if (e.kind !== 'load' || e.dtype !== s.dtype) return false;
    const lane = vars[vars.length - 1];
    if (coefficientOf(s.index, lane) !== 1 || coefficientOf(e.index, lane) !== 1) return false;
    const { b } = this;
    if (b.shareMemory(s.buffer, e.buffer)) return false;
    if (lane.extent * dtypeInfo(s.dtype).bytes < this.target.smallestCopyBytes) return false;
    b.loops(vars.slice(0, -1), () =>
      b.at(lane, 0, () => b.push({ kind: 'copy', to: placeOf(b, s), from: placeOf(b, e), elements: lane.extent })),
    );
    return true;
  }

  // ---- folds over outer dimensions ----

  /** The outer variable to run in lanes in a kernel that is nothing but folds over other loops. */
  private columnLane(): LoopVar | undefined {
    const lane = columnLane(this.step, this.target.lanes);
    const [stage] = this.step.stages;
    if (!lane || stage.kind !== 'nest') return undefined;
    const fits = (f: Fold): boolean =>
      this.isFoldable(f) && coefficientOf(f.target.index, lane) === 1 && !dependsOn(f.init, lane);
    return stage.folds.every(fits) && this.isVectorisable(nodesOf(rootsOf(stage)), lane) ? lane : undefined;
  }

  /** Several vectors of columns at once, each with its own accumulator, over all rows. */
  private columnFolds(stage: Nest, lane: LoopVar): void {
    const { b } = this;
    const { lanes } = this.target;
    const others = this.step.outer.filter((v) => v !== lane);
    this.outer(others, () => {
      const full = Math.floor(lane.extent / lanes);
      const block = columnVectors * lanes;
      const blocks = Math.floor(full / columnVectors);
      const left = full - blocks * columnVectors;
      if (blocks > 0) b.steps(lane, blocks * block, block, () => this.columnBlock(stage, lane, columnVectors));
      if (left > 0) b.at(lane, blocks * block, () => this.columnBlock(stage, lane, left));
      const tail = lane.extent % lanes;
      if (tail > 0) b.at(lane, full * lanes, () => this.columnBlock(stage, lane, 1, tail));
    });
  }

  private columnBlock(stage: Nest, lane: LoopVar, width: number, count?: number): void {
    const { b } = this;
    const { lanes } = this.target;
    const { folds } = stage;
    const outside: Values = new Map();
    const vectors = folds.map((f) => {
      const init = uniform(b, f.init, outside);
      const inLanes = b.define(f.target.dtype, true, { kind: 'spread', value: init });
      return Array.from({ length: width }, () => b.variable(inLanes));
    });
    const nodes = nodesOf(folds.map((f) => f.value));
    const joins = joinsOf(stage.vars.map((loop) => ({ loop, step: 1 })));
    // One sum for each vector of columns.
    const sums = BlockedSums.of(
      b,
      folds.flatMap((f) => Array.from({ length: width }, () => f)),
      vectors.flat().map((v) => [v]),
      joins,
    );
    const inside = (left: readonly LoopVar[]): void => {
      const [v, ...more] = left;
      if (v) {
        b.loop(v, () => {
          sums?.joinAt(v);
          inside(more);
        });
        return;
      }
      const values = new Map(outside);
      defineScalars(
        b,
        nodes.filter((e) => !dependsOn(e, lane)),
        values,
      );
      const shared = this.spread({ ...stage, stores: [] }, lane, nodes, values);
      for (let u = 0; u < width; u++)
        this.vectorBody({ stores: [], folds }, nodes, shared, column(vectors, u), { lane, lanesOn: u * lanes, count });
    };
    inside(stage.vars);
    folds.forEach((f, k) => {
      for (let u = 0; u < width; u++) {
        const value = sums?.total(k * width + u) ?? vectors[k][u];
        b.push({ kind: 'storeLanes', place: placeOf(b, f.target, lane, u * lanes), value, next: undefined, count });
      }
    });
  }

  // ---- general folds ----

  private generalFold(fold: GeneralFold): void {
    const { b } = this;
    const outside: Values = new Map();
    const accumulators = fold.inits.map((e) => b.variable(uniform(b, e, outside)));
    b.loops(fold.vars, () => {
      const values: Values = new Map();
      const args = fold.values.map((e) => uniform(b, e, values));
      for (const e of nodesOf(fold.body)) {
        if (e.kind !== 'variable') continue;
        const n = Number(e.name.slice(3));
        values.set(e, e.name.startsWith('acc') ? accumulators[n] : args[n]);
      }
      // All of them before any accumulator changes.
      const next = fold.body.map((e) => b.variable(uniform(b, e, values)));
      next.forEach((x, i) => {
        b.assign(accumulators[i], x);
      });
    });
    fold.targets.forEach((t, i) => {
      b.push({ kind: 'store', place: placeOf(b, t), value: accumulators[i] });
    });
  }
}

const column = (vectors: readonly (readonly Register[])[], u: number): Register[] => vectors.map((v) => v[u]);

const identityOf = ({ combiner, target: { dtype } }: Fold): Literal => ({
  kind: 'literal',
  dtype,
  value: neutralElement(combiner, dtype),
  inLanes: true,
});
