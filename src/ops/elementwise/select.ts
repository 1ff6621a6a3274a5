import { type DType, dtypeInfo, HostArray, isComplex, isFloat, isUnsigned } from '../../base/index.ts';
import { absent, asTensor, codecs, defineOp, tensorType, typeText } from '../../ir/index.ts';
import { checkShape, shapesFit } from '../define/constraints.ts';
import { elementwiseCost } from '../define/cost.ts';
import { copyElement, fromNumbers, numbersOf } from '../define/elements.ts';
import { batchAll, type NoAttributes, resultLike, sameOrDynamic } from '../define/elementwise.ts';
import {
  and,
  broadcastInDim,
  convert,
  compare as emitCompare,
  select as emitSelect,
  mul,
  zerosLike,
} from '../define/emit.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { assembly, compareSyntax, selectSyntax } from '../define/syntaxes.ts';

export type CompareDirection = 'EQ' | 'NE' | 'GE' | 'GT' | 'LE' | 'LT';
export type CompareType = 'FLOAT' | 'TOTALORDER' | 'SIGNED' | 'UNSIGNED';
export interface CompareAttributes {
  readonly comparisonDirection: CompareDirection;
  readonly compareType: CompareType | undefined;
}

/** Key whose numeric order is IEEE total order (-NaN < -Inf < … < -0 < 0 < … < NaN). */
function totalOrderKeys(x: HostArray): BigInt64Array {
  const wide = new Float64Array(numbersOf(x));
  const bits = new BigInt64Array(wide.buffer);
  const signs = signBits(x);
  for (let i = 0; i < bits.length; i++) {
    if (Number.isNaN(wide[i])) bits[i] = signs(i) ? -(2n ** 62n) * 2n + 1n : 2n ** 63n - 1n;
    else if (bits[i] < 0n) bits[i] = -(bits[i] & 0x7fffffffffffffffn) - 1n;
  }
  return bits;
}
function signBits(x: HostArray): (i: number) => boolean {
  const width = dtypeInfo(x.dtype).bytes;
  const bytes = x.bytes;
  return (i) => (bytes[(i + 1) * width - 1] & 0x80) !== 0;
}

/** Elementwise comparison; shared with the fast path of sort. */
export function compareArrays(x: HostArray, y: HostArray, direction: CompareDirection, type?: CompareType): HostArray {
  const n = x.size;
  const out = new Uint8Array(n);
  if (isComplex(x.dtype)) {
    const [a, b] = [numbersOf(x), numbersOf(y)];
    for (let i = 0; i < n; i++) {
      const equal = a[2 * i] === b[2 * i] && a[2 * i + 1] === b[2 * i + 1];
      out[i] = equal === (direction === 'EQ') ? 1 : 0;
    }
    return new HostArray('bool', x.shape, out);
  }
  const keyed = type === 'TOTALORDER' && isFloat(x.dtype);
  const wide = dtypeInfo(x.dtype).scalar === 'bigint';
  const a = (keyed ? totalOrderKeys(x) : wide ? x.data : numbersOf(x)) as Float64Array;
  const b = (keyed ? totalOrderKeys(y) : wide ? y.data : numbersOf(y)) as Float64Array;
  switch (direction) {
    case 'EQ':
      for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
      break;
    case 'NE':
      for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0;
      break;
    case 'LT':
      for (let i = 0; i < n; i++) out[i] = a[i] < b[i] ? 1 : 0;
      break;
    case 'LE':
      for (let i = 0; i < n; i++) out[i] = a[i] <= b[i] ? 1 : 0;
      break;
    case 'GT':
      for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? 1 : 0;
      break;
    case 'GE':
      for (let i = 0; i < n; i++) out[i] = a[i] >= b[i] ? 1 : 0;
      break;
  }
  return new HostArray('bool', x.shape, out);
}

const fitting: Record<CompareType, (d: DType) => boolean> = {
  FLOAT: (d) => isFloat(d) || isComplex(d),
  TOTALORDER: isFloat,
  SIGNED: (d) => dtypeInfo(d).kind === 'signed',
  UNSIGNED: (d) => isUnsigned(d) || d === 'bool',
};

