import { dtypeInfo, type Machine } from '../../base/index.ts';
import { conflict, type Effects, ExprRewriter, effectsOf } from '../kernels/accesses.ts';
import { type Affine, boundsOf, coefficientOf, type RuntimeIndex, symbol, type Term } from '../kernels/affine.ts';
import type { Buffer, GemmStep, LoopStep, MatrixView, Stage, Step, StepBlock, TileStep } from '../kernels/kernel-ir.ts';
import { mapBlocks } from '../kernels/walk.ts';
import type { KernelPass } from './kernel-pass.ts';
import { countUsers } from './shrink-buffers.ts';
import { HiddenValues } from './tiles/hidden-values.ts';
import { widenSums } from './tiles/partial-sums.ts';
import { hidesSome, skipHidden } from './tiles/skip-hidden.ts';
import { accessesOfMember, type Member, projectGemm, projectLoops, type TileIndices } from './tiles/tile-members.ts';

/*
 * Fuses chains of batched products and the loops between them: all steps run for one matrix of the batch, or for a block of
 * its rows, before the next begins, so that what passes between them stays in the cache and never becomes a whole tensor.
 * Attention is such a chain, forward (scores, softmax, product with the values) and backward: scores exist one block of rows
 * at a time. Nothing is recognised by name; steps join when what they share is cut alike.
 * Source: the tiling of Dao et al. 2022 (FlashAttention), with whole rows in place of its running maximum.
 * Precondition: as after `shrink-buffers`. Postcondition: same results, up to the order of sums over blocks of rows.
 * Example: `s = q·kᵀ; p = softmax(s); o = p·v` on [64, 256, 256] becomes `tile 64, 4 rounds { s; p; o }` with s, p: [64, 256].
 */
export const formTilesPass: KernelPass = {
  name: 'form-tiles',
  doc: 'Fuses chains of batched products and the loops between them, one matrix or block of its rows at a time.',
  parts: ['hidden-values', 'hidden-rules', 'skip-hidden', 'partial-sums'],
  run: (program, { machine }) => {
    const users = countUsers(program);
    let nextId = 1 + [...users.keys()].reduce((n, b) => Math.max(n, b.id), 0);
    const context = { users, hidden: new HiddenValues(program), newId: () => nextId++, scratch: scratchOf(machine) };
    return { ...program, body: tileBlock(program.body, context) };
  },
};

/** What is known of the whole program. */
interface Context {
  /** Steps that touch each buffer. */
  readonly users: ReadonlyMap<Buffer, number>;
  readonly hidden: HiddenValues;
  readonly newId: () => number;
  readonly scratch: ScratchBytes;
}

/** Sizes in bytes. */
interface ScratchBytes {
  /** What three blocks of rows fit into: a second-level cache. */
  readonly goal: number;
  /** Of one thread; beyond the cache the blocks of rows get too thin for fast products first. */
  readonly largest: number;
  /** Buffers that pass between the steps of an accepted tile hold at least this much. */
  readonly smallestSaving: number;
}
function scratchOf({ cacheBytes: [, second] }: Machine): ScratchBytes {
  return { goal: second, largest: 4 * second, smallestSaving: second / 4 };
}
/** Fewer matrices would leave threads idle. */
const fewestPoints = 4;
/** Rows of a block. */
const fewestRows = 16;
/** Rows of a block, at most, where a mask hides some columns from each block: fewer rows see less, more make faster products. */
const mostMaskedRows = 64;
/** How many steps away a partner is looked for. */
const reach = 48;

function tileBlock(block: StepBlock, context: Context): StepBlock {
  let steps: readonly Step[] = block.steps.map((s) => mapBlocks(s, (inner) => tileBlock(inner, context)));
  // Rows are cut to fit the widest result: it goes first.
  const seeds = steps.filter((s): s is GemmStep => s.kind === 'gemm').sort((x, y) => y.m * y.n - x.m * x.n);
  for (const seed of seeds) {
    const tiled = steps.includes(seed) && tileAround(steps, seed, context);
    if (tiled) steps = tiled;
  }
  return { steps };
}

/** The steps with a tile around the seed; undefined when there is none worth having. */
function tileAround(steps: readonly Step[], seed: GemmStep, context: Context): Step[] | undefined {
  const usual = new Growth(steps, seed, context);
  if (!usual.run()) return undefined;
  const masked = usual.mayHide() ? new Growth(steps, seed, context, mostMaskedRows) : undefined;
  // Thinner blocks are worth it only for what they leave out.
  return (masked?.run() && masked.size === usual.size && masked.build(true)) || usual.build(false);
}

