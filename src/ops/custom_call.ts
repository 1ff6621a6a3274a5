import { EspalierError, type HostArray } from '../base/index.ts';
import {
  type Attr,
  type AttributeCodec,
  type AttributeSchema,
  absent,
  codecs,
  defineOp,
  type NoShardingRule,
  type Op,
  type OpShardingRule,
  type ShardingContext,
  type Syntax,
} from '../ir/index.ts';
import { evaluateUnary, trafficOf } from './elementwise.ts';
import { expectAlmostEqual, expectClose, expectEqual } from './expectations.ts';
import { erf } from './scalar-math.ts';
import { pointwiseSharding, ShardingRuleBuilder } from './sharding-rule-builder.ts';
import { parseFunctional, printFunctional } from './syntaxes.ts';

export interface CustomCallAttributes {
  readonly callTargetName: string;
  readonly hasSideEffect: boolean;
  readonly backendConfig: Attr | undefined;
  readonly apiVersion: number | undefined;
  readonly calledComputations: Attr | undefined;
  readonly operandLayouts: Attr | undefined;
  readonly resultLayouts: Attr | undefined;
  readonly outputOperandAliases: Attr | undefined;
}

type CallOp = Op<CustomCallAttributes>;

/** What we know about a target. */
export interface CustomCallTarget {
  readonly evaluate?: (operands: readonly HostArray[], op: CallOp) => HostArray[];
  readonly sharding?: (op: CallOp, context: ShardingContext) => OpShardingRule | NoShardingRule;
}

const identity: CustomCallTarget = { evaluate: (xs) => [...xs], sharding: pointwiseSharding };
const elementwise: CustomCallTarget = { sharding: pointwiseSharding };

