import { toJson } from './json.ts';
import { argument, type Given, getItem, integerArgument, textArgument } from './methods.ts';
import { TemplateProblem } from './template-error.ts';
import { testNamed } from './tests.ts';
import {
  capitalized,
  checkLength,
  escaped,
  formatPercent,
  pad,
  replaceText,
  splitLines,
  strip,
} from './text-functions.ts';
import {
  compareValues,
  Float,
  Generator,
  isDict,
  isEqual,
  isInteger,
  isList,
  isNumber,
  isTrue,
  itemsOf,
  keyOf,
  lengthOf,
  numeric,
  reprOf,
  Safe,
  Tuple,
  textOf,
  typeName,
  type Value,
} from './values.ts';

/* `… | name`. Source: github.com/pallets/jinja 3.1, `filters.py`; `tojson` is that of transformers. */

type Filter = (x: Value, given: Given) => Value;

const noneGiven: Given = { args: [], named: new Map() };
const flag = (given: Given, index: number, name: string, fallback = false): boolean => {
  const value = argument(given, index, name);
  return value === undefined ? fallback : isTrue(value);
};

/** A function that finds `a.b.0` in an item; the item itself for none. */
function attributeGetter(path: Value, fallback?: Value): (item: Value) => Value {
  if (path === undefined || path === null) return (item) => item;
  const parts = isInteger(path)
    ? [path]
    : textOf(path)
        .split('.')
        .map((p) => (/^\d+$/.test(p) ? Number(p) : p));
  return (item) => {
    let value = item;
    for (const part of parts) {
      if (value === undefined) throw new TemplateProblem(`an attribute ${part} of what is undefined`);
      value = getItem(value, part);
      if (value === undefined && fallback !== undefined) value = fallback;
    }
    return value;
  };
}

/** Texts without regard to capitals, unless asked to. */
const folded =
  (isCaseSensitive: boolean) =>
  (x: Value): Value =>
    typeof x === 'string' && !isCaseSensitive ? x.toLowerCase() : x;

function sorted(items: readonly Value[], key: (item: Value) => Value, isReversed: boolean): Value[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => (isReversed ? compareValues(b.key, a.key) : compareValues(a.key, b.key)));
  return keyed.map(({ item }) => item);
}

function sort(x: Value, given: Given): Value {
  const fold = folded(flag(given, 1, 'case_sensitive'));
  const path = argument(given, 2, 'attribute');
  const getters = typeof path === 'string' ? path.split(',').map((p) => attributeGetter(p)) : [attributeGetter(path)];
  const key = (item: Value): Value =>
    getters.length === 1 ? fold(getters[0](item)) : new Tuple(getters.map((get) => fold(get(item))));
  return sorted(itemsOf(x), key, flag(given, 0, 'reverse'));
}

function extreme(x: Value, given: Given, isMax: boolean): Value {
  const fold = folded(flag(given, 0, 'case_sensitive'));
  const get = attributeGetter(argument(given, 1, 'attribute'));
  let best: { item: Value; key: Value } | undefined;
  for (const item of itemsOf(x)) {
    const key = fold(get(item));
    if (!best || (isMax ? compareValues(key, best.key, '>') > 0 : compareValues(key, best.key) < 0))
      best = { item, key };
  }
  return best?.item;
}

/** `select`, `reject` and their kin with an attribute. */
function chosen(x: Value, given: Given, byAttribute: boolean, isKept: boolean): Value {
  const get = byAttribute ? attributeGetter(given.args[0]) : (item: Value): Value => item;
  const [name, ...args] = byAttribute ? given.args.slice(1) : given.args;
  if (byAttribute && given.args.length === 0) throw new TemplateProblem('Missing parameter for attribute name');
  const test = name === undefined ? isTrue : testNamed(textOf(name));
  // What is false, such as None, has no items here.
  return new Generator(isTrue(x) ? itemsOf(x).filter((item) => test(get(item), args) === isKept) : []);
}

