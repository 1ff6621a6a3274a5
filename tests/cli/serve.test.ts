import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, describe, expect, it, vi } from 'vitest';
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

/** A model of transformers whose tokens are characters. */
function copyOf(name: string, model: string): string {
  cpSync(join(root!, name), model, { recursive: true });
  const files = {
    'tokenizer.json': characterTokenizer(),
    'tokenizer_config.json': { eos_token: '<eos>', chat_template: '{{ messages[0].content }}' },
    'generation_config.json': {},
  };
  for (const [file, content] of Object.entries(files)) {
    rmSync(join(model, file), { force: true });
    writeFileSync(join(model, file), JSON.stringify(content));
  }
  return model;
}

/** Where it listens, once it does. */
const urlOf = (child: ChildProcess, finished: ReturnType<typeof startCli>['finished']): Promise<string> =>
  new Promise((done, fail) => {
    child.stdout!.on('data', (text) => {
      const [, found] = /at (http:\S+)\/v1/.exec(String(text)) ?? [];
      if (found !== undefined) done(found);
    });
    void finished.then(({ stderr }) => fail(new Error(stderr)));
  });

describe.skipIf(!root)('serve', () => {
  it('answers with a key, and finishes what it has when it is told to stop', async () => {
    const model = copyOf('llama', join(dir, 'small-llama'));
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
    let log = '';
    child.stderr!.on('data', (text) => {
      log += String(text);
    });
    const url = await urlOf(child, finished);
    const health = async () => (await fetch(`${url}/health`)).status;
    const enginePids = () => [...log.matchAll(/"event":"engine".*"pid":(\d+)/g)].map(([, pid]) => Number(pid));
    expect(await health()).toBe(200);
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    const ask = (max_tokens: number) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer a-secret-key' },
        body: JSON.stringify({
          model: 'small-llama',
          messages: [{ role: 'user', content: 'hi' }],
          max_tokens,
          ignore_eos: true,
          stream: true,
          stream_options: { include_usage: true },
        }),
      });
    // The process of the engine is killed in the middle of a stream: that one is told so, and the next ones are answered again.
    const cut = await ask(40);
    const events = cut.body!.getReader();
    let text = new TextDecoder().decode((await events.read()).value);
    process.kill(enginePids()[0], 'SIGKILL');
    await vi.waitFor(async () => expect(await health()).toBe(503), { interval: 10 });
    for (let e = await events.read(); !e.done; e = await events.read()) text += new TextDecoder().decode(e.value);
    expect(text).toMatch(/data: \{"error":\{.*"code":"engine_fault"\}\}\n\ndata: \[DONE\]/);
    await vi.waitFor(async () => expect(await health()).toBe(200), { timeout: 20_000 });
    expect(new Set(enginePids()).size).toBe(2);
    const answer = await ask(12);
    child.kill('SIGTERM');
    const frames = (await answer.text()).split('\n\n').filter((f) => f.startsWith('data: {'));
    const last = JSON.parse(frames[frames.length - 1].slice(6)) as { usage: { completion_tokens: number } };
    expect(last.usage.completion_tokens).toBe(12);
    const { code, stderr } = await finished;
    expect(code).toBe(0);
    expect(stderr).toContain('"path":"/v1/chat/completions","status":200');
    // Nobody stays behind.
    expect(() => process.kill(enginePids()[1], 0)).toThrow('ESRCH');
  });

  it('serves several models, of which one is there at a time', async () => {
    copyOf('llama', join(dir, 'many/small-llama'));
    copyOf('qwen2', join(dir, 'many/qwen2'));
    writeFileSync(
      join(dir, 'models.json'),
      JSON.stringify([
        { path: 'many/small-llama', cacheMiB: 1, preload: true },
        { name: 'org/qwen', path: 'many/qwen2', cacheMiB: 1, quantize: 'q8' },
      ]),
    );
    mkdirSync(join(dir, 'broken/none'), { recursive: true });
    writeFileSync(join(dir, 'broken/none/config.json'), '{}');
    const args = ['--config', 'models.json', '--models', 'broken', '--max-loaded', '1', '--port', '0', '--one-process'];
    const { child, finished } = startCli(['serve', ...args, '--engine', 'reference'], dir);
    server = child;
    const url = await urlOf(child, finished);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
    const ask = async (model: string) =>
      (await client.completions.create({ model, prompt: 'a', max_tokens: 4, temperature: 0 })).choices[0].text;
    const states = async () =>
      (await client.models.list()).data.map((m) => [
        m.id,
        (m as unknown as { status: { value: string } }).status.value,
      ]);
    const first = await Promise.all([ask('small-llama'), ask('org/qwen'), ask('small-llama'), ask('org/qwen')]);
    expect([first[2], first[3]]).toEqual([first[0], first[1]]);
    expect(await Promise.all([ask('org/qwen'), ask('small-llama')])).toEqual([first[1], first[0]]);
    await expect(ask('none')).rejects.toMatchObject({ status: 503, code: 'model_not_loaded' });
    await expect(ask('other')).rejects.toMatchObject({ status: 404, message: expect.stringContaining('org/qwen') });
    const change = (what: string, model: string) => client.post(`${url}/models/${what}`, { body: { model } });
    expect(await change('load', 'org/qwen')).toEqual({ success: true });
    const expected = [
      ['small-llama', 'sleeping'],
      ['org/qwen', 'loaded'],
      ['none', 'failed'],
    ];
    expect(await states()).toEqual(expected);
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({ status: 'ok', models: expected.map(([id, status]) => ({ id, status })) });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /generation_tokens_total\{model_name="org\/qwen"\} 12/,
    );
    expect(await change('unload', 'org/qwen')).toEqual({ success: true });
    expect((await states()).map(([, state]) => state)).toEqual(['sleeping', 'sleeping', 'failed']);
    child.kill('SIGTERM');
    expect((await finished).code).toBe(0);
  });

  it('says what is wrong with a list of models', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await runCli(['serve', ...args, '--engine', 'reference'], dir);
      expect(code).toBe(1);
      return stderr;
    };
    writeFileSync(join(dir, 'wrong.json'), JSON.stringify([{ path: 'a' }, { path: 'b', quantise: 'q8' }]));
    expect(await refused('--config', 'wrong.json')).toContain('wrong.json: [1].quantise: there is no such field');
    expect(await refused()).toContain('there is no model to serve');
    const [a, b] = [join(root!, 'llama'), join(root!, 'qwen2')];
    expect(await refused('--model', `x=${a}`, '--model', `x=${b}`)).toContain(
      'two models or adapters have the same name',
    );
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
