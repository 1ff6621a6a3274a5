import { createHash, randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Generation } from '../engine/index.ts';
import type { ServedModel } from '../pool/index.ts';
import type { StreamTimes } from './events.ts';
import type { InferredPrograms } from './programs/index.ts';
import { unknownFields, type WritingBody } from './schemas.ts';
import type { Caller } from './writing-fields.ts';

/** What an answer needs of the server. */
export interface Serving {
  /** The one that the request names, which stays until the answer is over. */
  readonly model: ServedModel;
  readonly times: StreamTimes;
  readonly fingerprint: string;
  readonly programs: InferredPrograms;
}

/** Longer names are known by their hash: what was cut would be equal where they are not. */
const NAME_LENGTH = 256;

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= NAME_LENGTH ? value : `sha256-${createHash('sha256').update(value).digest('hex')}`;
}

/** Until when a request is to be answered, by `performance.now()`. */
export function deadlineOf(request: FastifyRequest): number | undefined {
  const ms = Number(header(request, 'x-program-deadline-ms') ?? header(request, 'x-deadline-ms') ?? Number.NaN);
  return ms > 0 ? request.arrivalMs + ms : undefined;
}

/** Who calls. Programs are named by headers first: proxies and agents add those without touching the body. */
export function callerOf(request: FastifyRequest): Caller {
  return {
    key: request.keyName,
    program: header(request, 'x-program-id') ?? header(request, 'x-session-id') ?? header(request, 'x-correlation-id'),
    parent: header(request, 'x-parent-call-id'),
    deadlineMs: deadlineOf(request),
  };
}

/** The caller of a prompt with its program: named by headers, else by fields, else the one whose prompt it goes on from. Tells which in a header. */
export function withProgram(
  { programs }: Serving,
  caller: Caller,
  body: Pick<WritingBody, 'model' | 'session_id' | 'prompt_cache_key' | 'cache_salt'>,
  prompt: readonly number[],
  reply: FastifyReply,
): Caller {
  const scope = JSON.stringify([caller.key, body.model, body.cache_salt]);
  const named = caller.program ?? body.session_id ?? body.prompt_cache_key;
  const program = named ?? programs.programOf(scope, prompt, performance.now());
  if (program !== undefined && /^[\w.:/-]{1,256}$/.test(program)) reply.header('x-program-id', program);
  return { ...caller, program };
}

/** Names the fields that were ignored, and `others`. */
export function tellUnknown(
  reply: FastifyReply,
  body: object,
  schema: { readonly properties: object },
  others: readonly string[] = [],
): void {
  const names = [...unknownFields(body, schema), ...others].filter((name) => /^[\w.-]{1,64}$/.test(name));
  if (names.length > 0) reply.header('x-ignored-fields', names.slice(0, 32).join(', '));
}

/** What an answer begins with. */
export const newAnswer = (prefix: string): { readonly id: string; readonly created: number } => ({
  id: `${prefix}-${randomUUID().replaceAll('-', '')}`,
  created: Math.floor(Date.now() / 1000),
});

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: {
    readonly reasoning_tokens: number;
    /** Guesses that were right, and those that were not. */
    readonly accepted_prediction_tokens?: number;
    readonly rejected_prediction_tokens?: number;
  };
}

/** What a call had and made, as far as usage tells of it. */
type Used = Pick<Generation, 'prompt' | 'numTokens' | 'numCached' | 'numDrafted' | 'numAccepted'>;

const sumOf = (calls: readonly Used[], f: (c: Used) => number): number => calls.reduce((n, c) => n + f(c), 0);

export function usageOf(calls: readonly Used[], numReasoning = 0): Usage {
  const [prompt, completion] = [sumOf(calls, (c) => c.prompt.length), sumOf(calls, (c) => c.numTokens)];
  const [drafted, accepted] = [sumOf(calls, (c) => c.numDrafted), sumOf(calls, (c) => c.numAccepted)];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sumOf(calls, (c) => c.numCached) },
    completion_tokens_details: {
      reasoning_tokens: numReasoning,
      ...(drafted === 0
        ? {}
        : { accepted_prediction_tokens: accepted, rejected_prediction_tokens: drafted - accepted }),
    },
  };
}

/** Guesses that were checked, as llama.cpp tells of them; nothing where there were none. */
export function timingsOf(calls: readonly Used[]): object {
  const [drafted, accepted] = [sumOf(calls, (c) => c.numDrafted), sumOf(calls, (c) => c.numAccepted)];
  return drafted === 0 ? {} : { timings: { draft_n: drafted, draft_n_accepted: accepted } };
}

/** Begins all of some calls, or none. */
export function beginAll<T>(requests: readonly T[], begin: (request: T) => Generation): Generation[] {
  const begun: Generation[] = [];
  try {
    for (const r of requests) begun.push(begin(r));
  } catch (error) {
    for (const g of begun) g.abort();
    throw error;
  }
  return begun;
}
