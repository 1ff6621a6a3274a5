import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../../src/base/index.ts';
import { ChatTemplate, parseJsonExactly } from '../../src/data/index.ts';

/*
 * Compares rendered chat templates with those of transformers: see chat_templates.py, which writes what is expected.
 *
 *   npx tsx tests/oracles/chat-templates.ts --expected OUT.json [--show 5]
 */
const { values } = parseArgs({
  options: { expected: { type: 'string', default: 'OUT.json' }, show: { type: 'string', default: '5' } },
});

interface Result {
  readonly template: string;
  readonly chat: string;
  readonly text?: string;
  readonly spans?: readonly (readonly [number, number])[];
  readonly error?: string;
}

const { folders, results } = JSON.parse(readFileSync(values.expected, 'utf8')) as {
  readonly folders: readonly string[];
  readonly results: readonly Result[];
};
const chatsText = readFileSync(join(import.meta.dirname, 'chat-templates/chats.json'), 'utf8');
const chats = new Map(
  (parseJsonExactly(chatsText) as Map<string, unknown>[]).map((chat) => [chat.get('name') as string, chat]),
);
const templates = new Map<string, ChatTemplate | UserError>();
function templateNamed(name: string): ChatTemplate | UserError {
  let template = templates.get(name);
  if (!template) {
    for (const folder of folders)
      try {
        template = new ChatTemplate(readFileSync(join(folder, name), 'utf8'), { bos_token: '<s>', eos_token: '</s>' });
      } catch (error) {
        if (error instanceof UserError) template = error;
      }
    if (!template) throw new Error(`no template ${name}`);
    templates.set(name, template);
  }
  return template;
}

const counts = { equal: 0, 'both refuse': 0, 'only Python renders': 0, 'only we render': 0, different: 0, spans: 0 };
let numShown = 0;
const show = (result: Result, what: string): void => {
  if (numShown++ < Number(values.show)) console.log(`${result.template} / ${result.chat}: ${what}`);
};
const startMs = performance.now();
for (const result of results) {
  const chat = chats.get(result.chat)!;
  const template = templateNamed(result.template);
  try {
    if (template instanceof UserError) throw template;
    const rendered = template.renderWithSpans(chat.get('messages') as Map<string, unknown>[], {
      addGenerationPrompt: chat.get('prompt') === true,
      tools: chat.get('tools') as unknown[] | undefined,
      documents: chat.get('documents') as unknown[] | undefined,
      now: new Date(2026, 2, 5, 14, 7, 9),
      ...Object.fromEntries((chat.get('variables') as Map<string, unknown> | undefined) ?? []),
    });
    if (result.text === undefined) {
      counts['only we render'] += 1;
      show(result, `Python says ${result.error}`);
    } else if (rendered.text === result.text) {
      counts.equal += 1;
      const parts = (spans: readonly (readonly [number, number])[]): string[] =>
        spans.map(([begin, end]) => [...result.text!].slice(begin, end).join(''));
      const ours = rendered.assistantSpans.map((s) => rendered.text.slice(s.begin, s.end));
      if (JSON.stringify(parts(result.spans ?? []).filter((p) => p !== '')) === JSON.stringify(ours)) counts.spans += 1;
      else show(result, `spans ${JSON.stringify(ours)} and in Python ${JSON.stringify(parts(result.spans ?? []))}`);
    } else {
      counts.different += 1;
      const at = [...rendered.text].findIndex((c, i) => c !== [...result.text!][i]);
      const near = (text: string): string => JSON.stringify([...text].slice(Math.max(0, at - 40), at + 60).join(''));
      show(result, `\n  ours   ${near(rendered.text)}\n  Python ${near(result.text)}`);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    counts[result.text === undefined ? 'both refuse' : 'only Python renders'] += 1;
    if (result.text !== undefined) show(result, error.message);
  }
}
console.log(JSON.stringify({ templates: templates.size, ...counts, timeMs: Math.round(performance.now() - startMs) }));
