import { InternalError } from '../../base/index.ts';
import { nodesOf } from '../kernels/accesses.ts';
import type { Buffer, Expr, ForStatement, ProductView, RoutineStep, Statement } from '../kernels/kernel-ir.ts';
import { expressionsOf } from '../kernels/routine.ts';
import type {
  Compute,
  IntegerFunction,
  LaneCount,
  MatrixPlace,
  Operand,
  Place,
  Register,
  ScheduledKernel,
  TargetFacts,
} from './code.ts';
import { CodeBuilder } from './code-builder.ts';
import { Lanes } from './routine-lanes.ts';
import { literalOf, type Values } from './values.ts';

/* A routine as code: loops marked `vector` run in lanes where types allow. */

export function scheduleRoutine(
  step: RoutineStep,
  rootOf: (b: Buffer) => Buffer,
  target: TargetFacts,
): ScheduledKernel {
  const b = new CodeBuilder(rootOf);
  const scheduler = new RoutineScheduler(b, target);
  const body = b.inside(() => scheduler.statements(step.body));
  const { pointers, symbols, locals } = b;
  return { note: step.note, pointers, symbols, locals, pieces: undefined, canFail: true, body };
}

/** Lanes under way: all of them, or the first `count`. */
interface Round {
  readonly lanes: Lanes;
  readonly count: LaneCount | undefined;
}

class RoutineScheduler {
  private readonly b: CodeBuilder;
  private readonly target: TargetFacts;
  private readonly variables = new Map<string, Register>();
  private isParallel = false;

  constructor(b: CodeBuilder, target: TargetFacts) {
    this.b = b;
    this.target = target;
  }

  statements(list: readonly Statement[], round?: Round): void {
    for (const s of list) this.statement(s, round);
  }

  private statement(s: Statement, round: Round | undefined): void {
    const { b } = this;
    switch (s.kind) {
      case 'let':
        this.variables.set(s.variable.name, b.variable(this.value(s.value, this.varies(s.variable, round))));
        break;
      case 'set':
        b.assign(this.variables.get(s.variable.name)!, this.value(s.value, this.varies(s.variable, round)));
        break;
      case 'store':
        this.store(s, round);
        break;
      case 'move': {
        if (s.to.place.kind !== 'local' && b.shareMemory(s.to, s.from)) break;
        const [to, from, elements] = this.scalars([s.toIndex, s.fromIndex, s.count]);
        const { dtype } = s;
        b.push({ kind: 'copy', to: this.place(s.to, dtype, to), from: this.place(s.from, dtype, from), elements });
        break;
      }
      case 'if': {
        const [condition] = this.scalars([s.condition]);
        const [body, otherwise] = [s.body, s.otherwise].map((list) => b.inside(() => this.statements(list, round)));
        b.push({ kind: 'if', condition, body, otherwise });
        break;
      }
      case 'while': {
        let condition: Operand | undefined;
        const before = b.inside(() => {
          [condition] = this.scalars([s.condition]);
        });
        b.push({ kind: 'while', before, condition: condition!, body: b.inside(() => this.statements(s.body, round)) });
        break;
      }
      case 'for':
        if (s.order === 'parallel') this.parallel(s);
        else this.for(s, round);
        break;
      case 'product': {
        const [m, n, k, x, y, z, accumulate] = this.scalars(expressionsOf(s));
        const view = (v: ProductView, at: Operand): MatrixPlace => ({
          ...this.place(v.buffer, v.dtype, at),
          row: v.row,
          column: v.column,
        });
        b.push({ kind: 'product', m, n, k, a: view(s.a, x), b: view(s.b, y), c: view(s.c, z), accumulate });
        break;
      }
    }
  }

  private store(s: Statement & { kind: 'store' }, round: Round | undefined): void {
    const { b } = this;
    if (round) {
      const [value, next] = this.vectors(s.next ? [s.value, s.next] : [s.value], round);
      const [at] = this.scalars([s.index]);
      b.push({ kind: 'storeLanes', place: this.place(s.buffer, s.dtype, at), value, next, count: round.count });
      return;
    }
    const [at, value, next] = this.scalars(expressionsOf(s));
    const place = this.place(s.buffer, s.dtype, at);
    b.push({ kind: 'store', place, value });
    if (next) b.push({ kind: 'store', place: { ...place, shift: 1 }, value: next });
  }

