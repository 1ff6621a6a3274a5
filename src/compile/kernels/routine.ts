import type { DType } from '../../base/index.ts';
import { literal } from '../lower/constants.ts';
import { converted } from '../lower/scalar-body.ts';
import type { ElementFunctionName } from './element-functions.ts';
import type {
  Buffer,
  Expr,
  ForStatement,
  ProductView,
  RoutineStep,
  Statement,
  Storage,
  VariableExpr,
} from './kernel-ir.ts';

/*
 * Building routines: scalar code with loops over computed indices. Blocks nest as functions do:
 *     const r = new RoutineBuilder('reverse');
 *     r.for(0, n, (i) => r.store(to, i, r.load(from, minus(n - 1, i))));
 *     lowering.push(r.step());
 */

/** A tensor that a routine reads or writes. */
export interface Memory extends Storage {
  readonly dtype: DType;
}
export const memory = (storage: Storage, dtype: DType = storage.buffer.dtype): Memory => ({ ...storage, dtype });
export const whole = (buffer: Buffer): Memory => ({ buffer, offset: 0, dtype: buffer.dtype });

/** An index expression, or a number that stands for one. */
export type Index = Expr | number;

const known = (x: Expr): number | undefined =>
  x.kind === 'literal' && x.dtype === 'i64' ? Number(x.value) : undefined;
/** An i64 expression. */
export const index = (x: Index): Expr => (typeof x === 'number' ? literal('i64', x) : x);

function arithmetic(fn: ElementFunctionName, a: Index, b: Index, fold: (a: number, b: number) => number): Expr {
  const args = [index(a), index(b)];
  const [x, y] = args.map(known);
  return x !== undefined && y !== undefined ? index(fold(x, y)) : { kind: 'apply', dtype: 'i64', fn, args };
}

export function plus(...terms: readonly Index[]): Expr {
  let constant = 0;
  let sum: Expr | undefined;
  for (const t of terms) {
    const n = known(index(t));
    if (n !== undefined) constant += n;
    else sum = sum ? arithmetic('add', sum, t, (a, b) => a + b) : index(t);
  }
  if (!sum) return index(constant);
  return constant === 0 ? sum : arithmetic('add', sum, constant, (a, b) => a + b);
}
export const minus = (a: Index, b: Index): Expr =>
  known(index(b)) === 0 ? index(a) : arithmetic('subtract', a, b, (x, y) => x - y);
export function times(a: Index, b: Index): Expr {
  const [x, y] = [known(index(a)), known(index(b))];
  if (x === 0 || y === 0) return index(0);
  return x === 1 ? index(b) : y === 1 ? index(a) : arithmetic('multiply', a, b, (p, q) => p * q);
}
/** Rounds towards zero. */
export const quotient = (a: Index, b: number): Expr =>
  b === 1 ? index(a) : arithmetic('divide', a, b, (x, y) => Math.trunc(x / y));
export const remainder = (a: Index, b: number): Expr =>
  b === 1 ? index(0) : arithmetic('remainder', a, b, (x, y) => x % y);
export const least = (a: Index, b: Index): Expr => arithmetic('minimum', a, b, Math.min);
export const most = (a: Index, b: Index): Expr => arithmetic('maximum', a, b, Math.max);

export type Direction = 'EQ' | 'NE' | 'LT' | 'LE' | 'GT' | 'GE';
export const compare = (a: Index, direction: Direction, b: Index): Expr => ({
  kind: 'apply',
  dtype: 'bool',
  fn: 'compare',
  args: [index(a), index(b)],
  parameter: direction,
});
const logic = (fn: ElementFunctionName, args: readonly Expr[]): Expr => ({ kind: 'apply', dtype: 'bool', fn, args });
/** Both are always computed. */
export const both = (a: Expr, b: Expr): Expr => logic('and', [a, b]);
export const either = (a: Expr, b: Expr): Expr => logic('or', [a, b]);
export const not = (a: Expr): Expr => logic('not', [a]);
/** Both values are always computed. */
export const choose = (condition: Expr, a: Expr, b: Expr): Expr => ({
  kind: 'apply',
  dtype: a.dtype,
  fn: 'select',
  args: [condition, a, b],
});
export const apply = (fn: ElementFunctionName, ...args: readonly Expr[]): Expr => ({
  kind: 'apply',
  dtype: args[0].dtype,
  fn,
  args,
});
export const yes: Expr = literal('bool', 1);
export const no: Expr = literal('bool', 0);

