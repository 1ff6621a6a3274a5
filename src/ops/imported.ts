import type { OpDefinition } from '../ir/index.ts';
import { asyncDone, asyncStart } from './async.ts';
import * as chlo from './chlo-composed.ts';
import { collectiveReduce } from './collective_reduce.ts';
import { composite } from './composite.ts';
import * as transfers from './transfers.ts';

/** Ops that engines need not know: they disappear in `decompose`, are evaluated by the reference engine only, or are refused. */
export const importedOps: Readonly<Record<string, OpDefinition>> = {
  'chlo.conj': chlo.conj,
  'chlo.is_inf': chlo.isInf,
  'chlo.is_neg_inf': chlo.isNegInf,
  'chlo.is_pos_inf': chlo.isPosInf,
  'chlo.polygamma': chlo.polygamma,
  'chlo.square': chlo.square,
  'chlo.zeta': chlo.zeta,
  'stablehlo.async_done': asyncDone,
  'stablehlo.async_start': asyncStart,
  'stablehlo.collective_reduce': collectiveReduce,
  'stablehlo.composite': composite,
  'stablehlo.infeed': transfers.infeed,
  'stablehlo.outfeed': transfers.outfeed,
  'stablehlo.recv': transfers.recv,
  'stablehlo.send': transfers.send,
};
