import { absent, codecs, defineOp, type Syntax } from '../../ir/index.ts';
import { elementwiseCost } from '../define/cost.ts';
import { fromNumbers, numbersOf } from '../define/elements.ts';
import { batchElementwise } from '../define/elementwise.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';

export interface ReducePrecisionAttributes {
  readonly exponentBits: number;
  readonly mantissaBits: number;
}

const f64 = new Float64Array(1);
const u64 = new BigUint64Array(f64.buffer);

/** Rounds to `mantissaBits` (ties to even), then overflows to infinity and flushes below the smallest normal. */
function reducePrecisionOf(x: number, exponentBits: number, mantissaBits: number): number {
  // Without mantissa bits there is no NaN: it becomes an infinity.
  if (Number.isNaN(x)) return mantissaBits > 0 ? x : Infinity;
  if (!Number.isFinite(x) || x === 0) return x;
  let y = x;
  if (mantissaBits < 52) {
    f64[0] = x;
    const drop = BigInt(52 - mantissaBits);
    const lsb = (u64[0] >> drop) & 1n;
    u64[0] = ((u64[0] + (1n << (drop - 1n)) - 1n + lsb) >> drop) << drop;
    y = f64[0];
  }
  const bias = 2 ** (exponentBits - 1) - 1;
  const a = Math.abs(y);
  if (a >= 2 ** (bias + 1)) return y > 0 ? Infinity : -Infinity;
  if (bias < 1023 && a < 2 ** (1 - bias)) return y > 0 ? 0 : -0;
  return y;
}

const i32Attribute = {
  ...codecs.i64,
  write: (value: number) => ({ kind: 'int', value: BigInt(value), type: 'i32' }) as const,
};

/** `, format = e8m10` */
const formatSyntax: Syntax<ReducePrecisionAttributes> = {
  print: (op, p) => {
    p.write(` ${p.values(op.operands)}, format = e${op.attributes.exponentBits}m${op.attributes.mantissaBits}`);
    p.dictionary(op, ['exponentBits', 'mantissaBits']);
    p.write(` : ${p.type(op.results[0].type)}`);
  },
  parse: (p) => {
    const operand = p.operand();
    p.expect(',');
    p.expect('format');
    p.expect('=');
    const m = /^e(\d+)m(\d+)$/.exec(p.word());
    if (!m) return p.fail('expected a format such as e8m10');
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const t = p.type();
    return {
      operands: [operand],
      attributes: { exponentBits: Number(m[1]), mantissaBits: Number(m[2]) },
      dictionary,
      operandTypes: [t],
      resultTypes: [t],
    };
  },
};
export const reducePrecision = defineOp<ReducePrecisionAttributes>({
  name: 'stablehlo.reduce_precision',
  doc: 'Rounds floats to fewer exponent and mantissa bits, keeping the type.',
  spec: 'StableHLO spec, reduce_precision',
  operands: [{ name: 'operand' }],
  attributes: { exponentBits: i32Attribute, mantissaBits: i32Attribute },
  numRegions: 0,
  traits: { elementwise: true },
  inferTypes: ({ operands: [t] }) => [t],
  resultLabels: { any: 'C1' },
  verify: (op, { check }) => {
    check(
      'C2',
      op.attributes.exponentBits >= 1,
      () => `exponent_bits should be at least 1, got ${op.attributes.exponentBits}`,
    );
    check(
      'C3',
      op.attributes.mantissaBits >= 0,
      () => `mantissa_bits should not be negative, got ${op.attributes.mantissaBits}`,
    );
  },
  syntax: formatSyntax,
  evaluate: ([x], { attributes }) => {
    const from = numbersOf(x);
    const out = new Float64Array(from.length);
    for (let i = 0; i < out.length; i++)
      out[i] = reducePrecisionOf(from[i], attributes.exponentBits, attributes.mantissaBits);
    return [fromNumbers(x.dtype, x.shape, out)];
  },
  decompose: absent('a primitive'),
  linearize: ({ op, tangents, tangent }) => ({
    tangents: [tangent.emit(op.name, [tangents[0]!], op.attributes)],
  }),
  transpose: ({ op, cotangents: [ct], builder }) => [ct && builder.emit(op.name, [ct], op.attributes)],
  batch: batchElementwise as never,
  sharding: (op) => pointwiseSharding(op),
  localize: (op) => op.attributes,
  cost: elementwiseCost(2),
  samples: [
    {
      name: 'to bf16',
      operands: [{ dtype: 'f32', shape: [2, 3], low: -3, high: 3 }],
      attributes: { exponentBits: 8, mantissaBits: 7 },
      tolerance: { relative: 1, reason: 'rounds to few bits' },
    },
  ],
});