/** Leading dimensions shared by all tensors pass; each tensor's others must be whole, shared where sizes agree by position. */
function batchOnly(op: CallOp, batch: number): OpShardingRule {
  const b = new ShardingRuleBuilder(op);
  const x = op.operands[0].shape;
  for (let d = 0; d < batch; d++) b.everywhere(d, x[d]);
  const same = (s: readonly number[]): boolean => s.length === x.length;
  for (let d = batch; d < x.length; d++)
    b.factor(
      op.operands.map((v) => (same(v.shape) ? d : undefined)),
      op.results.map((v) => (same(v.shape) ? d : undefined)),
      x[d],
      { kind: 'needReplication' },
    );
  op.operands.forEach((v, i) => {
    if (!same(v.shape))
      for (let d = batch; d < v.shape.length; d++)
        b.factor(
          op.operands.map((_, k) => (k === i ? d : undefined)),
          [],
          v.shape[d],
          { kind: 'needReplication' },
        );
  });
  op.results.forEach((v, i) => {
    if (!same(v.shape))
      for (let d = batch; d < v.shape.length; d++)
        b.factor(
          [],
          op.results.map((_, k) => (k === i ? d : undefined)),
          v.shape[d],
          { kind: 'needReplication' },
        );
  });
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

const check =
  (f: (a: HostArray, b: HostArray) => void) =>
  ([a, b]: readonly HostArray[]): HostArray[] => {
    f(a, b);
    return [];
  };

/** Targets by name; an engine or a test may add its own. */
export const customCallTargets = new Map<string, CustomCallTarget>([
  ['check.expect_eq', { evaluate: check((a, b) => expectEqual(a, b)) }],
  ['check.expect_close', { evaluate: check((a, b) => expectClose(a, b)) }],
  ['check.expect_almost_eq', { evaluate: check((a, b) => expectAlmostEqual(a, b, 1e-3)) }],
  ['check.eq', { evaluate: check((a, b) => expectAlmostEqual(a, b, 1e-4)) }],
  ['Sharding', identity],
  ['InspectSharding', identity],
  ['LayoutConstraint', identity],
  ['MoveToHost', identity],
  ['MoveToDevice', identity],
  ['xla.megascale.provide_metadata', identity],
  ['annotate_device_placement', identity],
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
  ['QrDecompositionBlock', { sharding: (op) => batchOnly(op, op.operands[0].shape.length - 2) }],
  ['mhlo.erf', { evaluate: ([x]) => [evaluateUnary('mhlo.erf', { float: erf }, x)], sharding: pointwiseSharding }],
  ['Qr', { sharding: (op) => batchOnly(op, op.operands[0].shape.length - 2) }],
  ['ProductOfElementaryHouseholderReflectors', { sharding: (op) => batchOnly(op, op.operands[0].shape.length - 2) }],
  ['Eigh', { sharding: eighSharding }],
  ['mhlo.topk', { sharding: (op) => lineOf(op, true) }],
  ['ApproxTopK', { sharding: (op) => lineOf(op, false) }],
  ['PartialReduce', { sharding: (op) => lineOf(op, false) }],
]);

/** `custom_call @name(%a) {…} : (A) -> B`; names that are no identifiers are quoted. */
const customCallSyntax: Syntax<CustomCallAttributes> = {
  print: (op, p) => {
    p.write(` ${p.attribute({ kind: 'symbol', path: [op.attributes.callTargetName] })}(${p.values(op.operands)})`);
    p.dictionary(op, ['callTargetName']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const callTargetName = p.symbolName();
    const operands = p.list('(', ')', () => p.operand());
    const dictionary = p.optionalDictionary();
    return { operands, attributes: { callTargetName }, dictionary, ...parseFunctional(p) };
  },
};

const apiVersion: AttributeCodec<number | undefined> = {
  read: (a) => codecs.i64.read(a),
  write: (v) => (v === undefined ? undefined : { kind: 'int', value: BigInt(v), type: 'i32' }),
  default: () => undefined,
};
const sideEffect: AttributeCodec<boolean> = {
  read: codecs.bool.read,
  write: (v) => (v ? { kind: 'bool', value: true } : undefined),
  default: () => false,
};
const attributes: AttributeSchema<CustomCallAttributes> = {
  callTargetName: codecs.string,
  hasSideEffect: sideEffect,
  backendConfig: codecs.optional(codecs.raw),
  apiVersion,
  calledComputations: codecs.optional(codecs.raw),
  operandLayouts: codecs.optional(codecs.raw),
  resultLayouts: codecs.optional(codecs.raw),
  outputOperandAliases: codecs.optional(codecs.raw),
};
const foreign = absent('the meaning of a custom call is known to its backend only');

export const customCall = defineOp<CustomCallAttributes>({
  name: 'stablehlo.custom_call',
  doc: 'Calls something the backend knows by name.',
  spec: 'StableHLO spec, custom_call',
  operands: [{ name: 'inputs', variadic: true }],
  attributes,
  numRegions: 0,
  traits: { sideEffect: true },
  inferTypes: 'explicit',
  verify: () => {},
  syntax: customCallSyntax,
  evaluate: (operands, op) => {
    const name = op.attributes.callTargetName;
    const target = customCallTargets.get(name);
    if (!target?.evaluate)
      throw new EspalierError('runtime/unknown-custom-call', `no implementation of the custom call @${name}`, {
        expected: [...customCallTargets].flatMap(([k, t]) => (t.evaluate ? [k] : [])).join(', '),
        advice: 'add it to customCallTargets, or run the program on the engine it was made for',
      });
    return target.evaluate(operands, op);
  },
  decompose: foreign,
  linearize: foreign,
  transpose: foreign,
  batch: foreign,
  sharding: (op, context) =>
    customCallTargets.get(op.attributes.callTargetName)?.sharding?.(op, context) ?? {
      noRule: `custom call @${op.attributes.callTargetName} has no known sharding rule`,
    },
  localize: (op) => op.attributes,
  cost: (op) => ({ flops: 0, bytes: trafficOf(op) }),
  samples: [
    {
      name: 'identity',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: {
        callTargetName: 'Sharding',
        hasSideEffect: false,
        backendConfig: undefined,
        apiVersion: undefined,
        calledComputations: undefined,
        operandLayouts: undefined,
        resultLayouts: undefined,
        outputOperandAliases: undefined,
      },
      resultTypes: [{ kind: 'tensor', dtype: 'f64', shape: [2, 3] }],
    },
  ],
});
