import type { DType } from '../../base/index.ts';
import type { RuntimeIndex } from './affine.ts';
import type { Buffer, GemmStep } from './kernel-ir.ts';

/* What the last passes find out about a kernel list: where its buffers lie, and which operands may stay packed. */

export interface MemoryPlan {
  /** The buffer whose memory a buffer uses (itself, unless shared). */
  readonly rootOf: (b: Buffer) => Buffer;
  /** Byte offset in the arena of roots that live there. */
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly arenaBytes: number;
  /** Pairs (argument, result) that are one buffer: the caller passes the argument's memory as the result's. */
  readonly aliases: readonly (readonly [arg: number, result: number])[];
}

/** Matrices of an argument that a product reads. */
export interface KeptOperand {
  readonly arg: number;
  /** How many the products of all rounds read. */
  readonly matrices: number;
  /** Names what packed matrices of an argument look like: products with equal keys may share them. */
  readonly key: string;
  /** The product: what packing depends on. */
  readonly product: KeptProduct;
}

export interface KeptProduct {
  /** The one of the two that is kept. */
  readonly operand: 'a' | 'b';
  readonly dtypes: readonly [DType, DType, DType];
  readonly roundBf16: 0 | 1 | 2 | 3;
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Strides of batches, rows and columns in elements. */
  readonly aStrides: readonly [number, number, number];
  readonly bStrides: readonly [number, number, number];
  readonly cStrides: readonly [number, number, number];
}

/** Where a step finds its matrices: in operand number `index` of the program, the first being Σ index · stride. */
export interface KeptPlace {
  readonly index: number;
  readonly operand: 'a' | 'b';
  readonly symbols: readonly (readonly [RuntimeIndex, stride: number])[];
  /** Of the step's loops around the product. */
  readonly outer: readonly number[];
}

export interface KeptOperands {
  readonly operands: readonly KeptOperand[];
  readonly places: ReadonlyMap<GemmStep, KeptPlace>;
}
