import { type Access, accessesOfStage, ExprRewriter } from '../../kernels/accesses.ts';
import {
  type Affine,
  addScaled,
  affineEquals,
  COUNT_UNIT,
  coefficientOf,
  constantIndex,
  type LoopVar,
  loopVar,
  substitute,
  symbol,
  type Term,
  termIndex,
} from '../../kernels/affine.ts';
import type { Buffer, GemmStep, LoopStep, MatrixView, Nest, Span, Stage, Store } from '../../kernels/kernel-ir.ts';
import { shareOf } from '../../kernels/spans.ts';
import { literal } from '../../lower/constants.ts';
import { identityValue } from './hidden-rules.ts';
import { type HiddenValues, type HiddenZone, multiIndex } from './hidden-values.ts';
import { cleared } from './partial-sums.ts';
import { loopsOfProduct, type Member, type TileIndices } from './tile-members.ts';

/*
 * Lets each round of a tile look at those columns only that a mask leaves visible to its rows: the block skipping of
 * FlashAttention (Dao et al. 2022, §3.1), proved from facts about values (hidden-values.ts). A loop or a product may leave out
 * the hidden columns where what it adds up there changes nothing and what it stores there nobody looks at; where somebody
 * does, the constant that is there is stored without computing it.
 * Precondition: members of one tile that is cut into rounds. Postcondition: the same results, but for NaN and ∞ that only
 * hidden elements would have brought in (see hidden-rules.ts). Every row has a visible column, so that what is visible brings
 * them in still.
 * Example: with 4 rounds of 64 rows, `s = q·kᵀ; p = softmax(s where column <= row)` compute 64, 128, 192 and 256 columns.
 */

export interface Skipping {
  readonly members: readonly Member[];
  readonly start: readonly LoopStep[];
  readonly span: Span;
}

/** Not worth it where rounds see more than this part of all columns. */
const largestShare = 0.9;

/** Row r sees columns `r + below … r + above` of `size`. */
interface Band {
  readonly size: number;
  readonly below?: number;
  readonly above?: number;
}
type Side = 'below' | 'above';

/** Loops or a product, and what they do to the elements at their variables. */
interface Sweep {
  readonly vars: readonly LoopVar[];
  readonly reads: readonly Access[];
  readonly writes: readonly Write[];
  /** What is folded over `over`, and the value that changes nothing. */
  readonly folds: readonly {
    readonly zones: readonly HiddenZone[];
    readonly identity: number | undefined;
    readonly over: readonly LoopVar[];
  }[];
}
interface Write {
  readonly buffer: Buffer;
  readonly index: Affine;
  readonly zones: readonly HiddenZone[];
  readonly how: 'store' | 'product' | 'sum over rounds';
}

/**
 * The members with hidden columns left out, or undefined when nothing is known to be hidden. `isPrivate`: only members touch the
 * buffer.
 */
export function skipHidden(
  members: readonly Member[],
  r: TileIndices,
  hidden: HiddenValues,
  isPrivate: (b: Buffer) => boolean,
): Skipping | undefined {
  if (!r.round) return undefined;
  const scopes = new Map<Stage | GemmStep, Sweep>();
  for (const m of members)
    if (m.kind === 'gemm') scopes.set(m, scopeOfProduct(m, hidden));
    else for (const s of m.stages) scopes.set(s, scopeOfStage(s, m, hidden));
  const band = bandOf([...scopes.values()], r);
  if (!band) return undefined;
  const span = spanOf(band, r);
  if (shareOf(span, r.round.max) > largestShare) return undefined;
  const limits = new Limits([...scopes.values()], band, r, isPrivate);
  const products = members.filter((m): m is GemmStep => m.kind === 'gemm');
  if (!products.some((g) => scopes.get(g)!.vars.some((v) => limits.has(v)))) return undefined;
  const rewriting = new Rewriting(span, band.below !== undefined, limits);
  return {
    members: members.map((m) =>
      m.kind === 'gemm'
        ? rewriting.product(m, scopes.get(m)!.vars)
        : { ...m, stages: m.stages.flatMap((s) => rewriting.stage(s, scopes.get(s)!)) },
    ),
    start: products.flatMap((g) => (rewriting.isPartialSum(g, scopes.get(g)!.vars) ? [cleared(g)] : [])),
    span,
  };
}

