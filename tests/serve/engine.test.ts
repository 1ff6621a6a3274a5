import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Tokenizer, tokenizerFromJson } from '../../src/data/index.ts';
import {
  type EngineOptions,
  type Generation,
  type GenerationRequest,
  ServingEngine,
  StopStrings,
} from '../../src/serve/index.ts';
import { errorOf } from '../api/error-of.ts';
import { characterTokenizer } from '../model-files.ts';
import { FakeDecoder, type FakeOptions, fakeToken } from './fake-decoder.ts';

let tokenizer: Tokenizer;
const engines: ServingEngine[] = [];
beforeAll(async () => {
  tokenizer = await tokenizerFromJson(characterTokenizer(), { backend: 'javascript' });
});
afterEach(async () => {
  for (const e of engines.splice(0)) await e.close();
});

async function start(fake: FakeOptions = {}, options: Partial<EngineOptions> = {}): Promise<ServingEngine> {
  const engine = await ServingEngine.start({ open: async () => new FakeDecoder(fake), tokenizer, ...options });
  engines.push(engine);
  return engine;
}

const ask = (text: string, maxTokens: number, more: Partial<GenerationRequest> = {}): GenerationRequest => ({
  prompt: [...tokenizer.encode(text)],
  maxTokens,
  sampling: {},
  ...more,
});

async function read(g: Generation): Promise<{ text: string; numTokens: number; end: unknown; stop: unknown }> {
  let text = '';
  let numTokens = 0;
  let end: unknown;
  let stop: unknown;
  for await (const event of g) {
    text += event.text;
    numTokens += event.tokens.length;
    end = event.finishReason;
    stop = event.stopReason;
  }
  return { text, numTokens, end, stop };
}

/** What the fake decoder writes behind a text. */
function written(text: string, n: number): string {
  const seen = [...tokenizer.encode(text)];
  for (let i = 0; i < n; i++) seen.push(fakeToken(seen, { seed: 0, index: i, vocabSize: 95 }));
  return tokenizer.decode(seen, { skipSpecialTokens: true }).slice(text.length);
}

describe('stop strings', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  const stop = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });

  test('end a text at the same place however it is cut', () => {
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 6 }), fc.array(stop, { maxLength: 3 }), (pieces, stops) => {
        const whole = pieces.join('');
        // The first place at which some stop is complete.
        const end = [...Array(whole.length + 1).keys()].find((i) => stops.some((s) => whole.slice(0, i).endsWith(s)));
        const s = new StopStrings(stops);
        let text = '';
        let found: string | undefined;
        for (const piece of pieces) {
          const shown = s.push(piece);
          text += shown.text;
          found = shown.stop;
          if (found !== undefined) break;
        }
        if (found === undefined) text += s.finish();
        if (end === undefined) expect([text, found]).toEqual([whole, undefined]);
        else {
          expect(whole.slice(0, end).endsWith(found!)).toBe(true);
          expect(text).toBe(whole.slice(0, end - found!.length));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('what cannot become one is not held back', () => {
    const s = new StopStrings(['<end>']);
    expect(s.push('text <e').text).toBe('text ');
    expect(s.push('lse').text).toBe('<else');
    expect(s.push('<end').text).toBe('');
    expect(s.finish()).toBe('<end');
    expect(new StopStrings(['##'], true).push('a##b')).toEqual({ text: 'a##', stop: '##' });
  });
});

test('texts are those of their tokens, many calls at once', async () => {
  const engine = await start();
  const texts = ['one', 'another', 'a third one', 'one', 'the last'];
  const all = await Promise.all(texts.map((text) => read(engine.generate(ask(text, 12)))));
  expect(all.map((r) => r.text)).toEqual(texts.map((text) => written(text, 12)));
  for (const r of all) expect(r).toMatchObject({ numTokens: 12, end: 'length' });
  expect(engine.state).toMatchObject({ numRunning: 0, numWaiting: 0, numUsedPages: 0 });
});

