import { UserError } from '../../base/index.ts';
import type { ChatTemplate, Tokenizer } from '../../data/index.ts';
import { type LoadedModel, type PagedDecoderOptions, readGenerationConfig } from '../../models/index.ts';
import { countElements } from '../../nn/index.ts';
import { type EngineOptions, ServingEngine } from '../engine/index.ts';
import type { ServedModel } from '../pool/index.ts';
import { embedder } from './embedder.ts';
import { draftersOf, type ModelSpeculation } from './model-speculation.ts';

export interface ServeModelOptions
  extends Omit<EngineOptions, 'open' | 'tokenizer' | 'drafters'>,
    Pick<ServedModel, 'toolFormat' | 'reasoningFormat' | 'scorers'> {
  /** What clients call it. */
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly template?: ChatTemplate | undefined;
  readonly decoder?: PagedDecoderOptions;
  /** Tokens of the longest call; default: what the model takes and the pages hold. */
  readonly maxLength?: number | undefined;
  /** Who guesses what comes next. Default: nobody. */
  readonly speculation?: ModelSpeculation | undefined;
}

/** A loaded model behind an engine, ready for a server. Throws `models/generate` and `models/paged` for models that cannot write so, `serve/speculation`. */
export async function serveModel(model: LoadedModel, options: ServeModelOptions): Promise<ServedModel> {
  const {
    name,
    tokenizer,
    template,
    maxLength,
    decoder: sizes,
    toolFormat,
    reasoningFormat,
    speculation,
    scorers,
    ...engineOptions
  } = options;
  const { folder } = model;
  const decoder = folder.family.decoder?.(folder.config);
  if (!decoder) throw new UserError('models/generate', 'this model does not write text');
  const drafters = speculation
    ? draftersOf(speculation, { model, tokenizer, vocabSize: decoder.vocabSize, sizes })
    : [];
  const givesHidden = drafters.some((d) => d.observe);
  const open = async (): Promise<ReturnType<LoadedModel['paged']>> => model.paged({ ...sizes, givesHidden });
  const engine = await ServingEngine.start({
    ...engineOptions,
    open,
    tokenizer,
    ...(maxLength ? { maxLength } : {}),
    drafters,
    scheduler: { ...engineOptions.scheduler, ...(speculation && speculation.how !== 'off' ? { speculation } : {}) },
  }).catch(async (error: unknown) => {
    // Nobody is there to be guessed for.
    await Promise.allSettled(drafters.map((d) => d.close?.()));
    throw error;
  });
  const { sampling, stopTokens } = readGenerationConfig(folder.dir, folder.json);
  const { eos } = tokenizer.special;
  return {
    name,
    engine,
    tokenizer,
    template,
    toolFormat,
    reasoningFormat,
    scorers,
    sampling,
    endTokens: new Set([...stopTokens, ...(eos === undefined ? [] : [eos])].filter((t) => t < engine.vocabSize)),
    adapterNames: model.adapterNames,
    meta: {
      numParams: countElements(folder.declared),
      trainedLength: decoder.maxPositions,
      embedding: decoder.embedDim,
    },
    embed: embedder(model),
  };
}
