import { hostTensor, jit } from '../../api/index.ts';
import { type Example, ExampleStream, type Task, weightsName } from '../../data/index.ts';
import { type LoadedModel, readGenerationConfig } from '../../models/index.ts';
import { featureLoss, inputsOfFeatures } from '../objectives/features.ts';
import type { BatchTensors, Weights } from '../objectives/objective.ts';
import type { OpenTasks } from './open-tasks.ts';

/** How a model does on a task. */
export interface TaskEvaluation {
  readonly task: string;
  readonly examples: number;
  readonly tokens: number;
  /** Nats per token that counts. */
  readonly loss: number;
  /** Share of these that are the likeliest token. */
  readonly accuracy: number;
  /** Of what the model writes, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface EvaluateOptions {
  /** Of each task, from its first on. Default 256. */
  readonly examples?: number;
  /** Sequences that are computed together. Default 8. */
  readonly batchSize?: number;
  /** Tokens that a model may write, where metrics ask it to. Default: as long as targets may be. */
  readonly maxNewTokens?: number;
}

/**
 * Measures models on the first examples of each task, always the same ones, one to a row. Where a task has metrics, the model also writes, likeliest token by likeliest token. One program
 * serves all models of a kind.
 */
export function taskEvaluator(
  tasks: OpenTasks,
  o: EvaluateOptions = {},
): (model: LoadedModel) => Promise<TaskEvaluation[]> {
  const { examples = 256, batchSize = 8 } = o;
  const { converter, lengths } = tasks;
  let program: ((weights: Weights, batch: BatchTensors) => ReturnType<typeof featureLoss>) | undefined;
  const lossOf = (model: LoadedModel): NonNullable<typeof program> => {
    const { engine, mesh } = model.options;
    program ??= jit((weights: Weights, batch: BatchTensors) => featureLoss(model, weights, batch), {
      ...(engine ? { engine } : {}),
      ...(mesh ? { mesh } : {}),
    });
    return program;
  };
  const firstOf = async (task: Task): Promise<Example[]> => {
    const stream = new ExampleStream(task, { seed: 0, lengths, shuffle: false });
    const all = await stream.examples(0, Math.min(examples, task.source.length));
    return all.flatMap((e) => (e.features ? [e.features] : []));
  };
  return async (model) => {
    const out: TaskEvaluation[] = [];
    for (const task of tasks.stream.tasks) {
      const own = await firstOf(task);
      let [sum, count, correct] = [0, 0, 0];
      for (let i = 0; i < own.length; i += batchSize) {
        // The last rows may be empty: nothing in them counts.
        const rows = Array.from({ length: batchSize }, (_, k) => (i + k < own.length ? [own[i + k]] : []));
        const arrays = inputsOfFeatures(converter.convert(rows, lengths, { bosId: tasks.bosId }));
        const tensors = Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, hostTensor(x)]));
        const loss = lossOf(model)(model.weights, tensors);
        sum += Number(await loss.sum.item());
        count += Number(await loss.count.item());
        correct += Number(await loss.correct.item());
      }
      out.push({
        task: task.name,
        examples: own.length,
        tokens: count,
        loss: sum / Math.max(1, count),
        accuracy: correct / Math.max(1, count),
        metrics: task.metrics?.length ? await written(model, tasks, task, own, o) : {},
      });
    }
    return out;
  };
}

/** What the model writes to the examples of a task, measured. */
async function written(
  model: LoadedModel,
  { tokenizer, lengths, bosId, isEncoderDecoder }: OpenTasks,
  task: Task,
  examples: readonly Example[],
  { batchSize = 8, maxNewTokens = lengths.targets }: EvaluateOptions,
): Promise<Record<string, number>> {
  const { stopTokens } = readGenerationConfig(model.folder.dir, model.folder.json);
  const { eos } = tokenizer.special;
  const ends = new Set([...stopTokens, ...(eos === undefined ? [] : [eos])]);
  const text = (ids: readonly number[]): string => tokenizer.decode(ids, { skipSpecialTokens: true });
  const pairs = examples.map((e) => promptAndAnswer(e, isEncoderDecoder ? undefined : bosId));
  const predictions: string[] = [];
  for (let i = 0; i < pairs.length; i += batchSize) {
    const prompts = pairs.slice(i, i + batchSize).map((p) => p.prompt);
    predictions.push(...(await model.generate(prompts, { maxNewTokens, stopTokens: ends })).map(text));
  }
  const targets = pairs.map((p) => text(p.answer));
  return Object.fromEntries((task.metrics ?? []).map((m) => [m.name, m.compute(targets, predictions)]));
}

/** What a model reads of an example, and what it is to write: inputs and targets, or the tokens before the first that counts and those from there on. */
function promptAndAnswer(e: Example, bosId: number | undefined): { prompt: number[]; answer: number[] } {
  const targets = Array.from(e.targets);
  const begin = bosId === undefined ? [] : [bosId];
  if (e.inputs) return { prompt: [...begin, ...Array.from(e.inputs)], answer: targets };
  const weights = e[weightsName('targets')];
  const first = weights ? Array.from(weights).indexOf(1) : 0;
  return { prompt: [...begin, ...targets.slice(0, first)], answer: targets.slice(first) };
}
