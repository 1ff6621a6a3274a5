import { type DType, EspalierError, highestValue, lowestValue, numElements, range } from '../../base/index.ts';
import {
  absent,
  asTensor,
  type BatchInput,
  type BatchOutput,
  type Block,
  codecs,
  defineOp,
  isTensor,
  type LinearizeInput,
  type Op,
  type OperandReference,
  type RegionArgument,
  type Syntax,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { checkCombiner, checkDistinct, checkInRange, checkShape } from '../define/constraints.ts';
import { vectorCost } from '../define/cost.ts';
import {
  broadcastInDim,
  broadcastLeading,
  combiner,
  compare,
  constantScalar,
  convert,
  div,
  mul,
  reduceSum,
  reduceWith,
} from '../define/emit.ts';
import { accumulatesByRegion, combinerOf } from '../define/region.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { reduceArrays } from './reduce-evaluate.ts';

export interface ReduceAttributes {
  readonly dimensions: readonly number[];
}

const inputsOf = (op: Op<object>): number => op.operands.length / 2;

/** `stablehlo.reduce(%a init: %c) applies stablehlo.add across dimensions = [1] : …` or with a spelled-out reducer. */
const reduceSyntax: Syntax<ReduceAttributes> = {
  print: (op, p) => {
    const n = inputsOf(op);
    const pairs = range(n).map((i) => `(${p.value(op.operands[i])} init: ${p.value(op.operands[n + i])})`);
    p.write(pairs.join(', '));
    const [body] = op.regions;
    const name = n === 1 ? combinerOf(body) : undefined;
    const simple =
      name !== undefined &&
      body.ops[0].definition.traits.commutative === true &&
      body.ops[0].operands[0] === body.args[0] &&
      body.args.every((a) => a.shape.length === 0 && a.dtype === body.args[0].dtype);
    if (simple) p.write(` applies ${name}`);
    p.write(` across dimensions = [${op.attributes.dimensions.join(', ')}]`);
    p.dictionary(op, ['dimensions']);
    p.write(' : ');
    p.write(
      p.functionType(
        op.operands.map((v) => v.type),
        op.results.map((v) => v.type),
      ),
    );
    if (simple) return;
    p.newline();
    const names = p.declare(body.args);
    const arg = (i: number): string => `${names[i]}: ${p.type(body.args[i].type)}`;
    p.write(
      ` reducer${range(n)
        .map((i) => `(${arg(i)}, ${arg(n + i)})`)
        .join(' ')}`,
    );
    p.region(body, { args: false });
  },
  parse: (p) => {
    const inputs: OperandReference[] = [];
    const inits: OperandReference[] = [];
    do {
      p.expect('(');
      inputs.push(p.operand());
      p.expect('init');
      p.expect(':');
      inits.push(p.operand());
      p.expect(')');
    } while (p.accept(','));
    const name = p.accept('applies') ? p.word() : undefined;
    p.expect('across');
    p.expect('dimensions');
    p.expect('=');
    const attributes = { dimensions: p.integerList() };
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const types = p.functionType();
    const scalars = types.inputs.slice(inputs.length);
    let body: Block;
    if (name !== undefined) body = p.reducerBlock(name, scalars);
    else {
      p.expect('reducer');
      const left: RegionArgument[] = [];
      const right: RegionArgument[] = [];
      while (p.accept('(')) {
        left.push(p.regionArgument());
        p.expect(',');
        right.push(p.regionArgument());
        p.expect(')');
      }
      body = p.regionWithArgs([...left, ...right]);
    }
    return {
      operands: [...inputs, ...inits],
      attributes,
      dictionary,
      operandTypes: types.inputs,
      resultTypes: types.results,
      regions: [body],
    };
  },
};
/** Sum of the tangents, where the operand equals the extremum, divided by the number of ties (JAX's convention). */
function linearizeExtremum(input: LinearizeInput<ReduceAttributes>): Value {
  const { op, operands, results, tangents, primal: b, tangent } = input;
  const { dimensions } = op.attributes;
  const x = operands[0];
  const kept = range(x.shape.length).filter((d) => !dimensions.includes(d));
  const mask = convert(b, compare(b, 'EQ', x, broadcastInDim(b, results[0], x.shape, kept)), x.dtype);
  const count = reduceSum(b, mask, dimensions);
  const share = div(b, mask, broadcastInDim(b, count, x.shape, kept));
  return reduceSum(tangent, mul(tangent, tangents[0]!, share), dimensions);
}

/** d(Πx)/dx_i as the product of the others: exact also at zeros, by products over two copies with one factor replaced by 1. */
function linearizeProduct(input: LinearizeInput<ReduceAttributes>): Value {
  const { op, operands, tangents, primal: b, tangent } = input;
  const { dimensions } = op.attributes;
  const x = operands[0];
  const rank = x.shape.length;
  const kept = range(rank).filter((d) => !dimensions.includes(d));
  const m = numElements(dimensions.map((d) => x.shape[d]));
  const keptShape = kept.map((d) => x.shape[d]);
  // [kept…, m] → [kept…, m(i), m(j)] with ones on the diagonal, product over j.
  const order = [...kept, ...dimensions];
  const flat = b.emit(
    'stablehlo.reshape',
    [b.emit('stablehlo.transpose', [x], { permutation: order })],
    {},
    { resultTypes: [tensorType(x.dtype, [...keptShape, m])] },
  );
  const wide = [...keptShape, m, m];
  const r = keptShape.length;
  const pairs = broadcastInDim(b, flat, wide, [...range(r), r + 1]);
  const index = (d: number): Value =>
    b.emit('stablehlo.iota', [], { iotaDimension: d }, { resultTypes: [tensorType('i32', wide)] });
  const diagonal = compare(b, 'EQ', index(r), index(r + 1));
  const ones = broadcastInDim(b, constantScalar(b, x.dtype, 1), wide, []);
  const others = reduceWith(b, 'stablehlo.multiply', b.emit('stablehlo.select', [diagonal, ones, pairs]), 1, [r + 1]);
  const t = tangent.emit(
    'stablehlo.reshape',
    [tangent.emit('stablehlo.transpose', [tangents[0]!], { permutation: order })],
    {},
    { resultTypes: [tensorType(x.dtype, [...keptShape, m])] },
  );
  return reduceSum(tangent, mul(tangent, t, others), [r]);
}

/** Value that leaves the other operand unchanged, for the bodies we can name. */
export function neutralNumber(name: string | undefined, dtype: DType): number | bigint | undefined {
  if (name === 'stablehlo.add' || name === 'stablehlo.or') return 0;
  if (name === 'stablehlo.multiply') return 1;
  if (name === 'stablehlo.and') return dtype === 'bool' ? 1 : -1;
  if (name === 'stablehlo.maximum') return lowestValue(dtype);
  if (name === 'stablehlo.minimum') return highestValue(dtype);
  return undefined;
}

/** A different init per batch element: reduce from the identity, then combine with the inits. */
function batchWithInits({ op, operands, batched, batchSize, builder: b }: BatchInput<ReduceAttributes>): BatchOutput {
  const name = inputsOf(op) === 1 ? combinerOf(op.regions[0]) : undefined;
  const [x, init] = operands;
  const identity = neutralNumber(name, x.dtype);
  if (name === undefined || identity === undefined)
    throw new EspalierError('ops/not-batchable', 'cannot vmap a reduce whose init value is batched', {
      advice: 'use a constant init value and combine afterwards',
    });
  const wide = batched[0] ? x : broadcastLeading(b, x, batchSize);
  const dimensions = op.attributes.dimensions.map((d) => d + 1);
  const reduced = reduceWith(b, name, wide, identity, dimensions);
  return { results: [b.emit(name, [broadcastInDim(b, init, reduced.shape, [0]), reduced])], batched: [true] };
}

export const reduce = defineOp<ReduceAttributes>({
  name: 'stablehlo.reduce',
  doc: 'Combines elements along dimensions with a body, starting from init values.',
  spec: 'StableHLO spec, reduce',
  operands: [{ name: 'inputsThenInits', variadic: true }],
  attributes: { dimensions: codecs.i64Array },
  numRegions: 1,
  traits: { reduction: true, accumulates: accumulatesByRegion },
  inferTypes: ({ operands, attributes: { dimensions }, regions: [body], checker, given }) => {
    const n = operands.length / 2;
    checker.check(
      'C3',
      Number.isInteger(n) && n > 0,
      () => `takes as many init values as inputs, at least one, got ${operands.length} operands`,
    );
    const x = asTensor(operands[0]);
    checkInRange(checker, 'C4', 'dimensions', dimensions, x.shape.length);
    checkDistinct(checker, 'C5', 'dimensions', dimensions);
    const inputs = operands.slice(0, n).map((t) => asTensor(t));
    inputs.forEach((t, i) => {
      checkShape(checker, 'C1', `input ${i}`, t.shape, x.shape);
      const init = asTensor(operands[n + i], 'init value');
      checker.check('C2', init.dtype === t.dtype, () => `init value ${i} should be ${t.dtype}, got ${init.dtype}`);
      checker.check('init', init.shape.length === 0, () => `init value ${i} should be a scalar, got [${init.shape}]`);
    });
    checkCombiner(
      checker,
      'C6',
      body,
      inputs.map((t) => t.dtype),
    );
    const shape = x.shape.filter((_, d) => !dimensions.includes(d));
    return range(n).map((i) => {
      const g = given?.[i];
      const dtype = body.yielded[i].type.kind === 'tensor' ? body.yielded[i].dtype : x.dtype;
      return g && isTensor(g) && g.encoding ? g : tensorType(dtype, shape);
    });
  },
  resultLabels: { any: 'C7', count: 'C3', dtype: 'C8' },
  verify: () => {},
  syntax: reduceSyntax,
  evaluate: (arrays, op, ctx) => {
    const n = arrays.length / 2;
    return reduceArrays(arrays.slice(0, n), arrays.slice(n), op.attributes.dimensions, op.regions[0], ctx);
  },
  decompose: absent('a primitive'),
  linearize: (input) => {
    const { op, tangents, tangent } = input;
    const name = inputsOf(op) === 1 ? combinerOf(op.regions[0]) : undefined;
    const [t, tInit] = tangents;
    const total = (x: Value): Value => reduceSum(tangent, x, op.attributes.dimensions);
    if (name === 'stablehlo.add') {
      const sum = t && total(t);
      if (!tInit) return { tangents: [sum] };
      const wide = broadcastInDim(tangent, tInit, op.results[0].shape, []);
      return { tangents: [sum ? tangent.emit('stablehlo.add', [sum, wide]) : wide] };
    }
    if ((name === 'stablehlo.maximum' || name === 'stablehlo.minimum') && !tInit)
      return { tangents: [linearizeExtremum(input)] };
    if (name === 'stablehlo.multiply' && !tInit) return { tangents: [linearizeProduct(input)] };
    throw new EspalierError('ops/not-differentiable', 'cannot differentiate this reduce', {
      expected: 'one input with an add, multiply, maximum or minimum body (and no tangent of init but for add)',
      given: `${inputsOf(op)} inputs, body ${name ?? 'of several ops'}`,
      advice: 'wrap the value in stopGradient if its derivative is not wanted',
    });
  },
  transpose: ({ op, linear, cotangents: [ct], builder: b }) => {
    if (!ct) return op.operands.map(() => undefined);
    const x = op.operands[0].shape;
    const kept = range(x.length).filter((d) => !op.attributes.dimensions.includes(d));
    return [
      linear[0] ? broadcastInDim(b, ct, x, kept) : undefined,
      linear[1] ? reduceSum(b, ct, range(ct.shape.length)) : undefined,
    ];
  },
  batch: (input) => {
    const { op, operands, batched, batchSize, builder: b } = input;
    const n = inputsOf(op);
    if (batched.slice(n).some(Boolean)) return batchWithInits(input);
    const xs = operands.map((v, i) => (i < n && !batched[i] ? broadcastLeading(b, v, batchSize) : v));
    const dimensions = op.attributes.dimensions.map((d) => d + 1);
    const out = b.create(op.name, xs, { dimensions }, { regions: op.regions });
    return { results: out.results, batched: out.results.map(() => true) };
  },
  sharding: (op) => {
    const n = inputsOf(op);
    const b = new ShardingRuleBuilder(op);
    let at = 0;
    op.operands[0].shape.forEach((size, d) => {
      const reduced = op.attributes.dimensions.includes(d);
      const result = reduced ? undefined : at++;
      b.factor(
        range(n).map(() => d),
        range(n).map(() => result),
        size,
        reduced ? { kind: 'reduction' } : {},
      );
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  cost: (op) => vectorCost(op, numElements(op.operands[0].shape) * Math.max(1, op.regions[0].ops.length - 1)),
  samples: [
    ...(['add', 'maximum', 'minimum', 'multiply'] as const).map((name) => ({
      name,
      operands: [
        { dtype: 'f64', shape: [2, 3, 5], low: 0.5, high: 2, distinct: true } as const,
        {
          dtype: 'f64',
          shape: [],
          values: [name === 'add' ? 0 : name === 'multiply' ? 1 : name === 'maximum' ? -Infinity : Infinity],
          ...(name === 'add' ? {} : { constant: true as const }),
        } as const,
      ],
      attributes: { dimensions: [1] },
      regions: (b: Parameters<typeof combiner>[0]) => [combiner(b, `stablehlo.${name}`, 'f64')],
    })),
    {
      name: 'all of bf16',
      operands: [
        { dtype: 'bf16', shape: [2, 3] },
        { dtype: 'bf16', shape: [], values: [0] },
      ],
      attributes: { dimensions: [0, 1] },
      regions: (b) => [combiner(b, 'stablehlo.add', 'bf16')],
    },
    {
      name: 'or of bool',
      operands: [
        { dtype: 'bool', shape: [2, 3] },
        { dtype: 'bool', shape: [], values: [0] },
      ],
      attributes: { dimensions: [0] },
      regions: (b) => [combiner(b, 'stablehlo.or', 'bool')],
    },
    {
      name: 'argmax',
      operands: [
        { dtype: 'i32', shape: [2, 5], low: 0, high: 99, distinct: true },
        { dtype: 'i32', shape: [2, 5], values: [0, 1, 2, 3, 4, 0, 1, 2, 3, 4] },
        { dtype: 'i32', shape: [], values: [-1] },
        { dtype: 'i32', shape: [], values: [0] },
      ],
      attributes: { dimensions: [1] },
      regions: (b) => {
        const t = tensorType('i32', []);
        return [
          b.block([t, t, t, t], (inner, [x, i, y, j]) => {
            const first = compare(inner, 'GE', x, y);
            const choose = (p: Value, q: Value): Value => inner.emit('stablehlo.select', [first, p, q]);
            return [choose(x, y), choose(i, j)];
          }),
        ];
      },
    },
  ],
});
