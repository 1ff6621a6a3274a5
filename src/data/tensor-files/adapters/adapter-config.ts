import { runInNewContext } from 'node:vm';
import { UserError } from '../../../base/index.ts';
import { isRecord } from '../json-file.ts';

/** How a LoRA adapter is applied: what of `adapter_config.json` matters once its tensors are there. */
export interface AdapterConfig {
  /** Name or path of the model the adapter was trained for; empty where it is not told. */
  readonly baseModel: string;
  readonly rank: number;
  readonly alpha: number;
  /** Ranks and alphas of single modules, by patterns of PEFT: regular expressions for the end of a module's name. */
  readonly rankPattern: Readonly<Record<string, number>>;
  readonly alphaPattern: Readonly<Record<string, number>>;
  /** Scales are alpha / √rank instead of alpha / rank. */
  readonly useRslora: boolean;
  /** The base weights lie [in, out] (GPT-2): what is added to them is transposed. */
  readonly fanInFanOut: boolean;
  /** Modules that were trained, as the file tells it: endings of names, or one regular expression. */
  readonly targetModules: readonly string[] | string;
}

const wrong = (summary: string, given: unknown, advice?: string): UserError =>
  new UserError('data/adapter', summary, {
    given: (JSON.stringify(given) ?? String(given)).slice(0, 80),
    ...(advice === undefined ? {} : { advice }),
  });

/** Keys under which PEFT keeps variants of LoRA that compute something else. */
const VARIANTS = [
  ...['use_dora', 'use_qalora', 'use_bdlora', 'lora_bias', 'arrow_config', 'kasa_config', 'monteclora_config'],
  ...['alora_invocation_tokens', 'layer_replication', 'target_parameters', 'trainable_token_indices'],
];

/** Ways to begin that change the base weights too, so that the adapter alone says too little. */
const CHANGES_BASE = /^(pissa|olora|corda|loftq|lora_ga)/;

/** Reads `adapter_config.json` as data. Throws `data/adapter` for what is no LoRA, and for variants of it that compute something else. */
export function decodeAdapterConfig(json: unknown): AdapterConfig {
  if (!isRecord(json)) throw wrong('adapter_config.json is no JSON object', json);
  const value = (key: string): unknown => (Object.hasOwn(json, key) ? json[key] : undefined) ?? undefined;
  const type = value('peft_type') ?? 'LORA';
  if (type !== 'LORA') throw wrong('only LoRA adapters are supported', type);
  for (const key of VARIANTS) {
    const variant = value(key);
    const isUsed = variant !== undefined && variant !== false && !(Array.isArray(variant) && variant.length === 0);
    if (isUsed)
      throw wrong(
        `adapters with ${key} are not supported`,
        variant,
        'merge it into its base model with PEFT, and use that',
      );
  }
  const start = value('init_lora_weights');
  if (typeof start === 'string' && CHANGES_BASE.test(start))
    throw wrong(
      'the adapter belongs to base weights that were changed',
      start,
      'save it with path_initial_model_for_weight_conversion',
    );
  const number = (key: string, fallback: number): number => positive(key, value(key) ?? fallback);
  const numbers = (key: string): Record<string, number> => {
    const pattern = value(key) ?? {};
    if (!isRecord(pattern)) throw wrong(`${key} is no JSON object`, pattern);
    return Object.fromEntries(Object.entries(pattern).map(([name, x]) => [name, positive(`${key} of ${name}`, x)]));
  };
  const flag = (key: string): boolean => {
    const x = value(key) ?? false;
    if (typeof x !== 'boolean') throw wrong(`${key} is neither true nor false`, x);
    return x;
  };
  const targets = value('target_modules') ?? [];
  const isNames = Array.isArray(targets) && targets.every((t): t is string => typeof t === 'string');
  if (!isNames && typeof targets !== 'string') throw wrong('target_modules are no names', targets);
  return {
    baseModel: String(value('base_model_name_or_path') ?? ''),
    rank: number('r', 8),
    alpha: number('lora_alpha', 8),
    rankPattern: numbers('rank_pattern'),
    alphaPattern: numbers('alpha_pattern'),
    useRslora: flag('use_rslora'),
    fanInFanOut: flag('fan_in_fan_out'),
    targetModules: targets as string | string[],
  };
}

function positive(key: string, x: unknown): number {
  if (typeof x !== 'number' || !(x > 0) || !Number.isFinite(x)) throw wrong(`${key} is no positive number`, x);
  return x;
}

/** Longest time for matching all names, in milliseconds: some expressions would take for ever. */
const MATCH_LIMIT_MS = 1000;

/** For each module the value of the first pattern that matches the end of its name, as PEFT's `get_pattern_key`. Throws `data/adapter`. */
export function matchPatterns(
  patterns: Readonly<Record<string, number>>,
  modules: readonly string[],
  fallback: number,
): Map<string, number> {
  const keys = Object.keys(patterns);
  if (keys.length === 0) return new Map(modules.map((module) => [module, fallback]));
  const program = 'modules.map((m) => expressions.findIndex((e) => new RegExp(e).test(m)))';
  const expressions = keys.map((key) => `^(.*\\.)?(${key})$`);
  let found: readonly number[];
  try {
    found = runInNewContext(program, { expressions, modules }, { timeout: MATCH_LIMIT_MS }) as number[];
  } catch (cause) {
    throw new UserError('data/adapter', 'rank_pattern or alpha_pattern cannot be matched', {
      given: String((cause as Error).message).slice(0, 120),
      cause,
    });
  }
  return new Map(modules.map((module, i) => [module, found[i] < 0 ? fallback : patterns[keys[found[i]]]]));
}
