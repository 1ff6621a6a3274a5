import { type DType, dtypeInfo, InternalError } from '../../../base/index.ts';
import { nodesOf } from '../../kernels/accesses.ts';
import type { Buffer, Expr, ForStatement, ProductView, RoutineStep, Statement } from '../../kernels/kernel-ir.ts';
import { expressionsOf, memoryOf } from '../../kernels/routine.ts';
import { Lanes } from '../routine-lanes.ts';
import {
  literalValue,
  type Place,
  pairStore,
  scalarApply,
  scalarLoad,
  scalarStore,
  splat,
  vectorApply,
  vectorForms,
  vectorLoad,
  vectorStore,
} from './emit-expr.ts';
import {
  type Callee,
  FunctionBuilder,
  get,
  i32,
  i64,
  type Local,
  load,
  op,
  tableIndex,
  type Value,
} from './function-builder.ts';
import { productOf, productScratchBytes } from './gemm-converting.ts';
import { registerType, type WasmLibrary } from './library.ts';
import { CONTEXT, DEVICE_ID, parallel } from './parallel.ts';

/*
 * A routine as a function. Parallel loops become functions of a range; loops marked `vector` run in lanes where types allow, with
 * a scalar rest.
 */

export interface RoutineFunction {
  /** Takes the device, then memory in order. */
  readonly callee: Callee;
  readonly pointers: readonly Buffer[];
  readonly scratchBytes: number;
}

const LANES = 4;

export function emitRoutine(
  step: RoutineStep,
  rootOf: (b: Buffer) => Buffer,
  lib: WasmLibrary,
  name: string,
): RoutineFunction {
  return new RoutineEmitter(step, rootOf, lib, name).run();
}

class RoutineEmitter {
  private readonly step: RoutineStep;
  private readonly rootOf: (b: Buffer) => Buffer;
  private readonly lib: WasmLibrary;
  private readonly name: string;
  private readonly pointers: Buffer[];
  private f: FunctionBuilder;
  private bases = new Map<Buffer, Value>();
  private device: Value;
  private isParallel = false;
  private pieces = 0;
  /** Buffers of the stack behind the scratch of products. */
  private readonly locals = new Map<Buffer, number>();
  private scratchBytes = productScratchBytes;
  private variables = new Map<string, Local>();

  constructor(step: RoutineStep, rootOf: (b: Buffer) => Buffer, lib: WasmLibrary, name: string) {
    this.step = step;
    this.rootOf = rootOf;
    this.lib = lib;
    this.name = name;
    const { reads, writes } = memoryOf(step.body);
    this.pointers = [...new Set([...reads.map((r) => r.buffer), ...writes].map(rootOf))];
    this.f = new FunctionBuilder(name, ['i32', ...this.pointers.map(() => 'i32' as const)]);
    this.device = this.f.arguments[0];
    this.pointers.forEach((b, i) => {
      this.bases.set(b, this.f.arguments[1 + i]);
    });
  }

  run(): RoutineFunction {
    const own = this.f;
    this.statements(this.step.body);
    return { callee: this.lib.module.add(own), pointers: this.pointers, scratchBytes: this.scratchBytes };
  }

  private base(b: Buffer): Value {
    if (b.place.kind !== 'local') return this.bases.get(this.rootOf(b))!;
    let offset = this.locals.get(b);
    if (offset === undefined) {
      offset = this.scratchBytes;
      this.scratchBytes += (b.bytes + 63) & ~63;
      this.locals.set(b, offset);
    }
    return op('i32.add', this.lib.scratch(), i32(offset));
  }
  private place(b: Buffer, d: DType, at: Value): Place {
    const { bytes } = dtypeInfo(d);
    const index = at.type === 'i64' ? op('i32.wrap_i64', at) : at;
    return { at: op('i32.add', this.base(b), bytes === 1 ? index : op('i32.mul', index, i32(bytes))), offset: 0 };
  }

  // ---- scalar code ----

