import { dtypeInfo, InternalError } from '../../../base/index.ts';
import type { Buffer } from '../../kernels/kernel-ir.ts';
import type {
  Code,
  Place as CodePlace,
  Compute,
  IntegerFunction,
  MatrixPlace,
  Operand,
  ProductCode,
  Register,
  ScheduledKernel,
} from '../../schedule/code.ts';
import { convertScalar, vectorKind } from './element-functions.ts';
import {
  combine,
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
  i64,
  type Local,
  lane,
  load,
  op,
  select,
  shuffleLanes,
  tableIndex,
  type Value,
  v128,
} from './function-builder.ts';
import { productOf, productScratchBytes } from './gemm-converting.ts';
import { IndexValues } from './index-values.ts';
import { registerType, type WasmLibrary } from './library.ts';
import type { PlainOp } from './opcodes.ts';
import { CONTEXT, DEVICE_ID, parallel } from './parallel.ts';

/*
 * A scheduled kernel as a function of the device, memory and run-time indices. Dealt-out loops and parallel loops become functions of
 * a range.
 */

export interface EmittedKernel {
  readonly callee: Callee;
  /** Scratch it needs per thread, in bytes. */
  readonly scratchBytes: number;
}

export function emitKernel(kernel: ScheduledKernel, lib: WasmLibrary, name: string): EmittedKernel {
  return new KernelWriter(kernel, lib, name).run();
}

/** Lanes of a vector. */
const LANES = 4;

/** What is in a register: a value for good, a local, or an offset in the thread's scratch. */
type Held = { readonly value: Value } | { readonly local: Local } | { readonly cell: number };

class KernelWriter {
  private readonly kernel: ScheduledKernel;
  private readonly lib: WasmLibrary;
  private readonly name: string;
  private f: FunctionBuilder;
  private indices: IndexValues;
  private device: Value;
  private readonly bases = new Map<Buffer, Value>();
  private readonly locals = new Map<Buffer, number>();
  private readonly held = new Map<number, Held>();
  private scratchBytes: number;
  private numRanges = 0;

  constructor(kernel: ScheduledKernel, lib: WasmLibrary, name: string) {
    this.kernel = kernel;
    this.lib = lib;
    this.name = name;
    // Products of routines have the first part of the scratch.
    this.scratchBytes = kernel.canFail ? productScratchBytes : 0;
    const { pointers, symbols, pieces } = kernel;
    const own = [...pointers, ...symbols].map(() => 'i32' as const);
    this.f = new FunctionBuilder(pieces ? `${name}p` : name, pieces ? ['i32', 'i32', 'i32'] : ['i32', ...own]);
    this.indices = new IndexValues(this.f);
    [this.device] = this.f.arguments;
  }

  run(): EmittedKernel {
    const { f, kernel, lib } = this;
    const { pointers, symbols, pieces } = kernel;
    const given = (i: number): Value => (pieces ? f.keep(load('i32.load', f.arguments[0], 4 * i)) : f.arguments[1 + i]);
    pointers.forEach((b, i) => {
      this.bases.set(b, given(i));
    });
    symbols.forEach((s, i) => {
      this.indices.fix(s, given(pointers.length + i));
    });
    this.reserve(kernel.locals);
    this.block(kernel.body);
    const callee = lib.module.add(f);
    return { callee: pieces ? this.dealtOut(callee, pieces) : callee, scratchBytes: this.scratchBytes };
  }

  /** The function that hands ranges of the dealt-out points to the device's threads. */
  private dealtOut(piece: Callee, { vars, grain }: NonNullable<ScheduledKernel['pieces']>): Callee {
    const own = [...this.kernel.pointers, ...this.kernel.symbols].map(() => 'i32' as const);
    const f = new FunctionBuilder(`${piece.name}d`, ['i32', ...own]);
    const [device, ...rest] = f.arguments;
    const count = vars.reduce((n, v) => n * v.extent, 1);
    handOut(this.lib, f, device, rest, piece, count, grain);
    return this.lib.module.add(f);
  }

