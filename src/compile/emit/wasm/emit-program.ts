import { type DType, dtypeInfo, InternalError } from '../../../base/index.ts';
import { nodesOf, rootsOf } from '../../kernels/accesses.ts';
import { type Affine, COUNT_UNIT, type RuntimeIndex, type Term } from '../../kernels/affine.ts';
import { collapseLoops } from '../../kernels/collapse.ts';
import type {
  Buffer,
  CallbackStep,
  CaseStep,
  CollectiveStep,
  CopyStep,
  GemmStep,
  LoopStep,
  MatrixView,
  PlannedProgram,
  RoutineStep,
  ScaleView,
  Span,
  Step,
  StepBlock,
  Storage,
  SymbolSource,
  TileStep,
  UpdateStep,
  WhileStep,
} from '../../kernels/kernel-ir.ts';
import type { MemoryPlan } from '../../kernels/plans.ts';
import { isNibble } from '../../kernels/sub-byte.ts';
import type { ScheduledKernel } from '../../schedule/code.ts';
import { scheduleLoops } from '../../schedule/schedule-loops.ts';
import { scheduleRoutine } from '../../schedule/schedule-routine.ts';
import { type ProfilePoint, profilePointOf } from '../profile-points.ts';
import { emitCollective } from './emit-collective.ts';
import { callsSpecial, scalarLoad, wasmFacts } from './emit-expr.ts';
import { type EmittedKernel, emitKernel } from './emit-kernel.ts';
import { call, FunctionBuilder, get, i32, i64, load, op, select, tableIndex, type Value } from './function-builder.ts';
import { productOf, productScratchBytes } from './gemm-converting.ts';
import { emitGemm, emitGemmHere, type Matrix, type Product, sharedBytes } from './gemm-team.ts';
import { WasmLibrary } from './library.ts';
import type { ModuleOptions } from './module-builder.ts';
import { CONTEXT, help, parallel } from './parallel.ts';

/*
 * The whole program as one WebAssembly module. Exports:
 *   init(scratch)                              once per thread
 *   program(device, table, arena, constants)   `table`: addresses of arguments and results
 *   help(device)                               a helper thread takes part in the present job
 * Imports `env.memory`, when profiled `env.now` and `env.event(device, point, start)`, and functions of doubles from `math` (JavaScript's Math) and `special` (imported-functions.ts).
 */

export interface WasmOptions extends ModuleOptions {
  /** Use `f32x4.relaxed_madd`. */
  readonly relaxed: boolean;
  /** Record the time of every step. */
  readonly profile?: boolean;
}

export interface EmittedWasm {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Scratch each thread needs, in bytes. */
  readonly scratchBytes: number;
  /** Bytes of the arena, with what threads share during a step. */
  readonly arenaBytes: number;
  /** Words that every device finds where its control block says: who talks to whom in collectives. */
  readonly tables: readonly number[];
  /** What `env.callback(device, number)` evaluates: addresses of reads and writes are in the device's context. */
  readonly callbackSteps: readonly CallbackStep[];
  /** With `profile`: what the numbers in recorded events stand for. */
  readonly points: readonly ProfilePoint[];
}

export function emitWasm(program: PlannedProgram, options: WasmOptions): EmittedWasm {
  return new ProgramEmitter(program, options).run();
}

class ProgramEmitter {
  private readonly program: PlannedProgram;
  private readonly memory: MemoryPlan;
  private readonly options: WasmOptions;
  private readonly lib: WasmLibrary;
  private f = new FunctionBuilder('program', ['i32', 'i32', 'i32', 'i32']);
  /** device, table, arena, constants. */
  private environment: readonly Value[] = this.f.arguments;
  private roots = new Map<Buffer, Value>();
  /** Points and round of the tile being written. */
  private tileValues: Map<RuntimeIndex, Value> | undefined;
  private symbolValues = new Map<RuntimeIndex, Value>();
  private kernels = 0;
  private readonly tables: number[] = [];
  private readonly callbackSteps: CallbackStep[] = [];
  private readonly points: ProfilePoint[] = [];
  private scratchBytes = 0;
  private sharedBytes = 0;

