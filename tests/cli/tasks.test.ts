import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from './cli.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-cli-tasks-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('data inspect shows what is learnt, the shares of a mixture, and padding', async () => {
  writeFileSync(join(work, 'a.txt'), Array.from({ length: 9 }, (_, i) => `line ${i} of\u0007 a text`).join('\n'));
  writeFileSync(
    join(work, 'tasks.json'),
    JSON.stringify({
      tokenizer: 'bytes',
      tasks: {
        spans: { files: 'a.txt', objective: 'spans' },
        prefix: { files: 'a.txt', objective: 'prefix' },
      },
      mixtures: { both: { spans: 3, prefix: 1 } },
      lengths: { inputs: 40, targets: 30 },
    }),
  );
  const [shown, none] = await Promise.all([
    runCli(['data', 'inspect', '--task', 'tasks.json#both', '--rows', '2', '--examples', '2048'], work),
    runCli(['data', 'inspect', '--task', 'tasks.json#bot'], work),
  ]);
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toMatch(/spans: 9 examples\n.*tokenize .* → random chunk of \d+ targets → span corruption/);
  expect(shown.stdout).toMatch(/targets +⟦<extra_id_0>[^⟧]+<\/s>⟧/);
  expect(shown.stdout).toContain('of\\x07');
  expect(shown.stdout).not.toContain('\x1b');
  expect(shown.stdout).toMatch(/spans +examples █+·+ +75\.0 % +tokens/);
  expect(shown.stdout).toMatch(/none +2048 rows/);
  expect(none.code).toBe(1);
  expect(none.stderr).toBe('error: tasks.json has no task bot: expected both, spans, prefix. Did you mean both.\n');
});

it('train says which options do not go together, and leaves nothing behind', async () => {
  const small = { model_type: 'llama', vocab_size: 40, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1 };
  writeFileSync(join(work, 'small.json'), JSON.stringify({ ...small, num_attention_heads: 2 }));
  const cases = [
    [
      ['--task', 'tasks.json#spans', '--init', 'small.json', '--out', 'refused', '--engine', 'reference'],
      /refused\/start knows fewer tokens than the tokenizer makes: expected a vocabulary of at least 384/,
    ],
    [
      ['--task', 'tasks.json', '--mixture', 'spans=0,prefix=0', '--init', 'small.json'],
      /tasks\.json: the mixture spans=0,prefix=0 takes nothing of any task/,
    ],
    [['--task', 'tasks.json#spans'], /--task needs a model: expected --model, .* or --init/],
    [
      ['--model', 'm', '--data', 'a.jsonl', '--teacher', 't'],
      /--teacher is not for tokens: expected --objective distill/,
    ],
  ] as const;
  const results = await Promise.all(cases.map(([args]) => runCli(['train', ...args], work)));
  for (const [i, { code, stderr }] of results.entries()) {
    expect(stderr).toMatch(cases[i][1]);
    expect(code).toBe(1);
  }
  expect(existsSync(join(work, 'refused'))).toBe(false);
});
