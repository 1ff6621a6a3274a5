import { type Access, accessesOfStage, ExprRewriter } from '../../kernels/accesses.ts';
import {
  type Affine,
  addScaled,
  type LoopVar,
  loopVar,
  type RuntimeIndex,
  shifted,
  substitute,
  type Term,
  termIndex,
} from '../../kernels/affine.ts';
import { align } from '../../kernels/align.ts';
import type { Buffer, GemmStep, LoopStep, MatrixView, Nest, Stage } from '../../kernels/kernel-ir.ts';
import { readsNibbles } from '../../kernels/sub-byte.ts';

/* One step cut to a single point and round of a tile (form-tiles.ts). */

/** What a tile runs over. */
export interface TileIndices {
  /** Matrices of the batch, dealt out to threads. */
  readonly points: readonly RuntimeIndex[];
  /** Blocks of rows, one after the other on one thread; undefined when a whole matrix is one block. */
  readonly round: RuntimeIndex | undefined;
  /** Rows of a block. */
  readonly block: number;
}

/** A step whose indices mention points and round as symbols, and whose loops cover one block only. */
export type Member = LoopStep | GemmStep;

/** Every access of a member; those of products as if they were loops. */
export function accessesOfMember(m: Member): Access[] {
  if (m.kind === 'loops') return m.stages.flatMap(accessesOfStage);
  const { a, b, c } = loopsOfProduct(m);
  return [a, b, c];
}

/** A product as loops over `around` (its outer extents and its batch) and its sizes. */
export interface ProductLoops {
  readonly around: readonly LoopVar[];
  readonly axes: { readonly m: LoopVar; readonly n: LoopVar; readonly k: LoopVar };
  readonly a: Access;
  readonly b: Access;
  readonly c: Access;
}
export function loopsOfProduct(m: GemmStep): ProductLoops {
  const vars = [...m.outer, m.batch].map((extent) => loopVar(extent));
  const [i, j, p] = [m.m, m.n, m.k].map((extent) => loopVar(extent));
  const view = (v: MatrixView, row: LoopVar, column: LoopVar, kind: Access['kind']): Access => {
    let index: Affine = shifted(v.offset, v.storage.offset);
    [...v.outer, v.batch].forEach((stride, d) => {
      index = addScaled(index, termIndex(vars[d]), stride);
    });
    index = addScaled(addScaled(index, termIndex(row), v.row), termIndex(column), v.column);
    return { buffer: v.storage.buffer, index, kind };
  };
  const [a, b, c] = [view(m.a, i, p, 'read'), view(m.b, p, j, 'read'), view(m.c, i, j, 'store')];
  return { around: vars, axes: { m: i, n: j, k: p }, a, b, c };
}

/** A kernel whose outermost loops are the tile's. */
export function projectLoops(step: LoopStep, r: TileIndices): LoopStep | undefined {
  const wanted = [...r.points, ...(r.round ? [r.round] : [])];
  const want = wanted.map((t) => loopVar(t.max + 1));
  const [first] = step.stages;
  const flat = step.outer.length === 0;
  if (flat && (step.stages.length !== 1 || first.kind !== 'nest' || first.folds.length > 0)) return undefined;
  const own = flat ? first.vars : step.outer;
  if (own.some((v) => v.extent === 0)) return undefined;
  const aligned = align(want, own, true);
  if (!aligned) return undefined;
  const symbols = new Map<Term, Affine>();
  for (const [d, v] of want.entries()) {
    const parts = [...(aligned.left.get(v)?.terms.keys() ?? [])] as LoopVar[];
    if (parts.filter((p) => p.extent > 1).length !== 1) return undefined;
    for (const p of parts) symbols.set(p, p.extent > 1 ? termIndex(wanted[d]) : { constant: 0, terms: new Map() });
  }
  const by = new Map<Term, Affine>([...aligned.right].map(([v, a]) => [v, substitute(a, symbols)]));
  const rewriter = new ExprRewriter({
    index: (i) => {
      for (const t of i.terms.keys()) if (by.has(t)) return substitute(i, by);
      return i;
    },
  });
  const stages = step.stages.map((s): Stage => ({ ...rewriter.stage(s), vars: s.vars }));
  if (flat) return { ...step, stages: [{ ...(stages[0] as Nest), vars: aligned.rest }] };
  return { ...step, outer: aligned.rest, stages };
}

