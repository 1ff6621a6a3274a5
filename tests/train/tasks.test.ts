import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grad, hostTensor, jit, setDefaultEngine, type Tensor, tree } from '../../src/api/index.ts';
import {
  type Example,
  ExampleStream,
  encoderDecoder,
  type FeatureConverter,
  languageModel,
  prefixLanguageModel,
  sourceOfRows,
  TaskBatches,
} from '../../src/data/index.ts';
import { beginModel, type LoadedModel, loadModel } from '../../src/models/index.ts';
import type { Params } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import {
  checkTasks,
  featureLoss,
  findTasks,
  fineTune,
  inputsOfFeatures,
  openTasks,
  taskEvaluator,
  taskObjective,
  trainingBatchesOf,
  validationOf,
  type Weights,
} from '../../src/train/index.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-tasks-'));
const engine = createEngine('reference');
const before = process.env.ESPALIER_CACHE;
beforeAll(() => {
  setDefaultEngine(engine);
  process.env.ESPALIER_CACHE = join(work, 'cache');
});
afterAll(() => {
  if (before === undefined) delete process.env.ESPALIER_CACHE;
  else process.env.ESPALIER_CACHE = before;
  rmSync(work, { recursive: true, force: true });
});

const t5 = {
  model_type: 't5',
  vocab_size: 40,
  d_model: 8,
  d_kv: 4,
  d_ff: 12,
  num_layers: 1,
  num_heads: 2,
  feed_forward_proj: 'gated-gelu',
  tie_word_embeddings: false,
};
const gemma2 = {
  model_type: 'gemma2',
  vocab_size: 40,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 4,
  sliding_window: 3,
  query_pre_attn_scalar: 4,
  tie_word_embeddings: false,
};
const models = new Map<string, Promise<LoadedModel>>();
const begun = (config: { readonly model_type: string; readonly vocab_size: number }): Promise<LoadedModel> => {
  const key = `${config.model_type}-${config.vocab_size}`;
  const make = async (): Promise<LoadedModel> => {
    const file = join(work, `${key}.json`);
    writeFileSync(file, JSON.stringify(config));
    await beginModel(file, join(work, key), { seed: 3, engine });
    return loadModel(join(work, key), { engine });
  };
  models.set(key, models.get(key) ?? make());
  return models.get(key)!;
};

/** Six examples of 3 to 8 tokens whose ids no other one has. */
const examples: readonly Example[] = Array.from({ length: 6 }, (_, e) => ({
  inputs: Array.from({ length: 2 + (e % 3) }, (_, i) => 3 + 6 * e + (i % 6)),
  targets: Array.from({ length: 1 + ((e * 2) % 4) }, (_, i) => 3 + 6 * e + ((i + 3) % 6)),
}));

