import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { Option } from 'commander';
import { UserError } from '../../base/index.ts';
import { type ChatTemplate, encodeChat, openSource, Permutation, rowError, type Tokenizer } from '../../data/index.ts';
import { type LoadedModel, limitsOf, loadModel, readGenerationConfig } from '../../models/index.ts';
import {
  type ConversationRenderer,
  distillation,
  type Example,
  type Objective,
  offlineDistillation,
  type PreferencePair,
  policyObjective,
  preferenceBatches,
  preferences,
  type Reward,
  type RolloutPrompt,
  readExamples,
  readPreferences,
  referenceLogProbs,
  requireSameTokens,
  rolloutBatches,
  type TrainingBatches,
  taughtBatches,
  teacherTokens,
} from '../../train/index.ts';
import { nonNegativeNumber, positiveInteger, positiveNumber } from '../options.ts';

/* What `espalier train --model` can be trained for: next tokens, preferences, a teacher's expectations, rewards. */

export interface ObjectiveOptions {
  readonly objective?: 'tokens' | 'dpo' | 'distill' | 'grpo';
  readonly beta?: number;
  readonly dpoLoss?: 'sigmoid' | 'hinge' | 'ipo';
  readonly labelSmoothing?: number;
  readonly teacher?: string;
  readonly teacherTopK?: number;
  readonly temperature?: number;
  readonly alpha?: number;
  readonly reward?: readonly string[];
  readonly groupSize?: number;
  readonly maxNewTokens?: number;
  readonly average?: 'grpo' | 'tokens' | 'constant';
}

export function addObjectiveOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--objective <name>',
        'with --model: tokens (the default); dpo, of chosen and rejected answers; distill, of a --teacher; grpo, by --reward of what it writes',
      ).choices(['tokens', 'dpo', 'distill', 'grpo']),
    )
    .option(
      '--beta <x>',
      'dpo, grpo: how strongly the model is held near where it began (0.1; grpo 0)',
      nonNegativeNumber,
    )
    .addOption(new Option('--dpo-loss <name>', 'dpo: the loss of a pair').choices(['sigmoid', 'hinge', 'ipo']))
    .option('--label-smoothing <x>', 'dpo: share of pairs thought to be the wrong way round', nonNegativeNumber)
    .option('--teacher <dir>', 'distill: model folder to learn from, with the same tokens')
    .option(
      '--teacher-top-k <n>',
      'distill: asks the teacher for its n likeliest tokens before the training, not during it',
      positiveInteger,
    )
    .option('--temperature <x>', 'distill, grpo: what logits are divided by (1)', positiveNumber)
    .option('--alpha <x>', 'distill: weight of the teacher beside what came (1: the teacher alone)', nonNegativeNumber)
    .option('--reward <modules...>', 'grpo: modules whose exported functions say how good an answer is; or "answer"')
    .option('--group-size <n>', 'grpo: answers to each prompt (8)', positiveInteger)
    .option('--max-new-tokens <n>', 'grpo: tokens of an answer at most (128)', positiveInteger)
    .addOption(
      new Option(
        '--average <how>',
        'grpo: what the loss is divided by: tokens of each answer, all tokens, a constant',
      ).choices(['grpo', 'tokens', 'constant']),
    );
}

/** What a training is given. */
export interface ObjectiveSetup {
  readonly objective?: Objective;
  readonly batches?: TrainingBatches;
  readonly examples?: readonly Example[];
  /** Steps in which everything comes about once. */
  readonly stepsPerEpoch: number;
  /** Said once, before it begins. */
  readonly note: string;
}

export interface ObjectiveInputs {
  readonly model: LoadedModel;
  /** The model as it begins: with the adapter that training goes on from. */
  readonly reference: LoadedModel;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate | undefined;
  readonly render: ConversationRenderer | undefined;
  readonly data: readonly string[];
  readonly maxLength: number;
  readonly batchSize: number;
  readonly seed: number;
}

const usedBy: Readonly<Record<string, readonly string[]>> = {
  beta: ['dpo', 'grpo'],
  dpoLoss: ['dpo'],
  labelSmoothing: ['dpo'],
  teacher: ['distill'],
  teacherTopK: ['distill'],
  temperature: ['distill', 'grpo'],
  alpha: ['distill'],
  reward: ['grpo'],
  groupSize: ['grpo'],
  maxNewTokens: ['grpo'],
  average: ['grpo'],
};

