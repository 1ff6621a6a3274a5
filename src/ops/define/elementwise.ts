import {
  allocate,
  type ComplexNumber,
  type DType,
  dtypeInfo,
  EspalierError,
  HostArray,
  isBool,
  isFloat,
  isInexact,
  isInteger,
  isSigned,
} from '../../base/index.ts';
import {
  type Absent,
  absent,
  asTensor,
  type BatchRule,
  defineOp,
  type LinearizeRule,
  type OpDefinition,
  type Sample,
  type SampleTensor,
  type TensorType,
  type Traits,
  type TransposeRule,
  type Type,
  type TypeInferenceInput,
  tensorType,
  typeEquals,
  typeText,
  type Value,
} from '../../ir/index.ts';
import { elementwiseCost } from './cost.ts';
import { fromNumbers, numbersOf } from './elements.ts';
import { broadcastLeading, mul } from './emit.ts';
import { pointwiseSharding } from './sharding-rule-builder.ts';
import { sameType } from './syntaxes.ts';

/*
 * Families of elementwise ops: an op states its kernels, its derivative and what it accepts; everything else is shared.
 */

/** Ops without attributes. */
export type NoAttributes = Record<never, never>;

/** Which element types an op takes. */
export type Accepts = 'float' | 'inexact' | 'number' | 'signedNumber' | 'integer' | 'logical' | 'any';
const accepts: Record<Accepts, (d: DType) => boolean> = {
  float: isFloat,
  inexact: isInexact,
  number: (d) => isInteger(d) || isInexact(d),
  signedNumber: (d) => isSigned(d) || isInexact(d),
  integer: isInteger,
  logical: (d) => isBool(d) || isInteger(d),
  any: () => true,
};

/** One elementwise function per representation; an op leaves out what it does not accept. */
export interface UnaryKernels {
  readonly float?: (x: number) => number;
  /** Integers up to 32 bits; `bits` is the logical width. */
  readonly int?: (x: number, bits: number) => number;
  readonly bigint?: (x: bigint, signed: boolean) => bigint;
  readonly bool?: (x: number) => number;
  readonly complex?: (re: number, im: number) => ComplexNumber;
  /** Instead of `float` and `complex` in f32 and c64, where the definition rounds between steps. */
  readonly single?: {
    readonly float: (x: number) => number;
    readonly complex: (re: number, im: number) => ComplexNumber;
  };
}
export interface BinaryKernels {
  readonly float?: (x: number, y: number) => number;
  readonly int?: (x: number, y: number, bits: number) => number;
  readonly bigint?: (x: bigint, y: bigint, signed: boolean) => bigint;
  readonly bool?: (x: number, y: number) => number;
  readonly complex?: (a: number, b: number, c: number, d: number) => ComplexNumber;
  /** A whole loop for floats, where the call per element would dominate. */
  readonly loop?: (x: Float64Array, y: Float64Array, out: Float64Array) => void;
}

function unsupported(name: string, dtype: DType): EspalierError {
  return new EspalierError('runtime/unsupported', `the reference engine cannot compute ${name} of ${dtype}`);
}

export function evaluateUnary(name: string, k: UnaryKernels, x: HostArray): HostArray {
  const info = dtypeInfo(x.dtype);
  if (info.scalar === 'bigint') {
    if (!k.bigint) throw unsupported(name, x.dtype);
    const from = x.data as BigInt64Array;
    const out = allocate(x.dtype, from.length) as BigInt64Array;
    for (let i = 0; i < out.length; i++) out[i] = k.bigint(from[i], info.kind === 'signed');
    return new HostArray(x.dtype, x.shape, out);
  }
  const from = numbersOf(x);
  const out = new Float64Array(from.length);
  if (info.kind === 'complex') {
    const f = x.dtype === 'c64' && k.single ? k.single.complex : k.complex;
    if (!f) throw unsupported(name, x.dtype);
    for (let i = 0; i < out.length; i += 2) {
      const [re, im] = f(from[i], from[i + 1]);
      out[i] = re;
      out[i + 1] = im;
    }
  } else if (info.kind === 'float') {
    const f = x.dtype === 'f32' && k.single ? k.single.float : k.float;
    if (!f) throw unsupported(name, x.dtype);
    for (let i = 0; i < out.length; i++) out[i] = f(from[i]);
  } else {
    const f = info.kind === 'bool' ? k.bool : k.int;
    if (!f) throw unsupported(name, x.dtype);
    for (let i = 0; i < out.length; i++) out[i] = f(from[i], info.bits);
  }
  return fromNumbers(x.dtype, x.shape, out);
}

