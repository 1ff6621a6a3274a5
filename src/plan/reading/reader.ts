import { nearestName, UserError } from '../../base/index.ts';

/*
 * Readers of JSON: one description gives the type, the check with errors that name the place, and the JSON schema. Clusters, plans
 * and the rows of figures are read by them.
 */

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Reads a value of a type out of JSON. */
export interface Reader<T> {
  readonly schema: JsonSchema;
  /** Returns what was read; `at` names the place in errors, as `cluster.dims[0]`. Throws `plan/data`. */
  read(value: unknown, at: string): T;
}

/** The type that a reader reads. */
export type ReadBy<R> = R extends Reader<infer T> ? T : never;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const wrong = (at: string, expected: string, value: unknown): UserError =>
  new UserError('plan/data', `${at} cannot be read`, {
    expected,
    given: value === undefined ? 'nothing' : shown(value),
  });

export interface Bounds {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
}

const boundsText = ({ min, above, max }: Bounds): string =>
  [
    ...(min === undefined ? [] : [`of at least ${min}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(max === undefined ? [] : [`of at most ${max}`]),
  ].join(' and ');

function numberReader(kind: 'number' | 'integer', bounds: Bounds): Reader<number> {
  const { min, above, max } = bounds;
  const expected = `${kind === 'integer' ? 'an integer' : 'a number'} ${boundsText(bounds)}`.trim();
  return {
    schema: {
      type: kind,
      ...(min === undefined ? {} : { minimum: min }),
      ...(above === undefined ? {} : { exclusiveMinimum: above }),
      ...(max === undefined ? {} : { maximum: max }),
    },
    read(value, at) {
      const fits =
        typeof value === 'number' &&
        Number.isFinite(value) &&
        (kind === 'number' || Number.isInteger(value)) &&
        value >= (min ?? value) &&
        value > (above ?? Number.NEGATIVE_INFINITY) &&
        value <= (max ?? value);
      if (!fits) throw wrong(at, expected, value);
      return value as number;
    },
  };
}

export const real = (bounds: Bounds = {}): Reader<number> => numberReader('number', bounds);
export const positive: Reader<number> = real({ above: 0 });
export const notNegative: Reader<number> = real({ min: 0 });
export const integer = (bounds: Bounds = {}): Reader<number> => numberReader('integer', bounds);
/** An integer of at least 1. */
export const count: Reader<number> = integer({ min: 1 });

export const text: Reader<string> = {
  schema: { type: 'string' },
  read(value, at) {
    if (typeof value !== 'string') throw wrong(at, 'a string', value);
    return value;
  },
};

export const flag: Reader<boolean> = {
  schema: { type: 'boolean' },
  read(value, at) {
    if (typeof value !== 'boolean') throw wrong(at, 'true or false', value);
    return value;
  },
};

export const choice = <T extends string | number | boolean>(...values: readonly T[]): Reader<T> => ({
  schema: { enum: values },
  read(value, at) {
    if (!values.includes(value as T)) {
      const near = typeof value === 'string' ? nearestName(value, values.map(String)) : undefined;
      const error = wrong(at, `one of ${values.map((v) => JSON.stringify(v)).join(', ')}`, value);
      throw near === undefined
        ? error
        : new UserError('plan/data', error.summary, { ...detailsOf(error), advice: `perhaps "${near}" is meant` });
    }
    return value as T;
  },
});

const detailsOf = ({ expected, given }: UserError): { expected?: string; given?: string } => ({ expected, given });

export const list = <T>(
  items: Reader<T>,
  o: { readonly min?: number; readonly max?: number } = {},
): Reader<readonly T[]> => ({
  schema: {
    type: 'array',
    items: items.schema,
    ...(o.min === undefined ? {} : { minItems: o.min }),
    ...(o.max === undefined ? {} : { maxItems: o.max }),
  },
  read(value, at) {
    if (!Array.isArray(value) || value.length < (o.min ?? 0) || value.length > (o.max ?? value.length)) {
      const sizes = boundsText(o);
      throw wrong(at, sizes === '' ? 'a list' : `a list with a length ${sizes}`, value);
    }
    return value.map((v, i) => items.read(v, `${at}[${i}]`));
  },
});

/** Any names, all values of one type. */
export const record = <T>(values: Reader<T>): Reader<Readonly<Record<string, T>>> => ({
  schema: { type: 'object', additionalProperties: values.schema },
  read(value, at) {
    const found = objectOf(value, at);
    return Object.fromEntries(Object.entries(found).map(([k, v]) => [k, values.read(v, `${at}.${k}`)]));
  },
});

/** Whatever JSON. */
export const anything: Reader<unknown> = { schema: {}, read: (value) => value };

/** The first reader that reads the value; where none does, the error of the last that it seems made for is thrown. */
export const either = <A, B>(first: Reader<A>, second: Reader<B>): Reader<A | B> => ({
  schema: { anyOf: [first.schema, second.schema] },
  read(value, at) {
    const isMadeFor = (r: Reader<unknown>): boolean => {
      const { type } = r.schema;
      if (type === undefined) return Array.isArray(r.schema.enum) && r.schema.enum.includes(value);
      if (type === 'array') return Array.isArray(value);
      if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
      return typeof value === (type === 'integer' ? 'number' : type);
    };
    return isMadeFor(first) ? first.read(value, at) : second.read(value, at);
  },
});

type Fields = Readonly<Record<string, Reader<unknown>>>;

/** An object with fields that it must and fields that it may have, and no others: an unknown one is told with its nearest. */
export function object<R extends Fields, O extends Fields>(
  required: R,
  optional: O,
): Reader<{ readonly [K in keyof R]: ReadBy<R[K]> } & { readonly [K in keyof O]?: ReadBy<O[K]> }> {
  const fields: Fields = { ...required, ...optional };
  return {
    schema: {
      type: 'object',
      required: Object.keys(required),
      properties: Object.fromEntries(Object.entries(fields).map(([k, r]) => [k, r.schema])),
      additionalProperties: false,
    },
    read(value, at) {
      const found = objectOf(value, at);
      for (const key of Object.keys(found))
        if (!Object.hasOwn(fields, key)) throw unknownField(at, key, Object.keys(fields));
      for (const key of Object.keys(required))
        if (found[key] === undefined)
          throw new UserError('plan/data', `${at} has no "${key}"`, {
            expected: `the fields ${Object.keys(required).join(', ')}`,
          });
      const read = Object.entries(fields).flatMap(([k, r]) =>
        found[k] === undefined ? [] : [[k, r.read(found[k], `${at}.${k}`)] as const],
      );
      return Object.fromEntries(read) as never;
    },
  };
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(at, 'an object', value);
  return value as Readonly<Record<string, unknown>>;
}

/** A name that is none of those there are. */
export function unknownField(at: string, name: string, names: readonly string[]): UserError {
  const near = nearestName(name, names);
  return new UserError('plan/data', `${at} has the unknown field "${name}"`, {
    expected: names.join(', '),
    advice: near === undefined ? undefined : `perhaps "${near}" is meant`,
  });
}

/** Parses JSON from a file; `at` names it in errors. Throws `plan/data`. */
export function parseJson(source: string, at: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new UserError('plan/data', `${at} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
