import { EspalierError, range } from '../../base/index.ts';
import {
  asTensor,
  type Builder,
  codecs,
  type NoShardingRule,
  type Syntax,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { composed } from '../define/composed.ts';
import { broadcastInDim, combiner, dotGeneral, reduceSum, transpose } from '../define/emit.ts';
import { functional, listPart, parseFunctional, printFunctional } from '../define/syntaxes.ts';
import { communication } from '../devices/communication.ts';
import { groupsCodec, type ReplicaGroups } from '../devices/device-groups.ts';

/*
 * Deprecated ops that older programs still contain: each is an expression of today's ops.
 */

const noRule = (): NoShardingRule => ({ noRule: 'partition its decomposition' });
const x23 = { dtype: 'f64', shape: [2, 3] } as const;

export const broadcast = composed<{ readonly broadcastSizes: readonly number[] }>({
  name: 'stablehlo.broadcast',
  doc: 'Adds leading dimensions by repetition.',
  spec: 'StableHLO, broadcast (deprecated in favour of broadcast_in_dim)',
  operands: [{ name: 'operand' }],
  attributes: { broadcastSizes: codecs.i64Array },
  inferTypes: ({ operands: [t], attributes: { broadcastSizes } }) => {
    const x = asTensor(t);
    return [tensorType(x.dtype, [...broadcastSizes, ...x.shape])];
  },
  syntax: functional(1, listPart('broadcastSizes', 'sizes')),
  decompose: ({ op, operands: [x], builder }) => {
    const sizes = op.attributes.broadcastSizes;
    return [
      broadcastInDim(
        builder,
        x,
        [...sizes, ...x.shape],
        x.shape.map((_, d) => d + sizes.length),
      ),
    ];
  },
  sharding: noRule,
  samples: [{ name: 'two', operands: [x23], attributes: { broadcastSizes: [4, 1] } }],
});

interface EinsumAttributes {
  readonly einsumConfig: string;
}

/** `einsum %a, %b, config = "ab,bc->ac" : (A, B) -> C` */
const einsumSyntax: Syntax<EinsumAttributes> = {
  print: (op, p) => {
    const config = p.attribute({ kind: 'string', value: op.attributes.einsumConfig });
    p.write(` ${p.values(op.operands)}, config = ${config}`);
    p.dictionary(op, ['einsumConfig']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const operands = [p.operand()];
    p.expect(',');
    while (!p.accept('config')) {
      operands.push(p.operand());
      p.expect(',');
    }
    p.expect('=');
    const attributes = { einsumConfig: p.string() };
    return { operands, attributes, dictionary: p.optionalDictionary(), ...parseFunctional(p) };
  },
};

/** Labels of the inputs and of the result. */
function labelsOf(config: string, operands: readonly Value[]): { inputs: string[]; output: string } {
  const [left, output = ''] = config.replaceAll(' ', '').split('->');
  const inputs = left.split(',');
  const plain = [...inputs, output].every((s) => /^[a-zA-Z]*$/.test(s) && new Set(s).size === s.length);
  const fits = inputs.length === operands.length && inputs.every((s, i) => s.length === operands[i].shape.length);
  if (!plain || !fits || !config.includes('->'))
    throw new EspalierError('ops/einsum', `cannot read the einsum "${config}"`, {
      expected: 'one label per dimension, each once per operand, as in "ab,bc->ac"',
      given: operands.map((v) => `[${v.shape}]`).join(', '),
    });
  return { inputs, output };
}

/** Sums dimensions whose labels are not in `keep`. */
function sumOut(b: Builder, x: Value, labels: string, keep: string): { x: Value; labels: string } {
  const gone = range(labels.length).filter((d) => !keep.includes(labels[d]));
  return { x: reduceSum(b, x, gone), labels: [...labels].filter((l) => keep.includes(l)).join('') };
}
const arrange = (b: Builder, x: Value, labels: string, output: string): Value =>
  transpose(
    b,
    x,
    [...output].map((l) => labels.indexOf(l)),
  );

export const einsum = composed<EinsumAttributes>({
  name: 'stablehlo.einsum',
  doc: 'Sum of products over labelled dimensions of two tensors.',
  spec: 'StableHLO, einsum (deprecated in favour of dot_general)',
  operands: [{ name: 'lhs' }, { name: 'rhs' }],
  attributes: { einsumConfig: codecs.string },
  inferTypes: 'explicit',
  numResults: 1,
  syntax: einsumSyntax,
  decompose: ({ op, operands, builder: b }) => {
    const { inputs, output } = labelsOf(op.attributes.einsumConfig, operands);
    const l = sumOut(b, operands[0], inputs[0], inputs[1] + output);
    const r = sumOut(b, operands[1], inputs[1], inputs[0] + output);
    const both = [...l.labels].filter((c) => r.labels.includes(c));
    const batch = both.filter((c) => output.includes(c));
    const contracted = both.filter((c) => !output.includes(c));
    const at = (labels: string, cs: readonly string[]): number[] => cs.map((c) => labels.indexOf(c));
    const y = dotGeneral(b, l.x, r.x, {
      lhsBatching: at(l.labels, batch),
      rhsBatching: at(r.labels, batch),
      lhsContracting: at(l.labels, contracted),
      rhsContracting: at(r.labels, contracted),
    });
    const free = (labels: string): string[] => [...labels].filter((c) => !both.includes(c));
    return [arrange(b, y, [...batch, ...free(l.labels), ...free(r.labels)].join(''), output)];
  },
  sharding: noRule,
  samples: [
    {
      name: 'batched product, transposed',
      operands: [
        { dtype: 'f64', shape: [2, 3, 4] },
        { dtype: 'f64', shape: [4, 2, 5] },
      ],
      attributes: { einsumConfig: 'bik,kbj->jbi' },
      resultTypes: [tensorType('f64', [5, 2, 3])],
    },
  ],
});

export const unaryEinsum = composed<EinsumAttributes>({
  name: 'stablehlo.unary_einsum',
  doc: 'Sum and reordering of labelled dimensions.',
  spec: 'StableHLO, unary_einsum (deprecated in favour of reduce and transpose)',
  operands: [{ name: 'operand' }],
  attributes: { einsumConfig: codecs.string },
  inferTypes: 'explicit',
  numResults: 1,
  syntax: einsumSyntax,
  decompose: ({ op, operands, builder: b }) => {
    const { inputs, output } = labelsOf(op.attributes.einsumConfig, operands);
    const { x, labels } = sumOut(b, operands[0], inputs[0], output);
    return [arrange(b, x, labels, output)];
  },
  sharding: noRule,
  samples: [
    {
      name: 'sum and transpose',
      operands: [{ dtype: 'f64', shape: [2, 3, 4] }],
      attributes: { einsumConfig: 'abc->ca' },
      resultTypes: [tensorType('f64', [4, 2])],
    },
  ],
});

export const torchIndexSelect = composed<{ readonly dim: number; readonly batchDims: number }>({
  name: 'stablehlo.torch_index_select',
  doc: 'Slices along one dimension at given indices, after shared batch dimensions.',
  spec: 'StableHLO, torch_index_select (deprecated in favour of gather)',
  operands: [{ name: 'operand' }, { name: 'index' }],
  attributes: { dim: codecs.i64, batchDims: codecs.i64 },
  inferTypes: 'explicit',
  numResults: 1,
  syntax: 'generic',
  decompose: ({ op, operands: [x, index], builder }) => {
    const { dim, batchDims } = op.attributes;
    const batch = range(batchDims);
    const extra = index.shape.length - batchDims;
    const window = range(x.shape.length).filter((d) => d >= batchDims && d !== dim);
    return [
      builder.emit('stablehlo.gather', [x, index], {
        dimensionNumbers: {
          offsetDims: window.map((d) => (d < dim ? d : d - 1 + extra)),
          collapsedSliceDims: [dim],
          operandBatchingDims: batch,
          startIndicesBatchingDims: batch,
          startIndexMap: [dim],
          indexVectorDim: index.shape.length,
        },
        sliceSizes: x.shape.map((n, d) => (window.includes(d) ? n : 1)),
      }),
    ];
  },
  sharding: noRule,
  samples: [
    {
      name: 'columns by batch',
      operands: [
        { dtype: 'f64', shape: [2, 4, 3] },
        { dtype: 'i32', shape: [2, 5], low: 0, high: 3 },
      ],
      attributes: { dim: 1, batchDims: 1 },
      resultTypes: [tensorType('f64', [2, 5, 3])],
    },
  ],
});

export const crossReplicaSum = composed<{ readonly replicaGroups: ReplicaGroups }>({
  name: 'stablehlo.cross-replica-sum',
  doc: 'Sum of a tensor over the replicas of each group.',
  spec: 'StableHLO, cross-replica-sum (deprecated in favour of all_reduce)',
  operands: [{ name: 'operand' }],
  attributes: { replicaGroups: groupsCodec },
  traits: {
    collective: (op) =>
      communication(op, 'all_reduce', (op.attributes as { replicaGroups: ReplicaGroups }).replicaGroups),
  },
  inferTypes: ({ operands }) => [...operands],
  syntax: 'generic',
  decompose: ({ op, operands: [x], builder }) => [
    builder.emit('stablehlo.all_reduce', [x], op.attributes, {
      regions: [combiner(builder, 'stablehlo.add', x.dtype)],
    }),
  ],
  sharding: noRule,
  samples: [{ name: 'one replica', operands: [x23], attributes: { replicaGroups: [[0]] } }],
});
