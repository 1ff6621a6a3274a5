import { TemplateProblem } from './template-error.ts';
import { capitalized, formatBraces, pad, replaceText, split, splitLines, strip, titled } from './text-functions.ts';
import {
  type Callable,
  type Dict,
  isAttributes,
  isDict,
  isEqual,
  isInteger,
  isList,
  isTrue,
  itemsOf,
  keyOf,
  Namespace,
  Tuple,
  typeName,
  type Value,
} from './values.ts';

/* Attributes and items of values, as Jinja's sandbox for chat templates gives them: nothing can be changed by a method. */

/** Arguments by position or name; a parameter that is not given is undefined. */
export interface Given {
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** The argument of a parameter: by position, else by name. */
export const argument = ({ args, named }: Given, index: number, name: string): Value =>
  index < args.length ? args[index] : named.get(name);

export function textArgument(given: Given, index: number, name: string, fallback?: string): string {
  const value = argument(given, index, name);
  if (typeof value === 'string') return value;
  if (value === undefined && fallback !== undefined) return fallback;
  throw new TemplateProblem(`expected a text for ${name}, got ${typeName(value)}`);
}

export function integerArgument(given: Given, index: number, name: string, fallback: number): number {
  const value = argument(given, index, name);
  if (value === undefined) return fallback;
  if (isInteger(value) || typeof value === 'boolean') return Number(value);
  throw new TemplateProblem(`expected a whole number for ${name}, got ${typeName(value)}`);
}

const optionalText = (given: Given, index: number, name: string): string | undefined => {
  const value = argument(given, index, name);
  return value === undefined || value === null ? undefined : textArgument(given, index, name);
};

type Method<T> = (self: T, given: Given) => Value;
const isAll =
  (pattern: RegExp): Method<string> =>
  (text) =>
    pattern.test(text);

function affix(text: string, given: Given, test: (part: string, affix: string) => boolean): boolean {
  const wanted = given.args[0];
  const part = [...text].slice(integerArgument(given, 1, 'start', 0)).join('');
  const affixes = wanted instanceof Tuple ? wanted.items : [wanted];
  return affixes.some((a) => {
    if (typeof a !== 'string') throw new TemplateProblem(`startswith/endswith with ${typeName(a)}`);
    return test(part, a);
  });
}

function find(text: string, given: Given, isLast: boolean): number {
  const part = textArgument(given, 0, 'sub');
  const start = integerArgument(given, 1, 'start', 0);
  const at = isLast ? text.lastIndexOf(part) : text.indexOf(part, start);
  return at < 0 ? -1 : [...text.slice(0, at)].length;
}

const textMethods: Readonly<Record<string, Method<string>>> = {
  upper: (s) => s.toUpperCase(),
  lower: (s) => s.toLowerCase(),
  casefold: (s) => s.toLowerCase().replaceAll('ß', 'ss'),
  swapcase: (s) => [...s].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(''),
  title: (s) => titled(s),
  capitalize: (s) => capitalized(s),
  strip: (s, g) => strip(s, optionalText(g, 0, 'chars')),
  lstrip: (s, g) => strip(s, optionalText(g, 0, 'chars'), 'left'),
  rstrip: (s, g) => strip(s, optionalText(g, 0, 'chars'), 'right'),
  split: (s, g) => split(s, optionalText(g, 0, 'sep'), integerArgument(g, 1, 'maxsplit', -1)),
  rsplit: (s, g) => split(s, optionalText(g, 0, 'sep'), integerArgument(g, 1, 'maxsplit', -1), true),
  splitlines: (s, g) => splitLines(s, isTrue(argument(g, 0, 'keepends'))),
  partition: (s, g) => {
    const separator = textArgument(g, 0, 'sep');
    const at = s.indexOf(separator);
    return new Tuple(at < 0 ? [s, '', ''] : [s.slice(0, at), separator, s.slice(at + separator.length)]);
  },
  rpartition: (s, g) => {
    const separator = textArgument(g, 0, 'sep');
    const at = s.lastIndexOf(separator);
    return new Tuple(at < 0 ? ['', '', s] : [s.slice(0, at), separator, s.slice(at + separator.length)]);
  },
  replace: (s, g) =>
    replaceText(s, textArgument(g, 0, 'old'), textArgument(g, 1, 'new'), integerArgument(g, 2, 'count', -1)),
  removeprefix: (s, g) => {
    const prefix = textArgument(g, 0, 'prefix');
    return s.startsWith(prefix) ? s.slice(prefix.length) : s;
  },
  removesuffix: (s, g) => {
    const suffix = textArgument(g, 0, 'suffix');
    return suffix !== '' && s.endsWith(suffix) ? s.slice(0, -suffix.length) : s;
  },
  startswith: (s, g) => affix(s, g, (part, a) => part.startsWith(a)),
  endswith: (s, g) => affix(s, g, (part, a) => part.endsWith(a)),
  find: (s, g) => find(s, g, false),
  rfind: (s, g) => find(s, g, true),
  index: (s, g) => {
    const at = find(s, g, false);
    if (at < 0) throw new TemplateProblem('substring not found');
    return at;
  },
  count: (s, g) => {
    const part = textArgument(g, 0, 'sub');
    return part === '' ? [...s].length + 1 : s.split(part).length - 1;
  },
  join: (s, g) =>
    itemsOf(g.args[0])
      .map((item) => {
        if (typeof item !== 'string') throw new TemplateProblem(`expected str instance, ${typeName(item)} found`);
        return item;
      })
      .join(s),
  format: (s, g) => formatBraces(s, g.args, g.named, getAttribute),
  center: (s, g) => pad(s, integerArgument(g, 0, 'width', 0), textArgument(g, 1, 'fillchar', ' '), '^'),
  ljust: (s, g) => pad(s, integerArgument(g, 0, 'width', 0), textArgument(g, 1, 'fillchar', ' '), '<'),
  rjust: (s, g) => pad(s, integerArgument(g, 0, 'width', 0), textArgument(g, 1, 'fillchar', ' '), '>'),
  zfill: (s, g) => {
    const sign = /^[+-]/.exec(s)?.[0] ?? '';
    return sign + pad(s.slice(sign.length), integerArgument(g, 0, 'width', 0) - sign.length, '0', '>');
  },
  isdigit: isAll(/^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]+$/u),
  isdecimal: isAll(/^\p{Nd}+$/u),
  isnumeric: isAll(/^\p{N}+$/u),
  isalpha: isAll(/^\p{L}+$/u),
  isalnum: isAll(/^[\p{L}\p{N}]+$/u),
  isspace: (s) => s !== '' && strip(s, undefined) === '',
  isupper: (s) => s === s.toUpperCase() && s !== s.toLowerCase(),
  islower: (s) => s === s.toLowerCase() && s !== s.toUpperCase(),
  istitle: (s) => s !== '' && s === titled(s) && s !== s.toLowerCase(),
};

