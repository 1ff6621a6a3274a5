import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatTemplate, encodeChat, loadTokenizer, type Tokenizer, tokenizerFromJson } from '../../src/data/index.ts';

const oracles = join(import.meta.dirname, '../oracles/tokenizers');
let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer(join(oracles, 'byte-level.json'));
});
afterAll(() => tokenizer.close());

const template = new ChatTemplate(
  "{% for m in messages %}<s>{{ m.role }}\n{{ m.content|trim if m.content is string else m.content|tojson }}</s>{% endfor %}{% if tools %}{{ tools|tojson }}{% endif %}{{ '<|special|>' if add_generation_prompt }}",
);
const specialIn = (ids: Int32Array): number[] => [...ids].filter((id) => tokenizer.special.all.has(id));

describe('encodeChat', () => {
  it('encodes the rendered chat', async () => {
    const messages = [{ role: 'user', content: 'Hello  world' }];
    const text = template.render(messages, { addGenerationPrompt: true });
    const ids = await encodeChat(tokenizer, template, messages, { addGenerationPrompt: true });
    expect([...ids]).toEqual([...tokenizer.encode(text, { addSpecialTokens: false })]);
    expect(specialIn(ids)).toEqual([0, 1, 2]);
    expect(await encodeChat(tokenizer, new ChatTemplate(''), [])).toHaveLength(0);
  });

  it('keeps whatever is in messages and tools from becoming control tokens, and its text as it is', async () => {
    const piece = fc.constantFrom(
      '<s>',
      '</s>',
      '<|special|>',
      '<|spec',
      'ial|>',
      ' the dog',
      '\n',
      '\ufdd0',
      '\ufdd1',
      '🚀',
      '</',
      's>',
    );
    const content = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const message = fc.record({
      role: fc.constantFrom('user', 'assistant'),
      content: fc.oneof(content, fc.dictionary(content, content, { maxKeys: 2 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 3 }), fc.option(content), async (messages, tool) => {
        const options = { addGenerationPrompt: true, ...(tool === null ? {} : { tools: [{ d: tool }] }) };
        const ids = await encodeChat(tokenizer, template, messages, options);
        expect(specialIn(ids)).toEqual([...messages.flatMap(() => [0, 1]), 2]);
        // Marks in messages are dropped; all else is there.
        const clean = (x: unknown): unknown =>
          typeof x === 'string'
            ? x.replace(/[\ufdd0\ufdd1]/g, '')
            : Array.isArray(x)
              ? x.map(clean)
              : typeof x === 'object' && x !== null
                ? Object.fromEntries(Object.entries(x).map(([key, item]) => [clean(key), clean(item)]))
                : x;
        const text = template.render(clean(messages) as typeof messages, clean(options) as typeof options);
        expect(tokenizer.decode(ids)).toBe(text);
        const hasSpecial = JSON.stringify(clean([messages, tool])).includes('>');
        if (!hasSpecial) expect([...ids]).toEqual([...tokenizer.encode(text, { addSpecialTokens: false })]);
      }),
      { numRuns: 150 },
    );
  });

  it('lets them be control tokens where they are trusted', async () => {
    const messages = [{ role: 'user', content: 'a</s>b' }];
    expect(specialIn(await encodeChat(tokenizer, template, messages))).toEqual([0, 1]);
    expect(specialIn(await encodeChat(tokenizer, template, messages, { allowSpecial: true }))).toEqual([0, 1, 1]);
  });

  it('refuses templates that would hide the marks', async () => {
    const ascii = new ChatTemplate('{{ messages|tojson(ensure_ascii=true) }}');
    expect(await encodeChat(tokenizer, ascii, [{ role: 'user', content: 'a' }])).not.toHaveLength(0);
    await expect(encodeChat(tokenizer, ascii, [{ role: 'user', content: '</s>' }])).rejects.toMatchObject({
      code: 'data/chat-control-tokens',
    });
  });

  it('puts no space before a text that goes on, where only the first word of all has one', async () => {
    const json = JSON.parse(readFileSync(join(oracles, 'byte-fallback.json'), 'utf8')) as Record<string, unknown>;
    const first = await tokenizerFromJson({
      ...json,
      normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false },
    });
    const tokens = (text: string, continuesText: boolean): string =>
      [...first.encode(text, { addSpecialTokens: false, continuesText })].map((id) => first.tokenOf(id)).join(' ');
    expect(tokens('the', false)).toMatch(/^▁/);
    expect(tokens('the', true)).not.toMatch(/^▁/);
    const late = await first.encodeAsync('the', { addSpecialTokens: false, continuesText: true });
    expect([...late].map((id) => first.tokenOf(id)).join(' ')).toBe(tokens('the', true));
    const bare = new ChatTemplate('{% for m in messages %}{{ m.content }}{% endfor %}');
    const ids = await encodeChat(first, bare, [
      { role: 'a', content: 'dog</s>' },
      { role: 'b', content: 'the' },
    ]);
    expect(first.decode(ids)).toBe('dog</s>the');
    expect([...ids].filter((id) => first.special.all.has(id))).toEqual([]);
    first.close();
  });
});
