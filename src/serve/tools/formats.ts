import type { GrammarSource, JsonValue } from '../../models/index.ts';
import type { Cursor, Reading } from './cursor.ts';
import { taggedArguments } from './tagged-arguments.ts';

/*
 * How families of models write calls of tools, and how those are read. Sources: the chat templates of the models.
 */

/** A function that may be called. */
export interface Tool {
  readonly name: string;
  readonly parameters: JsonValue;
}

export interface ToolFormat {
  /** Texts, or special tokens, that must be seen. */
  readonly markers: readonly string[];
  /** Reads all of an answer. */
  read(c: Cursor): Reading<void>;
  /** Between one call and `most` of them. `marker`: a text, or the special token that it is. */
  calls(tools: readonly Tool[], most: number, marker: (text: string) => GrammarSource): GrammarSource;
}

const text = (t: string): GrammarSource => ({ kind: 'text', text: t });
const sequence = (...parts: readonly GrammarSource[]): GrammarSource => ({ kind: 'sequence', parts });
const anyTool = (tools: readonly Tool[], of: (tool: Tool) => GrammarSource): GrammarSource => ({
  kind: 'any',
  options: tools.map(of),
});
const argumentsOf = ({ parameters }: Tool): GrammarSource => ({ kind: 'schema', schema: parameters });
/** One or more, with something between them. */
const listed = (one: GrammarSource, between: GrammarSource, most: number): GrammarSource =>
  most > 1 ? sequence(one, { kind: 'repeat', of: sequence(between, one), min: 0, max: most - 1 }) : one;
const jsonCall = (tool: Tool, field: string): GrammarSource =>
  sequence(text(`{"name": ${JSON.stringify(tool.name)}, "${field}": `), argumentsOf(tool), text('}'));

/** `<tool_call>{"name": …, "arguments": …}</tool_call>`: Hermes, Qwen and many others. */
const hermes: ToolFormat = {
  markers: ['<tool_call>', '</tool_call>'],
  *read(c) {
    for (;;) {
      const marker = yield* c.until(['<tool_call>'], (t) => c.tell(t));
      if (marker === undefined) return;
      const other = yield* c.jsonCall();
      if (other !== undefined) c.tell(marker + other);
      else if (yield* c.skip('</tool_call>')) c.skipBlanks();
    }
  },
  calls: (tools, most, marker) =>
    listed(
      sequence(
        marker('<tool_call>'),
        text('\n'),
        anyTool(tools, (t) => jsonCall(t, 'arguments')),
        text('\n'),
        marker('</tool_call>'),
      ),
      text('\n'),
      most,
    ),
};

/** `{"name": …, "parameters": …}` as the whole answer, perhaps behind `<|python_tag|>`, perhaps several with semicolons: Llama 3. */
const llama: ToolFormat = {
  markers: ['<|python_tag|>'],
  *read(c) {
    const tag = '<|python_tag|>';
    let mayBegin = true;
    for (;;) {
      const isTagged = mayBegin && (yield* c.skip(tag));
      if (isTagged || (mayBegin && (yield* c.peek()) === '{')) {
        const other = yield* c.jsonCall();
        if (other === undefined) {
          yield* c.skip(';');
          continue;
        }
        c.tell((isTagged ? tag : '') + other);
      }
      mayBegin = (yield* c.until([tag], (t) => c.tell(t))) !== undefined;
      if (!mayBegin) return;
      c.text = tag + c.text;
    }
  },
  calls: (tools, most) =>
    listed(
      anyTool(tools, (t) => jsonCall(t, 'parameters')),
      text('; '),
      most,
    ),
};

/** `[TOOL_CALLS][{"name": …, "arguments": …}]`, newer ones `[TOOL_CALLS]name[ARGS]{…}`: Mistral. */
const mistral = (isNew: boolean): ToolFormat => ({
  markers: ['[TOOL_CALLS]', '[ARGS]', '[CALL_ID]'],
  *read(c) {
    for (;;) {
      const marker = yield* c.until(['[TOOL_CALLS]'], (t) => c.tell(t));
      if (marker === undefined) return;
      const first = yield* c.peek();
      if (first === '[' && (yield* c.skip('['))) {
        do {
          const other = yield* c.jsonCall();
          if (other !== undefined) c.tell(other);
        } while (yield* c.skip(','));
        if (yield* c.skip(']')) c.skipBlanks();
      } else {
        const { text: name, marker: end } = yield* c.upTo('[ARGS]', '[CALL_ID]', '{');
        if (end === undefined) c.tell(marker + name);
        else {
          const call = c.beginCall(name.trim());
          if (end === '[CALL_ID]') yield* c.upTo('[ARGS]');
          else if (end === '{') c.text = `{${c.text}`;
          yield* c.jsonArguments(call);
        }
      }
    }
  },
  calls: (tools, most, marker) =>
    isNew
      ? listed(
          sequence(
            marker('[TOOL_CALLS]'),
            anyTool(tools, (t) => sequence(text(t.name), marker('[ARGS]'), argumentsOf(t))),
          ),
          text(''),
          most,
        )
      : sequence(
          marker('[TOOL_CALLS]'),
          text('['),
          listed(
            anyTool(tools, (t) => jsonCall(t, 'arguments')),
            text(', '),
            most,
          ),
          text(']'),
        ),
});

