import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SamplingOptions } from '../decode/sampling.ts';
import { ConfigReader, type Json } from './config-reader.ts';
import { readJson } from './load.ts';

/** How a folder wants its model to write. */
export interface GenerationConfig {
  readonly sampling: SamplingOptions;
  /** Any of them ends a text. */
  readonly stopTokens: ReadonlySet<number>;
  readonly maxNewTokens?: number;
}

/** Ids of a field that holds one, several or none. */
function idsOf(c: ConfigReader, key: string): readonly number[] {
  const value = c.json[key];
  if (value === undefined || value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  if (!all.every((x) => Number.isInteger(x))) throw c.wrong(key, 'an id, or a list of ids');
  return all as number[];
}

/**
 * Reads `generation_config.json` beside `config.json`. Texts end with any of the end tokens that either of them names; settings of the
 * draw count only where `do_sample` says so, as in transformers. Throws `models/config`.
 */
export function readGenerationConfig(dir: string, config: Json): GenerationConfig {
  const path = join(dir, 'generation_config.json');
  const own = new ConfigReader(existsSync(path) ? readJson(path) : {}, 'generation_config.json');
  const model = new ConfigReader(config);
  const text = model.nested('text_config');
  const stopTokens = new Set([own, model, text].flatMap((c) => idsOf(c, 'eos_token_id')));
  const number = (key: string): number | undefined => own.optionalNumber(key);
  const off = (x: number | undefined, neutral: number): number | undefined => (x === neutral ? undefined : x);
  const draws = own.flag('do_sample', false);
  const settings = {
    temperature: draws ? (number('temperature') ?? 1) : undefined,
    topK: draws ? off(number('top_k') ?? 50, 0) : undefined,
    topP: draws ? off(number('top_p'), 1) : undefined,
    minP: draws ? off(number('min_p'), 0) : undefined,
    typicalP: draws ? off(number('typical_p'), 1) : undefined,
    repetitionPenalty: off(number('repetition_penalty'), 1),
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const maxNewTokens = number('max_new_tokens');
  return {
    sampling: Object.fromEntries(given),
    stopTokens,
    ...(maxNewTokens === undefined ? {} : { maxNewTokens }),
  };
}
