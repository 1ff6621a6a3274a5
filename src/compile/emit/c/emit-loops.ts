import { dtypeInfo, InternalError } from '../../../base/index.ts';
import { dependsOn, nodesOf, rootsOf } from '../../kernels/accesses.ts';
import { type Affine, coefficientOf, type LoopVar, type RuntimeIndex } from '../../kernels/affine.ts';
import { isSum, type Joins, joinsOf } from '../../kernels/blocked-sums.ts';
import { neutralElement } from '../../kernels/combiners.ts';
import type { Buffer, Expr, Fold, GeneralFold, LoopStep, Nest } from '../../kernels/kernel-ir.ts';
import { laneStores } from '../lane-stores.ts';
import { columnLane } from '../parallel.ts';
import { memoryType, scalarType, vectorType } from './element-functions.ts';
import {
  canCombine,
  combine,
  elementPointer,
  indexText,
  isVectorisable,
  literalText,
  type Names,
  pairStore,
  scalarStored,
  splat,
  vectorApply,
  vectorIndex,
  vectorLoad,
  vectorStore,
} from './emit-expr.ts';
import { LoopScope } from './loop-scope.ts';

/*
 * A loop step as one C function. Values that do not depend on the innermost loops are computed before them; the innermost
 * loop is vectorised where types allow, with a masked tail.
 */

export interface LoopFunction {
  /** Function text with `$` for its name. */
  readonly text: string;
  /** Arguments in order: memory and run-time indices. */
  readonly pointers: readonly Buffer[];
  readonly symbols: readonly RuntimeIndex[];
}

/** Vectors worked on per turn of a fold, so that additions do not wait for one another. */
const foldUnroll = 4;

/** With `serial`, on the calling thread only. */
export function emitLoops(step: LoopStep, rootOf: (b: Buffer) => Buffer, lanes: number, serial: boolean): LoopFunction {
  return new LoopEmitter(step, rootOf, lanes, serial).run();
}

class LoopEmitter extends LoopScope {
  run(): LoopFunction {
    const column = this.columnLane();
    if (column) this.columnFolds(column);
    else {
      this.openOuter(this.step.outer);
      for (const stage of this.step.stages) {
        this.lines.push('{');
        if (stage.kind === 'nest') this.nest(stage);
        else this.generalFold(stage);
        this.lines.push('}');
      }
      this.closeOuter(this.step.outer);
    }
    const parameters = [
      ...this.pointers.map((_, i) => `char *restrict p${i}`),
      ...this.symbols.map((_, i) => `const esp_i s${i}`),
    ];
    const locals = [...this.locals].map(
      ([b, name]) =>
        `_Alignas(64) ${memoryType(b.dtype)} ${name}_[${Math.max(1, b.elements)}]; char *const ${name} = (char *)${name}_;`,
    );
    const body = [...locals, ...this.lines, '}'];
    const text = this.pieces ? this.parallelText(parameters, body) : this.serialText(parameters, body);
    return { text: [`/* ${this.step.note} */`, ...text].join('\n'), pointers: this.pointers, symbols: this.symbols };
  }

  private serialText(parameters: readonly string[], body: readonly string[]): string[] {
    return [`ESP_KERNEL void $(${['struct esp_device *dev', ...parameters].join(', ')}) {`, ...body];
  }

  /** The kernel on a range of its dealt-out points, and what hands the ranges to the device's threads. */
  private parallelText(parameters: readonly string[], body: readonly string[]): string[] {
    const { vars, grain } = this.pieces!;
    const [p, s] = [this.pointers.length, this.symbols.length];
    const list = (n: number, text: (i: number) => string): string[] => Array.from({ length: n }, (_, i) => text(i));
    const fields = [...list(p, (i) => `c->p[${i}]`), ...list(s, (i) => `c->s[${i}]`)];
    return [
      `struct $_c { char *p[${Math.max(1, p)}]; esp_i s[${Math.max(1, s)}]; };`,
      `static __attribute__((noinline)) void $_k(${[...parameters, 'const esp_i begin', 'const esp_i end'].join(', ')}) {`,
      ...body,
      `static void $_r(const void *ctx, esp_i begin, esp_i end) { const struct $_c *c = ctx; $_k(${[...fields, 'begin', 'end'].join(', ')}); }`,
      `ESP_KERNEL void $(${['struct esp_device *dev', ...parameters].join(', ')}) {`,
      `const struct $_c c = {{${list(p, (i) => `p${i}`).join(', ') || '0'}}, {${list(s, (i) => `s${i}`).join(', ') || '0'}}};`,
      `dev->lib->parallel(dev, $_r, &c, ${vars.reduce((n, v) => n * v.extent, 1)}, ${grain});`,
      '}',
    ];
  }