export const compare = defineOp<CompareAttributes>({
  name: 'stablehlo.compare',
  doc: 'Elementwise comparison to booleans.',
  spec: 'StableHLO spec, compare',
  operands: [{ name: 'lhs' }, { name: 'rhs' }],
  attributes: {
    comparisonDirection: codecs.enumOf('comparison_direction', ['EQ', 'NE', 'GE', 'GT', 'LE', 'LT'] as const),
    compareType: codecs.optional(
      codecs.enumOf('comparison_type', ['FLOAT', 'TOTALORDER', 'SIGNED', 'UNSIGNED'] as const),
    ),
  },
  numRegions: 0,
  traits: { elementwise: true },
  inferTypes: ({ operands: [x, y], checker, given }) => {
    const t = asTensor(x, 'lhs');
    const u = asTensor(y, 'rhs');
    checker.check('C1', u.dtype === t.dtype, () => `element types ${t.dtype} and ${u.dtype} differ`);
    checkShape(checker, 'C2', 'rhs', u.shape, t.shape);
    return [resultLike(tensorType('bool', t.shape), given)];
  },
  resultLabels: { any: 'C2', dtype: 'results' },
  verify: (op, { check }) => {
    const { compareType, comparisonDirection } = op.attributes;
    const dtype = op.operands[0].dtype;
    if (compareType) check('C3', fitting[compareType](dtype), () => `${compareType} does not fit ${dtype}`);
    if (isComplex(dtype))
      check('C3', comparisonDirection === 'EQ' || comparisonDirection === 'NE', 'complex numbers have no order');
  },
  syntax: compareSyntax as never,
  evaluate: ([x, y], { attributes }) => [compareArrays(x, y, attributes.comparisonDirection, attributes.compareType)],
  decompose: absent('a primitive'),
  linearize: absent('boolean result'),
  transpose: absent('not linear'),
  batch: ({ op, operands, batched, batchSize, builder }) => ({
    results: [builder.emit(op.name, batchAll(operands, batched, batchSize, builder), op.attributes)],
    batched: [true],
  }),
  sharding: (op) => pointwiseSharding(op),
  localize: (op) => op.attributes,
  cost: elementwiseCost(1),
  samples: (['EQ', 'NE', 'GE', 'GT', 'LE', 'LT'] as const)
    .map((comparisonDirection) => ({
      name: comparisonDirection,
      operands: [
        { dtype: 'i32', shape: [2, 3], low: 0, high: 2 } as const,
        { dtype: 'i32', shape: [2, 3], low: 0, high: 2 } as const,
      ],
      attributes: { comparisonDirection, compareType: undefined as CompareType | undefined },
    }))
    .concat([
      {
        name: 'EQ',
        operands: [
          { dtype: 'f32', shape: [3] },
          { dtype: 'f32', shape: [3] },
        ] as never,
        attributes: { comparisonDirection: 'EQ', compareType: 'TOTALORDER' },
      },
    ])
    .map((s, i) => ({ ...s, name: i === 6 ? 'total order' : s.name })),
});

