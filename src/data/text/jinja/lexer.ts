import { TemplateProblem } from './template-error.ts';

/*
 * Jinja's lexer with the settings of chat templates, `trim_blocks` and `lstrip_blocks`, or (not `trims`) with Jinja's own and `keep_trailing_newline`.
 * Source: github.com/pallets/jinja 3.1, `lexer.py`.
 */

export type TokenKind =
  | 'data'
  | 'block_begin'
  | 'block_end'
  | 'variable_begin'
  | 'variable_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Text of data and of names, the operator, the characters of a string, the digits of a number. */
  readonly value: string;
  readonly line: number;
}

const inside =
  /\s+|(?<float>(?<!\.)\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:[eE][+-]?\d+)?|[eE][+-]?\d+))|(?<integer>0[xX][\da-fA-F]+|\d+(?:_\d+)*)|(?<name>[\p{L}_\p{Nl}][\p{L}\p{N}\p{M}\p{Pc}]*)|(?<string>'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*")|(?<operator>\/\/|\*\*|[=!<>]=|[-+/*%~[\](){}<>=.:|,])/uy;
const opening = /\{%[-+]?\s*raw\s*-?%\}|\{[%{#][-+]?/g;
const endOfRaw = /\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)/g;
const blockEnd = /\+%\}|-%\}\s*|%\}\n?/y;
const variableEnd = /-\}\}\s*|\}\}/y;
const commentEnd = /\+#\}|-#\}\s*|#\}\n?/g;

/** Throws a problem with its line. */
export function tokenize(text: string, trims = true): Token[] {
  const lines = text.replace(/\r\n?/g, '\n');
  const source = trims ? lines.replace(/\n$/, '') : lines;
  /** Of a mark and what it takes of the text behind it: unless asked to by `-`, nothing where nothing is trimmed. */
  const taken = (mark: string): number => (trims || /-[%#]\}\s*$/.test(mark) ? mark : mark.trimEnd()).length;
  const newlineAt = (at: number): number => (trims && source[at] === '\n' ? 1 : 0);
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let startsLine = true;
  const advance = (to: number): void => {
    for (let i = at; i < to; i++) if (source.charCodeAt(i) === 10) line += 1;
    if (to > at) startsLine = source[to - 1] === '\n';
    at = to;
  };
  const data = (value: string): void => {
    if (value !== '') tokens.push({ kind: 'data', value, line });
  };
  while (at < source.length) {
    opening.lastIndex = at;
    const found = opening.exec(source);
    const end = found?.index ?? source.length;
    const before = source.slice(at, end);
    const mark = found?.[0] ?? '';
    data(found ? trimmedBefore(before, mark[2] ?? '', !trims || mark[1] === '{', startsLine) : before);
    advance(end);
    if (!found) break;
    if (mark.startsWith('{%') && mark.endsWith('}')) {
      advance(
        at + mark.length + (mark.endsWith('-%}') ? spacesAt(source, at + mark.length) : newlineAt(at + mark.length)),
      );
      endOfRaw.lastIndex = at;
      const close = endOfRaw.exec(source);
      if (!close) throw new TemplateProblem('raw without an endraw', line);
      data(trimmedBefore(source.slice(at, close.index), close[1], !trims, startsLine));
      advance(close.index + taken(close[0]));
    } else if (mark[1] === '#') {
      commentEnd.lastIndex = at + mark.length;
      const close = commentEnd.exec(source);
      if (!close) throw new TemplateProblem('a comment without an end', line);
      advance(close.index + taken(close[0]));
    } else {
      const isBlock = mark[1] === '%';
      tokens.push({ kind: isBlock ? 'block_begin' : 'variable_begin', value: mark, line });
      advance(at + mark.length);
      expression(isBlock);
    }
  }
  tokens.push({ kind: 'end', value: '', line });
  return tokens;

  /** Tokens up to the end of a block or of what is printed. */
  function expression(isBlock: boolean): void {
    const close = isBlock ? blockEnd : variableEnd;
    const begin = line;
    const open: string[] = [];
    for (;;) {
      close.lastIndex = at;
      const closed = open.length === 0 ? close.exec(source) : null;
      if (closed) {
        tokens.push({ kind: isBlock ? 'block_end' : 'variable_end', value: closed[0], line });
        advance(at + (isBlock ? taken(closed[0]) : closed[0].length));
        return;
      }
      if (at >= source.length) throw new TemplateProblem(`${isBlock ? '{%' : '{{'} without an end`, begin);
      inside.lastIndex = at;
      const found = inside.exec(source);
      if (!found) throw new TemplateProblem(`the character ${JSON.stringify(source[at])}`, line);
      const { float, integer, name, string, operator } = found.groups as Record<string, string | undefined>;
      if (operator !== undefined) {
        const pair = '([{'.indexOf(operator);
        if (pair >= 0) open.push(')]}'[pair]);
        else if (')]}'.includes(operator) && open.pop() !== operator)
          throw new TemplateProblem(`an unexpected ${operator}`, line);
        tokens.push({ kind: 'operator', value: operator, line });
      } else if (name !== undefined) tokens.push({ kind: 'name', value: name, line });
      else if (string !== undefined) tokens.push({ kind: 'string', value: unescaped(string.slice(1, -1)), line });
      else if (float !== undefined) tokens.push({ kind: 'float', value: float.replaceAll('_', ''), line });
      else if (integer !== undefined) tokens.push({ kind: 'integer', value: integer.replaceAll('_', ''), line });
      advance(at + found[0].length);
    }
  }
}

const spacesAt = (source: string, at: number): number => /^\s*/.exec(source.slice(at))![0].length;

/** Text before a mark: `-` drops all space before it, and spaces at the beginning of a block's line go unless `+` keeps them. */
function trimmedBefore(text: string, sign: string, isVariable: boolean, startsLine: boolean): string {
  if (sign === '-') return text.trimEnd();
  if (sign === '+' || isVariable) return text;
  const lineAt = text.lastIndexOf('\n') + 1;
  return (lineAt > 0 || startsLine) && /^\s+$/.test(text.slice(lineAt)) ? text.slice(0, lineAt) : text;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
  '\n': '',
  "'": "'",
  '"': '"',
  '\\': '\\',
};

/** Python's escapes; what is none of them stays as it stands. */
const unescaped = (text: string): string =>
  text.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[\s\S])/g, (whole, code: string) => {
    if (code.length > 1) {
      const point = Number.parseInt(code.slice(1), 16);
      return point > 0x10ffff ? whole : String.fromCodePoint(point);
    }
    return escapes[code] ?? whole;
  });
