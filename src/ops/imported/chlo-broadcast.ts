import { complexDType, type DType, EspalierError, range } from '../../base/index.ts';
import { complexMath } from '../../base/math/index.ts';
import {
  type Attr,
  type AttributeCodec,
  type AttributeSchema,
  absent,
  asTensor,
  type Builder,
  codecs,
  dialectAttr,
  type NoShardingRule,
  type OpDefinition,
  type Sample,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { composed } from '../define/composed.ts';
import { type NoAttributes, unary } from '../define/elementwise.ts';
import { broadcastInDim, splat } from '../define/emit.ts';
import { functional } from '../define/syntaxes.ts';
import type { CompareDirection, CompareType } from '../elementwise/select.ts';
import { type ConstantAttributes, constant as stablehloConstant } from '../shape/constant.ts';

/*
 * CHLO's binary ops with implicit broadcasting, its constants, and the kernel of its complex inverse functions.
 */

const noRule = (): NoShardingRule => ({ noRule: 'partition its decomposition' });

/** The shape two shapes broadcast to, aligned at their last dimensions (or where `dims` puts the shorter one). */
function common(name: string, shapes: readonly (readonly number[])[], dims: readonly number[] | undefined): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  const placed = shapes.map((s) => placeOf(s, rank, dims));
  return range(rank).map((d) => {
    const sizes = shapes.flatMap((s, i) => {
      const at = placed[i].indexOf(d);
      return at < 0 || s[at] === 1 ? [] : [s[at]];
    });
    if (sizes.some((n) => n !== sizes[0] || n < 0))
      throw new EspalierError('ir/verify', `${name} cannot broadcast dimension ${d}`, {
        expected: 'static sizes that are equal or 1',
        given: shapes.map((s) => `[${s}]`).join(' with '),
      });
    return sizes[0] ?? 1;
  });
}
function placeOf(shape: readonly number[], rank: number, dims: readonly number[] | undefined): readonly number[] {
  if (dims && shape.length < rank) return dims;
  return range(shape.length).map((d) => d + rank - shape.length);
}
function broadcastTo(b: Builder, x: Value, shape: readonly number[], dims: readonly number[] | undefined): Value {
  const place = placeOf(x.shape, shape.length, dims);
  // Size-1 dimensions repeat, the others keep their size.
  return broadcastInDim(b, x, shape, place);
}

interface BroadcastAttributes {
  readonly broadcastDimensions: readonly number[] | undefined;
}
const broadcastDimensions = codecs.optional(codecs.i64Array);

function broadcasting<A extends object>(
  name: string,
  inner: string,
  attributes: AttributeSchema<A>,
  o: {
    readonly operands?: number;
    readonly result?: (d: DType) => DType;
    readonly inner?: (a: A) => object;
    readonly samples: readonly Sample<A>[];
  },
): OpDefinition {
  const dimsOf = (a: A): readonly number[] | undefined => (a as Partial<BroadcastAttributes>).broadcastDimensions;
  return composed<A>({
    name: `chlo.broadcast_${name}`,
    doc: `${inner} of operands that broadcast to a common shape.`,
    spec: `CHLO, broadcast_${name}`,
    operands: ['x', 'y', 'z'].slice(0, o.operands ?? 2).map((n) => ({ name: n })),
    attributes,
    inferTypes: ({ operands, attributes: a }) => {
      const types = operands.map((t) => asTensor(t));
      const { dtype } = types[types.length - 1];
      const shapes = types.map((t) => t.shape);
      return [tensorType(o.result?.(dtype) ?? dtype, common(`chlo.broadcast_${name}`, shapes, dimsOf(a)))];
    },
    syntax: functional(o.operands ?? 2),
    decompose: ({ op, operands, builder: b }) => {
      const shape = op.results[0].shape;
      const xs = operands.map((x) => broadcastTo(b, x, shape, dimsOf(op.attributes)));
      return [b.emit(inner, xs, o.inner?.(op.attributes) ?? {})];
    },
    sharding: noRule,
    samples: o.samples,
  });
}

const samplesOf = (dtype: DType): readonly Sample<BroadcastAttributes>[] => [
  {
    name: 'row',
    operands: [
      { dtype, shape: [2, 3], low: 1, high: 4 },
      { dtype, shape: [3], low: 1, high: 4 },
    ],
    attributes: { broadcastDimensions: undefined },
  },
  {
    name: 'column',
    operands: [
      { dtype, shape: [2], low: 1, high: 4 },
      { dtype, shape: [2, 3], low: 1, high: 4 },
    ],
    attributes: { broadcastDimensions: [0] },
  },
];

const plain = (name: string, inner: string, dtype: DType, result?: (d: DType) => DType): OpDefinition =>
  broadcasting<BroadcastAttributes>(
    name,
    inner,
    { broadcastDimensions },
    {
      ...(result ? { result } : {}),
      samples: samplesOf(dtype),
    },
  );

