import { EspalierError } from '../../base/index.ts';
import type { Attr } from '../../ir/index.ts';

/** Fields `name = value` of a `#dialect.name<…>` attribute body, values as text. */
export function dialectFields(a: Attr, name: string): Map<string, string> {
  if (a.kind !== 'dialect' || a.name !== name)
    throw new EspalierError('ir/attribute-form', 'attribute has the wrong form', {
      expected: `#${name}<…>`,
      given: a.kind === 'dialect' ? `#${a.name}` : a.kind,
    });
  const fields = new Map<string, string>();
  for (const item of splitTopLevel(a.body ?? '')) {
    const at = item.indexOf('=');
    if (at > 0) fields.set(item.slice(0, at).trim(), item.slice(at + 1).trim());
  }
  return fields;
}

/** Splits at commas outside brackets. */
export function splitTopLevel(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if ('[<({'.includes(c)) depth++;
    else if (']>)}'.includes(c) && text[i - 1] !== '-') depth--;
    else if (c === ',' && depth === 0) {
      items.push(text.slice(start, i));
      start = i + 1;
    }
  }
  const last = text.slice(start);
  if (last.trim() !== '') items.push(last);
  return items;
}

/** `[1, 2]` of a field, empty when absent. */
export function fieldList(fields: ReadonlyMap<string, string>, name: string): number[] {
  const text = fields.get(name);
  return text === undefined ? [] : (text.match(/-?\d+/g) ?? []).map(Number);
}

/** An integer field, 0 when absent. */
export function fieldInt(fields: ReadonlyMap<string, string>, name: string): number {
  return Number(fields.get(name) ?? 0);
}

/** `name = [..]` parts joined, empty lists left out. */
export function listFields(entries: readonly (readonly [string, readonly number[]])[]): string[] {
  return entries.filter(([, l]) => l.length > 0).map(([name, l]) => `${name} = [${l.join(', ')}]`);
}
