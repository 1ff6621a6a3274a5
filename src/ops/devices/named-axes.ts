import { InternalError, product, range } from '../../base/index.ts';
import {
  type AttributeCodec,
  type AttributeSchema,
  absent,
  asTensor,
  type BatchRule,
  type Builder,
  type Communication,
  codecs,
  type DecomposeRule,
  defineOp,
  type LinearizeRule,
  type Op,
  type OpDefinition,
  type Sample,
  type TransposeRule,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { moveCost } from '../define/cost.ts';
import { batchAll } from '../define/elementwise.ts';
import {
  add,
  broadcastLeading,
  combiner,
  compare,
  concatenate,
  constantScalar,
  convert,
  div,
  iota,
  moveDim,
  mul,
  reduceWith,
  reshape,
  scale,
  slice,
  zerosLike,
} from '../define/emit.ts';
import { communication, permutation } from './communication.ts';

/*
 * Collectives over named axes: of a `vmap` (`axisName`), or of the mesh of a `shardMap`. Batching over the axis they name turns
 * them into plain ops on the batch dimension; what names mesh axes becomes a StableHLO collective in `decompose`.
 *
 * As linear maps they act on the tensors of all devices together, and so do their transposes: the transpose of a sum over an
 * axis is a sum over it. Source: JAX, collectives under vmap, pmap and shard_map(check_vma=False).
 */

/** Axes major to minor. Mesh axes know where they are on the mesh; the axis of a vmap has neither strides nor devices. */
export interface NamedAxes {
  readonly axes: readonly string[];
  readonly sizes: readonly number[];
  /** Distance of neighbours along each axis, in devices. */
  readonly strides: readonly number[];
  /** Devices of the mesh; 0 for the axis of a vmap. */
  readonly numDevices: number;
}

const strings: AttributeCodec<readonly string[]> = {
  read: (a) => (a.kind === 'array' ? a.elements.map((e) => codecs.string.read(e)) : []),
  write: (values) => ({ kind: 'array', elements: values.map((value) => ({ kind: 'string', value })) }),
};

const axesSchema: AttributeSchema<NamedAxes> = {
  axes: strings,
  sizes: codecs.i64Array,
  strides: codecs.i64Array,
  numDevices: codecs.i64,
};

const onlyAxes = ({ axes, sizes, strides, numDevices }: NamedAxes): NamedAxes => ({ axes, sizes, strides, numDevices });

/** Devices that differ only along the axes, in their order. */
function groupsOf(a: NamedAxes): number[][] {
  requireMesh(a);
  const members = a.sizes.reduce<number[]>(
    (at, n, i) => at.flatMap((s) => range(n).map((k) => s + k * a.strides[i])),
    [0],
  );
  const isFirst = (d: number): boolean => a.strides.every((s, i) => Math.floor(d / s) % a.sizes[i] === 0);
  return range(a.numDevices)
    .filter(isFirst)
    .map((d) => members.map((m) => d + m));
}

function requireMesh(a: NamedAxes): void {
  if (a.numDevices === 0) throw new InternalError(`the axis "${a.axes}" of a vmap is left after vectorizing`);
}

const collectiveAttributes = (a: NamedAxes): object => ({
  replicaGroups: groupsOf(a),
  channelHandle: { handle: 1, type: 1 },
  useGlobalDeviceIds: true,
});

/** What a family member does when it is batched over the axis it names: `x` has the axis as dimension 0. */
type Collapse<A extends NamedAxes> = (b: Builder, x: Value, attributes: A) => { value: Value; isBatched: boolean };

interface NamedCollective<A extends NamedAxes> {
  readonly name: string;
  readonly doc: string;
  readonly attributes: AttributeSchema<Omit<A, keyof NamedAxes>>;
  readonly communication: (op: Op<A>) => Communication;
  readonly resultShape: (shape: readonly number[], attributes: A) => readonly number[];
  /** Attributes one dimension deeper. */
  readonly shift: (attributes: A) => A;
  readonly collapse: Collapse<A>;
  readonly linearize?: LinearizeRule<A>;
  readonly transpose: (b: Builder, cotangent: Value, attributes: A) => Value;
  readonly decompose: DecomposeRule<A>;
  /** Whether all have the same along the axes afterwards. */
  readonly agreeing?: true;
  readonly samples: readonly Omit<Sample<A>, 'numDevices'>[];
}

function namedCollective<A extends NamedAxes>(o: NamedCollective<A>): OpDefinition {
  const batch: BatchRule<A> = ({ op, operands, batched, batchSize, builder: b, axisName }) => {
    const [x] = batchAll(operands, batched, batchSize, b);
    if (axisName === undefined || !op.attributes.axes.includes(axisName))
      return { results: [b.emit(op.name, [x], o.shift(op.attributes))], batched: [true] };
    const { value, isBatched } = o.collapse(b, x, op.attributes);
    return { results: [value], batched: [isBatched] };
  };
  const transpose: TransposeRule<A> = ({ op, cotangents, builder }) => [
    cotangents[0] && o.transpose(builder, cotangents[0], op.attributes),
  ];
  return defineOp<A>({
    name: o.name,
    doc: o.doc,
    spec: 'Espalier; JAX, parallel operators of jax.lax',
    operands: [{ name: 'operand' }],
    attributes: { ...axesSchema, ...o.attributes } as AttributeSchema<A>,
    numRegions: 0,
    traits: {
      // Over the axis of a vmap it sends nothing.
      collective: (op) =>
        (op.attributes as unknown as A).numDevices === 0 ? undefined : o.communication(op as unknown as Op<A>),
      namedAxes: o.agreeing ? 'agreeing' : 'differing',
    },
    inferTypes: ({ operands, attributes }) => {
      const x = asTensor(operands[0]);
      return [tensorType(x.dtype, o.resultShape(x.shape, attributes))];
    },
    verify: () => {},
    syntax: 'generic',
    evaluate: absent('it is decomposed first'),
    decompose: o.decompose,
    linearize:
      o.linearize ??
      (({ op, tangents, tangent }) => ({ tangents: [tangent.emit(op.name, [tangents[0]!], op.attributes)] })),
    transpose,
    batch,
    sharding: () => ({ noRule: 'it is decomposed before partitioning' }),
    localize: (op) => op.attributes,
    cost: moveCost,
    samples: o.samples.map((s) => ({ ...s, numDevices: 2 })),
  });
}

const pair: NamedAxes = { axes: ['x'], sizes: [2], strides: [1], numDevices: 2 };
const matrix = { dtype: 'f64', shape: [4, 6] } as const;
const times = (shape: readonly number[], d: number, factor: number): number[] =>
  shape.map((n, k) => (k === d ? n * factor : n));
const groupSize = (a: NamedAxes): number => product(a.sizes);

export type AxisReduction = 'sum' | 'max' | 'min';
export interface NamedAllReduce extends NamedAxes {
  readonly reduction: AxisReduction;
}

const combiners = { sum: 'stablehlo.add', max: 'stablehlo.maximum', min: 'stablehlo.minimum' } as const;

/** The extreme's tangent is the mean of the tangents of those who hold it. */
const linearizeReduce: LinearizeRule<NamedAllReduce> = ({ op, operands, results, tangents, primal: p, tangent }) => {
  const sum = { ...op.attributes, reduction: 'sum' };
  if (op.attributes.reduction === 'sum') return { tangents: [tangent.emit(op.name, [tangents[0]!], sum)] };
  const holds = convert(p, compare(p, 'EQ', operands[0], results[0]), operands[0].dtype);
  const weight = div(p, holds, p.emit(op.name, [holds], sum));
  return { tangents: [tangent.emit(op.name, [mul(tangent, weight, tangents[0]!)], sum)] };
};

export const namedAllReduce = namedCollective<NamedAllReduce>({
  name: 'espalier.named_all_reduce',
  doc: 'Sum, maximum or minimum over named axes (psum, pmax, pmin).',
  communication: (op) => communication(op, 'all_reduce', groupsOf(op.attributes)),
  agreeing: true,
  attributes: { reduction: codecs.enumOf('axis_reduction', ['sum', 'max', 'min']) },
  resultShape: (s) => s,
  shift: (a) => a,
  collapse: (b, x, a) => ({ value: reduceDim0(b, x, a.reduction), isBatched: false }),
  linearize: linearizeReduce,
  transpose: (b, ct, a) => b.emit('espalier.named_all_reduce', [ct], a),
  decompose: ({ op, operands: [x], builder: b }) => [
    b.emit('stablehlo.all_reduce', [x], collectiveAttributes(op.attributes), {
      regions: [combiner(b, combiners[op.attributes.reduction], x.dtype)],
    }),
  ],
  samples: [
    { name: 'sum', operands: [matrix], attributes: { ...pair, reduction: 'sum' } },
    { name: 'max', operands: [{ ...matrix, distinct: true }], attributes: { ...pair, reduction: 'max' } },
    { name: 'min of i32', operands: [{ dtype: 'i32', shape: [3] }], attributes: { ...pair, reduction: 'min' } },
  ],
});

function reduceDim0(b: Builder, x: Value, reduction: AxisReduction): Value {
  const [n, ...rest] = x.shape;
  if (reduction === 'sum') return reduceWith(b, combiners.sum, x, 0, [0]);
  // Two by two: a reduction would need the dtype's least or greatest value.
  let parts = range(n).map((i) => slice(b, x, [i, ...rest.map(() => 0)], [i + 1, ...rest]));
  while (parts.length > 1)
    parts = range(Math.ceil(parts.length / 2)).map((i) =>
      2 * i + 1 < parts.length ? b.emit(combiners[reduction], [parts[2 * i], parts[2 * i + 1]]) : parts[2 * i],
    );
  return reshape(b, parts[0], rest);
}

export interface NamedGather extends NamedAxes {
  readonly dimension: number;
}
const deeper = (a: NamedGather): NamedGather => ({ ...a, dimension: a.dimension + 1 });

export const namedAllGather = namedCollective<NamedGather>({
  name: 'espalier.named_all_gather',
  doc: 'Concatenates the tensors along named axes (allGather).',
  communication: (op) => communication(op, 'all_gather', groupsOf(op.attributes)),
  agreeing: true,
  attributes: { dimension: codecs.i64 },
  resultShape: (s, a) => times(s, a.dimension, groupSize(a)),
  shift: deeper,
  collapse: (b, x, { dimension: d }) => ({
    value: reshape(b, moveDim(b, x, 0, d), times(x.shape.slice(1), d, x.shape[0])),
    isBatched: false,
  }),
  transpose: (b, ct, a) => b.emit('espalier.named_reduce_scatter', [ct], a),
  decompose: ({ op, operands: [x], builder: b }) => [
    b.emit('stablehlo.all_gather', [x], {
      ...collectiveAttributes(op.attributes),
      allGatherDim: op.attributes.dimension,
    }),
  ],
  samples: [{ name: 'columns', operands: [matrix], attributes: { ...pair, dimension: 1 } }],
});

/** `[n, …, d: n·s, …]` with dimension `d` cut into pieces that become dimension 0. */
function piecesFirst(b: Builder, x: Value, n: number, d: number): Value {
  const split = [...x.shape.slice(0, d), n, x.shape[d] / n, ...x.shape.slice(d + 1)];
  return moveDim(b, reshape(b, x, split), d, 0);
}

export const namedReduceScatter = namedCollective<NamedGather>({
  name: 'espalier.named_reduce_scatter',
  doc: 'Sum over named axes of which each index keeps its piece (psumScatter).',
  communication: (op) => communication(op, 'reduce_scatter', groupsOf(op.attributes)),
  attributes: { dimension: codecs.i64 },
  resultShape: (s, a) => times(s, a.dimension, 1 / groupSize(a)),
  shift: deeper,
  collapse: (b, x, { dimension }) => ({
    value: piecesFirst(b, reduceDim0(b, x, 'sum'), x.shape[0], dimension),
    isBatched: true,
  }),
  transpose: (b, ct, a) => b.emit('espalier.named_all_gather', [ct], a),
  decompose: ({ op, operands: [x], builder: b }) => {
    const { dimension: scatterDimension } = op.attributes;
    return [
      b.emit(
        'stablehlo.reduce_scatter',
        [x],
        { ...collectiveAttributes(op.attributes), scatterDimension },
        { regions: [combiner(b, combiners.sum, x.dtype)], resultTypes: [op.results[0].type] },
      ),
    ];
  },
  samples: [{ name: 'rows', operands: [matrix], attributes: { ...pair, dimension: 0 } }],
});

export interface NamedAllToAll extends NamedAxes {
  readonly splitDimension: number;
  readonly concatDimension: number;
}

export const namedAllToAll = namedCollective<NamedAllToAll>({
  name: 'espalier.named_all_to_all',
  doc: 'Cuts a dimension over named axes and concatenates what comes back along another (allToAll).',
  communication: (op) => communication(op, 'all_to_all', groupsOf(op.attributes)),
  attributes: { splitDimension: codecs.i64, concatDimension: codecs.i64 },
  resultShape: (s, a) => times(times(s, a.splitDimension, 1 / groupSize(a)), a.concatDimension, groupSize(a)),
  shift: (a) => ({ ...a, splitDimension: a.splitDimension + 1, concatDimension: a.concatDimension + 1 }),
  collapse: (b, x, { splitDimension, concatDimension }) => {
    const n = x.shape[0];
    // [target, source, …] → [target, …, source and concat, …]
    const pieces = piecesFirst(b, x, n, splitDimension + 1);
    const placed = moveDim(b, pieces, 1, concatDimension + 1);
    const local = pieces.shape.slice(2);
    return { value: reshape(b, placed, [n, ...times(local, concatDimension, n)]), isBatched: true };
  },
  transpose: (b, ct, a) =>
    b.emit('espalier.named_all_to_all', [ct], {
      ...a,
      splitDimension: a.concatDimension,
      concatDimension: a.splitDimension,
    }),
  decompose: ({ op, operands: [x], builder: b }) => {
    const { splitDimension, concatDimension } = op.attributes;
    const { replicaGroups, channelHandle } = collectiveAttributes(op.attributes) as Record<string, unknown>;
    const splitCount = groupSize(op.attributes);
    return [
      b.emit('stablehlo.all_to_all', [x], {
        splitDimension,
        concatDimension,
        splitCount,
        replicaGroups,
        channelHandle,
      }),
    ];
  },
  samples: [
    { name: 'across', operands: [matrix], attributes: { ...pair, splitDimension: 0, concatDimension: 1 } },
    { name: 'within', operands: [matrix], attributes: { ...pair, splitDimension: 1, concatDimension: 1 } },
  ],
});

export interface NamedPermute extends NamedAxes {
  /** [source, target] along the axes taken together. */
  readonly pairs: readonly (readonly number[])[];
}

const devicePairs = (a: NamedPermute): number[][] => groupsOf(a).flatMap((g) => a.pairs.map(([s, t]) => [g[s], g[t]]));

export const namedPermute = namedCollective<NamedPermute>({
  name: 'espalier.named_permute',
  doc: 'Sends tensors along named axes from sources to targets; who receives nothing gets zeros (ppermute).',
  communication: (op) => permutation(op, devicePairs(op.attributes)),
  attributes: { pairs: codecs.i64Matrix },
  resultShape: (s) => s,
  shift: (a) => a,
  collapse: (b, x, { pairs }) => {
    const [n, ...rest] = x.shape;
    const sourceOf = new Map(pairs.map(([s, t]) => [t, s]));
    const parts: Value[] = [];
    // Runs of targets whose sources follow each other move as one piece.
    for (let t = 0; t < n; ) {
      const first = sourceOf.get(t);
      let length = 1;
      while (t + length < n && sourceOf.get(t + length) === (first === undefined ? undefined : first + length))
        length++;
      parts.push(
        first === undefined
          ? zerosLike(b, tensorType(x.dtype, [length, ...rest]))
          : slice(b, x, [first, ...rest.map(() => 0)], [first + length, ...rest]),
      );
      t += length;
    }
    return { value: concatenate(b, parts, 0), isBatched: true };
  },
  transpose: (b, ct, a) => b.emit('espalier.named_permute', [ct], { ...a, pairs: a.pairs.map(([s, t]) => [t, s]) }),
  decompose: ({ op, operands: [x], builder: b }) => {
    const sourceTargetPairs = devicePairs(op.attributes);
    return [b.emit('stablehlo.collective_permute', [x], { sourceTargetPairs, channelHandle: { handle: 1, type: 1 } })];
  },
  samples: [
    {
      name: 'swap',
      operands: [matrix],
      attributes: {
        ...pair,
        pairs: [
          [0, 1],
          [1, 0],
        ],
      },
    },
    { name: 'one way', operands: [matrix], attributes: { ...pair, pairs: [[0, 1]] } },
  ],
});

/** Position along the axes taken together, as i32. */
export const axisIndex: OpDefinition = defineOp<NamedAxes>({
  name: 'espalier.axis_index',
  doc: 'Position along named axes (axisIndex).',
  spec: 'Espalier; JAX, lax.axis_index',
  operands: [],
  attributes: axesSchema,
  numRegions: 0,
  traits: { deviceDependent: true, namedAxes: 'differing' },
  inferTypes: () => [tensorType('i32', [])],
  verify: () => {},
  syntax: 'generic',
  evaluate: absent('it is decomposed first'),
  decompose: ({ op, builder: b }) => {
    const a = op.attributes;
    requireMesh(a);
    const id = convert(b, b.emit('stablehlo.partition_id', []), 'i32');
    const of = (i: number): Value => {
      const position = a.strides[i] === 1 ? id : div(b, id, constantScalar(b, 'i32', a.strides[i]));
      if (a.strides[i] * a.sizes[i] === a.numDevices) return position;
      return b.emit('stablehlo.remainder', [position, constantScalar(b, 'i32', a.sizes[i])]);
    };
    return [
      range(a.axes.length)
        .map(of)
        .reduce((high, low, i) => add(b, scale(b, high, a.sizes[i]), low)),
    ];
  },
  linearize: absent('integer result'),
  transpose: absent('no operands'),
  batch: ({ op, batchSize, builder: b, axisName }) =>
    axisName !== undefined && op.attributes.axes.includes(axisName)
      ? { results: [iota(b, tensorType('i32', [batchSize]), 0)], batched: [true] }
      : { results: [broadcastLeading(b, b.emit(op.name, [], onlyAxes(op.attributes)), batchSize)], batched: [true] },
  sharding: () => ({ noRule: 'it is decomposed before partitioning' }),
  localize: (op) => op.attributes,
  cost: () => ({ productFlops: 0, vectorFlops: 0, bytes: 4 }),
  samples: [{ name: 'two devices', operands: [], attributes: pair, numDevices: 2 }],
});
