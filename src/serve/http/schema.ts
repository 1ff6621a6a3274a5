/*
 * JSON schemas with the types of what they let through. (Libraries for it take longer to load than the rest of the server.)
 */

declare const lets: unique symbol;

/** A JSON schema for values of a type. */
export interface Schema<T> {
  readonly [keyword: string]: unknown;
  readonly [lets]?: T;
}

/** The values that a schema lets through. */
export type Let<S> = S extends Schema<infer T> ? T : never;

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}
interface Lengths {
  readonly minItems?: number;
  readonly maxItems?: number;
}

export const text = (
  o: { readonly minLength?: number; readonly maxLength?: number; readonly pattern?: string } = {},
): Schema<string> => ({
  type: 'string',
  ...o,
});
export const real = (o: Bounds = {}): Schema<number> => ({ type: 'number', ...o });
export const integer = (o: Bounds = {}): Schema<number> => ({ type: 'integer', ...o });
export const flag: Schema<boolean> = { type: 'boolean' };
export const nothing: Schema<null> = { type: 'null' };
export const anything: Schema<unknown> = {};
export const list = <T>(items: Schema<T>, o: Lengths = {}): Schema<readonly T[]> => ({ type: 'array', items, ...o });
export const record = <T>(values: Schema<T>, maxProperties: number): Schema<Readonly<Record<string, T>>> => ({
  type: 'object',
  additionalProperties: values,
  maxProperties,
});
export const oneOf = <T extends readonly Schema<unknown>[]>(...options: T): Schema<Let<T[number]>> => ({
  anyOf: options,
});
export const choice = <T extends string>(...values: readonly T[]): Schema<T> => ({ enum: values });

type Shape = Readonly<Record<string, Schema<unknown>>>;

/** An object with fields that it must and fields that it may have, and any others. */
export function fields<R extends Shape, O extends Shape>(
  required: R,
  optional: O,
): Schema<{ readonly [K in keyof R]: Let<R[K]> } & { readonly [K in keyof O]?: Let<O[K]> }> & {
  readonly properties: R & O;
} {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}
