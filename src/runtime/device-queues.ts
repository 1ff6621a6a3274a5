/**
 * What waits for what: work on some devices runs after all work that was enqueued before for any of them, and at the same time as
 * work on others.
 */
export class DeviceQueues {
  /** The last work of each device, by its number; never rejected. */
  private readonly tails: (Promise<unknown> | undefined)[] = [];
  private readonly waiting: number[] = [];

  /** Runs `work` when its devices are free, whether what they did before failed or not. */
  enqueue<T>(ids: readonly number[], work: () => Promise<T>): Promise<T> {
    const before = new Set(ids.map((id) => this.tails[id]).filter((tail) => tail !== undefined));
    for (const id of ids) this.waiting[id] = (this.waiting[id] ?? 0) + 1;
    const free = before.size === 0 ? Promise.resolve() : before.size === 1 ? [...before][0] : Promise.all(before);
    const next = free.then(work).finally(() => {
      for (const id of ids) this.waiting[id]--;
    });
    const tail = next.catch(() => undefined);
    for (const id of ids) this.tails[id] = tail;
    return next;
  }

  /** Whether something runs or waits on one of these devices. */
  isBusy(ids: Iterable<number>): boolean {
    for (const id of ids) if (this.waiting[id] > 0) return true;
    return false;
  }

  /** When everything enqueued so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.tails);
  }
}
