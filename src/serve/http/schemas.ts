import {
  anything,
  choice,
  fields,
  flag,
  integer,
  type Let,
  list,
  nothing,
  oneOf,
  real,
  record,
  text,
} from './schema.ts';

/*
 * Fields of requests as OpenAI's interface has them, with those of vLLM and llama.cpp that mean something here. What is not listed is let through and
 * told in a header of the answer; null is the same as absent.
 */

const token = integer({ minimum: 0, maximum: 2 ** 31 - 1 });
const tokens = list(token, { maxItems: 2_000_000 });
const prompts = oneOf(
  text(),
  list(text(), { minItems: 1, maxItems: 2048 }),
  tokens,
  list(tokens, { minItems: 1, maxItems: 2048 }),
);
const modelName = text({ maxLength: 512 });

/** What chooses tokens besides the model, in every interface. */
export const choosing = {
  /** Likelier than behind another prompt; as transformers names them. */
  guidance_scale: real({ minimum: -100, maximum: 100 }),
  negative_prompt: oneOf(text(), list(token, { minItems: 1, maxItems: 2_000_000 })),
  /** Texts that scorers of the server choose while they are written. */
  controlled: fields(
    { scorer: oneOf(text(), list(fields({ name: text() }, { weight: real() }), { minItems: 1, maxItems: 16 })) },
    {
      k: integer({ minimum: 1, maximum: 64 }),
      block: integer({ minimum: 1, maximum: 4096 }),
      lambda: real(),
      top: integer({ minimum: 1, maximum: 64 }),
    },
  ),
} as const;

/** How texts are written, for chats and completions alike. */
const writing = {
  temperature: real({ minimum: 0, maximum: 2 }),
  top_p: real({ exclusiveMinimum: 0, maximum: 1 }),
  top_k: integer({ minimum: -1, maximum: 2 ** 30 }),
  min_p: real({ minimum: 0, maximum: 1 }),
  typical_p: real({ exclusiveMinimum: 0, maximum: 1 }),
  repetition_penalty: real({ exclusiveMinimum: 0, maximum: 100 }),
  frequency_penalty: real({ minimum: -2, maximum: 2 }),
  presence_penalty: real({ minimum: -2, maximum: 2 }),
  logit_bias: record(real(), 1024),
  seed: integer(),
  n: integer({ minimum: 1, maximum: 128 }),
  stop: oneOf(text({ maxLength: 1024 }), list(text({ minLength: 1, maxLength: 1024 }), { maxItems: 16 })),
  stop_token_ids: list(token, { maxItems: 128 }),
  include_stop_str_in_output: flag,
  ignore_eos: flag,
  min_tokens: integer({ minimum: 0 }),
  max_tokens: integer({ minimum: 0 }),
  skip_special_tokens: flag,
  ...choosing,
  /** As llama.cpp names it. */
  'speculative.n_max': integer({ minimum: 0 }),
  allowed_token_ids: list(token, { minItems: 1, maxItems: 65536 }),
  stream: flag,
  stream_options: fields({}, { include_usage: flag, continuous_usage_stats: flag, include_obfuscation: flag }),
  return_token_ids: flag,
  return_tokens_as_token_ids: flag,
  priority: integer({ minimum: -(2 ** 31), maximum: 2 ** 31 }),
  cache_salt: text({ minLength: 1, maxLength: 128, pattern: '^[^@/\\\\\\u0000]*$' }),
  session_id: text({ maxLength: 256 }),
  prompt_cache_key: text({ maxLength: 256 }),
  // Said to others; they change nothing here.
  user: anything,
  metadata: anything,
  request_id: text({ maxLength: 256 }),
  safety_identifier: anything,
  store: anything,
  service_tier: anything,
  prediction: anything,
  // What may be written.
  response_format: fields({ type: text() }, { json_schema: fields({}, { schema: anything }), schema: anything }),
  structured_outputs: fields(
    {},
    {
      json: anything,
      json_object: flag,
      regex: text(),
      choice: list(text(), { minItems: 1, maxItems: 10_000 }),
      grammar: text(),
      structural_tag: anything,
      disable_any_whitespace: flag,
    },
  ),
  grammar: text(),
  json_schema: anything,
  // Refused where it asks for something.
  use_beam_search: flag,
} as const;

export const completionBody = fields(
  { model: modelName, prompt: prompts },
  {
    ...writing,
    best_of: integer({ minimum: 1, maximum: 128 }),
    echo: flag,
    suffix: text(),
    logprobs: integer({ minimum: 0, maximum: 20 }),
    add_special_tokens: flag,
  },
);
export type CompletionBody = Let<typeof completionBody>;

const call = fields({ function: fields({ name: text() }, { arguments: anything }) }, { id: text(), type: text() });
/** A part of what is said: a text, or an image. */
const part = fields(
  { type: text() },
  { text: text(), image_url: oneOf(text(), fields({ url: text() }, { detail: anything })) },
);
export type ChatPart = Let<typeof part>;
const message = fields(
  { role: text({ maxLength: 64 }) },
  {
    content: oneOf(text(), nothing, list(part, { maxItems: 4096 })),
    name: anything,
    tool_call_id: anything,
    tool_calls: oneOf(nothing, list(call, { maxItems: 256 })),
  },
);
export type ChatMessageBody = Let<typeof message>;
const messages = list(message, { minItems: 1, maxItems: 16384 });
const anyFields = fields({}, {});

/** What a chat template is given besides messages. */
const chat = {
  tools: list(fields({ type: text(), function: fields({ name: text() }, { parameters: anything }) }, {}), {
    maxItems: 1024,
  }),
  documents: list(anyFields, { maxItems: 1024 }),
  add_generation_prompt: flag,
  continue_final_message: flag,
  chat_template: anything,
  chat_template_kwargs: anyFields,
  reasoning_effort: text({ maxLength: 32 }),
} as const;

export const chatBody = fields(
  { model: modelName, messages },
  {
    ...writing,
    ...chat,
    max_completion_tokens: integer({ minimum: 1 }),
    logprobs: flag,
    top_logprobs: integer({ minimum: 0, maximum: 20 }),
    tool_choice: oneOf(text(), fields({}, { type: text(), function: fields({ name: text() }, {}) })),
    parallel_tool_calls: flag,
    functions: anything,
    function_call: anything,
    modalities: list(text()),
    audio: anything,
    web_search_options: anything,
    verbosity: anything,
  },
);
export type ChatBody = Let<typeof chatBody>;

export const embeddingBody = fields(
  { model: modelName, input: prompts },
  {
    encoding_format: choice('float', 'base64'),
    dimensions: integer({ minimum: 1 }),
    truncate_prompt_tokens: integer({ minimum: -1 }),
    user: anything,
  },
);
export type EmbeddingBody = Let<typeof embeddingBody>;

export const tokenizeBody = fields(
  {},
  { model: modelName, prompt: text(), messages, ...chat, add_special_tokens: flag, return_token_strs: flag },
);
export type TokenizeBody = Let<typeof tokenizeBody>;

export const detokenizeBody = fields({ tokens }, { model: modelName });
export type DetokenizeBody = Let<typeof detokenizeBody>;

export const templateBody = fields({ messages }, { model: modelName, ...chat });
export type TemplateBody = Let<typeof templateBody>;

export type WritingBody = Pick<ChatBody & CompletionBody, keyof typeof writing | 'model'>;

/** Fields of a body that a schema does not know. */
export const unknownFields = (body: object, schema: { readonly properties: object }): string[] =>
  Object.keys(body).filter((name) => !Object.hasOwn(schema.properties, name));
