import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallRequest, type PolicyOptions, policyNames } from '../../src/serve/index.ts';
import { errorOf } from '../api/error-of.ts';
import { FakeDecoder, fakeLogprob, fakeToken } from './fake-decoder.ts';
import { fakeDrafters } from './fake-drafters.ts';
import { Simulation } from './simulation.ts';

const vocabSize = 95;

/** What a call writes when it is alone and nothing is shared. */
function expected({
  prompt,
  maxTokens,
  sampling,
  n = 1,
  stopTokens,
  minTokens = 0,
  guidance,
}: CallRequest): number[][] {
  return Array.from({ length: n }, (_, i) => {
    let seen = [...prompt];
    const out: number[] = [];
    while (out.length < maxTokens) {
      const bias = out.length < minTokens ? new Map([...(stopTokens ?? [])].map((t) => [t, -1e9])) : undefined;
      const options = { ...sampling, ...(bias ? { logitBias: bias } : {}) };
      if (guidance) seen = [...guidance.prompt, ...out, Math.round(100 * guidance.scale), ...prompt, ...out];
      const token = fakeToken(seen, { seed: (sampling.seed ?? 0) + i, index: out.length, vocabSize, options });
      out.push(token);
      seen.push(token);
      if (stopTokens?.has(token)) break;
    }
    return out;
  });
}

const range = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => (from + i) % vocabSize);
const call = (
  id: string,
  prompt: readonly number[],
  maxTokens: number,
  more: Partial<CallRequest> = {},
): CallRequest => ({
  id,
  prompt,
  maxTokens,
  sampling: {},
  ...more,
});
/** Log-probabilities of a prompt's tokens but the first. */
const scoresOf = (prompt: readonly number[]): number[] =>
  prompt.map((t, i) => fakeLogprob(prompt.slice(0, i), t)).slice(1);

describe('any load', () => {
  const request = fc.record({
    // Prompts of few beginnings, so that pages are shared.
    stem: fc.integer({ min: 0, max: 2 }),
    stemLength: fc.integer({ min: 0, max: 20 }),
    own: fc.array(fc.integer({ min: 0, max: vocabSize - 1 }), { minLength: 1, maxLength: 6 }),
    maxTokens: fc.integer({ min: 0, max: 12 }),
    promptLogprobs: fc.constantFrom(undefined, undefined, 0, 2),
    n: fc.integer({ min: 1, max: 3 }),
    temperature: fc.constantFrom(0, 1),
    seed: fc.integer({ min: 0, max: 9 }),
    stops: fc.boolean(),
    minTokens: fc.integer({ min: 0, max: 3 }),
    key: fc.constantFrom('a', 'b'),
    program: fc.constantFrom(undefined, 'p', 'q'),
    adapter: fc.constantFrom(undefined, 'x'),
    waits: fc.integer({ min: 0, max: 8 }),
    aborts: fc.constantFrom(-1, -1, -1, 0, 3),
    // Another prompt, of a beginning that others have, too.
    guided: fc.constantFrom(undefined, undefined, undefined, 1, 9),
  });
  const load = fc.record({
    requests: fc.array(request, { minLength: 1, maxLength: 8 }),
    numPages: fc.integer({ min: 16, max: 40 }),
    maxTokensPerStep: fc.integer({ min: 4, max: 20 }),
    maxSequences: fc.integer({ min: 1, max: 4 }),
    maxScoredTokens: fc.integer({ min: 1, max: 20 }),
    copies: fc.boolean(),
    policy: fc.constantFrom(...policyNames),
    fails: fc.constantFrom(-1, -1, 5),
    drafter: fc.constantFrom(...(Object.keys(fakeDrafters) as (keyof typeof fakeDrafters)[])),
    adapts: fc.boolean(),
  });

  test('ends, leaks no page, and writes what each call would write alone', async () => {
    await fc.assert(
      fc.asyncProperty(load, async ({ requests, policy, fails, drafter, adapts, ...limits }) => {
        const decoder = new FakeDecoder({ ...limits, vocabSize });
        const s = new Simulation(decoder, {
          policy: { name: policy, thresholds: [6, 20] },
          holdMs: 200,
          ...(drafter === 'none' ? {} : { speculation: { adapts } }),
        });
        s.drafter = fakeDrafters[drafter](vocabSize);
        const calls = requests.map((r, i) =>
          call(
            String(i),
            [...range(r.stemLength, 7 * r.stem), ...r.own],
            Math.max(r.maxTokens, r.promptLogprobs === undefined ? 1 : 0),
            {
              n: r.n,
              ...(r.promptLogprobs === undefined ? {} : { promptLogprobs: r.promptLogprobs }),
              ...(r.guided === undefined || r.promptLogprobs !== undefined || limits.maxSequences < 2
                ? {}
                : { guidance: { prompt: range(r.guided, 7), scale: 1.5 } }),
              sampling: { temperature: r.temperature, seed: r.seed },
              ...(r.stops ? { stopTokens: new Set(range(20)) } : {}),
              minTokens: r.minTokens,
              key: r.key,
              ...(r.program ? { program: r.program } : {}),
              ...(r.adapter ? { adapter: r.adapter } : {}),
            },
          ),
        );
        const lost = new Set<string>();
        for (const [i, c] of calls.entries()) {
          for (let j = 0; j < requests[i].waits; j++) await s.step();
          s.submit(c);
          if (requests[i].aborts < 0) continue;
          for (let j = 0; j < requests[i].aborts; j++) await s.step();
          lost.add(c.id);
          s.scheduler.abort(c.id, s.nowMs);
          s.scheduler.check();
        }
        if (fails >= 0) {
          const plan = s.scheduler.plan(s.nowMs);
          const over = s.scheduler.fail(s.nowMs);
          if (plan.sequences.length > 0) expect(over.length).toBeGreaterThan(0);
          for (const id of over) lost.add(id);
        }
        await s.run();
        for (const c of calls.filter(({ id }) => !lost.has(id))) {
          expect(s.outputs.get(c.id)).toEqual(expected(c));
          if (c.promptLogprobs !== undefined) expect(s.scores.get(c.id)?.slice(1) ?? []).toEqual(scoresOf(c.prompt));
        }
        expect(s.scheduler.state).toMatchObject({ numRunning: 0, numWaiting: 0, numUsedPages: 0 });
      }),
      { numRuns: 100 },
    );
  });
});

