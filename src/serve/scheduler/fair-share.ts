/**
 * Start-time fair queueing over keys: a request's tag is when its key's earlier work would be done if all keys with work were served at the
 * same rate. Served in the order of tags, a key that asks for much waits for itself, not others for it; one key alone is served in order of arrival.
 * Source: Goyal, Vin and Cheng 1996; for language models Sheng et al. 2024.
 */
export class FairShare {
  #now = 0;
  readonly #finished = new Map<string, number>();

  /** The tag of a request of so much work, in tokens. */
  tag(key: string, work: number): number {
    const start = Math.max(this.#now, this.#finished.get(key) ?? 0);
    this.#finished.set(key, start + work);
    return start;
  }

  /** A request with this tag is served: time goes on to it, and keys that have waited for nothing since are forgotten. */
  serve(tag: number): void {
    if (tag <= this.#now) return;
    this.#now = tag;
    for (const [key, finished] of this.#finished) if (finished < tag) this.#finished.delete(key);
  }

  get numKeys(): number {
    return this.#finished.size;
  }
}
