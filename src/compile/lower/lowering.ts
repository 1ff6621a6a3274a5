import { dtypeInfo, InternalError, isComplex, numElements } from '../../base/index.ts';
import { type Block, type Module, type Op, type Use, usesOf, type Value } from '../../ir/index.ts';
import type { ImportedOpName, OpName } from '../../ops/index.ts';
import {
  type Affine,
  addScaled,
  affineKey,
  constantIndex,
  delinearize,
  domainOf,
  type LoopVar,
  linearize,
  type RuntimeIndex,
  SplitRequest,
  shifted,
  splitFactors,
  symbol,
  termIndex,
} from '../kernels/affine.ts';
import type {
  Buffer,
  Expr,
  LoopStep,
  Stage,
  Step,
  StepBlock,
  Storage,
  Store,
  SymbolSource,
} from '../kernels/kernel-ir.ts';
import { memoryDType } from '../kernels/sub-byte.ts';
import { type ConstantPool, literal, literalOf } from './constants.ts';

/**
 * How an op takes an operand: as an expression, as memory, as memory seen through views (strides), or through views and what
 * the packing of products does (`packedBy`).
 */
export type UseKind = 'inline' | 'storage' | 'view' | 'packed';

/** What the cpu compiler knows about one op. */
export interface KernelRule {
  /**
   * Value of one result element as an expression; ops with this can be computed inside their consumers' loops.
   * `index` is a multi-index into `result`.
   */
  readonly fuse?: (op: Op, index: readonly Affine[], builder: ExprBuilder, result: Value) => Expr;
  /** Cost of recomputing it per element; `view` moves elements only. Default `cheap`. */
  readonly cost?: 'free' | 'view' | 'cheap' | 'expensive';
  /** Multi-index of the first operand for views whose every element is one element of it. */
  readonly view?: (op: Op, index: readonly Affine[], builder: ExprBuilder) => readonly Affine[] | undefined;
  /** Emits steps; for ops that cannot be fused. Sets the storage of every result. */
  readonly lower?: (op: Op, lowering: Lowering) => void;
  /** How operand `i` is used by `lower`; default `storage`. */
  readonly uses?: (op: Op, operand: number) => UseKind;
  /** Whether operands and results may be complex numbers, which other kernels do not compute with. */
  readonly takesComplex?: boolean;
  /** Why there is no kernel. */
  readonly absent?: string;
}

/** The rule of each op, by its name. */
export type KernelTable = Readonly<Record<string, KernelRule | undefined>>;
/** Rules of some ops; a name that no op has is a type error. */
export type KernelRules = Readonly<Partial<Record<OpName | ImportedOpName | `sdy.${string}`, KernelRule>>>;

/** Builds expressions for one loop nest; shares equal nodes. */
export class ExprBuilder {
  readonly lowering: Lowering;
  readonly symbols = new Map<string, SymbolSource>();
  private readonly memo = new Map<string, Expr>();

  constructor(lowering: Lowering) {
    this.lowering = lowering;
  }

  /** The element of `v` at `index`. */
  value(v: Value, index: readonly Affine[]): Expr {
    const key = `${v.id}|${index.map(affineKey).join(',')}`;
    let e = this.memo.get(key);
    if (!e) {
      e = this.build(v, index);
      this.memo.set(key, e);
    }
    return e;
  }

  private build(v: Value, index: readonly Affine[]): Expr {
    const bound = this.lowering.bound.get(v);
    if (bound) return bound;
    const storage = this.lowering.storageOf(v);
    if (storage) return this.load(storage, v, index);
    const op = v.op;
    const rule = op && this.lowering.rule(op);
    if (!op || !rule?.fuse) throw new InternalError(`no storage for a result of ${op?.name ?? 'a block argument'}`);
    return rule.fuse(op, index, this, v);
  }

  private load(storage: Storage, v: Value, index: readonly Affine[]): Expr {
    const flat = shifted(linearize(index, v.shape), storage.offset);
    return { kind: 'load', dtype: memoryDType(v.dtype), buffer: storage.buffer, index: flat };
  }

  /** The element of `v` at row-major position `flat`, for reshapes. */
  reshaped(v: Value, flat: Affine): Expr {
    const storage = this.lowering.bound.has(v) ? undefined : this.lowering.aliasOf(v);
    const dtype = memoryDType(v.dtype);
    if (storage) return { kind: 'load', dtype, buffer: storage.buffer, index: shifted(flat, storage.offset) };
    const index = delinearize(flat, v.shape);
    if (index) return this.value(v, index);
    const forced = this.lowering.force(v);
    return { kind: 'load', dtype, buffer: forced.buffer, index: shifted(flat, forced.offset) };
  }