/** One tile under construction. */
class Growth {
  private readonly steps: readonly Step[];
  private readonly effects: readonly Effects[];
  private readonly seed: GemmStep;
  private readonly context: Context;
  private readonly mostRows: number;
  private readonly members = new Map<number, Member>();
  private indices!: TileIndices;

  constructor(steps: readonly Step[], seed: GemmStep, context: Context, mostRows = Number.POSITIVE_INFINITY) {
    this.steps = steps;
    this.seed = seed;
    this.context = context;
    this.mostRows = mostRows;
    this.effects = steps.map(effectsOf);
  }

  /** Number of steps that take part. */
  get size(): number {
    return this.members.size;
  }

  /** Finds the members; false when the seed stays alone. */
  run(): boolean {
    const start = this.plant();
    if (!start) return false;
    const at = this.steps.indexOf(this.seed);
    this.members.set(at, start);
    for (let grown = true; grown; ) {
      grown = false;
      for (let i = Math.max(0, at - reach); i < Math.min(this.steps.length, at + reach); i++)
        if (!this.members.has(i) && this.tryAdd(i)) grown = true;
    }
    return this.members.size > 1;
  }

  /** Whether a mask may hide columns from some rows. */
  mayHide(): boolean {
    return [...this.members.values()].some((m) => hidesSome(m, this.context.hidden));
  }

  /** Chooses points and rounds from the seed's result, and cuts the seed. */
  private plant(): Member | undefined {
    const g = this.seed;
    const c = g.c;
    if (c.storage.buffer.place.kind !== 'temp' || c.storage.offset !== 0 || c.offset.terms.size > 0) return undefined;
    const around = g.outer.slice(0, g.outer.length - g.summed).map((extent, i) => ({ extent, stride: c.outer[i] }));
    const points = [...around, { extent: g.batch, stride: c.batch }]
      .filter((p) => p.extent > 1)
      .sort((x, y) => y.stride - x.stride);
    if (points.reduce((n, p) => n * p.extent, 1) < fewestPoints) return undefined;
    const [rows, stride] = c.row >= c.column ? [g.m, c.row] : [g.n, c.column];
    const rowBytes = ((g.m * g.n) / rows) * dtypeInfo(g.dtypes[2]).bytes;
    const block = rowsPerBlock(rows, rowBytes, this.mostRows, this.context.scratch.goal);
    this.indices = {
      points: points.map((p, i) => symbol(`point${i}`, p.extent - 1)),
      round: block < rows ? symbol('round', rows / block - 1) : undefined,
      block,
    };
    const known = new Map<Buffer, ReadonlyMap<Term, number>>();
    const coefficients = new Map<Term, number>(this.indices.points.map((p, i) => [p, points[i].stride]));
    if (this.indices.round) coefficients.set(this.indices.round, block * stride);
    known.set(c.storage.buffer, coefficients);
    return projectGemm(g, this.indices, known);
  }

  private tryAdd(i: number): boolean {
    const step = this.steps[i];
    if (step.kind !== 'gemm' && step.kind !== 'loops') return false;
    if (!this.isRelated(i)) return false;
    const member =
      step.kind === 'gemm' ? projectGemm(step, this.indices, this.known()) : projectLoops(step, this.indices);
    if (!member || ![...this.members.values()].every((m) => isSafe(m, member, this.indices))) return false;
    if (!this.order([...this.members.keys(), i])) return false;
    this.members.set(i, member);
    return true;
  }

  /** Whether the step takes a temporary from a member, makes one that only members read, or reads the same large one. */
  private isRelated(i: number): boolean {
    const mine = this.effects[i];
    for (const [j, member] of this.members) {
      const other = this.effects[j];
      for (const a of accessesOfMember(member))
        if (
          mine.reads.has(a.buffer) &&
          a.buffer.bytes >= this.context.scratch.smallestSaving &&
          isCut(a.index, this.indices)
        )
          return true;
      if (j < i) {
        for (const w of other.writes) if (mine.reads.has(w) && w.place.kind === 'temp') return true;
      } else
        for (const w of mine.writes)
          if (other.reads.has(w) && w.place.kind === 'temp' && this.usedWithin(w, [...this.members.keys(), i]))
            return true;
    }
    return false;
  }
  private usedWithin(b: Buffer, members: readonly number[]): boolean {
    const inside = members.filter((m) => this.effects[m].reads.has(b) || this.effects[m].writes.has(b)).length;
    return this.context.users.get(b) === inside;
  }