test('a text ends before a stop string and with a stop token, and tells which', async () => {
  const engine = await start();
  const text = written('abc', 30);
  const stop = text.slice(5, 7);
  const byString = await read(engine.generate(ask('abc', 30, { stop: ['never', stop] })));
  expect(byString).toMatchObject({ text: text.slice(0, text.indexOf(stop)), end: 'stop', stop });
  const token = tokenizer.idOf(text[4])!;
  const first = text.indexOf(text[4]);
  const request = ask('abc', 30, { stopTokens: new Set([token]), namedStopTokens: new Set([token]) });
  expect(await read(engine.generate(request))).toMatchObject({ text: text.slice(0, first), end: 'stop', stop: token });
  const own = ask('abc', 30, { stopTokens: new Set([token]) });
  expect(await read(engine.generate(own))).toMatchObject({ text: text.slice(0, first), end: 'stop', stop: undefined });
  expect(engine.state.numUsedPages).toBe(0);
});

test('a call that nobody wants any more gives its pages back within a step', async () => {
  let numSteps = 0;
  const engine = await start({ onStep: () => void numSteps++ });
  const g = engine.generate(ask('abc', 200));
  await expect(
    (async () => {
      for await (const _ of g) {
        numSteps = 0;
        g.abort();
      }
    })(),
  ).rejects.toMatchObject({ code: 'serve/aborted' });
  while (engine.state.numUsedPages > 0) await new Promise((done) => setImmediate(done));
  expect(numSteps).toBeLessThanOrEqual(1);
});

describe('a decoder that fails', () => {
  test('takes only the calls of its step with it, and is replaced', async () => {
    let numOpened = 0;
    let fails = false;
    const faults: unknown[] = [];
    const onStep = (): void => {
      if (fails) {
        fails = false;
        throw new Error('broken');
      }
    };
    const engine = await start(
      {},
      {
        open: async () => {
          if (++numOpened === 2) throw new Error('not yet');
          return new FakeDecoder({ maxSequences: 1, onStep });
        },
        retryMs: [0, 1],
        observer: { onFault: (e) => faults.push(e) },
      },
    );
    const [first, second] = ['first', 'second'].map((text) => engine.generate(ask(text, 20)));
    const events = first[Symbol.asyncIterator]();
    await events.next();
    fails = true;
    const rest = (async () => {
      while (!(await events.next()).done);
    })();
    await expect(rest).rejects.toMatchObject({ code: 'serve/engine-fault' });
    expect(engine.status).toBe('restarting');
    expect((await read(second)).text).toBe(written('second', 20));
    expect(engine.status).toBe('ok');
    expect(faults).toHaveLength(2);
    expect((await read(engine.generate(ask('first', 20)))).text).toBe(written('first', 20));
  });

  test('and goes on failing is not tried for ever', async () => {
    const onStep = (): void => {
      throw new Error('broken');
    };
    const engine = await start({ onStep }, { retryMs: [0] });
    for (let i = 0; engine.status !== 'failed' && i < 10; i++)
      await expect(read(engine.generate(ask('a', 4))))
        .rejects.toMatchObject({ code: 'serve/engine-fault' })
        .finally(async () => {
          while (engine.status === 'restarting') await new Promise((done) => setTimeout(done, 1));
        });
    expect(engine.status).toBe('failed');
    const refused = errorOf(() => engine.generate(ask('a', 4)));
    // Nothing that could be sent again.
    expect([refused.code, refused.advice, refused.fields.retryAfterMs]).toEqual([
      'serve/unavailable',
      expect.stringContaining('start it anew'),
      undefined,
    ]);
  });

  test('and one that ends while nobody asks is replaced before a call needs it; guessers are made anew', async () => {
    const ends: ((cause: Error) => void)[] = [];
    const faults: unknown[] = [];
    let numGuessers = 0;
    const open = async () => {
      const lost = new Promise<Error>((done) => ends.push(done));
      return Object.assign(new FakeDecoder(), { lost });
    };
    const drafters = () => {
      numGuessers++;
      return [];
    };
    const engine = await start({}, { open, drafters, observer: { onFault: (e) => faults.push(e) } });
    expect((await read(engine.generate(ask('first', 8)))).text).toBe(written('first', 8));
    ends[0](new Error('killed'));
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    expect((await read(engine.generate(ask('first', 8)))).text).toBe(written('first', 8));
    expect([engine.status, numGuessers, engine.numFaults]).toEqual(['ok', 2, 1]);
    expect(faults).toEqual([new Error('killed')]);
  });

  test('has nobody wait beyond a deadline while another one is made', async () => {
    let opens: (d: FakeDecoder) => void = () => {};
    let numOpened = 0;
    const onStep = (): void => {
      throw new Error('broken');
    };
    const open = () =>
      ++numOpened === 1
        ? Promise.resolve(new FakeDecoder({ onStep, maxSequences: 1 }))
        : new Promise<FakeDecoder>((done) => {
            opens = done;
          });
    const engine = await start({}, { open });
    const [first, second] = ['a', 'b'].map((text) =>
      engine.generate(ask(text, 4, text === 'b' ? { deadlineMs: performance.now() + 350 } : {})),
    );
    await expect(read(first)).rejects.toMatchObject({ code: 'serve/engine-fault' });
    await expect(read(second)).rejects.toMatchObject({ code: 'serve/deadline' });
    expect(engine.status).toBe('restarting');
    opens(new FakeDecoder());
    expect((await read(engine.generate(ask('a', 4)))).text).toBe(written('a', 4));
  });

  test('and one that hangs is noticed', async () => {
    let release: () => void = () => {};
    const hanging = new Promise<void>((done) => {
      release = done;
    });
    const engine = await start({ onStep: () => hanging }, { stuckMs: 20 });
    const g = engine.generate(ask('a', 1));
    expect(engine.status).toBe('ok');
    await new Promise((done) => setTimeout(done, 60));
    expect(engine.status).toBe('stuck');
    release();
    await read(g);
    expect(engine.status).toBe('ok');
  });

  test('and one that hangs for too long is ended where it can be, and replaced', async () => {
    let numOpened = 0;
    const open = async () => {
      if (++numOpened > 1) return new FakeDecoder();
      let give: (error: Error) => void = () => {};
      const onStep = () => new Promise<void>((_, fail) => (give = fail));
      return Object.assign(new FakeDecoder({ onStep }), { abandon: () => give(new Error('abandoned')) });
    };
    const engine = await start({}, { open, stuckMs: 20 });
    await expect(read(engine.generate(ask('a', 4)))).rejects.toMatchObject({ code: 'serve/engine-fault' });
    expect((await read(engine.generate(ask('a', 4)))).text).toBe(written('a', 4));
    expect([engine.status, numOpened]).toEqual(['ok', 2]);
  });
});