  /** An index read from a scalar tensor and clamped to 0 … max; constant if the scalar is. */
  start(scalar: Value, max: number): Affine {
    const known = literalOf(scalar);
    if (known !== undefined) return constantIndex(Math.min(Math.max(Number(known), 0), max));
    if (max === 0) return constantIndex(0);
    const storage = this.lowering.require(scalar);
    const key = `${storage.buffer.id}+${storage.offset}<=${max}`;
    const found = this.symbols.get(key);
    const s: RuntimeIndex = found?.symbol ?? symbol(key, max);
    if (!found) this.symbols.set(key, { symbol: s, storage, dtype: scalar.dtype });
    return termIndex(s);
  }
}

/** Lowers one module to steps. State: which values live where, and the list of steps of the block being lowered. */
export class Lowering {
  readonly module: Module;
  /** What is known about an op; throws `runtime/unsupported` for one that nobody can run. */
  readonly rule: (op: Op) => KernelRule;
  readonly constants: ConstantPool;
  /** Values that get memory of their own (see decide.ts). */
  readonly materialized: ReadonlySet<Value>;
  readonly uses: ReadonlyMap<Value, readonly Use[]>;
  /** Values that stand for a C variable (arguments of scalar bodies). */
  readonly bound = new Map<Value, Expr>();
  /** Groups → barrier number, by their text. */
  readonly barriers = new Map<string, number>();
  readonly numDevices: number;
  /** Devices are replicas of `numDevices / numReplicas` partitions each. */
  readonly numReplicas: number;
  private readonly storage = new Map<Value, Storage>();
  /** Values that never exist: their only use is a view that was written directly. */
  private readonly bypassed = new Set<Value>();
  private steps: Step[] = [];
  private forced: Value[] = [];
  private nextBuffer = 0;

  constructor(
    module: Module,
    rule: (op: Op) => KernelRule,
    materialized: ReadonlySet<Value>,
    constants: ConstantPool,
    numDevices: number,
    numReplicas: number,
  ) {
    this.module = module;
    this.rule = rule;
    this.materialized = materialized;
    this.constants = constants;
    this.numDevices = numDevices;
    this.numReplicas = numReplicas;
    this.uses = usesOf(module.main.body);
  }

  buffer(dtype: Buffer['dtype'], elements: number, place: Buffer['place'] = { kind: 'temp' }): Buffer {
    return {
      id: this.nextBuffer++,
      dtype: memoryDType(dtype),
      elements: isComplex(dtype) ? 2 * elements : elements,
      bytes: elements * dtypeInfo(dtype).bytes,
      place,
    };
  }
  bufferFor(v: Value): Buffer {
    return this.buffer(v.dtype, numElements(v.shape));
  }

  storageOf(v: Value): Storage | undefined {
    return this.storage.get(v);
  }
  setStorage(v: Value, storage: Storage): void {
    this.storage.set(v, storage);
  }
  /** The value's only use already has memory of its own, so it is never computed. */
  bypass(v: Value): void {
    this.bypassed.add(v);
  }
  push(step: Step): void {
    this.steps.push(step);
  }

  /** Where the value's elements already lie in row-major order, looking through reshapes; undefined if nowhere. */
  aliasOf(v: Value): Storage | undefined {
    const own = this.storage.get(v);
    if (own) return own;
    if (v.op && !this.materialized.has(v) && this.isReshape(v.op)) return this.aliasOf(v.op.operands[v.index]);
    return undefined;
  }

  /** Ops whose result is the same bytes as their operand. */
  isReshape(op: Op): boolean {
    return isAlias(op);
  }

  /** The value in memory, row-major; computes it now if it is not there yet. */
  require(v: Value): Storage {
    return this.aliasOf(v) ?? this.force(v);
  }

  /** Computes a value that was meant to be fused into memory, for the rest of this block. */
  force(v: Value): Storage {
    const existing = this.storage.get(v);
    if (existing) return existing;
    if (v.op && this.isReshape(v.op)) {
      const inner = this.force(v.op.operands[v.index]);
      return inner;
    }
    const constant = this.constants.storageOf(v, this);
    if (constant) {
      this.storage.set(v, constant);
      return constant;
    }
    const storage = this.materialize(v);
    this.forced.push(v);
    return storage;
  }

  /** The value converted to another dtype, in memory of its own. */
  convertInto(v: Value, dtype: Buffer['dtype']): Storage {
    const buffer = this.buffer(dtype, numElements(v.shape));
    const step = this.loops(v.shape, 'all', 'convert', (_outer, inner, index, b) => {
      const value: Expr = { kind: 'apply', dtype, fn: 'convert', args: [b.value(v, index)] };
      const store: Store = { buffer, index: linearize(index, v.shape), dtype, value };
      return [{ kind: 'nest', vars: inner, stores: [store], folds: [] }];
    });
    this.push(step);
    return { buffer, offset: 0 };
  }

  /** A fresh buffer holding a repeated constant; of any other value's type, zeros. */
  fill(v: Value): Storage {
    const buffer = this.bufferFor(v);
    const e = literal(v.dtype, literalOf(v) ?? 0);
    this.push(
      this.loops(v.shape, 'all', 'fill', (_outer, inner, index) => [
        {
          kind: 'nest',
          vars: inner,
          stores: [{ buffer, index: linearize(index, v.shape), dtype: v.dtype, value: e }],
          folds: [],
        },
      ]),
    );
    return { buffer, offset: 0 };
  }

