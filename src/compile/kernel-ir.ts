import type { DType } from '../base/index.ts';
import type { Affine, LoopVar, RuntimeIndex } from './affine.ts';

/*
 * The kernel list: what a program does, between StableHLO and C. A step reads and writes buffers; before coalescing every
 * buffer is written by one step only. `print.ts` shows it as text.
 */

/** A run of memory holding one tensor in row-major order. */
export interface Buffer {
  readonly id: number;
  readonly dtype: DType;
  readonly elements: number;
  readonly bytes: number;
  /**
   * Where the memory comes from; `index` counts arguments or results, or is the byte offset in the constants or in a thread's
   * scratch. `local`: on the stack of one kernel.
   */
  readonly place:
    | { readonly kind: 'temp' | 'local' }
    | { readonly kind: 'arg' | 'result' | 'constant' | 'scratch'; readonly index: number };
}

/** A tensor inside a buffer: contiguous, starting at an element offset. */
export interface Storage {
  readonly buffer: Buffer;
  readonly offset: number;
}

/** The scalar a symbol stands for: an integer read from memory and clamped to 0 … max. */
export interface SymbolSource {
  readonly symbol: RuntimeIndex;
  readonly storage: Storage;
  readonly dtype: DType;
}

/** Value of one element as a function of loop variables. Nodes are shared: equal sub-expressions are one object. */
export type Expr =
  | { readonly kind: 'load'; readonly dtype: DType; readonly buffer: Buffer; readonly index: Affine }
  /** `value` holds the bits: a JS number for types up to 32 bits and f64, a bigint for 64-bit integers. */
  | { readonly kind: 'literal'; readonly dtype: DType; readonly value: number | bigint }
  /** The integer value of an index, converted to `dtype`. */
  | { readonly kind: 'index'; readonly dtype: DType; readonly index: Affine }
  | {
      readonly kind: 'apply';
      readonly dtype: DType;
      /** Name of an element function (`element-functions.ts`). */
      readonly fn: string;
      readonly args: readonly Expr[];
      /** Extra parameters that are part of the function: comparison direction, mantissa bits. */
      readonly parameter?: string;
    }
  /** A named C variable: accumulators and arguments of scalar bodies. */
  | { readonly kind: 'variable'; readonly dtype: DType; readonly name: string };

/** `buffer[index] = value` for every point of the enclosing loops. */
export interface Store {
  readonly buffer: Buffer;
  readonly index: Affine;
  readonly dtype: DType;
  readonly value: Expr;
}

export type Combiner = 'add' | 'multiply' | 'maximum' | 'minimum' | 'and' | 'or' | 'xor';

/** An element that does not depend on the loops folded over. */
export interface Target {
  readonly buffer: Buffer;
  readonly index: Affine;
  readonly dtype: DType;
}
/** `target = init ⊕ value ⊕ value …` over all points of a nest. */
export interface Fold {
  readonly combiner: Combiner;
  readonly init: Expr;
  readonly value: Expr;
  readonly target: Target;
}

/** One loop nest inside a kernel's outer loops. */
export type Stage = Nest | GeneralFold;
export interface Nest {
  readonly kind: 'nest';
  readonly vars: readonly LoopVar[];
  readonly stores: readonly Store[];
  readonly folds: readonly Fold[];
}
/** A fold with a body of any form and several accumulators, in scalar code. */
export interface GeneralFold {
  readonly kind: 'generalFold';
  readonly vars: readonly LoopVar[];
  readonly inits: readonly Expr[];
  readonly values: readonly Expr[];
  /** Next accumulators, in terms of variables `acc0…` and `arg0…`. */
  readonly body: readonly Expr[];
  readonly targets: readonly Target[];
}

/** Loops over `outer` around stages that run one after the other for each point. */
export interface LoopStep {
  readonly kind: 'loops';
  readonly outer: readonly LoopVar[];
  readonly stages: readonly Stage[];
  readonly symbols: readonly SymbolSource[];
  /** Op names it came from, for comments and messages. */
  readonly note: string;
}

