import { TemplateProblem } from './template-error.ts';
import { Float, floatText, isDict, isNumber, numeric, reprOf, Tuple, textOf, typeName, type Value } from './values.ts';

/* What Python does to texts where JavaScript does otherwise. Source: docs.python.org/3/library/stdtypes.html#string-methods. */

const SPACE = '\\t-\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const leadingSpace = new RegExp(`^[${SPACE}]+`);
const trailingSpace = new RegExp(`[${SPACE}]$`);
const LINE_ENDS = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const lineEnd = new RegExp(`\\r\\n|[${LINE_ENDS}]`, 'g');
export const spaceRun = new RegExp(`[${SPACE}]+`, 'g');

/** Longer texts than this are not made: they come from templates that were written to take all memory. */
export const MAX_TEXT_LENGTH = 1 << 24;

export function checkLength(length: number): void {
  if (length > MAX_TEXT_LENGTH) throw new TemplateProblem(`a text of more than ${MAX_TEXT_LENGTH} characters`);
}

export function repeatText(text: string, count: number): string {
  checkLength(text.length * Math.max(count, 0));
  return text.repeat(Math.max(count, 0));
}

/** `strip`, `lstrip` and `rstrip`: of space, or of characters. */
export function strip(text: string, characters: string | undefined, side: 'both' | 'left' | 'right' = 'both'): string {
  const isIn = (c: string): boolean => (characters === undefined ? trailingSpace.test(c) : characters.includes(c));
  let [begin, end] = [0, text.length];
  if (side !== 'right') {
    if (characters === undefined) begin = leadingSpace.exec(text)?.[0].length ?? 0;
    else while (begin < end && isIn(text[begin])) begin += 1;
  }
  if (side !== 'left') while (end > begin && isIn(text[end - 1])) end -= 1;
  return text.slice(begin, end);
}

/** `split`; from the right with `isRight`. */
export function split(text: string, separator: string | undefined, maxCount: number, isRight = false): string[] {
  if (separator === '') throw new TemplateProblem('empty separator');
  let parts: string[];
  let separators: string[];
  if (separator === undefined) {
    const stripped = strip(text, undefined, isRight ? 'right' : 'left');
    if (maxCount < 0 || strip(stripped, undefined) === '')
      return strip(text, undefined)
        .split(spaceRun)
        .filter((p) => p !== '');
    separators = stripped.match(spaceRun) ?? [];
    parts = stripped.split(spaceRun);
    if (isRight) {
      if (parts[0] === '') {
        parts.shift();
        separators.shift();
      }
    } else if (parts.at(-1) === '' && parts.length - 1 <= maxCount) {
      parts.pop();
      separators.pop();
    }
  } else {
    parts = text.split(separator);
    separators = parts.slice(1).map(() => separator);
  }
  if (maxCount < 0 || parts.length <= maxCount + 1) return parts;
  const join = (from: number, to: number): string => {
    let joined = parts[from];
    for (let i = from + 1; i < to; i++) joined += separators[i - 1] + parts[i];
    return joined;
  };
  const rest = parts.length - maxCount;
  return isRight ? [join(0, rest), ...parts.slice(rest)] : [...parts.slice(0, maxCount), join(maxCount, parts.length)];
}

/** `splitlines`. */
export function splitLines(text: string, keepsEnds = false): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const match of text.matchAll(lineEnd)) {
    lines.push(text.slice(at, keepsEnds ? match.index + match[0].length : match.index));
    at = match.index + match[0].length;
  }
  if (at < text.length) lines.push(text.slice(at));
  return lines;
}

export function replaceText(text: string, from: string, to: string, maxCount: number): string {
  if (maxCount < 0) {
    checkLength(text.length + (from === '' ? text.length : text.split(from).length) * to.length);
    return text.replaceAll(from, () => to);
  }
  let result = '';
  let at = 0;
  for (let n = 0; n < maxCount; n++) {
    const found = text.indexOf(from, at);
    if (found < 0 || (from === '' && found >= text.length && n > text.length)) break;
    result += text.slice(at, found) + to;
    at = found + from.length;
    if (from === '') {
      result += text.slice(at, at + 1);
      at += 1;
      if (at > text.length) break;
    }
  }
  checkLength(result.length + text.length);
  return result + text.slice(at);
}

