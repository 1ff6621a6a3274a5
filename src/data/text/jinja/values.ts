import { TemplateProblem } from './template-error.ts';

/*
 * The values of templates, which are Python's: `undefined` is Jinja's undefined, `null` is None, whole numbers are integers
 * (`bigint` where a number would not be exact), and numbers with a point are of a class of their own, because 1.0 is printed as such.
 */

/** A Python float. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A text that `safe` or `escape` made: what is added to it by `+` is escaped for HTML. */
export class Safe {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** What some filters give: its items can be gone through once, and not be counted. */
export class Generator {
  #items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.#items = items;
  }
  next(): Value {
    const [first, ...rest] = this.#items;
    this.#items = rest;
    return first;
  }
  take(): readonly Value[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }
}

/** An object with attributes that templates may set: `namespace()`. */
export class Namespace {
  readonly attributes: Map<string, Value>;
  constructor(attributes: Map<string, Value>) {
    this.attributes = attributes;
  }
}

/** An object with attributes of ours: `loop`. */
export interface Attributes {
  readonly kind: 'attributes';
  attribute(name: string): Value;
  readonly call?: Callable;
}

export type Callable = (args: readonly Value[], named: ReadonlyMap<string, Value>) => Value;
export type Dict = ReadonlyMap<Value, Value>;
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Float
  | Safe
  | Tuple
  | Generator
  | Namespace
  | Attributes
  | Callable
  | readonly Value[]
  | Dict;

export const isList = (x: Value): x is readonly Value[] => Array.isArray(x);
export const isDict = (x: Value): x is Dict => x instanceof Map;
export const isInteger = (x: Value): x is number | bigint => typeof x === 'number' || typeof x === 'bigint';
export const isNumber = (x: Value): x is number | bigint | boolean | Float =>
  isInteger(x) || typeof x === 'boolean' || x instanceof Float;
export const isAttributes = (x: Value): x is Attributes =>
  typeof x === 'object' && x !== null && 'kind' in x && (x as Attributes).kind === 'attributes';

/** A number without its kind. */
export const numeric = (x: number | bigint | boolean | Float): number => (x instanceof Float ? x.value : Number(x));

/** Python's name of a value's type. */
export function typeName(x: Value): string {
  if (x === undefined) return 'undefined';
  if (x === null) return 'NoneType';
  if (typeof x === 'string') return 'str';
  if (typeof x === 'boolean') return 'bool';
  if (isInteger(x)) return 'int';
  if (x instanceof Float) return 'float';
  if (x instanceof Safe) return 'Markup';
  if (x instanceof Tuple) return 'tuple';
  if (isList(x)) return 'list';
  if (isDict(x)) return 'dict';
  return x instanceof Generator ? 'generator' : typeof x === 'function' ? 'function' : 'object';
}

export function isTrue(x: Value): boolean {
  if (x === undefined || x === null) return false;
  if (x instanceof Float) return x.value !== 0;
  if (x instanceof Safe) return x.text !== '';
  if (x instanceof Tuple) return x.items.length > 0;
  if (isList(x)) return x.length > 0;
  if (isDict(x)) return x.size > 0;
  return typeof x === 'object' || typeof x === 'function' ? true : Boolean(x);
}

/** Everything but `+` takes a safe text for the text it is. */
export const plain = (x: Value): Value => (x instanceof Safe ? x.text : x);

/** The items of what can be gone through; of dicts the keys, of texts the characters. */
export function itemsOf(x: Value): readonly Value[] {
  if (isList(x)) return x;
  if (x instanceof Tuple) return x.items;
  if (isDict(x)) return [...x.keys()];
  if (typeof x === 'string') return [...x];
  if (x instanceof Generator) return x.take();
  if (x === undefined) return [];
  throw new TemplateProblem(`'${typeName(x)}' object is not iterable`);
}

export function lengthOf(x: Value): number {
  if (x instanceof Generator || isNumber(x) || x === null || typeof x === 'function' || x instanceof Namespace)
    throw new TemplateProblem(`object of type '${typeName(x)}' has no len()`);
  if (isDict(x)) return x.size;
  return typeof x === 'string' && !/[\ud800-\udbff]/.test(x) ? x.length : itemsOf(x).length;
}

/** Keys of dicts: floats that are whole are the integers they equal. */
export function keyOf(x: Value): Value {
  if (x instanceof Float) return x.value;
  if (x === null || typeof x === 'string' || isInteger(x)) return x;
  if (typeof x === 'boolean') return Number(x);
  throw new TemplateProblem(`unhashable type: '${typeName(x)}'`);
}

export function isEqual(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) {
    if (typeof a === 'bigint' || typeof b === 'bigint') return String(a) === String(b);
    return numeric(a) === numeric(b);
  }
  if (isList(a) && isList(b)) return a.length === b.length && a.every((x, i) => isEqual(x, b[i]));
  if (a instanceof Tuple && b instanceof Tuple) return isEqual(a.items, b.items);
  if (isDict(a) && isDict(b))
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && isEqual(value, b.get(key)));
  return a === b;
}

