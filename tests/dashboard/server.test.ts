import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, startDashboard } from '../../src/dashboard/index.ts';
import type { RunInfo, RunsEvent } from '../../src/dashboard/protocol.ts';
import { decodeSeries } from '../../web/src/decode-series.ts';
import { linesOf, stepLine, writeRun } from './files.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-dashboard-'));
const idOf = (name: string): string => relative(process.cwd(), join(work, name));
let dashboard: Dashboard;
const told = new Map<string, RunInfo>();
const leave = new AbortController();

/** Follows the stream as the page does. */
async function follow(): Promise<void> {
  const response = await fetch(`${dashboard.url}/api/events`, { signal: leave.signal });
  let rest = '';
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop()!;
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (!data) continue;
      const event = JSON.parse(data) as RunsEvent;
      for (const run of event.runs) told.set(run.id, run);
      for (const id of event.gone) told.delete(id);
    }
  }
}

const series = async (query: string): Promise<ReturnType<typeof decodeSeries>> =>
  decodeSeries(await (await fetch(`${dashboard.url}/api/series?${query}`)).arrayBuffer());

/** How long it takes until something holds, in ms; fails after two seconds. */
async function until(holds: () => boolean): Promise<number> {
  const started = performance.now();
  while (!holds()) {
    if (performance.now() - started > 2000) throw new Error('it did not come');
    await new Promise((done) => setTimeout(done, 10));
  }
  return performance.now() - started;
}

beforeAll(async () => {
  writeRun(join(work, 'a'), [stepLine(1, 3), stepLine(2, 2.5)], { learningRate: 0.1 });
  dashboard = await startDashboard({ roots: [work], html: '<style>a{}</style><script>1</script>', port: 0 });
  follow().catch(() => undefined);
  await until(() => told.has(idOf('a')));
});
afterAll(async () => {
  leave.abort();
  await dashboard?.close();
  rmSync(work, { recursive: true, force: true });
});

test('a run has its settings, its keys, and its series by step, tokens and time', async () => {
  expect(told.get(idOf('a'))).toMatchObject({
    count: 2,
    startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    isLive: false,
    config: { learningRate: '0.1' },
    latest: { step: 2, loss: 2.5, tokens: 200, time: 0.2 },
  });
  const [bySteps] = (await series('key=loss')).values();
  expect(bySteps).toEqual({ x: Float64Array.of(1, 2), y: Float64Array.of(3, 2.5) });
  const [byTokens] = (await series(`key=loss&x=tokens&run=${encodeURIComponent(idOf('a'))}`)).values();
  expect([...byTokens.x]).toEqual([100, 200]);
  expect((await series('key=nothing')).size).toBe(0);
});

test('a run that starts, its new lines, and its end are told within a second; broken lines do no harm', async () => {
  const id = idOf('sweep/b');
  writeRun(join(work, 'sweep/b'), [stepLine(1, 4)]);
  writeFileSync(join(work, 'sweep/b/run.lock'), JSON.stringify({ pid: process.pid }));
  expect(await until(() => told.get(id)?.isLive === true)).toBeLessThan(1000);
  const lines = [
    '{"step": 2, "loss"',
    '[1]',
    'null',
    '',
    { loss: 1 },
    { step: 2, loss: 3.5, tasks: { math: 2 }, sample: 'Once' },
  ];
  const text = linesOf(lines);
  // The end of the last line comes later.
  appendFileSync(join(work, 'sweep/b/metrics.jsonl'), text.slice(0, -4));
  await new Promise((done) => setTimeout(done, 300));
  appendFileSync(join(work, 'sweep/b/metrics.jsonl'), text.slice(-4));
  expect(await until(() => told.get(id)?.count === 2)).toBeLessThan(1000);
  expect(told.get(id)).toMatchObject({ latest: { loss: 3.5, 'tasks/math': 2 }, textCount: 1 });
  const texts = await (await fetch(`${dashboard.url}/api/texts?run=${encodeURIComponent(id)}`)).json();
  expect(texts).toEqual([{ step: 2, key: 'sample', text: 'Once' }]);
  // A resumed run begins its file anew.
  writeFileSync(join(work, 'sweep/b/metrics.jsonl'), linesOf([stepLine(1, 9)]));
  await until(() => told.get(id)?.latest.loss === 9);
  rmSync(join(work, 'sweep'), { recursive: true });
  expect(await until(() => !told.has(id))).toBeLessThan(1000);
});

test('who asks for what is not there, or came by another name, is told so', async () => {
  const status = (path: string, host = 'localhost', method = 'GET'): Promise<number> =>
    new Promise((done, fail) => {
      request(`${dashboard.url}${path}`, { headers: { host }, method }, (r) => {
        r.resume();
        done(r.statusCode!);
      })
        .on('error', fail)
        .end();
    });
  expect(await status('/')).toBe(200);
  expect(await status('/', 'evil.example')).toBe(403);
  expect(await status('/../../etc/passwd')).toBe(404);
  expect(await status('/', 'localhost', 'POST')).toBe(405);
  expect(await status('/api/series?x=nonsense')).toBe(400);
  expect(await status('/api/series?points=many')).toBe(400);
  expect(await status('/api/trace?run=..')).toBe(404);
  const port = Number(new URL(dashboard.url).port);
  await expect(startDashboard({ roots: [], html: '', port })).rejects.toMatchObject({ code: 'dashboard/port' });
});
