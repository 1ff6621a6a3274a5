import { grammarError } from './grammar-error.ts';

/*
 * What a JSON schema says, read once: every keyword has its type, references lead somewhere, and what is not followed is refused with its place and its
 * name. Drafts 2019-09 and 2020-12, with `definitions` and lists of `items` as older ones have them.
 */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';
/** Without `number`, which is integers and others. */
export type Kind = 'null' | 'boolean' | 'integer' | 'fraction' | 'string' | 'array' | 'object';
export const allKinds: readonly Kind[] = ['null', 'boolean', 'integer', 'fraction', 'string', 'array', 'object'];

/** A schema that was read; `undefined` fields say nothing. */
export interface Schema {
  readonly id: number;
  readonly path: string;
  /** False: nothing fits. */
  readonly fits: boolean;
  readonly kinds?: ReadonlySet<Kind>;
  readonly values?: readonly JsonValue[];
  readonly ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: ReadonlyMap<string, Schema>;
  readonly patternProperties?: ReadonlyMap<string, Schema>;
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly prefixItems?: readonly Schema[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

const annotations = new Set([
  ...['$schema', '$id', '$comment', '$defs', 'definitions', '$anchor', 'title', 'description', 'default', 'example'],
  ...['examples', 'deprecated', 'readOnly', 'writeOnly', 'contentMediaType', 'contentEncoding'],
]);
const MAX_SCHEMAS = 10_000;
const MAX_DEPTH = 128;

const isObject = (x: JsonValue | undefined): x is { readonly [key: string]: JsonValue } =>
  typeof x === 'object' && x !== null && !Array.isArray(x);

const kindsOfType: Readonly<Record<TypeName, readonly Kind[]>> = {
  null: ['null'],
  boolean: ['boolean'],
  integer: ['integer'],
  number: ['integer', 'fraction'],
  string: ['string'],
  array: ['array'],
  object: ['object'],
};

/** Reads schemas of one document. */
export class SchemaReader {
  readonly #root: JsonValue;
  readonly #read = new Map<object, Schema>();
  readonly #booleans = new Map<string, Schema>();
  #numRead = 0;

  constructor(root: JsonValue) {
    this.#root = root;
  }

  root(): Schema {
    return this.read(this.#root, '');
  }

  /** The schema that a reference names. Throws `models/grammar`. */
  resolve(ref: string, path: string): Schema {
    const fail = (why: string): never => {
      throw grammarError(`$ref ${why}`, { path, keyword: '$ref', given: ref });
    };
    if (!ref.startsWith('#')) fail('leads to another document');
    if (ref !== '#' && !ref.startsWith('#/')) fail('names no place in the schema');
    let pointer: string;
    try {
      pointer = decodeURIComponent(ref.slice(1));
    } catch {
      return fail('is no reference');
    }
    let at: JsonValue | undefined = this.#root;
    for (const part of pointer === '' ? [] : pointer.slice(1).split('/')) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      at =
        Array.isArray(at) && /^\d{1,6}$/.test(key)
          ? (at as readonly JsonValue[])[Number(key)]
          : isObject(at) && Object.hasOwn(at, key)
            ? at[key]
            : undefined;
      if (at === undefined) fail('leads nowhere');
    }
    return this.read(at!, pointer);
  }

  read(json: JsonValue, path: string): Schema {
    const isKnown = typeof json === 'object' && json !== null;
    const known = isKnown ? this.#read.get(json) : this.#booleans.get(`${json}`);
    if (known) return known;
    if (path.split('/').length > MAX_DEPTH)
      throw grammarError('the schema is nested too deeply', { path: path.slice(0, 80) });
    const id = this.#numRead++;
    if (this.#numRead > MAX_SCHEMAS)
      throw grammarError('the schema is too large', { expected: `${MAX_SCHEMAS} schemas` });
    if (typeof json === 'boolean') {
      const schema = { id, path, fits: json };
      this.#booleans.set(`${json}`, schema);
      return schema;
    }
    if (!isObject(json))
      throw grammarError('a schema is an object or a boolean', { path, given: JSON.stringify(json) });
    const schema = this.#schema(json, id, path);
    this.#read.set(json, schema);
    return schema;
  }

  #schema(json: { readonly [key: string]: JsonValue }, id: number, path: string): Schema {
    const out: Record<string, unknown> = { id, path, fits: true };
    for (const [keyword, value] of Object.entries(json)) {
      if (annotations.has(keyword) || keyword.startsWith('x-')) continue;
      const read = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
      if (!read) throw grammarError(`${keyword} is not supported`, { path, keyword });
      Object.assign(out, read(new Place(this, path, keyword), value, json));
    }
    return out as unknown as Schema;
  }
}

/** Where a keyword stands. */
class Place {
  readonly #reader: SchemaReader;
  readonly #path: string;
  readonly keyword: string;

  constructor(reader: SchemaReader, path: string, keyword: string) {
    this.#reader = reader;
    this.#path = path;
    this.keyword = keyword;
  }

  fail(expected: string, given: JsonValue): never {
    const what = { path: this.#path, keyword: this.keyword, expected, given: JSON.stringify(given) };
    throw grammarError(`${this.keyword} is not what it can be`, what);
  }

  schema(value: JsonValue, ...keys: readonly (string | number)[]): Schema {
    const escaped = keys.map((k) => String(k).replaceAll('~', '~0').replaceAll('/', '~1'));
    return this.#reader.read(value, [this.#path, this.keyword, ...escaped].join('/'));
  }

  list(value: JsonValue): readonly Schema[] {
    if (!Array.isArray(value) || value.length === 0) return this.fail('a list of schemas', value);
    return (value as readonly JsonValue[]).map((v, i) => this.schema(v, i));
  }

  map(value: JsonValue): ReadonlyMap<string, Schema> {
    if (!isObject(value)) return this.fail('an object of schemas', value);
    return new Map(Object.entries(value).map(([key, v]) => [key, this.schema(v, key)]));
  }

  count(value: JsonValue): number {
    if (!Number.isSafeInteger(value) || (value as number) < 0) return this.fail('an integer ≥ 0', value);
    return value as number;
  }

  number(value: JsonValue): number {
    if (typeof value !== 'number' || !Number.isFinite(value)) return this.fail('a number', value);
    return value;
  }

  text(value: JsonValue): string {
    return typeof value === 'string' ? value : this.fail('a string', value);
  }

  texts(value: JsonValue): readonly string[] {
    if (!Array.isArray(value) || !value.every((v) => typeof v === 'string'))
      return this.fail('a list of strings', value);
    return value as readonly string[];
  }
}

type Read = (
  at: Place,
  value: JsonValue,
  all: { readonly [key: string]: JsonValue },
) => Readonly<Record<string, unknown>>;
const each = <T>(names: readonly string[], read: (at: Place, value: JsonValue) => T): Readonly<Record<string, Read>> =>
  Object.fromEntries(names.map((name) => [name, (at: Place, value: JsonValue) => ({ [name]: read(at, value) })]));

const keywords: Readonly<Record<string, Read>> = {
  type: (at, value) => {
    const names = (Array.isArray(value) ? value : [value]) as readonly JsonValue[];
    const kinds = names.map((n) =>
      typeof n === 'string' && Object.hasOwn(kindsOfType, n) ? kindsOfType[n as TypeName] : undefined,
    );
    if (kinds.length === 0 || kinds.includes(undefined)) at.fail(Object.keys(kindsOfType).join(', '), value);
    return { kinds: new Set(kinds.flatMap((k) => k!)) };
  },
  enum: (at, value, all) => {
    if (!Array.isArray(value) || value.length === 0) at.fail('a list of values', value);
    const values = value as readonly JsonValue[];
    if (all.const === undefined) return { values };
    const text = JSON.stringify(all.const);
    return { values: values.filter((v) => JSON.stringify(v) === text) };
  },
  const: (_, value, all) => (all.enum === undefined ? { values: [value] } : {}),
  $ref: (at, value) => ({ ref: at.text(value) }),
  ...each(['allOf', 'anyOf', 'oneOf'], (at, value) => at.list(value)),
  ...each(['properties', 'patternProperties'], (at, value) => at.map(value)),
  ...each(['additionalProperties', 'propertyNames'], (at, value) => at.schema(value)),
  ...each(['required'], (at, value) => at.texts(value)),
  ...each(['minProperties', 'maxProperties', 'minItems', 'maxItems', 'minLength', 'maxLength'], (at, value) =>
    at.count(value),
  ),
  ...each(['prefixItems'], (at, value) => at.list(value)),
  items: (at, value) => (Array.isArray(value) ? { prefixItems: at.list(value) } : { items: at.schema(value) }),
  additionalItems: (at, value, all) => (Array.isArray(all.items) ? { items: at.schema(value) } : {}),
  ...each(['pattern', 'format'], (at, value) => at.text(value)),
  ...each(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'], (at, value) => at.number(value)),
  multipleOf: (at, value) => {
    const n = at.number(value);
    return n > 0 ? { multipleOf: n } : at.fail('a number > 0', value);
  },
  uniqueItems: (at, value) => (value === false ? {} : at.fail('false: that items differ is not enforced', value)),
  nullable: (at, value) => (value === false ? {} : at.fail('a type with null', value)),
};
