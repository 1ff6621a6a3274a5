import { EspalierError, HostArray } from '../../base/index.ts';
import {
  type Attr,
  type AttributeCodec,
  absent,
  type Checker,
  codecs,
  defineOp,
  type Op,
  type OpDefinition,
  type Type,
  tokenType,
  typeText,
} from '../../ir/index.ts';
import { moveCost } from '../define/cost.ts';
import { checkPairs } from './collective-constraints.ts';
import { type ChannelHandle, channelCodec, flatId, type ReplicaGroups } from './device-groups.ts';

/*
 * Messages outside the data flow: the host's queues (infeed, outfeed) and channels between devices (send, recv). Tokens order
 * them. The reference engine simulates all four; our own programs have none.
 */

const ordered = absent('moves data by side effect');
const token = (): HostArray => HostArray.zeros('bool', []);

function transfer<A extends object>(
  name: string,
  doc: string,
  o: Pick<OpDefinition<A>, 'attributes' | 'evaluate' | 'operands' | 'inferTypes'> & {
    readonly constraints?: OpDefinition<A>['verify'];
  },
): OpDefinition {
  const { constraints, ...rest } = o;
  return defineOp<A>({
    name: `stablehlo.${name}`,
    doc,
    spec: `StableHLO spec, ${name}`,
    numRegions: 0,
    traits: { sideEffect: true },
    verify: (op, checker) => {
      constraints?.(op, checker);
      const { check } = checker;
      const last = [...op.operands, ...op.results].filter((v) => v.type.kind === 'token');
      check('token', last.length === 2, 'takes a token last and returns one last');
    },
    syntax: 'generic',
    decompose: absent('a primitive'),
    linearize: ordered,
    transpose: ordered,
    batch: ordered,
    sharding: () => ({ noRule: 'a message to or from outside is whole' }),
    localize: (op) => op.attributes,
    cost: moveCost,
    samples: [],
    ...rest,
  });
}

const text: AttributeCodec<string> = {
  read: codecs.string.read,
  write: (v) => (v === '' ? undefined : codecs.string.write(v)),
  default: () => '',
};
const oneToken = (): Type[] => [tokenType];

export const infeed = transfer<{ readonly infeedConfig: string; readonly layout: Attr | undefined }>(
  'infeed',
  'Takes values from the queue that the host fills.',
  {
    operands: [{ name: 'token' }],
    attributes: { infeedConfig: text, layout: codecs.optional(codecs.raw) },
    inferTypes: 'explicit',
    constraints: (op, { check }) => {
      const types = op.results.map((r) => r.type);
      check('C1', types.length > 0, 'should have at least one result, got none');
      const bad = types.slice(0, -1).findIndex((t) => t.kind !== 'tensor' && t.kind !== 'tuple');
      check('C2', bad < 0, () => `result ${bad} should be a tensor, got ${typeText(types[bad])}`);
      const last = types[types.length - 1];
      check('C3', last.kind === 'token', () => `the last result should be a token, got ${typeText(last)}`);
    },
    *evaluate(_, __, ctx) {
      const source = ctx.nextInfeed();
      if (source === undefined) throw new EspalierError('runtime/infeed', 'the infeed queue is empty');
      const values = yield* ctx.call(source, []);
      return [...values, token()];
    },
  },
);

export const outfeed = transfer<{ readonly outfeedConfig: string }>('outfeed', 'Gives values to the host.', {
  operands: [{ name: 'inputs', variadic: true }, { name: 'token' }],
  attributes: { outfeedConfig: text },
  inferTypes: oneToken,
  evaluate: () => [token()],
});

interface ChannelAttributes {
  readonly channelHandle: ChannelHandle | undefined;
  readonly isHostTransfer: boolean;
  readonly sourceTargetPairs: ReplicaGroups | undefined;
}
const channelAttributes = {
  channelHandle: channelCodec,
  isHostTransfer: codecs.withDefault(codecs.bool, false),
  sourceTargetPairs: codecs.optional(codecs.i64Matrix),
};

/** Pairs as in collective_permute; a channel of the kind that the transfer needs (1: between devices, 2 and 3: to and from the host). */
function checkTransfer(op: Op<ChannelAttributes>, checker: Checker): void {
  const { sourceTargetPairs, isHostTransfer, channelHandle } = op.attributes;
  if (sourceTargetPairs) checkPairs(sourceTargetPairs, checker);
  const type = channelHandle?.type;
  const fits = type === undefined || (isHostTransfer ? type === 2 || type === 3 : type === 1);
  checker.check(
    'C5',
    fits,
    () => `channel type should be ${isHostTransfer ? '2 or 3 (host)' : '1 (device to device)'}, got ${type}`,
  );
}

export const send = transfer<ChannelAttributes>('send', 'Sends values over a channel.', {
  operands: [{ name: 'inputs', variadic: true }, { name: 'token' }],
  attributes: channelAttributes,
  inferTypes: oneToken,
  constraints: checkTransfer,
  evaluate: (operands, op, ctx) => {
    ctx.channel(op.attributes.channelHandle?.handle ?? 0).push(operands.slice(0, -1));
    return [token()];
  },
});

export const recv = transfer<ChannelAttributes>('recv', 'Receives values from a channel.', {
  operands: [{ name: 'token' }],
  attributes: channelAttributes,
  inferTypes: 'explicit',
  constraints: checkTransfer,
  *evaluate(_, op, ctx) {
    const messages = ctx.channel(op.attributes.channelHandle?.handle ?? 0);
    const ready = (): boolean => messages.length > 0;
    if (!ready()) yield { rendezvous: { participants: [flatId(ctx)], operands: [], label: op.name, ready } };
    return [...messages.shift()!, token()];
  },
});
