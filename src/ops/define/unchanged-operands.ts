import type { Scalar } from '../../base/index.ts';
import { type Traits, typeEquals } from '../../ir/index.ts';

/* Values of the trait `unchangedOperand`: when an op returns one of its operands unchanged. */

type UnchangedOperand = NonNullable<Traits['unchangedOperand']>;

const isNumber = (s: Scalar | undefined, n: number): boolean =>
  (typeof s === 'bigint' || typeof s === 'number') && Number(s) === n;

/** `x ∘ neutral` is `x`; on commutative ops `neutral ∘ x` too. */
export const neutralOperand =
  (neutral: number): UnchangedOperand =>
  (op, constantOf) => {
    if (isNumber(constantOf(op.operands[1]), neutral)) return 0;
    return op.definition.traits.commutative && isNumber(constantOf(op.operands[0]), neutral) ? 1 : undefined;
  };

/** A change of type that changes nothing. */
export const operandOfSameType: UnchangedOperand = (op) =>
  typeEquals(op.operands[0].type, op.results[0].type) ? 0 : undefined;

/** A map of dimensions (an attribute) that leaves them in place. */
export const operandInOrder =
  (attribute: string): UnchangedOperand =>
  (op) => {
    const map = (op.attributes as Record<string, unknown>)[attribute] as readonly number[];
    return typeEquals(op.operands[0].type, op.results[0].type) && map.every((d, i) => d === i) ? 0 : undefined;
  };
