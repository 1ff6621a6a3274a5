import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setDefaultEngine } from '../../src/api/index.ts';
import { byteTokenizer } from '../../src/data/index.ts';
import { beginModel, type LoadedModel, loadModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import {
  distillation,
  type Example,
  type FineTuneOptions,
  fineTune,
  offlineDistillation,
  policyObjective,
  preferenceBatches,
  preferences,
  readPreferences,
  referenceLogProbs,
  rolloutBatches,
  type StepMetrics,
  taughtBatches,
  teacherTokens,
} from '../../src/train/index.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-objectives-'));
const engine = createEngine('reference');
const tokenizer = byteTokenizer(5);
let model: LoadedModel;
beforeAll(async () => {
  setDefaultEngine(engine);
  const config = {
    model_type: 'llama',
    vocab_size: 264,
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    max_position_embeddings: 64,
    tie_word_embeddings: false,
  };
  writeFileSync(join(work, 'config.json'), JSON.stringify(config));
  await beginModel(work, join(work, 'model'), { seed: 1, engine });
  model = loadModel(join(work, 'model'), { engine });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

let runs = 0;
const train = async (o: Partial<FineTuneOptions> & { steps: number }): Promise<StepMetrics[]> => {
  const steps: StepMetrics[] = [];
  await fineTune({
    model,
    outDir: join(work, String(runs++)),
    batchSize: 2,
    learningRate: 3e-2,
    schedule: 'constant',
    seed: 1,
    onStep: (m) => steps.push(m),
    ...o,
  });
  return steps;
};
const file = (rows: readonly object[]): string => {
  const path = join(work, `${runs++}.jsonl`);
  writeFileSync(path, rows.map((r) => JSON.stringify(r)).join('\n'));
  return path;
};

describe('models learn', () => {
  it('what is preferred: nothing is gained at the reference, and then the margin grows', async () => {
    const path = file(['a', 'b'].map((prompt) => ({ prompt, chosen: 'yes', rejected: 'no' })));
    const pairs = await readPreferences(path, { tokenizer, maxLength: 20 });
    const reference = await referenceLogProbs(model, pairs, 3);
    const batches = preferenceBatches(pairs, reference, { at: (n) => n % 2, batchSize: 2, fingerprint: 'pairs' });
    const steps = await train({ batches, objective: preferences({ beta: 0.5 }), steps: 5 });
    expect(steps[0].loss).toBeCloseTo(Math.LN2, 5);
    expect(steps[0].metrics!.margin).toBeCloseTo(0, 5);
    expect(steps[4].metrics!.margin).toBeGreaterThan(0.2);
    expect(steps[4].metrics!.accuracy).toBe(1);
  });

  it('pairs say what is wrong with them, by file and line', async () => {
    const fails = async (row: object, message: RegExp): Promise<void> =>
      expect(readPreferences(file([row]), { tokenizer, maxLength: 6 })).rejects.toThrow(message);
    await fails({ prompt: 'a', chosen: 'b' }, /\.jsonl, line 1: no pair: it needs chosen and rejected/);
    await fails({ prompt: 'a', chosen: 3, rejected: 'c' }, /neither texts nor messages/);
    await fails({ prompt: 'a', chosen: [{ role: 'x' }], rejected: [] }, /without role or content/);
    await fails({ prompt: 'a long one', chosen: 'b', rejected: 'c' }, /beyond the longest length/);
    await fails(
      { prompt: 'a', chosen: 'b', rejected: 'b' },
      /line 1: nothing to prefer: chosen and rejected are the same/,
    );
  });

  it('what a teacher expects, while it is there and from what it said before', async () => {
    await beginModel(work, join(work, 'teacher'), { seed: 2, engine });
    const teacher = loadModel(join(work, 'teacher'), { engine });
    const examples: Example[] = ['some', 'thing'].map((text) => {
      const tokens = tokenizer.encode(text);
      return { tokens, isTarget: new Uint8Array(tokens.length).fill(1) };
    });
    const live = await train({ examples, objective: distillation(teacher, { temperature: 2 }), steps: 6 });
    expect(live[5].loss).toBeLessThan(0.5 * live[0].loss);
    const said = await teacherTokens(teacher, examples, 264);
    const batches = taughtBatches(examples, said, { batchSize: 2, seed: 1 });
    const before = await train({ batches, objective: offlineDistillation(), steps: 2 });
    // All tokens asked for: the same gradients as at temperature 1, and so the same difference after a step.
    const beside = await train({ examples, objective: distillation(teacher), steps: 2 });
    const gained = (s: readonly StepMetrics[]): number => s[1].loss - s[0].loss;
    expect(Math.abs(gained(before) / gained(beside) - 1)).toBeLessThan(1e-3);
  });

  it('what is rewarded, from answers that they write; a run that goes on writes the same', async () => {
    const rewards = { low: ({ tokens }: { tokens: readonly number[] }) => tokens.filter((t) => t < 132).length / 3 };
    const prompts = ['p', 'q'].map((text) => ({ tokens: tokenizer.encode(text), fields: {} }));
    const rollouts = (own: typeof rewards | { bad: () => number } = rewards) =>
      rolloutBatches({
        prompts,
        tokenizer,
        rewards: own,
        promptsPerStep: 1,
        groupSize: 16,
        maxNewTokens: 3,
        stopTokens: new Set([1]),
        reference: model,
        seed: 3,
      });
    const steps = await train({
      batches: rollouts(),
      objective: policyObjective({ beta: 0.01 }),
      steps: 5,
      learningRate: 0.2,
    });
    const mean = (s: readonly StepMetrics[]): number => s.reduce((a, m) => a + m.metrics!.reward, 0) / s.length;
    expect(mean(steps.slice(-2))).toBeGreaterThan(mean(steps.slice(0, 2)) + 0.1);
    expect(steps[0].metrics!.divergence).toBeCloseTo(0, 6);
    const [a, b] = [await rollouts().at(1, () => model), await rollouts().at(1, () => model)];
    expect(a.arrays.tokens.equals(b.arrays.tokens)).toBe(true);
    const bad = (): number => {
      throw new RangeError('no such answer');
    };
    await expect(rollouts({ bad }).at(0, () => model)).rejects.toThrow('the reward bad failed');
    await expect(rollouts({ bad: () => Number.NaN }).at(0, () => model)).rejects.toThrow(
      /the reward bad gives no number/,
    );
  });
});
