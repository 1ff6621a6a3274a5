import { createHash } from 'node:crypto';
import { UserError } from '../../base/index.ts';
import {
  byteTokenizer,
  ExampleStream,
  encoderDecoder,
  type FeatureConverter,
  isMixture,
  languageModel,
  loadTokenizer,
  type NamedTokenizer,
  type OutputFeature,
  openSource,
  type PreprocessContext,
  type Preprocessor,
  prefixLanguageModel,
  prefixOfText,
  randomChunk,
  requireTaskName,
  rowError,
  spanCorruption,
  spanCounts,
  spanLengths,
  type Task,
  TaskBatches,
  type TaskMixture,
  type Tokenizer,
  taskMetrics,
  textField,
  tokenize,
  ul2,
  ul2Denoisers,
} from '../../data/index.ts';
import { type ConversationRenderer, exampleOf } from '../fine-tune/examples.ts';
import type { TaskDeclaration, TaskObjectiveName, TasksDeclaration } from './declaration.ts';

/** What tasks have to know of the model. */
export interface TaskModel {
  /** Reads `inputs` with an encoder. */
  readonly isEncoderDecoder: boolean;
  /** The model's own, where the task file names none. */
  readonly tokenizer?: () => Promise<Tokenizer>;
  /** Writes conversations, if it has a template. */
  readonly render?: ConversationRenderer | undefined;
  /** What its decoder begins with. Default: what the tokenizer begins texts with, else what ends them. */
  readonly startToken?: number;
}

export interface OpenTasksOptions {
  readonly seed: number;
  readonly batchSize: number;
  /** Tokens of a row, where the task file does not say. Default 512. */
  readonly length?: number;
  readonly packing?: TasksDeclaration['packing'];
  readonly shuffle?: boolean;
  readonly workers?: number;
}

/** Tasks that are open, ready to be trained on. */
export interface OpenTasks {
  readonly of: Task | TaskMixture;
  readonly stream: ExampleStream;
  readonly batches: TaskBatches;
  readonly converter: FeatureConverter;
  readonly lengths: { readonly inputs: number; readonly targets: number };
  readonly tokenizer: Tokenizer;
  /** Before the first token of a segment. */
  readonly bosId: number;
  readonly isEncoderDecoder: boolean;
  /** Closes files and tokenizers. */
  readonly close: () => void;
}

/**
 * Opens a task or mixture of a task file for a model. Throws `train/tasks` for tasks that such a model cannot learn together, `data/…` for their files.
 */
