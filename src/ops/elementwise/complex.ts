import { complexDType, HostArray, isComplex, realDType } from '../../base/index.ts';
import {
  absent,
  asTensor,
  type Builder,
  defineOp,
  type OpDefinition,
  type Syntax,
  type Type,
  tensorType,
  typeText,
  type Value,
} from '../../ir/index.ts';
import { typesFit } from '../define/constraints.ts';
import { elementwiseCost } from '../define/cost.ts';
import { fromNumbers, numbersOf } from '../define/elements.ts';
import { batchAll, evaluateUnary, type NoAttributes } from '../define/elementwise.ts';
import { compare, div, mul, neg, onesLike, select, sign, zerosLike } from '../define/emit.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { sameType } from '../define/syntaxes.ts';

/*
 * Complex numbers and their parts. Cotangents follow JAX: the pairing is Re(ct · t), without conjugation.
 */

const real = (b: Builder, x: Value): Value => b.emit('stablehlo.real', [x]);
const imag = (b: Builder, x: Value): Value => b.emit('stablehlo.imag', [x]);
const makeComplex = (b: Builder, x: Value, y: Value): Value => b.emit('stablehlo.complex', [x, y]);

/** `complex %a, %b : tensor<complex<f32>>`: only the result type is written. */
const complexSyntax: Syntax<NoAttributes> = {
  print: (op, p) => {
    p.write(` ${p.values(op.operands)}`);
    p.dictionary(op, []);
    p.write(` : ${p.type(op.results[0].type)}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const dictionary = p.optionalDictionary();
    p.expect(':');
    if (p.peek('(')) {
      const f = p.functionType();
      return { operands, dictionary, operandTypes: f.inputs, resultTypes: f.results };
    }
    const t = asTensor(p.type());
    const part: Type = tensorType(realDType(t.dtype), t.shape);
    return { operands, dictionary, operandTypes: [part, part], resultTypes: [t] };
  },
};

export const complex = defineOp<NoAttributes>({
  name: 'stablehlo.complex',
  doc: 'Elementwise complex number from real and imaginary parts.',
  spec: 'StableHLO spec, complex',
  operands: [{ name: 'lhs' }, { name: 'rhs' }],
  attributes: {},
  numRegions: 0,
  traits: { elementwise: true },
  inferTypes: ({ operands: [l, r], checker: { check } }) => {
    const [x, y] = [asTensor(l, 'lhs'), asTensor(r, 'rhs')];
    check('C1', typesFit([x], [y]), () => `operands should have one type, got ${typeText(x)} and ${typeText(y)}`);
    check('operands', x.dtype === 'f32' || x.dtype === 'f64', () => `takes f32 and f64, got ${x.dtype}`);
    return [tensorType(complexDType(x.dtype), x.shape)];
  },
  resultLabels: { any: 'C2', dtype: 'C3' },
  verify: () => {},
  syntax: complexSyntax,
  evaluate: ([x, y]) => {
    const [a, b] = [numbersOf(x), numbersOf(y)];
    const out = new Float64Array(2 * a.length);
    for (let i = 0; i < a.length; i++) {
      out[2 * i] = a[i];
      out[2 * i + 1] = b[i];
    }
    return [fromNumbers(complexDType(x.dtype), x.shape, out)];
  },
  decompose: absent('a primitive'),
  linearize: ({ op, tangents: [tx, ty], tangent }) => {
    const zero = (): Value => zerosLike(tangent, op.operands[0].type);
    return { tangents: [makeComplex(tangent, tx ?? zero(), ty ?? zero())] };
  },
  transpose: ({ linear, cotangents: [ct], builder: b }) => [
    linear[0] && ct ? real(b, ct) : undefined,
    linear[1] && ct ? neg(b, imag(b, ct)) : undefined,
  ],
  batch: ({ op, operands, batched, batchSize, builder }) => ({
    results: [builder.emit(op.name, batchAll(operands, batched, batchSize, builder))],
    batched: [true],
  }),
  sharding: pointwiseSharding,
  localize: () => ({}),
  cost: elementwiseCost(0),
  samples: [
    {
      name: 'f64',
      operands: [
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'f64', shape: [2, 3] },
      ],
      attributes: {},
    },
  ],
});

/** One part of a complex number; a real number is its own real part. */
function part(name: string, doc: string, which: 0 | 1): OpDefinition {
  return defineOp<NoAttributes>({
    name,
    doc,
    spec: `StableHLO spec, ${name.slice('stablehlo.'.length)}`,
    operands: [{ name: 'operand' }],
    attributes: {},
    numRegions: 0,
    traits: { elementwise: true },
    inferTypes: ({ operands: [t] }) => [tensorType(realDType(asTensor(t).dtype), asTensor(t).shape)],
    resultLabels: { any: 'C1', dtype: 'C2' },
    verify: () => {},
    syntax: sameType(1),
    evaluate: ([x]) => {
      if (!isComplex(x.dtype)) return [which === 0 ? x : HostArray.zeros(x.dtype, x.shape)];
      const from = numbersOf(x);
      const out = new Float64Array(from.length / 2);
      for (let i = 0; i < out.length; i++) out[i] = from[2 * i + which];
      return [fromNumbers(realDType(x.dtype), x.shape, out)];
    },
    decompose: absent('a primitive'),
    linearize: ({ op, tangents: [t], tangent }) => ({ tangents: [t && tangent.emit(op.name, [t])] }),
    transpose: ({ op, cotangents: [ct], builder: b }) => {
      if (!ct) return [undefined];
      if (!isComplex(op.operands[0].dtype)) return [which === 0 ? ct : undefined];
      const zero = zerosLike(b, ct.type);
      return [which === 0 ? makeComplex(b, ct, zero) : makeComplex(b, zero, neg(b, ct))];
    },
    batch: ({ op, operands, builder }) => ({ results: [builder.emit(op.name, operands)], batched: [true] }),
    sharding: pointwiseSharding,
    localize: () => ({}),
    cost: elementwiseCost(0),
    samples: [{ name: 'c128', operands: [{ dtype: 'c128', shape: [2, 3] }], attributes: {} }],
  });
}

export const realPart = part('stablehlo.real', 'Elementwise real part.', 0);
export const imagPart = part('stablehlo.imag', 'Elementwise imaginary part.', 1);

export const abs = defineOp<NoAttributes>({
  name: 'stablehlo.abs',
  doc: 'Elementwise absolute value; the modulus of complex numbers.',
  spec: 'StableHLO spec, abs',
  operands: [{ name: 'operand' }],
  attributes: {},
  numRegions: 0,
  traits: { elementwise: true },
  inferTypes: ({ operands: [t] }) => {
    const x = asTensor(t);
    return [isComplex(x.dtype) ? tensorType(realDType(x.dtype), x.shape) : x];
  },
  resultLabels: { any: 'C1', dtype: 'C2' },
  verify: (op, { check }) =>
    check('operand', !/^u|bool/.test(op.operands[0].dtype), 'takes signed integers, floats and complex numbers'),
  syntax: sameType(1),
  evaluate: ([x]) => {
    if (!isComplex(x.dtype)) {
      const kernels = { float: Math.abs, int: Math.abs, bigint: (v: bigint) => (v < 0n ? -v : v) };
      return [evaluateUnary('stablehlo.abs', kernels, x)];
    }
    const from = numbersOf(x);
    const out = new Float64Array(from.length / 2);
    for (let i = 0; i < out.length; i++) out[i] = Math.hypot(from[2 * i], from[2 * i + 1]);
    return [fromNumbers(realDType(x.dtype), x.shape, out)];
  },
  decompose: absent('a primitive'),
  linearize: ({ operands: [x], results: [y], tangents: [t], primal: b, tangent }) => {
    if (!isComplex(x.dtype)) return { tangents: [mul(tangent, t!, sign(b, x))] };
    // Re(t · conj(x)) / |x|, zero at the origin.
    const isZero = compare(b, 'EQ', y, zerosLike(b, y.type));
    const safe = select(b, isZero, onesLike(b, y.type), y);
    const direction = makeComplex(b, div(b, real(b, x), safe), neg(b, div(b, imag(b, x), safe)));
    return { tangents: [real(tangent, mul(tangent, t!, direction))] };
  },
  transpose: absent('not linear'),
  batch: ({ op, operands, builder }) => ({ results: [builder.emit(op.name, operands)], batched: [true] }),
  sharding: pointwiseSharding,
  localize: () => ({}),
  cost: elementwiseCost(1),
  samples: [
    { name: 'f64', operands: [{ dtype: 'f64', shape: [2, 3], values: [-1.5, 2, -0.3, 0.7, -4, 3] }], attributes: {} },
    { name: 'i32', operands: [{ dtype: 'i32', shape: [3], low: -9, high: 9 }], attributes: {} },
    { name: 'c128', operands: [{ dtype: 'c128', shape: [2, 3] }], attributes: {} },
  ],
});
