import { type DType, dtypeInfo, InternalError } from '../../base/index.ts';
import type { Affine, RuntimeIndex, Term } from '../affine.ts';
import { collapseLoops } from '../collapse.ts';
import type {
  Buffer,
  CaseStep,
  CollectiveStep,
  CopyStep,
  GemmStep,
  HostStep,
  KernelProgram,
  LoopStep,
  MatrixView,
  RegionStep,
  RoutineStep,
  ScaleView,
  Step,
  StepBlock,
  Storage,
  SymbolSource,
  UpdateStep,
  WhileStep,
} from '../kernel-ir.ts';
import type { MemoryPlan } from '../memory.ts';
import { isNibble } from '../sub-byte.ts';
import { emitCollective } from './emit-collective.ts';
import { scalarLoad } from './emit-expr.ts';
import { emitLoops } from './emit-loops.ts';
import { emitRoutine } from './emit-routine.ts';
import { FunctionBuilder, get, i32, i64, load, op, select, tableIndex, type Value } from './function-builder.ts';
import { emitGemm, emitGemmHere, gemmPieces } from './gemm.ts';
import { gemmAny } from './gemm-any.ts';
import { floatProduct, productScratchBytes } from './gemm-converting.ts';
import { WasmLibrary } from './library.ts';
import type { ModuleOptions } from './module-builder.ts';
import { CONTEXT, help, parallel } from './parallel.ts';

/*
 * The whole program as one WebAssembly module. Exports:
 *   init(scratch)                              once per thread
 *   program(device, table, arena, constants)   `table`: addresses of arguments and results
 *   help(device)                               a helper thread takes part in the present job
 * Imports `env.memory` and functions of doubles from `math` (JavaScript's Math) and `special` (see runtime/wasm/host-math.ts).
 */

export interface WasmOptions extends ModuleOptions {
  /** Use `f32x4.relaxed_madd`. */
  readonly relaxed: boolean;
}

export interface EmittedWasm {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Scratch each thread needs, in bytes. */
  readonly scratchBytes: number;
  /** Words that every device finds where its control block says: who talks to whom in collectives. */
  readonly tables: readonly number[];
  /** What `env.host(device, number)` evaluates: addresses of reads and writes are in the device's context. */
  readonly hostSteps: readonly HostStep[];
}

export function emitWasm(program: KernelProgram, memory: MemoryPlan, options: WasmOptions): EmittedWasm {
  return new ProgramEmitter(program, memory, options).run();
}

class ProgramEmitter {
  private readonly program: KernelProgram;
  private readonly memory: MemoryPlan;
  private readonly options: WasmOptions;
  private readonly lib: WasmLibrary;
  private f = new FunctionBuilder('program', ['i32', 'i32', 'i32', 'i32']);
  /** device, table, arena, constants. */
  private environment: readonly Value[] = this.f.arguments;
  private roots = new Map<Buffer, Value>();
  /** Points and round of the region being written. */
  private regionValues: Map<RuntimeIndex, Value> | undefined;
  private symbolValues = new Map<RuntimeIndex, Value>();
  private kernels = 0;
  private readonly tables: number[] = [];
  private readonly hostSteps: HostStep[] = [];
  private scratchBytes = 0;

  constructor(program: KernelProgram, memory: MemoryPlan, options: WasmOptions) {
    this.program = program;
    this.memory = memory;
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
      tables: this.tables,
      hostSteps: this.hostSteps,
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
      case 'region':
        this.region(s);
        break;
      case 'routine':
        this.routine(s);
        break;
      case 'collective':
        this.collective(s);
        break;
      case 'host':
        this.host(s);
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
    const v = this.symbolValues.get(t) ?? this.regionValues?.get(t);
    if (!v) throw new InternalError('unknown index in the main function');
    return v;
  }

