import { dtypeInfo, InternalError } from '../../../base/index.ts';
import { dependsOn, nodesOf, rootsOf } from '../../kernels/accesses.ts';
import { coefficientOf, type LoopVar, type RuntimeIndex } from '../../kernels/affine.ts';
import { isSum, type Joins, joinsOf } from '../../kernels/blocked-sums.ts';
import { neutralElement } from '../../kernels/combiners.ts';
import type { Buffer, Expr, Fold, GeneralFold, LoopStep, Nest } from '../../kernels/kernel-ir.ts';
import { laneStores } from '../lane-stores.ts';
import { columnLane, cutIntoPieces } from '../parallel.ts';
import { vectorKind } from './element-functions.ts';
import {
  callsSpecial,
  combine,
  combinesInVectors,
  isVectorisable,
  literalValue,
  pairStore,
  scalarStore,
  splat,
  vectorApply,
  vectorIndex,
  vectorLiteral,
  vectorLoad,
  vectorStore,
} from './emit-expr.ts';
import {
  type Callee,
  get,
  i32,
  type Local,
  lane as laneOf,
  load,
  op,
  select,
  shuffleLanes,
  type Value,
} from './function-builder.ts';
import { registerType, type WasmLibrary } from './library.ts';
import { LANES, LoopScope } from './loop-scope.ts';

/*
 * A loop step as one function: emit-loops.ts of the C emitter, with lanes of four. Values that do not depend on inner loops are
 * computed before them, addresses included; the innermost loop is vectorised where types allow, with a partial last vector.
 */

export interface LoopFunction {
  /** Takes the device, then memory and run-time indices in order. */
  readonly callee: Callee;
  readonly pointers: readonly Buffer[];
  readonly symbols: readonly RuntimeIndex[];
  /** Scratch it needs per thread, in bytes. */
  readonly localBytes: number;
}

/** Vectors worked on per turn of a fold, so that additions do not wait for one another. */
const foldUnroll = 4;
/** Shorter folds run one after the other, as written: lanes would gain nothing and change the order of sums. */
const shortestFold = 2 * LANES;
/** Copies below this many bytes are cheaper as loops. */
const smallestCopy = 256;

/** With `serial`, on the calling thread only. */
export function emitLoops(
  step: LoopStep,
  rootOf: (b: Buffer) => Buffer,
  lib: WasmLibrary,
  name: string,
  serial: boolean,
): LoopFunction {
  const pieces = serial ? undefined : cutIntoPieces(step, LANES);
  if (pieces) {
    const before = lib.special.size;
    const cut = new LoopEmitter(pieces.step, rootOf, lib, name, pieces).run();
    // Functions that only the main thread has keep a kernel in one piece.
    if (lib.special.size === before && !usesSpecial(pieces.step, lib)) return cut;
  }
  return new LoopEmitter(step, rootOf, lib, name, undefined).run();
}

function usesSpecial(step: LoopStep, lib: WasmLibrary): boolean {
  if (lib.special.size === 0) return false;
  const isOwn = (e: Expr): boolean => e.kind === 'apply' && callsSpecial(e.fn);
  return step.stages.some((s) => nodesOf(rootsOf(s)).some(isOwn));
}

class LoopEmitter extends LoopScope {
  run(): LoopFunction {
    const { f, pieces } = this;
    const at = (i: number): Value => (pieces ? f.keep(load('i32.load', f.arguments[0], 4 * i)) : f.arguments[1 + i]);
    this.pointers.forEach((b, i) => {
      this.pointerValues.set(b, at(i));
    });
    this.symbols.forEach((s, i) => {
      this.terms.set(s, at(this.pointers.length + i));
      this.levels.set(s, 0);
    });
    for (const [b, offset] of this.locals)
      this.pointerValues.set(b, f.keep(op('i32.add', this.lib.scratch(), i32(offset))));
    const column = this.columnLane();
    if (column) this.columnFolds(column);
    else
      this.outer(this.step.outer, () => {
        for (const stage of this.step.stages) {
          if (stage.kind === 'nest') this.nest(stage);
          else this.generalFold(stage);
        }
      });
    const inner = this.lib.module.add(f);
    const shape = { pointers: this.pointers, symbols: this.symbols, localBytes: this.localBytes };
    if (!pieces) return { ...shape, callee: inner };
    return { ...shape, callee: this.dealOut(inner, pieces) };
  }