  // ---- nests ----

  private nest(nest: Nest): void {
    const vars = [...nest.vars];
    const folds = nest.folds.length > 0;
    if (!folds && this.isCopy(nest, vars)) return;
    const loops = [...this.open, ...vars];
    const roots = rootsOf(nest);
    const nodes = nodesOf(roots);
    const names = new Map<Expr, string>();
    const lane = this.laneOf(nest, vars, nodes);
    // What does not change inside: computed here (inside the outer loops, after earlier stages).
    const outside = this.open.length;
    this.scalars(
      nodes.filter((e) => this.level(e, loops) <= outside),
      names,
    );
    const accumulators = nest.folds.map((f) => {
      const name = this.fresh('acc');
      this.lines.push(`${scalarType(f.target.dtype)} ${name} = ${names.get(f.init) ?? this.uniform(f.init, names)};`);
      return name;
    });
    const rest = lane ? vars.filter((v) => v !== lane) : vars;
    const vectors = lane && folds ? this.vectorAccumulators(nest.folds, lane, nodes) : [];
    const step = lane ? this.lanes * (vectors[0]?.length ?? 1) : 1;
    const joins = joinsOf([...rest.map((loop) => ({ loop, step: 1 })), ...(lane ? [{ loop: lane, step }] : [])]);
    // Blocks are summed in scalars of their own where there are no lanes.
    const blocks = nest.folds.map((f, i): string[] => {
      if (vectors.length > 0 || !joins || !isSum(f)) return vectors[i] ?? [];
      const name = this.fresh('b');
      this.lines.push(`${scalarType(f.target.dtype)} ${name} = -0.0f;`);
      return [name];
    });
    const sums = this.blockedSums(nest.folds, blocks, joins, lane !== undefined);
    for (const v of rest) {
      this.openLoop(v);
      if (v === joins?.loop) sums?.join(this.names.term(v));
      const depth = this.open.length;
      const order = [...this.open];
      this.scalars(
        nodes.filter((e) => !(lane && dependsOn(e, lane)) && this.level(e, order) === depth && this.allOpen(e)),
        names,
      );
    }
    if (lane) this.vectorLoop(nest, lane, nodes, names, vectors, lane === joins?.loop ? sums?.join : undefined);
    else {
      this.scalars(nodes, names);
      for (const s of nest.stores)
        this.lines.push(
          `*${elementPointer(s.buffer, s.dtype, s.index, this.names)} = ${scalarStored(s.dtype, names.get(s.value)!)};`,
        );
      nest.folds.forEach((f, i) => {
        const a = blocks[i][0] ?? accumulators[i];
        this.lines.push(`${a} = ${combine(f.combiner, f.target.dtype, a, names.get(f.value)!, false)};`);
      });
    }
    for (const _ of rest) this.closeLoop();
    nest.folds.forEach((f, i) => {
      const a = accumulators[i];
      const sum = sums?.total(i);
      if (vectors.length > 0) this.foldLanes(f, sum ? [sum] : vectors[i], a);
      else if (sum) this.lines.push(`${a} = ${combine(f.combiner, f.target.dtype, a, sum, false)};`);
      this.lines.push(
        `*${elementPointer(f.target.buffer, f.target.dtype, f.target.index, this.names)} = ${scalarStored(f.target.dtype, a)};`,
      );
    });
  }

