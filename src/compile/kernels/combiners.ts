import { type DType, dtypeInfo, highestValue, lowestValue } from '../../base/index.ts';
import type { Combiner } from './kernel-ir.ts';

/** What changes nothing in a fold: the value of lanes and pieces that take no part. The sum of −0 and x is x, even for −0. */
export function neutralElement(combiner: Combiner, dtype: DType): number | bigint {
  const { kind, scalar } = dtypeInfo(dtype);
  const inType = (x: number): number | bigint => (scalar === 'bigint' ? BigInt(x) : x);
  switch (combiner) {
    case 'add':
      return kind === 'float' ? -0 : inType(0);
    case 'or':
    case 'xor':
      return inType(0);
    case 'multiply':
      return inType(1);
    case 'maximum':
      return lowestValue(dtype);
    case 'minimum':
      return highestValue(dtype);
    case 'and':
      return kind === 'signed' ? inType(-1) : highestValue(dtype);
  }
}