function map(x: Value, given: Given): Value {
  const items = isTrue(x) ? itemsOf(x) : [];
  const path = given.named.get('attribute');
  if (given.args.length === 0 && path !== undefined) {
    const fallback = given.named.get('default');
    return new Generator(items.map(attributeGetter(path, fallback)));
  }
  const [name, ...args] = given.args;
  if (typeof name !== 'string') throw new TemplateProblem('map requires a filter argument');
  const filter = filterNamed(name);
  return new Generator(items.map((item) => filter(item, { args, named: given.named })));
}

function join(x: Value, given: Given): Value {
  const separator = textOf(argument(given, 0, 'd') ?? '');
  const parts = itemsOf(x)
    .map(attributeGetter(argument(given, 1, 'attribute')))
    .map(textOf);
  checkLength(parts.reduce((n, p) => n + p.length + separator.length, 0));
  return parts.join(separator);
}

function indent(x: Value, given: Given): Value {
  const width = argument(given, 0, 'width') ?? 4;
  const indention = typeof width === 'string' ? width : ' '.repeat(Math.max(0, Math.min(numericOf(width), 10_000)));
  // As in Jinja, so that a line break at the end stays one.
  const lines = splitLines(`${textOf(x)}\n`);
  checkLength(textOf(x).length + lines.length * indention.length);
  const isBlank = flag(given, 2, 'blank');
  const rest = lines.slice(1).map((line) => (isBlank || line !== '' ? indention + line : line));
  return (flag(given, 1, 'first') ? indention : '') + [lines[0] ?? '', ...rest].join('\n');
}

function numericOf(x: Value): number {
  if (!isNumber(x)) throw new TemplateProblem(`expected a number, got ${typeName(x)}`);
  return numeric(x);
}

function toInteger(x: Value, given: Given): Value {
  const fallback = argument(given, 0, 'default') ?? 0;
  const base = integerArgument(given, 1, 'base', 10);
  if (isNumber(x)) return isInteger(x) ? x : Number.isFinite(numeric(x)) ? Math.trunc(numeric(x)) : fallback;
  if (typeof x !== 'string') return fallback;
  const text = strip(x, undefined).replaceAll('_', '');
  if (base === 10 && /^[+-]?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  if (base !== 10) {
    const digits = text.replace(/^0[xXbBoO]/, '');
    const value = /^[\da-z]+$/i.test(digits) ? Number.parseInt(digits, base) : Number.NaN;
    return Number.isNaN(value) ? fallback : value;
  }
  const value = floatOf(text);
  return value === undefined || !Number.isFinite(value) ? fallback : Math.trunc(value);
}

const floatOf = (text: string): number | undefined =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? Number(text)
    : /^[+-]?inf(inity)?$/i.test(text)
      ? Number(text.replace(/inf.*/i, 'Infinity'))
      : /^[+-]?nan$/i.test(text)
        ? Number.NaN
        : undefined;

function toFloat(x: Value, given: Given): Value {
  const value = isNumber(x) ? numeric(x) : typeof x === 'string' ? floatOf(strip(x, undefined)) : undefined;
  return value === undefined ? (argument(given, 0, 'default') ?? new Float(0)) : new Float(value);
}

/** To the even digit at halves, as Python. */
function round(x: Value, given: Given): Value {
  const precision = integerArgument(given, 0, 'precision', 0);
  const method = textArgument(given, 1, 'method', 'common');
  const scale = 10 ** precision;
  const scaled = numericOf(x) * scale;
  if (method === 'ceil' || method === 'floor') return new Float(Math[method](scaled) / scale);
  const down = Math.floor(scaled);
  const isUp = scaled - down > 0.5 || (scaled - down === 0.5 && down % 2 !== 0);
  const rounded = (isUp ? down + 1 : down) / scale;
  return isInteger(x) && precision >= 0 ? x : new Float(rounded);
}

function batch(x: Value, given: Given): Value {
  const count = integerArgument(given, 0, 'linecount', 1);
  const fill = argument(given, 1, 'fill_with');
  const items = itemsOf(x);
  const rows: Value[][] = [];
  for (let at = 0; at < items.length; at += Math.max(count, 1)) rows.push(items.slice(at, at + Math.max(count, 1)));
  const last = rows.at(-1);
  if (fill !== undefined && fill !== null && last) while (last.length < count) last.push(fill);
  return new Generator(rows);
}

function groupBy(x: Value, given: Given): Value {
  const get = attributeGetter(argument(given, 0, 'attribute'), argument(given, 1, 'default'));
  const fold = folded(flag(given, 2, 'case_sensitive'));
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sorted(itemsOf(x), (i) => fold(get(i)), false)) {
    const last = groups.at(-1);
    if (last && isEqual(fold(last.key), fold(get(item)))) last.items.push(item);
    else groups.push({ key: get(item), items: [item] });
  }
  return groups.map(({ key, items }) => new Tuple([key, items]));
}

