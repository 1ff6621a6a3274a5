import type { DType } from '../../base/index.ts';
import type { Op, Value } from '../../ir/index.ts';
import type { Affine, LoopVar, RuntimeIndex } from './affine.ts';
import type { ElementFunctionName } from './element-functions.ts';
import type { KeptOperands, MemoryPlan } from './plans.ts';

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
      readonly fn: ElementFunctionName;
      readonly args: readonly Expr[];
      /** Extra parameters that are part of the function: comparison direction, mantissa bits. */
      readonly parameter?: string;
    }
  /** A named variable: accumulators, arguments of scalar bodies, variables of routines. */
  | { readonly kind: 'variable'; readonly dtype: DType; readonly name: string }
  /** A load at a computed index (an i64 expression), in routines only. */
  | { readonly kind: 'element'; readonly dtype: DType; readonly buffer: Buffer; readonly index: Expr }
  /** Number of the device that runs the program, in routines only. */
  | { readonly kind: 'device'; readonly dtype: DType };

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

/** float32 factors of an operand: element p along k of row or column r takes that at `p / group · k + r · other`. */
export interface ScaleView {
  readonly storage: Storage;
  readonly offset: Affine;
  readonly outer: readonly number[];
  readonly batch: number;
  readonly k: number;
  readonly other: number;
  readonly group: number;
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
  /** Of the elements. i4 and u4 lie two to a byte: their offsets and strides count half bytes; those between matrices are even. */
  readonly dtypes: readonly [DType, DType, DType];
  /** Which float32 operands are rounded to bf16 before they are multiplied: 1: a, 2: b, 3: both. */
  readonly roundBf16?: 1 | 2 | 3;
  /** Factors of the elements of an operand of small integers. */
  readonly aScale?: ScaleView;
  readonly bScale?: ScaleView;
  readonly symbols: readonly SymbolSource[];
  /** Adds to the result; with an index, where that is not 0: products of a tile that sum over its rounds. */
  readonly accumulate?: RuntimeIndex | true;
  /** Sizes that depend on the round of a tile: `m`, `n` and `k` are then the largest ones. */
  readonly counts?: { readonly m?: RuntimeIndex; readonly n?: RuntimeIndex; readonly k?: RuntimeIndex };
  readonly epilogue?: Epilogue;
}

/**
 * What happens to blocks of a product's result when they are finished, on the thread that made them: `step` runs for every row of
 * the block and mentions it as `rows`, outermost first. It looks at `count` columns from `first` on, or else at whole rows.
 */
export interface Epilogue {
  readonly rows: readonly RuntimeIndex[];
  readonly columns?: { readonly first: RuntimeIndex; readonly count: RuntimeIndex };
  readonly step: LoopStep;
}

/**
 * The part of a dimension that a round of a tile looks at: `from … to`, affine functions of the round, clamped to 0 … size and
 * rounded outwards to multiples of `COUNT_UNIT` (or to size). Each symbol stands for a number that the steps may mention.
 */
export interface Span {
  readonly size: number;
  readonly from: Affine;
  readonly to: Affine;
  readonly first: RuntimeIndex;
  readonly end: RuntimeIndex;
  /** end - first. */
  readonly count: RuntimeIndex;
  /** size - end. */
  readonly rest: RuntimeIndex;
}

/**
 * Steps that run one after the other for every point, on the threads of the device, and there for every round. Their indices
 * mention points and round as symbols; buffers of the place `scratch` belong to the thread.
 */
export interface TileStep {
  readonly kind: 'tile';
  readonly points: readonly RuntimeIndex[];
  readonly round: RuntimeIndex | undefined;
  /** Only with rounds. */
  readonly span?: Span;
  /** What runs for every point before its first round; mentions points only. */
  readonly start: readonly LoopStep[];
  readonly body: readonly (LoopStep | GemmStep)[];
  /** What runs for every point after its last round; mentions points only. */
  readonly finish: readonly LoopStep[];
  readonly scratchBytes: number;
}