  private loops(step: LoopStep): void {
    const { f } = this;
    const kernel = emitLoops(
      collapseLoops(step),
      this.memory.rootOf,
      this.lib,
      `k${this.kernels++}`,
      this.regionValues !== undefined,
    );
    this.scratchBytes = Math.max(this.scratchBytes, kernel.localBytes);
    this.symbols(step.symbols);
    f.call(
      kernel.callee,
      this.environment[0],
      ...kernel.pointers.map((b) => this.pointer(b)),
      ...kernel.symbols.map((s) => this.symbolOf(s)),
    );
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
      const address = (v: MatrixView | ScaleView, bytes: number): Value =>
        vars.reduce(
          (sum, l, i) => op('i32.add', sum, op('i32.mul', get(l), i32(v.outer[i] * bytes))),
          op('i32.add', this.storage(v.storage), this.index(v.offset, bytes)),
        );
      const view = (v: MatrixView, i: number): Value[] => {
        const bytes = bytesOf(step.dtypes[i]);
        // Rows and columns of nibbles are half bytes apart.
        const stride = Math.max(1, bytes);
        return [address(v, bytes), ...[v.batch * bytes, v.row * stride, v.column * stride].map(i32)];
      };
      const factors = (s: ScaleView | undefined): Value[] =>
        s
          ? [address(s, 4), ...[4 * s.batch, 4 * s.k, 4 * s.other, s.k === 0 ? Math.max(1, step.k) : s.group].map(i32)]
          : [];
      const summed = vars.slice(vars.length - step.summed);
      const accumulate = step.summed > 0 ? summed.map(get).reduce((a, b) => op('i32.or', a, b)) : i32(0);
      const { batch, m, n, k } = step;
      const views = [step.a, step.b, step.c].flatMap(view);
      const words = [i32(m), i32(n), i32(k), ...views, accumulate, ...factors(step.aScale), ...factors(step.bScale)];
      const one = floatProduct(lib, step);
      if (one) {
        this.scratchBytes = Math.max(this.scratchBytes, productScratchBytes);
        // Threads are busy with points of the region: its products run on the one that calls.
        if (this.regionValues) emitGemmHere(one.callee, f, batch, words);
        else emitGemm(lib, one, f, this.environment[0], words, gemmPieces(batch, m, n, k));
      } else f.call(gemmAny(lib, step.dtypes), i32(batch), ...words);
    };
    const nested = (i: number): void => {
      if (i === vars.length) product();
      else if (step.outer[i] > 0) f.repeat(vars[i], step.outer[i], 1, () => nested(i + 1));
    };
    nested(0);
  }

  /** A function for a range of points, handed to the device's threads. */
  private region(step: RegionStep): void {
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
    this.regionValues = values;
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
      const { round } = step;
      if (!round) {
        body();
        return;
      }
      const r = f.local('i32');
      values.set(round, get(r));
      f.repeat(r, round.max + 1, 1, body);
    });
    this.regionValues = undefined;
    const piece = this.lib.module.add(f);
    Object.assign(this, { f: outer, roots, environment });
    this.scratchBytes = Math.max(this.scratchBytes, productScratchBytes + step.scratchBytes);
    environment.slice(1).forEach((v, i) => {
      outer.store('i32.store', environment[0], v, CONTEXT + 4 * i);
    });
    outer.call(parallel(this.lib), environment[0], tableIndex(piece), i32(inner), i32(1));
  }

  private routine(step: RoutineStep): void {
    const routine = emitRoutine(step, this.memory.rootOf, this.lib, `k${this.kernels++}`);
    this.scratchBytes = Math.max(this.scratchBytes, routine.scratchBytes);
    this.f.call(routine.callee, this.environment[0], ...routine.pointers.map((b) => this.pointer(b)));
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

  private host(step: HostStep): void {
    const { f } = this;
    const [device] = this.environment;
    const places = [...step.reads.map((r) => this.storage(r)), ...step.writes.map((w) => this.pointer(w))];
    places.forEach((v, i) => {
      f.store('i32.store', device, v, CONTEXT + 4 * i);
    });
    const number = this.hostSteps.push(step) - 1;
    f.call(this.lib.module.import('env', 'host', ['i32', 'i32']), device, i32(number));
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