  /** Compensated sums of the blocks that accumulators add up, for the folds that have them: see `blocked-sums.ts`. */
  private blockedSums(
    folds: readonly Fold[],
    blocks: readonly (readonly string[])[],
    joins: Joins | undefined,
    inLanes: boolean,
  ): { join: (index: string) => void; total: (fold: number) => string | undefined } | undefined {
    if (!joins || !folds.some(isSum)) return undefined;
    const sums = folds.map((f) => {
      if (!isSum(f)) return undefined;
      const type = inLanes ? vectorType(f.target.dtype)! : scalarType(f.target.dtype);
      const call = inLanes ? 'esp_join' : f.target.dtype === 'f64' ? 'esp_join_f64' : 'esp_join1';
      const [sum, error] = [this.fresh('s'), this.fresh('e')];
      const zero = inLanes ? splat(f.target.dtype, '-0.0f') : '-0.0f';
      this.lines.push(`${type} ${sum} = ${zero}, ${error} = ${zero};`);
      return { sum, error, zero, call };
    });
    const joined = (k: number): string => {
      const all = [...blocks[k]];
      while (all.length > 1) {
        const half = all.length / 2;
        for (let i = 0; i < half; i++) all[i] = `(${all[i]} + ${all[i + half]})`;
        all.length = half;
      }
      return `${sums[k]!.call}(&${sums[k]!.sum}, &${sums[k]!.error}, ${all[0]});`;
    };
    return {
      join: (index) => {
        this.lines.push(`if (!(${index} & ${joins.mask})) {`);
        sums.forEach((s, k) => {
          if (s) this.lines.push(joined(k), `${blocks[k].join(' = ')} = ${s.zero};`);
        });
        this.lines.push('}');
      },
      total: (k) => {
        const s = sums[k];
        if (s) this.lines.push(joined(k));
        return s?.sum;
      },
    };
  }

  /** The variable to vectorise: the innermost, if everything it touches can be. */
  private laneOf(nest: Nest, vars: readonly LoopVar[], nodes: readonly Expr[]): LoopVar | undefined {
    const lane = vars[vars.length - 1];
    if (!lane || lane.extent < this.lanes / 2) return undefined;
    if (!laneStores(nest.stores, lane) || nest.stores.some((s) => !vectorType(s.dtype))) return undefined;
    if (!nest.folds.every(foldable)) return undefined;
    return isVectorisable(nodes, lane) ? lane : undefined;
  }

  private vectorAccumulators(folds: readonly Fold[], lane: LoopVar, nodes: readonly Expr[]): string[][] {
    const count = lane.extent >= foldUnroll * this.lanes && nodes.length <= 16 ? foldUnroll : 1;
    return folds.map((f) =>
      Array.from({ length: count }, () => {
        const name = this.fresh('v');
        const identity = literalText(f.target.dtype, neutralElement(f.combiner, f.target.dtype));
        this.lines.push(`${vectorType(f.target.dtype)} ${name} = ${splat(f.target.dtype, identity)};`);
        return name;
      }),
    );
  }

  /** Folds the lanes of all accumulators into the scalar one, in a fixed order. */
  private foldLanes(f: Fold, vectors: readonly string[], accumulator: string): void {
    const d = f.target.dtype;
    const all = [...vectors];
    while (all.length > 1) {
      const half = all.length / 2;
      for (let i = 0; i < half; i++)
        this.lines.push(`${all[i]} = ${combine(f.combiner, d, all[i], all[i + half], true)};`);
      all.length = half;
    }
    // Halves onto halves in registers: through memory, a maximum would be a branch for every lane.
    const x = all[0];
    const t = vectorType(d);
    for (let w = this.lanes >> 1; w > 0; w >>= 1) {
      const upper = t === 'esp_vf' ? `esp_upper(${x}, ${w})` : `((${t})esp_upper((esp_vf)${x}, ${w}))`;
      this.lines.push(`${x} = ${combine(f.combiner, d, x, upper, true)};`);
    }
    const first = d === 'bool' ? `(-${x}[0])` : `${x}[0]`;
    this.lines.push(`${accumulator} = ${combine(f.combiner, d, accumulator, first, false)};`);
  }

