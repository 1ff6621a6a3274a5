import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { UserError } from '../../src/base/index.ts';
import { type Clock, ModelPool, type PoolEntry, type PoolOptions } from '../../src/serve/index.ts';

/* Who gets which model when, with models that are only names, and time that passes at once. */

class VirtualClock implements Clock {
  #now = 0;
  #events: { readonly at: number; readonly work: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): () => void {
    const event = { at: this.#now + ms, work };
    this.#events.push(event);
    return () => {
      this.#events = this.#events.filter((e) => e !== event);
    };
  }

  readonly sleep = (ms: number): Promise<void> => new Promise((done) => void this.after(ms, done));

  /** Lets everything happen that is going to, up to a time. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      const [next] = [...this.#events].sort((a, b) => a.at - b.at);
      if (!next || next.at > untilMs) break;
      this.#events = this.#events.filter((e) => e !== next);
      this.#now = next.at;
      next.work();
    }
    if (Number.isFinite(untilMs)) this.#now = untilMs;
  }
}

interface FakeModel {
  readonly name: string;
  readonly bytes?: number;
  readonly measured?: number;
  readonly loadMs?: number;
  readonly closeMs?: number;
  /** So many loads fail before one does not. */
  readonly numFailures?: number;
  /** It breaks so long after it was loaded. */
  readonly breaksAfterMs?: number;
}

/** A pool of fakes, which knows by itself what is there and who has it. */
function fakePool(models: readonly FakeModel[], options: Omit<PoolOptions, 'clock'> = {}) {
  const clock = new VirtualClock();
  const there = new Map<string, number>();
  const inUse = new Map<string, number>();
  const log: string[] = [];
  const use = (name: string, by: number): void => void inUse.set(name, (inUse.get(name) ?? 0) + by);
  const entries = models.map((m): PoolEntry<string> => {
    let numLoads = 0;
    return {
      name: m.name,
      bytes: m.bytes ?? 0,
      load: async () => {
        expect(there.has(m.name)).toBe(false);
        there.set(m.name, m.bytes ?? 0);
        expect(there.size).toBeLessThanOrEqual(options.maxLoaded ?? models.length);
        log.push(`load ${m.name}`);
        await clock.sleep(m.loadMs ?? 10);
        if (numLoads++ < (m.numFailures ?? 0)) {
          there.delete(m.name);
          throw new Error('a mistake that nobody is told of');
        }
        const loadedMs = clock.now();
        return {
          isBroken: () => m.breaksAfterMs !== undefined && numLoads === 1 && clock.now() >= loadedMs + m.breaksAfterMs,
          value: m.name,
          bytes: m.measured ?? m.bytes ?? 0,
          close: async () => {
            expect(inUse.get(m.name) ?? 0).toBe(0);
            log.push(`close ${m.name}`);
            await clock.sleep(m.closeMs ?? 1);
            there.delete(m.name);
          },
        };
      },
    };
  });
  const pool = new ModelPool(entries, { ...options, clock });
  /** Borrows for a while; what became of it. */
  const request = async (name: string, holdMs: number, limitMs?: number, signal?: AbortSignal): Promise<string> => {
    try {
      const lease = await pool.borrow(name, { limitMs, signal });
      expect(lease.model).toBe(name);
      expect(there.has(name)).toBe(true);
      use(name, 1);
      await clock.sleep(holdMs);
      use(name, -1);
      lease.release();
      lease.release();
      return 'answered';
    } catch (error) {
      return (error as UserError).code ?? String(error);
    }
  };
  return { pool, clock, there, log, request };
}

const names = ['a', 'b', 'c', 'd'] as const;
const model = (name: string) =>
  fc.record({
    name: fc.constant(name),
    bytes: fc.integer({ min: 1, max: 4 }),
    loadMs: fc.integer({ min: 0, max: 50 }),
    closeMs: fc.integer({ min: 0, max: 20 }),
    numFailures: fc.constantFrom(0, 0, 0, 1),
  });
const call = fc.record({
  name: fc.constantFrom(...names),
  at: fc.integer({ min: 0, max: 200 }),
  holdMs: fc.integer({ min: 0, max: 60 }),
  limitMs: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  leavesAfterMs: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
});

test('never more than fit, none goes while it is in use, everybody is answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(...names.map(model)),
      fc.array(call, { minLength: 1, maxLength: 25 }),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      fc.option(fc.integer({ min: 3, max: 8 }), { nil: undefined }),
      fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      async (models, calls, maxLoaded, maxBytes, sleepAfterMs) => {
        const f = fakePool(models, { maxLoaded, maxBytes, sleepAfterMs, retryAfterMs: 5 });
        const answers = calls.map(async (c) => {
          await f.clock.sleep(c.at);
          const leaves = new AbortController();
          if (c.leavesAfterMs !== undefined) f.clock.after(c.leavesAfterMs, () => leaves.abort());
          const answer = await f.request(c.name, c.holdMs, c.limitMs, leaves.signal);
          expect(f.pool.bytes).toBeLessThanOrEqual(maxBytes ?? Number.POSITIVE_INFINITY);
          const { bytes, numFailures } = models.find((m) => m.name === c.name)!;
          const isPossible = numFailures === 0 && bytes <= (maxBytes ?? bytes);
          const isPatient = c.limitMs === undefined && c.leavesAfterMs === undefined;
          if (isPossible && isPatient) expect(answer).toBe('answered');
          return answer;
        });
        let isOver = false;
        const all = Promise.all(answers).finally(() => {
          isOver = true;
        });
        // What failed is told below.
        all.catch(() => {});
        await f.clock.run();
        expect(isOver).toBe(true);
        for (const answer of await all)
          expect(['answered', 'serve/load', 'serve/deadline', 'serve/aborted']).toContain(answer);
        const left = f.pool.status.filter((s) => s.state === 'loaded').map((s) => s.name);
        expect(left).toEqual(sleepAfterMs === undefined ? [...f.there.keys()].sort() : []);
      },
    ),
    { numRuns: 80 },
  );
});

