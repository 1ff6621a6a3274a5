import type { DType } from '../../base/index.ts';
import type { Affine, LoopVar, RuntimeIndex } from '../kernels/affine.ts';
import type { ElementFunctionName } from '../kernels/element-functions.ts';
import type { Buffer, Combiner, Expr } from '../kernels/kernel-ir.ts';

/*
 * A kernel as code that any target can write down, one statement after the other: which loops are open, what is computed before which
 * of them, what runs in lanes, how sums are cut into blocks, and what happens to the rest of a vector are all decided
 * (schedule-loops.ts, schedule-routine.ts). `print-schedule.ts` shows it as text.
 */

/** What holds a number, or one for each lane. */
export interface Register {
  readonly kind: 'register';
  readonly id: number;
  readonly dtype: DType;
  readonly inLanes: boolean;
}
/** A number that is part of the code, the same in every lane. */
export interface Literal {
  readonly kind: 'literal';
  readonly dtype: DType;
  readonly value: number | bigint;
  readonly inLanes: boolean;
}
export type Operand = Register | Literal;

/** How many of the lanes take part: the first ones. */
export type LaneCount = number | Register;

/** An element of the memory that begins at `base`, or as many as there are lanes. */
export interface Place {
  /** Memory of its own, whatever buffers share it. */
  readonly base: Buffer;
  readonly dtype: DType;
  /** In elements: a function of what loops and run-time indices are, or an i64. */
  readonly index: Affine | Operand;
  /** Elements behind `index`: what tells vectors of one round apart. */
  readonly shift: number;
}

export type Compute =
  | { readonly kind: 'load'; readonly place: Place }
  /** Lanes `step` elements apart; those beyond `count` are zero. */
  | { readonly kind: 'loadLanes'; readonly place: Place; readonly step: number; readonly count: LaneCount | undefined }
  /** The integer value of an index, and so much more from lane to lane. */
  | { readonly kind: 'index'; readonly index: Affine; readonly step: number }
  /** `source` says which function it is and of what types. */
  | {
      readonly kind: 'apply';
      readonly source: Expr & { readonly kind: 'apply' };
      readonly args: readonly Operand[];
    }
  /** Arithmetic of i64 as the processor has it: nothing is divided by 0. */
  | { readonly kind: 'integer'; readonly fn: IntegerFunction; readonly args: readonly [Operand, Operand] }
  | {
      readonly kind: 'combine';
      readonly combiner: Combiner;
      readonly args: readonly [Operand, Operand];
    }
  /** One number in every lane. */
  | { readonly kind: 'spread'; readonly value: Operand }
  /** Lanes from number `first` on, as the first ones; what comes behind them may be anything. */
  | { readonly kind: 'upperLanes'; readonly value: Register; readonly first: number }
  | { readonly kind: 'firstLane'; readonly value: Register }
  /** The first `count` lanes of `value`, the others of `otherwise`. */
  | { readonly kind: 'keepLanes'; readonly value: Operand; readonly otherwise: Literal; readonly count: LaneCount }
  /** Number of the device that runs the program. */
  | { readonly kind: 'device' };

export type IntegerFunction = Extract<ElementFunctionName, 'add' | 'subtract' | 'multiply' | 'divide' | 'remainder'>;

