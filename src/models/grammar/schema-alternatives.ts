import { grammarError } from './grammar-error.ts';
import { allKinds, type JsonValue, type Kind, type Schema, type SchemaReader } from './schema-source.ts';

/*
 * Schemas that hold together, as alternatives: each a list of schemas that all hold, of which no combinator is left. `allOf` joins, `anyOf` and `oneOf`
 * multiply, references are followed.
 */

const MAX_ALTERNATIVES = 512;

/** Schemas that all hold, whose combinators count no more. */
export type Alternative = readonly Schema[];

const hasOnlyRef = (s: Schema): boolean => s.ref !== undefined && Object.keys(s).length === 4;

/** Whether a name of a property fits a pattern. */
export type FitsPattern = (pattern: string, name: string, path: string) => boolean;

export class Alternatives {
  readonly #reader: SchemaReader;
  readonly #fits: FitsPattern;

  constructor(reader: SchemaReader, fits: FitsPattern) {
    this.#reader = reader;
    this.#fits = fits;
  }

  /** The same schemas, without those that only lead elsewhere. */
  followed(schemas: readonly Schema[]): readonly Schema[] {
    const out = new Map<number, Schema>();
    for (const schema of schemas) {
      let at = schema;
      for (let n = 0; hasOnlyRef(at); n++) {
        if (n > 100) throw grammarError('$ref leads to itself', { path: schema.path, keyword: '$ref' });
        at = this.#reader.resolve(at.ref!, at.path);
      }
      out.set(at.id, at);
    }
    return [...out.values()].sort((a, b) => a.id - b.id);
  }