export const select = defineOp<NoAttributes>({
  name: 'stablehlo.select',
  doc: 'Elementwise choice between two tensors by a boolean tensor or scalar.',
  spec: 'StableHLO spec, select',
  operands: [{ name: 'pred' }, { name: 'onTrue' }, { name: 'onFalse' }],
  attributes: {},
  numRegions: 0,
  traits: {
    elementwise: true,
    // Both choices are the same value.
    unchangedOperand: (op) => (op.operands[1] === op.operands[2] ? 1 : undefined),
  },
  inferTypes: ({ operands: [pred, x, y], checker, given }) => {
    const p = asTensor(pred, 'pred');
    const t = asTensor(x, 'on_true');
    checker.check(
      'C2',
      sameOrDynamic(t, y),
      () => `on_true and on_false should have one type, got ${typeText(t)} and ${typeText(y)}`,
    );
    checker.check(
      'C1',
      p.shape.length === 0 || shapesFit(t.shape, p.shape),
      () => `pred should be a scalar or have shape [${t.shape}], got [${p.shape}]`,
    );
    checker.check('pred', p.dtype === 'bool', 'pred must be boolean');
    return [resultLike(t, given)];
  },
  resultLabels: { any: 'C2' },
  verify: () => {},
  syntax: selectSyntax,
  evaluate: ([p, x, y]) => {
    const flags = p.data as Uint8Array;
    if (p.shape.length === 0 && x.shape.length > 0) return [flags[0] !== 0 ? x : y];
    const out = new HostArray(x.dtype, x.shape, y.data.slice() as HostArray['data']);
    for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) copyElement(out, i, x, i);
    return [out];
  },
  decompose: absent('a primitive'),
  linearize: ({ operands: [p], tangents: [, tx, ty], tangent, op }) => {
    const zero = (): ReturnType<typeof zerosLike> => zerosLike(tangent, op.results[0].type);
    return { tangents: [emitSelect(tangent, p, tx ?? zero(), ty ?? zero())] };
  },
  transpose: ({ op, operands: [p], linear, cotangents: [ct], builder }) => {
    if (!ct || !p) return [undefined, undefined, undefined];
    const zero = zerosLike(builder, op.results[0].type);
    return [
      undefined,
      linear[1] ? emitSelect(builder, p, ct, zero) : undefined,
      linear[2] ? emitSelect(builder, p, zero, ct) : undefined,
    ];
  },
  batch: ({ op, operands, batched, batchSize, builder }) => {
    const [, x, y] = batchAll(operands, [true, batched[1], batched[2]], batchSize, builder);
    let p = operands[0];
    const rank = op.results[0].shape.length;
    // A batched scalar predicate spreads over the other dimensions; an unbatched scalar may stay one.
    if (batched[0] && op.operands[0].shape.length === 0 && rank > 0) p = broadcastInDim(builder, p, x.shape, [0]);
    else if (!batched[0] && op.operands[0].shape.length > 0) p = batchAll([p], [false], batchSize, builder)[0];
    return { results: [emitSelect(builder, p, x, y)], batched: [true] };
  },
  sharding: (op) => pointwiseSharding(op),
  localize: () => ({}),
  cost: elementwiseCost(1),
  samples: [
    {
      name: 'tensor predicate',
      operands: [
        { dtype: 'bool', shape: [2, 3] },
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'f64', shape: [2, 3] },
      ],
      attributes: {},
    },
    {
      name: 'scalar predicate',
      operands: [
        { dtype: 'bool', shape: [], values: [1] },
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'f64', shape: [2, 3] },
      ],
      attributes: {},
    },
    {
      name: 'all scalars',
      operands: [
        { dtype: 'bool', shape: [], values: [0] },
        { dtype: 'i32', shape: [] },
        { dtype: 'i32', shape: [] },
      ],
      attributes: {},
    },
  ],
});