function unique(x: Value, given: Given): Value {
  const fold = folded(flag(given, 0, 'case_sensitive'));
  const get = attributeGetter(argument(given, 1, 'attribute'));
  const seen = new Set<Value>();
  return new Generator(
    itemsOf(x).filter((item) => {
      const key = fold(get(item));
      const hashed = key === undefined ? key : key instanceof Tuple ? reprOf(key) : keyOf(key);
      const isNew = !seen.has(hashed);
      seen.add(hashed);
      return isNew;
    }),
  );
}

function json(x: Value, given: Given): Value {
  const wanted = argument(given, 1, 'indent');
  const separators = argument(given, 2, 'separators');
  const pair = separators === undefined || separators === null ? undefined : itemsOf(separators).map(textOf);
  if (pair && pair.length !== 2) throw new TemplateProblem('separators are two texts');
  return toJson(x, {
    isAscii: flag(given, 0, 'ensure_ascii'),
    indent: isInteger(wanted)
      ? ' '.repeat(Math.max(0, Math.min(Number(wanted), 100)))
      : typeof wanted === 'string'
        ? wanted
        : undefined,
    separators: pair as readonly [string, string] | undefined,
    sortsKeys: flag(given, 3, 'sort_keys'),
  });
}

function sum(x: Value, given: Given): Value {
  const get = attributeGetter(argument(given, 0, 'attribute'));
  const items = [argument(given, 1, 'start') ?? 0, ...itemsOf(x).map(get)];
  const total = items.reduce<number>((n, item) => n + numericOf(item), 0);
  return items.some((item) => item instanceof Float) ? new Float(total) : total;
}

function truncate(x: Value, given: Given): Value {
  const text = textOf(x);
  const length = integerArgument(given, 0, 'length', 255);
  const end = textArgument(given, 2, 'end', '...');
  if (text.length <= length + integerArgument(given, 3, 'leeway', 5)) return text;
  const cut = text.slice(0, length - end.length);
  return (flag(given, 1, 'killwords') ? cut : cut.slice(0, Math.max(cut.lastIndexOf(' '), 0)) || cut) + end;
}

function first(x: Value): Value {
  return x instanceof Generator ? x.next() : itemsOf(x)[0];
}

function reversed(x: Value): Value {
  if (typeof x === 'string') return [...x].reverse().join('');
  return new Generator([...itemsOf(x)].reverse());
}

const withDefault: Filter = (x, given) =>
  x === undefined || (flag(given, 1, 'boolean') && !isTrue(x)) ? (argument(given, 0, 'default_value') ?? '') : x;
const entries = (x: Value): readonly Value[] => {
  if (x === undefined) return [];
  if (!isDict(x)) throw new TemplateProblem('Can only get item pairs from a mapping.');
  return [...x].map((entry) => new Tuple(entry));
};

