import {
  absent,
  type Block,
  Builder,
  type DecomposeRule,
  defineOp,
  type LinearizeInput,
  type LinearizeOutput,
  type Op,
  type OpDefinition,
  type Registry,
  Value,
} from '../../ir/index.ts';
import { moveCost } from './cost.ts';
import { inlineBlock } from './emit.ts';
import { RETURN } from './regions.ts';

/*
 * Ops whose whole meaning is an expression of other ops. Their expansion is also their derivative and their batching, and
 * engines see only the expansion.
 */

/** The expansion of one op as a block of its operands. */
export function expansionOf(op: Op<object>, rule: DecomposeRule<never>, registry: Registry): Block {
  const args = op.operands.map((v, i) => new Value(v.type, undefined, i));
  const builder = new Builder(registry);
  builder.location = op.location;
  const results = rule({ op: op as Op<never>, operands: args, builder });
  return builder.finish(args, results, RETURN);
}

/** The derivative of an op by way of its expansion, which also computes its results. */
export function linearizeExpansion(input: LinearizeInput<object>, rule: DecomposeRule<never>): LinearizeOutput {
  const { op, operands, tangents, primal, tangent, context } = input;
  const body = expansionOf(op, rule, primal.registry);
  const active = tangents.map((t) => t !== undefined);
  const lin = context.block(body, active, RETURN);
  const out = inlineBlock(primal, lin.primal, operands);
  const results = out.slice(0, op.results.length);
  const linear = [...out.slice(op.results.length), ...tangents.filter((t): t is Value => t !== undefined)];
  const emitted = inlineBlock(tangent, lin.linear, linear);
  let next = 0;
  return { results, tangents: lin.activeYields.map((a) => (a ? emitted[next++] : undefined)) };
}

type Facet = 'evaluate' | 'linearize' | 'transpose' | 'batch' | 'cost' | 'numRegions' | 'traits' | 'verify';

export interface ComposedOptions<A extends object>
  extends Omit<OpDefinition<A>, Facet | 'decompose' | 'localize'>,
    Partial<Pick<OpDefinition<A>, Facet | 'localize'>> {
  readonly decompose: DecomposeRule<A>;
}

/** An op that is its decomposition: only its text, types, sharding and samples remain to be said. */
export function composed<A extends object>(o: ComposedOptions<A>): OpDefinition {
  const rule = o.decompose as DecomposeRule<never>;
  return defineOp<A>({
    numRegions: 0,
    traits: {},
    verify: () => {},
    evaluate: absent('it is run as its decomposition'),
    linearize: (input) => linearizeExpansion(input, rule),
    transpose: absent('its linearization consists of other ops'),
    batch: ({ op, operands, batched, builder, context }) => {
      const { block, batchedYields } = context.block(expansionOf(op, rule, builder.registry), batched, RETURN);
      return { results: inlineBlock(builder, block, operands), batched: batchedYields };
    },
    localize: (op) => op.attributes,
    cost: moveCost,
    ...o,
  });
}