/** Less than 0, 0 or more than 0. Throws for values that have no order. */
export function compareValues(a: Value, b: Value, operator = '<'): number {
  if (isNumber(a) && isNumber(b)) return numeric(a) - numeric(b);
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const [left, right] = [a instanceof Tuple ? a.items : a, b instanceof Tuple ? b.items : b];
  if (isList(left) && isList(right) && a instanceof Tuple === b instanceof Tuple) {
    for (let i = 0; i < left.length && i < right.length; i++)
      if (!isEqual(left[i], right[i])) return compareValues(left[i], right[i], operator);
    return left.length - right.length;
  }
  throw new TemplateProblem(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** By code points, as Python; UTF-16 has another order beyond U+FFFF. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  if (!/[\ud800-\udfff]/.test(a + b)) return a < b ? -1 : 1;
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((c, i) => c !== right[i]);
  if (at < 0) return -1;
  return right[at] === undefined ? 1 : left[at].codePointAt(0)! - right[at].codePointAt(0)!;
}

export function isIn(x: Value, container: Value): boolean {
  if (typeof container === 'string') {
    if (typeof x !== 'string')
      throw new TemplateProblem(`'in <string>' requires string as left operand, not ${typeName(x)}`);
    return container.includes(x);
  }
  if (isDict(container)) return container.has(keyOf(x));
  return itemsOf(container).some((item) => isEqual(item, x));
}

/** Python's shortest text that reads as the same float. */
export function floatText(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  if (Object.is(x, -0)) return '-0.0';
  const [, sign, digits, exponent] = /^(-?)([\d.]+)e([+-]\d+)$/.exec(x.toExponential())!;
  const power = Number(exponent);
  if (x !== 0 && (power < -4 || power >= 16))
    return `${sign}${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const plain = power < 0 ? `0.${'0'.repeat(-power - 1)}${digits.replace('.', '')}` : String(Math.abs(x));
  return sign + (plain.includes('.') ? plain : `${plain}.0`);
}

/** `str(x)`: what a template prints. */
export function textOf(x: Value): string {
  if (typeof x === 'string') return x;
  if (x instanceof Safe) return x.text;
  return x === undefined ? '' : reprOf(x);
}

/** `repr(x)`. */
export function reprOf(x: Value): string {
  if (x === undefined) return 'Undefined';
  if (x === null) return 'None';
  if (typeof x === 'string') return quoted(x);
  if (typeof x === 'boolean') return x ? 'True' : 'False';
  if (isInteger(x)) return String(x);
  if (x instanceof Float) return floatText(x.value);
  if (x instanceof Safe) return `Markup(${quoted(x.text)})`;
  if (isList(x)) return `[${x.map(reprOf).join(', ')}]`;
  if (x instanceof Tuple)
    return x.items.length === 1 ? `(${reprOf(x.items[0])},)` : `(${x.items.map(reprOf).join(', ')})`;
  if (isDict(x)) return `{${[...x].map(([k, v]) => `${reprOf(k)}: ${reprOf(v)}`).join(', ')}}`;
  // Python prints an address here: no template means to.
  return `<${typeName(x)}>`;
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
  const inner = text.replace(/[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (c) => {
    const code = c.codePointAt(0)!;
    const hex = code.toString(16);
    return (
      named[c] ??
      (code < 0x100
        ? `\\x${hex.padStart(2, '0')}`
        : code < 0x10000
          ? `\\u${hex.padStart(4, '0')}`
          : `\\U${hex.padStart(8, '0')}`)
    );
  });
  return quote + inner.replaceAll(quote, `\\${quote}`) + quote;
}

/** Values of JavaScript as a template's: objects and maps are dicts; numbers are integers where they are whole. */
export function fromJavaScript(x: unknown, depth = 0): Value {
  if (depth > 100) throw new TemplateProblem('a value more than 100 levels deep');
  if (x === null || x === undefined || typeof x === 'string' || typeof x === 'boolean' || typeof x === 'bigint')
    return x;
  if (typeof x === 'number') return Number.isSafeInteger(x) && !Object.is(x, -0) ? x : new Float(x);
  if (x instanceof Float) return x;
  if (Array.isArray(x)) return x.map((item) => fromJavaScript(item, depth + 1));
  if (x instanceof Map)
    return new Map(
      [...(x as Map<unknown, unknown>)].map(([k, v]) => [keyOf(fromJavaScript(k)), fromJavaScript(v, depth + 1)]),
    );
  if (typeof x === 'object')
    return new Map(
      Object.entries(x)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, fromJavaScript(value, depth + 1)]),
    );
  throw new TemplateProblem(`a ${typeof x} among the values for a template`);
}
