import {
  type Absent,
  absent,
  type BatchRule,
  type CostFacet,
  defineOp,
  type LinearizeRule,
  type Op,
  type OpDefinition,
  type Value,
} from '../../ir/index.ts';
import { moveCost } from './cost.ts';

/** Linear in operand 0 alone (indices and attributes are not): the same op on its tangent. */
export function linearInFirst<A extends object>(): LinearizeRule<A> {
  return ({ op, operands, tangents, tangent }) => {
    if (!tangents[0]) return { tangents: op.results.map(() => undefined) };
    const out = tangent.create(op.name, [tangents[0], ...operands.slice(1)], op.attributes, {
      resultTypes: op.results.map((r) => r.type),
    });
    return { tangents: out.results };
  };
}

/** A data-movement op with one result: defaults for what all of them share. */
export function defineShapeOp<A extends object>(
  o: Omit<OpDefinition<A>, 'numRegions' | 'traits' | 'decompose' | 'linearize' | 'cost' | 'spec'> & {
    readonly numRegions?: number;
    readonly cost?: CostFacet<A>;
    readonly traits?: OpDefinition<A>['traits'];
    readonly linearize?: LinearizeRule<A> | Absent;
  },
): OpDefinition {
  return defineOp<A>({
    spec: `StableHLO spec, ${o.name.slice('stablehlo.'.length)}`,
    decompose: absent('a primitive'),
    ...o,
    cost: o.cost ?? moveCost,
    numRegions: o.numRegions ?? 0,
    traits: o.traits ?? {},
    linearize: o.linearize ?? linearInFirst<A>(),
  });
}

/** Batch rule that adds the batch to the attributes of a one-operand op. */
export function batchAttributes<A extends object>(
  shift: (attributes: A, batchSize: number, op: Op<A>) => A,
): BatchRule<A> {
  return ({ op, operands, batchSize, builder }) => {
    const types = op.results.map((r) => ({ ...r.tensor, shape: [batchSize, ...r.shape] }));
    const out = builder.create(op.name, operands as Value[], shift(op.attributes, batchSize, op), {
      resultTypes: types,
    });
    return { results: out.results, batched: out.results.map(() => true) };
  };
}

/** Dimension numbers after a leading dimension was added. */
export const shifted = (dims: readonly number[]): number[] => dims.map((d) => d + 1);