export function evaluateBinary(name: string, k: BinaryKernels, x: HostArray, y: HostArray): HostArray {
  const info = dtypeInfo(x.dtype);
  if (info.scalar === 'bigint') {
    if (!k.bigint) throw unsupported(name, x.dtype);
    const a = x.data as BigInt64Array;
    const b = y.data as BigInt64Array;
    const out = allocate(x.dtype, a.length) as BigInt64Array;
    for (let i = 0; i < out.length; i++) out[i] = k.bigint(a[i], b[i], info.kind === 'signed');
    return new HostArray(x.dtype, x.shape, out);
  }
  const a = numbersOf(x);
  const b = numbersOf(y);
  const out = new Float64Array(a.length);
  if (info.kind === 'complex') {
    if (!k.complex) throw unsupported(name, x.dtype);
    for (let i = 0; i < out.length; i += 2) {
      const [re, im] = k.complex(a[i], a[i + 1], b[i], b[i + 1]);
      out[i] = re;
      out[i + 1] = im;
    }
  } else if (info.kind === 'float') {
    if (k.loop) k.loop(a, b, out);
    else {
      const f = k.float;
      if (!f) throw unsupported(name, x.dtype);
      for (let i = 0; i < out.length; i++) out[i] = f(a[i], b[i]);
    }
  } else {
    const f = info.kind === 'bool' ? k.bool : k.int;
    if (!f) throw unsupported(name, x.dtype);
    for (let i = 0; i < out.length; i++) out[i] = f(a[i], b[i], info.bits);
  }
  return fromNumbers(x.dtype, x.shape, out);
}

/** Repeats the unbatched operands so that all have the leading batch dimension. */
export function batchAll(
  operands: readonly Value[],
  batched: readonly boolean[],
  n: number,
  b: Parameters<BatchRule<object>>[0]['builder'],
): Value[] {
  return operands.map((v, i) => (batched[i] ? v : broadcastLeading(b, v, n)));
}

/** Batch rule of ops that act elementwise on all operands. */
export const batchElementwise: BatchRule<NoAttributes> = ({ op, operands, batched, batchSize, builder }) => {
  const xs = batchAll(operands, batched, batchSize, builder);
  const resultTypes = op.results.map((r) => tensorType(r.dtype, [batchSize, ...r.shape]));
  const out = builder.create(op.name, xs, op.attributes, { resultTypes });
  return { results: out.results, batched: out.results.map(() => true) };
};

/** The same op on the tangents: for ops linear in all their (float) operands. */
export const linearizeLinear: LinearizeRule<NoAttributes> = ({ op, tangents, tangent }) => {
  const t = tangent.create(op.name, tangents as Value[], op.attributes, { resultTypes: op.results.map((r) => r.type) });
  return { tangents: t.results };
};

interface FamilyOptions {
  readonly doc: string;
  readonly spec?: string;
  readonly accepts: Accepts;
  readonly traits?: Traits;
  /** Operations per element, for the cost model. */
  readonly flops?: number;
  readonly samples?: readonly Sample<NoAttributes>[];
}

export interface UnaryOptions extends FamilyOptions {
  readonly kernels: UnaryKernels;
  /** Coefficient of the tangent from operand x and result y, or the whole rule, or why there is none. */
  readonly derivative?: (b: Parameters<LinearizeRule<object>>[0]['primal'], x: Value, y: Value) => Value;
  readonly linearize?: LinearizeRule<NoAttributes> | Absent;
  readonly transpose?: TransposeRule<NoAttributes>;
  /** Range of float samples. */
  readonly domain?: readonly [low: number, high: number];
}

/** Emits `(tangent) * coefficient` with the coefficient computed once in the primal program. */
function fromDerivative(derivative: NonNullable<UnaryOptions['derivative']>): LinearizeRule<NoAttributes> {
  return ({ operands, results, tangents, primal, tangent }) => {
    const coefficient = derivative(primal, operands[0], results[0]);
    return { tangents: [mul(tangent, tangents[0]!, coefficient)] };
  };
}

/** The spec's label for "operands and result have one type"; CHLO has no labels. */
const sameTypeLabel = (name: string): string => (name.startsWith('stablehlo.') ? 'C1' : 'same types');

function checkElementType(input: TypeInferenceInput<object>, which: Accepts, name: string): TensorType {
  const t = asTensor(input.operands[0], 'operand');
  input.checker.check('element type', accepts[which](t.dtype), () => `takes ${which} element types, got ${t.dtype}`);
  for (const other of input.operands)
    input.checker.check(
      sameTypeLabel(name),
      sameOrDynamic(t, other),
      () => `operands should have one type, got ${typeText(t)} and ${typeText(other)}`,
    );
  return t;
}

/** Equal types, where a dynamic dimension matches anything. */
export function sameOrDynamic(a: TensorType, b: Type): boolean {
  return (
    typeEquals(a, b) ||
    (b.kind === 'tensor' &&
      a.dtype === b.dtype &&
      a.shape.length === b.shape.length &&
      a.shape.every((d, i) => d === b.shape[i] || d < 0 || b.shape[i] < 0))
  );
}