export const clamp = defineOp<NoAttributes>({
  name: 'stablehlo.clamp',
  doc: 'Elementwise min(max(operand, min), max).',
  spec: 'StableHLO spec, clamp',
  operands: [{ name: 'min' }, { name: 'operand' }, { name: 'max' }],
  attributes: {},
  numRegions: 0,
  traits: { elementwise: true },
  inferTypes: ({ operands: [low, x, high], checker, given }) => {
    const t = asTensor(x, 'operand');
    for (const [label, bound] of [
      ['C1', low],
      ['C2', high],
    ] as const) {
      const b = asTensor(bound);
      checker.check(
        label,
        b.shape.length === 0 || shapesFit(t.shape, b.shape),
        () => `bounds should be scalars or have shape [${t.shape}], got [${b.shape}]`,
      );
      checker.check('C3', b.dtype === t.dtype, () => `bounds should have element type ${t.dtype}, got ${b.dtype}`);
    }
    return [resultLike(t, given)];
  },
  resultLabels: { any: 'C4' },
  verify: () => {},
  syntax: assembly({ operands: 3, types: 'same' }),
  evaluate: ([low, x, high]) => {
    const [sl, sh] = [low.shape.length === 0 ? 0 : 1, high.shape.length === 0 ? 0 : 1];
    if (dtypeInfo(x.dtype).scalar === 'bigint') {
      const [l, v, h] = [low, x, high].map((a) => a.data as BigInt64Array);
      const out = v.slice();
      for (let i = 0; i < out.length; i++) {
        const [a, b] = [l[i * sl], h[i * sh]];
        const raised = v[i] < a ? a : v[i];
        out[i] = raised > b ? b : raised;
      }
      return [new HostArray(x.dtype, x.shape, out)];
    }
    const [l, v, h] = [low, x, high].map(numbersOf);
    // NaN in any of the three is the result.
    return [
      fromNumbers(
        x.dtype,
        x.shape,
        v.map((value, i) => Math.min(Math.max(value, l[i * sl]), h[i * sh])),
      ),
    ];
  },
  decompose: absent('a primitive'),
  linearize: (input) => {
    const { op, operands, results, tangents, primal, tangent } = input;
    const shape = op.results[0].shape;
    const spread = (k: 0 | 1 | 2) =>
      operands[k].shape.length === shape.length ? operands[k] : broadcastInDim(primal, operands[k], shape, []);
    const [low, x, high] = [spread(0), spread(1), spread(2)];
    const inside = and(primal, emitCompare(primal, 'GT', x, low), emitCompare(primal, 'LT', x, high));
    const masks = [
      () => and(primal, emitCompare(primal, 'GE', low, x), emitCompare(primal, 'LT', low, high)),
      () => inside,
      () => emitCompare(primal, 'GE', emit(low, x), high),
    ];
    const emit = (a: typeof low, b: typeof low) => primal.emit('stablehlo.maximum', [a, b]);
    let total: (typeof tangents)[number];
    tangents.forEach((t, k) => {
      if (!t) return;
      const wide = t.shape.length === shape.length ? t : broadcastInDim(tangent, t, shape, []);
      const part = mul(tangent, wide, convert(primal, masks[k](), results[0].dtype));
      total = total ? tangent.emit('stablehlo.add', [total, part]) : part;
    });
    return { tangents: [total] };
  },
  transpose: absent('not linear'),
  batch: ({ op, operands, batched, batchSize, builder }) => {
    const shape = [batchSize, ...op.operands[1].shape];
    const spread = (k: number) => {
      const own = op.operands[k].shape.length;
      if (batched[k] && own === 0 && shape.length > 1) return broadcastInDim(builder, operands[k], shape, [0]);
      if (!batched[k] && (own > 0 || k === 1)) return batchAll([operands[k]], [false], batchSize, builder)[0];
      return operands[k];
    };
    return { results: [builder.emit(op.name, [spread(0), spread(1), spread(2)])], batched: [true] };
  },
  sharding: (op) => pointwiseSharding(op),
  localize: () => ({}),
  cost: elementwiseCost(2),
  samples: [
    {
      name: 'scalar bounds',
      operands: [
        { dtype: 'f64', shape: [], values: [-0.5] },
        { dtype: 'f64', shape: [2, 3], values: [-2, -1, 0.1, 0.3, 1, 2] },
        { dtype: 'f64', shape: [], values: [0.7] },
      ],
      attributes: {},
    },
    {
      name: 'tensor bounds',
      operands: [
        { dtype: 'f64', shape: [3], values: [-1, -1, -1] },
        { dtype: 'f64', shape: [3], values: [-2, 0, 2] },
        { dtype: 'f64', shape: [3], values: [1, 1, 1] },
      ],
      attributes: {},
    },
    {
      name: 'i32',
      operands: [
        { dtype: 'i32', shape: [], values: [0] },
        { dtype: 'i32', shape: [3], values: [-5, 3, 50] },
        { dtype: 'i32', shape: [], values: [7] },
      ],
      attributes: {},
    },
  ],
});
