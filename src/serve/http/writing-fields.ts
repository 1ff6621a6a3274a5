import { UserError } from '../../base/index.ts';
import type { Grammar, SamplingOptions } from '../../models/index.ts';
import type { ControlledDecoding } from '../control/index.ts';
import type { GenerationRequest } from '../engine/index.ts';
import type { ServedModel } from '../pool/index.ts';
import type { Guidance } from '../scheduler/index.ts';
import { wrongField } from './errors.ts';
import type { WritingBody } from './schemas.ts';

/** Below it a temperature takes the likeliest token. */
const GREEDY_BELOW = 1e-5;
/** Seeds of int64 are folded to these. */
const NUM_SEEDS = 2 ** 52;

/** Names under which vLLM constrained texts once, and which it ignores now. */
const retired = /^guided_/;

/** Throws for what a request asks for and does not get: silence would be taken for a yes. */
export function refuseUnserved(body: Readonly<Record<string, unknown>>): void {
  const wanted: Readonly<Record<string, boolean>> = {
    use_beam_search: body.use_beam_search === true,
    suffix: Boolean(body.suffix),
    audio: body.audio !== undefined,
    web_search_options: body.web_search_options !== undefined,
    functions: body.functions !== undefined,
    chat_template: body.chat_template !== undefined,
    continue_final_message: body.continue_final_message === true,
    modalities: Array.isArray(body.modalities) && body.modalities.some((m) => m !== 'text'),
    best_of: body.best_of !== undefined && body.best_of !== (body.n ?? 1),
  };
  const name = Object.keys(wanted).find((key) => wanted[key]) ?? Object.keys(body).find((key) => retired.test(key));
  if (name !== undefined)
    throw wrongField(name, `${name} is not served here${retired.test(name) ? ': use structured_outputs' : ''}`);
  if (body.stream_options !== undefined && body.stream !== true)
    throw wrongField('stream_options', 'stream_options means nothing without stream');
}

/** The settings that a request gives, and else the model's folder, and else OpenAI. */
export function samplingOf(body: WritingBody, { sampling, engine }: ServedModel, seed: number): SamplingOptions {
  const temperature = body.temperature ?? sampling.temperature ?? 1;
  const topK = body.top_k === undefined ? sampling.topK : body.top_k > 0 ? body.top_k : undefined;
  const off = (x: number | undefined, neutral: number): number | undefined => (x === neutral ? undefined : x);
  const all = {
    topK,
    topP: off(body.top_p ?? sampling.topP, 1),
    minP: off(body.min_p ?? sampling.minP, 0),
    typicalP: off(body.typical_p ?? sampling.typicalP, 1),
    repetitionPenalty: off(body.repetition_penalty ?? sampling.repetitionPenalty, 1),
    frequencyPenalty: off(body.frequency_penalty, 0),
    presencePenalty: off(body.presence_penalty, 0),
  };
  const bias = biasOf(body.logit_bias, engine.vocabSize);
  return {
    temperature: temperature < GREEDY_BELOW ? 0 : temperature,
    seed,
    ...(Object.fromEntries(Object.entries(all).filter(([, x]) => x !== undefined)) as SamplingOptions),
    ...(bias ? { logitBias: bias } : {}),
  };
}

/** Throws for a token that the model does not have. */
function checkToken(id: number, vocabSize: number, param: string): void {
  if (id >= vocabSize)
    throw wrongField(param, `${param} has a token that the model does not know`, {
      expected: `0 … ${vocabSize - 1}`,
      given: `${id}`,
    });
}

function biasOf(
  bias: Readonly<Record<string, number>> | undefined,
  vocabSize: number,
): ReadonlyMap<number, number> | undefined {
  if (!bias) return undefined;
  const entries = Object.entries(bias).map(([key, value]): [number, number] => {
    if (!/^\d{1,10}$/.test(key))
      throw wrongField('logit_bias', 'logit_bias has a key that is no token', {
        expected: 'ids of tokens',
        given: JSON.stringify(key.slice(0, 40)),
      });
    checkToken(Number(key), vocabSize, 'logit_bias');
    return [Number(key), Math.min(100, Math.max(-100, value))];
  });
  return entries.length > 0 ? new Map(entries) : undefined;
}

