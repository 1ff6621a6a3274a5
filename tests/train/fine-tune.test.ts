import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { grad, nn, np, random, type Tensor } from '../../src/api/index.ts';
import { openTensorFolder, readAdapter, type Tokenizer } from '../../src/data/index.ts';
import { distillationLoss, type LoadedModel, loadModel, trainedBits, withAdapters } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import {
  declareLora,
  type Example,
  ExampleBatches,
  type FineTuneOptions,
  fineTune,
  readExamples,
} from '../../src/train/index.ts';
import { oracleModels } from '../models/parity.ts';

const root = oracleModels();
const work = mkdtempSync(join(tmpdir(), 'espalier-fine-tune-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => join(work, String(made++));
const engine = createEngine('reference');

/** Sequences that count upwards: easily learnt. */
const counting: readonly Example[] = Array.from({ length: 12 }, (_, i) => ({
  tokens: Int32Array.from({ length: 6 + (i % 5) }, (_, j) => 10 + ((7 * i + j) % 60)),
  isTarget: Uint8Array.from({ length: 6 + (i % 5) }, (_, j) => (j > 1 ? 1 : 0)),
}));

const files = (dir: string): Map<string, Buffer> =>
  new Map(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))] as const));

describe.skipIf(!root)('fine-tuning', () => {
  const open = (name: string): LoadedModel => loadModel(join(root!, name), { engine });
  const run = (o: Partial<FineTuneOptions> & { outDir: string }) =>
    fineTune({
      model: open('gemma3'),
      examples: counting,
      lora: { rank: 2 },
      batchSize: 4,
      steps: 6,
      learningRate: 1e-2,
      seed: 3,
      ...o,
    });

  it('with LoRA loses what PEFT loses, at each of twenty steps', async () => {
    const folder = join(import.meta.dirname, 'peft');
    const { rows, losses } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
      rows: { tokens: number[]; prompt: number }[];
      losses: number[];
    };
    const differences: number[] = [];
    await run({
      model: open('gemma2'),
      examples: rows.map(({ tokens, prompt }) => ({
        tokens: Int32Array.from(tokens),
        isTarget: Uint8Array.from(tokens, (_, i) => (i >= prompt ? 1 : 0)),
      })),
      outDir: fresh(),
      lora: { rank: 2, alpha: 4, from: readAdapter(folder) },
      steps: 20,
      schedule: 'linear',
      shuffle: false,
      onStep: (m) => differences.push(Math.abs(m.loss - losses[m.step - 1])),
    });
    expect(differences).toHaveLength(20);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  it('for several numbers of bits at once learns all of them', async () => {
    const matquant = [8, 4, 2].map((bits) => ({ bits, weight: bits === 2 ? 1 : 0.1 }));
    const losses: number[] = [];
    const outDir = fresh();
    const { written } = await run({
      model: open('llama'),
      lora: undefined,
      matquant,
      outDir,
      steps: 5,
      onStep: (m) => losses.push(m.loss),
    });
    expect(losses[4]).toBeLessThan(0.95 * losses[0]);
    const two = loadModel(written!, { engine, quantize: { matquant: [2] } });
    expect(trainedBits(two.folder.json)).toEqual([8, 4, 2]);
    expect((await two.generate([[10, 17, 24]], { maxNewTokens: 2 }))[0].length).toBe(2);
    await expect(run({ matquant, outDir: fresh() })).rejects.toThrow(/Leave out LoRA/);
  });

  it('for 2 bits that learn from 8 counts half of what either says, of the model as it is served', async () => {
    const example = counting[0];
    const losses: number[] = [];
    const of = (matquant: FineTuneOptions['matquant']) =>
      run({
        model: open('llama'),
        lora: undefined,
        examples: [example],
        matquant,
        outDir: fresh(),
        batchSize: 1,
        steps: 1,
        onStep: (m) => losses.push(m.loss),
      });
    await of([{ bits: 2, from: 8, weight: 3 }]);
    const tokens = np.array([Array.from(example.tokens)], 'i32');
    const positions = np.expandDims(np.arange(example.tokens.length), 0);
    const logits = ([2, 8] as const).map((bits) => {
      const model = loadModel(join(root!, 'llama'), { engine, quantize: { matquant: [bits] } });
      return np.slice(model.apply({ tokens, positions }).logits!, 1, 0, -1);
    });
    const [two, eight] = logits.map((x) => np.squeeze(nn.logSoftmax(x), 0));
    const next = np.array(Array.from(example.tokens.subarray(1)), 'i32');
    const truth = np.squeeze(np.takeAlongAxis(two, np.expandDims(next, -1), -1), -1);
    const taught = np.sum(np.multiply(np.exp(eight), two), { axis: -1 });
    const counts = np.array(Array.from(example.isTarget.subarray(1)), 'f32');
    const both = np.sum(np.multiply(np.add(truth, taught), counts));
    const expected = -1.5 * (Number(await both.item()) / Number(await np.sum(counts).item()));
    expect(Math.abs(losses[0] / expected - 1)).toBeLessThan(1e-4);
    await expect(of([{ bits: 4, from: 4, weight: 1 }])).rejects.toThrow(/4 bits cannot learn from 4/);
    const one = np.ones([1, 3], 'f32');
    const teacherSlope = grad((t: Tensor) => distillationLoss(random.normal(random.key(1), [1, 2, 5]), t, one).sum);
    const slopes = await teacherSlope(random.normal(random.key(2), [1, 2, 5])).data();
    expect(Array.from(slopes, Number).every((x) => x === 0)).toBe(true);
  });

  it('learns, and its adapter makes the model what it became', async () => {
    const outDir = fresh();
    const losses: number[] = [];
    const result = await run({ outDir, steps: 40, learningRate: 3e-2, onStep: (m) => losses.push(m.loss) });
    expect(losses.at(-1)!).toBeLessThan(0.6 * losses[0]);
    expect(result.written).toBe(join(outDir, 'adapter'));
    const model = withAdapters(open('gemma3'), [readAdapter(join(outDir, 'adapter'))]);
    const tokens = np.array([Array.from(counting[1].tokens)], 'i32');
    const positions = np.array([Array.from(counting[1].tokens, (_, i) => i)], 'i32');
    const nll = async (m: LoadedModel): Promise<number> => {
      const logits = np.slice(m.apply({ tokens, positions }).logits!, 1, 1, -1);
      const next = np.expandDims(np.slice(tokens, 1, 2), -1);
      const chosen = np.squeeze(np.takeAlongAxis(logits, next, -1), -1);
      return Number(await np.mean(np.subtract(np.logsumexp(logits, { axis: -1 }), chosen) as Tensor).item());
    };
    expect(await nll(model)).toBeLessThan((await nll(open('gemma3'))) - 1);
  });

  it.each([
    ['LoRA', { lora: { rank: 2 } }] as const,
    ['all weights', { lora: undefined, learningRate: 1e-3 }] as const,
  ])('%s: a run that was stopped goes on bit for bit', async (_, o) => {
    const [whole, stopped] = [fresh(), fresh()];
    const first = await run({ ...o, outDir: whole });
    const stop = new AbortController();
    const half = await run({
      ...o,
      outDir: stopped,
      signal: stop.signal,
      onStep: (m) => {
        if (m.step === 2) stop.abort(); // step 3 is under way, and is finished
      },
    });
    expect(half).toMatchObject({ step: 3, written: undefined });
    const rest = await run({ ...o, outDir: stopped, resume: true });
    expect(rest.loss).toBe(first.loss);
    const [a, b] = [files(first.written!), files(rest.written!)];
    expect([...a.keys()]).toEqual([...b.keys()]);
    for (const [name, bytes] of a) expect(bytes.equals(b.get(name)!), name).toBe(true);
    if (!o.lora) {
      const store = openTensorFolder(first.written!);
      expect(store.tensors.size).toBe(openTensorFolder(join(root!, 'gemma3')).tensors.size);
      expect(loadModel(first.written!, { engine }).config).toEqual(open('gemma3').config);
    }
  });

  it('begins with factors as PEFT draws them: uniform up to 1/√inputs, and zero', () => {
    const declared = declareLora(open('gemma3'), { rank: 2 });
    const { a, b } = declared['layers[0].attention.out'];
    // 4 heads of 12 numbers go in, 32 come out.
    expect([a.shape, b.shape]).toEqual([
      [2, 2, 2, 12],
      [32, 2],
    ]);
    expect(a.init).toEqual({ uniform: 48 ** -0.5 });
    expect(b.init).toEqual({ constant: 0 });
  });

  it('refuses to go on with something else, and to write over a run', async () => {
    const outDir = fresh();
    await run({ outDir, steps: 2 });
    await expect(run({ outDir, steps: 2 })).rejects.toMatchObject({ code: 'train/out-exists' });
    await expect(run({ outDir, steps: 2, resume: true, learningRate: 0.5 })).rejects.toMatchObject({
      code: 'train/other-run',
      message: expect.stringMatching(/learningRate 0\.01.*learningRate 0\.5/),
    });
    await expect(run({ outDir: fresh(), resume: true })).rejects.toMatchObject({ code: 'train/no-checkpoint' });
    await expect(run({ outDir: fresh(), lora: { rank: 2, targets: ['nothing'] } })).rejects.toMatchObject({
      code: 'train/lora',
    });
  });
});

describe('batches of examples', () => {
  it('count what is learnt: not the first token, which nobody predicts', () => {
    const example = { tokens: Int32Array.from([5, 6, 7]), isTarget: Uint8Array.from([1, 1, 0]) };
    const { tokens, positions, isTarget, numTargets } = new ExampleBatches([example], { batchSize: 2, seed: 0 }).at(0);
    expect(numTargets).toBe(2);
    expect(tokens.shape).toEqual([2, 16]);
    expect(positions.toNumbers().slice(0, 5)).toEqual([0, 1, 2, -1, -1]);
    expect(isTarget.toNumbers().slice(0, 5)).toEqual([1, 1, 0, 0, 0]);
  });

  const at = (b: ExampleBatches, step: number): string => JSON.stringify(b.at(step).tokens.toNumbers());
  it('depend on the seed and the step alone, and give every example once per epoch', () => {
    const make = (seed: number): ExampleBatches => new ExampleBatches(counting, { batchSize: 4, seed });
    const [one, two, other] = [make(1), make(1), make(2)];
    expect(one.stepsPerEpoch).toBe(3);
    for (const step of [5, 0, 2, 1]) expect(at(one, step)).toBe(at(two, step));
    expect(at(one, 0)).not.toBe(at(other, 0));
    const firsts = [0, 1, 2].flatMap((s) => {
      const { tokens } = one.at(s);
      return Array.from({ length: 4 }, (_, r) => tokens.number(r * tokens.shape[1]));
    });
    expect(firsts.sort()).toEqual(counting.map((e) => e.tokens[0]).sort());
    expect([0, 1, 2].map((s) => at(one, s))).not.toEqual([3, 4, 5].map((s) => at(one, s)));
  });
});

describe('examples', () => {
  /** One token per character. */
  const tokenizer = {
    encode: (text: string) => Int32Array.from(text, (c) => c.charCodeAt(0)),
    special: { eos: 1 },
  } as unknown as Tokenizer;
  const render = (messages: readonly { role: string; content: string }[]) => {
    let text = '';
    const spans: [number, number][] = [];
    for (const { role, content } of messages) {
      text += `<${role}>`;
      const start = text.length;
      text += `${content};`;
      if (role === 'assistant') spans.push([start, text.length]);
    }
    return { text, spans };
  };
  const read = (lines: readonly unknown[], maxLength = 100, chat = true): Promise<Example[]> => {
    const path = fresh();
    writeFileSync(path, lines.map((l) => (typeof l === 'string' ? l : JSON.stringify(l))).join('\n'));
    return readExamples(path, { tokenizer, maxLength, ...(chat ? { render } : {}) });
  };
  const learnt = ({ tokens, isTarget }: Example): string =>
    [...tokens].map((t, i) => (isTarget[i] ? (t === 1 ? '.' : String.fromCharCode(t)) : '_')).join('');

  it('of every form say what is to be learnt', async () => {
    const turns = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'yo' },
    ];
    const forms = await read([
      { messages: turns },
      {
        conversations: [
          { from: 'human', value: 'hi' },
          { from: 'gpt', value: 'yo' },
        ],
      },
      { prompt: 'ab', completion: 'cd' },
      { instruction: 'do', input: 'it', output: 'ok' },
      { text: 'abc' },
    ]);
    expect(forms.map(learnt)).toEqual([
      '_________' + '___________' + 'yo;',
      '_________' + '___________' + 'yo;',
      '__cd.',
      `${'_'.repeat('<user>do\n\nit;<assistant>'.length)}ok;`,
      'abc.',
    ]);
  });

  it('that cannot be read are named by their line', async () => {
    const fails = (lines: readonly unknown[], message: RegExp, maxLength?: number, chat?: boolean): Promise<void> =>
      expect(read(lines, maxLength, chat)).rejects.toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^data\/(row|empty)$/),
          message: expect.stringMatching(message),
        }),
      );
    await fails(['{"text": "a"}', '', '{oops'], /line 3: no JSON/);
    await fails([{ question: 'x' }], /line 1: none of messages/);
    await fails([{ messages: [{ role: 'user' }] }], /without role or content/);
    await fails([{ messages: [{ role: 'user', content: 'alone' }] }], /nothing to learn/);
    await fails([{ prompt: 'abcdef', completion: 'g' }], /nothing to learn/, 4);
    await fails([{ messages: [] }], /without a chat template/, 9, false);
    await fails([], /no example/);
  });
});