  constructor(program: PlannedProgram, options: WasmOptions) {
    this.program = program;
    this.memory = program.memory;
    this.options = options;
    this.lib = new WasmLibrary(options.relaxed);
  }

  run(): EmittedWasm {
    const { f, lib } = this;
    this.roots = this.readTable(f.arguments[1]);
    this.block(this.program.body);
    const init = new FunctionBuilder('init', ['i32']);
    init.setGlobal(lib.scratchIndex, init.arguments[0]);
    const { module } = lib;
    module.export('init', module.add(init));
    module.export('program', module.add(f));
    module.export('help', help(lib));
    return {
      bytes: module.encode(this.options),
      scratchBytes: this.scratchBytes,
      arenaBytes: this.memory.arenaBytes + this.sharedBytes,
      tables: this.tables,
      callbackSteps: this.callbackSteps,
      points: this.points,
    };
  }

  private readTable(table: Value): Map<Buffer, Value> {
    const out = new Map<Buffer, Value>();
    [...this.program.args, ...this.program.results].forEach((b, i) => {
      if (this.memory.rootOf(b) === b) out.set(b, this.f.keep(load('i32.load', table, 4 * i)));
    });
    return out;
  }

  /** Address where a buffer begins. */
  private pointer(b: Buffer): Value {
    const root = this.memory.rootOf(b);
    const known = this.roots.get(root);
    if (known) return known;
    const [, , arena, constants] = this.environment;
    if (root.place.kind === 'constant') return op('i32.add', constants, i32(root.place.index));
    if (root.place.kind === 'scratch')
      return op('i32.add', this.lib.scratch(), i32(productScratchBytes + root.place.index));
    const offset = this.memory.offsets.get(root);
    if (offset === undefined) throw new InternalError(`buffer ${root.id} has no memory`);
    return op('i32.add', arena, i32(offset));
  }
  private storage(s: Storage): Value {
    const bytes = s.offset * dtypeInfo(s.buffer.dtype).bytes;
    return bytes === 0 ? this.pointer(s.buffer) : op('i32.add', this.pointer(s.buffer), i32(bytes));
  }
  private same(a: Storage, b: Buffer): boolean {
    return a.offset === 0 && this.memory.rootOf(a.buffer) === this.memory.rootOf(b);
  }

  private block(b: StepBlock): void {
    for (const s of b.steps) this.step(s);
  }

  private step(s: Step): void {
    // Points of a tile run on any thread: the tile has an event, its steps have none.
    const point = this.options.profile && !this.tileValues ? profilePointOf(s) : undefined;
    const isFree = s.kind === 'copy' && this.same(s.from, s.to);
    if (!point || isFree) {
      this.emitStep(s);
      return;
    }
    const { f } = this;
    const { module } = this.lib;
    const id = this.points.push(point) - 1;
    const start = f.keepCopy(call(module.import('env', 'now', [], 'f64')));
    this.emitStep(s);
    f.call(module.import('env', 'event', ['i32', 'i32', 'f64']), this.environment[0], i32(id), start);
  }

  private emitStep(s: Step): void {
    switch (s.kind) {
      case 'loops':
        this.loops(s);
        break;
      case 'gemm':
        this.gemm(s);
        break;
      case 'update':
        this.update(s);
        break;
      case 'copy':
        this.copy(s);
        break;
      case 'while':
        this.while(s);
        break;
      case 'case':
        this.case(s);
        break;
      case 'tile':
        this.tile(s);
        break;
      case 'routine':
        this.routine(s);
        break;
      case 'collective':
        this.collective(s);
        break;
      case 'callback':
        this.callback(s);
        break;
    }
  }