/** The seed that a request names, or a new one. */
export const seedOf = (seed: number | undefined): number =>
  seed === undefined ? Math.floor(Math.random() * 2 ** 31) : ((seed % NUM_SEEDS) + NUM_SEEDS) % NUM_SEEDS;

/** A mask of the only tokens that may be written. */
function maskOf(ids: readonly number[] | undefined, vocabSize: number): Uint32Array | undefined {
  if (!ids) return undefined;
  const mask = new Uint32Array(Math.ceil(vocabSize / 32));
  for (const id of ids) {
    checkToken(id, vocabSize, 'allowed_token_ids');
    mask[id >> 5] |= 1 << (id & 31);
  }
  return mask;
}

/** Who calls, and for what, as headers and fields say. */
export interface Caller {
  /** A name of the key, not the key itself. */
  readonly key: string;
  readonly program: string | undefined;
  readonly parent: string | undefined;
  readonly deadlineMs: number | undefined;
}

const DEFAULT_CANDIDATES = 4;
const DEFAULT_BLOCK = 16;
const DEFAULT_TOP = 8;

/** The field that would change which tokens are likely, of those that say something else than nothing. */
function unmetByTokens(body: Omit<WritingBody, 'controlled'>, grammar: Grammar | undefined): string | undefined {
  const changes: Readonly<Record<string, boolean>> = {
    logit_bias: Object.keys(body.logit_bias ?? {}).length > 0,
    allowed_token_ids: body.allowed_token_ids !== undefined,
    repetition_penalty: (body.repetition_penalty ?? 1) !== 1,
    frequency_penalty: (body.frequency_penalty ?? 0) !== 0,
    presence_penalty: (body.presence_penalty ?? 0) !== 0,
    min_tokens: (body.min_tokens ?? 0) > 0,
    top_k: (body.top_k ?? 0) > 0,
    top_p: (body.top_p ?? 1) < 1,
    min_p: (body.min_p ?? 0) > 0,
    typical_p: (body.typical_p ?? 1) < 1,
  };
  const changing = Object.keys(changes).find((name) => changes[name]);
  if (changing || !grammar) return changing;
  // However it was asked for.
  const asked = ['response_format', 'structured_outputs', 'json_schema', 'grammar', 'tools'] as const;
  return asked.find((name) => (body as Readonly<Record<string, unknown>>)[name] !== undefined) ?? 'grammar';
}

/** Who chooses a text while it is written, if somebody does. */
function controlOf(
  { controlled, ...body }: WritingBody,
  { scorers }: ServedModel,
  grammar: Grammar | undefined,
): ControlledDecoding | undefined {
  if (!controlled) return undefined;
  const { scorer, k, block, lambda, top } = controlled;
  const named = typeof scorer === 'string' ? [{ name: scorer }] : scorer;
  const weighted = named.map(({ name, weight = 1 }: { readonly name: string; readonly weight?: number }) => {
    const found = scorers?.get(name);
    if (!found)
      throw wrongField('controlled', 'controlled names a scorer that this model does not have', {
        expected: [...(scorers?.keys() ?? [])].join(', ') || 'none: serve --scorer name=DIR',
        given: name.slice(0, 64),
      });
    return { scorer: found, weight };
  });
  const isByTokens = lambda !== undefined || top !== undefined;
  if (isByTokens && (k !== undefined || block !== undefined))
    throw wrongField('controlled', 'controlled is by blocks (k, block) or by tokens (lambda, top)');
  if (!isByTokens) {
    if ((body.n ?? 1) > 1) throw wrongField('n', 'n is 1 where texts are chosen block by block');
    return { kind: 'blocks', candidates: k ?? DEFAULT_CANDIDATES, block: block ?? DEFAULT_BLOCK, scorers: weighted };
  }
  const unmet = unmetByTokens(body, grammar);
  if (unmet) throw wrongField(unmet, `${unmet} has no meaning where tokens are chosen by their scores`);
  return { kind: 'tokens', top: top ?? DEFAULT_TOP, strength: lambda ?? 1, scorers: weighted };
}

