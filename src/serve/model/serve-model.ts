import { UserError } from '../../base/index.ts';
import type { ChatTemplate, Tokenizer } from '../../data/index.ts';
import { type LoadedModel, type PagedDecoderOptions, readGenerationConfig } from '../../models/index.ts';
import { countElements } from '../../nn/index.ts';
import { type EngineOptions, ServingEngine } from '../engine/index.ts';
import type { ServedModel } from '../pool/index.ts';
import { embedder } from './embedder.ts';

export interface ServeModelOptions
  extends Omit<EngineOptions, 'open' | 'tokenizer'>,
    Pick<ServedModel, 'toolFormat' | 'reasoningFormat'> {
  /** What clients call it. */
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly template?: ChatTemplate | undefined;
  readonly decoder?: PagedDecoderOptions;
  /** Tokens of the longest call; default: what the model takes and the pages hold. */
  readonly maxLength?: number | undefined;
}

/** A loaded model behind an engine, ready for a server. Throws `models/generate` and `models/paged` for models that cannot write so. */
export async function serveModel(model: LoadedModel, options: ServeModelOptions): Promise<ServedModel> {
  const {
    name,
    tokenizer,
    template,
    maxLength,
    decoder: sizes,
    toolFormat,
    reasoningFormat,
    ...engineOptions
  } = options;
  const { folder } = model;
  const decoder = folder.family.decoder?.(folder.config);
  if (!decoder) throw new UserError('models/generate', 'this model does not write text');
  const open = async (): Promise<ReturnType<LoadedModel['paged']>> => model.paged(sizes);
  const engine = await ServingEngine.start({ ...engineOptions, open, tokenizer, ...(maxLength ? { maxLength } : {}) });
  const { sampling, stopTokens } = readGenerationConfig(folder.dir, folder.json);
  const { eos } = tokenizer.special;
  return {
    name,
    engine,
    tokenizer,
    template,
    toolFormat,
    reasoningFormat,
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
