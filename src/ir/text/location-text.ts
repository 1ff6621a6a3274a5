import type { Location } from '../location.ts';
import { quote } from './cursor.ts';
import type { Source } from './source.ts';

/** `loc(…)`, all forms. */
export function parseLocation(s: Source): Location {
  s.expect('loc');
  s.expect('(');
  const location = parseLocationBody(s);
  s.expect(')');
  return location;
}

function parseLocationBody(s: Source): Location {
  return s.nested(() => parseAnyLocation(s));
}

function parseAnyLocation(s: Source): Location {
  const code = s.code();
  const start = s.pos;
  if (code === 35) {
    const name = s.sigilName('#');
    if (s.text.charCodeAt(s.pos) === 60) s.pos = s.balancedEnd();
    return s.locationAlias(name) ?? { kind: 'opaque', text: s.text.slice(start, s.pos) };
  }
  if (code === 34) {
    const text = s.string();
    if (s.accept(':')) {
      const line = s.integer();
      let column = 0;
      if (s.accept(':')) column = s.integer();
      if (s.accept('to')) {
        if (s.accept(':')) s.integer();
        else {
          s.integer();
          s.expect(':');
          s.integer();
        }
      }
      return { kind: 'file', file: text, line, column };
    }
    if (s.accept('(')) {
      const child = parseLocationBody(s);
      s.expect(')');
      return { kind: 'name', name: text, child };
    }
    return { kind: 'name', name: text };
  }
  if (s.peek('loc')) return parseLocation(s);
  if (s.accept('unknown')) return { kind: 'opaque', text: 'unknown' };
  if (s.accept('callsite')) {
    s.expect('(');
    const callee = parseLocationBody(s);
    s.expect('at');
    const caller = parseLocationBody(s);
    s.expect(')');
    return { kind: 'callsite', callee, caller };
  }
  if (s.accept('fused')) {
    if (s.peek('<')) s.pos = s.balancedEnd();
    return { kind: 'fused', locations: s.list('[', ']', () => parseLocationBody(s)) };
  }
  // Something newer: keep the text up to the closing parenthesis.
  let depth = 0;
  for (; s.pos < s.text.length; s.pos++) {
    const c = s.text[s.pos];
    if (c === '(') depth++;
    else if (c === ')' && depth-- === 0) break;
  }
  return { kind: 'opaque', text: s.text.slice(start, s.pos).trim() };
}

/** `loc("f.ts":1:2)` */
export function printLocation(location: Location | undefined): string {
  return `loc(${bodyOrUnknown(location)})`;
}

const bodyOrUnknown = (l: Location | undefined): string => (l ? body(l) : 'unknown');

function body(l: Location): string {
  switch (l.kind) {
    case 'file':
      return `${quote(l.file)}:${l.line}:${l.column}`;
    case 'name':
      return l.child ? `${quote(l.name)}(${body(l.child)})` : quote(l.name);
    case 'callsite':
      return `callsite(${body(l.callee)} at ${body(l.caller)})`;
    case 'fused':
      return `fused[${l.locations.map(body).join(', ')}]`;
    case 'opaque':
      return l.text;
  }
}
