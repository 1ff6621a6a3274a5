/** What is kept of one compiled program. */
interface Entry<T> {
  readonly value: Promise<T>;
  bytes: number;
}

/**
 * Compiled programs by their text, the least recently used dropped first beyond a limit in bytes; the newest always stays.
 * Those in use elsewhere live on: they are only no longer found here.
 */
export class ModuleCache<T> {
  private readonly limitBytes: number;
  private readonly bytesOf: (value: T) => number;
  private readonly dropped: (value: T) => void;
  /** Oldest use first. */
  private readonly entries = new Map<string, Entry<T>>();
  private totalBytes = 0;

  /** `bytesOf`: what a value takes; `dropped`: hears of values that are no longer kept. */
  constructor(limitBytes: number, bytesOf: (value: T) => number, dropped: (value: T) => void) {
    this.limitBytes = limitBytes;
    this.bytesOf = bytesOf;
    this.dropped = dropped;
  }

  /** The value kept for the key, or the one `make` promises; a failure is not kept. */
  get(key: string, make: () => Promise<T>): { readonly value: Promise<T>; readonly known: boolean } {
    const found = this.entries.get(key);
    if (found) {
      this.entries.delete(key);
      this.entries.set(key, found);
      return { value: found.value, known: true };
    }
    // A key is a string of two-byte units at worst.
    const entry: Entry<T> = { value: make(), bytes: 2 * key.length };
    this.entries.set(key, entry);
    this.totalBytes += entry.bytes;
    entry.value.then(
      (value) => {
        const bytes = this.bytesOf(value);
        entry.bytes += bytes;
        this.totalBytes += bytes;
        this.evict(entry);
      },
      () => {
        this.entries.delete(key);
        this.totalBytes -= entry.bytes;
      },
    );
    return { value: entry.value, known: false };
  }

  private evict(newest: Entry<T>): void {
    for (const [key, entry] of this.entries) {
      if (this.totalBytes <= this.limitBytes) return;
      if (entry === newest) continue;
      this.entries.delete(key);
      this.totalBytes -= entry.bytes;
      entry.value.then(this.dropped, () => undefined);
    }
  }
}