/** Whether a member folds something over what a mask may hide. */
export function hidesSome(m: Member, hidden: HiddenValues): boolean {
  const scopes = m.kind === 'gemm' ? [scopeOfProduct(m, hidden)] : m.stages.map((s) => scopeOfStage(s, m, hidden));
  return scopes.some((s) => s.folds.some((f) => f.zones.some((z) => z.beyond && z.value === f.identity)));
}

function scopeOfStage(stage: Stage, step: LoopStep, hidden: HiddenValues): Sweep {
  const reads = accessesOfStage(stage).filter((a) => a.kind === 'read');
  if (stage.kind !== 'nest') return { vars: [], reads, writes: [], folds: [] };
  return {
    vars: stage.vars,
    reads,
    writes: stage.stores.map((s) => ({ ...s, zones: hidden.zonesOf(s.value, step), how: 'store' })),
    folds: stage.folds.map((f) => ({
      zones: hidden.zonesOf(f.value, step),
      identity: identityValue(f.combiner),
      over: stage.vars,
    })),
  };
}

/** Variables: rows, columns and what is summed over. */
function scopeOfProduct(g: GemmStep, hidden: HiddenValues): Sweep {
  const { a, b, c, axes } = loopsOfProduct(g);
  const [ofA, ofB] = [a, b].map((x) => hidden.zonesAt(x.buffer, x.index));
  // Zero times what is hidden in the other operand may be NaN.
  const zeros = (own: readonly HiddenZone[], other: readonly HiddenZone[]): HiddenZone[] =>
    other.some((z) => Number.isNaN(z.value)) ? [] : own.filter((z) => z.value === 0);
  const zones = [...zeros(ofA, ofB), ...zeros(ofB, ofA)];
  return {
    vars: [axes.m, axes.n, axes.k],
    reads: [a, b],
    writes: [{ ...c, zones, how: g.accumulate ? 'sum over rounds' : 'product' }],
    folds: [{ zones, identity: 0, over: [axes.k] }],
  };
}

// ---- what is hidden ----

/** The variable of the columns that are hidden from the rows of a block, and the last column they see on that side. */
function sideOf(
  beyond: Affine | undefined,
  r: TileIndices,
): { column: LoopVar; side: Side; offset: number } | undefined {
  const step = beyond && coefficientOf(beyond, r.round!);
  if (!step || Math.abs(step) !== r.block || beyond.terms.size !== 3) return undefined;
  const loops = [...beyond.terms].filter(([t]) => t.kind === 'loop') as [LoopVar, number][];
  const row = loops.find(([t, c]) => c * r.block === step && t.extent === r.block);
  const column = loops.find((x) => x !== row);
  if (!row || !column || column[1] !== -row[1]) return undefined;
  return column[1] === 1
    ? { column: column[0], side: 'above', offset: -beyond.constant }
    : { column: column[0], side: 'below', offset: beyond.constant };
}

/** What at least is hidden wherever something is that folds could leave out. */
function bandOf(scopes: readonly Sweep[], r: TileIndices): Band | undefined {
  let band: Band | undefined;
  for (const s of scopes)
    for (const f of s.folds)
      for (const z of f.zones) {
        const found = z.value === f.identity ? sideOf(z.beyond, r) : undefined;
        if (!found || found.column.extent <= COUNT_UNIT) continue;
        const { side, offset } = found;
        band ??= { size: found.column.extent };
        if (band.size !== found.column.extent) continue;
        const known = band[side] ?? offset;
        band = { ...band, [side]: side === 'above' ? Math.max(known, offset) : Math.min(known, offset) };
      }
  if (!band) return undefined;
  const rows = (r.round!.max + 1) * r.block;
  const { above = Number.POSITIVE_INFINITY, below = Number.NEGATIVE_INFINITY, size } = band;
  return above >= 0 && rows - 1 + below <= size - 1 && below <= above ? band : undefined;
}