/** Samples of an elementwise op for every kind of element it accepts. */
function defaultSamples(which: Accepts, arity: number, domain: readonly [number, number]): Sample<NoAttributes>[] {
  const make = (
    name: string,
    dtype: DType,
    shape: readonly number[],
    low: number,
    high: number,
  ): Sample<NoAttributes> => ({
    name,
    operands: Array.from({ length: arity }, (): SampleTensor => ({ dtype, shape, low, high, distinct: true })),
    attributes: {},
  });
  const list: Sample<NoAttributes>[] = [];
  const ok = accepts[which];
  if (ok('f64')) list.push(make('f64', 'f64', [2, 3], ...domain), make('scalar', 'f64', [], ...domain));
  if (ok('f32')) list.push(make('f32', 'f32', [2, 3, 5], ...domain), make('bf16', 'bf16', [3], ...domain));
  if (ok('i32')) list.push(make('i32', 'i32', [2, 3], 1, 40), make('i64', 'i64', [3], 1, 40));
  if (ok('u8')) list.push(make('u8', 'u8', [5], 1, 40));
  if (ok('bool')) list.push({ ...make('bool', 'bool', [2, 3], 0, 1) });
  return list;
}

const stripDistinct = (samples: readonly Sample<NoAttributes>[]): Sample<NoAttributes>[] =>
  samples.map((s) => ({
    ...s,
    operands: s.operands.map((o) => (o.dtype === 'bool' ? { ...o, distinct: undefined } : o) as SampleTensor),
  }));

function specOf(name: string): string {
  const [dialect, op] = name.split('.');
  return dialect === 'chlo' ? `CHLO, ${op}` : `StableHLO spec, ${op}`;
}

export function unary(name: string, o: UnaryOptions): OpDefinition {
  return defineOp<NoAttributes>({
    name,
    doc: o.doc,
    spec: o.spec ?? specOf(name),
    operands: [{ name: 'operand' }],
    attributes: {},
    numRegions: 0,
    traits: { elementwise: true, ...o.traits },
    inferTypes: (input) => {
      const t = checkElementType(input, o.accepts, name);
      return [resultLike(t, input.given)];
    },
    resultLabels: { any: sameTypeLabel(name) },
    verify: () => {},
    syntax: sameType(1, name.startsWith('chlo.') ? 'arrow' : 'same'),
    evaluate: ([x]) => [evaluateUnary(name, o.kernels, x)],
    decompose: absent('a primitive'),
    linearize: o.derivative ? fromDerivative(o.derivative) : (o.linearize ?? absent('not differentiable')),
    transpose: o.transpose ?? absent('not linear'),
    batch: batchElementwise,
    sharding: (op) => pointwiseSharding(op),
    localize: () => ({}),
    cost: elementwiseCost(o.flops ?? 1),
    samples: stripDistinct(o.samples ?? defaultSamples(o.accepts, 1, o.domain ?? [-2, 2])),
  });
}

export interface BinaryOptions extends FamilyOptions {
  readonly kernels: BinaryKernels;
  readonly linearize: LinearizeRule<NoAttributes> | Absent;
  readonly transpose?: TransposeRule<NoAttributes>;
  readonly domain?: readonly [low: number, high: number];
}

export function binary(name: string, o: BinaryOptions): OpDefinition {
  return defineOp<NoAttributes>({
    name,
    doc: o.doc,
    spec: o.spec ?? specOf(name),
    operands: [{ name: 'lhs' }, { name: 'rhs' }],
    attributes: {},
    numRegions: 0,
    traits: { elementwise: true, ...o.traits },
    inferTypes: (input) => {
      const t = checkElementType(input, o.accepts, name);
      return [resultLike(t, input.given)];
    },
    resultLabels: { any: sameTypeLabel(name) },
    verify: () => {},
    syntax: sameType(2),
    evaluate: ([x, y]) => [evaluateBinary(name, o.kernels, x, y)],
    decompose: absent('a primitive'),
    linearize: o.linearize,
    transpose: o.transpose ?? absent('not linear'),
    batch: batchElementwise,
    sharding: (op) => pointwiseSharding(op),
    localize: () => ({}),
    cost: elementwiseCost(o.flops ?? 1),
    samples: stripDistinct(o.samples ?? defaultSamples(o.accepts, 2, o.domain ?? [0.5, 2])),
  });
}

/** The inferred type, with the encoding that was written if one was. */
export function resultLike(t: TensorType, given: readonly Type[] | undefined): TensorType {
  const g = given?.[0];
  return g && sameOrDynamic(t, g) ? (g as TensorType) : t;
}

/** Sum of the partial tangents of a binary op; each rule runs only when its operand has a tangent. */
export function partials(
  left: (input: Parameters<LinearizeRule<NoAttributes>>[0], t: Value) => Value,
  right: (input: Parameters<LinearizeRule<NoAttributes>>[0], t: Value) => Value,
): LinearizeRule<NoAttributes> {
  return (input) => {
    const [tx, ty] = input.tangents;
    const a = tx && left(input, tx);
    const b = ty && right(input, ty);
    return { tangents: [a && b ? input.tangent.emit('stablehlo.add', [a, b]) : (a ?? b)] };
  };
}
