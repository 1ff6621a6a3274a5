import { range } from '../../base/index.ts';
import {
  type AttributeCodec,
  asTensor,
  type Builder,
  codecs,
  dialectAttr,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { composed } from '../define/composed.ts';
import { dialectFields, fieldList } from '../define/dialect-fields.ts';
import {
  add,
  and,
  broadcastInDim,
  compare,
  concatenate,
  dotGeneral,
  iota,
  reshape,
  select,
  slice,
  sumOf,
  zerosLike,
} from '../define/emit.ts';
import { freeDims } from './dot-evaluate.ts';
import type { Precision } from './dot-general.ts';

export interface RaggedDotDimensions {
  readonly lhsBatching: readonly number[];
  readonly rhsBatching: readonly number[];
  readonly lhsContracting: readonly number[];
  readonly rhsContracting: readonly number[];
  /** The one dimension of lhs that is cut into groups. */
  readonly lhsRagged: readonly number[];
  readonly rhsGroup: readonly number[];
}
export interface RaggedDotAttributes {
  readonly raggedDotDimensionNumbers: RaggedDotDimensions;
  readonly precisionConfig: readonly Precision[] | undefined;
}

const dimensions: AttributeCodec<RaggedDotDimensions> = {
  read: (a) => {
    const f = dialectFields(a, 'chlo.ragged_dot');
    return {
      lhsBatching: fieldList(f, 'lhs_batching_dimensions'),
      rhsBatching: fieldList(f, 'rhs_batching_dimensions'),
      lhsContracting: fieldList(f, 'lhs_contracting_dimensions'),
      rhsContracting: fieldList(f, 'rhs_contracting_dimensions'),
      lhsRagged: fieldList(f, 'lhs_ragged_dimensions'),
      rhsGroup: fieldList(f, 'rhs_group_dimensions'),
    };
  },
  write: (d) => {
    const list = (name: string, dims: readonly number[]): string => `${name} = [${dims.join(', ')}]`;
    const parts = [
      list('lhs_batching_dimensions', d.lhsBatching),
      list('rhs_batching_dimensions', d.rhsBatching),
      list('lhs_contracting_dimensions', d.lhsContracting),
      list('rhs_contracting_dimensions', d.rhsContracting),
      list('lhs_ragged_dimensions', d.lhsRagged),
      list('rhs_group_dimensions', d.rhsGroup),
    ];
    return dialectAttr('chlo.ragged_dot', parts.join(', '));
  },
};
const precision: AttributeCodec<Precision> = {
  ...codecs.enumOf('precision', ['DEFAULT', 'HIGH', 'HIGHEST'] as const),
  write: (v) => dialectAttr('chlo', `precision ${v}`),
};
const precisions: AttributeCodec<readonly Precision[] | undefined> = {
  read: (a) => (a.kind === 'array' ? a.elements.map((e) => precision.read(e)) : undefined),
  write: (v) => v && { kind: 'array', elements: v.map((p) => precision.write(p)!) },
  default: () => undefined,
};

/** `[m]`: the ragged dimension is free, contracted or batch (modes 1, 2, 3 of CHLO). */
function modeOf(d: RaggedDotDimensions): 1 | 2 | 3 {
  const [r] = d.lhsRagged;
  return d.lhsContracting.includes(r) ? 2 : d.lhsBatching.includes(r) ? 3 : 1;
}

/** lhs with everything outside each group set to zero; `sizes` is [g] or [batch…, g]. */
function* groups(b: Builder, lhs: Value, sizes: Value, d: RaggedDotDimensions): Generator<Value> {
  const [ragged] = d.lhsRagged;
  const rank = sizes.shape.length;
  const prefix = sizes.shape.slice(0, -1);
  const spread = (v: Value): Value => broadcastInDim(b, v, lhs.shape, d.lhsBatching.slice(0, prefix.length));
  const position = iota(b, tensorType(sizes.dtype, lhs.shape), ragged);
  let start = zerosLike(b, tensorType(sizes.dtype, prefix));
  for (let g = 0; g < sizes.shape[rank - 1]; g++) {
    const low = [...prefix.map(() => 0), g];
    const size = reshape(b, slice(b, sizes, low, [...prefix, g + 1]), prefix);
    const end = add(b, start, size);
    const inside = and(b, compare(b, 'GE', position, spread(start)), compare(b, 'LT', position, spread(end)));
    yield select(b, inside, lhs, zerosLike(b, lhs.type));
    start = end;
  }
}

export const raggedDot = composed<RaggedDotAttributes>({
  name: 'chlo.ragged_dot',
  doc: 'Matrix product in which one dimension is cut into groups of given sizes (mixture of experts).',
  spec: 'CHLO, ragged_dot',
  operands: [{ name: 'lhs' }, { name: 'rhs' }, { name: 'groupSizes' }],
  attributes: { raggedDotDimensionNumbers: dimensions, precisionConfig: precisions },
  inferTypes: ({ operands, attributes: { raggedDotDimensionNumbers: d }, checker: { check }, given }) => {
    const [x, y, sizes] = operands.map((t) => asTensor(t));
    check('ragged', d.lhsRagged.length === 1, 'needs one ragged dimension');
    check('group', d.rhsGroup.length === (modeOf(d) === 1 ? 1 : 0), 'rhs has a group dimension in mode 1 only');
    const shape = [
      ...d.lhsBatching.map((k) => x.shape[k]),
      ...freeDims(x.shape.length, d.lhsBatching, d.lhsContracting).map((k) => x.shape[k]),
      ...freeDims(y.shape.length, d.rhsBatching, d.rhsContracting, d.rhsGroup).map((k) => y.shape[k]),
    ];
    const count = sizes.shape[sizes.shape.length - 1];
    const dtype = given?.[0]?.kind === 'tensor' ? given[0].dtype : x.dtype;
    return [tensorType(dtype, modeOf(d) === 2 ? [count, ...shape] : shape)];
  },
  syntax: 'generic',
  decompose: ({ op, operands: [lhs, rhs, sizes], builder: b }) => {
    const { raggedDotDimensionNumbers: d, precisionConfig } = op.attributes;
    const { dtype } = op.results[0];
    const mode = modeOf(d);
    const plain = {
      lhsBatching: d.lhsBatching,
      rhsBatching: d.rhsBatching,
      lhsContracting: d.lhsContracting,
      rhsContracting: d.rhsContracting,
    };
    if (mode === 3) return [dotGeneral(b, lhs, rhs, plain, { precisionConfig }, dtype)];
    const cut = [...groups(b, lhs, sizes, d)];
    if (mode === 2) {
      const products = cut.map((x) => dotGeneral(b, x, rhs, plain, { precisionConfig }, dtype));
      const rows = products.map((y) => reshape(b, y, [1, ...y.shape]));
      return [concatenate(b, rows, 0)];
    }
    const [group] = d.rhsGroup;
    const without = (dims: readonly number[]): number[] => dims.map((k) => (k > group ? k - 1 : k));
    const inner = { ...plain, rhsBatching: without(d.rhsBatching), rhsContracting: without(d.rhsContracting) };
    const products = cut.map((x, g) => {
      const low = rhs.shape.map((_, k) => (k === group ? g : 0));
      const high = rhs.shape.map((n, k) => (k === group ? g + 1 : n));
      const shape = range(rhs.shape.length)
        .filter((k) => k !== group)
        .map((k) => rhs.shape[k]);
      return dotGeneral(b, x, reshape(b, slice(b, rhs, low, high), shape), inner, { precisionConfig }, dtype);
    });
    return [sumOf(b, products)!];
  },
  sharding: () => ({ noRule: 'partition its decomposition' }),
  samples: [
    {
      name: 'rows in groups',
      operands: [
        { dtype: 'f64', shape: [2, 5, 3] },
        { dtype: 'f64', shape: [3, 2, 3, 4] },
        { dtype: 'i32', shape: [3], values: [2, 0, 3], constant: true },
      ],
      attributes: {
        raggedDotDimensionNumbers: {
          lhsBatching: [0],
          rhsBatching: [1],
          lhsContracting: [2],
          rhsContracting: [2],
          lhsRagged: [1],
          rhsGroup: [0],
        },
        precisionConfig: undefined,
      },
    },
    {
      name: 'contraction in groups',
      operands: [
        { dtype: 'f64', shape: [2, 3, 5] },
        { dtype: 'f64', shape: [2, 5, 4] },
        { dtype: 'i32', shape: [2, 2], values: [2, 3, 4, 0], constant: true },
      ],
      attributes: {
        raggedDotDimensionNumbers: {
          lhsBatching: [0],
          rhsBatching: [0],
          lhsContracting: [2],
          rhsContracting: [1],
          lhsRagged: [2],
          rhsGroup: [],
        },
        precisionConfig: undefined,
      },
    },
  ],
});
