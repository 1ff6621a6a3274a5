/** Time as a pool needs it, so that tests can have their own. */
export interface Clock {
  /** Milliseconds since whenever. */
  now(): number;
  /** Does something later; what it returns gives that up. */
  after(ms: number, work: () => void): () => void;
}

/** The machine's time; what waits in it keeps no process alive. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
};
