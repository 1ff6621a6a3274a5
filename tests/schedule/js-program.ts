import { type DType, defaultMachine, dtypeInfo, HostArray, type Scalar } from '../../src/base/index.ts';
import { kernelPassesFor, lowerModule, prepare, runKernelPasses } from '../../src/compile/index.ts';
import { type Affine, COUNT_UNIT, type RuntimeIndex } from '../../src/compile/kernels/affine.ts';
import { collapseLoops } from '../../src/compile/kernels/collapse.ts';
import type {
  Buffer,
  Epilogue,
  GemmStep,
  LoopStep,
  MatrixView,
  PlannedProgram,
  ScaleView,
  Step,
  StepBlock,
  Storage,
  SymbolSource,
  TileStep,
} from '../../src/compile/kernels/kernel-ir.ts';
import type { ScheduledKernel } from '../../src/compile/schedule/code.ts';
import { scheduleLoops } from '../../src/compile/schedule/schedule-loops.ts';
import { scheduleRoutine } from '../../src/compile/schedule/schedule-routine.ts';
import type { Module } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { runCallback } from '../../src/runtime/callbacks.ts';
import { compileKernel, jsFacts, localsOf, Memory, type ProductFunction } from './js-kernel.ts';

/* Programs of one device with their kernels in JavaScript; what is not loops or routines is carried out step by step. */

/** Runs a program of one device. Throws an `Error` for collectives. */
export function runInJavaScript(module: Module, args: readonly HostArray[]): HostArray[] {
  const source = prepare(module, registry);
  const ctx = { machine: defaultMachine, target: 'c', donatedArgs: [] } as const;
  const program = runKernelPasses(lowerModule(source, 1), kernelPassesFor('c'), ctx) as PlannedProgram;
  return new Run(program, source).run(args);
}

const aligned = (bytes: number): number => (bytes + 63) & ~63;

class Run {
  private readonly program: PlannedProgram;
  private readonly source: Module;
  private readonly bases = new Map<Buffer, number>();
  private readonly symbols = new Map<RuntimeIndex, number>();
  private readonly memory: Memory;
  private readonly arena = 0;
  private readonly constants: number;
  private readonly scratch: number;
  private readonly locals: number;
  private isSerial = false;

  constructor(program: PlannedProgram, source: Module) {
    this.program = program;
    this.source = source;
    let bytes = aligned(program.memory.arenaBytes);
    const take = (n: number): number => {
      const at = bytes;
      bytes += aligned(n);
      return at;
    };
    this.constants = take(program.constants.length);
    for (const b of [...program.args, ...program.results])
      if (program.memory.rootOf(b) === b) this.bases.set(b, take(b.bytes));
    this.scratch = take(1 << 22);
    this.locals = take(1 << 22);
    this.memory = new Memory(bytes);
    this.memory.bytes.set(program.constants, this.constants);
  }

  run(args: readonly HostArray[]): HostArray[] {
    const { program, memory } = this;
    const at = (b: Buffer): Uint8Array => memory.bytes.subarray(this.base(b), this.base(b) + b.bytes);
    program.args.forEach((b, i) => {
      at(b).set(args[i].bytes);
    });
    this.block(program.body);
    const { main } = this.source;
    return program.results.map((b, i) =>
      HostArray.fromBytes(main.results[i].dtype, main.results[i].shape, at(b).slice()),
    );
  }

  private base(b: Buffer): number {
    const root = this.program.memory.rootOf(b);
    const known = this.bases.get(root);
    if (known !== undefined) return known;
    if (root.place.kind === 'constant') return this.constants + root.place.index;
    if (root.place.kind === 'scratch') return this.scratch + root.place.index;
    return this.arena + this.program.memory.offsets.get(root)!;
  }
  private at(s: Storage): number {
    return this.base(s.buffer) + s.offset * (s.buffer.bytes / Math.max(1, s.buffer.elements));
  }
  private index(a: Affine): number {
    return [...a.terms].reduce((n, [t, c]) => n + c * this.symbols.get(t as RuntimeIndex)!, a.constant);
  }
  private read(sources: readonly SymbolSource[]): void {
    for (const { symbol, storage, dtype } of sources) {
      const x = Number(this.memory.read(dtype, this.at(storage), 0));
      this.symbols.set(symbol, Math.max(0, Math.min(symbol.max, x)));
    }
  }
  private copy(from: Storage, to: Buffer): void {
    const start = this.at(from);
    this.memory.bytes.copyWithin(this.base(to), start, start + to.bytes);
  }