  private scalars(roots: readonly Expr[]): Value[] {
    const values = new Map<Expr, Value>();
    for (const e of nodesOf(roots)) values.set(e, this.scalar(e, values));
    return roots.map((e) => values.get(e)!);
  }
  private scalar(e: Expr, values: ReadonlyMap<Expr, Value>): Value {
    const { f, lib } = this;
    switch (e.kind) {
      case 'literal':
        return literalValue(e.dtype, e.value);
      case 'variable':
        return get(this.variables.get(e.name)!);
      case 'device':
        return f.keep(load('i32.load', this.device, DEVICE_ID));
      case 'element':
        return f.keep(scalarLoad(lib, e.dtype, this.place(e.buffer, e.dtype, values.get(e.index)!)));
      case 'load':
        if (e.index.terms.size > 0) throw new InternalError('a load by loop variables in a routine');
        return f.keep(scalarLoad(lib, e.dtype, this.place(e.buffer, e.dtype, i32(e.index.constant))));
      case 'apply': {
        const args = e.args.map((a) => values.get(a)!);
        const by = e.args[1];
        // Division by a literal needs no check for zero.
        if (
          e.dtype === 'i64' &&
          (e.fn === 'divide' || e.fn === 'remainder') &&
          by.kind === 'literal' &&
          Number(by.value) > 0
        )
          return f.keep(op(e.fn === 'divide' ? 'i64.div_s' : 'i64.rem_s', ...args));
        return f.keep(scalarApply(lib, f, e, args));
      }
      default:
        throw new InternalError(`unexpected ${e.kind} in a routine`);
    }
  }

  private declareLocal(name: string, type: Local['type']): Local {
    const l = this.f.local(type);
    this.variables.set(name, l);
    return l;
  }

  private statements(list: readonly Statement[]): void {
    for (const s of list) this.statement(s);
  }

  private statement(s: Statement): void {
    const { f, lib } = this;
    switch (s.kind) {
      case 'let': {
        const [value] = this.scalars([s.value]);
        f.set(this.declareLocal(s.variable.name, registerType(s.variable.dtype)), value);
        break;
      }
      case 'set': {
        const [value] = this.scalars([s.value]);
        f.set(this.variables.get(s.variable.name)!, value);
        break;
      }
      case 'store': {
        const [at, value, next] = this.scalars(expressionsOf(s));
        const target = this.place(s.buffer, s.dtype, at);
        if (next) {
          const base = f.keep(target.at);
          scalarStore(lib, f, s.dtype, { at: base, offset: target.offset }, value);
          scalarStore(lib, f, s.dtype, { at: base, offset: target.offset + dtypeInfo(s.dtype).bytes }, next);
        } else scalarStore(lib, f, s.dtype, target, value);
        break;
      }
      case 'move': {
        if (s.to.place.kind !== 'local' && this.rootOf(s.to) === this.rootOf(s.from)) break;
        const [to, from, count] = this.scalars([s.toIndex, s.fromIndex, s.count]);
        const bytes = op('i32.mul', op('i32.wrap_i64', count), i32(dtypeInfo(s.dtype).bytes));
        f.copyMemory(this.place(s.to, s.dtype, to).at, this.place(s.from, s.dtype, from).at, bytes);
        break;
      }
      case 'if': {
        const [condition] = this.scalars([s.condition]);
        f.if(
          condition,
          () => this.statements(s.body),
          s.otherwise.length > 0 ? () => this.statements(s.otherwise) : undefined,
        );
        break;
      }
      case 'while':
        f.loop((again, leave) => {
          const [condition] = this.scalars([s.condition]);
          leave(0, op('i32.eqz', condition));
          this.statements(s.body);
          again();
        });
        break;
      case 'for':
        if (s.order === 'parallel') this.parallel(s);
        else this.for(s);
        break;
      case 'product':
        this.product(s);
        break;
    }
  }

  private product(s: Statement & { kind: 'product' }): void {
    const { f, lib } = this;
    const [m, n, k, a, b, c, accumulate] = this.scalars(expressionsOf(s));
    const small = (v: Value): Value => op('i32.wrap_i64', v);
    const view = (v: ProductView, at: Value): Value[] => {
      const { bytes } = dtypeInfo(v.dtype);
      return [f.keep(this.place(v.buffer, v.dtype, at).at), i32(v.row * bytes), i32(v.column * bytes)];
    };
    const views = [view(s.a, a), view(s.b, b), view(s.c, c)];
    const dtypes = [s.a.dtype, s.b.dtype, s.c.dtype] as const;
    const one = productOf(lib, { dtypes });
    f.call(one, small(m), small(n), small(k), ...views.flat(), accumulate);
  }

  private loop(s: ForStatement, from: Value, to: Value, step: number, body: () => void): void {
    const { f } = this;
    const i = this.declareLocal(s.variable.name, 'i64');
    f.set(i, from);
    this.rounds(i, to, step, body);
  }
  /** Goes on as long as all lanes of a round are inside. */
  private rounds(i: Local, to: Value, step: number, body: () => void, lanes = 1): void {
    const { f } = this;
    f.loop((again, leave) => {
      const last = lanes === 1 ? get(i) : op('i64.add', get(i), i64(lanes - 1));
      leave(0, op('i64.ge_s', last, to));
      body();
      f.set(i, op('i64.add', get(i), i64(step)));
      again();
    });
  }