describe.each([
  ['an encoder and a decoder', t5, encoderDecoder],
  ['a decoder that sees prefixes', gemma2, prefixLanguageModel()],
  ['a decoder', gemma2, languageModel],
] as const)('rows of several examples, of %s', (_, config, converter: FeatureConverter) => {
  const lengths = { inputs: 9, targets: 9 };
  const rowsOf = (packing: 'best' | 'none') =>
    new TaskBatches({
      stream: new ExampleStream(
        {
          name: 'e',
          source: sourceOfRows(examples),
          preprocessors: [],
          outputFeatures: { inputs: {}, targets: {} },
        },
        { seed: 0, lengths, shuffle: false },
      ),
      converter,
      lengths,
      batchSize: packing === 'none' ? 6 : 1,
      packing,
      window: 6,
    });
  const tensors = async (packing: 'best' | 'none', step = 0): Promise<Record<string, Tensor>> =>
    Object.fromEntries(
      Object.entries(inputsOfFeatures(await rowsOf(packing).at(step))).map(([name, x]) => [name, hostTensor(x)]),
    );

  it('lose what each loses by itself', async () => {
    const model = await begun(config);
    const loss = async (batch: Record<string, Tensor>): Promise<number[]> => {
      const { sum, count } = featureLoss(model, model.weights, batch);
      return [Number(await sum.item()), Number(await count.item())];
    };
    const alone = await loss(await tensors('none'));
    let [sum, count, step] = [0, 0, 0];
    for (; count < alone[1]; step++) {
      const [s, c] = await loss(await tensors('best', step));
      sum += s;
      count += c;
    }
    expect(step).toBeLessThan(6);
    expect(count).toBe(alone[1]);
    expect(Math.abs(sum / alone[0] - 1)).toBeLessThan(1e-5);
  });

  it('learn nothing of each other: gradients across are exactly 0', async () => {
    const model = await begun(config);
    const [row] = await rowsOf('best').rows(0);
    expect(row.length).toBeGreaterThan(1);
    const batch = await tensors('best');
    // Only targets of the second example count.
    const segments = await (batch.decoderSegments ?? batch.segments).toHost();
    const weights = await batch.weights.toHost();
    const second = Float32Array.from(weights.data as Float32Array, (w, i) =>
      (segments.data as Int32Array)[i] === 2 ? w : 0,
    );
    (weights.data as Float32Array).set(second);
    const slopes = async (inputs: Record<string, Tensor>): Promise<{ own: number; other: number }> => {
      const g = jit(
        (w: Params, b: Record<string, Tensor>) => grad((p: Params) => featureLoss(model, p as Weights, b).sum)(w),
        { engine },
      )(model.weights as Params, { ...inputs, weights: hostTensor(weights) });
      const entry = [...tree.entries(g)].find(([path]) => /(^|\.)embedding$/.test(path))!;
      const table = (await (entry[1] as Tensor).toHost()).toNumbers();
      const largest = (ids: readonly number[]): number =>
        Math.max(...ids.flatMap((id) => table.slice(8 * id, 8 * (id + 1)).map(Math.abs)));
      const ids = row.map((e) => [...Array.from(e.features.inputs), ...Array.from(e.features.targets)]);
      return { own: largest(ids[1]), other: largest(ids[0]) };
    };
    const apart = await slopes(batch);
    expect(apart.own).toBeGreaterThan(1e-4);
    expect(apart.other).toBe(0);
    const { segments: _, decoderSegments: __, ...mixed } = batch;
    expect((await slopes(mixed)).other).toBeGreaterThan(1e-6);
  });
});

