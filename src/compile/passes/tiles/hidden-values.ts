import { dtypeInfo } from '../../../base/index.ts';
import { accessesOfStage, effectsOf } from '../../kernels/accesses.ts';
import {
  type Affine,
  addScaled,
  affineEquals,
  boundsOf,
  coefficientOf,
  constantIndex,
  delinearize,
  type LoopVar,
  loopVar,
  SplitRequest,
  shifted,
  substitute,
  type Term,
  termIndex,
} from '../../kernels/affine.ts';
import type { Buffer, Expr, KernelProgram, LoopStep, Step, Store, WhileStep } from '../../kernels/kernel-ir.ts';
import { walkSteps } from '../../kernels/walk.ts';
import { applyKnown } from './hidden-rules.ts';

/*
 * What masks hide: an abstract interpretation of a kernel list that finds where values are constants because of where they
 * are. A fact says: where an affine function of the loop variables is positive, the value is this constant. Facts begin
 * at comparisons of indices (`row >= column` is false where `column - row > 0`) and follow expressions (hidden-rules.ts),
 * buffers, and values carried around loops (a stack of the exponentials of all layers, say).
 * Example: of `exp(select(row >= column, s, -∞) - m)` it finds: 0 where `column - row > 0`.
 */

/**
 * Where `beyond > 0` (everywhere without it), a value is `value`. NaN, always without `beyond`: what is hidden may make it
 * infinite or NaN somewhere (see hidden-rules.ts).
 */
export interface HiddenZone {
  readonly beyond?: Affine;
  readonly value: number;
}

/** Facts about the elements of a buffer: `beyond` is in terms of `dims`, the variables of its row-major multi-index. */
interface BufferFacts {
  readonly dims: readonly LoopVar[];
  readonly zones: readonly HiddenZone[];
  /** Elements as an affine function of the multi-index, where they are one. */
  readonly affine: Affine | undefined;
}
/** `any`: nothing is known yet of a carried buffer, so whatever the rest says of it may hold. */
type Facts = BufferFacts | 'any';
const nothing: BufferFacts = { dims: [], zones: [], affine: undefined };

type Writer =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'carry'; readonly loop: WhileStep; readonly position: number };

/** Facts beyond which a value is not followed. */
const mostZones = 8;
/** Buffers computed from one another that are looked through. */
const deepest = 100;

export class HiddenValues {
  private readonly writers = new Map<Buffer, Writer | undefined>();
  private facts = new Map<Buffer, Facts>();
  /** Buffers whose facts are being found. */
  private pending = new Set<Buffer>();
  private evaluators = new WeakMap<LoopStep, Evaluator>();

  constructor(program: KernelProgram) {
    this.collect(program);
  }

  /** Where the value of an expression of a kernel is a constant, in terms of the kernel's variables and symbols. */
  zonesOf(e: Expr, step: LoopStep): readonly HiddenZone[] {
    return this.evaluator(step).zones(e);
  }

  /** The same of the elements of a buffer at an index. */
  zonesAt(buffer: Buffer, index: Affine): readonly HiddenZone[] {
    const facts = this.of(buffer);
    return facts === 'any' ? [] : zonesAt(facts, index);
  }

  private evaluator(step: LoopStep): Evaluator {
    let e = this.evaluators.get(step);
    if (!e) {
      e = new Evaluator(step, (b) => this.of(b));
      this.evaluators.set(step, e);
    }
    return e;
  }

  /** Every buffer's only writer; undefined when there are several. */
  private collect(program: KernelProgram): void {
    const note = (b: Buffer, w: Writer): void => {
      this.writers.set(b, this.writers.has(b) ? undefined : w);
    };
    walkSteps(program.body, (step) => {
      if (step.kind === 'while')
        step.carries.forEach((c, position) => {
          note(c, { kind: 'carry', loop: step, position });
        });
      else if (step.kind === 'case') for (const r of step.results) this.writers.set(r, undefined);
      else for (const b of effectsOf(step).writes) note(b, { kind: 'step', step });
    });
  }

  private of(b: Buffer): Facts {
    const known = this.facts.get(b);
    if (known) return known;
    if (this.pending.has(b) || this.pending.size > deepest) return nothing;
    const writer = this.writers.get(b);
    this.pending.add(b);
    const found = !writer ? nothing : writer.kind === 'carry' ? this.ofCarry(b, writer) : this.ofStep(b, writer.step);
    this.pending.delete(b);
    this.facts.set(b, found);
    return found;
  }

  private ofStep(b: Buffer, step: Step): Facts {
    if (step.kind === 'loops') return this.evaluator(step).stored(b) ?? nothing;
    if (step.kind === 'copy') return step.from.offset === 0 ? this.of(step.from.buffer) : nothing;
    if (step.kind !== 'update' || step.write.kind !== 'loops') return nothing;
    const target = step.targets.find((t) => t.result === b);
    const written = this.evaluator(step.write).stored(b);
    if (target?.operand.offset !== 0 || !written) return nothing;
    return meet(written, this.of(target.operand.buffer));
  }

