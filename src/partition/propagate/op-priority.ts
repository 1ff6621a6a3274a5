/*
 * Op priority: ops that only pass elements along propagate first. Source: Shardy, op_priority_propagation.
 */
import type { Op } from '../../ir/index.ts';
import type { Direction } from '../../ops/index.ts';
import { EDGE, FUNC_EDGE } from '../program.ts';
import type { Shardings } from '../shardings.ts';
import { type DirectionOf, isElementwise } from './propagation-round.ts';

type Schedule = (op: Op, factor: number, kind: string, shardings: Shardings) => Direction;

const isPassThroughOp = (op: Op, allowMultiUse: boolean, shardings: Shardings): Direction => {
  const shared = op.operands.some(
    (v) => shardings.program.usesOf(v).length !== 1 && !(v.type.kind === 'tensor' && v.type.shape.length === 0),
  );
  const byUses: Direction = allowMultiUse || !shared ? 'BOTH' : 'NONE';
  const target =
    op.name === 'stablehlo.custom_call' ? (op.attributes as { callTargetName?: string }).callTargetName : '';
  if (
    isElementwise(op) ||
    target === 'MoveToDevice' ||
    target === 'MoveToHost' ||
    ['stablehlo.reshape', 'stablehlo.transpose', EDGE, FUNC_EDGE].includes(op.name)
  )
    return byUses;
  if (op.name === 'stablehlo.dynamic_slice' || op.name === 'stablehlo.dynamic_update_slice')
    return intersect(byUses, 'FORWARD');
  return 'NONE';
};

/** Who propagates when, first to last. */
export const schedule: readonly Schedule[] = [
  (op, _factor, _kind, shardings) => isPassThroughOp(op, false, shardings),
  (op, _factor, _kind, shardings) => isPassThroughOp(op, true, shardings),
  (op, _factor, kind) => {
    if (kind !== 'passThrough') return 'NONE';
    return op.name === 'stablehlo.broadcast_in_dim' ? 'BACKWARD' : 'BOTH';
  },
  (op) => (op.name === 'stablehlo.broadcast_in_dim' ? 'BACKWARD' : 'BOTH'),
  () => 'BOTH',
];

/** Directions that ops of this priority and of those before may propagate in. */
export function directionUpTo(priority: number, shardings: Shardings): DirectionOf {
  return (op, factor, rule) => {
    if (!op) return 'BOTH';
    let direction: Direction = 'NONE';
    for (let p = 0; p <= priority; p++)
      direction = unite(direction, schedule[p](op, factor, rule.factorKinds[factor], shardings));
    return direction;
  };
}

const rank: Record<Direction, number> = { NONE: 0, FORWARD: 1, BACKWARD: 2, BOTH: 3 };
const opposite = (a: Direction, b: Direction): boolean => rank[a] + rank[b] === 3 && a !== 'NONE' && b !== 'NONE';
const unite = (a: Direction, b: Direction): Direction => (opposite(a, b) ? 'BOTH' : rank[a] > rank[b] ? a : b);
const intersect = (a: Direction, b: Direction): Direction => (opposite(a, b) ? 'NONE' : rank[a] < rank[b] ? a : b);
