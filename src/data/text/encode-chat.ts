import { UserError } from '../../base/index.ts';
import type { ChatMessage, ChatTemplate, RenderOptions } from './chat-template.ts';
import { Float } from './jinja/values.ts';
import type { Tokenizer } from './tokenizer.ts';

/*
 * From a chat to ids, with a difference that its text does not show: the control tokens of the template are tokens, those that somebody
 * wrote into a message are text. They are marked in the messages, and the marks are looked for in the rendered text.
 * Source: `sanitize_control_tokens` of transformers.
 */

/** Characters that Unicode keeps from ever being assigned. */
const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';

export interface EncodeChatOptions extends RenderOptions {
  /** Lets control tokens in messages, tools and documents be what they say, as trusted transcripts may have them. */
  readonly allowSpecial?: boolean;
  /** Special tokens that the template writes for something longer, and what that is at each of their places: what stands in a message as text stays. */
  readonly expand?: ReadonlyMap<string, (place: number) => string>;
}

/**
 * Ids `[n]` of a chat. Special tokens in the texts of messages, tools and documents are text, unless `allowSpecial`. Throws what
 * rendering throws, and `data/chat-control-tokens` where the template writes texts in a way that hides what was in them.
 */
export async function encodeChat(
  tokenizer: Tokenizer,
  template: ChatTemplate,
  messages: readonly (ChatMessage | ReadonlyMap<string, unknown>)[],
  options: EncodeChatOptions = {},
): Promise<Int32Array> {
  const { allowSpecial = false, expand = new Map<string, (place: number) => string>(), ...rest } = options;
  const special = specialPattern(tokenizer);
  const marked = (value: unknown): unknown => markedWith(special, value);
  const isMarking = !allowSpecial && special !== '';
  const rendered = isMarking
    ? template.render(marked(messages) as typeof messages, {
        ...rest,
        tools: marked(rest.tools) as readonly unknown[],
        documents: marked(rest.documents) as readonly unknown[],
      })
    : template.render(messages, rest);
  const text = expandedText(rendered, expand);
  if (/\\ufdd[01]/i.test(text) && isMarking)
    throw new UserError(
      'data/chat-control-tokens',
      'the chat template writes texts as ASCII, which hides control tokens in them',
      {
        advice: 'refuse chats with control tokens in their messages, or use allowSpecial where they can be trusted',
      },
    );
  const parts: Int32Array[] = [];
  for (const part of partsOf(text, special))
    parts.push(
      await tokenizer.encodeAsync(part.text, {
        addSpecialTokens: false,
        allowSpecial: !part.isPlain,
        continuesText: parts.length > 0,
      }),
    );
  const ids = new Int32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    ids.set(part, at);
    at += part.length;
  }
  return ids;
}

/** The texts of all special tokens, the longest first. */
function specialPattern(tokenizer: Tokenizer): string {
  const contents = [...tokenizer.special.all].map((id) => tokenizer.tokenOf(id) ?? '');
  return anyOf(contents.filter((content) => content !== ''));
}

/** A pattern of texts, the longest first. */
const anyOf = (texts: readonly string[]): string =>
  [...texts]
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|');

/** The text with something longer for some of its tokens, but for those that are marked as text. */
function expandedText(text: string, expand: ReadonlyMap<string, (place: number) => string>): string {
  if (expand.size === 0) return text;
  const pattern = new RegExp(`(?<!${OPEN})(?:${anyOf([...expand.keys()])})`, 'gu');
  const places = new Map<string, number>();
  return text.replace(pattern, (token) => {
    const place = places.get(token) ?? 0;
    places.set(token, place + 1);
    return expand.get(token)!(place);
  });
}

/** The same value with marks around the special tokens in its texts and keys, and no others: whatever a template can go into. */
function markedWith(special: string, value: unknown): unknown {
  const pattern = new RegExp(special, 'gu');
  const mark = (x: unknown): unknown => {
    if (typeof x === 'string')
      return x.replace(/[\ufdd0\ufdd1]/g, '').replace(pattern, (token) => OPEN + token + CLOSE);
    if (typeof x !== 'object' || x === null || x instanceof Float) return x;
    if (Array.isArray(x)) return x.map(mark);
    const entries = x instanceof Map ? [...(x as Map<unknown, unknown>)] : Object.entries(x);
    return new Map(entries.map(([key, item]) => [mark(key), mark(item)]));
  };
  return mark(value);
}

interface Part {
  readonly text: string;
  /** Holds texts of special tokens that are none. */
  readonly isPlain: boolean;
}

/**
 * A rendered text in parts that can be encoded each for itself: what lies between the template's special tokens is plain where it has
 * marks; all the rest is left together.
 */
function partsOf(text: string, special: string): Part[] {
  if (!/[\ufdd0\ufdd1]/.test(text)) return text === '' ? [] : [{ text, isPlain: false }];
  const parts: Part[] = [];
  let usual = '';
  let between = '';
  const flush = (token: string): void => {
    const isPlain = /[\ufdd0\ufdd1]/.test(between);
    if (isPlain) {
      if (usual !== '') parts.push({ text: usual, isPlain: false });
      parts.push({ text: between.replace(/[\ufdd0\ufdd1]/g, ''), isPlain });
      usual = token;
    } else usual += between + token;
    between = '';
  };
  let at = 0;
  for (const match of text.matchAll(new RegExp(`${OPEN}(?:${special})${CLOSE}|${special}`, 'gu'))) {
    between += text.slice(at, match.index);
    if (match[0].startsWith(OPEN)) between += match[0];
    else flush(match[0]);
    at = match.index + match[0].length;
  }
  between += text.slice(at);
  flush('');
  if (usual !== '') parts.push({ text: usual, isPlain: false });
  return parts;
}