const filters: Readonly<Record<string, Filter>> = {
  abs: (x) => (x instanceof Float ? new Float(Math.abs(x.value)) : Math.abs(numericOf(x))),
  attr: (x, g) => getItem(x, textArgument(g, 0, 'name')),
  batch,
  capitalize: (x) => capitalized(textOf(x)),
  center: (x, g) => pad(textOf(x), integerArgument(g, 0, 'width', 80), ' ', '^'),
  count: (x) => lengthOf(x),
  d: withDefault,
  default: withDefault,
  dictsort: (x, g) => {
    const by = textArgument(g, 1, 'by', 'key') === 'value' ? 1 : 0;
    const fold = folded(flag(g, 0, 'case_sensitive'));
    return sorted(entries(x), (entry) => fold((entry as Tuple).items[by]), flag(g, 2, 'reverse'));
  },
  e: (x) => new Safe(escaped(textOf(x))),
  escape: (x) => new Safe(escaped(textOf(x))),
  first: (x) => first(x),
  float: toFloat,
  format: (x, g) => formatPercent(textOf(x), g.named.size > 0 ? new Map(g.named) : new Tuple(g.args)),
  groupby: groupBy,
  indent,
  int: toInteger,
  items: (x) => new Generator(entries(x)),
  join,
  last: (x) => {
    if (x instanceof Generator) throw new TemplateProblem("'generator' object is not reversible");
    return itemsOf(x).at(-1);
  },
  length: (x) => lengthOf(x),
  list: (x) => [...itemsOf(x)],
  lower: (x) => textOf(x).toLowerCase(),
  map,
  max: (x, g) => extreme(x, g, true),
  min: (x, g) => extreme(x, g, false),
  reject: (x, g) => chosen(x, g, false, false),
  rejectattr: (x, g) => chosen(x, g, true, false),
  replace: (x, g) =>
    replaceText(
      textOf(x),
      textOf(argument(g, 0, 'old')),
      textOf(argument(g, 1, 'new')),
      integerArgument({ ...g, args: g.args.map((a) => a ?? undefined) }, 2, 'count', -1),
    ),
  reverse: (x) => reversed(x),
  round,
  safe: (x) => new Safe(textOf(x)),
  select: (x, g) => chosen(x, g, false, true),
  selectattr: (x, g) => chosen(x, g, true, true),
  slice: (x, g) => {
    const items = itemsOf(x);
    const count = Math.max(integerArgument(g, 0, 'slices', 1), 1);
    const size = Math.floor(items.length / count);
    const extra = items.length % count;
    return new Generator(
      Array.from({ length: Math.min(count, 100_000) }, (_, i) =>
        items.slice(i * size + Math.min(i, extra), (i + 1) * size + Math.min(i + 1, extra)),
      ),
    );
  },
  sort,
  string: (x) => textOf(x),
  sum,
  title: (x) =>
    textOf(x)
      .split(/([-\s({[<]+)/)
      .map(capitalized)
      .join(''),
  tojson: json,
  trim: (x, g) => {
    const characters = argument(g, 0, 'chars');
    return strip(textOf(x), characters === undefined || characters === null ? undefined : textOf(characters));
  },
  truncate,
  unique,
  upper: (x) => textOf(x).toUpperCase(),
  urlencode: (x) =>
    encodeURIComponent(textOf(x))
      .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', '/'),
  wordcount: (x) => (textOf(x).match(/[\p{L}\p{N}_]+/gu) ?? []).length,
};

/** Throws for a filter that is not known. */
export function filterNamed(name: string): Filter {
  if (!Object.hasOwn(filters, name)) throw new TemplateProblem(`No filter named '${name}'`);
  return filters[name];
}

/** Globals of templates but for those of chats: `range` and `dict`. */
export function range(given: Given): Value {
  const [a, b, c] = given.args.map(numericOf);
  const [start, stop, step] = b === undefined ? [0, a ?? 0, 1] : [a, b, c ?? 1];
  if (step === 0) throw new TemplateProblem('range() arg 3 must not be zero');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count > 100_000)
    throw new TemplateProblem('Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).');
  return Array.from({ length: count }, (_, i) => start + i * step);
}

/** Pairs of a dict or of an iterable of pairs, and named values. */
export function pairsOf({ args, named }: Given): Map<Value, Value> {
  const [source] = args;
  const pairs = new Map<Value, Value>();
  if (isDict(source)) for (const [key, value] of source) pairs.set(key, value);
  else if (source !== undefined)
    for (const pair of itemsOf(source)) {
      const [key, value] = isList(pair) || pair instanceof Tuple ? itemsOf(pair) : [];
      pairs.set(keyOf(key ?? null), value);
    }
  for (const [key, value] of named) pairs.set(key, value);
  return pairs;
}

export const noArguments = noneGiven;
