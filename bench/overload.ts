import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { characterTokenizer } from '../tests/model-files.ts';
import { type DecoderSize, makeDecoderFolder } from './random-decoder.ts';

/*
 * `espalier serve` asked for many times more than it can do, without end (an open loop: arrivals do not wait for answers; some clients leave in the middle).
 * First its capacity is measured, then requests come at --factor times it. Prints JSON, and ends with 1 where a request was neither answered nor refused in
 * time, where health was wrong or late, where memory grew, or where calls or pages stayed. Needs Linux for the memory of processes.
 *   npx tsx bench/overload.ts [--seconds 5] [--factor 10] [--size tiny|110m|1b | --model DIR] [--tokens 48] [--leave 0.05] [-- more options of serve]
 * The ten minutes of a release: npx tsx bench/overload.ts --seconds 600
 */

const { values: o, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    factor: { type: 'string', default: '10' },
    size: { type: 'string', default: 'tiny' },
    model: { type: 'string' },
    tokens: { type: 'string', default: '48' },
    leave: { type: 'string', default: '0.05' },
  },
});

const NUM_CLIENTS = 32;
/** A request that waits longer was neither answered nor refused in time; the server's own bound of its queue is a minute. */
const LATE_MS = 90_000;
const HEALTH_LATE_MS = 1000;
/** Of the memory of the second quarter, the last one may have so much. */
const GROWTH = 1.15;

