import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { namesLoopback, UserError } from '../base/index.ts';
import { type AxisName, axisNames, type RunsEvent, type SeriesHeader } from './protocol.ts';
import { Runs } from './runs.ts';
import { downsampled, type Series, smoothed } from './series.ts';

/*
 * The server of the dashboard: a page, and what it asks for. It reads and never writes, listens to this machine only, and answers nobody who came here by
 * another name.
 */

const LOOK_EVERY_MS = 250;
/** Reading of long files is cut into parts of so long, so that questions are answered meanwhile. */
const LOOK_MS = 50;
const REST_MS = 10;
const HEARTBEAT_MS = 15_000;
const DEFAULT_POINTS = 2000;
const MOST_POINTS = 20_000;

export interface DashboardOptions {
  /** Folders of runs, or folders with such. */
  readonly roots: readonly string[];
  /** The page, with all that it needs. */
  readonly html: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Dashboard {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts to listen, and to look at runs. Throws `dashboard/port` where it is taken. */
export async function startDashboard({ roots, html, port }: DashboardOptions): Promise<Dashboard> {
  const runs = new Runs(roots);
  const listeners = new Set<ServerResponse>();
  const headers = pageHeaders(html);

  const look = (): void => {
    const { isDone, ...event } = runs.look(LOOK_MS);
    if (event.runs.length > 0 || event.gone.length > 0) for (const to of listeners) sendRuns(to, event);
    timer = setTimeout(look, isDone ? LOOK_EVERY_MS : REST_MS);
  };
  let timer = setTimeout(look, 0);
  const heart = setInterval(() => {
    for (const to of listeners) to.write(': alive\n\n');
  }, HEARTBEAT_MS);

  const routes: Readonly<Record<string, (query: URLSearchParams, response: ServerResponse) => void>> = {
    '/': (_, response) => void response.writeHead(200, headers).end(html),
    '/api/events': (_, response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 1000\n\n');
      sendRuns(response, { runs: runs.all.map((run) => run.info), gone: [] });
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
    },
    '/api/series': (query, response) => {
      const body = encodeSeries(seriesOf(runs, query));
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' }).end(body);
    },
    '/api/texts': (query, response) => sendJson(response, 200, runs.get(query.get('run') ?? '')?.metrics.texts ?? []),
    '/api/trace': (query, response) => {
      const run = runs.get(query.get('run') ?? '');
      const path = run && join(run.dir, 'trace.json');
      if (!path || !statSync(path, { throwIfNoEntry: false })?.isFile()) {
        sendJson(response, 404, { error: 'this run has no trace' });
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      createReadStream(path)
        .on('error', () => response.destroy())
        .pipe(response);
    },
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refuse = (status: number, error: string): void => sendJson(response, status, { error });
    const [path, query = ''] = (request.url ?? '/').split('?', 2);
    try {
      if (!namesLoopback(request.headers.host)) refuse(403, 'the dashboard answers to this machine only');
      else if (request.method !== 'GET') refuse(405, 'the dashboard only tells: use GET');
      else if (!Object.hasOwn(routes, path)) refuse(404, 'there is nothing here');
      else routes[path](new URLSearchParams(query), response);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      sendJson(response, 400, { error: error.message });
    }
  };

  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new UserError('dashboard/port', `cannot listen at port ${port}`, {
          given: cause.code ?? cause.message,
          advice: 'choose another --port; 0 takes a free one',
          cause,
        }),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    clearTimeout(timer);
    clearInterval(heart);
    throw error;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      clearTimeout(timer);
      clearInterval(heart);
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page that waits too long to read is told again when it comes back. */
const MOST_WAITING_BYTES = 2 ** 24;

function sendRuns(to: ServerResponse, event: RunsEvent): void {
  if (to.writableLength > MOST_WAITING_BYTES) to.destroy();
  else to.write(`event: runs\ndata: ${JSON.stringify(event)}\n\n`);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(value));
}

/** Only what the page itself contains runs on it, and it speaks to this server only. */
function pageHeaders(html: string): Record<string, string> {
  const hashes = (tag: string): string =>
    [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))]
      .map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
      .join(' ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': `default-src 'none'; connect-src 'self'; img-src data: blob:; script-src ${hashes('script')}; style-src ${hashes('style')}; style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}

/** Series of `key` of some runs, or of all; by what it was asked with. Throws `dashboard/query`. */
function seriesOf(runs: Runs, query: URLSearchParams): (Series & { readonly id: string })[] {
  const key = query.get('key') ?? 'loss';
  const axis = (query.get('x') ?? 'step') as AxisName;
  if (!axisNames.includes(axis))
    throw new UserError('dashboard/query', 'unknown axis', {
      expected: axisNames.join(', '),
      given: axis.slice(0, 40),
    });
  const window = {
    from: numberOf(query, 'from', -Infinity),
    to: numberOf(query, 'to', Infinity),
    points: Math.min(MOST_POINTS, Math.max(4, numberOf(query, 'points', DEFAULT_POINTS))),
  };
  const factor = Math.min(0.9999, numberOf(query, 'smooth', 0));
  const asked = query.getAll('run');
  const ids = asked.length > 0 ? asked : runs.all.map((run) => run.info.id);
  return ids.flatMap((id) => {
    const columns = runs.get(id)?.metrics.columns;
    const [x, y] = [columns?.get(axis), columns?.get(key)];
    return x && y ? [{ id, ...downsampled({ x, y: smoothed(y, factor) }, window) }] : [];
  });
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null || text === '') return otherwise;
  const value = Number(text);
  if (Number.isNaN(value))
    throw new UserError('dashboard/query', `${name} is no number`, { expected: 'a number', given: text.slice(0, 40) });
  return value;
}

/**
 * A little-endian u32 with the length of a JSON header, which says id and number of points of each series; the header, filled up with
 * blanks so that what follows begins at a multiple of 8 bytes; then the f64 of x and of y, series after series.
 */
export function encodeSeries(series: readonly (Series & { readonly id: string })[]): Buffer {
  const header: readonly SeriesHeader[] = series.map(({ id, x }) => ({ id, count: x.length }));
  let json = Buffer.from(JSON.stringify(header));
  json = Buffer.concat([json, Buffer.alloc((8 - ((json.length + 4) % 8)) % 8, ' ')]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const bytesOf = (a: Float64Array): Buffer => Buffer.from(a.buffer, a.byteOffset, a.byteLength);
  return Buffer.concat([length, json, ...series.flatMap(({ x, y }) => [bytesOf(x), bytesOf(y)])]);
}
