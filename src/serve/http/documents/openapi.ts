/*
 * What the server answers, as an OpenAPI document: bodies are the schemas that requests are checked with. Fields that are not named are let through and told.
 */

/** A route that takes a body. */
export interface DescribedRoute {
  readonly path: string;
  readonly body: object;
  readonly summary: string;
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: ['string', 'null'] },
        code: { type: ['string', 'null'] },
      },
    },
  },
};
const json = (schema: object): object => ({ 'application/json': { schema } });
const failures = {
  '4XX': { description: 'The request is not what it can be.', content: json({ $ref: '#/components/schemas/Error' }) },
  '503': { description: 'Not now.', content: json({ $ref: '#/components/schemas/Error' }) },
};
const gets: Readonly<Record<string, string>> = {
  '/v1/models': 'The models that there are.',
  '/v1/models/{model}': 'One of them.',
  '/v1/responses/{id}': 'A response that is kept.',
  '/health': 'Whether the engine works.',
  '/version': 'The version of the server.',
  '/metrics': 'Numbers for Prometheus, under vLLM’s names.',
};

/** The document of a server that takes these bodies; `isOpen`: no key is needed. */
export function openApiDocument(routes: readonly DescribedRoute[], version: string, isOpen: boolean): object {
  const posts = routes.map(({ path, body, summary }) => {
    const streams = Object.hasOwn((body as { readonly properties?: object }).properties ?? {}, 'stream');
    const answer = {
      ...json({ type: 'object' }),
      ...(streams ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
    };
    const responses = { '200': { description: 'The answer.', content: answer }, ...failures };
    return [path, { post: { summary, requestBody: { required: true, content: json(body) }, responses } }] as const;
  });
  const reads = Object.entries(gets).map(([path, summary]) => {
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } })); // biome-ignore format: short
    const responses = { '200': { description: summary }, ...failures };
    return [path, { get: { summary, ...(parameters.length > 0 ? { parameters } : {}), responses } }] as const;
  });
  return {
    openapi: '3.1.0',
    info: { title: 'espalier serve', version },
    paths: Object.fromEntries([...posts, ...reads]),
    components: {
      schemas: { Error: errorSchema },
      ...(isOpen ? {} : { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } }),
    },
    ...(isOpen ? {} : { security: [{ key: [] }] }),
  };
}
