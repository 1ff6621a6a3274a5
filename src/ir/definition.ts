import type { DType, HostArray, Scalar, Shape } from '../base/index.ts';
import type { Attr } from './attribute.ts';
import type { Builder } from './builder.ts';
import type { Block, Op, Value } from './op.ts';
import type { ReductionKind } from './sharding.ts';
import type { NoShardingRule, OpShardingRule } from './sharding-rule.ts';
import type { Syntax } from './syntax.ts';
import type { TensorType, Type } from './types.ts';

/*
 * The definition of an op: everything the system knows about it, in one object in one file of `ops`.
 * Every facet is required. What does not apply is a value that carries its reason, so the compiler finds a
 * forgotten facet and FEATURES.md can say why something is absent.
 */

/** A facet that does not apply to this op, and why. */
export interface Absent {
  readonly absent: string;
}
export const absent = (reason: string): Absent => ({ absent: reason });
export const isAbsent = (facet: unknown): facet is Absent =>
  typeof facet === 'object' && facet !== null && 'absent' in facet;

/** Reads an attribute from MLIR and writes it back. */
export interface AttributeCodec<T> {
  /** Throws an EspalierError when the attribute has another form. */
  readonly read: (attr: Attr) => T;
  /** `undefined` leaves the attribute out of the text (it equals its default). */
  readonly write: (value: T) => Attr | undefined;
  /** Value when the attribute is absent; without it the attribute is required. */
  readonly default?: () => T;
  /** The words an enumeration (or a list of them) may have; custom assembly is held to them too. */
  readonly words?: readonly string[];
}

/** One codec per attribute. MLIR's name is the key in snake_case. */
export type AttributeSchema<A extends object> = { readonly [K in keyof A]-?: AttributeCodec<A[K]> };

/** Which way shardings go through an op. */
export type Direction = 'NONE' | 'FORWARD' | 'BACKWARD' | 'BOTH';

/** One place where a value flows in: operand `index` of `op` (a control-flow op or the terminator of one of its regions). */
export interface FlowSource {
  readonly op: Op;
  readonly index: number;
}

/** Values that a control-flow op makes the same: what flows in, and where it is seen. */
export interface FlowEdge {
  /** The value that stands for the edge: a result, or a block argument where the edge only enters a region. */
  readonly owner: Value;
  readonly sources: readonly FlowSource[];
  /** All values that see it, the owner included. */
  readonly targets: readonly Value[];
  /** The op whose edge it is. */
  readonly op: Op;
}

/** Facts that passes ask about instead of naming ops. Absent means false. */
export interface Traits {
  /** Each result element depends on the operands' elements at the same index (scalars operands allowed where the spec does). */
  readonly elementwise?: true;
  /** Elementwise for some types only. */
  readonly elementwiseFor?: (op: Op) => boolean;
  /** Only rearranges or repeats elements of its first operand. */
  readonly view?: true;
  readonly commutative?: true;
  readonly associative?: true;
  /** Reduces dimensions with a region or a fixed combiner. */
  readonly reduction?: true;
  /**
   * Adds up (or multiplies) many elements, in float32 at least and rounded once: `natively` whatever the types, and then its result
   * may be float32 too; `widened`: where its operands are converted first (see the pass `widen-sums`).
   */
  readonly accumulates?: (op: Op) => 'natively' | 'widened' | undefined;
  /** Must not be removed, duplicated or reordered against other side effects. */
  readonly sideEffect?: true;
  readonly terminator?: true;
  /** Runs its regions under control of its operands (while, if, case, scan). */
  readonly controlFlow?: true;
  /** Communicates with other devices: what it sends, where that is known (see `Communication`). */
  readonly collective?: (op: Op) => Communication | undefined;
  /** Works along the axes that its attribute `axes` names; along them, results are then the same everywhere or may differ. */
  readonly namedAxes?: 'agreeing' | 'differing';
  /** Has no tensor operands and is the same every time: constant, iota. */
  readonly constant?: true;
  /** Regions may not use values of enclosing blocks. */
  readonly isolated?: true;
  /** A loop whose operands, region arguments, last region's yields and results correspond one to one. */
  readonly loop?: true;
  /**
   * Index of the operand that this op returns unchanged, if it does (`x + 0`, a transpose in order).
   * `constantOf` gives the value of a known splat operand.
   */
  readonly unchangedOperand?: (op: Op, constantOf: (operand: Value) => Scalar | undefined) => number | undefined;
  /** The number that changes nothing as second operand: 0 of an addition. */
  readonly neutral?: number;
  /** Of sums it makes the sum of what it makes of the terms, when all its tensor operands are such sums: partial sums stay so. */
  readonly linear?: true;
  /** How an all_reduce combines two values of a type when it combines them as this op does. */
  readonly combines?: (t: TensorType) => ReductionKind | undefined;
  /** Repeats its operand along dimensions. */
  readonly broadcast?: true;
  /** Of constants it makes a constant expression; elementwise ops do so anyway. */
  readonly keepsConstants?: true;
  /** Every device can make its own part of a dimension that no operand has. */
  readonly makesDimensions?: true;
  /**
   * Where shardings go through it before they go through ops that combine elements; elementwise ops pass them both ways anyway.
   * Source: Shardy, op priority propagation.
   */
  readonly passesShardings?: (op: Op) => Direction;
  /** Values that it makes the same by passing them through regions (or unchanged), and that are therefore sharded alike. */
  readonly dataFlow?: (op: Op) => readonly FlowEdge[];
  /** Says where values lie, or moves them there; in the view of the whole program it is the identity, or nothing. */
  readonly placement?: true;
  /** Calls a function of the module (`calleeOf`). */
  readonly call?: true;
  /** Engines have a kernel of the whole: it is taken apart only for those that have none. */
  readonly fused?: true;
  /** Result of operation differs between devices even on equal operands (partition_id, replica_id). */
  readonly deviceDependent?: true;
}

