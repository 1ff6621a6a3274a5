import { readFileSync } from 'node:fs';
import { UserError } from '../base/index.ts';
import type { ChatMessage, ChatTemplate } from '../data/index.ts';

/** A line of a file of prompts. */
export interface FilePrompt {
  /** What is repeated beside the answer. */
  readonly line: Readonly<Record<string, unknown>>;
  readonly said: string | readonly ChatMessage[];
  readonly adapter: string | undefined;
}

/**
 * Reads prompts, one per line of JSON: a text, `{"prompt": …}` or `{"messages": […]}`, with the name of an adapter in `adapter` or none. Throws
 * `cli/prompts`, which names the line.
 */
export function readPrompts(
  path: string,
  template: ChatTemplate | undefined,
  system: string | undefined,
): FilePrompt[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const prompts = lines.flatMap((text, i) => (text.trim() === '' ? [] : [promptOf(text, `${path}, line ${i + 1}`)]));
  if (prompts.length === 0) throw new UserError('cli/prompts', `${path} holds no prompt`);
  return prompts.map((p) =>
    template && typeof p.said === 'string'
      ? {
          ...p,
          said: [
            ...(system === undefined ? [] : [{ role: 'system', content: system }]),
            { role: 'user', content: p.said },
          ],
        }
      : p,
  );
}

function promptOf(text: string, where: string): FilePrompt {
  const wrong = (given: string): UserError =>
    new UserError('cli/prompts', `${where} is no prompt`, {
      expected: 'a text in JSON, or an object with "prompt" or "messages", and "adapter" if it has one',
      given,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(text.slice(0, 60));
  }
  const line = typeof value === 'string' ? { prompt: value } : value;
  if (typeof line !== 'object' || line === null || Array.isArray(line)) throw wrong(text.slice(0, 60));
  const { prompt, messages, adapter } = line as { prompt?: unknown; messages?: unknown; adapter?: unknown };
  if (adapter !== undefined && adapter !== null && typeof adapter !== 'string') throw wrong(text.slice(0, 60));
  const isChat = Array.isArray(messages) && messages.every((m) => typeof (m as ChatMessage | null)?.role === 'string');
  if ((typeof prompt === 'string') === isChat) throw wrong(text.slice(0, 60));
  return {
    line: line as Record<string, unknown>,
    said: isChat ? (messages as ChatMessage[]) : (prompt as string),
    adapter: adapter ?? undefined,
  };
}