/** The prompt that an answer keeps away from; default, as in transformers: the last token of its own, which says nothing of it. */
function guidanceOf(
  { guidance_scale: scale, negative_prompt: other, controlled }: WritingBody,
  { tokenizer }: ServedModel,
  prompt: readonly number[],
): Guidance | undefined {
  if (scale === undefined && other !== undefined)
    throw wrongField('negative_prompt', 'negative_prompt means nothing without guidance_scale');
  if (scale === undefined || scale === 1) return undefined;
  if (controlled) throw wrongField('guidance_scale', 'guidance_scale has no meaning beside controlled');
  const ids = typeof other === 'string' ? [...tokenizer.encode(other)] : (other ?? prompt.slice(-1));
  if (ids.length === 0) throw wrongField('negative_prompt', 'negative_prompt has no token');
  return { prompt: ids, scale };
}

/** What the engine is asked for, but for the prompt. `maxTokens` undefined: as many as there is space for. */
export function generationRequest(
  body: WritingBody,
  model: ServedModel,
  caller: Caller,
  call: {
    readonly prompt: readonly number[];
    readonly maxTokens: number | undefined;
    readonly seed: number;
    readonly grammar: Grammar | undefined;
  },
): GenerationRequest {
  const { engine, endTokens } = model;
  const { prompt, seed, grammar } = call;
  const space = engine.maxLength - prompt.length;
  if (call.maxTokens === undefined && space < 1)
    throw new UserError('serve/too-long', 'the prompt is longer than this model can take here', {
      expected: `fewer than ${engine.maxLength} tokens`,
      given: `${prompt.length}`,
      fields: { numPromptTokens: prompt.length, maxLength: engine.maxLength },
    });
  const named = new Set(body.stop_token_ids ?? []);
  for (const id of named) checkToken(id, engine.vocabSize, 'stop_token_ids');
  if (grammar && body.allowed_token_ids)
    throw wrongField('allowed_token_ids', 'allowed_token_ids has no meaning beside a grammar');
  // What a grammar has let through to its end ends.
  const stopTokens = new Set([...(body.ignore_eos && !grammar ? [] : endTokens), ...named]);
  const stop = body.stop === undefined ? [] : typeof body.stop === 'string' ? [body.stop] : body.stop;
  const allowed = maskOf(body.allowed_token_ids, engine.vocabSize);
  const adapter = model.adapterNames.includes(body.model) ? body.model : undefined;
  const control = controlOf(body, model, grammar);
  const guidance = guidanceOf(body, model, prompt);
  const { program } = caller;
  return {
    prompt,
    maxTokens: call.maxTokens ?? space,
    sampling: samplingOf(body, model, seed),
    n: body.n ?? 1,
    stop: stop.filter((s) => s !== ''),
    includesStop: body.include_stop_str_in_output ?? false,
    stopTokens,
    namedStopTokens: named,
    minTokens: body.min_tokens ?? 0,
    showsSpecial: body.skip_special_tokens === false,
    key: caller.key,
    ...(control ? { control } : {}),
    ...(guidance ? { guidance } : {}),
    ...(allowed ? { allowed } : {}),
    ...(grammar ? { grammar } : {}),
    ...(adapter === undefined ? {} : { adapter }),
    ...(body['speculative.n_max'] === undefined ? {} : { maxDrafts: body['speculative.n_max'] }),
    ...(body.priority === undefined ? {} : { priority: body.priority }),
    ...(body.cache_salt === undefined ? {} : { cacheSalt: body.cache_salt }),
    // Programs of one key are nobody else's.
    ...(program === undefined ? {} : { program: `${caller.key}/${program}` }),
    ...(caller.parent === undefined ? {} : { parent: caller.parent }),
    ...(caller.deadlineMs === undefined ? {} : { deadlineMs: caller.deadlineMs }),
  };
}
