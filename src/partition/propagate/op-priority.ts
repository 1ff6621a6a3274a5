/*
 * Op priority: ops that only pass elements along propagate first. Source: Shardy, op_priority_propagation.
 */
import type { Direction, Op, Value } from '../../ir/index.ts';
import type { Shardings } from '../shardings.ts';
import { type DirectionsOf, isElementwise } from './propagation-round.ts';

/** Where an op that only passes elements along does so: `byUses` where its operands' other uses allow it. */
function passThrough(op: Op, byUses: Direction): Direction {
  const own = isElementwise(op) ? 'BOTH' : (op.definition.traits.passesShardings?.(op) ?? 'NONE');
  return intersect(byUses, own);
}

const isShared = (v: Value, { program }: Shardings): boolean =>
  program.usesOf(v).length !== 1 && !(v.type.kind === 'tensor' && v.type.shape.length === 0);

const backwardIfBroadcast = (op: Op): Direction => (op.definition.traits.broadcast ? 'BACKWARD' : 'BOTH');

/** Who propagates when, first to last: what each priority allows beside those before it. */
export const schedule: readonly ((op: Op, kind: string, shardings: Shardings) => Direction)[] = [
  (op, _kind, shardings) => passThrough(op, op.operands.some((v) => isShared(v, shardings)) ? 'NONE' : 'BOTH'),
  (op) => passThrough(op, 'BOTH'),
  (op, kind) => (kind === 'passThrough' ? backwardIfBroadcast(op) : 'NONE'),
  (op) => backwardIfBroadcast(op),
  () => 'BOTH',
];

/** Directions that ops of this priority and of those before may propagate in. */
export function directionsUpTo(priority: number, shardings: Shardings): DirectionsOf {
  return (op, rule) => {
    let [kind, direction]: [string, Direction] = ['', 'NONE'];
    return rule.factorKinds.map((k) => {
      // Most ops have factors of one kind.
      if (k !== kind) [kind, direction] = [k, upTo(priority, op, k, shardings)];
      return direction;
    });
  };
}

function upTo(priority: number, op: Op, kind: string, shardings: Shardings): Direction {
  let direction: Direction = 'NONE';
  for (let p = priority; p >= 0 && direction !== 'BOTH'; p--)
    direction = unite(direction, schedule[p](op, kind, shardings));
  return direction;
}

const rank: Record<Direction, number> = { NONE: 0, FORWARD: 1, BACKWARD: 2, BOTH: 3 };
const opposite = (a: Direction, b: Direction): boolean => rank[a] + rank[b] === 3 && a !== 'NONE' && b !== 'NONE';
const unite = (a: Direction, b: Direction): Direction => (opposite(a, b) ? 'BOTH' : rank[a] > rank[b] ? a : b);
const intersect = (a: Direction, b: Direction): Direction => (opposite(a, b) ? 'NONE' : rank[a] < rank[b] ? a : b);
