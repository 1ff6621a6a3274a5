import type { UserError } from '../../base/index.ts';
import { openSource, rowError, type Source, type Row as SourceRow, type Tokenizer } from '../../data/index.ts';
import type { PreferencePair } from '../objectives/preferences.ts';

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

/** Rows of a file: JSON lines, unless its name says that it is Parquet, tar … */
const openRows = (path: string): Promise<Source> =>
  openSource({ files: path, ...(/\.(parquet|tar|txt|md)(\.(gz|zst))?$/.test(path) ? {} : { format: 'jsonl' }) });

/**
 * Reads files of JSON lines, Parquet and others: `messages`, `conversations` (ShareGPT), `prompt` and `completion`, `instruction` and `output` (Alpaca), or `text`.
 * Throws `data/row`, which names the line.
 */
export async function readExamples(path: string, o: ExampleOptions): Promise<Example[]> {
  const source = await openRows(path);
  try {
    const examples: Example[] = [];
    for (let i = 0; i < source.length; i++) {
      const row = await source.at(i);
      const example = exampleOf(row.fields, o, (what) => rowError(row, what, row.fields));
      if (!example.isTarget.some((t) => t === 1))
        throw rowError(row, 'nothing to learn: no token of the assistant, or all of them beyond the longest length');
      examples.push(example);
    }
    return examples;
  } finally {
    source.close();
  }
}

/**
 * Reads pairs of answers: `prompt`, `chosen`, `rejected` as texts or lists of messages, or `chosen` and `rejected` as whole conversations. What both answers begin with
 * alike, the prompt, does not count. Throws `data/row`, which names the line.
 */
export async function readPreferences(path: string, o: ExampleOptions): Promise<PreferencePair[]> {
  const source = await openRows(path);
  try {
    const pairs: PreferencePair[] = [];
    for (let i = 0; i < source.length; i++) pairs.push(pairOf(await source.at(i), o));
    return pairs;
  } finally {
    source.close();
  }
}

function pairOf(row: SourceRow, o: ExampleOptions): PreferencePair {
  const { prompt, chosen, rejected } = row.fields;
  const wrong = (what: string): UserError => rowError(row, what, row.fields);
  if (chosen === undefined || rejected === undefined) throw wrong('no pair: it needs chosen and rejected');
  const one = (answer: unknown): Example => {
    if (typeof answer === 'string' && typeof prompt === 'string') return joined(prompt, answer, o);
    const asked = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : (prompt ?? []);
    const said = typeof answer === 'string' ? [{ role: 'assistant', content: answer }] : answer;
    if (!Array.isArray(asked) || !Array.isArray(said)) throw wrong('prompt and answers are neither texts nor messages');
    return conversation(
      [...asked, ...said].map((m) => messageOf(m, wrong)),
      o,
      wrong,
    );
  };
  const [good, bad] = [one(chosen), one(rejected)];
  let same = 0;
  while (same < good.tokens.length && good.tokens[same] === bad.tokens[same]) same++;
  if (same === good.tokens.length && same === bad.tokens.length)
    throw wrong('nothing to prefer: chosen and rejected are the same, or differ only beyond the longest length');
  // Texts say themselves where the prompt ends, and answers that begin alike are answers from there on.
  const isText = typeof prompt === 'string' && typeof chosen === 'string';
  const counted = (e: Example): Example =>
    isText ? e : { tokens: e.tokens, isTarget: e.isTarget.map((t, i) => (i < same ? 0 : t)) };
  const pair = { chosen: counted(good), rejected: counted(bad) };
  for (const e of [pair.chosen, pair.rejected])
    if (!e.isTarget.some((t) => t === 1))
      throw wrong('an answer has no token that differs, or all of them lie beyond the longest length');
  return pair;
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
  const whole = o.tokenizer.encode(prompt);
  // Some tokenizers end every text; a prompt is none yet.
  const before = whole.at(-1) === o.tokenizer.special.eos ? whole.subarray(0, -1) : whole;
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
