import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import type { LoadedModel, PagedDecoderOptions } from '../../models/index.ts';
import type { SpeculationOptions } from '../scheduler/index.ts';
import { type Drafter, ModelDrafter, NgramDrafter } from '../speculation/index.ts';
import { checkVocabulary } from './same-vocabulary.ts';

/** `auto`: by n-grams, and by a model where there is one and its guesses are the better ones. */
export const speculateHows = ['off', 'ngram', 'draft', 'auto'] as const;
export type SpeculateHow = (typeof speculateHows)[number];

/** How what a model writes next is guessed. */
export interface ModelSpeculation extends SpeculationOptions {
  readonly how: SpeculateHow;
  /** A model of the same vocabulary, whose guesses cost less than what they save. */
  readonly draft?: { readonly model: LoadedModel; readonly tokenizer: Tokenizer } | undefined;
}

/** Who guesses for a model. Throws `serve/speculation` where there is nobody, or one who writes other tokens. */
export function draftersOf(
  { how, draft }: ModelSpeculation,
  guessed: {
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
  return drafters;
}
