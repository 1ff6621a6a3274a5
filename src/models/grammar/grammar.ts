import { EspalierError } from '../../base/index.ts';
import { ANY, utf8Character } from './characters.ts';
import { type Expr, Expressions, NEVER, UNBOUNDED } from './expressions.ts';
import { gbnfExpr } from './gbnf.ts';
import { grammarError } from './grammar-error.ts';
import { JsonShapes, schemaExpr } from './json-schema.ts';
import { TokenMasks } from './masks.ts';
import { patternExpr } from './regex.ts';
import type { JsonValue } from './schema-source.ts';
import { specialBytes, type Vocabulary } from './vocabulary.ts';

/** Which texts may be written. */
export type GrammarSource =
  | { readonly kind: 'schema'; readonly schema: JsonValue; readonly allowsBlanks?: boolean }
  /** Any object of JSON. */
  | { readonly kind: 'object'; readonly allowsBlanks?: boolean }
  /** The whole text fits it. */
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** As llama.cpp writes them. */
  | { readonly kind: 'gbnf'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** A token of this name that is no text. */
  | { readonly kind: 'special'; readonly token: string }
  /** Any text in which none of some others occurs. */
  | { readonly kind: 'free'; readonly without: readonly string[] }
  /** One behind the other. */
  | { readonly kind: 'sequence'; readonly parts: readonly GrammarSource[] }
  | { readonly kind: 'any'; readonly options: readonly GrammarSource[] }
  | { readonly kind: 'repeat'; readonly of: GrammarSource; readonly min: number; readonly max: number };

/** What says token by token which may come next. */
export interface TokenConstraint {
  /** A bit for every token that may come: not to be changed. */
  allowed(): Uint32Array;
  accept(token: number): void;
  /** Why it cannot say any more; then it lets the text end. */
  readonly failure: EspalierError | undefined;
}

/** A constraint that can be followed along guesses, too. */
export interface ForkableConstraint extends TokenConstraint {
  /** Another one at the same place. */
  fork(): ForkableConstraint;
}

/**
 * What may be spent when a grammar is made, and on a text: at most so much for one token, and on the average what a walk over the largest vocabularies costs.
 * A bound of time for whatever somebody sends.
 */
const FUEL_TO_MAKE = 200_000;
const FUEL_FOR_TOKEN = 100_000;
const FUEL_TO_BEGIN = 150_000;
const FUEL_PER_TOKEN = 1500;

/** A grammar for texts of one vocabulary. Throws `models/grammar` for what is none, or takes too long to follow. */
export class Grammar {
  readonly vocabulary: Vocabulary;
  readonly #x = new Expressions(FUEL_TO_MAKE);
  readonly #root: Expr;
  readonly #masks: TokenMasks;

  constructor(source: GrammarSource, vocabulary: Vocabulary) {
    if (vocabulary.endTokens.size === 0) throw grammarError('the model has no token that ends a text');
    this.vocabulary = vocabulary;
    this.#root = guarded(() => {
      const root = expressionOf(this.#x, source);
      if (root === NEVER) throw grammarError('no text fits the grammar');
      this.#x.finish();
      return root;
    });
    this.#masks = new TokenMasks(this.#x, vocabulary);
  }

  /** Expressions that were made so far. */
  get size(): number {
    return this.#x.size;
  }

  /** At the beginning of a text. */
  begin(): ForkableConstraint {
    return new GrammarState(this.#x, this.#masks, this.#root, this.vocabulary);
  }

  /** Whether a whole text is one of the grammar's. */
  matches(text: string): boolean {
    this.#x.fuel = FUEL_TO_MAKE;
    return guarded(() => this.#x.matches(this.#root, text));
  }
}

class GrammarState implements ForkableConstraint {
  readonly #x: Expressions;
  readonly #masks: TokenMasks;
  readonly #vocabulary: Vocabulary;
  #at: Expr;
  #fuel: number;
  failure: EspalierError | undefined;

  constructor(x: Expressions, masks: TokenMasks, at: Expr, vocabulary: Vocabulary, fuel = FUEL_TO_BEGIN) {
    this.#x = x;
    this.#masks = masks;
    this.#at = at;
    this.#vocabulary = vocabulary;
    this.#fuel = fuel;
  }

  fork(): ForkableConstraint {
    const other = new GrammarState(this.#x, this.#masks, this.#at, this.#vocabulary, this.#fuel);
    other.failure = this.failure;
    return other;
  }

  allowed(): Uint32Array {
    const made = this.#try(() => this.#masks.of(this.#at));
    if (!made) return this.#vocabulary.endMask;
    if (made.every((bits) => bits === 0)) {
      this.failure = grammarError('no token of the model goes on with what the grammar asks for');
      return this.#vocabulary.endMask;
    }
    return made;
  }

  accept(token: number): void {
    if (this.#vocabulary.endTokens.has(token)) return;
    const bytes = this.#vocabulary.bytesOf(token);
    const next = this.#try(() => (bytes ? this.#x.after(this.#at, bytes) : NEVER));
    this.#fuel += FUEL_PER_TOKEN;
    if (next === undefined) return;
    if (next === NEVER)
      this.failure ??= grammarError('a token that the grammar does not let through', { given: String(token) });
    else this.#at = next;
  }

  #try<T>(work: () => T): T | undefined {
    if (this.failure) return undefined;
    const given = Math.min(this.#fuel, FUEL_FOR_TOKEN);
    this.#x.fuel = given;
    try {
      return guarded(work);
    } catch (error) {
      if (!(error instanceof EspalierError)) throw error;
      this.failure = error;
      return undefined;
    } finally {
      this.#fuel -= given - this.#x.fuel;
    }
  }
}

/** A stack that overflows is the grammar's doing. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw grammarError('the grammar is nested too deeply');
    throw error;
  }
}

function expressionOf(x: Expressions, source: GrammarSource): Expr {
  const utf8 = { character: (points: Parameters<typeof utf8Character>[1]) => utf8Character(x, points) };
  switch (source.kind) {
    case 'schema':
      return schemaExpr(x, source.schema, source);
    case 'object':
      return new JsonShapes(x, source).object;
    case 'regex':
      return x.lexeme(patternExpr(x, source.pattern, { ...utf8, isSearched: false }));
    case 'choice':
      if (source.choices.length === 0) throw grammarError('there is nothing to choose from');
      return x.alt(...source.choices.map((c) => x.literal(c)));
    case 'gbnf':
      return gbnfExpr(x, source.text);
    case 'text':
      return x.literal(source.text);
    case 'special':
      return x.literal(specialBytes(source.token));
    case 'free': {
      const any = x.repeat(utf8Character(x, ANY), 0, UNBOUNDED);
      const holding = source.without.map((text) => x.concat(any, x.literal(text), any));
      return x.lexeme(x.and(any, x.not(x.alt(...holding))));
    }
    case 'sequence':
      return x.concat(...source.parts.map((part) => expressionOf(x, part)));
    case 'any':
      return x.alt(...source.options.map((option) => expressionOf(x, option)));
    case 'repeat':
      return x.repeat(expressionOf(x, source.of), source.min, source.max);
  }
}
