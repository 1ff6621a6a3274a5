import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { np } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { GenerateOptions } from '../decode/requests.ts';
import { type Segment, segmentsOf, type TimestampRule } from '../decode/timestamps.ts';
import type { ModelInputs } from '../families/index.ts';
import { ConfigReader } from '../folder/config-reader.ts';
import { readJson } from '../folder/load.ts';
import { soundFor, windowedSound, windowSecondsOf } from '../folder/processor.ts';
import type { LoadedModel, ModelFolder } from '../load-model.ts';

/* What is asked of Whisper: its text begins with tokens that say so. */

export interface TranscriptOptions {
  /** What is spoken, such as `en`. Default: what the model hears. */
  readonly language?: string | undefined;
  /** `translate`: into English. Default `transcribe`. */
  readonly task?: 'transcribe' | 'translate' | undefined;
  /** Times between texts. Default false. */
  readonly timestamps?: boolean | undefined;
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
  { language, task, timestamps = false }: TranscriptOptions = {},
): Promise<Pick<GenerateOptions, 'decoderPrompt' | 'logitBias' | 'firstLogitBias' | 'timestamps'>> {
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
  if (timestamps) {
    if (decoderPrompt.at(-1) === untimed) decoderPrompt.pop();
  } else if (untimed !== undefined && decoderPrompt.at(-1) !== untimed) decoderPrompt.push(untimed);
  const barred = (key: string): ReadonlyMap<number, number> =>
    new Map(
      (own.numbers(key) ?? new ConfigReader(json).numbers(key) ?? []).map((id) => [id, Number.NEGATIVE_INFINITY]),
    );
  return {
    decoderPrompt,
    logitBias: barred('suppress_tokens'),
    firstLogitBias: barred('begin_suppress_tokens'),
    ...(timestamps ? { timestamps: timestampRule(model.folder, own) } : {}),
  };
}

/** How the model writes times. Throws `models/prompt` for one that writes none. */
function timestampRule({ dir, json }: ModelFolder, own: ConfigReader): TimestampRule {
  const c = new ConfigReader(json);
  const untimed = own.optionalNumber('no_timestamps_token_id');
  if (untimed === undefined)
    throw new UserError('models/prompt', 'the model writes no times', {
      expected: 'no_timestamps_token_id in generation_config.json',
    });
  const windowSeconds = windowSecondsOf(dir, c);
  return {
    first: untimed + 1,
    untimed,
    end: own.optionalNumber('eos_token_id') ?? c.number('eos_token_id', 50256),
    maxInitial: own.optionalNumber('max_initial_timestamp_index'),
    secondsPerToken: windowSeconds / c.size('max_source_positions', 1500),
    windowSeconds,
  };
}

/** What was said when: seconds from the beginning of the sound. */
export interface TimedText extends Segment {
  /** What wrote it. */
  readonly window: number;
}

/**
 * Writes down a sound of any length, with times: each window begins where the last text of the one before ended, so that no word is cut.
 * `options`: of every window, besides those that `transcriptOptions` gives. Throws as that, and `data/wav`. Source: Radford et al. 2022, §3.8.
 */
export async function* transcript(
  model: LoadedModel,
  path: string,
  asked: TranscriptOptions,
  options: GenerateOptions,
): AsyncGenerator<TimedText> {
  const sound = windowedSound(model.folder.dir, path, new ConfigReader(model.folder.json));
  const stops = options.stopTokens;
  for (let [at, window] = [0, 0]; at < sound.seconds || window === 0; window++) {
    const inputs = { features: np.array(sound.windowAt(at)) };
    const own = await transcriptOptions(model, inputs, { ...asked, timestamps: true });
    const [written] = await model.generate([[]], { ...options, ...own }, inputs);
    const tokens = stops?.has(written[written.length - 1]) ? written.slice(0, -1) : written;
    const soundSeconds = Math.min(sound.windowSeconds, Math.max(0, sound.seconds - at));
    const { segments, heardSeconds } = segmentsOf(tokens, own.timestamps!, soundSeconds);
    for (const s of segments) yield { ...s, start: at + s.start, end: at + s.end, window };
    // Whoever writes that nothing was heard hears the next window.
    at += heardSeconds > 0 ? heardSeconds : sound.windowSeconds;
  }
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