  /** How each buffer of the members depends on the tile's indices. */
  private known(): Map<Buffer, ReadonlyMap<Term, number>> {
    const out = new Map<Buffer, ReadonlyMap<Term, number>>();
    const terms = tileTerms(this.indices);
    for (const m of this.members.values())
      for (const a of accessesOfMember(m))
        if (!out.has(a.buffer)) out.set(a.buffer, new Map(terms.map((t) => [t, coefficientOf(a.index, t)])));
    return out;
  }

  /** The steps between the first and the last member that run before the tile and after it; undefined when some must do both. */
  private order(chosen: readonly number[]): { before: number[]; after: number[] } | undefined {
    const [first, last] = [Math.min(...chosen), Math.max(...chosen)];
    const inside = new Set(chosen);
    const before: number[] = [];
    const after: number[] = [];
    for (let i = first; i <= last; i++) {
      const waits = after.some((j) => conflict(this.effects[j], this.effects[i]));
      if (inside.has(i)) {
        if (waits) return undefined;
      } else {
        const needs = chosen.some((j) => j < i && conflict(this.effects[j], this.effects[i]));
        (waits || needs ? after : before).push(i);
      }
    }
    return { before, after };
  }

  /** The steps with the tile among them; with `masked`, undefined when no columns can be left out. */
  build(masked: boolean): Step[] | undefined {
    const chosen = [...this.members.keys()].sort((a, b) => a - b);
    const order = this.order(chosen);
    if (!order) return undefined;
    const members = chosen.map((i) => this.members.get(i)!);
    const scratch = this.shrink(members, chosen);
    const saved = [...scratch.of.keys()].reduce((n, b) => n + b.bytes, 0);
    const { smallestSaving, largest } = this.context.scratch;
    if (saved < smallestSaving || scratch.bytes > largest || this.readsMoreThan(saved, members)) return undefined;
    const isPrivate = (b: Buffer): boolean => b.place.kind === 'temp' && this.usedWithin(b, chosen);
    const sums = widenSums(members, this.context.newId, scratch.bytes);
    const skipping = skipHidden(sums.members, this.indices, this.context.hidden, isPrivate);
    if (masked && !skipping) return undefined;
    const tile: TileStep = {
      kind: 'tile',
      points: this.indices.points,
      round: this.indices.round,
      ...(skipping ? { span: skipping.span } : {}),
      start: skipping?.start ?? [],
      body: (skipping?.members ?? sums.members).map((m) => withScratch(m, scratch.of, this.indices)),
      finish: sums.finish,
      scratchBytes: sums.scratchBytes,
    };
    const [first, last] = [chosen[0], chosen[chosen.length - 1]];
    const pick = (list: readonly number[]): Step[] => list.map((i) => this.steps[i]);
    return [
      ...this.steps.slice(0, first),
      ...pick(order.before),
      tile,
      ...pick(order.after),
      ...this.steps.slice(last + 1),
    ];
  }

  /**
   * Whether matrices that every block of rows reads whole are larger than the cache and than what the tile saves: the weights of an MLP
   * of few rows, say, which each block would bring from memory again.
   */
  private readsMoreThan(savedBytes: number, members: readonly Member[]): boolean {
    const { points, round } = this.indices;
    if (!round) return false;
    const wholeBytes = members
      .filter((m) => m.kind === 'gemm')
      .flatMap((g) => [
        { view: g.a, bytes: g.m * g.k * dtypeInfo(g.dtypes[0]).bytes },
        { view: g.b, bytes: g.k * g.n * dtypeInfo(g.dtypes[1]).bytes },
      ])
      .filter(({ view }) => coefficientOf(view.offset, round) === 0)
      .reduce((sum, { bytes }) => sum + bytes, 0);
    const numPoints = points.reduce((n, p) => n * (p.max + 1), 1);
    return wholeBytes > this.context.scratch.goal && wholeBytes * numPoints > savedBytes;
  }