/** The axes of a product. */
type Axis = { readonly extent: number; readonly strides: readonly [a: number, b: number, c: number] } & (
  | { readonly kind: 'outer'; readonly position: number }
  | { readonly kind: 'batch' | 'm' | 'n' | 'k' }
);

/** A product whose batch is the tile's points, and one of whose axes is cut into the tile's rounds. */
export function projectGemm(
  g: GemmStep,
  r: TileIndices,
  known: ReadonlyMap<Buffer, ReadonlyMap<Term, number>>,
): GemmStep | undefined {
  if (g.accumulate || g.counts || g.aScale || g.bScale || readsNibbles(g)) return undefined;
  const views = [g.a, g.b, g.c] as const;
  const around: Axis[] = g.outer.slice(0, g.outer.length - g.summed).map((extent, position) => ({
    kind: 'outer',
    position,
    extent,
    strides: [g.a.outer[position], g.b.outer[position], g.c.outer[position]],
  }));
  around.push({ kind: 'batch', extent: g.batch, strides: [g.a.batch, g.b.batch, g.c.batch] });
  const inner: Axis[] = [
    { kind: 'm', extent: g.m, strides: [g.a.row, 0, g.c.row] },
    { kind: 'n', extent: g.n, strides: [0, g.b.column, g.c.column] },
    { kind: 'k', extent: g.k, strides: [g.a.column, g.b.row, 0] },
  ];
  const axisOf = new Map<Term, Axis>();
  for (const [which, v] of views.entries()) {
    const coefficients = known.get(v.storage.buffer);
    if (!coefficients) continue;
    for (const t of r.points)
      if (!axisOf.has(t)) {
        const axis = around.find((x) => x.extent === t.max + 1 && x.strides[which] === coefficients.get(t));
        if (axis && ![...axisOf.values()].includes(axis)) axisOf.set(t, axis);
      }
    if (r.round && !axisOf.has(r.round)) {
      const step = coefficients.get(r.round) ?? 0;
      const rows = (r.round.max + 1) * r.block;
      const axis = inner.find((x) => step !== 0 && x.extent === rows && x.strides[which] * r.block === step);
      if (axis) axisOf.set(r.round, axis);
    }
  }
  const wanted = [...r.points, ...(r.round ? [r.round] : [])];
  if (!wanted.every((t) => axisOf.has(t))) return undefined;
  const taken = (kind: Axis['kind'], position?: number): boolean =>
    [...axisOf.values()].some((x) => x.kind === kind && (x.kind !== 'outer' || x.position === position));
  const kept = g.outer.map((_, i) => i).filter((i) => !taken('outer', i));
  const cut = r.round && axisOf.get(r.round)!.kind;
  const size = (kind: 'm' | 'n' | 'k'): number => (cut === kind ? r.block : g[kind]);
  const view = (v: MatrixView, which: 0 | 1 | 2): MatrixView => {
    let offset = v.offset;
    for (const [t, axis] of axisOf)
      offset = addScaled(offset, termIndex(t), axis.strides[which] * (t === r.round ? r.block : 1));
    return { ...v, offset, outer: kept.map((i) => v.outer[i]), batch: taken('batch') ? 0 : v.batch };
  };
  return {
    ...g,
    outer: kept.map((i) => g.outer[i]),
    batch: taken('batch') ? 1 : g.batch,
    m: size('m'),
    n: size('n'),
    k: size('k'),
    a: view(g.a, 0),
    b: view(g.b, 1),
    c: view(g.c, 2),
    ...(cut === 'k' && r.round ? { accumulate: r.round } : {}),
  };
}