  private reserve(locals: readonly Buffer[]): void {
    for (const b of locals) {
      if (this.locals.has(b)) continue;
      this.locals.set(b, this.scratch(b.bytes));
    }
    for (const b of locals) this.bases.set(b, this.f.keep(this.scratchAt(this.locals.get(b)!)));
  }
  private scratch(bytes: number): number {
    const offset = this.scratchBytes;
    this.scratchBytes += (bytes + 63) & ~63;
    return offset;
  }
  private scratchAt(offset: number): Value {
    return op('i32.add', this.lib.scratch(), i32(offset));
  }

  // ---- operands and places ----

  private operand(o: Operand): Value {
    if (o.kind === 'literal') return o.inLanes ? vectorLiteral(o.dtype, o.value) : literalValue(o.dtype, o.value);
    const held = this.held.get(o.id)!;
    if ('value' in held) return held.value;
    if ('local' in held) return get(held.local);
    return this.f.keep(load('v128.load', this.lib.scratch(), held.cell));
  }
  private write(r: Register, v: Value): void {
    const held = this.held.get(r.id)!;
    if ('local' in held) this.f.set(held.local, v);
    else if ('cell' in held) this.f.store('v128.store', this.lib.scratch(), v, held.cell);
    else throw new InternalError('a register that does not change is written');
  }
  private newLocal(r: Register): Local {
    const local = this.f.local(r.inLanes ? 'v128' : registerType(r.dtype));
    this.held.set(r.id, { local });
    return local;
  }

  private place({ base, dtype, index, shift }: CodePlace): Place {
    const { bytes } = dtypeInfo(dtype);
    const from = this.bases.get(base)!;
    if ('kind' in index) {
      const v = this.operand(index);
      const at = v.type === 'i64' ? op('i32.wrap_i64', v) : v;
      return { at: op('i32.add', from, bytes === 1 ? at : op('i32.mul', at, i32(bytes))), offset: shift * bytes };
    }
    // Static offsets cannot be negative.
    const moved = shift < 0 ? { ...index, constant: index.constant + shift } : index;
    const name = `p${base.place.kind === 'local' ? 'l' : ''}${base.id}`;
    return { at: this.indices.indexed(name, from, moved, bytes), offset: shift > 0 ? shift * bytes : 0 };
  }

  private compute(r: Register, v: Compute): Value {
    const { f, lib } = this;
    switch (v.kind) {
      case 'load':
        return scalarLoad(lib, r.dtype, this.place(v.place));
      case 'loadLanes':
        return vectorLoad(f, r.dtype, this.place(v.place), v.step, lanesOf(v.count));
      case 'index': {
        const at = this.indices.indexed('index', i32(0), v.index, 1);
        return r.inLanes ? vectorIndex(f, r.dtype, at, v.step) : convertScalar(lib, 'i32', r.dtype, at);
      }
      case 'apply':
        return (r.inLanes ? vectorApply : scalarApply)(
          lib,
          f,
          v.source,
          v.args.map((a) => this.operand(a)),
        );
      case 'integer':
        return op(integerOps[v.fn], ...v.args.map((a) => this.operand(a)));
      case 'combine':
        return combine(lib, f, v.combiner, r.dtype, this.operand(v.args[0]), this.operand(v.args[1]), r.inLanes);
      case 'spread':
        return splat(r.dtype, this.operand(v.value));
      case 'upperLanes': {
        const x = this.operand(v.value);
        return shuffleLanes(x, x, v.first === 2 ? [2, 3, 0, 1] : [1, 0, 3, 2]);
      }
      case 'firstLane': {
        const kind = vectorKind(r.dtype);
        const x = lane(kind === 'float' ? 'f32x4.extract_lane' : 'i32x4.extract_lane', 0, this.operand(v.value));
        return kind === 'bool' ? op('i32.and', x, i32(1)) : x;
      }
      case 'keepLanes': {
        const mask = v128([0, 1, 2, 3].map((l) => (l < lanesOf(v.count) ? -1 : 0)));
        return op('v128.bitselect', this.operand(v.value), this.operand(v.otherwise), mask);
      }
      case 'device':
        return load('i32.load', this.device, DEVICE_ID);
    }
  }

  // ---- code ----

  private block(codes: readonly Code[]): void {
    for (const c of codes) this.code(c);
  }

