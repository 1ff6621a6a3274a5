/*
 * What one machine can do. Passes that choose sizes read it (blocks of a fused loop, rows kept in a cache), and so do estimates of
 * time. Choices that could change the order of a sum are made from `defaultMachine`, so that results do not depend on where a
 * program was compiled; a measured record is for estimates.
 */

/** Sizes, rates and overheads of one machine; rates are those of one core. */
export interface Machine {
  /** Lanes of 32 bits per vector register. */
  readonly vectorLanes: number;
  /** Bytes of a core's first- and second-level data cache. */
  readonly cacheBytes: readonly [first: number, second: number];
  readonly lineBytes: number;
  /** float32 operations in multiply-adds that never leave the registers; a multiply-add counts 2. */
  readonly gflopPerSecPerCore: number;
  /** Bytes read and written of a block larger than the caches. */
  readonly gbPerSecPerCore: number;
  /** Bytes that one device sends to another: on one machine, a copy within its memory. */
  readonly linkGbPerSec: number;
  /** Time until the first byte arrives, and that of a barrier between two devices. */
  readonly linkLatencyUs: number;
  readonly barrierUs: number;
  /** Time to wake the threads of a device for one kernel, and to start a program. */
  readonly wakeUs: number;
  readonly callUs: number;
}

/** What any machine of today surely does: sizes are those of a small core, rates a lower bound, overheads an upper one. */
export const defaultMachine: Machine = {
  vectorLanes: 4,
  cacheBytes: [1 << 15, 1 << 20],
  lineBytes: 64,
  gflopPerSecPerCore: 20,
  gbPerSecPerCore: 5,
  linkGbPerSec: 5,
  linkLatencyUs: 5,
  barrierUs: 5,
  wakeUs: 20,
  callUs: 100,
};
