import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import {
  type ImagePlaces,
  imagePlacesOf,
  type LoadedModel,
  type PagedDecoderOptions,
  readGenerationConfig,
  type SamplingOptions,
  seer,
} from '../../models/index.ts';
import { countElements } from '../../nn/index.ts';
import type { Scorer } from '../control/index.ts';
import type { PagedDecoder } from '../decoder.ts';
import { embedder } from './embedder.ts';
import type { ModelSpeculation } from './model-speculation.ts';
import { checkVocabulary } from './same-vocabulary.ts';

/** What a server is told of a model. */
export interface ModelFacts {
  readonly sampling: SamplingOptions;
  readonly stopTokens: readonly number[];
  readonly adapterNames: readonly string[];
  readonly meta: {
    readonly numParams: number;
    readonly trainedLength: number;
    readonly embedding: number;
  };
  /** Of its weights, as they are kept. */
  readonly bytes: number;
  /** How prompts hold images, of models that see. */
  readonly images?: ImagePlaces | undefined;
}

/** What computes steps: of a model, and of those that guess for it. */
export interface ModelDecoders {
  readonly own: PagedDecoder;
  /** Of a smaller model that guesses. */
  readonly draft?: PagedDecoder | undefined;
  /** Of the model's layer that guesses. */
  readonly layer?: PagedDecoder | undefined;
}

/** Where a model is computed: in this process, or in one of its own. */
export interface ModelBackend {
  readonly facts: ModelFacts;
  readonly scorers: ReadonlyMap<string, Scorer>;
  /** New decoders, with empty pages. */
  open(): Promise<ModelDecoders>;
  embed(prompts: readonly (readonly number[])[]): Promise<readonly Float32Array[]>;
  /** Of models that see: vectors of images and of their parts, each the bytes of a file, `f32[tokens, embed]`. Throws `data/image`. */
  see?(images: readonly Uint8Array[]): Promise<readonly (readonly Float32Array[])[]>;
}

export interface LocalBackendOptions {
  readonly tokenizer: Tokenizer;
  readonly decoder?: PagedDecoderOptions | undefined;
  readonly speculation?: ModelSpeculation | undefined;
  readonly scorers?: ReadonlyMap<string, Scorer> | undefined;
}

/** A model of this process. Throws `models/generate` for models that do not write, `serve/speculation` where nobody is there that guesses. */
export function localBackend(model: LoadedModel, o: LocalBackendOptions): ModelBackend {
  const { folder } = model;
  const decoder = folder.family.decoder?.(folder.config);
  if (!decoder) throw new UserError('models/generate', 'this model does not write text');
  const { how = 'off', draft } = o.speculation ?? {};
  if (how === 'draft' && !draft)
    throw new UserError('serve/speculation', 'no model is there that guesses', { advice: 'name one with --draft DIR' });
  const guesser = how === 'draft' || how === 'auto' ? draft : undefined;
  if (guesser) checkVocabulary('serve/speculation', o.tokenizer, guesser.tokenizer);
  const hasLayer = how === 'mtp' || (how === 'auto' && !draft && model.hasMtp);
  const { sampling, stopTokens } = readGenerationConfig(folder.dir, folder.json);
  const { cacheBytes = 2 ** 28, ...sizes } = o.decoder ?? {};
  const see = seer(model);
  return {
    facts: {
      sampling,
      stopTokens: [...stopTokens],
      adapterNames: model.adapterNames,
      meta: {
        numParams: countElements(folder.declared),
        trainedLength: decoder.maxPositions,
        embedding: decoder.embedDim,
      },
      bytes: model.bytes,
      images: imagePlacesOf(folder),
    },
    scorers: o.scorers ?? new Map(),
    open: async () => {
      const opened: PagedDecoder[] = [];
      const keep = <D extends PagedDecoder>(d: D): D => {
        opened.push(d);
        return d;
      };
      try {
        return {
          // Keys and values of who guesses are as many as those of the model that it guesses for, and smaller; a layer has few.
          draft: guesser && keep(guesser.model.paged({ ...sizes, cacheBytes: Math.ceil(cacheBytes / 4) })),
          layer: hasLayer ? keep(model.pagedMtp({ ...sizes, cacheBytes: 2 ** 26 })) : undefined,
          own: model.paged({ ...sizes, cacheBytes, givesHidden: hasLayer }),
        };
      } catch (error) {
        await Promise.allSettled(opened.map((d) => d.close?.()));
        throw error;
      }
    },
    embed: embedder(model),
    ...(see ? { see } : {}),
  };
}
