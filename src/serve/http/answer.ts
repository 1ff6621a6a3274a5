import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UserError } from '../../base/index.ts';
import type { Generation } from '../engine/index.ts';
import type { StreamTimes } from './events.ts';
import { unknownFields } from './schemas.ts';
import type { ServedModel } from './served-model.ts';
import type { Caller } from './writing-fields.ts';

/** What routes need of the server. */
export interface Serving {
  readonly models: readonly ServedModel[];
  readonly times: StreamTimes;
  readonly fingerprint: string;
}

/** The model of a name. Throws `serve/model`. */
export function modelNamed({ models }: Serving, name: string | undefined): ServedModel {
  const found = models.find((m) => name === undefined || m.name === name || m.adapterNames.includes(name));
  if (!found)
    throw new UserError('serve/model', `there is no model ${JSON.stringify(name?.slice(0, 100))}`, {
      expected: models.flatMap((m) => [m.name, ...m.adapterNames]).join(', '),
      fields: { param: 'model' },
    });
  return found;
}

const HEADER_LENGTH = 256;

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, HEADER_LENGTH) : undefined;
}

/** Who calls. Programs are named by headers first: proxies and agents add those without touching the body. */
export function callerOf(request: FastifyRequest): Caller {
  const deadline = Number(header(request, 'x-program-deadline-ms') ?? header(request, 'x-deadline-ms') ?? Number.NaN);
  return {
    key: request.keyName,
    program: header(request, 'x-program-id') ?? header(request, 'x-session-id') ?? header(request, 'x-correlation-id'),
    parent: header(request, 'x-parent-call-id'),
    deadlineMs: deadline > 0 ? performance.now() + deadline : undefined,
  };
}

/** Names the fields that were ignored. */
export function tellUnknown(reply: FastifyReply, body: object, schema: { readonly properties: object }): void {
  const names = unknownFields(body, schema).filter((name) => /^[\w.-]{1,64}$/.test(name));
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
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

export function usageOf(
  calls: readonly Pick<Generation, 'prompt' | 'numTokens' | 'numCached'>[],
  numReasoning = 0,
): Usage {
  const sum = (f: (c: (typeof calls)[number]) => number): number => calls.reduce((n, c) => n + f(c), 0);
  const [prompt, completion] = [sum((c) => c.prompt.length), sum((c) => c.numTokens)];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sum((c) => c.numCached) },
    completion_tokens_details: { reasoning_tokens: numReasoning },
  };
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