  private vectorLoop(
    nest: Nest,
    lane: LoopVar,
    nodes: readonly Expr[],
    scalars: ReadonlyMap<Expr, string>,
    vectors: readonly string[][],
    join: ((index: string) => void) | undefined,
  ): void {
    const i = this.names.term(lane);
    const spread = new Map<Expr, string>();
    const used = new Set<Expr>();
    for (const e of nodes) if (dependsOn(e, lane) && e.kind === 'apply') for (const a of e.args) used.add(a);
    for (const r of [...nest.stores.map((s) => s.value), ...nest.folds.map((f) => f.value)]) used.add(r);
    for (const e of used) {
      if (dependsOn(e, lane)) continue;
      const text = scalars.get(e) ?? literalText(e.dtype, (e as Expr & { kind: 'literal' }).value);
      if (e.kind === 'literal') spread.set(e, splat(e.dtype, text));
      else {
        const name = this.fresh('u');
        this.lines.push(`const ${vectorType(e.dtype)} ${name} = ${splat(e.dtype, text)};`);
        spread.set(e, name);
      }
    }
    const unroll = vectors[0]?.length ?? 1;
    const full = Math.floor(lane.extent / this.lanes);
    const tail = lane.extent % this.lanes;
    const turns = Math.floor(full / unroll);
    const block = unroll * this.lanes;
    const unrolled = (): void => {
      join?.(i);
      for (let u = 0; u < unroll; u++)
        this.vectorBody(
          nest,
          lane,
          nodes,
          spread,
          vectors.map((v) => v[u]),
          u * this.lanes,
          undefined,
        );
    };
    if (lane.count) {
      const end = this.names.term(lane.count);
      const single = (count: string | undefined): void => {
        const first = vectors.map((v) => v[0]);
        this.vectorBody(nest, lane, nodes, spread, first, 0, count);
      };
      this.lines.push(`{ esp_i ${i} = 0;`, `for (; ${i} + ${block} <= ${end}; ${i} += ${block}) {`);
      unrolled();
      if (unroll > 1) {
        this.lines.push('}', `for (; ${i} + ${this.lanes} <= ${end}; ${i} += ${this.lanes}) {`);
        single(undefined);
      }
      this.lines.push('}');
      // What is left over is as in a loop to the end: see `COUNT_UNIT`.
      if (tail > 0) {
        this.lines.push(`if (${i} < ${end}) {`);
        single(String(tail));
        this.lines.push('}');
      }
      this.lines.push('}');
      return;
    }
    if (turns > 0) {
      this.lines.push(`for (esp_i ${i} = 0; ${i} < ${turns * block}; ${i} += ${block}) {`);
      unrolled();
      this.lines.push('}');
    }
    for (let f = turns * unroll; f < full; f++)
      this.vectorBodyAt(nest, lane, nodes, spread, vectors, f * this.lanes, undefined);
    if (tail > 0) this.vectorBodyAt(nest, lane, nodes, spread, vectors, full * this.lanes, String(tail));
  }

  private vectorBodyAt(
    nest: Nest,
    lane: LoopVar,
    nodes: readonly Expr[],
    spread: ReadonlyMap<Expr, string>,
    vectors: readonly string[][],
    at: number,
    count: string | undefined,
  ): void {
    const i = this.names.term(lane);
    this.lines.push(`{ const esp_i ${i} = ${at};`);
    this.vectorBody(
      nest,
      lane,
      nodes,
      spread,
      vectors.map((v) => v[0]),
      0,
      count,
    );
    this.lines.push('}');
  }