test('an engine that is drained finishes what it has, and takes nothing more', async () => {
  const engine = await start();
  const g = engine.generate(ask('abc', 40));
  const drained = engine.drain(10_000);
  expect(errorOf(() => engine.generate(ask('x', 1))).code).toBe('serve/unavailable');
  expect((await read(g)).text).toBe(written('abc', 40));
  await drained;
  expect(engine.status).toBe('draining');
});

test('what means nothing is refused before anything is computed', async () => {
  const engine = await start();
  const codeOf = (more: Partial<GenerationRequest>): string => errorOf(() => engine.generate(ask('a', 4, more))).code;
  expect(codeOf({ prompt: [1, 95] })).toBe('serve/request');
  expect(codeOf({ prompt: [] })).toBe('serve/request');
  expect(codeOf({ maxTokens: 0 })).toBe('serve/request');
  expect(codeOf({ maxTokens: 1e6 })).toBe('serve/too-long');
  expect(codeOf({ sampling: { temperature: -1 } })).toBe('models/sampling');
  expect(codeOf({ sampling: { logitBias: new Map([[400, 1]]) } })).toBe('serve/request');
});

test('what may be needed is compiled while nobody asks for anything, one program at a time; what fails there harms nobody', async () => {
  let [numAhead, under, most, stepping] = [0, 0, 0, false];
  const overlaps: boolean[] = [];
  const decoder = new FakeDecoder({
    onStep: async () => {
      stepping = true;
      await new Promise((done) => setTimeout(done, 30));
      stepping = false;
    },
  });
  const compileAhead = async (): Promise<boolean> => {
    overlaps.push(stepping);
    most = Math.max(most, ++under);
    await new Promise((done) => setTimeout(done, 400));
    under--;
    if (++numAhead === 1) throw new Error('no compiler');
    return true;
  };
  const open = async () => Object.assign(decoder, { compileAhead });
  const engine = await start({}, { open, compilesAhead: true });
  expect((await read(engine.generate(ask('ab', 20)))).numTokens).toBe(20);
  await vi.waitFor(() => expect(numAhead).toBeGreaterThan(1), 4000);
  expect(engine.status).toBe('ok');
  expect((await read(engine.generate(ask('ab', 2)))).numTokens).toBe(2);
  await engine.close();
  expect([most, under]).toEqual([1, 0]);
  expect(overlaps).not.toContain(true);
});
