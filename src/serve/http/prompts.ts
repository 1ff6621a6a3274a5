import { UserError } from '../../base/index.ts';
import { type ChatMessage, encodeChat, parseJsonExactly, type RenderOptions } from '../../data/index.ts';
import { behindImages, type ImagePlaces, imageMark } from '../../models/index.ts';
import type { SeenImage, ServedModel } from '../pool/index.ts';
import type { PromptImage } from '../scheduler/index.ts';
import { wrongField } from './errors.ts';
import { imageOf, isImage, MAX_IMAGES } from './image-parts.ts';
import type { ChatBody, ChatMessageBody, ChatPart, TemplateBody } from './schemas.ts';

/** No token of any vocabulary is longer, on the average of a text. */
export const MAX_CHARACTERS_PER_TOKEN = 64;

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

/** Messages as templates read them. Images among them are added to `images`. */
function messagesOf(messages: readonly ChatMessageBody[], images: Uint8Array[]): readonly ChatMessage[] {
  return messages.map((m, i) => {
    const { tool_calls: calls, ...rest } = m;
    return {
      ...rest,
      role: m.role === 'developer' ? 'system' : m.role,
      content: partsOf(m.content, `messages.${i}.content`, images),
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

/** A text, or its parts where there are images among them. */
function partsOf(content: ChatMessageBody['content'], param: string, images: Uint8Array[]): string | object[] {
  if (!Array.isArray(content) || !content.some(isImage)) return contentOf(content, param);
  return (content as readonly ChatPart[]).map((part, i) => {
    if (!isImage(part)) return { type: 'text', text: contentOf([part], param) };
    if (images.length === MAX_IMAGES)
      throw wrongField(param, 'there are more images than a request may have', { expected: `at most ${MAX_IMAGES}` });
    images.push(imageOf(part, `${param}.${i}`));
    return { type: 'image' };
  });
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

/** A template that does not know of tools is told of them by the system. */
function withTools(model: ServedModel, body: ChatFields): ChatFields {
  const { tools, messages, tool_choice: choice } = body;
  if (!tools || tools.length === 0 || choice === 'none' || /\btools\b/.test(templateOf(model).source)) return body;
  const { tools: _, ...rest } = body;
  const told = [
    'You may call functions. To call one, write nothing but',
    '{"name": "<its name>", "parameters": {<what it is given>}}',
    'The functions, with JSON schemas of what they are given:',
    ...tools.map((t) => JSON.stringify(t.function)),
  ].join('\n');
  const [first, ...others] = messages;
  const isSystem = first.role === 'system' || first.role === 'developer';
  const system = isSystem ? `${contentOf(first.content, 'messages.0.content')}\n\n${told}` : told;
  const said = (isSystem ? others : messages).map((m) => {
    const { tool_calls: calls, ...own } = m;
    if (!calls || calls.length === 0) return m;
    const written = calls.map(
      (c) => `{"name": ${JSON.stringify(c.function.name)}, "parameters": ${textOfArguments(c.function.arguments)}}`,
    );
    const text = contentOf(m.content, 'messages');
    return { ...own, content: [...(text === '' ? [] : [text]), written.join('; ')].join('\n') };
  });
  return { ...rest, messages: [{ role: 'system', content: system }, ...said] };
}

const textOfArguments = (given: unknown): string => (typeof given === 'string' ? given : JSON.stringify(given ?? {}));

/** A chat as the one text that the model reads; images are the tokens that stand for them. */
export function renderChat(model: ServedModel, given: ChatFields): string {
  const body = withTools(model, given);
  return templateOf(model).render(messagesOf(body.messages, []), renderOptions(body));
}

/** A chat as ids, with what is to be seen in it. */
export interface EncodedChat {
  readonly ids: readonly number[];
  readonly images: readonly PromptImage[];
}

interface ReadChat {
  readonly messages: readonly ChatMessage[];
  readonly images: readonly Uint8Array[];
}

function read(model: ServedModel, body: ChatFields): ReadChat {
  const images: Uint8Array[] = [];
  const messages = messagesOf(body.messages, images);
  const texts = messages.flatMap((m) => (Array.isArray(m.content) ? m.content.map(textOf) : String(m.content)));
  checkText(texts.join(''), model);
  if (images.length > 0 && !model.sight)
    throw wrongField('messages', 'this model sees no images', { expected: 'text' });
  return { messages, images };
}

/**
 * A chat as ids: its control tokens are the template's only. Throws `serve/request` for images that nobody can see or that have no place, and `data/image`.
 * `counts`: what is seen does not matter.
 */
export async function encodeMessages(
  model: ServedModel,
  given: ChatFields,
  { counts = false }: { readonly counts?: boolean } = {},
): Promise<EncodedChat> {
  const { sight, template, tokenizer } = model;
  const isSingle = sight?.places.isPrefix && !template;
  const body = isSingle ? given : withTools(model, given);
  const { messages, images } = read(model, body);
  const looks = !counts || sight?.places.isCut;
  const seen = sight && images.length > 0 && looks ? await sight.see(images) : [];
  const numParts = images.map((_, i) => seen[i]?.parts.length ?? 1);
  if (isSingle) {
    const ids = behindImages(tokenizer, onlyText(messages), sight.places, images.length);
    return { ids: [...ids], images: placed(sight.places, [...ids], seen, numParts) };
  }
  const options = renderOptions(body);
  const mark = sight && images.length > 0 ? imageMark(tokenizer, sight.places, numParts) : undefined;
  const expand = mark ? { expand: new Map([[mark.mark, mark.at]]) } : {};
  const ids = [...(await encodeChat(tokenizer, templateOf(model), messages, { ...options, ...expand }))];
  return { ids, images: sight ? placed(sight.places, ids, seen, numParts) : [] };
}

const textOf = (part: { readonly text?: string }): string => part.text ?? '';

/** What is said to a model that knows no conversations: one text, with images before it. */
function onlyText(messages: readonly ChatMessage[]): string {
  const [{ role, content }, ...others] = messages;
  if (role !== 'user' || others.length > 0)
    throw wrongField('messages', 'this model answers one message of the user', {
      given: `${messages.length} messages`,
    });
  return Array.isArray(content) ? content.map(textOf).join('') : String(content);
}

/** What is seen, where it stands in a prompt; `numParts`: each image with its parts. Throws `serve/request` where places are not as many. */
function placed(
  { token, perImage }: ImagePlaces,
  ids: readonly number[],
  seen: readonly SeenImage[],
  numParts: readonly number[],
): readonly PromptImage[] {
  const places: number[] = [];
  for (let at = 0; at < ids.length; ) {
    const isImage = ids[at] === token;
    if (isImage) places.push(at);
    at += isImage ? perImage : 1;
  }
  const expected = numParts.reduce((a, b) => a + b, 0);
  if (places.length !== expected || ids.filter((id) => id === token).length !== expected * perImage)
    throw wrongField('messages', 'the chat template has not as many places for images as there are images', {
      expected: `${expected}`,
      given: `${places.length}`,
    });
  const parts = seen.flatMap(({ name, parts }) => parts.map((vectors, i) => ({ name: `${name} ${i}`, vectors })));
  return parts.map((part, i) => ({ ...part, at: places[i], numTokens: perImage }));
}
