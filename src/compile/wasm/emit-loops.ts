import { type DType, dtypeInfo, InternalError } from '../../base/index.ts';
import { accessesOfStage, nodesOf, rootsOf } from '../accesses.ts';
import { type Affine, coefficientOf, type LoopVar, type RuntimeIndex, type Term } from '../affine.ts';
import { isSum, type Joins, joinsOf } from '../blocked-sums.ts';
import { dependsOn, identityOf, termsOf } from '../c/emit-expr.ts';
import type { Buffer, Expr, Fold, GeneralFold, LoopStep, Nest, Target } from '../kernel-ir.ts';
import { laneStores } from '../lane-stores.ts';
import { columnLane, cutIntoPieces, type Pieces } from '../parallel.ts';
import { convertScalar, vectorKind } from './element-functions.ts';
import {
  combine,
  combinesInVectors,
  isVectorisable,
  literalValue,
  type Place,
  pairStore,
  scalarApply,
  scalarLoad,
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
  FunctionBuilder,
  get,
  i32,
  type Local,
  lane as laneOf,
  load,
  op,
  select,
  shuffleLanes,
  tableIndex,
  type Value,
} from './function-builder.ts';
import { registerType, type WasmLibrary } from './library.ts';
import { CONTEXT, parallel } from './parallel.ts';

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

const LANES = 4;
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

const specialFunctions = new Set([
  'erf_inv',
  'erfc',
  'lgamma',
  'digamma',
  'bessel_i1e',
  'remainder',
  'erf',
  'logistic',
]);
function usesSpecial(step: LoopStep, lib: WasmLibrary): boolean {
  if (lib.special.size === 0) return false;
  return step.stages.some((s) => nodesOf(rootsOf(s)).some((e) => e.kind === 'apply' && specialFunctions.has(e.fn)));
}

class LoopEmitter {
  private readonly step: LoopStep;
  private readonly rootOf: (b: Buffer) => Buffer;
  private readonly lib: WasmLibrary;
  private readonly pieces: Pieces | undefined;
  private readonly f: FunctionBuilder;
  private readonly pointers: Buffer[] = [];
  private readonly symbols: RuntimeIndex[] = [];
  private readonly locals = new Map<Buffer, number>();
  private localBytes = 0;
  private readonly pointerValues = new Map<Buffer, Value>();
  private readonly terms = new Map<Term, Value>();
  /** Loops a term needs around it: 1 for the outermost. */
  private readonly levels = new Map<Term, number>();
  /** Addresses and offsets computed so far, by the loop they stand before. */
  private readonly known: Map<string, Value>[] = [];
  private open: LoopVar[] = [];

  constructor(
    step: LoopStep,
    rootOf: (b: Buffer) => Buffer,
    lib: WasmLibrary,
    name: string,
    pieces: Pieces | undefined,
  ) {
    this.step = step;
    this.rootOf = rootOf;
    this.lib = lib;
    this.pieces = pieces;
    this.collect();
    const own = [...this.pointers.map(() => 'i32' as const), ...this.symbols.map(() => 'i32' as const)];
    this.f = new FunctionBuilder(pieces ? `${name}p` : name, pieces ? ['i32', 'i32', 'i32'] : ['i32', ...own]);
  }

  /** Memory and run-time indices in order of appearance. */
  private collect(): void {
    const index = (a: Affine): void => {
      for (const t of a.terms.keys()) if (t.kind === 'symbol' && !this.symbols.includes(t)) this.symbols.push(t);
    };
    for (const stage of this.step.stages) {
      for (const a of accessesOfStage(stage)) {
        index(a.index);
        if (a.buffer.place.kind === 'local') {
          if (this.locals.has(a.buffer)) continue;
          this.locals.set(a.buffer, this.localBytes);
          this.localBytes += (a.buffer.bytes + 63) & ~63;
          continue;
        }
        const root = this.rootOf(a.buffer);
        if (!this.pointers.includes(root)) this.pointers.push(root);
      }
      for (const e of nodesOf(rootsOf(stage))) if (e.kind === 'index') index(e.index);
      for (const v of stage.vars) if (v.count && !this.symbols.includes(v.count)) this.symbols.push(v.count);
    }
  }

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