  /** Number of the barrier of a device group; equal groups share it. */
  barrier(members: readonly number[]): number {
    const key = members.join(',');
    const known = this.barriers.get(key);
    if (known !== undefined) return known;
    this.barriers.set(key, this.barriers.size);
    return this.barriers.size - 1;
  }

  /** Emits a loop nest that writes `v` to a new buffer. */
  materialize(v: Value): Storage {
    const buffer = this.bufferFor(v);
    const own = v.op;
    if (!own) throw new InternalError('a block argument has no memory');
    const step = this.loops(v.shape, 'all', noteOf(v), (_outer, inner, index, b) => {
      const rule = this.rule(own);
      if (!rule.fuse) throw new InternalError(`${own.name} cannot be computed in a loop`);
      const value = rule.fuse(own, index, b, v);
      const store: Store = { buffer, index: linearize(index, v.shape), dtype: buffer.dtype, value };
      return [{ kind: 'nest', vars: inner, stores: [store], folds: [] }];
    });
    this.push(step);
    const storage = { buffer, offset: 0 };
    this.storage.set(v, storage);
    return storage;
  }

  /**
   * A loop nest over `shape`; all dimensions, or those in the set, are the stage's own loops, the others
   * surround it. Retries with dimensions cut where a reshape needs it.
   */
  loops(
    shape: readonly number[],
    inner: 'all' | ReadonlySet<number>,
    note: string,
    make: (outer: LoopVar[], inner: LoopVar[], index: Affine[], b: ExprBuilder) => Stage[],
  ): LoopStep {
    let factors: (readonly number[])[] = shape.map((d) => [d]);
    for (;;) {
      const { vars, index } = domainOf(factors);
      const owner = factors.flatMap((parts, d) => parts.map(() => d));
      const isInner = (d: number): boolean => inner === 'all' || inner.has(d);
      const real = vars.map((v, i) => ({ v, inner: isInner(owner[i]) })).filter(({ v }) => v.extent !== 1);
      const outer = real.filter((x) => !x.inner).map((x) => x.v);
      const own = real.filter((x) => x.inner).map((x) => x.v);
      const b = new ExprBuilder(this);
      try {
        const stages = make(outer, own, index, b);
        return { kind: 'loops', outer, stages, symbols: [...b.symbols.values()], note };
      } catch (e) {
        if (!(e instanceof SplitRequest)) throw e;
        const position = vars.indexOf(e.variable);
        if (position < 0) throw new InternalError('split of a foreign loop variable');
        factors = splitFactors(factors, position, e.inner);
      }
    }
  }

  /** Lowers a block's ops into a list of their own; `then` runs at its end (to fetch yields). */
  block<T>(block: Block, then: () => T): { block: StepBlock; result: T } {
    const outerSteps = this.steps;
    const outerForced = this.forced;
    this.steps = [];
    this.forced = [];
    for (const op of block.ops) this.op(op);
    const result = then();
    const steps = this.steps;
    for (const v of this.forced) this.storage.delete(v);
    this.steps = outerSteps;
    this.forced = outerForced;
    return { block: { steps }, result };
  }

  private op(op: Op): void {
    if (op.definition.traits.terminator) return;
    const rule = this.rule(op);
    if (!rule.fuse) {
      if (!rule.lower) throw new InternalError(`${op.name} has neither a fused nor a lowered form`);
      rule.lower(op, this);
      return;
    }
    for (const r of op.results) {
      if (!this.materialized.has(r) || this.storage.has(r) || this.bypassed.has(r)) continue;
      const constant = this.constants.storageOf(r, this);
      if (constant) this.storage.set(r, constant);
      else this.materialize(r);
    }
  }
}

/** Ops whose results are bytewise their operands: result i is operand i. */
export function isAlias(op: Op): boolean {
  if (op.name === 'stablehlo.reshape' || op.name === 'stablehlo.optimization_barrier') return true;
  if (op.name === 'sdy.sharding_constraint' || op.name === 'sdy.propagation_barrier') return true;
  if (op.name !== 'stablehlo.bitcast_convert') return false;
  const [from, to] = [op.operands[0].dtype, op.result.dtype];
  // Elements of fewer bits take a byte each, extended by their own type.
  return from === to || (dtypeInfo(from).bits === dtypeInfo(to).bits && dtypeInfo(to).bits >= 8);
}

export const noteOf = (v: Value): string => v.op?.name.replace('stablehlo.', '') ?? 'value';

/** `a[i] = base + Σ index[d] · stride[d]`. */
export function strided(index: readonly Affine[], strides: readonly number[], base = 0): Affine {
  return index.reduce((sum, x, d) => addScaled(sum, x, strides[d]), constantIndex(base));
}