  /** The body for lanes `i + offset …`. */
  private vectorBody(
    nest: Nest,
    lane: LoopVar,
    nodes: readonly Expr[],
    spread: ReadonlyMap<Expr, string>,
    vectors: readonly string[],
    offset: number,
    count: string | undefined,
  ): void {
    const names = new Map(spread);
    const at = (a: Affine): Affine => ({ ...a, constant: a.constant + offset * coefficientOf(a, lane) });
    this.lines.push('{');
    for (const e of nodes) {
      if (!dependsOn(e, lane)) continue;
      let text: string;
      if (e.kind === 'load') {
        const pointer = elementPointer(e.buffer, e.dtype, at(e.index), this.names);
        text = vectorLoad(e.dtype, pointer, coefficientOf(e.index, lane), count);
      } else if (e.kind === 'index')
        text = vectorIndex(e.dtype, indexText(at(e.index), this.names), coefficientOf(e.index, lane));
      else if (e.kind === 'apply')
        text = vectorApply(
          e,
          e.args.map((a) => names.get(a)!),
        );
      else throw new InternalError(`unexpected ${e.kind}`);
      const name = this.fresh('x');
      this.lines.push(`const ${vectorType(e.dtype)} ${name} = ${text};`);
      names.set(e, name);
    }
    for (const { store: s, next } of laneStores(nest.stores, lane)!) {
      const target = elementPointer(s.buffer, s.dtype, at(s.index), this.names);
      const value = names.get(s.value)!;
      this.lines.push(
        next ? pairStore(target, value, names.get(next.value)!, count) : vectorStore(s.dtype, target, value, count),
      );
    }
    nest.folds.forEach((f, k) => {
      const v = vectors[k];
      const d = f.target.dtype;
      let x = names.get(f.value)!;
      if (count) {
        const t = vectorType(d)!;
        const pick = t === 'esp_vf' ? 'esp_sel' : t === 'esp_vi' ? 'esp_sel_i' : 'esp_sel_u';
        const identity = splat(d, literalText(d, neutralElement(f.combiner, d)));
        x = `${pick}((esp_vi)(esp_lanes() < ${count}), ${x}, ${identity})`;
      }
      this.lines.push(`${v} = ${combine(f.combiner, d, v, x, true)};`);
    });
    this.lines.push('}');
  }

  /** A plain copy of contiguous memory becomes memcpy. */
  private isCopy(nest: Nest, vars: readonly LoopVar[]): boolean {
    if (nest.stores.length !== 1 || vars.length === 0 || vars.some((v) => v.count)) return false;
    const [s] = nest.stores;
    const e = s.value;
    if (e.kind !== 'load' || e.dtype !== s.dtype) return false;
    const lane = vars[vars.length - 1];
    if (coefficientOf(s.index, lane) !== 1 || coefficientOf(e.index, lane) !== 1) return false;
    if (this.rootOf(s.buffer) === this.rootOf(e.buffer)) return false;
    for (const v of vars.slice(0, -1)) this.openLoop(v);
    const names: Names = { ...this.names, term: (t) => (t === lane ? '0' : this.names.term(t)) };
    const bytes = lane.extent * dtypeInfo(s.dtype).bytes;
    this.lines.push(
      `memcpy(${elementPointer(s.buffer, s.dtype, s.index, names)}, ${elementPointer(e.buffer, e.dtype, e.index, names)}, ${bytes});`,
    );
    for (const _ of vars.slice(0, -1)) this.closeLoop();
    return true;
  }

  // ---- folds over outer dimensions ----

  /** The outer variable to vectorise in a kernel that is nothing but folds over other loops. */
  private columnLane(): LoopVar | undefined {
    const lane = columnLane(this.step, this.lanes);
    const [stage] = this.step.stages;
    if (!lane || stage.kind !== 'nest') return undefined;
    if (stage.folds.some((f) => !foldable(f) || coefficientOf(f.target.index, lane) !== 1)) return undefined;
    if (stage.folds.some((f) => nodesOf([f.init]).some((e) => dependsOn(e, lane)))) return undefined;
    return isVectorisable(nodesOf(rootsOf(stage)), lane) ? lane : undefined;
  }

  /** Several vectors of columns at once, each with its own accumulator, over all rows. */
  private columnFolds(lane: LoopVar): void {
    const stage = this.step.stages[0] as Nest;
    this.openOuter(this.step.outer.filter((v) => v !== lane));
    const i = this.names.term(lane);
    const width = 8;
    const full = Math.floor(lane.extent / this.lanes);
    const blocks = Math.floor(full / width);
    if (blocks > 0) {
      this.lines.push(`for (esp_i ${i} = 0; ${i} < ${blocks * width * this.lanes}; ${i} += ${width * this.lanes}) {`);
      this.columnBlock(stage, lane, width, undefined);
      this.lines.push('}');
    }
    const left = full - blocks * width;
    if (left > 0) {
      this.lines.push(`{ const esp_i ${i} = ${blocks * width * this.lanes};`);
      this.columnBlock(stage, lane, left, undefined);
      this.lines.push('}');
    }
    if (lane.extent % this.lanes > 0) {
      this.lines.push(`{ const esp_i ${i} = ${full * this.lanes};`);
      this.columnBlock(stage, lane, 1, String(lane.extent % this.lanes));
      this.lines.push('}');
    }
    this.closeOuter(this.step.outer.filter((v) => v !== lane));
  }

