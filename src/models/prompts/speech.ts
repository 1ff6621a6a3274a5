import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { np } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { GenerateOptions } from '../decode/requests.ts';
import type { ModelInputs } from '../families/index.ts';
import { ConfigReader } from '../folder/config-reader.ts';
import { readJson } from '../folder/load.ts';
import { soundFor } from '../folder/processor.ts';
import type { LoadedModel, ModelFolder } from '../load-model.ts';

/* What is asked of Whisper: its text begins with tokens that say so. */

export interface TranscriptOptions {
  /** What is spoken, such as `en`. Default: what the model hears. */
  readonly language?: string | undefined;
  /** `translate`: into English. Default `transcribe`. */
  readonly task?: 'transcribe' | 'translate' | undefined;
}

/** Sound as the model takes it, in as many windows as it has. Throws `data/wav`, `models/config`. */
export const soundInputs = ({ dir, json }: ModelFolder, path: string): ModelInputs[] =>
  soundFor(dir, path, new ConfigReader(json)).map(({ features, audio }) => ({
    ...(features ? { features: np.array(features) } : {}),
    ...(audio ? { audio: np.array(audio) } : {}),
  }));

/** Ids by texts, such as `{ "<|en|>": 50259 }`. */
function idsByName(c: ConfigReader, key: string): ReadonlyMap<string, number> {
  const entries = Object.entries(c.nested(key).json);
  if (!entries.every(([, id]) => Number.isInteger(id))) throw c.wrong(key, 'ids of tokens by name');
  return new Map(entries as [string, number][]);
}

/**
 * How a model that listens writes down what it hears: what its text begins with, and tokens that it must not write, as `generation_config.json` says.
 * `inputs` are those of one sound. Throws `models/prompt` for languages and tasks that the model does not know.
 * Source: `WhisperGenerationMixin` of transformers.
 */
export async function transcriptOptions(
  model: LoadedModel,
  inputs: ModelInputs,
  { language, task }: TranscriptOptions = {},
): Promise<Pick<GenerateOptions, 'decoderPrompt' | 'logitBias' | 'firstLogitBias'>> {
  const { dir, json } = model.folder;
  const path = join(dir, 'generation_config.json');
  const own = new ConfigReader(existsSync(path) ? readJson(path) : {}, 'generation_config.json');
  const [languages, tasks] = [idsByName(own, 'lang_to_id'), idsByName(own, 'task_to_id')];
  const known = (ids: ReadonlyMap<string, number>, name: string, what: string): number => {
    const id = ids.get(name) ?? ids.get(`<|${name}|>`);
    if (id !== undefined) return id;
    throw new UserError('models/prompt', `the model knows no ${what} ${JSON.stringify(name)}`, {
      expected: [...ids.keys()].map((k) => k.replace(/^<\|(.*)\|>$/, '$1')).join(', ') || `none: it has no ${what}s`,
    });
  };
  const forced = language === undefined && task === undefined ? forcedIds(own, new ConfigReader(json)) : [];
  let [spoken, ...rest] = forced;
  if (language !== undefined) spoken = known(languages, language.toLowerCase(), 'language');
  spoken ??= languages.size > 0 ? await heardLanguage(model, inputs, [...languages.values()]) : undefined;
  if (task !== undefined || (language !== undefined && tasks.size > 0))
    rest = [known(tasks, task ?? 'transcribe', 'task')];
  const decoderPrompt = [spoken, ...rest].filter((id) => id !== undefined);
  const untimed = own.optionalNumber('no_timestamps_token_id');
  if (untimed !== undefined && decoderPrompt.at(-1) !== untimed) decoderPrompt.push(untimed);
  const barred = (key: string): ReadonlyMap<number, number> =>
    new Map(
      (own.numbers(key) ?? new ConfigReader(json).numbers(key) ?? []).map((id) => [id, Number.NEGATIVE_INFINITY]),
    );
  return {
    decoderPrompt,
    logitBias: barred('suppress_tokens'),
    firstLogitBias: barred('begin_suppress_tokens'),
  };
}

/** Tokens that older files force, in order; undefined for the language that is to be heard. */
function forcedIds(own: ConfigReader, model: ConfigReader): (number | undefined)[] {
  const c = own.has('forced_decoder_ids') ? own : model;
  const isPair = (x: unknown): x is [number, number | null] =>
    Array.isArray(x) && x.length === 2 && Number.isInteger(x[0]) && (x[1] === null || Number.isInteger(x[1]));
  const pairs = c.list('forced_decoder_ids', isPair) ?? [];
  return pairs.filter(([place], i) => place === i + 1).map(([, id]) => id ?? undefined);
}

/** The likeliest language at the beginning of a text. */
async function heardLanguage(model: LoadedModel, inputs: ModelInputs, languages: readonly number[]): Promise<number> {
  const { family, config } = model.folder;
  const decoderTokens = np.array([[family.writing!.startToken!(config)]], 'i32');
  const logits = (await model.apply({ ...inputs, decoderTokens }).logits!.toHost()).toNumbers();
  return languages.reduce((best, id) => (logits[id] > logits[best] ? id : best));
}
