import { HostArray } from '../../base/index.ts';
import {
  absent,
  asTensor,
  codecs,
  defineOp,
  type OpDefinition,
  type Syntax,
  type Type,
  tensorType,
  tokenType,
} from '../../ir/index.ts';
import { checkMapBody, checkShape } from '../define/constraints.ts';
import { elementwiseCost, noCost } from '../define/cost.ts';
import { copyElement, elementAt } from '../define/elements.ts';
import { batchAll, type NoAttributes } from '../define/elementwise.ts';
import { vectorized } from '../define/region.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';

/*
 * Tokens, tuples and map: structure that imported programs contain and ours do not.
 */

const structural = absent('structure of imported programs only');
/** What a token is at run time. */
const token = (): HostArray => HostArray.zeros('bool', []);

/** `after_all %a, %b : !stablehlo.token`, also without operands. */
const tokenSyntax: Syntax<NoAttributes> = {
  print: (op, p) => {
    if (op.operands.length > 0) p.write(` ${p.values(op.operands)}`);
    p.dictionary(op, []);
    p.write(` : ${p.type(tokenType)}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const t = p.type();
    return { operands, dictionary, operandTypes: operands.map(() => t), resultTypes: [t] };
  },
};

function tokenOp(name: string, doc: string): OpDefinition {
  return defineOp<NoAttributes>({
    name,
    doc,
    spec: `StableHLO spec, ${name.slice('stablehlo.'.length)}`,
    operands: [{ name: 'inputs', variadic: true }],
    attributes: {},
    numRegions: 0,
    traits: {},
    inferTypes: () => [tokenType],
    verify: () => {},
    syntax: tokenSyntax,
    evaluate: () => [token()],
    decompose: structural,
    linearize: structural,
    transpose: structural,
    batch: structural,
    sharding: () => ({ noRule: 'tokens have no dimensions' }),
    localize: () => ({}),
    cost: noCost,
    samples: [],
  });
}

export const createToken = tokenOp('stablehlo.create_token', 'A token that orders nothing yet.');
export const afterAll = tokenOp('stablehlo.after_all', 'A token after all of several.');

/** `tuple %a, %b : tuple<A, B>` */
const tupleSyntax: Syntax<NoAttributes> = {
  print: (op, p) => {
    if (op.operands.length > 0) p.write(` ${p.values(op.operands)}`);
    p.dictionary(op, []);
    p.write(` : ${p.type(op.results[0].type)}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const t = p.type();
    return { operands, dictionary, operandTypes: t.kind === 'tuple' ? t.types : undefined, resultTypes: [t] };
  },
};

export const tuple = defineOp<NoAttributes>({
  name: 'stablehlo.tuple',
  doc: 'A tuple of values.',
  spec: 'StableHLO spec, tuple',
  operands: [{ name: 'val', variadic: true }],
  attributes: {},
  numRegions: 0,
  traits: {},
  inferTypes: ({ operands }): Type[] => [{ kind: 'tuple', types: operands }],
  resultLabels: { any: 'C1' },
  verify: () => {},
  syntax: tupleSyntax,
  evaluate: absent('tuples have no host array'),
  decompose: structural,
  linearize: structural,
  transpose: structural,
  batch: structural,
  sharding: () => ({ noRule: 'tuples have no dimensions' }),
  localize: () => ({}),
  cost: noCost,
  samples: [],
});

const i32 = { ...codecs.i64, write: (value: number) => ({ kind: 'int', value: BigInt(value), type: 'i32' }) as const };

export interface GetTupleElementAttributes {
  readonly index: number;
}

const elementSyntax: Syntax<GetTupleElementAttributes> = {
  print: (op, p) => {
    p.write(` ${p.values(op.operands)}[${op.attributes.index}]`);
    p.dictionary(op, ['index']);
    p.write(` : ${p.functionType([op.operands[0].type], [op.results[0].type])}`);
  },
  parse: (p) => {
    const operands = [p.operand()];
    p.expect('[');
    const attributes = { index: p.integer() };
    p.expect(']');
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const f = p.functionType();
    return { operands, attributes, dictionary, operandTypes: f.inputs, resultTypes: f.results };
  },
};

export const getTupleElement = defineOp<GetTupleElementAttributes>({
  name: 'stablehlo.get_tuple_element',
  doc: 'An element of a tuple.',
  spec: 'StableHLO spec, get_tuple_element',
  operands: [{ name: 'operand' }],
  attributes: { index: i32 },
  numRegions: 0,
  traits: {},
  inferTypes: ({ operands: [t], attributes: { index }, checker }) => {
    checker.check(
      'C1',
      t.kind === 'tuple' && index >= 0 && index < t.types.length,
      'index is out of range of the tuple',
    );
    return [(t as Type & { kind: 'tuple' }).types[index]];
  },
  resultLabels: { any: 'C2' },
  verify: () => {},
  syntax: elementSyntax,
  evaluate: absent('tuples have no host array'),
  decompose: structural,
  linearize: structural,
  transpose: structural,
  batch: structural,
  sharding: () => ({ noRule: 'tuples have no dimensions' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});

export interface MapAttributes {
  readonly dimensions: readonly number[];
}

export const map = defineOp<MapAttributes>({
  name: 'stablehlo.map',
  doc: 'Applies a scalar function to every element.',
  spec: 'StableHLO spec, map',
  operands: [{ name: 'inputs', variadic: true }],
  attributes: { dimensions: codecs.i64Array },
  numRegions: 1,
  traits: {},
  inferTypes: ({ operands, attributes: { dimensions }, regions: [body], checker }) => {
    checker.check('C2', operands.length > 0, 'should have at least one input, got none');
    const inputs = operands.map((t) => asTensor(t));
    const x = inputs[0];
    for (const [i, t] of inputs.entries()) checkShape(checker, 'C1', `input ${i}`, t.shape, x.shape);
    checker.check(
      'C3',
      dimensions.length === x.shape.length && dimensions.every((d, i) => d === i),
      () => `dimensions should be 0 … ${x.shape.length - 1} in order, got [${dimensions}]`,
    );
    checkMapBody(
      checker,
      'C4',
      body,
      inputs.map((t) => t.dtype),
    );
    return [tensorType(body.yielded[0].dtype, x.shape)];
  },
  resultLabels: { any: 'C1', dtype: 'C4' },
  verify: () => {},
  syntax: 'generic',
  evaluate: (arrays, op, ctx) => {
    const [body] = op.regions;
    const n = arrays[0].size;
    const { shape, dtype } = op.results[0];
    const run = vectorized(body, ctx);
    if (run)
      return [
        run(
          arrays.map((a) => a.reshape([n])),
          n,
        )[0].reshape(shape),
      ];
    const out = HostArray.zeros(dtype, shape);
    for (let i = 0; i < n; i++)
      copyElement(
        out,
        i,
        ctx.runNow(
          body,
          arrays.map((a) => elementAt(a, i)),
        )[0],
        0,
      );
    return [out];
  },
  decompose: absent('inlining the body over whole tensors is a pass of importers'),
  linearize: absent('write the function on whole tensors instead'),
  transpose: absent('not linear'),
  batch: ({ op, operands, batched, batchSize, builder }) => {
    const xs = batchAll(operands, batched, batchSize, builder);
    const dimensions = [0, ...op.attributes.dimensions.map((d) => d + 1)];
    return { results: [builder.emit(op.name, xs, { dimensions }, { regions: op.regions })], batched: [true] };
  },
  sharding: pointwiseSharding,
  localize: (op) => op.attributes,
  cost: elementwiseCost(),
  samples: [
    {
      name: 'sum of squares',
      operands: [
        { dtype: 'f64', shape: [2, 3] },
        { dtype: 'f64', shape: [2, 3] },
      ],
      attributes: { dimensions: [0, 1] },
      regions: (b) => {
        const t = tensorType('f64', []);
        return [
          b.block([t, t], (inner, [x, y]) => [
            inner.emit('stablehlo.add', [
              inner.emit('stablehlo.multiply', [x, x]),
              inner.emit('stablehlo.multiply', [y, y]),
            ]),
          ]),
        ];
      },
    },
  ],
});