/** A matrix operand: base plus strides (in elements) for the loops around, and for rows and columns. */
export interface MatrixView {
  readonly storage: Storage;
  readonly offset: Affine;
  readonly outer: readonly number[];
  readonly batch: number;
  readonly row: number;
  readonly column: number;
}

/** A product, repeated over `outer` extents, each a batch of `batch` matrices. */
export interface GemmStep {
  readonly kind: 'gemm';
  readonly outer: readonly number[];
  /** The last so many of `outer` are contracted too: products after the first add to the result. */
  readonly summed: number;
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: MatrixView;
  readonly b: MatrixView;
  readonly c: MatrixView;
  readonly dtypes: readonly [DType, DType, DType];
  readonly symbols: readonly SymbolSource[];
  /** Products of a region that sum over its rounds: all but the first add to the result. */
  readonly accumulate?: RuntimeIndex;
}

/**
 * Steps that run one after the other for every point, on the threads of the device, and there for every round. Their indices
 * mention points and round as symbols; buffers of the place `scratch` belong to the thread.
 */
export interface RegionStep {
  readonly kind: 'region';
  readonly points: readonly RuntimeIndex[];
  readonly round: RuntimeIndex | undefined;
  readonly body: readonly (LoopStep | GemmStep)[];
  readonly scratchBytes: number;
}

/** result = operand with a box overwritten by `write`. The copy vanishes when both share memory. */
export interface UpdateStep {
  readonly kind: 'update';
  readonly operand: Storage;
  readonly result: Buffer;
  readonly write: LoopStep;
}

export interface CopyStep {
  readonly kind: 'copy';
  readonly from: Storage;
  readonly to: Buffer;
}

export interface WhileStep {
  readonly kind: 'while';
  /** Memory of each carried value: read by the body, and holding the result afterwards. */
  readonly carries: readonly Buffer[];
  readonly inits: readonly Storage[];
  readonly condition: StepBlock;
  readonly conditionValue: Storage;
  readonly body: StepBlock;
  /** What the body leaves for the next round. */
  readonly yields: readonly Storage[];
}

export interface CaseStep {
  readonly kind: 'case';
  /** Branch number; for `if` a bool, where true is branch 0. */
  readonly selector: Storage;
  readonly selectorDtype: DType;
  readonly branches: readonly { readonly block: StepBlock; readonly yields: readonly Storage[] }[];
  readonly results: readonly Buffer[];
}

/** A step whose C text a family of ops writes itself (gather, sort, collectives …). */
export interface NativeStep {
  readonly kind: 'native';
  readonly note: string;
  readonly reads: readonly Storage[];
  readonly writes: readonly Buffer[];
  /** Result buffers that may share memory with the operand read at the same place, when the emitter allows it. */
  readonly inPlace?: readonly (readonly [read: number, write: number])[];
  /** C statements, given pointer expressions of the reads and writes; `return` leaves with an error code. */
  readonly emit: (reads: readonly string[], writes: readonly string[], scope: EmitScope) => string;
}

/** What emitters of native steps may ask for. */
export interface EmitScope {
  /** Adds a C function or table at file level (once per distinct text) and returns its name; `$` in the text is the name. */
  readonly define: (stem: string, text: string) => string;
}

export type Step = LoopStep | GemmStep | RegionStep | UpdateStep | CopyStep | WhileStep | CaseStep | NativeStep;

export interface StepBlock {
  readonly steps: readonly Step[];
}

/** A whole program before memory is assigned. */
export interface KernelProgram {
  readonly name: string;
  readonly args: readonly Buffer[];
  readonly results: readonly Buffer[];
  readonly body: StepBlock;
  readonly constants: Uint8Array;
  /** Distinct replica groups; each is one barrier of the run. */
  readonly barrierCount: number;
}