describe('pages', () => {
  test('a prompt that begins as another one is computed from where they part', async () => {
    const decoder = new FakeDecoder();
    const s = new Simulation(decoder);
    s.submit(call('a', range(18), 1));
    await s.run();
    const before = decoder.numTokens;
    s.submit(call('b', [...range(18), 1, 2], 1));
    await s.run();
    expect(decoder.numTokens - before).toBe(4);
    // Other contents under the same ids: an adapter, or a salt.
    s.submit(call('c', range(18), 1, { adapter: 'x' }));
    s.submit(call('d', range(18), 1, { cacheSalt: 'y' }));
    await s.run();
    expect(decoder.numTokens - before).toBe(4 + 18 + 18);
    expect(s.scheduler.state).toMatchObject({ numQueried: 18 + 20 + 36, numHit: 16 });
  });

  test('the sequences of a call read its prompt once, and copy the page that is partly filled', async () => {
    const decoder = new FakeDecoder();
    const s = new Simulation(decoder);
    const c = call('a', range(10), 3, { n: 3, sampling: { temperature: 1 } });
    s.submit(c);
    await s.run();
    expect(s.outputs.get('a')).toEqual(expected(c));
    // 10 of the prompt, the last one again for each of two; two more tokens of three.
    expect(decoder.numTokens).toBe(10 + 2 + 6);
  });

  test('who runs is not thrown out by who waits, and who was thrown out goes on', async () => {
    const decoder = new FakeDecoder({ numPages: 12, maxSequences: 4 });
    const s = new Simulation(decoder);
    const calls = range(6).map((i) => call(String(i), range(8, 5 * i), 24));
    for (const c of calls) s.submit(c);
    await s.run();
    for (const c of calls) expect(s.outputs.get(c.id)).toEqual(expected(c));
    const ends = calls.map((c) => s.ended.get(`${c.id}/0`)!.atMs);
    expect([...ends].sort((a, b) => a - b)).toEqual(ends);
    const { numPreemptions } = s.scheduler.state;
    expect(numPreemptions).toBeGreaterThan(0);
    expect(numPreemptions).toBeLessThan(12);
  });

  test('pages of a program that may come back outlive those of others', async () => {
    const decoder = new FakeDecoder({ numPages: 12 });
    const readAgain = async (program: string | undefined): Promise<number> => {
      const s = new Simulation(decoder, { holdMs: 1000 });
      s.submit(call('a', range(17), 1, program ? { program } : {}));
      await s.run();
      for (const i of [1, 2, 3]) {
        s.submit(call(`other ${i}`, range(17, 20 * i), 1));
        await s.run();
      }
      const before = decoder.numTokens;
      s.submit(call('b', range(17), 1));
      await s.run();
      return decoder.numTokens - before;
    };
    expect(await readAgain(undefined)).toBe(17);
    expect(await readAgain('p')).toBe(1);
  });
});

