import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Collector } from './device-memory.ts';

let known: Collector | undefined;

/** V8's collector. The flag makes `gc` a global of contexts made after it; ours stays as it is. */
export const nodeCollector: Collector = () => {
  if (!known) {
    setFlagsFromString('--expose-gc');
    known = runInNewContext('gc') as Collector;
    setFlagsFromString('--no-expose-gc');
  }
  known();
};