/** Each result = its operand with a box overwritten by `write`. The copy vanishes when both share memory. */
export interface UpdateStep {
  readonly kind: 'update';
  readonly targets: readonly { readonly operand: Storage; readonly result: Buffer }[];
  readonly write: LoopStep | GemmStep | TileStep;
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

/**
 * Scalar code of an op that no loop nest describes (gather, sort …): variables, loops and computed indices. Names of
 * variables are unique within a routine; `routine.ts` builds them.
 */
export interface RoutineStep {
  readonly kind: 'routine';
  readonly note: string;
  /** What the body reads and writes, scratch memory included. */
  readonly reads: readonly Storage[];
  readonly writes: readonly Buffer[];
  /** Written buffers that may share memory with what was read: the body copies the one to the other first, or element by element. */
  readonly inPlace: readonly (readonly [read: Storage, write: Buffer])[];
  readonly body: readonly Statement[];
}

export type VariableExpr = Expr & { readonly kind: 'variable' };

/** One statement of a routine. Indices count elements; their expressions are i64, conditions are bool. */
export type Statement =
  /** Declares a variable. */
  | { readonly kind: 'let'; readonly variable: VariableExpr; readonly value: Expr }
  | { readonly kind: 'set'; readonly variable: VariableExpr; readonly value: Expr }
  | {
      readonly kind: 'store';
      readonly buffer: Buffer;
      readonly dtype: DType;
      readonly index: Expr;
      readonly value: Expr;
      /** What goes to the element behind it. */
      readonly next?: Expr;
    }
  /** Copies a run of elements between different buffers. Nothing to do where both are the same memory. */
  | {
      readonly kind: 'move';
      readonly dtype: DType;
      readonly to: Buffer;
      readonly toIndex: Expr;
      readonly from: Buffer;
      readonly fromIndex: Expr;
      readonly count: Expr;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expr;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | ForStatement
  | { readonly kind: 'while'; readonly condition: Expr; readonly body: readonly Statement[] }
  /** c[m, n] (+)= a[m, k] · b[k, n], as in {@link GemmStep}. Sizes and places are i64 expressions, strides are in elements. */
  | {
      readonly kind: 'product';
      readonly m: Expr;
      readonly n: Expr;
      readonly k: Expr;
      readonly a: ProductView;
      readonly b: ProductView;
      readonly c: ProductView;
      /** bool: add to what is there. */
      readonly accumulate: Expr;
    };

export interface ForStatement {
  readonly kind: 'for';
  readonly variable: VariableExpr;
  readonly from: Expr;
  readonly to: Expr;
  /** Positive. */
  readonly step: number;
  readonly body: readonly Statement[];
  /**
   * `vector`: rounds are independent and may run side by side in lanes; inner loops and conditions do not depend on the
   * variable. `parallel`: rounds are independent and may run on several threads, `grain` of them at a time; only at the
   * top of a body, from 0 to a literal, and it uses no variables declared outside.
   */
  readonly order: 'sequential' | 'vector' | 'parallel';
  readonly grain: number;
}

export interface ProductView {
  readonly buffer: Buffer;
  readonly dtype: DType;
  readonly at: Expr;
  readonly row: number;
  readonly column: number;
}

/** What devices do together. Sizes that name no unit are in elements. */
export type Collective =
  | { readonly op: 'all_reduce'; readonly reduction: Combiner; readonly dtype: DType; readonly elements: number }
  /** `outer` pieces of `innerBytes` of each device lie next to one another. */
  | { readonly op: 'all_gather'; readonly outer: number; readonly innerBytes: number }
  | {
      readonly op: 'reduce_scatter';
      readonly reduction: Combiner;
      readonly dtype: DType;
      readonly outer: number;
      readonly inner: number;
    }
  /** Device i of a group sends box j to device j, which puts it at place i; strides and steps in bytes. */
  | {
      readonly op: 'all_to_all';
      readonly boxSizes: readonly number[];
      readonly fromStrides: readonly number[];
      readonly toStrides: readonly number[];
      readonly fromStep: number;
      readonly toStep: number;
    }
  /** Devices that receive nothing get zeros. */
  | {
      readonly op: 'permute';
      readonly pairs: readonly (readonly [source: number, target: number])[];
      readonly bytes: number;
    }
  /** `left` devices get zeros. */
  | { readonly op: 'broadcast'; readonly bytes: number; readonly left: readonly number[] };

export interface CollectiveStep {
  readonly kind: 'collective';
  readonly collective: Collective;
  /** Every device is in one group. */
  readonly groups: readonly (readonly number[])[];
  /** Barrier number of each group. */
  readonly barriers: readonly number[];
  readonly from: Storage;
  readonly to: Buffer;
  /** Whether both may be the same memory. */
  readonly inPlace: boolean;
}

/** An op without a kernel: the running program calls back, and the op's reference semantics give the result. */
export interface CallbackStep {
  readonly kind: 'callback';
  readonly op: Op;
  /** The op's operands, then values its regionS capture; `reads` is where they lie. */
  readonly inputs: readonly Value[];
  readonly reads: readonly Storage[];
  readonly writes: readonly Buffer[];
}

export type Step =
  | LoopStep
  | GemmStep
  | TileStep
  | UpdateStep
  | CopyStep
  | WhileStep
  | CaseStep
  | RoutineStep
  | CollectiveStep
  | CallbackStep;

export interface StepBlock {
  readonly steps: readonly Step[];
}

/** A whole program. */
export interface KernelProgram {
  readonly name: string;
  readonly args: readonly Buffer[];
  readonly results: readonly Buffer[];
  readonly body: StepBlock;
  readonly constants: Uint8Array;
  /** Distinct replica groups; each is one barrier of the run. */
  readonly barrierCount: number;
  /** Operands that may stay packed, once `keep-operands` has run. */
  readonly kept?: KeptOperands;
  /** Where its buffers lie, once `plan-memory` has run. */
  readonly memory?: MemoryPlan;
}

/** A program that can be emitted. */
export type PlannedProgram = KernelProgram & { readonly memory: MemoryPlan };
