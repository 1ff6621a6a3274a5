import type { ChatTemplate, Tokenizer } from '../../data/index.ts';
import type { LoadedModel, PagedDecoderOptions } from '../../models/index.ts';
import { type EngineOptions, ServingEngine } from '../engine/index.ts';
import { rememberingSight, type ServedModel } from '../pool/index.ts';
import { localBackend, type ModelBackend, type ModelDecoders } from './model-backend.ts';
import { draftersOf, type ModelSpeculation } from './model-speculation.ts';

/** How a model is served, wherever it is computed. */
export interface ServeBackendOptions
  extends Omit<EngineOptions, 'open' | 'tokenizer' | 'drafters'>,
    Pick<ServedModel, 'toolFormat' | 'reasoningFormat'> {
  /** What clients call it. */
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly template?: ChatTemplate | undefined;
  /** Tokens of the longest call; default: what the model takes and the pages hold. */
  readonly maxLength?: number | undefined;
  /** Who guesses what comes next. Default: nobody. */
  readonly speculation?: Omit<ModelSpeculation, 'draft'> | undefined;
}

export interface ServeModelOptions extends Omit<ServeBackendOptions, 'speculation'>, Pick<ServedModel, 'scorers'> {
  readonly decoder?: PagedDecoderOptions;
  readonly speculation?: ModelSpeculation | undefined;
}

/** A loaded model behind an engine, ready for a server. Throws `models/generate` and `models/paged` for models that cannot write so, `serve/speculation`. */
export async function serveModel(model: LoadedModel, options: ServeModelOptions): Promise<ServedModel> {
  const { decoder, scorers, ...more } = options;
  const { tokenizer, speculation } = options;
  return serveBackend(localBackend(model, { tokenizer, decoder, speculation, scorers }), more);
}

/** A model of any process behind an engine. Throws what opening its decoders throws. */
export async function serveBackend(backend: ModelBackend, options: ServeBackendOptions): Promise<ServedModel> {
  const { name, template, maxLength, toolFormat, reasoningFormat, speculation, ...engineOptions } = options;
  const { facts } = backend;
  let decoders: ModelDecoders | undefined;
  const engine = await ServingEngine.start({
    ...engineOptions,
    open: async () => {
      decoders = await backend.open();
      return decoders.own;
    },
    drafters: () => draftersOf(speculation?.how ?? 'off', decoders!),
    ...(maxLength ? { maxLength } : {}),
    scheduler: { ...engineOptions.scheduler, ...(speculation && speculation.how !== 'off' ? { speculation } : {}) },
  });
  const { tokenizer } = options;
  const { eos } = tokenizer.special;
  return {
    name,
    engine,
    tokenizer,
    template,
    toolFormat,
    reasoningFormat,
    scorers: backend.scorers,
    sampling: facts.sampling,
    endTokens: new Set([...facts.stopTokens, ...(eos === undefined ? [] : [eos])].filter((t) => t < engine.vocabSize)),
    adapterNames: facts.adapterNames,
    meta: facts.meta,
    embed: (prompts) => backend.embed(prompts),
    ...(facts.images ? { sight: rememberingSight(facts.images, (images) => backend.see!(images)) } : {}),
  };
}
