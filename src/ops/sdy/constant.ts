import type { OpDefinition } from '../../ir/index.ts';
import { constant } from '../shape/constant.ts';

/** A constant that passes do not merge with equal ones, so that each use may be sharded its own way. */
export const sdyConstant: OpDefinition = {
  ...constant,
  name: 'sdy.constant',
  doc: 'A constant kept apart from equal ones while shardings propagate.',
  spec: 'Shardy dialect, constant',
};