  of(schemas: readonly Schema[], open: ReadonlySet<number> = new Set()): readonly Alternative[] {
    return schemas.reduce<readonly Alternative[]>((before, s) => product(before, this.#ofOne(s, open), s), [[]]);
  }

  #ofOne(s: Schema, open: ReadonlySet<number>): readonly Alternative[] {
    if (!s.fits) return [];
    if (open.has(s.id)) throw grammarError('a schema is a part of itself', { path: s.path, keyword: '$ref' });
    const inside = new Set([...open, s.id]);
    let out: readonly Alternative[] = [[s]];
    if (s.ref !== undefined) out = product(out, this.of([this.#reader.resolve(s.ref, s.path)], inside), s);
    if (s.allOf) out = product(out, this.of(s.allOf, inside), s);
    if (s.anyOf)
      out = product(
        out,
        s.anyOf.flatMap((o) => this.of([o], inside)),
        s,
      );
    if (s.oneOf) {
      const options = s.oneOf.map((o) => this.of([o], inside));
      this.#checkDisjoint(options, out[0], s);
      out = product(out, options.flat(), s);
    }
    return out;
  }

  /** Of one-of nothing may fit two: said where it is evident from types, values, ranges, or properties that only one has. */
  #checkDisjoint(options: readonly (readonly Alternative[])[], common: Alternative, s: Schema): void {
    for (const [i, one] of options.entries())
      for (const other of options.slice(i + 1))
        for (const a of one)
          for (const b of other)
            if (!this.#areDisjoint([...common, ...a], [...common, ...b], 0))
              throw grammarError('oneOf has schemas that may fit the same value', {
                path: s.path,
                keyword: 'oneOf',
                expected: 'different types, values, or a required property that tells them apart (or anyOf)',
              });
  }

  #areDisjoint(a: Alternative, b: Alternative, depth: number): boolean {
    const [valuesA, valuesB] = [valuesOf(a), valuesOf(b)];
    if (valuesA && valuesB) {
      const texts = new Set(valuesA.map((v) => JSON.stringify(v)));
      return !valuesB.some((v) => texts.has(JSON.stringify(v)));
    }
    const [kindsA, kindsB] = [kindsOf(a), kindsOf(b)];
    const ofBoth = new Set(
      [...kindsA.written, ...kindsB.written].filter((k) => kindsA.allowed.has(k) && kindsB.allowed.has(k)),
    );
    return [...ofBoth].every((kind) => this.#areDisjointIn(kind, a, b, depth));
  }

  #areDisjointIn(kind: Kind, a: Alternative, b: Alternative, depth: number): boolean {
    const most = (x: Alternative, f: (s: Schema) => number | undefined): number =>
      Math.min(...x.map((s) => f(s) ?? Number.POSITIVE_INFINITY));
    const least = (x: Alternative, f: (s: Schema) => number | undefined): number =>
      Math.max(...x.map((s) => f(s) ?? Number.NEGATIVE_INFINITY));
    const apart = (max: (s: Schema) => number | undefined, min: (s: Schema) => number | undefined): boolean =>
      most(a, max) < least(b, min) || most(b, max) < least(a, min);
    if (kind === 'string')
      return apart(
        (s) => s.maxLength,
        (s) => s.minLength,
      );
    if (kind === 'array')
      return apart(
        (s) => s.maxItems,
        (s) => s.minItems,
      );
    if (kind === 'integer' || kind === 'fraction') {
      const [above, below] = [
        (s: Schema) => s.minimum ?? s.exclusiveMinimum,
        (s: Schema) => s.maximum ?? s.exclusiveMaximum,
      ];
      const touches = (x: Alternative, y: Alternative): boolean =>
        most(x, below) === least(y, above) &&
        (most(x, (s) => s.exclusiveMaximum) === most(x, below) ||
          least(y, (s) => s.exclusiveMinimum) === least(y, above));
      return apart(below, above) || touches(a, b) || touches(b, a);
    }
    if (kind !== 'object' || depth > 8) return false;
    const required = (x: Alternative): readonly string[] => x.flatMap((s) => s.required ?? []);
    return [...new Set([...required(a), ...required(b)])].some((name) => {
      const [inA, inB] = [propertyOf(a, name, this.#fits), propertyOf(b, name, this.#fits)];
      if (inA.some((s) => !s.fits) || inB.some((s) => !s.fits)) return true;
      if (!required(a).includes(name) || !required(b).includes(name)) return false;
      return this.of(inA).every((x) => this.of(inB).every((y) => this.#areDisjoint(x, y, depth + 1)));
    });
  }
}

function product(a: readonly Alternative[], b: readonly Alternative[], at: Schema): readonly Alternative[] {
  if (a.length * b.length > MAX_ALTERNATIVES)
    throw grammarError('a schema has too many alternatives', { path: at.path, expected: `${MAX_ALTERNATIVES}` });
  return a.flatMap((x) => b.map((y) => [...x, ...y]));
}

/** Values that enumerations leave. */
export function valuesOf(a: Alternative): readonly JsonValue[] | undefined {
  let out: readonly JsonValue[] | undefined;
  for (const { values } of a) {
    if (!values) continue;
    const texts = new Set(values.map((v) => JSON.stringify(v)));
    out = (out ?? values).filter((v) => texts.has(JSON.stringify(v)));
  }
  return out;
}

/** The schemas of the values under a name. */
export function propertyOf(a: Alternative, name: string, fits: FitsPattern): readonly Schema[] {
  return a.flatMap((s) => {
    const own = s.properties?.get(name);
    const byPattern = [...(s.patternProperties ?? [])].filter(([p]) => fits(p, name, s.path)).map(([, v]) => v);
    const all = [...(own ? [own] : []), ...byPattern];
    return all.length > 0 || !s.additionalProperties ? all : [s.additionalProperties];
  });
}

const aboutObjects = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
  'required',
  'minProperties',
  'maxProperties',
] as const;
const aboutArrays = ['prefixItems', 'items', 'minItems', 'maxItems'] as const;
const aboutStrings = ['minLength', 'maxLength', 'pattern', 'format'] as const;
const aboutNumbers = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const;
const families: readonly (readonly [readonly Kind[], readonly (keyof Schema)[]])[] = [
  [['object'], aboutObjects],
  [['array'], aboutArrays],
  [['string'], aboutStrings],
  [['integer', 'fraction'], aboutNumbers],
];

/**
 * Kinds of values: those that the schemas allow, and those of them that are written. Without a type, a schema that speaks of objects means objects, though
 * anything else would fit it, too.
 */
export function kindsOf(a: Alternative): { readonly allowed: ReadonlySet<Kind>; readonly written: ReadonlySet<Kind> } {
  let allowed = new Set(allKinds);
  for (const { kinds } of a) if (kinds) allowed = new Set([...allowed].filter((k) => kinds.has(k)));
  const values = valuesOf(a);
  if (values) {
    const own = new Set(values.map(kindOf));
    allowed = new Set([...allowed].filter((k) => own.has(k)));
  }
  if (values || a.some((s) => s.kinds)) return { allowed, written: allowed };
  const spokenOf = families.filter(([, names]) => a.some((s) => names.some((n) => s[n] !== undefined)));
  const written = spokenOf.length === 0 ? allowed : new Set(spokenOf.flatMap(([kinds]) => kinds));
  return { allowed, written };
}

export function kindOf(value: JsonValue): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  return typeof value as 'boolean' | 'string' | 'object';
}
