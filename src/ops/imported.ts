import type { OpDefinition } from '../ir/index.ts';
import * as chlo from './chlo-composed.ts';

/** Ops that engines need not know: they disappear in `decompose`, are evaluated by the reference engine only, or are refused. */
export const importedOps: Readonly<Record<string, OpDefinition>> = {
  'chlo.conj': chlo.conj,
  'chlo.is_inf': chlo.isInf,
  'chlo.is_neg_inf': chlo.isNegInf,
  'chlo.is_pos_inf': chlo.isPosInf,
  'chlo.polygamma': chlo.polygamma,
  'chlo.square': chlo.square,
  'chlo.zeta': chlo.zeta,
};