  /** Reads run-time indices, clamped to their range. */
  private symbols(sources: readonly SymbolSource[]): void {
    const { f, lib } = this;
    this.symbolValues = new Map();
    for (const s of sources) {
      const x = f.keep(scalarLoad(lib, s.dtype, { at: this.storage(s.storage), offset: 0 }));
      const max = s.symbol.max;
      const unsigned = s.dtype.startsWith('u');
      let v: Value;
      if (x.type === 'i64') {
        const top = unsigned ? op('i64.gt_u', x, i64(max)) : op('i64.gt_s', x, i64(max));
        const low = f.keep(select(top, i64(max), x));
        v = op('i32.wrap_i64', unsigned ? low : select(op('i64.lt_s', low, i64(0)), i64(0), low));
      } else {
        const top = unsigned ? op('i32.gt_u', x, i32(max)) : op('i32.gt_s', x, i32(max));
        const low = f.keep(select(top, i32(max), x));
        v = unsigned ? low : select(op('i32.lt_s', low, i32(0)), i32(0), low);
      }
      this.symbolValues.set(s.symbol, f.keep(v));
    }
  }

  private symbolOf(t: RuntimeIndex): Value {
    const v = this.symbolValues.get(t) ?? this.tileValues?.get(t);
    if (!v) throw new InternalError('unknown index in the main function');
    return v;
  }

  private loops(step: LoopStep): void {
    const { lib } = this;
    const collapsed = collapseLoops(step);
    const schedule = (isSerial: boolean): ScheduledKernel =>
      scheduleLoops(collapsed, this.memory.rootOf, wasmFacts, isSerial);
    const name = `k${this.kernels++}`;
    const before = lib.special.size;
    let kernel = schedule(this.tileValues !== undefined);
    let emitted = emitKernel(kernel, lib, name);
    // Functions that only the main thread has keep a kernel in one piece.
    if (kernel.pieces && (lib.special.size > before || (before > 0 && callsMainThread(collapsed)))) {
      kernel = schedule(true);
      emitted = emitKernel(kernel, lib, name);
    }
    this.symbols(step.symbols);
    this.kernel(kernel, emitted);
  }

  private index(a: Affine, bytes: number): Value {
    const value = (t: Term): Value => this.symbolOf(t as RuntimeIndex);
    return [...a.terms].reduce(
      (sum, [t, c]) => op('i32.add', sum, op('i32.mul', value(t), i32(c * bytes))),
      i32(a.constant * bytes) as Value,
    );
  }

  private gemm(step: GemmStep): void {
    const { f, lib } = this;
    this.symbols(step.symbols);
    const vars = step.outer.map(() => f.local('i32'));
    const bytesOf = (d: DType): number => (isNibble(d) ? 0.5 : dtypeInfo(d).bytes);
    const product = (): void => {
      const view = (v: MatrixView | ScaleView, d: DType): Matrix => {
        const bytes = bytesOf(d);
        const at = vars.reduce(
          (sum, l, i) => op('i32.add', sum, op('i32.mul', get(l), i32(v.outer[i] * bytes))),
          op('i32.add', this.storage(v.storage), this.index(v.offset, bytes)),
        );
        // Rows and columns of nibbles are half bytes apart.
        const stride = Math.max(1, bytes);
        const [row, column] = 'row' in v ? [v.row, v.column] : [v.k, v.other];
        return {
          ...{ at: f.keep(at), batch: v.batch * bytes, row: row * stride, column: column * stride },
          nibbles: isNibble(d),
        };
      };
      const operand = (v: MatrixView, d: DType, s: ScaleView | undefined): Matrix => {
        if (!s) return view(v, d);
        const { at, batch, row, column } = view(s, 'f32');
        const group = s.k === 0 ? Math.max(1, step.k) : s.group;
        return { ...view(v, d), scale: { at, batch, k: row, other: column, group } };
      };
      const summed = vars.slice(vars.length - step.summed);
      const added = step.accumulate;
      const later = [...summed.map(get), ...(added && added !== true ? [this.symbolOf(added)] : [])];
      const isLater = later.length > 0 ? f.keep(later.reduce((x, y) => op('i32.or', x, y))) : i32(0);
      const { batch, m, n, k, counts } = step;
      const count = (x: RuntimeIndex | undefined): Value | undefined => x && this.symbolOf(x);
      const p: Product = {
        ...{ batch, m, n, k },
        counts: counts && { m: count(counts.m), n: count(counts.n), k: count(counts.k) },
        a: operand(step.a, step.dtypes[0], step.aScale),
        b: operand(step.b, step.dtypes[1], step.bScale),
        c: view(step.c, step.dtypes[2]),
        accumulate: added === true ? i32(1) : isLater,
      };
      const one = productOf(lib, { ...step, aScale: p.a.scale, bScale: p.b.scale });
      this.scratchBytes = Math.max(this.scratchBytes, productScratchBytes);
      // Threads are busy with points of the tile: its products run on the one that calls.
      if (this.tileValues) emitGemmHere(one, f, p);
      else emitGemm(lib, one, f, this.environment[0], p, this.shared(sharedBytes(lib, one, p)));
    };
    const nested = (i: number): void => {
      if (i === vars.length) product();
      else if (step.outer[i] > 0) f.repeat(vars[i], step.outer[i], 1, () => nested(i + 1));
    };
    nested(0);
  }

