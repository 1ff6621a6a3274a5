import { finished } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UserError } from '../../base/index.ts';
import type { ModelPool, ModelStatus, Patience, ServedModel } from '../pool/index.ts';
import { deadlineOf } from './answer.ts';
import { type EventFormat, endWithError, pingWhile, type StreamTimes } from './events.ts';
import { grammarsOf } from './grammars.ts';
import { fields, type Let, text } from './schema.ts';

/* Which models there are, and who has them while they answer. */

const namingBody = fields({ model: text({ maxLength: 512 }) }, {});
type NamingBody = Let<typeof namingBody>;

/** As long as the client is there, and until its deadline. */
function patienceOf(request: FastifyRequest, reply: FastifyReply): Patience {
  const left = new AbortController();
  finished(reply.raw, () => left.abort());
  const until = deadlineOf(request);
  return { signal: left.signal, ...(until === undefined ? {} : { limitMs: Math.max(0, until - performance.now()) }) };
}

/**
 * Answers with the model that a request names. It stays until the answer has been sent, and whatever is computed for it has ended. Who waits for a stream while
 * the model is loaded is told that the server is alive, in the route's `format`.
 */
export async function withModel(
  pool: ModelPool<ServedModel>,
  request: FastifyRequest,
  reply: FastifyReply,
  { times, format }: { readonly times: StreamTimes; readonly format: EventFormat },
  answer: (model: ServedModel) => Promise<unknown>,
): Promise<unknown> {
  const { model: name, stream } = request.body as Partial<NamingBody> & { readonly stream?: unknown };
  const borrowing = pool.borrow(name, patienceOf(request, reply));
  const hasBegun = stream === true && (await pingWhile(reply, borrowing, times));
  try {
    const { model, release } = await borrowing;
    try {
      // Before anybody waits for it.
      grammarsOf(model);
      return await answer(model);
    } finally {
      finished(reply.raw, release);
    }
  } catch (error) {
    if (!hasBegun) throw error;
    endWithError(reply, error, format);
    return reply;
  }
}

/** `/v1/models` with what vLLM and llama.cpp tell of them; where models come and go, `/models/load` and `/models/unload` as llama.cpp's router has them. */
export function addModelRoutes(app: FastifyInstance, pool: ModelPool<ServedModel>, canChange: boolean): void {
  const created = Math.floor(Date.now() / 1000);
  const cards = (): readonly { readonly id: string }[] => pool.status.flatMap((s) => cardsOf(s, created));
  const list = async (): Promise<object> => ({ object: 'list', data: cards() });
  app.get('/v1/models', async (request) =>
    request.headers['anthropic-version'] === undefined ? list() : anthropicList(cards(), created),
  );
  // Names of models have slashes.
  app.get('/v1/models/*', async (request) => {
    const name = (request.params as { readonly '*': string })['*'];
    const found = cards().find(({ id }) => id === name);
    if (!found) throw new UserError('serve/model', `there is no model ${JSON.stringify(name.slice(0, 100))}`);
    return request.headers['anthropic-version'] === undefined ? found : anthropicCard(found, created);
  });
  if (!canChange) return;
  app.get('/models', list);
  app.post('/models/load', { schema: { body: namingBody } }, async (request, reply) => {
    await pool.load((request.body as NamingBody).model, patienceOf(request, reply));
    return { success: true };
  });
  app.post('/models/unload', { schema: { body: namingBody } }, async (request) => {
    await pool.unload((request.body as NamingBody).model);
    return { success: true };
  });
}

/** Models as Anthropic's interface tells of them. */
const anthropicCard = ({ id }: { readonly id: string }, created: number): object => ({
  type: 'model',
  id,
  display_name: id,
  created_at: new Date(1000 * created).toISOString(),
});
const anthropicList = (cards: readonly { readonly id: string }[], created: number): object => ({
  data: cards.map((card) => anthropicCard(card, created)),
  has_more: false,
  first_id: cards[0]?.id ?? null,
  last_id: cards[cards.length - 1]?.id ?? null,
});

/** A model and its adapters, each a model to clients. What is only known of models that are loaded is told of those. */
function cardsOf(status: ModelStatus<ServedModel>, created: number): readonly { readonly id: string }[] {
  const { name, otherNames, value } = status;
  const { state, reason } = stateOf(status);
  const known = value && {
    max_model_len: value.engine.maxLength,
    // As llama.cpp has them.
    capabilities: ['completion', ...(value.sight ? ['multimodal'] : [])],
    meta: {
      n_vocab: value.engine.vocabSize,
      n_ctx_train: value.meta.trainedLength,
      n_embd: value.meta.embedding,
      n_params: value.meta.numParams,
    },
  };
  const card = (id: string, parent: string | null) => ({
    id,
    object: 'model',
    created,
    owned_by: 'espalier',
    root: name,
    parent,
    ...known,
    status: { value: state, ...(reason === undefined ? {} : { reason }) },
  });
  return [card(name, null), ...otherNames.map((id) => card(id, name))];
}

/** A model whose engine is not started any more has failed, though it was loaded. */
const stateOf = ({ state, reason, value }: ModelStatus<ServedModel>): Pick<ModelStatus<unknown>, 'state' | 'reason'> =>
  value?.engine.status === 'failed'
    ? { state: 'failed', reason: 'its engine failed again and again' }
    : { state, reason };

/** What `/health` tells of models: a model that is loaded and whose engine does not work is sick. */
export function healthOf(pool: ModelPool<ServedModel>): {
  readonly sick: string | undefined;
  readonly models: readonly object[];
} {
  const { status } = pool;
  const found = status.find(({ value }) => value && value.engine.status !== 'ok');
  return {
    sick: found && `the engine of ${found.name} is ${found.value?.engine.status}`,
    models: status.map((one) => {
      const { name, numInUse, numWaiting, value } = one;
      const { state, reason } = stateOf(one);
      return {
        id: name,
        status: state,
        ...(reason === undefined ? {} : { reason }),
        ...(value ? { engine: value.engine.status } : {}),
        requests: { running: numInUse, waiting: numWaiting },
      };
    }),
  };
}
