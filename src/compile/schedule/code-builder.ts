import { type DType, InternalError } from '../../base/index.ts';
import type { LoopVar, RuntimeIndex } from '../kernels/affine.ts';
import type { Buffer } from '../kernels/kernel-ir.ts';
import type { Code, Compute, Operand, Register } from './code.ts';

/** Collects code, and numbers registers. */
export class CodeBuilder {
  /** Loops open around the current statement, outermost first. */
  readonly open: LoopVar[] = [];
  private readonly rootOf: (b: Buffer) => Buffer;
  private readonly pointerSet = new Set<Buffer>();
  private readonly symbolSet = new Set<RuntimeIndex>();
  private localSet = new Set<Buffer>();
  private body: Code[] = [];
  private numRegisters = 0;

  constructor(rootOf: (b: Buffer) => Buffer) {
    this.rootOf = rootOf;
  }

  get pointers(): readonly Buffer[] {
    return [...this.pointerSet];
  }
  get symbols(): readonly RuntimeIndex[] {
    return [...this.symbolSet];
  }
  get locals(): readonly Buffer[] {
    return [...this.localSet];
  }

  push(c: Code): void {
    this.body.push(c);
  }
  /** The code that `write` writes, which goes nowhere else. */
  inside(write: () => void): readonly Code[] {
    const outer = this.body;
    const own: Code[] = [];
    this.body = own;
    write();
    this.body = outer;
    return own;
  }
  /** The same with local memory of its own. */
  insideThread(write: () => void): { readonly body: readonly Code[]; readonly locals: readonly Buffer[] } {
    const outer = this.localSet;
    const own = new Set<Buffer>();
    this.localSet = own;
    const body = this.inside(write);
    this.localSet = outer;
    return { body, locals: [...own] };
  }

  register(dtype: DType, inLanes: boolean): Register {
    return { kind: 'register', id: this.numRegisters++, dtype, inLanes };
  }
  define(dtype: DType, inLanes: boolean, value: Compute): Register {
    const register = this.register(dtype, inLanes);
    this.push({ kind: 'define', register, value });
    return register;
  }
  /** A register that changes, with what is in it at first. */
  variable(value: Operand, isRare = false): Register {
    const register = this.register(value.dtype, value.inLanes);
    this.push({ kind: 'variable', register, value, isRare });
    return register;
  }
  assign(register: Register, value: Operand | Compute): void {
    this.push({ kind: 'assign', register, value });
  }

  /** The memory that a buffer lies in, which the kernel will be given. */
  base(b: Buffer): Buffer {
    if (b.place.kind === 'local') {
      this.localSet.add(b);
      return b;
    }
    const root = this.rootOf(b);
    this.pointerSet.add(root);
    return root;
  }
  shareMemory(a: Buffer, b: Buffer): boolean {
    return this.rootOf(a) === this.rootOf(b);
  }
  symbol(t: RuntimeIndex): RuntimeIndex {
    this.symbolSet.add(t);
    return t;
  }

  loop(v: LoopVar, write: () => void): void {
    this.steps(v, v.count ?? v.extent, 1, write);
  }
  loops(vars: readonly LoopVar[], write: () => void): void {
    const [first, ...rest] = vars;
    if (!first) write();
    else this.loop(first, () => this.loops(rest, write));
  }
  steps(v: LoopVar, end: number | RuntimeIndex, step: number, write: () => void): void {
    if (typeof end !== 'number') this.symbol(end);
    else if (end <= 0) return;
    this.push({ kind: 'loop', variable: v, end, step, body: this.within([v], write) });
  }
  at(v: LoopVar, value: number, write: () => void): void {
    this.push({ kind: 'at', variable: v, value, body: this.within([v], write) });
  }
  /** Code inside loops over `vars`. */
  within(vars: readonly LoopVar[], write: () => void): readonly Code[] {
    this.open.push(...vars);
    const body = this.inside(write);
    this.open.length -= vars.length;
    if (vars.some((v) => this.open.includes(v))) throw new InternalError('a loop inside itself');
    return body;
  }
}
