import { UserError } from '../../base/index.ts';
import { type Clock, machineClock } from './clock.ts';

/*
 * Several models where not all of them fit: who needs one borrows it, and waits while it is loaded. One that nobody has borrowed makes room for another,
 * the one whose last use is longest ago first. Where all are borrowed, the first in the queue gets the next place: the model that is to go takes no new
 * requests, so that nobody waits for ever.
 */

/** What loading gave. */
export interface Resident<T> {
  readonly value: T;
  /** Memory that it takes, as it was measured. */
  readonly bytes: number;
  /** It no longer works: it is loaded anew for the next who wants it. Default: it always does. */
  isBroken?(): boolean;
  /** Frees it. */
  close(): Promise<void>;
}

/** A model that a pool can load. */
export interface PoolEntry<T> {
  readonly name: string;
  /** Other names that mean it, such as those of its adapters. */
  readonly otherNames?: readonly string[];
  /** Memory that it will take, as far as it can be told before it is loaded. */
  readonly bytes?: number;
  /** It is there from the beginning. */
  readonly loaded?: Resident<T>;
  load(): Promise<Resident<T>>;
}

export interface PoolOptions {
  /** Models that are there at once. Default: all. */
  readonly maxLoaded?: number | undefined;
  /** Bytes of all models that are there at once. Default: whatever they take. */
  readonly maxBytes?: number | undefined;
  /** A model that nobody has borrowed for so long is unloaded. Default: it stays. */
  readonly sleepAfterMs?: number | undefined;
  /** A model that could not be loaded is not tried again for so long. Default 10 s. */
  readonly retryAfterMs?: number | undefined;
  /** Requests that wait for models; more are refused. Default 256. */
  readonly maxWaiting?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Is told what cannot be loaded or freed. */
  readonly onFault?: ((name: string, error: unknown) => void) | undefined;
}

export type ModelState = 'loaded' | 'loading' | 'sleeping' | 'failed';

export interface ModelStatus<T> {
  readonly name: string;
  readonly otherNames: readonly string[];
  readonly state: ModelState;
  /** Of a model that is loaded. */
  readonly value: T | undefined;
  /** Why it could not be loaded. */
  readonly reason: string | undefined;
  /** Requests that have it, and requests that wait for it. */
  readonly numInUse: number;
  readonly numWaiting: number;
}

/** A model that stays as long as somebody has it. */
export interface Lease<T> {
  readonly model: T;
  /** Gives it back; more than once is as good as once. */
  release(): void;
}

export interface Patience {
  /** Who no longer wants it stops waiting. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take, in ms. */
  readonly limitMs?: number | undefined;
}

interface Waiter<T> {
  readonly order: number;
  grant(lease: Lease<T>): void;
  refuse(error: Error): void;
}

interface Place<T> {
  readonly entry: PoolEntry<T>;
  state: 'out' | 'loading' | 'in' | 'leaving';
  resident: Resident<T> | undefined;
  bytes: number;
  numInUse: number;
  lastUseMs: number;
  waiters: Waiter<T>[];
  failure: { readonly error: UserError; readonly untilMs: number } | undefined;
  stopTimer: (() => void) | undefined;
}

const DEFAULT_RETRY_MS = 10_000;
const DEFAULT_MAX_WAITING = 256;
const REFUSED_RETRY_MS = 1000;

/** Models of which some are loaded. */
export class ModelPool<T> {
  readonly #places: readonly Place<T>[];
  readonly #byName = new Map<string, Place<T>>();
  readonly #o: PoolOptions;
  readonly #clock: Clock;
  #nextOrder = 0;
  #isOpen = true;
  /** All of it is borrowed, and somebody waits for its place: it takes no new requests. */
  #giving: Place<T> | undefined;
  #idle: (() => void)[] = [];

