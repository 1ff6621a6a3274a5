import { UserError } from '../../base/index.ts';
import { Grammar, type GrammarSource, type JsonValue, Vocabulary } from '../../models/index.ts';
import type { ServedModel } from '../pool/index.ts';
import { checkDepth } from './body.ts';
import { wrongField } from './errors.ts';
import type { WritingBody } from './schemas.ts';

/* Which texts a request lets the model write: as OpenAI's, vLLM's and llama.cpp's fields say it. */

/** Grammars that are kept, since many requests have the same. */
const MAX_KEPT = 32;
/** Grammars that have grown larger are made anew. */
const MAX_EXPRESSIONS = 100_000;

/** Grammars of one model. */
class ModelGrammars {
  readonly vocabulary: Vocabulary;
  readonly #kept = new Map<string, Grammar>();

  constructor({ tokenizer, engine, endTokens }: ServedModel) {
    this.vocabulary = new Vocabulary(tokenizer, engine.vocabSize, endTokens);
  }

  of(source: GrammarSource): Grammar {
    const key = JSON.stringify(source);
    let grammar = this.#kept.get(key);
    if (grammar && grammar.size > MAX_EXPRESSIONS) grammar = undefined;
    grammar ??= new Grammar(source, this.vocabulary);
    // The latest is the last.
    this.#kept.delete(key);
    this.#kept.set(key, grammar);
    if (this.#kept.size > MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return grammar;
  }
}

const byModel = new WeakMap<ServedModel, ModelGrammars>();

/** The grammars of a model; the first time takes a while, since its vocabulary is put in order. */
export function grammarsOf(model: ServedModel): { of(source: GrammarSource): Grammar } {
  let own = byModel.get(model);
  if (!own) {
    own = new ModelGrammars(model);
    byModel.set(model, own);
  }
  return own;
}

/** Asks for the grammar of a field. Throws `models/grammar`, with the field as its parameter. */
export function madeGrammar(model: ServedModel, source: GrammarSource, param: string): Grammar {
  try {
    return grammarsOf(model).of(source);
  } catch (error) {
    if (error instanceof UserError) error.fields = { ...error.fields, param };
    throw error;
  }
}

type Structure = Pick<WritingBody, 'response_format' | 'structured_outputs' | 'grammar' | 'json_schema'>;

/** What a request lets through, and the field that says so; undefined: everything. Throws `serve/request`. */
export function sourceOf(body: Structure): Asked | undefined {
  const [first, second] = sourcesOf(body);
  if (second) throw wrongField(second.param, `${second.param} has no meaning beside ${first.param}`);
  return first;
}

/** The grammar of what a request lets through. Throws `models/grammar` and `serve/request`. */
export function grammarOf(body: Structure, model: ServedModel): Grammar | undefined {
  const asked = sourceOf(body);
  return asked && madeGrammar(model, asked.source, asked.param);
}

interface Asked {
  readonly param: string;
  readonly source: GrammarSource;
}

const asks = (param: string, value: unknown, source: () => GrammarSource): readonly Asked[] =>
  value === undefined || value === false || value === '' ? [] : [{ param, source: source() }];

function sourcesOf(body: Structure): readonly Asked[] {
  const { response_format: format, structured_outputs: structured, grammar, json_schema: schema } = body;
  return [
    ...(format ? formatOf(format) : []),
    ...(structured ? structuredOf(structured) : []),
    ...asks('grammar', grammar, () => ({ kind: 'gbnf', text: grammar! })),
    ...asks('json_schema', schema, () => ({ kind: 'schema', schema: schema as JsonValue })),
  ];
}

function formatOf(format: NonNullable<Structure['response_format']>): readonly Asked[] {
  const param = 'response_format';
  const schema = (value: unknown): readonly Asked[] =>
    asks(param, true, () => ({ kind: 'schema', schema: (value ?? {}) as JsonValue }));
  if (format.type === 'text') return [];
  if (format.type === 'json_object')
    return format.schema === undefined ? asks(param, true, () => ({ kind: 'object' })) : schema(format.schema);
  if (format.type !== 'json_schema')
    throw wrongField(param, 'response_format has a type that there is not', {
      expected: 'text, json_object or json_schema',
      given: format.type.slice(0, 40),
    });
  if (!format.json_schema) throw wrongField(`${param}.json_schema`, 'response_format has no json_schema');
  return schema(format.json_schema.schema);
}

function structuredOf(s: NonNullable<Structure['structured_outputs']>): readonly Asked[] {
  const blanks = s.disable_any_whitespace === false ? { allowsBlanks: true } : {};
  const at = (name: string): string => `structured_outputs.${name}`;
  if (s.structural_tag !== undefined) throw wrongField(at('structural_tag'), 'structural_tag is not served here');
  const found = [
    ...asks(at('json'), s.json, () => ({ kind: 'schema', schema: schemaIn(s.json), ...blanks })),
    ...asks(at('json_object'), s.json_object, () => ({ kind: 'object', ...blanks })),
    ...asks(at('regex'), s.regex, () => ({ kind: 'regex', pattern: s.regex! })),
    ...asks(at('choice'), s.choice, () => ({ kind: 'choice', choices: s.choice! })),
    ...asks(at('grammar'), s.grammar, () => ({ kind: 'gbnf', text: s.grammar! })),
  ];
  if (found.length === 0)
    throw wrongField('structured_outputs', 'structured_outputs asks for nothing', {
      expected: 'one of json, json_object, regex, choice, grammar',
    });
  return found;
}

/** vLLM takes schemas as text, too. */
function schemaIn(json: unknown): JsonValue {
  if (typeof json !== 'string') return json as JsonValue;
  let schema: JsonValue;
  try {
    schema = JSON.parse(json) as JsonValue;
  } catch {
    throw wrongField('structured_outputs.json', 'the schema is no JSON');
  }
  // Within a text nobody has looked at it yet.
  checkDepth(json);
  return schema;
}