const listMethods: Readonly<Record<string, Method<readonly Value[]>>> = {
  count: (list, g) => list.filter((x) => isEqual(x, g.args[0])).length,
  index: (list, g) => {
    const at = list.findIndex((x) => isEqual(x, g.args[0]));
    if (at < 0) throw new TemplateProblem('the value is not in the list');
    return at;
  },
  copy: (list) => list,
};

const dictMethods: Readonly<Record<string, Method<Dict>>> = {
  get: (dict, g) => {
    const key = keyOf(g.args[0]);
    return dict.has(key) ? dict.get(key) : (argument(g, 1, 'default') ?? null);
  },
  items: (dict) => [...dict].map((entry) => new Tuple(entry)),
  keys: (dict) => [...dict.keys()],
  values: (dict) => [...dict.values()],
  copy: (dict) => dict,
};

/** Methods that change what they belong to: the sandbox of chat templates refuses them. */
const changing = new Set(
  'append extend insert remove sort reverse clear pop popitem setdefault update add discard fromkeys'.split(' '),
);

function methodOf(object: Value, name: string): Callable | undefined {
  const bind = <T>(table: Readonly<Record<string, Method<T>>>, self: T): Callable | undefined =>
    Object.hasOwn(table, name) ? (args, named) => table[name](self, { args, named }) : undefined;
  const refused = (): Callable | undefined =>
    changing.has(name)
      ? () => {
          throw new TemplateProblem(`the method ${name} would change a ${typeName(object)}, which templates may not`);
        }
      : undefined;
  if (typeof object === 'string') return bind(textMethods, object);
  if (isDict(object)) return bind(dictMethods, object) ?? refused();
  if (isList(object)) return bind(listMethods, object) ?? refused();
  if (object instanceof Tuple) return name === 'copy' ? undefined : bind(listMethods, object.items);
  return undefined;
}

/** `object.name`: methods come before the entries of dicts. */
export function getAttribute(object: Value, name: string): Value {
  if (object instanceof Namespace) return object.attributes.get(name);
  if (isAttributes(object)) return object.attribute(name);
  return methodOf(object, name) ?? (isDict(object) ? object.get(name) : undefined);
}

/** `object[key]`: entries come before methods. */
export function getItem(object: Value, key: Value): Value {
  if (isDict(object)) {
    const known = typeof key === 'object' && key !== null ? undefined : keyOf(key);
    if (object.has(known)) return object.get(known);
  } else if (isInteger(key) || typeof key === 'boolean') {
    const items =
      typeof object === 'string' ? [...object] : isList(object) ? object : object instanceof Tuple ? object.items : [];
    return items.at(Number(key));
  }
  return typeof key === 'string' ? getAttribute(object, key) : undefined;
}

/** `object[start:stop:step]`; undefined for what has no slices. */
export function getSlice(object: Value, bounds: readonly (Value | undefined)[]): Value {
  const items: readonly Value[] | undefined =
    typeof object === 'string'
      ? [...object]
      : isList(object)
        ? object
        : object instanceof Tuple
          ? object.items
          : undefined;
  if (!items) return undefined;
  const [start, stop, step = 1] = bounds.map((b) => {
    if (b === undefined || b === null) return undefined;
    if (!isInteger(b) && typeof b !== 'boolean') throw new TemplateProblem('slice indices must be integers or None');
    return Number(b);
  });
  if (step === 0) throw new TemplateProblem('slice step cannot be zero');
  const n = items.length;
  const clamp = (x: number | undefined, otherwise: number): number => {
    if (x === undefined) return otherwise;
    const at = x < 0 ? x + n : x;
    return step > 0 ? Math.min(Math.max(at, 0), n) : Math.min(Math.max(at, -1), n - 1);
  };
  const [from, to] = step > 0 ? [clamp(start, 0), clamp(stop, n)] : [clamp(start, n - 1), clamp(stop, -1)];
  const taken: Value[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) taken.push(items[i]);
  return typeof object === 'string' ? taken.join('') : object instanceof Tuple ? new Tuple(taken) : taken;
}