  private for(s: ForStatement): void {
    const { f } = this;
    const [from, to] = this.scalars([s.from, s.to]);
    const lanes = s.order === 'vector' && s.step === 1 ? Lanes.of(s, vectorForms) : undefined;
    if (!lanes) {
      this.loop(s, from, to, s.step, () => this.statements(s.body));
      return;
    }
    const i = this.declareLocal(s.variable.name, 'i64');
    f.set(i, from);
    this.rounds(
      i,
      to,
      LANES,
      () => {
        for (const x of s.body) this.vectorStatement(x, lanes);
      },
      LANES,
    );
    this.rounds(i, to, 1, () => this.statements(s.body));
  }

  private parallel(s: ForStatement): void {
    if (this.isParallel || s.to.kind !== 'literal') throw new InternalError('a parallel loop inside another loop');
    const { f: outer, bases, device, variables } = this;
    const before = this.lib.special.size;
    const f = new FunctionBuilder(`${this.name}r${this.pieces++}`, ['i32', 'i32', 'i32']);
    const [context, begin, end] = f.arguments;
    this.f = f;
    this.device = op('i32.sub', context, i32(CONTEXT));
    this.variables = new Map();
    this.bases = new Map(this.pointers.map((b, i) => [b, f.keep(load('i32.load', context, 4 * i))]));
    this.isParallel = true;
    const wide = (v: Value): Value => f.keep(op('i64.extend_i32_s', v));
    this.loop(s, wide(begin), wide(end), s.step, () => this.statements(s.body));
    this.isParallel = false;
    const piece = this.lib.module.add(f);
    Object.assign(this, { f: outer, bases, device, variables });
    // Functions that only the main thread has keep the loop in one piece.
    const count = Number(s.to.value);
    const grain = this.lib.special.size > before ? count : s.grain;
    this.pointers.forEach((b, i) => {
      outer.store('i32.store', device, bases.get(b)!, CONTEXT + 4 * i);
    });
    outer.call(parallel(this.lib), device, tableIndex(piece), i32(count), i32(grain));
  }

  // ---- lanes ----

  private vectors(roots: readonly Expr[], lanes: Lanes): Value[] {
    const { f, lib } = this;
    const values = new Map<Expr, Value>();
    const visit = (e: Expr): void => {
      if (values.has(e)) return;
      let v: Value;
      if (!lanes.varies(e)) v = splat(e.dtype, this.scalars([e])[0]);
      else if (e.kind === 'variable') v = get(this.variables.get(e.name)!);
      else if (e.kind === 'element') {
        const [at] = this.scalars([e.index]);
        v = vectorLoad(f, e.dtype, this.place(e.buffer, e.dtype, at), lanes.coefficient(e.index)!, LANES);
      } else if (e.kind === 'apply') {
        e.args.forEach(visit);
        v = vectorApply(
          lib,
          f,
          e,
          e.args.map((a) => values.get(a)!),
        );
      } else throw new InternalError(`unexpected ${e.kind} in lanes`);
      values.set(e, f.keep(v));
    };
    roots.forEach(visit);
    return roots.map((e) => values.get(e)!);
  }

  private vectorStatement(s: Statement, lanes: Lanes): void {
    const { f } = this;
    switch (s.kind) {
      case 'let':
      case 'set': {
        if (!lanes.varies(s.variable)) {
          this.statement(s);
          break;
        }
        const [value] = this.vectors([s.value], lanes);
        f.set(
          s.kind === 'let' ? this.declareLocal(s.variable.name, 'v128') : this.variables.get(s.variable.name)!,
          value,
        );
        break;
      }
      case 'store': {
        const [value, next] = this.vectors(s.next ? [s.value, s.next] : [s.value], lanes);
        const [at] = this.scalars([s.index]);
        const target = this.place(s.buffer, s.dtype, at);
        if (next) pairStore(f, target, value, next, LANES);
        else vectorStore(f, s.dtype, target, value, LANES);
        break;
      }
      case 'for': {
        const [from, to] = this.scalars([s.from, s.to]);
        this.loop(s, from, to, s.step, () => {
          for (const x of s.body) this.vectorStatement(x, lanes);
        });
        break;
      }
      case 'if': {
        const [condition] = this.scalars([s.condition]);
        const run = (list: readonly Statement[]) => () => {
          for (const x of list) this.vectorStatement(x, lanes);
        };
        f.if(condition, run(s.body), run(s.otherwise));
        break;
      }
      default:
        throw new InternalError(`unexpected ${s.kind} in lanes`);
    }
  }
}
