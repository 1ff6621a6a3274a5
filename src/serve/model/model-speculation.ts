import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import type { LoadedModel, PagedDecoderOptions } from '../../models/index.ts';
import type { SpeculationOptions } from '../scheduler/index.ts';
import { type Drafter, ModelDrafter, MtpDrafter, NgramDrafter } from '../speculation/index.ts';
import { checkVocabulary } from './same-vocabulary.ts';

/** `auto`: by n-grams, and by a model or by the layer of a DeepSeek where there is one and its guesses are the better ones. */
export const speculateHows = ['off', 'ngram', 'draft', 'mtp', 'auto'] as const;
export type SpeculateHow = (typeof speculateHows)[number];

/** How what a model writes next is guessed. */
export interface ModelSpeculation extends SpeculationOptions {
  readonly how: SpeculateHow;
  /** A model of the same vocabulary, whose guesses cost less than what they save. */
  readonly draft?: { readonly model: LoadedModel; readonly tokenizer: Tokenizer } | undefined;
}

/** Who guesses for a model. Throws `serve/speculation` where there is nobody, or one who writes other tokens, `models/mtp`. */
export function draftersOf(
  { how, draft }: ModelSpeculation,
  guessed: {
    readonly model: LoadedModel;
    readonly tokenizer: Tokenizer;
    readonly vocabSize: number;
    readonly sizes?: PagedDecoderOptions | undefined;
  },
): readonly Drafter[] {
  if (how === 'draft' && !draft)
    throw new UserError('serve/speculation', 'no model is there that guesses', { advice: 'name one with --draft DIR' });
  const drafters: Drafter[] = how === 'ngram' || how === 'auto' ? [new NgramDrafter()] : [];
  if (draft && (how === 'draft' || how === 'auto')) {
    checkVocabulary('serve/speculation', guessed.tokenizer, draft.tokenizer);
    const { cacheBytes = 2 ** 28, ...sizes } = guessed.sizes ?? {};
    // Its keys and values are as many as those of the model that it guesses for, and smaller.
    const decoder = draft.model.paged({ ...sizes, cacheBytes: Math.ceil(cacheBytes / 4) });
    drafters.push(new ModelDrafter(decoder, guessed.vocabSize));
  }
  const hasLayer = how === 'mtp' || (how === 'auto' && !draft && guessed.model.hasMtp);
  // A layer has few keys and values.
  if (hasLayer) drafters.push(new MtpDrafter(guessed.model.pagedMtp({ ...guessed.sizes, cacheBytes: 2 ** 26 })));
  return drafters;
}
