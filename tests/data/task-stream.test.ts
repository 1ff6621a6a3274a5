import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BatchPosition,
  byteTokenizer,
  ExampleStream,
  encoderDecoder,
  exactMatch,
  getTask,
  languageModel,
  type PackedRow,
  type Preprocessor,
  randomChunk,
  registerMixture,
  registerTask,
  removeTask,
  restoreSpans,
  sourceOfRows,
  spanCorruption,
  type Task,
  TaskBatches,
  type TaskMixture,
  taskNames,
  tokenize,
  wordF1,
} from '../../src/data/index.ts';
import { scaled } from '../scale.ts';

const bytes = { tokenizer: byteTokenizer(), name: 'bytes' };
const texts = (name: string, count: number): Task => ({
  name,
  source: sourceOfRows(
    Array.from({ length: count }, (_, i) => ({ text: `${name}${i} `.repeat(1 + (i % 4)) })),
    name,
  ),
  preprocessors: [tokenize(bytes, { text: 'targets' }), randomChunk(9)],
  outputFeatures: { targets: { eosId: 1 } },
});
const lengths = { targets: 16 };
const shown = (rows: readonly PackedRow[]): string =>
  JSON.stringify(rows.map((r) => r.map((e) => [e.task, e.epoch, e.index, Array.from(e.features.targets)])));

describe('streams of examples', () => {
  it('are the same for any hosts, workers, restarts and epochs', async () => {
    const mixtures: (Task | TaskMixture)[] = [
      texts('a', 13),
      { name: 'ab', tasks: [texts('a', 13), texts('b', 5)], rates: { a: 3, b: 1 } },
    ];
    const batchSize = 12;
    const batches = (of: Task | TaskMixture, workers: number, packing: 'best' | 'none') =>
      new TaskBatches({
        stream: new ExampleStream(of, { seed: 4, lengths, workers, blockSize: 8 }),
        converter: languageModel,
        lengths,
        batchSize,
        packing,
        window: 10,
      });
    // Once in order, by one worker of one host: five steps, three epochs and more.
    const expected = new Map<string, string[]>();
    const key = (m: number, packing: string): string => `${m}${packing}`;
    for (const m of [0, 1])
      for (const packing of ['best', 'none'] as const) {
        const one = batches(mixtures[m], 1, packing);
        const steps: string[] = [];
        for (let step = 0; step < 5; step++) steps.push(shown(await one.rows(step)));
        expect(new Set(steps).size).toBe(5);
        expected.set(key(m, packing), steps);
      }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1),
        fc.constantFrom('best' as const, 'none' as const),
        fc.constantFrom(1, 2, 3, 4, 6, 12),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(4),
        fc.nat(4),
        fc.boolean(),
        async (m, packing, hosts, workers, stop, step, notes) => {
          // A run that has come to `stop` and goes on elsewhere, with what it noted, or with nothing.
          const next = batches(mixtures[m], workers, packing);
          if (notes) {
            const position = await batches(mixtures[m], 1, packing).position(stop);
            next.goTo(JSON.parse(JSON.stringify(position)) as BatchPosition);
          }
          const each = batchSize / hosts;
          const rows: PackedRow[] = [];
          for (let h = 0; h < hosts; h++) rows.push(...(await next.rows(step, { from: h * each, to: (h + 1) * each })));
          expect(shown(rows)).toBe(expected.get(key(m, packing))![step]);
        },
      ),
      { numRuns: scaled(40) },
    );
  });

  it('have every example once per epoch, in another order and with other chunks each time', async () => {
    const stream = new ExampleStream(texts('a', 13), { seed: 1, lengths });
    const epochs = [0, 1].map((e) => stream.examples(13 * e, 13 * (e + 1)));
    const [first, second] = await Promise.all(epochs);
    const indices = (all: typeof first): number[] => all.map((e) => e.index);
    expect(indices(first).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect(indices(second).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect(indices(first)).not.toEqual(indices(second));
    const chunk = (all: typeof first, index: number): string =>
      Array.from(all.find((e) => e.index === index)!.features!.targets).join();
    expect([3, 7, 11].some((i) => chunk(first, i) !== chunk(second, i))).toBe(true);
  });

  it('give what T5 gives: spans and their sentinels, from which the text comes back', async () => {
    const firstSentinel = bytes.tokenizer.idOf('<extra_id_0>')!;
    const task: Task = {
      ...texts('t', 6),
      preprocessors: [
        tokenize(bytes, { text: 'targets' }),
        spanCorruption({ density: 0.3, meanSpan: 2, firstSentinel }),
      ],
      outputFeatures: { inputs: { eosId: 1 }, targets: { eosId: 1 } },
    };
    const stream = new ExampleStream(task, { seed: 2, lengths: { inputs: 40, targets: 40 }, shuffle: false });
    for (const { index, features } of await stream.examples(0, 6)) {
      const { text } = (await task.source.at(index)).fields;
      const pair = { inputs: Array.from(features!.inputs), targets: Array.from(features!.targets) };
      expect(bytes.tokenizer.decode(restoreSpans(pair, { firstSentinel }))).toBe(text);
      expect(pair.targets[0]).toBe(firstSentinel);
      expect([pair.inputs.at(-1), pair.targets.at(-1)]).toEqual([1, 1]);
    }
    const { fingerprint } = stream;
    const other = new ExampleStream(
      { ...task, preprocessors: [task.preprocessors[0], spanCorruption({ density: 0.3, meanSpan: 3, firstSentinel })] },
      { seed: 2, lengths: { inputs: 40, targets: 40 }, shuffle: false },
    );
    expect(other.fingerprint).not.toBe(fingerprint);
    const rows = new TaskBatches({
      stream,
      converter: encoderDecoder,
      lengths: { inputs: 40, targets: 40 },
      batchSize: 2,
    });
    const f = await rows.at(0);
    expect(f.encoder_input_tokens.shape).toEqual([2, 40]);
    expect(Object.keys(f).sort()).toContain('encoder_segment_ids');
  });

  it('say what is wrong, by file and line', async () => {
    const broken = (preprocessors: readonly Preprocessor[], rows: readonly Record<string, unknown>[]): ExampleStream =>
      new ExampleStream(
        { ...texts('a', 1), source: sourceOfRows(rows, 'a.jsonl'), preprocessors },
        { seed: 0, lengths },
      );
    const words = tokenize(bytes, { text: 'targets' });
    await expect(broken([words], [{ txt: 'x' }]).examples(0, 1)).rejects.toThrow(
      /a\.jsonl, row 1: no field "text": got txt/,
    );
    await expect(broken([words], [{ text: 3 }]).examples(0, 1)).rejects.toThrow(/row 1: "text" is no text: got 3/);
    await expect(broken([], [{ targets: [1.5] }]).examples(0, 1)).rejects.toThrow(
      /its feature "targets" is no list of ids/,
    );
    const weights = { targets: [1, 2], targets_weights: [1] };
    await expect(broken([], [weights]).examples(0, 1)).rejects.toThrow(/not as many weights as tokens/);
    const none = broken([{ name: 'none', apply: () => undefined }], [{}, {}]);
    const empty = new TaskBatches({ stream: none, converter: languageModel, lengths, batchSize: 2, window: 4 });
    await expect(empty.at(0)).rejects.toThrow(/every example of the task is left out/);
    const [a, b] = [texts('a', 3), texts('b', 3)];
    const mixed = (m: Partial<TaskMixture>) => () =>
      new ExampleStream({ name: 'm', tasks: [a, b], ...m }, { seed: 0, lengths });
    expect(mixed({ rates: { a: 1, c: 1 } })).toThrow(/m has a rate for c, which is none of its tasks: expected a, b/);
    expect(mixed({ tasks: [a, { ...b, outputFeatures: { inputs: {}, targets: {} } }] })).toThrow(
      /tasks of m have other features: expected targets, as a, got inputs,targets of b/,
    );
  });
});

