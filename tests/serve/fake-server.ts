import { ChatTemplate, type Tokenizer, tokenizerFromJson } from '../../src/data/index.ts';
import {
  createServer,
  type EngineOptions,
  type ModelServer,
  type ServedModel,
  type ServerOptions,
  ServingEngine,
  ServingMetrics,
} from '../../src/serve/index.ts';
import { characterTokenizer } from '../model-files.ts';
import { FakeDecoder, type FakeOptions, fakeToken } from './fake-decoder.ts';

export const TEMPLATE = `{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}`;

export interface FakeServer {
  readonly server: ModelServer;
  readonly url: string;
  readonly engine: ServingEngine;
  readonly tokenizer: Tokenizer;
  readonly logged: object[];
  close(): Promise<void>;
}

let made: Promise<Tokenizer> | undefined;
/** Its thread does not keep a process alive. */
const sharedTokenizer = (): Promise<Tokenizer> =>
  (made ??= tokenizerFromJson(characterTokenizer(), { backend: 'javascript' }));

/** A server of a model that writes hashes, on a free port. */
export async function startServer(
  fake: FakeOptions = {},
  options: Partial<ServerOptions> = {},
  engineOptions: Partial<EngineOptions> = {},
  more: Partial<ServedModel> = {},
): Promise<FakeServer> {
  const tokenizer = await sharedTokenizer();
  const metrics = await ServingMetrics.open();
  const engine = await ServingEngine.start({
    open: async () => new FakeDecoder({ numPages: 400, maxTokensPerStep: 128, ...fake }),
    tokenizer,
    observer: metrics.observer('fake'),
    ...engineOptions,
  });
  metrics.watch('fake', engine);
  const model: ServedModel = {
    name: 'fake',
    engine,
    tokenizer,
    template: new ChatTemplate(TEMPLATE),
    sampling: {},
    endTokens: new Set([0]),
    adapterNames: ['fake-adapter'],
    meta: { numParams: 7, trainedLength: 1024, embedding: 4 },
    embed: async (prompts) => prompts.map((p) => Float32Array.from([p.length, 1, 2, 3])),
    ...more,
  };
  const logged: object[] = [];
  const server = await createServer({
    models: [model],
    version: '1.2.3',
    metrics,
    log: (line) => logged.push(line),
    ...options,
  });
  const url = await server.listen(0);
  const close = async (): Promise<void> => {
    await engine.close();
    server.app.server.closeAllConnections();
    await server.app.close();
  };
  return { server, url, engine, tokenizer, logged, close };
}

/** What the fake model writes behind a text, greedily; it ends with token 0, or after n tokens. */
export function written(
  tokenizer: Tokenizer,
  text: string,
  n: number,
): { text: string; tokens: number[]; ended: boolean } {
  const seen = [...tokenizer.encode(text)];
  const start = seen.length;
  let ended = false;
  while (seen.length - start < n && !ended) {
    seen.push(fakeToken(seen, { seed: 0, index: seen.length - start, vocabSize: 95 }));
    ended = seen[seen.length - 1] === 0;
  }
  const tokens = seen.slice(start);
  return { tokens, ended, text: tokenizer.decode(tokens, { skipSpecialTokens: true }) };
}
