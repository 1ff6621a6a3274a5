import { dualPipe, dualPipeV } from './dualpipe.ts';
import { circular, gpipe, interleaved, oneForwardOneBackward } from './orders.ts';
import { cannot, type PassTimes, type Schedule, type ScheduleName, type ScheduleSizes } from './schedule.ts';
import { zeroBubble } from './zero-bubble.ts';

/** The order list of a schedule. Times decide only the orders that are searched for. Throws `plan/schedule` for sizes that it cannot run. */
export function buildSchedule(name: ScheduleName, sizes: ScheduleSizes, times: PassTimes): Schedule {
  const { stages, microBatches } = sizes;
  if (!(Number.isInteger(stages) && stages >= 1 && Number.isInteger(microBatches) && microBatches >= 1))
    throw cannot(
      'a schedule has stages and micro-batches',
      'positive integers',
      `${stages} stages, ${microBatches} micro-batches`,
    );
  switch (name) {
    case 'gpipe':
      return gpipe(sizes);
    case '1f1b':
      return oneForwardOneBackward(sizes);
    case 'interleaved':
      return interleaved(sizes);
    case 'circular':
      return circular(sizes);
    case 'dualpipe':
      return dualPipe(sizes);
    case 'dualpipe-v':
      return dualPipeV(sizes);
    default:
      return zeroBubble(name, sizes, times);
  }
}