  // ---- nests ----

  private nest(nest: Nest): void {
    const { f, lib } = this;
    const { vars } = nest;
    const folds = nest.folds.length > 0;
    if (!folds && (vars.some((v) => v.extent === 0) || (vars.every((v) => !v.count) && this.isCopy(nest)))) return;
    const loops = [...this.open, ...vars];
    const nodes = nodesOf(rootsOf(nest));
    const values = new Map<Expr, Value>();
    const lane = this.laneOf(nest, nodes);
    const outside = this.open.length;
    this.scalars(
      nodes.filter((e) => this.level(e, loops) <= outside),
      values,
    );
    const accumulators = nest.folds.map((fold) => {
      const l = f.local(registerType(fold.target.dtype));
      f.set(l, values.get(fold.init) ?? this.uniform(fold.init, values));
      return l;
    });
    const rest = lane ? vars.filter((v) => v !== lane) : vars;
    const vectors = lane && folds ? this.vectorAccumulators(nest.folds, lane, nodes) : [];
    const step = lane ? LANES * (vectors[0]?.length ?? 1) : 1;
    const joins = joinsOf([...rest.map((loop) => ({ loop, step: 1 })), ...(lane ? [{ loop: lane, step }] : [])]);
    // Blocks are summed in scalars of their own where there are no lanes.
    const blocks = nest.folds.map((fold, i): readonly Local[] => {
      if (vectors.length > 0 || !joins || !isSum(fold)) return vectors[i] ?? [];
      return [this.cleared(fold.target.dtype, false)];
    });
    const sums = this.blockedSums(nest.folds, blocks, joins, lane !== undefined);
    const inside = (left: readonly LoopVar[]): void => {
      const [v, ...more] = left;
      if (v) {
        this.loop(v, () => {
          if (v === joins?.loop) sums?.join(this.terms.get(v)!);
          const depth = this.open.length;
          const order = [...this.open];
          this.scalars(
            nodes.filter((e) => !(lane && dependsOn(e, lane)) && this.level(e, order) === depth && this.allOpen(e)),
            values,
          );
          inside(more);
        });
        return;
      }
      if (lane) {
        this.vectorLoop(nest, lane, nodes, values, vectors, lane === joins?.loop ? sums?.join : undefined);
        return;
      }
      this.scalars(nodes, values);
      for (const s of nest.stores)
        scalarStore(lib, f, s.dtype, this.place(s.buffer, s.dtype, s.index), values.get(s.value)!);
      nest.folds.forEach((fold, i) => {
        const a = blocks[i][0] ?? accumulators[i];
        f.set(a, combine(lib, f, fold.combiner, fold.target.dtype, get(a), values.get(fold.value)!, false));
      });
    };
    inside(rest);
    nest.folds.forEach((fold, i) => {
      const a = accumulators[i];
      const sum = sums?.total(i);
      if (vectors.length > 0) this.foldLanes(fold, sum ? [sum] : vectors[i].map(get), a);
      else if (sum) f.set(a, combine(lib, f, fold.combiner, fold.target.dtype, get(a), sum, false));
      this.storeTarget(fold.target, get(accumulators[i]));
    });
  }

  /** A new accumulator of nothing. */
  private cleared(dtype: Fold['target']['dtype'], inLanes: boolean): Local {
    const l = this.f.local(inLanes ? 'v128' : registerType(dtype));
    const zero = neutralElement('add', dtype);
    this.f.set(l, inLanes ? vectorLiteral(dtype, zero) : literalValue(dtype, zero));
    return l;
  }

