import { readFileSync } from 'node:fs';
import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';

/*
 * What people fine-tune on: JSON lines with conversations, prompts and completions, or text. Each becomes tokens, and which of them the
 * model is to learn.
 */

/** One sequence: its tokens, and 1 for those that count in the loss. */
export interface Example {
  readonly tokens: Int32Array;
  readonly isTarget: Uint8Array;
}

export type Message = { readonly role: string; readonly content: string };

/** Writes a conversation as text, and says which parts of it the assistant wrote (with the token that ends its turn). */
export type ConversationRenderer = (messages: readonly Message[]) => {
  readonly text: string;
  readonly spans: readonly (readonly [start: number, end: number])[];
};

export interface ExampleOptions {
  readonly tokenizer: Tokenizer;
  /** Needed for conversations. */
  readonly render?: ConversationRenderer | undefined;
  /** Longer sequences are cut at their end. */
  readonly maxLength: number;
}

type Row = Readonly<Record<string, unknown>>;
const isRow = (x: unknown): x is Row => typeof x === 'object' && x !== null && !Array.isArray(x);

/**
 * Reads a file of JSON lines: `messages`, `conversations` (ShareGPT), `prompt` and `completion`, `instruction` and `output` (Alpaca), or `text`.
 * Throws `train/examples`, which names the line.
 */
export function readExamples(path: string, o: ExampleOptions): Example[] {
  const examples: Example[] = [];
  const lines = readFileSync(path, 'utf8').split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const wrong = (what: string, given: string): UserError =>
      new UserError('train/examples', `${path}, line ${i + 1}: ${what}`, { given: given.slice(0, 80) });
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      throw wrong('no JSON', line);
    }
    if (!isRow(row)) throw wrong('no JSON object', line);
    const example = exampleOf(row, o, (what) => wrong(what, line));
    if (!example.isTarget.some((t) => t === 1))
      throw wrong('nothing to learn: no token of the assistant, or all of them beyond the longest length', line);
    examples.push(example);
  }
  if (examples.length === 0)
    throw new UserError('train/examples', `${path} has no example`, { expected: 'one JSON object per line' });
  return examples;
}

/** The sequence of a row, by the fields that it has. `wrong` makes the error that is thrown. */
export function exampleOf(row: Row, o: ExampleOptions, wrong: (what: string) => UserError): Example {
  const text = (x: unknown): x is string => typeof x === 'string';
  if (text(row.text)) return whole(row.text, o);
  if (text(row.prompt) && text(row.completion)) return joined(row.prompt, row.completion, o);
  if (text(row.instruction) && text(row.output)) {
    const asked = text(row.input) && row.input !== '' ? `${row.instruction}\n\n${row.input}` : row.instruction;
    return conversation(
      [
        { role: 'user', content: asked },
        { role: 'assistant', content: row.output },
      ],
      o,
      wrong,
    );
  }
  const given = row.messages ?? row.conversations;
  if (!Array.isArray(given))
    throw wrong('none of messages, conversations, prompt and completion, instruction and output, text');
  return conversation(
    given.map((m) => messageOf(m, wrong)),
    o,
    wrong,
  );
}

const roleOfShareGpt: Readonly<Record<string, string>> = { human: 'user', gpt: 'assistant', system: 'system' };

function messageOf(m: unknown, wrong: (what: string) => UserError): Message {
  if (!isRow(m)) throw wrong('a message that is no object');
  const role = m.role ?? (typeof m.from === 'string' ? (roleOfShareGpt[m.from] ?? m.from) : undefined);
  const content = m.content ?? m.value;
  if (typeof role !== 'string' || typeof content !== 'string') throw wrong('a message without role or content');
  return { role, content };
}

function whole(text: string, o: ExampleOptions): Example {
  const tokens = withEnd(o.tokenizer.encode(text), o).subarray(0, o.maxLength);
  return { tokens, isTarget: new Uint8Array(tokens.length).fill(1) };
}

/** The completion, with the token that ends a text, is what is learnt. */
function joined(prompt: string, completion: string, o: ExampleOptions): Example {
  const before = o.tokenizer.encode(prompt);
  const after = withEnd(o.tokenizer.encode(completion, { addSpecialTokens: false }), o);
  const tokens = new Int32Array(before.length + after.length);
  tokens.set(before);
  tokens.set(after, before.length);
  const isTarget = new Uint8Array(tokens.length).fill(1, before.length);
  return { tokens: tokens.subarray(0, o.maxLength), isTarget: isTarget.subarray(0, o.maxLength) };
}

function withEnd(tokens: Int32Array, { tokenizer }: ExampleOptions): Int32Array {
  const { eos } = tokenizer.special;
  if (eos === undefined || tokens.at(-1) === eos) return tokens;
  const out = new Int32Array(tokens.length + 1);
  out.set(tokens);
  out[tokens.length] = eos;
  return out;
}

/** The text of a conversation piece by piece, so that tokens never reach over the border of what is learnt. */
function conversation(messages: readonly Message[], o: ExampleOptions, wrong: (what: string) => UserError): Example {
  if (!o.render) throw wrong('a conversation, for a model without a chat template');
  const { text, spans } = o.render(messages);
  const tokens: number[] = [];
  const isTarget: number[] = [];
  const add = (part: string, target: 0 | 1): void => {
    if (part === '') return;
    for (const t of o.tokenizer.encode(part, { addSpecialTokens: false })) {
      tokens.push(t);
      isTarget.push(target);
    }
  };
  let at = 0;
  for (const [start, end] of spans) {
    add(text.slice(at, start), 0);
    add(text.slice(start, end), 1);
    at = end;
  }
  add(text.slice(at), 0);
  return {
    tokens: Int32Array.from(tokens.slice(0, o.maxLength)),
    isTarget: Uint8Array.from(isTarget.slice(0, o.maxLength)),
  };
}