/** Names the operands for messages and generic access; a variadic group may appear once or with segment sizes. */
export interface OperandSpec {
  readonly name: string;
  readonly variadic?: true;
}

/** What the verifier hands to an op's `verify`: each failed constraint is reported with its label from the spec. */
export interface Checker {
  /** Throws `ir/verify` naming op, label and location when `condition` is false. */
  readonly check: (label: string, condition: boolean, message: string | (() => string)) => void;
}

export interface TypeInferenceInput<A extends object> {
  readonly operands: readonly Type[];
  readonly attributes: A;
  readonly regions: readonly Block[];
  readonly checker: Checker;
  /** Result types already written (text, explicit builder call); ops that allow several element types (dot_general) follow them. */
  readonly given?: readonly Type[] | undefined;
}

/**
 * Result types from operands and attributes; throws through `checker` with the violated constraint's label.
 * `explicit` ops (constant, reshape, broadcast_in_dim, convert, iota …) take their result types from the text or the builder's caller.
 */
export type InferTypes<A extends object> = ((input: TypeInferenceInput<A>) => Type[]) | 'explicit';

/**
 * Labels of the spec's constraints on the results, for ops whose results follow from `inferTypes`: which one a wrong number,
 * rank, shape or element type violates. `any` stands for those not listed.
 */
export interface ResultLabels {
  readonly any?: string;
  readonly count?: string;
  readonly rank?: string;
  readonly shape?: string;
  readonly dtype?: string;
}

/** What a collective waits for. */
export interface Rendezvous {
  readonly rendezvous: {
    /** Flat ids (replica × partitions + partition) of the devices that take part, in group order; must contain the caller. */
    readonly participants: readonly number[];
    readonly operands: readonly HostArray[];
    /** Name of the op, for the message when the others never come. */
    readonly label?: string;
    /** What else must hold before the group goes on: a message that has come. */
    readonly ready?: () => boolean;
  };
}
/** A device of the reference engine runs as a generator that yields when it must wait for others. */
export type Evaluation = Generator<Rendezvous, HostArray[], readonly (readonly HostArray[])[]>;

/** Services of the reference engine for ops with regions, calls, and several devices. */
export interface EvaluationContext {
  /** Runs a block that may contain collectives: `const out = yield* ctx.run(block, args)`. */
  readonly run: (block: Block, args: readonly HostArray[]) => Evaluation;
  /** Runs a block without collectives to completion (reducers, comparators). */
  readonly runNow: (block: Block, args: readonly HostArray[]) => HostArray[];
  /** Runs a function by name. */
  readonly call: (callee: string, args: readonly HostArray[]) => Evaluation;
  readonly replicaId: number;
  readonly partitionId: number;
  readonly numReplicas: number;
  readonly numPartitions: number;
  /** Name of the function that makes the next value of the host's queue, in the order devices ask; undefined at its end. */
  readonly nextInfeed: () => string | undefined;
  /** Messages under way on a channel, oldest first: sends append, receives take. All devices see the same list. */
  readonly channel: (handle: number) => (readonly HostArray[])[];
  /**
   * Runs `programs[replica][partition]` side by side on the concatenated arguments (`interpreter.run_parallel`); `infeed` names
   * functions that make the values of the host's queue.
   */
  readonly runParallel: (
    programs: readonly (readonly string[])[],
    args: readonly HostArray[],
    infeed?: readonly string[],
  ) => HostArray[];
}

/** Reference semantics: results from operands. Pure functions of their inputs; may return a generator (control flow, collectives). */
export type Evaluate<A extends object> = (
  operands: readonly HostArray[],
  op: Op<A>,
  ctx: EvaluationContext,
) => HostArray[] | Evaluation;