  /** What holds of a carried value: before the first round, and after a round if it held before that. */
  private ofCarry(b: Buffer, { loop, position }: Writer & { kind: 'carry' }): Facts {
    const init = loop.inits[position];
    const yielded = loop.yields[position];
    if (init.offset !== 0 || yielded.offset !== 0) return nothing;
    const before = { facts: this.facts, evaluators: this.evaluators, pending: this.pending };
    for (let assumed: Facts = 'any'; ; ) {
      // What is found on an assumption is only kept once the assumption has been confirmed.
      this.facts = new Map(before.facts).set(b, assumed);
      this.evaluators = new WeakMap();
      this.pending = new Set();
      const after = this.of(yielded.buffer);
      this.pending = before.pending;
      // Passed on as it is.
      if (after === 'any') {
        Object.assign(this, before);
        return this.of(init.buffer);
      }
      const found: BufferFacts = assumed === 'any' ? meet(after, this.of(init.buffer)) : meet(assumed, after);
      if (assumed !== 'any' && found.zones.length === assumed.zones.length) return found;
      if (found.zones.length === 0) {
        Object.assign(this, before);
        return nothing;
      }
      assumed = found;
    }
  }
}

/** The facts of `a` that hold of `b` too. */
function meet(a: BufferFacts, b: Facts): BufferFacts {
  if (b === 'any') return { ...a, affine: undefined };
  const same = a.dims.length === b.dims.length && a.dims.every((d, i) => d.extent === b.dims[i].extent);
  const by = new Map<Term, Affine>(same ? b.dims.map((d, i) => [d, termIndex(a.dims[i])]) : []);
  const zones = a.zones.filter((z) =>
    b.zones.some(
      (other) =>
        other.value === z.value &&
        (!other.beyond || (same && z.beyond && implies(z.beyond, substitute(other.beyond, by)))),
    ),
  );
  const unsafe = [...a.zones, ...b.zones].find((z) => Number.isNaN(z.value));
  return { dims: a.dims, zones: unsafe ? [unsafe, ...zones] : zones, affine: undefined };
}

/** Whether `a > 0` means `b > 0`. */
function implies(a: Affine, b: Affine): boolean {
  const rest = addScaled(b, a, -1);
  return rest.terms.size === 0 && rest.constant >= 0;
}

/** The constant a value with these facts is where `beyond > 0`; NaN and undefined as in hidden-rules.ts. */
function valueBeyond(zones: readonly HiddenZone[], beyond: Affine | undefined): number | undefined {
  const known = zones.filter((z) => !z.beyond || (beyond && implies(beyond, z.beyond)));
  return (known.find((z) => !Number.isNaN(z.value)) ?? known[0])?.value;
}

/** The multi-index at a flat position, of variables that need no splitting. */
export function multiIndex(flat: Affine, shape: readonly number[]): readonly Affine[] | undefined {
  try {
    return delinearize(flat, shape);
  } catch (e) {
    if (e instanceof SplitRequest) return undefined;
    throw e;
  }
}

function zonesAt(facts: BufferFacts, index: Affine): HiddenZone[] {
  const by = substitutionAt(facts, index);
  return facts.zones.flatMap((z): HiddenZone[] => {
    if (!z.beyond) return [z];
    return by ? [{ beyond: substitute(z.beyond, by), value: z.value }] : [];
  });
}
function substitutionAt({ dims }: BufferFacts, index: Affine): Map<Term, Affine> | undefined {
  const at = multiIndex(
    index,
    dims.map((d) => d.extent),
  );
  return at && new Map<Term, Affine>(dims.map((d, i) => [d, at[i]]));
}

/** Facts about one kernel. */
class Evaluator {
  private readonly memo = new Map<Expr, readonly HiddenZone[]>();
  private readonly locals = new Map<Buffer, Facts>();
  private readonly step: LoopStep;
  private readonly factsOf: (b: Buffer) => Facts;

  constructor(step: LoopStep, factsOf: (b: Buffer) => Facts) {
    this.step = step;
    this.factsOf = factsOf;
  }

  zones(e: Expr): readonly HiddenZone[] {
    let found = this.memo.get(e);
    if (!found) {
      found = this.evaluate(e);
      if (found.length > mostZones) found = [{ value: Number.NaN }];
      this.memo.set(e, found);
    }
    return found;
  }

  private evaluate(e: Expr): HiddenZone[] {
    if (e.kind === 'literal') return typeof e.value === 'number' ? [{ value: e.value + 0 }] : [];
    if (e.kind === 'load') {
      const facts = this.at(e.buffer);
      return facts === 'any' ? [] : zonesAt(facts, e.index);
    }
    if (e.kind !== 'apply') return [];
    const compared = e.fn === 'compare' ? this.comparison(e) : [];
    if (compared.length > 0) return compared;
    const args = e.args.map((a) => this.zones(a));
    const out: HiddenZone[] = [];
    for (const { beyond } of [{ beyond: undefined }, ...args.flat()]) {
      const value = applyKnown(
        e,
        args.map((zones) => valueBeyond(zones, beyond)),
      );
      if (value === undefined || Object.is(valueBeyond(out, beyond), value)) continue;
      out.push(beyond && !Number.isNaN(value) ? { beyond, value } : { value });
    }
    return out;
  }

