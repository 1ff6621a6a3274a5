import { type DType, dtypeFromMlir, dtypeInfo, isFloat } from '../../base/index.ts';
import { type Attr, type AttrDict, unitAttr } from '../attribute.ts';
import { type Type, typeText } from '../types.ts';
import { isDigitCode, quote } from './cursor.ts';
import {
  checkedInteger,
  floatFromBits,
  parseDenseAttribute,
  parseDenseResource,
  printDense,
  readScalar,
} from './dense-text.ts';
import { floatText } from './number-text.ts';
import type { Source } from './source.ts';
import { elementType, parseType } from './type-text.ts';

/** Parses any attribute; dialect attributes are captured as text. */
export function parseAttribute(s: Source): Attr {
  return s.nested(() => parseAnyAttribute(s));
}

function parseAnyAttribute(s: Source): Attr {
  const code = s.code();
  const start = s.pos;
  switch (code) {
    case 34: {
      const value = s.string();
      if (s.peek(':') && !s.peek('::')) {
        s.accept(':');
        parseType(s);
      }
      return { kind: 'string', value };
    }
    case 35:
      return parseHash(s);
    case 64: {
      const path = [s.symbolName()];
      while (s.accept('::')) path.push(s.symbolName());
      return { kind: 'symbol', path };
    }
    case 91:
      return { kind: 'array', elements: s.list('[', ']', () => parseAttribute(s)) };
    case 123:
      return { kind: 'dictionary', entries: parseDictionary(s) };
    case 33:
    case 40:
      return { kind: 'type', type: parseType(s) };
  }
  if (isDigitCode(code) || code === 45) return parseNumber(s);
  const word = s.optionalWord() ?? s.fail('expected an attribute');
  switch (word) {
    case 'true':
    case 'false':
      return { kind: 'bool', value: word === 'true' };
    case 'unit':
      return unitAttr;
    case 'dense':
      return parseDenseAttribute(s) ?? opaqueAttribute(s, start);
    case 'dense_resource':
      return { kind: 'dense', value: parseDenseResource(s) };
    case 'array':
      return parseDenseArray(s);
    case 'affine_map':
    case 'affine_set':
    case 'sparse':
    case 'strided':
    case 'opaque':
    case 'distinct': {
      s.skip();
      s.pos = s.balancedEnd();
      return opaqueAttribute(s, start);
    }
  }
  s.pos = start;
  return { kind: 'type', type: parseType(s) };
}

/** An attribute without a meaning of ours, kept as its text from `start` to the cursor. */
const opaqueAttribute = (s: Source, start: number): Attr => ({
  kind: 'type',
  type: { kind: 'opaque', text: s.text.slice(start, s.pos) },
});

/** `{a, b = 1 : i64, "c.d" = …}` */
export function parseDictionary(s: Source): AttrDict {
  const entries: Record<string, Attr> = {};
  s.list('{', '}', () => {
    const at = s.pos;
    const name = s.code() === 34 ? s.string() : dashedWord(s);
    if (name === '__proto__') s.fail('"__proto__" cannot name an attribute', at);
    if (Object.hasOwn(entries, name)) s.fail(`attribute "${name}" is given twice`, at);
    entries[name] = s.accept('=') ? parseAttribute(s) : unitAttr;
  });
  return entries;
}

function dashedWord(s: Source): string {
  let name = s.word();
  while (s.text[s.pos] === '-') {
    s.pos++;
    name += `-${s.word()}`;
  }
  return name;
}

function parseHash(s: Source): Attr {
  const start = s.pos;
  const name = s.sigilName('#');
  if (s.text.charCodeAt(s.pos) === 60) {
    const open = s.pos;
    s.pos = s.balancedEnd();
    return { kind: 'dialect', name, body: withoutComments(s.text.slice(open + 1, s.pos - 1)) };
  }
  if (!name.includes('.')) {
    const alias = s.attributeAlias(name);
    if (!alias) s.fail(`unknown attribute alias #${name}`, start);
    return alias!;
  }
  return { kind: 'dialect', name, body: undefined };
}