  private code(c: Code): void {
    const { f, lib, indices } = this;
    const inside = (codes: readonly Code[]) => (): void => this.block(codes);
    switch (c.kind) {
      case 'define':
        this.held.set(c.register.id, { value: f.keep(this.compute(c.register, c.value)) });
        break;
      case 'variable': {
        const value = this.operand(c.value);
        if (c.isRare) this.held.set(c.register.id, { cell: this.scratch(16) });
        else this.newLocal(c.register);
        this.write(c.register, value);
        break;
      }
      case 'assign': {
        const { register: r, value: v } = c;
        this.write(r, v.kind === 'register' || v.kind === 'literal' ? this.operand(v) : this.compute(r, v));
        break;
      }
      case 'store':
        scalarStore(lib, f, c.place.dtype, this.place(c.place), this.operand(c.value));
        break;
      case 'storeLanes': {
        const [place, value, count] = [this.place(c.place), this.operand(c.value), lanesOf(c.count)];
        if (c.next) pairStore(f, place, value, this.operand(c.next), count);
        else vectorStore(f, c.place.dtype, place, value, count);
        break;
      }
      case 'copy': {
        const { bytes } = dtypeInfo(c.to.dtype);
        const count =
          typeof c.elements === 'number'
            ? i32(c.elements * bytes)
            : op('i32.mul', op('i32.wrap_i64', this.operand(c.elements)), i32(bytes));
        f.copyMemory(this.address(c.to), this.address(c.from), count);
        break;
      }
      case 'compensate':
        this.compensate(c.sum, c.error, this.operand(c.term));
        break;
      case 'points':
        indices.points(c.vars, f.arguments[1], f.arguments[2], inside(c.body));
        break;
      case 'loop': {
        if (typeof c.end === 'number') {
          indices.repeat(c.variable, c.end, c.step, inside(c.body));
          break;
        }
        const i = f.local('i32');
        f.set(i, i32(0));
        indices.counted(c.variable, i, indices.valueOf(c.end), c.step, inside(c.body));
        break;
      }
      case 'at':
        indices.fix(c.variable, i32(c.value));
        this.block(c.body);
        break;
      case 'rounds': {
        const i = f.local('i32');
        const end = indices.valueOf(c.end);
        f.set(i, i32(0));
        for (const { step, body } of c.parts) indices.counted(c.variable, i, end, step, inside(body));
        if (c.rest.length > 0)
          indices.onlyIf(op('i32.lt_s', get(i), end), () => {
            indices.fix(c.variable, get(i), f.depth);
            this.block(c.rest);
          });
        break;
      }
      case 'every':
        indices.onlyIf(op('i32.eqz', op('i32.and', indices.valueOf(c.variable), i32(c.mask))), inside(c.body));
        break;
      case 'if':
        indices.onlyIf(
          this.operand(c.condition),
          inside(c.body),
          c.otherwise.length > 0 ? inside(c.otherwise) : undefined,
        );
        break;
      case 'for': {
        const i = this.newLocal(c.variable);
        f.set(i, this.operand(c.from));
        this.rounds(i, c.to, c.step, 1, c.body);
        break;
      }
      case 'forLanes': {
        const i = this.newLocal(c.variable);
        f.set(i, this.operand(c.from));
        this.rounds(i, c.to, LANES, LANES, c.body);
        if (c.rest.kind === 'masked') throw new InternalError('no masks in WebAssembly');
        if (c.rest.kind === 'single') this.rounds(i, c.to, 1, 1, c.rest.body);
        break;
      }
      case 'while':
        f.loop((again, leave) => {
          this.block(c.before);
          leave(0, op('i32.eqz', this.operand(c.condition)));
          this.block(c.body);
          again();
        });
        break;
      case 'parallel':
        this.parallel(c);
        break;
      case 'product':
        this.product(c);
        break;
    }
  }

  private address(p: CodePlace): Value {
    const { at, offset } = this.place(p);
    return offset === 0 ? at : op('i32.add', at, i32(offset));
  }