  /** Compensated sums of the blocks that accumulators add up, for the folds that have them: see `blocked-sums.ts`. */
  private blockedSums(
    folds: readonly Fold[],
    blocks: readonly (readonly Local[])[],
    joins: Joins | undefined,
    inLanes: boolean,
  ): { join: (index: Value) => void; total: (fold: number) => Value | undefined } | undefined {
    if (!joins || !folds.some(isSum)) return undefined;
    const { f } = this;
    // Vectors lie in scratch: they are rarely needed, and the accumulators need the registers.
    const scratch = inLanes ? f.keep(op('i32.add', this.lib.scratch(), i32(this.localBytes))) : i32(0);
    if (inLanes) this.localBytes += (32 * folds.length + 63) & ~63;
    const sums = folds.map((fold, k) => {
      const { dtype } = fold.target;
      if (!isSum(fold)) return undefined;
      const cell = (offset: number): { read: () => Value; write: (v: Value) => void } => {
        if (!inLanes) {
          const l = this.cleared(dtype, false);
          return { read: () => get(l), write: (v) => f.set(l, v) };
        }
        f.store('v128.store', scratch, vectorLiteral(dtype, neutralElement('add', dtype)), offset);
        return {
          read: () => f.keep(load('v128.load', scratch, offset)),
          write: (v) => f.store('v128.store', scratch, v, offset),
        };
      };
      return { sum: cell(32 * k), error: cell(32 * k + 16), dtype };
    });
    const joined = (k: number): Value => {
      const { sum, error, dtype } = sums[k]!;
      const shape = inLanes ? 'f32x4' : registerType(dtype) === 'f64' ? 'f64' : 'f32';
      const o = (name: 'add' | 'sub', a: Value, b: Value): Value => f.keep(op(`${shape}.${name}`, a, b));
      const all = blocks[k].map(get);
      while (all.length > 1) {
        const half = all.length / 2;
        for (let i = 0; i < half; i++) all[i] = o('add', all[i], all[i + half]);
        all.length = half;
      }
      const before = sum.read();
      const y = o('sub', all[0], error.read());
      const total = o('add', before, y);
      const e = o('sub', o('sub', total, before), y);
      const isNumber = op(`${shape}.eq`, e, e);
      const none = inLanes ? vectorLiteral(dtype, 0) : literalValue(dtype, 0);
      error.write(inLanes ? op('v128.bitselect', e, none, isNumber) : select(isNumber, e, none));
      sum.write(total);
      return total;
    };
    return {
      join: (index) =>
        this.onlyIf(op('i32.eqz', op('i32.and', index, i32(joins.mask))), () => {
          sums.forEach((s, k) => {
            if (!s) return;
            joined(k);
            const zero = neutralElement('add', s.dtype);
            for (const l of blocks[k]) f.set(l, inLanes ? vectorLiteral(s.dtype, zero) : literalValue(s.dtype, zero));
          });
        }),
      total: (k) => (sums[k] ? joined(k) : undefined),
    };
  }

  /** The variable to vectorise: the innermost, if everything it touches can be. */
  private laneOf(nest: Nest, nodes: readonly Expr[]): LoopVar | undefined {
    const lane = nest.vars[nest.vars.length - 1];
    if (!lane || lane.extent < (nest.folds.length > 0 ? shortestFold : LANES / 2)) return undefined;
    if (!laneStores(nest.stores, lane) || nest.stores.some((s) => !vectorKind(s.dtype))) return undefined;
    if (nest.folds.some((x) => !foldable(x))) return undefined;
    const taken = [...nest.stores.map((s) => s.value), ...nest.folds.map((x) => x.value)];
    if (taken.some((e) => !vectorKind(e.dtype))) return undefined;
    return isVectorisable(nodes, lane) ? lane : undefined;
  }

  private vectorAccumulators(folds: readonly Fold[], lane: LoopVar, nodes: readonly Expr[]): Local[][] {
    const count = lane.extent >= foldUnroll * LANES && nodes.length <= 16 ? foldUnroll : 1;
    return folds.map(({ combiner, target: { dtype } }) =>
      Array.from({ length: count }, () => {
        const l = this.f.local('v128');
        this.f.set(l, vectorLiteral(dtype, neutralElement(combiner, dtype)));
        return l;
      }),
    );
  }

