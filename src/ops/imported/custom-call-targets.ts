import { EspalierError, type HostArray, isInexact } from '../../base/index.ts';
import { scalarMath } from '../../base/math/index.ts';
import {
  type Builder,
  type Func,
  type NoShardingRule,
  type OpShardingRule,
  type ShardingContext,
  tensorType,
  typeText,
  type Value,
} from '../../ir/index.ts';
import { evaluateUnary } from '../define/elementwise.ts';
import { inlineBlock, iota, slice, splat } from '../define/emit.ts';
import { pointwiseSharding, ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import {
  type CallOp,
  type CustomCallTarget,
  type Expand,
  type ExpandInput,
  TargetConfig,
} from './custom-call-target.ts';
import { expectAlmostEqual, expectClose, expectEqual } from './expectations.ts';
import { linalgTargets, xlaLinalg } from './linalg-targets.ts';

/* The table of custom calls: what each target computes, how it may be cut, or why it is refused. */

const same: Expand = ({ operands }) => operands;
const identity: CustomCallTarget = { expand: same, evaluate: (xs) => [...xs], sharding: pointwiseSharding };
const marker: CustomCallTarget = { ...identity, isPartitioning: true };
const transfer: CustomCallTarget = { ...identity, passesShardings: true };
const elementwise: CustomCallTarget = { sharding: pointwiseSharding };

/** Leading dimensions shared by all tensors pass; each tensor's others must be whole, shared where sizes agree by position. */
function batchOnly(op: CallOp): OpShardingRule {
  const b = new ShardingRuleBuilder(op);
  const x = op.operands[0].shape;
  const batch = x.length - 2;
  const whole = { kind: 'needReplication' } as const;
  for (let d = 0; d < batch; d++) b.everywhere(d, x[d]);
  const alike = (s: readonly number[]): boolean => s.length === x.length;
  for (let d = batch; d < x.length; d++)
    b.factor(
      op.operands.map((v) => (alike(v.shape) ? d : undefined)),
      op.results.map((v) => (alike(v.shape) ? d : undefined)),
      x[d],
      whole,
    );
  const own = (values: readonly Value[], place: (dims: (number | undefined)[], size: number) => void): void =>
    values.forEach((v, i) => {
      if (!alike(v.shape))
        for (let d = batch; d < v.shape.length; d++)
          place(
            values.map((_, k) => (k === i ? d : undefined)),
            v.shape[d],
          );
    });
  own(op.operands, (dims, size) => b.factor(dims, [], size, whole));
  own(op.results, (dims, size) => b.factor([], dims, size, whole));
  return b.build();
}

/** Dimensions whose size changes need the whole line; the others pass. */
function lineOf(op: CallOp, shared: boolean): OpShardingRule {
  const b = new ShardingRuleBuilder(op);
  const x = op.operands[0].shape;
  const r = op.results[0].shape;
  x.forEach((n, d) => {
    if (n === r[d]) b.everywhere(d, n);
    else if (shared) b.everywhere(d, n, { kind: 'needReplication', blocked: true });
    else {
      const whole = { kind: 'needReplication', blocked: true } as const;
      b.factor([d, d], [], n);
      b.factor([], [d, d], r[d], whole);
    }
  });
  return b.build();
}

/** Eigenvectors have the dimensions of the matrices, eigenvalues the batch and the last one. */
function eighSharding(op: CallOp): OpShardingRule {
  const x = op.operands[0].shape;
  const [row, column] = [x.length - 2, x.length - 1];
  const b = new ShardingRuleBuilder(op);
  for (let d = 0; d < row; d++) b.everywhere(d, x[d]);
  return b.factor([row], [row, undefined], x[row]).factor([column], [column, row], x[column]).build();
}

/** The state of a random generator is whole: so is what it is put together from. */
function combinedSharding(op: CallOp, { users = [] }: ShardingContext): OpShardingRule | NoShardingRule {
  if (!users.some((u) => u.name === 'stablehlo.rng_bit_generator')) return pointwiseSharding(op);
  return new ShardingRuleBuilder(op)
    .pointwise(op.results[0].shape, () => ({ kind: 'needReplication', blocked: true }))
    .build();
}

const reductionDimension = (op: CallOp): number =>
  new TargetConfig(op).integer('reduction_dim') ?? op.operands[0].shape.length - 1;

/** The first elements of sorted lines along `dimension`, as many as the first result has. */
function sortedHead(
  { op, builder: b }: ExpandInput,
  operands: readonly Value[],
  dimension: number,
  order: (b: Builder, args: readonly Value[]) => Value,
): Value[] {
  const types = operands.flatMap((v) => [tensorType(v.dtype, []), tensorType(v.dtype, [])]);
  const body = b.block(types, (inner, args) => [order(inner, args)]);
  const sorted = b.create('stablehlo.sort', operands, { dimension, isStable: true }, { regions: [body] });
  const limits = operands[0].shape.map((n, d) => (d === dimension ? op.results[0].shape[dimension] : n));
  return sorted.results.map((r) =>
    slice(
      b,
      r,
      limits.map(() => 0),
      limits,
    ),
  );
}

/** The comparator a call names. */
function comparatorOf({ op, module }: ExpandInput): Func | undefined {
  const list = op.attributes.calledComputations;
  const first = list?.kind === 'array' ? list.elements[0] : undefined;
  return first?.kind === 'symbol' ? module.func(first.path[0]) : undefined;
}

/** Values and positions of the extreme elements, in the order of the call's comparator. */
const approxTopK: Expand = (input) => {
  const comparator = comparatorOf(input);
  const operands = input.operands.slice(0, input.op.results.length);
  if (!comparator) return largestElements(input);
  return sortedHead(input, operands, reductionDimension(input.op), (b, args) => {
    const [isFirst] = inlineBlock(b, comparator.body, args);
    return isFirst;
  });
};

/** Values and positions of the largest (or smallest) elements of the last dimension. */
const largestElements: Expand = (input) => {
  const { operands, config, builder: b } = input;
  const [x] = operands;
  const last = x.shape.length - 1;
  if (config.bool('largest') ?? true)
    return b.create('chlo.top_k', [x], { k: input.op.results[0].shape[last] }).results;
  const position = iota(b, tensorType('i32', x.shape), last);
  const compareType = isInexact(x.dtype) ? 'TOTALORDER' : undefined;
  return sortedHead(input, [x, position], last, (inner, [p, q]) =>
    inner.emit('stablehlo.compare', [p, q], { comparisonDirection: 'LT', compareType }),
  );
};

/** `mhlo.asin` is `chlo.asin`. */
const chloUnary = (names: string): [string, CustomCallTarget][] =>
  names
    .split(' ')
    .map((name) => [
      `mhlo.${name}`,
      { expand: ({ operands, builder }) => [builder.emit(`chlo.${name}`, operands)], sharding: pointwiseSharding },
    ]);

const check =
  (f: (a: HostArray, b: HostArray) => void) =>
  ([a, b]: readonly HostArray[]): HostArray[] => {
    f(a, b);
    return [];
  };

const refused = (names: string, reason: string): [string, CustomCallTarget][] =>
  names.split(' ').map((name) => [name, { refused: reason }]);
const callback = 'it calls back into the Python process that exported the program; export without callbacks';
const dynamic = 'shapes must be static; export with the shapes that are used';

/** Targets by name; an engine or a test may add its own. */
export const customCallTargets = new Map<string, CustomCallTarget>([
  ['check.expect_eq', { evaluate: check((a, b) => expectEqual(a, b)) }],
  ['check.expect_close', { evaluate: check((a, b) => expectClose(a, b)) }],
  ['check.expect_almost_eq', { evaluate: check((a, b) => expectAlmostEqual(a, b, 1e-3)) }],
  ['check.eq', { evaluate: check((a, b) => expectAlmostEqual(a, b, 1e-4)) }],
  ['Sharding', marker],
  ['SPMDFullToShardShape', marker],
  ['SPMDShardToFullShape', marker],
  ['xla.sdy.FuncResultSharding', marker],
  ['InspectSharding', marker],
  ['LayoutConstraint', identity],
  ['MoveToHost', transfer],
  ['MoveToDevice', transfer],
  ['xla.megascale.provide_metadata', identity],
  ['annotate_device_placement', identity],
  ['AllocateBuffer', { expand: ({ op, builder }) => op.results.map((r) => splat(builder, r.type, 0)) }],
  ['shape_assertion', { expand: () => [] }],
  ['X64SplitHigh', elementwise],
  ['X64SplitLow', elementwise],
  ['X64Combine', { sharding: combinedSharding }],
  ['Cholesky', elementwise],
  ['CompactWyHelper', elementwise],
  ['InvertDiagBlocksLowerTriangular', elementwise],
  ['InvertDiagBlocksUpperTriangular', elementwise],
  ['_SPMDInternalOp_MultiPad', elementwise],
  ['_SPMDInternalOp_RotateRight', elementwise],
  ['_SPMDInternalOp_MultiRotate', elementwise],
  ['_SPMDInternalOp_MultiSlice', elementwise],
  ['_SPMDInternalOp_Wrap', elementwise],
  ['QrDecompositionBlock', { sharding: batchOnly }],
  ['Qr', { expand: xlaLinalg.Qr, sharding: batchOnly }],
  [
    'ProductOfElementaryHouseholderReflectors',
    { expand: xlaLinalg.ProductOfElementaryHouseholderReflectors, sharding: batchOnly },
  ],
  ['Eigh', { expand: xlaLinalg.Eigh, sharding: eighSharding }],
  ['mhlo.topk', { expand: largestElements, sharding: (op) => lineOf(op, true) }],
  ['TopK', { expand: largestElements, sharding: (op) => lineOf(op, true) }],
  ['ApproxTopK', { expand: approxTopK, sharding: (op) => lineOf(op, false) }],
  ['PartialReduce', { expand: approxTopK, sharding: (op) => lineOf(op, false) }],
  ...chloUnary('acos acosh asin asinh atan atanh bessel_i1e cosh digamma erf_inv erfc lgamma sinh tan'),
  [
    'mhlo.erf',
    {
      expand: ({ operands, builder }) => [builder.emit('chlo.erf', operands)],
      evaluate: ([x]) => [evaluateUnary('mhlo.erf', { float: scalarMath.erf }, x)],
      sharding: pointwiseSharding,
    },
  ],
  ...linalgTargets,
  ...refused('tpu_custom_call', 'a Pallas kernel compiled for TPUs; export for the platform "cpu"'),
  ...refused(
    'mosaic_gpu_v2 mosaic_gpu __gpu$xla.gpu.triton triton_kernel_call',
    'a Pallas or Triton kernel for GPUs; export for the platform "cpu"',
  ),
  ...refused(
    'pure_callback io_callback xla_python_cpu_callback xla_python_gpu_callback xla_ffi_python_cpu_callback xla_ffi_python_gpu_callback xla_ffi_partitioned_python_cpu_callback xla_ffi_partitioned_python_gpu_callback',
    callback,
  ),
  ...refused('tf.call_tf_function', 'it calls TensorFlow'),
  ...refused(
    'stablehlo.dynamic_reduce_window stablehlo.dynamic_rng_bit_generator stablehlo.dynamic_top_k stablehlo.dynamic_approx_top_k',
    dynamic,
  ),
]);

/** The error for a call that cannot be run. */
export function unknownCustomCall(name: string): EspalierError {
  const reason = customCallTargets.get(name)?.refused;
  return new EspalierError('runtime/unknown-custom-call', `no implementation of the custom call @${name}`, {
    given: reason,
    advice: reason
      ? undefined
      : 'write it in StableHLO, add it to customCallTargets, or run the program on the engine it was made for',
  });
}

/** The call as ops. Throws `runtime/custom-call` when it is not formed as its target's calls are; undefined without an expansion. */
export function expandCustomCall(input: Omit<ExpandInput, 'config'>): readonly Value[] | undefined {
  const { op } = input;
  const name = op.attributes.callTargetName;
  const expand = customCallTargets.get(name)?.expand;
  if (!expand) return undefined;
  const fail = (given: string): never => {
    throw new EspalierError('runtime/custom-call', `the custom call @${name} has another form than JAX gives it`, {
      expected: `(${op.results.map((r) => typeText(r.type)).join(', ')}) from (${op.operands.map((v) => typeText(v.type)).join(', ')})`,
      given,
    });
  };
  let results: readonly Value[] = [];
  try {
    results = expand({ ...input, config: new TargetConfig(op) });
  } catch (error) {
    if (!(error instanceof EspalierError) || error.code === 'base/internal') throw error;
    fail(error.message);
  }
  // Programs of 2023 have a tuple of all results.
  const [first] = op.results;
  if (op.results.length === 1 && first.type.kind === 'tuple')
    results = [input.builder.emit('stablehlo.tuple', results)];
  const types = results.map((r) => typeText(r.type));
  if (types.join() !== op.results.map((r) => typeText(r.type)).join()) fail(`(${types.join(', ')})`);
  return results;
}