describe('time', () => {
  test('beside who writes, prompts are read in pieces that take the time that a step may take', async () => {
    const decoder = new FakeDecoder({ numPages: 400, maxTokensPerStep: 512, maxPositions: 2000 });
    const s = new Simulation(decoder, { targetStepMs: 60 });
    s.submit(call('writer', range(4), 60));
    await s.step();
    s.submit(call('reader', range(500), 1));
    decoder.largestStep = 0;
    await s.run();
    // 10 ms and 1 ms a token: 50 tokens.
    expect(decoder.largestStep).toBe(50);
    expect(s.outputs.get('writer')).toEqual(expected(call('', range(4), 60)));
  });

  test('what a step costs is learned, whatever was expected, and though some take long', async () => {
    const learned = async (stepCost: { fixedMs: number; perTokenMs: number }): Promise<void> => {
      const decoder = new FakeDecoder({ numPages: 400, maxTokensPerStep: 64, maxSequences: 3 });
      const s = new Simulation(decoder, { stepCost, targetStepMs: 150 }, { fixedMs: 40, perTokenMs: 2 });
      // Programs are compiled.
      for (const step of [0, 1, 2, 20]) s.delaysMs.set(step, 5000);
      for (const i of range(8)) s.submit(call(String(i), range(50, 7 * i), 30));
      await s.run();
      const { fixedMs, perTokenMs } = s.scheduler.state.stepCost;
      const ratioAt = (n: number): number => (fixedMs + perTokenMs * n) / (40 + 2 * n);
      expect(Math.abs(ratioAt(3) - 1)).toBeLessThan(0.1);
      expect(Math.abs(ratioAt(50) - 1)).toBeLessThan(0.5);
    };
    await learned({ fixedMs: 20, perTokenMs: 1 });
    await learned({ fixedMs: 2000, perTokenMs: 50 });
    await learned({ fixedMs: 1, perTokenMs: 0.01 });
  });

  test('too much work is refused, with a time to come back', async () => {
    const s = new Simulation(new FakeDecoder(), { maxQueued: 2, maxQueuedPerKey: 1 });
    s.submit(call('a', range(8), 4, { key: 'a' }));
    const again = errorOf(() => s.submit(call('b', range(8), 4, { key: 'a' })));
    expect(again).toMatchObject({ code: 'serve/overloaded', fields: { retryAfterMs: 250 } });
    s.submit(call('c', range(8), 4, { key: 'c' }));
    expect(errorOf(() => s.submit(call('d', range(8), 4, { key: 'd' })))).toMatchObject({ code: 'serve/overloaded' });
    await s.run();
    expect(errorOf(() => s.submit(call('e', range(100), 1, { deadlineMs: s.nowMs + 50 })))).toMatchObject({
      code: 'serve/deadline',
    });
    expect(errorOf(() => s.submit(call('f', range(200), 200)))).toMatchObject({ code: 'serve/too-long' });
    expect(errorOf(() => s.submit(call('g', [], 1)))).toMatchObject({ code: 'serve/request' });
    expect(s.scheduler.hasWork).toBe(false);
  });

  test('after its deadline a call ends', async () => {
    const s = new Simulation(new FakeDecoder());
    s.submit(call('a', range(8), 100, { deadlineMs: 600 }));
    await s.run();
    const { atMs, finish } = s.ended.get('a/0')!;
    expect(finish).toBe('deadline');
    expect(atMs).toBeLessThan(900);
  });
});