describe('a pool', () => {
  it('loads once for all who wait, and unloads what was used longest ago', async () => {
    const f = fakePool(
      names.slice(0, 3).map((name) => ({ name })),
      { maxLoaded: 2 },
    );
    const all = [f.request('a', 5), f.request('a', 5)];
    await f.clock.run();
    all.push(f.request('b', 5));
    await f.clock.run();
    all.push(f.request('a', 5));
    await f.clock.run(f.clock.now() + 100);
    all.push(f.request('c', 5));
    await f.clock.run();
    expect(await Promise.all(all)).toEqual(new Array(5).fill('answered'));
    expect(f.log).toEqual(['load a', 'load b', 'close b', 'load c']);
  });

  it('lets nobody wait for ever while others keep coming', async () => {
    const f = fakePool([{ name: 'a' }, { name: 'b' }], { maxLoaded: 1 });
    const many = Array.from({ length: 50 }, async (_, i) => {
      await f.clock.sleep(4 * i);
      return f.request('a', 10);
    });
    const other = f.clock.sleep(20).then(() => f.request('b', 1));
    await f.clock.run(60);
    expect(await Promise.race([other, 'waits'])).toBe('answered');
    await f.clock.run();
    expect(await Promise.all(many)).toEqual(new Array(50).fill('answered'));
  });

  it('says why a model is not there, tries again later, and goes on with the others', async () => {
    const f = fakePool([{ name: 'a', numFailures: 1 }, { name: 'b' }], { retryAfterMs: 100 });
    const first = f.pool.borrow('a').catch((e) => e as UserError);
    await f.clock.run();
    const error = (await first) as UserError;
    expect(error.message).toBe('a cannot be loaded: the log says why');
    expect(error.fields.retryAfterMs).toBe(100);
    await f.clock.run(60);
    const second = (await f.pool.borrow('a').catch((e) => e as UserError)) as UserError;
    expect(second.fields.retryAfterMs).toBe(50);
    expect(f.log).toEqual(['load a']);
    expect(f.pool.status[0]).toMatchObject({ state: 'failed', reason: error.message });
    const other = f.request('b', 1);
    await f.clock.run(200);
    const third = f.request('a', 1);
    await f.clock.run();
    expect(await Promise.all([other, third])).toEqual(['answered', 'answered']);
    expect(f.pool.status[0]).toMatchObject({ state: 'loaded', reason: undefined });
  });

  it('unloads what turns out larger than foretold once nobody has it', async () => {
    const f = fakePool(
      [
        { name: 'a', bytes: 2, measured: 9 },
        { name: 'b', bytes: 2 },
      ],
      { maxBytes: 8 },
    );
    const a = f.request('a', 50);
    await f.clock.run(30);
    expect(f.pool.status[0].state).toBe('loaded');
    await f.clock.run();
    expect([await a, f.pool.status[0].state]).toEqual(['answered', 'sleeping']);
    expect(await f.request('a', 1)).toBe('serve/load');
  });

  it('loads anew what has broken, when those who have it have let go', async () => {
    const f = fakePool([{ name: 'a', breaksAfterMs: 5 }]);
    const first = f.request('a', 20);
    await f.clock.run(17);
    // It broke at 15, and is in use until 30.
    const second = f.request('a', 1);
    await f.clock.run(29);
    expect(f.log).toEqual(['load a']);
    await f.clock.run();
    expect([await first, await second]).toEqual(['answered', 'answered']);
    expect(f.log).toEqual(['load a', 'close a', 'load a']);
  });

  it('unloads by name what nobody has', async () => {
    const f = fakePool([{ name: 'a' }]);
    const a = f.request('a', 10);
    await f.clock.run(15);
    await expect(f.pool.unload('a')).rejects.toMatchObject({ code: 'serve/in-use' });
    await f.clock.run();
    const gone = f.pool.unload('a');
    await f.clock.run();
    await gone;
    expect([await a, f.there.size]).toEqual(['answered', 0]);
  });

  it('refuses names that there are not, those that mean two, and too many who wait', async () => {
    const f = fakePool([{ name: 'a' }, { name: 'b' }], { maxWaiting: 1 });
    expect(await f.request('x', 1)).toBe('serve/model');
    await expect(f.pool.borrow()).rejects.toMatchObject({ code: 'serve/request', expected: 'a, b' });
    const waits = f.request('a', 1);
    expect(await f.request('b', 1)).toBe('serve/overloaded');
    await f.clock.run();
    expect(await waits).toBe('answered');
    expect(() => fakePool([{ name: 'a' }, { name: 'a' }])).toThrow('the same name');
  });

  it('on the way out, lends no more and frees what it has', async () => {
    const f = fakePool([{ name: 'a' }, { name: 'b' }], { maxLoaded: 1 });
    const a = f.request('a', 20);
    await f.clock.run(12);
    const b = f.request('b', 1);
    const closed = f.pool.close(1000);
    expect(await b).toBe('serve/unavailable');
    await f.clock.run();
    await closed;
    expect([await a, f.there.size, await f.request('a', 1)]).toEqual(['answered', 0, 'serve/unavailable']);
  });
});
