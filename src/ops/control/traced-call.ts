import {
  absent,
  type BatchRule,
  type Builder,
  codecs,
  defineOp,
  type LinearizeRule,
  type OpDefinition,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { blockCost } from '../define/cost.ts';
import { cosine, inlineBlock, sine } from '../define/emit.ts';
import { batchedTypes, RETURN, typesOf } from '../define/regions.ts';

export interface TracedCallAttributes {
  /** Of the function that was traced; several functions may have one name. */
  readonly name: string;
}

/** The derivative of a call is the derivative of what it calls, written in its place. */
const linearizeCall: LinearizeRule<TracedCallAttributes> = ({ op, operands, tangents, primal, tangent, context }) => {
  const n = op.results.length;
  const lin = context.block(
    op.regions[0],
    tangents.map((t) => t !== undefined),
    RETURN,
  );
  const out = inlineBlock(primal, lin.primal, operands);
  const present = tangents.filter((t): t is Value => t !== undefined);
  const linear = inlineBlock(tangent, lin.linear, [...out.slice(n), ...present]);
  let next = 0;
  return { results: out.slice(0, n), tangents: lin.activeYields.map((a) => (a ? linear[next++] : undefined)) };
};

/** The body is vectorized over the arguments that are batched, and stays a call. */
const batchCall: BatchRule<TracedCallAttributes> = ({ op, operands, batched, batchSize, builder, context }) => {
  const { block, batchedYields } = context.block(op.regions[0], batched, RETURN);
  const resultTypes = batchedTypes(typesOf(op.results), batchedYields, batchSize);
  const out = builder.create(op.name, operands, op.attributes, { regions: [block], resultTypes });
  return { results: out.results, batched: batchedYields };
};

export const tracedCall: OpDefinition = defineOp<TracedCallAttributes>({
  name: 'espalier.call',
  doc: 'Calls a function that was traced by itself; it becomes a function of the module before the program leaves Espalier.',
  spec: 'Espalier; JAX, pjit inside a traced function',
  operands: [{ name: 'arguments', variadic: true }],
  attributes: { name: codecs.string },
  numRegions: 1,
  traits: { isolated: true },
  inferTypes: 'explicit',
  verify: () => {},
  syntax: 'generic',
  evaluate: function* (args, op, ctx) {
    return yield* ctx.run(op.regions[0], args);
  },
  decompose: ({ op, operands, builder }) => inlineBlock(builder, op.regions[0], operands),
  linearize: linearizeCall,
  transpose: absent('linearization writes the body in its place'),
  batch: batchCall,
  sharding: () => ({ noRule: 'it is decomposed before partitioning' }),
  localize: (op) => op.attributes,
  cost: (op) => blockCost(op.regions[0]),
  samples: [
    {
      name: 'sine of cosine',
      operands: [{ dtype: 'f64', shape: [3] } as const],
      attributes: { name: 'f' },
      resultTypes: [tensorType('f64', [3])],
      regions: (b: Builder) => [b.block([tensorType('f64', [3])], (inner, [x]) => [sine(inner, cosine(inner, x))])],
    },
  ],
});