  /** Memory behind the arena for what threads of a device share during one step. */
  private shared(bytes: number): Value {
    this.sharedBytes = Math.max(this.sharedBytes, bytes);
    return op('i32.add', this.environment[2], i32(this.memory.arenaBytes));
  }

  /** A function for a range of points, handed to the device's threads. */
  private tile(step: TileStep): void {
    const { f: outer, roots, environment } = this;
    const f = new FunctionBuilder(`k${this.kernels++}`, ['i32', 'i32', 'i32']);
    const [context, begin, end] = f.arguments;
    this.f = f;
    this.environment = [
      op('i32.sub', context, i32(CONTEXT)),
      ...[0, 1, 2].map((i) => f.keep(load('i32.load', context, 4 * i))),
    ];
    this.roots = this.readTable(this.environment[1]);
    const values = new Map<RuntimeIndex, Value>();
    this.tileValues = values;
    const z = f.local('i32');
    let inner = 1;
    f.range(z, begin, end, 1, () => {
      for (const t of [...step.points].reverse()) {
        values.set(t, f.keep(op('i32.rem_u', op('i32.div_u', get(z), i32(inner)), i32(t.max + 1))));
        inner *= t.max + 1;
      }
      const body = (): void => {
        for (const s of step.body) this.step(s);
      };
      const { round, span } = step;
      for (const s of step.start) this.step(s);
      if (round) {
        const r = f.local('i32');
        values.set(round, get(r));
        f.repeat(r, round.max + 1, 1, () => {
          if (span) this.span(span, values);
          body();
        });
      } else body();
      for (const s of step.finish) this.step(s);
    });
    this.tileValues = undefined;
    const piece = this.lib.module.add(f);
    Object.assign(this, { f: outer, roots, environment });
    this.scratchBytes = Math.max(this.scratchBytes, productScratchBytes + step.scratchBytes);
    environment.slice(1).forEach((v, i) => {
      outer.store('i32.store', environment[0], v, CONTEXT + 4 * i);
    });
    outer.call(parallel(this.lib), environment[0], tableIndex(piece), i32(inner), i32(1));
  }

