import { Grammar, type GrammarSource, type TokenBytes, Vocabulary } from '../../src/models/index.ts';

/* Small vocabularies, and texts that a model without a mind of its own writes under a grammar. */

export const EOS = 0;
const utf8 = new TextEncoder();

/** Every byte as a token, some texts, and special tokens; token 0 ends. */
export function testTokens(texts: readonly string[] = [], special: readonly string[] = []): TokenBytes {
  const own = [
    new Uint8Array(0),
    ...Array.from({ length: 256 }, (_, b) => Uint8Array.of(b)),
    ...texts.map((t) => utf8.encode(t)),
  ];
  const all = new Set([EOS, ...special.map((_, i) => own.length + i)]);
  return {
    vocabSize: own.length + special.length,
    bytesOf: (id) => own[id],
    tokenOf: (id) => special[id - own.length] ?? (id === EOS ? '<eos>' : undefined),
    special: { all } as TokenBytes['special'],
  };
}

const usual = [
  '{"',
  '":',
  '",',
  '"}',
  '": "',
  '", "',
  'ab',
  'abc',
  'é',
  '日本',
  '10',
  '1.5',
  'true',
  ' \n',
  '[[',
  ']}',
  '\\n',
  '\\u00',
];
export const usualVocabulary = new Vocabulary(testTokens(usual), 257 + usual.length, new Set([EOS]));

export const isAllowed = (mask: Uint32Array, token: number): boolean => (mask[token >> 5] & (1 << (token & 31))) !== 0;

/** Tokens that close something are likelier, so that texts end. */
const CLOSING = new Set([...'"}])'].map((c) => 1 + c.charCodeAt(0)));
const PREFERRED = 0.35;

/** A text of a grammar, or undefined where it has not ended after so many tokens. Throws where the grammar fails on the way. */
export function drawn(grammar: Grammar, next: () => number, maxTokens = 600): string | undefined {
  const state = grammar.begin();
  const { vocabulary } = grammar;
  const parts: Uint8Array[] = [];
  for (let n = 0; n < maxTokens; n++) {
    const mask = state.allowed();
    if (state.failure) throw state.failure;
    const tokens: number[] = [];
    for (let t = 0; t < vocabulary.size; t++) if (isAllowed(mask, t)) tokens.push(t);
    const closing = tokens.filter((t) => t === EOS || CLOSING.has(t));
    const among = closing.length > 0 && next() < PREFERRED ? closing : tokens;
    const token = among[Math.floor(next() * among.length)];
    if (token === EOS) return Buffer.concat(parts).toString('utf8');
    parts.push(vocabulary.bytesOf(token)!);
    state.accept(token);
    if (state.failure) throw state.failure;
  }
  return undefined;
}

/** The grammar, or what it is refused for. */
export function compiled(source: GrammarSource, vocabulary = usualVocabulary): Grammar | Error {
  try {
    return new Grammar(source, vocabulary);
  } catch (error) {
    return error as Error;
  }
}
