import { type RowKind, rowKind } from '../row.ts';
import { alpa } from './kinds/alpa.ts';
import { carbon } from './kinds/carbon.ts';
import { counts, trainingRuns, utilization } from './kinds/counts.ts';
import { goldens } from './kinds/goldens.ts';
import { bandwidth, pods, pope } from './kinds/inference.ts';
import { instances } from './kinds/instances.ts';
import { kernels, links } from './kinds/links.ts';
import { pipelines } from './kinds/pipelines.ts';
import { schedules } from './kinds/schedules.ts';
import { queues, serving } from './kinds/serving.ts';
import { lingvo, megatron, memory } from './kinds/training.ts';

/** Every kind of rows that `npm run figures -- planning` can compute; a new one is one more entry. */
export const planningKinds: readonly RowKind[] = [
  rowKind(goldens),
  rowKind(instances),
  rowKind(pipelines),
  rowKind(alpa),
  rowKind(lingvo),
  rowKind(megatron),
  rowKind(memory),
  rowKind(utilization),
  rowKind(counts),
  rowKind(trainingRuns),
  rowKind(schedules),
  rowKind(links),
  rowKind(kernels),
  rowKind(pope),
  rowKind(carbon),
  rowKind(bandwidth),
  rowKind(pods),
  rowKind(queues),
  rowKind(serving),
];