function spanOf(band: Band, r: TileIndices): Span {
  const at = (offset: number): Affine => addScaled(constantIndex(offset), termIndex(r.round!), r.block);
  const { size } = band;
  return {
    size,
    from: band.below === undefined ? constantIndex(0) : at(band.below),
    to: band.above === undefined ? constantIndex(size) : at(r.block + band.above),
    first: symbol('first', size),
    end: symbol('end', size),
    count: symbol('count', size),
    rest: symbol('rest', size),
  };
}

/** The largest set of loops that may all leave out the hidden columns. */
class Limits {
  private readonly limited = new Set<LoopVar>();
  private readonly scopes: readonly Sweep[];
  private readonly band: Band;
  private readonly r: TileIndices;
  private readonly isPrivate: (b: Buffer) => boolean;

  constructor(scopes: readonly Sweep[], band: Band, r: TileIndices, isPrivate: (b: Buffer) => boolean) {
    this.scopes = scopes;
    this.band = band;
    this.r = r;
    this.isPrivate = isPrivate;
    for (const s of scopes) for (const v of s.vars) if (v.extent === band.size) this.limited.add(v);
    this.settle();
    // Two dimensions of one nest: what is hidden would be no rectangle.
    for (const s of scopes)
      if (s.writes.every((w) => w.how === 'store'))
        for (const v of s.vars.filter((x) => this.has(x)).slice(1)) this.limited.delete(v);
    this.settle();
  }

  /** Drops loops until those that are left may all be limited. */
  private settle(): void {
    for (let stable = false; !stable; ) {
      stable = true;
      for (const s of this.scopes)
        for (const v of s.vars)
          if (this.has(v) && !this.mayLimit(s, v)) {
            this.limited.delete(v);
            stable = false;
          }
    }
  }

  has(v: LoopVar): boolean {
    return this.limited.has(v);
  }

  /** What must be stored in the hidden columns of a store over `v`; undefined where nothing must. */
  filling(w: Write, v: LoopVar): number | undefined {
    return this.isWhole(w.buffer, coefficientOf(w.index, v)) ? this.constantOf(w.zones, v) : undefined;
  }

  private mayLimit(s: Sweep, v: LoopVar): boolean {
    const folds = s.folds.filter((f) => f.over.includes(v));
    if (!folds.every((f) => f.identity !== undefined && this.isHidden(f.zones, v, f.identity))) return false;
    return s.writes.every((w) => {
      if (coefficientOf(w.index, v) === 0) return w.how !== 'store';
      if (w.how === 'sum over rounds') return this.isHidden(w.zones, v, 0);
      const stride = coefficientOf(w.index, v);
      if (this.columnOf(w.buffer, w.index, stride) !== v) return false;
      if (!this.isWhole(w.buffer, stride)) return true;
      return w.how === 'store' && this.constantOf(w.zones, v) !== undefined;
    });
  }

  private isHidden(zones: readonly HiddenZone[], v: LoopVar, value: number): boolean {
    return (['below', 'above'] as const).every((side) => {
      const offset = this.band[side];
      if (offset === undefined) return true;
      return zones.some((z) => {
        if (z.value !== value) return false;
        if (!z.beyond) return true;
        const known = sideOf(z.beyond, this.r);
        if (known?.column !== v || known.side !== side) return false;
        return side === 'above' ? known.offset <= offset : known.offset >= offset;
      });
    });
  }
  private constantOf(zones: readonly HiddenZone[], v: LoopVar): number | undefined {
    return zones.find((z) => this.isHidden(zones, v, z.value))?.value;
  }