/**
 * Forward-mode rule. Emits tangents of the results, linear in the operands' tangents.
 * Source: "You Only Linearize Once" (Radul et al. 2023); JAX's `jvp` rules.
 */
export interface LinearizeInput<A extends object> {
  readonly op: Op<A>;
  /** The op's operands in the new primal program. */
  readonly operands: readonly Value[];
  /** The op's results in the new primal program; first use clones the op unless the rule returns its own `results`. */
  readonly results: readonly Value[];
  /** Tangent of each operand; `undefined` is a symbolic zero. At least one is present. */
  readonly tangents: readonly (Value | undefined)[];
  /** Emits non-linear (primal) computation: residuals belong here. */
  readonly primal: Builder;
  /** Emits computation linear in the tangents. The same builder as `primal` in plain forward mode. */
  readonly tangent: Builder;
  /** Linearizes a block: for ops with regions. */
  readonly context: LinearizeContext;
}
export interface LinearizeContext {
  /**
   * Linearizes a region body. `active[i]` says whether argument i has a tangent. Returns a primal block
   * `(args) → (yields…, residuals…)` and a linear block `(residuals…, active argument tangents…) → tangents of the active yields`.
   * Yields marked in `instantiate` are always active (their tangent is a zero tensor if need be).
   */
  readonly block: (
    block: Block,
    active: readonly boolean[],
    terminator: string,
    instantiate?: readonly boolean[],
  ) => LinearizedBlock;
}
export interface LinearizedBlock {
  readonly primal: Block;
  readonly linear: Block;
  readonly residualTypes: readonly Type[];
  /** Which yields have a tangent. */
  readonly activeYields: readonly boolean[];
}
export interface LinearizeOutput {
  /** Only when the rule replaced the primal op. */
  readonly results?: readonly Value[];
  /** Tangent of each result; `undefined` is a symbolic zero. */
  readonly tangents: readonly (Value | undefined)[];
}
export type LinearizeRule<A extends object> = (input: LinearizeInput<A>) => LinearizeOutput;

/** Reverse-mode rule of an op that is linear in the operands marked so. */
export interface TransposeInput<A extends object> {
  readonly op: Op<A>;
  /** Operands in the new program; linear ones are absent (only their type is known: `op.operands[i].type`). */
  readonly operands: readonly (Value | undefined)[];
  readonly linear: readonly boolean[];
  /** Cotangent of each result; `undefined` is a symbolic zero. At least one is present. */
  readonly cotangents: readonly (Value | undefined)[];
  readonly builder: Builder;
  readonly context: TransposeContext;
}
export interface TransposeContext {
  /**
   * Transposes a linear region body: `(nonLinear args…, linear args…)→yields` becomes
   * `(nonLinear args…, cotangents of yields…)→ cotangents of the linear args` (zeros materialized).
   */
  readonly block: (
    block: Block,
    linear: readonly boolean[],
    activeYields: readonly boolean[],
    terminator: string,
  ) => Block;
}
/** Cotangent of each operand: present only for linear ones, `undefined` is zero. */
export type TransposeRule<A extends object> = (input: TransposeInput<A>) => readonly (Value | undefined)[];

/** Vectorization rule. A batched value has the batch as dimension 0. */
export interface BatchInput<A extends object> {
  readonly op: Op<A>;
  /** Operands in the new program: batched ones have one more leading dimension. */
  readonly operands: readonly Value[];
  readonly batched: readonly boolean[];
  readonly batchSize: number;
  /** Name of the axis that the batch is, for collectives over it. */
  readonly axisName: string | undefined;
  readonly builder: Builder;
  readonly context: BatchContext;
}
export interface BatchContext {
  /** Batches a region body given which arguments are batched; `forceYields[i]` makes yield i batched by broadcasting. */
  readonly block: (
    block: Block,
    batchedArgs: readonly boolean[],
    terminator: string,
    forceYields?: readonly boolean[],
  ) => { readonly block: Block; readonly batchedYields: readonly boolean[] };
}
export interface BatchOutput {
  readonly results: readonly Value[];
  readonly batched: readonly boolean[];
}
export type BatchRule<A extends object> = (input: BatchInput<A>) => BatchOutput;

/** What a sharding rule may depend on beside the op. */
export interface ShardingContext {
  /** No sharding may spread along dimensions that it might not divide. */
  readonly conservative?: boolean;
  /** The ops that use the results, where they are known. */
  readonly users?: readonly Op[];
}
/** Sharding factors of one op instance (types are global). */
export type ShardingFacet<A extends object> = (op: Op<A>, context: ShardingContext) => OpShardingRule | NoShardingRule;

/**
 * Attributes of the per-device op once every tensor is cut: `operands`/`results` are the local types.
 * Called only for shardings the rule allows (passThrough and reduction factors).
 */
