import { EspalierError, HostArray } from '../../base/index.ts';
import {
  type AttributeSchema,
  asTensor,
  buildOp,
  codecs,
  type DenseElements,
  type EvaluationContext,
  isAbsent,
  type NoShardingRule,
  type Op,
  type OpDefinition,
  type OpShardingRule,
  type Sample,
  type Syntax,
  type TensorType,
  tensorType,
  Value,
} from '../../ir/index.ts';
import { composed } from '../define/composed.ts';
import { checkInRange } from '../define/constraints.ts';
import { indicesOf } from '../define/elements.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { constantScalar } from '../define/emit.ts';
import { functional, intPart, listPart } from '../define/syntaxes.ts';
import { type ConvolutionAttributes, convolution } from '../products/convolution.ts';
import { broadcastInDim } from '../shape/broadcast-in-dim.ts';
import { constant as constantOp, iota } from '../shape/constant.ts';
import { type GatherAttributes, gather } from '../shape/gather.ts';
import { pad } from '../shape/pad.ts';
import { reshape } from '../shape/reshape.ts';
import { slice } from '../shape/slice.ts';
import { checkDynamic } from './dynamic-constraints.ts';

/*
 * Ops whose shapes or windows are operands. With a static result type or constant operands they are the static op of the same
 * name; the reference engine also runs them on values computed on the way. Everyone else sees only the static form.
 */

/** Values of an operand that should have been an attribute. */
type Values = (operand: number) => number[];
interface StaticForm {
  readonly definition: OpDefinition;
  /** Operands that remain, by position. */
  readonly operands: readonly number[];
  readonly attributes: object;
  /** Where the static op does not infer it. */
  readonly resultType?: TensorType;
}

interface DynamicOptions<A extends object> {
  readonly doc: string;
  readonly operands: readonly string[];
  readonly attributes: AttributeSchema<A>;
  readonly syntax: Syntax<A> | 'generic';
  readonly toStatic: (op: Op<A>, values: Values) => StaticForm;
  readonly samples: readonly Sample<A>[];
  readonly deprecated?: true;
}

const isStatic = (t: TensorType): boolean => t.shape.every((d) => d >= 0);
const noRule = (): OpShardingRule | NoShardingRule => ({ noRule: 'partition the static form' });

/** Result type with the shape that an operand gives where the text leaves it open. */
function shapedBy(op: Op<object>, values: Values, operand: number): TensorType {
  const t = asTensor(op.results[0].type);
  return isStatic(t) ? t : tensorType(t.dtype, values(operand));
}

function constantValues(v: Value | undefined, name: string, operand: string): number[] {
  const value = (v?.op?.attributes as { value?: DenseElements } | undefined)?.value;
  if (v?.op?.name !== constantOp.name || !value)
    throw new EspalierError('runtime/unsupported', `${name} with ${operand} computed at run time has no static form`, {
      advice: 'shapes are static inside a program: run it on the reference engine, or make the operand a constant',
    });
  return [...indicesOf(value.toHostArray())];
}

function runStatic(form: StaticForm, arrays: readonly HostArray[], ctx: EvaluationContext): HostArray[] {
  const inputs = form.operands.map((i) => arrays[i]);
  const values = inputs.map((a, i) => new Value(tensorType(a.dtype, a.shape), undefined, i));
  const options = form.resultType ? { resultTypes: [form.resultType] } : {};
  const op = buildOp(form.definition, values, form.attributes, options);
  const { evaluate } = form.definition;
  if (isAbsent(evaluate)) throw new EspalierError('runtime/unsupported', `${form.definition.name} cannot be evaluated`);
  return evaluate(inputs, op, ctx) as HostArray[];
}