  /** Throws `serve/models` for names that mean two models. */
  constructor(entries: readonly PoolEntry<T>[], options: PoolOptions = {}) {
    this.#o = options;
    this.#clock = options.clock ?? machineClock;
    this.#places = entries.map((entry) => ({
      entry,
      state: entry.loaded ? 'in' : 'out',
      resident: entry.loaded,
      bytes: entry.loaded?.bytes ?? entry.bytes ?? 0,
      numInUse: 0,
      lastUseMs: 0,
      waiters: [],
      failure: undefined,
      stopTimer: undefined,
    }));
    for (const place of this.#places)
      for (const name of [place.entry.name, ...(place.entry.otherNames ?? [])]) {
        if (this.#byName.has(name))
          throw new UserError('serve/models', 'two models or adapters have the same name', {
            given: name,
            advice: 'give one of them another name (--model name=PATH)',
          });
        this.#byName.set(name, place);
      }
  }

  /** Whether it lends anything. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** All names that mean a model here. */
  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  get status(): readonly ModelStatus<T>[] {
    return this.#places.map((p) => ({
      name: p.entry.name,
      otherNames: p.entry.otherNames ?? [],
      state: p.state === 'in' ? 'loaded' : p.state === 'loading' ? 'loading' : p.failure ? 'failed' : 'sleeping',
      value: p.state === 'in' ? p.resident?.value : undefined,
      reason: p.failure?.error.summary,
      numInUse: p.numInUse,
      numWaiting: p.waiters.length,
    }));
  }

  /** Bytes of what is there, or about to be, or not yet gone. */
  get bytes(): number {
    return sum(this.#places.filter((p) => p.state !== 'out').map((p) => p.bytes));
  }

  /**
   * Borrows a model, which is loaded if need be. No name means the only one. Throws `serve/model` for names that there are not, `serve/request` for
   * none where there are several, `serve/load` for a model that cannot be loaded, `serve/overloaded` where too many wait, `serve/deadline` and
   * `serve/aborted` for those who waited long enough, and `serve/unavailable` when the server ends.
   */
  async borrow(name?: string, patience: Patience = {}): Promise<Lease<T>> {
    const place = this.#find(name);
    if (!this.#isOpen) throw ended();
    this.#refuseFailed(place);
    if (this.#canLend(place)) return this.#lend(place);
    if (sum(this.#places.map((p) => p.waiters.length)) >= (this.#o.maxWaiting ?? DEFAULT_MAX_WAITING))
      throw new UserError('serve/overloaded', 'too many requests wait for models', {
        fields: { retryAfterMs: REFUSED_RETRY_MS },
      });
    return new Promise((grant, refuse) => this.#wait(place, patience, grant, refuse));
  }

  /** Loads a model, as who borrows it does. */
  async load(name: string, patience: Patience = {}): Promise<void> {
    (await this.borrow(name, patience)).release();
  }

  /** Unloads a model. Throws `serve/model`, and `serve/in-use` while requests have it or wait for it. */
  async unload(name: string): Promise<void> {
    const place = this.#find(name);
    if (place.numInUse + place.waiters.length > 0 || place.state === 'loading')
      throw new UserError('serve/in-use', `${place.entry.name} has requests under way`, {
        advice: 'unload it when they are over',
      });
    place.failure = undefined;
    if (place.state === 'in') await this.#close(place);
  }

  /** Lends no more, waits until all are given back, at the latest for so long, and frees everything. */
  async close(timeoutMs = 0): Promise<void> {
    this.#isOpen = false;
    for (const p of this.#places) for (const w of p.waiters.splice(0)) w.refuse(ended());
    if (this.#isBusy)
      await new Promise<void>((done) => {
        const stop = this.#clock.after(timeoutMs, done);
        this.#idle.push(() => {
          stop();
          done();
        });
      });
    await Promise.all(this.#places.filter((p) => p.state === 'in').map((p) => this.#close(p)));
  }

  get #isBusy(): boolean {
    return this.#places.some((p) => p.numInUse > 0 || p.state === 'loading' || p.state === 'leaving');
  }

  #find(name: string | undefined): Place<T> {
    if (name === undefined && this.#places.length === 1) return this.#places[0];
    const details = { expected: this.names.slice(0, 100).join(', '), fields: { param: 'model' } };
    if (name === undefined) throw new UserError('serve/request', 'the request names no model', details);
    const place = this.#byName.get(name);
    if (!place) throw new UserError('serve/model', `there is no model ${JSON.stringify(name.slice(0, 100))}`, details);
    return place;
  }

  #refuseFailed(place: Place<T>): void {
    if (!place.failure) return;
    const { error, untilMs } = place.failure;
    const leftMs = Math.ceil(untilMs - this.#clock.now());
    if (leftMs <= 0) place.failure = undefined;
    else throw again(error, leftMs);
  }

  #wait(place: Place<T>, patience: Patience, grant: (lease: Lease<T>) => void, refuse: (error: Error) => void): void {
    const { signal, limitMs } = patience;
    const settle = (): void => {
      stopTimer?.();
      signal?.removeEventListener('abort', leave);
    };
    const waiter: Waiter<T> = {
      order: this.#nextOrder++,
      grant: (lease) => {
        settle();
        grant(lease);
      },
      refuse: (error) => {
        settle();
        refuse(error);
      },
    };
    const giveUp = (error: Error): void => {
      place.waiters = place.waiters.filter((w) => w !== waiter);
      waiter.refuse(error);
      this.#advance();
    };
    const leave = (): void => giveUp(new UserError('serve/aborted', 'the call was given up'));
    const tooLate = (): void => giveUp(new UserError('serve/deadline', 'the model was not loaded in time'));
    const stopTimer = limitMs === undefined ? undefined : this.#clock.after(limitMs, tooLate);
    signal?.addEventListener('abort', leave);
    place.waiters.push(waiter);
    if (signal?.aborted) leave();
    else this.#advance();
  }

  #canLend(place: Place<T>): boolean {
    return place.state === 'in' && place !== this.#giving && !place.resident?.isBroken?.();
  }

  #lend(place: Place<T>): Lease<T> {
    place.numInUse++;
    place.lastUseMs = this.#clock.now();
    place.stopTimer?.();
    let isOut = true;
    return {
      model: place.resident!.value,
      release: () => {
        if (!isOut) return;
        isOut = false;
        place.numInUse--;
        place.lastUseMs = this.#clock.now();
        this.#advance();
      },
    };
  }

  /** Does whatever can be done now: called after everything that happens. */
  #advance(): void {
    // What was just loaded is lent before it can be asked to go.
    this.#lendToAll();
    if (this.#isOpen) this.#makeRoom();
    this.#lendToAll();
    for (const p of this.#places) this.#sleepLater(p);
    if (!this.#isBusy) for (const done of this.#idle.splice(0)) done();
  }

  #lendToAll(): void {
    for (const p of this.#places) if (this.#canLend(p)) for (const w of p.waiters.splice(0)) w.grant(this.#lend(p));
  }

  /** Begins to load those who are first in the queue, and to unload what stands in their way. */
  #makeRoom(): void {
    for (const p of this.#places)
      if (p.state === 'in' && p.numInUse === 0 && p.waiters.length > 0 && p.resident?.isBroken?.()) void this.#close(p);
    for (;;) {
      const head = this.#head();
      if (!head || !this.#canEverFit(head)) {
        this.#giving = undefined;
        if (!head) break;
        continue;
      }
      const there = this.#places.filter((p) => p.state !== 'out');
      const staying = there.filter((p) => p.state !== 'leaving');
      if (this.#fits(head, there)) {
        this.#giving = undefined;
        void this.#load(head);
        continue;
      }
      // Room comes by itself when those who leave have left.
      if (this.#fits(head, staying)) {
        this.#giving = undefined;
        break;
      }
      const byUse = staying.filter((p) => p.state === 'in').sort((a, b) => a.lastUseMs - b.lastUseMs);
      const unused = byUse.find((p) => p.numInUse === 0 && (p.waiters.length === 0 || p === this.#giving));
      if (!unused) {
        // The same until it has gone: another choice would let new requests in again.
        if (this.#giving?.state !== 'in') this.#giving = byUse[0];
        break;
      }
      void this.#close(unused);
    }
    // What was measured may be more than was foretold.
    for (const p of [...this.#places].sort((a, b) => a.lastUseMs - b.lastUseMs))
      if (p.state === 'in' && p.numInUse + p.waiters.length === 0 && !this.#fitsBytes(this.#staying))
        void this.#close(p);
  }

  get #staying(): readonly Place<T>[] {
    return this.#places.filter((p) => p.state === 'in' || p.state === 'loading');
  }

  /** Who waits longest for a model that is not there. */
  #head(): Place<T> | undefined {
    const wanted = this.#places.filter((p) => p.state === 'out' && p.waiters.length > 0);
    return wanted.sort((a, b) => a.waiters[0].order - b.waiters[0].order)[0];
  }

  #fits(more: Place<T>, there: readonly Place<T>[]): boolean {
    return there.length < (this.#o.maxLoaded ?? Number.POSITIVE_INFINITY) && this.#fitsBytes([...there, more]);
  }

  #fitsBytes(places: readonly Place<T>[]): boolean {
    return sum(places.map((p) => p.bytes)) <= (this.#o.maxBytes ?? Number.POSITIVE_INFINITY);
  }

  /** Refuses those who wait for a model that is too large even alone. */
  #canEverFit(place: Place<T>): boolean {
    if (this.#fitsBytes([place])) return true;
    const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
    this.#fail(
      place,
      new UserError('serve/load', `${place.entry.name} needs more memory than all models may take`, {
        expected: `at most ${mebibytes(this.#o.maxBytes!)}`,
        given: mebibytes(place.bytes),
      }),
    );
    return false;
  }

  async #load(place: Place<T>): Promise<void> {
    place.state = 'loading';
    try {
      const resident = await place.entry.load();
      place.resident = resident;
      place.bytes = resident.bytes;
      place.lastUseMs = this.#clock.now();
      place.state = 'in';
    } catch (cause) {
      place.state = 'out';
      this.#o.onFault?.(place.entry.name, cause);
      // What is wrong with a model's files is for those who want it; of our own mistakes the log tells.
      const why = cause instanceof UserError ? cause.summary : 'the log says why';
      this.#fail(place, new UserError('serve/load', `${place.entry.name} cannot be loaded: ${why}`, { cause }));
    }
    this.#advance();
  }

  #fail(place: Place<T>, error: UserError): void {
    const retryMs = this.#o.retryAfterMs ?? DEFAULT_RETRY_MS;
    place.failure = { error, untilMs: this.#clock.now() + retryMs };
    for (const w of place.waiters.splice(0)) w.refuse(again(error, retryMs));
  }

  async #close(place: Place<T>): Promise<void> {
    place.state = 'leaving';
    place.stopTimer?.();
    const { resident } = place;
    place.resident = undefined;
    if (place === this.#giving) this.#giving = undefined;
    try {
      await resident!.close();
    } catch (error) {
      this.#o.onFault?.(place.entry.name, error);
    }
    place.state = 'out';
    this.#advance();
  }

  #sleepLater(place: Place<T>): void {
    const { sleepAfterMs } = this.#o;
    place.stopTimer?.();
    place.stopTimer = undefined;
    if (sleepAfterMs === undefined || place.state !== 'in' || place.numInUse > 0) return;
    const leftMs = Math.max(0, place.lastUseMs + sleepAfterMs - this.#clock.now());
    place.stopTimer = this.#clock.after(leftMs, () => {
      if (place.state === 'in' && place.numInUse === 0) void this.#close(place);
    });
  }
}

/** A pool of what is there and stays. */
export const poolOf = <T extends { readonly name: string; readonly adapterNames: readonly string[] }>(
  models: readonly T[],
): ModelPool<T> =>
  new ModelPool(
    models.map((value) => {
      const loaded: Resident<T> = { value, bytes: 0, close: async () => {} };
      return { name: value.name, otherNames: value.adapterNames, loaded, load: async () => loaded };
    }),
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const ended = (): UserError =>
  new UserError('serve/unavailable', 'the server stops', {
    advice: 'send the call again',
    fields: { retryAfterMs: REFUSED_RETRY_MS },
  });

/** A failure as those are told who come now. */
const again = (error: UserError, retryAfterMs: number): UserError =>
  new UserError(error.code, error.summary, {
    ...(error.expected === undefined ? {} : { expected: error.expected }),
    ...(error.given === undefined ? {} : { given: error.given }),
    fields: { retryAfterMs, param: 'model' },
  });