export type LocalizeFacet<A extends object> = (
  op: Op<A>,
  local: { readonly operands: readonly Type[]; readonly results: readonly Type[] },
) => A;

/** What one run of an op takes on the device that runs it. */
export interface Cost {
  /** Operations of matrix products and convolutions; a multiply-add counts 2. */
  readonly productFlops: number;
  /** All other floating-point (or integer) operations; a transcendental function counts what its usual expansion takes. */
  readonly vectorFlops: number;
  /** Bytes read and written if nothing is fused. */
  readonly bytes: number;
}

/** What a collective sends, seen from one of the devices that run it. */
export interface Communication {
  readonly kind:
    | 'all_reduce'
    | 'all_gather'
    | 'reduce_scatter'
    | 'all_to_all'
    | 'collective_permute'
    | 'collective_broadcast'
    | 'collective_reduce';
  /** Devices that take part together, as the op numbers them; of a permute the pairs [source, target] that differ. */
  readonly groups: readonly (readonly number[])[];
  /** Devices of the largest group; 2 for a permute that moves anything. */
  readonly groupSize: number;
  /** Bytes of the tensor on one device: of an all_gather after, of the others before. */
  readonly bytesPerDevice: number;
  /** Bytes that a device must send at least, whatever the algorithm. */
  readonly sentBytesPerDevice: number;
}
export type CostFacet<A extends object> = (op: Op<A>) => Cost;

/** Expands the op into simpler ones (composites, scan → while), for engines without a kernel for it. */
export type DecomposeRule<A extends object> = (input: {
  readonly op: Op<A>;
  readonly operands: readonly Value[];
  readonly builder: Builder;
}) => readonly Value[];

/** Inputs on which the op's laws are tested. */
export interface Sample<A extends object> {
  /** Short and unique among the op's samples. */
  readonly name: string;
  readonly operands: readonly SampleTensor[];
  readonly attributes: A;
  readonly regions?: (b: Builder) => Block[];
  /** Needed where `inferTypes` is `explicit`. */
  readonly resultTypes?: readonly Type[];
  /** Devices that must take part (collectives); default one. */
  readonly numDevices?: number;
  /** Largest relative error of finite differences, when the default 1e-3 is too strict, with the reason. */
  readonly tolerance?: { readonly relative: number; readonly reason: string };
}
/** A seeded random tensor in [low, high] (floats) or {low … high} (integers), or given values. */
export interface SampleTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly low?: number;
  readonly high?: number;
  readonly values?: readonly number[];
  /** Distinct values, for ops whose derivative is undefined at ties. */
  readonly distinct?: true;
  /** Held fixed by the laws of derivatives and batching: init values, which programs give as constants. */
  readonly constant?: true;
}

export interface OpDefinition<A extends object = Readonly<Record<string, unknown>>> {
  /** Full name, `stablehlo.add`. */
  readonly name: string;
  /** One sentence: what the op computes. */
  readonly doc: string;
  /** Where it is specified, e.g. `StableHLO spec, add`. */
  readonly spec: string;
  readonly operands: readonly OperandSpec[];
  readonly attributes: AttributeSchema<A>;
  /** Number of regions; `variadic` for case. */
  readonly numRegions: number | 'variadic';
  readonly traits: Traits;
  readonly inferTypes: InferTypes<A>;
  /** For `explicit` ops with a fixed number of results. */
  readonly numResults?: number;
  /** Which constraints the inferred types stand for; absent where the spec labels none. */
  readonly resultLabels?: ResultLabels;
  /** Which constraints a call (trait `call`) violates whose function is missing or has another signature. */
  readonly callLabels?: { readonly callee: string; readonly inputs: string; readonly outputs: string };
  /** Checks every labelled constraint that `inferTypes` did not. */
  readonly verify: (op: Op<A>, checker: Checker) => void;
  /** Custom assembly; `'generic'` prints the quoted generic form (and the parser always accepts that one). */
  readonly syntax: Syntax<A> | 'generic';
  readonly evaluate: Evaluate<A> | Absent;
  readonly decompose: DecomposeRule<A> | Absent;
  readonly linearize: LinearizeRule<A> | Absent;
  readonly transpose: TransposeRule<A> | Absent;
  readonly batch: BatchRule<A> | Absent;
  readonly sharding: ShardingFacet<A>;
  readonly localize: LocalizeFacet<A>;
  readonly cost: CostFacet<A>;
  readonly samples: readonly Sample<A>[];
}

/**
 * Declares an op. The typed definition is stored untyped in the registry; its codecs guarantee that the attributes
 * reaching its facets have type `A`.
 */
export function defineOp<A extends object>(definition: OpDefinition<A>): OpDefinition {
  return definition as unknown as OpDefinition;
}