function dynamic<A extends object>(name: string, o: DynamicOptions<A>): OpDefinition {
  return composed<A>({
    name: `stablehlo.${name}`,
    doc: o.doc,
    spec: o.deprecated ? `StableHLO, ${name} (deprecated)` : `StableHLO spec, ${name}`,
    operands: o.operands.map((n) => ({ name: n })),
    attributes: o.attributes,
    inferTypes: 'explicit',
    numResults: 1,
    verify: (op, checker) => {
      const { check } = checker;
      const t = op.results[0].type;
      check('result', t.kind === 'tensor', 'has one tensor as result');
      checkDynamic(op, checker);
    },
    syntax: o.syntax,
    evaluate: (arrays, op, ctx) =>
      runStatic(
        o.toStatic(op, (i) => [...indicesOf(arrays[i])]),
        arrays,
        ctx,
      ),
    decompose: ({ op, operands, builder }) => {
      const form = o.toStatic(op, (i) => constantValues(operands[i], op.name, o.operands[i]));
      const inputs = form.operands.map((i) => operands[i]);
      const t = asTensor(op.results[0].type);
      const resultTypes = form.resultType ? [form.resultType] : isStatic(t) ? [t] : undefined;
      return [builder.emit(form.definition.name, inputs, form.attributes, resultTypes ? { resultTypes } : {})];
    },
    sharding: noRule,
    samples: o.samples,
  });
}

const index = (values: readonly number[]) =>
  ({ dtype: 'i64', shape: [values.length], values, constant: true }) as const;
const x23 = { dtype: 'f64', shape: [2, 3] } as const;

export const dynamicBroadcastInDim = dynamic<{
  readonly broadcastDimensions: readonly number[];
  readonly knownExpandingDimensions: readonly number[] | undefined;
  readonly knownNonexpandingDimensions: readonly number[] | undefined;
}>('dynamic_broadcast_in_dim', {
  doc: 'broadcast_in_dim to a shape that is an operand.',
  operands: ['operand', 'output_dimensions'],
  attributes: {
    broadcastDimensions: codecs.i64Array,
    knownExpandingDimensions: codecs.optional(codecs.i64Array),
    knownNonexpandingDimensions: codecs.optional(codecs.i64Array),
  },
  syntax: functional(2, listPart('broadcastDimensions', 'dims')),
  toStatic: (op, values) => ({
    definition: broadcastInDim,
    operands: [0],
    attributes: { broadcastDimensions: op.attributes.broadcastDimensions },
    resultType: shapedBy(op, values, 1),
  }),
  samples: [
    {
      name: 'rows',
      operands: [x23, index([4, 2, 3])],
      attributes: {
        broadcastDimensions: [1, 2],
        knownExpandingDimensions: undefined,
        knownNonexpandingDimensions: undefined,
      },
      resultTypes: [tensorType('f64', [4, 2, 3])],
    },
  ],
});

export const dynamicReshape = dynamic<NoAttributes>('dynamic_reshape', {
  doc: 'reshape to a shape that is an operand.',
  operands: ['operand', 'output_shape'],
  attributes: {},
  syntax: functional(2),
  toStatic: (op, values) => ({
    definition: reshape,
    operands: [0],
    attributes: {},
    resultType: shapedBy(op, values, 1),
  }),
  samples: [{ name: 'f64', operands: [x23, index([3, 2])], attributes: {}, resultTypes: [tensorType('f64', [3, 2])] }],
});

export const dynamicIota = dynamic<{ readonly iotaDimension: number }>('dynamic_iota', {
  doc: 'iota of a shape that is an operand.',
  operands: ['output_shape'],
  attributes: { iotaDimension: codecs.i64 },
  syntax: functional(1, intPart('iotaDimension', 'dim')),
  toStatic: (op, values) => ({
    definition: iota,
    operands: [],
    attributes: op.attributes,
    resultType: shapedBy(op, values, 0),
  }),
  samples: [
    {
      name: 'rows',
      operands: [index([2, 3])],
      attributes: { iotaDimension: 0 },
      resultTypes: [tensorType('i32', [2, 3])],
    },
  ],
});

export const dynamicPad = dynamic<NoAttributes>('dynamic_pad', {
  doc: 'pad by amounts that are operands.',
  operands: ['operand', 'padding_value', 'edge_padding_low', 'edge_padding_high', 'interior_padding'],
  attributes: {},
  syntax: functional(5),
  toStatic: (_, values) => ({
    definition: pad,
    operands: [0, 1],
    attributes: { edgePaddingLow: values(2), edgePaddingHigh: values(3), interiorPadding: values(4) },
  }),
  samples: [],
});

