import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { Grammar, type JsonValue } from '../../src/models/index.ts';
import { compiled, drawn } from './grammar-draws.ts';

/* Schemas, and whether what is written under them fits: said by ajv. */

const formats = ['date', 'time', 'date-time', 'duration', 'email', 'hostname', 'uuid', 'ipv4', 'ipv6', 'uri'];
const patterns = ['^[a-c]{2,4}$', 'x', '^(foo|ba[rz])+$', '\\d{3}', '^é?\\w*$', '^\\S+ \\S+$', '[^"\\\\]$', '^.{1,3}$'];
const names = ['a', 'b', 'cd', 'x1', 'é"', 'long name'];

/** Random schemas that a person might write. */
export const anySchema: fc.Arbitrary<JsonValue> = fc.letrec<{ schema: JsonValue; value: JsonValue }>((tie) => {
  const count = fc.integer({ min: 0, max: 4 });
  const optional = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
    fc.record(fields, { requiredKeys: [] });
  const bounds = (low: string, high: string): fc.Arbitrary<Record<string, unknown>> =>
    fc.tuple(count, count, fc.integer({ min: 0, max: 3 })).map(([a, b, which]) => ({
      ...(which & 1 ? { [low]: Math.min(a, b) } : {}),
      ...(which & 2 ? { [high]: Math.max(a, b) } : {}),
    }));
  const number = fc.oneof(
    fc.integer({ min: -300, max: 300 }),
    fc.integer({ min: -4000, max: 4000 }).map((n) => n / 100),
  );
  const numeric = fc.tuple(
    fc.constantFrom('integer', 'number'),
    fc.option(number, { nil: undefined }),
    fc.option(fc.integer({ min: 3, max: 500 }), { nil: undefined }),
    fc.boolean(),
    fc.option(fc.constantFrom(1, 2, 5, 7, 0.5, 0.01), { nil: undefined }),
  );
  const object = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...names), tie('schema'), { maxKeys: 4 }),
      fc.subarray(names),
      optional({ additionalProperties: fc.oneof(fc.boolean(), tie('schema')) }),
      fc.option(fc.dictionary(fc.constantFrom('^x', '\\d$', 'a'), tie('schema'), { maxKeys: 2 }), { nil: undefined }),
    )
    .map(([properties, required, more, patternProperties]) => ({
      type: 'object',
      properties,
      required: required.filter((n) => Object.hasOwn(properties, n)),
      ...more,
      ...(patternProperties ? { patternProperties } : {}),
    }));
  return {
    value: fc.oneof(
      fc.constantFrom(null, true, 'a', 'b"\n', 0, -1.5, 42),
      fc.constant([1]),
      fc.constant({ a: 1 }),
    ) as fc.Arbitrary<JsonValue>,
    schema: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('string', 'boolean', 'null', 'integer', 'number').map((type) => ({ type })),
      fc
        .tuple(bounds('minLength', 'maxLength'), optional({ pattern: fc.constantFrom(...patterns) }))
        .map(([l, p]) => ({ type: 'string', ...l, ...p })),
      fc.constantFrom(...formats).map((format) => ({ type: 'string', format })),
      numeric.map(([type, min, span, isExclusive, multipleOf]) => ({
        type,
        ...(min === undefined ? {} : { [isExclusive ? 'exclusiveMinimum' : 'minimum']: min }),
        ...(span === undefined ? {} : { [isExclusive ? 'exclusiveMaximum' : 'maximum']: (min ?? 0) + span }),
        ...(multipleOf === undefined ? {} : { multipleOf }),
      })),
      fc.array(tie('value'), { minLength: 1, maxLength: 4 }).map((values) => ({ enum: values })),
      tie('value').map((value) => ({ const: value })),
      object,
      fc.tuple(tie('schema'), bounds('minItems', 'maxItems')).map(([items, l]) => ({ type: 'array', items, ...l })),
      fc
        .tuple(
          fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
          optional({ items: fc.oneof(fc.boolean(), tie('schema')) }),
          bounds('minItems', 'maxItems'),
        )
        .map(([prefixItems, more, l]) => ({ type: 'array', prefixItems, ...more, ...l })),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((oneOf) => ({ oneOf })),
      fc.array(object, { minLength: 1, maxLength: 2 }).map((allOf) => ({ allOf })),
      fc.constant({ $ref: '#' }),
      fc.constant(true),
    ) as fc.Arbitrary<JsonValue>,
  };
}).schema;

export type Outcome = 'refused' | 'written' | 'unfinished';

/** Writes texts under a schema and has ajv look at them. Throws for the first that does not fit. */
export function checkSchema(schema: JsonValue, next: () => number, numTexts: number): Outcome {
  const grammar = compiled({ kind: 'schema', schema });
  if (!(grammar instanceof Grammar)) {
    if ((grammar as { code?: string }).code !== 'models/grammar') throw grammar;
    return 'refused';
  }
  const ajv = new Ajv2020({ strict: false, validateFormats: true, multipleOfPrecision: 8, logger: false });
  addFormats.default(ajv);
  const fits = ajv.compile(schema as object | boolean);
  let numWritten = 0;
  for (let i = 0; i < numTexts; i++) {
    const text = drawn(grammar, next);
    if (text === undefined) continue;
    numWritten++;
    const value: unknown = JSON.parse(text);
    if (!fits(value)) throw new Error(`${text} does not fit ${JSON.stringify(schema)}: ${ajv.errorsText(fits.errors)}`);
    if (!grammar.matches(text))
      throw new Error(`${text} was written and is not let through by ${JSON.stringify(schema)}`);
  }
  return numWritten > 0 ? 'written' : 'unfinished';
}

interface SuiteGroup {
  readonly description: string;
  readonly schema: JsonValue;
  readonly tests: readonly { readonly data: JsonValue; readonly valid: boolean }[];
}

/** The groups of a folder of JSON-Schema-Test-Suite, as its tests/draft2020-12. */
export function suiteGroups(dir: string): readonly (SuiteGroup & { readonly file: string })[] {
  return globSync('**/*.json', { cwd: dir }).flatMap((file) =>
    (JSON.parse(readFileSync(join(dir, file), 'utf8')) as SuiteGroup[]).map((group) => ({ ...group, file })),
  );
}

/** What a schema lets through of values that are known to fit or not: those that it must not, and how many it does of those that it may. */
export function checkGroup({
  schema,
  tests,
}: SuiteGroup): 'refused' | { readonly wrong: readonly JsonValue[]; readonly let: number; readonly valid: number } {
  const grammar = compiled({ kind: 'schema', schema });
  if (!(grammar instanceof Grammar)) {
    if ((grammar as { code?: string }).code !== 'models/grammar') throw grammar;
    return 'refused';
  }
  const letThrough = tests.filter(({ data }) => grammar.matches(JSON.stringify(data)));
  return {
    wrong: letThrough.filter((t) => !t.valid).map((t) => t.data),
    let: letThrough.filter((t) => t.valid).length,
    valid: tests.filter((t) => t.valid).length,
  };
}
