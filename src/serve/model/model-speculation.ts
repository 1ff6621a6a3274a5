import type { Tokenizer } from '../../data/index.ts';
import type { LoadedModel } from '../../models/index.ts';
import type { SpeculationOptions } from '../scheduler/index.ts';
import { type Drafter, ModelDrafter, MtpDrafter, NgramDrafter } from '../speculation/index.ts';
import type { ModelDecoders } from './model-backend.ts';

/** `auto`: by n-grams, and by a model or by the layer of a DeepSeek where there is one and its guesses are the better ones. */
export const speculateHows = ['off', 'ngram', 'draft', 'mtp', 'auto'] as const;
export type SpeculateHow = (typeof speculateHows)[number];

/** How what a model writes next is guessed. */
export interface ModelSpeculation extends SpeculationOptions {
  readonly how: SpeculateHow;
  /** A model of the same vocabulary, whose guesses cost less than what they save. */
  readonly draft?: { readonly model: LoadedModel; readonly tokenizer: Tokenizer } | undefined;
}

/** Who guesses for a model with these decoders. */
export function draftersOf(how: SpeculateHow, { own, draft, layer }: ModelDecoders): readonly Drafter[] {
  return [
    ...(how === 'ngram' || how === 'auto' ? [new NgramDrafter()] : []),
    ...(draft ? [new ModelDrafter(draft, own.vocabSize)] : []),
    ...(layer ? [new MtpDrafter(layer)] : []),
  ];
}