const dir = o.model ?? mkdtempSync(join(tmpdir(), 'espalier-overload-'));
if (o.model === undefined) await makeDecoderFolder(dir, o.size as DecoderSize, 'f32');
if (!existsSync(join(dir, 'tokenizer.json')) && o.model === undefined)
  writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify(characterTokenizer()));
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const server: ChildProcess = spawn(
  process.execPath,
  [...process.execArgv, main, 'serve', '--model', dir, '--name', 'm', '--port', '0', '--quiet', ...positionals],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const origin = await new Promise<string>((done, fail) => {
  server.stdout!.on('data', (text) => {
    const [, found] = /at (http:\S+)\/v1/.exec(String(text)) ?? [];
    if (found !== undefined) done(found);
  });
  server.once('exit', (code) => fail(new Error(`the server ended with ${code}`)));
});
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

interface Outcome {
  /** 0: the connection broke. */
  readonly status: number;
  readonly ms: number;
  readonly isWhole: boolean;
  readonly retryAfterMs: number | undefined;
  readonly left: boolean;
}

/** One streamed completion; `leaves`: its client goes with the first token. */
function ask(i: number, leaves: boolean): Promise<Outcome> {
  const began = performance.now();
  const body = JSON.stringify({
    model: 'm',
    prompt: `request ${i} ${'of many words '.repeat(1 + (i % 4))}`,
    max_tokens: Number(o.tokens),
    temperature: 1,
    seed: i,
    ignore_eos: true,
    stream: true,
  });
  return new Promise((done) => {
    let text = '';
    let status = 0;
    let retryAfterMs: number | undefined;
    let left = false;
    const end = (): void =>
      done({ status, ms: performance.now() - began, isWhole: text.endsWith('[DONE]\n\n'), retryAfterMs, left });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(`${origin}/v1/completions`, { method: 'POST', agent, headers }, (answer: IncomingMessage) => {
      status = answer.statusCode ?? 0;
      const given = answer.headers['retry-after-ms'];
      retryAfterMs = given === undefined ? undefined : Number(given);
      answer.on('data', (piece) => {
        // The end is enough, and errors.
        text = (text + String(piece)).slice(-400);
        if (!leaves || status !== 200) return;
        left = true;
        call.destroy();
      });
      answer.on('close', end);
    });
    call.on('error', () => {
      if (status === 0) end();
    });
    call.end(body);
  });
}

async function get(path: string): Promise<{ readonly status: number; readonly ms: number; readonly text: string }> {
  const began = performance.now();
  try {
    const answer = await fetch(origin + path, { signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    return { status: answer.status, ms: performance.now() - began, text };
  } catch {
    return { status: 0, ms: performance.now() - began, text: '' };
  }
}

/** Of the server and of the process of its engine. */
function residentMiB(): { readonly server: number; readonly engine: number } {
  const of = (pid: number): number =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  const pid = server.pid!;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return { server: of(pid), engine: children.reduce((n, c) => n + of(c), 0) };
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const percentile = (xs: readonly number[], p: number): number =>
  Math.round([...xs].sort((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(p * xs.length))] ?? 0);
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / Math.max(1, xs.length);
const shares = (ms: readonly number[]): object => ({ p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) });
const gauge = (text: string, name: string): number =>
  Number(new RegExp(`^vllm:${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);

const seconds = Number(o.seconds);
let sent = 0;
/** Answers per second where so many clients ask again and again; the first round compiles. */
async function capacity(): Promise<number> {
  const round = (): Promise<Outcome[]> => Promise.all(Array.from({ length: NUM_CLIENTS }, () => ask(sent++, false)));
  await round();
  await round();
  const began = performance.now();
  await round();
  return NUM_CLIENTS / ((performance.now() - began) / 1000);
}

const perSecond = await capacity();
const rate = perSecond * Number(o.factor);
const health: { readonly status: number; readonly ms: number }[] = [];
const memory: { readonly server: number; readonly engine: number }[] = [];
const outcomes: Promise<Outcome>[] = [];
const began = performance.now();
let isOver = false;
const watching = (async () => {
  while (!isOver) {
    health.push(await get('/health'));
    memory.push(residentMiB());
    await sleep(Math.min(1000, 20 * seconds));
  }
})();
let next = began;
while (performance.now() - began < 1000 * seconds) {
  // Times between arrivals are exponential.
  next += (-Math.log(1 - Math.random()) / rate) * 1000;
  const waitMs = next - performance.now();
  if (waitMs > 1) await sleep(waitMs);
  const i = sent++;
  outcomes.push(ask(i, Math.random() < Number(o.leave)));
}
const all = await Promise.all(outcomes);
isOver = true;
await watching;
await sleep(500);
const { text: metrics } = await get('/metrics');
const left = {
  running: gauge(metrics, 'num_requests_running'),
  waiting: gauge(metrics, 'num_requests_waiting'),
  pages: gauge(metrics, 'kv_cache_usage_perc'),
};
const answered = all.filter((r) => r.status === 200 && r.isWhole);
const refused = all.filter((r) => r.status === 429 || r.status === 503 || r.status === 408);
const gone = all.filter((r) => r.left);
const lost = all.filter((r) => !answered.includes(r) && !refused.includes(r) && !gone.includes(r));
const quarter = (n: number, of: (m: { server: number; engine: number }) => number): number =>
  mean(memory.slice(Math.floor((n * memory.length) / 4), Math.floor(((n + 1) * memory.length) / 4)).map(of));
const grown = (['server', 'engine'] as const).map((name) => ({
  name,
  secondQuarterMiB: Math.round(quarter(1, (m) => m[name])),
  lastQuarterMiB: Math.round(quarter(3, (m) => m[name])),
}));
const wrong = [
  ...(lost.length > 0 ? [`${lost.length} requests were neither answered nor refused`] : []),
  ...(all.some((r) => r.ms > LATE_MS) ? ['a request waited too long'] : []),
  ...(refused.some((r) => r.status === 429 && !(r.retryAfterMs! > 0)) ? ['a refusal says not when to come back'] : []),
  ...(refused.length === 0 ? ['nothing was refused: the load was none'] : []),
  ...(health.some((h) => h.status !== 200) ? ['health was not 200'] : []),
  ...(health.some((h) => h.ms > HEALTH_LATE_MS) ? ['health was late'] : []),
  ...(left.running + left.waiting + left.pages > 0 ? ['calls or pages stayed'] : []),
  // A short run is still filling its caches.
  ...(seconds >= 60
    ? grown.filter((g) => g.lastQuarterMiB > GROWTH * g.secondQuarterMiB).map((g) => `memory of the ${g.name} grew`)
    : []),
];
console.log(
  JSON.stringify(
    {
      seconds,
      capacityPerSecond: Number(perSecond.toFixed(1)),
      factor: Number(((all.length / seconds / perSecond) as number).toFixed(1)),
      sent: all.length,
      answered: answered.length,
      refused: refused.length,
      left: gone.length,
      lost: lost.length,
      answeredPerSecond: Number((answered.length / ((performance.now() - began) / 1000)).toFixed(1)),
      answeredMs: shares(answered.map((r) => r.ms)),
      refusedMs: shares(refused.map((r) => r.ms)),
      health: { asked: health.length, ...shares(health.map((h) => h.ms)), max: Math.max(...health.map((h) => h.ms)) },
      memory: grown,
      stayed: left,
      wrong,
    },
    null,
    1,
  ),
);
agent.destroy();
server.removeAllListeners('exit');
const ended = new Promise((done) => server.once('exit', done));
server.kill('SIGTERM');
await ended;
if (o.model === undefined) rmSync(dir, { recursive: true, force: true });
process.exitCode = wrong.length > 0 ? 1 : 0;