  private block(b: StepBlock): void {
    for (const s of b.steps) this.step(s);
  }

  private step(s: Step): void {
    switch (s.kind) {
      case 'loops':
        this.loops(s);
        break;
      case 'routine':
        this.kernel(scheduleRoutine(s, this.program.memory.rootOf, jsFacts));
        break;
      case 'gemm':
        this.gemm(s);
        break;
      case 'tile':
        this.tile(s);
        break;
      case 'update':
        for (const t of s.targets) this.copy(t.operand, t.result);
        this.step(s.write);
        break;
      case 'copy':
        this.copy(s.from, s.to);
        break;
      case 'while':
        s.carries.forEach((to, i) => {
          this.copy(s.inits[i], to);
        });
        for (;;) {
          this.block(s.condition);
          if (!this.memory.read('bool', this.at(s.conditionValue), 0)) break;
          this.block(s.body);
          s.carries.forEach((to, i) => {
            this.copy(s.yields[i], to);
          });
        }
        break;
      case 'case': {
        const x = Number(this.memory.read(s.selectorDtype, this.at(s.selector), 0));
        const last = s.branches.length - 1;
        const n = s.selectorDtype === 'bool' ? 1 - x : x < 0 || x > last ? last : x;
        this.block(s.branches[n].block);
        s.results.forEach((to, i) => {
          this.copy(s.branches[n].yields[i], to);
        });
        break;
      }
      case 'callback': {
        const bytes = (storage: Storage, length: number): Uint8Array =>
          this.memory.bytes.subarray(this.at(storage), this.at(storage) + length);
        const memory = {
          read: (i: number, to: HostArray) => to.bytes.set(bytes(s.reads[i], to.bytes.length)),
          write: (i: number, from: HostArray) =>
            bytes({ buffer: s.writes[i], offset: 0 }, from.bytes.length).set(from.bytes),
        };
        runCallback(s, this.source, memory, 0, 1);
        break;
      }
      case 'collective':
        throw new Error('one device has nobody to talk to');
    }
  }

  private loops(step: LoopStep): void {
    this.read(step.symbols);
    this.kernel(scheduleLoops(collapseLoops(step), this.program.memory.rootOf, jsFacts, this.isSerial));
  }
  private kernel(kernel: ScheduledKernel): void {
    let local = this.locals;
    const own = localsOf(kernel).map((b) => {
      const at = local;
      local += aligned(b.bytes);
      return at;
    });
    const bases = [...kernel.pointers.map((b) => this.base(b)), ...own];
    compileKernel(kernel, this.product)(
      this.memory,
      bases,
      kernel.symbols.map((t) => this.symbols.get(t)!),
    );
  }

