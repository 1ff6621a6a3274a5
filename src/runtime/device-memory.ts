/*
 * Memory of devices that JavaScript objects hold is outside the collector's sight: a handle of a few bytes may hold a gigabyte.
 * Engines count it here, and before they allocate more than a fair share of garbage they have it collected. So a loop that keeps
 * only its newest result runs for ever, without `dispose`.
 */

/** Garbage that is always tolerated. */
const LEAST_BYTES = 128 * 2 ** 20;
/** Garbage that is never tolerated, however much is in use. */
const MOST_BYTES = 2 ** 30;
/** Finalizers run as tasks of their own, some turns of the event loop after a collection. */
const MOST_TURNS = 4;

/** Collects garbage now. */
export type Collector = () => void;

/**
 * Where nothing collects on demand (browsers), an allocation that the collector does see, and that is dropped at once, makes it
 * look. The pages are never touched.
 */
const nudge: Collector = () => {
  new ArrayBuffer(LEAST_BYTES);
};

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });

/** Bytes that handles of all engines of this process hold. */
export class DeviceMemory {
  #held = 0;
  /** Held after the last collection. */
  #floor = 0;
  #collector: Collector = nudge;
  #relief: Promise<void> | undefined;

  /** How to collect; without one the collector is only asked to look. */
  use(collector: Collector): void {
    this.#collector = collector;
  }

  get heldBytes(): number {
    return this.#held;
  }

  add(bytes: number): void {
    this.#held += bytes;
  }

  remove(bytes: number): void {
    this.#held -= bytes;
    this.#floor = Math.min(this.#floor, this.#held);
  }

  /** Whether there may be too much garbage: engines then run `relieve` before their next program. */
  get isHigh(): boolean {
    const tolerated = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, this.#floor / 2));
    return this.#held - this.#floor > tolerated;
  }

  /** Collects and waits for finalizers, if memory is high. */
  async relieve(): Promise<void> {
    if (!this.isHigh) return;
    this.#relief ??= this.#collect().finally(() => {
      this.#relief = undefined;
    });
    await this.#relief;
  }

  async #collect(): Promise<void> {
    this.#collector();
    for (let turn = 0, before = -1; turn < MOST_TURNS && (turn < 2 || this.#held !== before); turn++) {
      before = this.#held;
      await nextTurn();
    }
    this.#floor = this.#held;
  }
}

export const deviceMemory = new DeviceMemory();