const floats = ['add', 'atan2', 'divide', 'maximum', 'minimum', 'multiply', 'power', 'remainder', 'subtract'];
const integers = ['and', 'or', 'xor', 'shift_left', 'shift_right_arithmetic', 'shift_right_logical'];

interface CompareAttributes extends BroadcastAttributes {
  readonly comparisonDirection: CompareDirection;
  readonly compareType: CompareType | 'NOTYPE' | undefined;
}
function chloEnum<T extends string>(kind: string, values: readonly T[]): AttributeCodec<T> {
  return { ...codecs.enumOf(kind, values), write: (v) => dialectAttr('chlo', `${kind} ${v}`) };
}
const compareAttributes: AttributeSchema<CompareAttributes> = {
  broadcastDimensions,
  comparisonDirection: chloEnum('comparison_direction', ['EQ', 'NE', 'GE', 'GT', 'LE', 'LT'] as const),
  compareType: codecs.optional(
    chloEnum('comparison_type', ['FLOAT', 'TOTALORDER', 'SIGNED', 'UNSIGNED', 'NOTYPE'] as const),
  ),
};

/** By full name. */
export const broadcastOps: Readonly<Record<string, OpDefinition>> = Object.fromEntries(
  [
    ...floats.map((n) => plain(n, `stablehlo.${n}`, 'f64')),
    ...integers.map((n) => plain(n, `stablehlo.${n}`, 'i32')),
    plain('complex', 'stablehlo.complex', 'f64', complexDType),
    { ...plain('next_after', 'chlo.next_after', 'f32'), linearize: absent('works on bits') },
    plain('polygamma', 'chlo.polygamma', 'f32'),
    plain('zeta', 'chlo.zeta', 'f32'),
    broadcasting<CompareAttributes>('compare', 'stablehlo.compare', compareAttributes, {
      result: () => 'bool',
      inner: ({ comparisonDirection, compareType }) => ({
        comparisonDirection,
        compareType: compareType === 'NOTYPE' ? undefined : compareType,
      }),
      samples: samplesOf('f64').map((s) => ({
        ...s,
        attributes: { ...s.attributes, comparisonDirection: 'LT', compareType: undefined },
      })),
    }),
    broadcasting<NoAttributes>(
      'select',
      'stablehlo.select',
      {},
      {
        operands: 3,
        samples: [
          {
            name: 'column',
            operands: [
              { dtype: 'bool', shape: [2, 1] },
              { dtype: 'f64', shape: [2, 3] },
              { dtype: 'f64', shape: [] },
            ],
            attributes: {},
          },
        ],
      },
    ),
  ].map((d) => [d.name, d]),
);

export const chloConstant = composed<ConstantAttributes>({
  name: 'chlo.constant',
  doc: 'A tensor given in the program.',
  spec: 'CHLO, constant',
  operands: [],
  attributes: { value: codecs.dense },
  traits: { constant: true },
  inferTypes: ({ attributes }) => [attributes.value.type],
  syntax: stablehloConstant.syntax as never,
  decompose: ({ op, builder }) => [
    builder.emit('stablehlo.constant', [], op.attributes, { resultTypes: [op.results[0].type] }),
  ],
  sharding: noRule,
  samples: [],
});

export const constantLike = composed<{ readonly value: Attr }>({
  name: 'chlo.constant_like',
  doc: 'A constant of the operand’s shape.',
  spec: 'CHLO, constant_like',
  operands: [{ name: 'operand' }],
  attributes: { value: codecs.raw },
  inferTypes: 'explicit',
  syntax: 'generic',
  decompose: ({ op, builder }) => {
    const { value } = op.attributes;
    const scalar = value.kind === 'int' || value.kind === 'float' || value.kind === 'bool' ? value.value : undefined;
    if (scalar === undefined)
      throw new EspalierError('ir/attribute-form', 'chlo.constant_like needs a number', { given: value.kind });
    const t = asTensor(op.results[0].type);
    const wide = t.dtype === 'i64' || t.dtype === 'u64';
    return [splat(builder, t, wide ? BigInt(scalar) : typeof scalar === 'bigint' ? Number(scalar) : scalar)];
  },
  sharding: noRule,
  samples: [
    {
      name: 'i32 like f64',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: { value: { kind: 'int', value: 7n, type: 'i32' } },
      resultTypes: [tensorType('i32', [2, 3])],
    },
  ],
});

/** w with asin z = atan2(Re z, Re w) + i·sign(Im z)·Im w: the part that asin, acos, asinh and acosh share. */
export const asinAcosKernel = unary('chlo._asin_acos_kernel', {
  doc: 'Elementwise w with asin(z) = complex(atan2(re z, re w), sign(im z) · im w).',
  accepts: 'inexact',
  kernels: {
    complex: (re, im) => {
      const [x] = complexMath.mulC(...complexMath.sqrtC(1 - re, -im), ...complexMath.sqrtC(1 + re, im));
      return [x, Math.abs(complexMath.asinC(re, im)[1])];
    },
  },
  samples: [{ name: 'c128', operands: [{ dtype: 'c128', shape: [2, 3] }], attributes: {} }],
});