  /** Folds the lanes of all accumulators into the scalar one, in a fixed order. */
  private foldLanes(fold: Fold, vectors: readonly Value[], accumulator: Local): void {
    const { f, lib } = this;
    const d = fold.target.dtype;
    const join = (a: Value, b: Value): Value => f.keep(combine(lib, f, fold.combiner, d, a, b, true));
    const all = [...vectors];
    while (all.length > 1) {
      const half = all.length / 2;
      for (let i = 0; i < half; i++) all[i] = join(all[i], all[i + half]);
      all.length = half;
    }
    const pair = join(all[0], shuffleLanes(all[0], all[0], [2, 3, 0, 1]));
    const one = join(pair, shuffleLanes(pair, pair, [1, 0, 3, 2]));
    const kind = vectorKind(d);
    let x = laneOf(kind === 'float' ? 'f32x4.extract_lane' : 'i32x4.extract_lane', 0, one);
    if (kind === 'bool') x = op('i32.and', x, i32(1));
    f.set(accumulator, combine(lib, f, fold.combiner, d, get(accumulator), f.keep(x), false));
  }

  private vectorLoop(
    nest: Nest,
    lane: LoopVar,
    nodes: readonly Expr[],
    scalars: ReadonlyMap<Expr, Value>,
    vectors: readonly Local[][],
    join: ((index: Value) => void) | undefined,
  ): void {
    const spread = this.spread(nest, lane, nodes, scalars);
    const unroll = vectors[0]?.length ?? 1;
    const full = Math.floor(lane.extent / LANES);
    const tail = lane.extent % LANES;
    const turns = Math.floor(full / unroll);
    const block = unroll * LANES;
    const first = vectors.map((v) => v[0]);
    const unrolled = (): void => {
      join?.(this.terms.get(lane)!);
      for (let u = 0; u < unroll; u++)
        this.vectorBody(
          nest,
          lane,
          nodes,
          spread,
          vectors.map((v) => v[u]),
          u * LANES,
          LANES,
        );
    };
    if (lane.count) {
      const i = this.f.local('i32');
      const end = this.terms.get(lane.count)!;
      const single = (count: number): void => this.vectorBody(nest, lane, nodes, spread, first, 0, count);
      this.f.set(i, i32(0));
      this.counted(lane, i, end, block, unrolled);
      if (unroll > 1) this.counted(lane, i, end, LANES, () => single(LANES));
      // What is left over is as in a loop to the end: see `COUNT_UNIT`.
      if (tail > 0)
        this.onlyIf(op('i32.lt_s', get(i), end), () => {
          this.fix(lane, get(i), this.f.depth);
          single(tail);
        });
      return;
    }
    if (turns > 0) this.loop(lane, unrolled, turns * block, block);
    for (let q = turns * unroll; q < full; q++) {
      this.fix(lane, i32(q * LANES));
      this.vectorBody(nest, lane, nodes, spread, first, 0, LANES);
    }
    if (tail > 0) {
      this.fix(lane, i32(full * LANES));
      this.vectorBody(nest, lane, nodes, spread, first, 0, tail);
    }
  }

  /** What the lanes have in common, in vector registers. */
  private spread(
    nest: Nest,
    lane: LoopVar,
    nodes: readonly Expr[],
    scalars: ReadonlyMap<Expr, Value>,
  ): Map<Expr, Value> {
    const used = new Set<Expr>();
    for (const e of nodes) if (dependsOn(e, lane) && e.kind === 'apply') for (const a of e.args) used.add(a);
    for (const r of [...nest.stores.map((s) => s.value), ...nest.folds.map((x) => x.value)]) used.add(r);
    const out = new Map<Expr, Value>();
    for (const e of used) {
      if (dependsOn(e, lane)) continue;
      out.set(e, e.kind === 'literal' ? vectorLiteral(e.dtype, e.value) : this.f.keep(splat(e.dtype, scalars.get(e)!)));
    }
    return out;
  }

