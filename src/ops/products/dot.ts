import { product } from '../../base/index.ts';
import { absent, asTensor, defineOp, isTensor, type Syntax, tensorType, type Value } from '../../ir/index.ts';
import { productCost } from '../define/cost.ts';
import { type DotDimensions, dotGeneral } from '../define/emit.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { parseFunctional, printFunctional } from '../define/syntaxes.ts';
import { dotArrays } from './dot-evaluate.ts';
import { type Precision, precisionCodec } from './dot-general.ts';

export interface DotAttributes {
  readonly precisionConfig: readonly Precision[] | undefined;
}

/** Last dimension of lhs against the first of rhs. */
function dimensionsOf(lhsRank: number): DotDimensions {
  return { lhsBatching: [], rhsBatching: [], lhsContracting: [lhsRank - 1], rhsContracting: [0] };
}

const syntax: Syntax<DotAttributes> = {
  print: (op, p) => {
    const { precisionConfig } = op.attributes;
    p.write(` ${p.values(op.operands)}`);
    if (precisionConfig) p.write(`, precision = [${precisionConfig.join(', ')}]`);
    p.dictionary(op, ['precisionConfig']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const lhs = p.operand();
    p.expect(',');
    const rhs = p.operand();
    let precisionConfig: Precision[] | undefined;
    if (p.accept(',')) {
      p.expect('precision');
      p.expect('=');
      precisionConfig = p.list('[', ']', () => p.word() as Precision);
    }
    const dictionary = p.optionalDictionary();
    return { operands: [lhs, rhs], attributes: { precisionConfig }, dictionary, ...parseFunctional(p) };
  },
};

const decomposed = absent('dot_general after decomposition');

/** The older form of dot_general; programs of other frameworks still contain it. */
export const dot = defineOp<DotAttributes>({
  name: 'stablehlo.dot',
  doc: 'Product of vectors and matrices.',
  spec: 'StableHLO, dot (deprecated in favour of dot_general)',
  operands: [{ name: 'lhs' }, { name: 'rhs' }],
  attributes: { precisionConfig: precisionCodec },
  numRegions: 0,
  traits: { accumulates: () => 'natively' },
  inferTypes: ({ operands: [l, r], checker, given }) => {
    const [x, y] = [asTensor(l, 'lhs'), asTensor(r, 'rhs')];
    const [a, b] = [x.shape[x.shape.length - 1], y.shape[0]];
    checker.check(
      'rank',
      x.shape.length <= 2 && y.shape.length <= 2 && x.shape.length * y.shape.length > 0,
      'takes vectors and matrices',
    );
    checker.check('sizes', a === b || a < 0 || b < 0, () => `contracted sizes ${a} and ${b} differ`);
    const t = given?.[0];
    return [tensorType(t && isTensor(t) ? t.dtype : x.dtype, [...x.shape.slice(0, -1), ...y.shape.slice(1)])];
  },
  verify: () => {},
  syntax,
  evaluate: ([x, y], op) => [dotArrays(x, y, dimensionsOf(x.shape.length), op.results[0].dtype)],
  decompose: ({ op, operands: [x, y], builder }) => [
    dotGeneral(builder, x, y, dimensionsOf(x.shape.length), op.attributes, op.results[0].dtype),
  ],
  linearize: ({ op, operands: [x, y], tangents: [tx, ty], tangent }) => {
    const d = dimensionsOf(x.shape.length);
    const dtype = op.results[0].dtype;
    const left = tx && dotGeneral(tangent, tx, y, d, op.attributes, dtype);
    const right = ty && dotGeneral(tangent, x, ty, d, op.attributes, dtype);
    const sum = (a: Value, b: Value): Value => tangent.emit('stablehlo.add', [a, b]);
    return { tangents: [left && right ? sum(left, right) : (left ?? right)] };
  },
  transpose: decomposed,
  batch: ({ op, operands: [x, y], batched, builder }) => {
    const rank = op.operands[0].shape.length;
    const dims: DotDimensions = {
      lhsBatching: batched[0] && batched[1] ? [0] : [],
      rhsBatching: batched[0] && batched[1] ? [0] : [],
      lhsContracting: [rank - 1 + (batched[0] ? 1 : 0)],
      rhsContracting: [batched[1] ? 1 : 0],
    };
    const out = dotGeneral(builder, x, y, dims, op.attributes, op.results[0].dtype);
    // Only rhs batched: its batch follows the free dimensions of lhs.
    if (batched[0]) return { results: [out], batched: [true] };
    const free = rank - 1;
    const order = [free, ...out.shape.map((_, d) => d).filter((d) => d !== free)];
    return { results: [builder.emit('stablehlo.transpose', [out], { permutation: order })], batched: [true] };
  },
  sharding: (op) => {
    const [x, y] = [op.operands[0].shape, op.operands[1].shape];
    const b = new ShardingRuleBuilder(op);
    const k = x.length - 1;
    if (k === 1) b.factor([0], [0], x[0]);
    if (y.length === 2) b.factor([undefined, 1], [op.results[0].shape.length - 1], y[1]);
    b.factor([k, 0], [], x[k], { kind: 'reduction' });
    return b.build();
  },
  localize: (op) => op.attributes,
  cost: (op) => productCost(op, 2 * product(op.results[0].shape) * op.operands[1].shape[0]),
  samples: [
    [
      [2, 3],
      [3, 5],
    ],
    [[3], [3, 5]],
    [[2, 3], [3]],
    [[3], [3]],
  ].map(([x, y]) => ({
    name: `[${x}] by [${y}]`,
    operands: [{ dtype: 'f64', shape: x } as const, { dtype: 'f64', shape: y } as const],
    attributes: { precisionConfig: undefined },
  })),
});
