import { UserError } from '../../base/index.ts';
import { type ChatMessage, encodeChat, parseJsonExactly, type RenderOptions } from '../../data/index.ts';
import { wrongField } from './errors.ts';
import type { ChatBody, ChatMessageBody, TemplateBody } from './schemas.ts';
import type { ServedModel } from './served-model.ts';

/** No token of any vocabulary is longer, on the average of a text. */
const MAX_CHARACTERS_PER_TOKEN = 64;

/** Throws `serve/too-long` for texts that are, whatever their tokens may be: cutting them would take long. */
function checkText(text: string, { engine }: ServedModel): void {
  if (text.length <= engine.maxLength * MAX_CHARACTERS_PER_TOKEN) return;
  throw new UserError('serve/too-long', 'the prompt is longer than this model can take here', {
    expected: `at most ${engine.maxLength} tokens`,
    given: `${text.length} characters`,
    fields: { numPromptTokens: Math.ceil(text.length / MAX_CHARACTERS_PER_TOKEN), maxLength: engine.maxLength },
  });
}

/** Ids of a text as it is. */
export async function encodeText(
  model: ServedModel,
  text: string,
  addSpecialTokens = true,
): Promise<readonly number[]> {
  checkText(text, model);
  return [...(await model.tokenizer.encodeAsync(text, { addSpecialTokens }))];
}

type OneOrMore = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

/** The prompts of a request: a text, several, ids, or several lists of them. */
export function promptsOf(given: OneOrMore, field: string): readonly (string | readonly number[])[] {
  if (typeof given === 'string') return [given];
  if (given.length === 0) throw wrongField(field, `${field} is empty`);
  return typeof given[0] === 'number'
    ? [given as readonly number[]]
    : (given as readonly (string | readonly number[])[]);
}

export async function encodePrompt(
  model: ServedModel,
  prompt: string | readonly number[],
  field: string,
  addSpecialTokens = true,
): Promise<readonly number[]> {
  const ids = typeof prompt === 'string' ? await encodeText(model, prompt, addSpecialTokens) : prompt;
  if (ids.length === 0) throw wrongField(field, `${field} has no tokens`);
  return ids;
}

type ChatFields = Pick<
  ChatBody & TemplateBody,
  'messages' | 'tools' | 'documents' | 'add_generation_prompt' | 'chat_template_kwargs' | 'reasoning_effort'
> & {
  readonly tool_choice?: ChatBody['tool_choice'];
};

/** What the template is given besides messages. */
function renderOptions(body: ChatFields): RenderOptions {
  const { tools, documents, reasoning_effort: effort } = body;
  return {
    ...(effort === undefined ? {} : { reasoning_effort: effort, enable_thinking: effort !== 'none' }),
    ...body.chat_template_kwargs,
    addGenerationPrompt: body.add_generation_prompt ?? true,
    ...(tools && body.tool_choice !== 'none' ? { tools } : {}),
    ...(documents ? { documents } : {}),
  };
}

/** Messages as templates read them. */
function messagesOf(messages: readonly ChatMessageBody[]): readonly ChatMessage[] {
  return messages.map((m, i) => {
    const { tool_calls: calls, ...rest } = m;
    return {
      ...rest,
      role: m.role === 'developer' ? 'system' : m.role,
      content: contentOf(m.content, `messages.${i}.content`),
      ...(calls
        ? {
            tool_calls: calls.map((c) => ({
              ...c,
              function: { ...c.function, arguments: argumentsOf(c.function.arguments) },
            })),
          }
        : {}),
    };
  });
}

/** Arguments of a call as templates expect them: read, with numbers as they were written. */
function argumentsOf(given: unknown): unknown {
  if (typeof given !== 'string') return given ?? {};
  try {
    return parseJsonExactly(given);
  } catch {
    return given;
  }
}

function contentOf(content: ChatMessageBody['content'], param: string): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  const other = content.find((part) => part.type !== 'text' || part.text === undefined);
  if (other)
    throw wrongField(param, 'a message has a part that is no text', {
      expected: 'text',
      given: String(other.type).slice(0, 40),
    });
  return content.map((part) => part.text).join('\n');
}

function templateOf(model: ServedModel): NonNullable<ServedModel['template']> {
  if (!model.template)
    throw new UserError('serve/request', 'this model has no chat template', {
      advice: 'use /v1/completions',
      fields: { param: 'messages' },
    });
  return model.template;
}

/** A chat as the one text that the model reads. */
export const renderChat = (model: ServedModel, body: ChatFields): string =>
  templateOf(model).render(messagesOf(body.messages), renderOptions(body));

/** A chat as ids: its control tokens are the template's only. */
export async function encodeMessages(model: ServedModel, body: ChatFields): Promise<readonly number[]> {
  const template = templateOf(model);
  const messages = messagesOf(body.messages);
  checkText(messages.map((m) => String(m.content)).join(''), model);
  return [...(await encodeChat(model.tokenizer, template, messages, renderOptions(body)))];
}
