export type { Drafter } from './drafter.ts';
export { ModelDrafter } from './model-drafter.ts';
export { MtpDrafter } from './mtp-drafter.ts';
export { NgramDrafter } from './ngram-drafter.ts';
