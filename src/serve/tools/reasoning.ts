import type { GrammarSource } from '../../models/index.ts';
import type { Cursor, Reading } from './cursor.ts';

/** What models write before they answer, and the marks around it. */
export interface ReasoningFormat {
  readonly open: string;
  readonly close: string;
}

export const reasoningFormats = {
  think: { open: '<think>', close: '</think>' },
  mistral: { open: '[THINK]', close: '[/THINK]' },
  gemma4: { open: '<|channel>thought', close: '<channel|>' },
} as const satisfies Readonly<Record<string, ReasoningFormat>>;
export type ReasoningFormatName = keyof typeof reasoningFormats;

/** The format that a chat template shows; undefined: the model does not reason apart from its answer. */
export const reasoningFormatOf = (template: string): ReasoningFormatName | undefined =>
  (Object.keys(reasoningFormats) as ReasoningFormatName[]).find((name) =>
    template.includes(reasoningFormats[name].close),
  );

/** Whether a prompt ends within reasoning, or behind it. */
export function reasoningStateOf(prompt: string, { open, close }: ReasoningFormat): 'open' | 'closed' | 'none' {
  const end = prompt.trimEnd();
  return end.endsWith(open) ? 'open' : end.endsWith(close) ? 'closed' : 'none';
}

/** Reads reasoning, if there is some at the beginning. */
export function* readReasoning(c: Cursor, { open, close }: ReasoningFormat, isOpen: boolean): Reading<void> {
  if (!isOpen && !(yield* c.skip(open))) return;
  let hasBegun = false;
  let blanks = '';
  yield* c.until([close], (text) => {
    const all = hasBegun ? blanks + text : (blanks + text).trimStart();
    const end = all.trimEnd().length;
    blanks = all.slice(end);
    if (end === 0) return;
    hasBegun = true;
    c.pieces.push({ kind: 'reasoning', text: all.slice(0, end) });
  });
  c.skipBlanks();
}

/** An answer with reasoning before it: always where the prompt has begun it, and else perhaps. */
export function behindReasoning(
  answer: GrammarSource,
  { open, close }: ReasoningFormat,
  state: 'open' | 'closed' | 'none',
  marker: (text: string) => GrammarSource,
): GrammarSource {
  if (state === 'closed') return answer;
  const rest: GrammarSource[] = [
    { kind: 'free', without: [close] },
    marker(close),
    { kind: 'repeat', of: { kind: 'text', text: '\n' }, min: 0, max: 2 },
    answer,
  ];
  if (state === 'open') return { kind: 'sequence', parts: rest };
  return { kind: 'any', options: [answer, { kind: 'sequence', parts: [marker(open), ...rest] }] };
}