  /** The body for `count` lanes from `lane + offset` on. */
  private vectorBody(
    nest: Nest,
    lane: LoopVar,
    nodes: readonly Expr[],
    spread: ReadonlyMap<Expr, Value>,
    vectors: readonly Local[],
    offset: number,
    count: number,
  ): void {
    const { f, lib } = this;
    const values = new Map(spread);
    for (const e of nodes) {
      if (!dependsOn(e, lane)) continue;
      let v: Value;
      if (e.kind === 'load')
        v = vectorLoad(
          f,
          e.dtype,
          this.place(e.buffer, e.dtype, e.index, lane, offset),
          coefficientOf(e.index, lane),
          count,
        );
      else if (e.kind === 'index') {
        const c = coefficientOf(e.index, lane);
        v = vectorIndex(f, e.dtype, this.indexValue({ ...e.index, constant: e.index.constant + offset * c }), c);
      } else if (e.kind === 'apply')
        v = vectorApply(
          lib,
          f,
          e,
          e.args.map((a) => values.get(a)!),
        );
      else throw new InternalError(`unexpected ${e.kind}`);
      values.set(e, f.keep(v));
    }
    for (const { store: s, next } of laneStores(nest.stores, lane)!) {
      const target = this.place(s.buffer, s.dtype, s.index, lane, offset);
      const value = values.get(s.value)!;
      if (next) pairStore(f, target, value, values.get(next.value)!, count);
      else vectorStore(f, s.dtype, target, value, count);
    }
    nest.folds.forEach((fold, k) => {
      const d = fold.target.dtype;
      let x = values.get(fold.value)!;
      if (count < LANES) {
        const mask = [0, 1, 2, 3].map((l) => (l < count ? -1 : 0));
        const identity = vectorLiteral(d, neutralElement(fold.combiner, d));
        x = f.keep(op('v128.bitselect', x, identity, laneMask(mask)));
      }
      f.set(vectors[k], combine(lib, f, fold.combiner, d, get(vectors[k]), x, true));
    });
  }

  /** A plain copy of contiguous memory. */
  private isCopy(nest: Nest): boolean {
    if (nest.stores.length !== 1 || nest.vars.length === 0) return false;
    const [s] = nest.stores;
    const e = s.value;
    if (e.kind !== 'load' || e.dtype !== s.dtype) return false;
    const lane = nest.vars[nest.vars.length - 1];
    if (coefficientOf(s.index, lane) !== 1 || coefficientOf(e.index, lane) !== 1) return false;
    if (this.rootOf(s.buffer) === this.rootOf(e.buffer)) return false;
    const bytes = lane.extent * dtypeInfo(s.dtype).bytes;
    if (bytes < smallestCopy) return false;
    this.loops(nest.vars.slice(0, -1), () => {
      this.fix(lane, i32(0));
      const [to, from] = [s, e].map((x) => this.place(x.buffer, x.dtype, x.index).at);
      this.f.copyMemory(to, from, i32(bytes));
    });
    return true;
  }

  // ---- folds over outer dimensions ----

  /** The outer variable to vectorise in a kernel that is nothing but folds over other loops. */
  private columnLane(): LoopVar | undefined {
    const lane = columnLane(this.step, LANES);
    const [stage] = this.step.stages;
    if (!lane || stage.kind !== 'nest') return undefined;
    if (stage.folds.some((x) => !foldable(x) || coefficientOf(x.target.index, lane) !== 1)) return undefined;
    if (stage.folds.some((x) => nodesOf([x.init]).some((e) => dependsOn(e, lane)))) return undefined;
    if (stage.folds.some((x) => !vectorKind(x.value.dtype))) return undefined;
    return isVectorisable(nodesOf(rootsOf(stage)), lane) ? lane : undefined;
  }