  /** Goes on as long as all `lanes` of a round are inside. */
  private rounds(i: Local, to: Operand, step: number, lanes: number, body: readonly Code[]): void {
    const { f } = this;
    f.loop((again, leave) => {
      const last = lanes === 1 ? get(i) : op('i64.add', get(i), i64(lanes - 1));
      leave(0, op('i64.ge_s', last, this.operand(to)));
      this.block(body);
      f.set(i, op('i64.add', get(i), i64(step)));
      again();
    });
  }

  private compensate(sum: Register, error: Register, term: Value): void {
    const { f } = this;
    const { dtype, inLanes } = sum;
    const shape = inLanes ? 'f32x4' : registerType(dtype) === 'f64' ? 'f64' : 'f32';
    const o = (name: 'add' | 'sub', a: Value, b: Value): Value => f.keep(op(`${shape}.${name}`, a, b));
    const before = this.operand(sum);
    const y = o('sub', term, this.operand(error));
    const total = o('add', before, y);
    const e = o('sub', o('sub', total, before), y);
    const isNumber = op(`${shape}.eq`, e, e);
    const none = inLanes ? vectorLiteral(dtype, 0) : literalValue(dtype, 0);
    this.write(error, inLanes ? op('v128.bitselect', e, none, isNumber) : select(isNumber, e, none));
    this.write(sum, total);
  }

  private parallel({ variable, rounds, grain, locals, body }: Code & { kind: 'parallel' }): void {
    const { f: outer, indices, device, lib } = this;
    const bases = new Map(this.bases);
    const { pointers } = this.kernel;
    const before = lib.special.size;
    const f = new FunctionBuilder(`${this.name}r${this.numRanges++}`, ['i32', 'i32', 'i32']);
    const [context, begin, end] = f.arguments;
    this.f = f;
    this.indices = new IndexValues(f);
    this.device = op('i32.sub', context, i32(CONTEXT));
    pointers.forEach((b, i) => {
      this.bases.set(b, f.keep(load('i32.load', context, 4 * i)));
    });
    this.reserve(locals);
    const i = this.newLocal(variable);
    f.set(i, op('i64.extend_i32_s', begin));
    const last = f.keep(op('i64.extend_i32_s', end));
    f.loop((again, leave) => {
      leave(0, op('i64.ge_s', get(i), last));
      this.block(body);
      f.set(i, op('i64.add', get(i), i64(1)));
      again();
    });
    const piece = lib.module.add(f);
    Object.assign(this, { f: outer, indices, device });
    for (const [b, v] of bases) this.bases.set(b, v);
    // Functions that only the main thread has keep the loop in one piece.
    const own = lib.special.size > before ? rounds : grain;
    handOut(
      lib,
      outer,
      device,
      pointers.map((b) => bases.get(b)!),
      piece,
      rounds,
      own,
    );
  }

  private product({ m, n, k, a, b, c, accumulate }: ProductCode): void {
    const { f } = this;
    const sizes = [m, n, k].map((x) => op('i32.wrap_i64', this.operand(x)));
    const view = (v: MatrixPlace): Value[] => {
      const { bytes } = dtypeInfo(v.dtype);
      return [f.keep(this.address(v)), i32(v.row * bytes), i32(v.column * bytes)];
    };
    const one = productOf(this.lib, { dtypes: [a.dtype, b.dtype, c.dtype] });
    f.call(one, ...sizes, ...[a, b, c].flatMap(view), this.operand(accumulate));
  }
}

/** Calls a function of a range for all of `count` points, `grain` at a time, on the device's threads, which find `values` in its context. */
function handOut(
  lib: WasmLibrary,
  f: FunctionBuilder,
  device: Value,
  values: readonly Value[],
  piece: Callee,
  count: number,
  grain: number,
): void {
  values.forEach((v, i) => {
    f.store('i32.store', device, v, CONTEXT + 4 * i);
  });
  f.call(parallel(lib), device, tableIndex(piece), i32(count), i32(grain));
}

const integerOps: Readonly<Record<IntegerFunction, PlainOp>> = {
  add: 'i64.add',
  subtract: 'i64.sub',
  multiply: 'i64.mul',
  divide: 'i64.div_s',
  remainder: 'i64.rem_s',
};

function lanesOf(count: Register | number | undefined): number {
  if (typeof count === 'object') throw new InternalError('no masks in WebAssembly');
  return count ?? LANES;
}
