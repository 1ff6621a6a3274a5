import { ANY, anyJsonCharacter, type CodePoints, jsonCharacter, jsonText } from './characters.ts';
import { EMPTY, type Expr, type Expressions, NEVER, UNBOUNDED } from './expressions.ts';
import { formats } from './formats.ts';
import { grammarError } from './grammar-error.ts';
import { anyNumber, multiples, numberExpr } from './numbers.ts';
import { patternExpr } from './regex.ts';
import { type Alternative, Alternatives, kindOf, kindsOf, propertyOf, valuesOf } from './schema-alternatives.ts';
import { type JsonValue, type Kind, type Schema, SchemaReader } from './schema-source.ts';

/*
 * JSON, and what a schema leaves of it. Properties come in the order in which the schema names them, others behind them. What is written is a part of what
 * the schema lets through, and never anything else.
 */

export interface JsonOptions {
  /** Up to two blanks may stand wherever JSON allows them; else there are none, since models can write blanks for ever. */
  readonly allowsBlanks?: boolean;
}

const MAX_PATTERNS = 5;
const MEMBERS_TOGETHER = 32;

/** The shapes of JSON that schemas and free values share. */
export class JsonShapes {
  readonly x: Expressions;
  readonly string: Expr;
  readonly number: Expr;
  readonly #blank: Expr;
  readonly #comma: Expr;
  readonly #characters = new Map<CodePoints, Expr>();
  #value: Expr | undefined;
  #object: Expr | undefined;

  constructor(x: Expressions, { allowsBlanks = false }: JsonOptions = {}) {
    this.x = x;
    this.#blank = allowsBlanks ? x.repeat(x.alt(...[...' \n\t\r'].map((c) => x.literal(c))), 0, 2) : EMPTY;
    this.#comma = x.concat(this.#blank, x.literal(','), this.#blank);
    this.string = this.quoted(x.repeat(anyJsonCharacter(x), 0, UNBOUNDED));
    this.number = x.lexeme(anyNumber(x));
  }

  quoted(body: Expr): Expr {
    const { x } = this;
    return x.lexeme(x.concat(x.literal('"'), body, x.literal('"')));
  }

  /** One character of a set, in the shortest way. */
  readonly character = (points: CodePoints): Expr => {
    let made = this.#characters.get(points);
    if (made === undefined) {
      made = jsonCharacter(this.x, points);
      this.#characters.set(points, made);
    }
    return made;
  };

