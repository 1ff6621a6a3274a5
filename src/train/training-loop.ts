import type { StopSignal } from '../base/index.ts';

export interface LoopOptions<T> {
  /** Steps done before. */
  readonly from: number;
  readonly until: number;
  readonly signal?: StopSignal | undefined;
  /** Makes the batch of a step, counted from 0, and starts it; its numbers come later. */
  readonly start: (step: number) => Promise<{ readonly outcome: Promise<T> }>;
  /** Whether state is looked at after so many steps: then the next one does not start before `finish`. */
  readonly pausesAfter: (steps: number) => boolean;
  /** Takes a step's numbers, in order; `timeMs` is that since the step before. What it throws ends the loop. */
  readonly finish: (steps: number, outcome: T, timeMs: number) => Promise<void> | void;
}

/**
 * Runs steps. The numbers of a step are fetched once the next one has been started, and the batch of that is made while devices compute: they wait for nothing
 * but pauses. Gives the steps done, fewer than `until` where the signal came.
 */
export async function runSteps<T>(o: LoopOptions<T>): Promise<number> {
  let done = o.from;
  let pending: { readonly steps: number; readonly outcome: Promise<T> } | undefined;
  let last = performance.now();
  const settle = async (): Promise<void> => {
    if (!pending) return;
    const { steps, outcome } = pending;
    pending = undefined;
    const value = await outcome;
    const now = performance.now();
    const timeMs = now - last;
    last = now;
    await o.finish(steps, value, timeMs);
  };
  while (done < o.until && !o.signal?.aborted) {
    const { outcome } = await o.start(done);
    outcome.catch(() => undefined); // reported where it is fetched
    done++;
    try {
      await settle();
    } catch (error) {
      // Whoever goes on from here finds no step under way.
      await outcome.catch(() => undefined);
      throw error;
    }
    pending = { steps: done, outcome };
    if (!o.pausesAfter(done)) continue;
    await settle();
    last = performance.now();
  }
  await settle();
  return done;
}