export const objectiveOptionNames = Object.keys(usedBy);

/** Throws `cli/objective` for options of another objective than the one that is asked for. */
export function checkObjectiveOptions(o: ObjectiveOptions): void {
  const { objective = 'tokens' } = o;
  for (const [name, users] of Object.entries(usedBy))
    if (o[name as keyof ObjectiveOptions] !== undefined && !users.includes(objective))
      throw new UserError(
        'cli/objective',
        `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} is not for ${objective}`,
        {
          expected: users.map((u) => `--objective ${u}`).join(' or '),
        },
      );
  if (objective === 'distill' && o.teacher === undefined)
    throw new UserError('cli/objective', 'distill needs --teacher', { expected: 'a model folder' });
  if (objective === 'grpo' && !o.reward)
    throw new UserError('cli/objective', 'grpo needs --reward', {
      expected: 'a module that exports functions of { text, tokens, isFinished, fields }, or "answer"',
    });
}

/** Reads the data and prepares what the objective needs of other models. */
export async function setUpObjective(o: ObjectiveOptions, i: ObjectiveInputs): Promise<ObjectiveSetup> {
  switch (o.objective) {
    case 'dpo':
      return preferenceSetup(o, i);
    case 'grpo':
      return rolloutSetup(o, i);
    default: {
      const examples = await readAll(i.data, (path) => readExamples(path, i));
      const stepsPerEpoch = Math.ceil(examples.length / i.batchSize);
      const numTargets = examples.reduce((n, e) => n + e.isTarget.reduce((m, t) => m + t, 0), 0);
      const note = `examples ${examples.length}, ${numTargets.toLocaleString('en-US')} tokens to learn`;
      return o.objective === 'distill'
        ? { ...(await teacherSetup(o, i, examples)), stepsPerEpoch, note }
        : { examples, stepsPerEpoch, note };
    }
  }
}

const readAll = async <T>(paths: readonly string[], read: (path: string) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(paths.map(read))).flat();

async function preferenceSetup(o: ObjectiveOptions, i: ObjectiveInputs): Promise<ObjectiveSetup> {
  const pairs = await readAll(i.data, (path) => readPreferences(path, i));
  const objective = preferences({
    ...(o.beta === undefined ? {} : { beta: o.beta }),
    ...(o.dpoLoss ? { kind: o.dpoLoss } : {}),
    ...(o.labelSmoothing === undefined ? {} : { labelSmoothing: o.labelSmoothing }),
  });
  const reference = await referenceLogProbs(i.reference, pairs, i.batchSize);
  const order = (n: number): number =>
    new Permutation(pairs.length, i.seed, Math.floor(n / pairs.length)).at(n % pairs.length);
  const batches = preferenceBatches(pairs, reference, {
    at: order,
    batchSize: i.batchSize,
    fingerprint: fingerprintOf(pairs),
  });
  return {
    objective,
    batches,
    stepsPerEpoch: Math.ceil(pairs.length / i.batchSize),
    note: `pairs    ${pairs.length}, the reference has been asked for all of them`,
  };
}

function fingerprintOf(pairs: readonly PreferencePair[]): string {
  const hash = createHash('sha256');
  for (const { chosen, rejected } of pairs)
    for (const { tokens, isTarget } of [chosen, rejected])
      hash
        .update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength))
        .update(isTarget)
        .update('|');
  return hash.digest('hex').slice(0, 16);
}

async function teacherSetup(
  o: ObjectiveOptions,
  i: ObjectiveInputs,
  examples: readonly Example[],
): Promise<Pick<ObjectiveSetup, 'objective' | 'batches' | 'examples'>> {
  const { engine, mesh } = i.model.options;
  const teacher = loadModel(o.teacher!, { ...(engine ? { engine } : {}), ...(mesh ? { mesh } : {}) });
  const alpha = o.alpha === undefined ? {} : { alpha: o.alpha };
  requireSameTokens(i.model, teacher);
  if (o.teacherTopK === undefined) {
    const temperature = o.temperature === undefined ? {} : { temperature: o.temperature };
    return { objective: distillation(teacher, { ...alpha, ...temperature }), examples };
  }
  if (o.temperature !== undefined)
    throw new UserError('cli/objective', '--temperature is not for a teacher that is asked before (--teacher-top-k)');
  const vocabSize = limitsOf(teacher.folder)?.vocabSize ?? 0;
  if (o.teacherTopK > vocabSize)
    throw new UserError('cli/objective', 'the teacher knows fewer tokens than --teacher-top-k', {
      given: `${vocabSize}`,
    });
  const taught = await teacherTokens(teacher, examples, o.teacherTopK);
  teacher.dispose();
  return { objective: offlineDistillation(alpha), batches: taughtBatches(examples, taught, i) };
}

