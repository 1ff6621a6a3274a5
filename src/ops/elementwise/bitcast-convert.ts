import { type DType, dtypeInfo, HostArray } from '../../base/index.ts';
import { absent, asTensor, defineOp, tensorType } from '../../ir/index.ts';
import { checkShape } from '../define/constraints.ts';
import { moveCost } from '../define/cost.ts';
import { copyArray } from '../define/elements.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional } from '../define/syntaxes.ts';

export const bitcastConvert = defineOp<NoAttributes>({
  name: 'stablehlo.bitcast_convert',
  doc: 'Reinterprets bits as another element type; a width change adds or removes a minor dimension.',
  spec: 'StableHLO spec, bitcast_convert',
  operands: [{ name: 'operand' }],
  attributes: {},
  numRegions: 0,
  traits: { elementwiseFor: (op) => op.operands[0].shape.length === op.results[0].shape.length },
  inferTypes: 'explicit',
  numResults: 1,
  verify: (op, checker) => {
    const { check } = checker;
    const [x, r] = [asTensor(op.operands[0].type), asTensor(op.results[0].type)];
    const [bx, br] = [dtypeInfo(x.dtype), dtypeInfo(r.dtype)];
    check(
      'C2',
      (bx.kind === 'complex') === (br.kind === 'complex'),
      () => `operand and result should both be complex or both not, got ${x.dtype} and ${r.dtype}`,
    );
    const ratio = Math.max(bx.bits, br.bits) / Math.min(bx.bits, br.bits);
    if (bx.bits === br.bits) checkShape(checker, 'C1', 'result', r.shape, x.shape);
    else if (br.bits < bx.bits) checkShape(checker, 'C1', 'result', r.shape, [...x.shape, ratio]);
    else checkShape(checker, 'C1', 'operand', x.shape, [...r.shape, ratio]);
  },
  syntax: functional(1),
  evaluate: ([x], op) => {
    const r = op.results[0].tensor;
    const shape = bitcastShape(x.shape, x.dtype, r.dtype);
    if (dtypeInfo(x.dtype).bits < 8 || dtypeInfo(r.dtype).bits < 8) return [bitcastSmall(x, r.dtype, shape)];
    return [HostArray.fromBytes(r.dtype, shape, copyArray(x).bytes)];
  },
  decompose: absent('a primitive'),
  linearize: absent('bits have no derivative'),
  transpose: absent('not linear'),
  batch: ({ op, operands: [x], batchSize, builder }) => {
    const r = op.results[0].tensor;
    const out = builder.create(op.name, [x], {}, { resultTypes: [tensorType(r.dtype, [batchSize, ...r.shape])] });
    return { results: out.results, batched: [true] };
  },
  sharding: (op) => {
    const [x, r] = [op.operands[0].shape, op.results[0].shape];
    const b = new ShardingRuleBuilder(op);
    const common = Math.min(x.length, r.length);
    for (let d = 0; d < common; d++) b.everywhere(d, x[d]);
    if (x.length > common) b.factor([common], [], x[common], { kind: 'needReplication' });
    if (r.length > common) b.factor([], [common], r[common], { kind: 'needReplication' });
    return b.build();
  },
  localize: () => ({}),
  cost: moveCost,
  samples: [
    {
      name: 'same width',
      operands: [{ dtype: 'f32', shape: [2, 3] }],
      attributes: {},
      resultTypes: [tensorType('u32', [2, 3])],
    },
    {
      name: 'narrowing',
      operands: [{ dtype: 'u32', shape: [3], low: 0, high: 1e9 }],
      attributes: {},
      resultTypes: [tensorType('u8', [3, 4])],
    },
    {
      name: 'widening',
      operands: [{ dtype: 'u16', shape: [3, 2], low: 0, high: 60000 }],
      attributes: {},
      resultTypes: [tensorType('u32', [3])],
    },
  ],
});

function bitcastShape(shape: readonly number[], from: DType, to: DType): number[] {
  const [a, b] = [dtypeInfo(from).bits, dtypeInfo(to).bits];
  if (a === b) return [...shape];
  return a > b ? [...shape, a / b] : shape.slice(0, -1);
}

/** Types below a byte: bits of consecutive elements, least significant first. */
function bitcastSmall(x: HostArray, to: DType, shape: readonly number[]): HostArray {
  const [from, target] = [dtypeInfo(x.dtype), dtypeInfo(to)];
  const bits: number[] = [];
  const bytes = x.bytes;
  for (let i = 0; i < x.size; i++)
    for (let k = 0; k < from.bits; k++) bits.push((bytes[i * from.bytes + (k >> 3)] >> (k & 7)) & 1);
  const out = HostArray.zeros(to, shape);
  const written = out.bytes;
  for (let i = 0; i < out.size; i++)
    for (let k = 0; k < target.bits; k++) written[i * target.bytes + (k >> 3)] |= bits[i * target.bits + k] << (k & 7);
  if (target.kind === 'signed' && target.bits < 8)
    for (let i = 0; i < out.size; i++)
      written[i] = (((written[i] << (8 - target.bits)) << 24) >> 24) >> (8 - target.bits);
  return out;
}