  private readonly product: ProductFunction = (sizes, [a, b, c], accumulate) => {
    const [m, n, k] = sizes.map(Number);
    type View = typeof a;
    const at = (v: View, i: number, j: number): number => v.index + i * v.row + j * v.column;
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = accumulate ? Number(this.memory.read(c.dtype, c.base, at(c, i, j))) : 0;
        for (let p = 0; p < k; p++)
          sum +=
            Number(this.memory.read(a.dtype, a.base, at(a, i, p))) *
            Number(this.memory.read(b.dtype, b.base, at(b, p, j)));
        this.memory.write(c.dtype, c.base, at(c, i, j), sum);
      }
  };

  /** A product by its definition, in double precision or in integers of any size. */
  private gemm(step: GemmStep): void {
    this.read(step.symbols);
    const count = (axis: 'm' | 'n' | 'k'): number =>
      step.counts?.[axis] ? this.symbols.get(step.counts[axis])! : step[axis];
    const [m, n, k] = [count('m'), count('n'), count('k')];
    const points = step.outer.reduce((x, y) => x * y, 1);
    const isWide = dtypeInfo(step.dtypes[2]).scalar === 'bigint';
    for (let z = 0; z < points; z++) {
      let rest = z;
      const outer = [...step.outer]
        .reverse()
        .map((extent) => {
          const i = rest % extent;
          rest = Math.floor(rest / extent);
          return i;
        })
        .reverse();
      const start = (v: MatrixView | ScaleView): number =>
        v.outer.reduce((x, stride, i) => x + stride * outer[i], this.index(v.offset));
      const read = (v: MatrixView, d: DType, batch: number, i: number, j: number): Scalar => {
        const at = start(v) + batch * v.batch + i * v.row + j * v.column;
        if (d !== 'i4' && d !== 'u4') return this.memory.read(d, this.at(v.storage), at);
        const half = (Number(this.memory.read('u8', this.at(v.storage), at >> 1)) >> (4 * (at & 1))) & 15;
        return d === 'i4' && half > 7 ? half - 16 : half;
      };
      const scale = (s: ScaleView | undefined, batch: number, p: number, r: number): number =>
        s
          ? Number(
              this.memory.read(
                'f32',
                this.at(s.storage),
                start(s) + batch * s.batch + Math.floor(p / s.group) * s.k + r * s.other,
              ),
            )
          : 1;
      const rounds =
        (bit: number) =>
        (x: Scalar): Scalar =>
          (step.roundBf16 ?? 0) & bit ? HostArray.from('bf16', [], [x]).get(0) : x;
      const added = step.accumulate === true || (step.accumulate && this.symbols.get(step.accumulate) !== 0);
      const isLater = added || outer.slice(outer.length - step.summed).some((i) => i !== 0);
      for (let batch = 0; batch < step.batch; batch++)
        for (let i = 0; i < m; i++)
          for (let j = 0; j < n; j++) {
            const to = start(step.c) + batch * step.c.batch + i * step.c.row + j * step.c.column;
            const [base, d] = [this.at(step.c.storage), step.dtypes[2]];
            let sum: number | bigint = isWide ? 0n : 0;
            if (isLater) sum = this.memory.read(d, base, to) as number | bigint;
            for (let p = 0; p < k; p++) {
              const x = rounds(1)(read(step.a, step.dtypes[0], batch, i, p));
              const y = rounds(2)(read(step.b, step.dtypes[1], batch, p, j));
              if (typeof sum === 'bigint') sum += BigInt(x as number) * BigInt(y as number);
              else sum += Number(x) * scale(step.aScale, batch, p, i) * (Number(y) * scale(step.bScale, batch, p, j));
            }
            this.memory.write(d, base, to, sum);
          }
    }
    if (step.epilogue) this.epilogue(step.epilogue, points * step.batch * step.m, n);
  }

  private epilogue({ rows, columns, step }: Epilogue, count: number, n: number): void {
    if (columns) this.symbols.set(columns.first, 0).set(columns.count, n);
    for (let z = 0; z < count; z++) {
      this.number(rows, z);
      this.loops(step);
    }
  }
  private number(terms: readonly RuntimeIndex[], z: number): void {
    let rest = z;
    for (const t of [...terms].reverse()) {
      this.symbols.set(t, rest % (t.max + 1));
      rest = Math.floor(rest / (t.max + 1));
    }
  }

  private tile({ points, round, span, start, body, finish }: TileStep): void {
    this.isSerial = true;
    const total = points.reduce((n, t) => n * (t.max + 1), 1);
    for (let z = 0; z < total; z++) {
      this.number(points, z);
      for (const s of start) this.step(s);
      for (let r = 0; r <= (round?.max ?? 0); r++) {
        if (round) this.symbols.set(round, r);
        if (span) {
          const clamped = (x: number): number => Math.max(0, Math.min(span.size, x));
          const first = Math.floor(clamped(this.index(span.from)) / COUNT_UNIT) * COUNT_UNIT;
          const end = clamped(Math.ceil(clamped(this.index(span.to)) / COUNT_UNIT) * COUNT_UNIT);
          this.symbols.set(span.first, first).set(span.end, end);
          this.symbols.set(span.count, end - first).set(span.rest, span.size - end);
        }
        for (const s of body) this.step(s);
      }
      for (const s of finish) this.step(s);
    }
    this.isSerial = false;
  }
}
