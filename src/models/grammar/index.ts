export { Grammar, type GrammarSource, type TokenConstraint } from './grammar.ts';
export type { Json } from './schema-source.ts';
export { type TokenBytes, Vocabulary } from './vocabulary.ts';
