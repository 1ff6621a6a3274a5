import {
  type Absent,
  type AttributeSchema,
  absent,
  defineOp,
  type Op,
  type OpDefinition,
  type OpShardingRule,
  type Syntax,
  type Value,
} from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';

/** What one sdy op adds to the family of ops that leave a tensor's value alone and say something about its placement. */
export interface IdentityOpSpec<A extends object> {
  readonly name: string;
  readonly doc: string;
  readonly attributes: AttributeSchema<A>;
  readonly syntax: Syntax<A>;
  /** Default: no rule. */
  readonly sharding?: OpDefinition<A>['sharding'];
  readonly traits?: OpDefinition<A>['traits'];
  /** Emits the op again on another value (a tangent or cotangent); absent for ops that exist only after partitioning. */
  readonly linear?: boolean;
  /** Attributes of the op on a value with a leading batch dimension. */
  readonly batchAttributes?: (attributes: A) => A;
  readonly sampleAttributes: A;
}

const afterPartitioning: Absent = absent('appears only in partitioned programs, after all transforms');

/**
 * In the global view every sdy placement op is the identity: a tensor's value is the whole tensor, and a partial sum's
 * value is the sum. So any stage of the partitioner can be run by the reference engine.
 */
export function identityOp<A extends object>(spec: IdentityOpSpec<A>): OpDefinition {
  const again = (op: Op<A>, builder: { emit: (n: string, o: Value[], a: object) => Value }, x: Value): Value =>
    builder.emit(spec.name, [x], op.attributes);
  return defineOp<A>({
    name: spec.name,
    doc: spec.doc,
    spec: `Shardy dialect, ${spec.name.slice(4)}`,
    operands: [{ name: 'input' }],
    attributes: spec.attributes,
    numRegions: 0,
    traits: { placement: true, ...spec.traits },
    inferTypes: ({ operands }) => [operands[0]],
    verify: () => {},
    syntax: spec.syntax,
    evaluate: (operands) => [operands[0]],
    decompose: absent('placement has no simpler form'),
    linearize: spec.linear
      ? ({ op, tangents, tangent }) => ({ tangents: [tangents[0] && again(op, tangent, tangents[0])] })
      : afterPartitioning,
    transpose: spec.linear
      ? ({ op, cotangents, builder }) => [cotangents[0] && again(op, builder, cotangents[0])]
      : afterPartitioning,
    batch: spec.batchAttributes
      ? ({ op, operands, batched, builder }) => ({
          results: [
            builder.emit(spec.name, [operands[0]], batched[0] ? spec.batchAttributes!(op.attributes) : op.attributes),
          ],
          batched: [batched[0]],
        })
      : afterPartitioning,
    sharding: spec.sharding ?? (() => ({ noRule: 'its sharding is fixed by its attributes' })),
    localize: (op) => op.attributes,
    cost: noCost,
    samples: [{ name: 'matrix', operands: [{ dtype: 'f32', shape: [4, 8] }], attributes: spec.sampleAttributes }],
  });
}

/** One pass-through factor per dimension, shared by the operand and the result. */
export function identityRule(op: { readonly operands: readonly Value[] }): OpShardingRule {
  const type = op.operands[0].type;
  const shape = type.kind === 'tensor' ? type.shape : [];
  const dims = shape.map((_, d) => [d]);
  return {
    factorSizes: shape,
    factorKinds: shape.map(() => 'passThrough'),
    blocked: new Set(),
    operands: [dims],
    results: [dims],
  };
}