  /** Buffers nobody outside needs, as blocks in the scratch of a thread; blocks of dead ones are used again. */
  private shrink(
    members: readonly Member[],
    chosen: readonly number[],
  ): { of: ReadonlyMap<Buffer, Buffer>; bytes: number } {
    const spans = new Map<Buffer, { from: number; to: number; elements: number }>();
    members.forEach((m, position) => {
      for (const a of accessesOfMember(m)) {
        if (a.buffer.place.kind !== 'temp' || !this.usedWithin(a.buffer, chosen)) continue;
        const elements = boundsOf(withoutTerms(a.index, tileTerms(this.indices)))[1] + 1;
        const s = spans.get(a.buffer);
        if (!s) spans.set(a.buffer, { from: position, to: position, elements });
        else spans.set(a.buffer, { ...s, to: position, elements: Math.max(elements, s.elements) });
      }
    });
    const of = new Map<Buffer, Buffer>();
    const placed: { from: number; to: number; start: number; end: number }[] = [];
    let bytes = 0;
    for (const [b, s] of spans) {
      // Sums over rounds outlive a round; what is cut differently by several members was refused before.
      if (!members.every((m) => accessesOfMember(m).every((a) => a.buffer !== b || isCut(a.index, this.indices))))
        continue;
      const size = Math.ceil((s.elements * dtypeInfo(b.dtype).bytes) / 64) * 64;
      let start = 0;
      for (const p of placed.filter((q) => q.from <= s.to && s.from <= q.to).sort((x, y) => x.start - y.start)) {
        if (start + size <= p.start) break;
        start = Math.max(start, p.end);
      }
      placed.push({ from: s.from, to: s.to, start, end: start + size });
      bytes = Math.max(bytes, start + size);
      of.set(b, {
        id: this.context.newId(),
        dtype: b.dtype,
        elements: s.elements,
        bytes: size,
        place: { kind: 'scratch', index: start },
      });
    }
    return { of, bytes };
  }
}

/** The largest block of rows, a divisor, of which three fit the goal. */
function rowsPerBlock(rows: number, rowBytes: number, most: number, goal: number): number {
  for (let parts = 1; parts <= rows; parts++) {
    const block = rows / parts;
    if (!Number.isInteger(block)) continue;
    if (block < fewestRows) break;
    if (block <= most && 3 * block * rowBytes <= goal) return block;
  }
  const least = Array.from({ length: rows }, (_, i) => i + 1).find((d) => rows % d === 0 && d >= fewestRows);
  return least ?? rows;
}

const tileTerms = (r: TileIndices): RuntimeIndex[] => (r.round ? [...r.points, r.round] : [...r.points]);

function withoutTerms(a: Affine, gone: readonly Term[]): Affine {
  const terms = new Map(a.terms);
  for (const t of gone) terms.delete(t);
  return { constant: a.constant, terms };
}

/** Whether every point and round has a run of elements of its own. */
function isCut(index: Affine, r: TileIndices): boolean {
  const terms = tileTerms(r);
  const rest = withoutTerms(index, terms);
  if ([...rest.terms.keys()].some((t) => t.kind === 'symbol')) return false;
  const [lo, hi] = boundsOf(rest);
  const steps = terms
    .map((t) => ({ step: coefficientOf(index, t), extent: t.max + 1 }))
    .sort((x, y) => x.step - y.step);
  if (lo < 0 || steps.length === 0 || hi >= steps[0].step) return false;
  return steps.every((s, i) => i + 1 === steps.length || steps[i + 1].step >= s.step * s.extent);
}

/** Whether what one member writes and the other touches stays within the same point and round. */
function isSafe(a: Member, b: Member, r: TileIndices): boolean {
  const terms = tileTerms(r);
  for (const x of accessesOfMember(a))
    for (const y of accessesOfMember(b)) {
      if (x.buffer !== y.buffer || (x.kind === 'read' && y.kind === 'read')) continue;
      if (x.buffer.place.kind === 'local') continue;
      if (!isCut(x.index, r) || !isCut(y.index, r)) return false;
      if (terms.some((t) => coefficientOf(x.index, t) !== coefficientOf(y.index, t))) return false;
    }
  return true;
}

/** The member's step, with shrunk buffers in scratch. */
function withScratch(m: Member, scratch: ReadonlyMap<Buffer, Buffer>, r: TileIndices): LoopStep | GemmStep {
  const terms = tileTerms(r);
  if (m.kind === 'gemm') {
    const view = (v: MatrixView): MatrixView => {
      const own = scratch.get(v.storage.buffer);
      return own
        ? { ...v, storage: { buffer: own, offset: v.storage.offset }, offset: withoutTerms(v.offset, terms) }
        : v;
    };
    return { ...m, a: view(m.a), b: view(m.b), c: view(m.c) };
  }
  const rewriter = new ExprRewriter({
    index: (i, b) => (b && scratch.has(b) ? withoutTerms(i, terms) : i),
    buffer: (b) => scratch.get(b) ?? b,
  });
  return { ...m, stages: m.stages.map((s): Stage => rewriter.stage(s)) };
}