async function rolloutSetup(o: ObjectiveOptions, i: ObjectiveInputs): Promise<ObjectiveSetup> {
  const { groupSize = 8, maxNewTokens = 128, temperature, average, beta } = o;
  if (groupSize < 2)
    throw new UserError('cli/objective', 'answers are compared with each other', {
      expected: '--group-size of at least 2',
    });
  const prompts = await readAll(i.data, (path) => readPrompts(path, i));
  const { stopTokens } = readGenerationConfig(i.model.folder.dir, i.model.folder.json);
  const { eos } = i.tokenizer.special;
  const hot = temperature === undefined ? {} : { temperature };
  const batches = rolloutBatches({
    prompts,
    tokenizer: i.tokenizer,
    rewards: await rewardsOf(o.reward!),
    promptsPerStep: i.batchSize,
    groupSize,
    maxNewTokens,
    ...hot,
    stopTokens: new Set([...stopTokens, ...(eos === undefined ? [] : [eos])]),
    reference: beta ? i.reference : undefined,
    seed: i.seed,
  });
  const objective = policyObjective({
    ...hot,
    ...(beta ? { beta } : {}),
    ...(average ? { average } : {}),
    maxLength: maxNewTokens,
  });
  return {
    objective,
    batches,
    stepsPerEpoch: Math.ceil(prompts.length / i.batchSize),
    note: `prompts  ${prompts.length}, ${groupSize} answers each, ${i.batchSize} prompts a step`,
  };
}

/** Prompts, as texts or lists of messages, with their rows. */
async function readPrompts(path: string, i: ObjectiveInputs): Promise<RolloutPrompt[]> {
  const source = await openSource({ files: path });
  try {
    const out: RolloutPrompt[] = [];
    for (let n = 0; n < source.length; n++) {
      const row = await source.at(n);
      const { prompt, messages } = row.fields;
      const said = prompt ?? messages;
      const isChat =
        Array.isArray(said) && said.every((m) => typeof (m as { role?: unknown } | null)?.role === 'string');
      if (typeof said !== 'string' && !isChat)
        throw rowError(row, 'no prompt: it needs "prompt" or "messages"', row.fields);
      const chat = isChat ? said : i.template ? [{ role: 'user', content: said as string }] : undefined;
      if (chat && !i.template) throw rowError(row, 'a conversation, for a model without a chat template');
      const tokens = chat
        ? await encodeChat(i.tokenizer, i.template!, chat, { addGenerationPrompt: true })
        : i.tokenizer.encode(said as string);
      if (tokens.length === 0) throw rowError(row, 'the prompt is empty');
      if (tokens.length > i.maxLength) throw rowError(row, `the prompt is longer than ${i.maxLength} tokens`);
      out.push({ tokens, fields: row.fields });
    }
    return out;
  } finally {
    source.close();
  }
}

/** 1 for an answer that is the row's `answer`, but for spaces around it. */
const isAnswer: Reward = ({ text, fields }) => (text.trim() === String(fields.answer ?? '').trim() ? 1 : 0);

async function rewardsOf(modules: readonly string[]): Promise<Record<string, Reward>> {
  const out: Record<string, Reward> = {};
  for (const path of modules) {
    if (path === 'answer') {
      out.answer = isAnswer;
      continue;
    }
    let exported: Record<string, unknown>;
    try {
      exported = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
    } catch (cause) {
      throw new UserError('cli/objective', `the rewards ${path} cannot be loaded`, {
        given: (cause as Error).message,
        cause,
      });
    }
    const functions = Object.entries(exported).filter(([, f]) => typeof f === 'function');
    if (functions.length === 0)
      throw new UserError('cli/objective', `${path} exports no function`, {
        expected: 'functions of { text, tokens, isFinished, fields } that give a number',
      });
    for (const [name, f] of functions) out[name] = f as Reward;
  }
  return out;
}