/** Σ index[d] · stride[d] */
export const placed = (indices: readonly Index[], strides: readonly number[]): Expr =>
  plus(...indices.map((x, d) => times(x, strides[d])));

export class RoutineBuilder {
  readonly note: string;
  private body: Statement[] = [];
  private variables = 0;
  private readonly inPlace: [Storage, Buffer][] = [];

  constructor(note: string) {
    this.note = note;
  }

  /** Declares a variable that may be `set` later. */
  let(value: Index, dtype?: DType): VariableExpr {
    const e = index(value);
    const variable = this.variable(dtype ?? e.dtype);
    this.body.push({ kind: 'let', variable, value: converted(e, variable.dtype) });
    return variable;
  }
  set(variable: VariableExpr, value: Index): void {
    this.body.push({ kind: 'set', variable, value: index(value) });
  }
  load(from: Memory, at: Index): Expr {
    return { kind: 'element', dtype: from.dtype, buffer: from.buffer, index: plus(at, from.offset) };
  }
  /** Stores an element, and maybe the one behind it. */
  store(to: Memory, at: Index, value: Expr, next?: Expr): void {
    this.body.push({
      kind: 'store',
      buffer: to.buffer,
      dtype: to.dtype,
      index: plus(at, to.offset),
      value: converted(value, to.dtype),
      ...(next ? { next: converted(next, to.dtype) } : {}),
    });
  }
  /** Copies `count` elements. */
  move(to: Memory, toAt: Index, from: Memory, fromAt: Index, count: Index): void {
    this.body.push({
      kind: 'move',
      dtype: to.dtype,
      to: to.buffer,
      toIndex: plus(toAt, to.offset),
      from: from.buffer,
      fromIndex: plus(fromAt, from.offset),
      count: index(count),
    });
  }
  /** Copies a whole tensor into `to` before it is changed; nothing happens where both share memory. */
  startFrom(to: Memory, from: Memory): void {
    this.inPlace.push([{ buffer: from.buffer, offset: from.offset }, to.buffer]);
    this.move(to, 0, from, 0, to.buffer.elements);
  }

  if(condition: Expr, then: () => void, otherwise?: () => void): void {
    this.body.push({
      kind: 'if',
      condition,
      body: this.block(then),
      otherwise: otherwise ? this.block(otherwise) : [],
    });
  }
  while(condition: Expr, body: () => void): void {
    this.body.push({ kind: 'while', condition, body: this.block(body) });
  }
  for(
    from: Index,
    to: Index,
    body: (i: VariableExpr) => void,
    options: { readonly step?: number; readonly order?: ForStatement['order']; readonly grain?: number } = {},
  ): void {
    const variable = this.variable('i64');
    this.body.push({
      kind: 'for',
      variable,
      from: index(from),
      to: index(to),
      step: options.step ?? 1,
      body: this.block(() => body(variable)),
      order: options.order ?? 'sequential',
      grain: options.grain ?? 1,
    });
  }
  /** Independent rounds in lanes. */
  lanes(count: Index, body: (i: VariableExpr) => void): void {
    this.for(0, count, body, { order: 'vector' });
  }
  /** Independent rounds on the device's threads, in pieces of about `work / count` times `grain` elements. */
  parallel(count: number, work: number, body: (i: VariableExpr) => void): void {
    const grain = Math.max(1, Math.ceil(pieceElements / Math.max(1, work / Math.max(1, count))));
    this.for(0, count, body, { order: count > grain ? 'parallel' : 'sequential', grain });
  }
  /** Nested loops over a shape. */
  nest(shape: readonly number[], body: (indices: Expr[]) => void, indices: Expr[] = []): void {
    if (indices.length === shape.length) body(indices);
    else if (shape[indices.length] === 1) this.nest(shape, body, [...indices, index(0)]);
    else this.for(0, shape[indices.length], (i) => this.nest(shape, body, [...indices, i]));
  }
  /** The indices of flat position `at` in a shape, as variables. */
  unflatten(at: Expr, shape: readonly number[]): Expr[] {
    const out: Expr[] = [];
    let rest: Expr = at;
    for (let d = shape.length - 1; d >= 0; d--) {
      const outermost = shape.slice(0, d).every((n) => n === 1);
      out.unshift(shape[d] === 1 ? index(0) : outermost ? rest : this.let(remainder(rest, shape[d])));
      if (!outermost && shape[d] !== 1) rest = this.let(quotient(rest, shape[d]));
    }
    return out;
  }
  product(p: {
    readonly m: Index;
    readonly n: Index;
    readonly k: Index;
    readonly a: ProductView;
    readonly b: ProductView;
    readonly c: ProductView;
    readonly accumulate: Expr;
  }): void {
    this.body.push({ ...p, kind: 'product', m: index(p.m), n: index(p.n), k: index(p.k) });
  }