  private columnBlock(stage: Nest, lane: LoopVar, width: number, count: string | undefined): void {
    const names = new Map<Expr, string>();
    const inits = stage.folds.map((f) => this.uniform(f.init, names));
    const vectors = stage.folds.map((f, k) =>
      Array.from({ length: width }, () => {
        const name = this.fresh('v');
        this.lines.push(`${vectorType(f.target.dtype)} ${name} = ${splat(f.target.dtype, inits[k])};`);
        return name;
      }),
    );
    const roots = stage.folds.map((f) => f.value);
    const nodes = nodesOf(roots);
    const joins = joinsOf(stage.vars.map((loop) => ({ loop, step: 1 })));
    // One sum for each vector of columns.
    const sums = vectors.flatMap((own, k) =>
      own.map((v) => ({ fold: k, sum: this.blockedSums([stage.folds[k]], [[v]], joins, true) })),
    );
    for (const v of stage.vars) {
      this.openLoop(v);
      if (v === joins?.loop) for (const { sum } of sums) sum?.join(this.names.term(v));
    }
    this.scalars(
      nodes.filter((e) => !dependsOn(e, lane)),
      names,
    );
    const spread = new Map<Expr, string>();
    for (const e of nodes) {
      if (dependsOn(e, lane) || !vectorType(e.dtype)) continue;
      spread.set(e, splat(e.dtype, names.get(e)!));
    }
    for (let u = 0; u < width; u++) {
      const inner: Nest = { ...stage, stores: [], folds: stage.folds };
      this.vectorBody(
        inner,
        lane,
        nodes,
        spread,
        vectors.map((v) => v[u]),
        u * this.lanes,
        count,
      );
    }
    for (const _ of stage.vars) this.closeLoop();
    stage.folds.forEach((f, k) => {
      const own = sums.filter((s) => s.fold === k).map((s, u) => s.sum?.total(0) ?? vectors[k][u]);
      for (let u = 0; u < width; u++) {
        const at = { ...f.target.index, constant: f.target.index.constant + u * this.lanes };
        const pointer = elementPointer(f.target.buffer, f.target.dtype, at, this.names);
        this.lines.push(vectorStore(f.target.dtype, pointer, own[u], count));
      }
    });
  }

  // ---- general folds ----

  private generalFold(fold: GeneralFold): void {
    const names = new Map<Expr, string>();
    fold.inits.forEach((e, i) => {
      const text = this.uniform(e, names);
      this.lines.push(`${scalarType(e.dtype)} acc${i} = ${text};`);
    });
    for (const v of fold.vars) this.openLoop(v);
    const inner = new Map<Expr, string>();
    fold.values.forEach((e, i) => {
      this.lines.push(`const ${scalarType(e.dtype)} arg${i} = ${this.uniform(e, inner)};`);
    });
    const next = fold.body.map((e, i) => {
      const name = `next${i}`;
      this.lines.push(`const ${scalarType(e.dtype)} ${name} = ${this.uniform(e, inner)};`);
      return name;
    });
    next.forEach((n, i) => {
      this.lines.push(`acc${i} = ${n};`);
    });
    for (const _ of fold.vars) this.closeLoop();
    fold.targets.forEach((t, i) => {
      this.lines.push(
        `*${elementPointer(t.buffer, t.dtype, t.index, this.names)} = ${scalarStored(t.dtype, `acc${i}`)};`,
      );
    });
  }
}

/** Folds that lanes can take part in: their init joins at the end, so it must not be lost in the identity. */
const foldable = (f: Fold): boolean => f.value.dtype === f.target.dtype && canCombine(f.combiner, f.target.dtype);