  /** Any value. */
  get value(): Expr {
    if (this.#value !== undefined) return this.#value;
    const { x } = this;
    const value = x.rule('a value');
    this.#value = value;
    const array = this.list([], value, 0, UNBOUNDED);
    x.define(
      value,
      x.alt(this.string, this.number, ...['true', 'false', 'null'].map((t) => x.literal(t)), array, this.object),
    );
    return value;
  }

  /** Any object. */
  get object(): Expr {
    if (this.#object !== undefined) return this.#object;
    const object = this.x.rule('an object');
    this.#object = object;
    this.x.define(object, this.members([], this.member(this.string, this.value), 0, UNBOUNDED));
    return object;
  }

  member(key: Expr, value: Expr): Expr {
    return this.x.concat(key, this.#blank, this.x.literal(':'), this.#blank, value);
  }

  /** `first`: members that come in this order, some of them perhaps not; `others`: whatever comes then, so many times. */
  members(
    first: readonly { readonly member: Expr; readonly isRequired: boolean }[],
    others: Expr,
    min: number,
    max: number,
  ): Expr {
    const { x } = this;
    const more = others === NEVER ? EMPTY : x.repeat(x.concat(this.#comma, others), 0, max);
    // What may come where something stands before it, and where nothing does.
    let [behind, alone] = [more, this.#others(others, min, max)];
    for (let i = first.length - 1; i >= 0; i--) {
      const { member, isRequired } = first[i];
      const taken = x.concat(member, behind);
      alone = isRequired ? taken : x.alt(taken, alone);
      behind = isRequired ? x.concat(this.#comma, taken) : x.alt(x.concat(this.#comma, taken), behind);
      // As rules, so that what may come is not one long list at every place.
      if (i % MEMBERS_TOGETHER === 0 && i > 0) {
        alone = this.#named(alone);
        behind = this.#named(behind);
      }
    }
    return x.concat(x.literal('{'), this.#blank, alone, this.#blank, x.literal('}'));
  }

  #named(body: Expr): Expr {
    if (body === NEVER) return NEVER;
    const rule = this.x.rule('the members of an object');
    this.x.define(rule, body);
    return rule;
  }

  #others(item: Expr, min: number, max: number): Expr {
    const { x } = this;
    if (max === 0) return min === 0 ? EMPTY : NEVER;
    const some = x.concat(
      item,
      x.repeat(x.concat(this.#comma, item), Math.max(0, min - 1), max === UNBOUNDED ? max : max - 1),
    );
    return min === 0 ? x.optional(some) : some;
  }

  /** A list whose first items are of their own. */
  list(first: readonly Expr[], others: Expr, min: number, max: number): Expr {
    const { x } = this;
    const own = max === UNBOUNDED ? first : first.slice(0, max);
    const left = max === UNBOUNDED ? max : max - own.length;
    let body =
      own.length === 0
        ? this.#others(others, min, max)
        : x.repeat(x.concat(this.#comma, others), Math.max(0, min - own.length), left);
    for (let i = own.length - 1; i >= 0; i--) {
      const taken = x.concat(i > 0 ? this.#comma : EMPTY, own[i], body);
      body = i >= min ? x.optional(taken) : taken;
    }
    return x.concat(x.literal('['), this.#blank, body, this.#blank, x.literal(']'));
  }
}

/** What fits a schema. Throws `models/grammar` for what it asks and does not get, with its path and its keyword. */
export function schemaExpr(x: Expressions, schema: JsonValue, options: JsonOptions = {}): Expr {
  return new SchemaCompiler(x, schema, new JsonShapes(x, options)).root();
}

class SchemaCompiler {
  readonly #x: Expressions;
  readonly #reader: SchemaReader;
  readonly #alternatives: Alternatives;
  readonly #json: JsonShapes;
  readonly #rules = new Map<string, Expr>();
  readonly #patterns = new Map<string, Expr>();
  readonly #pending: (() => void)[] = [];

  constructor(x: Expressions, schema: JsonValue, json: JsonShapes) {
    this.#x = x;
    this.#json = json;
    this.#reader = new SchemaReader(schema);
    this.#alternatives = new Alternatives(this.#reader, this.#fitsPattern);
  }

  root(): Expr {
    const schema = this.#reader.root();
    const root = this.#all([schema], '');
    // One after the other, however deep they lie in each other.
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) next();
    return root;
  }

  /** What fits all of some schemas. */
  #all(schemas: readonly Schema[], path: string): Expr {
    const followed = this.#alternatives.followed(schemas);
    if (followed.some((s) => !s.fits)) return NEVER;
    const saying = followed.filter((s) => Object.keys(s).length > 3);
    if (saying.length === 0) return this.#json.value;
    const key = saying.map((s) => s.id).join();
    const known = this.#rules.get(key);
    if (known !== undefined) return known;
    const rule = this.#x.rule(saying[0].path === '' ? 'the schema' : `the schema at ${saying[0].path}`);
    this.#rules.set(key, rule);
    this.#pending.push(() => {
      const options = this.#alternatives.of(saying).map((a) => this.#alternative(a));
      const body = this.#x.alt(...options);
      if (body === NEVER) throw grammarError('no value fits the schema', { path: saying[0].path || path });
      this.#x.define(rule, body);
    });
    return rule;
  }

  #alternative(a: Alternative): Expr {
    const values = valuesOf(a);
    const { written } = kindsOf(a);
    const isOnlyValues = a.every((s) => Object.keys(s).every((k) => plainKeys.has(k)));
    if (values) {
      const literals = values.filter((v) => written.has(kindOf(v))).map((v) => JSON.stringify(v));
      const fitting = isOnlyValues ? literals : literals.filter((text) => this.#fits(text, a, written));
      return this.#x.alt(...fitting.map((text) => this.#x.literal(text)));
    }
    return this.#x.alt(...[...written].map((kind) => this.#ofKind(kind, a, written)));
  }

  /** Whether a value that is listed fits what else is said. */
  #fits(text: string, a: Alternative, written: ReadonlySet<Kind>): boolean {
    const x = this.#x;
    const value = JSON.parse(text) as JsonValue;
    if (typeof value === 'object' && value !== null)
      throw grammarError('values that are lists or objects beside other keywords are not supported', {
        path: a[0].path,
        keyword: 'enum',
      });
    const kinds = [...written].filter((kind) => kind !== 'array' && kind !== 'object');
    return kinds.some((kind) => x.matches(this.#ofKind(kind, a, written), text));
  }

  #ofKind(kind: Kind, a: Alternative, written: ReadonlySet<Kind>): Expr {
    const x = this.#x;
    switch (kind) {
      case 'null':
        return x.literal('null');
      case 'boolean':
        return x.alt(x.literal('true'), x.literal('false'));
      case 'integer':
        return written.has('fraction') ? NEVER : this.#number(a, true);
      case 'fraction':
        return this.#number(a, false);
      case 'string':
        return this.#string(a);
      case 'array':
        return this.#array(a);
      case 'object':
        return this.#object(a);
    }
  }

  #number(a: Alternative, isInteger: boolean): Expr {
    const bound = (f: (s: Schema) => number | undefined, best: (...x: number[]) => number): number | undefined => {
      const all = a.flatMap((s) => f(s) ?? []);
      return all.length > 0 ? best(...all) : undefined;
    };
    const [min, aboveMin] = [bound((s) => s.minimum, Math.max), bound((s) => s.exclusiveMinimum, Math.max)];
    const [max, belowMax] = [bound((s) => s.maximum, Math.min), bound((s) => s.exclusiveMaximum, Math.min)];
    const isMinExclusive = aboveMin !== undefined && (min === undefined || aboveMin >= min);
    const isMaxExclusive = belowMax !== undefined && (max === undefined || belowMax <= max);
    const multipleOf = [...new Set(a.flatMap((s) => s.multipleOf ?? []))];
    for (const n of multipleOf)
      if (!multiples(n))
        throw grammarError('multipleOf has too many digits', { path: a[0].path, keyword: 'multipleOf', given: `${n}` });
    return this.#x.lexeme(
      numberExpr(this.#x, {
        isInteger,
        min: isMinExclusive ? aboveMin : min,
        max: isMaxExclusive ? belowMax : max,
        isMinExclusive,
        isMaxExclusive,
        multipleOf,
      }),
    );
  }

  #string(a: Alternative): Expr {
    const body = this.#stringBody(a);
    return body === undefined ? this.#json.string : this.#json.quoted(body);
  }

  /** What stands between the quotes; undefined: anything. */
  #stringBody(a: Alternative): Expr | undefined {
    const x = this.#x;
    const min = Math.max(0, ...a.map((s) => s.minLength ?? 0));
    const max = Math.min(...a.map((s) => s.maxLength ?? Number.POSITIVE_INFINITY));
    if (max < min) return NEVER;
    const most = Number.isFinite(max) ? max : UNBOUNDED;
    const { character } = this.#json;
    const patterns = a.flatMap((s) => [
      ...(s.pattern === undefined ? [] : [patternExpr(x, s.pattern, { character, isSearched: true, path: s.path })]),
      ...(s.format === undefined ? [] : [this.#format(s.format, s.path)]),
    ]);
    const hasLength = min > 0 || most !== UNBOUNDED;
    if (patterns.length === 0) return hasLength ? x.repeat(anyJsonCharacter(x), min, most) : undefined;
    return x.and(...patterns, ...(hasLength ? [x.repeat(character(ANY), min, most)] : []));
  }

  #format(name: string, path: string): Expr {
    if (!Object.hasOwn(formats, name))
      throw grammarError(`the format ${name} is not supported`, {
        path,
        keyword: 'format',
        expected: Object.keys(formats).join(', '),
      });
    return patternExpr(this.#x, formats[name], { character: this.#json.character, isSearched: false });
  }

  #array(a: Alternative): Expr {
    const min = Math.max(0, ...a.map((s) => s.minItems ?? 0));
    const max = Math.min(...a.map((s) => s.maxItems ?? Number.POSITIVE_INFINITY));
    if (max < min) return NEVER;
    const numFirst = Math.max(0, ...a.map((s) => s.prefixItems?.length ?? 0));
    const itemAt = (i: number): Expr =>
      this.#all(
        a.flatMap((s) => s.prefixItems?.[i] ?? s.items ?? []),
        a[0].path,
      );
    const first = Array.from({ length: numFirst }, (_, i) => itemAt(i));
    // Behind an item that nothing fits there is none.
    const end = first.indexOf(NEVER);
    const others = end >= 0 ? NEVER : itemAt(numFirst);
    const most = Math.min(max, end >= 0 ? end : others === NEVER ? numFirst : Number.POSITIVE_INFINITY);
    if (most < min) return NEVER;
    return this.#json.list(
      first.slice(0, end >= 0 ? end : undefined),
      others,
      min,
      Number.isFinite(most) ? most : UNBOUNDED,
    );
  }

  #object(a: Alternative): Expr {
    const x = this.#x;
    const required = new Set(a.flatMap((s) => s.required ?? []));
    const names = [...new Set([...a.flatMap((s) => [...(s.properties?.keys() ?? [])]), ...required])];
    const nameRules = a.flatMap((s) => (s.propertyNames ? [s.propertyNames] : []));
    const allowedName = nameRules.length === 0 ? undefined : this.#keyExpr(nameRules);
    const patterns = new Map(
      a.flatMap((s) => [...(s.patternProperties ?? [])].map(([p]) => [p, this.#keyPattern(p, s.path)])),
    );
    const first: { member: Expr; isRequired: boolean }[] = [];
    for (const name of names) {
      const isRequired = required.has(name);
      const value = this.#all(propertyOf(a, name, this.#fitsPattern), a[0].path);
      const key = x.literal(JSON.stringify(name));
      const isFine = allowedName === undefined || x.matches(allowedName, JSON.stringify(name).slice(1, -1));
      if (value !== NEVER && isFine) first.push({ member: this.#json.member(key, value), isRequired });
      else if (isRequired) return NEVER;
    }
    const others = this.#otherMembers(a, names, patterns, allowedName);
    const [min, max] = this.#numProperties(a, first.length, required.size, others !== NEVER);
    if (max === undefined) return NEVER;
    return this.#json.members(first, others, min, max);
  }

  /** How many of the members that the schema does not name there are. */
  #numProperties(
    a: Alternative,
    numNamed: number,
    numRequired: number,
    hasOthers: boolean,
  ): readonly [min: number, max: number | undefined] {
    const min = Math.max(0, ...a.map((s) => s.minProperties ?? 0));
    const max = Math.min(...a.map((s) => s.maxProperties ?? Number.POSITIVE_INFINITY));
    const refuse = (keyword: string, expected: string): never => {
      const path = a.find((s) => s[keyword as keyof Schema] !== undefined)?.path ?? '';
      throw grammarError(`${keyword} is not supported here`, { path, keyword, expected });
    };
    if (max < numRequired || max < min) return [0, undefined];
    if (min > Math.max(1, numRequired)) refuse('minProperties', 'at most 1, or the number of required properties');
    const most = hasOthers ? UNBOUNDED : 0;
    const least = min > numRequired ? 1 : 0;
    if (!Number.isFinite(max) || (!hasOthers && numNamed <= max)) return [least, most];
    if (numNamed !== numRequired) refuse('maxProperties', 'no optional properties beside it');
    return [least, max - numNamed];
  }

  #keyPattern(pattern: string, path: string): Expr {
    let made = this.#patterns.get(pattern);
    if (made === undefined) {
      made = patternExpr(this.#x, pattern, { character: this.#json.character, isSearched: true, path });
      this.#patterns.set(pattern, made);
    }
    return made;
  }

  // Not JavaScript's own expressions: some take for ever.
  readonly #fitsPattern = (pattern: string, name: string, path: string): boolean =>
    this.#x.matches(this.#keyPattern(pattern, path), JSON.stringify(name).slice(1, -1));

  /** What names of properties may be. */
  #keyExpr(rules: readonly Schema[]): Expr {
    const x = this.#x;
    const options = this.#alternatives.of(this.#alternatives.followed(rules)).map((a) => {
      const { allowed } = kindsOf(a);
      if (!allowed.has('string')) return NEVER;
      const values = valuesOf(a)?.flatMap((v) => (typeof v === 'string' ? [jsonText(x, v)] : []));
      const free = x.repeat(this.#json.character(ANY), 0, UNBOUNDED);
      const body = this.#stringBody(a);
      const whole = body === undefined ? free : x.and(body, free);
      return values ? x.and(x.alt(...values), whole) : whole;
    });
    return x.alt(...options);
  }

  /** Members whose names the schema does not list, by which of the patterns their names fit. */
  #otherMembers(
    a: Alternative,
    names: readonly string[],
    patterns: ReadonlyMap<string, Expr>,
    allowedName: Expr | undefined,
  ): Expr {
    const x = this.#x;
    const all = [...patterns.keys()];
    if (all.length > MAX_PATTERNS)
      throw grammarError('patternProperties has too many patterns', {
        path: a[0].path,
        keyword: 'patternProperties',
        expected: `at most ${MAX_PATTERNS}`,
      });
    const isFree = all.length === 0 && names.length === 0 && allowedName === undefined;
    const options: Expr[] = [];
    for (let bits = 0; bits < 1 << all.length; bits++) {
      const fits = (pattern: string): boolean => (bits & (1 << all.indexOf(pattern))) !== 0;
      const schemas = a.flatMap((s) => {
        const own = [...(s.patternProperties ?? [])].filter(([p]) => fits(p)).map(([, v]) => v);
        return own.length > 0 || !s.additionalProperties ? own : [s.additionalProperties];
      });
      if (this.#alternatives.followed(schemas).some((s) => !s.fits)) continue;
      const key = isFree
        ? this.#json.string
        : this.#json.quoted(
            x.and(
              x.repeat(this.#json.character(ANY), 0, UNBOUNDED),
              ...all.map((p) => (fits(p) ? patterns.get(p)! : x.not(patterns.get(p)!))),
              ...(names.length > 0 ? [x.not(x.alt(...names.map((n) => jsonText(x, n))))] : []),
              ...(allowedName === undefined ? [] : [allowedName]),
            ),
          );
      if (key !== NEVER) options.push(this.#json.member(key, this.#all(schemas, a[0].path)));
    }
    return x.alt(...options);
  }
}

/** Keywords beside which values stand as they are listed. */
const plainKeys = new Set(['id', 'path', 'fits', 'kinds', 'values', 'ref', 'allOf', 'anyOf', 'oneOf']);