export const realDynamicSlice = dynamic<NoAttributes>('real_dynamic_slice', {
  doc: 'slice with bounds and strides that are operands.',
  operands: ['operand', 'start_indices', 'limit_indices', 'strides'],
  attributes: {},
  syntax: functional(4),
  toStatic: (_, values) => ({
    definition: slice,
    operands: [0],
    attributes: { startIndices: values(1), limitIndices: values(2), strides: values(3) },
  }),
  samples: [],
  deprecated: true,
});

type DynamicGatherAttributes = Omit<GatherAttributes, 'sliceSizes'>;
const gatherSchema = gather.attributes as unknown as AttributeSchema<GatherAttributes>;
export const dynamicGather = dynamic<DynamicGatherAttributes>('dynamic_gather', {
  doc: 'gather of slices whose sizes are an operand.',
  operands: ['operand', 'start_indices', 'slice_sizes'],
  attributes: {
    dimensionNumbers: gatherSchema.dimensionNumbers,
    indicesAreSorted: gatherSchema.indicesAreSorted,
  },
  syntax: 'generic',
  toStatic: (op, values) => ({
    definition: gather,
    operands: [0, 1],
    attributes: { ...op.attributes, sliceSizes: values(2) },
  }),
  samples: [],
});

type DynamicConvAttributes = Omit<ConvolutionAttributes, 'padding'>;
const { padding: _, ...convSchema } = convolution.attributes as unknown as AttributeSchema<ConvolutionAttributes>;
export const dynamicConv = dynamic<DynamicConvAttributes>('dynamic_conv', {
  doc: 'convolution with padding that is an operand.',
  operands: ['lhs', 'rhs', 'padding'],
  attributes: convSchema,
  syntax: 'generic',
  toStatic: (op, values) => {
    const flat = values(2);
    const padding = op.attributes.dimensionNumbers.inputSpatial.map((__, d) => flat.slice(2 * d, 2 * d + 2));
    const { dtype } = op.results[0];
    const shape = asTensor(op.results[0].type).shape;
    const resultType = isStatic(asTensor(op.results[0].type)) ? { resultType: tensorType(dtype, shape) } : {};
    return { definition: convolution, operands: [0, 1], attributes: { ...op.attributes, padding }, ...resultType };
  },
  samples: [],
});

export const getDimensionSize = composed<{ readonly dimension: number }>({
  name: 'stablehlo.get_dimension_size',
  doc: 'Size of a dimension.',
  spec: 'StableHLO spec, get_dimension_size',
  operands: [{ name: 'operand' }],
  attributes: { dimension: codecs.i64 },
  inferTypes: ({ operands: [t], attributes: { dimension }, checker }) => {
    checkInRange(checker, 'C1', 'dimension', [dimension], asTensor(t).shape.length);
    return [tensorType('i32', [])];
  },
  syntax: functional(1, intPart('dimension', 'dim')),
  evaluate: ([x], op) => [HostArray.full('i32', [], x.shape[op.attributes.dimension])],
  decompose: ({ op, operands: [x], builder }) => {
    const size = x.shape[op.attributes.dimension];
    if (size < 0)
      throw new EspalierError('runtime/unsupported', 'the size of a dynamic dimension is known at run time only');
    return [constantScalar(builder, 'i32', size)];
  },
  sharding: noRule,
  samples: [{ name: 'columns', operands: [x23], attributes: { dimension: 1 } }],
});

export const setDimensionSize = dynamic<{ readonly dimension: number }>('set_dimension_size', {
  doc: 'The leading part of a dimension, of a size that is an operand.',
  operands: ['operand', 'size'],
  attributes: { dimension: codecs.i64 },
  syntax: functional(2, intPart('dimension', 'dim')),
  toStatic: (op, values) => {
    const { shape } = op.operands[0];
    const [size] = values(1);
    return {
      definition: slice,
      operands: [0],
      attributes: {
        startIndices: shape.map(() => 0),
        limitIndices: shape.map((n, d) => (d === op.attributes.dimension ? size : n)),
        strides: shape.map(() => 1),
      },
    };
  },
  samples: [],
  deprecated: true,
});
