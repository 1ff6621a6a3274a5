import { UserError } from '../../base/index.ts';
import type { ChatTemplate } from '../../data/index.ts';
import type { ConversationRenderer, Message } from './examples.ts';

/**
 * Writes conversations by a model's template and finds what the assistant wrote: by the template's own marks (`{% generation %}`), else as what
 * each of its turns adds to the conversation before it. Throws `train/template` where a later turn changes earlier ones and there are no marks.
 */
export function conversationRenderer(template: ChatTemplate): ConversationRenderer {
  return (messages) => {
    const { text, assistantSpans } = template.renderWithSpans(messages);
    if (assistantSpans.length > 0)
      return { text, spans: assistantSpans.map(({ begin, end }) => [begin, end] as const) };
    return { text, spans: turnsOf(template, messages, text) };
  };
}

function turnsOf(template: ChatTemplate, messages: readonly Message[], text: string): (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  for (const [i, { role }] of messages.entries()) {
    if (role !== 'assistant') continue;
    const before = template.render(messages.slice(0, i), { addGenerationPrompt: true });
    const after = template.render(messages.slice(0, i + 1));
    if (!after.startsWith(before) || !text.startsWith(after.trimEnd()))
      throw new UserError(
        'train/template',
        'the chat template writes earlier turns differently once there are later ones',
        {
          advice: 'use a template with {% generation %} marks around what the assistant says',
        },
      );
    spans.push([before.length, Math.min(after.length, text.length)]);
  }
  return spans;
}