  private for(s: ForStatement, round: Round | undefined): void {
    const { b, target } = this;
    const [from, to] = this.scalars([s.from, s.to]);
    const variable = b.register('i64', false);
    const inside = (list: Round | undefined): ReturnType<CodeBuilder['inside']> => {
      this.variables.set(s.variable.name, variable);
      return b.inside(() => this.statements(s.body, list));
    };
    const lanes = !round && s.order === 'vector' && s.step === 1 ? Lanes.of(s, target) : undefined;
    if (!lanes) {
      b.push({ kind: 'for', variable, from, to, step: s.step, body: inside(round) });
      return;
    }
    const body = inside({ lanes, count: undefined });
    const header = { kind: 'forLanes', variable, from, to, body } as const;
    if (isWholeVectors(s)) b.push({ ...header, rest: { kind: 'none' } });
    else if (target.hasMasks) {
      const count = b.register('i32', false);
      b.push({ ...header, rest: { kind: 'masked', count, body: inside({ lanes, count }) } });
    } else b.push({ ...header, rest: { kind: 'single', body: inside(undefined) } });
  }

  private parallel(s: ForStatement): void {
    if (this.isParallel || s.to.kind !== 'literal') throw new InternalError('a parallel loop inside another loop');
    const { b } = this;
    const variable = b.register('i64', false);
    this.variables.set(s.variable.name, variable);
    this.isParallel = true;
    const own = b.insideThread(() => this.statements(s.body));
    this.isParallel = false;
    b.push({ kind: 'parallel', variable, rounds: Number(s.to.value), grain: s.grain, ...own });
  }

  // ---- values ----

  private place(buffer: Buffer, dtype: Expr['dtype'], index: Operand): Place {
    return { base: this.b.base(buffer), dtype, index, shift: 0 };
  }

  private varies(e: Expr, round: Round | undefined): Round | undefined {
    return round?.lanes.varies(e) ? round : undefined;
  }
  private value(e: Expr, round: Round | undefined): Operand {
    return (round ? this.vectors([e], round) : this.scalars([e]))[0];
  }

  private scalars(roots: readonly Expr[]): Operand[] {
    const values: Values = new Map();
    for (const e of nodesOf(roots)) values.set(e, this.scalar(e, values));
    return roots.map((e) => values.get(e)!);
  }
  private scalar(e: Expr, values: Values): Operand {
    if (e.kind === 'literal') return literalOf(e, false);
    if (e.kind === 'variable') return this.variables.get(e.name)!;
    return this.b.define(e.dtype, false, this.compute(e, values));
  }
  private compute(e: Expr, values: Values): Compute {
    switch (e.kind) {
      case 'device':
        return { kind: 'device' };
      case 'element':
        return { kind: 'load', place: this.place(e.buffer, e.dtype, values.get(e.index)!) };
      case 'load':
        if (e.index.terms.size > 0) throw new InternalError('a load by loop variables in a routine');
        return { kind: 'load', place: { base: this.b.base(e.buffer), dtype: e.dtype, index: e.index, shift: 0 } };
      case 'apply': {
        const args = e.args.map((a) => values.get(a)!);
        if (isPlain(e)) return { kind: 'integer', fn: e.fn as IntegerFunction, args: [args[0], args[1]] };
        return { kind: 'apply', source: e, args };
      }
      default:
        throw new InternalError(`unexpected ${e.kind} in a routine`);
    }
  }

  /** Vectors of expressions; those equal in all lanes are computed once and spread. */
  private vectors(roots: readonly Expr[], round: Round): Operand[] {
    const { b } = this;
    const { lanes, count } = round;
    const values: Values = new Map();
    const visit = (e: Expr): Operand => {
      let v = values.get(e);
      if (v) return v;
      if (!lanes.varies(e)) {
        if (e.kind === 'literal') v = literalOf(e, true);
        else v = b.define(e.dtype, true, { kind: 'spread', value: this.scalars([e])[0] });
      } else if (e.kind === 'variable') v = this.variables.get(e.name)!;
      else if (e.kind === 'element') {
        const place = this.place(e.buffer, e.dtype, this.scalars([e.index])[0]);
        v = b.define(e.dtype, true, { kind: 'loadLanes', place, step: lanes.coefficient(e.index)!, count });
      } else if (e.kind === 'apply') v = b.define(e.dtype, true, { kind: 'apply', source: e, args: e.args.map(visit) });
      else throw new InternalError(`unexpected ${e.kind} in lanes`);
      values.set(e, v);
      return v;
    };
    return roots.map(visit);
  }
}

/** Whether nothing is left over whatever the width of vectors is. */
const isWholeVectors = ({ from, to }: ForStatement): boolean =>
  from.kind === 'literal' && to.kind === 'literal' && (Number(to.value) - Number(from.value)) % 16 === 0;

const plain: ReadonlySet<string> = new Set<IntegerFunction>(['add', 'subtract', 'multiply', 'divide', 'remainder']);
/** Index arithmetic as the processor has it; division only by what is known not to be 0. */
function isPlain(e: Expr & { kind: 'apply' }): boolean {
  if (e.dtype !== 'i64' || !plain.has(e.fn)) return false;
  if (e.fn !== 'divide' && e.fn !== 'remainder') return true;
  const by = e.args[1];
  return by.kind === 'literal' && Number(by.value) > 0;
}
