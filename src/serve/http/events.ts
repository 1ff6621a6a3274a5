import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Generation, GenerationEvent } from '../engine/index.ts';
import { type ErrorBody, httpErrorOf } from './errors.ts';

/** An event of one of several calls. */
export interface CallEvent {
  readonly call: number;
  readonly event: GenerationEvent;
}

/** Events of calls as they come. Throws what the first call throws that fails. */
export async function* mergedEvents(calls: readonly Generation[]): AsyncGenerator<CallEvent> {
  const iterators = calls.map((c) => c[Symbol.asyncIterator]());
  const next = (call: number) => {
    const coming = iterators[call].next().then((result) => ({ call, result }));
    // It may fail while whoever reads is slow and nobody waits for it: a rejection without a listener ends the process.
    coming.catch(() => {});
    return coming;
  };
  const pending = new Map(iterators.map((_, call) => [call, next(call)]));
  while (pending.size > 0) {
    const { call, result } = await Promise.race(pending.values());
    if (result.done) {
      pending.delete(call);
      continue;
    }
    pending.set(call, next(call));
    yield { call, event: result.value };
  }
}

/** Ends calls whose client has gone. */
export function abortWithClient(reply: FastifyReply, calls: readonly Generation[]): void {
  const abort = (): void => {
    for (const c of calls) c.abort();
  };
  // It may have gone already.
  if (reply.raw.destroyed) abort();
  reply.raw.once('close', abort);
}

export interface StreamTimes {
  /** Without news for so long, a comment says that the server is alive. */
  readonly pingMs: number;
  /** A client that reads nothing for so long is gone. */
  readonly stallMs: number;
}

/** How the events of a route are written. */
export interface EventFormat {
  readonly frame: (data: object) => string;
  readonly error: (body: ErrorBody) => string;
  readonly end: string;
}

const data = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** One object after the other, and a mark behind the last. */
export const plainEvents: EventFormat = { frame: data, error: data, end: 'data: [DONE]\n\n' };

/** Events have the name that their `type` says. */
export const namedEvents = (error: (body: ErrorBody) => object): EventFormat => {
  const frame = (value: object): string => `event: ${(value as { readonly type: string }).type}\n${data(value)}`;
  return { frame, error: (body) => frame(error(body)), end: '' };
};

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};
const PING = ': keep-alive\n\n';

/**
 * Answers with server-sent events, one per object. What fails before the first of them fails as any request does; what fails later is told as an event,
 * since the status has been sent.
 */
export async function sendEvents(
  reply: FastifyReply,
  frames: AsyncGenerator<object>,
  times: StreamTimes,
  format: EventFormat = plainEvents,
): Promise<Readable> {
  const first = frames.next();
  // A call that waits long answers with a comment before it has begun.
  const begun = await withTimeout(first, times.pingMs);
  reply.headers(streamHeaders);
  const stalled = (): void => void reply.raw.destroy();
  return Readable.from(lines(begun === 'timeout' ? PING : '', first, frames, { ...times, ...format, stalled }));
}

/**
 * Answers with comments while something takes long that comes before a stream, such as loading a model; false: it did not take longer than `pingMs`. From then
 * on `reply.send` sends a stream behind them.
 */
export async function pingWhile(
  reply: FastifyReply,
  work: Promise<unknown>,
  { pingMs }: StreamTimes,
): Promise<boolean> {
  const settled = work.then(
    () => {},
    () => {},
  );
  if ((await withTimeout(settled, pingMs)) !== 'timeout') return false;
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...streamHeaders });
  do raw.write(PING);
  while (!raw.destroyed && (await withTimeout(settled, pingMs)) === 'timeout');
  const send = (stream: Readable): FastifyReply => {
    stream.on('error', () => raw.destroy()).pipe(raw);
    raw.once('close', () => void stream.destroy());
    return reply;
  };
  Object.assign(reply, { send });
  return true;
}

/** Ends a stream that has begun, with what went wrong. */
export function endWithError(reply: FastifyReply, error: unknown, format: EventFormat): void {
  reply.raw.end(format.error(httpErrorOf(error).body) + format.end);
}

async function* lines(
  before: string,
  first: Promise<IteratorResult<object>>,
  frames: AsyncGenerator<object>,
  o: StreamTimes & EventFormat & { readonly stalled: () => void },
): AsyncGenerator<string> {
  const patiently = async function* (text: string): AsyncGenerator<string> {
    if (text === '') return;
    const timer = setTimeout(o.stalled, o.stallMs);
    try {
      yield text;
    } finally {
      clearTimeout(timer);
    }
  };
  yield* patiently(before);
  let next = first;
  try {
    for (;;) {
      const result = await withTimeout(next, o.pingMs);
      if (result === 'timeout') {
        yield* patiently(PING);
        continue;
      }
      if (result.done) break;
      yield* patiently(o.frame(result.value));
      next = frames.next();
    }
  } catch (error) {
    yield* patiently(o.error(httpErrorOf(error).body));
  }
  yield* patiently(o.end);
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'timeout'>((done) => {
    timer = setTimeout(() => done('timeout'), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