  /** `results` count as written even where an empty body does not write them. */
  step(results: readonly Buffer[]): RoutineStep {
    const { reads, writes: written } = memoryOf(this.body);
    const writes = [...new Set([...results, ...written])];
    // Memory that is read again after it was copied must not be overwritten.
    const later = new Set(memoryOf(this.body.filter((s) => s.kind !== 'move')).reads.map((s) => s.buffer));
    const inPlace = this.inPlace.filter(([from]) => !later.has(from.buffer));
    return { kind: 'routine', note: this.note, reads, writes, inPlace, body: this.body };
  }

  private variable(dtype: DType): VariableExpr {
    return { kind: 'variable', dtype, name: `v${this.variables++}` };
  }
  private block(fill: () => void): Statement[] {
    const outer = this.body;
    this.body = [];
    fill();
    const own = this.body;
    this.body = outer;
    return own;
  }
}

/** Elements of one piece of a parallel loop, about. */
const pieceElements = 16384;

/** Expressions of one statement, inner statements left out. */
export function expressionsOf(s: Statement): readonly Expr[] {
  switch (s.kind) {
    case 'let':
    case 'set':
      return [s.value];
    case 'store':
      return s.next ? [s.index, s.value, s.next] : [s.index, s.value];
    case 'move':
      return [s.toIndex, s.fromIndex, s.count];
    case 'if':
    case 'while':
      return [s.condition];
    case 'for':
      return [s.from, s.to];
    case 'product':
      return [s.m, s.n, s.k, s.a.at, s.b.at, s.c.at, s.accumulate];
  }
}
/** Statements inside a statement. */
export function innerStatements(s: Statement): readonly Statement[] {
  return s.kind === 'if' ? [...s.body, ...s.otherwise] : s.kind === 'for' || s.kind === 'while' ? s.body : [];
}

/** Buffers that statements read and write, local scratch left out; those read come with offset 0, for offsets are part of the indices. */
export function memoryOf(body: readonly Statement[]): { reads: Storage[]; writes: Buffer[] } {
  const reads = new Set<Buffer>();
  const writes = new Set<Buffer>();
  const seen = new Set<Expr>();
  const expr = (e: Expr): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind === 'load' || e.kind === 'element') add(reads, e.buffer);
    if (e.kind === 'element') expr(e.index);
    if (e.kind === 'apply') e.args.forEach(expr);
  };
  const add = (set: Set<Buffer>, b: Buffer): void => {
    if (b.place.kind !== 'local') set.add(b);
  };
  const visit = (s: Statement): void => {
    expressionsOf(s).forEach(expr);
    if (s.kind === 'store') add(writes, s.buffer);
    if (s.kind === 'move') {
      add(reads, s.from);
      add(writes, s.to);
    }
    if (s.kind === 'product') {
      add(reads, s.a.buffer);
      add(reads, s.b.buffer);
      add(writes, s.c.buffer);
    }
    innerStatements(s).forEach(visit);
  };
  body.forEach(visit);
  return { reads: [...reads].map((buffer) => ({ buffer, offset: 0 })), writes: [...writes] };
}
