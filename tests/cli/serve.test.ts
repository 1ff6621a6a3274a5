import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { characterTokenizer } from '../model-files.ts';
import { oracleModels } from '../models/parity.ts';
import { runCli, startCli } from './cli.ts';

/* `espalier serve` from the shell: it answers, and ends when it is asked to. */

const root = oracleModels();
if (!root) console.log('espalier serve: skipped, shared/oracles does not lie beside this project');
const dir = mkdtempSync(join(tmpdir(), 'espalier-serve-'));
let server: ChildProcess | undefined;
afterAll(() => {
  // Nothing where it has ended, as it should.
  server?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

describe.skipIf(!root)('serve', () => {
  it('answers with a key, and finishes what it has when it is told to stop', async () => {
    const model = join(dir, 'small-llama');
    cpSync(join(root!, 'llama'), model, { recursive: true });
    const files = {
      'tokenizer.json': characterTokenizer(),
      'tokenizer_config.json': { eos_token: '<eos>', chat_template: '{{ messages[0].content }}' },
      'generation_config.json': {},
    };
    for (const [file, content] of Object.entries(files)) {
      rmSync(join(model, file), { force: true });
      writeFileSync(join(model, file), JSON.stringify(content));
    }
    writeFileSync(join(dir, 'keys'), 'a-secret-key\n');
    const options = [
      '--port',
      '0',
      '--engine',
      'reference',
      '--cache-memory',
      '1',
      '--api-key-file',
      join(dir, 'keys'),
    ];
    const { child, finished } = startCli(['serve', '--model', model, ...options], dir);
    server = child;
    const url = await new Promise<string>((done, fail) => {
      child.stdout!.on('data', (text) => {
        const [, found] = /at (http:\S+)\/v1/.exec(String(text)) ?? [];
        if (found !== undefined) done(found);
      });
      void finished.then(({ stderr }) => fail(new Error(stderr)));
    });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a-secret-key' },
      body: JSON.stringify({
        model: 'small-llama',
        messages: [{ role: 'user', content: 'hi' }],
        max_tokens: 12,
        ignore_eos: true,
        stream: true,
        stream_options: { include_usage: true },
      }),
    });
    child.kill('SIGTERM');
    const frames = (await answer.text()).split('\n\n').filter((f) => f.startsWith('data: {'));
    const last = JSON.parse(frames[frames.length - 1].slice(6)) as { usage: { completion_tokens: number } };
    expect(last.usage.completion_tokens).toBe(12);
    const { code, stderr } = await finished;
    expect(code).toBe(0);
    expect(stderr).toContain('"path":"/v1/chat/completions","status":200');
  });

  it('refuses to be open to anybody', async () => {
    const { code, stderr } = await runCli(
      ['serve', '--model', join(root!, 'llama'), '--host', '0.0.0.0', '--port', '0', '--engine', 'reference'],
      dir,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('--api-key-file');
  });
});