  /** Several vectors of columns at once, each with its own accumulator, over all rows. */
  private columnFolds(lane: LoopVar): void {
    const stage = this.step.stages[0] as Nest;
    this.outer(
      this.step.outer.filter((v) => v !== lane),
      () => {
        const width = 8;
        const full = Math.floor(lane.extent / LANES);
        const blocks = Math.floor(full / width);
        const block = width * LANES;
        if (blocks > 0) this.loop(lane, () => this.columnBlock(stage, lane, width, LANES), blocks * block, block);
        const left = full - blocks * width;
        if (left > 0) {
          this.fix(lane, i32(blocks * block));
          this.columnBlock(stage, lane, left, LANES);
        }
        if (lane.extent % LANES > 0) {
          this.fix(lane, i32(full * LANES));
          this.columnBlock(stage, lane, 1, lane.extent % LANES);
        }
      },
    );
  }

  private columnBlock(stage: Nest, lane: LoopVar, width: number, count: number): void {
    const { f } = this;
    const values = new Map<Expr, Value>();
    const vectors = stage.folds.map((x) => {
      const init = this.uniform(x.init, values);
      return Array.from({ length: width }, () => {
        const l = f.local('v128');
        f.set(l, splat(x.target.dtype, init));
        return l;
      });
    });
    const nodes = nodesOf(stage.folds.map((x) => x.value));
    const joins = joinsOf(stage.vars.map((loop) => ({ loop, step: 1 })));
    // One sum for each vector of columns.
    const sums = this.blockedSums(
      vectors.flatMap((own, k) => own.map(() => stage.folds[k])),
      vectors.flatMap((own) => own.map((l) => [l])),
      joins,
      true,
    );
    const inside = (left: readonly LoopVar[], body: () => void): void => {
      const [v, ...more] = left;
      if (!v) body();
      else
        this.loop(v, () => {
          if (v === joins?.loop) sums?.join(this.terms.get(v)!);
          inside(more, body);
        });
    };
    inside(stage.vars, () => {
      const own = new Map(values);
      this.scalars(
        nodes.filter((e) => !dependsOn(e, lane)),
        own,
      );
      const spread = this.spread(stage, lane, nodes, own);
      for (let u = 0; u < width; u++)
        this.vectorBody(
          { ...stage, stores: [] },
          lane,
          nodes,
          spread,
          vectors.map((v) => v[u]),
          u * LANES,
          count,
        );
    });
    stage.folds.forEach((x, k) => {
      const { buffer, dtype, index } = x.target;
      for (let u = 0; u < width; u++)
        vectorStore(
          f,
          dtype,
          this.place(buffer, dtype, index, lane, u * LANES),
          sums?.total(k * width + u) ?? get(vectors[k][u]),
          count,
        );
    });
  }

  // ---- general folds ----

  private generalFold(fold: GeneralFold): void {
    const { f } = this;
    const outer = new Map<Expr, Value>();
    const accumulators = fold.inits.map((e) => {
      const l = f.local(registerType(e.dtype));
      f.set(l, this.uniform(e, outer));
      return l;
    });
    this.loops(fold.vars, () => {
      const values = new Map<Expr, Value>();
      const args = fold.values.map((e) => this.uniform(e, values));
      for (const e of nodesOf(fold.body)) {
        if (e.kind !== 'variable') continue;
        const n = Number(e.name.slice(3));
        values.set(e, e.name.startsWith('acc') ? get(accumulators[n]) : args[n]);
      }
      const next = fold.body.map((e) => f.keepCopy(this.uniform(e, values)));
      next.forEach((v, i) => {
        f.set(accumulators[i], v);
      });
    });
    fold.targets.forEach((t, i) => {
      this.storeTarget(t, get(accumulators[i]));
    });
  }
}

const laneMask = (lanes: readonly number[]): Value => ({
  type: 'v128',
  args: [],
  code: [0xfd, 0x0c, ...lanes.flatMap((l) => (l ? [255, 255, 255, 255] : [0, 0, 0, 0]))],
});

/** Folds that lanes can take part in: their init joins at the end, so it must not be lost in the identity. */
const foldable = (x: Fold): boolean =>
  x.value.dtype === x.target.dtype && combinesInVectors(x.combiner, x.target.dtype);
