export { type ForkableConstraint, Grammar, type GrammarSource, type TokenConstraint } from './grammar.ts';
export type { JsonValue } from './schema-source.ts';
export { type TokenBytes, Vocabulary } from './vocabulary.ts';
