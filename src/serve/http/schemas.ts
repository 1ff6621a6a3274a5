import Type, { type Static } from 'typebox';

/*
 * Fields of requests as OpenAI's interface has them, with those of vLLM and llama.cpp that mean something here. What is not listed is let through and
 * told in a header of the answer; null is the same as absent.
 */

const {
  Array: List,
  Boolean: Flag,
  Integer,
  Number: Real,
  Object: Fields,
  Optional,
  Record,
  String: Text,
  Union,
  Unknown,
} = Type;

const token = Integer({ minimum: 0, maximum: 2 ** 31 - 1 });
const tokens = List(token, { maxItems: 2_000_000 });

/** How texts are written, for chats and completions alike. */
const writing = {
  model: Text({ maxLength: 512 }),
  temperature: Optional(Real({ minimum: 0, maximum: 2 })),
  top_p: Optional(Real({ exclusiveMinimum: 0, maximum: 1 })),
  top_k: Optional(Integer({ minimum: -1, maximum: 2 ** 30 })),
  min_p: Optional(Real({ minimum: 0, maximum: 1 })),
  typical_p: Optional(Real({ exclusiveMinimum: 0, maximum: 1 })),
  repetition_penalty: Optional(Real({ exclusiveMinimum: 0, maximum: 100 })),
  frequency_penalty: Optional(Real({ minimum: -2, maximum: 2 })),
  presence_penalty: Optional(Real({ minimum: -2, maximum: 2 })),
  logit_bias: Optional(Record(Text(), Real(), { maxProperties: 1024 })),
  seed: Optional(Integer()),
  n: Optional(Integer({ minimum: 1, maximum: 128 })),
  stop: Optional(Union([Text({ maxLength: 1024 }), List(Text({ minLength: 1, maxLength: 1024 }), { maxItems: 16 })])),
  stop_token_ids: Optional(List(token, { maxItems: 128 })),
  include_stop_str_in_output: Optional(Flag()),
  ignore_eos: Optional(Flag()),
  min_tokens: Optional(Integer({ minimum: 0 })),
  max_tokens: Optional(Integer({ minimum: 0 })),
  skip_special_tokens: Optional(Flag()),
  allowed_token_ids: Optional(List(token, { minItems: 1, maxItems: 65536 })),
  stream: Optional(Flag()),
  stream_options: Optional(
    Fields({
      include_usage: Optional(Flag()),
      continuous_usage_stats: Optional(Flag()),
      include_obfuscation: Optional(Flag()),
    }),
  ),
  return_token_ids: Optional(Flag()),
  return_tokens_as_token_ids: Optional(Flag()),
  priority: Optional(Integer({ minimum: -(2 ** 31), maximum: 2 ** 31 })),
  cache_salt: Optional(Text({ minLength: 1, maxLength: 128, pattern: '^[^@/\\\\\\u0000]*$' })),
  session_id: Optional(Text({ maxLength: 256 })),
  prompt_cache_key: Optional(Text({ maxLength: 256 })),
  // Said to others; they change nothing here.
  user: Optional(Unknown()),
  metadata: Optional(Unknown()),
  request_id: Optional(Text({ maxLength: 256 })),
  safety_identifier: Optional(Unknown()),
  store: Optional(Unknown()),
  service_tier: Optional(Unknown()),
  prediction: Optional(Unknown()),
  // Refused where they ask for something.
  response_format: Optional(Fields({ type: Text() })),
  structured_outputs: Optional(Unknown()),
  use_beam_search: Optional(Flag()),
} as const;

export const completionBody = Fields({
  ...writing,
  prompt: Union([
    Text(),
    List(Text(), { minItems: 1, maxItems: 2048 }),
    tokens,
    List(tokens, { minItems: 1, maxItems: 2048 }),
  ]),
  best_of: Optional(Integer({ minimum: 1, maximum: 128 })),
  echo: Optional(Flag()),
  suffix: Optional(Text()),
  logprobs: Optional(Integer({ minimum: 0, maximum: 20 })),
  add_special_tokens: Optional(Flag()),
});
export type CompletionBody = Static<typeof completionBody>;

const contentPart = Fields({ type: Text(), text: Optional(Text()) });
const message = Fields({
  role: Text({ maxLength: 64 }),
  content: Optional(Union([Text(), Type.Null(), List(contentPart, { maxItems: 4096 })])),
  name: Optional(Unknown()),
  tool_call_id: Optional(Unknown()),
  tool_calls: Optional(
    Union([
      Type.Null(),
      List(
        Fields({
          id: Optional(Text()),
          type: Optional(Text()),
          function: Fields({ name: Text(), arguments: Optional(Unknown()) }),
        }),
        { maxItems: 256 },
      ),
    ]),
  ),
});
export type ChatMessageBody = Static<typeof message>;

/** What a chat template is given. */
const chat = {
  messages: List(message, { minItems: 1, maxItems: 16384 }),
  tools: Optional(List(Fields({ type: Text(), function: Fields({ name: Text() }) }), { maxItems: 1024 })),
  documents: Optional(List(Fields({}), { maxItems: 1024 })),
  add_generation_prompt: Optional(Flag()),
  continue_final_message: Optional(Flag()),
  chat_template: Optional(Unknown()),
  chat_template_kwargs: Optional(Fields({})),
  reasoning_effort: Optional(Text({ maxLength: 32 })),
} as const;

export const chatBody = Fields({
  ...writing,
  ...chat,
  max_completion_tokens: Optional(Integer({ minimum: 1 })),
  logprobs: Optional(Flag()),
  top_logprobs: Optional(Integer({ minimum: 0, maximum: 20 })),
  tool_choice: Optional(Union([Text(), Fields({})])),
  parallel_tool_calls: Optional(Flag()),
  functions: Optional(Unknown()),
  function_call: Optional(Unknown()),
  modalities: Optional(List(Text())),
  audio: Optional(Unknown()),
  web_search_options: Optional(Unknown()),
  verbosity: Optional(Unknown()),
});
export type ChatBody = Static<typeof chatBody>;

export const embeddingBody = Fields({
  model: Text({ maxLength: 512 }),
  input: Union([
    Text(),
    List(Text(), { minItems: 1, maxItems: 2048 }),
    tokens,
    List(tokens, { minItems: 1, maxItems: 2048 }),
  ]),
  encoding_format: Optional(Union([Type.Literal('float'), Type.Literal('base64')])),
  dimensions: Optional(Integer({ minimum: 1 })),
  user: Optional(Unknown()),
});
export type EmbeddingBody = Static<typeof embeddingBody>;

export const tokenizeBody = Fields({
  model: Optional(Text({ maxLength: 512 })),
  prompt: Optional(Text()),
  messages: Optional(chat.messages),
  tools: chat.tools,
  add_generation_prompt: Optional(Flag()),
  chat_template_kwargs: chat.chat_template_kwargs,
  add_special_tokens: Optional(Flag()),
  return_token_strs: Optional(Flag()),
});
export type TokenizeBody = Static<typeof tokenizeBody>;

export const detokenizeBody = Fields({ model: Optional(Text({ maxLength: 512 })), tokens });
export type DetokenizeBody = Static<typeof detokenizeBody>;

export const templateBody = Fields({ model: Optional(Text({ maxLength: 512 })), ...chat });
export type TemplateBody = Static<typeof templateBody>;

export type WritingBody = Pick<ChatBody & CompletionBody, keyof typeof writing>;

/** Fields that a body may have; the rest is told to the client. */
export const unknownFields = (body: object, schema: { readonly properties: object }): string[] =>
  Object.keys(body).filter((name) => !Object.hasOwn(schema.properties, name));