export type Code =
  /** A register that does not change. */
  | { readonly kind: 'define'; readonly register: Register; readonly value: Compute }
  /** A register that does. `isRare`: it is seldom looked at, and need not stay in the processor. */
  | { readonly kind: 'variable'; readonly register: Register; readonly value: Operand; readonly isRare: boolean }
  | { readonly kind: 'assign'; readonly register: Register; readonly value: Operand | Compute }
  | { readonly kind: 'store'; readonly place: Place; readonly value: Operand }
  /** Neighbours in memory; with `next` two values that take turns. */
  | {
      readonly kind: 'storeLanes';
      readonly place: Place;
      readonly value: Operand;
      readonly next: Operand | undefined;
      readonly count: LaneCount | undefined;
    }
  /** Memory that does not overlap. */
  | { readonly kind: 'copy'; readonly to: Place; readonly from: Place; readonly elements: number | Operand }
  /** `sum += term`, and what rounding took from it goes to `error` (Kahan 1965); an error that is no number counts as none. */
  | { readonly kind: 'compensate'; readonly sum: Register; readonly error: Register; readonly term: Operand }
  /** The kernel's part of the points of `vars`: those between the two ends that it is given. */
  | { readonly kind: 'points'; readonly vars: readonly LoopVar[]; readonly body: readonly Code[] }
  | {
      readonly kind: 'loop';
      readonly variable: LoopVar;
      readonly end: number | RuntimeIndex;
      readonly step: number;
      readonly body: readonly Code[];
    }
  /** A loop of one round. */
  | { readonly kind: 'at'; readonly variable: LoopVar; readonly value: number; readonly body: readonly Code[] }
  /** Rounds of every step in turn as long as they are whole, then `rest` once where something is left. */
  | {
      readonly kind: 'rounds';
      readonly variable: LoopVar;
      readonly end: RuntimeIndex;
      readonly parts: readonly { readonly step: number; readonly body: readonly Code[] }[];
      readonly rest: readonly Code[];
    }
  /** Where a loop variable has no bit of `mask`. */
  | { readonly kind: 'every'; readonly variable: LoopVar; readonly mask: number; readonly body: readonly Code[] }
  | {
      readonly kind: 'if';
      readonly condition: Operand;
      readonly body: readonly Code[];
      readonly otherwise: readonly Code[];
    }
  /** Loops of routines count in i64. */
  | {
      readonly kind: 'for';
      readonly variable: Register;
      readonly from: Operand;
      readonly to: Operand;
      readonly step: number;
      readonly body: readonly Code[];
    }
  /** Rounds side by side in lanes, then what is left: `count` of them at once, or one after the other. */
  | {
      readonly kind: 'forLanes';
      readonly variable: Register;
      readonly from: Operand;
      readonly to: Operand;
      readonly body: readonly Code[];
      readonly rest:
        | { readonly kind: 'none' }
        | { readonly kind: 'masked'; readonly count: Register; readonly body: readonly Code[] }
        | { readonly kind: 'single'; readonly body: readonly Code[] };
    }
  | {
      readonly kind: 'while';
      readonly before: readonly Code[];
      readonly condition: Operand;
      readonly body: readonly Code[];
    }
  /** Rounds 0 … `rounds` − 1 on the device's threads, `grain` of them at a time; `locals` is the memory that each thread has of its own. */
  | {
      readonly kind: 'parallel';
      readonly variable: Register;
      readonly rounds: number;
      readonly grain: number;
      readonly locals: readonly Buffer[];
      readonly body: readonly Code[];
    }
  | ProductCode;

/** c[m, n] (+)= a[m, k] · b[k, n]; strides in elements, `accumulate` a bool. */
export interface ProductCode {
  readonly kind: 'product';
  readonly m: Operand;
  readonly n: Operand;
  readonly k: Operand;
  readonly a: MatrixPlace;
  readonly b: MatrixPlace;
  readonly c: MatrixPlace;
  readonly accumulate: Operand;
}
export interface MatrixPlace extends Place {
  readonly row: number;
  readonly column: number;
}

/** One function: its arguments are where memory begins and run-time indices, in order. */
export interface ScheduledKernel {
  /** Op names it came from. */
  readonly note: string;
  readonly pointers: readonly Buffer[];
  readonly symbols: readonly RuntimeIndex[];
  /** Memory of its own, on the stack or in the thread's scratch. */
  readonly locals: readonly Buffer[];
  /** The loops whose points are dealt out to the device's threads, and how many of them at a time. */
  readonly pieces: { readonly vars: readonly LoopVar[]; readonly grain: number } | undefined;
  /** Whether it may end with an error. */
  readonly canFail: boolean;
  readonly body: readonly Code[];
}

/** What a target can do, and what pays on it. */
export interface TargetFacts {
  /** Of 32 bits, in one vector register. */
  readonly lanes: number;
  readonly hasType: (dtype: DType) => boolean;
  /** All types of the call have vector registers. */
  readonly hasFunction: (e: Expr & { readonly kind: 'apply' }) => boolean;
  readonly canCombine: (combiner: Combiner, dtype: DType) => boolean;
  /** Shorter folds run one after the other, as written. */
  readonly shortestFold: number;
  /** Smaller copies are cheaper as loops. */
  readonly smallestCopyBytes: number;
  /** Whether loads and stores of some lanes only cost about as much as those of all. */
  readonly hasMasks: boolean;
}
