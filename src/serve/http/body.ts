import { UserError } from '../../base/index.ts';

/** Arrays and objects inside one another, in any request. */
const MAX_DEPTH = 128;

/** The text of a body. Throws `serve/request` for what is no UTF-8, or nested too deeply. */
export function checkedText(bytes: Buffer): string {
  const text = decode(bytes);
  checkDepth(text);
  return text;
}

/** Throws `serve/request` for JSON that is nested so deeply that whoever walks it would fail. */
export function checkDepth(text: string): void {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isInString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) isInString = false;
    } else if (c === 0x22) isInString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH)
        throw new UserError('serve/request', 'JSON is nested too deeply', { expected: `${MAX_DEPTH} levels` });
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError('serve/request', 'the body is not UTF-8', { cause });
  }
}

/** A schema of a body, as far as it says where fields are. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/**
 * Without optional fields that are null, at the top and in every object that the schema describes: clients that write all fields mean that they say
 * nothing. What the schema lets be anything stays as it is.
 */
export function withoutNulls(value: unknown, schema: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const body = fieldsWithoutNulls(value, schema as Shape);
  return Array.isArray(body) ? body : Object.fromEntries(Object.entries(body).filter(([, own]) => own !== null));
}

function fieldsWithoutNulls(value: object, schema: Shape): object {
  const inner = (own: unknown, shape: Shape | undefined): unknown =>
    shape && typeof own === 'object' && own !== null ? fieldsWithoutNulls(own, shape) : own;
  const { properties, items, anyOf, required = [] } = schema;
  if (Array.isArray(value)) {
    const shape = items ?? anyOf?.find((s) => s.items?.properties)?.items;
    return shape?.properties ? value.map((own) => inner(own, shape)) : value;
  }
  const shape = properties ?? anyOf?.find((s) => s.properties)?.properties;
  if (!shape) return value;
  const isKnown = (name: string): boolean => Object.hasOwn(shape, name);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, own]) =>
      own === null && isKnown(name) && !required.includes(name)
        ? []
        : [[name, isKnown(name) ? inner(own, shape[name]) : own]],
    ),
  );
}
