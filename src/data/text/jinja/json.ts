import { TemplateProblem } from './template-error.ts';
import { Float, floatText, isDict, isInteger, isList, Tuple, typeName, type Value } from './values.ts';

/* JSON as Python's module writes it: with spaces, and with 1.0 for a float that is whole. */

/** Deeper values are made to exhaust the stack. */
const MAX_DEPTH = 500;

export interface JsonLayout {
  readonly indent: string | undefined;
  readonly separators: readonly [item: string, key: string] | undefined;
  readonly isAscii: boolean;
  readonly sortsKeys: boolean;
}

/** Source: `json.dumps` of Python. Throws for what is no JSON. */
export function toJson(x: Value, layout: JsonLayout): string {
  const { indent, isAscii, sortsKeys } = layout;
  const [item, colon] = layout.separators ?? [indent === undefined ? ', ' : ',', ': '];
  const string = (text: string): string => {
    // Only quotes, backslashes and control characters are escaped, as in JavaScript.
    const json = JSON.stringify(text);
    return isAscii
      ? json.replace(/[\x7f-\uffff]/g, (c) =>
          c === '\x7f' ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
      : json;
  };
  const scalar = (value: Value): string | undefined => {
    if (value === null) return 'null';
    if (typeof value === 'boolean' || isInteger(value)) return String(value);
    if (!(value instanceof Float)) return undefined;
    return floatText(value.value).replace('inf', 'Infinity').replace('nan', 'NaN');
  };
  const write = (value: Value, padding: string): string => {
    if (typeof value === 'string') return string(value);
    const plain = scalar(value);
    if (plain !== undefined) return plain;
    const inner = indent === undefined ? '' : padding + indent;
    const group = (open: string, parts: readonly string[], close: string): string => {
      if (parts.length === 0) return open + close;
      return indent === undefined
        ? open + parts.join(item) + close
        : `${open}\n${inner}${parts.join(`${item}\n${inner}`)}\n${padding}${close}`;
    };
    if (isList(value))
      return group(
        '[',
        value.map((v) => write(v, inner)),
        ']',
      );
    if (value instanceof Tuple)
      return group(
        '[',
        value.items.map((v) => write(v, inner)),
        ']',
      );
    if (isDict(value)) {
      const entries = [...value].map(([key, v]) => [typeof key === 'string' ? key : (scalar(key) ?? ''), v] as const);
      if (sortsKeys) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return group(
        '{',
        entries.map(([key, v]) => string(key) + colon + write(v, inner)),
        '}',
      );
    }
    throw new TemplateProblem(`Object of type ${typeName(value)} is not JSON serializable`);
  };
  return write(x, '');
}

/**
 * Reads JSON without losing what JavaScript's numbers lose: 1.0 stays a float and long integers keep their digits. The result goes into a
 * template as it is: objects are maps. Throws a `SyntaxError`.
 */
export function parseJsonExactly(text: string): unknown {
  // The grammar is checked by the engine; the walk below then need not.
  JSON.parse(text);
  const token = /\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:])/y;
  const next = (): string => token.exec(text)![1];
  const value = (first: string, depth: number): unknown => {
    if (depth > MAX_DEPTH) throw new SyntaxError(`JSON of more than ${MAX_DEPTH} levels`);
    if (first === '{') {
      const entries = new Map<string, unknown>();
      for (let t = next(); t !== '}'; t = next()) {
        const key = JSON.parse(t === ',' ? next() : t) as string;
        next();
        entries.set(key, value(next(), depth + 1));
      }
      return entries;
    }
    if (first === '[') {
      const items: unknown[] = [];
      for (let t = next(); t !== ']'; t = next()) items.push(value(t === ',' ? next() : t, depth + 1));
      return items;
    }
    if (/^-?\d/.test(first)) {
      if (/[.eE]/.test(first)) return new Float(Number(first));
      const number = Number(first);
      return Number.isSafeInteger(number) ? number : BigInt(first);
    }
    return JSON.parse(first);
  };
  return value(next(), 0);
}
