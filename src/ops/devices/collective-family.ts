import { EspalierError, HostArray, isInexact } from '../../base/index.ts';
import {
  type AttributeSchema,
  absent,
  asTensor,
  type BatchRule,
  type Block,
  type Communication,
  defineOp,
  type Evaluation,
  type EvaluationContext,
  type LinearizeRule,
  type Op,
  type OpDefinition,
  type Sample,
  type ShardingFacet,
  type Type,
  tensorType,
} from '../../ir/index.ts';
import { moveCost } from '../define/cost.ts';
import { copyElement, elementAt } from '../define/elements.ts';
import { batchAll } from '../define/elementwise.ts';
import { zerosLike } from '../define/emit.ts';
import { vectorized } from '../define/region.ts';
import { checkCollective } from './collective-constraints.ts';
import type { Grouped } from './device-groups.ts';

/** Combines equal-shaped arrays elementwise with a scalar body, in order. */
export function combineArrays(body: Block, arrays: readonly HostArray[], ctx: EvaluationContext): HostArray {
  const run = vectorized(body, ctx);
  const { dtype } = asTensor(body.yielded[0].type);
  let total = arrays[0];
  for (const next of arrays.slice(1)) {
    if (run) {
      total = run([total, next], total.size)[0];
    } else {
      const out = HostArray.zeros(dtype, total.shape);
      for (let i = 0; i < out.size; i++)
        copyElement(out, i, ctx.runNow(body, [elementAt(total, i), elementAt(next, i)])[0], 0);
      total = out;
    }
  }
  return total;
}

export interface CollectiveOptions<A extends Grouped> {
  readonly name: string;
  readonly doc: string;
  readonly attributes: AttributeSchema<A>;
  readonly numRegions?: number;
  readonly communication: (op: Op<A>) => Communication;
  readonly evaluate: (operands: readonly HostArray[], op: Op<A>, ctx: EvaluationContext) => Evaluation;
  readonly resultShape: (shape: readonly number[], attributes: A) => readonly number[];
  /** Attributes one dimension deeper. */
  readonly shift: (attributes: A) => A;
  readonly transpose: OpDefinition<A>['transpose'];
  readonly linear?: (op: Op<A>) => boolean;
  readonly sharding: ShardingFacet<A>;
  readonly samples: readonly Sample<A>[];
}

export function collective<A extends Grouped>(o: CollectiveOptions<A>): OpDefinition {
  const linearize: LinearizeRule<A> = ({ op, tangents, tangent }) => {
    if (o.linear && !o.linear(op))
      throw new EspalierError('ops/not-differentiable', `cannot differentiate ${op.name} with this body`, {
        expected: 'an add body',
      });
    const all = tangents.map((t, i) => t ?? zerosLike(tangent, op.operands[i].type));
    const keep = op.operands.map((v) => isInexact(v.dtype));
    const out = tangent.create(op.name, all, op.attributes, {
      regions: op.regions,
      resultTypes: op.results.map((r) => r.type),
    });
    return { tangents: out.results.map((r, i) => (keep[i] ? r : undefined)) };
  };
  const batch: BatchRule<A> = ({ op, operands, batched, batchSize, builder: b }) => {
    const xs = batchAll(operands, batched, batchSize, b);
    const resultTypes = op.results.map((r) => tensorType(r.dtype, [batchSize, ...r.shape]));
    const out = b.create(op.name, xs, o.shift(op.attributes), { regions: op.regions, resultTypes });
    return { results: out.results, batched: out.results.map(() => true) };
  };
  return defineOp<A>({
    name: o.name,
    doc: o.doc,
    spec: `StableHLO spec, ${o.name.slice('stablehlo.'.length)}`,
    operands: [{ name: 'operands', variadic: true }],
    attributes: o.attributes,
    numRegions: o.numRegions ?? 0,
    traits: { collective: (op) => o.communication(op as unknown as Op<A>) },
    inferTypes: ({ operands, attributes, regions, given }) => {
      if (given) return [...given];
      return operands.map((t): Type => {
        const x = asTensor(t);
        const dtype = regions[0] ? asTensor(regions[0].yielded[0].type).dtype : x.dtype;
        return tensorType(dtype, o.resultShape(x.shape, attributes));
      });
    },
    verify: checkCollective,
    syntax: 'generic',
    evaluate: (operands, op, ctx) => o.evaluate(operands, op, ctx),
    decompose: absent('a primitive'),
    linearize,
    transpose: o.transpose,
    batch,
    sharding: o.sharding,
    localize: (op) => op.attributes,
    cost: moveCost,
    samples: o.samples,
  });
}
