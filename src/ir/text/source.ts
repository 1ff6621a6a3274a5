import type { Attr } from '../attribute.ts';
import type { Location } from '../location.ts';
import type { Type } from '../types.ts';
import { Cursor, isWordCode } from './cursor.ts';

/** What an alias may stand for; parsed the first time it is used, so definitions may follow their uses. */
type AliasKind = 'attribute' | 'type' | 'location';

/**
 * A cursor that also knows the file's aliases (`#loc1 = …`, `!t = …`, at the top or the bottom) and dialect resources
 * (`{-# … #-}`).
 */
export class Source extends Cursor {
  readonly #aliasPositions = new Map<string, number>();
  readonly #parsed = new Map<string, unknown>();
  /** Aliases being parsed. */
  readonly #open = new Set<string>();
  readonly #resources = new Map<string, number>();
  readonly #parseAttribute: (s: Source) => Attr;
  readonly #parseType: (s: Source) => Type;
  readonly #parseLocation: (s: Source) => Location;

  constructor(
    text: string,
    fileName: string,
    parsers: { attribute: (s: Source) => Attr; type: (s: Source) => Type; location: (s: Source) => Location },
  ) {
    super(text, fileName);
    this.#parseAttribute = parsers.attribute;
    this.#parseType = parsers.type;
    this.#parseLocation = parsers.location;
    this.#findAliases();
    this.#findResources();
  }

  /** Skips an alias definition or resource section at the top level; false when something else is next. */
  skipTopLevelDefinition(): boolean {
    this.skip();
    const position = this.#definitionEnd(this.pos);
    if (position === undefined) return false;
    this.pos = position;
    return true;
  }

  typeAlias(name: string): Type | undefined {
    return this.#alias('type', `!${name}`, () => this.#parseType(this));
  }

  attributeAlias(name: string): Attr | undefined {
    return this.#alias('attribute', `#${name}`, () => this.#parseAttribute(this));
  }

  locationAlias(name: string): Location | undefined {
    return this.#alias('location', `#${name}`, () => this.#parseLocation(this));
  }

  /** Hex digits of a resource's data, without `0x` and its four alignment bytes. */
  resource(name: string): { start: number; end: number } | undefined {
    const position = this.#resources.get(name);
    if (position === undefined) return undefined;
    return { start: position + 3 + 8, end: this.text.indexOf('"', position + 1) };
  }

  /** The `x` between two dimensions: a word character, so it cannot be read as a token. */
  expectDimensionCross(): void {
    this.skip();
    if (this.text.charCodeAt(this.pos) !== 120) this.fail('expected "x"');
    this.pos++;
  }

  #alias<T>(kind: AliasKind, name: string, parse: () => T): T | undefined {
    const key = `${kind} ${name}`;
    if (this.#parsed.has(key)) return this.#parsed.get(key) as T;
    const position = this.#aliasPositions.get(name);
    if (position === undefined) return undefined;
    if (this.#open.has(key)) this.fail(`alias ${name} stands for itself`);
    this.#open.add(key);
    const saved = this.pos;
    this.pos = position;
    const value = parse();
    this.#open.delete(key);
    this.pos = saved;
    this.#parsed.set(key, value);
    return value;
  }

  #findAliases(): void {
    const { text } = this;
    for (let p = 0; p >= 0 && p < text.length; ) {
      const c = text.charCodeAt(p);
      if (c === 35 || c === 33) {
        let end = p + 1;
        while (isWordCode(text.charCodeAt(end)) || text.charCodeAt(end) === 45) end++;
        let q = end;
        while (text.charCodeAt(q) === 32) q++;
        if (text.charCodeAt(q) === 61) this.#aliasPositions.set(text.slice(p, end), q + 1);
      }
      const hash = text.indexOf('\n#', p);
      const bang = text.indexOf('\n!', p);
      const next = hash < 0 ? bang : bang < 0 ? hash : Math.min(hash, bang);
      p = next < 0 ? -1 : next + 1;
    }
  }

  #findResources(): void {
    const section = this.text.lastIndexOf('{-#');
    if (section < 0) return;
    const end = this.text.indexOf('#-}', section);
    const saved = this.pos;
    this.pos = section + 3;
    let name = '';
    while (this.pos < end) {
      const c = this.code();
      if (c === 34) {
        const start = this.pos;
        if (this.text.startsWith('"0x', start)) {
          const close = this.text.indexOf('"', start + 1);
          if (close < 0) this.fail('unterminated string', start);
          this.pos = close + 1;
          this.#resources.set(name, start);
        } else name = this.string();
      } else {
        const word = this.optionalWord();
        if (word !== undefined) name = word;
        else this.pos++;
      }
    }
    this.pos = saved;
  }

  #definitionEnd(at: number): number | undefined {
    const { text } = this;
    if (text.startsWith('{-#', at)) {
      const close = text.indexOf('#-}', at);
      return close < 0 ? this.fail('unterminated {-# … #-}', at) : close + 3;
    }
    const c = text.charCodeAt(at);
    if (c !== 35 && c !== 33) return undefined;
    const saved = this.pos;
    this.sigilName(text[at]);
    this.expect('=');
    if (c === 33) this.#parseType(this);
    else if (this.peek('loc')) this.#parseLocation(this);
    else this.#parseAttribute(this);
    const end = this.pos;
    this.pos = saved;
    return end;
  }
}
