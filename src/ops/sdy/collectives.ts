import {
  type AttributeSchema,
  type AxisRef,
  axesText,
  type OpDefinition,
  parseAxes,
  type ReductionKind,
  type Syntax,
  type SyntaxParser,
  shardingOf,
  shardingText,
  type TensorSharding,
} from '../../ir/index.ts';
import {
  type AllToAllMove,
  type AxesPerDim,
  axes,
  axesPerDim,
  axesPerDimText,
  moves,
  movesText,
  parseAxesPerDim,
  parseMoves,
  reductionKind,
  sharding,
  takeSharding,
} from './codecs.ts';
import { identityOp } from './identity.ts';

/*
 * Collectives in the global view: each says which axes it works on; the operand's sharding and the axes determine
 * `outSharding`. `convert-global-to-local` turns them into stablehlo collectives over device groups.
 */

interface Out {
  readonly outSharding: TensorSharding;
}

/** `<what> %0 out_sharding=<…> {…} : T` */
function syntaxOf<A extends Out>(
  before: (attributes: A) => string,
  take: (p: SyntaxParser) => Omit<A, 'outSharding'>,
): Syntax<A> {
  return {
    print: (op, p) => {
      const what = before(op.attributes);
      p.write(
        ` ${what}${what ? ' ' : ''}${p.value(op.operands[0])} out_sharding=${shardingText(op.attributes.outSharding)}`,
      );
      p.dictionary(op as never, Object.keys(op.definition.attributes));
      p.write(` : ${p.type(op.results[0].type)}`);
    },
    parse: (p) => {
      const own = take(p);
      const operands = [p.operand()];
      p.expect('out_sharding');
      p.expect('=');
      const outSharding = takeSharding(p);
      const dictionary = p.optionalDictionary();
      p.expect(':');
      const type = p.type();
      return { operands, operandTypes: [type], attributes: { ...own, outSharding }, dictionary, resultTypes: [type] };
    },
  };
}

function collective<A extends Out>(
  name: string,
  doc: string,
  attributes: AttributeSchema<A>,
  before: (attributes: A) => string,
  take: (p: SyntaxParser) => Omit<A, 'outSharding'>,
  sampleAttributes: A,
): OpDefinition {
  return identityOp<A>({
    name,
    doc,
    attributes,
    syntax: syntaxOf(before, take),
    // Its axes are of a mesh it does not know, its types whole tensors: what it sends is known once the program is local.
    traits: { collective: () => undefined },
    sampleAttributes,
  });
}

const x: AxisRef = { name: 'x' };
const whole = shardingOf('mesh', [[], []]);
const split = shardingOf('mesh', [[x], []]);

export interface AllGather extends Out {
  readonly gatheringAxes: AxesPerDim;
}
export const allGather = collective<AllGather>(
  'sdy.all_gather',
  'Gathers the shards along axes: those axes no longer cut the tensor.',
  { gatheringAxes: axesPerDim, outSharding: sharding },
  (a) => axesPerDimText(a.gatheringAxes),
  (p) => ({ gatheringAxes: parseAxesPerDim(p.rawBracketed()) }),
  { gatheringAxes: [[x], []], outSharding: whole },
);

export interface AllSlice extends Out {
  readonly slicingAxes: AxesPerDim;
}
export const allSlice = collective<AllSlice>(
  'sdy.all_slice',
  'Keeps each device its own slice along axes; no communication.',
  { slicingAxes: axesPerDim, outSharding: sharding },
  (a) => axesPerDimText(a.slicingAxes),
  (p) => ({ slicingAxes: parseAxesPerDim(p.rawBracketed()) }),
  { slicingAxes: [[x], []], outSharding: split },
);

export interface AllToAll extends Out {
  readonly params: readonly AllToAllMove[];
}
export const allToAll = collective<AllToAll>(
  'sdy.all_to_all',
  'Moves axes from one dimension to another.',
  { params: moves, outSharding: sharding },
  (a) => movesText(a.params),
  (p) => ({ params: parseMoves(p.rawBracketed()) }),
  { params: [{ axes: [x], source: 1, target: 0 }], outSharding: split },
);

export const collectivePermute = collective<Out>(
  'sdy.collective_permute',
  'Exchanges whole shards between devices so that other axes, or the same in another order, cut the tensor.',
  { outSharding: sharding },
  () => '',
  () => ({}),
  { outSharding: split },
);

export interface AllReduce extends Out {
  readonly reductionAxes: readonly AxisRef[];
  readonly reductionOp: ReductionKind;
}
const kindText = (kind: ReductionKind): string => (kind === 'sum' ? '' : `${kind} `);
const takeKind = (p: SyntaxParser): ReductionKind => {
  for (const kind of ['sum', 'max', 'min'] as const) if (p.accept(kind)) return kind;
  return 'sum';
};
export const allReduce = collective<AllReduce>(
  'sdy.all_reduce',
  'Combines the partial results of devices along axes.',
  { reductionAxes: axes, reductionOp: reductionKind, outSharding: sharding },
  (a) => `${kindText(a.reductionOp)}${axesText(a.reductionAxes)}`,
  (p) => {
    const reductionOp = takeKind(p);
    return { reductionOp, reductionAxes: parseAxes(p.rawBracketed()) };
  },
  { reductionAxes: [x], reductionOp: 'sum', outSharding: whole },
);

export interface ReduceScatter extends Out {
  readonly reduceScatterAxes: AxesPerDim;
  readonly reductionOp: ReductionKind;
}
export const reduceScatter = collective<ReduceScatter>(
  'sdy.reduce_scatter',
  'Combines partial results along axes and leaves each device its slice.',
  { reduceScatterAxes: axesPerDim, reductionOp: reductionKind, outSharding: sharding },
  (a) => `${kindText(a.reductionOp)}${axesPerDimText(a.reduceScatterAxes)}`,
  (p) => {
    const reductionOp = takeKind(p);
    return { reductionOp, reduceScatterAxes: parseAxesPerDim(p.rawBracketed()) };
  },
  { reduceScatterAxes: [[x], []], reductionOp: 'sum', outSharding: split },
);

export interface ShardedToUnreduced extends Out {
  readonly axes: AxesPerDim;
}
export const shardedToUnreduced = collective<ShardedToUnreduced>(
  'sdy.sharded_to_unreduced',
  'Turns axes that cut the tensor into axes along which it is a partial sum (zeros elsewhere).',
  { axes: axesPerDim, outSharding: sharding },
  (a) => axesPerDimText(a.axes),
  (p) => ({ axes: parseAxesPerDim(p.rawBracketed()) }),
  { axes: [[x], []], outSharding: { ...whole, unreduced: [x] } },
);

export interface ReplicatedToUnreduced extends Out {
  readonly axes: readonly AxisRef[];
}
export const replicatedToUnreduced = collective<ReplicatedToUnreduced>(
  'sdy.replicated_to_unreduced',
  'Turns axes along which the tensor is repeated into axes along which it is a partial sum (zeros on all but the first).',
  { axes, outSharding: sharding },
  (a) => axesText(a.axes),
  (p) => ({ axes: parseAxes(p.rawBracketed()) }),
  { axes: [x], outSharding: { ...whole, unreduced: [x] } },
);
