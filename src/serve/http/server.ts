import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EspalierError, namesLoopback, UserError } from '../../base/index.ts';
import { ModelPool, poolOf, type ServedModel } from '../pool/index.ts';
import { checkedText, withoutNulls } from './body.ts';
import { answerChat } from './chat.ts';
import { answerCompletion } from './completions.ts';
import { openApiDocument } from './documents/openapi.ts';
import { page } from './documents/page.ts';
import { errorBody, httpErrorOf } from './errors.ts';
import { type EventFormat, plainEvents } from './events.ts';
import { grammarsOf } from './grammars.ts';
import { keysFor } from './keys.ts';
import { answerMessages, countBody, countMessages, messagesBody, messagesError, messagesFormat } from './messages.ts';
import type { ServingMetrics } from './metrics.ts';
import { addModelRoutes, healthOf, withModel } from './model-routes.ts';
import { InferredPrograms } from './programs/index.ts';
import { responseFormat } from './response-answer.ts';
import { answerResponses, KeptResponses, responsesBody } from './responses.ts';
import { chatBody, completionBody, detokenizeBody, embeddingBody, templateBody, tokenizeBody } from './schemas.ts';
import { applyTemplate, detokenize, tokenize } from './token-routes.ts';
import { answerEmbeddings, answerRerank, rerankBody } from './vectors/index.ts';

/*
 * The OpenAI interface over HTTP. Everything is checked before the first byte of an answer; whoever asks for too much, too slowly or without a key
 * is told so with a 4xx, and costs nothing.
 */

declare module 'fastify' {
  interface FastifyRequest {
    /** A name of the key that the request came with. */
    keyName: string;
    /** When it came, by `performance.now()`. */
    arrivalMs: number;
  }
}

/** One line of the log: never what was asked or answered. */
export interface LogLine {
  readonly time: string;
  readonly level: 'info' | 'error';
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface ServerOptions {
  /** Those that stay, or a pool of such as come and go. */
  readonly models: readonly ServedModel[] | ModelPool<ServedModel>;
  /** Where it will listen: elsewhere than on this machine a key is demanded. Default 127.0.0.1. */
  readonly host?: string;
  /** One of them opens it. Default: none is needed. */
  readonly apiKeys?: readonly string[];
  readonly version?: string;
  readonly metrics?: ServingMetrics;
  readonly log?: (line: LogLine) => void;
  /** Bytes of a body. Default 16 MiB. */
  readonly maxBodyBytes?: number;
  readonly maxConnections?: number;
  /** A request that has not come as a whole by then is given up. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** See `StreamTimes`. Default 15 s and 60 s. */
  readonly pingMs?: number;
  readonly stallMs?: number;
}

/** A server that is not listening yet. */
export interface ModelServer {
  readonly app: FastifyInstance;
  /** Begins to listen; the address. Port 0 takes a free one. */
  listen(port: number): Promise<string>;
  /** Takes no more calls, finishes those it has for so long, and ends. */
  drain(timeoutMs: number): Promise<void>;
}

/** The page knows nothing but how to ask. */
const openPaths: ReadonlySet<string> = new Set(['/health', '/']);
/** As logs of others have it for a client that left before its answer had ended. */
const CLIENT_GONE = 499;
const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 10_000;

/** Makes the server of some models. Throws `serve/keys` where anybody could use it from elsewhere. */
export async function createServer(options: ServerOptions): Promise<ModelServer> {
  const { host = '127.0.0.1', log = () => {}, version = '0' } = options;
  const canChange = options.models instanceof ModelPool;
  const pool = options.models instanceof ModelPool ? options.models : poolOf(options.models);
  const keys = keysFor(host, options.apiKeys ?? []);
  // It takes long to load: only who serves waits for it.
  const { fastify } = await import('fastify');
  const requestTimeout = options.requestTimeoutMs ?? 30_000;
  const app = fastify({
    bodyLimit: options.maxBodyBytes ?? 16 * 2 ** 20,
    requestTimeout,
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    // The pool says it in our words.
    return503OnClosing: false,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeout),
      connectionsCheckingInterval: Math.min(5000, requestTimeout),
    },
    routerOptions: { maxParamLength: 512 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
    genReqId: (raw) => {
      const given = raw.headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, _request, reply) => void answerError(error, reply),
  });
  app.server.maxConnections = options.maxConnections ?? 1024;
  app.decorateRequest('keyName', '');
  app.decorateRequest('arrivalMs', 0);

  function answerError(error: unknown, reply: FastifyReply): FastifyReply {
    const { status, body, headers } = httpErrorOf(error);
    if (status >= 500) log({ ...line('error', 'fault'), id: reply.request.id, error: describe(error) });
    const isMessages = reply.request.url.startsWith('/v1/messages');
    return reply
      .code(status)
      .headers(headers)
      .type('application/json')
      .send(isMessages ? messagesError(body) : body);
  }