describe('the registry', () => {
  it('has tasks and mixtures by name, and knows the nearest one', async () => {
    registerTask('books.v1', () => texts('books.v1', 3));
    registerMixture('all', async () => ({ name: 'all', tasks: [(await getTask('books.v1')) as Task] }));
    expect(taskNames()).toEqual(['all', 'books.v1']);
    expect((await getTask('all')).name).toBe('all');
    await expect(getTask('book.v1')).rejects.toThrow(
      /there is no task book\.v1: expected all, books\.v1\. Did you mean books\.v1/,
    );
    expect(() => registerTask('all', () => texts('all', 1))).toThrow(/there is a task or mixture all already/);
    expect(() => registerTask('a b', () => texts('a', 1))).toThrow(/cannot be the name of a task/);
    for (const name of taskNames()) removeTask(name);
    expect(taskNames()).toEqual([]);
  });
});

describe('metrics of what is written', () => {
  it('are those of SQuAD', () => {
    expect(exactMatch.compute(['a b', 'c'], [' a b\n', 'C'])).toBe(0.5);
    // "The cat sat" beside "cat, sat down": two of two and of three words.
    expect(wordF1.compute(['The cat sat'], ['cat, sat down'])).toBeCloseTo(0.8, 10);
    expect(wordF1.compute(['', 'x x'], ['', 'x'])).toBeCloseTo((1 + 2 / 3) / 2, 10);
    expect(wordF1.compute([], [])).toBe(0);
  });
});

describe('the tokenizer of bytes', () => {
  it('gives any text back, and has sentinels from the last id down', () => {
    const { tokenizer } = bytes;
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
      { numRuns: 50 },
    );
    expect([tokenizer.vocabSize, tokenizer.idOf('<extra_id_0>'), tokenizer.idOf('<extra_id_125>')]).toEqual([
      384,
      383,
      undefined,
    ]);
    expect(tokenizer.tokenOf(260)).toBe('<extra_id_123>');
    expect(Array.from(byteTokenizer(1, true).encode('Hi'))).toEqual([75, 108, 1]);
    expect(tokenizer.idOf(tokenizer.tokenOf(72)!)).toBe(72);
    expect(() => byteTokenizer(-1)).toThrow(/whole number of sentinels/);
  });
});