describe('training on tasks', () => {
  const text = join(work, 'text.txt');
  const file = (name: string, contents: object): string => {
    const path = join(work, name);
    writeFileSync(path, JSON.stringify(contents));
    return path;
  };
  const byteT5 = { ...t5, vocab_size: 384 };
  const run = async (outDir: string, o: { steps: number; stopAt?: number; resume?: boolean }): Promise<void> => {
    writeFileSync(text, Array.from({ length: 30 }, (_, i) => `line ${i} of a text`).join('\n'));
    const path = file('spans.json', { files: 'text.txt', objective: 'spans', tokenizer: 'bytes', window: 2 });
    const { declaration, name } = await findTasks(path);
    const tasks = await openTasks(
      declaration,
      name,
      { isEncoderDecoder: true, startToken: 0 },
      { seed: 5, batchSize: 2, length: 40 },
    );
    const stop = new AbortController();
    mkdirSync(outDir, { recursive: true });
    await fineTune({
      model: await begun(byteT5),
      batches: trainingBatchesOf(tasks.batches),
      objective: taskObjective({ zLoss: 1e-4 }),
      outDir,
      batchSize: 2,
      steps: o.steps,
      learningRate: 1e-2,
      optimizer: 'sgd',
      seed: 5,
      resume: o.resume ?? false,
      signal: stop.signal,
      onStep: (m) => {
        if (m.step + 1 === o.stopAt) stop.abort();
      },
    });
    tasks.close();
  };

  it('learns spans with T5, and goes on bit for bit where it was stopped', async () => {
    const [whole, stopped] = [join(work, 'whole'), join(work, 'stopped')];
    await run(whole, { steps: 3 });
    await run(stopped, { steps: 3, stopAt: 2 });
    const { data } = JSON.parse(readFileSync(join(stopped, 'checkpoints/step-00000002/checkpoint.json'), 'utf8')) as {
      data: { step: number; window: number };
    };
    expect(data.step).toBe(2);
    expect(data.window).toBeGreaterThan(0);
    await run(stopped, { steps: 3, resume: true });
    const model = (dir: string): Buffer => readFileSync(join(dir, 'model', 'model.safetensors'));
    expect(model(stopped).equals(model(whole))).toBe(true);
  });

  it('measures a task as it is trained, the first examples each by itself', async () => {
    writeFileSync(join(work, 'pairs.jsonl'), '{"prompt":"a","completion":"b"}\n{"prompt":"cd","completion":"e"}\n');
    const d = checkTasks(
      {
        tasks: {
          p: { files: join(work, 'pairs.jsonl'), validation: join(work, 'pairs.jsonl'), metrics: ['exactMatch'] },
        },
        tokenizer: 'bytes',
        mixtures: { m: { p: 1 } },
      },
      'x',
      'x',
    );
    const held = validationOf(d, 'm')!;
    const model = await begun(byteT5);
    const tasks = await openTasks(
      held.declaration,
      held.name,
      { isEncoderDecoder: true, startToken: 0 },
      { seed: 0, batchSize: 2, length: 6 },
    );
    const [measured] = await taskEvaluator(tasks, { maxNewTokens: 2 })(model);
    const rows = (await tasks.stream.examples(0, 2)).map((e) => [e.features!]);
    const inputs = inputsOfFeatures(tasks.converter.convert(rows, tasks.lengths));
    const loss = featureLoss(
      model,
      model.weights,
      Object.fromEntries(Object.entries(inputs).map(([n, x]) => [n, hostTensor(x)])),
    );
    const mean = Number(await loss.sum.item()) / Number(await loss.count.item());
    tasks.close();
    expect(measured).toMatchObject({ task: 'p', examples: 2, tokens: 4, metrics: { exactMatch: 0 } });
    expect(measured.loss).toBeCloseTo(mean, 4);
    expect(validationOf({ tasks: { a: { files: 'a' } } }, 'a')).toBeUndefined();
  });

  it('task files say what they cannot be', async () => {
    const wrong = (x: unknown) => () => checkTasks(x, 'tasks.json', 'tasks');
    expect(wrong({ files: 'a.txt', objektive: 'spans' })).toThrow(
      /tasks\.json: the task tasks has no "objektive": .* Did you mean objective/,
    );
    expect(wrong({ tasks: { a: { files: 'a', density: 2 } } })).toThrow(
      /density of the task a cannot be that: expected a share between 0 and 1, got 2/,
    );
    expect(wrong({ tasks: {} })).toThrow(/tasks\.json has no task/);
    expect(wrong({ tasks: { a: {} } })).toThrow(/the task a names no files/);
    expect(wrong([])).toThrow(/the top is no object/);
    expect(wrong({ tasks: { a: { files: 'a' } }, mixtures: { m: 3 } })).toThrow(/the mixture m has no rates/);
    for (const nothing of [{ a: 0 }, {}, [{ start: 0, weights: { a: 0 } }]])
      expect(wrong({ tasks: { a: { files: 'a' } }, mixtures: { m: nothing } })).toThrow(
        /tasks\.json: the mixture m takes nothing of any task: expected a rate above 0/,
      );
    const two = file('two.json', { tasks: { a: { files: 'a' }, b: { files: 'b' } } });
    await expect(findTasks(two)).rejects.toThrow(/has several tasks: expected .*two\.json#a, .*two\.json#b/);
    await expect(findTasks(`${two}#c`)).rejects.toThrow(/has no task c: expected a, b/);
    await expect(findTasks(join(work, 'none.json'))).rejects.toThrow(/there is no .*none\.json/);
    const open = (d: object, isEncoderDecoder = false, length = 40) =>
      openTasks(checkTasks(d, 'x', 'x'), 'x', { isEncoderDecoder }, { seed: 0, batchSize: 1, length });
    await expect(open({ files: text, tokenizer: 'bytes' }, true)).rejects.toThrow(/nothing that an encoder could read/);
    await expect(open({ files: text })).rejects.toThrow(/there is no tokenizer/);
    await expect(
      open({ files: text, tokenizer: 'bytes', objective: 'spans', meanSpan: 1 }, true, 2000),
    ).rejects.toThrow(/leaves out \d+ spans of \d+ tokens, and the tokenizer has no <extra_id_/);
    const odd = join(work, 'odd.jsonl');
    writeFileSync(odd, '{"prompt":"a","completion":"b"}\n{"prompt":"a"}\n');
    const tasks = await open({ files: odd, tokenizer: 'bytes' });
    await expect(tasks.batches.at(0)).rejects.toThrow(/odd\.jsonl, line 2: none of messages, conversations/);
    tasks.close();
    const shard = join(work, 'shard.bin');
    writeFileSync(shard, Uint16Array.of(5, 6, 7, 40_000));
    const shards = await open({ files: shard, tokenizer: 'bytes', length: 2 });
    await expect(shards.batches.at(0)).rejects.toThrow(/shard\.bin.*the token 40000, which the tokenizer has not/);
    shards.close();
  });
});
