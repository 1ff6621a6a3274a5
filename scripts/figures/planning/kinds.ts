import { type RowKind, rowKind } from '../row.ts';
import { carbon } from './kinds/carbon.ts';
import { counts, trainingRuns, utilization } from './kinds/counts.ts';
import { kernels, links } from './kinds/links.ts';
import { schedules } from './kinds/schedules.ts';
import { lingvo, megatron, memory } from './kinds/training.ts';

/** Every kind of rows that `npm run figures -- planning` can compute; a new one is one more entry. */
export const planningKinds: readonly RowKind[] = [
  rowKind(lingvo),
  rowKind(megatron),
  rowKind(memory),
  rowKind(utilization),
  rowKind(counts),
  rowKind(trainingRuns),
  rowKind(schedules),
  rowKind(links),
  rowKind(kernels),
  rowKind(carbon),
];