/** Text on one line, without `//` comments. */
function withoutComments(text: string): string {
  if (!text.includes('\n')) return text;
  return text
    .split('\n')
    .map((line) => line.replace(/^((?:[^"/]|"(?:[^"\\]|\\.)*"|\/(?!\/))*)\/\/.*$/, '$1').trim())
    .filter((line) => line !== '')
    .join(' ');
}

function parseNumber(s: Source): Attr {
  const start = s.pos;
  let p = s.text.charCodeAt(start) === 45 ? start + 1 : start;
  let isHex = false;
  if (s.text.startsWith('0x', p)) isHex = true;
  else while (isDigitCode(s.text.charCodeAt(p))) p++;
  const c = s.text.charCodeAt(p);
  const isReal = !isHex && (c === 46 || ((c === 101 || c === 69) && /[-+\d]/.test(s.text[p + 1] ?? '')));
  const value = readScalar(s, isReal ? 'f64' : 'i64');
  let type: Type | undefined;
  if (s.peek(':') && !s.peek('::')) {
    const saved = s.pos;
    s.accept(':');
    const c2 = s.code();
    // `0 : i64` but not the `:` of a following type list.
    if (c2 === 40 || c2 === 33) s.pos = saved;
    else {
      const before = s.pos;
      const dtype = elementType(s);
      if (dtype !== undefined) type = { kind: 'opaque', text: dtypeInfo(dtype).mlir };
      else {
        s.pos = before;
        if (s.accept('index')) type = { kind: 'opaque', text: 'index' };
        else s.pos = saved;
      }
    }
  }
  const dtype = type?.kind === 'opaque' ? dtypeFromMlir(type.text) : undefined;
  if (isReal && dtype && !isFloat(dtype)) s.fail(`a real number cannot have type ${dtypeInfo(dtype).mlir}`, start);
  if (isReal) return { kind: 'float', value: value as number, type: dtype ?? 'f64' };
  if (dtype && isFloat(dtype))
    return {
      kind: 'float',
      value: isHex ? floatFromBits(BigInt(value as bigint), dtype) : Number(value),
      type: dtype,
    };
  const index = type?.kind === 'opaque' && type.text === 'index';
  if (dtype) checkedInteger(s, BigInt(value as bigint), dtype, start);
  if (dtype === 'bool') return { kind: 'bool', value: BigInt(value as bigint) !== 0n };
  return { kind: 'int', value: BigInt(value as bigint), type: index ? 'index' : (dtype ?? 'i64') };
}

function parseDenseArray(s: Source): Attr {
  s.expect('<');
  const dtype = elementType(s) ?? s.fail('expected an element type');
  const values: (number | bigint | boolean)[] = [];
  if (s.accept(':')) {
    do values.push(readScalar(s, dtype) as number);
    while (s.accept(','));
  }
  s.expect('>');
  return { kind: 'denseArray', dtype, values };
}

/** Text of an attribute. `elideType`: leave out the type of an i64 or f64 number, as inside arrays. */
export function printAttribute(a: Attr, elideType = false): string {
  switch (a.kind) {
    case 'int':
      return elideType && a.type === 'i64'
        ? String(a.value)
        : `${a.value} : ${a.type === 'index' ? 'index' : dtypeInfo(a.type).mlir}`;
    case 'float':
      return elideType && a.type === 'f64'
        ? floatText(a.value, a.type)
        : `${floatText(a.value, a.type)} : ${dtypeInfo(a.type).mlir}`;
    case 'bool':
      return String(a.value);
    case 'string':
      return quote(a.value);
    case 'unit':
      return 'unit';
    case 'array':
      return `[${a.elements.map((e) => printAttribute(e, true)).join(', ')}]`;
    case 'denseArray':
      return printDenseArray(a.dtype, a.values);
    case 'dense':
      return printDense(a.value, a.elements);
    case 'dictionary':
      return printDictionary(a.entries);
    case 'symbol':
      return printSymbol(a.path);
    case 'type':
      return typeText(a.type);
    case 'dialect':
      return `#${a.name}${a.body === undefined ? '' : `<${a.body}>`}`;
  }
}

function printDenseArray(dtype: DType, values: readonly (number | bigint | boolean)[]): string {
  const items = values.map((v) =>
    dtype === 'bool' ? String(Boolean(v)) : isFloat(dtype) ? floatText(Number(v), dtype) : String(v),
  );
  return `array<${dtypeInfo(dtype).mlir}${items.length > 0 ? `: ${items.join(', ')}` : ''}>`;
}

/** `{a, b = 1 : i64}`, keys sorted. */
export function printDictionary(entries: AttrDict): string {
  const items = Object.keys(entries)
    .sort()
    .map((key) => {
      const name = /^[A-Za-z_][\w$.]*$/.test(key) ? key : quote(key);
      const value = entries[key];
      return value.kind === 'unit' ? name : `${name} = ${printAttribute(value)}`;
    });
  return `{${items.join(', ')}}`;
}

/** `@name`, quoted where needed; nested `@a::@b`. */
export function printSymbol(path: readonly string[]): string {
  return path.map((p) => `@${/^[A-Za-z_][\w$.]*$/.test(p) ? p : quote(p)}`).join('::');
}
