import type { JsonValue } from '../../models/index.ts';

/** The value that Gemma writes: keys without quotes, strings between marks. Undefined for what is none. */
export function taggedArguments(text: string, quote: string): JsonValue | undefined {
  let at = 0;
  let depth = 0;
  const skipBlanks = (): void => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const eat = (t: string): boolean => {
    skipBlanks();
    if (!text.startsWith(t, at)) return false;
    at += t.length;
    return true;
  };
  const quoted = (): JsonValue | undefined => {
    const end = text.indexOf(quote, at);
    if (end < 0) return undefined;
    const found = text.slice(at, end);
    at = end + quote.length;
    return found;
  };
  const list = (): JsonValue | undefined => {
    const items: JsonValue[] = [];
    if (eat(']')) return items;
    do {
      const item = value();
      if (item === undefined) return undefined;
      items.push(item);
    } while (eat(','));
    return eat(']') ? items : undefined;
  };
  const fields = (): JsonValue | undefined => {
    const entries: [string, JsonValue][] = [];
    if (eat('}')) return {};
    do {
      skipBlanks();
      let key: JsonValue | undefined;
      if (eat(quote)) key = quoted();
      else {
        key = /^[^:{}[\],]+/.exec(text.slice(at))?.[0];
        at += typeof key === 'string' ? key.length : 0;
      }
      if (typeof key !== 'string' || !eat(':')) return undefined;
      const item = value();
      if (item === undefined) return undefined;
      entries.push([key.trim().replace(/^"(.*)"$/, '$1'), item]);
    } while (eat(','));
    return eat('}') ? Object.fromEntries(entries) : undefined;
  };
  const value = (): JsonValue | undefined => {
    if (++depth > 100) return undefined;
    try {
      if (eat(quote)) return quoted();
      if (eat('{')) return fields();
      if (eat('[')) return list();
      skipBlanks();
      const word = /^(?:"(?:[^"\\]|\\.)*"|[^,{}[\]]+)/.exec(text.slice(at))?.[0];
      if (word === undefined) return undefined;
      at += word.length;
      try {
        return JSON.parse(word) as JsonValue;
      } catch {
        return word.trim();
      }
    } finally {
      depth--;
    }
  };
  const found = value();
  skipBlanks();
  return at === text.length ? found : undefined;
}
