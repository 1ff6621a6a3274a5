import { type DType, dtypeInfo, InternalError } from '../../../base/index.ts';
import { accessesOfStage, nodesOf, rootsOf, termsOf } from '../../kernels/accesses.ts';
import { type Affine, coefficientOf, type LoopVar, type RuntimeIndex, type Term } from '../../kernels/affine.ts';
import type { Buffer, Expr, LoopStep, Target } from '../../kernels/kernel-ir.ts';
import type { Pieces } from '../parallel.ts';
import { convertScalar } from './element-functions.ts';
import { literalValue, type Place, scalarApply, scalarLoad, scalarStore } from './emit-expr.ts';
import { type Callee, FunctionBuilder, get, i32, type Local, op, tableIndex, type Value } from './function-builder.ts';
import type { WasmLibrary } from './library.ts';
import { CONTEXT, parallel } from './parallel.ts';

/*
 * What a kernel's open loops hold: loop variables, addresses and values, each computed as far out as its loops allow, once.
 */

/** Lanes of a vector. */
export const LANES = 4;

/** The function under construction and its open loops. */
export class LoopScope {
  protected readonly step: LoopStep;
  protected readonly rootOf: (b: Buffer) => Buffer;
  protected readonly lib: WasmLibrary;
  protected readonly pieces: Pieces | undefined;
  protected readonly f: FunctionBuilder;
  protected readonly pointers: Buffer[] = [];
  protected readonly symbols: RuntimeIndex[] = [];
  protected readonly locals = new Map<Buffer, number>();
  protected localBytes = 0;
  protected readonly pointerValues = new Map<Buffer, Value>();
  protected readonly terms = new Map<Term, Value>();
  /** Loops a term needs around it: 1 for the outermost. */
  protected readonly levels = new Map<Term, number>();
  /** Addresses and offsets computed so far, by the loop they stand before. */
  protected readonly known: Map<string, Value>[] = [];
  protected open: LoopVar[] = [];

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
  protected collect(): void {
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

  /** The function that hands ranges of the dealt-out points to the device's threads. */
  protected dealOut(piece: Callee, { vars, grain }: Pieces): Callee {
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
  protected outer(vars: readonly LoopVar[], body: () => void): void {
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

  protected loops(vars: readonly LoopVar[], body: () => void): void {
    const [first, ...rest] = vars;
    if (!first) body();
    else this.loop(first, () => this.loops(rest, body));
  }
  protected loop(v: LoopVar, body: () => void, count = v.extent, step = 1): void {
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
  protected counted(v: LoopVar, i: Local, end: Value, step: number, body: () => void): void {
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
  protected onlyIf(condition: Value, body: () => void): void {
    const before = this.known.map((m) => m && new Map(m));
    this.f.if(condition, body);
    this.known.splice(0, this.known.length, ...before);
  }
  /** Drops what was computed inside the loop that was just closed. */
  protected forget(): void {
    this.known.length = Math.min(this.known.length, this.f.depth + 1);
  }
  /** A fixed value for a loop variable, known inside `level` loops. */
  protected fix(v: LoopVar, at: Value, level = 0): void {
    this.terms.set(v, at);
    this.levels.set(v, level);
    for (const map of this.known) for (const key of map?.keys() ?? []) if (key.includes(`v${v.id};`)) map.delete(key);
  }

  // ---- indices ----

  /** Computes a value as far out as its loops allow, once. */
  protected hoisted(key: string, level: number, make: () => Value): Value {
    this.known[level] ??= new Map();
    let v = this.known[level].get(key);
    if (!v) {
      v = this.f.keepBefore(level, make());
      this.known[level].set(key, v);
    }
    return v;
  }

  /** base + index · bytes, loop by loop from the outside. */
  protected indexed(key: string, base: Value, a: Affine, bytes: number): Value {
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
  protected indexValue(a: Affine): Value {
    return this.indexed('index', i32(0), a, 1);
  }
  protected place(buffer: Buffer, d: DType, index: Affine, lane?: LoopVar, lanesOn = 0): Place {
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
  protected storeTarget(t: Target, v: Value): void {
    scalarStore(this.lib, this.f, t.dtype, this.place(t.buffer, t.dtype, t.index), v);
  }

  // ---- scalars ----

  /** Number of open loops a value needs around it: 0 if it is the same everywhere. */
  protected level(e: Expr, loops: readonly LoopVar[]): number {
    let level = 0;
    const terms = termsOf(e);
    loops.forEach((v, i) => {
      if (terms.has(v)) level = i + 1;
    });
    return level;
  }

  protected scalars(nodes: readonly Expr[], values: Map<Expr, Value>): void {
    for (const e of nodes) {
      if (values.has(e)) continue;
      if (e.kind === 'literal') values.set(e, literalValue(e.dtype, e.value));
      else values.set(e, this.f.keep(this.scalar(e, values)));
    }
  }
  protected scalar(e: Expr, values: ReadonlyMap<Expr, Value>): Value {
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
  protected uniform(e: Expr, values: Map<Expr, Value>): Value {
    this.scalars(nodesOf([e]), values);
    return values.get(e)!;
  }
  protected allOpen(e: Expr): boolean {
    for (const t of termsOf(e)) if (t.kind === 'loop' && !this.open.includes(t)) return false;
    return true;
  }
}