const deepseekMarkers = {
  all: '<｜tool▁calls▁begin｜>',
  end: '<｜tool▁calls▁end｜>',
  one: '<｜tool▁call▁begin｜>',
  separator: '<｜tool▁sep｜>',
  over: '<｜tool▁call▁end｜>',
};

/** Calls between marks of their own; before version 3.1 with `function`, and JSON in a fence: DeepSeek. */
const deepseek = (isFenced: boolean): ToolFormat => {
  const { all, end, one, separator, over } = deepseekMarkers;
  return {
    markers: Object.values(deepseekMarkers),
    *read(c) {
      for (;;) {
        if ((yield* c.until([all], (t) => c.tell(t))) === undefined) return;
        for (;;) {
          const { marker } = yield* c.upTo(one, end);
          if (marker !== one) break;
          const head = yield* c.upTo(separator);
          if (head.marker === undefined) return;
          let name = head.text.trim();
          if (name === 'function') name = (yield* c.upTo('\n')).text.trim();
          const call = c.beginCall(name);
          yield* c.skip('```json');
          yield* c.jsonArguments(call);
          yield* c.skip('```');
          yield* c.skip(over);
        }
        c.skipBlanks();
      }
    },
    calls: (tools, most, marker) =>
      sequence(
        marker(all),
        listed(
          sequence(
            marker(one),
            anyTool(tools, (t) =>
              isFenced
                ? sequence(
                    text('function'),
                    marker(separator),
                    text(`${t.name}\n\`\`\`json\n`),
                    argumentsOf(t),
                    text('\n```'),
                  )
                : sequence(text(t.name), marker(separator), argumentsOf(t)),
            ),
            marker(over),
          ),
          text(isFenced ? '\n' : ''),
          most,
        ),
        marker(end),
      ),
  };
};

/** `call:name{key:value}` between marks, with marks of their own around strings: Gemma. Calls that are forced are JSON. */
const gemma = (open: string, close: string, quote: string): ToolFormat => ({
  markers: [open, close, quote],
  *read(c) {
    if ((yield* c.peek()) === '{') return yield* llama.read(c);
    for (;;) {
      const marker = yield* c.until([open], (t) => c.tell(t));
      if (marker === undefined) return;
      const { text: written, marker: end } = yield* c.upTo(close);
      const found = /^\s*call:([^{]*)(\{.*)$/s.exec(written);
      const given = found && taggedArguments(found[2], quote);
      if (!found || given === undefined) c.tell(marker + written + (end ?? ''));
      else {
        const call = c.beginCall(found[1].trim());
        c.pieces.push({ kind: 'arguments', call, text: JSON.stringify(given) });
      }
    }
  },
  calls: llama.calls,
});

const plain: ToolFormat = { ...llama, markers: [] };

export const toolFormats = {
  hermes,
  llama,
  mistral: mistral(false),
  'mistral-args': mistral(true),
  deepseek: deepseek(true),
  'deepseek-v3.1': deepseek(false),
  'function-gemma': gemma('<start_function_call>', '<end_function_call>', '<escape>'),
  gemma4: gemma('<|tool_call>', '<tool_call|>', '<|"|>'),
  json: plain,
} as const satisfies Readonly<Record<string, ToolFormat>>;
export type ToolFormatName = keyof typeof toolFormats;

/** Marks by which templates give away what their models write. */
const signs: readonly (readonly [ToolFormatName, readonly string[]])[] = [
  ['deepseek', ['<｜tool▁calls▁begin｜>', '```json']],
  ['deepseek-v3.1', ['<｜tool▁calls▁begin｜>']],
  ['mistral-args', ['[TOOL_CALLS]', '[ARGS]']],
  ['mistral', ['[TOOL_CALLS]']],
  ['gemma4', ['<|tool_call>']],
  ['function-gemma', ['<start_function_call>']],
  ['hermes', ['<tool_call>']],
  ['llama', ['<|python_tag|>']],
  ['llama', ['<|start_header_id|>']],
];

/** The format that a chat template shows. */
export const toolFormatOf = (template: string): ToolFormatName =>
  signs.find(([, marks]) => marks.every((m) => template.includes(m)))?.[0] ?? 'json';