  /** The function that hands ranges of the dealt-out points to the device's threads. */
  private dealOut(piece: Callee, { vars, grain }: Pieces): Callee {
    const own = [...this.pointers, ...this.symbols].map(() => 'i32' as const);
    const f = new FunctionBuilder(`${piece.name}d`, ['i32', ...own]);
    const [dev, ...rest] = f.arguments;
    rest.forEach((v, i) => {
      f.store('i32.store', dev, v, CONTEXT + 4 * i);
    });
    const count = vars.reduce((n, v) => n * v.extent, 1);
    f.call(parallel(this.lib), dev, tableIndex(piece), i32(count), i32(grain));
    return this.lib.module.add(f);
  }

  /** The outer loops; the dealt-out ones run over the piece's points only. */
  private outer(vars: readonly LoopVar[], body: () => void): void {
    const dealt = this.pieces?.vars ?? [];
    const rest = vars.filter((v) => !dealt.includes(v));
    if (dealt.length === 0) {
      this.loops(rest, body);
      return;
    }
    const { f } = this;
    const z = f.local('i32');
    f.range(z, f.arguments[1], f.arguments[2], 1, () => {
      const level = f.depth;
      const values =
        dealt.length === 1
          ? [get(z)]
          : [op('i32.div_u', get(z), i32(dealt[1].extent)), op('i32.rem_u', get(z), i32(dealt[1].extent))].map((v) =>
              f.keep(v),
            );
      dealt.forEach((v, i) => {
        this.terms.set(v, values[i]);
        this.levels.set(v, level);
      });
      this.open.push(...dealt);
      this.loops(rest, body);
      this.open.length -= dealt.length;
    });
    this.forget();
  }

  private loops(vars: readonly LoopVar[], body: () => void): void {
    const [first, ...rest] = vars;
    if (!first) body();
    else this.loop(first, () => this.loops(rest, body));
  }
  private loop(v: LoopVar, body: () => void, count = v.extent, step = 1): void {
    if (v.count && count === v.extent) {
      const i = this.f.local('i32');
      this.f.set(i, i32(0));
      this.counted(v, i, this.terms.get(v.count)!, step, body);
      return;
    }
    if (count <= 0) return;
    const i: Local = this.f.local('i32');
    this.terms.set(v, get(i));
    this.open.push(v);
    this.f.repeat(i, count, step, () => {
      this.levels.set(v, this.f.depth);
      body();
    });
    this.open.pop();
    this.forget();
  }
  /** A loop from `i` on in whole steps up to `end`, maybe none at all; `i` is then where it stopped. */
  private counted(v: LoopVar, i: Local, end: Value, step: number, body: () => void): void {
    const { f } = this;
    this.onlyIf(op('i32.le_s', op('i32.add', get(i), i32(step)), end), () => {
      this.terms.set(v, get(i));
      this.open.push(v);
      f.range(i, get(i), f.keep(op('i32.sub', end, i32(step - 1))), step, () => {
        this.levels.set(v, f.depth);
        body();
      });
      this.open.pop();
      this.forget();
    });
  }
  /** What is computed inside may not be used behind: it may not have been. */
  private onlyIf(condition: Value, body: () => void): void {
    const before = this.known.map((m) => m && new Map(m));
    this.f.if(condition, body);
    this.known.splice(0, this.known.length, ...before);
  }
  /** Drops what was computed inside the loop that was just closed. */
  private forget(): void {
    this.known.length = Math.min(this.known.length, this.f.depth + 1);
  }
  /** A fixed value for a loop variable, known inside `level` loops. */
  private fix(v: LoopVar, at: Value, level = 0): void {
    this.terms.set(v, at);
    this.levels.set(v, level);
    for (const map of this.known) for (const key of map?.keys() ?? []) if (key.includes(`v${v.id};`)) map.delete(key);
  }

  // ---- indices ----