  /** Where a comparison of indices is false and where it is true. */
  private comparison(e: Expr & { kind: 'apply' }): HiddenZone[] {
    const [a, b] = e.args.map((x) => this.affine(x));
    if (!a || !b) return [];
    const more = addScaled(a, b, -1);
    const less = addScaled(b, a, -1);
    const zone = (beyond: Affine, value: number): HiddenZone => ({ beyond, value });
    switch (e.parameter) {
      case 'GE':
        return [zone(less, 0), zone(shifted(more, 1), 1)];
      case 'GT':
        return [zone(shifted(less, 1), 0), zone(more, 1)];
      case 'LE':
        return [zone(more, 0), zone(shifted(less, 1), 1)];
      case 'LT':
        return [zone(shifted(more, 1), 0), zone(less, 1)];
      case 'EQ':
        return [zone(more, 0), zone(less, 0)];
      case 'NE':
        return [zone(more, 1), zone(less, 1)];
      default:
        return [];
    }
  }

  /** An integer (or a float that holds one exactly) as a function of the loop variables. */
  private affine(e: Expr): Affine | undefined {
    const exact = (a: Affine | undefined): Affine | undefined => {
      const [lo, hi] = a ? boundsOf(a) : [0, 0];
      const { bits, kind } = dtypeInfo(e.dtype);
      // In narrow types, and below zero in unsigned ones, indices would be rounded or wrap.
      return bits < 32 || hi > 1 << 24 || lo < (kind === 'unsigned' ? 0 : -(1 << 24)) ? undefined : a;
    };
    switch (e.kind) {
      case 'index':
        return exact(e.index);
      case 'literal':
        return Number.isInteger(Number(e.value)) ? exact(constantIndex(Number(e.value))) : undefined;
      case 'load': {
        const facts = this.at(e.buffer);
        if (facts === 'any' || !facts.affine) return undefined;
        const by = substitutionAt(facts, e.index);
        return by && substitute(facts.affine, by);
      }
      case 'apply': {
        const [a, b] = e.args.map((x) => this.affine(x));
        if (e.fn === 'convert') return exact(a);
        if (!a || !b) return undefined;
        if (e.fn === 'add') return exact(addScaled(a, b));
        return e.fn === 'subtract' ? exact(addScaled(a, b, -1)) : undefined;
      }
      default:
        return undefined;
    }
  }

  private at(b: Buffer): Facts {
    if (b.place.kind !== 'local') return this.factsOf(b);
    let facts = this.locals.get(b);
    if (!facts) {
      this.locals.set(b, nothing);
      facts = this.stored(b) ?? nothing;
      this.locals.set(b, facts);
    }
    return facts;
  }

  /** Facts about what the kernel stores to a buffer; undefined when it does not write whole rows of it, in one place. */
  stored(b: Buffer): BufferFacts | undefined {
    const stores: Store[] = [];
    for (const stage of this.step.stages) {
      if (stage.kind === 'nest') stores.push(...stage.stores.filter((s) => s.buffer === b));
      if (accessesOfStage(stage).some((a) => a.buffer === b && a.kind === 'fold')) return undefined;
    }
    const [store] = stores;
    const dims = stores.length === 1 ? dimsOf(store.index, b) : undefined;
    if (!dims) return undefined;
    const own = (a: Affine): boolean =>
      b.place.kind === 'local' || [...a.terms.keys()].every((t) => (dims as readonly Term[]).includes(t));
    const zones = this.zones(store.value).filter((z) => !z.beyond || own(z.beyond));
    const affine = this.affine(store.value);
    return { dims, zones, affine: affine && own(affine) ? affine : undefined };
  }
}

/** The variables of a store's index as the dimensions of its buffer; parts of the buffer are one more dimension in front. */
function dimsOf(index: Affine, b: Buffer): LoopVar[] | undefined {
  const loops = [...index.terms.keys()]
    .filter((t): t is LoopVar => t.kind === 'loop' && t.extent > 1)
    .sort((x, y) => coefficientOf(index, y) - coefficientOf(index, x));
  const size = loops.reduce((n, v) => n * v.extent, 1);
  if (size === 0 || b.elements % size !== 0) return undefined;
  const dims = size === b.elements ? loops : [loopVar(b.elements / size), ...loops];
  const at = multiIndex(
    index,
    dims.map((d) => d.extent),
  );
  const own = at?.slice(dims.length - loops.length);
  return own?.every((a, i) => affineEquals(a, termIndex(loops[i]))) ? dims : undefined;
}