/** The method `title`: a capital after whatever is no letter. */
export const titled = (text: string): string =>
  text.replace(/\p{L}+/gu, (word) => {
    const [first, ...rest] = word;
    return first.toUpperCase() + rest.join('').toLowerCase();
  });

export function capitalized(text: string): string {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** `str.format`: fields by position or name, with the formats of numbers and widths. */
export function formatBraces(
  text: string,
  args: readonly Value[],
  named: ReadonlyMap<string, Value>,
  attribute: (object: Value, name: string) => Value,
): string {
  let next = 0;
  return text.replace(
    /\{\{|\}\}|\{([^{}:!]*)(?:!([rs]))?(?::([^{}]*))?\}/g,
    (whole, path: string, conversion: string, spec: string) => {
      if (whole === '{{' || whole === '}}') return whole[0];
      const [first, ...rest] = path.split('.');
      let value = first === '' ? args[next++] : /^\d+$/.test(first) ? args[Number(first)] : named.get(first);
      if (value === undefined) throw new TemplateProblem(`no value for ${whole} of a format`);
      for (const name of rest) value = attribute(value, name);
      if (conversion === 'r') value = reprOf(value);
      return formatValue(value, spec ?? '');
    },
  );
}

function formatValue(value: Value, spec: string): string {
  if (spec === '') return textOf(value);
  const parts = /^(?:(.)?([<>^=]))?([+ ]?)(0?)(\d*)(,?)(?:\.(\d+))?([a-zA-Z%]?)$/.exec(spec);
  if (!parts) throw new TemplateProblem(`the format ${JSON.stringify(spec)}`);
  const [, fill, align, sign, zero, width, comma, precision, type] = parts;
  let text: string;
  if (isNumber(value)) {
    const x = numeric(value);
    if (type === 'f' || type === 'F' || (precision !== undefined && type === ''))
      text = fixed(x, Number(precision ?? 6));
    else if (type === '%') text = `${fixed(x * 100, Number(precision ?? 6))}%`;
    else if (type === 'x') text = x.toString(16);
    else text = value instanceof Float ? floatText(x) : String(x);
    if (comma) text = text.replace(/^-?\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','));
    if (sign && x >= 0) text = sign + text;
  } else text = precision === undefined ? textOf(value) : [...textOf(value)].slice(0, Number(precision)).join('');
  return pad(text, Number(width || 0), fill ?? (zero ? '0' : ' '), align ?? (isNumber(value) ? '>' : '<'));
}

const fixed = (x: number, digits: number): string => x.toFixed(Math.min(digits, 100));

/** A text in the width given, on a side or in the middle. */
export function pad(text: string, width: number, fill: string, align: string): string {
  checkLength(width);
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (align === '<') return text + fill.repeat(missing);
  if (align !== '^') return fill.repeat(missing) + text;
  // As `str.center`, which puts the odd space to the left in even widths.
  const left = align === '^' ? Math.floor(missing / 2) + (missing & width & 1) : 0;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** `text % value`. */
export function formatPercent(text: string, value: Value): string {
  const values = value instanceof Tuple ? value.items : [value];
  let next = 0;
  return text.replace(
    /%(?:\((\w+)\))?([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (whole, key: string, flags: string, width: string, precision: string, type: string) => {
      if (type === '%') return '%';
      const item = key !== undefined && isDict(value) ? value.get(key) : values[next++];
      if (item === undefined) throw new TemplateProblem('not enough arguments for format string');
      let shown: string;
      if (type === 's') shown = textOf(item);
      else if (type === 'r') shown = reprOf(item);
      else if (!isNumber(item))
        throw new TemplateProblem(`%${type} format: a real number is required, not ${typeName(item)}`);
      else if (type === 'd' || type === 'i') shown = String(Math.trunc(numeric(item)));
      else if (type === 'f') shown = fixed(numeric(item), Number(precision ?? 6));
      else if (type === 'x') shown = Math.trunc(numeric(item)).toString(16);
      else throw new TemplateProblem(`the format ${whole}`);
      if (type === 's' && precision !== undefined) shown = [...shown].slice(0, Number(precision)).join('');
      if (flags.includes('+') && isNumber(item) && numeric(item) >= 0) shown = `+${shown}`;
      const isZero = flags.includes('0') && !flags.includes('-') && type !== 's';
      return pad(shown, Number(width || 0), isZero ? '0' : ' ', flags.includes('-') ? '<' : '>');
    },
  );
}

/** For HTML, as the filter `escape`. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&#34;');