describe('order', () => {
  test('a key that asks for much does not keep others waiting', async () => {
    const s = new Simulation(new FakeDecoder({ maxSequences: 1 }));
    for (const i of range(8)) s.submit(call(`many ${i}`, range(8, i), 8, { key: 'a' }));
    s.submit(call('one', range(8, 50), 8, { key: 'b' }));
    await s.run();
    const order = [...s.ended].sort((a, b) => a[1].atMs - b[1].atMs).map(([id]) => id);
    expect(order.indexOf('one/0')).toBeLessThanOrEqual(1);
  });

  test('priorities count where they are trusted', async () => {
    const firstOf = async (trustsPriorities: boolean): Promise<string> => {
      const s = new Simulation(new FakeDecoder({ maxSequences: 1 }), { trustsPriorities });
      s.submit(call('a', range(8), 8, { priority: 1 }));
      s.submit(call('b', range(8, 9), 8, { priority: 0 }));
      await s.run();
      return [...s.ended.keys()][0];
    };
    expect(await firstOf(false)).toBe('a/0');
    expect(await firstOf(true)).toBe('b/0');
  });

  /** Calls of programs one after the other, a step each token; how long programs waited in all. Source: Autellix, Luo et al. 2025. */
  async function waited(programs: readonly (readonly number[])[], policy: PolicyOptions): Promise<number> {
    const decoder = new FakeDecoder({ maxSequences: 2, numPages: 100 });
    const s = new Simulation(decoder, { policy, holdMs: 0 }, { fixedMs: 1, perTokenMs: 0 });
    const submit = (p: number, i: number): void => {
      if (i < programs[p].length)
        s.submit(call(`${p}.${i}`, [p], programs[p][i], { program: String(p), cacheSalt: `${p}.${i}` }));
    };
    for (const p of programs.keys()) submit(p, 0);
    let total = 0;
    for (const begun = new Set<string>(); s.scheduler.hasWork; ) {
      await s.step();
      for (const [id] of s.ended) {
        if (begun.has(id)) continue;
        begun.add(id);
        const [p, i] = id.split(/[./]/).map(Number);
        submit(p, i + 1);
        if (i + 1 === programs[p].length) total += s.nowMs - programs[p].reduce((a, b) => a + b, 0);
      }
    }
    return total;
  }

  test('the example of Autellix: 18, 18 and 12 units of waiting', async () => {
    const programs = [[4, 3, 1, 1], [3, 3, 4], [1, 2], [4]];
    expect(await waited(programs, { name: 'fcfs' })).toBe(18);
    expect(await waited(programs, { name: 'mlfq', thresholds: [4, 8] })).toBe(18);
    expect(await waited(programs, { name: 'plas', thresholds: [1, 2, 4] })).toBe(12);
    expect(await waited(programs, { name: 'atlas', thresholds: [1, 2, 4] })).toBe(12);
  });

  test('no program starves', async () => {
    const decoder = new FakeDecoder({ maxSequences: 1 });
    const s = new Simulation(decoder, { policy: { name: 'plas', thresholds: [4] }, starvationRatio: 4 });
    s.submit(call('long', range(4), 40));
    for (let i = 0; !s.ended.has('long/0') && i < 3000; i++) {
      s.submit(call(`short ${i}`, range(2, i), 1));
      await s.step();
    }
    expect(s.ended.has('long/0')).toBe(true);
  });
});

test('log-probabilities of a prompt are those of its tokens, each behind those before', async () => {
  const s = new Simulation(new FakeDecoder({ maxTokensPerStep: 8 }));
  s.submit(call('a', range(10, 3), 0, { promptLogprobs: 1 }));
  s.submit(call('b', range(10, 3), 2, { promptLogprobs: 0, topLogprobs: 0 }));
  s.submit(call('c', range(30), 5));
  await s.run();
  const prompt = range(10, 3);
  for (const id of ['a', 'b']) expect(s.scores.get(id)!.slice(1)).toEqual(scoresOf(prompt));
  expect(s.outputs.get('a')).toEqual([[]]);
  expect(s.outputs.get('b')).toEqual(expected(call('', prompt, 2)));
});

test('a prompt is scored in parts as large as the decoder takes, and the rest of a step is for others', async () => {
  const sizes: number[][] = [];
  const decoder = new FakeDecoder({
    maxTokensPerStep: 64,
    maxScoredTokens: 32,
    onStep: (all) => void sizes.push(all.map((s) => s.tokens.length)),
  });
  const s = new Simulation(decoder);
  s.submit(call('a', range(90), 0, { promptLogprobs: 1, n: 2 }));
  s.submit(call('b', range(40, 5), 1));
  await s.run();
  expect(sizes).toEqual([[32, 32], [32, 8], [25]]);
  expect(s.scores.get('a')!.slice(1)).toEqual(scoresOf(range(90)));
  expect([...s.ended.keys()].sort()).toEqual(['a/0', 'a/1', 'b/0']);
});
