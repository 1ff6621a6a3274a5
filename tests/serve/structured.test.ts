import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, startServer } from './fake-server.ts';

/* Texts that have to fit: of a model that would write hashes. */

let s: FakeServer;
let client: OpenAI;
beforeAll(async () => {
  s = await startServer();
  client = new OpenAI({ baseURL: `${s.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => s.close());

const model = 'fake';
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'hello' }];
const schema = {
  type: 'object',
  properties: {
    kind: { enum: ['cat', 'dog'] },
    age: { type: 'integer', minimum: 3, maximum: 17 },
    names: { type: 'array', items: { type: 'string', maxLength: 5 }, minItems: 1, maxItems: 2 },
  },
  required: ['kind', 'age', 'names'],
  additionalProperties: false,
} as const;
const isRight = (text: string): void => {
  const value = JSON.parse(text);
  expect(Object.keys(value)).toEqual(['kind', 'age', 'names']);
  expect(['cat', 'dog']).toContain(value.kind);
  expect(Number.isInteger(value.age) && value.age >= 3 && value.age <= 17).toBe(true);
  expect(value.names.every((n: string) => [...n].length <= 5)).toBe(true);
};
const ask = (more: object): Promise<OpenAI.ChatCompletion> =>
  client.chat.completions.create({ model, messages, max_tokens: 400, seed: 3, ...more });
const textOf = async (more: object): Promise<string> => {
  const { choices } = await ask(more);
  expect(choices[0].finish_reason).toBe('stop');
  return choices[0].message.content!;
};
const format = { type: 'json_schema', json_schema: { name: 'pet', schema, strict: true } } as const;

describe('OpenAI’s and others’ fields', () => {
  test('a schema: whole, streamed, several at once', async () => {
    const { choices } = await ask({ response_format: format, n: 4 });
    for (const c of choices) isRight(c.message.content!);
    expect(new Set(choices.map((c) => c.message.content)).size).toBe(4);
    let text = '';
    for await (const chunk of await client.chat.completions.create({
      model,
      messages,
      max_tokens: 400,
      seed: 3,
      response_format: format,
      stream: true,
    }))
      text += chunk.choices[0].delta.content ?? '';
    expect(text).toBe(choices[0].message.content);
    const parsed = await client.chat.completions.parse({
      model,
      messages,
      max_tokens: 400,
      seed: 3,
      response_format: format,
    });
    expect(parsed.choices[0].message.parsed).toEqual(JSON.parse(text));
  });

  test('patterns, choices, grammars, and llama.cpp’s fields', async () => {
    expect(await textOf({ structured_outputs: { regex: '[ab]{3}-\\d+x' } })).toMatch(/^[ab]{3}-\d+x$/);
    expect(['yes', 'no']).toContain(await textOf({ structured_outputs: { choice: ['yes', 'no'] } }));
    expect(await textOf({ grammar: 'root ::= "(" root ")" | "x"' })).toMatch(/^\(*x\)*$/);
    isRight(await textOf({ structured_outputs: { json: JSON.stringify(schema) } }));
    isRight(await textOf({ json_schema: schema }));
    isRight(await textOf({ response_format: { type: 'json_object', schema } }));
    const { choices } = await client.completions.create({
      model,
      prompt: 'x',
      max_tokens: 400,
      ...{ response_format: format },
    });
    isRight(choices[0].text);
  });

  test('any object, up to where the tokens end', async () => {
    const { choices } = await ask({ response_format: { type: 'json_object' }, max_tokens: 30 });
    expect(choices[0].message.content).toMatch(/^\{["}]/);
  });

  test('neighbours write what they would write alone, and log-probabilities are those of the model', async () => {
    const plain = { seed: 9, max_tokens: 40, logprobs: true, top_logprobs: 1 };
    const alone = await ask(plain);
    const [again] = await Promise.all([
      ask(plain),
      ask({ response_format: format }),
      ask({ response_format: format, seed: 5 }),
    ]);
    expect(again.choices).toEqual(alone.choices);
    const constrained = await ask({ ...plain, structured_outputs: { choice: ['abc'] } });
    // The fake's numbers depend on what was written only.
    expect(constrained.choices[0].logprobs!.content!.map((c) => c.token)).toEqual(['a', 'b', 'c', '<eos>']);
    expect(constrained.usage!.completion_tokens).toBe(4);
  });

  test('mistakes name the place and the keyword', async () => {
    const wrong: readonly (readonly [object, string])[] = [
      [{ type: 'object', properties: { a: { not: {} } } }, 'not is not supported (at /properties/a)'],
      [{ type: 'array', items: { type: 'string', format: 'iban' } }, 'the format iban is not supported (at /items)'],
      [{ type: 'array', uniqueItems: true }, 'uniqueItems'],
      [{ $ref: '#/$defs/none' }, '$ref leads nowhere'],
      [{ type: 'string', pattern: '(?=a)b' }, 'looks around'],
      [{ type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }, 'no text of any length fits the schema'],
      [{ type: 'integer', minimum: 3, maximum: 2 }, 'no value fits'],
    ];
    for (const [bad, message] of wrong)
      await expect(
        ask({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: bad } } }),
      ).rejects.toMatchObject({
        status: 400,
        param: 'response_format',
        message: expect.stringContaining(message),
      });
    const others: readonly (readonly [object, string])[] = [
      [{ structured_outputs: {} }, 'structured_outputs'],
      [{ structured_outputs: { regex: '(' } }, 'structured_outputs.regex'],
      [{ structured_outputs: { regex: 'a', choice: ['b'] } }, 'structured_outputs.choice'],
      [{ grammar: 'root ::= other' }, 'grammar'],
      [{ grammar: 'root ::= root "x" | "y"' }, 'grammar'],
      [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
      [{ response_format: format, allowed_token_ids: [3] }, 'allowed_token_ids'],
      [{ guided_json: schema }, 'guided_json'],
    ];
    for (const [more, param] of others) await expect(ask(more), param).rejects.toMatchObject({ status: 400, param });
  });

  test('schemas that were made to take for ever are refused in time', async () => {
    let deep: object = {};
    for (let i = 0; i < 40; i++) deep = { type: 'array', items: deep };
    const all = (branches: number, size: number): object => ({
      allOf: Array.from({ length: branches }, () => ({
        anyOf: Array.from({ length: size }, (_, i) => ({ const: i })),
      })),
    });
    const hostile: object[] = [
      all(10, 10),
      { type: 'string', pattern: `^(${'a?'.repeat(2000)}){1000}b$`, maxLength: 100_000 },
      { type: 'integer', multipleOf: 99_991, minimum: 5, maximum: 10 },
      { type: 'object', patternProperties: { '(a+)+$': {}, '(b|a?)*c': false } },
      { anyOf: Array.from({ length: 600 }, (_, i) => ({ const: i })) },
    ];
    for (const [i, bad] of hostile.entries()) {
      const began = performance.now();
      const outcome = await ask({
        max_tokens: 20,
        response_format: { type: 'json_schema', json_schema: { name: 'x', schema: bad } },
      }).then(
        () => 200,
        (error: { status: number }) => error.status,
      );
      expect([200, 400], `schema ${i}`).toContain(outcome);
      expect(performance.now() - began, `schema ${i}`).toBeLessThan(5000);
    }
    expect(
      (await ask({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: deep } }, max_tokens: 3 }))
        .id,
    ).toBeTruthy();
    expect(s.engine.state).toMatchObject({ numRunning: 0, numUsedPages: 0 });
    expect(s.engine.status).toBe('ok');
  });
});

test('responses', async () => {
  const text = { format: { type: 'json_schema', name: 'pet', schema, strict: true } } as const;
  const answer = await client.responses.parse({ model, input: 'hello', text, max_output_tokens: 400 });
  isRight(answer.output_text);
  expect(answer.text!.format).toEqual(text.format);
  expect(answer.output_parsed).toEqual(JSON.parse(answer.output_text));
});

test('messages', async () => {
  const anthropic = new Anthropic({ baseURL: s.url, apiKey: 'none', maxRetries: 0 });
  const answer = await anthropic.messages.create({
    model,
    max_tokens: 400,
    messages: [{ role: 'user', content: 'hello' }],
    output_config: { format: { type: 'json_schema', schema } },
  });
  expect(answer.content[0].type).toBe('text');
  isRight((answer.content[0] as Anthropic.TextBlock).text);
});
