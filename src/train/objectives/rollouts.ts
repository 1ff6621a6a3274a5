import { hostTensor, jit, type Tensor } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import { hashWords, Permutation, type Tokenizer } from '../../data/index.ts';
import type { LoadedModel, SamplingOptions } from '../../models/index.ts';
import type { Example } from '../fine-tune/examples.ts';
import { sideBySide, tokenLogProbs } from './log-probs.ts';
import type { StepBatch, TrainingBatches, Weights } from './objective.ts';
import { type AdvantageOptions, groupAdvantages } from './policy.ts';

/* What a model writes to prompts as it is trained, and how good that is. */

/** A prompt with the row that it is from, for rewards to look at. */
export interface RolloutPrompt {
  readonly tokens: Int32Array;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a reward is given. */
export interface Answer {
  /** Without special tokens. */
  readonly text: string;
  readonly tokens: readonly number[];
  /** Ended by itself, not by the largest length. */
  readonly isFinished: boolean;
  /** Of the prompt's row. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How good an answer is: any number, larger is better. */
export type Reward = (answer: Answer) => number | Promise<number>;

export interface RolloutOptions extends AdvantageOptions, Pick<SamplingOptions, 'topK' | 'topP' | 'minP'> {
  readonly prompts: readonly RolloutPrompt[];
  readonly tokenizer: Tokenizer;
  /** By their names; an answer's reward is their sum. */
  readonly rewards: Readonly<Record<string, Reward>>;
  /** Prompts of a step, and answers to each. */
  readonly promptsPerStep: number;
  readonly groupSize: number;
  readonly maxNewTokens: number;
  /** Default 1. */
  readonly temperature?: number;
  readonly stopTokens: ReadonlySet<number>;
  /** Says how likely it holds answers, where the divergence from it counts. */
  readonly reference?: LoadedModel | undefined;
  readonly seed: number;
}

/**
 * Batches of answers that the model writes as it is then: `tokens, positions, isTarget` of answers, those to one prompt side by side, `advantages: f32[answers]`, and
 * `reference`. What is drawn depends on seed, step and the weights alone, so a run goes on as it would have. Throws `train/reward` for rewards that are no numbers.
 */
export function rolloutBatches(o: RolloutOptions): TrainingBatches {
  const { prompts, promptsPerStep, groupSize, seed, temperature = 1 } = o;
  if (prompts.length === 0) throw new UserError('train/objective', 'there is no prompt');
  const referenceOf = o.reference && referenceTensors(o.reference, temperature);
  return {
    fingerprint: `rollouts ${hashWords(...prompts.flatMap((p) => [p.tokens.length, ...p.tokens]))}/${[promptsPerStep, groupSize, o.maxNewTokens, temperature, o.topK, o.topP, o.minP, seed].join()}/${Object.keys(o.rewards).join()}`,
    async at(step, current): Promise<StepBatch> {
      const chosen = Array.from({ length: promptsPerStep }, (_, i) => {
        const n = step * promptsPerStep + i;
        return prompts[new Permutation(prompts.length, seed, Math.floor(n / prompts.length)).at(n % prompts.length)];
      });
      const asked = chosen.flatMap((p) => Array<RolloutPrompt>(groupSize).fill(p));
      const { maxNewTokens, stopTokens, topK, topP, minP } = o;
      const written = await current().generate(
        asked.map((p) => p.tokens),
        asked.map((_, i) => ({
          maxNewTokens,
          stopTokens,
          temperature,
          seed: hashWords(seed, step, i),
          ...(topK === undefined ? {} : { topK }),
          ...(topP === undefined ? {} : { topP }),
          ...(minP === undefined ? {} : { minP }),
        })),
      );
      const answers = written.map((tokens, i): Answer => {
        const isFinished = stopTokens.has(tokens[tokens.length - 1]);
        const text = o.tokenizer.decode(isFinished ? tokens.slice(0, -1) : tokens, { skipSpecialTokens: true });
        return { text, tokens, isFinished, fields: asked[i].fields };
      });
      const { totals, means } = await rewardsOf(answers, o.rewards);
      const { arrays, numTargets } = sideBySide(answers.map((a, i) => sequenceOf(asked[i].tokens, a.tokens)));
      const advantages = Float32Array.from(groupAdvantages(totals, groupSize, o));
      const reference = await referenceOf?.(arrays.tokens, arrays.positions);
      return {
        arrays: {
          ...arrays,
          advantages: new HostArray('f32', [advantages.length], advantages),
          ...(reference ? { reference } : {}),
        },
        numTargets,
        metrics: {
          ...means,
          answerTokens: numTargets / answers.length,
          finished: answers.filter((a) => a.isFinished).length / answers.length,
        },
      };
    },
  };
}

function sequenceOf(prompt: Int32Array, answer: readonly number[]): Example {
  const tokens = new Int32Array(prompt.length + answer.length);
  tokens.set(prompt);
  tokens.set(answer, prompt.length);
  return { tokens, isTarget: new Uint8Array(tokens.length).fill(1, prompt.length) };
}

/** Throws `train/reward` where a reward fails: it is the user's code. */
async function rewardOf(name: string, reward: RolloutOptions['rewards'][string], answer: Answer): Promise<unknown> {
  try {
    return await reward(answer);
  } catch (cause) {
    throw new UserError('train/reward', `the reward ${name} failed`, {
      given: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause),
      expected: `how good "${answer.text.slice(0, 40)}" is`,
      cause,
    });
  }
}

async function rewardsOf(
  answers: readonly Answer[],
  rewards: RolloutOptions['rewards'],
): Promise<{ totals: number[]; means: Record<string, number> }> {
  const totals = answers.map(() => 0);
  const means: Record<string, number> = {};
  for (const [name, reward] of Object.entries(rewards)) {
    let sum = 0;
    for (const [i, answer] of answers.entries()) {
      const value = await rewardOf(name, reward, answer);
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw new UserError('train/reward', `the reward ${name} gives no number`, {
          given: String(value),
          expected: `how good "${answer.text.slice(0, 40)}" is`,
        });
      totals[i] += value;
      sum += value;
    }
    means[`reward/${name}`] = sum / answers.length;
  }
  means.reward = totals.reduce((a, b) => a + b, 0) / answers.length;
  return { totals, means };
}

/** What a model says of every next token, as it stays. */
function referenceTensors(
  model: LoadedModel,
  temperature: number,
): (tokens: HostArray, positions: HostArray) => Promise<HostArray> {
  const { engine, mesh } = model.options;
  const program = jit(
    (weights: Weights, tokens: Tensor, positions: Tensor) =>
      tokenLogProbs(model, weights, { tokens, positions }, temperature),
    { ...(engine ? { engine } : {}), ...(mesh ? { mesh } : {}) },
  );
  return (tokens, positions) => program(model.weights, hostTensor(tokens), hostTensor(positions)).toHost();
}