  /** Computes a value as far out as its loops allow, once. */
  private hoisted(key: string, level: number, make: () => Value): Value {
    this.known[level] ??= new Map();
    let v = this.known[level].get(key);
    if (!v) {
      v = this.f.keepBefore(level, make());
      this.known[level].set(key, v);
    }
    return v;
  }

  /** base + index · bytes, loop by loop from the outside. */
  private indexed(key: string, base: Value, a: Affine, bytes: number): Value {
    const terms = [...a.terms].map(([t, c]) => ({ t, c: c * bytes, level: this.levels.get(t)! }));
    terms.sort((x, y) => x.level - y.level);
    let name = `${key}+${a.constant * bytes};`;
    let v = a.constant === 0 ? base : this.hoisted(name, 0, () => op('i32.add', base, i32(a.constant * bytes)));
    for (const { t, c, level } of terms) {
      name += `${c}v${t.id};`;
      const before = v;
      v = this.hoisted(name, level, () => {
        const scaled = this.hoisted(`${c}v${t.id};`, level, () =>
          c === 1 ? this.terms.get(t)! : op('i32.mul', this.terms.get(t)!, i32(c)),
        );
        return op('i32.add', before, scaled);
      });
    }
    return v;
  }
  private indexValue(a: Affine): Value {
    return this.indexed('index', i32(0), a, 1);
  }
  private place(buffer: Buffer, d: DType, index: Affine, lane?: LoopVar, lanesOn = 0): Place {
    const root = buffer.place.kind === 'local' ? buffer : this.rootOf(buffer);
    const { bytes } = dtypeInfo(d);
    const shift = lane ? lanesOn * coefficientOf(index, lane) : 0;
    const moved = shift < 0 ? { ...index, constant: index.constant + shift } : index;
    const at = this.indexed(
      `p${root.place.kind === 'local' ? 'l' : ''}${root.id}`,
      this.pointerValues.get(root)!,
      moved,
      bytes,
    );
    return { at, offset: shift > 0 ? shift * bytes : 0 };
  }
  private storeTarget(t: Target, v: Value): void {
    scalarStore(this.lib, this.f, t.dtype, this.place(t.buffer, t.dtype, t.index), v);
  }

  // ---- scalars ----

  /** Number of open loops a value needs around it: 0 if it is the same everywhere. */
  private level(e: Expr, loops: readonly LoopVar[]): number {
    let level = 0;
    const terms = termsOf(e);
    loops.forEach((v, i) => {
      if (terms.has(v)) level = i + 1;
    });
    return level;
  }

  private scalars(nodes: readonly Expr[], values: Map<Expr, Value>): void {
    for (const e of nodes) {
      if (values.has(e)) continue;
      if (e.kind === 'literal') values.set(e, literalValue(e.dtype, e.value));
      else values.set(e, this.f.keep(this.scalar(e, values)));
    }
  }
  private scalar(e: Expr, values: ReadonlyMap<Expr, Value>): Value {
    switch (e.kind) {
      case 'load':
        return scalarLoad(this.lib, e.dtype, this.place(e.buffer, e.dtype, e.index));
      case 'index':
        return convertScalar(this.lib, 'i32', e.dtype, this.indexValue(e.index));
      case 'apply':
        return scalarApply(
          this.lib,
          this.f,
          e,
          e.args.map((a) => values.get(a)!),
        );
      default:
        throw new InternalError(`unexpected ${e.kind}`);
    }
  }
  private uniform(e: Expr, values: Map<Expr, Value>): Value {
    this.scalars(nodesOf([e]), values);
    return values.get(e)!;
  }
  private allOpen(e: Expr): boolean {
    for (const t of termsOf(e)) if (t.kind === 'loop' && !this.open.includes(t)) return false;
    return true;
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
    const zero = identityOf('add', dtype);
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
        f.store('v128.store', scratch, vectorLiteral(dtype, identityOf('add', dtype)), offset);
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
            const zero = identityOf('add', s.dtype);
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
        this.f.set(l, vectorLiteral(dtype, identityOf(combiner, dtype)));
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
        const identity = vectorLiteral(d, identityOf(fold.combiner, d));
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