  /** Whether somebody looks at columns of the buffer that lie `stride` apart without leaving out the hidden ones. */
  private isWhole(b: Buffer, stride: number): boolean {
    if (b.place.kind !== 'local' && !this.isPrivate(b)) return true;
    return this.scopes.some((s) =>
      s.reads.some((a) => {
        if (a.buffer !== b) return false;
        const v = this.columnOf(b, a.index, stride);
        return !v || !s.vars.includes(v) || !this.limited.has(v);
      }),
    );
  }

  /** The variable that alone is the column at an index. */
  private columnOf(b: Buffer, index: Affine, stride: number): LoopVar | undefined {
    const { size } = this.band;
    if (stride <= 0 || b.elements % (stride * size) !== 0) return undefined;
    const at = multiIndex(index, [b.elements / (stride * size), size, stride])?.[1];
    const [term] = at?.terms.keys() ?? [];
    return at && term?.kind === 'loop' && affineEquals(at, termIndex(term)) ? term : undefined;
  }
}

// ---- leaving it out ----

class Rewriting {
  private readonly span: Span;
  /** Whether columns in front are hidden. */
  private readonly moves: boolean;
  private readonly limits: Limits;

  constructor(span: Span, moves: boolean, limits: Limits) {
    this.span = span;
    this.moves = moves;
    this.limits = limits;
  }

  stage(stage: Stage, scope: Sweep): Stage[] {
    const v = scope.vars.find((x) => this.limits.has(x));
    if (stage.kind !== 'nest' || !v) return [stage];
    const { count, rest, first, end, size } = this.span;
    const out = [withColumn(stage, v, loopVar(size, count), this.moves ? termIndex(first) : undefined)];
    const fills = stage.stores.flatMap((s, i): Store[] => {
      const value = this.limits.filling(scope.writes[i], v);
      return value === undefined ? [] : [{ ...s, value: literal(s.dtype, value) }];
    });
    if (fills.length === 0) return out;
    const fill: Nest = { ...stage, stores: fills, folds: [] };
    out.push(withColumn(fill, v, loopVar(size, rest), termIndex(end)));
    if (this.moves) out.push(withColumn(fill, v, loopVar(size, first), undefined));
    return out;
  }

  isPartialSum(g: GemmStep, [m, n]: readonly LoopVar[]): boolean {
    return g.accumulate !== undefined && (this.limits.has(m) || this.limits.has(n));
  }

  product(g: GemmStep, vars: readonly LoopVar[]): GemmStep {
    const [m, n, k] = vars.map((v) => this.limits.has(v));
    const { count, first } = this.span;
    const view = (v: MatrixView, row: boolean, column: boolean): MatrixView => {
      const stride = (row ? v.row : 0) + (column ? v.column : 0);
      return this.moves ? { ...v, offset: addScaled(v.offset, termIndex(first), stride) } : v;
    };
    if (!m && !n && !k) return g;
    return {
      ...g,
      a: view(g.a, m, k),
      b: view(g.b, k, n),
      c: view(g.c, m, n),
      counts: { ...(m ? { m: count } : {}), ...(n ? { n: count } : {}), ...(k ? { k: count } : {}) },
      ...(this.isPartialSum(g, vars) ? { accumulate: true } : {}),
    };
  }
}

/** A nest over `to` in place of `from`, `ahead` columns further on. */
function withColumn(nest: Nest, from: LoopVar, to: LoopVar, ahead: Affine | undefined): Nest {
  const by = new Map<Term, Affine>([[from, ahead ? addScaled(termIndex(to), ahead) : termIndex(to)]]);
  const rewriter = new ExprRewriter({ index: (i) => (i.terms.has(from) ? substitute(i, by) : i) });
  return { ...(rewriter.stage(nest) as Nest), vars: nest.vars.map((v) => (v === from ? to : v)) };
}
