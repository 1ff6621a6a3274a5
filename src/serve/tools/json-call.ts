import { ValueScanner } from './json-scanner.ts';

/** What was found of a call. */
export type CallPart =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'arguments'; readonly text: string };

/** Fields under which models write what a call is given. */
const ARGUMENTS = new Set(['arguments', 'parameters', 'input']);
const NAMES = new Set(['name', 'function', 'tool']);

type State = 'open' | 'key' | 'colon' | 'value' | 'comma' | 'over' | 'broken';

/**
 * Reads an object `{"name": …, "arguments": …}` as it comes. Arguments are told as they are written, once the name is known; a string of JSON instead of an
 * object is what it says.
 */
export class JsonCall {
  #state: State = 'open';
  #scanner = new ValueScanner();
  #text = '';
  #key = '';
  #name: string | undefined;
  /** Arguments that came before the name. */
  #early = '';
  #hasArguments = false;
  #isArgumentsText = false;

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** What comes is no such object. */
  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  get hasName(): boolean {
    return this.#name !== undefined;
  }

  /** Takes characters up to the end of the object, or what is none of it: how many, and what they tell. */
  push(text: string): { readonly taken: number; readonly parts: readonly CallPart[] } {
    const parts: CallPart[] = [];
    let taken = 0;
    while (taken < text.length && this.#state !== 'over' && this.#state !== 'broken')
      if (this.#take(text[taken], parts)) taken++;
    return { taken, parts: joined(parts) };
  }

  #take(c: string, parts: CallPart[]): boolean {
    const isBlank = /\s/.test(c);
    switch (this.#state) {
      case 'open':
        if (!isBlank) this.#state = c === '{' ? 'key' : 'broken';
        return this.#state !== 'broken';
      case 'key':
        return this.#takeKey(c, isBlank, parts);
      case 'colon':
        if (!isBlank) this.#state = c === ':' ? 'value' : 'broken';
        this.#scanner = new ValueScanner();
        this.#text = '';
        return this.#state !== 'broken';
      case 'value':
        return this.#takeValue(c, parts);
      default:
        if (isBlank) return true;
        if (c === ',') this.#state = 'key';
        else if (c === '}') this.#end(parts);
        else this.#state = 'broken';
        return this.#state !== 'broken';
    }
  }

  #takeKey(c: string, isBlank: boolean, parts: CallPart[]): boolean {
    if (this.#text === '' && isBlank) return true;
    if (this.#text === '' && c === '}') {
      this.#end(parts);
      return true;
    }
    if (this.#text === '' && c !== '"') {
      this.#state = 'broken';
      return false;
    }
    if (this.#text === '') this.#scanner = new ValueScanner();
    this.#scanner.take(c);
    this.#text += c;
    if (!this.#scanner.isOver) return true;
    this.#key = parsed(this.#text);
    this.#state = 'colon';
    return true;
  }

  #takeValue(c: string, parts: CallPart[]): boolean {
    const isArguments = ARGUMENTS.has(this.#key) && !this.#hasArguments;
    const wasTaken = this.#scanner.take(c);
    if (this.#scanner.isBroken) {
      this.#state = 'broken';
      return false;
    }
    if (wasTaken) {
      const isFirst = this.#text === '' && !/\s/.test(c);
      if (this.#text !== '' || isFirst) this.#text += c;
      if (isArguments && isFirst) this.#isArgumentsText = c === '"';
      if (isArguments && !this.#isArgumentsText && this.#text !== '') this.#tell(c, parts);
    }
    if (this.#scanner.isOver) {
      if (isArguments) {
        if (this.#isArgumentsText) this.#tell(parsed(this.#text), parts);
        this.#hasArguments = true;
      } else if (NAMES.has(this.#key) && this.#name === undefined && this.#text.startsWith('"')) {
        this.#name = parsed(this.#text);
        parts.push({ kind: 'name', name: this.#name });
        if (this.#early !== '') parts.push({ kind: 'arguments', text: this.#early });
      }
      this.#state = 'comma';
      this.#text = '';
    }
    return wasTaken;
  }

  #tell(text: string, parts: CallPart[]): void {
    if (this.#name === undefined) this.#early += text;
    else parts.push({ kind: 'arguments', text });
  }

  #end(parts: CallPart[]): void {
    this.#state = this.#name === undefined ? 'broken' : 'over';
    if (this.#name !== undefined && !this.#hasArguments) parts.push({ kind: 'arguments', text: '{}' });
  }
}

function parsed(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function joined(parts: readonly CallPart[]): readonly CallPart[] {
  const out: CallPart[] = [];
  for (const part of parts) {
    const last = out[out.length - 1];
    if (part.kind === 'arguments' && last?.kind === 'arguments')
      out[out.length - 1] = { kind: 'arguments', text: last.text + part.text };
    else out.push(part);
  }
  return out;
}
