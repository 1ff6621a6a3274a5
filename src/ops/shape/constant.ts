import { HostArray, isComplex } from '../../base/index.ts';
import {
  absent,
  asTensor,
  bytesOf,
  codecs,
  DenseElements,
  defineOp,
  type Syntax,
  tensorType,
  typeEquals,
} from '../../ir/index.ts';
import { fromNumbers, stridedIndices, take } from '../define/elements.ts';
import { assembly, intPart } from '../define/syntaxes.ts';

export interface ConstantAttributes {
  readonly value: DenseElements;
}

/** `stablehlo.constant {…} dense<…> : T` */
const constantSyntax: Syntax<ConstantAttributes> = {
  print: (op, p) => {
    p.dictionary(op, ['value']);
    p.write(` ${p.attribute({ kind: 'dense', value: op.attributes.value })}`);
  },
  parse: (p) => {
    const dictionary = p.optionalDictionary();
    const value = p.dense();
    return { operands: [], attributes: { value }, dictionary, resultTypes: [value.type] };
  },
};

const noOperands = absent('no operands, so nothing to differentiate or batch');

export const constant = defineOp<ConstantAttributes>({
  name: 'stablehlo.constant',
  doc: 'A tensor given in the program.',
  spec: 'StableHLO spec, constant',
  operands: [],
  attributes: { value: codecs.dense },
  numRegions: 0,
  traits: { constant: true },
  inferTypes: ({ attributes }) => [attributes.value.type],
  resultLabels: { any: 'C1' },
  verify: (op, { check }) => check('C1', typeEquals(op.attributes.value.type, op.results[0].type), 'type of value'),
  syntax: constantSyntax,
  evaluate: (_, { attributes }) => [attributes.value.toHostArray()],
  decompose: absent('a primitive'),
  linearize: noOperands,
  transpose: noOperands,
  batch: noOperands,
  sharding: () => ({ noRule: 'constants take any sharding their users want' }),
  localize: (op, local) => {
    const t = asTensor(local.results[0]);
    const { value } = op.attributes;
    return { value: value.isSplat ? value.withType(t) : value };
  },
  cost: (op) => ({ productFlops: 0, vectorFlops: 0, bytes: bytesOf(op.results[0].type) }),
  samples: [
    {
      name: 'f32',
      operands: [],
      attributes: { value: DenseElements.of(HostArray.from('f32', [2, 3], [1, 2, 3, 4, 5, 6])) },
    },
    { name: 'splat', operands: [], attributes: { value: DenseElements.splat(tensorType('bf16', [2, 3]), 1.5) } },
    {
      name: 'bool',
      operands: [],
      attributes: { value: DenseElements.of(HostArray.from('bool', [3], [true, false, true])) },
    },
    { name: 'i64', operands: [], attributes: { value: DenseElements.of(HostArray.from('i64', [], [-7n])) } },
  ],
});

export interface IotaAttributes {
  readonly iotaDimension: number;
}

export const iota = defineOp<IotaAttributes>({
  name: 'stablehlo.iota',
  doc: 'Counts 0, 1, 2 … along one dimension.',
  spec: 'StableHLO spec, iota',
  operands: [],
  attributes: { iotaDimension: codecs.i64 },
  numRegions: 0,
  traits: { constant: true },
  inferTypes: 'explicit',
  numResults: 1,
  verify: (op, { check }) => {
    const { shape } = asTensor(op.results[0].type);
    check(
      'C1',
      op.attributes.iotaDimension >= 0 && op.attributes.iotaDimension < shape.length,
      () => `iota_dimension should lie in [0, ${shape.length}), got ${op.attributes.iotaDimension}`,
    );
  },
  syntax: assembly({ operands: 0, parts: [intPart('iotaDimension', 'dim')], types: 'results' }),
  evaluate: (_, op) => {
    const { dtype, shape } = op.results[0].tensor;
    const d = op.attributes.iotaDimension;
    const width = isComplex(dtype) ? 2 : 1;
    const values = new Float64Array(shape[d] * width);
    for (let i = 0; i < shape[d]; i++) values[i * width] = i;
    const line = fromNumbers(dtype, [shape[d]], values);
    return [
      take(
        line,
        shape,
        stridedIndices(
          shape,
          shape.map((_, i) => (i === d ? 1 : 0)),
        ),
      ),
    ];
  },
  decompose: absent('a primitive'),
  linearize: noOperands,
  transpose: noOperands,
  batch: noOperands,
  sharding: () => ({ noRule: 'constants take any sharding their users want' }),
  localize: (op) => op.attributes,
  cost: (op) => ({ productFlops: 0, vectorFlops: 0, bytes: bytesOf(op.results[0].type) }),
  samples: [
    { name: 'rows', operands: [], attributes: { iotaDimension: 0 }, resultTypes: [tensorType('i32', [2, 3])] },
    { name: 'columns', operands: [], attributes: { iotaDimension: 1 }, resultTypes: [tensorType('f32', [2, 3])] },
    { name: 'i64', operands: [], attributes: { iotaDimension: 0 }, resultTypes: [tensorType('i64', [5])] },
  ],
});
