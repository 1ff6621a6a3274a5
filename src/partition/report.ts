import type { Communication } from '../ir/index.ts';
import type { Note } from '../transform/index.ts';

/** One collective of the per-device program. */
export interface CollectiveRecord {
  readonly kind: Communication['kind'];
  /** Mesh axes it works along: `{"model"}`. */
  readonly axes: string;
  /** Devices that take part together. */
  readonly groupSize: number;
  /** Bytes of the tensor on one device (for all_gather after, for the others before the collective). */
  readonly bytes: number;
  /** How often a run of the program does it; undefined inside a loop whose number of steps is known only at run time. */
  readonly executions: number | undefined;
  /** Op whose result it moves, and where that came from. */
  readonly cause: string;
  readonly location: string | undefined;
}

/** What the partitioner did. */
export interface PartitionReport {
  readonly numDevices: number;
  readonly collectives: readonly CollectiveRecord[];
  /** Ops that had to be replicated on some dimension because they cannot be cut there, and why. */
  readonly replicated: readonly Note[];
}
