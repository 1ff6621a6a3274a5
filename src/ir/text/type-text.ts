import { type DType, dtypeFromMlir, numElements } from '../../base/index.ts';
import { DYNAMIC, type TensorType, type Type, tokenType } from '../types.ts';
import { isDigitCode } from './cursor.ts';
import type { Source } from './source.ts';

/** Parses a type; forms without a meaning of ours are kept as text. */
export function parseType(s: Source): Type {
  return s.nested(() => parseAnyType(s));
}

function parseAnyType(s: Source): Type {
  const code = s.code();
  if (code === 40) {
    const { inputs, results } = parseFunctionType(s);
    return { kind: 'function', inputs, results };
  }
  const start = s.pos;
  if (code === 33) {
    const name = s.sigilName('!');
    const alias = name.includes('.') ? undefined : s.typeAlias(name);
    if (alias) return alias;
    if (s.text.charCodeAt(s.pos) === 60) s.pos = s.balancedEnd();
    const text = s.text.slice(start, s.pos);
    return text === '!stablehlo.token' || text === '!mhlo.token' ? tokenType : { kind: 'opaque', text };
  }
  const name = s.optionalWord() ?? s.fail('expected a type');
  const angled = s.text.charCodeAt(s.pos) === 60;
  if (name === 'tensor' && angled) return parseTensor(s, start);
  if (name === 'tuple' && angled) return { kind: 'tuple', types: s.list('<', '>', () => parseType(s)) };
  if (angled) {
    s.pos = s.balancedEnd();
    return { kind: 'opaque', text: s.text.slice(start, s.pos) };
  }
  if (!isTypeName(name)) s.fail(`unknown type "${name}"`, start);
  return { kind: 'opaque', text: name };
}

const isTypeName = (name: string): boolean => /^(index|none|token|[su]?i\d+|b?f\d+\w*|tf32)$/.test(name);

/** `(A, B) -> C` or `(A, B) -> (C, D)` */
export function parseFunctionType(s: Source): { inputs: Type[]; results: Type[] } {
  const inputs = s.list('(', ')', () => parseType(s));
  s.expect('->');
  return { inputs, results: parseResultTypes(s) };
}

export function parseResultTypes(s: Source): Type[] {
  if (s.code() !== 40) return [parseType(s)];
  return s.list('(', ')', () => parseType(s));
}

function parseTensor(s: Source, start: number): Type {
  const open = s.pos;
  s.pos++;
  const shape: number[] = [];
  for (;;) {
    s.skip();
    const c = s.text.charCodeAt(s.pos);
    if (c === 63) {
      shape.push(DYNAMIC);
      s.pos++;
    } else if (isDigitCode(c)) {
      const at = s.pos;
      const size = s.integer();
      if (!Number.isSafeInteger(size)) s.fail('dimension is too large', at);
      shape.push(size);
    } else break;
    s.expectDimensionCross();
  }
  const at = s.pos;
  const dtype = elementType(s);
  const word = s.text.slice(at, s.pos);
  if (/^\w+$/.test(word) && !isTypeName(word)) s.fail(`unknown element type "${word}"`, at);
  if (dtype !== undefined) {
    if (!Number.isSafeInteger(numElements(shape.filter((d) => d > 0)))) s.fail('tensor has too many elements', start);
    if (s.accept('>')) return { kind: 'tensor', shape, dtype };
    if (s.accept(',')) {
      s.skip();
      const from = s.pos;
      s.pos = open;
      s.pos = s.balancedEnd();
      const result: TensorType = { kind: 'tensor', shape, dtype, encoding: s.text.slice(from, s.pos - 1).trim() };
      return result;
    }
  }
  s.pos = open;
  s.pos = s.balancedEnd();
  return { kind: 'opaque', text: s.text.slice(start, s.pos) };
}

/** A scalar type we have a dtype for; undefined (nothing consumed of note) for others. */
export function elementType(s: Source): DType | undefined {
  const word = s.optionalWord();
  if (word === undefined) return undefined;
  if (word === 'complex') {
    s.expect('<');
    const inner = s.word();
    s.expect('>');
    return dtypeFromMlir(`complex<${inner}>`);
  }
  return dtypeFromMlir(word);
}
