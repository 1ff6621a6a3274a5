import { EspalierError } from '../../base/index.ts';
import type { ScoredText } from '../control/index.ts';
import type { PagedDecoder } from '../decoder.ts';
import type { ModelBackend, ModelDecoders } from '../model/index.ts';
import { type Answer, type DecoderSizes, type Opened, type Question, sentError } from './messages.ts';

/** The end of the channel to the server that a process of an engine has: `process` itself, started with one. */
export interface ServerChannel {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  send?(message: unknown, sent?: (error: Error | null) => void): boolean;
}

/**
 * Computes a model for the server that has started this process, until it goes: `load` reads what it is told of. Throws `serve/engine-process` where no
 * server has started it.
 */
export function hostModel(
  channel: ServerChannel,
  load: (spec: unknown) => Promise<ModelBackend>,
  leave: (code: number) => void,
): void {
  if (!channel.send)
    throw new EspalierError('serve/engine-process', 'no server has started this process', {
      advice: 'start espalier serve',
    });
  // A server that has gone wants no answer.
  const answer = (message: Answer): void => void channel.send!(message, () => undefined);
  let backend: ModelBackend | undefined;
  let decoders: ModelDecoders | undefined;

  async function open(spec: unknown): Promise<Opened> {
    backend = await load(spec);
    decoders = await backend.open();
    const all = Object.entries(decoders).flatMap(([name, d]) => (d ? [[name, sizesOf(d)]] : []));
    return { facts: backend.facts, scorerNames: [...backend.scorers.keys()], decoders: Object.fromEntries(all) };
  }

  function reply(q: Question): unknown {
    if (q.kind === 'open') return open(q.spec);
    if (q.kind === 'embed') return backend!.embed(q.prompts);
    if (q.kind === 'see') return backend!.see!(q.images);
    if (q.kind === 'score') return backend!.scorers.get(q.scorer)!.score(q.texts as readonly ScoredText[]);
    const decoder = decoders![q.decoder]!;
    if (q.kind === 'step') return decoder.step(q.sequences);
    if (q.kind === 'copy-page') return decoder.copyPage!(q.from, q.to);
    return decoder.compileAhead!();
  }

  channel.on('disconnect', () => leave(0));
  channel.on('message', (message) => {
    const question = message as Question;
    const { id } = question;
    // In the order in which they came: what a step begins with is begun before the next question is looked at.
    new Promise((resolve) => resolve(reply(question))).then(
      (value) => id !== undefined && answer({ id, value }),
      (error: unknown) => {
        if (id !== undefined) answer({ id, error: sentError(error) });
        else {
          process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
          leave(1);
        }
      },
    );
  });
}

const sizesOf = (d: PagedDecoder): DecoderSizes => ({
  pageSize: d.pageSize,
  numPages: d.numPages,
  maxTokensPerStep: d.maxTokensPerStep,
  maxSequences: d.maxSequences,
  ...(d.maxScoredTokens === undefined ? {} : { maxScoredTokens: d.maxScoredTokens }),
  ...(d.maxDrafts === undefined ? {} : { maxDrafts: d.maxDrafts }),
  vocabSize: d.vocabSize,
  maxPositions: d.maxPositions,
  copiesPages: d.copyPage !== undefined,
  compilesAhead: d.compileAhead !== undefined,
});