export async function openTasks(
  declaration: TasksDeclaration,
  name: string,
  model: TaskModel,
  o: OpenTasksOptions,
): Promise<OpenTasks> {
  const tokenizer = await tokenizerOf(declaration, model);
  const mixture = declaration.mixtures?.[name];
  const isStages = Array.isArray(mixture);
  const names = !mixture
    ? [name]
    : isStages
      ? [...new Set(mixture.flatMap((s: { weights: object }) => Object.keys(s.weights)))]
      : Object.keys(mixture);
  const missing = names.find((n) => !declaration.tasks[n]);
  if (missing !== undefined)
    throw new UserError('train/tasks', `the mixture ${name} has a rate for ${missing}, which is no task`, {
      expected: Object.keys(declaration.tasks).join(', '),
    });
  const declared = names.map((n) => declaration.tasks[n]);
  const lengths = lengthsOf(declared, declaration.lengths ?? {}, o.length ?? 512);
  const named: NamedTokenizer = { tokenizer, name: tokenizerName(tokenizer) };
  const tasks: Task[] = [];
  const close = (): void => {
    for (const t of tasks) t.source.close();
    tokenizer.close();
  };
  try {
    for (const [i, d] of declared.entries()) tasks.push(await taskOf(names[i], d, named, model, lengths));
    const of: Task | TaskMixture = mixture ? { name, tasks, rates: mixture } : tasks[0];
    const { seed, shuffle, workers } = o;
    const stream = new ExampleStream(of, {
      seed,
      lengths,
      ...(shuffle === undefined ? {} : { shuffle }),
      ...(workers === undefined ? {} : { workers }),
    });
    const converter = converterFor(tasks[0], model);
    const { bos, eos } = tokenizer.special;
    const bosId = model.startToken ?? bos ?? eos ?? 0;
    const batches = new TaskBatches({
      stream,
      converter,
      lengths,
      batchSize: o.batchSize,
      packing: o.packing ?? declaration.packing ?? 'best',
      ...(declaration.window ? { window: declaration.window } : {}),
      bosId,
    });
    return {
      of,
      stream,
      batches,
      converter,
      lengths,
      tokenizer,
      bosId,
      isEncoderDecoder: model.isEncoderDecoder,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** The tasks of a task or of a mixture. */
export const tasksOf = (of: Task | TaskMixture): readonly Task[] => (isMixture(of) ? of.tasks : [of]);

async function tokenizerOf({ tokenizer: own }: TasksDeclaration, { tokenizer }: TaskModel): Promise<Tokenizer> {
  if (own === 'bytes') return byteTokenizer();
  if (own !== undefined) return loadTokenizer(own);
  if (tokenizer) return tokenizer();
  throw new UserError('train/tasks', 'there is no tokenizer', {
    advice: 'name one in the task file ("tokenizer": "bytes" needs none), or the model whose it is',
  });
}

/** Names a tokenizer by what it does. */
function tokenizerName(t: Tokenizer): string {
  const hash = createHash('sha256');
  for (let id = 0; id < t.vocabSize; id++) hash.update(`${t.tokenOf(id)}\n`);
  hash.update(t.encode('A text of 2 lines:\n  “naïve” 漢字 …').join());
  return hash.digest('hex').slice(0, 12);
}

const objectiveOf = ({ objective, format, files }: TaskDeclaration): TaskObjectiveName => {
  if (objective) return objective;
  const [first] = typeof files === 'string' ? [files] : files;
  return (format ?? (/\.(jsonl|ndjson|json)(\.(gz|zst))?$/.test(first) ? 'jsonl' : '')) === 'jsonl'
    ? 'supervised'
    : 'causal';
};

const noiseOf = ({ density = 0.15, meanSpan = 3 }: TaskDeclaration) => ({ density, meanSpan });

/** Rows of encoder and decoder. Of span corruption alone, what is written is as long as T5's arithmetic says. */
function lengthsOf(
  declared: readonly TaskDeclaration[],
  given: { readonly inputs?: number; readonly targets?: number },
  usual: number,
): { inputs: number; targets: number } {
  const inputs = given.inputs ?? usual;
  if (given.targets !== undefined) return { inputs, targets: given.targets };
  const spans = declared.filter((d) => objectiveOf(d) === 'spans');
  const targets =
    spans.length === declared.length ? Math.max(...spans.map((d) => spanLengths(inputs, noiseOf(d)).targets)) : usual;
  return { inputs, targets };
}

function converterFor(task: Task, { isEncoderDecoder }: TaskModel): FeatureConverter {
  if (!('inputs' in task.outputFeatures)) return languageModel;
  return isEncoderDecoder ? encoderDecoder : prefixLanguageModel();
}

async function taskOf(
  name: string,
  d: TaskDeclaration,
  t: NamedTokenizer,
  model: TaskModel,
  lengths: { readonly inputs: number; readonly targets: number },
): Promise<Task> {
  requireTaskName(name);
  const objective = objectiveOf(d);
  const refuse = (what: string, advice: string): UserError =>
    new UserError('train/tasks', `the task ${name} ${what}`, { advice });
  if (objective === 'causal' && model.isEncoderDecoder)
    throw refuse('has nothing that an encoder could read', 'choose objective prefix, spans, ul2 or supervised');
  const source = await openSource(d);
  try {
    const { steps, features } = stepsOf(objective, d, t, model, lengths, refuse);
    const metrics = d.metrics ? { metrics: d.metrics.map((m) => taskMetrics[m]) } : {};
    return { name, source, preprocessors: steps, outputFeatures: features, ...metrics };
  } catch (error) {
    source.close();
    throw error;
  }
}

interface Steps {
  readonly steps: readonly Preprocessor[];
  readonly features: Readonly<Record<string, OutputFeature>>;
}

function stepsOf(
  objective: TaskObjectiveName,
  d: TaskDeclaration,
  t: NamedTokenizer,
  model: TaskModel,
  lengths: { readonly inputs: number; readonly targets: number },
  refuse: (what: string, advice: string) => UserError,
): Steps {
  const { eos } = t.tokenizer.special;
  const end: OutputFeature = eos === undefined ? {} : { eosId: eos };
  const isTokens = d.format === 'tokens' || /\.bin(\.(gz|zst))?$/.test([d.files].flat()[0]);
  const read = isTokens ? tokensAsTargets(t) : tokenize(t, { [d.field ?? 'text']: 'targets' });
  const pair = { inputs: end, targets: end };
  const firstSentinel = (): number => {
    const id = d.firstSentinel ?? t.tokenizer.idOf('<extra_id_0>');
    if (id !== undefined) return id;
    throw refuse('needs sentinels, which the tokenizer has none of', 'name the first one (firstSentinel)');
  };
  const enough = (chunk: number, noise: { density: number; meanSpan: number }): void => {
    const { spans } = spanCounts(chunk, noise);
    const last = t.tokenizer.idOf(`<extra_id_${spans}>`);
    if (d.firstSentinel === undefined && last === undefined)
      throw refuse(
        `leaves out ${spans} spans of ${chunk} tokens, and the tokenizer has no <extra_id_${spans}>`,
        'choose shorter rows, or longer spans (meanSpan)',
      );
  };
  switch (objective) {
    case 'causal':
      return {
        steps: [read, randomChunk(Math.max(1, lengths.targets - (eos === undefined ? 0 : 1)))],
        features: { targets: end },
      };
    case 'prefix':
      return { steps: [read, randomChunk(Math.min(lengths.inputs, lengths.targets)), prefixOfText()], features: pair };
    case 'spans': {
      const noise = noiseOf(d);
      let { chunk } = spanLengths(lengths.inputs, noise);
      // What is written has to fit as well.
      while (chunk > 2 && writtenLength(chunk, noise) > lengths.targets) chunk--;
      enough(chunk, noise);
      return {
        steps: [read, randomChunk(chunk), spanCorruption({ ...noise, firstSentinel: firstSentinel() })],
        features: pair,
      };
    }
    case 'ul2': {
      const paradigmTokens = d.paradigmTokens ?? usualParadigms(t.tokenizer);
      if (!paradigmTokens)
        throw refuse(
          'needs tokens for the kinds of UL2, which the tokenizer has none of',
          'name them (paradigmTokens)',
        );
      // Half of a text may be written, with a sentinel for each span.
      const chunk = Math.min(lengths.inputs - 2, Math.floor((lengths.targets - 1) * 1.4));
      for (const { noise, name } of ul2Denoisers)
        if (!('suffix' in noise) && (d.denoisers?.[name] ?? (d.denoisers ? 0 : 1)) > 0) enough(chunk, noise);
      const weights = d.denoisers ? { weights: d.denoisers } : {};
      return {
        steps: [read, randomChunk(chunk), ul2({ firstSentinel: firstSentinel(), paradigmTokens, ...weights })],
        features: pair,
      };
    }
    case 'supervised':
      return model.isEncoderDecoder
        ? { steps: [promptAndCompletion(t)], features: pair }
        : { steps: [sequence(t, model.render)], features: { targets: {} } };
  }
}

const writtenLength = (chunk: number, noise: { density: number; meanSpan: number }): number => {
  const { noise: left, spans } = spanCounts(chunk, noise);
  return left + spans + 1;
};

/** The tokens that UL2 writes in front: those of the tokenizer, or the last of the sentinels of bytes. */
function usualParadigms(t: Tokenizer): Record<'R' | 'S' | 'X', number> | undefined {
  const named = ['[NLU]', '[S2S]', '[NLG]'].map((token) => t.idOf(token));
  const ids = named.every((id) => id !== undefined) ? named : [124, 123, 122].map((i) => t.idOf(`<extra_id_${i}>`));
  const [R, S, X] = ids;
  return R === undefined || S === undefined || X === undefined ? undefined : { R, S, X };
}

/** Tokens that a file holds already; an id that the tokenizer lacks is of another one. */
const tokensAsTargets = ({ tokenizer: { vocabSize } }: NamedTokenizer): Preprocessor => ({
  name: 'tokens',
  apply({ tokens }, { row }) {
    const odd = Array.from(tokens as ArrayLike<number>).find((id) => id >= vocabSize);
    if (odd !== undefined)
      throw rowError(row, `the token ${odd}, which the tokenizer has not: its ids end at ${vocabSize - 1}`);
    return { targets: tokens };
  },
});

/** A conversation, a prompt with its completion, or a text as one sequence; what the model is to say counts. */
const sequence = (t: NamedTokenizer, render: ConversationRenderer | undefined): Preprocessor => ({
  name: `sequence ${t.name}`,
  apply(fields, { row, lengths }: PreprocessContext) {
    const o = { tokenizer: t.tokenizer, render, maxLength: lengths.targets };
    const { tokens, isTarget } = exampleOf(fields, o, (what) => rowError(row, what));
    if (!isTarget.some((x) => x === 1))
      throw rowError(row, 'nothing to learn: no token of the assistant, or all of them beyond the longest length');
    return { targets: tokens, targets_weights: isTarget };
  },
});

/** `prompt` and `completion` (or `inputs` and `targets`), for models that read one and write the other. */
const promptAndCompletion = (t: NamedTokenizer): Preprocessor => ({
  name: `prompt and completion ${t.name}`,
  async apply(fields, { row }) {
    const own = { ...row, fields };
    const [from, to] = typeof fields.inputs === 'string' ? ['inputs', 'targets'] : ['prompt', 'completion'];
    const [inputs, targets] = await Promise.all(
      [from, to].map((name) => t.tokenizer.encodeAsync(textField(own, name), { addSpecialTokens: false })),
    );
    return { inputs, targets };
  },
});