  /** Bounds of the columns that a round looks at. */
  private span(s: Span, values: Map<RuntimeIndex, Value>): void {
    const { f } = this;
    const clamped = (v: Value): Value => {
      const x = f.keep(v);
      const low = f.keep(select(op('i32.lt_s', x, i32(0)), i32(0), x));
      return f.keep(select(op('i32.gt_s', low, i32(s.size)), i32(s.size), low));
    };
    const down = (v: Value): Value => op('i32.and', v, i32(-COUNT_UNIT));
    const first = f.keep(down(clamped(this.index(s.from, 1))));
    const end = clamped(down(op('i32.add', clamped(this.index(s.to, 1)), i32(COUNT_UNIT - 1))));
    values.set(s.first, first).set(s.end, end);
    values.set(s.count, f.keep(op('i32.sub', end, first)));
    values.set(s.rest, f.keep(op('i32.sub', i32(s.size), end)));
  }

  private routine(step: RoutineStep): void {
    const kernel = scheduleRoutine(step, this.memory.rootOf, wasmFacts);
    this.kernel(kernel, emitKernel(kernel, this.lib, `k${this.kernels++}`));
  }

  private kernel({ pointers, symbols }: ScheduledKernel, { callee, scratchBytes }: EmittedKernel): void {
    this.scratchBytes = Math.max(this.scratchBytes, scratchBytes);
    const places = pointers.map((b) => this.pointer(b));
    this.f.call(callee, this.environment[0], ...places, ...symbols.map((s) => this.symbolOf(s)));
  }

  private collective(step: CollectiveStep): void {
    emitCollective(
      this.lib,
      this.f,
      this.environment[0],
      step,
      this.storage(step.from),
      this.pointer(step.to),
      this.tables,
    );
  }

  private callback(step: CallbackStep): void {
    const { f } = this;
    const [device] = this.environment;
    const places = [...step.reads.map((r) => this.storage(r)), ...step.writes.map((w) => this.pointer(w))];
    places.forEach((v, i) => {
      f.store('i32.store', device, v, CONTEXT + 4 * i);
    });
    const number = this.callbackSteps.push(step) - 1;
    f.call(this.lib.module.import('env', 'callback', ['i32', 'i32']), device, i32(number));
  }

  private update(step: UpdateStep): void {
    for (const { operand, result } of step.targets) this.copy({ kind: 'copy', from: operand, to: result });
    this.step(step.write);
  }

  private copy(step: CopyStep): void {
    if (this.same(step.from, step.to) || step.to.bytes === 0) return;
    this.f.copyMemory(this.pointer(step.to), this.storage(step.from), i32(step.to.bytes));
  }

  private while(step: WhileStep): void {
    const { f } = this;
    step.carries.forEach((to, i) => {
      this.copy({ kind: 'copy', from: step.inits[i], to });
    });
    f.loop((again, leave) => {
      this.block(step.condition);
      leave(0, op('i32.eqz', load('i32.load8_u', this.storage(step.conditionValue))));
      this.block(step.body);
      step.carries.forEach((to, i) => {
        this.copy({ kind: 'copy', from: step.yields[i], to });
      });
      again();
    });
  }

  private case(step: CaseStep): void {
    const { f, lib } = this;
    const last = step.branches.length - 1;
    const x = scalarLoad(lib, step.selectorDtype, { at: this.storage(step.selector), offset: 0 });
    // `if` runs its first region on true; `case` its last one on anything out of range.
    const number = f.keepCopy(
      step.selectorDtype === 'bool' ? op('i32.eqz', x) : x.type === 'i64' ? op('i32.wrap_i64', x) : x,
    );
    const branch = (i: number): void => {
      const run = (): void => {
        this.block(step.branches[i].block);
        step.results.forEach((to, r) => {
          this.copy({ kind: 'copy', from: step.branches[i].yields[r], to });
        });
      };
      if (i === last) run();
      else f.if(op('i32.eq', number, i32(i)), run, () => branch(i + 1));
    };
    branch(0);
  }
}

/** Whether kernels of this step may call a function that only the main thread has. */
const callsMainThread = (step: LoopStep): boolean =>
  step.stages.some((s) => nodesOf(rootsOf(s)).some((e) => e.kind === 'apply' && callsSpecial(e.fn)));
