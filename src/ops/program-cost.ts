import { type Block, type Communication, type Cost, calleeOf, type Module, type Op } from '../ir/index.ts';
import { tripCount } from './control/trip-count.ts';
import { addCosts, opsOf, timesCost } from './define/cost.ts';
import { communicationOf } from './devices/communication.ts';

/** Collectives of one kind in a run of a program. */
export interface CommunicationTotal {
  /** How often such a collective is run. */
  readonly executions: number;
  /** Bytes that a device must send at least, and of the tensors themselves. */
  readonly sentBytesPerDevice: number;
  readonly bytesPerDevice: number;
}

/** What one run of a program takes on one device, loops and calls included, nothing fused. */
export interface ProgramCost extends Cost {
  readonly communication: ReadonlyMap<Communication['kind'], CommunicationTotal>;
  /** Loops whose number of rounds is known only at run time: counted as one round. */
  readonly numOpenLoops: number;
}

/**
 * What one run of a module's entry takes: loops times their rounds, of branches the dearest, called functions in their place.
 * Give it the program of one device: of a whole program, the types are those of whole tensors, and its reshards are not counted.
 */
export function programCost(module: Module): ProgramCost {
  const known = new Map<string, ProgramCost>();
  const block = (b: Block): ProgramCost => b.ops.reduce((sum, op) => add(sum, one(op)), nothing);
  const one = (op: Op): ProgramCost => {
    const { traits, cost } = op.definition;
    if (traits.call) {
      const callee = calleeOf(op);
      const func = module.func(callee);
      const found = known.get(callee) ?? (func ? block(func.body) : nothing);
      known.set(callee, found);
      return found;
    }
    if (traits.loop) {
      const trips = tripCount(op);
      const round = op.regions.map(block).reduce(add);
      return add({ ...nothing, numOpenLoops: trips === undefined ? 1 : 0 }, times(trips ?? 1, round));
    }
    if (traits.controlFlow && op.regions.length > 0) {
      const weight = (c: ProgramCost): number => opsOf(c) + c.bytes;
      return op.regions.map(block).reduce((most, c) => (weight(c) > weight(most) ? c : most));
    }
    const sent = communicationOf(op);
    return { ...cost(op), numOpenLoops: 0, communication: sent ? new Map([[sent.kind, totalOf(sent)]]) : none };
  };
  return block(module.main.body);
}

const none: ProgramCost['communication'] = new Map();
const nothing: ProgramCost = { productFlops: 0, vectorFlops: 0, bytes: 0, numOpenLoops: 0, communication: none };

const totalOf = ({ bytesPerDevice, sentBytesPerDevice }: Communication): CommunicationTotal => ({
  executions: 1,
  sentBytesPerDevice,
  bytesPerDevice,
});

function add(a: ProgramCost, b: ProgramCost): ProgramCost {
  const numOpenLoops = a.numOpenLoops + b.numOpenLoops;
  if (b.communication.size === 0) return { ...addCosts(a, b), numOpenLoops, communication: a.communication };
  const kinds = new Set([...a.communication.keys(), ...b.communication.keys()]);
  const sum = (kind: Communication['kind'], what: keyof CommunicationTotal): number =>
    (a.communication.get(kind)?.[what] ?? 0) + (b.communication.get(kind)?.[what] ?? 0);
  const communication = new Map(
    [...kinds].map((k) => [
      k,
      {
        executions: sum(k, 'executions'),
        sentBytesPerDevice: sum(k, 'sentBytesPerDevice'),
        bytesPerDevice: sum(k, 'bytesPerDevice'),
      },
    ]),
  );
  return { ...addCosts(a, b), numOpenLoops, communication };
}

const times = (n: number, c: ProgramCost): ProgramCost => ({
  ...timesCost(n, c),
  numOpenLoops: c.numOpenLoops,
  communication: new Map(
    [...c.communication].map(([kind, t]) => [
      kind,
      {
        executions: n * t.executions,
        sentBytesPerDevice: n * t.sentBytesPerDevice,
        bytesPerDevice: n * t.bytesPerDevice,
      },
    ]),
  ),
});