  function logRequest({ method, url, id, keyName }: FastifyRequest, reply: FastifyReply, ms: number): void {
    const [path] = url.split('?', 1);
    log({
      ...line('info', 'request'),
      id,
      method,
      path: path.slice(0, 200),
      status: reply.raw.writableFinished ? reply.statusCode : CLIENT_GONE,
      ms: Math.round(ms * 10) / 10,
      ...(keyName === '' ? {} : { key: keyName }),
    });
  }

  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      parseJson(request, checkedText(bytes as Buffer), done);
    } catch (error) {
      done(error as Error);
    }
  });

  app.setErrorHandler((error, _request, reply) => answerError(error, reply));
  app.setNotFoundHandler(({ method, url }, reply) => {
    const path = url.split('?', 1)[0].slice(0, 200);
    const other = (['GET', 'POST'] as const).find((m) => m !== method && app.hasRoute({ method: m, url: path }));
    if (!other) return reply.code(404).send(errorBody(404, `there is nothing at ${method} ${path}`));
    const message = `there is nothing at ${method} ${path}: use ${other}`;
    return reply.code(405).header('allow', other).send(errorBody(405, message));
  });
  app.addHook('onRequest', async (request, reply) => {
    request.arrivalMs = performance.now();
    // Not `onResponse`, which is silent about clients that have gone before the end.
    const beganMs = performance.now();
    reply.raw.once('close', () => logRequest(request, reply, performance.now() - beganMs));
    reply.header('x-request-id', request.id);
    if (keys.isEmpty && !namesLoopback(request.headers.host))
      throw new UserError('serve/host', 'without a key the server answers to this machine only', {
        given: String(request.headers.host).slice(0, 100),
      });
    const path = request.url.split('?', 1)[0];
    if (keys.isEmpty || openPaths.has(path) || request.method === 'OPTIONS') return;
    const name = keys.nameOf(request.headers);
    if (name === undefined) {
      reply.header('www-authenticate', 'Bearer');
      throw new UserError('serve/key', 'the key is missing or wrong', { expected: 'Authorization: Bearer KEY' });
    }
    request.keyName = name;
  });
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema?.body;
    if (schema) request.body = withoutNulls(request.body, schema);
  });
  // Before anybody waits for it.
  for (const { value } of pool.status) if (value) grammarsOf(value);
  const common = {
    times: { pingMs: options.pingMs ?? 15_000, stallMs: options.stallMs ?? 60_000 },
    fingerprint: `espalier-${version}`,
    programs: new InferredPrograms(),
  };
  addModelRoutes(app, pool, canChange);
  const kept = new KeptResponses();
  const responses: typeof answerChat = (serving, ...more) => answerResponses({ ...serving, kept }, ...more);
  const answers: readonly (readonly [path: string, body: object, answer: typeof answerChat, summary: string])[] = [
    ['/v1/chat/completions', chatBody, answerChat, 'Answers a chat.'],
    ['/v1/completions', completionBody, answerCompletion, 'Continues texts.'],
    ['/v1/embeddings', embeddingBody, answerEmbeddings, 'Vectors of texts.'],
    ['/v1/rerank', rerankBody, answerRerank, 'Orders documents by what they have to do with a query.'],
    ['/v1/messages', messagesBody, answerMessages, 'Answers a chat, as Anthropic’s interface has it.'],
    ['/v1/messages/count_tokens', countBody, countMessages, 'Tokens of a chat.'],
    ['/v1/responses', responsesBody, responses, 'Answers a chat, in items.'],
    ['/tokenize', tokenizeBody, tokenize, 'Tokens of a text.'],
    ['/detokenize', detokenizeBody, detokenize, 'The text of tokens.'],
    ['/apply-template', templateBody, applyTemplate, 'The text that a model sees of a chat.'],
  ];
  const routes = answers.map(([path, body, , summary]) => ({ path, body, summary }));
  const document = openApiDocument(routes, version, keys.isEmpty);
  for (const path of ['/docs', '/openapi.json']) app.get(path, async () => document);
  const formats: Readonly<Record<string, EventFormat>> = {
    '/v1/messages': messagesFormat,
    '/v1/responses': responseFormat,
  };
  // As llama.cpp and Cohere have it.
  const same = ['/rerank', '/v2/rerank'].map((path) => [path, rerankBody, answerRerank] as const);
  for (const [path, body, answer] of [...answers, ...same]) {
    const how = { times: common.times, format: formats[path] ?? plainEvents };
    app.post(path, { schema: { body } }, (request, reply) =>
      withModel(pool, request, reply, how, (model) => answer({ ...common, model }, request, reply)),
    );
  }
  app.get(
    '/v1/responses/:id',
    async (request) => kept.find((request.params as { id: string }).id, request.keyName).response,
  );
  app.delete('/v1/responses/:id', async (request) => {
    const { id } = request.params as { id: string };
    kept.delete(id, request.keyName);
    return { id, object: 'response', deleted: true };
  });
  app.get('/', async (_request, reply) => reply.headers(page.headers).send(page.html));
  app.get('/version', async () => ({ version }));
  app.get('/health', async (request, reply) => {
    const { sick, models } = healthOf(pool);
    const failure = sick ?? (pool.isOpen ? undefined : 'the server stops');
    // Which models there are is for those who may use them.
    const told = canChange && (keys.isEmpty || keys.nameOf(request.headers) !== undefined) ? { models } : {};
    if (failure === undefined) return { status: 'ok', ...told };
    return reply.code(503).send({ ...errorBody(503, failure), ...told });
  });
  app.get('/metrics', async (_request, reply) => {
    const { metrics } = options;
    if (!metrics) return reply.code(404).send(errorBody(404, 'there are no metrics'));
    return reply.type(metrics.contentType).send(await metrics.text());
  });

  return {
    app,
    listen: (port) => app.listen({ port, host }),
    drain: async (timeoutMs) => {
      const engines = pool.status.flatMap(({ value }) => value?.engine ?? []);
      await Promise.all([pool.close(timeoutMs), ...engines.map((e) => e.drain(timeoutMs))]);
      await app.close();
    },
  };
}

const line = (level: LogLine['level'], event: string): LogLine => ({ time: new Date().toISOString(), level, event });

const describe = (error: unknown): string =>
  error instanceof EspalierError && error.cause instanceof Error
    ? `${error.message} ${error.cause.stack ?? error.cause.message}`
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);

/** What cannot be read as HTTP gets a short answer, and no second chance. */
function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'Request Timeout']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'Request Header Fields Too Large']
        : [400, 'Bad Request'];
  const body = JSON.stringify(errorBody(status, reason));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
