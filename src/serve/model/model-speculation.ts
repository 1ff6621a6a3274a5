import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import type { LoadedModel, PagedDecoderOptions } from '../../models/index.ts';
import type { SpeculationOptions } from '../scheduler/index.ts';
import { type Drafter, ModelDrafter, NgramDrafter } from '../speculation/index.ts';

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
    checkVocabulary(guessed.tokenizer, draft.tokenizer);
    const { cacheBytes = 2 ** 28, ...sizes } = guessed.sizes ?? {};
    // Its keys and values are as many as those of the model that it guesses for, and smaller.
    const decoder = draft.model.paged({ ...sizes, cacheBytes: Math.ceil(cacheBytes / 4) });
    drafters.push(new ModelDrafter(decoder, guessed.vocabSize));
  }
  return drafters;
}

/** Throws where a token means something else to one than to the other. */
function checkVocabulary(tokenizer: Tokenizer, other: Tokenizer): void {
  const size = Math.max(tokenizer.vocabSize, other.vocabSize);
  for (let id = 0; id < size; id++) {
    const [own, theirs] = [tokenizer.tokenOf(id), other.tokenOf(id)];
    if (own === theirs) continue;
    throw new UserError('serve/speculation', 'the model that guesses has another vocabulary', {
      expected: `token ${id} is ${JSON.stringify(own)}`,
      given: JSON.stringify(theirs) ?? 'no such token',
      advice: 'take a model of the same family',
    });
  }
}
